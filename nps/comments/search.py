"""What somebody types into a search field, as patterns for the store and as places in a text; pure.

A word is found at the beginning of words ("slow" in "slowly", not "app" in "happy"), a phrase in quotes as it stands,
whole words only; what a minus precedes must not be there. Capitals make no difference, nor do the accents of western
Europe. Comments are read as they are, no copy of them is kept: DuckDB's RE2 looks through a million in a tenth of a
second.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from nps.errors import Refused

MOST_TERMS = 8
LONGEST = 200  # characters of a search
WESTERN = "àáâãäåçèéêëìíîïñòóôõöøùúûüýÿ"
LIGATURES = {"ss": "ß", "ae": "æ", "oe": "œ"}
MARKS = "\u0300-\u036f"  # accents that stand behind their letter
# RE2 skips to where a pattern may match that begins with one of these: no accent, and no other sign is that letter.
SOON_FOUND = frozenset("bdfghjlmpqrtvwxz")

_TYPED = re.compile(r'(?<!\S)(-?)(?:["“”„«»]([^"“”„«»]*)(?:["“”„«»]|$)|(\S+))')
_GAP = f"(?:_|[^\\w{MARKS}])+"  # between two words, for Python
_BEFORE, _BEHIND = rf"(?<![^\W_])(?<![{MARKS}])", rf"(?![^\W_]|[{MARKS}])"
_ON = f"(?:[^\\W_]|[{MARKS}])*"
_STORE_GAP = rf"[^\pL\pN{MARKS}]"  # for RE2, which looks neither back nor ahead


@dataclass(frozen=True)
class Term:
    """A word or a phrase: its words without capitals and accents. `whole`: no word may go on; `absent`: not there.

    Without letters and digits it is one "word" that is found as it stands, an emoji for example.
    """

    words: tuple[str, ...]
    whole: bool = False
    absent: bool = False

    @cached_property
    def soon(self) -> str | None:
        """A pattern for the store that matches wherever the term is, and elsewhere, and takes half the time.

        It begins with the first letter of the first word that is soon found; None where it has none.
        """
        first = self.words[0]
        start = next((at for at, letter in enumerate(first[:-1]) if letter in SOON_FOUND), None)
        return None if start is None else "(?i)" + _body((first[start:], *self.words[1:]), f"{_STORE_GAP}+")

    @cached_property
    def in_store(self) -> str:
        """The pattern for the store."""
        before = f"(?:^|{_STORE_GAP})" if _stands_apart(self.words[0][0]) else ""
        behind = f"(?:$|{_STORE_GAP})" if self.whole and _stands_apart(self.words[-1][-1]) else ""
        return f"(?i){before}{_body(self.words, f'{_STORE_GAP}+')}{behind}"

    @cached_property
    def here(self) -> re.Pattern[str]:
        """The pattern for Python; it matches to the end of the last word."""
        before = _BEFORE if _stands_apart(self.words[0][0]) else ""
        behind = (_BEHIND if self.whole else _ON) if _stands_apart(self.words[-1][-1]) else ""
        return re.compile(before + _body(self.words, _GAP) + behind, re.IGNORECASE)


def terms(text: str) -> tuple[Term, ...]:
    """What was typed, each term once. Raises Refused where it is too much."""
    if len(text) > LONGEST:
        raise Refused(f"That is too long to search for. Keep it to {LONGEST} characters.")
    found: dict[Term, None] = {}
    for minus, phrase, word in _TYPED.findall(text):
        typed = (phrase or word).strip('-"')
        if words := words_of(folded(typed)) or tuple(typed.split()):
            found[Term(words, whole=bool(phrase), absent=bool(minus))] = None
    if len(found) > MOST_TERMS:
        raise Refused(f"Search for at most {MOST_TERMS} words or phrases at once.")
    return tuple(found)


def condition(wanted: Iterable[Term], column: str = "comment") -> tuple[str, dict[str, Any]]:
    """The condition in SQL that a column has what is wanted, with its parameters."""
    clauses, bound = ["true"], dict[str, Any]()
    for place, term in enumerate(wanted):
        bound[f"term_{place}"] = term.in_store
        there = f"regexp_matches({column}, $term_{place})"
        if term.soon:
            bound[f"soon_{place}"] = term.soon
            there = f"(regexp_matches({column}, $soon_{place}) AND {there})"
        clauses.append(f"NOT {there}" if term.absent else there)
    return " AND ".join(clauses), bound


def has(text: str, wanted: Iterable[Term]) -> bool:
    """Whether a text has what is wanted."""
    return all(bool(term.here.search(text)) != term.absent for term in wanted)


def places(text: str, wanted: Iterable[Term]) -> tuple[tuple[int, int], ...]:
    """Where a text has the terms: from and to, in order, none within another one."""
    spans = sorted(match.span() for term in wanted if not term.absent for match in term.here.finditer(text))
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return tuple(joined)


def folded(text: str) -> str:
    """A text without capitals and accents."""
    plain = _plain()
    return "".join(plain.get(letter, letter) for letter in unicodedata.normalize("NFC", text).casefold())


def words_of(text: str) -> tuple[str, ...]:
    """The runs of letters and digits of a folded text."""
    return tuple(re.findall(f"[^\\W_](?:[^\\W_]|[{MARKS}])*", text))


def _stands_apart(letter: str) -> bool:
    """Whether words of its script stand apart, so that one can see where they begin; symbols never do."""
    return letter.isalnum() and not ("\u0e00" <= letter <= "\u0eff" or letter >= "\u2e80")


def _body(words: Iterable[str], gap: str) -> str:
    return gap.join(map(_spelled, words))


@cache
def _spelled(word: str) -> str:
    """A pattern for a word with whatever accents."""
    accented, found, at = _accented(), [], 0
    while at < len(word):
        pair = word[at : at + 2]
        if pair in LIGATURES:
            found.append(f"(?:{_letter(pair[0], accented)}{_letter(pair[1], accented)}|{LIGATURES[pair]})")
        else:
            found.append(_letter(word[at], accented))
        at += 2 if pair in LIGATURES else 1
    return "".join(found)


def _letter(letter: str, accented: Mapping[str, str]) -> str:
    if letter in accented:
        return f"[{letter}{accented[letter]}][{MARKS}]*"
    return letter if letter.isalnum() else re.escape(letter)


@cache
def _plain() -> Mapping[str, str]:
    """Letters with an accent, and ligatures, to those without."""
    found = {ligature: pair for pair, ligature in LIGATURES.items()} | {"ø": "o"}
    return found | {letter: unicodedata.normalize("NFD", letter)[0] for letter in WESTERN if letter not in found}


@cache
def _accented() -> Mapping[str, str]:
    """Letters without an accent, to all of those with one."""
    found: dict[str, str] = {}
    for letter, plain in _plain().items():
        if len(plain) == 1:
            found[plain] = found.get(plain, "") + letter
    return found
