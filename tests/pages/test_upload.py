"""What a person answers on the page of imports: which metric the scores are of, and several questions of one file."""

from collections.abc import Callable, Iterator
from threading import Event

import pytest
from streamlit.testing.v1 import AppTest

from nps import queries, remembered, uploads
from nps.store import Store
from tests.pages.opening import assert_well, brought_in, done, labelled, opened, says

EASE = "When,How easy was it to recommend us?\n" + "".join(f"2026-09-{day:02d},{day % 7 + 1}\n" for day in range(1, 29))
TWO = "When,How likely are you to recommend our shop?,Why,How likely are you to recommend our app?,Why?\n" + "".join(
    f"2026-09-{day:02d},{day % 11},shop is {day} for us,{day * 7 % 11},app is {day} for us\n" for day in range(1, 29)
)


def uploaded(name: str, text: str) -> AppTest:
    app = opened("imports", who="Ada")
    app.file_uploader[0].upload(name, text.encode(), "text/csv").run()
    assert_well(app)
    return app


def test_scores_on_a_smaller_scale_go_in_as_the_metric_that_a_person_names(empty: Store) -> None:
    app = uploaded("ease.csv", EASE)
    assert says(app, "The scores lie on another scale")
    assert not [button for button in app.button if button.key == "import"]
    scale = labelled(app.radio, "The scores are")
    assert scale.options == ["NPS, 0-10", "NPS, 1-10", "CES, 1-7"]
    scale.set_value("CES, 1-7").run()
    assert says(app, "Which end of the scale is the good one?")
    labelled(app.radio, "The good end is").set_value("1").run()
    assert labelled(app.text_input, "Survey").value == "CES"
    brought_in(app)
    assert says(app, "28 answers on another scale went in: they stand beside NPS, never in it")
    assert [(survey.name, survey.metric, survey.n) for survey in queries.surveys(empty)] == [("CES", "ces", 28)]
    assert empty.rows("SELECT score FROM responses ORDER BY answered_at LIMIT 3") == [(6,), (5,), (4,)]


def test_each_of_several_questions_goes_in_as_a_survey_of_its_own(empty: Store) -> None:
    app = uploaded("two.csv", TWO)
    labelled(app.checkbox, "Take all 2 questions, each as a survey of its own").check().run()
    brought_in(app)
    found = {survey.name: survey.n for survey in queries.surveys(empty)}
    assert found == {"NPS: shop": 28, "NPS: app": 28}
    app.file_uploader[0].upload("next.csv", TWO.replace("2026-09", "2026-10").encode(), "text/csv").run()
    assert labelled(app.checkbox, "Take all 2 questions, each as a survey of its own").value
    for survey in ("NPS: shop", "NPS: app"):
        assert says(app, f"Would go into {survey}: 28 scores and 0 blank. Already there: 0.")
    assert says(app, "; surveys “NPS: shop”, “NPS: app”.")
    brought_in(app)
    assert {survey.name: survey.n for survey in queries.surveys(empty)} == {"NPS: shop": 56, "NPS: app": 56}
    [kept] = remembered.every(empty)
    assert kept.file == "two.csv"  # nothing was said about the next one
    rows = empty.rows(
        "SELECT survey, score, comment FROM responses WHERE strftime(answered_at, '%m-%d') = '09-03' ORDER BY 1"
    )
    assert rows == [("NPS: app", 10, "app is 3 for us"), ("NPS: shop", 3, "shop is 3 for us")]


def test_the_page_says_why_each_column_was_taken(empty: Store) -> None:
    app = uploaded("why.csv", "id,date,nps\nA,25/01/2026,9\nA,26/01/2026,3\n")
    assert says(app, "Score: “nps”, header says 'nps'; all values 3-9; 0% blank")
    assert says(app, "Date: “date”, header says 'date'; day first: 2 dates exist in no other order")
    assert says(app, 'Customer: “id”, header says "id", but values repeat: a person, not a response')


def test_each_rejected_row_stands_beside_what_would_mend_it(empty: Store) -> None:
    app = brought_in(uploaded("flawed.csv", "nps,date\n9,2026-01-05\n7.5,2026-01-06\n11,2026-01-07\nx,2026-01-08\n"))
    [shown] = [each.value for each in app.dataframe if "Reason" in each.value]
    assert [*shown["Suggested repair"]] == ["7 or 8", "10?", ""]
    assert [*shown.columns] == ["Line", "Column", "Value", "Reason", "Suggested repair"]


def test_a_vendors_file_of_another_metric_alone_goes_in_as_what_one_says_and_is_remembered(empty: Store) -> None:
    def weekly(week: int) -> str:
        rows = [f"{week}{n},p{n},csat,{1 + n % 5},ok,2026-0{week}-05" for n in range(20)]
        return "\n".join(["id,person,survey_type,score,comment,created_at", *rows])

    app = uploaded("week 1.csv", weekly(1))
    assert says(app, "answers another kind of survey, not NPS: bring it in as CSAT.")
    assert says(app, "Nothing of this file goes in until it is said what its scores are.")
    scale = labelled(app.radio, "The scores are")
    assert scale.options == ["CSAT, 1-5", "CSAT, 1-7", "CSAT, 1-10"]
    scale.set_value("CSAT, 1-5").run()
    labelled(app.radio, "The good end is").set_value("5").run()
    brought_in(app)
    app.file_uploader[0].upload("week 2.csv", weekly(2).encode(), "text/csv").run()
    assert says(app, "Columns as remembered from week 1.csv")
    brought_in(app)
    assert [(survey.name, survey.metric, survey.n) for survey in queries.surveys(empty)] == [("CSAT", "csat", 40)]


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Files are read by nobody until the function that this gives is called."""
    monkeypatch.setattr(uploads, "SOON", 0.1)
    free = Event()
    for _ in range(uploads._readers._max_workers):
        uploads._readers.submit(free.wait, 60)

    def go_on() -> None:
        free.set()
        monkeypatch.setattr(uploads, "SOON", 60)

    yield go_on
    free.set()


def pressed(app: AppTest, key: str) -> AppTest:
    """The page after a press of the one button whose key begins so."""
    [button] = [button for button in app.button if str(button.key).startswith(key)]
    button.click().run()
    assert_well(app)
    return app


def test_a_file_that_takes_long_shows_how_far_it_is(empty: Store, held: Callable[[], None]) -> None:
    app = uploaded("ease.csv", "id,date,nps\nA,25/01/2026,9\nA,26/01/2026,3\n")
    assert says(app, "Waiting for other files.")
    assert not says(app, "2 rows")
    held()
    done(app)
    assert says(app, "2 rows · the first 2 of them:")
    assert empty.rows("SELECT count(*) FROM responses") == [(0,)]


def test_reading_is_stopped_and_begun_again(empty: Store, held: Callable[[], None]) -> None:
    app = uploaded("ease.csv", "id,date,nps\nA,25/01/2026,9\nA,26/01/2026,3\n")
    pressed(app, "cancel_reading_")
    assert says(app, "You stopped the reading of this file. Nothing of it went in.")
    held()
    pressed(app, "again_")
    assert says(app, "2 rows · the first 2 of them:")
    brought_in(app)
    assert empty.rows("SELECT count(*) FROM responses") == [(2,)]


def test_a_file_that_was_taken_out_is_no_longer_read(empty: Store, held: Callable[[], None]) -> None:
    app = uploaded("ease.csv", EASE)
    [job] = app.session_state["uploads"].work.values()
    app.file_uploader[0].set_value([]).run()
    assert_well(app)
    assert job.cancelled
    assert not app.session_state["uploads"].work
