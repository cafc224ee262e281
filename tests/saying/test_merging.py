"""Merge fields: known by name, blocking without a value, and never read twice; what data holds stays text."""

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps.errors import Refused
from nps.rows import Response
from nps.saying import playbook, templates
from nps.saying.known import Writer, first_name, many_lines, one_line, quoted, values
from nps.saying.merging import FIELDS, merge, slots
from nps.saying.templates import Template, defaults, fitting

RESPONSE = Response(
    key="id nps 1",
    score=2,
    answered_at=datetime.fromisoformat("2026-03-14 09:00"),
    comment="The export failed again.",
    name="Ada Osei",
    email="ada@example.com",
    account="Wytheholm",
    survey="Relationship",
    segments=(),
    state=None,
    contacted_at=None,
    contacted_by=None,
)
WRITER = Writer("Ben Ortiz", "ben@example.com", "+44 20 7946 0000")
TEMPLATE = Template("t", "T", "Hello {first_name|there}", "You: {quote}\n\n{agent}")


def test_a_field_takes_its_value_and_else_its_fallback() -> None:
    assert merge("Hi {first_name|there}, {agent}", {"first_name": "Ada", "agent": "Ben"}).text == "Hi Ada, Ben"
    assert merge("Hi {first_name|there}", {}) == merge("Hi there", {})
    assert merge("a{account|}b", {"account": ""}).text == "ab"
    assert merge("{{first_name}}", {"first_name": "Ada"}).text == "{first_name}"


def test_a_field_without_value_and_fallback_blocks_and_is_seen() -> None:
    merged = merge("{next_step} by {by_when}, {next_step}", {})
    assert merged.text == "[next_step] by [by_when], [next_step]"
    assert merged.missing == ("next_step", "by_when")


@pytest.mark.parametrize("text", ["{", "a } b", "{first_name", "{{}", "{a{b}}", "}{"])
def test_a_brace_without_its_twin_is_refused(text: str) -> None:
    with pytest.raises(Refused, match=r"brace|no field"):
        slots(text)


def test_an_unknown_field_is_refused_with_those_there_are() -> None:
    with pytest.raises(Refused, match=r"no field \{frist_name\}\. The fields are first_name, name"):
        replace(TEMPLATE, body="Dear {frist_name|you}")


@pytest.mark.parametrize("name", ["score", "nps", "rating"])
def test_the_score_is_not_offered(name: str) -> None:
    with pytest.raises(Refused, match="the score is never mentioned"):
        slots(f"You gave {{{name}|us}}")


@pytest.mark.parametrize(
    "said",
    [
        "Your score was low",
        "give us 10 out of 10",
        "our NPS fell",
        "we hope for a higher rating",
        "a 9 of 10",
        "about NPS",
    ],
)
def test_a_text_that_mentions_the_score_is_refused(said: str) -> None:
    with pytest.raises(Refused, match="never mentioned"):
        replace(TEMPLATE, body=said)


def test_a_public_review_is_asked_for_whatever_the_score() -> None:
    with pytest.raises(Refused, match="whatever the score"):
        replace(TEMPLATE, ask="review", scores=(9, 10))


texts = st.text(st.characters(codec="utf-8"), max_size=60) | st.sampled_from(
    ["{name}", "{{", "}", "{quote|x}", "{0}", "%s", "a\r\nBcc: eve@example.com", "\u202eevil", "\x00", "\u2028x"]
)


@given(st.dictionaries(st.sampled_from(sorted(FIELDS)), texts), st.lists(st.sampled_from(sorted(FIELDS))))
def test_what_is_merged_in_is_never_read_again(known: dict[str, str], fields: list[str]) -> None:
    text = "<" + "><".join(f"{{{field}|-}}" for field in fields) + ">"
    assert merge(text, known).text == "<" + "><".join(known.get(field) or "-" for field in fields) + ">"


@given(texts, texts, texts, texts)
def test_values_are_one_line_each_without_what_cannot_be_seen(name: str, account: str, comment: str, line: str) -> None:
    row = replace(RESPONSE, name=name, account=account, comment=comment)
    for value in values(row, Writer(name, "", line)).values():
        assert value == " ".join(value.split())
        assert value.isprintable()
        assert len(value) <= 260


