"""Landing files: every row accounted for, the same row never twice, all of a file or nothing, and back again."""

import csv
import io
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nps import casework, imports, incoming, queries
from nps.errors import Refused, StoreError
from nps.importing import Answers, Mapping, Responses, answers, read
from nps.imports import Landed, TakenBack
from nps.score import Tally
from nps.segments import plainly_named
from nps.selection import Selection
from nps.store import Store, Transaction
from tests.listing import followed
from tests.worker import invented

NOW = datetime.fromisoformat("2025-11-03 09:05")
HEADER = ("Id", "Score", "Date", "Comment", "Plan", "Region")
WITH_ID = Mapping("Score", date="Date", comment="Comment", id="Id", segments=("Plan", "Region"), survey="S")
WITHOUT_ID = replace(WITH_ID, id=None)
Line = tuple[str, str, str, str, str, str]

FIRST: tuple[Line, ...] = (
    ("a", "9", "2025-01-01", "good", "Free", "EU"),
    ("b", "0", "2025-01-02", "bad", "Team", "EU"),
    ("c", "", "2025-01-03", "", "Team", ""),
    ("d", "11", "2025-01-04", "too much", "Team", "US"),
    ("e", "7", "2025-02-30", "no such day", "Team", "US"),
    ("f", "8", "", "fine", "", "US"),
)


def file_of(lines: Sequence[Sequence[str]], mapping: Mapping = WITH_ID, header: Sequence[str] = HEADER) -> Answers:
    """What the importer makes of a CSV file with these lines."""
    text = io.StringIO()
    csv.writer(text).writerows([header, *lines])
    return answers(read("a.csv", text.getvalue().encode()), mapping)


def land(store: Store, given: Answers, *, file: str = "a.csv", later: int = 0) -> Landed:
    return imports.land(store, given, file=file, by="Ada", now=NOW + timedelta(hours=later))


def counts(landed: Landed) -> tuple[int, int, int, int, int]:
    """Rows, accepted, blank, duplicate and rejected of a file that changes nothing."""
    assert landed.changed == 0
    return landed.rows, landed.accepted, landed.blank, landed.duplicate, landed.rejected


def size(store: Store, table: str = "responses") -> int:
    return int(store.rows(f"SELECT count(*) FROM {table}")[0][0])


def everything(store: Store) -> list[list[tuple[object, ...]]]:
    """All that the store holds, to see that nothing changed."""
    tables = ("segments", "imports", "rejects", "cases", "case_events")
    listed = ", ".join(["response_key", "import_id", "score", *store.columns()])
    return [
        store.rows(f"SELECT {listed} FROM responses ORDER BY ALL"),
        *(store.rows(f"SELECT * FROM {table} ORDER BY ALL") for table in tables),
    ]


def test_every_row_is_accounted_for(store: Store) -> None:
    landed = land(store, file_of(FIRST))
    assert counts(landed) == (6, 3, 1, 0, 2)
    assert landed.tally == Tally(promoters=1, passives=1, detractors=1, blanks=1)
    assert landed.first == datetime.fromisoformat("2025-01-01")
    assert landed.last == datetime.fromisoformat("2025-01-03")
    assert [(reject.line, reject.column, reject.value) for reject in landed.rejects] == [
        (5, "Score", "11"),
        (6, "Date", "2025-02-30"),
    ]
    assert landed.rejects[0].cells == FIRST[3]


def test_what_went_in_is_what_questions_find(store: Store) -> None:
    landed = land(store, file_of(FIRST))
    assert queries.summary(store, Selection()).tally == landed.tally
    assert [(each.column, each.label) for each in queries.segments(store)] == [
        ("seg_plan", "Plan"),
        ("seg_region", "Region"),
    ]
    [worst, *_] = queries.responses(store, Selection(), limit=10)
    assert (worst.score, worst.comment, worst.survey, worst.segments, worst.state) == (
        0,
        "bad",
        "S",
        ("Team", "EU"),
        "open",
    )
    [kept] = queries.imports(store, limit=10)
    assert (kept.import_id, kept.file, kept.imported_by, kept.imported_at) == (landed.import_id, "a.csv", "Ada", NOW)
    assert (kept.rows, kept.accepted, kept.blank, kept.duplicate, kept.rejected) == counts(landed)
    assert queries.rejects(store, landed.import_id, limit=10) == landed.rejects


