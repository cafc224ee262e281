"""The page of the settings: what is saved holds everywhere at once, with a name, and can be set back."""

from datetime import date, time

from streamlit.testing.v1 import AppTest

from nps import acts, casework, derived
from nps.clock import now
from nps.decided import decide, decisions, settings
from nps.derivations import Derivation
from nps.settings import Holiday, Hours, Settings
from nps.store import Store
from tests.pages import opening
from tests.pages.opening import labelled, opened, says, turn_to


def test_nobody_changes_a_setting_without_a_name(filled: Store) -> None:
    page = opened("settings")
    assert all(button.disabled for button in page.button if button.label == "Save")
    assert labelled(page.text_input, "Your name")
    assert says(page, "Nothing was changed yet")


def test_the_zone_changes_the_days_of_every_page(empty: Store) -> None:
    opening.bring_in(empty, "a.csv", "Score,Date,Name\n0,2025-12-31T23:30:00Z,Ada\n9,2025-12-31T10:00:00Z,Bo\n")
    assert says(opened(who="Ada"), "31 Dec 2025")
    page = opened("settings", who="Ada")
    labelled(page.selectbox, "Zone").set_value("Asia/Tokyo")
    [save] = [button for button in page.button if button.label == "Save" and (button.key or "").startswith("save_zone")]
    save.click().run()
    opening.assert_well(page)
    assert says(page, "Saved: Reporting zone.")
    assert says(page, "Reporting zone: UTC → Asia/Tokyo")
    assert settings(empty).zone == "Asia/Tokyo"
    overview = turn_to(page, "overview")
    assert says(overview, "to 1 Jan 2026")
    assert says(overview, "days in Asia/Tokyo")
    assert says(overview, "1 Jan 2026 · open") or says(overview, "1 Jan 2026")


def test_hours_holidays_and_times_are_saved_and_set_back(empty: Store) -> None:
    page = opened("settings", who="Ada")
    labelled(page.checkbox, "Friday").uncheck()
    labelled(page.time_input, "Monday from").set_value(time(8, 30))
    _save(page, "hours")
    hours = settings(empty).business_hours
    assert hours[4] is None
    assert hours[0] is not None
    assert (hours[0].start, hours[0].end) == (time(8, 30), time(17))
    labelled(page.text_area, "One day a line, with its name").set_value("2026-12-25 Christmas")
    _save(page, "holidays")
    assert settings(empty).holidays == (Holiday(date(2026, 12, 25), "Christmas"),)
    labelled(page.number_input, "Score 2").set_value(12)
    labelled(page.number_input, "High revenue, from").set_value(50000.0)
    _save(page, "times")
    assert settings(empty).first_contact == (24, 24, 12, 24, 48, 48, 48)
    assert settings(empty).high_revenue == 50_000
    made = len(decisions(empty))
    assert made == 4
    for number in range(made, 0, -1):
        page.button(key=f"back_{number}").click().run()
        opening.assert_well(page)
    assert settings(empty) == Settings()
    assert {each.who for each in decisions(empty)} == {"Ada"}


def test_a_team_that_is_named_has_its_queue_at_the_desk(empty: Store) -> None:
    opening.bring_in(empty, "a.csv", "Score,Date,Name\n0,2026-03-01,Nia\n0,2026-03-02,Omar\n0,2026-03-03,Pia\n")
    first, second, _ = [row[0] for row in empty.rows("SELECT response_key FROM responses ORDER BY answered_at")]
    for key, owner in ((first, "Ben Birch"), (second, "Chi Nakamura")):
        casework.do(empty, key, acts.assign(owner), who="Ada", now=now())
    mine: dict[str, str | list[str]] = {"queue": "My team's", "state": [], "period": "All time"}
    assert says(opened("followups", who="Ada Osei", query=mine), "You are in no team yet.")
    page = opened("settings", who="Ada Osei")
    assert says(page, "Write names as they own follow-ups: Ben Birch, Chi Nakamura")
    text = labelled(page.text_area, "One team a line: its name, a colon, its members")
    text.set_value("EMEA: Ada Osei, Ben Birch\nAPAC: Chi Nakamura")
    _save(page, "teams")
    assert settings(empty).teams == (("EMEA", ("Ada Osei", "Ben Birch")), ("APAC", ("Chi Nakamura",)))
    assert says(page, "Teams: none → EMEA: Ada Osei, Ben Birch; APAC: Chi Nakamura")
    desk = opened("followups", who="Ada Osei", query=mine)
    assert says(desk, "1 follow-up ·")
    assert says(desk, "My team's 1")
    assert says(opened("followups", who="Dee Rao", query=mine), "You are in no team yet.")


