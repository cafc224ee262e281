"""What every test may use: a fresh store on disk, and the folder of real exports."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from nps.store import Store

ROOT = Path(__file__).resolve().parent.parent

# A shared machine stalls now and then; a property is right or wrong however long it takes.
settings.register_profile("steady", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("steady")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A new, empty store in a file of its own."""
    opened = Store.open(tmp_path / "nps.duckdb")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def exports() -> Path:
    """The folder of real survey exports, which are not part of the project."""
    folder = Path(os.environ.get("NPS_REAL_EXPORTS") or ROOT.parent / "shared" / "exports")
    if not folder.is_dir():
        pytest.skip(f"there are no real exports at {folder}; NPS_REAL_EXPORTS names their folder")
    return folder
