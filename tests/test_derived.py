"""Derived segments against plain Python, whatever was imported, taken back, told or decided before."""

import json
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nps import context, decided, derived, importing, imports, queries
from nps.__main__ import main
from nps.derivations import Derivation
from nps.errors import Refused
from nps.score import Tally
from nps.selection import NOT_GIVEN, Selection
from nps.store import Store
from tests.pages.opening import bring_in
from tests.rolling import assert_rolled

NOW = datetime.fromisoformat("2026-03-01 12:00")
REVENUE, RENEWAL, SIGNED = "account:revenue", "account:renewal_on", "account:Signed ~ up/on"
ALL = (
    Derivation("Weekday", "weekday"),
    Derivation("Turn", "turn"),
    Derivation("Comment length", "comment", edges=(4, 10)),
    Derivation("Age of the account", "months", SIGNED, edges=(1, 3, 12)),
    Derivation("Age of the person", "months", "person:Joined", edges=(6,)),
    Derivation("Stage", "stage", SIGNED, RENEWAL, edges=(30, 60)),
    Derivation("Revenue", "bands", REVENUE, edges=(1000, 2500.5)),
    Derivation("Seat band", "bands", "column:seg_seats", edges=(-2, 10)),
)
DAYS = [date(2025, 1, 1) + timedelta(17 * number) for number in range(40)]
SEATS = ("", "-3", "9.5", "10", "1,200", "nan", "inf", "many")


class Known:
    """What a store was told, in plain Python."""

    def __init__(self) -> None:
        self.files: dict[str, list[dict[str, str]]] = {}
        self.told: dict[str, tuple[str, list[dict[str, str]]]] = {}
        self.zone = "UTC"

    def rows(self) -> list[dict[str, str]]:
        return [row for rows in self.files.values() for row in rows]

    def fact(self, kind: str, key: str, of: str, name: str) -> str | None:
        """What the newest file says that says anything."""
        said = [row[name] for known, rows in self.told.values() if known == kind for row in rows if row[key] == of]
        return next((value for value in reversed(said) if value), None) if of else None

    def day(self, row: Mapping[str, str]) -> date | None:
        return on_clock(row["answered at"], self.zone)

    def values(self, row: Mapping[str, str]) -> dict[str, str | None]:
        """The derived segments of a row, by name."""
        day, account = self.day(row), row["account"]
        revenue = self.fact("account", "account", account, "arr")
        signed, renews = (
            as_day(self.fact("account", "account", account, name)) for name in ("Signed ~ up/on", "renewal date")
        )
        joined = as_day(self.fact("person", "email", row["email"], "Joined"))
        seats = {"-3": -3.0, "9.5": 9.5, "10": 10.0, "1,200": 1200.0}.get(row["Seats"])
        return {
            "Weekday": f"{day:%A}" if day else None,
            "Turn": self.turn(row),
            "Comment length": length(row["comment"].strip()),
            "Age of the account": age(signed, day, [(1, "0 months"), (3, "1 to 2 months"), (12, "3 to 11 months")], 12),
            "Age of the person": age(joined, day, [(6, "0 to 5 months")], 6),
            "Stage": stage(day, signed, renews),
            "Revenue": band(
                float(revenue) if revenue else None,
                [(1000, "under 1,000"), (2500.5, "1,000 to under 2,500.5")],
                "2,500.5 or more",
            ),
            "Seat band": band(seats, [(-2, "under -2"), (10, "-2 to under 10")], "10 or more"),
        }

    def turn(self, row: Mapping[str, str]) -> str | None:
        if not (row["email"] and row["score"] and row["answered at"]):
            return None
        same = [one["answered at"] for one in self.rows() if one["email"] == row["email"] and one["score"]]
        return "First answer" if row["answered at"] == min(filter(None, same)) else "Repeat answer"


def on_clock(text: str, zone: str) -> date | None:
    if not text:
        return None
    return datetime.fromisoformat(text).replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


