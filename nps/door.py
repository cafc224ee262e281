"""The door of a running dashboard: a command that finds the store in use hands its work to the process that has it.

The dashboard writes its address and a new secret into a file beside the store that only its owner can read, and takes
commands from whoever knows the secret. The command prints what it is told and ends with the same exit code.
"""

import hmac
import io
import json
import logging
import os
import secrets
import sys
import urllib.error
import urllib.request
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from nps.commands.opening import lent
from nps.errors import NpsError, Refused
from nps.places import Place
from nps.store import Store

PATH, SECRET = "/command", "X-NPS-Secret"
ENDING = ".door"
LONGEST = 100_000  # bytes of a command
PATIENCE = 3.0  # seconds until the dashboard must answer at all
Parse = Callable[[Sequence[str]], Namespace]
Run = Callable[[Namespace], int]

log = logging.getLogger(__name__)

_out: ContextVar[TextIO | None] = ContextVar("out", default=None)
_err: ContextVar[TextIO | None] = ContextVar("err", default=None)


@dataclass(frozen=True)
class Told:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


class _Parted(io.TextIOBase):
    """Standard output, or what the thread at work prints into instead."""

    def __init__(self, usual: TextIO, own: ContextVar[TextIO | None]) -> None:
        self._usual, self._own = usual, own

    def write(self, text: str) -> int:
        return (self._own.get() or self._usual).write(text)

    def flush(self) -> None:
        (self._own.get() or self._usual).flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._usual, name)


class Door:
    """The door of this process: `ROUTES` of it for the server, `opened` for its life."""

    def __init__(self, store: Callable[[], Store], parse: Parse, run: Run) -> None:
        self._store, self._parse, self._run = store, parse, run
        self._secret = secrets.token_urlsafe(32)
        self.routes = [Route(PATH, self._command, methods=["POST"])]

    @contextmanager
    def opened(self, store: Place, address: str) -> Iterator[None]:
        """Take commands for that store at that address, for the length of a `with`.

        Nobody has a lake for himself: a command opens it beside the dashboards.
        """
        if not isinstance(store, Path):
            yield
            return
        place = _place(store)
        usual = sys.stdout, sys.stderr
        try:
            _write(place, {"address": address, "secret": self._secret})
        except OSError as error:
            log.warning("commands have to wait until the dashboard stops: %s: %s", place, error.strerror)
        try:
            sys.stdout, sys.stderr = _Parted(sys.stdout, _out), _Parted(sys.stderr, _err)
            yield
        finally:
            sys.stdout, sys.stderr = usual
            with suppress(OSError):
                place.unlink(missing_ok=True)

    async def _command(self, request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get(SECRET, "").encode(), self._secret.encode()):
            return JSONResponse({"error": "The secret is wrong."}, 403)
        body = await request.body()
        if len(body) > LONGEST:
            return JSONResponse({"error": "The command is too long."}, 413)
        try:
            asked = json.loads(body)
            argv, folder = [str(each) for each in asked["argv"]], Path(asked["folder"])
        except (ValueError, KeyError, TypeError):
            return JSONResponse({"error": "This is no command."}, 400)
        told = await run_in_threadpool(self._run_one, argv, folder)
        return JSONResponse(asdict(told), headers={"Cache-Control": "no-store"})

    def _run_one(self, argv: Sequence[str], folder: Path) -> Told:
        """Run a command as if it ran in that folder."""
        out, err, given = io.StringIO(), io.StringIO(), dict[str, str]()
        mine, theirs = _out.set(out), _err.set(err)
        try:
            options = self._parse(argv)
            given = _made_absolute(options, folder)
            if options.alone:
                raise Refused("This needs the store to itself. Stop the dashboard first.")
            with lent(self._store()):
                code = self._run(options)
        except NpsError as error:
            print(error, file=err)
            code = 1
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        finally:
            _out.reset(mine)
            _err.reset(theirs)
        return Told(code, _as_given(out.getvalue(), given), _as_given(err.getvalue(), given))


def knock(store: Place, argv: Sequence[str]) -> int | None:
    """Hand a command to the dashboard that has the store, print what it says; None where no dashboard answers."""
    if not isinstance(store, Path):
        return None
    try:
        found = json.loads(_place(store).read_text(encoding="utf-8"))
        body = json.dumps({"argv": list(argv), "folder": os.getcwd()}).encode()  # noqa: PTH109
        request = urllib.request.Request(found["address"] + PATH, body, {SECRET: found["secret"]})  # noqa: S310
        urllib.request.urlopen(found["address"] + "/healthz", timeout=PATIENCE).close()  # noqa: S310
        with urllib.request.urlopen(request) as reply:  # noqa: S310
            told = Told(**json.loads(reply.read()))
    except (OSError, ValueError, KeyError, TypeError, urllib.error.URLError):
        return None
    sys.stdout.write(told.out)
    sys.stderr.write(told.err)
    return told.code


def _made_absolute(options: Namespace, folder: Path) -> dict[str, str]:
    """Make the paths of a command absolute; return what each was given as."""
    given = {}

    def whole(path: Path) -> Path:
        given[str(folder / path)] = str(path)
        return folder / path

    for name, value in vars(options).items():
        if isinstance(value, Path):
            setattr(options, name, whole(value))
        elif isinstance(value, list):
            setattr(options, name, [whole(each) if isinstance(each, Path) else each for each in value])
    return given


def _as_given(text: str, given: Mapping[str, str]) -> str:
    """What was printed, with the paths as they were given."""
    for there, path in sorted(given.items(), reverse=True):
        text = text.replace(there, path)
    return text


def _place(store: Path) -> Path:
    store = store.absolute()
    return store.with_name(store.name + ENDING)


def _write(place: Path, what: dict[str, str]) -> None:
    """Write a file that nobody but its owner can read, not even for a moment."""
    place.unlink(missing_ok=True)
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(what, file)
