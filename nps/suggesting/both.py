"""Rules and model together: what is suggested for a comment; pure.

The model speaks for the codes that it learnt, and takes the rules' word for what it is worth there; the rules speak for
all others. So each code is suggested once, by one of the two, and precision is measured of what is in fact suggested.
"""

from collections.abc import Iterable

from nps.codebook.book import Book
from nps.reasons.readings import Suggestion
from nps.suggesting.language import language
from nps.suggesting.model import Example, Model, learnt
from nps.suggesting.rules import Rules

Tagged = tuple[str, Iterable[str]]  # a comment, and the codes that a person found in it


class Suggester:
    """Suggests codes of a codebook, having learnt from tagged comments."""

    def __init__(self, book: Book, tagged: Iterable[Tagged] = ()) -> None:
        self._rules = Rules(book)
        offered = {code.code for code in book.offered}
        self.model: Model = learnt(
            [
                Example(comment, self.ruled(comment), frozenset(book.read(code) for code in codes) & offered)
                for comment, codes in tagged
            ]
        )

    def ruled(self, comment: str) -> tuple[Suggestion, ...]:
        """What the rules alone suggest."""
        return self._rules.suggest(comment, language(comment))

    def suggest(self, comment: str) -> tuple[Suggestion, ...]:
        """What is suggested for a comment, each code once: the surest of the model first, then those of rules."""
        ruled = self.ruled(comment)
        by_model = self.model.suggest(comment, ruled)
        return by_model + tuple(each for each in ruled if each.code not in self.model.codes)
