"""The command line: python -m nps import | summary | undo | export | context.

Exit codes: 0 done, 1 refused with a sentence on standard error, 2 wrong usage.
"""

import argparse
import getpass
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nps import context, exporting, importing, imports, intake, queries
from nps.clock import counted, now
from nps.decided import settings
from nps.errors import NpsError, Refused
from nps.score import Tally
from nps.selection import Grain, Period, Selection, day
from nps.store import Store, location
from nps.zones import day_of

GRAINS: tuple[Grain, ...] = ("week", "month", "quarter")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(argv)
    try:
        return int(options.run(options))
    except NpsError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m nps", description="Survey exports in, NPS out.")
    commands = parser.add_subparsers(required=True, metavar="import | summary | undo | export | context")
    store = argparse.ArgumentParser(add_help=False)
    store.add_argument("--store", type=Path, default=None, help="the store; NPS_STORE or data/nps.duckdb if not given")

    command = commands.add_parser("import", parents=[store], help="bring in survey exports")
    _import_options(command)
    command.set_defaults(run=_import)

    command = commands.add_parser("summary", parents=[store], help="print NPS with its interval")
    command.add_argument("--from", dest="start", metavar="D", help="first day, for example 2025-11-03")
    command.add_argument("--to", dest="end", metavar="D", help="last day")
    command.add_argument("--by", metavar="SEGMENT|month|week|quarter")
    command.add_argument("--where", action="append", default=[], metavar="SEG=VALUE")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=_summary)

    command = commands.add_parser("undo", parents=[store], help="take an import back; case work stays")
    command.add_argument("import_id", metavar="IMPORT_ID")
    command.set_defaults(run=_undo)

    command = commands.add_parser("export", parents=[store], help="write all responses with their case state")
    command.add_argument("file", type=Path, metavar="FILE", help="ends in .csv or .parquet")
    command.set_defaults(run=_export)

    command = commands.add_parser("context", parents=[store], help="bring in what is known of customers")
    _context_options(command)
    command.set_defaults(run=_context)
    return parser


def _import_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a file, or a folder: all files in it")
    command.add_argument(
        "--score",
        metavar="COL",
        action="append",
        default=[],
        help="the column that holds the score; several may be given",
    )
    for role in ("date", "comment", "id", "email"):
        command.add_argument(f"--{role}", metavar="COL", help=f"the column that holds the {role}")
    command.add_argument("--survey", metavar="NAME", help="which survey these responses belong to")
    command.add_argument("--scale", choices=tuple(importing.SCALES))
    command.add_argument(
        "--metric", choices=tuple(importing.METRICS), help="nps if not given; csat is 1-5, 1-7 or 1-10, ces 1-7 or 1-5"
    )
    command.add_argument(
        "--reverse", action=argparse.BooleanOptionalAction, default=None, help="csat, ces: 1 is the good end"
    )
    order = command.add_mutually_exclusive_group()
    order.add_argument("--dayfirst", dest="dayfirst", action="store_true", default=None)
    order.add_argument("--monthfirst", dest="dayfirst", action="store_false", default=None)
    command.add_argument(
        "--sheet", metavar="NAME", help="the sheet of a workbook; the one with most scores if not given"
    )
    command.add_argument("--file-as", metavar="SEGMENT", help="a segment that holds the name of each file")
    command.add_argument(
        "--as-it-stands",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="one response per row, whatever the format",
    )
    command.add_argument("--update", action="store_true", help="replace known answers that the file has otherwise")
    command.add_argument("--json", action="store_true", help="print one JSON object per file and score")


def _context_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a file, or a folder: all files in it")
    command.add_argument("--key", metavar="COL", help="the column that tells whose each row is")
    order = command.add_mutually_exclusive_group()
    order.add_argument("--dayfirst", dest="dayfirst", action="store_true", default=None)
    order.add_argument("--monthfirst", dest="dayfirst", action="store_false", default=None)
    command.add_argument("--json", action="store_true", help="print one JSON object per file")


def _open(options: argparse.Namespace, *, new: bool = False) -> Store:
    path = options.store or location()
    if not new and not path.exists():
        raise Refused(f"There is no store at {path}. Import a file first, or name the store with --store or NPS_STORE.")
    return Store.open(path)


