"""Files on their way into the store: how far they are, a way to stop them, and exactly what happened."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd
import streamlit as st

from nps import downloads, imports, intake, queries, reexports, remembered, ui, views, when
from nps.charts import told
from nps.clock import counted, now
from nps.errors import NpsError
from nps.exporting import Table, rejected
from nps.importing import Grid, Mapping
from nps.importing.repaired import NOTES
from nps.jobs import Cancelled, Job, Progress
from nps.rows import Import
from nps.selection import Period, Selection
from nps.store import Store, the_store
from nps.turns import aside
from nps.uploads import SOON, Arrived, progress_of, uploads


@dataclass(frozen=True)
class Ready:
    """A file, or one of the questions in it, that can go in as it is understood.

    `remarks` are about how it was understood, `warnings` what looks wrong and goes in all the same; the mappings
    of all its questions are `to_keep` for the next file with that header where somebody corrected them. With `update`,
    its changes of known responses apply.
    """

    grid: Grid
    mapping: Mapping
    remarks: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    to_keep: tuple[Mapping, ...] = ()
    update: bool = False


def bring_in(ready: Sequence[Ready]) -> None:
    """Begin to import the files, one after the other, and wait for the end where it is near."""
    here, by = uploads(), ui.visitor() or "somebody"
    store, files = the_store(), tuple(ready)
    here.landed, here.refused, here.told = (), (), ""
    here.job = Job(lambda progress: _land_all(store, files, by, progress))
    with aside():
        here.job.wait(SOON)
    st.rerun()


def _land_all(store: Store, files: Sequence[Ready], by: str, progress: Progress) -> Arrived:
    """Import the files; when it is cancelled, those that are in stay in."""
    landed: list[imports.Landed] = []
    refused: list[str] = []
    whole = sum(file.grid.rows for file in files)
    before = 0
    for file in files:
        name, rows = file.grid.name, file.grid.rows

        def step(share: float, text: str, name: str = name, rows: int = rows, before: int = before) -> None:
            progress((before + share * rows) / whole, f"{name}: {text}")

        try:
            step(0.0, "Checking every row")
            one, _ = intake.land(
                store,
                file.grid,
                file.mapping,
                by=by,
                remarks=file.remarks,
                warnings=file.warnings,
                update=file.update,
                progress=step,
            )
            landed.append(one)
            if file.to_keep:
                remembered.keep(store, file.grid, *file.to_keep, by=by, now=now())
        except Cancelled:
            rest = len(files) - len(landed) - len(refused)
            refused.append(f"{name}: cancelled. Nothing of {'it' if rest == 1 else counted(rest, 'file')} went in.")
            break
        except NpsError as error:
            refused.append(f"{name}: {error}")
        before += rows
    return Arrived(tuple(landed), tuple(refused))


def under_way() -> bool:
    """Show how far the import is, with a way to stop it; whether there is one."""
    here = uploads()
    if here.job is None:
        return False
    if not here.job.finished:
        progress_of(here.job, key="under_way", note="It goes on when you turn to another page.")
        return True
    job, here.job, here.work = here.job, None, {}
    here.round += 1
    arrived = job.result()
    here.landed, here.refused = arrived.landed, arrived.refused
    return False


def outcome() -> None:
    """Exactly what happened to the files of the last import."""
    here = uploads()
    for text in here.refused:
        ui.trouble(text)
    if here.told:
        with st.container(border=True, key="told_of_imports"):
            st.text(here.told)
    for one in here.landed:
        with st.container(border=True, key=f"landed_{one.import_id}"):
            done = "Imported" if one.accepted or one.blank else "Answers differ" if one.changed else "Nothing new"
            st.badge(done, color="green", icon=":material/check:")
            st.text(f"{one.file}: {counted(one.rows, 'row')} = {parts(one)}")
            st.text(f"{_counted_as(one)}{_dates(one)}" if one.accepted else "No new scores.")
            for remark in one.remarks:
                st.text(remark)
            if one.accepted:
                ui.in_a_tab("Show these responses", "overview", _period_of(one).to_query())
            if one.changes:
                reexports.before_and_after(one.changes, most=imports.SHOWN, key=f"changes_{one.import_id}")
                reexports.changed(one, key=f"reexport_{one.import_id}", confirm=replace_answers)
            if one.vanished:
                reexports.missing(one, key=f"reexport_{one.import_id}")
            if one.rejects:
                _rejects(one)
    if here.landed and ui.ask(queries.extent).sample:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.text("Your own responses are in. The sample is still there beside them.")
            st.button("Remove the sample now", type="primary", key="remove_sample_now", on_click=ui.remove_sample)


def _counted_as(one: imports.Landed) -> str:
    if not one.tally.n:
        return f"{counted(one.accepted, 'answer')} on another scale went in: they stand beside NPS, never in it"
    return f"NPS of what went in: {told(one.tally)}"


def _dates(one: imports.Landed) -> str:
    days = _period_of(one).period
    return f", answered {days.sentence()}" if days.start else ", without dates: they stand in no period but All time"


def _period_of(one: imports.Landed) -> Selection:
    """The selection that shows what went in; all time where it has no dates."""
    if not one.first or not one.last:
        return Selection()
    return Selection(Period.through(when.day(one.first), when.day(one.last)))


def parts(row: Import | imports.Landed) -> str:
    """What the rows of a file add up to."""
    counts = {name: getattr(row, name) for name in ("accepted", "blank", "duplicate", "changed", "rejected")}
    return " + ".join(f"{count:,} {name}" for name, count in counts.items())


def replace_answers(row: Import | imports.Landed) -> None:
    """Replace the old answers of known responses by what a file says, and say of how many."""
    here = uploads()
    try:
        updated = imports.update(the_store(), row.import_id, by=ui.visitor() or "somebody", now=now())
    except NpsError as error:
        here.refused = (str(error),)
        return
    left = row.changed - row.updated - updated
    here.told = f"Replaced the answers of {counted(updated, 'response')} by those of {row.file}." + (
        f" {counted(left, 'response')} changed again since, or left, and stayed as they are." if left else ""
    )
    here.landed = tuple(
        replace(one, updated=one.updated + updated) if one.import_id == row.import_id else one for one in here.landed
    )


def _rejects(one: imports.Landed) -> None:
    header, rows = ui.fetch(rejected, one.import_id, limit=imports.SHOWN)
    shown = NOTES.index("Import")  # what stands before it is about the row
    st.text(
        f"The first {len(rows)} of {one.rejected:,} rejected rows:" if one.rejected > len(rows) else "Rejected rows:"
    )
    st.dataframe(
        pd.DataFrame([row[:shown] for row in rows], columns=list(header[:shown])),
        hide_index=True,
        alt="Rejected rows",
        key=f"rejects_{one.import_id}",
    )
    download_rejects(one.import_id, key=one.import_id)


def download_rejects(import_id: str, *, key: str) -> None:
    """A button for the rejected rows, each with what would mend it; mended, the file uploads as it is."""

    def table() -> Table:
        return ui.fetch(rejected, import_id, limit=views.MOST_DOWNLOADED)

    downloads.whole("Rejected rows as CSV", table, file="rejected-rows.csv", key=f"rejected_{key}")