def test_what_is_refused_is_said_and_nothing_is_saved(empty: Store) -> None:
    page = opened("settings", who="Ada")
    labelled(page.text_area, "One day a line, with its name").set_value("25.12.2026 Christmas")
    _save(page, "holidays")
    assert says(page, "Line 1 of the holidays starts with “25.12.2026”, which is not a day.")
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"):
        labelled(page.checkbox, day).uncheck()
    _save(page, "hours")
    assert says(page, "Every day is closed, so nothing would ever fall due.")
    assert decisions(empty) == ()


def test_hours_may_go_over_midnight_and_say_so(empty: Store) -> None:
    page = opened("settings", who="Ada")
    labelled(page.time_input, "Friday from").set_value(time(22))
    labelled(page.time_input, "Friday to").set_value(time(6))
    _save(page, "hours")
    assert says(page, "Fri 22:00–06:00 of the next day")
    assert settings(empty).business_hours[4] == Hours(time(22), time(6))


def test_a_change_of_somebody_else_is_shown_and_not_overwritten(empty: Store) -> None:
    page = opened("settings", who="Ada")
    decide(empty, {"resolution": 20}, who="Bo", now=now())
    page.run()
    assert labelled(page.number_input, "Resolution, business days").value == 20
    assert says(page, "Resolution: 10 business days → 20 business days")


def test_a_derived_segment_is_switched_on_stands_everywhere_and_is_taken_back(filled: Store) -> None:
    page = opened("settings", who="Ada")
    _switch_on(page)
    assert says(page, "Saved: Derived segments.")
    assert says(page, "Weekday: the weekday of the answer. Known of 4,599 of 4,599 answers.")
    kinds = labelled(page.selectbox, "One more")
    kinds.select("bands").run()
    labelled(page.selectbox, "The number").select("column:seg_account_revenue").run()
    _switch_on(page)
    assert len(settings(filled).derived) == 2
    segments = turn_to(page, "segments")
    assert labelled(segments.sidebar.multiselect, "Weekday").options[0] == "Monday"
    assert len(labelled(segments.sidebar.multiselect, "Revenue band").options) == 4
    linked = opened("segments", query={"segment": "Weekday", "der_weekday": ["Monday", "Friday"]})
    assert says(linked, "Weekday: Friday or Monday")
    page = opened("settings", who="Ada")
    page.button(key="derived_gone_der_weekday").click().run()
    opening.assert_well(page)
    assert [each.name for each in settings(filled).derived] == ["Revenue band"]
    assert says(page, "Derived segments: Weekday, Revenue band → Revenue band")
    assert "der_weekday" not in filled.columns()
    page.button(key="back_3").click().run()
    opening.assert_well(page)
    assert "der_weekday" in filled.columns()


def test_a_derived_segment_is_a_filter_however_many_segments_the_files_have(empty: Store) -> None:
    names = [f"Question {number}" for number in range(25)]
    rows = [",".join([str(n % 11), f"2026-03-0{1 + n % 9}", *(f"yes {n % 2}" for _ in names)]) for n in range(60)]
    text = "\n".join([",".join(["Score", "Date", *names]), *rows])
    opening.bring_in(empty, "many.csv", text, score="Score", segments=names)
    decide(empty, {"derived": (Derivation("Weekday", "weekday"),)}, who="Ada", now=now())
    derived.keep(empty)
    app = opened("overview", query={"period": "All time", "der_weekday": ["Monday"]})
    assert says(app, "all time · all surveys · Weekday: Monday")


def test_where_nothing_holds_a_number_or_a_day_it_is_said(empty: Store) -> None:
    opening.bring_in(empty, "a.csv", "Score,Date,Name\n0,2026-03-01,Nia\n")
    page = opened("settings", who="Ada")
    for rule in ("bands", "months", "stage"):
        labelled(page.selectbox, "One more").select(rule).run()
        opening.assert_well(page)
        assert says(page, "no column of a file and no fact of the customers holds one yet.")
        assert page.button(key="derived_on").disabled


def test_a_derived_segment_that_cannot_be_is_refused_in_a_sentence(filled: Store) -> None:
    page = opened("settings", who="Ada")
    labelled(page.text_input, "Its name").set_value("Region").run()
    _switch_on(page)
    assert says(page, "There is a segment called “Region” already.")
    labelled(page.selectbox, "One more").select("comment").run()
    labelled(page.text_input, "Bands end at characters").set_value("many").run()
    _switch_on(page)
    assert says(page, "“many” is not a number.")
    labelled(page.selectbox, "One more").select("stage").run()
    assert page.button(key="derived_on").disabled, "no day was named"
    assert settings(filled).derived == ()


def _switch_on(page: AppTest) -> None:
    page.button(key="derived_on").click().run()
    opening.assert_well(page)


def _save(page: AppTest, group: str) -> None:
    [save] = [button for button in page.button if (button.key or "").startswith(f"save_{group}")]
    save.click().run()
    opening.assert_well(page)
