"""The thank-you that goes out by itself, mail that needs a look, and who wants no mail: on the page."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from nps import ui
from nps.clock import ago, counted, now
from nps.errors import NpsError, Refused
from nps.saying import optout, outbox, templates, thanks, wire
from nps.saying.known import LONGEST
from nps.saying.thanks import LOWEST, MOST_AN_HOUR, MOST_DAYS, WHY, Reach, ThankYou
from nps.store import the_store
from nps.wording.drafting import SAID, WORDS, say_whether
from nps.wording.editing import TOLD

SHOWN = 50  # answers of each kind in the preview
LISTED = 100


def thank_you(who: str | None) -> None:
    """Whether thanks go out by themselves, to whom they would, and whom they leave out and why."""
    standing = ui.ask(thanks.standing)
    st.header("Thank-you by itself", anchor=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge("On" if standing.on else "Off", color="green" if standing.on else "gray")
        st.text(
            "Happy customers who answered lately are thanked, a few an hour, each once. Unhappy ones never: a person "
            "writes to them."
        )
    try:
        if wire.server() is None:
            st.text("No mail server is set, so nothing goes out: name one with NPS_SMTP_URL and NPS_MAIL_FROM.")
    except Refused as error:
        ui.trouble(str(error))
    wanted = _form(standing, who)
    if wanted is not None:
        _preview(ui.ask(thanks.reach, wanted, now=ui.minute(), limit=SHOWN), wanted)


def _form(standing: ThankYou, who: str | None) -> ThankYou | None:
    """The fields of the thank-you; what they make, None where they make none."""
    key = standing.version
    every = {one.name: one.title for one in ui.ask(templates.every) if not one.retired and not one.ask}
    names = list(every)
    first, second, third = st.columns(3)
    with first:
        name = st.selectbox(
            "Template",
            names,
            index=names.index(standing.template) if standing.template in names else 0,
            format_func=every.__getitem__,
            key=f"thanks_template_{key}",
        )
        sender = st.text_input("Signed by", standing.sender, key=f"thanks_sender_{key}", max_chars=LONGEST)
    with second:
        lowest, highest = st.slider(
            "Scores", LOWEST, 10, (standing.lowest, standing.highest), key=f"thanks_scores_{key}"
        )
        reply_to = st.text_input(
            "Answers go to", standing.reply_to, key=f"thanks_reply_{key}", placeholder="The address mail is sent from"
        )
    with third:
        days = st.number_input("Answered within days", 1, MOST_DAYS, standing.days, key=f"thanks_days_{key}")
        per_hour = st.number_input("At most an hour", 1, MOST_AN_HOUR, standing.per_hour, key=f"thanks_hour_{key}")
    ask_every = st.number_input(
        "Days between two mails of thanks, or two favours, for one person",
        1,
        10 * MOST_DAYS,
        standing.ask_every,
        key=f"thanks_every_{key}",
        help="A story, a reference or a review is asked of one person at most once in this time, by hand too.",
    )
    try:
        wanted = ThankYou(
            standing.on,
            name,
            lowest,
            highest,
            days,
            per_hour,
            ask_every,
            sender.strip(),
            reply_to.strip(),
            standing.version,
        )
    except Refused as error:
        ui.trouble(str(error))
        return None
    _buttons(standing, wanted, who)
    return wanted


def _buttons(standing: ThankYou, wanted: ThankYou, who: str | None) -> None:
    with st.container(horizontal=True):
        label = "Turn it off" if standing.on else "Turn it on"
        st.button(
            label,
            type="secondary" if standing.on else "primary",
            icon=":material/power_settings_new:",
            key="thanks_on",
            disabled=who is None,
            on_click=_decide,
            args=[wanted, not standing.on, who],
        )
        st.button(
            "Save",
            key="thanks_save",
            disabled=who is None or wanted == standing,
            on_click=_decide,
            args=[wanted, standing.on, who],
        )
    if who is None:
        st.text("Write your name above to change this.")


def _decide(wanted: ThankYou, on: bool, who: str) -> None:
    try:
        thanks.decide(the_store(), replace(wanted, on=on), who=who, now=now())
    except NpsError as error:
        st.session_state[ui.FAILED] = str(error)
        return
    st.session_state[TOLD] = "Thanks go out by themselves now." if on else "Kept. No thanks go out by themselves."


def _preview(reach: Reach, wanted: ThankYou) -> None:
    st.subheader("Whom it would reach now", anchor=False)
    if not reach.counts:
        st.text(f"Nobody: no such score was given in the last {counted(wanted.days, 'day')}.")
        return
    reached = reach.counts.get("reached", 0)
    hours = -(-reached // wanted.per_hour)
    pace = f", in {counted(hours, 'hour')} at {wanted.per_hour:,} an hour" if reached else ""
    st.text(f"{counted(reached, 'customer')}{pace}.")
    left_out = [f"{n:,} {WHY[why]}" for why, n in reach.counts.items() if why != "reached"]
    if left_out:
        st.text("Not thanked: " + "; ".join(left_out) + ".")
    table = [
        [WHY[one.why].capitalize(), one.name or "", one.email or "", one.account or "", one.score, one.answered_at]
        for one in reach.first
    ]
    st.dataframe(
        pd.DataFrame(table, columns=["What becomes of it", "Customer", "E-mail", "Account", "Score", "Answered"]),
        hide_index=True,
        key="thanks_preview",
        alt="Whom the thank-you would reach, and whom not and why",
        column_config={"Answered": st.column_config.DatetimeColumn(format="D MMM YYYY")},
    )


def opt_outs(who: str | None) -> None:
    """Who wants no mail: the list, and a way to add to it and to take from it."""
    st.header("Who wants no mail", anchor=False)
    n = ui.ask(optout.count)
    st.text(
        f"{n:,} on the list. Nothing is sent to them, whoever asks; "
        "people whose data says that they opted out are left alone too."
    )
    pasted = st.text_area(
        "E-mail addresses", key="opt_out_text", placeholder="One a line, or a pasted column", height=110
    )
    file = st.file_uploader("Or a text or CSV file", type=["csv", "txt"], key="opt_out_file")
    text = pasted + "\n" + (file.getvalue().decode("utf-8", "replace") if file else "")
    listed = optout.read(text)
    if listed.not_read:
        st.text(f"Not read as addresses: {', '.join(listed.not_read[:10])}.")
    with st.container(horizontal=True):
        for label, opted_out in (("They want no mail", True), ("They want mail again", False)):
            st.button(
                f"{label} ({len(listed.addresses):,})" if listed.addresses else label,
                key=f"opt_out_{opted_out}",
                disabled=who is None or not listed.addresses,
                on_click=_write_down,
                args=[listed.addresses, opted_out, who],
            )
    if n:
        rows = [[one.address, one.at, one.who] for one in ui.ask(optout.unwanted, limit=LISTED)]
        st.dataframe(
            pd.DataFrame(rows, columns=["Address", "Since", "Written down by"]),
            hide_index=True,
            key="opt_outs",
            alt="Addresses that want no mail, the newest first",
            column_config={"Since": st.column_config.DatetimeColumn(format="D MMM YYYY")},
        )


def _write_down(addresses: tuple[str, ...], opted_out: bool, who: str) -> None:
    try:
        new = optout.write(the_store(), addresses, opted_out=opted_out, who=who, now=now())
    except NpsError as error:
        st.session_state[ui.FAILED] = str(error)
        return
    st.session_state["opt_out_text"] = ""
    wants = "want no mail from now on" if opted_out else "want mail again"
    st.session_state[TOLD] = f"{new:,} of {len(addresses):,} {wants}; the others did so before."


def to_look_after(who: str | None) -> None:
    """Mail that a person has to look after: what may have been sent, and what was not."""
    counts = ui.ask(outbox.states)
    if not counts:
        return
    st.header("Mail", anchor=False)
    st.text(" · ".join(f"{n:,} {WORDS[state]}" for state, n in sorted(counts.items())))
    if said := st.session_state.pop(SAID, None):
        ui.trouble(said)
    for mail in ui.ask(outbox.unsettled, limit=20):
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"look_{mail.mail_key[:12]}"):
            at = ago(mail.settled_at or mail.queued_at, at=now())
            st.text(f"{mail.recipient} · {mail.subject} · {WORDS[mail.state]} {at} · {mail.said or ''}")
            if mail.state == "unknown" and who:
                args = [mail.mail_key, who]
                st.button("It arrived", key=f"arrived_{mail.mail_key}", on_click=say_whether, args=[*args, True])
                st.button("It did not", key=f"lost_{mail.mail_key}", on_click=say_whether, args=[*args, False])
