"""The language of comments: hand-written ones, ones that cannot be told, and real ones."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.tagged import tagged
from nps.suggesting.language import language


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("The support team never answered my question", "en"),
        ("El precio es demasiado alto para nosotros", "es"),
        ("Le magasin est trop loin de chez moi", "fr"),
        ("Die Bedienung ist leider sehr umständlich", "de"),
        ("O atendimento demorou muito e não resolveu", "pt"),
        ("Il personale è sempre molto gentile", "it"),
        ("السعر مرتفع جدا مقارنة بالمنافسين", "ar"),
        ("", None),
        ("ok", None),
        ("👍🏽👍🏽👍🏽 !!!", None),
        ("\u200b\u200b 1234567 --", None),
        ("<>" * 2_000, None),
    ],
)
def test_a_language_is_told_or_not(comment: str, expected: str | None) -> None:
    assert language(comment) == expected


def test_real_comments_are_in_the_language_of_their_file(exports: Path) -> None:
    """Of 600; a few people answer in another language than they were asked in."""
    short, long = Counter[str](), Counter[str]()
    for each in tagged(exports):
        found = language(each.comment)
        told = "none" if found is None else "right" if found == each.language else "wrong"
        (long if len(each.comment) >= 40 else short)[told] += 1
    assert long["right"] >= 0.97 * long.total()
    assert short["wrong"] <= 0.05 * short.total()
    assert short["right"] >= 0.5 * short.total()