@given(texts)
def test_a_text_of_many_lines_keeps_its_line_feeds_alone(text: str) -> None:
    clean = many_lines(text)
    assert all(char == "\n" or char.isprintable() for char in clean)
    assert many_lines(clean) == clean
    assert one_line(clean, 10_000) == one_line(text, 10_000)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Ada Osei", "Ada"),
        ("Osei, Ada", "Ada"),
        ("Dr. Ada Osei", "Ada"),
        ("ADA OSEI", "Ada"),
        ("ada", "Ada"),
        ("J. Smith", ""),
        ("J Smith", ""),
        ("Jean-Luc Picard", "Jean-Luc"),
        ("Ng", "Ng"),
        ("info@example.com", ""),
        ("Customer 17", ""),
        ("Zoë", "Zoë"),
        ("", ""),
        (None, ""),
        ("Osei, Ada, Dr", ""),
    ],
)
def test_the_first_name_is_told_or_left_out(name: str | None, first: str) -> None:
    assert first_name(name) == first


def test_a_quote_is_cut_between_words_and_has_one_pair_of_marks() -> None:
    assert quoted('He said "no" and\nleft') == "“He said 'no' and left”"
    long = quoted("word " * 100)
    assert long.endswith("word…”")
    assert len(long) <= 242
    assert quoted(" \n\t") == ""


def test_the_values_of_a_customer() -> None:
    assert values(RESPONSE, WRITER) == {
        "first_name": "Ada",
        "name": "Ada Osei",
        "account": "Wytheholm",
        "quote": "“The export failed again.”",
        "you_wrote": "You wrote: “The export failed again.”",
        "survey": "Relationship",
        "month": "March 2026",
        "agent": "Ben Ortiz",
        "agent_first_name": "Ben",
        "direct_line": "+44 20 7946 0000",
    }


def test_the_shipped_templates_serve_every_score_and_only_wait_for_the_agent() -> None:
    for score in range(11):
        best = fitting(defaults().values(), score)[0]
        assert not best.ask, "the first one offered asks no favour"
        assert len(best.body.split()) < 120
        assert best.body.count("?") <= 1
    for template in defaults().values():
        assert set(template.needs()) <= {"agent", "next_step", "by_when", "detail"}
        draft = template.draft({"agent": "Ben", "next_step": "I call", "by_when": "Friday", "detail": "it broke"})
        assert not draft.missing
        assert "[" not in draft.subject + draft.body
        assert "http" not in draft.body
    assert {t.name for t in defaults().values() if t.ask} == {"story", "reference", "review"}


@pytest.mark.parametrize("score", range(11))
def test_a_public_review_is_offered_for_every_score_alike(score: int) -> None:
    assert "review" in [template.name for template in fitting(defaults().values(), score)]


def test_a_reason_comes_before_the_score() -> None:
    assert fitting(defaults().values(), 2)[0].name == "detractor-1-2"
    assert fitting(defaults().values(), 2, ["Price"])[0].name == "price"
    retired = [replace(template, retired=True) for template in defaults().values()]
    assert fitting(retired, 2) == ()


def test_the_playbook_serves_every_score_and_adds_reasons() -> None:
    plays = playbook.defaults().values()
    for score in range(11):
        [only] = playbook.plays_for(plays, score)
        assert only.name.startswith("score-")
        assert only.steps
    names = [play.name for play in playbook.plays_for(plays, 0, ["support", "PRICE"])]
    assert names == ["score-0", "reason-support", "reason-price"]
    assert [play.name for play in playbook.plays_for(plays, 10, ["price"])] == ["score-9-10"]
    found = playbook.plays_for(plays, 0, ["support"])
    assert playbook.steps(found) == (*found[0].steps, *found[1].steps)
    assert found[0].advice()[1] == ("Apologise", "Yes, twice: at the start and at the end")
    assert templates.NAME.fullmatch(found[0].name)
