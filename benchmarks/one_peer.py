"""A peer on some files, in the peers' own environment: `python one_peer.py NAME FILE.npz...`, figures as JSON.

A file holds `codes` (a row for each answer, a column for each segment), `votes` (-1, 0, 1) and `fewest`, the smallest
group that counts. Told are, for each file, the seconds of the search and its top 20: pairs of a column's number and a
value's code.
"""

import json
import sys
from time import perf_counter

import numpy as np
import pandas as pd

TOP = 20

Group = list[tuple[int, int]]


def pysubgroup(codes: np.ndarray, votes: np.ndarray, fewest: int) -> tuple[float, list[Group]]:
    """Its depth-first search over bit sets by weighted relative accuracy, which finds most of what it can rank by."""
    import pysubgroup as ps

    columns = [f"c{number}" for number in range(codes.shape[1])]
    frame = pd.DataFrame({column: codes[:, number] for number, column in enumerate(columns)})
    frame["detractor"] = votes < 0
    selectors = [ps.EqualitySelector(column, value) for column in columns for value in np.unique(frame[column])]
    task = ps.SubgroupDiscoveryTask(
        frame,
        ps.BinaryTarget("detractor", True),
        selectors,
        ps.WRAccQF(),
        result_set_size=TOP,
        depth=3,
        constraints=[ps.MinSupportConstraint(fewest)],
    )
    start = perf_counter()
    found = ps.DFS(ps.BitSetRepresentation).execute(task)
    spent = perf_counter() - start
    groups = [
        [(int(each.attribute_name[1:]), int(each.attribute_value)) for each in rule.selectors]
        for _, rule, *_ in found.to_descriptions()
    ]
    return spent, groups


def sliceline(codes: np.ndarray, votes: np.ndarray, fewest: int) -> tuple[float, list[Group]]:
    """The published algorithm, by an error of one for a detractor and a half for a passive; its paper's alpha."""
    from sliceline.slicefinder import Slicefinder

    finder = Slicefinder(alpha=0.95, k=TOP, max_l=3, min_sup=fewest, verbose=False)
    start = perf_counter()
    finder.fit(codes, (1 - votes) / 2)
    spent = perf_counter() - start
    groups = [
        [(column, int(value)) for column, value in enumerate(each) if value is not None] for each in finder.top_slices_
    ]
    return spent, groups


PEERS = {"pysubgroup": pysubgroup, "SliceLine": sliceline}


def main(name: str, *files: str) -> None:
    """Search each file with one peer."""
    found = []
    for file in files:
        data = np.load(file)
        seconds, groups = PEERS[name](data["codes"], data["votes"], int(data["fewest"]))
        found.append({"seconds": seconds, "groups": groups})
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
