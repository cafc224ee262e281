"""One script draws at a time, whoever waits lets others draw, and no question is asked twice at once."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import sleep

import pytest

from nps import queries, ui
from nps.errors import StoreBusy
from nps.store import Store, Transaction, the_store
from nps.topics import reads
from nps.turns import aside, turn

PATIENCE = 20


def at_once(works: list[Callable[[], object]]) -> list[object]:
    """The results of works that threads of their own start together; one that hangs fails the test."""
    gate = threading.Barrier(len(works), timeout=PATIENCE)

    def begin(work: Callable[[], object]) -> object:
        gate.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [each.result(PATIENCE) for each in [pool.submit(begin, work) for work in works]]


class Room:
    """Counts who is drawing."""

    def __init__(self) -> None:
        self.inside, self.most = 0, 0

    def draw(self) -> None:
        self.inside += 1
        self.most = max(self.most, self.inside)
        sleep(0.0005)
        self.inside -= 1


def test_two_never_have_the_turn_at_once_whoever_steps_aside_in_between() -> None:
    room = Room()

    def script() -> None:
        for _ in range(20):
            with turn():
                room.draw()
                with aside(), aside():
                    sleep(0.0005)
                room.draw()

    at_once([script] * 6)
    assert room.most == 1


def test_whoever_steps_aside_lets_another_draw() -> None:
    waiting, drawn = threading.Event(), threading.Event()

    def waits() -> bool:
        with turn(), aside():
            waiting.set()
            return drawn.wait(PATIENCE)

    def draws() -> bool:
        waiting.wait(PATIENCE)
        with turn():
            drawn.set()
        return True

    assert at_once([waits, draws]) == [True, True]


def test_a_script_that_fails_gives_its_turn_back() -> None:
    with pytest.raises(ZeroDivisionError), turn():
        _ = 1 / 0
    with pytest.raises(ZeroDivisionError), turn(), aside():
        _ = 1 / 0

    def draws() -> bool:
        with turn():
            return True

    assert at_once([draws]) == [True]


def test_stepping_aside_without_a_turn_changes_nothing() -> None:
    with aside(), turn():
        pass
    with aside():
        assert at_once([lambda: True]) == [True]


@pytest.fixture
def one_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store of the process, new and empty."""
    monkeypatch.setenv("NPS_STORE", str(tmp_path / "nps.duckdb"))
    yield the_store()
    the_store().close()


def test_many_who_ask_the_same_at_once_share_one_answer_and_block_nobody(one_store: Store) -> None:
    asked: list[Store] = []

    @reads("responses")
    def slow(store: Store) -> tuple[int, ...]:
        asked.append(store)
        sleep(0.2)
        return (len(asked),)

    def script() -> tuple[int, ...]:
        with turn():
            return ui.ask(slow)

    assert at_once([script] * 8) == [(1,)] * 8
    assert asked == [one_store]
    assert script() == (1,)


def test_a_question_that_failed_is_asked_again(one_store: Store) -> None:
    results = iter([None, (7,)])

    @reads("responses")
    def fragile(_store: Store) -> tuple[int, ...]:
        if (answer := next(results)) is None:
            raise StoreBusy("Not now.")
        return answer

    with turn():
        with pytest.raises(StoreBusy):
            ui.ask(fragile)
        assert ui.ask(fragile) == (7,)


def test_an_answer_is_asked_for_again_when_what_it_reads_has_changed(one_store: Store) -> None:
    with turn():
        assert ui.ask(queries.owners) == ()
        before = set(ui._answers)
        one_store.transact(lambda _tx: None, touches=("responses",))
        ui.ask(queries.owners)
        assert set(ui._answers) == before
        one_store.transact(lambda _tx: None, touches=("cases",))
        ui.ask(queries.owners)
        assert len(set(ui._answers) - before) == 1


def test_a_write_that_waits_for_another_one_keeps_no_one_from_drawing(one_store: Store) -> None:
    writing, drawn = threading.Event(), threading.Event()

    def long_write() -> bool:
        def work(_tx: Transaction) -> bool:
            writing.set()
            return drawn.wait(PATIENCE)

        with turn():
            return one_store.transact(work, touches=("responses",))

    def waiting_write() -> bool:
        writing.wait(PATIENCE)
        with turn():
            one_store.transact(lambda _tx: None, touches=("responses",))
        return True

    def draws() -> bool:
        writing.wait(PATIENCE)
        sleep(0.05)  # until the other write waits
        with turn():
            drawn.set()
        return True

    assert at_once([long_write, waiting_write, draws]) == [True] * 3
