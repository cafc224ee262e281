"""Files that come in without a screen, and rejected rows that come back mended."""

import csv
import io

import pytest

from nps import exporting, importing, intake, queries, remembered
from nps.errors import Ambiguous
from nps.imports import Landed
from nps.selection import Selection
from nps.store import Store

# Days and months cannot be told apart, and two columns could be the score: both have to be said.
FLAWED = (
    "Recommend shop?,Recommend app?,When,Why,Create Date,Create Date\n"
    '9,5,03.04.2026,fine,1,2\n0,4,04.05.2026,"slow, then gone",1,2\n11,3,05.06.2026,=too high,1,2\n'
    "7.5,2,06.07.2026,-between,1,2\n3,1,31.02.2026,no such day,1,2\n,9,07.08.2026,,1,2\n8,8\n"
)
SAID = {"date": "When", "survey": "Shop", "dayfirst": True}


def bring(store: Store, name: str, data: bytes, **said: object) -> Landed:
    [(landed, _)] = intake.bring_in(store, name, data, by="Ada", **said)  # type: ignore[arg-type]
    return landed


def flawed(store: Store) -> Landed:
    return bring(store, "flawed.csv", FLAWED.encode(), scores=["Recommend shop?"], **SAID)


def downloaded(store: Store, landed: Landed) -> list[dict[str, str]]:
    """The rejected rows as somebody reads them in a spreadsheet."""
    data = exporting.to_csv(*exporting.rejected(store, landed.import_id, limit=100))
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def written(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def test_rejected_rows_leave_with_all_their_cells_and_what_would_mend_them(store: Store) -> None:
    landed = flawed(store)
    rows = downloaded(store, landed)
    assert [(row["Line"], row["Column"], row["Value"], row["Suggested repair"]) for row in rows][:3] == [
        ("4", "Recommend shop?", "11", "10?"),
        ("5", "Recommend shop?", "7.5", "7 or 8"),
        ("6", "When", "31.02.2026", "28.02.2026?"),
    ]
    assert all(row["Reason"] and row["Import"] == landed.import_id for row in rows)
    assert list(rows[0])[-6:] == ["Recommend shop?", "Recommend app?", "When", "Why", "Create Date", "Create Date (2)"]
    assert list(rows[0].values())[-6:] == ["11", "3", "05.06.2026", "'=too high", "1", "2"]
    assert len(rows) == landed.rejected


def test_mended_rows_go_in_as_rows_of_the_same_survey_and_read_the_same_way(store: Store) -> None:
    landed = flawed(store)
    for kept in remembered.every(store):
        remembered.forget(store, kept)  # the import itself tells how its rows are read
    rows = downloaded(store, landed)[:3]
    rows[0]["Recommend shop?"], rows[1]["Recommend shop?"], rows[2]["When"] = "10", "8", "05.02.2026"
    back = bring(store, "mended.csv", written(rows))
    assert (back.rows, back.accepted, back.rejected) == (3, 3, 0)
    assert back.remarks[0].startswith("Read as the import of flawed.csv on ")
    assert {survey.name for survey in queries.surveys(store)} == {"Shop"}
    found = {r.comment: (r.score, str(r.answered_at)[:10]) for r in queries.responses(store, Selection(), limit=9)}
    assert found["=too high"] == (10, "2026-06-05")
    assert found["-between"] == (8, "2026-07-06")
    assert found["no such day"] == (3, "2026-02-05")

    assert bring(store, "mended.csv", written(rows)).duplicate == 3
    corrected = FLAWED.replace("11,3", "10,3").replace("7.5,2", "8,2").replace("31.02.", "05.02.")
    again = bring(store, "flawed.csv", corrected.encode(), scores=["Recommend shop?"], **SAID)
    assert (again.accepted, again.duplicate) == (0, landed.accepted + landed.blank + 3)


def test_rows_that_come_back_as_they_left_are_rejected_again(store: Store) -> None:
    landed = flawed(store)
    rows = downloaded(store, landed)[:3]
    back = bring(store, "mended.csv", written(rows))
    assert (back.rows, back.rejected) == (3, 3)
    assert [(r.column, r.value) for r in back.rejects] == [(r.column, r.value) for r in landed.rejects[:3]]


def test_one_mended_row_is_not_taken_for_another_scale(store: Store) -> None:
    landed = flawed(store)
    rows = downloaded(store, landed)[:1] * 40
    mended = [{**row, "Recommend shop?": str(1 + n % 5), "Why": f"row {n}"} for n, row in enumerate(rows)]
    assert bring(store, "mended.csv", written(mended)).accepted == 40


def test_rejected_rows_of_another_store_are_asked_about_like_any_file(store: Store) -> None:
    rows = downloaded(store, flawed(store))[:3]
    for kept in remembered.every(store):
        remembered.forget(store, kept)
    foreign = [{**row, "Import": "20200101-000000-abcdef", "Recommend shop?": "9"} for row in rows]
    with pytest.raises(Ambiguous):
        bring(store, "mended.csv", written(foreign))


def test_what_became_of_a_file_in_lines(store: Store) -> None:
    first, *rest = intake.lines("flawed.csv", flawed(store))
    assert first.startswith(
        "flawed.csv: 7 rows = 2 accepted + 1 blank + 0 duplicate + 0 changed + 4 rejected; NPS 0.0 (import "
    )
    assert "  line 4, Recommend shop? “11”: outside 0-10" in rest


@pytest.mark.parametrize("metric", ["csat", "ces"])
def test_a_remembered_metric_of_a_known_vendor_is_sifted_as_that_metric(store: Store, metric: str) -> None:
    """Rows of NPS stand between those of the other metric: which go in is told by the vendor's own column."""

    def file(week: int) -> bytes:
        rows = [f"{week}{n},p{n},{(metric, 'nps')[n % 2]},{1 + n % 5},ok,2026-0{week}-05" for n in range(40)]
        return "\n".join(["id,person,survey_type,score,comment,created_at", *rows]).encode()

    said = {"metric": metric, "reverse": False, "scale": importing.METRICS[metric][0]}
    first = bring(store, "week 1.csv", file(1), **said)
    again = bring(store, "week 2.csv", file(2))
    for landed in (first, again):
        assert (landed.rows, landed.accepted, landed.rejected) == (40, 20, 20)
        assert {reject.reason for reject in landed.rejects} == {f"answers another kind of survey, not {metric.upper()}"}
    assert [(survey.metric, survey.n) for survey in queries.surveys(store)] == [(metric, 40)]
