"""An S3 server for tests, on loopback, in an environment of its own; `python -m tests.s3` installs it."""

import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.lakes import free_port

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv-s3"
PYTHON = ENVIRONMENT / "bin" / "python"
WANTED = ROOT / "tests" / "s3.txt"
INSTALLED = ENVIRONMENT / "installed.txt"
SERVE = "import sys; from moto.server import main; main(['-H', '127.0.0.1', '-p', sys.argv[1]])"
PATIENCE = 60.0


def install() -> None:
    """Install what is wanted, once; a failure says why, and the tests on S3 are left out."""
    if INSTALLED.exists() and INSTALLED.read_text() == WANTED.read_text():
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", str(WANTED)]
    if subprocess.run(command, check=False).returncode == 0:
        INSTALLED.write_text(WANTED.read_text())


@contextmanager
def serving() -> Iterator[str]:
    """An empty S3 for the length of a `with`; gives its address."""
    if not INSTALLED.exists():
        pytest.skip("moto is not installed (python -m tests.s3), so nothing is tested on S3")
    url = f"http://127.0.0.1:{(port := free_port())}"
    command = [str(PYTHON), "-c", SERVE, str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(url)
            yield url
        finally:
            process.kill()


def make_bucket(url: str, name: str) -> None:
    urllib.request.urlopen(urllib.request.Request(f"{url}/{name}", method="PUT")).close()


def objects(url: str, bucket: str) -> int:
    """How many objects a bucket has."""
    with urllib.request.urlopen(f"{url}/{bucket}?list-type=2") as answer:
        return len(re.findall(rb"<Key>", answer.read()))


def _wait(url: str) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (urllib.error.URLError, OSError):
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return


if __name__ == "__main__":
    install()
