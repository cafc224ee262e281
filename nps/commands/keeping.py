"""Keeping the store safe: back it up, put a backup in its place, check it."""

import argparse

from nps import backups, checking
from nps.clock import counted, now
from nps.commands.opening import named, opened


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
    before = backups.restore(options.backup, path, now=now())
    print(f"{path} is what {options.backup.name} holds, checked.")
    if before:
        print(f"What was there before lies in {before}.")
    return 0


def check(options: argparse.Namespace) -> int:
    """Say whether the store is sound; 1 where it is not."""
    with opened(options) as store:
        faults = checking.check(store)
        [[responses, cases]] = store.rows("SELECT (SELECT count(*) FROM responses), (SELECT count(*) FROM cases)")
    for fault in faults:
        print(f"{fault.what} {fault.mend}")
    if not faults:
        print(f"Sound: {counted(responses, 'response')}, {counted(cases, 'case')} with a history, every value read.")
    return int(bool(faults))
