"""The follow-ups that are listed, and all that was ever done to them, as files to take away."""

from typing import Any

from nps import desk, downloads, queries, ui, views, when
from nps.rows import Wanted, as_they_stand


def download(frame: ui.Frame, asked: Wanted) -> None:
    """All follow-ups that the filters find, as CSV."""
    told = [when.named(name) if name in ("Due", "Answered") else name for name in desk.HEADER]
    header = ("Contacted", *told, *(segment.label for segment in frame.segments))

    def rows() -> list[list[Any]]:
        found = ui.fetch(queries.followups, frame.selection, asked, now=ui.minute(), limit=views.MOST_DOWNLOADED)
        rows = ui.fetch(queries.followups_by_key, found.keys, today=ui.today())
        now_, today = ui.minute(), ui.today()
        standing = ui.fetch(queries.cases_by_key, found.keys)
        return [desk.cells(row, now_, today) for row in as_they_stand(rows, standing)]

    downloads.download("Download as CSV", header, rows, file="followups.csv", key="followups_csv")


HISTORY = (
    "Response",
    "Step",
    "Happened at",
    "Who",
    "What",
    "Value",
    "Details",
    "Event",
    "Score",
    "Customer",
    "E-mail",
    "Account",
)


def history(frame: ui.Frame, asked: Wanted) -> None:
    """Everything that was ever done to the follow-ups of the period, as CSV: undone steps too, times in UTC."""

    def rows() -> list[list[Any]]:
        found = ui.fetch(queries.histories, frame.selection, asked.band, limit=views.MOST_DOWNLOADED)
        return [list(row) for row in found]

    header = tuple(f"{name} (UTC)" if name == "Happened at" else name for name in HISTORY)
    downloads.download("History as CSV", header, rows, file="history.csv", key="history_csv")
