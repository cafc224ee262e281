"""Templates and plays, edited by leads: what is typed is tried out at once, and every version is kept."""

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from nps import ui
from nps.clock import ago, now
from nps.errors import NpsError, Refused
from nps.saying import playbook, templates, versions
from nps.saying.known import many_lines
from nps.saying.mail import LONGEST_BODY, LONGEST_SUBJECT
from nps.saying.merging import FIELDS
from nps.saying.playbook import Play
from nps.saying.templates import ASKS, FAVOURS, LONGEST_TITLE, SCORES, Template
from nps.saying.versions import Kind, Version
from nps.store import the_store
from nps.wording.trying import tried_out

TOLD = "saying_told"
NEW = "new"
T = TypeVar("T", Template, Play)


def edit_templates(frame: ui.Frame, who: str | None) -> None:
    """One template to be edited, with its versions and how it reads on real customers."""
    every = {template.name: template for template in ui.ask(templates.every)}
    chosen = _choice("Template", {name: _title(one) for name, one in every.items()}, key="template")
    base = every.get(chosen)
    left, right = st.columns(2, gap="large")
    with left:
        edited = _template_form(base, who)
        if base is not None:
            _versions("template", base.name, base.version, who, words=lambda one: templates.of_version(one).subject)
    with right:
        if edited is not None:
            tried_out(frame, edited, who=who)


def edit_playbook(who: str | None) -> None:
    """One play to be edited, with its versions."""
    every = {play.name: play for play in ui.ask(playbook.every)}
    chosen = _choice("Play", {name: _title(one) for name, one in every.items()}, key="play")
    base = every.get(chosen)
    _play_form(base, who)
    if base is not None:
        _versions("play", base.name, base.version, who, words=lambda one: "; ".join(playbook.of_version(one).steps))


def _choice(label: str, titles: dict[str, str], *, key: str) -> str:
    return st.selectbox(
        label,
        [*titles, NEW],
        format_func=lambda name: titles.get(name, f"A new {label.lower()}"),
        key=key,
        bind="query-params",
    )


def _title(one: Template | Play) -> str:
    return one.title + (" (retired)" if one.retired else "")


def _template_form(base: Template | None, who: str | None) -> Template | None:
    """The fields of a template; the template that they make, None while they make none."""
    key = f"{base.name}_{base.version}" if base else NEW
    name = base.name if base else st.text_input("Short name", key=f"t_name_{key}", help=NAME_HELP)
    title = st.text_input("Title", base.title if base else "", key=f"t_title_{key}", max_chars=LONGEST_TITLE)
    subject = st.text_input("Subject", base.subject if base else "", key=f"t_subject_{key}", max_chars=LONGEST_SUBJECT)
    body = st.text_area("Text", base.body if base else "", key=f"t_body_{key}", max_chars=LONGEST_BODY, height=340)
    with st.popover("Fields", icon=":material/data_object:"):
        st.text("\n".join(f"{{{field}}}  {meaning}" for field, meaning in FIELDS.items()))
        st.text("{first_name|there} says “there” where no first name is known. Without a fallback, it blocks.")
    scores, reasons = _whom(base, key, "t")
    ask = st.selectbox(
        "It asks for",
        ASKS,
        index=ASKS.index(base.ask) if base else 0,
        format_func=lambda ask: FAVOURS.get(ask, "nothing: no favour"),
        key=f"t_ask_{key}",
    )
    retired = st.toggle("Retired: not offered any more", base.retired if base else False, key=f"t_retired_{key}")
    version = base.version if base else 0

    def made() -> Template:
        return Template(name.strip(), title, subject, many_lines(body), scores, reasons, ask, retired, version)

    return _saved(made, base, who, kept=templates.save)


