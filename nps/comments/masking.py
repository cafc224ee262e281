"""Comments without what is personal in them: addresses, numbers, links and names.

Rather too much is hidden than too little: a run of seven digits may be an order's number and is hidden all the same.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

EMAIL, PHONE, LINK, NAME = "[e-mail]", "[phone]", "[link]", "[name]"
FEWEST_DIGITS = 7
SHORTEST_PART = 3  # letters of a part of a name that is hidden by itself, where letters may be small or capital

_EDGE = r"\s@<>()\[\]\"',;:"
_EMAIL = re.compile(rf"(?<![^{_EDGE}])[^{_EDGE}]+@[^{_EDGE}]+[^\W_]")
# With something behind the host, which may tell who somebody is; without its protocol only where that looks like it.
_LINK = re.compile(
    r"\b(?:(?:https?|ftp)://|www\.)[^\s/?#<>]+[/?#][^\s<>]+"
    r"|(?<![\w.-])(?:[\w-]++\.)++[a-z]{2,}/[^\s<>]*[\d=@?~][^\s<>]*",
    re.IGNORECASE,
)
_APART = r"[ \t./()\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}–-]{0,3}"
_DIGITS = re.compile(rf"(?<![\w.])(?:\+|\(\+?)?\d(?:{_APART}\d)+(?!\w)")
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
_ALONE = {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "œ": "oe", "æ": "ae"}  # they do not come apart
_DAY = re.compile(r"(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4})(?: \d{1,2})?")


def masked(text: str, names: Iterable[str] = (), *, own: str | None = None) -> str:
    """A text with e-mail addresses, phone numbers, web addresses that lead to more than a site, and `names` hidden.

    `own` is one more name: that of who wrote it.
    Of a name of several words each is hidden by itself too, unless it is written small: Will, but not what he will do.
    """
    text = _EMAIL.sub(EMAIL, _LINK.sub(LINK, text))
    text = _DIGITS.sub(_phone, text)
    known = (_known(frozenset(names)), _known(frozenset((own or "",))))
    found, at = list[str](), 0
    words = [(match, _folded(match[0])) for match in _WORD.finditer(text)]
    place = 0
    while place < len(words):
        match, first = words[place]
        meant = [name for each in known for name in each.get(first, ())]
        count = max((_as_long(words[place:], *name) for name in meant), default=0)
        if count:
            found += (text[at : match.start()], NAME)
            at = words[place + count - 1][0].end()
        place += count or 1
    text = "".join((*found, text[at:]))
    for [letters], _ in (name for each in known for name in each.get("", ())):
        text = text.replace(letters, NAME)
    return text


def _phone(found: re.Match[str]) -> str:
    """Of as many digits as a phone's number has, or an account's, but no day."""
    digits = sum(letter.isdigit() for letter in found[0])
    return PHONE if digits >= FEWEST_DIGITS and not _DAY.fullmatch(found[0]) else found[0]


def _as_long(words: Sequence[tuple[re.Match[str], str]], name: tuple[str, ...], whole: bool) -> int:
    """How many words a name takes here; 0 where it is not here, or only a part of one is that is written small."""
    there = tuple(folded for _, folded in words[: len(name)]) == name
    return len(name) if there and (whole or not words[0][0][0][0].islower()) else 0


@lru_cache(maxsize=4_096)
def _known(names: frozenset[str]) -> Mapping[str, Sequence[tuple[tuple[str, ...], bool]]]:
    """The words of names and whether they are whole ones, by their first word, without capitals and accents.

    "" has those of scripts without capitals, whose words need not stand apart.
    """
    known = defaultdict[str, list[tuple[tuple[str, ...], bool]]](list)
    for name in names:
        for words, whole in _of(name):
            known[words[0] if words[0][0] != words[0][0].upper() else ""].append((words, whole))
    return known


@lru_cache(maxsize=4_096)
def _of(name: str) -> tuple[tuple[tuple[str, ...], bool], ...]:
    """A name, and each part of it that tells who is meant: no initial, and no "de"."""
    parts = [part for part in re.split(r"[\s-]+", name) if any(map(str.isalpha, part))]
    cased = any(letter.lower() != letter.upper() for letter in name)
    if not cased:
        return ((("".join(parts),), True),) if len("".join(parts)) > 1 else ()
    told = [(part, False) for part in parts if sum(map(str.isalpha, part)) >= SHORTEST_PART]
    if len(parts) > 1:
        told.append((name, True))
    return tuple((words, whole) for text, whole in told if (words := tuple(map(_folded, _WORD.findall(text)))))


@lru_cache(maxsize=100_000)
def _folded(word: str) -> str:
    """A word without capitals and accents, of whatever language."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(_ALONE.get(letter, letter) for letter in apart if not unicodedata.combining(letter))
