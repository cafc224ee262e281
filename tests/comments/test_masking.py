"""What is personal in a comment is hidden, whatever stands around it; what is not stays."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps.comments.masking import EMAIL, LINK, NAME, PHONE, masked

WORDS = st.lists(
    st.sampled_from(
        ["The", "export", "broke", "twice.", "Très", "lent!", "(since", "May)", "3", "weeks,", "5-10", "€20"]
    ),
    max_size=6,
    unique=True,
).map(" ".join)
ADDRESSES = st.builds(
    "{}@{}.{}".format,
    st.text("abcäZ09._+-", min_size=1, max_size=12).filter(lambda text: text[0].isalnum()),
    st.from_regex(r"[a-z0-9]{1,8}(-[a-z]{1,4})?", fullmatch=True),
    st.sampled_from(["com", "co.uk", "example"]),
)
NUMBERS = st.builds(
    lambda lead, groups, gap: lead + gap.join(groups),
    st.sampled_from(["+", "00", "", "(0"]),
    st.lists(st.from_regex(r"[0-9]{2,4}", fullmatch=True), min_size=4, max_size=5),
    st.sampled_from([" ", "-", ".", "", " / ", "\N{NO-BREAK SPACE}"]),
).map(lambda text: text.replace("(0", "(0") + (")" if text.startswith("(") else ""))
LINKS = st.builds(
    "{}{}{}".format,
    st.sampled_from(["https://", "http://", "HTTPS://www.", "www."]),
    st.sampled_from(["app.example.com", "example.org:8080", "bücher.example"]),
    st.sampled_from(["/u/4711", "?user=ada", "/#/account/ada%20osei", "/a b".replace(" ", "_")]),
)
NAMES = ("Ada Osei", "José-María Núñez", "O'Brien", "李小龍", "Will Long", "Şule Şahin")
SPELLINGS = (
    "Ada Osei",
    "ADA",
    "ada osei",
    "Osei",
    "Jose Maria Nunez",
    "José",
    "O’Brien",
    "李小龍",
    "Will",
    "Sahin",
    "Ada\nOsei",
)


@given(WORDS, st.one_of(ADDRESSES, NUMBERS, LINKS), WORDS)
def test_addresses_numbers_and_links_never_remain(before: str, personal: str, after: str) -> None:
    text = masked(f"{before} {personal} {after}")
    assert personal not in text
    assert any(sign in text for sign in (EMAIL, PHONE, LINK))


@given(WORDS, st.sampled_from(SPELLINGS), st.sampled_from(["", "'s", "’s", ".", "!", ")"]), WORDS)
def test_names_never_remain_however_they_are_written(before: str, name: str, ends: str, after: str) -> None:
    text = masked(f"{before} {name}{ends} {after}", NAMES)
    assert NAME in text
    assert name not in text


@given(WORDS)
def test_nothing_else_is_touched(text: str) -> None:
    assert masked(text, NAMES) == text


@given(st.text(max_size=60), st.lists(st.sampled_from(NAMES), max_size=3))
def test_what_is_masked_stays_as_it_is(text: str, names: list[str]) -> None:
    once = masked(text, names)
    assert masked(once, names) == once


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mail me: ada@x.example, or call +49 (0)30 / 123 456-78.", f"Mail me: {EMAIL}, or call {PHONE}."),
        ("Since 2026-11-22 and 1.3.2025, until 22/11/26", "Since 2026-11-22 and 1.3.2025, until 22/11/26"),
        ("On 2026-11-22 10:30 it failed", "On 2026-11-22 10:30 it failed"),
        ("see example.com or https://example.com", "see example.com or https://example.com"),
        ("see app.example.com/users/4711?tab=2.", f"see {LINK}"),
        ("<https://x.example/u?id=7>", f"<{LINK}>"),
        ("Ada will, Will may; in the long run Long won", f"{NAME} will, {NAME} may; in the long run {NAME} won"),
        ("Canada and Oseille", "Canada and Oseille"),
        ("and/or 24/7", "and/or 24/7"),
        ("IBAN DE89 3704 0044 0532 0130 00", f"IBAN DE89 {PHONE}"),
    ],
)
def test_examples(text: str, expected: str) -> None:
    assert masked(text, NAMES) == expected


def test_long_runs_without_spaces_do_not_take_long() -> None:
    for piece in ("a", "a.", "1", "1 ", "a-", "@", "www.", "http://", "a/"):
        text = piece * 4_000
        assert len(masked(text, NAMES)) <= len(text) + len(NAME)
    assert re.fullmatch(r"\[phone\] ?", masked("1 " * 4_000))
