"""The frame of every page: the gate, cached questions, who sits there, and text that stays text.

A page reads `with ui.page("Trends") as frame:` and then asks and shows. Text from data never goes where Markdown is
read: it goes through `st.text`, through table cells, or through `literal` where only a label will do.
"""

import re
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

import streamlit as st
from cachetools import LRUCache, cached
from streamlit.delta_generator import DeltaGenerator

from nps import clocks, decided, imports, queries, visitors, when
from nps.clock import ago, counted, now
from nps.errors import NpsError
from nps.places import ROOT
from nps.rows import Segment
from nps.selection import Selection
from nps.settings import Settings
from nps.store import Store, the_store
from nps.takeaway import definitions, paper
from nps.takeaway.definitions import Told
from nps.takeaway.paper import Heading, Paper, Part, Said
from nps.turns import aside

COMMAND_LINE_OPTION = re.compile(r" \(--[a-z][^)]*\)")  # of no use on a page
PAGES = ROOT / "pages"
FRAME, VISITOR, HERE, FAILED = "frame", "visitor", "here", "failed"
PAPER, REPORTS = "paper", "reports"
REPORT_PATH = "/report"
BACK_SCRIPT, CHARTS_SCRIPT, FOCUS_SCRIPT = "/scripts/back.js", "/scripts/charts.js", "/scripts/focus.js"
# What is chosen of several is drawn in the primary colour on a tint of it, which in the dark is too faint to read.
STYLE = """
button[data-selected="true"], button[data-selected="true"] * { color: inherit !important }
.js-plotly-plot .modebar, .plotly-notifier { display: none }
.charts-to-take p { margin: 0 0 0.75rem }
.charts-to-take button { font: inherit; color: inherit; background: none; border: 1px solid; border-radius: 0.5rem;
  padding: 0.2rem 0.8rem; margin-top: 0.3rem; cursor: pointer }
"""

MADE_UP = re.compile(r"(https?|mailto|xmpp)(?=:)|www(?=\.)|(?<=[\w.+-])@(?=\w)|[-<>~](?=[-=>])", re.IGNORECASE)

T = TypeVar("T")


@dataclass(frozen=True)
class Frame:
    """What a page is about: the selection, the segments that are listed, and those one can compare.

    `choices` are names by column, of the segments that have values in the chosen survey.
    `arrived`: somebody came to the page just now, from another one or from outside.
    """

    selection: Selection
    segments: tuple[Segment, ...]
    choices: Mapping[str, str]
    arrived: bool = True

    @property
    def labels(self) -> dict[str, str]:
        """The segments' names by column."""
        return {segment.column: segment.label for segment in self.segments}


def ask(question: Callable[..., T], *args: Any, **options: Any) -> T:
    """The answer of a question of `nps.queries`, cached until something that it reads has changed."""
    store = the_store()
    topics: tuple[str, ...] = question.topics  # type: ignore[attr-defined]
    versions = tuple(store.version(topic) for topic in topics)
    key = (store, question, args, tuple(sorted(options.items())), versions)
    if key in _answers:
        return cast(T, _answer(*key))
    with aside():
        return cast(T, _answer(*key))


def fetch(question: Callable[..., T], *args: Any, **options: Any) -> T:
    """The answer for this once: what fills a download is too large to keep."""
    with aside():
        return question(the_store(), *args, **options)


# Answers are frozen rows, so all sessions share them; whoever asks what another one is asking waits for that answer.
_answers: LRUCache[Hashable, Any] = LRUCache(5_000)


@cached(_answers, key=lambda *key: key, condition=threading.Condition())
def _answer(
    store: Store,
    question: Callable[..., Any],
    args: tuple[Any, ...],
    options: tuple[tuple[str, Any], ...],
    _versions: tuple[int, ...],
) -> Any:
    return question(store, *args, **dict(options))


def minute() -> datetime:
    """This moment to the minute: fine enough for a clock, coarse enough for a cache."""
    return now().replace(second=0, microsecond=0)


