"""A store of its own for every test of a page, empty unless the test asks for the sample or for other rows."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nps import store as store_module
from nps import uploads
from nps.places import LakePlace, Place
from nps.start import fill_with_sample
from nps.store import Store, the_store
from tests import lakes
from tests.pages import opening

SAMPLE = "sample_lake"


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store filled with the sample, to be copied."""
    return opening.filled(tmp_path_factory.mktemp("sample") / "nps.duckdb")


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No upload shows how far it is on a busy machine: these tests do not look again by themselves, as browsers do."""
    monkeypatch.setattr(uploads, "SOON", 60)


def point_at(monkeypatch: pytest.MonkeyPatch, place: Place) -> None:
    """Have the pages open the store that lies there, as they do in the dashboard."""
    monkeypatch.setenv("NPS_STORE", str(place))
    monkeypatch.setenv("NPS_DATA", "" if isinstance(place, Path) else place.data)


def copy_of_sample(postgres: lakes.Server, data: Path) -> LakePlace:
    """A new lake that holds the sample."""
    if not postgres.data_of(SAMPLE).exists():
        postgres.make_template(SAMPLE, fill_with_sample)
    return postgres.new_lake(data, of=SAMPLE)


@contextmanager
def letting_go() -> Iterator[None]:
    """Close the stores that pages open meanwhile."""
    before = set(store_module._opened)
    yield
    for where in set(store_module._opened) - before:
        store_module._opened.pop(where).close()


@pytest.fixture
def place(
    store_kind: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    """Where the store of this test lies."""
    where: Place = tmp_path / "nps.duckdb"
    if store_kind == "lake":
        where = request.getfixturevalue("postgres").new_lake(tmp_path / "lake")
    point_at(monkeypatch, where)
    with letting_go():
        yield where


@pytest.fixture
def empty(place: Place) -> Store:
    """The store of the pages, without a row."""
    return the_store()


@pytest.fixture
def filled(place: Place, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store of the pages, filled with the sample."""
    if isinstance(place, Path):
        shutil.copy(request.getfixturevalue("sample_file"), place)
    else:
        point_at(monkeypatch, copy_of_sample(request.getfixturevalue("postgres"), tmp_path / "sample"))
    return the_store()


@pytest.fixture(scope="module")
def sample(
    store_kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    """Where one store filled with the sample lies, for all tests of a module."""
    folder = tmp_path_factory.mktemp("looked-at")
    with letting_go():
        if store_kind == "lake":
            yield copy_of_sample(request.getfixturevalue("postgres"), folder / "sample")
        else:
            yield Path(shutil.copy(request.getfixturevalue("sample_file"), folder / "nps.duckdb"))


@pytest.fixture
def looked_at(sample: Place, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store of the pages, filled with the sample, for tests that change nothing: they share it."""
    point_at(monkeypatch, sample)
    return the_store()
