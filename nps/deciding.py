"""Settings on a page: a form for each group of them, and what was decided before, to be set back."""

from collections.abc import Callable, Mapping
from datetime import time
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from nps import decided, derived, queries, ui, views
from nps.clock import counted, now
from nps.decided import Decision
from nps.derivations import WEEKDAYS
from nps.errors import NpsError, Refused
from nps.selection import in_words
from nps.settings import (
    COUNTED,
    LONGEST_WAIT,
    NINE_TO_FIVE,
    Hours,
    Settings,
    as_text,
    holidays,
    teams,
    teams_as_text,
    zones,
)
from nps.store import the_store
from nps.zones import on_clock

LARGEST_LIST = 200_000  # bytes
OWNERS_NAMED = 30
LABELS = {
    "zone": "Reporting zone",
    "business_hours": "Business hours",
    "holidays": "Holidays",
    "first_contact": "First contact by score",
    "urgent_contact": "First contact of important accounts",
    "high_revenue": "High revenue, from",
    "renewal_days": "Renewal is near, days before",
    "passives_contact": "Contact of passives",
    "promoters_contact": "Contact of promoters",
    "resolution": "Resolution",
    "no_reply_after": "Attempts before “no reply”",
    "teams": "Teams",
    "derived": "Derived segments",
    "suggestions_count_from": "Suggested reasons count from",
}
UNITS = {name: unit for name, (_, unit, _, _) in COUNTED.items()}
ZONE_HELP = (
    "Answers are kept as moments, so a new zone shows all of them on its own days at once. Days without a time stay "
    "those days. Times that files gave without an offset stay the moments that they were taken for in the zone of that "
    "day; where that was wrong, import the file again."
)


def standing() -> Settings:
    """The settings as they stand now."""
    return decided.settings(the_store())


def zone(standing: Settings, who: str | None) -> None:
    """The reporting zone."""
    key = _key("zone")

    def drawn() -> dict[str, Any]:
        names = sorted(zones(), key=lambda name: (name != "UTC", name))
        chosen = st.selectbox("Zone", names, index=names.index(standing.zone), key=key, width=360)
        clock = on_clock(now(), standing.zone)
        st.text(f"In {standing.zone} it is {clock:%H:%M} on {in_words(clock.date())}.")
        st.caption(ZONE_HELP)
        return {"zone": chosen}

    _form("Reporting zone", drawn, key=key, who=who)


def business_hours(standing: Settings, who: str | None) -> None:
    """From when to when each weekday is worked."""
    key = _key("hours")

    def drawn() -> dict[str, Any]:
        st.caption("An end that is not after its start is on the next day.")
        week: list[tuple[bool, time | None, time | None]] = []
        for day, hours in zip(WEEKDAYS, standing.business_hours, strict=True):
            key_day, shown = f"{key}_{day}", hours or NINE_TO_FIVE
            with st.container(horizontal=True, vertical_alignment="center"):
                opened = st.checkbox(day, hours is not None, key=key_day, width=110)
                start, end = (
                    st.time_input(
                        f"{day} {word}",
                        at,
                        step=900,
                        key=f"{key_day}_{word}",
                        width=92,
                        label_visibility="collapsed",
                    )
                    for word, at in (("from", shown.start), ("to", shown.end))
                )
            week.append((opened, start, end))
        return {"business_hours": week}

    _form("Business hours", drawn, key=key, who=who)


def free_days(standing: Settings, who: str | None) -> None:
    """Days without business hours."""
    key = _key("holidays")

    def drawn() -> dict[str, Any]:
        text = st.text_area(
            "One day a line, with its name",
            as_text(standing.holidays),
            key=f"{key}_text",
            height=180,
            placeholder="2026-12-25 Christmas Day\n2027-01-01 New Year",
        )
        file = st.file_uploader("Add those of a text file", type=["txt", "csv"], key=f"{key}_file")
        return {"holidays": (text, file)}

    _form("Holidays", drawn, key=key, who=who)


def who_works_together(standing: Settings, who: str | None) -> None:
    """The teams, whose members see each other's follow-ups on the desk under My team's."""
    key = _key("teams")

    def drawn() -> dict[str, Any]:
        text = st.text_area(
            "One team a line: its name, a colon, its members",
            teams_as_text(standing.teams),
            key=f"{key}_text",
            height=120,
            placeholder="EMEA: Ada Osei, Ben Birch\nAPAC: Chi Nakamura, Dee Rao",
            help="The queue My team's on Follow-ups lists what the members of one's teams own.",
        )
        if owners := ui.ask(queries.owners):
            st.text("Write names as they own follow-ups: " + ", ".join(owners[:OWNERS_NAMED]))
        return {"teams": text}

    _form("Teams", drawn, key=key, who=who)


