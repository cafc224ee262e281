"""What two who write at the same time may not do to each other, in one file and on two machines of a lake."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from nps.store import Store, Transaction

Two = tuple[Store, Store]
PATIENCE = 20


@pytest.fixture
def two(store_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Two]:
    """Two who use a store, on machines of their own where that can be: Ada and Ben are on call, a counter is at 0."""
    with ExitStack() as stack:
        if store_kind == "file":
            one = other = stack.enter_context(closing(Store.open(tmp_path / "nps.duckdb")))
        else:
            place = request.getfixturevalue("postgres").new_lake(tmp_path / "lake")
            one, other = (stack.enter_context(closing(Store.open(place))) for _ in range(2))
        one.transact(_made, reshapes=True)
        yield one, other


def _made(tx: Transaction) -> None:
    tx.execute("CREATE TABLE duty AS SELECT unnest(['Ada', 'Ben']) AS who, true AS on_call")
    tx.execute("CREATE TABLE counter AS SELECT 0 AS n")


def on_call(source: Store | Transaction) -> int:
    return int(source.rows("SELECT count(*) FROM duty WHERE on_call")[0][0])


def test_no_update_is_lost(two: Two) -> None:
    def one_more(tx: Transaction) -> int:
        [[n]] = tx.rows("SELECT n FROM counter")
        tx.execute("UPDATE counter SET n = $n", {"n": n + 1})
        return int(n) + 1

    def work(number: int) -> int:
        return two[number % 2].transact(one_more, touches=("cases",))

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(work, range(24))) == list(range(1, 25))
    assert [each.rows("SELECT n FROM counter") for each in two] == [[(24,)], [(24,)]]


def test_what_is_not_committed_is_not_read(two: Two) -> None:
    written, looked = threading.Event(), threading.Event()

    def work(tx: Transaction) -> None:
        tx.execute("UPDATE duty SET on_call = false")
        written.set()
        assert looked.wait(PATIENCE)
        raise KeyError("it is not kept")

    with ThreadPoolExecutor(1) as pool:
        broken = pool.submit(two[0].transact, work, touches=("cases",))
        assert written.wait(PATIENCE)
        assert [on_call(each) for each in two] == [2, 2]
        looked.set()
        with pytest.raises(KeyError):
            broken.result()
    assert [on_call(each) for each in two] == [2, 2]


def test_what_is_read_twice_in_a_transaction_is_the_same(two: Two) -> None:
    one, other = two

    def look(tx: Transaction) -> tuple[int, int]:
        before = on_call(tx)
        other.transact(lambda tx: tx.execute("UPDATE duty SET on_call = false"), touches=("cases",))
        return before, on_call(tx)

    assert one.tried(look) == (2, 2)
    assert on_call(one) == 0


@pytest.mark.parametrize("held", [False, True], ids=["one topic", "a topic that the other holds"])
def test_two_who_rely_on_what_the_other_changes_do_not_both_change_it(two: Two, held: bool) -> None:
    """Write skew: each may leave while another is on call, and each changes a row of their own only."""

    def leave(number: int) -> bool:
        def work(tx: Transaction) -> bool:
            may = on_call(tx) == 2
            time.sleep(0.1)  # so that the other one looks meanwhile, where nothing keeps them from it
            if may:
                tx.execute("UPDATE duty SET on_call = false WHERE who = $who", {"who": ("Ada", "Ben")[number]})
            return may

        if held and number:
            return two[number].transact(work, touches=("responses",), holds=("cases",))
        return two[number].transact(work, touches=("cases",))

    for _ in range(4):
        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(leave, range(2))) == [False, True]
        assert on_call(two[0]) == 1
        two[0].transact(lambda tx: tx.execute("UPDATE duty SET on_call = true"), touches=("cases",))
