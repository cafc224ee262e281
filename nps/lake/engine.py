"""A store in a lake: every machine asks by itself, and one at a time writes to a topic."""

import json
import logging
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Self, TypeVar
from uuid import uuid4

import duckdb
import psycopg

from nps.clock import now
from nps.connecting import begun, committed
from nps.errors import Refused, StoreError
from nps.faults import lake_said_plainly
from nps.lake import upkeep
from nps.lake.catalog import Catalog
from nps.lake.opening import NAME, connected, text
from nps.places import LakePlace

LOOK_EVERY = 0.5  # seconds between two looks at what others wrote

T = TypeVar("T")
Work = Callable[[duckdb.DuckDBPyConnection], T]

log = logging.getLogger(__name__)


class Lake:
    """A store in a lake. Questions see the newest commit of all machines.

    A writer waits for its turn, which the catalog's database gives for a topic, so that what it checked still holds
    when it commits; DuckLake itself refuses what met another change of the same table.
    """

    shared = True
    attempts = 20
    keeps_order = False  # several threads write a file each

    def __init__(self, place: LakePlace, data: str, catalog: Catalog) -> None:
        self.name, self.beside = place.name, place.beside
        self.out_of_touch_since: datetime | None = None
        self._place, self._data, self._catalog = place, data, catalog
        self._me = uuid4().hex
        self._opening = threading.Lock()
        self._connection = connected(place, data)
        self._writing: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._versions: Counter[str] = Counter()
        self._seen = catalog.newest()
        self._closed = threading.Event()
        self._at_work = [threading.Thread(target=work, daemon=True) for work in (self._look_out, self._keep_up)]
        for thread in self._at_work:
            thread.start()

    @classmethod
    def open(cls, place: LakePlace) -> Self:
        """Open the lake, or make it. Raises StoreError, Refused."""
        catalog = Catalog(place)
        try:
            # Two that make a lake at the same time would make half of it each.
            with lake_said_plainly(place.name), catalog.turn(["opening"]):
                return cls(place, _data(place, catalog), catalog)
        except BaseException:
            catalog.close()
            raise

    def close(self) -> None:
        """Let the lake go."""
        self._closed.set()
        for thread in self._at_work:
            thread.join()
        self._connection.close()
        self._catalog.close()

    @contextmanager
    def begun(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor in a transaction, of which nothing is kept that is not committed; failures are one sentence."""
        connection = self._connection
        with lake_said_plainly(self.name):
            try:
                with _in_it(connection) as cursor:
                    yield cursor
            except duckdb.FatalException:
                self._open_anew(connection)
                raise

    asking = begun

    def write(self, work: Work[T], touches: Sequence[str], holds: Sequence[str]) -> T:
        """Run `work` in a transaction, one at a time for each topic on all machines. Raises Clash."""
        with self._turn({*touches, *holds}) as may_commit, self.begun() as cursor:
            return self._committed(cursor, work, touches, may_commit)

    def reshape(self, work: Work[T], touches: Sequence[str], holds: Sequence[str]) -> T:
        """The same for work that changes tables or views.

        A connection of its own does it, as another machine would: DuckLake breaks down where one connection changes
        a table that others of the same process are reading.
        """
        with (
            self._turn({*touches, *holds}) as may_commit,
            closing(connected(self._place, self._data)) as own,
            _in_it(own) as cursor,
        ):
            return self._committed(cursor, work, touches, may_commit)

    def alone(self) -> AbstractContextManager[object]:
        """The only one that starts, of all machines, for the length of a `with`."""
        return self._turn(["start"])

    @contextmanager
    def _turn(self, topics: Collection[str]) -> Iterator[Callable[[], object]]:
        with ExitStack() as stack:
            for topic in sorted(topics):
                stack.enter_context(self._writing[topic])
            stack.enter_context(lake_said_plainly(self.name))
            yield stack.enter_context(self._catalog.turn(topics))

    def _committed(
        self, cursor: duckdb.DuckDBPyConnection, work: Work[T], touches: Sequence[str], may_commit: Callable[[], object]
    ) -> T:
        def told(cursor: duckdb.DuckDBPyConnection) -> T:
            result = work(cursor)
            may_commit()
            about = {"me": "nps", "about": json.dumps({"by": self._me, "topics": list(touches)})}
            cursor.execute(f"CALL {NAME}.set_commit_message($me, '', extra_info => $about)", about)
            return result

        result = committed(cursor, told)
        self._versions.update(touches)
        return result

    def version(self, topic: str) -> int:
        """How many commits touched a topic since the lake was opened, as far as this machine knows."""
        return self._versions[topic] + self._versions[""]

    def settle(self) -> None:
        """Prepare tables that are new: what is known of empty ones, and no rows of responses in the catalog.

        There they lie in a table for each shape, which goes when its rows are put into a file: who reads it then fails,
        or breaks down. Nobody fills a table for the first time meanwhile.
        """
        with self._turn(["start"]):
            self._catalog.tell_empty(but="responses")
            if self._catalog.never_inline("responses"):
                self._connection.close()
                self._connection = connected(self._place, self._data)

    def copy(self, to: Path) -> None:
        """Copy all of the lake as it is into a DuckDB file."""
        unfinished = to.with_name(f".{to.name}.unfinished")
        with lake_said_plainly(self.name), closing(connected(self._place, self._data, closed=False)) as connection:
            try:
                to.parent.mkdir(parents=True, exist_ok=True)
                unfinished.unlink(missing_ok=True)
                connection.execute(f"ATTACH {text(str(unfinished))} AS copy")
                connection.execute(f"COPY FROM DATABASE {NAME} TO copy")
                connection.execute("DETACH copy")
                unfinished.replace(to)
            finally:
                unfinished.unlink(missing_ok=True)

    def _open_anew(self, broken: duckdb.DuckDBPyConnection) -> None:
        """Connect once more: DuckDB refuses everything after a failure in the middle of a commit."""
        with self._opening, suppress(duckdb.Error, Refused):
            if self._connection is broken:
                self._connection = connected(self._place, self._data)
                log.warning("the lake %s was opened anew after a failure", self.name)

    def _look_out(self) -> None:
        """See what others wrote, until the store is closed."""
        reached = now()
        while not self._closed.wait(LOOK_EVERY):
            try:
                for number, told in self._catalog.commits(self._seen):
                    self._notice(told if number == self._seen + 1 else None)
                    self._seen = number
                reached, self.out_of_touch_since = now(), None
            except psycopg.Error as error:
                if self.out_of_touch_since is None:
                    log.warning("the catalog of %s cannot be reached: %s", self.name, error)
                self.out_of_touch_since = reached

    def _notice(self, told: str | None) -> None:
        """What of the answers that are kept is old now: everything, where a commit says nothing about itself."""
        try:
            about = json.loads(told or "{}")
            by, topics = about.get("by"), about.get("topics", [""])
        except (ValueError, AttributeError):  # by another program
            by, topics = None, [""]
        if by != self._me:
            self._versions.update(topics)

    def _keep_up(self) -> None:
        """Tidy up where much was written, until the store is closed; one machine does it for all."""
        while not self._closed.wait(upkeep.LOOK_EVERY):
            try:
                with lake_said_plainly(self.name), self._catalog.upkeep(upkeep.TOLD, upkeep.WORTH_IT) as mine:
                    if mine:
                        self.tidy()
            except StoreError as error:
                log.warning("the lake was not tidied up: %s", error)

    def tidy(self) -> None:
        """Put many small writes together, and forget what was, beyond some days."""
        with lake_said_plainly(self.name), closing(connected(self._place, self._data)) as own, own.cursor() as cursor:
            cursor.execute(f"USE {NAME}")
            upkeep.tidy(cursor)


@contextmanager
def _in_it(connection: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor in a transaction, where tables are those of the lake."""
    with connection.cursor() as cursor, begun(cursor):
        cursor.execute(f"USE {NAME}")  # within it: a statement of its own would look into the catalog for itself
        yield cursor


def _data(place: LakePlace, catalog: Catalog) -> str:
    """Where the data of the lake are, or shall be."""
    there = catalog.data()
    if not there and not place.data:
        raise Refused(f"There is no lake in {place.name} yet. Say with NPS_DATA where its data shall lie.")
    if there and place.data and place.data != there:
        raise Refused(f"The lake in {place.name} has its data in {there}. NPS_DATA says {place.data}.")
    return there or place.data
