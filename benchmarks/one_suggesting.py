"""Suggest for all comments of a store: `python -m benchmarks.one_suggesting STORE`, figures as JSON."""

import json
import resource
import sys
from datetime import datetime
from pathlib import Path
from time import perf_counter

from benchmarks.machine import peak_megabytes
from nps.store import Store
from nps.suggesting import keeping


def main(path: Path) -> None:
    """Make the suggestions and say how long it took, and the most memory of this process and of its own."""
    store = Store.open(path)
    began = perf_counter()
    assert keeping.refresh(store, now=datetime(2026, 11, 1, 12, 0))
    spent = perf_counter() - began
    worker = resource.getrusage(resource.RUSAGE_CHILDREN)
    [[suggestions, learnt]] = store.rows(
        "SELECT count(*), count(DISTINCT code) FILTER (source = 'model') FROM suggestions"
    )
    store.close()
    figures = {
        "seconds": spent,
        "suggestions": suggestions,
        "learnt": learnt,
        "busy": worker.ru_utime + worker.ru_stime,
        "worker": worker.ru_maxrss / 1024,
        "megabytes": peak_megabytes(),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
