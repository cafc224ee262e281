"""A text tried out on real customers of the selection, the worst included: what each would read, and what blocks it."""

from collections.abc import Sequence

import streamlit as st

from nps import queries, ui
from nps.errors import Refused
from nps.rows import Response, Telling
from nps.saying.known import Writer, one_line, values
from nps.saying.mail import address
from nps.saying.merging import FIELDS, WRITTEN
from nps.saying.templates import Template


def tried_out(frame: ui.Frame, template: Template, *, who: str | None) -> None:
    """The template on rows of the selection, and how many of them lack what it needs."""
    st.header("On real customers", anchor=False)
    found = ui.ask(queries.telling_rows, frame.selection, template.scores)
    ui.sentence(frame, found.n)
    if not found.n:
        st.text("Nobody of this selection gave a score that this template is for. Choose a longer period.")
        return
    if lacks := _lacks(template, found):
        st.text(lacks)
    _examples(found.rows, template, Writer(who or "Your Name", direct_line="‹your direct line›"))


def _lacks(template: Template, found: Telling) -> str:
    """How many customers lack what the template merges, and what becomes of them."""
    used = {slot.field: slot.fallback for slot in template.slots()}
    parts = []
    for missing, fields in (
        (found.name, ("first_name", "name")),
        (found.account, ("account",)),
        (found.comment, ("quote", "you_wrote")),
    ):
        merged = [field for field in fields if field in used]
        if missing and merged:
            blocked = any(used[field] is None for field in merged)
            what = {"first_name": "name", "name": "name", "account": "account"}.get(merged[0], "comment")
            parts.append(f"{missing:,} have no {what}: {'it blocks' if blocked else 'the fallback stands there'}.")
    if found.email:
        parts.append(f"{found.email:,} have no e-mail address.")
    return " ".join(parts)


def _examples(rows: Sequence[tuple[str, Response]], template: Template, writer: Writer) -> None:
    examples = {field: f"‹{FIELDS[field]}›" for field in WRITTEN if field in template.needs()}
    seen: dict[str, tuple[list[str], Response]] = {}
    for why, row in rows:
        seen.setdefault(row.key, ([], row))[0].append(why)
    for number, (whys, row) in enumerate(seen.values()):
        draft = template.draft(values(row, writer) | examples)
        blocks = [f"{FIELDS[field]} is not known" for field in draft.missing] + _no_address(row)
        mark = ":material/block:" if blocks else ":material/check:"
        with st.expander(", ".join(whys), icon=mark, expanded=bool(blocks) or number == 0, key=f"tried_{number}"):
            st.text(f"Blocked: {'; '.join(blocks)}." if blocks else "Nothing blocks it.")
            st.code(
                f"To: {one_line(row.email, 80) or '–'}\nSubject: {draft.subject}\n\n{draft.body}",
                language=None,
                wrap_lines=True,
            )


def _no_address(row: Response) -> list[str]:
    if not row.email:
        return ["no e-mail address is known"]
    try:
        address(row.email)
    except Refused:
        return ["its e-mail address is none that mail can go to"]
    return []
