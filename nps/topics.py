"""What a question reads, so that a cached answer is good until one of these changes."""

from collections.abc import Callable
from typing import Any, Literal, TypeVar, get_args

Topic = Literal[
    "responses",
    "cases",
    "mappings",
    "settings",
    "context",
    "sayings",
    "opt_outs",
    "outbox",
    "writers",
    "marks",
    "kept",
    "watched",
    "codebook",
    "readings",
    "suggestions",
]
TOPICS: tuple[Topic, ...] = get_args(Topic)

F = TypeVar("F", bound=Callable[..., Any])


def reads(*topics: Topic) -> Callable[[F], F]:
    """Say which topics a question reads; every one reads the settings too, since its days are those of their zone."""

    def mark(question: F) -> F:
        question.topics = tuple(dict.fromkeys((*topics, "settings")))  # type: ignore[attr-defined]
        return question

    return mark
