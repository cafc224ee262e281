"""The codebook as its steps add up: whatever is undone leaves no trace, and codes are the same for ever."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps.codebook.book import Action, Book, Code, Step, builds_on, code_for, counting, folded
from nps.codebook.telling import history
from nps.errors import Refused

NOW = datetime.fromisoformat("2026-03-01 12:00")
SMALL = Book(
    "Small",
    {"product": "Product", "service": "Service"},
    {
        "product.speed": Code("product.speed", "Speed", "product", words={"en": ("slow",)}),
        "product.ease": Code("product.ease", "Ease of use", "product"),
        "service.answer": Code("service.answer", "Answers", "service"),
    },
)
OTHER = Book("Other", {"shop": "Shop"}, {"shop.price": Code("shop.price", "Price", "shop")})
BOOKS = {"Small": SMALL, "Other": OTHER}


def step(number: int, action: Action, **details: Any) -> Step:
    return Step(number, action, details, NOW, "Ada")


def fold(*steps: Step) -> Book:
    return folded(steps, BOOKS, "Small")


def wished(book: Book, dice: st.DataObject) -> tuple[Action, Mapping[str, Any]]:
    """A step that somebody might do to a book; not all can be done."""
    codes, groups = st.sampled_from(sorted(book.codes)), st.sampled_from(sorted(book.groups))
    labels = st.sampled_from(["Speed", "Slow pages", "Price", "Answers"])
    action: Action = dice.draw(st.sampled_from(["use", "group", "add", "edit", "merge", "split", "retire", "back"]))
    label = dice.draw(labels)
    group = dice.draw(groups)
    new = dice.draw(st.booleans())
    details: dict[str, Any] = {"code": dice.draw(codes)}
    if action == "use":
        details = {"book": dice.draw(st.sampled_from(sorted(BOOKS)))}
    elif action == "group":
        details = {"group": code_for(book, "", label) if new else group, "label": label, "new": new}
    elif action == "add":
        details = {"group": group, "code": code_for(book, group, label), "label": label}
    elif action == "edit":
        details["label"] = label
    elif action == "merge":
        details["into"] = dice.draw(codes)
    elif action == "split":
        own = book.group(details["code"])
        details["into"] = [{"code": code_for(book, own, label), "label": label, "words": {"en": ["slow"]}}]
    return action, details


@given(st.data())
def test_what_is_undone_leaves_no_trace(dice: st.DataObject) -> None:
    steps = list[Step]()
    for number in range(1, dice.draw(st.integers(1, 12)) + 1):
        back = dice.draw(st.sampled_from([None, None, *(each.number for each in counting(steps))]))
        if back is not None:
            later = builds_on(steps, back, BOOKS, "Small")
            if later is None:
                steps.append(step(number, "undone", step=back))
            else:
                assert later.number > back
        else:
            action, details = wished(fold(*steps), dice)
            try:
                fold(*steps, step(number, action, **details))
            except Refused:
                continue
            steps.append(step(number, action, **details))
    undone = {each.details["step"] for each in steps if each.action == "undone"}
    left = [each for each in steps if each.action != "undone" and each.number not in undone]
    book = fold(*steps)
    assert replace(book, version=0) == replace(fold(*left), version=0)
    offered = [code.label.casefold() for code in book.offered]
    assert len(set(offered)) == len(offered)
    assert all(book.codes[book.read(code)].into is None for code in book.codes)
    told = history(steps, BOOKS, "Small")
    assert [each.step for each in reversed(told)] == steps
    assert {each.step.number for each in told if each.undone} == undone


def test_a_merged_code_is_read_as_the_last_of_its_chain_and_known_by_its_name() -> None:
    book = fold(
        step(1, "merge", code="product.speed", into="product.ease"),
        step(2, "merge", code="product.ease", into="service.answer"),
    )
    assert book.read("product.speed") == "service.answer"
    assert book.kept_as("service.answer") == ("service.answer", "product.speed", "product.ease")
    assert book.named(" SPEED ") == "service.answer"
    assert book.codes["service.answer"].words == {"en": ("slow",)}


def test_a_renamed_code_is_known_by_its_old_name_until_another_one_has_it() -> None:
    renamed = step(1, "edit", code="product.speed", label="Slowness")
    assert fold(renamed).named("speed") == fold(renamed).named("slowness") == "product.speed"
    new = step(2, "add", group="service", code="service.speed", label="Speed")
    assert fold(renamed, new).named("speed") == "service.speed"
    retired = step(3, "retire", code="service.speed")
    assert fold(renamed, new, retired).named("speed") == "product.speed"


def test_a_name_that_is_free_again_hinders_the_undo_of_what_freed_it() -> None:
    renamed = step(1, "edit", code="product.speed", label="Slowness")
    new = step(2, "add", group="product", code="product.speed-2", label="Speed")
    assert builds_on((renamed, new), 1, BOOKS, "Small") == new
    assert builds_on((renamed, new), 2, BOOKS, "Small") is None


@pytest.mark.parametrize(
    ("action", "details", "sentence"),
    [
        ("use", {"book": "None"}, "There is no codebook “None”. Choose one of: Small, Other."),
        ("group", {"group": "product", "label": "service"}, "a group called “Service” already"),
        ("group", {"group": "odd", "label": "Odd"}, "There is no group “odd”"),
        ("group", {"group": "product", "label": "Odd", "new": True}, "There is a group “product” already"),
        ("add", {"group": "none", "code": "none.x", "label": "X"}, "There is no group “none”"),
        ("add", {"group": "product", "code": "product.x", "label": " "}, "A reason needs a name"),
        ("add", {"group": "product", "code": "product.x", "label": "ease of USE"}, "called “Ease of use” already"),
        ("add", {"group": "product", "code": "product.ease", "label": "X"}, "is taken already"),
        ("edit", {"code": "product.speed"}, "Nothing about “Speed” is different"),
        ("edit", {"code": "product.speed", "words": {"xx": ["a"]}}, "“xx” is none of them"),
        ("edit", {"code": "product.speed", "meaning": "x" * 301}, "to 300 characters"),
        ("merge", {"code": "product.speed", "into": "product.speed"}, "cannot be merged into itself"),
        ("merge", {"code": "product.speed", "into": "gone"}, "“gone” is in use no more"),
        ("split", {"code": "product.speed", "into": []}, "Name at least one reason"),
        ("split", {"code": "product.speed", "into": [{"code": "product.s", "label": "Speed"}]}, "“Speed” already"),
        ("back", {"code": "product.speed"}, "is not retired"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(action: Action, details: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        fold(step(1, action, **details))


def test_each_step_is_told_with_the_names_of_its_day() -> None:
    told = history(
        (
            step(1, "edit", code="product.speed", label="Slowness", words={"en": ["slow"]}),
            step(2, "merge", code="product.speed", into="product.ease"),
            step(3, "undone", step=2),
            step(4, "split", code="product.speed", into=[{"code": "product.a", "label": "A"}]),
            step(5, "group", group="new", label="New", new=True),
            step(6, "group", group="new", label="Newer"),
            step(7, "add", group="new", code="new.x", label="X"),
            step(8, "retire", code="new.x"),
            step(9, "back", code="new.x"),
            step(10, "edit", code="new.x", meaning="m", words={}),
            step(11, "use", book="Other"),
        ),
        BOOKS,
        "Small",
    )
    assert [each.words for each in reversed(told)] == [
        "“Speed” is called “Slowness”, with other phrases",
        "“Slowness” merged into “Ease of use”",
        "Taken back: “Slowness” merged into “Ease of use”",
        "“Slowness” split: “A” beside it",
        "New group “New”",
        "Group “New” is called “Newer”",
        "New reason “X” in “Newer”",
        "“X” retired",
        "“X” brought back",
        "“X” has other meaning and phrases",
        "Codebook “Other” in place of “Small”",
    ]
    assert [each.undone.number for each in told if each.undone] == [3]
