"""Where the names on a map stand so that none covers another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_LETTER_PX, _LINE_PX, _GAP_PX = 6.2, 14.0, 2.0
_TRIED = ("top center", "bottom center", "middle right", "middle left")

Box = tuple[float, float, float, float]


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
    """

    x: float
    y: float
    size_px: float
    name: str


def name_positions(
    places: Sequence[Marked], most_wanted: Sequence[float], across: tuple[float, float] = (-math.inf, math.inf)
) -> tuple[str | None, ...]:
    """Return the side of its mark each name stands on; None where every side is taken.

    The most wanted name chooses first. A name may cover no mark but its own and no name chosen before.

    Parameters
    ----------
    places
        The marks with their names.
    most_wanted
        Rank of each name, higher first.
    across
        Left and right edge of the map, pixels; a name that would reach over one is not written there.

    Returns
    -------
    tuple
        Plotly's ``textposition`` per place, or None.
    """
    marks = [_box(p.x, p.y, p.size_px, p.size_px) for p in places]
    taken: list[Box] = []
    chosen: list[str | None] = [None] * len(places)
    for k in sorted(range(len(places)), key=lambda i: -most_wanted[i]):
        others = marks[:k] + marks[k + 1 :] + taken
        for side in _TRIED:
            box = _beside(places[k], side)
            inside = across[0] <= box[0] and box[1] <= across[1]
            if inside and not any(_overlap(box, other) for other in others):
                chosen[k] = side
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
