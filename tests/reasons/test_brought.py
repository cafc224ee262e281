"""Reasons that files bring: told by their names after an import, said by hand, counted, and taken back."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from nps.__main__ import main
from nps.errors import Refused
from nps.intake import bring_in
from nps.reasons.brought import Field, acts, decide, fields, newest, undo, values
from nps.reasons.given import given
from nps.reasons.recoding import Counts, counts
from nps.store import Store

NOW = datetime.fromisoformat("2026-03-01 12:00")
TOPICS = ("Speed", "pricing", "  EASE OF USE", "Parking", "")
FILE = "id,nps,date,Topic,Plan\n" + "".join(
    f"r{n},{n % 11},2026-02-{1 + n % 28:02},{TOPICS[n % 5]},{('Speed', 'Team')[n % 2]}\n" for n in range(60)
)


def field(store: Store, name: str) -> Field:
    [found] = [each for each in fields(store) if each.name == name]
    return found


def codes(store: Store, name: str) -> dict[str, str | None]:
    return {each.says: each.code for each in values(store, field(store, name))}


def test_values_that_name_a_reason_stand_for_it_right_after_the_import(store: Store) -> None:
    [(landed, _)] = bring_in(store, "a.csv", FILE.encode(), by="Ada")
    told = "Topic: 3 of 4 values stand for reasons of the codebook; 1 does not yet: see the page Codebook."
    assert told in landed.remarks
    assert codes(store, "Topic") == {
        "Speed": "product.speed",
        "pricing": "commercial.price",
        "EASE OF USE": "product.ease",
        "Parking": None,
    }
    assert codes(store, "Plan") == {"Speed": None, "Team": None}
    twelve = Counts(file=12)
    assert counts(store) == {"product.speed": twelve, "commercial.price": twelve, "product.ease": twelve}
    assert store.rows("SELECT DISTINCT done_by FROM code_values") == [("Ada",)]


def test_the_command_line_says_it_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text(FILE.replace("Topic", "Motivo principal"), encoding="utf-8")
    assert main(["import", str(tmp_path / "a.csv"), "--store", str(tmp_path / "s.duckdb")]) == 0
    assert "Motivo principal: 3 of 4 values stand for reasons of the codebook" in capsys.readouterr().out


def test_each_ticked_choice_is_a_reason(store: Store) -> None:
    ticks = (
        "Speed; Price or contract",
        "Speed",
        "Price or contract; Billing",
        "Billing; Speed",
        "Parking",
        "Parking; Speed",
        "",
    )
    rows = "".join(f"r{n},{n % 11},2026-02-{1 + n % 28:02},{ticks[n % 7]}\n" for n in range(140))
    header = "id,nps,date,What is the main reason for your score?\n"
    [(landed, _)] = bring_in(store, "a.csv", (header + rows).encode(), by="Ada")
    question = "What is the main reason for your score?"
    assert any(f"{question}: 3 of 4 values stand" in remark for remark in landed.remarks), landed.remarks
    assert values(store, field(store, question))[0].says == "Speed"
    found = counts(store)
    assert (found["product.speed"], found["commercial.price"], found["commercial.contract"]) == (
        Counts(file=80),
        Counts(file=40),
        Counts(file=40),
    )
    sql, bound = given(store)
    [[both]] = store.rows(f"SELECT count(*) FROM ({sql}) WHERE len(codes) = 2", bound)
    assert both == 60  # Parking stands for none


def test_what_is_said_by_hand_holds_through_the_next_import_and_is_taken_back(store: Store) -> None:
    bring_in(store, "a.csv", FILE.encode(), by="Ada")
    topic = field(store, "Topic")
    places = {each.says: each.place for each in values(store, topic)}
    seen = newest(values(store, topic))
    wanted = {places["Parking"]: "service.answer", places["Speed"]: None, places["pricing"]: "commercial.price"}
    assert decide(store, topic, wanted, seen=seen, who="Ben", now=NOW) == 2
    with pytest.raises(Refused, match="Ben said meanwhile what values of “Topic” stand for"):
        decide(store, topic, wanted, seen=seen, who="Ada", now=NOW)
    [(landed, _)] = bring_in(store, "b.csv", FILE.replace("\nr", "\ns").encode(), by="Ada")
    assert any("Topic: 3 of 4 values stand" in remark for remark in landed.remarks)
    assert (codes(store, "Topic")["Speed"], codes(store, "Topic")["Parking"]) == (None, "service.answer")
    assert counts(store)["service.answer"] == Counts(file=24)
    by_hand, by_import = acts(store, topic)
    assert (by_hand.by, by_import.by, len(by_hand.changes), len(by_import.changes)) == ("Ben", "Ada", 2, 3)
    with pytest.raises(Refused, match="was changed since"):
        undo(store, topic, by_import, who="Ada", now=NOW)
    undo(store, topic, by_hand, who="Ada", now=NOW + timedelta(hours=1))
    assert (codes(store, "Topic")["Speed"], codes(store, "Topic")["Parking"]) == ("product.speed", None)
    assert counts(store)["product.speed"] == Counts(file=24)


@pytest.mark.parametrize(
    ("who", "code", "sentence"), [(" ", None, "Say who you are"), ("Ada", "no.such", "“no.such” is in use no more")]
)
def test_what_cannot_be_said_is_refused(store: Store, who: str, code: str | None, sentence: str) -> None:
    bring_in(store, "a.csv", FILE.encode(), by="Ada")
    topic = field(store, "Topic")
    every = values(store, topic)
    with pytest.raises(Refused, match=sentence):
        decide(store, topic, {every[0].place: code}, seen=newest(every), who=who, now=NOW)


@pytest.mark.parametrize(
    ("name", "likely"),
    [
        ("Reason", True),
        ("Root cause", True),
        ("ticket_tags", True),
        ("What is the main reason for your score?", True),
        ("Thème", True),
        ("Gründe", True),
        ("Razão principal", True),
        ("Etiqueta", True),
        ("Kategorie", True),
        ("Region", False),
        ("Stage", False),
        ("Reasonable price", False),
    ],
)
def test_a_name_says_whether_reasons_stand_there(name: str, likely: bool) -> None:
    assert Field(name, ()).likely is likely
