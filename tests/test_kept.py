"""Saved selections: what was saved comes back, a name is one selection's, and what was deleted can be restored."""

from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nps import kept
from nps.errors import Refused
from nps.kept import Kept, query_of
from nps.selection import NOT_GIVEN, PERIOD_DAYS, UNITS, Period, Selection
from nps.store import Store

NOW = datetime.fromisoformat("2026-03-01 12:00")
NEWEST = date(2026, 2, 20)
COLUMNS = ("seg_plan", "seg_região")
values = st.lists(st.sampled_from(["Free", "Tëam & co=1", NOT_GIVEN, "<b>"]), max_size=3)
days = st.dates(date(2020, 1, 1), date(2030, 1, 1))
spans = (
    st.builds(Period, st.none() | days, st.none())
    | st.builds(Period, st.none(), days)
    | st.builds(lambda start, more: Period(start, start + timedelta(more)), days, st.integers(1, 400))
)
selections = st.builds(
    lambda period, survey, unit, filters: Selection.of(period=period, survey=survey, unit=unit, filters=filters),
    spans,
    st.none() | st.sampled_from(["S", "a=b&c"]),
    st.sampled_from(UNITS),
    st.dictionaries(st.sampled_from(COLUMNS), values),
)


def one(query: kept.Query) -> Kept:
    return Kept(1, "one", query, NOW, "Ada")


@given(selections)
def test_what_was_saved_is_selected_again(selection: Selection) -> None:
    assert one(query_of(selection, "custom")).selection(newest=NEWEST, columns=COLUMNS) == selection


@given(selections, st.sampled_from(sorted(PERIOD_DAYS)))
def test_a_named_period_is_counted_from_the_newest_answer_then(selection: Selection, name: str) -> None:
    saved = one(query_of(selection.during(Period.latest(name, newest=date(2025, 1, 1))), name))
    assert saved.selection(newest=NEWEST, columns=COLUMNS) == selection.during(Period.latest(name, newest=NEWEST))


def test_a_segment_that_is_no_more_is_left_out_and_said() -> None:
    saved = one(query_of(Selection.of(filters={"seg_plan": ["Free"], "seg_gone": ["x"]}), "all"))
    assert saved.missing(COLUMNS) == ("seg_gone",)
    assert saved.selection(newest=NEWEST, columns=COLUMNS) == Selection.of(filters={"seg_plan": ["Free"]})


acts = st.lists(
    st.tuples(
        st.sampled_from(["save", "rename", "delete", "restore"]),
        st.integers(1, 4),
        st.sampled_from(["a", "A ", "b", " "]),
    ),
    max_size=25,
)


@given(acts)
@settings(max_examples=10)
def test_whatever_is_done_names_are_of_one_selection_each(done: list[tuple[str, int, str]]) -> None:
    """Against plain Python: name and whether it stands, by id."""
    known: dict[int, tuple[str, bool]] = {}
    with TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "nps.duckdb")
        for act, which, written in done:
            name = written.strip()
            taken = {other.casefold() for number, (other, stands) in known.items() if stands and number != which}
            new, stood = act == "save", known.get(which)
            if new:
                which, taken = len(known) + 1, taken | ({stood[0].casefold()} if stood and stood[1] else set())  # noqa: PLW2901
            elif act in ("delete", "restore"):
                name = stood[0] if stood else ""
            allowed = new or (stood is not None and stood[1] == (act != "restore"))
            if act != "delete":
                allowed = allowed and bool(name) and name.casefold() not in taken
            try:
                _do(store, act, which, written)
            except Refused:
                assert not allowed
            else:
                assert allowed
                known[which] = (name, act != "delete")
            standing = {(number, other) for number, (other, stands) in known.items() if stands}
            assert {(each.kept_id, each.name) for each in kept.kept(store)} == standing
            assert all(each.query == {"unit": [str(each.kept_id)]} for each in kept.kept(store))
        store.close()


def _do(store: Store, act: str, which: int, name: str) -> None:
    if act == "save":
        assert kept.save(store, name, {"unit": [str(which)]}, who="Ada", now=NOW) == which
    elif act == "rename":
        kept.rename(store, which, name, who="Ada", now=NOW)
    else:
        (kept.delete if act == "delete" else kept.restore)(store, which, who="Ada", now=NOW)


def test_nobody_saves_without_a_name(store: Store) -> None:
    with pytest.raises(Refused, match="Say who you are"):
        kept.save(store, "a", {}, who=" ", now=NOW)
    with pytest.raises(Refused, match="at most 80 characters"):
        kept.save(store, "x" * 81, {}, who="Ada", now=NOW)
