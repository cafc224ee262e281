"""The entry script of every run: the sidebar's selection, then the page that the address names."""

import streamlit as st

from nps import reach, sidebar, ui
from nps.errors import NpsError
from nps.places import ROOT
from nps.turns import turn

PAGES = (
    ("overview", "Overview", "space_dashboard"),
    ("trends", "Trends", "show_chart"),
    ("compare", "What changed", "difference"),
    ("beside", "Side by side", "compare"),
    ("measures", "Measures", "straighten"),
    ("hotspots", "Hotspots", "crisis_alert"),
    ("segments", "Segments", "stacked_bar_chart"),
    ("reasons", "Reasons", "psychology_alt"),
    ("comments", "Comments", "chat"),
    ("followups", "Follow-ups", "support_agent"),
    ("templates", "What to say", "forum"),
    ("codebook", "Codebook", "label"),
    ("team", "Team", "groups"),
    ("imports", "Imports", "upload_file"),
    ("context", "Customer context", "contact_page"),
    ("customer", "Customer", "person"),
    ("settings", "Settings", "settings"),
)
HIDDEN = {"customer"}  # reached from a case, not from the sidebar
FOOTER = "Net Promoter Score and NPS are registered trademarks of Bain & Company, Satmetrix Systems and Fred Reichheld."


def run() -> None:
    """Draw one run of the app."""
    # Before the navigation: a browser would ask Google for the picture of the page's icon until it knows this one.
    st.set_page_config(page_icon=ROOT / "docs" / "icon.png", layout="wide")
    st.logo(ROOT / "docs" / "icon.png", size="large")
    page = st.navigation(
        [
            st.Page(
                ui.page_file(name),
                title=title,
                icon=f":material/{icon}:",
                default=name == "overview",
                visibility="hidden" if name in HIDDEN else "visible",
            )
            for name, title, icon in PAGES
        ],
        expanded=True,
    )
    st.set_page_config(page_title=f"{page.title} · NPS dashboard")
    try:
        reach.say()
        sidebar.draw()
    except NpsError as error:
        ui.trouble(str(error))
        return
    page.run()
    st.caption(FOOTER)


with turn():
    run()
