"""Contributions add up to the NPS, are what plain arithmetic makes of single answers, and their intervals cover."""

import json
import random
from collections import Counter, defaultdict
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps.__main__ import main
from nps.codebook.book import Book
from nps.codebook.shipped import FIRST, shipped
from nps.intake import bring_in
from nps.reasons import recoding
from nps.reasons.contribution import NONE, OTHERS, Given, contributions, differences, shown
from nps.reasons.questions import by_value, over_time, people, reasons, unread
from nps.reasons.readings import read
from nps.score import Tally
from nps.selection import Selection
from nps.store import Store

NOW = datetime.fromisoformat("2026-03-01 12:00")
BOOK = shipped()[FIRST]
CODES = [*list(BOOK.codes)[:6], "gone.long-ago"]
SIGN = {"promoters": 1, "passives": 0, "detractors": -1}

votes = st.lists(
    st.tuples(st.sampled_from(sorted(SIGN)), st.lists(st.sampled_from(CODES), max_size=4, unique=True)),
    min_size=1,
    max_size=60,
)


def counted(answers: list[tuple[str, list[str]]]) -> list[Given]:
    counts = Counter((tuple(codes), band) for band, codes in answers)
    return [Given(codes, Tally(**{band: n})) for (codes, band), n in counts.items()]


@given(votes, st.sampled_from(["reason", "group"]))
def test_contributions_add_up_to_the_nps_and_equal_what_each_answer_gives(
    answers: list[tuple[str, list[str]]], level: str
) -> None:
    found = contributions(counted(answers), BOOK, level)  # type: ignore[arg-type]
    nps = 100 * sum(SIGN[band] for band, _ in answers) / len(answers)
    assert sum(row.points for row in found.rows) == pytest.approx(nps, abs=1e-9)
    shares: defaultdict[str, float] = defaultdict(float)
    having: Counter[str] = Counter()
    for band, codes in answers:
        rows = codes if level == "reason" else [code.split(".")[0] for code in codes]
        having.update(set(rows) or {NONE})
        for code in rows or [NONE]:
            shares[code] += SIGN[band] / len(rows or [NONE])
    for row in found.rows:
        assert row.n == having[row.code]
        assert row.points == pytest.approx(100 * shares[row.code] / len(answers), abs=1e-9)
        assert row.points == pytest.approx(row.brought - row.cost, abs=1e-9)
        assert min(row.brought, row.cost) >= 0
        assert -100 <= row.interval.low <= row.interval.high <= 100
    assert {row.code for row in found.rows} == set(having) | {NONE}


def test_reasons_of_few_answers_are_put_together_so_that_none_is_found_by_subtraction() -> None:
    counts = [Given((code,), Tally(promoters=n)) for code, n in (("a.x", 4), ("b.x", 9), ("c.x", 30), ("d.x", 31))]
    found = contributions(counts, BOOK)
    assert set(shown(found)) == {"c.x", "d.x"}  # 9 with 4: alone the 4 would be known
    folded = contributions(counts, BOOK, apart=shown(found))
    assert [(row.code, row.n) for row in folded.rows] == [("c.x", 30), ("d.x", 31), (OTHERS, 13), (NONE, 0)]
    assert sum(row.points for row in folded.rows) == pytest.approx(100, abs=1e-9)
    assert set(shown(contributions(counts[1:], BOOK))) == {"b.x", "c.x", "d.x"}


@given(votes, votes)
def test_what_reasons_put_between_two_groups_adds_up_to_the_difference_of_their_scores(
    ours: list[tuple[str, list[str]]], theirs: list[tuple[str, list[str]]]
) -> None:
    one, other = contributions(counted(ours), BOOK), contributions(counted(theirs), BOOK)
    found = differences(one, other)
    assert one.total.nps is not None
    assert other.total.nps is not None
    assert sum(each.points for each in found) == pytest.approx(one.total.nps - other.total.nps, abs=1e-9)
    assert all(each.interval and each.interval.low <= each.points <= each.interval.high for each in found)
    assert [each.points for each in differences(one, one)] == [0.0] * len(one.rows)