def _import(options: argparse.Namespace) -> int:
    store, failed = _open(options, new=True), False
    try:
        for path in _files(options.files):
            try:
                files = importing.files(path.name, _bytes(path))
            except Refused as error:
                print(f"{path}: {error}", file=sys.stderr)
                failed = True
                continue
            for name, data in files:
                shown = str(path) if len(files) == 1 else f"{path}/{name}"
                try:
                    _import_one(store, name, data, options, shown=shown)
                except Refused as error:
                    print(f"{shown}: {error}", file=sys.stderr)
                    failed = True
    finally:
        store.close()
    return 1 if failed else 0


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """The files themselves, and those that lie in the folders among them, by name."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        inside = sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith("."))
        if not inside:
            raise Refused(f"There is no file in the folder {path}.")
        yield from inside


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"it cannot be read: {error.strerror}. Check the name and who may read it.") from error


def _import_one(store: Store, name: str, data: bytes, options: argparse.Namespace, *, shown: str) -> None:
    roles = ("date", "comment", "id", "email", "survey", "scale", "dayfirst", "metric", "reverse")
    said = {role: getattr(options, role) for role in roles}
    how = {
        "sheet": options.sheet,
        "turn": None if options.as_it_stands is None else not options.as_it_stands,
        "file_as": options.file_as,
    }
    found = intake.bring_in(store, name, data, by=_user(), scores=options.score, update=options.update, **how, **said)
    for landed, mapping in found:
        if options.json:
            print(json.dumps(_told(landed, mapping, settings(store).zone) | _scores(landed.tally), ensure_ascii=False))
            continue
        for line in intake.lines(shown, landed):
            print(line)


def _told(landed: imports.Landed, mapping: importing.Mapping, zone: str) -> dict[str, Any]:
    rejects = [
        {"line": reject.line, "column": reject.column, "value": reject.value, "reason": reject.reason}
        for reject in landed.rejects
    ]
    return {
        "file": landed.file,
        "import_id": landed.import_id,
        "rows": landed.rows,
        "accepted": landed.accepted,
        "blank": landed.blank,
        "duplicate": landed.duplicate,
        "changed": landed.changed,
        "updated": landed.updated,
        "rejected": landed.rejected,
        "survey": mapping.survey,
        "metric": mapping.metric,
        "score_column": mapping.score,
        "date_column": mapping.date,
        "comment_column": mapping.comment,
        "first_date": day_of(landed.first, zone).isoformat() if landed.first else None,
        "last_date": day_of(landed.last, zone).isoformat() if landed.last else None,
        "rejects": rejects,
        "changes": [asdict(change) for change in landed.changes],
        "remarks": list(landed.remarks),
    }


def _scores(tally: Tally) -> dict[str, Any]:
    return {
        "promoters": tally.promoters,
        "passives": tally.passives,
        "detractors": tally.detractors,
        "nps": tally.nps,
    }


def _context(options: argparse.Namespace) -> int:
    """Bring in files about customers, and say of each whom it leads to once all of them are in."""
    store, failed = _open(options, new=True), False
    brought: list[tuple[str, str]] = []
    try:
        for path in _files(options.files):
            try:
                for name, data in importing.files(path.name, _bytes(path)):
                    rows = context.read(name, data, key=options.key, dayfirst=options.dayfirst)
                    landed = context.bring_in(store, rows, by=_user(), now=now())
                    brought.append((landed.context_id, str(path)))
            except Refused as error:
                print(f"{path}: {error}", file=sys.stderr)
                failed = True
        for context_id, shown in brought:
            told = context.found(store, context_id)
            unmatched = context.unmatched(store, context_id, limit=imports.SHOWN)
            if options.json:
                whole = asdict(told) | {"first_unmatched": [asdict(row) for row in unmatched]}
                print(json.dumps(whole, ensure_ascii=False, default=str))
                continue
            for line in context.lines(shown, told, unmatched):
                print(line)
    finally:
        store.close()
    return 1 if failed else 0


def _summary(options: argparse.Namespace) -> int:
    store = _open(options)
    try:
        selection = _selection(store, options)
        total = _figures(queries.summary(store, selection).tally)
        groups = _groups(store, selection, options.by) if options.by else None
    finally:
        store.close()
    if options.json:
        print(json.dumps(total | ({"groups": groups} if groups is not None else {}), ensure_ascii=False))
        return 0
    for row in [total, *(groups or [])]:
        label = f"{row['value']}: " if "value" in row else ""
        score = "no scores" if row["nps"] is None else f"NPS {row['nps']:.1f} ({row['low']:.1f} to {row['high']:.1f})"
        print(f"{label}{score}, n = {row['n']}")
    return 0


def _figures(tally: Tally) -> dict[str, Any]:
    interval = tally.interval()
    return {
        "n": tally.n,
        **_scores(tally),
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
    }


def _groups(store: Store, selection: Selection, by: str) -> list[dict[str, Any]]:
    grain = next((known for known in GRAINS if known == by), None)
    if grain:
        points = queries.trend(store, selection, grain)
        return [{"value": point.start.isoformat(), **_figures(point.tally)} for point in points]
    values = queries.by_segment(store, selection, _column(store, by))
    return [{"value": row.value, **_figures(row.tally)} for row in values]


def _selection(store: Store, options: argparse.Namespace) -> Selection:
    filters: dict[str, list[str]] = {}
    for pair in options.where:
        label, equals, value = pair.partition("=")
        if not equals:
            raise Refused(f"“{pair}” is not a filter. Write --where SEGMENT=VALUE, for example --where Plan=Team.")
        filters.setdefault(_column(store, label), []).append(value)
    period = Period.through(*(day(text) if text else None for text in (options.start, options.end)))
    return Selection.of(period=period, filters=filters)


def _column(store: Store, label: str) -> str:
    """The column of a segment that a person names by its label or its column."""
    listed = queries.segments(store)
    for segment in listed:
        if label.strip().casefold() in (segment.label.casefold(), segment.column.casefold()):
            return segment.column
    raise Refused(f"There is no segment “{label}”. Choose one of: {', '.join(s.label for s in listed) or 'none yet'}.")


def _undo(options: argparse.Namespace) -> int:
    store = _open(options)
    try:
        back = imports.undo(store, options.import_id, by=_user(), now=now())
    finally:
        store.close()
    reverted = f" and reverted the changes of {back.reverted}" if back.reverted else ""
    print(f"Took back {counted(back.responses, 'response')}{reverted}. {back.about_cases}")
    return 0


def _export(options: argparse.Namespace) -> int:
    store = _open(options)
    try:
        count = exporting.export(store, options.file)
    finally:
        store.close()
    print(f"Wrote {count} responses to {options.file}.")
    return 0


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "command line"


if __name__ == "__main__":
    sys.exit(main())
