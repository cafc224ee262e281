"""Areas in proportion to sizes, as near to squares as they fit (Bruls, Huizing and van Wijk, 2000)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """A rectangle from its lower left corner."""

    x: float
    y: float
    width: float
    height: float

    def within(self, margin: float, *, top: float = 0.0) -> "Box":
        """The same without a margin, and without a strip on top; a small one keeps half of its size."""
        across, down = min(margin, self.width / 4), min(margin, self.height / 4)
        strip = min(top, self.height / 4)
        return Box(self.x + across, self.y + down, self.width - 2 * across, self.height - 2 * down - strip)


def squares(sizes: Sequence[float], box: Box) -> list[Box]:
    """A box for each size, largest first; together they fill the box. Raises ValueError where one is not above 0."""
    if any(size <= 0 for size in sizes) or list(sizes) != sorted(sizes, reverse=True):
        raise ValueError("sizes are above 0, the largest first")
    scale = box.width * box.height / sum(sizes) if sizes else 1.0
    return list(_laid_out([size * scale for size in sizes], box))


def _laid_out(areas: list[float], box: Box) -> Iterator[Box]:
    while areas:
        side, count = min(box.width, box.height), 1
        while count < len(areas) and _worst(areas[: count + 1], side) <= _worst(areas[:count], side):
            count += 1
        row, areas = areas[:count], areas[count:]
        thick = sum(row) / side if areas else max(box.width, box.height)
        upright = box.width >= box.height
        reached = 0.0
        for area in row:
            long = area / thick
            yield (Box(box.x, box.y + reached, thick, long) if upright else Box(box.x + reached, box.y, long, thick))
            reached += long
        box = (
            Box(box.x + thick, box.y, box.width - thick, box.height)
            if upright
            else Box(box.x, box.y + thick, box.width, box.height - thick)
        )


def _worst(row: Sequence[float], side: float) -> float:
    """How far the least square of a row is from one: its longer side by its shorter one."""
    total = sum(row)
    return max(side**2 * max(row) / total**2, total**2 / (side**2 * min(row)))