@pytest.mark.parametrize("mapping", [WITH_ID, WITHOUT_ID])
def test_the_same_file_twice_changes_nothing(store: Store, mapping: Mapping) -> None:
    land(store, file_of(FIRST, mapping))
    before = store.rows("SELECT * FROM responses ORDER BY ALL")
    again = land(store, file_of(FIRST, mapping), later=1)
    assert counts(again) == (6, 0, 0, 4, 2)
    assert store.rows("SELECT * FROM responses ORDER BY ALL") == before
    assert again.tally == Tally()
    assert (again.first, again.last) == (None, None)


def test_identical_rows_of_one_file_stay_and_come_in_once(store: Store) -> None:
    """They may be two people; the k-th copy has a key of its own."""
    twin = ("", "3", "2025-01-01", "slow", "Free", "EU")
    assert counts(land(store, file_of([twin, twin, twin], WITHOUT_ID))) == (3, 3, 0, 0, 0)
    assert counts(land(store, file_of([twin, twin], WITHOUT_ID))) == (2, 0, 0, 2, 0)
    assert counts(land(store, file_of([twin] * 4, WITHOUT_ID))) == (4, 1, 0, 3, 0)
    assert store.rows("SELECT count(DISTINCT response_key) FROM responses") == [(4,)]


def test_this_weeks_export_that_repeats_last_weeks_adds_what_is_new(store: Store) -> None:
    more: tuple[Line, ...] = (*FIRST, ("g", "10", "2025-01-09", "great", "Free", "EU"))
    for mapping in (WITH_ID, replace(WITHOUT_ID, survey="T")):
        land(store, file_of(FIRST, mapping))
        assert counts(land(store, file_of(more, mapping))) == (7, 1, 0, 4, 2)


def test_the_same_rows_without_ids_read_without_their_comments_are_duplicates(store: Store) -> None:
    land(store, file_of(FIRST, WITHOUT_ID))
    assert counts(land(store, file_of(FIRST, replace(WITHOUT_ID, comment=None)))) == (6, 0, 0, 4, 2)


def test_the_same_id_in_another_survey_is_another_response(store: Store) -> None:
    land(store, file_of(FIRST))
    assert counts(land(store, file_of(FIRST, replace(WITH_ID, survey="T")))) == (6, 3, 1, 0, 2)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("S", "1 2"), ("S 1", "2")),
        (("S", "x blank"), ("S", "x")),
        (("S", "x copy 2"), ("S", "x")),
        (("S%20", "1"), ("S ", "1")),
        (("S", "a/b?c=d&e"), ("S", "a/b?c=d%26e")),
    ],
)
def test_ids_with_odd_characters_are_never_taken_for_one_another(
    store: Store, one: tuple[str, str], other: tuple[str, str]
) -> None:
    for survey, response_id in (one, other):
        for score in ("5", ""):
            line = (response_id, score, "2025-01-01", "", "Free", "EU")
            landed = land(store, file_of([line], replace(WITH_ID, survey=survey)))
            assert (landed.accepted, landed.changed, landed.rejected) == ((1, 0, 0) if score else (0, 1, 0))
    assert size(store) == 2


def test_the_key_of_any_id_in_any_survey_is_known_without_asking(store: Store) -> None:
    surveys = ("S", "Two words", 'qu"ote', "é中🙂", "50 %", "a+b")
    ids = ("a", "1234567890123456789", "x y", "é'\";--")
    for survey in surveys:
        lines = [(response_id, "5", "2025-01-01", "", "Free", "EU") for response_id in ids]
        land(store, file_of(lines, replace(WITH_ID, survey=survey)))
    keys = {(survey, each): imports.key_of(each, survey=survey) for survey in surveys for each in ids}
    found = store.rows("SELECT survey, response_id, response_key FROM responses")
    assert {(survey, response_id): key for survey, response_id, key in found} == keys


