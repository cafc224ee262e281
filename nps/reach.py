"""What a page shows where it may be out of date: a lake's catalog does not answer, so nobody knows what others did."""

import streamlit as st

from nps.store import the_store

LOOK_EVERY = 5.0  # seconds, while a page stands open


def say() -> None:
    """Say since when nothing was heard; a file is always within reach."""
    if the_store().shared:
        _notice()


@st.fragment(run_every=LOOK_EVERY)
def _notice() -> None:
    store = the_store()
    if since := store.out_of_touch_since:
        with st.container(border=True, key="out_of_touch"):
            st.badge("Out of touch", icon=":material/cloud_off:", color="red")
            st.text(
                f"Nothing was heard from the store {store.name} since {since:%H:%M:%S} UTC. "
                "What you see may be out of date, and nothing can be saved until it answers."
            )
