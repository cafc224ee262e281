"""How long a workbook takes, beside python-calamine's bare reading of the same file."""

import csv
import tempfile
from datetime import datetime
from pathlib import Path
from statistics import median

from openpyxl import Workbook

from benchmarks import invented
from benchmarks.imports import run
from benchmarks.report import Table, seconds

TARGET = 1.5
BARE = """
import json, sys
from time import perf_counter
import python_calamine
begin = perf_counter()
rows = python_calamine.CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).to_python()
done = perf_counter() - begin
from benchmarks.machine import peak_megabytes
print(json.dumps({"seconds": done, "rows": len(rows) - 1, "megabytes": peak_megabytes()}))
"""


def write(path: Path, count: int) -> None:
    """Write `count` invented rows as XLSX, with true numbers and moments."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Answers")
    with tempfile.NamedTemporaryFile(suffix=".csv") as text:
        invented.write_csv(Path(text.name), count)
        with Path(text.name).open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
    sheet.append(header)
    for name, moment, score, *rest in rows:
        sheet.append([name, datetime.fromisoformat(moment), int(score) if score else None, *rest])
    book.save(path)


def measured(folder: Path, *, rows: int, rounds: int) -> Table:
    """Read a workbook of so many rows in turns with the bare reading, and import it into fresh stores."""
    file = folder / "survey.xlsx"
    write(file, rows)
    bare, ours = [], []
    for turn in range(rounds):
        store = folder / f"workbook{turn}.duckdb"
        bare.append(run("-c", BARE, str(file)))
        ours.append(run("-m", "benchmarks.one_import", str(file), str(store)))
        store.unlink()
    assert {each["rows"] for each in bare + ours} == {rows}, "rows were lost"
    plain = [each["seconds"] for each in bare]
    read = [each["steps"]["read"] for each in ours]
    whole = [each["seconds"] for each in ours]
    ratio = median(read) / median(plain)
    told = (
        f"{rows:,} rows x 12 columns ({file.stat().st_size / 1e6:.1f} MB of XLSX); rounds: {rounds}, each side in a "
        f"process of its own. Bare: python-calamine's list of rows. Reading ratio **{ratio:.2f}x** (target: at most "
        f"{TARGET}x): a process of its own for a file that may be hostile, and every cell as text in Arrow."
    )
    lines = [
        (name, seconds(taken), f"{median(taken) / median(plain):.2f}x")
        for name, taken in (("bare python-calamine", plain), ("reading", read), ("whole import", whole))
    ]
    return Table("Workbook", told, ("", "time", "ratio"), tuple(lines))