def test_taking_an_import_back_leaves_the_others_and_the_case_work(store: Store) -> None:
    first = land(store, file_of(FIRST))
    others = land(store, file_of([("z", "1", "2025-01-05", "worse", "Free", "EU")]), later=1)
    key = imports.key_of("b", survey="S")
    casework.tick(store, [key], who="Ben", now=NOW)
    casework.undo(store, key, who="Ben", now=NOW)
    casework.tick(store, [key], who="Ben", now=NOW)
    back = imports.undo(store, first.import_id, by="Chris", now=NOW)
    assert back == TakenBack(4, 0, worked=1)
    assert back.about_cases == "The case work on 1 of them stays, and is there again when they are."
    assert queries.summary(store, Selection()).tally == others.tally
    undone = next(each for each in queries.imports(store, limit=10) if each.import_id == first.import_id)
    assert (undone.undone_at, undone.undone_by) == (NOW, "Chris")
    assert len(queries.case_events(store, key)) == 3

    land(store, file_of(FIRST), later=2)
    [again] = followed(store, key, today=NOW.date())
    assert (again.state, again.contacted_by) == ("contacted", "Ben")


def test_taking_back_twice_or_what_never_was_is_refused(store: Store) -> None:
    landed = land(store, file_of(FIRST))
    imports.undo(store, landed.import_id, by="Ada", now=NOW)
    with pytest.raises(Refused, match=r"a\.csv was taken back already, on 2025-11-03"):
        imports.undo(store, landed.import_id, by="Ada", now=NOW)
    for unknown in ("", "none", "'; DROP TABLE imports; --"):
        with pytest.raises(Refused, match="There is no import"):
            imports.undo(store, unknown, by="Ada", now=NOW)
    assert store.version("responses") == 3  # the columns, the file, and the one that was taken back


def test_undoing_once_from_many_hands_happens_once(store: Store) -> None:
    landed = land(store, file_of(FIRST))

    def attempt(_: int) -> int | None:
        try:
            return imports.undo(store, landed.import_id, by="Ada", now=NOW).responses
        except Refused:
            return None

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(attempt, range(8)), key=lambda n: n is None) == [4, *[None] * 7]


def test_removing_the_sample_removes_its_case_work_and_nothing_else(store: Store) -> None:
    imports.land(store, file_of(FIRST), file="sample.csv", by="the sample", now=NOW, sample=True)
    own = land(store, file_of([("z", "1", "2025-01-05", "worse", "Free", "EU")], replace(WITH_ID, survey="own")))
    sample_key, own_key = imports.key_of("b", survey="S"), imports.key_of("z", survey="own")
    casework.tick(store, [sample_key, own_key], who="Ada", now=NOW)
    assert queries.extent(store).sample
    assert imports.remove_sample(store, by="Ada", now=NOW) == 4
    assert not queries.extent(store).sample
    assert queries.summary(store, Selection()).tally == own.tally
    assert store.rows("SELECT DISTINCT response_key FROM case_events") == [(own_key,)]
    assert store.rows("SELECT response_key FROM cases") == [(own_key,)]
    assert imports.remove_sample(store, by="Ada", now=NOW) == 0


def test_segments_are_known_again_by_their_label_whatever_its_case(store: Store) -> None:
    land(store, file_of(FIRST))
    header = ("Id", "Score", "Date", "Comment", "PLAN", "Mood")
    mapping = replace(WITH_ID, survey="T", segments=("PLAN", "Mood"))
    land(store, file_of(FIRST, mapping, header))
    assert [(each.column, each.label) for each in queries.segments(store)] == [
        ("seg_plan", "Plan"),
        ("seg_region", "Region"),
        ("seg_mood", "Mood"),
    ]
    assert dict(queries.segment_values(store, "seg_plan", limit=9)) == {"Team": 4, "Free": 2, "(not given)": 2}


def test_two_headers_that_differ_only_in_case_are_two_segments_each_time(store: Store) -> None:
    header = ("Id", "Score", "Date", "Comment", "Plan", "PLAN")
    for survey in ("S", "T", "U"):
        mapping = replace(WITH_ID, survey=survey, segments=("Plan", "PLAN"))
        assert land(store, file_of(FIRST[:1], mapping, header)).accepted == 1
    assert [(each.column, each.label) for each in queries.segments(store)] == [
        ("seg_plan", "Plan"),
        ("seg_plan_2", "PLAN"),
    ]
    assert store.rows("SELECT DISTINCT seg_plan, seg_plan_2 FROM responses") == [("Free", "EU")]


