"""A later file that says otherwise: counted, shown, applied on a word, taken back without touching anything else."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nps import casework, imports, queries
from nps.checking import check
from nps.errors import Refused
from nps.forecast import SHOWN as FORETOLD
from nps.forecast import forecast
from nps.importing import Grid, Mapping, Source, answers, read
from nps.imports import Landed, TakenBack
from nps.selection import Selection
from nps.store import SCHEMA, Store, Transaction
from tests.listing import followed

NOW = datetime.fromisoformat("2025-11-03 09:05")
HEADER = ("Id", "Score", "Comment", "Plan")
MAPPING = Mapping("Score", comment="Comment", id="Id", segments=("Plan",), survey="S")
COUNTS = ("accepted", "blank", "duplicate", "changed", "rejected")
Line = tuple[str, str, str, str]

FIRST: tuple[Line, ...] = (
    ("a", "9", "good", "Free"),
    ("b", "0", "bad", "Team"),
    ("c", "", "", "Team"),
    ("d", "11", "too much", "Team"),
)


def grid_of(lines: Sequence[Sequence[str]], header: Sequence[str] = HEADER, name: str = "a.csv") -> Grid:
    text = io.StringIO()
    csv.writer(text).writerows([header, *lines])
    return read(name, text.getvalue().encode())


def bring(
    store: Store,
    lines: Sequence[Sequence[str]],
    *,
    update: bool = False,
    mapping: Mapping = MAPPING,
    header: Sequence[str] = HEADER,
    name: str = "a.csv",
) -> Landed:
    """Bring lines in, and find that it went just as it was foreseen."""
    grid = grid_of(lines, header, name)
    version = store.version("responses")
    foreseen = forecast(store, answers(grid, mapping))
    assert store.version("responses") == version
    landed = landed_of(store, grid, mapping, update=update)
    assert {name: getattr(landed, name) for name in COUNTS} == {name: getattr(foreseen, name) for name in COUNTS}
    assert landed.changes[:FORETOLD] == tuple(replace(change, applied=update) for change in foreseen.changes)
    return landed


def landed_of(store: Store, grid: Grid, mapping: Mapping, *, update: bool = False) -> Landed:
    """Bring a grid in, known by its bytes where it can be."""
    source = Source.of(grid, mapping)
    known = imports.again(store, source, file=grid.name, by="Ada", now=NOW)
    understood = answers(grid, mapping)
    return known or imports.land(store, understood, file=grid.name, by="Ada", now=NOW, update=update, source=source)


def undo(store: Store, landed: Landed) -> TakenBack:
    return imports.undo(store, landed.import_id, by="Ben", now=NOW)


def counts(landed: Landed) -> tuple[int, int, int, int, int, int]:
    """Rows, accepted, blank, duplicate, changed, rejected; they add up."""
    rows, *rest = (getattr(landed, name) for name in ("rows", "accepted", "blank", "duplicate", "changed", "rejected"))
    assert rows == sum(rest)
    accepted, blank, duplicate, changed, rejected = rest
    return rows, accepted, blank, duplicate, changed, rejected


def answer(store: Store, response_id: str) -> tuple[object, ...]:
    [row] = store.rows("SELECT score, comment, seg_plan FROM responses WHERE response_id = $id", {"id": response_id})
    return row


def test_a_changed_answer_waits_until_it_is_confirmed(store: Store) -> None:
    bring(store, FIRST)
    landed = bring(store, [("a", "2", "good", "Free"), ("b", "0", "better now", "Pro"), FIRST[2]])
    assert counts(landed) == (3, 0, 0, 1, 2, 0)
    assert [(c.line, c.response_id, c.column, c.before, c.after, c.applied) for c in landed.changes] == [
        (2, "a", "Score", "9", "2", False),
        (3, "b", "Comment", "bad", "better now", False),
        (3, "b", "Plan", "Team", "Pro", False),
    ]
    assert (answer(store, "a"), answer(store, "b")) == ((9, "good", "Free"), (0, "bad", "Team"))
    assert imports.update(store, landed.import_id, by="Ben", now=NOW) == 2
    assert (answer(store, "a"), answer(store, "b")) == ((2, "good", "Free"), (0, "better now", "Pro"))
    assert imports.update(store, landed.import_id, by="Ben", now=NOW) == 0
    [kept] = [row for row in queries.imports(store, limit=9) if row.import_id == landed.import_id]
    assert (kept.rows, kept.duplicate, kept.changed, kept.updated) == (3, 1, 2, 2)
    assert [change.applied for change in queries.changes(store, landed.import_id, limit=imports.SHOWN)] == [True] * 3
    assert store.rows("SELECT DISTINCT applied_by, applied_at FROM changes") == [("Ben", NOW)]


def test_a_blank_that_is_answered_later_is_a_change_and_stays_one_response(store: Store) -> None:
    bring(store, FIRST)
    landed = bring(store, [("c", "3", "slow", "Team")], update=True)
    assert (counts(landed), landed.updated) == ((1, 0, 0, 0, 1, 0), 1)
    assert answer(store, "c") == (3, "slow", "Team")
    assert queries.summary(store, Selection()).tally.blanks == 0
    assert undo(store, landed) == TakenBack(0, 1)
    assert answer(store, "c") == (None, None, "Team")


def test_case_work_stays_with_a_response_whose_answer_changes(store: Store) -> None:
    bring(store, FIRST)
    key = imports.key_of("b", survey="S")
    casework.tick(store, [key], who="Ben", now=NOW)
    landed = bring(store, [("b", "5", "a bit better", "Team")], update=True)
    [case] = followed(store, key, today=NOW.date())
    assert (case.score, case.state, case.contacted_by) == (5, "contacted", "Ben")
    undo(store, landed)
    [case] = followed(store, key, today=NOW.date())
    assert (case.score, case.state, case.contacted_by) == (0, "contacted", "Ben")


def test_an_address_that_changes_moves_the_vote_of_the_person(store: Store) -> None:
    header, mapping = ("Id", "Score", "Mail"), Mapping("Score", id="Id", email="Mail", survey="S")
    bring(store, [("a", "9", "ada@x.org"), ("b", "0", "ben@x.org")], header=header, mapping=mapping)
    landed = bring(store, [("b", "0", "ada@x.org")], header=header, mapping=mapping, update=True)
    assert {(c.column, c.before, c.after) for c in landed.changes} == {("Mail", "ben@x.org", "ada@x.org")}
    assert store.rows("SELECT count(DISTINCT person_id), count(DISTINCT account_id) FROM responses") == [(1, 1)]
    undo(store, landed)
    assert store.rows("SELECT count(DISTINCT person_id), count(DISTINCT account_id) FROM responses") == [(2, 2)]


def test_a_column_that_was_not_read_before_is_no_change(store: Store) -> None:
    bring(store, FIRST, mapping=replace(MAPPING, segments=()))
    assert counts(bring(store, FIRST)) == (4, 0, 0, 3, 0, 1)
    assert counts(bring(store, [("a", "9", "good", "Pro"), ("e", "8", "", "Pro")])) == (2, 1, 0, 1, 0, 0)
    assert counts(bring(store, [("a", "9", "good", "Pro"), ("e", "8", "", "Free")])) == (2, 0, 0, 1, 1, 0)


def test_taking_back_the_earlier_of_two_changes_leaves_the_later_and_then_the_original(store: Store) -> None:
    bring(store, FIRST)
    one = bring(store, [("a", "5", "good", "Free")], update=True)
    two = bring(store, [("a", "2", "good", "Free")], update=True)
    assert undo(store, one) == TakenBack(0, 1)
    assert answer(store, "a") == (2, "good", "Free")
    undo(store, two)
    assert answer(store, "a") == (9, "good", "Free")


def test_a_change_of_a_response_that_left_and_came_again_does_not_touch_the_new_one(store: Store) -> None:
    first = bring(store, FIRST)
    change = bring(store, [("a", "5", "good", "Free")], update=True)
    assert undo(store, first) == TakenBack(3, 0)
    again = bring(store, [("a", "7", "", "Free")])
    assert undo(store, change) == TakenBack(0, 0)
    assert answer(store, "a") == (7, None, "Free")
    assert undo(store, again) == TakenBack(1, 0)


def test_what_changed_again_meanwhile_is_not_replaced_by_an_older_word(store: Store) -> None:
    bring(store, FIRST)
    waiting = bring(store, [("a", "5", "good", "Free"), ("b", "1", "bad", "Team")])
    bring(store, [("a", "2", "good", "Free")], update=True)
    assert imports.update(store, waiting.import_id, by="Ben", now=NOW) == 1
    assert (answer(store, "a")[0], answer(store, "b")[0]) == (2, 1)


def test_what_was_taken_back_cannot_be_applied(store: Store) -> None:
    bring(store, FIRST)
    waiting = bring(store, [("a", "5", "good", "Free")])
    undo(store, waiting)
    with pytest.raises(Refused, match="taken back already"):
        imports.update(store, waiting.import_id, by="Ben", now=NOW)
    with pytest.raises(Refused, match="There is no import"):
        imports.update(store, "nope", by="Ben", now=NOW)


def test_a_segment_that_a_change_emptied_comes_back_with_it(store: Store) -> None:
    bring(store, [("a", "9", "good", "Free")])
    landed = bring(store, [("a", "9", "good", "")], update=True)
    other = bring(store, [("x", "1", "", "")], mapping=replace(MAPPING, survey="T"))
    undo(store, other)
    undo(store, landed)
    assert [segment.label for segment in queries.segments(store)] == ["Plan"]
    assert answer(store, "a") == (9, "good", "Free")


def test_ids_that_a_full_export_lacks_are_listed_and_kept(store: Store) -> None:
    lines = [(f"r{number}", "9", "", "Free") for number in range(10)]
    bring(store, lines)
    landed = bring(store, [*lines[:6], ("r7", "12", "", "Free"), ("new", "0", "", "Free")])
    assert counts(landed) == (8, 1, 0, 6, 0, 1)
    assert landed.vanished == 3
    assert queries.vanished(store, landed.import_id, limit=9) == ("r6", "r8", "r9")
    assert any("3 responses of the 10" in remark and "r6, r8, r9." in remark for remark in landed.remarks)
    assert store.rows("SELECT count(*) FROM responses") == [(11,)]


@pytest.mark.parametrize("lines", [FIRST[:1], [("z", "5", "", "")], [*FIRST, ("z", "5", "", "")]])
def test_a_file_that_is_no_full_export_lists_nothing(store: Store, lines: Sequence[Line]) -> None:
    bring(store, FIRST)
    landed = bring(store, lines)
    assert landed.vanished == 0
    assert not any("Nothing was deleted" in remark for remark in landed.remarks)


def test_identical_rows_are_counted_in_words(store: Store) -> None:
    header, mapping = ("Score", "Comment"), Mapping("Score", comment="Comment", survey="S")
    landed = bring(store, [("3", "slow")] * 3 + [("9", "")] * 2 + [("9", "good")], header=header, mapping=mapping)
    assert counts(landed) == (6, 6, 0, 0, 0, 0)
    assert any(remark.startswith("5 rows are identical to another row of the file") for remark in landed.remarks)
    assert not bring(store, [("1", "x")], header=header, mapping=mapping).remarks


def test_the_very_same_file_is_known_by_its_bytes_and_its_rows_are_not_looked_at(store: Store) -> None:
    first = bring(store, FIRST)
    others = grid_of([(f"other {line[0]}", "1", "", "") for line in FIRST]).table
    for mapping, expected in ((MAPPING, (4, 0, 0, 3, 0, 1)), (replace(MAPPING, survey="T"), (4, 4, 0, 0, 0, 0))):
        grid = replace(grid_of(FIRST), table=others)
        again = landed_of(store, grid, mapping)
        assert counts(again) == expected
        if mapping == MAPPING:
            assert (again.rejects, again.remarks) == (first.rejects, first.remarks)
            assert queries.rejects(store, again.import_id, limit=9) == first.rejects


def test_the_same_bytes_are_read_again_after_anything_of_them_changed_or_left(store: Store) -> None:
    first = bring(store, FIRST)
    update = bring(store, [("a", "2", "good", "Free")], update=True)
    assert counts(bring(store, FIRST)) == (4, 0, 0, 2, 1, 1)
    undo(store, update)
    assert counts(bring(store, FIRST)) == (4, 0, 0, 3, 0, 1)
    undo(store, first)
    assert counts(bring(store, FIRST)) == (4, 2, 1, 0, 0, 1)


def test_a_file_whose_rows_came_with_another_comes_in_again_after_that_left(store: Store) -> None:
    part = bring(store, FIRST[:2])
    whole = bring(store, FIRST)
    assert counts(whole) == (4, 0, 1, 2, 0, 1)
    undo(store, part)
    assert counts(bring(store, FIRST)) == (4, 2, 0, 1, 0, 1)


def test_keys_of_blanks_in_an_older_store_become_those_of_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema = tmp_path / "schema"
    schema.mkdir()
    for file in SCHEMA.iterdir():
        if file.name.startswith("0001") or not file.name.startswith("0"):
            (schema / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    (schema / "views.sql").write_text("", encoding="utf-8")  # today's are of tables that came later
    monkeypatch.setattr("nps.store.SCHEMA", schema)
    store = Store.open(tmp_path / "nps.duckdb")
    rows = [
        ("id S c blank", "c", None),
        ("id S d blank", "d", None),
        ("id S d", "d", 3),
        ("row 0f blank", None, None),
        ("id S x%20blank", "x blank", 5),
    ]
    for key, response_id, score in rows:
        insert = "INSERT INTO responses (response_key, response_id, survey, score) VALUES ($key, $id, 'S', $score)"
        store.transact(partial(Transaction.execute, sql=insert, params={"key": key, "id": response_id, "score": score}))
    store.close()
    monkeypatch.setattr("nps.store.SCHEMA", SCHEMA)
    store = Store.open(tmp_path / "nps.duckdb")
    assert [key for (key,) in store.rows("SELECT response_key FROM responses")] == [
        "id S c",
        *(row[0] for row in rows[1:]),
    ]
    store.close()


# A plain model of the same: what each import brought, and the changes that were applied, in their order.

Answer = tuple[int | None, str | None, str | None]
answered = st.tuples(
    st.sampled_from([None, 0, 5, 9]), st.sampled_from([None, "good", "bad"]), st.sampled_from([None, "Free", "Pro"])
)
files = st.dictionaries(st.sampled_from("abcd"), answered, min_size=1)
acts = st.lists(
    st.one_of(
        st.tuples(st.just("import"), files, st.booleans()),
        st.tuples(st.just("confirm"), st.integers(0, 5), st.none()),
        st.tuples(st.just("undo"), st.integers(0, 5), st.none()),
    ),
    min_size=2,
    max_size=10,
)


@dataclass
class Model:
    """The store in plain Python: a cell's value is worked out from all that happened to it."""

    brought: dict[str, tuple[int, Answer]] = field(default_factory=dict)  # by id: which import brought what
    applied: list[tuple[int, int, str, int, object]] = field(
        default_factory=list
    )  # import, brought by, id, place, value
    waiting: dict[int, dict[str, tuple[int, Answer, Answer]]] = field(default_factory=dict)
    undone: set[int] = field(default_factory=set)

    def now(self, key: str) -> Answer:
        by, first = self.brought[key]
        value = list(first)
        for at, of, of_id, place, new in self.applied:
            if (of, of_id) == (by, key) and at not in self.undone:
                value[place] = new  # type: ignore[call-overload]
        return value[0], value[1], value[2]  # type: ignore[return-value]

    def bring(self, at: int, file: dict[str, Answer]) -> tuple[int, int, int, int]:
        """Bring a file in; return accepted, blank, duplicate, changed."""
        new = {key: value for key, value in file.items() if key not in self.brought}
        known = {key: value for key, value in file.items() if key in self.brought}
        differ = {key: value for key, value in known.items() if self.now(key) != value}
        self.waiting[at] = {key: (self.brought[key][0], self.now(key), value) for key, value in differ.items()}
        self.brought |= {key: (at, value) for key, value in new.items()}
        scored = sum(score is not None for score, _, _ in new.values())
        return scored, len(new) - scored, len(known) - len(differ), len(differ)

    def confirm(self, at: int) -> int:
        done = 0
        for key, (by, before, after) in list(self.waiting[at].items()):
            differ = [place for place in range(3) if before[place] != after[place]]
            if self.brought.get(key, (None,))[0] == by and all(self.now(key)[p] == before[p] for p in differ):
                self.applied += [(at, by, key, place, after[place]) for place in differ]
                del self.waiting[at][key]
                done += 1
        return done

    def undo(self, at: int) -> None:
        self.undone.add(at)
        self.brought = {key: (by, value) for key, (by, value) in self.brought.items() if by != at}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts)
