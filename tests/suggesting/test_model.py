"""What the model learns, that it is the same each time, and that the words it tells stand in the comment."""

from functools import cache

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nps.codebook.shipped import FIRST, shipped
from nps.suggesting.both import Suggester
from nps.suggesting.model import FEWEST_TAGGED

PLANTED = "product.integrations"  # in each comment with a word of “blorb”, which no phrase is
FILLERS = ("the", "team", "uses", "it", "daily", "and", "we", "went", "home", "then", "again", "blue", "tree", "river")


def said(rng: np.random.Generator, *words: str) -> str:
    return " ".join(rng.permutation([*rng.choice(FILLERS, 8), *words]).tolist())


def world(n: int = 240, seed: int = 0) -> list[tuple[str, list[str]]]:
    """Comments of three kinds in turns: with the planted word, with a phrase that means nothing here, with neither."""
    rng = np.random.default_rng(seed)
    planted = ("blorb", "Blorbing", "BLORBED")
    kinds: tuple[tuple[tuple[str, ...], list[str]], ...] = (
        (planted, [PLANTED]),
        (("expensive",), []),
        (("tree",), ["value.fit", "commercial.price"]),
    )
    chosen = [kinds[place % 3] for place in range(n)]
    return [(said(rng, str(rng.choice(words))), codes) for words, codes in chosen]


@cache
def suggester() -> Suggester:
    return Suggester(shipped()[FIRST], world())


def test_a_planted_word_is_learnt_with_its_endings_and_told() -> None:
    known = suggester()
    rng = np.random.default_rng(9)
    for word in ("blorb", "Blorbs", "BLORBING"):
        comment = said(rng, word)
        best, *_ = known.suggest(comment)
        assert (best.code, best.source) == (PLANTED, "model")
        assert best.certainty is not None
        assert best.certainty > 0.8
        assert word in best.words
    assert PLANTED not in [each.code for each in known.suggest("the team went home")]


def test_a_rule_that_people_decline_is_learnt_to_be_wrong() -> None:
    """`expensive` is a phrase of price, and in this world nobody who says it means the price."""
    comment = "we uses it daily and expensive again"
    assert [each.code for each in Suggester(shipped()[FIRST]).suggest(comment)] == ["commercial.price"]
    assert "commercial.price" not in [each.code for each in suggester().suggest(comment)]


def test_each_code_is_suggested_once_and_rules_speak_for_what_is_not_learnt() -> None:
    found = suggester().suggest("blorb expensive and so slow, slow reports")
    assert len({each.code for each in found}) == len(found)
    assert {each.code: each.source for each in found} == {
        PLANTED: "model",
        "product.speed": "rule",
        "product.reports": "rule",
    }
    assert {each.source for each in found if each.certainty is None} == {"rule"}


@pytest.mark.parametrize(("tagged", "learns"), [(FEWEST_TAGGED - 1, False), (FEWEST_TAGGED, True)])
def test_a_code_needs_enough_tagged_comments(tagged: int, learns: bool) -> None:
    rng = np.random.default_rng(1)
    comments = [(said(rng, "blorb"), [PLANTED]) for _ in range(tagged)] + [(said(rng), []) for _ in range(60)]
    assert (PLANTED in Suggester(shipped()[FIRST], comments).model.codes) == learns


def test_the_same_comments_give_the_same_model() -> None:
    one, other = suggester().model, Suggester(shipped()[FIRST], world()).model
    assert one.codes == other.codes
    assert one.sigmoids == other.sigmoids
    assert np.array_equal(one.weights, other.weights)


def test_certainty_is_a_frequency() -> None:
    """A word that means the code in nine of ten comments, where nothing else tells, gives a certainty near 0.9."""
    rng = np.random.default_rng(2)
    comments = [(said(rng, "blorb"), [PLANTED] if place % 10 else []) for place in range(400)]
    comments += [(said(rng, "other"), []) for _ in range(400)]
    known = Suggester(shipped()[FIRST], comments)
    told = [known.suggest(said(rng, "blorb"))[0].certainty or 0 for _ in range(100)]
    assert 0.8 < sum(told) / len(told) < 0.95


ODD = st.text(st.sampled_from("blorbtree éß\u0301\u200b\u202e\u200f👍🏽<b>&;.\n'-_١ملا価格")) | st.text()


@settings(max_examples=200)
@given(ODD)
@example("<script>blorb</script>" * 100)
@example("blo\u200brb BLO\u0301RB \u202ebrolb tree\ufeff")
@example("blorb tree expensive " * 400)
@example("👍🏽" * 2_000)
@example("مرحبا blorb")
def test_no_comment_is_too_odd_and_every_word_told_stands_in_it(comment: str) -> None:
    for each in suggester().suggest(comment):
        assert each.words
        assert all(word and word in comment for word in each.words)
        assert each.certainty is None or 0 <= each.certainty <= 1
