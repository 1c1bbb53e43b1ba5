"""Rings of polygons in degrees: their middle, their area, and whether they cross themselves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from edsim.case.readers.crs import Position

_EQUATOR_M, _FLATTENING = 6_378_137.0, 1.0 / 298.257223563
"""Half axis and flattening of the ellipsoid of WGS84."""
_MOST_POINTS = 2_000
"""Points of a ring up to which its sides are held against each other."""


def center_of(ring: Sequence[Position]) -> Position:
    """Return the centroid of a closed ring by the shoelace formula, about its first point to keep the digits.

    A ring that crosses itself may have its centroid anywhere: then it is the middle of its box.
    """
    x0, y0 = ring[0]
    twice_area = sum_x = sum_y = 0.0
    for (xa, ya), (xb, yb) in pairwise(ring):
        cross = (xa - x0) * (yb - y0) - (xb - x0) * (ya - y0)
        twice_area += cross
        sum_x += (xa + xb - 2 * x0) * cross
        sum_y += (ya + yb - 2 * y0) * cross
    (west, east), (south, north) = ((min(v), max(v)) for v in zip(*ring, strict=True))
    if abs(twice_area) >= 1e-18:
        x, y = x0 + sum_x / (3 * twice_area), y0 + sum_y / (3 * twice_area)
        if west <= x <= east and south <= y <= north:
            return x, y
    return (west + east) / 2, (south + north) / 2


def area_m2(ring: Sequence[Position]) -> float:
    """Return the area a closed ring of longitude and latitude encloses, m²; within 0.1 % up to 10 km across.

    Shoelace formula on the plane that touches the ellipsoid at the first point.
    """
    lon0, lat0 = ring[0]
    curved = 1.0 - _FLATTENING * (2.0 - _FLATTENING) * math.sin(math.radians(lat0)) ** 2
    east_m = math.radians(_EQUATOR_M / math.sqrt(curved) * math.cos(math.radians(lat0)))
    north_m = math.radians(_EQUATOR_M * (1.0 - _FLATTENING) ** 2 / curved**1.5)
    plane = [((lon - lon0) * east_m, (lat - lat0) * north_m) for lon, lat in ring]
    return abs(sum(xa * yb - xb * ya for (xa, ya), (xb, yb) in pairwise(plane))) / 2.0


def crosses_itself(ring: Sequence[Position]) -> bool:
    """Return whether two sides of a closed ring that are no neighbors cross each other."""
    sides = list(pairwise(ring))
    if len(sides) > _MOST_POINTS:
        return False
    return any(
        _cross(sides[i], sides[j])
        for i in range(len(sides))
        for j in range(i + 2, len(sides))
        if not (i == 0 and j == len(sides) - 1)
    )


def _cross(a: tuple[Position, Position], b: tuple[Position, Position]) -> bool:
    return _left(a, b[0]) * _left(a, b[1]) < 0.0 and _left(b, a[0]) * _left(b, a[1]) < 0.0


def _left(side: tuple[Position, Position], point: Position) -> float:
    (xa, ya), (xb, yb) = side
    return (xb - xa) * (point[1] - ya) - (yb - ya) * (point[0] - xa)
