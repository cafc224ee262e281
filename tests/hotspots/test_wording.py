"""What is said of a finding: nothing that its interval to the rest does not hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps.hotspots import wording
from nps.hotspots.changed import Moved, Moves
from nps.hotspots.finding import Direction, Finding, Search
from nps.score import Tally

PAIR = (("a", "x"), ("b", "x"))
HIGH, LOW = Tally(850, 100, 50), Tally(200, 200, 600)


def found(own: Tally, rest: Tally, direction: Direction) -> Finding:
    cost = own.cost_to(own + rest) or 0.0
    return Finding(PAIR, own, rest, cost if direction == "low" else -cost, 0.001, own.nps or 0.0)


def test_a_pair_that_is_low_among_happy_ones_is_not_called_lower_than_the_rest() -> None:
    """It lies below each of its values, which are happy, and above all others."""
    own, rest = Tally(372, 156, 72), Tally(19_900, 9_600, 4_500)
    finding = found(own, rest, "low")
    assert (
        wording.apart(finding, "low") == "lower than all it is part of, and −1 to +10 points beside the 45 of the rest"
    )
    assert wording.worth(finding, "low") == "The total would be about the same if it were like the rest."
    search = Search(9, 30, 10.0, (finding, found(LOW, HIGH, "low")))
    assert wording.heading(search, "low") == "2 groups are reliably less happy than the rest or all they are part of."
    plain = Search(9, 30, 10.0, (found(LOW, HIGH, "low"),))
    assert wording.heading(plain, "low") == "One group is reliably less happy than the rest."


counts = st.integers(0, 3_000)
tallies = st.builds(Tally, counts, counts, counts).filter(lambda tally: tally.n >= 30)


@given(tallies, tallies, st.sampled_from(["low", "high"]))
def test_lower_and_higher_than_the_rest_hold_with_the_interval(own: Tally, rest: Tally, direction: Direction) -> None:
    finding = found(own, rest, direction)
    interval = own.change_from(rest).interval
    assert interval
    said, word = wording.apart(finding, direction), "lower" if direction == "low" else "higher"
    holds = interval.high < 0 if direction == "low" else interval.low > 0
    assert (f"points {word} than the " in said) == holds
    assert ("points beside the" in said) == (not holds)
    assert ("about the same" in wording.worth(finding, direction)) == (finding.impact < 0.05)


@given(tallies, tallies, tallies, tallies, st.booleans())
def test_further_than_the_rest_holds_with_the_interval(
    before: Tally, now: Tally, rest_before: Tally, rest_now: Tally, fell: bool
) -> None:
    finding = Moved(PAIR, fell, before, now, rest_before, rest_now, 1.0, 0.001, 0.0)
    interval = finding.further.interval
    assert interval
    holds = interval.high < 0 if fell else interval.low > 0
    way = "down" if fell else "up"
    assert (f"points further {way} than the rest" in wording.moved(finding)) == holds
    assert (f"further {way} than all it is part of" in wording.moved(finding)) == (not holds)
    assert wording.moves_heading(Moves(9, 30, 10.0, (finding,))).endswith(f": 1 {way}.")


@pytest.mark.parametrize(
    ("impact", "words"), [(1.24, "1.2 points higher"), (-1.24, "1.2 points lower"), (0.01, "same")]
)
def test_what_a_move_means_for_the_total(impact: float, words: str) -> None:
    finding = Moved(PAIR, impact > 0, HIGH, LOW, HIGH, HIGH, impact, 0.001, 0.0)
    assert words in wording.moved_worth(finding)
