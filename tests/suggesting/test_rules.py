"""Which codes the phrases of the codebook suggest, what negation does, and that no comment is too odd."""

from collections.abc import Mapping

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nps.codebook.book import Book, Code
from nps.codebook.shipped import shipped
from nps.suggesting.rules import Rules

RULES = {name: Rules(book) for name, book in shipped().items()}


def rules(**words: Mapping[str, tuple[str, ...]]) -> Rules:
    codes = {f"g.{name}": Code(f"g.{name}", name, "g", words=its) for name, its in words.items()}
    return Rules(Book("own", {"g": "Group"}, codes))


@pytest.mark.parametrize(
    ("comment", "language", "found"),
    [
        ("Too EXPENSIVE for us", "en", {"commercial.price": ("EXPENSIVE",)}),
        ("Not expensive at all.", "en", {"commercial.price": ("expensive",)}),
        ("Not easy, and not because of the price", "en", {"product.ease": ("easy",)}),
        ("I never needed support, but it is slow", "en", {"product.speed": ("slow",)}),
        ("Nothing to say about the support", "en", {}),
        ("Muy caro", "es", {"commercial.price": ("caro",)}),
        ("No es caro, sin problemas", "es", {"commercial.price": ("caro",)}),
        ("Nunca he necesitado el soporte", "es", {}),
        ("C'est pas cher !", "fr", {"commercial.price": ("cher",)}),
        ("Ce n'est pas à cause du prix", "fr", {}),
        ("Jamais eu besoin du support. Simple.", "fr", {"product.ease": ("Simple",)}),
        ("Nicht teuer, kein Problem", "de", {"commercial.price": ("teuer",)}),
        ("Den Support habe ich noch nie gebraucht", "de", {}),
        ("Nicht wegen der Preise, sondern zu langsam", "de", {"product.speed": ("langsam",)}),
        ("Não é caro", "pt", {"commercial.price": ("caro",)}),
        ("Nunca precisei do suporte, sem problemas", "pt", {}),
        ("Muito lento e nada fácil", "pt", {"product.speed": ("lento",), "product.ease": ("fácil",)}),
    ],
)
def test_negation_keeps_a_topic_and_a_denial_drops_it(
    comment: str, language: str, found: Mapping[str, tuple[str, ...]]
) -> None:
    suggested = RULES["B2B software"].suggest(comment, language)
    assert {each.code: each.words for each in suggested} == found
    assert {(each.source, each.certainty) for each in suggested} <= {("rule", None)}


def test_a_denial_ends_with_its_clause_and_reaches_four_words() -> None:
    own = rules(price={"en": ("price",)})
    assert own.suggest("not about the price") == ()
    assert own.suggest("not about a b c d price") == ()
    assert own.suggest("not about a b c d e price") != ()
    assert own.suggest("not about you. price") != ()
    assert own.suggest("not about you but price") != ()
    assert own.suggest("price, not about you") != ()


def test_phrases_are_met_at_whole_words_in_one_clause() -> None:
    own = rules(load={"en": ("loading time*", "slow")}, ease={"en": ("user-friendly", "éas*")})
    assert [each.words for each in own.suggest("The Loading  TIMES!")] == [("Loading  TIMES",)]
    assert own.suggest("loading. time") == ()
    assert own.suggest("loading, at that time") == ()
    assert own.suggest("slowest please") == ()
    assert [each.words for each in own.suggest("User friendly, EÁSY")] == [("User friendly", "EÁSY")]


def test_of_overlapping_phrases_the_longer_speaks() -> None:
    own = rules(ease={"en": ("easy",)}, returns={"en": ("easy to return",)}, both={"en": ("easy",)})
    assert [each.code for each in own.suggest("It was easy to return")] == ["g.returns"]
    assert [each.code for each in own.suggest("easy to return, and easy")] == ["g.returns", "g.ease", "g.both"]


def test_the_code_with_the_most_phrases_comes_first() -> None:
    own = rules(price={"en": ("price", "cheap")}, speed={"en": ("slow",)})
    assert [(each.code, each.words) for each in own.suggest("slow, but cheap: a price! A price")] == [
        ("g.price", ("cheap", "price")),
        ("g.speed", ("slow",)),
    ]


def test_a_comment_of_another_language_is_looked_at_with_all_phrases() -> None:
    own = rules(price={"en": ("price",), "fr": ("prix",)})
    assert own.suggest("prix price", "en")[0].words == ("price",)
    assert own.suggest("prix price", "it")[0].words == ("prix", "price")
    assert own.suggest("prix price")[0].words == ("prix", "price")


ODD = st.text(st.sampled_from("pricePRICE éß\u0301\u200b\u202e\u200f👍🏽<b>&;.\n'-_١ملا価格")) | st.text()


@given(ODD)
@example("<script>alert('price')</script>" * 100)
@example("p\u200brice pri\u0301ce \u202eecirp PRICE\ufeff")
@example("👍🏽" * 50)
@example("السعر مرتفع price")
@example("price " * 700)
@example("ﬁne PRİCE ΐ ŉ")
def test_no_comment_is_too_odd_and_every_word_told_stands_in_it(comment: str) -> None:
    for language in ("en", None):
        for book in RULES.values():
            for each in book.suggest(comment, language):
                assert each.words
                assert all(word and word in comment for word in each.words)


def test_every_shipped_code_has_phrases_in_every_language_and_each_suggests_its_code() -> None:
    for name, book in shipped().items():
        for code in book.offered:
            assert set(code.words) == {"en", "es", "fr", "de", "pt"}
            for language, phrases in code.words.items():
                for phrase in phrases:
                    found = RULES[name].suggest(phrase.replace("*", "").replace("é", "e\u0301").upper(), language)
                    assert code.code in [each.code for each in found], (phrase, language)