def test_a_reason_is_surely_between_two_groups_where_it_is_and_seldom_where_it_is_not() -> None:
    chance, wrong, right = random.Random(3), 0, 0
    kinds = [("detractors", (code,), 0.1) for code in CODES[:5]] + [("promoters", (), 0.5)]

    def drawn(shares: list[float]) -> list[Given]:
        times = Counter(chance.choices(range(len(kinds)), shares, k=400))
        return [Given(kinds[k][1], Tally(**{kinds[k][0]: n})) for k, n in times.items()]

    alike = [share for *_, share in kinds]
    worse = [0.25, *alike[1:5], 0.35]
    for _ in range(200):
        same = differences(contributions(drawn(alike), BOOK), contributions(drawn(alike), BOOK))
        wrong += any(each.sure for each in same)
        found = differences(contributions(drawn(worse), BOOK), contributions(drawn(alike), BOOK))
        right += any(each.sure and each.code == CODES[0] for each in found)
    assert wrong <= 15
    assert right >= 190


def test_where_nothing_has_a_reason_the_row_none_is_the_nps_with_its_interval() -> None:
    tally = Tally(40, 25, 17)
    [row] = contributions([Given((), tally)], BOOK).rows
    assert (row.code, row.n) == (NONE, 82)
    assert row.points == pytest.approx(tally.nps)
    interval = tally.interval()
    assert interval is not None
    assert row.interval.low == pytest.approx(interval.low)
    assert row.interval.high == pytest.approx(interval.high)


def test_nobody_answered_and_there_are_no_rows() -> None:
    assert contributions([], BOOK).rows == ()


def test_intervals_cover_what_is_true_in_nineteen_of_twenty_worlds() -> None:
    """Answers drawn from a known world: its contribution of each reason lies within the interval."""
    chance, n, worlds = random.Random(5), 200, 400
    kinds = [("detractors", ("a.x",), 0.1), ("promoters", ("a.x", "b.y"), 0.2), ("detractors", ("b.y",), 0.15)]
    kinds += [("passives", ("a.x",), 0.15), ("promoters", (), 0.4)]
    truth = {"a.x": 100 * (-0.1 + 0.1), "b.y": 100 * (0.1 - 0.15), NONE: 40.0}
    within: Counter[str] = Counter()
    for _ in range(worlds):
        drawn = Counter(chance.choices(range(len(kinds)), [share for *_, share in kinds], k=n))
        found = contributions([Given(kinds[k][1], Tally(**{kinds[k][0]: m})) for k, m in drawn.items()], Book("any"))
        within.update(row.code for row in found.rows if row.interval.low <= truth[row.code] <= row.interval.high)
    for code in truth:
        assert 0.92 < within[code] / worlds < 0.985, code


@pytest.fixture
def filled(store: Store) -> Store:
    """120 answers over two months and two plans; some comments were read."""
    rows = "".join(
        f"r{n},{n * 7 % 11},2026-0{1 + n % 2}-{1 + n % 28:02},{plan},{'' if n % 4 == 0 else f'what we say of it {n}'}\n"
        for n, plan in zip(range(120), ("Team", "Free", "Free") * 40, strict=True)
    )
    bring_in(store, "a.csv", ("id,nps,date,Plan,comment\n" + rows).encode(), by="Ada")
    keys = store.rows("SELECT response_key FROM responses ORDER BY response_id")
    for place, (key,) in enumerate(keys[:60]):
        codes = [["commercial.price"], ["product.speed", "product.ease"], ["service.answer", "product.speed"], []]
        read(store, key, codes[place % 4], seen=None, who="Ada", now=NOW)
    return store


