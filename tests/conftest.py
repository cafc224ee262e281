"""What every test may use: a fresh store on disk, and the folder of real exports."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from nps.places import Place
from nps.store import Store
from tests import lakes

ROOT = Path(__file__).resolve().parent.parent
ON_BOTH = {"test_imports", "test_casework", "test_isolation", "pages.test_pages"}

# A shared machine stalls now and then; a property is right or wrong however long it takes.
settings.register_profile("steady", deadline=None, derandomize="CI" in os.environ, max_examples=50)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def postgres() -> Iterator[lakes.Server]:
    """A PostgreSQL server on loopback, for the catalogs of lakes."""
    if not lakes.programs():
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql), so nothing is tested on a lake")
    with lakes.serving() as server:
        yield server


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests of some modules on both kinds of store."""
    if "store_kind" in metafunc.fixturenames and str(metafunc.module.__name__).removeprefix("tests.") in ON_BOTH:
        metafunc.parametrize("store_kind", ["file", "lake"], scope="module")


@pytest.fixture(scope="session")
def store_kind() -> str:
    """On which kind of store a test runs: file or lake."""
    return "file"


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store, to be copied: to make one takes longer."""
    path = tmp_path_factory.mktemp("empty") / "nps.duckdb"
    Store.open(path).close()
    return path


@pytest.fixture
def store(store_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A new, empty store."""
    where: Place
    if store_kind == "lake":
        where = request.getfixturevalue("postgres").new_lake(tmp_path / "lake")
    else:
        where = Path(shutil.copy(request.getfixturevalue("empty_file"), tmp_path / "nps.duckdb"))
    opened = Store.open(where)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def exports() -> Path:
    """The folder of real survey exports, which are not part of the project."""
    folder = Path(os.environ.get("NPS_REAL_EXPORTS") or ROOT.parent / "shared" / "exports")
    if not folder.is_dir():
        pytest.skip(f"there are no real exports at {folder}; NPS_REAL_EXPORTS names their folder")
    return folder