def as_day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text and text[:4].isdigit() else None


def length(comment: str) -> str:
    n = len(comment)
    if not n:
        return "No comment"
    return "1 to 3 characters" if n < 4 else "4 to 9 characters" if n < 10 else "10 characters or more"


def age(since: date | None, day: date | None, steps: Sequence[tuple[int, str]], last: int) -> str | None:
    if since is None or day is None:
        return None
    months = -1 if day < since else 0
    while months >= 0 and later(since, months + 1) <= (day.year, day.month, day.day):
        months += 1
    return "Before that day" if months < 0 else band(months, steps, f"{last} months or more")


def later(since: date, months: int) -> tuple[int, int, int]:
    year, month = divmod(since.year * 12 + since.month - 1 + months, 12)
    return year, month + 1, since.day


def band(number: float | None, steps: Sequence[tuple[float, str]], last: str) -> str | None:
    return None if number is None else next((name for edge, name in steps if number < edge), last)


def stage(day: date | None, start: date | None, renews: date | None) -> str | None:
    if day is None or (start is None and renews is None):
        return None
    if start and day < start:
        return "Before the contract"
    if renews and day > renews:
        return "After the renewal date"
    if renews and day >= renews - timedelta(60):
        return "Renewal near"
    return "Onboarding" if start and day < start + timedelta(30) else "Under contract"


def file_of(rows: Sequence[Mapping[str, str]]) -> str:
    text = [",".join(rows[0])]
    text += [",".join(f'"{value}"' for value in row.values()) for row in rows]
    return "\n".join(text) + "\n"


def invented(dice: random.Random, number: int) -> list[dict[str, str]]:
    return [
        {
            "id": f"{number}-{line}",
            "score": dice.choice(["0", "6", "8", "10", ""]),
            "answered at": dice.choice(
                ["", f"{dice.choice(DAYS)} {dice.choice(['00:30:01', '12:00:00', '23:30:00'])}"]
            ),
            "comment": dice.choice(["", "bad", "Ärger", "long enough 🙂", "  no  "]),
            "email": dice.choice(["", "ada@x.example", "bo@x.example", "cy@x.example"]),
            "account": dice.choice(["", "Acme", "Bolt", "Cog"]),
            "Seats": dice.choice(SEATS),
        }
        for line in range(dice.randint(20, 30))
    ]


def step(store: Store, known: Known, dice: random.Random, number: int) -> None:
    """One thing that people do."""
    at = NOW + timedelta(minutes=number)
    does = dice.choice(["import", "import", "undo", "account", "person", "take back", "zone", "define"])
    if does == "import":
        rows = invented(dice, number)
        mapping = importing.Mapping(
            "score",
            date="answered at",
            comment="comment",
            id="id",
            email="email",
            account="account",
            segments=("Seats",),
            survey=f"S{number}",
        )
        read = importing.answers(importing.read(f"{number}.csv", file_of(rows).encode()), mapping)
        landed = imports.land(store, read, file=f"{number}.csv", by="Ada", now=at)
        known.files[landed.import_id] = rows
    elif does == "undo" and known.files:
        gone = dice.choice(list(known.files))
        imports.undo(store, gone, by="Ada", now=at)
        del known.files[gone]
    elif does in ("account", "person"):
        rows = told_accounts(dice) if does == "account" else told_people(dice)
        told = context.read(f"{number}.csv", file_of(rows).encode())
        assert told.understood.kind == does
        known.told[context.bring_in(store, told, by="Ada", now=at).context_id] = (does, rows)
    elif does == "take back" and known.told:
        gone = dice.choice(list(known.told))
        context.take_back(store, gone, by="Ada", now=at)
        del known.told[gone]
    elif does == "zone":
        known.zone = dice.choice(["UTC", "Pacific/Auckland", "America/New_York"])
        decided.decide(store, {"zone": known.zone}, who="Ada", now=at)
        derived.keep(store)
    elif does == "define":
        chosen = tuple(each for each in ALL if dice.random() < 0.7)
        decided.decide(store, {"derived": chosen}, who="Ada", now=at)
        derived.keep(store)


