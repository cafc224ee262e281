"""What one finding tells beyond its score, asked for only when somebody opens it."""

from zlib import crc32

import streamlit as st

from nps import ui
from nps.clock import counted
from nps.hotspots.finding import Direction, Finding
from nps.moves import questions as moves
from nps.moves.telling import further_apart, lying_since
from nps.selection import Selection
from nps.team import questions as team
from nps.team.counts import AtRisk
from nps.team.wording import money
from nps.words import questions, wording
from nps.words.telling import telling


def more(selection: Selection, name: str, finding: Finding, towards: Direction) -> None:
    """Since when, whether it gets worse, the revenue of its unhappy accounts and its words, behind one click."""
    opened = st.expander(
        "Since when, worse or better, revenue, words", key=f"more_{crc32(name.encode()):08x}", on_change="rerun"
    )
    if not opened.open:
        return
    inside = selection.inside(finding.segments)
    with opened:
        apart = ui.ask(moves.apart, inside, selection, towards)
        ui.tell(lying_since(apart.since, towards))
        ui.tell(further_apart(apart.halves, towards))
        ui.tell(_revenue(ui.ask(team.revenue_at_risk, inside, today=ui.today())))
        own = ui.ask(questions.said, inside)
        others = ui.ask(questions.said, selection, without=finding.segments)
        st.text(wording.told(telling(own, others), own, others))


def _revenue(risk: AtRisk) -> str:
    if not risk.accounts:
        return "Revenue: no account in it has an unfinished detractor."
    accounts = counted(risk.accounts, "account")
    if not risk.known:
        return f"Revenue: not known of any of the {accounts} with an unfinished detractor; see Customer context."
    soon = f"; {money(risk.soon)} of it is renewed within 90 days" if risk.soon else ""
    return (
        f"Revenue: {money(risk.revenue)} behind its unfinished detractors, known of {risk.known:,} of {accounts}{soon}."
    )
