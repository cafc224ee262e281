"""A peer counting the same responses: `python one_counting.py pandas|polars FILE.parquet TIMES`, figures as JSON.

The file has answered_at, score and the segments; it is in memory before the clock starts, segments as categories. Told
are the median seconds of each question.
"""

import json
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter

FILTERS = {"seg_plan": "Team", "seg_region": "EMEA", "seg_product": "Core", "seg_journey_stage": "Adoption"}

Questions = dict[str, Callable[[], object]]


def pandas(file: str) -> Questions:
    """By groupby over bands made of the score."""
    import pandas as pd

    frame = pd.read_parquet(file)
    frame = frame.astype(dict.fromkeys(FILTERS, "category"))

    def counted(some: pd.DataFrame, by: "pd.Series | None") -> object:
        band = pd.cut(some["score"].astype("float32"), [-1, 6, 8, 10], labels=False)
        return some.groupby([band] if by is None else [by, band], observed=True).size()

    def months(some: pd.DataFrame) -> "pd.Series":
        return pd.Series(some["answered_at"].to_numpy().astype("datetime64[M]"), index=some.index)

    def filtered(count: int) -> object:
        kept = pd.Series(True, index=frame.index)
        for column, value in list(FILTERS.items())[:count]:
            kept &= frame[column] == value
        return counted(frame[kept], months(frame[kept]))

    return {
        "trend by month": lambda: counted(frame, months(frame)),
        "cards": lambda: counted(frame, None),
        "table of a segment": lambda: counted(frame, frame["seg_plan"]),
        "trend, 2 filters": lambda: filtered(2),
        "trend, 4 filters": lambda: filtered(4),
    }


def polars(file: str) -> Questions:
    """By group_by on every core."""
    import polars as pl

    frame = pl.read_parquet(file).with_columns(pl.col(*FILTERS).cast(pl.Categorical))
    score = pl.col("score")
    bands = ((score >= 9).sum(), score.is_between(7, 8).sum().alias("passives"), (score <= 6).sum().alias("detractors"))
    month = pl.col("answered_at").dt.truncate("1mo")

    def filtered(count: int) -> object:
        kept = pl.all_horizontal([pl.col(column) == value for column, value in list(FILTERS.items())[:count]])
        return frame.lazy().filter(kept).group_by(month).agg(bands).collect()

    return {
        "trend by month": lambda: frame.lazy().group_by(month).agg(bands).collect(),
        "cards": lambda: frame.lazy().select(bands).collect(),
        "table of a segment": lambda: frame.lazy().group_by("seg_plan").agg(bands).collect(),
        "trend, 2 filters": lambda: filtered(2),
        "trend, 4 filters": lambda: filtered(4),
    }


PEERS = {"pandas": pandas, "polars": polars}


def main(name: str, file: str, times: str) -> None:
    """Ask one peer."""
    taken = {}
    for question, ask in PEERS[name](file).items():
        spent = []
        for _ in range(int(times) + 1):
            start = perf_counter()
            ask()
            spent.append(perf_counter() - start)
        taken[question] = median(spent[1:])  # the first is warm-up
    print(json.dumps(taken))


if __name__ == "__main__":
    main(*sys.argv[1:])
