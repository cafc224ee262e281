"""What a step of the codebook would do, in sentences; pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from nps.clock import counted
from nps.codebook.book import Action, Book
from nps.reasons.recoding import NONE, Effect

MOST_NAMED = 10


def foretold(action: Action, details: Mapping[str, Any], before: Book, after: Book, effect: Effect) -> tuple[str, ...]:
    """What changes: the reasons by name, and how many answers have them before and after."""
    if action == "merge":
        return (_merged(details, before, effect),)
    if action == "split":
        return tuple(_split(details, before, effect))
    if action == "add":
        return (f"“{details['label']}” can be given from now on. No answer has it yet.",)
    return (*_offered(action, details, before, after, effect), *_moved(before, after, effect))


def _merged(details: Mapping[str, Any], book: Book, effect: Effect) -> str:
    old, into = (effect.before.get(details[each], NONE).n for each in ("code", "into"))
    then = effect.after.get(details["into"], NONE).n
    return (
        f"{_have(old, book.label(details['code']))}; {'it' if old == 1 else 'they'} will count for "
        f"“{book.label(details['into'])}”, which has {into:,}, then {then:,} ({effect.both:,} have both)."
    )


def _split(details: Mapping[str, Any], book: Book, effect: Effect) -> Iterator[str]:
    old, stay = effect.before.get(details["code"], NONE), effect.after.get(details["code"], NONE)
    parts = [(part["label"], effect.after.get(part["code"], NONE).n) for part in details["into"]]
    more = sum(n for _, n in parts) + stay.n - old.n
    yield (
        f"{_have(old.n, book.label(details['code']))}: {', '.join(f'{n:,} go to “{label}”' for label, n in parts)}, "
        f"and {stay.n:,} stay" + (f" ({counted(more, 'time')} one goes to several)." if more else ".")
    )
    if rest := stay.file + stay.suggestion:
        yield f"What files brought and what is suggested is not split: {rest:,} of those that stay."


def _offered(action: Action, details: Mapping[str, Any], before: Book, after: Book, effect: Effect) -> Iterator[str]:
    """What can be given afterwards that could not, and the other way round."""
    own = details.get("code")
    if action == "edit" and own:
        yield f"{_have(effect.before.get(own, NONE).n, before.label(own))} and will be under “{after.label(own)}”."
        if "words" in details:
            yield "What is suggested for comments is found anew with its phrases."
    if action == "group":
        inside = [code for code in before.offered if code.group == details["group"]]
        n = sum(effect.before.get(code.code, NONE).n for code in inside)
        yield f"{counted(len(inside), 'reason')} with {counted(n, 'answer')} in it."
    can, could = ({code.code: code.label for code in book.offered} for book in (after, before))
    if gone := [code for code in could if code not in can]:
        n = sum(effect.after.get(code, NONE).n for code in gone)
        yield f"Offered no more: {_named(could[code] for code in gone)}. {counted(n, 'answer')} with them will stay."
    if new := [code for code in can if code not in could]:
        n = sum(effect.after.get(code, NONE).n for code in new)
        yield f"Offered from now on: {_named(can[code] for code in new)}. {counted(n, 'answer')} with them."


def _moved(before: Book, after: Book, effect: Effect) -> Iterator[str]:
    codes = [code for code in {**effect.before, **effect.after} if _n(effect.before, code) != _n(effect.after, code)]
    for code in codes[:MOST_NAMED]:
        label = (after if code in after.codes else before).label(code)
        yield f"“{label}” has {_n(effect.before, code):,}, then {counted(_n(effect.after, code), 'answer')}."
    if len(codes) > MOST_NAMED:
        yield f"{counted(len(codes) - MOST_NAMED, 'more reason')} with other counts."
    if not codes:
        yield "No count changes."


def _n(counts: Mapping[str, Any], code: str) -> int:
    return int(counts.get(code, NONE).n)


def _have(n: int, label: str) -> str:
    return f"{counted(n, 'answer')} {'has' if n == 1 else 'have'} “{label}”"


def _named(labels: Iterator[str]) -> str:
    every = list(labels)
    return ", ".join(every[:MOST_NAMED]) + (" ..." if len(every) > MOST_NAMED else "")
