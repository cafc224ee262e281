"""A codebook as its steps add up to it; pure.

A code is made of that of its group and a name of its own, "product.gap", and is the same for ever: labels change, codes
do not. A code that was merged into another one is read as that; a retired one keeps what it has and is offered no more.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import Any, Literal

from nps.errors import Refused

Action = Literal["use", "group", "add", "edit", "merge", "split", "retire", "back", "undone"]
Words = Mapping[str, tuple[str, ...]]  # phrases that speak for a code, by language: "en", "es", "fr", "de", "pt"

LONGEST_LABEL = 60
LONGEST_MEANING = 300
MOST_PHRASES, LONGEST_PHRASE = 100, 60  # of one language
LANGUAGES = {"en": "English", "es": "Spanish", "fr": "French", "de": "German", "pt": "Portuguese"}


@dataclass(frozen=True)
class Code:
    """A reason: what people call it, what it means, the phrases that speak for it, what other tools call it.

    `into`: the code it was merged into. `retired`: nothing new gets it.
    """

    code: str
    label: str
    group: str
    meaning: str = ""
    words: Words = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    into: str | None = None
    retired: bool = False

    @property
    def offered(self) -> bool:
        """Whether a comment can be given it."""
        return self.into is None and not self.retired


@dataclass(frozen=True)
class Step:
    """One thing that somebody did to the codebook; `details` are what its action needs."""

    number: int
    action: Action
    details: Mapping[str, Any]
    done_at: datetime
    done_by: str


@dataclass(frozen=True)
class Book:
    """A codebook: groups (code to label) and codes in their order. `version` is the number of its last step."""

    name: str
    groups: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Code] = field(default_factory=dict)
    version: int = 0

    @property
    def offered(self) -> tuple[Code, ...]:
        """The codes that a comment can be given, group by group."""
        order = list(self.groups)
        return tuple(sorted((code for code in self.codes.values() if code.offered), key=lambda c: order.index(c.group)))

    def read(self, code: str) -> str:
        """The code that something kept under `code` counts for today; an unknown one stays what it is."""
        while (known := self.codes.get(code)) and known.into:
            code = known.into
        return code

    def kept_as(self, code: str) -> tuple[str, ...]:
        """All codes that count for `code` today, itself first."""
        return (code, *(other for other in self.codes if other != code and self.read(other) == code))

    def label(self, code: str) -> str:
        """What people call a code or a group."""
        known = self.codes.get(code)
        return known.label if known else self.groups.get(code, code)

    def names(self, code: str) -> tuple[str, ...]:
        """All that a code is called: its label, its aliases, the label of its group."""
        known = self.codes.get(code)
        return (known.label, *known.aliases, self.label(known.group)) if known else (code,)

    def full_label(self, code: str) -> str:
        """A reason with its group, by which reasons of one name are told apart."""
        return f"{self.label(self.group(code))}: {self.label(code)}"

    def group(self, code: str) -> str:
        """The group of a code; of an unknown one what its name says."""
        known = self.codes.get(code)
        return known.group if known else code.split(".", maxsplit=1)[0]

    def named(self, text: str) -> str | None:
        """The code that a label, else an alias, or the code itself names, in whatever case; None where none does."""
        wanted = plain(text)
        by_label = (code.code for code in self.offered if wanted in (plain(code.label), code.code))
        by_alias = (code.code for code in self.offered if wanted in map(plain, code.aliases))
        return next(chain(by_label, by_alias), None)


def counting(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The steps that were not undone, in their order."""
    steps = tuple(steps)
    undone = {step.details["step"] for step in steps if step.action == "undone"}
    return tuple(step for step in steps if step.action != "undone" and step.number not in undone)


def folded(steps: Sequence[Step], books: Mapping[str, Book], first: str) -> Book:
    """The codebook after all steps; `books` are the shipped ones by name, `first` the one that it starts with.

    Raises Refused where a step cannot be done after those before it.
    """
    book = books[first]
    for step in counting(steps):
        book = after(book, step, books)
    return replace(book, version=max((step.number for step in steps), default=0))


