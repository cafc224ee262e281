"""One step of the codebook: what it is, what it would do, and then done."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from nps import ui
from nps.clock import now
from nps.codebook import changing
from nps.codebook.book import (
    LANGUAGES,
    LONGEST_LABEL,
    LONGEST_MEANING,
    Action,
    Book,
    Step,
    Words,
    after,
    code_for,
    folded,
)
from nps.codebook.shipped import FIRST, shipped
from nps.coding.wording import foretold
from nps.errors import NpsError
from nps.reasons import recoding
from nps.store import the_store

ACTIONS: dict[Action, str] = {
    "add": "Add a reason",
    "group": "Add or rename a group",
    "edit": "Rename a reason, or change its meaning and phrases",
    "merge": "Merge a reason into another one",
    "split": "Split a reason by phrases",
    "retire": "Retire a reason",
    "back": "Bring a retired reason back",
    "use": "Take another codebook",
}
MOST_PARTS = 5
NEW = ""
PENDING, TOLD = "codebook_pending", "codebook_told"


@dataclass(frozen=True)
class Pending:
    """A step that was previewed: the version of the codebook it is for, and what it would do."""

    action: Action
    details: Mapping[str, Any]
    seen: int
    told: tuple[str, ...]


def said() -> None:
    """What was done just now."""
    if text := st.session_state.pop(TOLD, None):
        with st.container(border=True, key=TOLD):
            st.badge("Done", icon=":material/check:", color="green")
            st.text(text)


def preview(who: str | None) -> None:
    """What the step that somebody wants would do, and the way to do it or to leave it."""
    pending = st.session_state.get(PENDING)
    if not isinstance(pending, Pending):
        return
    with st.container(border=True, key="codebook_preview"):
        st.badge("Not done yet", icon=":material/visibility:", color="blue")
        for sentence in pending.told:
            st.text(sentence)
        with st.container(horizontal=True):
            ready = {"key": "codebook_do", "type": "primary", "icon": ":material/check:", "disabled": who is None}
            st.button("Do it", on_click=_do, args=[pending, who], **ready)  # type: ignore[arg-type]
            st.button("Leave it", key="codebook_leave", on_click=st.session_state.pop, args=[PENDING, None])


def step(who: str | None) -> None:
    """Choose what to do to the codebook, and with which reason."""
    book = ui.ask(changing.book)
    st.header("Change the codebook", anchor=False)
    st.text("Nothing happens before you saw what it does. Each step is kept with your name and can be taken back.")
    action = st.selectbox(
        "What to do", list(ACTIONS), format_func=ACTIONS.__getitem__, key="codebook_action", width=480
    )
    own = _chosen(book, action)
    key = f"{action}_{own}_{book.version}"  # other widgets once the codebook is another one
    if own is None:
        st.text("There is none.")
        return
    parts = 1
    if action == "split":
        parts = int(st.number_input("New reasons", 1, MOST_PARTS, 2, key=f"parts_{key}", width=160))
    with st.form(f"codebook_{key}", border=True):
        details = _FIELDS[action](book, own, key, parts)
        wanted = st.form_submit_button("Preview", icon=":material/visibility:", disabled=who is None)
    if wanted and who:
        ask(action, details, book.version, who)
        st.rerun()


def ask(action: Action, details: Mapping[str, Any], seen: int, who: str) -> None:
    """Find out what a step would do, for the preview; say why where it cannot be done."""
    st.session_state.pop(PENDING, None)
    try:
        effect = recoding.tried(the_store(), action, details, who=who, now=now())
        done = changing.steps(the_store())
        before = folded(done, shipped(), FIRST)
        last = Step(before.version + 1, action, details, now(), who)
        then = folded((*done, last), shipped(), FIRST) if action == "undone" else after(before, last, shipped())
    except NpsError as error:
        st.session_state[ui.FAILED] = str(error)
        return
    told = foretold(action, details, before, then, effect)
    st.session_state[PENDING] = Pending(action, details, seen, told)


def _do(pending: Pending, who: str) -> None:
    st.session_state.pop(PENDING, None)
    try:
        recoding.do(the_store(), pending.action, pending.details, seen=pending.seen, who=who, now=now())
    except NpsError as error:
        st.session_state[ui.FAILED] = str(error)
        return
    st.session_state[TOLD] = "It can be taken back under History."


def _chosen(book: Book, action: Action) -> str | None:
    """The reason, group or codebook that a step is about; None where there is none."""
    if action == "use":
        options = {name: name for name in shipped() if name != book.name}
    elif action == "group":
        options = {NEW: "A new group", **book.groups}
    elif action == "add":
        options = dict(book.groups)
    else:
        codes = book.offered if action != "back" else [code for code in book.codes.values() if code.retired]
        options = {code.code: book.full_label(code.code) for code in codes}
    if not options:
        return None
    label = {"use": "Codebook", "group": "Group", "add": "Group"}.get(action, "Reason")
    key = f"codebook_own_{action}"
    return st.selectbox(label, list(options), format_func=options.__getitem__, key=key, width=480)


def _add(book: Book, group: str, key: str, _parts: int) -> dict[str, Any]:
    return _reason(book, group, key)


def _group(book: Book, group: str, key: str, _parts: int) -> dict[str, Any]:
    label = st.text_input("Name", book.groups.get(group, ""), key=f"name_{key}", max_chars=LONGEST_LABEL, width=480)
    return {"group": group or code_for(book, "", label), "label": label, "new": group == NEW}


def _edit(book: Book, code: str, key: str, _parts: int) -> dict[str, Any]:
    """Only what is different from what it is."""
    old = book.codes[code]
    written = _fields(key, label=old.label, meaning=old.meaning, words=old.words)
    was = {"label": old.label, "meaning": old.meaning, "words": {each: list(old.words[each]) for each in old.words}}
    return {"code": code} | {name: value for name, value in written.items() if value != was[name]}


def _merge(book: Book, code: str, key: str, _parts: int) -> dict[str, Any]:
    others = [other.code for other in book.offered if other.code != code]
    into = st.selectbox("Into", others, format_func=book.full_label, key=f"into_{key}", width=480)
    return {"code": code, "into": into}


def _split(book: Book, code: str, key: str, parts: int) -> dict[str, Any]:
    st.text("A comment goes to a new reason where it has one of its phrases; the others stay.")
    into = list[dict[str, Any]]()
    for part in range(1, parts + 1):
        one = _reason(book, book.group(code), f"{part}_{key}", f" of new reason {part}")
        taken = {each["code"] for each in into}
        into.append(one | {"code": f"{one['code']}-{part}"} if one["code"] in taken else one)
    return {"code": code, "into": into}


def _alone(_book: Book, code: str, _key: str, _parts: int) -> dict[str, Any]:
    return {"code": code}


def _use(_book: Book, name: str, _key: str, _parts: int) -> dict[str, Any]:
    return {"book": name}


_FIELDS = {
    "add": _add,
    "group": _group,
    "edit": _edit,
    "merge": _merge,
    "split": _split,
    "retire": _alone,
    "back": _alone,
    "use": _use,
}


def _reason(book: Book, group: str, key: str, which: str = "") -> dict[str, Any]:
    """A new reason of a group as it was written."""
    written = _fields(key, which)
    return {"group": group, "code": code_for(book, group, written["label"]), **written}


def _fields(key: str, which: str = "", *, label: str = "", meaning: str = "", words: Words | None = None) -> Any:
    """Name, meaning and phrases by language, as they were written."""
    left, right = st.columns(2, gap="medium")
    name = left.text_input(f"Name{which}", label, key=f"name_{key}", max_chars=LONGEST_LABEL)
    means = right.text_input(f"Meaning{which}", meaning, key=f"meaning_{key}", max_chars=LONGEST_MEANING)
    known, phrases = words or {}, dict[str, list[str]]()
    st.caption(f"Phrases{which} that speak for it, one a line")
    for (language, spoken), place in zip(LANGUAGES.items(), st.columns(len(LANGUAGES)), strict=True):
        text = "\n".join(known.get(language, ()))
        label_of = f"{spoken}{which}"
        lines = place.text_area(label_of, text, key=f"words_{language}_{key}", height=110).splitlines()
        if kept := [" ".join(line.split()) for line in lines if line.strip()]:
            phrases[language] = kept
    return {"label": " ".join(name.split()), "meaning": " ".join(means.split()), "words": phrases}
