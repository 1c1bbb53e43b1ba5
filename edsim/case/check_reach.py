"""Check that every building a network must serve is within reach of a street."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from edsim.case.check_ids import place_of
from edsim.case.files import decode, find_data_file, read_bytes
from edsim.case.geojson import Feature, features
from edsim.case.messages import Fault
from edsim.case.nodes import Place
from edsim.case.schema import Case, NetworkSpec

_M_PER_DEG = 111_195.0
"""Meters per degree of a great circle of the sphere of 6371 km."""


def check_reach(case: Case) -> Iterator[Fault]:
    """Yield faults of street files and buildings that must be connected and are too far from any street."""
    for network in case.networks:
        if network.streets is None:
            continue
        faults: list[Fault] = []
        streets = _streets(case, network, faults)
        yield from faults
        if not faults and streets is not None:
            yield from _out_of_reach(case, network, streets)


def _streets(case: Case, network: NetworkSpec, faults: list[Fault]) -> NDArray[np.float64] | None:
    """Return street segments as (n, 4): longitude and latitude of both ends."""
    name = network.streets or ""
    path = f"networks.{network.id}.streets"
    found = find_data_file(case.folder, name, place_of(case, path), path)
    if isinstance(found, Fault):
        faults.append(found)
        return None
    data = read_bytes(found, name)
    text = data if isinstance(data, Fault) else decode(data, name)
    if isinstance(text, Fault):
        faults.append(text)
        return None
    lines = _lines(features(text[0], name, faults))
    if not lines and not faults:
        faults.append(Fault("E153", Place(name, 1), path, allowed="LineString", params={"found": "0 LineString"}))
    return np.concatenate(lines) if lines else None


def _lines(found: tuple[Feature, ...]) -> list[NDArray[np.float64]]:
    segments = []
    for feature in found:
        if feature.kind in {"LineString", "MultiLineString"}:
            for line in feature.lines:
                points = np.array(line)
                segments.append(np.hstack([points[:-1], points[1:]]))
    return segments


def _out_of_reach(case: Case, network: NetworkSpec, streets: NDArray[np.float64]) -> Iterator[Fault]:
    for building in case.buildings:
        if building.connect != "must" or building.lat_deg is None or building.lon_deg is None:
            continue
        distance = distance_to_lines_m(building.lon_deg, building.lat_deg, streets)
        if distance > network.max_snap_m:
            path = f"buildings.{building.id}.lat_deg"
            words = {"distance": f"{distance:.0f}", "network": network.id, "reach": f"{network.max_snap_m:g}"}
            yield Fault("E185", place_of(case, path), path, params=words, hint="reach")


def distance_to_lines_m(lon_deg: float, lat_deg: float, segments: NDArray[np.float64]) -> float:
    """Return the distance of a point to the nearest of line segments on a local plane, m.

    Parameters
    ----------
    lon_deg, lat_deg
        The point.
    segments : (n, 4)
        Longitude and latitude of both ends of each segment, degrees.
    """
    scale = _M_PER_DEG * np.array([math.cos(math.radians(lat_deg)), 1.0])
    start = (segments[:, :2] - (lon_deg, lat_deg)) * scale
    along = (segments[:, 2:] - segments[:, :2]) * scale
    length2 = np.maximum((along**2).sum(axis=1), 1e-12)
    share = np.clip(-(start * along).sum(axis=1) / length2, 0.0, 1.0)
    nearest = start + share[:, None] * along
    return float(np.sqrt((nearest**2).sum(axis=1)).min())
