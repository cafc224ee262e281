"""A page on paper: what it said, its charts and tables with filters and definitions, and nothing that acts."""

from html import unescape
from xml.etree import ElementTree as ET

import plotly.graph_objects as go
import pytest
from streamlit.testing.v1 import AppTest

from nps.store import Store
from nps.takeaway import paper, svg
from tests.pages.opening import bring_in, figures, opened, turn_to
from tests.pages.test_hostile_text import HEADER, HOSTILE, SEGMENTS, _file

WITH_CHARTS = ("overview", "trends", "segments", "measures", "compare", "team")


def report(app: AppTest, title: str) -> str:
    sheet = paper.kept(app.session_state["reports"][title])
    assert sheet is not None
    return paper.html(sheet)


@pytest.mark.parametrize("page", WITH_CHARTS)
def test_every_chart_of_every_page_can_be_drawn_on_paper(filled: Store, page: str) -> None:
    app = opened(page, query={"period": "All time" if page != "compare" else "Last 12 months"})
    found = figures(app)
    assert found
    for spec in found.values():
        drawn = ET.fromstring(svg.drawn(go.Figure(data=spec["data"], layout=spec["layout"]), told=""))
        values = [value for each in drawn.iter() for name, value in each.attrib.items() if name != "aria-label"]
        assert not [value for value in values if "nan" in value or "inf" in value]
        assert len(list(drawn.iter())) > 10
    [title] = app.session_state["reports"]
    assert report(app, title).count("<figure>") == len(found)


def test_a_report_says_what_the_page_says_with_filters_and_definitions(filled: Store) -> None:
    app = opened("segments", query={"segment": "Region", "seg_plan": ["Team", "Starter"], "period": "All time"})
    text = unescape(report(app, "Segments"))
    assert f"<h2>{app.header[0].value}</h2>" in text
    assert "<dt>Plan</dt><dd>Starter or Team</dd>" in text
    assert "<dt>Period</dt><dd>all time</dd>" in text
    assert "promoters give 9 or 10" in text
    assert "<td>North America</td>" in text
    assert "<h2>People</h2>" not in text, "nobody's name goes on paper"
    assert not [row for row in app.dataframe[-1].value["E-mail"] if row and row in text]


def test_a_report_is_the_page_as_it_was_drawn_last(filled: Store) -> None:
    app = opened("overview")
    name = app.session_state["reports"]["Overview"]
    app.sidebar.multiselect(key="seg_region").select("EMEA").run()
    assert app.session_state["reports"] == {"Overview": name}
    assert "<dt>Region</dt><dd>EMEA</dd>" in report(app, "Overview")
    turn_to(app, "followups")
    assert set(app.session_state["reports"]) == {"Overview"}, "a page without charts has no report"
    assert paper.kept("guessed") is None


@pytest.mark.parametrize("page", ["overview", "segments", "measures"])
def test_hostile_names_are_text_on_paper(empty: Store, page: str) -> None:
    bring_in(empty, "a.csv", _file(), segments=SEGMENTS, score="score", date="date", comment="comment")
    [first, _] = [row[0] for row in empty.rows("SELECT column_name FROM segments ORDER BY position")]
    app = opened(page, query={first: f"A {HOSTILE}", "period": "All time"})
    [title] = app.session_state["reports"]
    html = report(app, title)
    assert unescape(html).count(HOSTILE) >= 1
    assert HEADER.split("$")[0] in unescape(html)
    for tag in ("<script", "<img", "<a ", "<iframe", " onload", "javascript:"):
        assert tag not in html.lower()


def test_a_long_table_is_cut_on_paper_and_says_so() -> None:
    rows = paper.Rows("Figures", ("Name", "Count"), [(f"row {number}", number) for number in range(100)])
    text = paper.html(paper.Paper("A page", [paper.Heading("Empty", 2), paper.Heading("Full", 2), rows]))
    assert "row 59" in text
    assert "row 60" not in text
    assert "and 40 more rows" in text
    assert "Empty" not in text, "a heading that nothing follows"
