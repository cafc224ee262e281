"""A selection is one value: it survives the URL, ignores what it does not know, and reads as a sentence."""

from collections.abc import Callable
from datetime import date, timedelta
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps.errors import Refused
from nps.selection import NOT_GIVEN, PERIOD_DAYS, PERIOD_WORDS, UNITS, Period, Selection, day, in_words

COLUMNS = ("seg_plan", "seg_region", "seg_journey_stage")
LABELS = {"seg_plan": "Plan", "seg_region": "Region"}

days = st.dates(date(1990, 1, 1), date(2100, 1, 1))
values = st.text(min_size=1, max_size=12) | st.just(NOT_GIVEN)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start, end = draw(st.none() | days), draw(st.none() | days)
    if start and end:
        start, end = min(start, end), max(start, end) + timedelta(days=1)
    return Period(start, end)


selections = st.builds(
    lambda period, survey, unit, filters: Selection.of(period=period, survey=survey, unit=unit, filters=filters),
    periods(),
    st.none() | st.text(min_size=1, max_size=20),
    st.sampled_from(UNITS),
    st.dictionaries(st.sampled_from(COLUMNS), st.lists(values, max_size=4)),
)


@given(selections)
def test_a_selection_comes_back_from_its_url(selection: Selection) -> None:
    assert Selection.from_query(selection.to_query(), columns=COLUMNS) == selection


@given(selections)
def test_a_selection_comes_back_from_the_text_of_a_link(selection: Selection) -> None:
    text = urlencode(selection.to_query(), doseq=True)
    assert Selection.from_query(parse_qs(text, keep_blank_values=True), columns=COLUMNS) == selection


@given(selections)
def test_equal_selections_have_equal_urls_hashes_and_texts(selection: Selection) -> None:
    again = Selection.of(
        period=selection.period,
        survey=selection.survey,
        unit=selection.unit,
        filters={column: [*reversed(chosen), *chosen] for column, chosen in reversed(selection.filters)},
    )
    assert again == selection
    assert (hash(again), repr(again), again.to_query()) == (hash(selection), repr(selection), selection.to_query())


def test_all_time_says_so_in_the_url() -> None:
    assert Selection().to_query() == {"period": ["All time"]}
    assert Selection.from_query({}) == Selection()


@given(selections, st.sampled_from(COLUMNS))
def test_a_view_leaves_out_its_own_filter_and_no_other(selection: Selection, column: str) -> None:
    seen = selection.without(column)
    assert column not in seen.columns
    assert seen.without(column) == seen
    assert dict(seen.filters) == {name: chosen for name, chosen in selection.filters if name != column}
    assert (seen.period, seen.survey, seen.unit) == (selection.period, selection.survey, selection.unit)


@given(selections, st.sampled_from(COLUMNS), st.lists(values, min_size=1, max_size=3))
def test_narrowing_one_segment_replaces_its_filter(selection: Selection, column: str, chosen: list[str]) -> None:
    narrowed = selection.only(column, *chosen)
    assert dict(narrowed.filters)[column] == tuple(sorted(set(chosen)))
    assert narrowed.without(column) == selection.without(column)
    assert narrowed.only(column, *chosen) == narrowed
    assert narrowed.only(column) == selection.without(column)


@given(selections, periods())
def test_another_period_changes_nothing_else(selection: Selection, period: Period) -> None:
    moved = selection.during(period)
    assert moved.period == period
    assert moved.during(selection.period) == selection


@given(selections)
def test_the_period_before_is_as_long_and_ends_where_this_one_starts(selection: Selection) -> None:
    before = selection.before()
    if selection.period.start is None or selection.period.end is None:
        assert before is None
        return
    assert before is not None
    assert before.period.end == selection.period.start
    assert before.period.days == selection.period.days
    assert before.during(selection.period) == selection


def test_there_is_nothing_before_the_beginning_of_the_calendar() -> None:
    assert Period(date(1, 1, 1), date(2025, 1, 1)).before() is None
    assert Selection(period=Period(date(2, 1, 1), date(2025, 1, 1))).before() is None


@pytest.mark.parametrize("name", PERIOD_DAYS)
def test_a_named_period_ends_with_the_newest_answer(name: str) -> None:
    period = Period.latest(name, newest=date(2025, 11, 3))
    assert period.end == date(2025, 11, 4)
    assert period.days == PERIOD_DAYS[name]
    assert name in PERIOD_WORDS


@pytest.mark.parametrize("name", ["all", "custom", "unheard of", ""])
def test_another_name_means_all_time(name: str) -> None:
    assert Period.latest(name, newest=date(2025, 11, 3)) == Period()


def test_without_an_answer_a_named_period_is_all_time() -> None:
    assert Period.latest("12m", newest=None) == Period()


def test_a_date_that_stands_for_never_does_not_break_the_named_periods() -> None:
    """Some exports write 31 December 9999 where there is no date."""
    period = Period.latest("30d", newest=date.max)
    assert period.end == date.max
    assert period.days == 30


def test_period_of_days_includes_the_last_one() -> None:
    period = Period.through(date(2025, 11, 1), date(2025, 11, 30))
    assert period == Period(date(2025, 11, 1), date(2025, 12, 1))
    assert period.days == 30
    assert Period.through(date(2025, 11, 1), date(2025, 11, 1)).days == 1
    assert Period.through(None, None) == Period()


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(Refused, match="ends on 1 Nov 2025, before it starts on 2 Nov 2025"):
        Period.through(date(2025, 11, 2), date(2025, 11, 1))
    with pytest.raises(Refused, match="before it starts"):
        Selection.from_query({"from": ["2025-11-02"], "to": ["2025-11-01"]})


