"""One import in a process of its own: `python -m benchmarks.one_import FILE STORE`, figures as JSON."""

import itertools
import json
import sys
from datetime import datetime
from pathlib import Path
from time import perf_counter

import pandas  # noqa: F401 - pyarrow would load it at its first list, and the app has it loaded

from benchmarks.machine import peak_megabytes
from nps.importing import Source, answers, guess, read
from nps.imports import again, land
from nps.store import Store

AT = datetime(2026, 11, 1, 12, 0)


def main(file: Path, store: Path) -> None:
    """Import the file as the command line does, and say how long each step took."""
    marks = [("", perf_counter())]

    def done(step: str) -> None:
        marks.append((step, perf_counter()))

    with file.open("rb") as data:
        grid = read(file.name, data)
    done("read")
    mapping = guess(grid).mapping
    done("guess")
    opened, source = Store.open(store), Source.of(grid, mapping)
    landed = again(opened, source, file=file.name, by="a benchmark", now=AT)
    found = None if landed else answers(grid, mapping)
    done("answers")
    if found:
        landed = land(opened, found, file=file.name, by="a benchmark", now=AT, source=source)
    done("land")
    opened.close()
    done("close")
    steps = {step: at - before for (_, before), (step, at) in itertools.pairwise(marks)}
    counts = {name: getattr(landed, name) for name in ("rows", "accepted", "blank", "duplicate", "rejected")}
    print(json.dumps({"seconds": marks[-1][1] - marks[0][1], "megabytes": peak_megabytes(), "steps": steps, **counts}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