def answers(store: Store) -> list[tuple[int, str, str, list[str]]]:
    """Score, month, plan and codes of each answer, straight from the tables."""
    return store.rows(
        "SELECT score, strftime(answered_at, '%Y-%m'), seg_plan, coalesce(codes, []) FROM responses "
        "LEFT JOIN readings USING (response_key)"
    )


def vote(score: int) -> int:
    return 1 if score >= 9 else -1 if score <= 6 else 0


def test_reasons_of_the_store_are_what_its_rows_add_up_to(filled: Store) -> None:
    rows = answers(filled)
    found = reasons(filled, Selection())
    assert found.total.n == 120
    assert sum(row.points for row in found.rows) == pytest.approx(found.total.nps, abs=1e-9)
    for row in found.rows:
        mine = [(score, codes) for score, _, _, codes in rows if (row.code in codes if row.code != NONE else not codes)]
        assert row.n == len(mine)
        assert row.points == pytest.approx(100 * sum(vote(s) / max(1, len(codes)) for s, codes in mine) / 120, abs=1e-9)
    whole = reasons(filled, Selection(), "group").of("product")
    assert whole is not None
    assert whole.n == sum(any(code.startswith("product") for code in codes) for *_, codes in rows)
    told = unread(filled, Selection())
    was_read = "SELECT comment IS NOT NULL, codes IS NOT NULL FROM responses LEFT JOIN readings USING (response_key) "
    left = Counter(filled.rows(was_read + "WHERE len(coalesce(codes, [])) = 0"))
    assert (told.silent, told.unread) == (left[False, False], left[True, False])
    assert told.read == left[False, True] + left[True, True] == 15


def test_reasons_over_time_and_by_segment_are_those_of_each_part(filled: Store) -> None:
    rows = answers(filled)
    months = over_time(filled, Selection(), "month", "reason")
    assert [f"{start:%Y-%m}" for start in months] == ["2026-01", "2026-02"]
    plans = by_value(filled, Selection(), "seg_plan", "reason")
    parts = [(months[start], 1, f"{start:%Y-%m}") for start in months] + [(plans[p], 2, p) for p in ("Free", "Team")]
    for found, place, name in parts:
        mine = [row for row in rows if row[place] == name]
        assert found.total.n == len(mine)
        assert sum(row.points for row in found.rows) == pytest.approx(
            100 * sum(vote(row[0]) for row in mine) / len(mine), abs=1e-9
        )


def test_a_reason_leads_to_its_people_also_when_another_one_was_merged_into_it(filled: Store) -> None:
    price = [row.key for row in people(filled, Selection(), "commercial.price", limit=100)]
    assert len(price) == 15
    product = people(filled, Selection(), "product", limit=100)
    assert len(product) == 30
    assert [row.score for row in product] == sorted(row.score for row in product if row.score is not None)
    assert len(people(filled, Selection(), NONE, limit=100)) == 75
    recoding.do(filled, "merge", {"code": "commercial.price", "into": "product.ease"}, seen=0, who="Ada", now=NOW)
    assert len(people(filled, Selection(), "product.ease", limit=100)) == 30
    merged = reasons(filled, Selection())
    ease = merged.of("product.ease")
    assert ease is not None
    assert ease.n == 30
    assert merged.of("commercial.price") is None
    assert sum(row.points for row in merged.rows) == pytest.approx(merged.total.nps, abs=1e-9)


def test_the_command_prints_contributions_that_add_up(filled: Store, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(filled.path)
    filled.close()
    assert main(["reasons", "--store", path, "--json", "--where", "Plan=Free"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert sum(row["contribution"] for row in told["reasons"]) == pytest.approx(told["nps"], abs=1e-9)
    assert {"code", "n", "contribution", "low", "high"} < set(told["reasons"][0])
    assert told["reasons"][-1]["code"] == "none"
    assert told["n"] == 80
    assert main(["reasons", "--store", path, "--groups"]) == 0
    assert "Product: " in capsys.readouterr().out
    Store.open(path).close()
