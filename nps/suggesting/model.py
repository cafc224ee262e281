"""A model that learns from tagged comments which codes others have, and by which of their words; pure.

For each code that enough comments were tagged with, a logistic regression over the words of a comment, how they
begin, and the codes that the rules suggest for it, so that little is to be learnt where a phrase says it. Its certainty
is made that of frequencies by Platt's sigmoid over scores of comments that it had not seen (five folds). Each word's
part in a score is known, and those with the largest are told. The same comments in the same order give the same model.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp, sqrt
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nps.reasons.readings import Suggestion
from nps.suggesting.rules import LONGEST, WORD, folded

if TYPE_CHECKING:
    from scipy import sparse

FEWEST_TAGGED = 20  # comments with a code, before it is learnt
SURE = 0.4  # from which certainty on a code is suggested
SURE_WITH_RULE = 0.2  # and where the rules suggest it too
MOST_FEATURES = 200_000
MOST_TAGGED = 100_000  # comments that are learnt from
MOST_WORDS = 5  # told of one comment and code
SHARE = 0.25  # of the part of the most telling word, below which a word is not told
BEGINNINGS = (4, 5, 6)  # letters of a word, which stand for its endings and what it is made of
FOLDS = 5
STEPS = 300_000  # of the descent, at least five and at most 60 times through the comments
STRENGTH = 10.0  # the inverse of regularisation, as C of a logistic regression

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Example:
    """A comment, the suggestions of the rules for it, and the codes that a person found in it."""

    comment: str
    ruled: tuple[Suggestion, ...]
    codes: frozenset[str]


@dataclass(frozen=True)
class Model:
    """What was learnt: `weights` of features (rows; `features` names them) for each code of `codes`.

    `sigmoids`: slope and offset for each code, so that its certainty is 1 / (1 + exp(slope * score + offset)).
    """

    codes: tuple[str, ...]
    features: dict[str, int]
    weights: Floats
    intercepts: Floats
    sigmoids: tuple[tuple[float, float], ...]

    def suggest(self, comment: str, ruled: Sequence[Suggestion]) -> tuple[Suggestion, ...]:
        """The codes that a comment has with some certainty, the surest first; `ruled`: what rules suggest for it."""
        said = _said(comment)
        known = {plain: part for plain in said if (part := self._part(plain)) is not None}
        rules = [(one.words, self.weights[row]) for one in ruled if (row := self.features.get(f"={one.code}"))]
        if not self.codes or not (known or rules):
            return ()
        spoken = {one.code for one in ruled}
        scale = 1 / sqrt(len(said)) if said else 0.0
        scores = self.intercepts.copy()
        for part in known.values():
            scores += scale * part
        for _, part in rules:
            scores += part
        found = []
        for place, code in enumerate(self.codes):
            certainty = _sigmoid(scores[place], *self.sigmoids[place])
            if certainty < (SURE_WITH_RULE if code in spoken else SURE):
                continue
            parts = [(scale * float(part[place]), said[plain]) for plain, part in known.items()]
            parts += [(float(part[place]) / len(words), word) for words, part in rules for word in words]
            if words := _told(comment, parts):
                found.append(Suggestion(code, "model", round(certainty, 4), words))
        return tuple(sorted(found, key=lambda each: (-(each.certainty or 0), each.code)))

    @cached_property
    def _known(self) -> dict[str, Floats | None]:
        return {}

    def _part(self, plain: str) -> Floats | None:
        """What a word adds to the scores; None where nothing of it was met before."""
        known = self._known
        if plain not in known:
            if len(known) >= MOST_FEATURES:
                known.clear()
            rows = [row for each in _features(plain) if (row := self.features.get(each)) is not None]
            known[plain] = self.weights[rows].sum(axis=0) if rows else None
        return known[plain]


def learnt(examples: Sequence[Example]) -> Model:
    """Learn the codes that at least FEWEST_TAGGED comments have, and as many have not; perhaps none."""
    examples = examples[:MOST_TAGGED]
    counts = Counter(code for each in examples for code in each.codes)
    codes = tuple(sorted(code for code, n in counts.items() if FEWEST_TAGGED <= n <= len(examples) - FEWEST_TAGGED))
    if not codes:
        return Model((), {}, np.zeros((0, 0), np.float32), np.zeros(0, np.float32), ())
    features = _listed(examples)
    matrix = _matrix(examples, features)
    fitted = [_fitted(matrix, np.array([code in each.codes for each in examples])) for code in codes]
    weights, intercepts, sigmoids = zip(*fitted, strict=True)
    return Model(codes, features, np.stack(weights, axis=1), np.array(intercepts, np.float32), sigmoids)


def _fitted(matrix: "sparse.csr_matrix", has: NDArray[np.bool_]) -> tuple[Floats, float, tuple[float, float]]:
    """Weights, intercept and sigmoid of one code."""
    # Here, since it takes seconds, and most of the program never learns.
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.linear_model import SGDClassifier

    n = len(has)
    descent = SGDClassifier(
        loss="log_loss",
        alpha=1 / (STRENGTH * n),
        max_iter=int(np.clip(STEPS // n, 5, 60)),
        tol=None,
        average=True,
        random_state=0,
    )
    [calibrated] = (
        CalibratedClassifierCV(descent, method="sigmoid", cv=FOLDS, ensemble=False)
        .fit(matrix, has)
        .calibrated_classifiers_
    )
    [sigmoid] = calibrated.calibrators
    weights = calibrated.estimator.coef_[0].astype(np.float32)
    return weights, float(calibrated.estimator.intercept_[0]), (float(sigmoid.a_), float(sigmoid.b_))


def _listed(examples: Iterable[Example]) -> dict[str, int]:
    """The features that at least two comments have, the most frequent ones, with their columns."""
    met: Counter[str] = Counter()
    for each in examples:
        met.update({feature for plain in _said(each.comment) for feature in _features(plain)})
        met.update(f"={one.code}" for one in each.ruled)
    often = sorted((each for each, n in met.items() if n >= 2), key=lambda each: (-met[each], each))
    return {each: column for column, each in enumerate(("", *often[:MOST_FEATURES]))}  # 0 is no feature


def _matrix(examples: Sequence[Example], features: dict[str, int]) -> "sparse.csr_matrix":
    from scipy import sparse

    columns, values, ends = [], [], [0]
    for each in examples:
        said = _said(each.comment)
        row = Counter(column for plain in said for one in _features(plain) if (column := features.get(one)))
        ruled = [column for one in each.ruled if (column := features.get(f"={one.code}"))]
        columns += [*row, *ruled]
        values += [n / sqrt(len(said)) for n in row.values()] + [1.0] * len(ruled)
        ends.append(len(columns))
    shape = len(examples), len(features)
    return sparse.csr_matrix((np.array(values, np.float32), np.array(columns, np.int32), np.array(ends)), shape)


def _said(comment: str) -> dict[str, str]:
    """Each word of a comment, folded, and as it stands in it for the first time."""
    said: dict[str, str] = {}
    for word in WORD.findall(comment[:LONGEST]):
        if (plain := folded(word)) and plain[0].isalpha():
            said.setdefault(plain, word)
    return said


def _features(plain: str) -> list[str]:
    return [plain, *(f"{plain[:letters]}*" for letters in BEGINNINGS if len(plain) >= letters)]


def _sigmoid(score: float, slope: float, offset: float) -> float:
    return 1 / (1 + exp(min(max(slope * float(score) + offset, -500.0), 500.0)))


def _told(comment: str, parts: Sequence[tuple[float, str]]) -> tuple[str, ...]:
    """The words with the largest part, as they stand in the comment and in its order; none that is in another."""
    least = SHARE * max((part for part, _ in parts), default=0.0)
    chosen: list[str] = []
    for part, word in sorted(parts, key=lambda each: -each[0]):
        if part > 0 and part >= least and not any(word in other for other in chosen):
            chosen.append(word)
    return tuple(sorted(chosen[:MOST_WORDS], key=comment.find))
