"""GeoJSON features with places: range of WGS84, closed polygons, known geometries (RFC 7946).

A file that states another reference system, as the format of 2008 allowed, is brought to WGS84.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from edsim.case.nodes import Node, Place
from edsim.case.readers.crs import Position, Transform, is_wgs84, to_wgs84
from edsim.case.readers.json_reader import read_json
from edsim.case.readers.rings import area_m2, center_of
from edsim.case.wording.messages import Fault

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
        """Return the point, the centroid of the largest ring or the mean of the points; None without geometry."""
        if not self.lines or not self.lines[0]:
            return None
        if self.kind in {"Polygon", "MultiPolygon"}:
            return center_of(max(self.lines, key=area_m2))
        points = self.lines[0]
        return sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points)


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
    crs = root.members.get("crs", Node({}))
    system = crs.members.get("properties", Node({})).text("name")
    transform = None if is_wgs84(system) else to_wgs84(system)
    first = _first_position(listed)
    if not is_wgs84(system) and (transform is None or (first is not None and transform([first]) is None)):
        faults.append(Fault("E151", crs.place, field="crs", got=system[:60], hint="projected"))
        return ()
    return tuple(f for f in (_feature(node, transform, faults) for node in listed.items) if f is not None)


def _first_position(listed: Node) -> Position | None:
    """Return the first two numbers of the first geometry that has coordinates, as they are written."""
    for feature in listed.items:
        node = feature.members.get("geometry", Node({})).members.get("coordinates", Node(()))
        while node.items and node.items[0].items:
            node = node.items[0]
        numbers = [n.value for n in node.items if isinstance(n.value, int | float)]
        if len(numbers) > 1:
            return float(numbers[0]), float(numbers[1])
    return None


def _feature(node: Node, transform: Transform | None, faults: list[Fault]) -> Feature | None:
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
    lines = tuple(_chains(coordinates, _DEPTH[kind], (kind, transform), faults))
    return Feature(name, kind, lines, properties, node, geometry.place) if len(faults) == before else None


def _chains(
    node: Node, depth: int, of: tuple[str, Transform | None], faults: list[Fault]
) -> Iterator[tuple[Position, ...]]:
    """Yield the chains of points of coordinates `of` a kind of geometry, brought to WGS84 from another system."""
    kind, transform = of
    if depth > 1:
        if not node.items:
            faults.append(Fault("E150", node.place, params={"problem": "coordinates"}))
        for item in node.items:
            yield from _chains(item, depth - 1, of, faults)
        return
    nodes = (node,) if depth == 0 else node.items
    chain: list[Position] = []
    for item in nodes:
        point = _position(item, faults, in_degrees=transform is None)
        if point is None:
            return
        chain.append(point)
    if len(chain) < _FEWEST.get(kind, 1):
        faults.append(Fault("E126", node.place, got=str(len(chain)), allowed=f"≥ {_FEWEST.get(kind, 1)}"))
    elif kind in {"Polygon", "MultiPolygon"} and chain[0] != chain[-1]:
        faults.append(Fault("E152", node.place, hint="close_ring"))
    elif transform is None:
        yield tuple(chain)
    elif (moved := transform(chain)) is None:
        faults.append(Fault("E151", node.place, got=f"[{chain[0][0]:g}, {chain[0][1]:g}]", hint="projected"))
    else:
        yield tuple(moved)


def _position(node: Node, faults: list[Fault], *, in_degrees: bool) -> Position | None:
    numbers = [n.value for n in node.items if isinstance(n.value, int | float) and not isinstance(n.value, bool)]
    if len(numbers) < 2 or len(numbers) != len(node.items):
        got = f"[{', '.join(n.raw or 'null' for n in node.items)}]" if node.items else node.raw
        faults.append(Fault("E150", node.place, got=got, params={"problem": "[lon, lat]"}, hint="two_numbers"))
        return None
    lon, lat = float(numbers[0]), float(numbers[1])
    if in_degrees and (abs(lon) > 180 or abs(lat) > 90):
        hint = "swapped" if abs(lon) <= 90 and abs(lat) <= 180 else "projected"
        faults.append(Fault("E151", node.place, got=f"[{lon:g}, {lat:g}]", allowed="±180, ±90", hint=hint))
        return None
    return lon, lat
