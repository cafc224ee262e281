"""The draft beside a case: a template merged with this customer, edited by hand, copied, opened in mail, or sent."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from hashlib import sha256

import streamlit as st

from nps import ui, when
from nps.clock import now
from nps.errors import NpsError, Refused
from nps.rows import Followup
from nps.saying import optout, outbox, playbook, templates, thanks, wire, writers
from nps.saying.known import LONGEST, LONGEST_QUOTE, Writer, one_line, values
from nps.saying.mail import LONGEST_BODY, LONGEST_SUBJECT, mailto
from nps.saying.merging import FIELDS, WRITTEN
from nps.saying.outbox import Order, Posted
from nps.saying.templates import Draft, Template
from nps.store import the_store
from nps.wording.playing import reasons_of

OFTEN = 2.0  # seconds between two looks at a mail under way
LABELS = {
    "detail": "What happened",
    "next_step": "Next step",
    "by_when": "By when",
    "question": "Your question",
}
SAID = "mail_said"


def saying_panel(row: Followup, who: str | None) -> None:
    """What to say to this customer, beside the case."""
    mails = ui.ask(outbox.of_case, row.key)
    with st.expander("What to say", expanded=True, key="saying_panel"):
        _posted(mails, who)
        if said := st.session_state.pop(SAID, None):
            st.text(said)
        if who is None:
            st.text("Write your name above to write to this customer.")
            return
        plays = ui.ask(playbook.every)
        fitting = templates.fitting(ui.ask(templates.every), row.score or 0, reasons_of(row, plays))
        if not fitting:
            st.text("No template is for this score. Choose scores for one on the page What to say.")
            return
        _draft(row, fitting, ui.ask(writers.writer, who))


def _draft(row: Followup, fitting: Sequence[Template], writer: Writer) -> None:
    by_name = {template.name: template for template in fitting}
    # What it is about may have changed which comes first: then the choice begins anew.
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Template",
            list(by_name),
            format_func=lambda name: by_name[name].title,
            key=f"template_{row.key}_{fitting[0].name}",
        )
        _signature(writer)
    template = by_name[name]
    known = values(row, writer) | _written(row.key, template)
    draft = template.draft(known)
    # A widget keeps what was typed by its key: other values make another draft.
    mark = sha256(f"{row.key}\x1f{template.version}\x1f{draft.subject}\x1f{draft.body}".encode()).hexdigest()[:12]
    subject = st.text_input("Subject", draft.subject, key=f"subject_{mark}", max_chars=LONGEST_SUBJECT)
    body = st.text_area("Text", draft.body, key=f"body_{mark}", max_chars=LONGEST_BODY, height=300)
    still = tuple(field for field in draft.missing if f"[{field}]" in subject + body)
    _ways(row, Draft(template, subject, body, still), writer)


def _written(response_key: str, template: Template) -> dict[str, str]:
    """The fields of a template that the agent fills in for this customer."""
    fields = [field for field in WRITTEN if field in {slot.field for slot in template.slots()}]
    needed, found = template.needs(), dict[str, str]()
    for first in range(0, len(fields), 2):
        for field, column in zip(fields[first : first + 2], st.columns(2), strict=False):
            with column:
                found[field] = st.text_input(
                    LABELS[field] + (" (needed)" if field in needed else ""),
                    key=f"field_{field}_{response_key}",
                    max_chars=LONGEST_QUOTE,
                )
    return {field: one_line(text, LONGEST_QUOTE) for field, text in found.items() if text.strip()}


def _ways(row: Followup, draft: Draft, writer: Writer) -> None:
    """What hinders it, and the ways in which it goes out."""
    order = Order(
        response_key=row.key,
        person_id=row.person_id,
        template=draft.template,
        to=row.email or "",
        subject=draft.subject,
        body=draft.body,
        sender_name=writer.name,
        reply_to=writer.address,
    )
    hinders = _hinders(row, draft, order.key)
    server, trouble = _server()
    link = None if hinders else mailto(order.to, draft.subject, draft.body)
    with st.container(horizontal=True):
        st.button(
            "Send",
            type="primary",
            icon=":material/send:",
            key="send_mail",
            disabled=bool(hinders) or server is None,
            on_click=_do,
            args=[_send, order, writer.name],
        )
        st.link_button(
            "Open in mail", link or "mailto:", icon=":material/mail:", key="open_mail", disabled=link is None
        )
        with st.popover("Copy", icon=":material/content_copy:", key="copy_mail"):
            st.code(draft.subject, language=None, wrap_lines=True)
            st.code(draft.body, language=None, wrap_lines=True)
        st.button(
            "I sent it myself",
            icon=":material/check:",
            key="sent_myself",
            disabled=bool(hinders),
            on_click=_do,
            args=[_sent_by_hand, order, writer.name],
        )
    for text in (*hinders, *([trouble] if trouble else [])):
        st.text(text)
    if not hinders and link is None:
        st.text("The text is too long for a link to the mail client: copy it instead.")


def _hinders(row: Followup, draft: Draft, mail_key: str) -> tuple[str, ...]:
    """Why this draft cannot go out, a sentence each."""
    if any(mail.mail_key == mail_key and mail.state != "failed" for mail in ui.ask(outbox.of_case, row.key)):
        return ("This template went out to this customer before, see above. Choose another one.",)
    found = []
    if draft.missing:
        words = ", ".join(FIELDS[field] for field in draft.missing)
        found.append(f"Not known yet: {words}. Fill it in, or take [{draft.missing[0]}] out of the text.")
    if not row.email:
        found.append("No e-mail address is known. Call, or look for one in the account.")
    elif objection := ui.ask(optout.objection, row.email, row.person_id):
        found.append(objection)
    try:
        if row.email and not found:
            mailto(row.email, draft.subject, draft.body)
    except Refused as error:
        found.append(str(error))
    return tuple(found)


def _server() -> tuple[wire.Server | None, str | None]:
    try:
        server = wire.server()
    except Refused as error:
        return None, str(error)
    return server, None if server else "No mail server is set (NPS_SMTP_URL): open it in your mail client, or copy it."


def _do(way: Callable[[Order, str, timedelta], str], order: Order, who: str) -> None:
    """Let a draft go out one way, and keep what to say about it."""
    try:
        said = way(order, who, ui.ask(thanks.standing).between)
    except NpsError as error:
        said = str(error)
    st.session_state[SAID] = said


def _send(order: Order, who: str, ask_every: timedelta) -> str:
    outbox.put(the_store(), order, who=who, now=now(), ask_every=ask_every)
    return f"It goes out in {outbox.GRACE.seconds} seconds, and can be taken back until then."


def _sent_by_hand(order: Order, who: str, ask_every: timedelta) -> str:
    outbox.sent_by_hand(the_store(), order, who=who, now=now(), ask_every=ask_every)
    return "Recorded as sent, and the customer as contacted."


def _posted(mails: Sequence[Posted], who: str | None) -> None:
    """The mails of a case, looked at again while one is under way."""
    if any(mail.state in ("queued", "sending") for mail in mails):
        st.fragment(_under_way, run_every=OFTEN)(mails[0].response_key, who)
    else:
        _lines(mails, who)


def _under_way(response_key: str, who: str | None) -> None:
    mails = ui.ask(outbox.of_case, response_key)
    if not any(mail.state in ("queued", "sending") for mail in mails):
        st.rerun()
    _lines(mails, who)


WORDS: Mapping[str, str] = {
    "queued": "waits to be sent",
    "sending": "on its way",
    "sent": "sent",
    "failed": "not sent",
    "unknown": "may have been sent",
}


def _lines(mails: Sequence[Posted], who: str | None) -> None:
    for mail in mails:
        with st.container(horizontal=True, vertical_alignment="center", key=f"mail_{mail.mail_key[:12]}"):
            at = mail.settled_at or mail.claimed_at or mail.queued_at
            why = f" · {mail.said}" if mail.said and mail.state != "sent" else ""
            st.text(f"{mail.subject} · {WORDS[mail.state]}, {when.told(at)} · {mail.recipient}{why}")
            if who is None:
                continue
            args = [mail.mail_key, who]
            if mail.state == "queued":
                st.button(
                    "Take it back", icon=":material/undo:", key=f"back_{mail.mail_key}", on_click=take_back, args=args
                )
            if mail.state == "unknown":
                st.button("It arrived", key=f"yes_{mail.mail_key}", on_click=say_whether, args=[*args, True])
                st.button("It did not", key=f"no_{mail.mail_key}", on_click=say_whether, args=[*args, False])


def take_back(mail_key: str, who: str) -> None:
    """Stop a mail that waits."""
    try:
        outbox.take_back(the_store(), mail_key, who=who, now=now())
    except NpsError as error:
        st.session_state[SAID] = str(error)


def say_whether(mail_key: str, who: str, arrived: bool) -> None:
    """Settle a mail of which nobody knew whether it arrived."""
    try:
        outbox.say_whether(the_store(), mail_key, arrived=arrived, who=who, now=now())
    except NpsError as error:
        st.session_state[SAID] = str(error)


def _signature(writer: Writer) -> None:
    with st.popover("How you sign", icon=":material/signature:", key="signature"), st.form("sign", border=False):
        address = st.text_input(
            "Answers go to", writer.address, max_chars=254, help="Your own address; empty: the team's."
        )
        line = st.text_input("Direct line", writer.direct_line, max_chars=LONGEST)
        if st.form_submit_button("Save"):
            try:
                writers.write(the_store(), Writer(writer.name, address, line), now=now())
            except NpsError as error:
                ui.trouble(str(error))
                return
            st.rerun()
