"""What a derived segment may be, and what its values are called."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps import derivations
from nps.derivations import Derivation
from nps.errors import Refused
from nps.settings import Settings

finite = st.floats(-1e12, 1e12).map(lambda value: round(value, 4))


@given(st.lists(finite, min_size=1, max_size=8, unique=True).map(sorted))
def test_bands_are_as_many_as_edges_and_one_and_all_different(edges: list[float]) -> None:
    bands = Derivation("Revenue", "bands", "account:revenue", edges=tuple(edges)).bands
    assert len(bands) == len(set(bands)) == len(edges) + 1


def test_bands_say_what_is_in_them() -> None:
    revenue = Derivation("Revenue", "bands", "account:revenue", edges=(-5, 1000, 2500.5))
    assert revenue.bands == ("under -5", "-5 to under 1,000", "1,000 to under 2,500.5", "2,500.5 or more")
    months = Derivation("Age", "months", "account:Signed up", edges=(1, 3, 12))
    assert months.bands == ("0 months", "1 to 2 months", "3 to 11 months", "12 months or more")
    comment = Derivation("Comment", "comment", edges=(2, 50))
    assert comment.bands == ("1 character", "2 to 49 characters", "50 characters or more")


@given(st.lists(finite, min_size=1, max_size=9))
def test_rounded_cuts_stay_apart_in_order_and_near(cuts: list[float]) -> None:
    told = derivations.rounded(cuts)
    assert len(told) == len(set(cuts))
    assert list(told) == sorted(set(told))
    assert all(abs(a - b) <= 0.02 * max(abs(a), abs(b)) for a, b in zip(told, sorted(set(cuts)), strict=True))


def test_edges_are_read_as_people_write_them() -> None:
    assert derivations.edges_of("20,000; 1000 5e3 1000") == (1000, 5000, 20000)
    with pytest.raises(Refused, match="“much” is not a number"):
        derivations.edges_of("10 much")


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"name": " "}, "needs a name of at most 60 characters"),
        ({"name": "x" * 61}, "needs a name of at most 60 characters"),
        ({"kind": "phase of the moon"}, "is no rule for a segment"),
        ({"kind": "bands", "edges": (1,)}, "needs a column, or a fact of the customers"),
        ({"kind": "stage", "edges": (1, 1)}, "needs a column, or a fact of the customers"),
        ({"kind": "bands", "source": "responses", "edges": (1,)}, "not where a number or a day can come from"),
        ({"kind": "bands", "source": "column:x"}, "needs 1 to 20 numbers"),
        ({"kind": "bands", "source": "column:x", "edges": (float("nan"),)}, "needs 1 to 20 numbers"),
        ({"kind": "bands", "source": "column:x", "edges": (2, 1)}, "ascending numbers"),
        ({"kind": "months", "source": "column:x", "edges": (0.5,)}, "whole numbers from 1 on"),
        ({"kind": "comment", "edges": (1,)}, "whole numbers from 2 on"),
        ({"kind": "stage", "source": "column:x", "edges": (90,)}, "are 0 to 1,000 days"),
        ({"kind": "weekday", "edges": (1,)}, "is not cut into bands"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(what: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused) as refused:
        Derivation(**{"name": "Mine", "kind": "weekday", **what})
    assert said in str(refused.value)


def test_two_of_one_name_and_too_many_are_refused() -> None:
    with pytest.raises(Refused, match="two derived segments called “Plan A”"):
        Settings(derived=(Derivation("Plan A", "weekday"), Derivation("plan-a", "turn")))
    with pytest.raises(Refused, match="Take one back first"):
        Settings(derived=tuple(Derivation(f"Mine {number}", "weekday") for number in range(21)))