def test_segments_may_have_any_labels(store: Store) -> None:
    labels = ("'; DROP TABLE responses; --", '"', "中文", "a" * 300, "select", "$x {y} %")
    lines = [(*line[:4], *[line[4]] * len(labels)) for line in FIRST]
    land(store, file_of(lines, replace(WITH_ID, segments=labels), (*HEADER[:4], *labels)))
    segments = queries.segments(store)
    assert tuple(each.label for each in segments) == labels
    for segment in segments:
        found = queries.by_segment(store, Selection(), segment.column)
        assert [each.value for each in found] == ["Free", "Team", "(not given)"], segment.label


def test_labels_that_look_alike_get_columns_of_their_own(store: Store) -> None:
    header = ("Id", "Score", "Date", "Comment", "Plan!", "Plan?")
    land(store, file_of(FIRST, replace(WITH_ID, segments=("Plan!", "Plan?")), header))
    assert [each.column for each in queries.segments(store)] == ["seg_plan", "seg_plan_2"]


def test_new_segments_have_kinds(store: Store) -> None:
    values = {
        "words": (["Free", "Team"] * 20, "choice"),
        "few numbers": (["1", "2"] * 20, "choice"),
        "many numbers": ([str(1_000 + number) for number in range(40)], "number"),
        "days": ([f"2025-01-{1 + number % 28:02}" for number in range(40)], "date"),
        "moments": (["2025-01-01 10:00", ""] * 20, "date"),
    }
    columns = [column for column, _ in values.values()]
    lines = [(f"id{number}", "5", "", "", *row, "") for number, row in enumerate(zip(*columns, strict=True))]
    labels = (*values, "nothing")
    land(store, file_of(lines, replace(WITH_ID, segments=labels), (*HEADER[:4], *labels)))
    kinds = {each.label: each.kind for each in queries.segments(store)}
    assert kinds == {label: kind for label, (_, kind) in values.items()}


def test_a_file_that_adds_nothing_lists_no_new_segment(store: Store) -> None:
    land(store, file_of(FIRST, replace(WITH_ID, segments=("Plan",))))
    land(store, file_of(FIRST, WITH_ID), later=1)
    assert [each.label for each in queries.segments(store)] == ["Plan"]
    land(store, file_of([("z", "5", "", "", "Free", "")]), later=2)
    assert [each.label for each in queries.segments(store)] == ["Plan"]


def test_a_segment_that_lost_its_last_value_is_listed_no_more_and_comes_back(store: Store) -> None:
    landed = land(store, file_of(FIRST))
    imports.undo(store, landed.import_id, by="Ada", now=NOW)
    assert queries.segments(store) == ()
    land(store, file_of(FIRST), later=1)
    assert [each.label for each in queries.segments(store)] == ["Plan", "Region"]
    assert queries.segment_values(store, "seg_plan", limit=9)[0] == ("Team", 2)


class BrokenOff(BaseException):
    """What the server raises in a script whose page was left."""


@pytest.mark.parametrize("moment", [0.5, 0.6, 0.75])
def test_an_import_that_breaks_off_leaves_nothing(store: Store, moment: float) -> None:
    land(store, file_of([("z", "1", "2025-01-05", "worse", "Free", "EU")]))
    before = everything(store)

    def progress(share: float, _text: str) -> None:
        if share >= moment:
            raise BrokenOff

    header = ("Id", "Score", "Date", "Comment", "Plan", "Something new")
    given = file_of(FIRST, replace(WITH_ID, segments=("Plan", "Something new")), header)
    with pytest.raises(BrokenOff):
        imports.land(store, given, file="a.csv", by="Ada", now=NOW, progress=progress)
    assert everything(store) == before
    assert [each.label for each in queries.segments(store)] == ["Plan", "Region"]
    assert counts(land(store, given)) == (6, 3, 1, 0, 2)


def test_progress_goes_forward_and_its_last_word_still_stops_the_import(store: Store) -> None:
    seen: list[float] = []
    imports.land(store, file_of(FIRST), file="a.csv", by="Ada", now=NOW, progress=lambda share, _: seen.append(share))
    assert seen == sorted(seen)
    assert len(seen) > 2
    before = everything(store)

    def stop(share: float, _text: str) -> None:
        if share == seen[-1]:
            raise BrokenOff

    with pytest.raises(BrokenOff):
        imports.land(store, invented(20, name="x"), file="b.csv", by="Ada", now=NOW, progress=stop)
    assert everything(store) == before


