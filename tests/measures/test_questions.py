"""The counts that the store answers with, against a plain walk over the rows."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from nps import context
from nps.clock import now
from nps.measures import questions
from nps.measures.questions import SQL
from nps.score import Tally
from nps.selection import Period, Selection
from nps.store import Store
from tests.pages.opening import bring_in, filled

YEAR = Selection.of(period=Period(date(2025, 11, 1), date(2026, 11, 1)))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = Store.open(filled(tmp_path_factory.mktemp("measures") / "nps.duckdb"))
    yield store
    store.close()


def _rows(store: Store, metric: str) -> list[dict[str, object]]:
    names = ("account", "plan", "revenue", "score", "day")
    rows = store.rows(
        "SELECT coalesce(account, email, customer, response_key), seg_plan, seg_account_revenue, score,"
        " answered_at::DATE FROM responses WHERE metric = $metric AND score IS NOT NULL ORDER BY answered_at",
        {"metric": metric},
    )
    return [dict(zip(names, row, strict=True)) for row in rows if date(2025, 11, 1) <= row[-1] < date(2026, 11, 1)]


def _tally(scores: list[int]) -> Tally:
    return Tally(sum(s >= 9 for s in scores), sum(s in (7, 8) for s in scores), sum(s <= 6 for s in scores))


def test_accounts_are_counted_by_how_their_votes_fall_and_what_they_weigh(sample: Store) -> None:
    by_account, revenue = defaultdict[object, list[int]](list), {}
    for row in _rows(sample, "nps"):
        by_account[row["account"]].append(int(str(row["score"])))
        revenue[row["account"]] = float(str(row["revenue"]))
    expected = Counter((_tally(scores), revenue[account]) for account, scores in by_account.items())
    found = questions.accounts_by_number(sample, YEAR, "seg_account_revenue")
    assert {(each.tally, each.weight): each.accounts for each in found} == expected
    plain = questions.accounts(sample, YEAR)
    assert {each.weight for each in plain} == {None}, "nothing is known of revenue beside the answers"
    assert Counter({each.tally: each.accounts for each in plain}) == Counter(map(_tally, by_account.values()))


def test_revenue_is_that_of_the_customers_context_and_two_names_of_one_account_are_one(store: Store) -> None:
    text = "score,date,email,account\n9,2026-03-01,a@acme.example,Acme\n2,2026-03-02,b@acme.example,\n"
    bring_in(store, "answers.csv", text + "10,2026-03-03,c@other.example,Other\n", score="score")
    known = "company,domain,arr\nAcme,acme.example,5000\n"
    context.bring_in(store, context.read("accounts.csv", known.encode()), by="Ada", now=now())
    people = "name,email,company\nBo,b@acme.example,Acme\n"
    context.bring_in(store, context.read("people.csv", people.encode()), by="Ada", now=now())
    found = {(each.tally, each.weight): each.accounts for each in questions.accounts(store, Selection())}
    assert found == {(Tally(1, 0, 1), 5000.0): 1, (Tally(1, 0, 0), None): 1}


def test_votes_of_accounts_by_value(sample: Store) -> None:
    cells: dict[object, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row in _rows(sample, "nps"):
        cells[row["account"]][str(row["plan"])].append(int(str(row["score"])))
    expected = Counter(
        tuple(sorted((plan, _tally(scores)) for plan, scores in plans.items())) for plans in cells.values()
    )
    found = questions.accounts_by_value(sample, YEAR, "seg_plan")
    assert {each.cells: each.accounts for each in found} == expected


@pytest.mark.parametrize(("metric", "lowest"), [("csat", 4), ("ces", 5)])
def test_the_satisfied_over_time_and_by_value(sample: Store, metric: str, lowest: int) -> None:
    months, plans = defaultdict(list), defaultdict(list)
    for row in _rows(sample, metric):
        day = row["day"]
        assert isinstance(day, date)
        months[day.replace(day=1)].append(row["score"])
        plans[row["plan"]].append(row["score"])
    named = Selection.of(period=YEAR.period, survey="Relationship NPS")  # a survey that asks for NPS alone
    for selection in (YEAR, named):
        found = questions.satisfied_over_time(sample, selection, metric, "month")
        assert {each.start: (each.share.count, each.share.n) for each in found} == {
            month: (sum(int(str(s)) >= lowest for s in scores), len(scores)) for month, scores in months.items()
        }
        by_plan = questions.satisfied_by_segment(sample, selection, metric, "seg_plan")
        assert {label: (share.count, share.n) for label, share in by_plan} == {
            plan: (sum(int(str(s)) >= lowest for s in scores), len(scores)) for plan, scores in plans.items()
        }


def test_every_question_has_a_function_and_a_file_of_one_name() -> None:
    asked = {name for name, each in vars(questions).items() if hasattr(each, "topics")}
    assert asked == {path.stem for path in Path(SQL).glob("*.sql")}
