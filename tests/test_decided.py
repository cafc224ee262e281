"""Decisions about settings: the newest counts, all of them stay with who and when, and each can be taken back."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from nps.decided import Decision, decide, decisions, settings
from nps.errors import Refused
from nps.settings import Holiday, Settings
from nps.store import Store

NOON = datetime(2026, 3, 2, 12)


def test_a_new_store_has_the_defaults_and_no_history(store: Store) -> None:
    assert settings(store) == Settings()
    assert decisions(store) == ()


def test_the_newest_decision_counts_and_the_others_stay(store: Store) -> None:
    assert decide(store, {"zone": "Europe/Berlin"}, who="Ada", now=NOON) == ("zone",)
    # A clock that was set back does not change which decision is the newest.
    assert decide(store, {"zone": "Asia/Kolkata"}, who="Bo", now=NOON - timedelta(hours=1)) == ("zone",)
    assert settings(store) == Settings(zone="Asia/Kolkata")
    assert decisions(store) == (
        Decision("zone", "Europe/Berlin", "Asia/Kolkata", NOON - timedelta(hours=1), "Bo"),
        Decision("zone", "UTC", "Europe/Berlin", NOON, "Ada"),
    )


def test_several_settings_are_decided_at_once_and_what_stays_the_same_is_no_decision(store: Store) -> None:
    christmas = (Holiday(date(2026, 12, 25), "Christmas"),)
    wanted = {"zone": "UTC", "holidays": christmas, "high_revenue": 50_000.0}
    assert decide(store, wanted, who="Ada", now=NOON) == ("holidays", "high_revenue")
    assert decide(store, wanted, who="Bo", now=NOON) == ()
    assert settings(store) == Settings(holidays=christmas, high_revenue=50_000.0)
    assert [(each.name, each.before, each.after, each.who) for each in decisions(store)] == [
        ("high_revenue", None, 50_000.0, "Ada"),
        ("holidays", (), christmas, "Ada"),
    ]


def test_a_decision_is_set_back_by_another_one(store: Store) -> None:
    decide(store, {"resolution": 20}, who="Ada", now=NOON)
    [made] = decisions(store)
    decide(store, {made.name: made.before}, who="Bo", now=NOON)
    assert settings(store) == Settings()
    assert [(each.before, each.after, each.who) for each in decisions(store)] == [(20, 10, "Bo"), (10, 20, "Ada")]


@pytest.mark.parametrize(
    ("values", "who", "said"),
    [
        ({"zone": "Europe/Berlin", "resolution": 0}, "Ada", "The resolution cannot be 0"),
        ({"zone": "Europe/Berlin", "colour": "red"}, "Ada", "There is no setting “colour”"),
        ({"zone": "Europe/Berlin"}, " ", "Say who you are first"),
    ],
)
def test_what_is_refused_changes_nothing(store: Store, values: dict[str, object], who: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        decide(store, values, who=who, now=NOON)
    assert settings(store) == Settings()
    assert decisions(store) == ()


def test_decisions_outlive_the_process_and_a_setting_of_a_later_version_is_passed_over(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "nps.duckdb")
    decide(store, {"zone": "America/Santiago"}, who="Ada", now=NOON)
    store.transact(lambda tx: tx.execute("INSERT INTO settings VALUES (9, 'colour', '\"red\"', NULL, 'Ada')"))
    store.close()
    again = Store.open(tmp_path / "nps.duckdb")
    assert settings(again) == Settings(zone="America/Santiago")
    assert [each.name for each in decisions(again)] == ["zone"]
    again.close()


def test_an_answer_kept_before_a_decision_is_not_given_after_it(store: Store) -> None:
    before = store.version("settings")
    assert settings(store).zone == "UTC"
    decide(store, {"zone": "Europe/Berlin"}, who="Ada", now=NOON)
    assert store.version("settings") > before
    assert settings(store).zone == "Europe/Berlin"