@pytest.mark.parametrize("mapping", [WITH_ID, WITHOUT_ID])
@pytest.mark.parametrize("rows", [1, 3, 100])
def test_rows_that_go_in_piece_by_piece_are_the_same_in_the_same_order(
    store: Store, monkeypatch: pytest.MonkeyPatch, mapping: Mapping, rows: int
) -> None:
    monkeypatch.setattr(incoming, "ROWS", rows)
    with_ids = mapping is WITH_ID
    first = file_of([*FIRST, *([] if with_ids else FIRST[:3])], mapping)
    later = [("h", "3", "2025-02-02", "", "Free", "EU"), ("a", "1", *FIRST[0][2:]), *FIRST[1:]]
    told = [land(store, first), land(store, file_of(later, mapping)), land(store, first)]
    assert [(one.rows, one.accepted, one.blank, one.duplicate, one.changed, one.rejected) for one in told] == (
        [(6, 3, 1, 0, 0, 2), (7, 1, 0, 3, 1, 2), (6, 0, 0, 4, 0, 2)]
        if with_ids
        else [(9, 5, 2, 0, 0, 2), (7, 2, 0, 3, 0, 2), (9, 0, 0, 7, 0, 2)]
    )
    came = store.rows("SELECT score FROM responses ORDER BY rowid")
    assert [score for (score,) in came] == [9, 0, None, 8, *([3] if with_ids else [9, 0, None, 3, 1])]


def test_many_pieces_that_are_written_by_several_cores_keep_their_order(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incoming, "ROWS", 7)
    given = invented(2_000, name="x")
    land(store, given)
    written = store.rows("SELECT response_id, score FROM responses ORDER BY rowid")
    assert written == list(zip(given.table["response_id"].to_pylist(), given.table["score"].to_pylist(), strict=True))


def test_progress_tells_the_rows_and_each_word_can_stop_the_import(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incoming, "ROWS", 2)
    monkeypatch.setattr(incoming, "AT_ONCE", 1)
    given, said = file_of(FIRST), list[str]()
    imports.land(store, given, file="a.csv", by="Ada", now=NOW, progress=lambda _, text: said.append(text))
    assert [text for text in said if "written" in text] == [f"{done} of 4 rows written" for done in (0, 2, 3)]
    imports.undo(store, store.rows("SELECT import_id FROM imports")[0][0], by="Ada", now=NOW)

    for word in said:

        def stop(_: float, text: str, word: str = word) -> None:
            if text == word:
                raise Refused("stopped")

        with pytest.raises(Refused, match="stopped"):
            imports.land(store, given, file="b.csv", by="Ada", now=NOW, progress=stop)
        assert (size(store), size(store, "imports")) == (0, 1)


def test_eight_imports_of_one_file_at_once_land_it_once(store: Store) -> None:
    given = invented(2_000, name="x")
    with ThreadPoolExecutor(8) as pool:
        landed = list(pool.map(lambda number: land(store, given, file=f"{number}.csv"), range(8)))
    assert sorted(each.accepted for each in landed) == [0] * 7 + [1_800]
    assert size(store) == 2_000
    assert store.rows("SELECT count(DISTINCT response_key) FROM responses") == [(2_000,)]
    assert all(each.rows == each.accepted + each.blank + each.duplicate + each.rejected for each in landed)


def test_imports_at_once_with_labels_that_look_alike_keep_them_apart(store: Store) -> None:
    """Both would like the same column; the second takes another."""
    labels = [f"Plan{mark}" for mark in "!?+*#&/="]
    together = threading.Barrier(len(labels))

    def bring(label: str) -> None:
        given = invented(40, name=label, segment=label)
        together.wait()
        land(store, given, file=label)

    with ThreadPoolExecutor(len(labels)) as pool:
        list(pool.map(bring, labels))
    listed = {each.label: each.column for each in queries.segments(store)}
    assert set(listed) == {*labels, "Region"}
    assert len(set(listed.values())) == len(listed)
    for label in labels:
        [row] = store.rows(f"SELECT count({listed[label]}), count(DISTINCT left(comment, 5)) FROM responses")
        assert row[0] == 40
        assert store.rows(f"SELECT DISTINCT left(comment, 5) FROM responses WHERE {listed[label]} IS NOT NULL") == [
            (label,)
        ]


