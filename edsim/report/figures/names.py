"""Where the names on a map stand so that none covers another, and pipes as few as can be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from edsim.report.theme import short

_LETTER_PX, _LINE_PX, _GAP_PX = 6.2, 14.0, 2.0
_TRIED = ("top center", "bottom center", "middle right", "middle left")

_NAME_LETTERS = 40
"""Letters of a name on the map."""
_SHORTER = (20, 12)
"""Letters of a name where the whole one has no room, as on a phone."""

Box = tuple[float, float, float, float]
"""West, east, south and north edge."""
Line = tuple[float, float, float, float]
"""Ends of a straight line: x, y, x, y."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A place on the map.

    Parameters
    ----------
    x, y
        Its middle, pixels from a corner of the map.
    size_px
        Diameter of its mark.
    name
        What would be written beside it.
    shorter
        Shorter forms of it, the longest first, each tried where the one before has no room.
    """

    x: float
    y: float
    size_px: float
    name: str
    shorter: tuple[str, ...] = ()


def forms(name: str) -> tuple[str, tuple[str, ...]]:
    """Return a name as a map writes it, and shorter forms of it."""
    return short(name, _NAME_LETTERS), tuple(short(name, n) for n in _SHORTER if n < len(name))


def named_places(
    places: Sequence[Marked],
    most_wanted: Sequence[float],
    across: tuple[float, float] = (-math.inf, math.inf),
    lines: Sequence[Line] = (),
) -> tuple[tuple[str, str], ...]:
    """Return side and text of the name of each mark; both empty where every side is taken for its shortest form too.

    The most wanted name chooses first. A name may cover no mark but its own and no name chosen before; of the sides
    that are free it takes the one that covers the fewest lines.

    Parameters
    ----------
    places
        The marks with their names.
    most_wanted
        Rank of each name, higher first.
    across
        Left and right edge of the map, pixels; a name that would reach over one is not written there.
    lines
        Straight pieces of the pipes, pixels.

    Returns
    -------
    tuple
        Plotly's ``textposition`` and ``text`` per place.
    """
    marks = [_box(p.x, p.y, p.size_px, p.size_px) for p in places]
    taken: list[Box] = []
    chosen = [("", "")] * len(places)
    for k in sorted(range(len(places)), key=lambda i: -most_wanted[i]):
        others = marks[:k] + marks[k + 1 :] + taken
        for name in (places[k].name, *places[k].shorter):
            free = []
            for order, side in enumerate(_TRIED):
                box = _beside(replace(places[k], name=name), side)
                if across[0] <= box[0] and box[1] <= across[1] and not any(_overlap(box, other) for other in others):
                    free.append((sum(_meets(line, box) for line in lines), order, box))
            if free:
                _, order, box = min(free)
                chosen[k] = (_TRIED[order], name)
                taken.append(box)
                break
    return tuple(chosen)


def _beside(place: Marked, side: str) -> Box:
    wide, far = _LETTER_PX * len(place.name), place.size_px / 2 + _GAP_PX
    if side.endswith("center"):
        up = 1.0 if side.startswith("top") else -1.0
        return _box(place.x, place.y + up * (far + _LINE_PX / 2), wide, _LINE_PX)
    right = 1.0 if side.endswith("right") else -1.0
    return _box(place.x + right * (far + wide / 2), place.y, wide, _LINE_PX)


def _box(x: float, y: float, wide: float, high: float) -> Box:
    return x - wide / 2, x + wide / 2, y - high / 2, y + high / 2


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


def _meets(line: Line, box: Box) -> bool:
    """Return whether a straight line passes through a box: clipped at its four edges, something is left."""
    first, last = 0.0, 1.0
    for start, end, low, high in ((line[0], line[2], box[0], box[1]), (line[1], line[3], box[2], box[3])):
        step = end - start
        if step == 0.0:
            if not low < start < high:
                return False
            continue
        near, far = sorted(((low - start) / step, (high - start) / step))
        first, last = max(first, near), min(last, far)
    return first < last
