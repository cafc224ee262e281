"""How long the questions of the pages take, and the trend beside the plainest SQL by hand."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

from benchmarks.invented import LAST
from benchmarks.report import Table, ms
from nps import daily, queries
from nps.rows import Wanted
from nps.selection import Period, Selection
from nps.store import Store

TARGET = 1.3
NEWEST = date.fromisoformat(LAST)
YEAR = Period.latest("12m", newest=NEWEST)
FILTERED = Selection.of(period=YEAR, filters={"seg_plan": ["Team"], "seg_region": ["EMEA", "NA"]})
BY_HAND = """
SELECT date_trunc('month', answered_at), count(*) FILTER (WHERE score >= 9),
    count(*) FILTER (WHERE score BETWEEN 7 AND 8), count(*) FILTER (WHERE score <= 6),
    count(*) FILTER (WHERE score IS NULL)
FROM responses
WHERE metric = 'nps' {also}
GROUP BY 1
ORDER BY 1
"""
ALSO = (
    f"AND answered_at >= TIMESTAMP '{YEAR.start}' AND answered_at < TIMESTAMP '{YEAR.end}' "
    "AND seg_plan = 'Team' AND seg_region IN ('EMEA', 'NA')"
)

Question = Callable[[], object]


def in_turns(questions: Sequence[Question], *, times: int) -> list[float]:
    """The median seconds of each question, asked in turns so that a disturbance meets them all."""
    taken: list[list[float]] = [[] for _ in questions]
    for _ in range(times + 1):
        for question, durations in zip(questions, taken, strict=True):
            begin = perf_counter()
            question()
            durations.append(perf_counter() - begin)
    return [median(durations[1:]) for durations in taken]  # the first of each is warm-up


def trend(stores: Sequence[Path], *, times: int) -> Table:
    """The trend by month against the plainest SQL on the same table, for stores of several sizes."""
    rows = [
        _against_by_hand(path, name, selection, BY_HAND.format(also=also), times=times)
        for path in stores
        for name, selection, also in (("everything", Selection(), ""), ("12 months, two filters", FILTERED, ALSO))
    ]
    told = (
        f"`queries.trend` by month against the plainest SQL by hand on the same table and connection, {times} times "
        f"each in turns. The first question about a segment counts all responses per day, score and value (target: at "
        f"most {TARGET}x); later ones, of any period and values, add those counts up."
    )
    header = ("", "by hand", "first question", "ratio", "later ones", "faster")
    return Table("Trend question", told, header, tuple(rows))


def _against_by_hand(path: Path, name: str, selection: Selection, by_hand: str, *, times: int) -> tuple[str, ...]:
    store = Store.open(path)
    found = [(row.tally.promoters, row.tally.detractors) for row in queries.trend(store, selection, "month")]
    expected = [(row[1], row[3]) for row in store.rows(by_hand)]
    assert found, "there is no trend to measure"
    assert found == expected, "the two trends differ"

    def first() -> None:
        daily.forget()
        queries.trend(store, selection, "month")

    later, counting, plain = in_turns(
        [lambda: queries.trend(store, selection, "month"), first, lambda: store.rows(by_hand)], times=times
    )
    n = store.rows("SELECT count(*) FROM responses")[0][0]
    store.close()
    return (
        f"{n:,} rows, {name}",
        ms(plain),
        ms(counting),
        f"{counting / plain:.2f}x",
        ms(later),
        f"{plain / later:.0f}x",
    )


def others(path: Path, *, times: int) -> Table:
    """Every question that a page asks; each is asked before it is timed."""
    store = Store.open(path)
    now = datetime.combine(NEWEST, datetime.min.time()) + timedelta(hours=30)
    asked: dict[str, Callable[[Selection], object]] = {
        "trend": lambda s: queries.trend(store, s, "month"),
        "summary": lambda s: queries.summary(store, s),
        "distribution": lambda s: queries.distribution(store, s),
        "by_segment": lambda s: queries.by_segment(store, s, "seg_product"),
        "by_two_segments": lambda s: queries.by_two_segments(store, s, "seg_product", "seg_channel"),
        "responses, 50": lambda s: queries.responses(store, s, limit=50),
        "followups, 50": lambda s: queries.followups(store, s, Wanted(("open",)), now=now, limit=50),
        "urgency": lambda s: queries.urgency(store, s, now=now),
        "newest_detractors": lambda s: queries.newest_detractors(store, s, limit=5),
    }
    selections = (Selection(), Selection(YEAR), FILTERED, Selection(YEAR, unit="person"))
    rows = [
        (name, *map(ms, in_turns([partial(question, selection) for selection in selections], times=times)))
        for name, question in asked.items()
    ]
    n = store.rows("SELECT count(*) FROM responses")[0][0]
    store.close()
    told = (
        f"At {n:,} rows; answers are not kept here, counts per day are. Follow-ups, urgency and newest detractors are "
        "about every response, whatever the unit."
    )
    header = ("", "everything", "12 months", "12 months, two filters", "12 months, latest per person")
    return Table("Other questions", told, header, tuple(rows))