def times(standing: Settings, who: str | None) -> None:
    """Within what time customers are contacted and cases resolved."""
    key = _key("times")

    def drawn() -> dict[str, Any]:
        st.text("First contact of a detractor, in hours after the answer")
        with st.container(horizontal=True):
            first = [
                st.number_input(f"Score {score}", 1, LONGEST_WAIT, hours, key=f"{key}_score_{score}", width=110)
                for score, hours in enumerate(standing.first_contact)
            ]
        values: dict[str, Any] = {"first_contact": tuple(first)}
        with st.container(horizontal=True, vertical_alignment="bottom"):
            values["high_revenue"] = st.number_input(
                LABELS["high_revenue"],
                value=standing.high_revenue,
                min_value=0.0,
                key=f"{key}_revenue",
                width=260,
                placeholder="Revenue does not matter",
            )
            for name, (_, unit, least, most) in COUNTED.items():
                label = LABELS[name] if name in ("renewal_days", "no_reply_after") else f"{LABELS[name]}, {unit}"
                values[name] = st.number_input(
                    label, least, most, getattr(standing, name), key=f"{key}_{name}", width=260
                )
        return values

    _form("Times", drawn, key=key, who=who)


def history(standing: Settings, who: str | None) -> None:
    """What was decided, the newest first, each to be set back to what it was before."""
    made = ui.ask(decided.decisions)
    st.header("History", anchor=False)
    if not made:
        st.text("Nothing was changed yet: these are the settings that the dashboard comes with.")
        return
    page = views.pages(len(made), key="settings_page")
    for number, one in list(enumerate(made))[(page - 1) * views.PAGE_SIZE : page * views.PAGE_SIZE]:
        with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            at = on_clock(one.at, standing.zone)
            st.text(
                f"{LABELS[one.name]}: {told(one.name, one.before)} → {told(one.name, one.after)}\n"
                f"{in_words(at.date())}, {at:%H:%M} · {one.who}"
            )
            st.button(
                "Set back",
                icon=":material/undo:",
                key=f"back_{len(made) - number}",
                disabled=who is None or getattr(standing, one.name) == one.before,
                help=f"Give it the value that it had before: {ui.literal(told(one.name, one.before))}",
                on_click=_set_back,
                args=[one, who],
            )


def told(name: str, value: Any) -> str:
    """The value of a setting in words."""
    if name == "business_hours":
        return ", ".join(f"{day[:3]} {hours}" for day, hours in zip(WEEKDAYS, value, strict=True) if hours)
    if name == "holidays":
        return f"{counted(len(value), 'day')}" + (f", {value[0].day} to {value[-1].day}" if value else "")
    if name == "teams":
        return "; ".join(teams_as_text(value).splitlines()) or "none"
    if name == "derived":
        return ", ".join(each.name for each in value) or "none"
    if name == "first_contact":
        return " ".join(map(str, value)) + " hours"
    if name == "suggestions_count_from":
        return "never" if value is None else f"{value:g} % precision on"
    if name == "high_revenue":
        return "none" if value is None else f"{value:,.0f}"
    return f"{value} {UNITS[name]}" if name in UNITS else str(value)


def _key(name: str) -> str:
    """The widgets of a group are new ones whenever a setting changed, so that none shows what no longer holds."""
    return f"{name}_{the_store().version('settings')}"


def _form(title: str, drawn: Callable[[], dict[str, Any]], *, key: str, who: str | None) -> None:
    with st.container(border=True), st.form(key=f"form_{key}", border=False):
        st.header(title, anchor=False)
        values = drawn()
        saved = st.form_submit_button("Save", icon=":material/check:", disabled=who is None, key=f"save_{key}")
    if saved and who:
        try:
            save({name: _meant(name, value) for name, value in values.items()}, who)
        except NpsError as error:
            ui.trouble(str(error))
            return
        st.rerun()


def _meant(name: str, value: Any) -> Any:
    """What was written in the widgets as the value of a setting."""
    if name == "business_hours":
        return tuple(_hours(day, *written) for day, written in zip(WEEKDAYS, value, strict=True))
    if name == "holidays":
        text, file = value
        return holidays(text + "\n" + _text(file)) if file else holidays(text)
    if name == "teams":
        return teams(value)
    return value or None if name == "high_revenue" else value


def _hours(day: str, opened: bool, start: time | None, end: time | None) -> Hours | None:
    if not opened:
        return None
    if start is None or end is None:
        raise Refused(f"{day} is worked, but it is not said from when to when. Give both times, or untick the day.")
    return Hours(start, end)


def _text(file: UploadedFile) -> str:
    data = file.getvalue()
    if len(data) > LARGEST_LIST:
        raise Refused(f"{file.name} is too large for a list of holidays. Give a text file with one day a line.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def save(values: Mapping[str, Any], who: str) -> None:
    """Decide on values, and see that what is made of settings follows."""
    changed = decided.decide(the_store(), values, who=who, now=now())
    derived.keep(the_store())
    st.session_state[SAVED] = (
        f"Saved: {', '.join(LABELS[name] for name in changed)}." if changed else "Nothing was different."
    )


SAVED = "settings_saved"


def saved() -> None:
    """What was saved just now."""
    if text := st.session_state.pop(SAVED, None):
        with st.container(border=True):
            st.badge("Done", icon=":material/check:", color="green")
            st.text(text)


def _set_back(one: Decision, who: str) -> None:
    try:
        save({one.name: one.before}, who)
    except NpsError as error:
        st.session_state[ui.FAILED] = str(error)
