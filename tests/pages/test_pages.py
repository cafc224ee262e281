"""Every page cold, filled, routed and filtered, and what it says when something is wrong."""

from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from nps.clock import now
from nps.places import Place
from nps.selection import PERIOD_WORDS, UNITS
from nps.store import Store
from tests.pages.opening import PAGES, ROOT, assert_well, bring_in, labelled, nodes, opened, says, turn_to

TITLES = (
    "Overview",
    "Trends",
    "Segments",
    "Follow-ups",
    "Team",
    "Imports",
    "Settings",
    "What to say",
    "What changed",
    "Hotspots",
    "Comments",
    "Measures",
    "Side by side",
    "Reasons",
    "Codebook",
)
TITLE = dict(zip(PAGES, TITLES, strict=True))
QUARTER = timedelta(days=91)


def title(app: AppTest) -> str:
    [one] = app.title
    return str(one.value)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_on_an_empty_store(empty: Store, page: str) -> None:
    app = opened(page)
    assert title(app) == TITLE[page]
    assert not app.metric
    assert not [node for node in nodes(app) if node.type == "plotly_chart"]


@pytest.mark.parametrize("page", ["overview", "trends", "segments", "followups", "compare", "measures"])
def test_an_empty_store_says_one_sentence_and_offers_the_upload(empty: Store, page: str) -> None:
    app = opened(page)
    [button] = [each for each in app.main.button if each.label == "Upload a file"]
    button.click().run()
    assert_well(app)
    assert title(app) == "Imports"


def test_the_way_on_from_an_empty_list_works_with_filters_in_the_address(looked_at: Store) -> None:
    app = opened("followups", query={"text": "nobody wrote this", "seg_region": "EMEA"})
    [button] = [each for each in app.main.button if each.label == "See all responses"]
    button.click().run()
    assert_well(app)
    assert title(app) == "Segments"
    assert says(app, "Region: EMEA")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_the_sample(looked_at: Store, page: str) -> None:
    app = opened(page)
    assert title(app) == TITLE[page]
    assert says(app, "An invented company.")
    words = {"imports": "rows =", "settings": "Nothing was changed yet", "codebook": "“B2B software”: 19 reasons"}
    assert says(app, words.get(page, "1 Nov 2025 to 31 Oct 2026"))


@pytest.mark.parametrize("page", PAGES)
def test_a_page_run_without_the_front_door_stops_at_the_gate(looked_at: Store, page: str) -> None:
    app = AppTest.from_file(ROOT / "pages" / f"{page}.py", default_timeout=30).run()
    assert_well(app)
    [error] = app.error
    assert "front door" in error.value
    assert {node.type for node in nodes(app)} <= {"main", "sidebar", "event", "error"}


def test_the_pages_of_one_session_share_its_filters(looked_at: Store) -> None:
    app = opened("overview")
    labelled(app.sidebar.multiselect, "Region").select("EMEA").run()
    labelled(app.sidebar.selectbox, "Period").select("90d").run()
    for page in (*PAGES[:4], "measures"):
        turn_to(app, page)
        assert says(app, "Region: EMEA"), page
        assert says(app, "3 Aug 2026 to 31 Oct 2026"), page


def test_a_link_selects_what_it_names(looked_at: Store) -> None:
    query: dict[str, str | list[str]] = {
        "seg_plan": ["Team", "Starter"],
        "unit": "latest per account",
        "period": "All time",
    }
    app = opened("segments", query={**query, "segment": "Region", "with": "Channel", "value": "EMEA"})
    assert says(app, "all time · all surveys · Plan: Starter or Team · latest per account")
    assert says(app, "all time · all surveys · Plan: Starter or Team · Region: EMEA · latest per account")
    assert (app.selectbox(key="segment").value, app.selectbox(key="with").value) == ("seg_region", "seg_channel")
    app = opened("trends", query={"grain": "Quarter", "point": "Q1 2026", "survey": "Relationship NPS"})
    assert says(app, "Responses of Q1 2026")
    app = opened("followups", query={"score": ["0", "2"], "state": "contacted", "text": "import", "period": "All time"})
    scores, states = (set(app.dataframe[0].value[name]) for name in ("Score", "State"))
    assert scores <= {0, 1, 2}
    assert states == {"contacted"}


