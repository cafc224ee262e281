"""What is searched for, against plain Python over lists of words; and that the store finds the same."""

import unicodedata
from collections.abc import Sequence
from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from nps.comments.search import LONGEST, condition, has, places, terms
from nps.errors import Refused
from nps.store import scratch

LETTERS = "aeoslAEOSéèêöøÑñçŌ\u0301\u0308ÉÖ жЖя"
TEXTS = st.text(st.sampled_from(LETTERS + "  .,-_'’\n1\N{GRINNING FACE}"), max_size=24)
TYPED = st.lists(
    st.builds(
        lambda minus, quote, word: f"{minus}{quote}{word}{quote}",
        st.sampled_from(["", "", "-"]),
        st.sampled_from(["", "", '"']),
        st.text(st.sampled_from("aeosléöñ жŌ'"), min_size=1, max_size=4),
    ),
    max_size=3,
).map(" ".join)


def plain(text: str) -> str:
    """Without capitals and the accents in letters of western Europe; accents that stand behind their letter stay."""
    kept = []
    for letter in text.casefold():
        first = unicodedata.normalize("NFD", letter)[0]
        western = ord(letter) < 256
        kept.append("o" if letter == "ø" else first if western else letter)
    return "".join(kept)


def runs(text: str) -> list[str]:
    """Its words, accents that stand by themselves left out."""
    words, word = [], ""
    for letter in plain(text) + " ":
        if letter.isalnum():
            word += letter
        elif letter not in "\u0301\u0308":
            words.append(word)
            word = ""
    return [word for word in words if word]


def by_hand(text: str, typed: str) -> bool:
    """Whether the text has what was typed: consecutive words, of which the last may go on outside quotes."""
    listed, at, wanted = runs(text), 0, []
    while at < len(typed):
        if typed[at].isspace():
            at += 1
            continue
        minus = typed[at] == "-"
        at += minus
        quoted = typed[at : at + 1] == '"'
        end = typed.find('"', at + 1) if quoted else next((i for i in range(at, len(typed)) if typed[i].isspace()), -1)
        end = len(typed) if end < 0 else end
        words = runs(typed[at + quoted : end])
        at = end + quoted
        if words:
            wanted.append((minus, quoted, words))
    for minus, quoted, words in wanted:
        there = False
        for start in range(len(listed) - len(words) + 1):
            *first, last = listed[start : start + len(words)]
            there |= first == words[:-1] and (last == words[-1] if quoted else last.startswith(words[-1]))
        if there == minus:
            return False
    return True


def in_store(texts: Sequence[str], typed: str) -> list[bool]:
    sql, bound = condition(terms(typed))
    with scratch() as con:
        con.register("texts", pa.table({"place": range(len(texts)), "comment": list(texts)}))
        return [row[0] for row in con.execute(f"SELECT {sql} FROM texts ORDER BY place", bound).fetchall()]


@given(TEXTS, TYPED)
@example("O\u0301le", "ole")
@example("ê\u0301", "e")
@example("a_o", "o")
@example("a a a", '"a a"')
def test_a_text_has_what_plain_python_finds_in_its_words(text: str, typed: str) -> None:
    assume(not any(part.strip("\"-'") == "" for part in typed.split()))  # a sign by itself is looked for as it stands
    assert has(text, terms(typed)) == by_hand(text, typed)


@given(st.lists(TEXTS, min_size=20, max_size=60), TYPED)
@settings(max_examples=40)
def test_the_store_finds_what_python_finds(texts: list[str], typed: str) -> None:
    assert in_store(texts, typed) == [has(text, terms(typed)) for text in texts]


@given(TEXTS, TYPED)
@example("ê\u0301", "e")
def test_marked_places_are_in_order_apart_and_there_where_something_is_wanted(text: str, typed: str) -> None:
    wanted = [term for term in terms(typed) if not term.absent]
    marked = places(text, wanted)
    assert all(a < b for a, b in marked)
    assert all(before[1] < after[0] for before, after in pairwise(marked))
    if wanted and has(text, wanted):
        assert marked
        single = [term for term in wanted if len(term.words) == 1 and not term.whole]
        assert all(any(plain(text[a:b]).startswith(term.words[0][:1]) for a, b in marked) for term in single)


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("It runs slowly.", "slow", True),
        ("It runs slowly.", '"slow"', False),
        ("We are happy", "app", False),
        ("Grüße aus der Straße", "strasse grusse", True),
        ("grosse Strasse", "Straße", True),
        ("cœur", "coeur", True),
        ("It DOESN’T work", "doesn't", True),
        ("It does not; it can't", "doesn't", False),
        ("Trop cher, l’abonnement", '"trop cher" abonne', True),
        ("Cher, trop", '"trop cher"', False),
        ("slow and dear", "slow -dear", False),
        ("slow", "slow -dear", True),
        ("well-known bug", "well-known", True),
        ("we love it \N{THUMBS UP SIGN}\N{EMOJI MODIFIER FITZPATRICK TYPE-5}!", "\N{THUMBS UP SIGN}", True),
        ("100 % (really)", "(", True),
        ("製品が遅いです", "遅い", True),
        ("Mr Şahin called", "şahin", True),
        ("कार्य", "कार्य", True),
        ("anything", '  - "" ', True),
        ("say „sehr gut“ here", "„sehr gut“", True),
        ("unfinished quote here", '"quote here', True),
    ],
)
def test_words_phrases_and_what_must_not_be_there(text: str, typed: str, found: bool) -> None:
    assert has(text, terms(typed)) is found
    assert in_store([text], typed) == [found]


def test_too_much_is_refused_in_words() -> None:
    with pytest.raises(Refused, match=f"{LONGEST} characters"):
        terms("a" * (LONGEST + 1))
    with pytest.raises(Refused, match="8 words"):
        terms("a b c d e f g h i")
