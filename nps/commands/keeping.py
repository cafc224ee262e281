"""Keeping the store safe: back it up, put a backup in its place, check it."""

import argparse
from contextlib import closing
from pathlib import Path

from nps import backups, carrying, checking, rollups
from nps.clock import counted, now
from nps.commands.opening import named, opened
from nps.errors import Refused, StoreError
from nps.store import Store


def back_up(options: argparse.Namespace) -> int:
    """Write a copy of the store into a folder."""
    with opened(options) as store:
        backup = backups.back_up(store, options.folder, now=now())
    gone = backups.thin_out(options.folder, options.keep) if options.keep else []
    print(
        f"{backup.path}: {counted(backup.rows, 'row')} in {counted(backup.tables, 'table')}, compared with the store."
    )
    for path in gone:
        print(f"{path}: removed, since {options.keep} newer ones are kept.")
    return 0


def restore(options: argparse.Namespace) -> int:
    """Put a backup in the place of the store."""
    path = named(options)
    if not isinstance(path, Path):
        raise Refused(
            "A backup goes into the place of a file. Bring it into a new lake with `move --from FILE --to LAKE`."
        )
    before = backups.restore(options.backup, path, now=now())
    print(f"{path} is what {options.backup.name} holds, checked.")
    if before:
        print(f"What was there before lies in {before}.")
    return 0


def move(options: argparse.Namespace) -> int:
    """Put all of a store into a new one, and prove that nothing changed."""
    if isinstance(options.source, Path) and not options.source.exists():
        raise Refused(f"There is no store at {options.source}.")
    if options.source == options.target:
        raise Refused(f"{options.source} is the store itself. Name a new one with --to.")
    with closing(Store.open(options.source)) as source:
        faults = checking.check(source)
        if faults:
            raise Refused(f"{source.name} is not sound, so nothing was moved: {faults[0].what} {faults[0].mend}")
        with closing(Store.open(options.target)) as target:
            held = source.tried(lambda tx: carrying.carry(tx, target))
            faults = checking.check(target)
            if faults:
                raise StoreError(
                    f"{target.name} is not sound: {faults[0].what} Do not use it; {source.name} is as it was."
                )
    all_of_it = f"{counted(sum(rows for rows, _ in held.values()), 'row')} in {counted(len(held), 'table')}"
    print(f"{target.name} holds what {source.name} does: {all_of_it}, compared.")
    print(
        f"Start with NPS_STORE naming it from now on. {source.name} is as it was; nobody should write to it any more."
    )
    return 0


def check(options: argparse.Namespace) -> int:
    """Say whether the store is sound; 1 where it is not."""
    with opened(options) as store:
        if options.recount:
            rollups.anew(store)
        faults = checking.check(store)
        [[responses, cases]] = store.rows("SELECT (SELECT count(*) FROM responses), (SELECT count(*) FROM cases)")
    for fault in faults:
        print(f"{fault.what} {fault.mend}")
    if not faults:
        print(f"Sound: {counted(responses, 'response')}, {counted(cases, 'case')} with a history, every value read.")
    return int(bool(faults))
