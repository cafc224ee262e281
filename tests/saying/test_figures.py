"""What templates earn, against plain Python over the same events; too few are hidden."""

import random
from collections import defaultdict
from datetime import timedelta
from typing import Any

import pytest

from nps import acts, casework
from nps.saying.figures import Earned, Share, earned
from nps.store import Store
from tests.saying.conftest import NOW, respond


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    # Newcombe 1998, table I: the score method without continuity correction.
    [(81, 263, 25.53, 36.62), (15, 148, 6.24, 16.05), (0, 20, 0.0, 16.11), (1, 29, 0.61, 17.18)],
)
def test_the_interval_is_wilsons(hits: int, n: int, low: float, high: float) -> None:
    interval = Share(hits, n).interval()
    assert interval is not None
    assert interval == pytest.approx((low, high), abs=0.01)
    assert Share(hits, n).percent == pytest.approx(100 * hits / n)


def test_fewer_than_five_are_hidden() -> None:
    assert (Share(4, 4).percent, Share(4, 4).interval()) == (None, None)
    assert Share(5, 5).percent == 100


def test_what_templates_earned_is_what_plain_python_counts(store: Store) -> None:
    dice = random.Random(7)
    people = [f"p{number}@example.org" for number in range(30)]
    answers = [
        (f"r{number}", dice.randint(0, 10), dice.choice([*people, None]), dice.uniform(0, 100)) for number in range(160)
    ]
    respond(store, *answers)
    events: list[tuple[str, str, str, int]] = []  # key, kind, template, days before NOW
    for ago in (30, 20, 10, 0):
        todo = {}
        for key, *_ in answers:
            match kind := dice.choice(["sent", "sent", "call", "no answer", "nothing", "nothing", "undo"]):
                case "sent":
                    todo[key] = acts.sent("Hello", template=dice.choice("ab"))
                    events.append((key, kind, acts.data(todo[key])["template"], ago))
                case "call" | "no answer":
                    todo[key] = acts.attempt(kind)
                    events.append((key, kind, "", ago))
                case "undo" if (mine := [event for event in events if event[0] == key]) and dice.random() < 0.3:
                    casework.undo(store, key, who="Ada", now=NOW - timedelta(days=ago))
                    events.remove(mine[-1])
        casework.do_all(store, todo, who="Ada", now=NOW - timedelta(days=ago))
    assert earned(store) == _counted(answers, events)  # type: ignore[no-untyped-call]
    assert any(0 < one.answered.hits < one.answered.n and one.better.n for one in earned(store))


def _counted(answers, events):  # type: ignore[no-untyped-def] # the oracle, written apart
    by_case = defaultdict(list)
    for key, kind, template, at in events:
        by_case[key].append((kind, template, at))
    scores = {key: (score, email, days) for key, score, email, days in answers}
    found: Any = defaultdict(lambda: [0, 0, 0, 0])
    for key, happened in by_case.items():
        for template in {template for kind, template, _ in happened if kind == "sent"}:
            first = next(place for place, event in enumerate(happened) if event[:2] == ("sent", template))
            counts = found[template]
            counts[1] += 1
            counts[0] += any(kind == "call" for kind, _, _ in happened[first + 1 :])
            score, email, _ = scores[key]
            later = sorted(
                (-days, other, after)
                for other, (after, whose, days) in scores.items()
                if other != key and whose == email and whose is not None and days < happened[first][2]
            )
            if later:
                counts[3] += 1
                counts[2] += later[0][2] > score
    rows = sorted(found.items(), key=lambda row: (-row[1][1], row[0]))
    return tuple(Earned(name, Share(a, n), Share(b, m)) for name, (a, n, b, m) in rows)
