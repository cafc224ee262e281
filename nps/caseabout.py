"""What an agent knows before the call: who it is, what was said, how urgent it is, and what happened before."""

from collections.abc import Sequence

import streamlit as st

from nps import queries, ui, when
from nps.cases import OVER, STATES
from nps.desk import clock
from nps.rows import Followup, Sibling

MOST_SIBLINGS = 6


def head(row: Followup) -> None:
    """Who it is, how urgent, and how far the follow-up has come, on one line where there is room."""
    waits = f" on {'the customer' if row.waiting_on == 'customer' else 'us'}" if row.waiting_on else ""
    owner = f" · {ui.literal(row.owner)}" if row.owner else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        name = ui.literal(row.name or row.email or row.account or "Somebody without a name")
        st.header(name, anchor=False, width="content")
        st.badge(f"Score {row.score}", color="red" if (row.score or 0) <= 3 else "orange")
        if told := clock(row, ui.minute(), ui.today()):
            st.badge(told, icon=":material/schedule:", color="gray")
        st.markdown(f"**{(row.state or STATES[0]).capitalize()}{waits}**{owner}", width="content")


def about(row: Followup, labels: Sequence[str]) -> None:
    """The case's customer and account, the most important first."""
    st.text("\n".join(line for line in (_reach(row), _money(row), _urgent(row)) if line))
    if row.duplicate_of:
        st.page_link(
            ui.page_file("followups"),
            label="Worked on in the case that this one repeats",
            icon=":material/subdirectory_arrow_right:",
            query_params={"case": row.duplicate_of, "period": "All time"},
        )
    st.page_link(
        ui.page_file("customer"),
        label="All that is known of this customer",
        icon=":material/person_search:",
        query_params={"person": str(row.person_id)},
    )
    _before(row)
    facts = [("Account", row.account), ("Survey", row.survey), *zip(labels, row.segments, strict=True)]
    facts.append(("Answered", when.told_answered(row.answered_at)))
    late = ", which was before the upload" if row.born_overdue else ""
    facts.append(("First contact due", f"{when.told(row.due_at)}{late}"))
    if row.outcome:
        facts.append(("Ended", ", ".join(filter(None, (row.outcome, row.root_cause, row.resolution)))))
    st.text("\n".join(f"{name}: {value}" for name, value in facts if value))


def _reach(row: Followup) -> str:
    """How to reach the customer, or why one cannot."""
    if row.opted_out:
        return "Asked not to be contacted."
    ways = [f"E-mail: {row.email}"] if row.email else []
    ways += [f"Phone: {row.phone}"] if row.phone else []
    if ways:
        return "\n".join(ways)
    if row.name or row.account:
        return "Cannot be reached: the answer has no e-mail, and the files about customers have no address or phone."
    return "Cannot be reached: the answer is anonymous, without name, e-mail or account."


def _money(row: Followup) -> str:
    told = [f"Revenue: {row.revenue:,.0f}"] if row.revenue is not None else []
    told += [f"Renewal: {row.renewal_on:%-d %b %Y}"] if row.renewal_on else []
    told += [f"Account owner: {row.account_owner}"] if row.account_owner else []
    return " · ".join(told)


def _urgent(row: Followup) -> str:
    """The formula of the list's order with this case's figures."""
    names = ("severity", "revenue", "renewal", "recency")
    parts = " × ".join(f"{name} {weight:.2g}" for name, weight in zip(names, row.weights, strict=True))
    return f"Urgency {row.urgency:.1f} = {parts}"


def _before(row: Followup) -> None:
    """The other answers of the customer with what became of them, and unhappy colleagues who still wait."""
    siblings = ui.ask(queries.siblings, row.person_id, row.account_id)
    unhappy = any(other.key == row.key and other.detractor for other in siblings)
    own = [other for other in siblings if other.same_person and other.key != row.key]
    again = unhappy and row.state not in OVER and any(other.detractor and other.state in OVER for other in own)
    _list("The same customer, unhappy again" if again else "The same customer", own)
    waiting = [o for o in siblings if not o.same_person and o.detractor and o.state not in OVER]
    _list("Unhappy colleagues of the account", waiting)


def _list(title: str, siblings: Sequence[Sibling]) -> None:
    if not siblings:
        return
    st.markdown(f"**{title}**")
    with st.container(gap="small"):
        for other in siblings[:MOST_SIBLINGS]:
            _link(other)
    if len(siblings) > MOST_SIBLINGS:
        st.caption(f"and {len(siblings) - MOST_SIBLINGS:,} more")


def _link(other: Sibling) -> None:
    who = "" if other.same_person else f" · {other.name or other.email or 'somebody without a name'}"
    ended = f" ({other.outcome})" if other.outcome else ""
    state = f" · {other.state}{ended}" if other.detractor or other.state != STATES[0] else ""
    st.page_link(
        ui.page_file("followups"),
        label=ui.literal(f"{other.score} · {when.told_answered(other.answered_at)}{who}{state}"),
        icon=":material/subdirectory_arrow_right:",
        query_params={"case": other.key, "period": "All time"},
    )
