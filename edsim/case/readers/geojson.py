"""GeoJSON features with places: WGS84 range, closed polygons, known geometries (RFC 7946)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from edsim.case.files import data_file, decode, read_bytes
from edsim.case.nodes import Node, Place
from edsim.case.readers.json_reader import read_json
from edsim.case.wording.messages import Fault, render_all
from edsim.core.errors import DataError
from edsim.core.i18n import Lang

Position = tuple[float, float]
_DEPTH = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
_FEWEST = {"LineString": 2, "MultiLineString": 2, "Polygon": 4, "MultiPolygon": 4}


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature.

    Attributes
    ----------
    id
        Identifier of the feature, "" when it has none.
    kind
        Geometry type, "" without geometry.
    lines
        Longitude and latitude of every chain of points: the point, the line strings or the rings.
    properties
        Mapping node.
    node, geometry_place
        The feature and where its geometry is.
    """

    id: str
    kind: str
    lines: tuple[tuple[Position, ...], ...]
    properties: Node
    node: Node
    geometry_place: Place

    def center(self) -> Position | None:
        """Return the point, or the centroid of the first ring or the mean of the points; None without geometry."""
        if not self.lines or not self.lines[0]:
            return None
        ring = self.lines[0]
        if self.kind in {"Polygon", "MultiPolygon"}:
            return _centroid(ring)
        return sum(p[0] for p in ring) / len(ring), sum(p[1] for p in ring) / len(ring)


def _centroid(ring: tuple[Position, ...]) -> Position:
    """Return the centroid of a closed ring by the shoelace formula, about its first point to keep the digits."""
    x0, y0 = ring[0]
    twice_area = sum_x = sum_y = 0.0
    for (xa, ya), (xb, yb) in pairwise(ring):
        cross = (xa - x0) * (yb - y0) - (xb - x0) * (ya - y0)
        twice_area += cross
        sum_x += (xa + xb - 2 * x0) * cross
        sum_y += (ya + yb - 2 * y0) * cross
    if abs(twice_area) < 1e-18:
        return x0, y0
    return x0 + sum_x / (3 * twice_area), y0 + sum_y / (3 * twice_area)


def read_geojson(folder: Path, name: str, lang: Lang = "en") -> tuple[Feature, ...]:
    """Return the features of GeoJSON file `name` of the case in `folder`.

    Raises
    ------
    DataError
        With every fault of the file.
    """
    path = data_file(folder, name)
    faults: list[Fault] = []
    found: tuple[Feature, ...] = ()
    data = read_bytes(path, name)
    text = data if isinstance(data, Fault) else decode(data, name)
    if isinstance(text, Fault):
        faults.append(text)
    else:
        found = features(text[0], name, faults)
    if faults:
        raise DataError.of(render_all(faults, lang))
    return found


def features(text: str, file: str, faults: list[Fault]) -> tuple[Feature, ...]:
    """Return the features of a GeoJSON text; faults are appended and the features that have one left out."""
    before = len(faults)
    root = read_json(text, file, faults)
    if root is None or len(faults) > before:
        return ()
    listed = root.members.get("features")
    if root.text("type") != "FeatureCollection" or listed is None or not isinstance(listed.value, tuple):
        faults.append(Fault("E150", root.place, params={"problem": "type, features"}))
        return ()
    crs = root.members.get("crs")
    if crs is not None and not _is_wgs84(crs):
        faults.append(Fault("E151", crs.place, field="crs", hint="projected"))
        return ()
    return tuple(f for f in (_feature(node, faults) for node in listed.items) if f is not None)


def _is_wgs84(crs: Node) -> bool:
    name = crs.members.get("properties", Node({})).text("name")
    return name.endswith((":CRS84", ":4326", "::4326")) or not name


def _feature(node: Node, faults: list[Fault]) -> Feature | None:
    geometry = node.members.get("geometry")
    properties = node.members.get("properties", Node({}))
    if node.text("type") != "Feature" or geometry is None:
        faults.append(Fault("E150", node.place, params={"problem": "type, geometry"}))
        return None
    name = node.text("id")
    if geometry.value is None:
        return Feature(name, "", (), properties, node, node.place)
    kind = geometry.text("type")
    coordinates = geometry.members.get("coordinates")
    if kind not in _DEPTH or coordinates is None:
        faults.append(Fault("E153", geometry.place, got=kind, allowed=", ".join(_DEPTH), params={"found": kind or "?"}))
        return None
    before = len(faults)
    lines = tuple(_chains(coordinates, _DEPTH[kind], kind, faults))
    return Feature(name, kind, lines, properties, node, geometry.place) if len(faults) == before else None


def _chains(node: Node, depth: int, kind: str, faults: list[Fault]) -> Iterator[tuple[Position, ...]]:
    if depth > 1:
        if not node.items:
            faults.append(Fault("E150", node.place, params={"problem": "coordinates"}))
        for item in node.items:
            yield from _chains(item, depth - 1, kind, faults)
        return
    nodes = (node,) if depth == 0 else node.items
    chain: list[Position] = []
    for item in nodes:
        point = _position(item, faults)
        if point is None:
            return
        chain.append(point)
    if len(chain) < _FEWEST.get(kind, 1):
        faults.append(Fault("E126", node.place, got=str(len(chain)), allowed=f"≥ {_FEWEST.get(kind, 1)}"))
    elif kind in {"Polygon", "MultiPolygon"} and chain[0] != chain[-1]:
        faults.append(Fault("E152", node.place, hint="close_ring"))
    else:
        yield tuple(chain)


def _position(node: Node, faults: list[Fault]) -> Position | None:
    numbers = [n.value for n in node.items if isinstance(n.value, int | float) and not isinstance(n.value, bool)]
    if len(numbers) < 2 or len(numbers) != len(node.items):
        faults.append(Fault("E150", node.place, params={"problem": "[lon, lat]"}))
        return None
    lon, lat = float(numbers[0]), float(numbers[1])
    if abs(lon) > 180 or abs(lat) > 90:
        hint = "swapped" if abs(lon) <= 90 and abs(lat) <= 180 else "projected"
        faults.append(Fault("E151", node.place, got=f"[{lon:g}, {lat:g}]", allowed="±180, ±90", hint=hint))
        return None
    return lon, lat
