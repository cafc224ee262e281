"""Who changed band between two periods, against plain Python over the rows of the file."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from nps.errors import Refused
from nps.selection import Period, Selection
from nps.store import Store
from nps.why import questions
from tests.pages.opening import bring_in

START = date(2026, 1, 5)
BEFORE = Period(START + timedelta(10), START + timedelta(40))
AFTER = Period(START + timedelta(50), START + timedelta(90))


@dataclass(frozen=True)
class Given:
    """One row of the file; `number` is its place in it."""

    number: int
    person: int
    day: date
    score: int | None
    plan: str

    @property
    def band(self) -> int:
        assert self.score is not None
        return (self.score >= 7) + (self.score >= 9)


@pytest.fixture
def rows(store: Store) -> list[Given]:
    """Many answers of few people on few days, so that days tie; one in ten has nobody's name."""
    choose = random.Random(5)
    given = [
        Given(
            number,
            choose.randrange(60) if choose.random() < 0.9 else -number - 1,
            START + timedelta(choose.randrange(100)),
            choose.choice([*range(11), *range(11), None]),
            choose.choice("AB"),
        )
        for number in range(500)
    ]
    lines = []
    for row in given:
        email = f"p{row.person}@e.com" if row.person >= 0 else ""
        lines.append(f"r{row.number},{row.day},{'' if row.score is None else row.score},{email},{row.plan}")
    bring_in(store, "answers.csv", "\n".join(["response id,date,score,email,plan", *lines]))
    return given


def pairs(rows: list[Given], before: Period, after: Period, plans: str = "AB") -> list[tuple[Given, Given]]:
    """The latest scores of everybody who has one in both periods."""

    def latest(period: Period) -> dict[int, Given]:
        assert period.start
        assert period.end
        inside = [row for row in rows if period.start <= row.day < period.end and row.score is not None]
        kept = [row for row in inside if row.plan in plans]
        return {row.person: row for row in sorted(kept, key=lambda row: (row.day, row.number))}

    first, second = latest(before), latest(after)
    return [(first[person], second[person]) for person in first if person in second]


@pytest.mark.parametrize("plans", ["AB", "A"])
@pytest.mark.parametrize(("before", "after"), [(BEFORE, AFTER), (AFTER, BEFORE)])
def test_who_changed_band_is_found_with_both_scores(
    store: Store, rows: list[Given], before: Period, after: Period, plans: str
) -> None:
    expected = pairs(rows, before, after, plans)
    assert all(then.person >= 0 for then, _ in expected)
    selection = Selection.of(unit="account", filters={"seg_plan": list(plans)})
    flows = questions.flows(store, selection, before, after)
    moves = [now.band - then.band for then, now in expected]
    assert (flows.fell, flows.rose, flows.stayed) == (
        sum(move < 0 for move in moves),
        sum(move > 0 for move in moves),
        moves.count(0),
    )
    assert flows.people == len(expected) > 20
    for direction, sign in questions.SIGN.items():
        changed = [(then, now) for then, now in expected if (now.band - then.band) * sign > 0]
        found = questions.switched(store, selection, before, after, direction, limit=1_000)
        told = {
            (row.email, row.score_before, row.score_after, row.answered_before, row.answered_after) for row in found
        }
        assert {(email, a, b, x and x.date(), y and y.date()) for email, a, b, x, y in told} == {
            (f"p{then.person}@e.com", then.score, now.score, then.day, now.day) for then, now in changed
        }
        sizes = [abs(row.score_after - row.score_before) for row in found]
        assert sizes == sorted(sizes, reverse=True)
        pages = [
            questions.switched(store, selection, before, after, direction, limit=7, offset=7 * n) for n in range(2)
        ]
        assert (*pages[0], *pages[1]) == found[:14]


def test_a_segment_that_is_not_there_is_refused(store: Store, rows: list[Given]) -> None:
    with pytest.raises(Refused, match="There is no segment"):
        questions.flows(store, Selection.of(filters={"seg_colour": ["red"]}), BEFORE, AFTER)
