"""Who gets which case: the rules by example, and what holds for all of them."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps.errors import Refused
from nps.team.counts import Unassigned
from nps.team.rules import Rules, as_text, from_json, owners, pairs, to_json

CASES = [
    Unassigned("a", 1, "Olga", {"plan": "Team"}),
    Unassigned("b", 2, None, {"plan": "Team"}),
    Unassigned("c", 3, None, {"plan": None}),
    Unassigned("d", 3, None, {"plan": "Free"}),
    Unassigned("e", 4, None, {}),
]


def test_the_first_rule_that_gives_an_owner_counts() -> None:
    rules = Rules(True, "plan", (("Team", "Tom"), ("Free", "Fay")), ("Ida", "Ivo"))
    assert owners(CASES, rules, {}) == {"a": "Olga", "b": "Tom", "c": "Ida", "d": "Fay", "e": "Ivo"}
    assert owners(CASES, Rules(account_owner=True), {}) == {"a": "Olga"}
    assert owners(CASES, Rules(column="plan"), {}) == {"a": "Team", "b": "Team", "d": "Free"}
    assert owners(CASES, Rules(), {}) == {}


def test_who_has_the_least_to_do_begins_and_an_account_has_one_contact() -> None:
    given = owners(CASES, Rules(in_turn=("Ida", "Ivo", "Uma")), {"Ida": 9, "Ivo": 1, "Uma": 3})
    assert given == {"a": "Ivo", "b": "Uma", "c": "Ida", "d": "Ida", "e": "Ivo"}


names = st.text(min_size=1, max_size=5).filter(str.strip)
cases = st.lists(
    st.builds(Unassigned, st.uuids().map(str), st.integers(0, 9), st.none() | names, st.just({})),
    unique_by=lambda case: case.key,
)


@given(cases, st.lists(names, min_size=1, max_size=4, unique=True), st.dictionaries(names, st.integers(0, 9)))
def test_in_turn_everybody_gets_as_many_accounts(
    cases: list[Unassigned], turn: list[str], load: dict[str, int]
) -> None:
    given = owners(cases, Rules(in_turn=tuple(turn)), load)
    assert given.keys() == {case.key for case in cases}
    of_account = {case.account: given[case.key] for case in cases}
    assert all(given[case.key] == of_account[case.account] for case in cases)
    counts = Counter(of_account.values())
    assert max((counts[name] for name in turn), default=0) - min(counts[name] for name in turn) <= 1


rules = st.builds(
    Rules,
    st.booleans(),
    st.none() | names,
    st.lists(st.tuples(st.text(), names), unique_by=lambda pair: pair[0], max_size=4).map(tuple),
    st.lists(names, unique=True, max_size=4).map(tuple),
)


@given(rules)
def test_rules_come_back_as_they_were_kept(rules: Rules) -> None:
    assert from_json(to_json(rules)) == rules


def test_pairs_are_read_a_line_each() -> None:
    assert pairs(" a = b = Ada \n\nEU= Bo\n") == (("a = b", "Ada"), ("EU", "Bo"))
    assert pairs(as_text([("a = b", "Ada"), ("EU", "Bo")])) == (("a = b", "Ada"), ("EU", "Bo"))
    for line in ("Enterprise", "= Ada", "EU =", "="):
        with pytest.raises(Refused, match=r"Line 2 is .*Write a value and a name"):
            pairs(f"EU = Ada\n{line}")


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"in_turn": ("Ada", " ")}, "one of these has 0"),
        ({"in_turn": ("A" * 101,)}, "1 to 100 characters"),
        ({"in_turn": ("Ada", "Ada")}, "name in turn “Ada” stands there twice"),
        ({"owners": (("EU", "Ada"), ("EU", "Bo"))}, "value “EU” stands there twice"),
        ({"in_turn": tuple(map(str, range(501)))}, "501 names are more than the 500"),
    ],
)
def test_rules_that_cannot_be_meant_are_refused(rules: dict[str, tuple[str, ...]], words: str) -> None:
    with pytest.raises(Refused, match=words):
        Rules(**rules)  # type: ignore[arg-type]
