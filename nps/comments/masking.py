"""Comments without what is personal in them: addresses, numbers, links and names.

Rather too much is hidden than too little: a run of seven digits may be an order's number and is hidden all the same.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from nps.comments.search import spelled

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
_DAY = re.compile(r"(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2,4})(?: \d{1,2})?")


def masked(text: str, names: Iterable[str] = ()) -> str:
    """A text with e-mail addresses, phone numbers, web addresses that lead to more than a site, and `names` hidden.

    Of a name of several words each is hidden by itself too, unless it is written small: Will, but not what he will do.
    """
    text = _EMAIL.sub(EMAIL, _LINK.sub(LINK, text))
    text = _DIGITS.sub(_phone, text)
    whole, parts = _of_names(frozenset(name for name in names if name.strip()))
    if whole:
        text = whole.sub(NAME, text)
    if parts:
        text = parts.sub(lambda found: found[0] if found[0][0].islower() else NAME, text)
    return text


def _phone(found: re.Match[str]) -> str:
    """Of as many digits as a phone's number has, or an account's, but no day."""
    digits = sum(letter.isdigit() for letter in found[0])
    return PHONE if digits >= FEWEST_DIGITS and not _DAY.fullmatch(found[0]) else found[0]


@lru_cache(maxsize=1_024)
def _of_names(names: frozenset[str]) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """Patterns for whole names of several words, and for single words of names, the longest first."""
    whole = {pattern for name in names if len(name.split()) > 1 and (pattern := spelled(name))}
    parts = {
        pattern
        for name in names
        for part in re.split(r"[\s-]+", name.strip())
        if _tells(part) and (pattern := spelled(part))
    }
    return _any(whole), _any(parts)


def _tells(part: str) -> bool:
    """Whether a part of a name tells who is meant: no initial, and no "de"."""
    cased = part[:1].islower() or part[:1].isupper()
    return sum(map(str.isalpha, part)) >= (SHORTEST_PART if cased else 2)


def _any(patterns: Iterable[str]) -> re.Pattern[str] | None:
    listed = sorted(patterns, key=lambda pattern: (-len(pattern), pattern))
    return re.compile("|".join(listed), re.IGNORECASE) if listed else None
