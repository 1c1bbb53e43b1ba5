"""Between WGS84 degrees and meters: one UTM zone per network, chosen at the centroid."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import DataError, Finding
from edsim.network.types import LonLat

if TYPE_CHECKING:
    from pyproj import Transformer

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Projection:
    """A UTM zone.

    Attributes
    ----------
    epsg
        326xx (north) or 327xx (south).
    """

    epsg: int

    def to_metres(self, points: Sequence[LonLat]) -> Array:
        """Return (n, 2) easting and northing, m."""
        return self._transform(points, 4326, self.epsg)

    def to_degrees(self, points: Sequence[tuple[float, float]] | Array) -> Array:
        """Return (n, 2) longitude and latitude, degrees."""
        return self._transform(points, self.epsg, 4326)

    @staticmethod
    def _transform(points: Sequence[tuple[float, float]] | Array, source: int, target: int) -> Array:
        xy = np.asarray(points, dtype=float).reshape(-1, 2)
        return np.column_stack(_transformer(source, target).transform(xy[:, 0], xy[:, 1]))


@cache
def _transformer(source: int, target: int) -> "Transformer":
    """Return the transformer between two reference systems; making one takes a millisecond, and every line needs it."""
    from pyproj import Transformer

    return Transformer.from_crs(source, target, always_xy=True)


def check_degrees(points: Sequence[LonLat], where: str) -> list[Finding]:
    """Return findings for points that are not WGS84 degrees (meters, swapped axes, not a number)."""
    xy = np.asarray(points, dtype=float).reshape(-1, 2)
    if not np.isfinite(xy).all():
        return [Finding("E410", "coordinate is not a number", field=where, hint="give lon and lat in degrees")]
    lon_bad, lat_bad = np.abs(xy[:, 0]) > 180.0, np.abs(xy[:, 1]) > 90.0
    if not (lon_bad | lat_bad).any():
        return []
    first = xy[int(np.argmax(lon_bad | lat_bad))]
    swapped = not lon_bad.any() and bool((np.abs(xy[:, 0]) <= 90.0).all())
    hint = (
        "longitude comes first; the two seem swapped"
        if swapped
        else "these look like metres; convert them to WGS84 degrees"
    )
    return [
        Finding(
            "E410",
            "coordinate is outside the WGS84 degrees",
            field=where,
            got=f"({first[0]:g}, {first[1]:g})",
            allowed="lon -180 to 180, lat -90 to 90",
            hint=hint,
        )
    ]


def projection_for(points: Sequence[LonLat]) -> Projection:
    """Return the UTM zone at the centroid of points.

    Raises
    ------
    DataError
        E410 when the points are not degrees, E411 when they spread over more than 200 km.
    """
    bad = check_degrees(points, "coordinates")
    if bad:
        raise DataError.of(bad)
    xy = np.asarray(points, dtype=float).reshape(-1, 2)
    lon, lat = xy.mean(axis=0)
    zone = int(np.clip(np.floor((lon + 180.0) / 6.0) + 1, 1, 60))
    projection = Projection((32600 if lat >= 0 else 32700) + zone)
    spread = float(np.ptp(projection.to_metres(points), axis=0).max())
    if spread > 200_000.0:
        f = Finding(
            "E411",
            "points of one network are too far apart",
            got=f"{spread / 1000:.0f} km",
            allowed="200 km",
            hint="check for swapped or mistyped coordinates",
        )
        raise DataError.of([f])
    return projection