def after(book: Book, step: Step, books: Mapping[str, Book]) -> Book:
    """The codebook after one more step, which undoes none. Raises Refused where it cannot be done."""
    return replace(_DO[step.action](book, step.details, books), version=step.number)


def builds_on(steps: Sequence[Step], number: int, books: Mapping[str, Book], first: str) -> Step | None:
    """The first standing step that could not have been done without the step of that number; None where all could."""
    book = books[first]
    for step in counting(steps):
        if step.number != number:
            try:
                book = after(book, step, books)
            except Refused:
                return step
    return None


def code_for(book: Book, group: str, label: str) -> str:
    """A code that was never used before, made of a label."""
    own = re.sub(r"[^a-z0-9]+", "-", plain(label)).strip("-")[:40] or "reason"
    wanted, number = f"{group}.{own}" if group else own, 1
    taken = {*book.codes, *book.groups}
    while wanted in taken:
        number += 1
        wanted = f"{group}.{own}-{number}" if group else f"{own}-{number}"
    return wanted


def checked_label(book: Book, label: str, *, own: str | None = None) -> str:
    """A label without spaces around it that no other standing code has. Raises Refused."""
    label = " ".join(label.split())
    if not label or len(label) > LONGEST_LABEL:
        raise Refused(f"A reason needs a name of at most {LONGEST_LABEL} characters, for example Slow pages.")
    for code in book.codes.values():
        if code.offered and code.code != own and plain(code.label) == plain(label):
            raise Refused(f"There is a reason called “{code.label}” already. Give this one another name.")
    return label


def checked_group(book: Book, label: str, *, own: str | None = None) -> str:
    """A group's label without spaces around it that no other group has. Raises Refused."""
    label = " ".join(label.split())
    if not label or len(label) > LONGEST_LABEL:
        raise Refused(f"A group needs a name of at most {LONGEST_LABEL} characters, for example Product.")
    if taken := next((g for code, g in book.groups.items() if code != own and plain(g) == plain(label)), None):
        raise Refused(f"There is a group called “{taken}” already. Give this one another name.")
    return label


def checked_meaning(meaning: str) -> str:
    """What a reason means, in one paragraph. Raises Refused where it is too long."""
    meaning = " ".join(meaning.split())
    if len(meaning) > LONGEST_MEANING:
        raise Refused(f"Keep the meaning of a reason to {LONGEST_MEANING} characters.")
    return meaning


