"""A new lake for each test, and several machines on it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from nps.places import LakePlace
from nps.store import Store
from tests import lakes

Join = Callable[[], Store]


@pytest.fixture
def place(postgres: lakes.Server, tmp_path: Path) -> LakePlace:
    """A new, empty lake."""
    return postgres.new_lake(tmp_path / "lake")


@pytest.fixture
def join(place: LakePlace) -> Iterator[Join]:
    """Opens the lake once more, as another machine would."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(Store.open(place)))
