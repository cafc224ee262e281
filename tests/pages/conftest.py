"""A store of its own for every test of a page, empty unless the test asks for the sample or for other rows."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from nps import store as store_module
from nps.store import Store, the_store
from tests.pages import opening


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store filled with the sample, to be copied."""
    return opening.filled(tmp_path_factory.mktemp("sample") / "nps.duckdb")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the store of this test lies: the pages open it through NPS_STORE, as they do in the dashboard."""
    path = tmp_path / "nps.duckdb"
    monkeypatch.setenv("NPS_STORE", str(path))
    yield path
    if opened := store_module._opened.pop(path, None):
        opened.close()


@pytest.fixture
def empty(place: Path) -> Store:
    """The store of the pages, without a row."""
    return the_store()


@pytest.fixture
def filled(place: Path, sample_file: Path) -> Store:
    """The store of the pages, filled with the sample."""
    shutil.copy(sample_file, place)
    return the_store()
