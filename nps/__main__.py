"""The command line: python -m nps import | summary | compare | hotspots | reasons | cases | undo | export |
context | backup | restore | move | check.

Exit codes: 0 done, 1 refused with a sentence on standard error, 2 wrong usage.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

from nps import door, importing
from nps.cases import STATES
from nps.commands import bringing, comparing, driving, keeping, spotting, telling
from nps.commands.opening import named, named_place
from nps.errors import NpsError, StoreBusy
from nps.rows import Band

NAMES = (
    "import | summary | compare | hotspots | reasons | cases | undo | export | context | "
    "backup | restore | move | check"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Where a dashboard has the store, it does the work."""
    argv = sys.argv[1:] if argv is None else argv
    options = parsed(argv)
    try:
        return run(options)
    except StoreBusy as error:
        code = None if options.alone else door.knock(named(options), argv)
        if code is None:
            print(error, file=sys.stderr)
        return 1 if code is None else code


def run(options: argparse.Namespace) -> int:
    """Do what was asked and return the exit code. Raises StoreBusy where another process has the store."""
    try:
        return int(options.run(options))
    except StoreBusy:
        raise
    except NpsError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1


def parsed(argv: Sequence[str]) -> argparse.Namespace:
    """What was asked; ends with 2 where that cannot be understood."""
    return _parser().parse_args(argv)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m nps", description="Survey exports in, NPS out.")
    parser.set_defaults(alone=False)  # whether it needs the store to itself
    commands = parser.add_subparsers(required=True, metavar=NAMES)
    store = argparse.ArgumentParser(add_help=False)
    store.add_argument(
        "--store", type=named_place, default=None, help="the store; NPS_STORE or data/nps.duckdb if not given"
    )

    command = commands.add_parser("import", parents=[store], help="bring in survey exports")
    _import_options(command)
    command.set_defaults(run=bringing.bring_in)

    command = commands.add_parser("summary", parents=[store], help="print NPS with its interval")
    command.add_argument("--by", metavar="SEGMENT|month|week|quarter")
    _selection_options(command)
    command.set_defaults(run=telling.summary)

    command = commands.add_parser("compare", parents=[store], help="print what changed between two periods, and why")
    for side in ("before", "after"):
        command.add_argument(f"--{side}", required=True, metavar="D..D", help="its first and last day, both included")
    command.add_argument("--by", required=True, metavar="SEGMENT", help="whose values part the change")
    command.add_argument("--where", action="append", default=[], metavar="SEG=VALUE")
    command.add_argument("--json", action="store_true")
    command.set_defaults(run=comparing.compare)

    command = commands.add_parser("hotspots", parents=[store], help="print which groups stand out from the rest")
    _spotting_options(command)
    _selection_options(command)
    command.set_defaults(run=spotting.find)

    command = commands.add_parser("reasons", parents=[store], help="print how many points each reason costs or brings")
    command.add_argument("--groups", action="store_true", help="by the groups of the codebook")
    _selection_options(command)
    command.set_defaults(run=driving.drive)

    command = commands.add_parser("cases", parents=[store], help="list the follow-ups, the most urgent first")
    command.add_argument("--state", action="append", default=[], choices=STATES, help="several may be given")
    command.add_argument("--owner", metavar="O", help='whose; "" is nobody\'s')
    command.add_argument("--overdue", action="store_true", help="past their due time, or with a promise that is")
    command.add_argument("--band", choices=get_args(Band), default="detractor")
    _selection_options(command)
    command.set_defaults(run=telling.cases)

    command = commands.add_parser("undo", parents=[store], help="take an import back; case work stays")
    command.add_argument("import_id", metavar="IMPORT_ID")
    command.set_defaults(run=bringing.undo)

    command = commands.add_parser("context", parents=[store], help="bring in what is known of customers")
    _context_options(command)
    command.set_defaults(run=bringing.add_context)
    _keeping(commands, store)
    return parser


def _keeping(commands: Any, store: argparse.ArgumentParser) -> None:
    command = commands.add_parser(
        "export", parents=[store], help="write all responses with their case state, or all of the store"
    )
    command.add_argument("file", type=Path, metavar="FILE", help="ends in .csv or .parquet; with --all a new folder")
    command.add_argument("--all", action="store_true", help="every table as Parquet, for `import --all`")
    command.set_defaults(run=telling.export)

    command = commands.add_parser("backup", parents=[store], help="write a copy of the store into a folder")
    command.add_argument("folder", type=Path, metavar="DIR")
    command.add_argument("--keep", type=_number, metavar="N", help="remove all but the newest N backups there")
    command.set_defaults(run=keeping.back_up)

    command = commands.add_parser("restore", parents=[store], help="put a backup in the place of the store")
    command.add_argument("backup", type=Path, metavar="FILE")
    command.set_defaults(run=keeping.restore, alone=True)

    command = commands.add_parser("move", help="put all of a store into a new one, a file or a lake, and compare them")
    for side, dest in (("from", "source"), ("to", "target")):
        command.add_argument(f"--{side}", dest=dest, type=named_place, required=True, metavar="STORE")
    command.set_defaults(run=keeping.move, alone=True)

    command = commands.add_parser("check", parents=[store], help="say whether the store is sound")
    command.add_argument("--recount", action="store_true", help="first make anew the counts that the store keeps")
    command.set_defaults(run=keeping.check)


def _number(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"“{text}” is not a number from 1 on")
    return int(text)


def _selection_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--from", dest="start", metavar="D", help="first day, for example 2025-11-03")
    command.add_argument("--to", dest="end", metavar="D", help="last day")
    command.add_argument("--where", action="append", default=[], metavar="SEG=VALUE")
    command.add_argument("--json", action="store_true")


def _spotting_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--direction", choices=("low", "high"), help="low if not given; high: the happiest groups")
    command.add_argument(
        "--changed",
        nargs="?",
        const="before",
        choices=("before", "year"),
        help="those that moved more than the rest since the period before, or the same one last year; both ways if no "
        "direction is given",
    )
    command.add_argument("--max", type=int, default=20, metavar="N", help="the most that are printed")


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
    command.add_argument("--all", action="store_true", help="all of a store, from a folder that `export --all` wrote")
    command.add_argument("--update", action="store_true", help="replace known answers that the file has otherwise")
    command.add_argument("--json", action="store_true", help="print one JSON object per file and score")


def _context_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a file, or a folder: all files in it")
    command.add_argument("--key", metavar="COL", help="the column that tells whose each row is")
    order = command.add_mutually_exclusive_group()
    order.add_argument("--dayfirst", dest="dayfirst", action="store_true", default=None)
    order.add_argument("--monthfirst", dest="dayfirst", action="store_false", default=None)
    command.add_argument("--json", action="store_true", help="print one JSON object per file")


if __name__ == "__main__":
    sys.exit(main())
