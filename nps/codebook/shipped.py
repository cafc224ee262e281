"""The codebooks that come with the dashboard: data/codebook*.toml."""

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from nps.codebook.book import Book, Code
from nps.places import ROOT

FIRST = "B2B software"
FILES = ("codebook.toml", "codebook-retail.toml")


@cache
def shipped() -> Mapping[str, Book]:
    """The shipped codebooks by name, that for B2B software first."""
    books = [_book(tomllib.loads((ROOT / "data" / name).read_text(encoding="utf-8"))) for name in FILES]
    return {book.name: book for book in books}


def _book(told: Mapping[str, Any]) -> Book:
    groups = {group["code"]: group["label"] for group in told["group"]}
    codes = [_code(group["code"], reason) for group in told["group"] for reason in group["reason"]]
    return Book(told["name"], groups, {code.code: code for code in codes})


def _code(group: str, told: Mapping[str, Any]) -> Code:
    words = {language: tuple(phrases) for language, phrases in told.get("words", {}).items()}
    return Code(
        f"{group}.{told['code']}", told["label"], group, told["means"], words, aliases=tuple(told.get("aliases", ()))
    )
