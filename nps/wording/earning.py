"""Which template earns an answer, and a better next score: on the page, with n and interval."""

import pandas as pd
import streamlit as st

from nps import ui
from nps.saying import figures, templates
from nps.saying.figures import Share
from nps.score import FEWEST_COMPARED, FEWEST_SHOWN

HEADER = ("Template", "Mails", "Answered", "Answered, 95 %", "Scored again", "Better", "Better, 95 %", "Reads as")


def earnings() -> None:
    """What each template earned, in a table; too few to be shown are dashes."""
    st.header("Which template earns an answer", anchor=False)
    st.text(figures.MEANING)
    rows = ui.ask(figures.earned)
    if not rows:
        st.text("No mail was sent yet. Write one beside a case on Follow-ups, and it counts here.")
        return
    titles = {template.name: template.title for template in ui.ask(templates.every)}
    table = []
    for row in rows:
        answered, better = row.answered, row.better
        few = "" if answered.n >= FEWEST_COMPARED else "too few to compare"
        table.append(
            [
                titles.get(row.template, row.template),
                answered.n,
                _percent(answered),
                _interval(answered),
                better.n if better.n >= FEWEST_SHOWN else None,
                _percent(better),
                _interval(better),
                few,
            ]
        )
    st.dataframe(
        pd.DataFrame(table, columns=list(HEADER)),
        hide_index=True,
        key="earnings",
        alt="Shares of answers and of better next scores by template",
    )


def _percent(share: Share) -> str:
    return "–" if share.percent is None else f"{share.percent:.0f} %"


def _interval(share: Share) -> str:
    interval = share.interval()
    return "–" if interval is None else f"{interval[0]:.0f} to {interval[1]:.0f} %"