def test_taking_back_while_another_import_brings_the_same_segment_keeps_it_listed(store: Store) -> None:
    stop, rounds = threading.Event(), 5 if store.shared else 15

    def bring_and_take_back() -> None:
        while not stop.is_set():
            landed = land(store, invented(40, name="mine"))
            imports.undo(store, landed.import_id, by="Ada", now=NOW)

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(bring_and_take_back)
        for number in range(rounds):
            land(store, invented(40, name=f"kept {number}"))
            assert "Plan" in {each.label for each in queries.segments(store)}
        stop.set()
        other.result()
    values = dict(queries.segment_values(store, store.columns()[0], limit=9))
    assert sum(values.values()) == 40 * rounds


cells = st.sampled_from(["", "0", "3", "6", "7", "8", "9", "10", "11", "x", "4.5"])
lines = st.lists(
    st.tuples(
        st.sampled_from("abcdef"),
        cells,
        st.sampled_from(["", "2025-01-01", "2025-02-30"]),
        st.sampled_from(["", "slow"]),
        st.sampled_from(["", "Free"]),
        st.just("EU"),
    ),
    min_size=1,
    max_size=12,
)


def test_the_account_holds_for_any_files(store: Store) -> None:
    """Rows without ids: the store holds, for each content, as many rows as the file that has most of it."""

    @settings(max_examples=5 if store.shared else 15)
    @given(st.lists(lines, min_size=1, max_size=3), st.booleans())
    def holds(files: list[list[Line]], taken_back: bool) -> None:
        mapping = replace(WITHOUT_ID, survey=f"survey {store.version('responses')}")
        most: dict[Line, int] = {}
        before, ids = size(store), []
        for file in files:
            given = file_of(file, mapping)
            landed = land(store, given)
            ids.append(landed.import_id)
            assert landed.rows == sum(counts(landed)[1:]) == len(file)
            assert landed.rejected == len(given.rejects)
            assert (landed.tally.n, landed.tally.blanks) == (landed.accepted, landed.blank)
            good = [line for line in file if line[1] not in ("11", "x", "4.5") and line[2] != "2025-02-30"]
            for line in good:
                most[line] = max(most.get(line, 0), good.count(line))
            assert size(store) - before == sum(most.values())
        if taken_back:
            for import_id in reversed(ids):
                imports.undo(store, import_id, by="Ada", now=NOW)
            assert size(store) == before

    holds()


def test_every_row_that_is_there_is_met_however_many_there_are(store: Store) -> None:
    """A table that was made of no rows, and in the same transaction takes in more than one thread's share."""
    given = invented(150_000, name="x")

    def work(tx: Transaction) -> int:
        incoming.meet(tx, replace(given, responses=Responses.of(given.table.slice(0, 0))))
        tx.register("piece", plainly_named(given.table))
        tx.execute("INSERT INTO met SELECT *, 'key' FROM piece")
        return int(tx.rows("SELECT count(*) FROM met")[0][0])

    assert store.tried(work) == 150_000


def test_an_import_whose_rows_do_not_all_arrive_is_not_kept(store: Store) -> None:
    given = invented(40, name="x")
    with pytest.raises(StoreError, match=r"Some rows of a\.csv did not arrive in the store\. Nothing was kept"):
        imports.land(store, replace(given, rows=given.rows + 1), file="a.csv", by="Ada", now=NOW)
    assert store.rows("SELECT (SELECT count(*) FROM responses), (SELECT count(*) FROM imports)") == [(0, 0)]


def test_rows_that_went_in_are_not_held_until_the_commit(store: Store) -> None:
    made: list[int] = []

    def tables() -> Iterator[pa.Table]:
        for number in range(8):
            yield pa.table({"n": pa.array(range(number, number + 100_000))})

    def work(tx: Transaction) -> None:
        tx.execute("CREATE TEMP TABLE numbers (n BIGINT)")
        for _ in tx.in_turn("piece", incoming.made_ahead(tables())):
            tx.execute("INSERT INTO numbers FROM piece")
            made.append(pa.total_allocated_bytes())
        assert tx.rows("SELECT count(*), sum(n) FROM numbers") == [(800_000, 8 * sum(range(100_000)) + 28 * 100_000)]

    store.tried(work)
    assert max(made) - made[0] < 2 * 800_000
