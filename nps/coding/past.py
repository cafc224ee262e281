"""What was done to the codebook, the newest first, each step to be taken back where none builds on it."""

import streamlit as st

from nps import ui, views, when
from nps.codebook import changing
from nps.codebook.shipped import FIRST, shipped
from nps.codebook.telling import Told, history
from nps.coding import stepping
from nps.reasons import recoding


def steps(who: str | None) -> None:
    """All steps with who and when."""
    st.header("History", anchor=False)
    told = history(ui.ask(changing.steps), shipped(), FIRST)
    if not told:
        st.text(f"Nothing was changed yet: this is the codebook “{FIRST}” as it comes with the dashboard.")
        return
    page = views.pages(len(told), key="codebook_page")
    for one in told[(page - 1) * views.PAGE_SIZE : page * views.PAGE_SIZE]:
        with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            _one(one, told[0].step.number, who)


def _one(one: Told, version: int, who: str | None) -> None:
    step = one.step
    lines = [f"{step.number}. {one.words}", f"{when.told(step.done_at)} · {step.done_by}"]
    if one.undone:
        lines.append(f"Taken back by {one.undone.done_by}, {when.told(one.undone.done_at)}.")
    stays = None if one.undone or step.action == "undone" else ui.ask(recoding.stays, step.number)
    if stays:
        lines.append(f"It cannot be taken back. {stays}")
    st.text("\n".join(lines))
    if not one.undone and step.action != "undone":
        st.button(
            "Undo",
            icon=":material/undo:",
            key=f"codebook_undo_{step.number}",
            disabled=who is None or stays is not None,
            on_click=stepping.ask,
            args=["undone", {"step": step.number}, version, who],
        )
