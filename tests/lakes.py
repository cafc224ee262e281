"""Lakes for tests: a PostgreSQL server of their own on loopback, and a new lake in a blink.

`python -m tests.lakes` installs PostgreSQL and haproxy where they are missing.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg

from nps.places import LakePlace, place
from nps.store import Store

PATH = os.environ.get("PATH", "") + ":/usr/sbin"
PATIENCE = 60.0
TEMPLATE = "template_lake"
SETTINGS = "-c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=300"


def programs() -> Path | None:
    """The folder of PostgreSQL's programs; None where it is not installed."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    found = shutil.which("pg_ctl")
    return folders[-1] if folders else Path(found).resolve().parent if found else None


@dataclass
class Server:
    """A PostgreSQL server in a folder of its own; whoever may connect to loopback may do everything.

    It ends with the process that started it, whatever ends that.
    """

    folder: Path
    port: int
    programs: Path
    _process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = ["-D", f"{self.folder}/data", "-p", str(self.port), "-k", str(self.folder), *SETTINGS.split()]
        with (self.folder / "log").open("ab") as log:
            command = [*_as_user(), "--pdeathsig", "QUIT", str(self.programs / "postgres"), *options]
            self._process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)
        until = time.monotonic() + PATIENCE
        while True:
            try:
                psycopg.connect(self.database("postgres")).close()
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return

    def stop(self, how: str = "fast") -> None:
        """End it: `fast` ends every transaction, `immediate` is as a crash."""
        assert self._process
        self._process.send_signal({"fast": signal.SIGINT, "immediate": signal.SIGQUIT}[how])
        self._process.wait(PATIENCE)

    def initialise(self) -> None:
        command = [str(self.programs / "initdb"), "-D", f"{self.folder}/data", "-A", "trust", "-U", "nps", "--no-sync"]
        subprocess.run([*_as_user(), *command], check=True, stdout=subprocess.DEVNULL, cwd=self.folder)

    def let_in_with_password(self, user: str, password: str) -> None:
        """Make a user who may do everything, but has to say a password."""
        rules = self.folder / "data" / "pg_hba.conf"
        if user not in (text := rules.read_text()):
            self.sql(f"CREATE ROLE {user} LOGIN SUPERUSER PASSWORD '{password}'")
            rules.write_text(f"host all {user} 127.0.0.1/32 scram-sha-256\n{text}")
            self.sql("SELECT pg_reload_conf()")

    def database(self, name: str) -> str:
        """What a client connects to a database with."""
        return f"host=127.0.0.1 port={self.port} user=nps dbname={name}"

    def sql(self, text: str) -> None:
        with psycopg.connect(self.database("postgres"), autocommit=True) as connection:
            connection.execute(text)

    def new_database(self) -> str:
        """The name of a new, empty database."""
        name = f"lake_{uuid4().hex[:12]}"
        self.sql(f"CREATE DATABASE {name}")
        return name

    def new_lake(self, data: Path, *, of: str = TEMPLATE) -> LakePlace:
        """A new lake as `Store.open` makes it, or the copy of a lake that nobody has open, in less time."""
        name = f"lake_{uuid4().hex[:12]}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {of}")
        if (there := self.data_of(of)).is_dir():
            shutil.copytree(there, data)
        with psycopg.connect(self.database(name), autocommit=True) as connection:
            connection.execute("UPDATE ducklake_metadata SET value = %s WHERE key = 'data_path'", [f"{data}/"])
        return self.lake(name, data)

    def data_of(self, template: str) -> Path:
        """Where the data of a lake lie that others are copied from."""
        return self.folder / "data-of" / template

    def make_template(self, name: str, fill: Callable[[Store], object]) -> None:
        """Make a lake to copy others from."""
        self.sql(f"CREATE DATABASE {name}")
        with closing(Store.open(self.lake(name, self.data_of(name)))) as store:
            fill(store)

    def lake(self, name: str, data: Path | str = "") -> LakePlace:
        """The place of a lake in a database."""
        found = place(f"ducklake:postgres:{self.database(name)}", str(data))
        assert isinstance(found, LakePlace)
        return found


def _as_user() -> list[str]:
    """How a program runs as a user whom PostgreSQL accepts, which root is not."""
    if os.geteuid() != 0:
        return ["setpriv"]
    user = pwd.getpwnam("postgres")
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


@contextmanager
def serving() -> Iterator[Server]:
    """A server for the length of a `with`, with a lake to copy others from."""
    found = programs()
    assert found, "PostgreSQL is installed"
    with tempfile.TemporaryDirectory(prefix="nps-postgres-") as folder:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
            Path(folder).chmod(0o755)
        server = Server(Path(folder), free_port(), found)
        server.initialise()
        server.start()
        try:
            server.make_template(TEMPLATE, lambda _: None)
            yield server
        finally:
            server.stop("immediate")


def free_port() -> int:
    """A port of loopback that nobody has."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def install() -> None:
    """Install what is missing from the system's packages; what cannot be had is said, and its tests are left out."""
    wanted = {"postgresql": programs(), "haproxy": shutil.which("haproxy", path=PATH)}
    missing = [name for name, there in wanted.items() if not there]
    if missing and shutil.which("apt-get"):
        apt = [*(() if os.geteuid() == 0 else ("sudo", "-n")), "env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
        for command in ([*apt, "update", "-qq"], [*apt, "install", "-y", "-qq", "--no-install-recommends", *missing]):
            subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    if not programs():
        print("PostgreSQL is not installed: tests on a lake are left out (Debian: apt-get install postgresql).")
    if not shutil.which("haproxy", path=PATH):
        print("haproxy is not installed: tests of several dashboards behind it are left out.")


if __name__ == "__main__":
    install()
