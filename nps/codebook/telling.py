"""The steps of a codebook in words; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nps.codebook.book import Book, Step, after, folded

WHAT = {"label": "name", "meaning": "meaning", "words": "phrases"}


@dataclass(frozen=True)
class Told:
    """A step in words, and the step that took it back, if one did."""

    step: Step
    words: str
    undone: Step | None = None


def history(steps: Sequence[Step], books: Mapping[str, Book], first: str) -> tuple[Told, ...]:
    """All steps in words, the newest first, each with the names that held when it was done."""
    undone = {step.details["step"]: step for step in steps if step.action == "undone"}
    book, words, told = books[first], dict[int, str](), list[Told]()
    for place, step in enumerate(steps):
        if step.action == "undone":
            words[step.number] = f"Taken back: {words[step.details['step']]}"
            book = folded(steps[: place + 1], books, first)
        else:
            words[step.number] = _told(step, book)
            book = after(book, step, books)
        told.append(Told(step, words[step.number], undone.get(step.number)))
    return tuple(reversed(told))


def _told(step: Step, before: Book) -> str:
    details = step.details
    name = before.label(details.get("code", ""))
    match step.action:
        case "use":
            return f"Codebook “{details['book']}” in place of “{before.name}”"
        case "group" if details.get("new"):
            return f"New group “{details['label']}”"
        case "group":
            return f"Group “{before.label(details['group'])}” is called “{details['label']}”"
        case "add":
            return f"New reason “{details['label']}” in “{before.label(details['group'])}”"
        case "merge":
            return f"“{name}” merged into “{before.label(details['into'])}”"
        case "split":
            parts = ", ".join(f"“{part['label']}”" for part in details["into"])
            return f"“{name}” split: {parts} beside it"
        case "retire":
            return f"“{name}” retired"
        case "back":
            return f"“{name}” brought back"
    return _edited(step, before)


def _edited(step: Step, before: Book) -> str:
    old = before.codes[step.details["code"]]
    changed = [word for name, word in WHAT.items() if name in step.details]
    renamed = f"“{old.label}” is called “{step.details['label']}”" if "label" in step.details else ""
    rest = " and ".join(changed[1:] if renamed else changed)
    if renamed and not rest:
        return renamed
    return f"{renamed}, with other {rest}" if renamed else f"“{old.label}” has other {rest}"
