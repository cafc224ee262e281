"""Cells to scores: whole numbers within a scale, a blank, or a reason why it is neither."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from nps.importing.words import is_blank

SCALES: Mapping[str, tuple[int, int]] = {"0-10": (0, 10), "1-10": (1, 10), "1-5": (1, 5), "1-7": (1, 7)}
# The scales that a metric is counted on, its own first.
METRICS: Mapping[str, tuple[str, ...]] = {
    "nps": ("0-10", "1-10"),
    "csat": ("1-5", "1-7", "1-10"),
    "ces": ("1-7", "1-5"),
}

# 9 | 9.0 | 9,0 | 9/10 | 9 out of 10, each perhaps with what it stands for: "10 (very likely)", "0 - not at all". An
# apostrophe before it is what keeps a spreadsheet from taking it for a number.
WHOLE = re.compile(
    r"'?([+-]?\d{1,6})(?:\.0+|,0{1,2})?(?:\s*(?:/|out of)\s*10)?(?:\s*[-–—:.)=(]\s*[^\W\d].*|\s+[^\W\d].*)?", re.DOTALL
)
# The same the other way round: "Extremely likely - 10", "Not at all likely (0)".
LABELLED = re.compile(r"[^\W\d][^\d]*?(?:\s+[-–—=]\s*|\s*[:(]\s*)(\d{1,2})\)?")
UNANSWERED = re.compile(
    r"\(?(?:blank|empty|leer|vide|vacio|vacío|vazio|skipped|undefined|unanswered)\)?|n\. ?a\.?|k\. ?a\.?|"
    r"(?:not|no) (?:answer(?:ed)?|response|rating|score|applicable|rated|opinion)(?: given| provided)?|"
    r"prefer not to (?:say|answer)|(?:i )?do(?:n['’]t| not) know|not sure|"
    r"keine (?:angabe|antwort)|weiß (?:ich )?nicht|sans réponse|ne sait pas|sin respuesta|no sabe|sem resposta|não sei",
    re.IGNORECASE,
)
NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)(?:e[+-]?\d+)?", re.IGNORECASE)
NOT_WHOLE, NOT_NUMBER = "not a whole number", "not a number"
ENOUGH = 5
TYPICAL = 20


@dataclass(frozen=True)
class Spread:
    """Which scores a column holds: `counts` of whole numbers, and how many cells are blank or something else."""

    counts: Counter[int] = field(default_factory=Counter)
    blank: int = 0
    fractions: int = 0
    texts: int = 0
    example: str = ""

    @property
    def whole(self) -> int:
        return self.counts.total()

    @property
    def filled(self) -> int:
        return self.whole + self.fractions + self.texts

    @property
    def valid(self) -> float:
        """The share of filled cells that are whole numbers from 0 to 10."""
        return self.within(0, 10)

    def within(self, low: int, high: int) -> float:
        """The share of filled cells that are whole numbers of a scale."""
        return sum(count for score, count in self.counts.items() if low <= score <= high) / max(self.filled, 1)

    @property
    def lowest(self) -> int:
        return min(self.counts, default=0)

    @property
    def highest(self) -> int:
        return max(self.counts, default=0)

    def smaller_scale(self) -> str | None:
        """The scale 1-5, 1-7 or 0-5 when all scores lie within, too many for chance on 0-10; else None."""
        if self.lowest < 0 or self.whole < ENOUGH or len(self.counts) < 3:
            return None
        if self.lowest >= 1 and self.highest <= 5:
            return "1-5"
        if self.whole < TYPICAL or len(self.counts) < 4:
            return None
        return "0-5" if self.highest <= 5 else "1-7" if self.lowest >= 1 and self.highest <= 7 else None

    def without_zero(self) -> bool:
        """Whether this is a 1-10 scale as far as one can see."""
        return self.lowest >= 1 and self.highest >= 8 and self.whole >= TYPICAL


def widest(metric: str) -> tuple[int, int]:
    """The ends of the longest scale that a metric is counted on."""
    return max((SCALES[scale] for scale in METRICS[metric]), key=lambda ends: ends[1])


def counted_as(metric: str, scale: str | None) -> str:
    """A metric with its scale where that is another than its own: "csat", "csat 1-7". The store keeps these apart."""
    own = metric == "nps" or scale is None or scale == METRICS[metric][0]
    return metric if own else f"{metric} {scale}"


def read_score(cell: str, low: int, high: int) -> int | str | None:
    """The score in a cell, None when it is blank, or the reason why the row is rejected."""
    text = cell.strip()
    if is_blank(text):
        return None
    if found := WHOLE.fullmatch(text) or LABELLED.fullmatch(text):
        score = int(found.group(1))
        return score if low <= score <= high else f"outside {low}-{high}"
    if UNANSWERED.fullmatch(text):
        return None
    return NOT_WHOLE if NUMBER.fullmatch(text) else NOT_NUMBER


def scores(column: pa.ChunkedArray, low: int, high: int) -> tuple[pa.Array, pa.Array]:
    """The scores of a column (uint8, null where blank or wrong), and the reason of each rejected cell, else null."""
    cells, places = _distinct(column)
    found = [read_score(cell, low, high) for cell in cells]
    values = pa.array([score if isinstance(score, int) else None for score in found], pa.uint8())
    reasons = pa.array([score if isinstance(score, str) else None for score in found], pa.string())
    return values.take(places), reasons.take(places)


def spread(column: pa.ChunkedArray) -> Spread:
    """What a column holds when it is read as scores."""
    counted = pc.value_counts(column)
    counts: Counter[int] = Counter()
    blank = fractions = texts = 0
    example = ""
    for cell, count in zip(counted.field(0).to_pylist(), counted.field(1).to_pylist(), strict=True):
        score = read_score(cell, -(10**6), 10**6)
        if isinstance(score, int):
            counts[score] += count
        elif score is None:
            blank += count
        else:
            fractions += count * (score == NOT_WHOLE)
            texts += count * (score == NOT_NUMBER)
            example = example or cell.strip()
    return Spread(counts, blank, fractions, texts, example)


def _distinct(column: pa.ChunkedArray) -> tuple[list[str], pa.Array]:
    """The different cells of a column, and for each row which of them it holds."""
    chunks = column.dictionary_encode().chunks
    if not chunks:
        return [], pa.array([], pa.int32())
    return chunks[0].dictionary.to_pylist(), pa.concat_arrays([chunk.indices for chunk in chunks])