def checked_words(words: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Phrases by language, each once, spaces around them gone. Raises Refused where there are too many, or too long."""
    kept: dict[str, list[str]] = {}
    for language, phrases in words.items():
        if language not in LANGUAGES:
            raise Refused(f"Phrases are kept for {', '.join(LANGUAGES)}; “{language}” is none of them.")
        clean = list(dict.fromkeys(phrase for each in phrases if (phrase := " ".join(each.split()))))
        if long := next((phrase for phrase in clean if len(phrase) > LONGEST_PHRASE), None):
            raise Refused(f"The phrase “{long}” is too long. Keep each below {LONGEST_PHRASE} characters.")
        if len(clean) > MOST_PHRASES:
            raise Refused(f"That are {len(clean)} phrases. Keep it to {MOST_PHRASES} for each language.")
        if clean:
            kept[language] = clean
    return kept


def _use(book: Book, details: Mapping[str, Any], books: Mapping[str, Book]) -> Book:
    """Another shipped codebook; the codes of the one before are retired."""
    if details["book"] not in books:
        raise Refused(f"There is no codebook “{details['book']}”. Choose one of: {', '.join(books)}.")
    new = books[details["book"]]
    before = {code: replace(one, retired=one.into is None) for code, one in book.codes.items()}
    groups = {**new.groups, **{code: label for code, label in book.groups.items() if code not in new.groups}}
    rest = {code: one for code, one in before.items() if code not in new.codes}
    return Book(new.name, groups, {**new.codes, **rest})


def _group(book: Book, details: Mapping[str, Any], _books: Mapping[str, Book]) -> Book:
    """A group that is new, or its new label."""
    group, new = details["group"], details.get("new", False)
    if new == (group in book.groups):
        raise Refused(f"There is {'a' if new else 'no'} group “{group}”{' already' if new else ''}. Look at it again.")
    return replace(book, groups={**book.groups, group: checked_group(book, details["label"], own=group)})


def _add(book: Book, details: Mapping[str, Any], _books: Mapping[str, Book]) -> Book:
    if details["group"] not in book.groups:
        raise Refused(f"There is no group “{details['group']}” for the reason “{details['label']}”.")
    return _with(book, _made(book, details, details["group"]))


def _edit(book: Book, details: Mapping[str, Any], _books: Mapping[str, Book]) -> Book:
    old = _standing(book, details["code"])
    if not details.keys() & {"label", "meaning", "words"}:
        raise Refused(f"Nothing about “{old.label}” is different.")
    label = checked_label(book, details.get("label", old.label), own=old.code)
    words = _words(details["words"]) if "words" in details else old.words
    meaning = checked_meaning(details.get("meaning", old.meaning))
    aliases = old.aliases if label == old.label else tuple(dict.fromkeys((*old.aliases, old.label)))
    return _with(book, replace(old, label=label, meaning=meaning, words=words, aliases=aliases))


def _merge(book: Book, details: Mapping[str, Any], _books: Mapping[str, Book]) -> Book:
    old, into = _standing(book, details["code"]), _standing(book, details["into"])
    if old.code == into.code:
        raise Refused(f"“{old.label}” cannot be merged into itself.")
    words = {
        language: tuple(dict.fromkeys((*into.words.get(language, ()), *old.words.get(language, ()))))
        for language in dict.fromkeys((*into.words, *old.words))
    }
    aliases = tuple(dict.fromkeys((*into.aliases, old.label, *old.aliases)))
    return _with(_with(book, replace(old, into=into.code)), replace(into, words=words, aliases=aliases))


def _split(book: Book, details: Mapping[str, Any], _books: Mapping[str, Book]) -> Book:
    """New codes beside the old one in its group; which comments are theirs, the readings of the step say."""
    old = _standing(book, details["code"])
    if not details["into"]:
        raise Refused(f"Name at least one reason that is to be parted from “{old.label}”.")
    for part in details["into"]:
        book = _with(book, _made(book, part, old.group))
    return book


def _retire(book: Book, details: Mapping[str, Any], _books: Mapping[str, Book]) -> Book:
    return _with(book, replace(_standing(book, details["code"]), retired=True))


def _back(book: Book, details: Mapping[str, Any], _books: Mapping[str, Book]) -> Book:
    """A retired code is offered again."""
    old = book.codes.get(details["code"])
    if old is None or not old.retired:
        raise Refused("That reason is not retired. Look at the codebook again.")
    checked_label(book, old.label, own=old.code)
    return _with(book, replace(old, retired=False))


_DO = {
    "use": _use,
    "group": _group,
    "add": _add,
    "edit": _edit,
    "merge": _merge,
    "split": _split,
    "retire": _retire,
    "back": _back,
}


def _standing(book: Book, code: str) -> Code:
    known = book.codes.get(code)
    if known is None or not known.offered:
        name = known.label if known else code
        raise Refused(f"The reason “{name}” is in use no more: it was merged, retired or never added.")
    return known


def _made(book: Book, details: Mapping[str, Any], group: str) -> Code:
    if details["code"] in book.codes:
        raise Refused(f"The code “{details['code']}” is taken already.")
    label, meaning = checked_label(book, details["label"]), checked_meaning(details.get("meaning", ""))
    return Code(details["code"], label, group, meaning, _words(details.get("words", {})))


def _words(words: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {language: tuple(phrases) for language, phrases in checked_words(words).items()}


def _with(book: Book, code: Code) -> Book:
    return replace(book, codes={**book.codes, code.code: code})


def plain(text: str) -> str:
    """In small letters, without accents and doubled spaces."""
    apart = unicodedata.normalize("NFKD", " ".join(text.casefold().split()))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
