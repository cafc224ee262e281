"""Several dashboards on one lake behind haproxy, as docs/haproxy.cfg sets it up."""

import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from nps.places import LakePlace
from tests import lakes
from tests.served import Server, start

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("one", "two", "three", "four")  # of the servers, which the cookie nps_at holds


def around(place: LakePlace) -> dict[str, str]:
    """The environment of a dashboard on a lake."""
    return {"NPS_STORE": str(place), "NPS_DATA": place.data}


@contextmanager
def dashboards(place: LakePlace, folder: Path, count: int) -> Iterator[tuple[Server, ...]]:
    """So many dashboards on a lake, started at the same time."""
    with ExitStack() as stack, ThreadPoolExecutor(count) as pool:
        starting = [pool.submit(start, folder, environment=around(place)) for _ in range(count)]
        yield tuple(stack.enter_context(_ended(each.result())) for each in starting)


@contextmanager
def _ended(server: Server) -> Iterator[Server]:
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


@contextmanager
def balanced(servers: Sequence[Server], folder: Path) -> Iterator[str]:
    """The address of haproxy in front of two dashboards or more."""
    program = shutil.which("haproxy", path=lakes.PATH)
    if not program:
        pytest.skip("haproxy is not installed (Debian: apt-get install haproxy)")
    address = f"127.0.0.1:{lakes.free_port()}"
    named = dict(zip(NAMES, servers, strict=False))
    variables = {f"NPS_{name.upper()}": server.url.removeprefix("http://") for name, server in named.items()}
    more = "".join(f'    server {name} "$NPS_{name.upper()}" cookie {name}\n' for name in [*named][2:])
    second = '    server two "$NPS_TWO" cookie two\n'
    setup = folder / "haproxy.cfg"
    written = (ROOT / "docs" / "haproxy.cfg").read_text(encoding="utf-8").replace(second, second + more)
    setup.write_text(written, encoding="utf-8")
    with (folder / "haproxy.log").open("wb") as log:
        command, environment = [program, "-db", "-f", str(setup)], {**os.environ, "NPS_ADDRESS": address, **variables}
        with subprocess.Popen(command, env=environment, stdout=log, stderr=log) as process:
            try:
                assert soon(lambda: status(f"http://{address}/readyz") == 200, 20), log.name
                yield f"http://{address}"
            finally:
                process.kill()


def status(url: str, headers: Mapping[str, str] = {}) -> int:
    """What is answered to a GET; 0 for no answer."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=dict(headers)), timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
    except OSError:
        return 0


def soon(true: Callable[[], bool], seconds: float = 2.0) -> bool:
    """Whether something comes true within so many seconds."""
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.01)
    return true()