@pytest.mark.parametrize(
    "query",
    [
        {"period": "yesterday", "unit": "household", "survey": "Another"},
        {"seg_region": ["Atlantis"], "seg_nowhere": "x"},
        {
            "grain": "century",
            "point": "1999-01-01",
            "segment": "seg_gone",
            "with": "seg_gone",
            "value": "x",
            "other": "y",
        },
        {"state": ["lost"], "owner": "Nobody at all", "score": ["9", "12"], "page": "999", "case": "no such case"},
        {"period": "Custom dates", "from": "someday", "to": ""},
        {"from": "2026-01-01", "to": "2026-02-01"},
    ],
)
@pytest.mark.parametrize("page", PAGES)
def test_a_link_that_names_what_is_not_there_falls_back(looked_at: Store, page: str, query: dict[str, str]) -> None:
    assert title(opened(page, query=query)) == TITLE[page]


@pytest.mark.parametrize("page", PAGES)
def test_every_filter_works_on_every_page(looked_at: Store, page: str) -> None:
    app = opened(page)
    for name in PERIOD_WORDS:
        labelled(app.sidebar.selectbox, "Period").select(name).run()
        assert_well(app)
    labelled(app.sidebar.selectbox, "Period").select("all").run()
    for unit in UNITS:
        labelled(app.sidebar.selectbox, "One vote is").select(unit).run()
        assert_well(app)
    labelled(app.sidebar.selectbox, "Survey").select_index(1).run()
    for number in range(len(app.sidebar.multiselect)):
        filter_of = app.sidebar.multiselect[number]
        filter_of.select(filter_of.options[0]).run()
        assert_well(app)
    [clear] = [button for button in app.sidebar.button if button.label == "Clear filters"]
    clear.click().run()
    assert_well(app)
    assert not [each.value for each in app.sidebar.multiselect if each.value]
    assert labelled(app.sidebar.selectbox, "One vote is").value == "response"


def test_days_in_the_wrong_order_are_refused_in_a_sentence_and_can_be_mended(looked_at: Store) -> None:
    app = opened("overview", query={"period": "Custom dates", "from": "2026-05-01", "to": "2026-01-01"})
    assert says(app, "Swap the two days.")
    labelled(app.sidebar.date_input, "To").set_value(labelled(app.sidebar.date_input, "From").value + QUARTER).run()
    assert_well(app)
    assert says(app, "1 May 2026 to 31 Jul 2026")


def test_a_day_before_the_days_in_the_store_shows_nobody(looked_at: Store) -> None:
    for page in (*PAGES[:4], "measures"):
        app = opened(page, query={"period": "Custom dates", "from": "2020-01-01", "to": "2020-02-01"})
        assert says(app, "0 answers") or says(app, "0 follow-ups")


def test_a_filter_that_finds_nobody_is_said_in_words(looked_at: Store) -> None:
    query = {
        "seg_region": "APAC",
        "period": "Custom dates",
        "from": "2026-10-31",
        "to": "2026-10-31",
        "seg_plan": "Starter",
    }
    assert says(opened("overview", query=query), "Nobody gave a score in this selection.")
    assert says(opened("trends", query=query), "No responses in this selection.")
    assert says(opened("segments", query=query), "No responses here.")
    assert says(opened("followups", query=query), "No follow-ups match.")


def test_a_week_has_too_few_answers_and_says_so(looked_at: Store) -> None:
    app = opened("trends", query={"grain": "Week", "seg_region": "LATAM"})
    assert any("too few to compare" in each.value for each in app.caption)


