"""Codes that the phrases of the codebook suggest for a comment; pure.

A phrase is met without regard to case and accents, at whole words one after the other in one clause; a trailing *
stands for any ending. Of two that overlap the longer one speaks. What negation does, negation.py says.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from nps.codebook.book import Book
from nps.reasons.readings import Suggestion
from nps.suggesting.negation import BUT, DENIALS, REACH, SAYINGS, VERB_LAST

MOST_WORDS = 5  # told of one comment and code
LONGEST = 20_000  # letters that are read of a comment
MOST_KNOWN = 300_000  # words whose meaning is remembered

# Accents of their own and what has no width belong to the word around them.
_INSIDE = r"\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff"
WORD = re.compile(rf"[^\W_][\w{_INSIDE}]*|[.,;:!?…\n()]+")
_SAYING, _DENIAL = "saying", "denial"  # stand for a code where a phrase has none


@dataclass
class _Node:
    """A place in the tree of phrases: what ends here, and which words go on."""

    ends: tuple[str, ...] = ()
    after: dict[str, "_Node"] = field(default_factory=dict)


@dataclass(frozen=True)
class _Met:
    """A phrase that was met: the places of its first word and behind its last one."""

    first: int
    behind: int
    codes: tuple[str, ...]

    @property
    def length(self) -> int:
        return self.behind - self.first


class Rules:
    """The phrases of a codebook, ready to be looked for."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._phrases: dict[str | None, _Phrases] = {}

    def suggest(self, comment: str, language: str | None = None) -> tuple[Suggestion, ...]:
        """The codes that a comment speaks of, that with the most phrases first, then that which it names first.

        Phrases of its language are looked for; those of all where it is none that the codebook has phrases in.
        """
        spoken = {each for code in self._book.offered for each in code.words}
        known = language if language in spoken else None
        if known not in self._phrases:
            self._phrases[known] = _Phrases(_entries(self._book, known))
        return self._phrases[known].suggest(comment)


class _Phrases:
    def __init__(self, entries: Iterable[tuple[str, str]]) -> None:
        self._root = _Node()
        for phrase, code in entries:
            node = self._root
            for element in _elements(phrase):
                node = node.after.setdefault(element, _Node())
            if node is not self._root and code not in node.ends:
                node.ends = (*node.ends, code)
        elements = set(_every(self._root))
        self._exact = {element for element in elements if not element.endswith("*")}
        self._begun = elements - self._exact
        self._lengths = sorted({len(element) - 1 for element in self._begun})
        self._known: dict[str, tuple[str, ...]] = {}

    def suggest(self, comment: str) -> tuple[Suggestion, ...]:
        comment = comment[:LONGEST]
        words = WORD.findall(comment)
        means = [self._known.get(word) or self._meaning(word) for word in words]
        met = [each for place in range(len(words)) for each in self._met(means, place)]
        if not met:
            return ()
        spans: list[tuple[int, int]] = []
        found: dict[str, list[_Met]] = {}
        for each in _standing(met, words):
            for code in each.codes:
                found.setdefault(code, []).append(each)
        if found:
            spans = [each.span() for each in WORD.finditer(comment)]
        ranked = sorted(found, key=lambda code: (-len(found[code]), found[code][0].first))
        return tuple(Suggestion(code, "rule", None, _told(comment, spans, found[code])) for code in ranked)

    def _meaning(self, word: str) -> tuple[str, ...]:
        """The elements of phrases that a word can be."""
        plain = folded(word)
        found = [plain] if plain in self._exact else []
        found += [begun for length in self._lengths if (begun := plain[:length] + "*") in self._begun]
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[word] = tuple(dict.fromkeys(found)) or ("",)
        return self._known[word]

    def _met(self, means: Sequence[tuple[str, ...]], first: int) -> Iterator[_Met]:
        """The phrases that begin at a word."""
        nodes, place = [self._root], first
        while nodes and place < len(means):
            nodes = [node.after[each] for node in nodes for each in means[place] if each in node.after]
            place += 1
            for node in nodes:
                if node.ends:
                    yield _Met(first, place, node.ends)


def folded(word: str) -> str:
    """A word in small letters, without accents and what has no width."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in apart if unicodedata.category(letter) not in ("Mn", "Cf"))


def _entries(book: Book, language: str | None) -> Iterator[tuple[str, str]]:
    """Each phrase with what it speaks for; sayings and denials of every language."""
    for code in book.offered:
        for spoken, phrases in code.words.items():
            if language in (None, spoken):
                yield from ((phrase, code.code) for phrase in phrases)
    yield from ((phrase, _SAYING) for phrase in SAYINGS)
    yield from ((phrase, _DENIAL) for phrase in DENIALS)


@cache
def _elements(phrase: str) -> tuple[str, ...]:
    """What each word of a comment must be: a word, or how it begins with a * behind."""
    found = re.finditer(rf"([^\W_][\w{_INSIDE}]*)(\*?)", phrase)
    return tuple(folded(each[1]) + each[2] for each in found)


def _every(node: _Node) -> Iterator[str]:
    for element, after in node.after.items():
        yield element
        yield from _every(after)


def _standing(met: Sequence[_Met], words: Sequence[str]) -> list[_Met]:
    """Those that speak for a code: in no longer phrase, in no saying and not denied; in the order of the comment."""
    longest = sorted(met, key=lambda each: -each.length)
    kept: list[_Met] = []
    for each in longest:
        around = (one for one in kept if one.first <= each.first and each.behind <= one.behind)
        if not any(one.length > each.length or _SAYING in one.codes for one in around):
            kept.append(each)
    denials = [each for each in kept if _DENIAL in each.codes]
    sayings = [each for each in kept if _SAYING in each.codes]
    return [
        each
        for each in sorted(kept, key=lambda one: one.first)
        if _SAYING not in each.codes
        and _DENIAL not in each.codes
        and not any(one.first <= each.first and each.behind <= one.behind for one in sayings)
        and not any(_denies(one, each, words) for one in denials)
    ]


def _denies(denial: _Met, topic: _Met, words: Sequence[str]) -> bool:
    if topic.first >= denial.behind:
        between = words[denial.behind : topic.first]
    elif folded(words[denial.first]) in VERB_LAST and topic.behind <= denial.first:
        between = words[topic.behind : denial.first]
    else:
        return False
    return len(between) <= REACH and not any(word[0] in ".,;:!?…\n()" or folded(word) in BUT for word in between)


def _told(comment: str, spans: Sequence[tuple[int, int]], met: Sequence[_Met]) -> tuple[str, ...]:
    """The words of a comment that were met, as they stand in it, each once."""
    said = (comment[spans[each.first][0] : spans[each.behind - 1][1]] for each in met)
    return tuple(dict.fromkeys(said))[:MOST_WORDS]