def told_accounts(dice: random.Random) -> list[dict[str, str]]:
    return [
        {
            "account": name,
            "arr": dice.choice(["", "999", "1000", "2500.5", "90000"]),
            "renewal date": dice.choice(["", str(dice.choice(DAYS))]),
            "Signed ~ up/on": dice.choice(["", "some day", f"{dice.choice(DAYS)}T10:00:00Z", str(dice.choice(DAYS))]),
        }
        for name in dice.sample(["Acme", "Bolt", "Cog"], 2)
    ]


def told_people(dice: random.Random) -> list[dict[str, str]]:
    return [
        {"email": f"{name}@x.example", "name": name, "Joined": dice.choice(["", str(dice.choice(DAYS))])}
        for name in dice.sample(["ada", "bo", "cy"], 2)
    ]


def assert_right(store: Store, known: Known) -> None:
    """Every response has the values that plain Python gives it, and what has none at all is not listed."""
    rows = {row["id"]: known.values(row) for row in known.rows()}
    standing = decided.settings(store).derived
    listed = {each.label: each.column for each in queries.segments(store)}
    for each in standing:
        expected = {name: values[each.name] for name, values in rows.items()}
        assert (each.name in listed) == any(expected.values()), each.name
        if each.name in listed:
            found: dict[str, str | None] = dict(store.rows(f'SELECT response_id, "{each.column}" FROM responses'))
            assert found == expected, each.name
    assert not ({each.name for each in ALL} - {each.name for each in standing}) & set(listed)


@given(seed=st.integers(0, 10**9))
@settings(max_examples=4)
def test_values_are_right_whatever_happened_before(seed: int) -> None:
    dice, known = random.Random(seed), Known()
    with TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "nps.duckdb")
        decided.decide(store, {"derived": ALL}, who="Ada", now=NOW)
        derived.keep(store)
        for number in range(10):
            step(store, known, dice, number)
            assert_right(store, known)
            assert_rolled(store)
        store.close()


def weekday_of(store: Store) -> dict[str, str | None]:
    return dict(store.rows("SELECT response_id, der_weekday FROM responses"))


def decide(store: Store, *wanted: Derivation, who: str = "Ada") -> None:
    decided.decide(store, {"derived": wanted}, who=who, now=NOW)
    derived.keep(store)


def test_a_changed_answer_takes_its_derived_segments_along_and_back(store: Store) -> None:
    decide(store, *ALL)
    first = "id,score,date,comment,email\n1,9,2026-01-05,fine,a@x.example\n2,3,2026-01-06,,a@x.example\n"
    bring_in(store, "a.csv", first, id="id", score="score", date="date", comment="comment", survey="S")
    before = store.rows("SELECT der_weekday, der_turn, der_comment_length FROM responses ORDER BY response_id")
    assert before == [("Monday", "First answer", "4 to 9 characters"), ("Tuesday", "Repeat answer", "No comment")]
    again = first.replace("2,3,2026-01-06,", "2,3,2026-01-04,much longer")
    landed = bring_in(store, "b.csv", again, id="id", score="score", date="date", comment="comment", survey="S")
    assert imports.update(store, landed.import_id, by="Ada", now=NOW) == 1
    after = store.rows("SELECT der_weekday, der_turn, der_comment_length FROM responses ORDER BY response_id")
    assert after == [
        ("Monday", "Repeat answer", "4 to 9 characters"),
        ("Sunday", "First answer", "10 characters or more"),
    ]
    imports.undo(store, landed.import_id, by="Ada", now=NOW)
    assert store.rows("SELECT der_weekday, der_turn, der_comment_length FROM responses ORDER BY response_id") == before


