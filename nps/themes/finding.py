"""Themes: groups of comments that share words, found without a codebook; pure.

Comments are points of TF-IDF in the space of their strongest latent directions (Deerwester et al. 1990), grouped by
k-means. Groups come out of any text, so a theme needs a word that tells it from the rest and that a third of its
comments have; comments that share nothing gather in groups that fail this. Themes are an aid to reading, no finding.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nps.score import FEWEST_SHOWN
from nps.words.stopping import ignored
from nps.words.telling import Said, telling

FEWEST = 40  # comments; fewer say nothing about what is common
FEWEST_TOLD = 8  # comments of a theme
PER_THEME = 25  # comments for each group that is looked for
MOST_THEMES, DIRECTIONS, MOST_WORDS = 24, 60, 6
SHARED = 1 / 3  # of a theme's comments have its first word
QUOTES = 3
LONGEST_READ = 1_000  # characters of a comment
WORD = r"(?u)\b[^\W\d_]{2,}\b"
SEED = 20

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Comment:
    """A comment with who wrote it, by number, so that a theme is of several people."""

    text: str
    person: int


@dataclass(frozen=True)
class Theme:
    """Comments that share words: the words that tell them from the rest, clearest first, and typical ones.

    `members` and `quotes` are places in what was read; the most typical come first.
    """

    words: tuple[str, ...]
    members: tuple[int, ...]
    quotes: tuple[int, ...]


def themes(comments: Sequence[Comment]) -> tuple[Theme, ...]:
    """The themes of some comments, the largest first; none where there are too few, or nothing holds together."""
    if len(comments) < FEWEST:
        return ()
    # It takes a second and a half to load, and most people never look for themes.
    from sklearn.feature_extraction.text import TfidfVectorizer

    counter = TfidfVectorizer(
        token_pattern=WORD, stop_words=list(ignored()), min_df=3, max_df=0.5, binary=True, sublinear_tf=True
    )
    try:
        weights = counter.fit_transform(comment.text[:LONGEST_READ] for comment in comments)
    except ValueError:  # no word is in three comments
        return ()
    told = [int(place) for place in np.flatnonzero(np.diff(weights.indptr))]
    if len(told) < FEWEST or weights.shape[1] < 3:
        return ()
    weights = weights[told]
    people = np.unique(np.array([comments[place].person for place in told], dtype=np.uint64), return_inverse=True)[1]
    groups, closeness = _grouped(weights)
    names = counter.get_feature_names_out()
    found = []
    for group in range(groups.max() + 1):
        inside = np.flatnonzero(groups == group)
        inside = inside[np.argsort(-closeness[inside], kind="stable")]
        if len(inside) < FEWEST_TOLD or len(np.unique(people[inside])) < FEWEST_SHOWN:
            continue
        members = tuple(told[place] for place in inside)
        own, others = (_said(weights, rows, names, people) for rows in (inside, np.flatnonzero(groups != group)))
        words = telling(own, others, most=MOST_WORDS)
        if words and max(word.comments for word in words) >= SHARED * len(inside):
            found.append(Theme(tuple(word.word for word in words), members, _quotes(members, comments)))
    return tuple(sorted(found, key=lambda theme: (-len(theme.members), theme.words)))


def _grouped(weights: Any) -> tuple[NDArray[np.int64], Floats]:
    """The group of each comment, and how close it lies to the middle of its group, 0 to 1."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import TruncatedSVD
    from sklearn.preprocessing import normalize

    count, words = weights.shape
    directions = min(DIRECTIONS, words - 1, count - 1)
    points = normalize(TruncatedSVD(directions, random_state=SEED).fit_transform(weights))
    differ = len(np.unique(points.round(6), axis=0))
    wanted = min(differ, max(2, min(MOST_THEMES, count // PER_THEME)))
    model = KMeans(wanted, n_init=3, random_state=SEED).fit(points)
    middles = normalize(model.cluster_centers_)
    groups = model.labels_.astype(np.int64)
    return groups, np.einsum("ij,ij->i", points, middles[groups])


def _said(weights: Any, rows: NDArray[np.intp], names: NDArray[Any], people: NDArray[np.intp]) -> Said:
    """In how many of some comments each word is, and of how many people."""
    part = weights[rows]
    counts = np.bincount(part.indices, minlength=len(names))
    owners = np.repeat(people[rows], np.diff(part.indptr))
    pairs = np.unique(np.stack([part.indices.astype(np.int64), owners.astype(np.int64)]), axis=1)
    of_people = np.bincount(pairs[0], minlength=len(names))
    said = {str(names[word]): (int(counts[word]), int(of_people[word])) for word in np.flatnonzero(counts)}
    return Said(len(rows), len(rows), said)


def _quotes(members: Sequence[int], comments: Sequence[Comment]) -> tuple[int, ...]:
    """The most typical comments, of people and with words that differ."""
    found: list[int] = []
    for place in members:
        mine = comments[place]
        if all(mine.person != comments[other].person and mine.text != comments[other].text for other in found):
            found.append(place)
        if len(found) == QUOTES:
            break
    return tuple(found)
