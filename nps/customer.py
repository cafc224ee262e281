"""The parts of a customer's page: who it is, scores over time, what happened, the account and its other people."""

from datetime import datetime

import plotly.graph_objects as go
import streamlit as st

from nps import charts, decided, ui, views
from nps.clock import counted, now
from nps.context import sheet
from nps.context.customer import customer, find, person_of
from nps.context.rows import Answer, Customer, Happening
from nps.context.shapes import SOURCES
from nps.sheets import PATH
from nps.store import the_store
from nps.zones import answered, day_of

MOST_FOUND = 20
SHOWN = 8
HAPPENED = {
    "Tickets": ("ticket", "comment"),
    "Notes and conversations": ("note", "conversation"),
    "Goals": ("goal",),
    "Articles read": ("article",),
}


def chosen() -> Customer | None:
    """The customer that the address names; else a search for one."""
    person_id = person_of(ui.in_url("person"))
    found = None if person_id is None else ui.ask(customer, person_id)
    if found is None:
        if ui.in_url("person"):
            st.text("Nobody of this number has answered. Search for the customer instead.")
        _search()
    return found


def _search() -> None:
    text = st.text_input("Search customers", placeholder="Name, e-mail address, id or account", key="find").strip()
    if not text:
        return
    people = ui.ask(find, text, limit=MOST_FOUND)
    if not people:
        st.text("Nobody who answered has that name, address, id or account.")
    for one in people:
        told = " · ".join(part for part in (one.name, one.email, one.account) if part) or "Somebody without a name"
        _link(f"{told} · {counted(one.n, 'answer')}", one.person_id)


def _link(label: str, person_id: int) -> None:
    st.page_link(
        ui.page_file("customer"),
        label=ui.literal(label),
        icon=":material/person:",
        query_params={"person": str(person_id)},
    )


def head(found: Customer) -> None:
    """Who it is, what stands out, and the way to the sheet."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.header(ui.literal(found.called), anchor=False)
        st.link_button("Sheet to print", f"{PATH}?person={found.person_id}", icon=":material/print:")
    st.text(" · ".join(part for part in (found.role, found.account, found.email, found.phone) if part))
    if found.opted_out:
        st.badge("Opted out: do not write", color="red", icon=":material/block:")
    stands_out = sheet.figures(found, now=answered(now(), _zone()))
    for cell, (name, value) in zip(st.columns(len(stands_out)), stands_out, strict=True):
        with cell, st.container(border=True, height="stretch"):
            st.caption(name)
            st.text(value)


def scores(found: Customer) -> None:
    """The scores over time, coloured by band."""
    dated = [one for one in found.answers if one.band and one.answered_at]
    if not dated:
        return
    st.subheader("Scores over time", anchor=False)
    views.figure(_figure(dated), alt=sheet.plotted(found.answers, zone=_zone()).told, key="scores_over_time")


def _figure(dated: list[Answer]) -> go.Figure:
    line = {
        "type": "scatter",
        "mode": "lines+markers+text",
        "x": [one.answered_at for one in dated],
        "y": [one.score for one in dated],
        "text": [str(one.score) for one in dated],
        "textposition": "top center",
        "line": {"color": charts.GREY, "width": 1},
        "marker": {"size": 11, "color": [charts.BAND[one.band or ""] for one in dated]},
        "hovertemplate": "%{y} on %{x|%-d %b %Y}<extra></extra>",
    }
    return charts.made([line], height=220, xaxis={}, yaxis={"range": [-0.8, 11.6], "tickvals": [0, 6, 8, 10]})


def said(found: Customer) -> None:
    """Every answer, the newest first, and where the band changed."""
    st.subheader("What was said", anchor=False)
    for one in reversed(found.answers[-SHOWN:]):
        with st.container(border=True):
            score = "no score" if one.score is None else str(one.score)
            moved = f" · from {one.before} to {one.band}" if one.moved else ""
            st.text(f"{score} · {_day(one.answered_at)} · {one.survey}{moved}")
            if one.comment:
                st.text(one.comment)
    if len(found.answers) > SHOWN:
        st.text(f"and {len(found.answers) - SHOWN:,} older")


def happened(found: Customer) -> None:
    """Tickets with their comments, notes, conversations, goals and articles: the customer's own, then the account's."""
    for title, kinds in HAPPENED.items():
        rows = sorted((one for one in found.happened if one.kind in kinds), key=lambda one: not one.own)
        if not rows:
            continue
        st.subheader(title, anchor=False)
        for one in rows[:SHOWN]:
            with st.container(border=True):
                _happening(one)
        if len(rows) > SHOWN:
            st.text(f"and {len(rows) - SHOWN:,} more")


def _happening(one: Happening) -> None:
    whose = "" if one.own else "of the account"
    told = (_day(one.happened_at), SOURCES.get(one.source, ""), one.status, one.who, one.tags, whose)
    if one.title:
        st.text(one.title)
    st.caption(ui.literal(" · ".join(part for part in told if part)))
    if one.text:
        st.text(one.text)
    for reply in one.replies:
        st.caption(ui.literal(" · ".join(part for part in (_day(reply.happened_at), reply.who, reply.status) if part)))
        st.text(reply.text or "")


def followed(found: Customer) -> None:
    """The follow-ups of the answers: their states, and the notes on them."""
    if not found.cases:
        return
    st.subheader("Follow-up", anchor=False)
    for promise in found.promises:
        st.text(f"Promised by {promise.due:%-d %b %Y}: {promise.text} ({promise.by})")
    for one in found.cases:
        with st.container(border=True):
            owner = f" · {one.case.owner}" if one.case.owner else ""
            st.text(f"{one.case.state.capitalize()}{owner}")
            for event in reversed([event for event in one.events if event.kind == "note"]):
                st.text(f"{_day(event.happened_at)} · {event.who}: {event.value}")
            st.page_link(
                ui.page_file("followups"),
                label="Open the case",
                icon=":material/support_agent:",
                query_params={"case": one.key},
            )


def colleagues(found: Customer) -> None:
    """The others of the account and how they score."""
    if not found.colleagues:
        return
    st.subheader("Others of the account", anchor=False)
    for one in found.colleagues:
        _link(
            f"{one.score} · {one.name or one.email or 'Somebody without a name'} · {_day(one.answered_at)}",
            one.person_id,
        )


def facts(found: Customer) -> None:
    """Figures of usage and support, and what else files tell."""
    usage = [pair for one in found.happened for pair in one.figures]
    for title, pairs in (
        ("Usage and support", usage),
        ("Known of the account", found.account_facts),
        ("Known of the person", found.facts),
    ):
        if pairs:
            with st.expander(title, expanded=title == "Usage and support"):
                st.text("\n".join(f"{name}: {value}" for name, value in pairs))


def _day(moment: datetime | None) -> str:
    return f"{day_of(moment, _zone()):%-d %b %Y}" if moment else "no date"


def _zone() -> str:
    return decided.settings(the_store()).zone
