"""When a follow-up is due, for all of them at once: working time as a table of the store that a plain join reads.

Between two rows of `working_time` everything runs evenly: working time and the due time of an urgent contact go with
the clock or stand still, what is due in working days stands still. So one row answers for every start in it. No row
goes over midnight (UTC), so that the join finds it by its day.
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

import numpy as np
import pyarrow as pa

from nps import decided, zones
from nps.clocks.working import DAY, HOUR, NEVER, Calendar, Whole, calendar
from nps.settings import Settings
from nps.store import Store, Transaction

EARLIEST = date(2000, 1, 1)  # for what came in before, and after the end, calendar days stand in for working days
YEARS_AHEAD = 5

_SAME = "SELECT 1 FROM clock_rules WHERE made_for = $made_for"
_RULES = """
INSERT INTO clock_rules VALUES (
    $first_contact, $urgent_contact, $high_revenue, $renewal_days, $passives_contact, $promoters_contact, $resolution,
    $made_for
)
"""
RULES = (
    "first_contact",
    "urgent_contact",
    "high_revenue",
    "renewal_days",
    "passives_contact",
    "promoters_contact",
    "resolution",
)


def calendar_of(settings: Settings, first: date, last: date) -> Calendar:
    """The working time of the settings. Raises Refused where no day is a working day."""
    hours = [(day.start, day.end) if day else None for day in settings.business_hours]
    return calendar(hours, [holiday.day for holiday in settings.holidays], settings.timezone, first, last)


def stretches(days: Calendar, settings: Settings, first: date, last: date) -> pa.Table:
    """The rows of `working_time` from the first day to the last; null where the calendar does not reach.

    A row holds for starts after its `from_at`, `until_at` included.
    """
    since = _edges(days, settings.urgent_contact * HOUR, first, last)
    moments = since.view("datetime64[us]")
    span = np.searchsorted(days.opens, since, side="right") - 1
    working = (span >= 0) & (since < days.closes[span])
    worked = days.worked(moments)
    target, day = worked + settings.urgent_contact * HOUR, np.where(span < 0, 0, days.day[span])
    due = {
        # A start is later than the edge before it: where work goes on, more has been worked by then.
        "urgent_due_at": np.where(working, days.reached(target, passed=True), days.reached(target)),
        "passive_due_at": days.closed(day + settings.passives_contact),
        "resolution_due_at": days.closed(day + settings.resolution),
    }
    columns = {
        "day": pa.array((moments + np.timedelta64(1, "us")).astype("datetime64[D]")),
        "from_at": pa.array(moments),
        "until_at": pa.array(np.append(moments[1:], moments[-1:])),
        "working": pa.array(working),
        "worked": pa.array(worked),
    }
    columns |= {name: pa.array(at.view("datetime64[us]"), mask=at == NEVER) for name, at in due.items()}
    return pa.table(columns).slice(0, len(since) - 1)


def _edges(days: Calendar, urgent: int, first: date, last: date) -> Whole:
    """Where working time begins or ends, or an urgent contact falls due at a close; and the last moment of each day."""
    ends = days.before + days.closes - days.opens
    jumps = days.reached(ends[ends > urgent] - urgent)
    epoch = date(1970, 1, 1).toordinal()
    # The last moment, not midnight: what starts at midnight belongs to the day that it begins.
    nights = np.arange(first.toordinal() - epoch, last.toordinal() - epoch + 2) * DAY - 1
    edges = np.unique(np.concatenate([days.opens, days.closes, jumps, nights]))
    within: Whole = edges[(edges >= nights[0]) & (edges <= nights[-1])]
    return within


def keep(store: Store, *, now: datetime) -> None:
    """See that the store has the clocks of its settings, up to some years from now. Costs nothing where it has.

    Raises Refused where the settings leave no working day.
    """
    _kept(store, store.version("settings"), now.year)


@lru_cache(maxsize=16)
def _kept(store: Store, _version: int, year: int) -> None:
    settings, last = decided.settings(store), date(year + YEARS_AHEAD, 12, 31)
    made_for = f"{last.year} {settings}"
    if store.rows(_SAME, {"made_for": made_for}):
        return
    rows, starts = _rows(settings, last), _starts(settings.zone, last)
    rules = {name: getattr(settings, name) for name in RULES} | {"made_for": made_for}
    rules["first_contact"] = list(settings.first_contact)

    def work(tx: Transaction) -> None:
        tx.register("stretches", rows)
        tx.execute("DELETE FROM working_time")
        tx.execute("INSERT INTO working_time FROM stretches")
        tx.register("starts", starts)
        tx.execute("DELETE FROM day_starts")
        tx.execute("INSERT INTO day_starts FROM starts")
        tx.execute("DELETE FROM clock_rules")
        tx.execute(_RULES, rules)

    store.transact(work, touches=("cases",))


@lru_cache(maxsize=2)
def _rows(settings: Settings, last: date) -> pa.Table:
    return stretches(calendar_of(settings, EARLIEST, last), settings, EARLIEST, last)


@lru_cache(maxsize=2)
def _starts(zone: str, last: date) -> pa.Table:
    """The rows of `day_starts`: when each day began on the clocks of a zone, as moments in UTC."""
    days = [EARLIEST + timedelta(number) for number in range((last - EARLIEST).days + 1)]
    began = [zones.day_first_began(day, zone) for day in days]
    moment = pa.timestamp("us")
    midnights = [datetime.combine(day, time.min) for day in days]
    return pa.table({"day": pa.array(midnights, moment), "began_at": pa.array(began, moment)})
