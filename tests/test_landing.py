"""Files that are cancelled on their way in: what is in stays, the rest leaves no trace, and can be begun again."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from nps import importing
from nps.jobs import Cancelled
from nps.landing import Ready, _land_all
from nps.store import Store

FIRST = b"id,score,answered at,why\nR1,9,2026-09-01,good\nR2,3,2026-09-02,slow\n"
SECOND = b"id,score,answered at,why\nR3,10,2026-09-03,fine\n"


def ready(name: str, data: bytes) -> Ready:
    grid = importing.read(name, data)
    return Ready(grid, importing.guess(grid).mapping)


FILES = [ready("first.csv", FIRST), ready("second.csv", SECOND)]


class Watched:
    """A progress that remembers what it was told, and cancels at one of the steps."""

    def __init__(self, cancel_at: int | None = None) -> None:
        self.told: list[tuple[float, str]] = []
        self._cancel_at = cancel_at

    def __call__(self, share: float, text: str) -> None:
        if len(self.told) == self._cancel_at:
            raise Cancelled("Cancelled.")
        self.told.append((share, text))


def kept(store: Store) -> list[str]:
    return [row[0] for row in store.rows("SELECT response_id FROM responses ORDER BY ALL")]


def steps() -> int:
    """How often both files together say how far they are."""
    with TemporaryDirectory() as folder:
        store, watched = Store.open(Path(folder) / "nps.duckdb"), Watched()
        assert len(_land_all(store, FILES, "Ada", watched).landed) == 2
        store.close()
    return len(watched.told)


def test_progress_goes_forward_across_the_files(store: Store) -> None:
    watched = Watched()
    assert [one.accepted for one in _land_all(store, FILES, "Ada", watched).landed] == [2, 1]
    shares = [share for share, _ in watched.told]
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert shares[-1] > 0.8
    assert list(dict.fromkeys(text.split(":")[0] for _, text in watched.told)) == ["first.csv", "second.csv"]


@pytest.mark.parametrize("cancel_at", range(steps()))
def test_cancelled_at_any_step_whole_files_are_in_or_nothing(store: Store, cancel_at: int) -> None:
    arrived = _land_all(store, FILES, "Ada", Watched(cancel_at))
    whole = [["R1", "R2"], ["R3"]][: len(arrived.landed)]
    assert kept(store) == [key for keys in whole for key in keys]
    assert len(arrived.landed) < 2
    [sentence] = arrived.refused
    assert sentence.startswith(f"{FILES[len(arrived.landed)].grid.name}: cancelled.")
    assert store.rows("SELECT count(*) FROM imports") == [(len(arrived.landed),)]
    again = _land_all(store, FILES, "Ada", Watched())
    assert sum(one.accepted + one.duplicate for one in again.landed) == 3
    assert kept(store) == ["R1", "R2", "R3"]
