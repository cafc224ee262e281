"""What happens when the dashboard starts: the store is opened, and a new one is filled with the sample."""

import csv
import gc
import importlib
import logging
import pkgutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import nps
from nps import casework, derived, imports
from nps.clock import now
from nps.importing import answers, guess, read
from nps.moves import marks
from nps.places import ROOT
from nps.reasons import readings
from nps.store import Store, the_store

ENTRY = ("app", "__main__")  # scripts: importing them would run them
SAMPLE = ROOT / "data" / "sample"
SURVEYS = (("nps", "Relationship NPS", "0-10"), ("csat", "Support CSAT", "1-5"), ("ces", "Onboarding effort", "1-7"))

log = logging.getLogger(__name__)


def warm_up() -> None:
    """Import what pages will need: else the first visitor waits for pandas, plotly and the rest."""
    for module in pkgutil.iter_modules(nps.__path__, "nps."):
        if module.name.removeprefix("nps.") not in ENTRY:
            importlib.import_module(module.name)
    # What start-up made lives as long as the process: no later collection has to walk it.
    gc.collect()
    gc.freeze()


def ready_store() -> Store:
    """Open this process's store; one that never had an import of anybody's own is filled with the sample."""
    store = the_store()
    with store.alone():
        if not store.rows("SELECT 1 FROM imports WHERE NOT sample OR undone_at IS NOT NULL LIMIT 1"):
            fill_with_sample(store)
    derived.keep(store)  # what was decided may be newer than the columns, if the process ended between the two
    return store


def fill_with_sample(store: Store, folder: Path = SAMPLE) -> None:
    """Import the sample's files that are not in yet: a start that broke off is completed by the next."""
    have = {row[0] for row in store.rows("SELECT file FROM imports")}
    for metric, survey, scale in SURVEYS:
        path = folder / f"{metric}.csv"
        if path.name in have:
            continue
        grid = read(path.name, path.read_bytes())
        mapping = replace(guess(grid, score="Score", survey=survey).mapping, metric=metric, scale=scale)
        landed = imports.land(store, answers(grid, mapping), file=path.name, by=imports.SAMPLE, now=now(), sample=True)
        log.info("filled the store with %s: %d rows", path.name, landed.rows)
    if not store.rows("SELECT 1 FROM case_events LIMIT 1"):
        with (folder / "followups.csv").open(encoding="utf-8", newline="") as file:
            casework.record_past(store, [_contact(row) for row in csv.DictReader(file)])
    if not store.rows("SELECT 1 FROM readings LIMIT 1"):
        with (folder / "readings.csv").open(encoding="utf-8", newline="") as file:
            readings.record_past(store, [_reading(row) for row in csv.DictReader(file)])
    if not store.rows("SELECT 1 FROM marks LIMIT 1"):
        path = folder / "marks.csv"
        marks.add(store, marks.from_file(path.name, path.read_bytes()), who=imports.SAMPLE, now=now())


def _reading(row: dict[str, str]) -> readings.PastReading:
    key = imports.key_of(row["Response ID"], survey=SURVEYS[0][1])
    at = datetime.fromisoformat(row["Read at"])
    return readings.PastReading(key, tuple(row["Reasons"].split()), at, row["Read by"])


def _contact(row: dict[str, str]) -> casework.PastContact:
    key = imports.key_of(row["Response ID"], survey=SURVEYS[0][1])
    at = datetime.fromisoformat(row["Contacted at"])
    return casework.PastContact(key, at, row["Contacted by"], row["Note"])
