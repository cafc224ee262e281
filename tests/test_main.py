"""The command line by its exit codes and output: import, summary, undo, export."""

import csv
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.importing.test_workbook import workbook

ROOT = Path(__file__).resolve().parent.parent

Ran = subprocess.CompletedProcess[str]
Command = Callable[..., Ran]

MIXED = """id,date,score,comment,plan
1,2024-01-05,10,great,Pro
2,2024-02-30,9,bad date,Pro
3,2024-03-01,11,out of range,Free
4,2024-03-02,7.5,fractional,Free
5,2024-03-03,,no score,Free
6,2024-03-04,3,short
7,2024-03-05,4,long,Pro,extra
8,2024-03-06,abc,text,Pro
9,2024-03-07,0,"=1+1, ""quoted""
second line",Pro
10,2024-03-08,6,after two lines,Free
9223372036854775999,2024-03-08,8,a long id,Free
"""


@pytest.fixture
def nps(tmp_path: Path) -> Command:
    """Run `python -m nps COMMAND ...` on a store of this test."""

    def run(command: str, *arguments: str | Path) -> Ran:
        line = [sys.executable, "-m", "nps", command, "--store", str(tmp_path / "store.duckdb"), *map(str, arguments)]
        return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)

    return run


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a file of that name and text, and return its path."""

    def put(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return put


def told(ran: Ran) -> list[dict[str, Any]]:
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_every_row_of_a_file_is_accounted_for(nps: Command, write: Callable[[str, str], Path]) -> None:
    [one] = told(nps("import", write("mixed.csv", MIXED), "--json"))
    assert (one["rows"], one["accepted"], one["blank"], one["duplicate"], one["rejected"]) == (11, 5, 1, 0, 5)
    assert (one["promoters"], one["passives"], one["detractors"], one["nps"]) == (1, 1, 3, -40.0)
    assert (one["first_date"], one["last_date"]) == ("2024-01-05", "2024-03-08")
    assert (one["score_column"], one["date_column"], one["comment_column"]) == ("score", "date", "comment")
    assert [(r["line"], r["column"], r["value"]) for r in one["rejects"] if r["column"]] == [
        (3, "date", "2024-02-30"),
        (4, "score", "11"),
        (5, "score", "7.5"),
        (9, "score", "abc"),
    ]
    assert [r["line"] for r in one["rejects"]] == [3, 4, 5, 8, 9]
    assert all(r["reason"] for r in one["rejects"])


def test_the_same_file_again_changes_nothing(nps: Command, write: Callable[[str, str], Path]) -> None:
    path = write("mixed.csv", MIXED)
    nps("import", path, "--json")
    before = nps("summary", "--json").stdout
    [again] = told(nps("import", path, "--json"))
    assert (again["accepted"], again["blank"], again["duplicate"], again["rejected"]) == (0, 0, 6, 5)
    assert again["nps"] is None
    assert nps("summary", "--json").stdout == before


def test_identical_rows_of_one_file_stay(nps: Command, write: Callable[[str, str], Path]) -> None:
    path = write("twins.csv", "date,score,plan\n" + "2024-01-05,10,A\n" * 3 + "2024-01-06,3,B\n")
    [one] = told(nps("import", path, "--json"))
    assert one["accepted"] == 4
    longer = write("later.csv", "date,score,plan\n" + "2024-01-05,10,A\n" * 4 + "2024-01-06,3,B\n")
    [two] = told(nps("import", longer, "--json"))
    assert (two["accepted"], two["duplicate"]) == (1, 4)


def test_a_changed_answer_waits_for_the_word_and_undo_brings_the_old_one_back(
    nps: Command, write: Callable[[str, str], Path]
) -> None:
    nps("import", write("a.csv", "response id,score,comment\nr1,9,fine\nr2,0,slow\nr3,,\n"))
    later = write("b.csv", "response id,score,comment\nr1,9,fine\nr2,10,slow\nr3,8,well\nr4,7,new\n")
    [told_only] = told(nps("import", later, "--json"))
    keys = ("rows", "accepted", "blank", "duplicate", "changed", "rejected", "updated")
    assert [told_only[key] for key in keys] == [4, 1, 0, 1, 2, 0, 0]
    assert [list(change.values()) for change in told_only["changes"]] == [
        [3, "r2", "score", "0", "10", False],
        [4, "r3", "comment", None, "well", False],
        [4, "r3", "score", None, "8", False],
    ]
    assert told(nps("summary", "--json"))[0]["n"] == 3
    [applied] = told(nps("import", later, "--update", "--json"))
    assert [applied[key] for key in keys] == [4, 0, 0, 2, 2, 0, 2]
    [after] = told(nps("summary", "--json"))
    assert (after["promoters"], after["passives"], after["detractors"]) == (2, 2, 0)
    ran = nps("undo", applied["import_id"])
    assert "Took back 0 responses and reverted the changes of 2." in ran.stdout
    [before] = told(nps("summary", "--json"))
    assert (before["promoters"], before["passives"], before["detractors"]) == (1, 1, 1)


def test_what_changed_is_said_in_words(nps: Command, write: Callable[[str, str], Path]) -> None:
    nps("import", write("a.csv", "response id,score\nr1,9\nr2,\n"))
    later = write("b.csv", "response id,score\nr1,2\nr2,8\n")
    ran = nps("import", later)
    assert "2 rows = 0 accepted + 0 blank + 0 duplicate + 2 changed + 0 rejected" in ran.stdout
    assert "2 known responses changed: the old answers stay. Import again with --update" in ran.stdout
    assert "line 2, r1, score: “9” → “2”" in ran.stdout
    assert "line 3, r2, score: nothing → “8”" in ran.stdout
    assert "the new answers replaced the old ones" in nps("import", later, "--update").stdout


def test_two_surveys_of_one_vendor_may_share_ids(nps: Command, write: Callable[[str, str], Path]) -> None:
    nps("import", write("a.csv", "response id,score\nr1,9\nr2,0\n"), "--survey", "Spring")
    [one] = told(nps("import", write("b.csv", "response id,score\nr1,3\nr2,10\n"), "--survey", "Autumn", "--json"))
    assert (one["accepted"], one["rejected"]) == (2, 0)


def test_several_questions_of_one_file_go_in_as_a_survey_each(nps: Command, write: Callable[[str, str], Path]) -> None:
    text = "recommend R,recommend Python\n" + "9,0\n10,3\n0,\n" * 5
    ran = nps("import", write("two.csv", text))
    assert ran.returncode == 1
    assert '"recommend R", "recommend Python"' in ran.stderr
    first, second = told(
        nps("import", "--score", "recommend R", "--score", "recommend P", write("a.csv", text), "--json")
    )
    assert (first["survey"], first["accepted"], first["blank"]) == ("NPS: R", 15, 0)
    assert (second["survey"], second["accepted"], second["blank"], second["nps"]) == ("NPS: Python", 10, 5, -100.0)
    next_week = write("b.csv", text + "7,8\n")
    assert [(one["survey"], one["rows"]) for one in told(nps("import", next_week, "--json"))] == [
        ("NPS: R", 16),
        ("NPS: Python", 16),
    ]


def test_scores_of_another_metric_go_in_beside_nps(nps: Command, write: Callable[[str, str], Path]) -> None:
    path = write("ease.csv", "How easy was it?\n" + "1\n2\n7\n4\n6\n" * 5)
    asked = nps("import", path, "--metric", "ces")
    assert asked.returncode == 1
    assert "is 7 very easy (--no-reverse), or is 1 (--reverse)?" in asked.stderr
    [one] = told(nps("import", path, "--metric", "ces", "--reverse", "--json"))
    assert (one["survey"], one["metric"], one["accepted"], one["promoters"], one["nps"]) == ("CES", "ces", 25, 0, None)
    assert "the scores were turned round" in one["remarks"][0]
    assert told(nps("summary", "--json"))[0]["n"] == 0


def test_summary_gives_counts_and_interval_by_segment_and_month(
    nps: Command, write: Callable[[str, str], Path]
) -> None:
    nps("import", write("mixed.csv", MIXED))
    [total] = told(nps("summary", "--by", "plan", "--json"))
    assert (total["n"], total["promoters"], total["passives"], total["detractors"], total["nps"]) == (5, 1, 1, 3, -40.0)
    # By hand: p' = 1.75/8 and d' = 3.75/8, so t = -2/8 and the variance is (5.5/8 - 4/64) / 8.
    half = 1.959963984540054 * ((5.5 / 8 - 4 / 64) / 8) ** 0.5
    assert total["low"] == pytest.approx(100 * (-2 / 8 - half), abs=1e-9)
    assert total["high"] == pytest.approx(100 * (-2 / 8 + half), abs=1e-9)
    assert {group["value"]: group["n"] for group in total["groups"]} == {"Free": 2, "Pro": 2, "(not given)": 1}
    [by_month] = told(nps("summary", "--by", "month", "--json"))
    assert [(g["value"], g["n"]) for g in by_month["groups"]] == [("2024-01-01", 1), ("2024-03-01", 4)]
    [narrowed] = told(nps("summary", "--where", "plan=Pro", "--from", "2024-01-05", "--to", "2024-01-05", "--json"))
    assert (narrowed["n"], narrowed["nps"]) == (1, 100.0)
    [nobody] = told(nps("summary", "--where", "plan=Gold", "--json"))
    assert (nobody["n"], nobody["nps"], nobody["low"]) == (0, None, None)


def test_undo_takes_an_import_back_once(nps: Command, write: Callable[[str, str], Path]) -> None:
    [one] = told(nps("import", write("mixed.csv", MIXED), "--json"))
    assert nps("undo", one["import_id"]).stdout == "Took back 6 responses. Nobody had worked on any of them.\n"
    assert told(nps("summary", "--json"))[0]["n"] == 0
    again = nps("undo", one["import_id"])
    assert again.returncode == 1
    assert "taken back already" in again.stderr
    [back] = told(nps("import", write("mixed.csv", MIXED), "--json"))
    assert back["accepted"] == 5


def test_export_keeps_every_value_and_makes_formulas_inert(
    nps: Command, write: Callable[[str, str], Path], tmp_path: Path
) -> None:
    nps("import", write("mixed.csv", MIXED))
    assert nps("export", tmp_path / "out.csv").returncode == 0
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["response_id"]: row for row in csv.DictReader(file)}
    assert len(rows) == 6
    assert rows["9"]["comment"] == '\'=1+1, "quoted"\nsecond line'
    assert rows["9"]["case_state"] == "open"
    assert rows["1"]["case_state"] == ""
    assert rows["9223372036854775999"]["score"] == "8"
    assert nps("export", tmp_path / "out.parquet").returncode == 0
    comments = pq.read_table(tmp_path / "out.parquet")["comment"].to_pylist()
    assert '=1+1, "quoted"\nsecond line' in comments


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("empty.csv", "", "is empty"),
        ("header.csv", "date,score\n", "no rows"),
        ("photo.csv", "\x00\x01\x02\x03binary\x00\xff", "binary"),
        ("none.csv", "name,town\nAnn,Oslo\nBo,Rome\n", "no column looks like"),
        ("five.csv", "rating\n" + "1\n2\n3\n4\n5\n" * 8, "1-5 scale"),
        ("dates.csv", "date,score\n" + "".join(f"0{n}/0{n + 1}/2024,{n}\n" for n in range(1, 8)), "--dayfirst"),
        ("two.csv", "recommend us?,recommend them?\n" + "9,10\n0,3\n7,8\n" * 5, "recommend them?"),
    ],
)
def test_a_file_that_cannot_go_in_gets_a_sentence_and_nothing_is_written(
    nps: Command, write: Callable[[str, str], Path], name: str, text: str, sentence: str
) -> None:
    ran = nps("import", write(name, text), "--json")
    assert ran.returncode == 1
    assert ran.stdout == ""
    assert sentence in ran.stderr
    assert "Traceback" not in ran.stderr
    assert told(nps("summary", "--json"))[0]["n"] == 0


def test_one_bad_file_does_not_keep_the_others_out(nps: Command, write: Callable[[str, str], Path]) -> None:
    ran = nps("import", write("empty.csv", ""), write("good.csv", "score\n9\n0\n"), "--json")
    assert ran.returncode == 1
    assert [json.loads(line)["file"] for line in ran.stdout.splitlines()] == ["good.csv"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("import",),
        ("import", "--scale", "1-6", "x.csv"),
        ("import", "--dayfirst", "--monthfirst", "x.csv"),
        ("summary", "--nonsense"),
        ("undo",),
        (),
    ],
)
def test_wrong_usage_exits_with_two(arguments: tuple[str, ...]) -> None:
    line = [sys.executable, "-m", "nps", *arguments]
    assert subprocess.run(line, cwd=ROOT, capture_output=True, timeout=60, check=False).returncode == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("summary", "--by", "nope"), "There is no segment"),
        (("summary", "--where", "plan"), "SEGMENT=VALUE"),
        (("summary", "--from", "5 Jan"), "is not a day"),
        (("undo", "nope"), "There is no import"),
        (("export", "out.xml"), "ends in neither"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(
    nps: Command, write: Callable[[str, str], Path], arguments: tuple[str, ...], sentence: str
) -> None:
    nps("import", write("mixed.csv", MIXED))
    ran = nps(*arguments)
    assert ran.returncode == 1
    assert sentence in ran.stderr


def test_a_command_that_only_reads_makes_no_store(tmp_path: Path) -> None:
    missing = tmp_path / "missing.duckdb"
    line = [sys.executable, "-m", "nps", "summary", "--store", str(missing)]
    ran = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 1
    assert "There is no store" in ran.stderr
    assert not missing.exists()


R = "r-community-survey"
LISTED = [
    (["carpentries/20180908_post_clean.csv"], [], [(967, 889, 78, 501, 317, 71)]),
    (
        [f"{R}/2019 English R Community Survey Responses.csv"],
        ["--score", "How likely are you to recommend R to"],
        [(1838, 1795, 43, 1386, 351, 58)],
    ),
    (
        [f"{R}/2019 English R Community Survey Responses.xlsx"],
        ["--score", "How likely are you to recommend Python to"],
        [(1838, 1015, 823, 335, 372, 308)],
    ),
    ([f"{R}/Learning R Internet Survey - Form Responses 1.tsv"], [], [(3062, 3001, 61, 2294, 577, 130)]),
    (["garden-centre/nps-BenaventC.csv"], [], [(13954, 13612, 342, 8465, 3953, 1194)]),
    (
        ["channels/nps_email.csv", "channels/nps_mobile.csv", "channels/nps_web.csv"],
        [],
        [(1952, 1952, 0, 819, 677, 456), (1801, 1801, 0, 377, 782, 642), (2290, 2290, 0, 1000, 796, 494)],
    ),
]


@pytest.mark.parametrize(("files", "options", "counts"), LISTED, ids=[files[0] for files, _, _ in LISTED])
def test_real_exports_give_the_listed_counts(
    nps: Command, exports: Path, files: list[str], options: list[str], counts: list[tuple[int, ...]]
) -> None:
    found = told(nps("import", *(exports / file for file in files), *options, "--json"))
    keys = ("rows", "accepted", "blank", "promoters", "passives", "detractors")
    assert [tuple(one[key] for key in keys) for one in found] == counts
    assert all(one["duplicate"] == 0 and one["rejected"] == 0 for one in found)
    [total] = told(nps("summary", "--json"))
    assert total["n"] == sum(count[1] for count in counts)
    again = told(nps("import", *(exports / file for file in files), *options, "--json"))
    assert all(one["duplicate"] == one["rows"] for one in again)


def test_what_was_said_once_is_remembered_for_the_next_file_and_what_is_said_wins(
    nps: Command, write: Callable[[str, str], Path]
) -> None:
    header = "recommend us?,recommend them?,date\n"
    first = write("may.csv", header + "".join(f"{n % 11},{n * 3 % 11},0{1 + n % 9}/02/2024\n" for n in range(22)))
    later = write("june.csv", header + "".join(f"{n % 11},{n * 7 % 11},0{1 + n % 9}/03/2024\n" for n in range(22)))
    assert nps("import", later).returncode == 1
    [one] = told(nps("import", first, "--score", "recommend them", "--dayfirst", "--survey", "Them", "--json"))
    assert one["score_column"] == "recommend them?"
    [two] = told(nps("import", later, "--json"))
    assert (two["score_column"], two["first_date"], two["accepted"]) == ("recommend them?", "2024-03-01", 22)
    assert "Columns as remembered from may.csv on" in two["remarks"][0]
    assert "survey “Them”" in two["remarks"][0]
    [three] = told(nps("import", later, "--score", "recommend us", "--survey", "Us", "--json"))
    assert (three["score_column"], three["accepted"]) == ("recommend us?", 22)


def test_what_looks_wrong_is_printed_and_goes_in(nps: Command, write: Callable[[str, str], Path]) -> None:
    nps("import", write("a.csv", "score,comment\n" + "".join(f"10,fine {n}\n" for n in range(60))))
    ran = nps("import", write("b.csv", "score,comment\n" + "".join(f"0,bad {n}\n" for n in range(60))))
    assert ran.returncode == 0
    assert "60 rows = 60 accepted" in ran.stdout
    assert "The scores are far from those of “NPS” so far: NPS -100 in this file, 100 before." in ran.stdout


def test_a_folder_goes_in_with_the_name_of_each_file_as_a_segment(
    nps: Command, write: Callable[[str, str], Path], tmp_path: Path
) -> None:
    folder = tmp_path / "channels"
    (folder / "deeper").mkdir(parents=True)
    write("channels/nps_email.csv", "nps,date\n9,2024-01-05\n10,2024-01-05\n")
    write("channels/nps_web.csv.txt", "nps,date\n9,2024-01-05\n0,2024-01-05\n")
    write("channels/.hidden", "nothing")
    landed = told(nps("import", folder, "--file-as", "Channel", "--json"))
    assert [(one["file"], one["accepted"], one["duplicate"]) for one in landed] == [
        ("nps_email.csv", 2, 0),
        ("nps_web.csv.txt", 2, 0),
    ]
    [total] = told(nps("summary", "--by", "Channel", "--json"))
    assert {group["value"]: group["nps"] for group in total["groups"]} == {"nps_email": 100.0, "nps_web": 0.0}


def test_each_export_in_an_archive_goes_in_by_itself(nps: Command, tmp_path: Path) -> None:
    archive = tmp_path / "channels.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("2026/email.csv", "score,why\n9,quick\n10,kind\n")
        packed.writestr("2026/web.csv", "score,why\n2,slow\n")
        packed.writestr("2026/codes.csv", "code,meaning\na,fast\n")
    ran = nps("import", archive, "--file-as", "Channel", "--json")
    assert ran.returncode == 1
    assert ran.stderr.startswith(f"{archive}/codes.csv: In codes.csv no column looks like a 0-10")
    landed = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [(one["file"], one["accepted"], one["nps"]) for one in landed] == [
        ("email.csv", 2, 100.0),
        ("web.csv", 1, -100.0),
    ]
    [summary] = told(nps("summary", "--by", "Channel", "--json"))
    assert {group["value"]: group["nps"] for group in summary["groups"]} == {"email": 100.0, "web": -100.0}


def test_the_sheet_is_chosen_by_its_name(nps: Command, tmp_path: Path) -> None:
    path = tmp_path / "answers.xlsx"
    path.write_bytes(workbook(Europe=[["nps"], [9], [10]], Asia=[["nps"], [3]]))
    [landed] = told(nps("import", path, "--sheet", "asia", "--json"))
    assert (landed["accepted"], landed["nps"]) == (1, -100.0)
    wrong = nps("import", path, "--sheet", "Africa")
    assert wrong.returncode == 1
    assert "answers.xlsx has no sheet “Africa”. Choose one of: Europe, Asia." in wrong.stderr


def test_an_empty_folder_and_a_segment_that_is_a_column_are_refused(
    nps: Command, write: Callable[[str, str], Path], tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    assert nps("import", tmp_path / "empty").stderr.startswith("There is no file in the folder")
    file = write("a.csv", "nps,Channel\n9,web\n")
    refused = nps("import", file, "--file-as", "channel")
    assert refused.returncode == 1
    assert 'a.csv has a column "channel" already: choose another name' in refused.stderr


def test_a_file_in_long_format_is_turned_unless_it_is_to_be_taken_as_it_stands(
    nps: Command, write: Callable[[str, str], Path]
) -> None:
    rows = [f"{n},{question},{answer}" for n in range(9) for question, answer in (("NPS", n), ("Why?", f"text {n}"))]
    file = write("long.csv", "\n".join(["visitor,question,answer", *rows]))
    [landed] = told(nps("import", file, "--json"))
    assert (landed["rows"], landed["accepted"], landed["comment_column"]) == (9, 9, "Why?")
    assert landed["remarks"][0].startswith("18 rows in long format (one per answer) turned into 9 responses")
    [landed] = told(nps("import", file, "--json", "--as-it-stands", "--score", "answer", "--survey", "B"))
    assert (landed["rows"], landed["accepted"], landed["rejected"]) == (18, 9, 9)
    assert told(nps("import", file, "--json"))[0]["rows"] == 18  # as it was said
    assert told(nps("import", file, "--json", "--no-as-it-stands"))[0]["rows"] == 9
