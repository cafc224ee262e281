"""Results as Markdown: tables, and the sentences around them."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from statistics import median

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"


@dataclass(frozen=True)
class Table:
    """One result: what was done in words, a header, rows of text (the first column is a name, the rest figures)."""

    title: str
    told: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def markdown(self, day: str = "") -> str:
        """The table under its title, with the day on which it was made."""
        widths = [max(len(row[column]) for row in (self.header, *self.rows)) for column in range(len(self.header))]
        rule = "| " + " | ".join("-" * w if not n else "-" * (w - 1) + ":" for n, w in enumerate(widths)) + " |"
        lines = [_line(self.header, widths), rule, *(_line(row, widths) for row in self.rows)]
        when = f" Run of {day}." if day else ""
        return f"## {self.title}\n\n{self.told}{when}\n\n" + "\n".join(lines) + "\n"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [c.rjust(w) if n else c.ljust(w) for n, (c, w) in enumerate(zip(cells, widths, strict=True))]
    return "| " + " | ".join(padded) + " |"


def seconds(values: Sequence[float]) -> str:
    """The median of some durations, in seconds."""
    return f"{median(values):.2f} s"


def ms(value: float) -> str:
    """A duration given in seconds, in milliseconds."""
    return f"{1000 * value:.1f} ms" if value < 0.1 else f"{1000 * value:.0f} ms"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed (nearest rank)."""
    return sorted(values)[max(0, ceil(len(values) * share) - 1)]


def page(tables: Sequence[Table], *, machine: str, day: str, before: str = "") -> str:
    """The whole of docs/benchmarks.md; what was not measured now stays as it was `before`."""
    head = (
        "# Benchmarks\n\n"
        "How fast the dashboard is, each time beside the plainest alternative. This page is the last run of\n"
        '`make bench ARGS="--write"`, or of a part of it (`--only desk --write`); `make bench` prints the same\n'
        "without keeping it.\n\n"
        f"Machine: {machine}. Both sides of a ratio ran in turns in the same run; figures are medians unless the\n"
        "table says otherwise. But for the real comments, all data are invented (`benchmarks/invented.py`), the same\n"
        "in every run.\n\n"
    )
    _, *kept = before.split("\n## ")
    sections = {text.partition("\n")[0]: f"## {text.strip()}\n" for text in kept}
    sections |= {table.title: table.markdown(day) for table in tables}
    return head + "\n".join(sections.values())