def test_any_imports_changes_and_undos_end_where_a_plain_model_ends(
    store: Store, todo: list[tuple[str, object, object]]
) -> None:
    mapping = replace(MAPPING, survey=f"survey {store.version('responses')}")
    bring(store, FIRST)  # its plan has a column from the first
    model = Model()
    landed: list[Landed] = []
    for act, what, update in todo:
        if act == "import":
            assert isinstance(what, dict)
            lines = [(key, *("" if cell is None else str(cell) for cell in value)) for key, value in what.items()]
            one = bring(store, lines, mapping=mapping, update=bool(update))
            assert counts(one)[1:5] == model.bring(len(landed), what)
            assert one.updated == (model.confirm(len(landed)) if update else 0)
            landed.append(one)
        elif isinstance(what, int) and what < len(landed) and what not in model.undone:
            if act == "confirm":
                assert imports.update(store, landed[what].import_id, by="Ada", now=NOW) == model.confirm(what)
            else:
                undo(store, landed[what])
                model.undo(what)
        have = store.rows(
            "SELECT response_id, score, comment, seg_plan FROM responses WHERE survey = $s", {"s": mapping.survey}
        )
        assert {key: tuple(rest) for key, *rest in have} == {key: model.now(key) for key in model.brought}
        assert len(have) == len(model.brought)
    assert check(store) == []
