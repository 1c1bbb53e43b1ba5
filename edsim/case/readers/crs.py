"""Coordinates of any reference system brought to longitude and latitude of WGS84."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

Position = tuple[float, float]
Transform = Callable[[Sequence[Position]], list[Position] | None]
"""Points of a system → longitude and latitude, degrees; None where they are none of the system."""
_WGS84 = ("CRS84", "4326", "EPSG:4326", "OGC:CRS84")


def is_wgs84(name: str) -> bool:
    """Return whether the name of a system is that of GeoJSON: longitude and latitude of WGS84."""
    return not name or name in _WGS84 or name.endswith((":CRS84", ":4326"))


@lru_cache(maxsize=16)
def to_wgs84(system: str) -> Transform | None:
    """Return how points of a system become longitude and latitude, None when nobody knows the system.

    Parameters
    ----------
    system
        Name or definition: ``EPSG:25832``, ``urn:ogc:def:crs:EPSG::3857``, well-known text.
    """
    from pyproj import CRS, Transformer
    from pyproj.exceptions import ProjError

    try:
        stated = CRS.from_user_input(system)
        transformer = Transformer.from_crs(stated, "EPSG:4326", always_xy=True)
    except ProjError:
        return None

    def transform(points: Sequence[Position]) -> list[Position] | None:
        if stated.is_projected and all(abs(x) <= 180 and abs(y) <= 90 for x, y in points):
            return None  # degrees in a file that states a system in meters
        lon, lat = transformer.transform([p[0] for p in points], [p[1] for p in points])
        found = list(zip(lon, lat, strict=True))
        return found if all(math.isfinite(x) and math.isfinite(y) for x, y in found) else None

    return transform