def settings() -> Settings:
    """The settings as they stand now."""
    return decided.settings(the_store())


def today() -> date:
    """The day it is in the reporting zone."""
    return now().replace(tzinfo=UTC).astimezone(settings().timezone).date()


@contextmanager
def page(title: str) -> Iterator[Frame]:
    """The frame of a page: its gate, its title, the banner of the sample, and errors as sentences."""
    frame = st.session_state.get(FRAME)
    if not isinstance(frame, Frame):
        st.error("Open this page through the dashboard's front door, the address without anything behind it.")
        st.stop()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.title(title, anchor=False, width="content")
        place = st.container(width="content")
    st.html(f'<style>{STYLE}</style><script src="{BACK_SCRIPT}"></script>', unsafe_allow_javascript=True)
    sheet = st.session_state[PAPER] = Paper(title)
    arrived, st.session_state[HERE] = st.session_state.get(HERE) != title, title
    try:
        with steady():
            if failed := st.session_state.pop(FAILED, None):
                trouble(failed)
            _keep_clocks()
            _sample_banner()
        yield replace(frame, arrived=arrived)
    except NpsError as error:
        trouble(str(error))
    if sheet.has_charts:
        with place:
            _take_away(replace(sheet, about=about()))


def on_paper(part: Part) -> None:
    """Note that the page shows this: its report has it in the same place."""
    st.session_state[PAPER].parts.append(part)


def header(text: str) -> None:
    """A heading of the page, which its report has too; text from data goes through `literal`."""
    on_paper(Heading(_as_meant(text), level=2))
    st.header(text, anchor=False)


def subheader(text: str) -> None:
    """A heading below one."""
    on_paper(Heading(_as_meant(text), level=3))
    st.subheader(text, anchor=False)


def tell(text: str) -> None:
    """A sentence of the page, which its report has too."""
    on_paper(Said(text))
    st.text(text)


def about() -> Told:
    """What a file from this page says about itself."""
    frame = st.session_state[FRAME]
    return definitions.about(frame.selection, frame.labels, zone=when.zone(), now=now())


def _take_away(sheet: Paper) -> None:
    """The page as a report, and its charts as pictures. A script, a file of ours, lists them when the list is opened.

    It presses the button of plotly's own bar, which would be a tab stop for each chart if it were seen.
    """
    names: dict[str, str] = st.session_state.setdefault(REPORTS, {})
    name = names.setdefault(sheet.title, token_urlsafe(12))
    paper.keep(name, sheet)
    with st.popover("Take away", icon=":material/download:"):
        st.html(
            f'<div class="charts-to-take"></div><script src="{CHARTS_SCRIPT}"></script>',
            unsafe_allow_javascript=True,
        )
        st.link_button("Report to print", f"{REPORT_PATH}?of={name}", icon=":material/print:")


def steady() -> DeltaGenerator:
    """A place for what comes and goes: the widgets below stay where they are, and so stay bound to the URL.

    A widget that is drawn in another place than before is a new one to the browser, which may forget its binding.
    """
    return st.container()


def sentence(frame: Frame, count: int, noun: str = "answer", *, selection: Selection | None = None) -> None:
    """The line under a title: how many, which period and filters, whose days they are, how fresh."""
    imported_at = ask(queries.extent).imported_at
    parts = [counted(count, noun), (selection or frame.selection).sentence(frame.labels)]
    parts.append(f"days in {when.zone()}")
    if imported_at:
        parts.append(f"last import {ago(imported_at, at=now())}")
    show = st.text if selection else tell  # a list of people is not for paper
    show(" · ".join(parts))


def trouble(text: str) -> None:
    """Say what did not work; the sentence may quote data, so it is shown as text."""
    with st.container(border=True):
        st.badge("Not done", icon=":material/error:", color="red")
        st.text(COMMAND_LINE_OPTION.sub("", text))


