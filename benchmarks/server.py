"""A Streamlit server in a process of its own, on loopback, for the length of a `with`."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import machine

ROOT = Path(__file__).resolve().parent.parent
DASHBOARD, EMPTY_PAGE = ROOT / "dashboard.py", ROOT / "benchmarks" / "empty_page.py"
START_SECONDS, STOP_SECONDS = 60, 15


@dataclass(frozen=True)
class Server:
    """A running server: its port, and its process."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """Processor time it used since it started."""
        return machine.cpu_seconds(self.pid)

    def peak_megabytes(self) -> float:
        """The most memory it ever held."""
        return machine.peak_megabytes(self.pid)


@contextmanager
def served(script: Path, *, store: Path) -> Iterator[Server]:
    """Serve a script with the project's configuration. Raises RuntimeError when it does not answer in time."""
    port = _free_port()
    log = store.with_suffix(f".{port}.log")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(port)],
            cwd=ROOT,
            env={**inherited, "NPS_STORE": str(store)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait(process, port, log)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_SECONDS)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=START_SECONDS):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    raise RuntimeError(f"The server did not answer:\n{log.read_text(errors='replace')}")
