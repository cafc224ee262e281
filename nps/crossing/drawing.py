"""Maps as figures: a heat map of two segments, and areas by the number of answers; hatched where untested.

Colours are scores drawn towards those of their like. Each mark carries its values as custom data, for a click.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import Any

import plotly.graph_objects as go

from nps.charts import BLUE_ORANGE, GREY, made, named, plain, points, readable_on, shade, short, told
from nps.crossing.cells import Cell, Map
from nps.crossing.squares import Box, squares
from nps.ranking import in_order

MOST_VALUES = 25  # in a row or column of the heat map; the table has all
HALF = 0.46  # of a cell
WIDE, HIGH, STRIP = 140.0, 100.0, 6.0
HOVER = "%{customdata[2]} × %{customdata[3]}<br>NPS %{customdata[4]}<br>%{customdata[5]}<extra></extra>"
STRIP_COLOUR = "#4d5965"
HATCH = {"#10151b": "rgba(16, 21, 27, 0.4)", "#ffffff": "rgba(255, 255, 255, 0.55)"}


def heat_map(seen: Map, *, across: str, down: str) -> go.Figure:
    """Each pair of values in the colour of its drawn score, which is its text; those that are not shown are empty."""
    columns = _most(seen, [cell.inner for cell in seen.cells], inner=True)
    rows = _most(seen, [cell.outer for cell in seen.cells], inner=False)[::-1]
    places = {(cell.outer, cell.inner): cell for cell in seen.cells}
    filled = [(x, y, places[row, column]) for y, row in enumerate(rows) for x, column in enumerate(columns)
              if (row, column) in places]  # fmt: skip
    squares_of = {
        "type": "heatmap",
        "x": list(range(len(columns))),
        "y": list(range(len(rows))),
        "z": [[cell.drawn if (cell := places.get((row, column))) else None for column in columns] for row in rows],
        "hoverinfo": "skip",
        "zmin": -100,
        "zmax": 100,
        "colorscale": BLUE_ORANGE,
        "xgap": 3,
        "ygap": 3,
        "colorbar": {"title": {"text": "NPS"}, "thickness": 10, "outlinewidth": 0},
    }
    # A heat map cannot be picked from; markers that cannot be seen lie on its cells and can.
    markers = {
        "type": "scatter",
        "x": [x for x, _, _ in filled],
        "y": [y for _, y, _ in filled],
        "mode": "markers+text",
        "marker": {"symbol": "square", "size": 36, "color": "rgba(0,0,0,0)", "line": {"width": 0}},
        "text": [points(cell.drawn) for _, _, cell in filled],
        "textfont": {"color": [readable_on(cell.drawn) for _, _, cell in filled]},
        "customdata": [[cell.outer, cell.inner, *_about(cell)] for _, _, cell in filled],
        "hovertemplate": HOVER,
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1}, "textfont": {"color": GREY}},
    }
    return made(
        [squares_of, *_hatching(filled), markers],
        height=max(240, 46 * len(rows) + 110),
        xaxis={**named([short(column) for column in columns]), "title": {"text": short(across)}, "showgrid": False},
        yaxis={**named([short(row) for row in rows]), "title": {"text": short(down)}, "showgrid": False},
    )


def areas(seen: Map, *, nested: bool, labels: Mapping[str, str]) -> go.Figure:
    """A box for each group, as large as its number of answers, in the colour of its drawn score.

    `nested`: groups lie in a box of their outer value, which has its name on top. `labels` are names of outer values.
    """
    whole = Box(0.0, 0.0, WIDE, HIGH)
    boxes = list(_nested(seen.cells, whole)) if nested else list(_side_by_side(seen.cells, whole))
    outer = [(box, name) for box, name in boxes if isinstance(name, str)]
    inner = [(box, cell) for box, cell in boxes if isinstance(cell, Cell)]
    groups = {
        **_bars([box for box, _ in inner]),
        "marker": {
            "color": [shade(cell.drawn) for _, cell in inner],
            "line": {"width": 0},
            "pattern": {
                "shape": ["" if cell.tested else "/" for _, cell in inner],
                "fillmode": "overlay",
                "fgcolor": [HATCH[readable_on(cell.drawn)] for _, cell in inner],
                "size": 8,
                "solidity": 0.3,
            },
        },
        "text": [f"{short(cell.inner)}<br>{points(cell.drawn)}" for _, cell in inner],
        "textfont": {"color": [readable_on(cell.drawn) for _, cell in inner]},
        "customdata": [[cell.outer, cell.inner, *_about(cell, labels)] for _, cell in inner],
        "hovertemplate": HOVER,
    }
    names = {
        **_bars([box for box, _ in outer]),
        "marker": {"color": STRIP_COLOUR, "line": {"width": 0}},
        "textfont": {"color": "#ffffff"},
        "text": [short(labels.get(name, name)) for _, name in outer],
        "customdata": [[name, "", plain(labels.get(name, name))] for _, name in outer],
        "hovertemplate": "%{customdata[2]}<extra></extra>",
    }
    bare = {"showgrid": False, "zeroline": False, "tickvals": [], "ticktext": []}
    return made(
        [groups, names] if outer else [groups],
        height=430,
        also={"barmode": "overlay", "uniformtext": {"minsize": 9, "mode": "hide"}},
        xaxis={**bare, "range": [0, WIDE]},
        yaxis={**bare, "range": [0, HIGH]},
    )


def _most(seen: Map, values: Sequence[str], *, inner: bool) -> list[str]:
    """The values with most answers, in order."""
    sizes = dict.fromkeys(values, 0)
    for cell in seen.cells:
        sizes[cell.inner if inner else cell.outer] += cell.tally.n
    return in_order(sorted(sizes, key=lambda value: (-sizes[value], value))[:MOST_VALUES])


def _about(cell: Cell, labels: Mapping[str, str] = MappingProxyType({})) -> list[str]:
    """Both values and the score for a hover text, with its interval and n."""
    untested = "" if cell.tested else "; too few answers to be tested"
    drawn = f"drawn towards its like: {points(cell.drawn)}{untested}"
    return [plain(labels.get(cell.outer, cell.outer)), plain(cell.inner), told(cell.tally), drawn]


def _hatching(filled: Sequence[tuple[int, int, Cell]]) -> Iterator[dict[str, Any]]:
    """Lines across the cells that are untested, dark ones and light ones."""
    for ink, colour in HATCH.items():
        x: list[float | None] = []
        y: list[float | None] = []
        for place_x, place_y, cell in filled:
            if not cell.tested and readable_on(cell.drawn) == ink:
                for shift in (-0.6, -0.3, 0.0, 0.3, 0.6):
                    start, end = max(-HALF, -HALF - shift), min(HALF, HALF - shift)
                    x += [place_x + start, place_x + end, None]
                    y += [place_y + start + shift, place_y + end + shift, None]
        if x:
            line = {"color": colour, "width": 1.5}
            yield {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip"}


def _side_by_side(cells: Sequence[Cell], box: Box) -> Iterator[tuple[Box, Cell]]:
    ordered = sorted(cells, key=lambda cell: (-cell.tally.n, cell.outer, cell.inner))
    for cell, place in zip(ordered, squares([cell.tally.n for cell in ordered], box), strict=True):
        yield place.within(0.25), cell


def _nested(cells: Sequence[Cell], box: Box) -> Iterator[tuple[Box, Cell | str]]:
    by_outer = groupby(sorted(cells, key=lambda cell: cell.outer), key=lambda cell: cell.outer)
    families = {name: list(family) for name, family in by_outer}
    sizes = {name: sum(cell.tally.n for cell in family) for name, family in families.items()}
    ordered = sorted(families, key=lambda name: (-sizes[name], name))
    for name, place in zip(ordered, squares([sizes[name] for name in ordered], box), strict=True):
        own = place.within(0.6)
        inside = own.within(0.0, top=STRIP)
        strip = own.height - inside.height
        yield Box(own.x, own.y + own.height - strip, own.width, strip), name
        yield from _side_by_side(families[name], inside)


def _bars(boxes: Sequence[Box]) -> dict[str, Any]:
    """Bars that are these boxes."""
    return {
        "type": "bar",
        "x": [box.x + box.width / 2 for box in boxes],
        "width": [box.width for box in boxes],
        "base": [box.y for box in boxes],
        "y": [box.height for box in boxes],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 0.45}},
    }
