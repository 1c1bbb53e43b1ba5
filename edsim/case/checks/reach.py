"""Check that every building a network must serve is within reach of a street."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise, product
from pathlib import Path

from edsim.case.checks.ids import place_of
from edsim.case.files import find_data_file
from edsim.case.nodes import Place
from edsim.case.offers import joins
from edsim.case.parts.network_spec import NetworkSpec
from edsim.case.readers.layers import map_features
from edsim.case.schema import Case
from edsim.case.wording.messages import Fault

_M_PER_DEG = 111_195.0
"""Meters per degree of a great circle of the sphere of 6371 km."""
_EARTH_KM = 6371.0
FAR_KM = 60.0
"""Nothing of a district lies farther from its city."""
Segment = tuple[float, float, float, float]
"""Longitude and latitude of both ends, degrees."""


def check_reach(case: Case) -> Iterator[Fault]:
    """Yield faults of street files and buildings that must be connected and are too far from any street."""
    for network in case.networks:
        if network.streets is None:
            continue
        faults: list[Fault] = []
        streets = _streets(case, network, faults)
        yield from faults
        if not faults and streets:
            yield from _out_of_reach(case, network, streets)


def _streets(case: Case, network: NetworkSpec, faults: list[Fault]) -> Sequence[Segment]:
    name = network.streets or ""
    path = f"networks.{network.id}.streets"
    found = find_data_file(case.folder, name, place_of(case, path), path)
    if isinstance(found, Fault):
        faults.append(found)
        return ()
    segments, of_file = _segments(found, name, found.stat().st_mtime_ns)
    faults.extend(of_file)
    if not segments and not faults:
        faults.append(Fault("E1819", Place(name, 1), path, allowed="LineString, MultiLineString"))
    if segments and not faults:
        faults.extend(_elsewhere(case, segments, Place(name, 1), path))
    return segments


def _elsewhere(case: Case, segments: Sequence[Segment], place: Place, path: str) -> Iterator[Fault]:
    """Yield the one fault of streets that all lie far from the city, or of those among them with swapped coordinates.

    Streets among the buildings are where they belong: then it is the city that is misplaced, which is said elsewhere.
    """
    lon, lat, *_ = min(segments, key=lambda s: abs(s[0] - case.city.lon_deg) + abs(s[1] - case.city.lat_deg))
    distance = distance_km(case.city.lat_deg, case.city.lon_deg, lat, lon)
    among = any(
        b.lat_deg is not None and b.lon_deg is not None and distance_km(b.lat_deg, b.lon_deg, lat, lon) <= FAR_KM
        for b in case.buildings
    )
    if distance > FAR_KM and among:
        return
    if distance <= FAR_KM:
        turned = _turned(case, segments)
        if turned is None:
            return
        lon, lat = turned
        distance = distance_km(case.city.lat_deg, case.city.lon_deg, lat, lon)
    words = {"distance": f"{distance:.0f}"}
    yield Fault("E194", place, path, f"[{lon:g}, {lat:g}]", f"≤ {FAR_KM:g} km", words, "swapped")


def _turned(case: Case, segments: Sequence[Segment]) -> tuple[float, float] | None:
    """Return the first place far from the city that lies in it with longitude and latitude exchanged, None without."""
    city_lon, city_lat = case.city.lon_deg, case.city.lat_deg
    if distance_km(city_lat, city_lon, city_lon, city_lat) <= FAR_KM:
        return None
    near = ((lon, lat) for lon, lat, *_ in segments if abs(lon - city_lat) < 1.0 and abs(lat - city_lon) < 1.0)
    return next(near, None)


@lru_cache(maxsize=8)
def _segments(path: Path, file: str, changed_ns: int) -> tuple[tuple[Segment, ...], tuple[Fault, ...]]:
    """Return the segments of the lines of a map and its faults; variants share the streets of one state of the file."""
    del changed_ns
    faults: list[Fault] = []
    found = map_features(path, file, faults, lines=True)
    lines = (line for f in found if f.kind in {"LineString", "MultiLineString"} for line in f.lines)
    return tuple((*a, *b) for line in lines for a, b in pairwise(line)), tuple(faults)


def _out_of_reach(case: Case, network: NetworkSpec, streets: Sequence[Segment]) -> Iterator[Fault]:
    near = SegmentGrid(streets, network.max_snap_m)
    words = {"network": network.id, "reach": f"{network.max_snap_m:g}"}
    joining = [b for b in case.buildings if joins(case, network, b) == "must"]
    must = {f"buildings.{b.id}.lat_deg": (b.lon_deg, b.lat_deg) for b in joining}
    lost = _lost(case, must, near, network.max_snap_m)
    distances = {path: distance_to_lines_m(*at, streets) for path, at in lost.items()}
    if len(lost) == len(must) > 2:
        path = f"networks.{network.id}.streets"
        count = {"count": str(len(lost)), "distance": f"{min(distances.values()):.0f}"}
        yield Fault("E1898", place_of(case, path), path, params=words | count, hint="reach_all")
        return
    for path, distance in distances.items():
        yield Fault("E185", place_of(case, path), path, params=words | {"distance": f"{distance:.0f}"}, hint="reach")
    stem = f"networks.{network.id}.plants"
    plants = {f"{stem}.{p.id}.lat_deg": (p.lon_deg, p.lat_deg) for p in network.plants}
    for path, at in _lost(case, plants, near, network.max_snap_m).items():
        distance = distance_to_lines_m(*at, streets)
        yield Fault(
            "E1850", place_of(case, path), path, params=words | {"distance": f"{distance:.0f}"}, hint="reach_plant"
        )


def _lost(
    case: Case, places: Mapping[str, tuple[float | None, float | None]], near: SegmentGrid, reach_m: float
) -> dict[str, tuple[float, float]]:
    """Return path and place of what no street is near; what is far from the city is said of the place itself."""
    lost = {}
    for path, (lon, lat) in places.items():
        if lon is None or lat is None or distance_km(case.city.lat_deg, case.city.lon_deg, lat, lon) > FAR_KM:
            continue
        if distance_to_lines_m(lon, lat, near.around(lon, lat)) > reach_m:
            lost[path] = (lon, lat)
    return lost


class SegmentGrid:
    """Segments by cell of a grid, so that a point is compared only with what may be near it.

    Parameters
    ----------
    segments
        All segments.
    reach_m
        Distance within which :meth:`around` misses none.
    """

    def __init__(self, segments: Sequence[Segment], reach_m: float) -> None:
        north = max(abs(s[i]) for s in segments for i in (1, 3)) + reach_m / _M_PER_DEG
        self._lat_deg = max(reach_m, 1.0) / _M_PER_DEG
        self._lon_deg = self._lat_deg / max(math.cos(math.radians(min(north, 89.0))), 0.01)
        cells: defaultdict[tuple[int, int], list[Segment]] = defaultdict(list)
        self._long: list[Segment] = []
        for s in segments:
            columns, rows = self._span(s[0], s[2], self._lon_deg), self._span(s[1], s[3], self._lat_deg)
            if len(columns) * len(rows) > 1000:  # rather compared with every point than entered in thousands of cells
                self._long.append(s)
                continue
            for cell in product(columns, rows):
                cells[cell].append(s)
        self._cells: Mapping[tuple[int, int], list[Segment]] = cells

    @staticmethod
    def _span(a: float, b: float, width: float) -> range:
        return range(math.floor(min(a, b) / width), math.floor(max(a, b) / width) + 1)

    def around(self, lon_deg: float, lat_deg: float) -> Iterator[Segment]:
        """Yield every segment within reach of a point, and some beyond."""
        column, row = math.floor(lon_deg / self._lon_deg), math.floor(lat_deg / self._lat_deg)
        for cell in product(range(column - 1, column + 2), range(row - 1, row + 2)):
            yield from self._cells.get(cell, ())
        yield from self._long


def distance_to_lines_m(lon_deg: float, lat_deg: float, segments: Iterable[Segment]) -> float:
    """Return the distance of a point to the nearest of line segments on a local plane, m; infinite without any.

    Parameters
    ----------
    lon_deg, lat_deg
        The point.
    segments
        Longitude and latitude of both ends of each segment, degrees.
    """
    north = _M_PER_DEG
    east = north * math.cos(math.radians(lat_deg))
    nearest2 = math.inf
    for lon_a, lat_a, lon_b, lat_b in segments:
        x, y = (lon_a - lon_deg) * east, (lat_a - lat_deg) * north
        dx, dy = (lon_b - lon_a) * east, (lat_b - lat_a) * north
        share = -(x * dx + y * dy) / max(dx * dx + dy * dy, 1e-12)
        share = min(max(share, 0.0), 1.0)
        nearest2 = min(nearest2, (x + share * dx) ** 2 + (y + share * dy) ** 2)
    return math.sqrt(nearest2)


def distance_km(lat_a_deg: float, lon_a_deg: float, lat_b_deg: float, lon_b_deg: float) -> float:
    """Return the great-circle distance by the haversine formula on a sphere of 6371 km."""
    lat_a, lat_b = math.radians(lat_a_deg), math.radians(lat_b_deg)
    half_lat, half_lon = (lat_b - lat_a) / 2, math.radians(lon_b_deg - lon_a_deg) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(chord)))
