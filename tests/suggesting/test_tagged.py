"""Real comments that a person tagged: they are the ones that were read, and suggestions for them are worth reading."""

from collections import Counter
from pathlib import Path

from benchmarks.suggestions import WAYS, judged
from benchmarks.tagged import tagged


def test_the_tags_are_of_the_comments_that_were_read(exports: Path) -> None:
    every = tagged(exports)
    assert Counter(each.source for each in every) == {
        "retail": 240,
        "english": 150,
        "spanish": 70,
        "portuguese": 60,
        "cncf": 45,
        "carpentries": 35,
    }
    for each in every:
        assert set(each.codes) <= {code.code for code in each.book.offered}
        assert len(set(each.codes)) == len(each.codes)


def test_suggestions_for_real_comments_are_mostly_right_and_find_most(exports: Path) -> None:
    """Floors a little below what docs/reasons.md says, for those of shops; the model never saw what it is judged on."""
    comments = [each for each in tagged(exports) if each.source == "retail"]
    found = judged(comments)
    true = [frozenset(each.codes) for each in comments]
    precision, recall = {}, {}
    for way in WAYS:
        right = sum(len(a & b) for a, b in zip(found[way], true, strict=True))
        precision[way] = right / sum(map(len, found[way]))
        recall[way] = right / sum(map(len, true))
    assert precision["rules"] > 0.7
    assert recall["rules"] > 0.7
    assert precision["model"] > 0.78
    assert precision["both"] > 0.7
    assert recall["both"] > 0.7
    assert precision["most frequent"] < 0.3
