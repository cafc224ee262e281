"""What goes in and comes back out: import, context, undo."""

import argparse
import json
import sys
from dataclasses import asdict
from typing import Any, BinaryIO

from nps import context, importing, imports, intake
from nps.archive import reading
from nps.clock import counted, now
from nps.commands.opening import files, opened, read, user
from nps.decided import settings
from nps.errors import Refused
from nps.score import Tally
from nps.store import Store
from nps.zones import day_of


def bring_in(options: argparse.Namespace) -> int:
    """Bring in survey exports, each in its own transaction; say on standard error which were refused."""
    if options.all:
        return _bring_all(options)
    failed = False
    with opened(options, new=True) as store:
        for path in files(options.files):
            try:
                with read(path) as data:
                    members = importing.files(path.name, data)
                    for name, inside in members:
                        shown = str(path) if len(members) == 1 else f"{path}/{name}"
                        failed |= not _imported(store, name, inside, options, shown=shown)
            except Refused as error:
                print(f"{path}: {error}", file=sys.stderr)
                failed = True
    return 1 if failed else 0


def _bring_all(options: argparse.Namespace) -> int:
    """Fill the store with all of another one, from the folder that `export --all` wrote."""
    if len(options.files) > 1:
        raise Refused("With --all, name the one folder that `export --all` wrote.")
    [folder] = options.files
    with opened(options, new=True) as store:
        brought = reading.bring_in(store, folder)
    print(
        f"{folder}: {counted(brought.rows, 'row')} in {counted(len(brought.tables), 'table')}, as they were on "
        f"{brought.written_at:%Y-%m-%d %H:%M} UTC, compared and checked."
    )
    return 0


def _imported(store: Store, name: str, data: bytes | BinaryIO, options: argparse.Namespace, *, shown: str) -> bool:
    """Whether a file went in; if it did not, why not is said."""
    try:
        _import_one(store, name, data, options, shown=shown)
    except Refused as error:
        print(f"{shown}: {error}", file=sys.stderr)
        return False
    return True


def _import_one(store: Store, name: str, data: bytes | BinaryIO, options: argparse.Namespace, *, shown: str) -> None:
    roles = ("date", "comment", "id", "email", "survey", "scale", "dayfirst", "metric", "reverse")
    said = {role: getattr(options, role) for role in roles}
    how = {
        "sheet": options.sheet,
        "turn": None if options.as_it_stands is None else not options.as_it_stands,
        "file_as": options.file_as,
    }
    found = intake.bring_in(store, name, data, by=user(), scores=options.score, update=options.update, **how, **said)
    for landed, mapping in found:
        if options.json:
            print(json.dumps(_told(landed, mapping, settings(store).zone) | scores(landed.tally), ensure_ascii=False))
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


def scores(tally: Tally) -> dict[str, Any]:
    """A tally for JSON."""
    return {
        "promoters": tally.promoters,
        "passives": tally.passives,
        "detractors": tally.detractors,
        "nps": tally.nps,
    }


def add_context(options: argparse.Namespace) -> int:
    """Bring in files about customers, and say of each whom it leads to once all of them are in."""
    failed = False
    brought: list[tuple[str, str]] = []
    with opened(options, new=True) as store:
        for path in files(options.files):
            try:
                with read(path) as file:
                    for name, data in importing.files(path.name, file):
                        rows = context.read(name, data, key=options.key, dayfirst=options.dayfirst)
                        landed = context.bring_in(store, rows, by=user(), now=now())
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
    return 1 if failed else 0


def undo(options: argparse.Namespace) -> int:
    """Take an import back."""
    with opened(options) as store:
        back = imports.undo(store, options.import_id, by=user(), now=now())
    reverted = f" and reverted the changes of {back.reverted}" if back.reverted else ""
    print(f"Took back {counted(back.responses, 'response')}{reverted}. {back.about_cases}")
    return 0
