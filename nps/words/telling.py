"""Which words tell one set of comments from another: weighted log-odds with an informative prior.

Monroe, Colaresi and Quinn 2008, "Fightin' Words", Political Analysis 16 (4). Each comment counts a word once, so that
nobody who repeats one leads the list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log, sqrt
from statistics import NormalDist

from nps.score import FEWEST_SHOWN

PRIOR = 500.0  # words of ordinary comments that each side is thought to have said before
MOST = 8
CHANCE = 0.05  # of all words that are looked at together


@dataclass(frozen=True)
class Said:
    """Comments: `n` of them were read, of `of_all`. `words`: in how many each word is, and of how many people."""

    n: int
    of_all: int
    words: Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Telling:
    """A word that one set has more of: in how many of its comments and of the others' it is, and how clear that is.

    `z` is the log-odds of the word less those among the others, in standard errors.
    """

    word: str
    comments: int
    others: int
    z: float


def telling(own: Said, others: Said, *, most: int = MOST) -> tuple[Telling, ...]:
    """The words that a set of comments has more of than the others, the clearest first.

    Only words of at least five people are looked at, so that nobody is quoted, and only those are told that chance
    does not explain, for all that were looked at together (Bonferroni).
    """
    looked_at = [word for word, (_, people) in own.words.items() if people >= FEWEST_SHOWN]
    if not looked_at or not others.words:
        return ()
    spoken, of_others = (sum(count for count, _ in said.words.values()) for said in (own, others))
    bar = NormalDist().inv_cdf(1 - CHANCE / len(looked_at))
    found = []
    for word in looked_at:
        count, count_of_others = own.words[word][0], others.words.get(word, (0, 0))[0]
        prior = PRIOR * (count + count_of_others) / (spoken + of_others)
        z = _log_odds(count, spoken, prior) - _log_odds(count_of_others, of_others, prior)
        z /= sqrt(1 / (count + prior) + 1 / (count_of_others + prior))
        if z >= bar:
            found.append(Telling(word, count, count_of_others, z))
    return tuple(sorted(found, key=lambda each: (-each.z, each.word))[:most])


def _log_odds(count: int, spoken: int, prior: float) -> float:
    """Of a word among all that were spoken, those of the prior counted in."""
    return log((count + prior) / (spoken + PRIOR - count - prior))