def _play_form(base: Play | None, who: str | None) -> None:
    key = f"{base.name}_{base.version}" if base else NEW
    name = base.name if base else st.text_input("Short name", key=f"p_name_{key}", help=NAME_HELP)
    title = st.text_input("Title", base.title if base else "", key=f"p_title_{key}", max_chars=LONGEST_TITLE)
    scores, reasons = _whom(base, key, "p")
    said = {}
    for field, column in zip(("contact", "apologise", "compensate", "also"), st.columns(4), strict=True):
        with column:
            was = getattr(base, field) if base else ""
            said[field] = st.text_area(field.capitalize(), was, key=f"p_{field}_{key}", height=110)
    steps = st.text_area("Steps, one a line", "\n".join(base.steps) if base else "", key=f"p_steps_{key}", height=200)
    retired = st.toggle("Retired: not offered any more", base.retired if base else False, key=f"p_retired_{key}")

    def made() -> Play:
        lines = tuple(" ".join(line.split()) for line in steps.splitlines() if line.strip())
        version = base.version if base else 0
        return Play(name.strip(), title, scores, reasons, **said, steps=lines, retired=retired, version=version)

    _saved(made, base, who, kept=playbook.save)


NAME_HELP = "Small letters, digits and hyphens; the history and the figures know it by this name."


def _whom(base: Template | Play | None, key: str, prefix: str) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """For which scores and reasons it is."""
    scores = st.multiselect(
        "For scores", SCORES, default=list(base.scores) if base else list(SCORES), key=f"{prefix}_scores_{key}"
    )
    reasons = st.text_input(
        "For reasons (empty: any)",
        ", ".join(base.reasons) if base else "",
        key=f"{prefix}_reasons_{key}",
        placeholder="price, billing",
    )
    return tuple(sorted(scores)), tuple(reason.strip() for reason in reasons.split(",") if reason.strip())


def _saved(made: Callable[[], T], base: T | None, who: str | None, *, kept: Callable[..., int]) -> T | None:
    """What the fields make, with its button; a fault is said instead, and nothing can be saved."""
    try:
        edited = made()
    except Refused as error:
        ui.trouble(str(error))
        return None
    st.button(
        "Save as a new version" if base else "Save",
        type="primary",
        key="save_saying",
        disabled=who is None or edited == base,
        on_click=_keep,
        args=[kept, edited, who],
    )
    if who is None:
        st.text("Write your name above to change what is said.")
    return edited


def _keep(kept: Callable[..., int], edited: Any, who: str) -> None:
    try:
        number = kept(the_store(), edited, who=who, now=now())
    except NpsError as error:
        st.session_state[ui.FAILED] = str(error)
        return
    st.session_state[TOLD] = f"“{edited.title}” is kept as version {number}."


def _versions(kind: Kind, name: str, standing: int, who: str | None, *, words: Callable[[Version], str]) -> None:
    """The versions of a text, the newest first, each to be set back."""
    saved = ui.ask(versions.history, kind, name)
    if not saved:
        return
    lines = [
        (
            f"Version {one.number} · {one.saved_by}, {ago(one.saved_at, at=now())} · {words(one)}",
            one.number,
            one.content,
        )
        for one in saved
    ]
    if name in (templates.defaults() if kind == "template" else playbook.defaults()):
        lines.append(("Version 0 · as it was shipped", 0, None))
    with st.expander(f"Versions ({len(saved)})", key=f"versions_{kind}"):
        for text, number, content in lines:
            with st.container(horizontal=True, vertical_alignment="center", key=f"version_{kind}_{number}"):
                st.text(text)
                if number != standing:
                    st.button(
                        "Set back",
                        icon=":material/history:",
                        key=f"back_{kind}_{number}",
                        disabled=who is None,
                        on_click=_set_back,
                        args=[kind, name, content],
                        kwargs={"standing": standing, "who": who},
                    )


def _set_back(kind: Kind, name: str, content: versions.Content | None, *, standing: int, who: str) -> None:
    try:
        versions.save(the_store(), kind, name, content, seen=standing, who=who, now=now())
    except NpsError as error:
        st.session_state[ui.FAILED] = str(error)
        return
    st.session_state[TOLD] = f"“{name}” is set back."


def told() -> None:
    """What was kept just now."""
    if said := st.session_state.pop(TOLD, None):
        with st.container(border=True, key="told_saying"):
            st.text(said)