def empty(text: str, *, button: str, to: str) -> None:
    """A place without data: one sentence and one way on. `to` names a page's file without its ending."""
    with st.container(border=True):
        st.text(text)
        if st.button(button, type="primary", key=f"empty_{to}"):
            # Without parameters it refuses to leave while a filter stands in the address.
            st.switch_page(page_file(to), query_params={})


def needs_responses() -> None:
    """End the page with the way to the first upload where the store has no responses yet."""
    if not ask(queries.extent).n:
        empty(
            "There are no responses yet. Upload an export of your survey tool to begin.",
            button="Upload a file",
            to="imports",
        )
        st.stop()


def in_url(key: str) -> str | None:
    """What the address says for a key that no widget is bound to."""
    return st.query_params.get(key)


def to_url(key: str, value: str | None) -> None:
    """Put a value into the address, or take it out; only for keys that no widget is bound to."""
    if value is None:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = value


def page_file(name: str) -> Path:
    """The file of a page, for navigation and links."""
    return PAGES / f"{name}.py"


def in_a_tab(label: str, to: str, query: Mapping[str, list[str]]) -> None:
    """A link to a page with another selection, in a tab of its own: in this one the filters keep what they hold."""
    address = f"{'./' if to == 'overview' else to}?{urlencode(query, doseq=True)}"
    st.link_button(label, address, icon=":material/open_in_new:", type="tertiary")


def literal(text: str) -> str:
    """Text from data for a label, where Markdown would be read: all marks of it escaped, on one line.

    Addresses become links, and -> an arrow, even where their marks are escaped; a word joiner, which cannot be seen,
    keeps them apart.
    """
    apart = MADE_UP.sub("\\g<0>\N{WORD JOINER}", " ".join(text.split()))
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=@/])", r"\\\1", apart)


def _as_meant(label: str) -> str:
    """What a label says whose marks `literal` has escaped."""
    return re.sub(r"\\([^\w\s])", r"\1", label).replace("\N{WORD JOINER}", "")


def visitor() -> str | None:
    """The name of who sits at this browser, or None where nobody said it yet."""
    if VISITOR not in st.session_state:
        token = st.context.cookies.get(visitors.COOKIE)
        st.session_state[VISITOR] = visitors.name_of(the_store(), visitors.identity(token)) if token else None
    known: str | None = st.session_state[VISITOR]
    return known


def ask_name(reason: str) -> None:
    """Ask who sits here, and say why."""
    with st.container(border=True, key="ask_name"):
        st.text(reason)
        _name_form("")


def who_sits_here() -> None:
    """The name that goes with this browser, to be changed."""
    known = visitor()
    if known:
        with st.popover(literal(known), icon=":material/person:"):
            _name_form(known)


def _name_form(known: str) -> None:
    with st.form(f"who_{bool(known)}", border=False):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            written = st.text_input("Your name", known, max_chars=visitors.LONGEST_NAME, width=320)
            saved = st.form_submit_button("Save my name")
        if saved and _keep_name(written):
            st.rerun()


def _keep_name(written: str) -> bool:
    try:
        name = visitors.checked(written)
        if token := st.context.cookies.get(visitors.COOKIE):
            visitors.keep(the_store(), visitors.identity(token), name)
    except NpsError as error:
        trouble(str(error))
        return False
    st.session_state[VISITOR] = name
    return True


def _keep_clocks() -> None:
    """See that due times follow the settings; what hinders it is said, and the page goes on."""
    try:
        clocks.keep(the_store(), now=now())
    except NpsError as error:
        trouble(str(error))


def _sample_banner() -> None:
    if not ask(queries.extent).sample:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="sample_banner"):
        st.badge("Sample data", icon=":material/science:", color="blue")
        st.text("An invented company. Something broke early in 2026: see Trends and Hotspots.")
        st.button("Remove the sample", key="remove_sample", on_click=remove_sample)


def remove_sample() -> None:
    """Take the sample out of the store."""
    try:
        imports.remove_sample(the_store(), by=visitor() or "somebody", now=now())
    except NpsError as error:
        st.session_state[FAILED] = str(error)