def test_choosing_a_period_narrows_the_list_to_its_responses(looked_at: Store) -> None:
    app = opened("trends")
    app.selectbox(key="point").select("2026-03-01").run()
    assert_well(app)
    assert says(app, "Responses of Mar 2026")
    months = {(moment.year, moment.month) for moment in app.dataframe[-1].value["Answered"]}
    assert months == {(2026, 3)}


def test_changing_the_segment_forgets_the_value_of_the_other(looked_at: Store) -> None:
    app = opened("segments", query={"value": "Starter", "other": "EMEA"})
    assert says(app, "Plan: Starter · Region: EMEA")
    app.selectbox(key="segment").select("seg_channel").run()
    assert_well(app)
    assert not says(app, "Starter")


def test_responses_without_dates_say_why_there_is_no_trend(empty: Store) -> None:
    bring_in(empty, "undated.csv", "nps,comment\n" + "9,fine\n3,slow\n0,bad\n" * 5, score="nps")
    assert says(opened("trends", query={"period": "All time"}), "None of the 15 responses has a date")
    assert says(opened("overview", query={"period": "All time"}), "15 answers")
    assert says(opened("followups", query={"period": "All time"}), "10 follow-ups")
    assert says(opened("segments", query={"period": "All time"}), "15 answers")


def test_a_segment_may_be_called_like_a_column_of_ours(empty: Store) -> None:
    names = ("State", "Owner", "Contacted", "Comment", "NPS", "Answers", "Low", "Costs the total", "Note", "Period")
    header = ",".join(("score", "answered at", *names))
    rows = [
        ",".join((str(number % 11), f"2026-{1 + number % 9:02d}-03", *(f"{name} {number % 2}" for name in names)))
        for number in range(60)
    ]
    bring_in(empty, "unlucky.csv", "\n".join([header, *rows]), score="score", date="answered at", comment="Comment")
    labels = [row[0] for row in empty.rows("SELECT label FROM segments ORDER BY position")]
    assert set(names) - set(labels) <= {"Comment"}
    for page in PAGES:
        opened(page, who="Ada")
    for label in labels:
        opened("segments", query={"segment": label})
    with_case = opened("followups", who="Ada", query={"case": followup_key(empty)})
    assert says(with_case, "State: State ")


def followup_key(store: Store) -> str:
    """A detractor of the store."""
    return str(store.rows("SELECT response_key FROM followups ORDER BY score, response_key")[0][0])


def test_the_sample_goes_with_one_click(filled: Store) -> None:
    app = opened("overview")
    app.button(key="remove_sample").click().run()
    assert_well(app)
    assert not says(app, "An invented company.")
    assert says(app, "There are no responses yet.")
    assert filled.rows("SELECT count(*) FROM responses") == [(0,)]
    for page in PAGES:
        turn_to(app, page)


def test_a_name_is_asked_where_it_is_needed_and_an_empty_one_refused(looked_at: Store) -> None:
    app = opened("followups")
    assert says(app, "Who are you?")
    [form_button] = [button for button in app.button if button.label == "Save my name"]
    labelled(app.text_input, "Your name").set_value("   ")
    form_button.click().run()
    assert_well(app)
    assert says(app, "Write your name")
    assert labelled(app.text_input, "Search") is not None


def test_a_store_that_cannot_be_used_is_a_sentence_on_every_page(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    if isinstance(place, Path):
        place.write_bytes(b"no store, though it has the name of one" * 1_000)
        told = "The file nps.duckdb is not a store of this program, or is damaged."
    else:
        monkeypatch.setenv("NPS_STORE", str(place).replace("dbname=", "dbname=no_"))
        told = "cannot be reached. Look in a moment whether what you did last was saved."
    for page in PAGES:
        assert says(opened(page), told), page


def test_freshness_is_said_from_the_last_import(filled: Store) -> None:
    app = opened("overview")
    assert says(app, "last import just now") or says(app, "last import 1 minute") or says(app, "minutes ago")
    assert now() - filled.rows("SELECT max(imported_at) FROM imports")[0][0] < timedelta(hours=1)
