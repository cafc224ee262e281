"""Derived segments on the page of the settings: which there are, how one is switched on, and taken back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from nps import deciding, derivations, derived, queries, ui
from nps.derivations import EDGES, LONGEST_NAME, LONGEST_STAGE, Derivation, Kind
from nps.errors import NpsError, Refused
from nps.selection import NOT_GIVEN, Selection
from nps.settings import Settings
from nps.store import the_store

RULES: dict[Kind, str] = {
    "weekday": "The weekday of the answer",
    "turn": "First or repeat answer of the customer",
    "comment": "The length of the comment",
    "months": "Months since a day, such as the sign-up",
    "stage": "Journey stage, by the days of contract and renewal",
    "bands": "Bands of a number, such as the revenue",
}
NAMES: dict[Kind, str] = {
    "weekday": "Weekday",
    "turn": "First or repeat",
    "comment": "Comment length",
    "months": "Months since sign-up",
    "stage": "Contract stage",
    "bands": "Revenue band",
}
PARTS, HAND = "in parts with about as many answers each", "where I say"
ABOUT = (
    "They are made of what is known of each answer and stand beside the segments of the files: in filters, Segments, "
    "Hotspots, What changed and on the command line. What is not known reads “not given”."
)


def block(standing: Settings, who: str | None) -> None:
    """The derived segments, each with the way to take it back, and a place for one more."""
    with st.container(border=True, key="derived_segments"):
        st.header("Derived segments", anchor=False)
        st.text(ABOUT)
        labels = {source.key: source.label for source in ui.ask(derived.sources)}
        for each in standing.derived:
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                st.text(f"{each.name}: {told(each, labels)}. {_known(each)}")
                st.button(
                    "Take back",
                    icon=":material/undo:",
                    key=f"derived_gone_{each.column}",
                    disabled=who is None,
                    on_click=_decide,
                    args=[tuple(one for one in standing.derived if one != each), who],
                )
        wanted = _wanted(ui.ask(derived.sources))
        if st.button("Switch on", icon=":material/check:", disabled=who is None or wanted is None, key="derived_on"):
            assert wanted is not None
            _switch_on(standing, wanted, who)


def told(derivation: Derivation, labels: dict[str, str]) -> str:
    """What a derived segment is made of, in words."""
    source, until = (labels.get(key, key.partition(":")[2]) for key in (derivation.source, derivation.until))
    edges = ", ".join(f"{edge:,}".removesuffix(".0") for edge in derivation.edges)
    if derivation.kind == "bands":
        return f"{source}, cut at {edges}"
    if derivation.kind == "months":
        return f"months since {source}, cut at {edges}"
    if derivation.kind == "stage":
        days, near = map(int, derivation.edges)
        start = f"onboarding for {days} days from {source}" if source else "no day of the contract"
        return f"{start}; " + (f"renewal near {near} days before {until}" if until else "no day of renewal")
    return RULES[derivation.kind][0].lower() + RULES[derivation.kind][1:] + (f", cut at {edges}" if edges else "")


def _known(derivation: Derivation) -> str:
    """Of how many answers the value is known."""
    if derivation.column not in the_store().columns():
        return "No answer has a value yet."
    rows = ui.ask(queries.by_segment, Selection(), derivation.column)
    every = sum(row.tally.n for row in rows)
    missing = sum(row.tally.n for row in rows if row.value == NOT_GIVEN)
    return f"Known of {every - missing:,} of {every:,} answers."


@dataclass(frozen=True)
class _Wanted:
    """What the widgets say: a derivation without its edges, and how these are found."""

    name: str
    kind: Kind
    source: str
    until: str
    edges: Callable[[], tuple[float, ...]]


def _wanted(sources: Sequence[derived.Source]) -> _Wanted | None:
    """What is to be switched on; None where what it needs is not there."""
    key = f"derived_{the_store().version('settings')}"
    words: Callable[[Any], str] = RULES.__getitem__
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox("One more", list(RULES), format_func=words, key=f"{key}_kind", width=360)
        kind = next(known for known in RULES if known == chosen)
        name = st.text_input("Its name", NAMES[kind], max_chars=LONGEST_NAME, key=f"{key}_{kind}_name", width=280)
    numbers = {source.key: source.label for source in sources if source.of == "number"}
    days = {source.key: source.label for source in sources if source.of == "day"}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if kind == "bands":
            source = _source("The number", numbers, f"{key}_number")
            return _Wanted(name, kind, source, "", _cut(source, f"{key}_cut")) if source else None
        if kind == "months":
            source = _source("The day", days, f"{key}_day")
            edges = _edges("Bands end at months", kind, f"{key}_months")
            return _Wanted(name, kind, source, "", edges) if source else None
        if kind == "stage":
            return _stage(name, days, key)
        if kind == "comment":
            return _Wanted(name, kind, "", "", _edges("Bands end at characters", kind, f"{key}_characters"))
    return _Wanted(name, kind, "", "", tuple)


def _source(label: str, known: dict[str, str], key: str, *, none: bool = False) -> Any:
    if not known:
        st.text(f"{label}: no column of a file and no fact of the customers holds one yet.")
        return ""
    return st.selectbox(
        label,
        ["", *known] if none else list(known),
        format_func=lambda each: known.get(each, "not known"),
        key=key,
        width=360,
    )


def _stage(name: str, days: dict[str, str], key: str) -> _Wanted | None:
    start = _source("Contract or sign-up", days, f"{key}_start", none=True)
    until = _source("Renewal", days, f"{key}_until", none=True)
    new, near = (
        st.number_input(label, 0, LONGEST_STAGE, int(standard), key=f"{key}_stage_{label}", width=200)
        for label, standard in zip(("Onboarding lasts, days", "Renewal is near, days"), EDGES["stage"], strict=True)
    )
    return _Wanted(name, "stage", start, until, lambda: (float(new), float(near))) if start or until else None


def _edges(label: str, kind: Kind, key: str) -> Callable[[], tuple[float, ...]]:
    text = st.text_input(label, " ".join(f"{edge:g}" for edge in EDGES[kind]), key=key, width=240)
    return lambda: derivations.edges_of(text)


def _cut(source: str, key: str) -> Callable[[], tuple[float, ...]]:
    how = st.selectbox("Cut it", [PARTS, HAND], key=key, width=320)
    if how == PARTS:
        parts = int(st.number_input("Parts", 2, 10, 4, key=f"{key}_parts", width=120))
        return lambda: derived.cuts(the_store(), source, parts)
    text = st.text_input("Bands end at", key=f"{key}_hand", placeholder="1000 5000 20000", width=240)
    return lambda: derivations.edges_of(text)


def _switch_on(standing: Settings, wanted: _Wanted, who: str | None) -> None:
    try:
        edges = wanted.edges()
        new = Derivation(" ".join(wanted.name.split()), wanted.kind, wanted.source, wanted.until, edges)
        taken = {segment.label.casefold() for segment in ui.ask(queries.segments)}
        replace(standing, derived=(*standing.derived, new))  # refuses what cannot stand beside the others
        if new.name.casefold() in taken:
            raise Refused(f"There is a segment called “{new.name}” already. Give this one another name.")
    except NpsError as error:
        ui.trouble(str(error))
        return
    _decide((*standing.derived, new), who)
    st.rerun()


def _decide(wanted: tuple[Derivation, ...], who: str | None) -> None:
    try:
        deciding.save({"derived": wanted}, who or "")
    except NpsError as error:
        st.session_state[ui.FAILED] = str(error)