@pytest.mark.parametrize("name", ["from", "to"])
@pytest.mark.parametrize(
    "text", ["yesterday", "", "2025-02-30", "2025-13-01", "1/2/2025", "2025-11-03T10:00", "0000-01-01"]
)
def test_what_is_no_day_is_refused(name: str, text: str) -> None:
    with pytest.raises(Refused, match="is not a day"):
        Selection.from_query({name: [text]})


@pytest.mark.parametrize("query", [{"to": ["9999-12-31"]}, {"from": ["0001-01-01"], "to": ["2025-11-03"]}])
def test_a_day_at_the_end_of_the_calendar_is_no_failure(query: dict[str, list[str]]) -> None:
    selection = Selection.from_query(query)
    assert selection.before() is None
    assert Selection.from_query(selection.to_query()) == selection
    assert selection.sentence({})


def test_a_day_comes_back() -> None:
    assert day("2025-11-03") == date(2025, 11, 3)


@pytest.mark.parametrize("unit", ["", "household", "RESPONSE", "response; DROP TABLE responses"])
def test_an_unknown_unit_falls_back(unit: str) -> None:
    assert Selection.from_query({"unit": [unit]}).unit == "response"


def test_unknown_parameters_and_columns_are_ignored() -> None:
    query = {"seg_gone": ["x"], "utm_source": ["mail"], "period": ["12m"], "seg_plan": ["Team"], "survey": [""]}
    assert Selection.from_query(query, columns=COLUMNS) == Selection.of(filters={"seg_plan": ["Team"]})
    assert Selection.from_query(query) == Selection()


def test_a_parameter_without_values_is_ignored() -> None:
    query: dict[str, list[str]] = {"unit": [], "survey": [], "from": [], "seg_plan": []}
    assert Selection.from_query(query, columns=COLUMNS) == Selection()


@pytest.mark.parametrize(
    ("selection", "sentence"),
    [
        (Selection(), "all time · all surveys"),
        (Selection(period=Period(date(2025, 1, 1))), "since 1 Jan 2025 · all surveys"),
        (Selection(period=Period(None, date(2025, 2, 1))), "until 31 Jan 2025 · all surveys"),
        (
            Selection.of(
                period=Period(date(2024, 11, 4), date(2025, 11, 4)),
                survey="Relationship",
                unit="account",
                filters={"seg_plan": ["Team", "Free"], "seg_region": [NOT_GIVEN]},
            ),
            "4 Nov 2024 to 3 Nov 2025 · Relationship · Plan: Free or Team · Region: (not given) · latest per account",
        ),
        (Selection.of(unit="person"), "all time · all surveys · latest per person"),
        (Selection.of(filters={"seg_journey_stage": ["Trial"]}), "all time · all surveys · seg_journey_stage: Trial"),
    ],
)
def test_a_selection_reads_as_a_sentence(selection: Selection, sentence: str) -> None:
    assert selection.sentence(LABELS) == sentence


@given(selections)
def test_every_choice_stands_in_the_sentence(selection: Selection) -> None:
    sentence = selection.sentence(LABELS)
    for _, chosen in selection.filters:
        assert all(value in sentence for value in chosen)
    for bound, shown in ((selection.period.start, 0), (selection.period.end, 1)):
        if bound:
            assert in_words(bound - timedelta(days=shown)) in sentence


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.during(Period(date(2025, 1, 1))),
        lambda s: s.only("seg_plan", "Team"),
        lambda s: s.without("seg_plan"),
        lambda s: s.before(),
    ],
)
def test_a_selection_itself_never_changes(change: Callable[[Selection], object]) -> None:
    selection = Selection.of(period=Period(date(2025, 1, 1), date(2025, 2, 1)), filters={"seg_plan": ["Free"]})
    text = repr(selection)
    change(selection)
    assert repr(selection) == text


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        (date(2026, 1, 1), date(2026, 4, 1), date(2025, 1, 1), date(2025, 4, 1)),
        (date(2024, 2, 1), date(2024, 3, 1), date(2023, 2, 1), date(2023, 3, 1)),
        (date(2024, 2, 29), date(2024, 3, 31), date(2023, 3, 1), date(2023, 3, 31)),
        (date(2024, 2, 1), date(2024, 2, 29), date(2023, 2, 1), date(2023, 3, 1)),  # through 28 February in both years
    ],
)
def test_the_same_days_of_the_year_before(start: date, end: date, first: date, last: date) -> None:
    assert Period(start, end).a_year_before() == Period(first, last)
    assert Period(start).a_year_before() is None
    assert Period(date(1, 5, 1), date(1, 6, 1)).a_year_before() is None


near_days = st.dates(date(2026, 1, 1), date(2026, 1, 9))
near_periods = st.builds(Period, st.none() | near_days, st.none() | near_days).filter(
    lambda period: not (period.start and period.end) or period.start < period.end
)


@given(near_periods, near_periods)
def test_periods_overlap_where_they_share_a_day(one: Period, other: Period) -> None:
    def has(period: Period, day: date) -> bool:
        return (period.start or date.min) <= day < (period.end or date.max)

    near = [date(2025, 12, 1) + timedelta(number) for number in range(70)]
    assert one.overlaps(other) == any(has(one, day) and has(other, day) for day in near)
