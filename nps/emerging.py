"""The part of the page Reasons that looks beyond the codebook: what comes up, and themes without a reason."""

import streamlit as st

from nps import charts, ui
from nps.clock import counted, now
from nps.codebook import changing
from nps.codebook.book import LANGUAGES, LONGEST_LABEL, Book, checked_label, code_for
from nps.errors import NpsError
from nps.reasons import recoding
from nps.selection import Selection, in_words
from nps.store import the_store
from nps.suggesting.language import language
from nps.themes import questions, wording
from nps.themes.finding import FEWEST
from nps.themes.questions import LATE_DAYS, Shown

_TOLD = "theme_told"
MOST_RISES, MOST_THEMES = 10, 12
FIRST_LANGUAGE = "en"  # of a theme whose language cannot be told


def beyond(selection: Selection) -> None:
    """What comes up, and on demand the themes; looking for them takes seconds."""
    with st.container(border=True):
        ui.subheader("Coming up")
        _coming_up(selection)
    with st.container(border=True):
        ui.subheader("Not in the codebook")
        if told := st.session_state.pop(_TOLD, None):
            st.text(told)
        if st.toggle("Look for themes in the comments without a reason", key="themes", bind="query-params"):
            _themes(selection)


def _coming_up(selection: Selection) -> None:
    parts = ui.ask(questions.periods, selection)
    if parts is None or parts.late.start is None:
        st.text(f"To see what comes up, choose a period of more than {LATE_DAYS} days.")
        return
    rises = ui.ask(questions.coming_up, selection)
    since = in_words(parts.late.start)
    if not rises:
        ui.tell(f"No reason and no word is surely in a larger share of the comments since {since} than before.")
        return
    ui.tell(f"In a larger share of the comments since {since} than before, surely so for all that were looked at:")
    known = ui.ask(changing.book)
    for rise in rises[:MOST_RISES]:
        ui.tell(wording.told(rise, known))


def _themes(selection: Selection) -> None:
    found = ui.ask(questions.uncovered, selection)
    ui.tell(wording.covered(found.read, found.uncovered, found.told))
    if not found.themes:
        st.text(f"They share no words that make a theme; at least {FEWEST} comments are needed.")
        return
    more = len(found.themes) - MOST_THEMES
    largest = f" The {MOST_THEMES} largest of {len(found.themes)}." if more > 0 else ""
    st.caption(f"Groups of comments that share words: an aid to reading, no finding.{largest}")
    for place, theme in enumerate(found.themes[:MOST_THEMES]):
        with st.container(border=True, key=f"theme_{place}"):
            with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
                ui.tell(
                    f"{counted(theme.tally.n, 'comment')}, NPS {charts.told(theme.tally)}: {', '.join(theme.words)}"
                )
                with st.popover("Add as a reason"):
                    _offer(theme, place)
            if theme.rise:
                ui.tell(wording.comes_up(theme.rise))
            for quote in theme.quotes:
                st.text(f"“{quote}”")


def _offer(theme: Shown, place: int) -> None:
    """A new reason with the theme's words as its phrases."""
    who, known = ui.visitor(), ui.ask(changing.book)
    if who is None:
        st.text("Say who you are first: write your name at the foot of the sidebar.")
        return
    with st.form(f"add_theme_{place}", border=False):
        st.text_input(
            "Name", " ".join(theme.words[:2]).capitalize(), max_chars=LONGEST_LABEL, key=f"theme_label_{place}"
        )
        st.selectbox("Group", list(known.groups), format_func=known.label, key=f"theme_group_{place}")
        st.form_submit_button("Add", type="primary", on_click=_add, args=[theme, place, known, who])


def _add(theme: Shown, place: int, known: Book, who: str) -> None:
    spoken = [language(quote) for quote in theme.quotes]
    speech = next((each for each in spoken if each in LANGUAGES), FIRST_LANGUAGE)
    group = st.session_state[f"theme_group_{place}"]
    try:
        label = checked_label(known, st.session_state[f"theme_label_{place}"])
        details = {
            "code": code_for(known, group, label),
            "group": group,
            "label": label,
            "words": {speech: list(theme.words)},
        }
        recoding.do(the_store(), "add", details, seen=known.version, who=who, now=now())
    except NpsError as error:
        st.session_state[_TOLD] = str(error)
        return
    st.session_state[_TOLD] = f"“{label}” is in the codebook now, with these words as phrases."
