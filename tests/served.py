"""The dashboard as a process of its own, for tests that talk to it over the network or kill it."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
STOP_SECONDS = 15
ADDRESS = re.compile(r"^NPS dashboard: (http://127\.0\.0\.1:\d+)$", re.MULTILINE)


@dataclass(frozen=True)
class Answer:
    """What the server said to one GET."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    text: str

    def json(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True)
class Server:
    """A running dashboard with its store and its log."""

    url: str
    store: Path
    log: Path
    process: "subprocess.Popen[bytes]"

    def get(self, path: str) -> Answer:
        try:
            with urllib.request.urlopen(self.url + path, timeout=20) as reply:
                status, headers, body = reply.status, reply.headers, reply.read()
        except urllib.error.HTTPError as error:
            with error:
                status, headers, body = error.code, error.headers, error.read()
        return Answer(status, {name.lower(): value for name, value in headers.items()}, body.decode("utf-8"))

    def stop(self) -> int:
        """Ask it to end, as a service manager does, and return its exit code."""
        self.process.terminate()
        return self.process.wait(STOP_SECONDS)

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        self.process.kill()
        self.process.wait(STOP_SECONDS)


def start(
    folder: Path, *, store: Path | None = None, environment: Mapping[str, str] | None = None, port: int = 0
) -> Server:
    """Start the dashboard with its store and log in `folder`, and wait until it answers. `port` 0: a free one.

    Raises RuntimeError with the log when it dies or does not answer in time.
    """
    store = store or folder / "nps.duckdb"
    log = folder / f"server-{time.monotonic_ns()}.log"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard.py"), "--server.port", str(port)],
            cwd=ROOT,
            env={**inherited, "PYTHONUNBUFFERED": "1", "NPS_STORE": str(store), **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        return Server(_address(process, log), store, log, process)
    except RuntimeError:
        process.kill()
        process.wait(STOP_SECONDS)
        raise


@contextmanager
def served(
    folder: Path, *, store: Path | None = None, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """A dashboard for the length of a `with`; see `start`. Prints its log if it died meanwhile."""
    server = start(folder, store=store, environment=environment)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            _end(server)
        elif server.process.returncode > 0:
            print(f"The server ended with {server.process.returncode}:\n{server.log.read_text(errors='replace')}")


def _end(server: Server) -> None:
    try:
        server.stop()
    except subprocess.TimeoutExpired:
        server.kill()


def _address(process: "subprocess.Popen[bytes]", log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        text = log.read_text(errors="replace")
        if found := ADDRESS.search(text):
            # The port is bound before the address is printed, so this waits in line and does not fail.
            urllib.request.urlopen(found[1] + "/healthz", timeout=START_SECONDS).close()
            return found[1]
        if process.poll() is not None:
            raise RuntimeError(f"The server ended with {process.returncode} while starting:\n{text}")
        time.sleep(0.05)
    raise RuntimeError(f"The server did not answer within {START_SECONDS} s:\n{log.read_text(errors='replace')}")