def test_a_file_with_a_segment_of_that_name_keeps_its_own_values(store: Store) -> None:
    decide(store, Derivation("Weekday", "weekday"))
    text = "id,score,date,Weekday\n" + "".join(f"{n},9,2026-01-0{5 + n % 2},day {n % 2}\n" for n in range(20))
    bring_in(store, "a.csv", text, id="id", score="score", date="date", segments=["Weekday"])
    assert store.rows("SELECT DISTINCT seg_weekday, der_weekday FROM responses ORDER BY ALL") == [
        ("day 0", "Monday"),
        ("day 1", "Tuesday"),
    ]


def test_a_filter_by_a_derived_segment_adds_up_and_what_is_not_known_is_not_given(store: Store) -> None:
    decide(store, Derivation("Weekday", "weekday"))
    text = "id,score,date\n" + "".join(f"{n},{n % 11},{'2026-01-05' if n % 3 else ''}\n" for n in range(33))
    bring_in(store, "a.csv", text, id="id", score="score", date="date")
    rows = {row.value: row.tally for row in queries.by_segment(store, Selection(), "der_weekday")}
    assert {value: tally.n for value, tally in rows.items()} == {"Monday": 22, NOT_GIVEN: 11}
    assert sum(rows.values(), Tally()) == queries.summary(store, Selection()).tally
    for value, tally in rows.items():
        assert queries.summary(store, Selection().only("der_weekday", value)).tally == tally


def test_the_command_line_filters_by_a_derived_segment(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "nps.duckdb"
    store = Store.open(path)
    bring_in(store, "a.csv", "id,score,date\n1,9,2026-01-05\n2,0,2026-01-06\n", id="id", score="score", date="date")
    decided.decide(store, {"derived": (Derivation("Day of the week", "weekday"),)}, who="Ada", now=NOW)
    store.close()  # as if the process had ended before the columns were filled
    assert main(["summary", "--store", str(path), "--where", "Day of the week=Monday", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["n"] == 1


def test_a_definition_that_is_taken_back_is_gone_and_comes_back_right(store: Store) -> None:
    decide(store, Derivation("Weekday", "weekday"))
    bring_in(store, "a.csv", "id,score,date\n1,9,2026-01-05\n2,9,2026-01-06\n", id="id", score="score", date="date")
    decide(store)
    assert "der_weekday" not in store.columns()
    with pytest.raises(Refused, match="There is no segment “der_weekday”"):
        queries.summary(store, Selection().only("der_weekday", "Monday"))
    bring_in(store, "b.csv", "id,score,date\n3,9,2026-01-07\n", id="id", score="score", date="date")
    decide(store, Derivation("Weekday", "weekday"))
    assert weekday_of(store) == {"1": "Monday", "2": "Tuesday", "3": "Wednesday"}


def test_parts_of_equal_size_are_cut_where_the_numbers_are(store: Store) -> None:
    text = "id,score,date,Seats\n" + "".join(f"{n},9,2026-01-05,{n * n}\n" for n in range(100))
    bring_in(store, "a.csv", text, id="id", score="score", date="date", segments=["Seats"])
    assert [(source.of, source.label) for source in derived.sources(store)] == [("number", "Seats")]
    edges = derived.cuts(store, "column:seg_seats", 4)
    decide(store, Derivation("Quarter", "bands", "column:seg_seats", edges=edges))
    sizes = [row.tally.n for row in queries.by_segment(store, Selection(), "der_quarter")]
    assert len(sizes) == 4
    assert all(22 <= size <= 28 for size in sizes)
    with pytest.raises(Refused, match="None of the responses has a number there"):
        derived.cuts(store, "account:revenue", 4)
    context.bring_in(store, context.read("a.csv", b"account,arr,Signed up\nAcme,5,2026-01-01\n"), by="Ada", now=NOW)
    assert {(source.of, source.key) for source in derived.sources(store)} == {
        ("number", "column:seg_seats"),
        ("number", "account:revenue"),
        ("day", "account:Signed up"),
    }
