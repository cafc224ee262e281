"""Which values are shown, in which order, and what stays hidden."""

from hypothesis import example, given
from hypothesis import strategies as st

from nps.ranking import in_order, rank
from nps.rows import ValueTally
from nps.score import FEWEST_SHOWN, Tally

counts = st.integers(0, 40)
tallies = st.builds(Tally, counts, counts, counts, counts)
segments = st.lists(tallies, max_size=12).map(
    lambda many: [ValueTally(f"value {number}", tally) for number, tally in enumerate(many)]
)


@given(segments)
@example([ValueTally(str(n), Tally(n)) for n in (2, 2, 9, 40)])
@example([ValueTally("small", Tally(1, 1, 1)), ValueTally("large", Tally(20, 10, 10))])
def test_nothing_small_is_shown_and_nothing_hidden_can_be_subtracted(rows: list[ValueTally]) -> None:
    ranking = rank(rows)
    shown = {row.value for row in ranking.shown}
    hidden = [row for row in rows if row.tally.n and row.value not in shown]
    assert all(row.tally.n >= FEWEST_SHOWN for row in ranking.shown)
    assert ranking.hidden == len(hidden)
    assert not hidden or not shown or (len(hidden) > 1 and sum(row.tally.n for row in hidden) >= FEWEST_SHOWN)


@given(segments)
def test_the_costliest_comes_first_and_the_total_is_that_of_all(rows: list[ValueTally]) -> None:
    ranking = rank(rows)
    costs = [row.tally.cost_to(ranking.total) or 0.0 for row in ranking.shown]
    assert costs == sorted(costs, reverse=True)
    assert ranking.total.promoters == sum(row.tally.promoters for row in rows)
    assert ranking.total.n == sum(row.tally.n for row in rows)


def test_a_group_that_drags_the_total_down_ranks_above_one_that_lifts_it() -> None:
    good, bad = ValueTally("good", Tally(40, 5, 5)), ValueTally("bad", Tally(5, 5, 40))
    assert [row.value for row in rank([good, bad]).shown] == ["bad", "good"]


def test_values_stand_in_the_order_in_which_people_count() -> None:
    for ordered in (
        ["2 to 5 months", "6 to 11 months", "12 months or more"],
        ["under 1,000", "1,000 to under 25,000", "25,000 or more"],
        ["Before that day", "0 to 2 months", "10 months or more"],
        ["under -2", "-2 to under 10", "10 or more"],
        ["No comment", "1 to 49 characters"],
        ["Monday", "Tuesday", "Sunday"],
        ["Onboarding", "Under contract", "Renewal near"],
        ["2025-01-09", "2025-01-10", "2025-02-01"],
        ["Plan 2", "Plan 10", "Plan B"],
        ["(not given)", "APAC", "EMEA", "Zürich"],
    ):
        assert in_order(reversed(ordered)) == ordered


@given(st.lists(st.text(alphabet="ab -.,0123456789²٣"), max_size=8))
def test_any_values_have_an_order_which_depends_on_nothing_else(values: list[str]) -> None:
    assert in_order(values) == in_order(reversed(values))
