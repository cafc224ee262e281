"""A figure as SVG for paper: the lines, bars, points, areas and cells that our figures are made of, without a script.

It reads what `charts.made` makes: traces of type scatter, bar and heatmap, axes with domains, lines and notes on top. A
figure with anything else is refused by a test, not drawn wrong.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import plotly.graph_objects as go

from nps import charts
from nps.takeaway.scales import Axis, is_days, lines, number, safe, thinned, ticks_of, wide

WIDTH, TOP, RIGHT = 720, 14, 14
INK, SOFT, LINE = "#10151b", "#3a444e", "#d5dbe1"
FONT = 10
DASHES = {"dash": "6 4", "dot": "2 3", "dashdot": "6 3 2 3"}
KINDS = {"scatter", "bar", "heatmap"}

Point = tuple[float, float]


def drawn(figure: go.Figure, *, told: str) -> str:
    """The figure as an SVG element of WIDTH pixels; `told` says it in words. All text in it is escaped."""
    sheet = figure.to_dict()
    layout, traces = sheet["layout"], sheet["data"]
    height = int(layout.get("height") or 300)
    keys = sorted({trace.get("yaxis", "y") for trace in traces} | {"y"})
    stacked = _stacked(traces, layout)
    below = 22 + (16 if _title(layout.get("xaxis", {})) else 0)
    above = TOP + (18 if layout.get("showlegend") else 0) + (38 if layout.get("annotations") else 0)
    ys = {key: _axis(layout, key, stacked, start=height - below, end=above, x=False) for key in keys}
    left = 12 + max(wide(axis.ticks) for axis in ys.values()) + (16 if any(a.title for a in ys.values()) else 0)
    x = _axis(layout, "x", stacked, start=left, end=WIDTH - RIGHT, x=True)
    parts = [*_frame(x, ys, height=height, below=below)]
    for trace in stacked:
        parts += _trace(trace, x, ys[trace.get("yaxis", "y")])
    parts += [*_shapes(layout, x, ys["y"], (above, height - below)), *_legend(layout, traces)]
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{safe(told)}" font-size="{FONT}" '
        f'fill="{SOFT}">{"".join(parts)}</svg>'
    )


def _stacked(traces: Sequence[dict[str, Any]], layout: dict[str, Any]) -> list[dict[str, Any]]:
    """The traces, bars that stand on others with a base of their own."""
    reached: dict[tuple[str, float], float] = defaultdict(float)
    found = []
    for trace in traces:
        if trace["type"] == "bar" and layout.get("barmode") == "stack" and trace.get("base") is None:
            places = [(trace.get("yaxis", "y"), number(place)) for place in trace["x"]]
            base = [reached[place] for place in places]
            for place, more in zip(places, trace["y"], strict=True):
                reached[place] += more or 0
            trace = {**trace, "base": base}  # noqa: PLW2901
        found.append(trace)
    return found


def _title(axis: dict[str, Any]) -> str:
    return " ".join(lines((axis.get("title") or {}).get("text") or ""))


def _axis(
    layout: dict[str, Any], key: str, traces: Sequence[dict[str, Any]], *, start: float, end: float, x: bool
) -> Axis:
    axis = layout.get(f"{key[0]}axis{key[1:]}", {})
    mine = [trace for trace in traces if x or trace.get("yaxis", "y") == key]
    days = x and any(is_days(trace.get("x") or []) for trace in mine)
    values = [value for trace in mine for value in _reach(trace, x=x) if math.isfinite(value)]
    low, high = min(values, default=0.0), max(values, default=1.0)
    if axis.get("range") is not None:
        low, high = (number(value) for value in axis["range"])
    else:
        room = 0.05 * ((high - low) or 1.0)
        bars = any(trace["type"] == "bar" for trace in mine)
        low, high = (low if bars and low == 0 else low - room), high + room
    span = end - start
    near, far = axis.get("domain") or (0.0, 1.0)
    ends = (start + span * near, start + span * far)
    ticks = ticks_of(axis, low, high, days=days)
    grid = axis.get("showgrid") is not False and not days
    return Axis(
        low,
        high,
        *ends,
        tuple(thinned(ticks, abs(span)) if x else ticks),
        _title(axis),
        grid=grid,
        zero=grid and low < 0 < high and axis.get("zeroline") is not False,
    )


def _reach(trace: dict[str, Any], *, x: bool) -> Iterator[float]:
    """The values that an axis has to have room for."""
    own, sideways = ("x" if x else "y"), trace.get("orientation") == "h"
    values = [number(value) for value in trace.get(own) or []]
    if trace["type"] == "heatmap":
        yield from (edge for value in values for edge in (value - 0.5, value + 0.5))
        return
    if trace["type"] == "bar" and x == sideways:
        bases = _each(trace.get("base") or 0.0, len(values))
        yield from (end for base, value in zip(bases, values, strict=True) for end in (base, base + value))
    elif trace["type"] == "bar":
        widths = _widths(trace, len(values), x=x)
        yield from (edge for v, width in zip(values, widths, strict=True) for edge in (v - width / 2, v + width / 2))
    else:
        yield from values
    error = trace.get(f"error_{own}") or {}
    for sign, name in ((1, "array"), (-1, "arrayminus")):
        yield from (v + sign * more for v, more in zip(values, error.get(name) or [], strict=False) if more is not None)


def _each(value: Any, count: int) -> list[Any]:
    """A setting of a trace for each of its points."""
    return list(value) if isinstance(value, list | tuple) else [value] * count


def _widths(trace: dict[str, Any], count: int, *, x: bool) -> list[float]:
    """How wide each bar is, in days where they stand for days."""
    given = trace.get("width")
    days = x and given and is_days(trace.get("x") or [])
    return [float(wide) / 86_400_000 if days else float(wide) for wide in _each(given or 0.8, count)]


def _frame(x: Axis, ys: dict[str, Axis], *, height: int, below: int) -> Iterator[str]:
    for y in ys.values():
        for value, told in y.ticks:
            if y.grid:
                yield f'<path d="M{x.start} {y.at(value)}H{x.end}" stroke="{LINE}"/>'
            yield _text(told, x.start - 6, y.at(value) + 3.5, "end")
        if y.zero:
            yield f'<path d="M{x.start} {y.at(0)}H{x.end}" stroke="{SOFT}" stroke-width="0.7"/>'
        if y.title:
            middle = (y.start + y.end) / 2
            yield f'<text transform="translate(10 {middle}) rotate(-90)" text-anchor="middle">{safe(y.title)}</text>'
    floor, ceiling = max(y.start for y in ys.values()), min(y.end for y in ys.values())
    for value, told in x.ticks:
        if x.grid:
            yield f'<path d="M{x.at(value)} {floor}V{ceiling}" stroke="{LINE}"/>'
        yield _text(told, x.at(value), height - below + 14, "middle")
    if x.zero:
        yield f'<path d="M{x.at(0)} {floor}V{ceiling}" stroke="{SOFT}" stroke-width="0.7"/>'
    if x.title:
        yield _text((x.title,), (x.start + x.end) / 2, height - 5, "middle")


def _text(told: Sequence[str], x: float, y: float, anchor: str, colour: str = SOFT) -> str:
    rows = "".join(
        f'<tspan x="{x:.1f}" y="{y + (index - (len(told) - 1) / 2) * (FONT + 2):.1f}">{safe(line)}</tspan>'
        for index, line in enumerate(told)
    )
    return f'<text text-anchor="{anchor}" fill="{safe(colour)}">{rows}</text>'


def _trace(trace: dict[str, Any], x: Axis, y: Axis) -> Iterator[str]:
    assert trace["type"] in KINDS, f"no figure of ours has a trace of type {trace['type']}"
    if trace["type"] == "heatmap":
        yield from _cells(trace, x, y)
    elif trace["type"] == "bar":
        yield from _bars(trace, x, y)
    else:
        yield from _scatter(trace, x, y)


def _scatter(trace: dict[str, Any], x: Axis, y: Axis) -> Iterator[str]:
    points = [(number(a), number(b)) for a, b in zip(trace["x"], trace["y"], strict=True)]
    mode = trace.get("mode") or "lines"
    stretches = [
        [(x.at(a), y.at(b)) for a, b in group]
        for there, group in groupby(points, lambda point: all(map(math.isfinite, point)))
        if there
    ]
    line = trace.get("line") or {}
    if trace.get("fill") == "toself":
        yield from (f'<path d="{_path(part)}Z" {_paint(trace["fillcolor"])}/>' for part in stretches)
    if "lines" in mode and line.get("width", 2):
        dash = f' stroke-dasharray="{DASHES[line["dash"]]}"' if line.get("dash") in DASHES else ""
        stroke = (
            f'fill="none" {_paint(line.get("color") or SOFT, "stroke")} stroke-width="{line.get("width", 2)}"{dash}'
        )
        yield from (f'<path d="{_path(part)}" {stroke}/>' for part in stretches if len(part) > 1)
    yield from _whiskers(trace, points, x, y)
    if "markers" in mode:
        yield from _markers(trace, points, x, y)
    if "text" in mode:
        colours = _each((trace.get("textfont") or {}).get("color") or INK, len(points))
        above = "top" in str(trace.get("textposition"))
        for (a, b), told, colour in zip(points, _each(trace["text"], len(points)), colours, strict=True):
            if math.isfinite(b) and told:
                yield _text(lines(told), x.at(a), y.at(b) + (-9 if above else 3.5), "middle", colour)


def _path(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in points)


def _paint(colour: str, what: str = "fill") -> str:
    """A colour as attributes; eight digits have their opacity in the last two."""
    if colour.startswith("#") and len(colour) == 9:
        return f'{what}="{safe(colour[:7])}" {what}-opacity="{int(colour[7:], 16) / 255:.2f}"'
    return f'{what}="{safe(colour)}"'


def _markers(trace: dict[str, Any], points: Sequence[Point], x: Axis, y: Axis) -> Iterator[str]:
    look = trace.get("marker") or {}
    looks = [_each(look.get(name) or default, len(points)) for name, default in
             (("size", 6), ("color", SOFT), ("symbol", "circle"))]  # fmt: skip
    for (a, b), size, colour, symbol in zip(points, *looks, strict=True):
        if not math.isfinite(b) or str(colour).replace(" ", "") == "rgba(0,0,0,0)":
            continue
        half, across, down = size / 2, x.at(a), y.at(b)
        paint = f'fill="#fff" {_paint(colour, "stroke")} stroke-width="1.5"' if "open" in symbol else _paint(colour)
        if symbol.startswith(("square", "diamond")):
            turned = f' transform="rotate(45 {across} {down})"' if symbol.startswith("diamond") else ""
            place = f'x="{across - half:.1f}" y="{down - half:.1f}" width="{size}" height="{size}"'
            yield f"<rect {place} {paint}{turned}/>"
        else:
            yield f'<circle cx="{across}" cy="{down}" r="{half}" {paint}/>'


def _whiskers(trace: dict[str, Any], points: Sequence[Point], x: Axis, y: Axis) -> Iterator[str]:
    for name in ("x", "y"):
        error = trace.get(f"error_{name}") or {}
        for (a, b), more, less in zip(points, error.get("array") or [], error.get("arrayminus") or [], strict=False):
            if more is None or less is None or not math.isfinite(a) or not math.isfinite(b):
                continue
            ends = (
                f"M{x.at(a - less)} {y.at(b)}H{x.at(a + more)}"
                if name == "x"
                else f"M{x.at(a)} {y.at(b - less)}V{y.at(b + more)}"
            )
            yield f'<path d="{ends}" stroke="{SOFT}" stroke-width="1.2"/>'


def _bars(trace: dict[str, Any], x: Axis, y: Axis) -> Iterator[str]:
    sideways = trace.get("orientation") == "h"
    values = [number(value) for value in trace["x" if sideways else "y"]]
    places = [number(value) for value in trace["y" if sideways else "x"]]
    widths = _widths(trace, len(values), x=not sideways)
    bases = _each(trace.get("base") or 0.0, len(values))
    look = trace.get("marker") or {}
    colours = _each(look.get("color") or SOFT, len(values))
    shapes = _each((look.get("pattern") or {}).get("shape") or "", len(values))
    texts = _each(trace.get("text") or "", len(values))
    inside = trace.get("textposition") == "inside"
    each = zip(values, places, widths, bases, colours, shapes, texts, strict=True)
    for value, place, broad, base, colour, shape, told in each:
        if not math.isfinite(value):
            continue
        along, across = (x, y) if sideways else (y, x)
        one, two = sorted((along.at(base), along.at(base + value)))
        near, far = sorted((across.at(place - broad / 2), across.at(place + broad / 2)))
        left, top, width, height = (
            (one, near, two - one, far - near) if sideways else (near, one, far - near, two - one)
        )
        # A hatched bar is an outline on paper, which keeps it apart from a full one without a pattern.
        paint = f'fill="#fff" {_paint(colour, "stroke")}' if shape == "/" else _paint(colour)
        yield f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" {paint}/>'
        if told and inside:
            yield from _fitting(lines(told), left, top, width, height)
        elif told:
            end, anchor = (two + 3, "start") if value >= 0 else (one - 3, "end")
            at = (end, (near + far) / 2 + 3.5) if sideways else ((near + far) / 2, one - 3)
            yield _text(lines(told), *at, anchor if sideways else "middle", INK)
    yield from _whiskers(
        trace, list(zip(values, places, strict=True) if sideways else zip(places, values, strict=True)), x, y
    )


def _fitting(told: Sequence[str], left: float, top: float, width: float, height: float) -> Iterator[str]:
    """The text in the middle of a box, where it has room there."""
    if width > 6 + max(map(len, told)) * FONT * 0.55 and height > len(told) * (FONT + 2):
        yield _text(told, left + width / 2, top + height / 2 + 3.5, "middle", INK)


def _cells(trace: dict[str, Any], x: Axis, y: Axis) -> Iterator[str]:
    low, high = trace["zmin"], trace["zmax"]
    for b, row in zip(trace["y"], trace["z"], strict=True):
        for a, value in zip(trace["x"], row, strict=True):
            if value is None:
                continue
            left, right = x.at(number(a) - 0.48), x.at(number(a) + 0.48)
            top, bottom = y.at(number(b) + 0.46), y.at(number(b) - 0.46)
            colour = charts.shade(value, trace["colorscale"], low=low, high=high)
            yield f'<rect x="{left}" y="{top}" width="{right - left:.1f}" height="{bottom - top:.1f}" fill="{colour}"/>'


def _shapes(layout: dict[str, Any], x: Axis, y: Axis, inside: tuple[float, float]) -> Iterator[str]:
    """Upright and level lines across the figure, and notes; `inside` are the pixels of its top and bottom."""
    for shape in layout.get("shapes") or []:
        look = shape.get("line") or {}
        ends = [_place(shape, x, y, inside, end) for end in ("0", "1")]
        dash = f' stroke-dasharray="{DASHES[look["dash"]]}"' if look.get("dash") in DASHES else ""
        yield f'<path d="{_path(ends)}" {_paint(look.get("color") or SOFT, "stroke")}{dash}/>'
    for note in layout.get("annotations") or []:
        across, down = _place(note, x, y, inside)
        anchor = {"left": "start", "right": "end"}.get(note.get("xanchor") or "", "middle")
        yield _text(lines(note["text"]), across, down - 5, anchor)


def _place(what: dict[str, Any], x: Axis, y: Axis, inside: tuple[float, float], end: str = "") -> Point:
    """Where something stands that counts by the axes, or by shares of the figure ("paper", "y domain")."""
    top, bottom = inside
    across, down = what[f"x{end}"], what[f"y{end}"]
    return (
        x.at(number(across)) if what.get("xref", "x") == "x" else x.start + (x.end - x.start) * across,
        y.at(number(down)) if what.get("yref", "y") == "y" else bottom - (bottom - top) * down,
    )


def _legend(layout: dict[str, Any], traces: Sequence[dict[str, Any]]) -> Iterator[str]:
    across = 14.0
    for trace in traces if layout.get("showlegend") else ():
        name, colour = trace.get("name") or "", (trace.get("marker") or {}).get("color")
        if isinstance(colour, str):
            yield f'<rect x="{across}" y="4" width="10" height="10" {_paint(colour)}/>'
            yield _text((name,), across + 15, 13, "start")
            across += 32 + 6 * len(name)
