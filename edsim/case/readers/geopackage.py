"""Features of a GeoPackage (OGC 12-128): a table of SQLite with geometries in well-known binary."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from edsim.case.nodes import Node, Place
from edsim.case.readers.crs import Position, Transform, is_wgs84, to_wgs84
from edsim.case.readers.geojson import Feature
from edsim.case.wording.messages import Fault, listing, unknown_name

_MOST_FEATURES = 20_000
_ENVELOPE_BYTES = (0, 32, 48, 48, 64)
_KINDS = {1: "Point", 2: "LineString", 3: "Polygon", 4: "MultiPoint", 5: "MultiLineString", 6: "MultiPolygon"}
_OF_LINES = frozenset({"LINESTRING", "MULTILINESTRING"})


class _Layer(NamedTuple):
    """A table of features: its name, the column and kind of its geometries, and its reference system."""

    name: str
    column: str
    kind: str
    system: str


def geopackage_features(
    path: Path, file: str, faults: list[Fault], layer: str = "", *, lines: bool = False
) -> tuple[Feature, ...]:
    """Return the features of a layer, longitude and latitude of WGS84; faults are appended.

    Parameters
    ----------
    path, file
        The GeoPackage and its name in messages.
    faults
        Receives what is wrong.
    layer
        Name of the layer; "" takes the only one, or with several the only one of lines (of points or polygons).
    lines
        Whether lines are wanted.
    """
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            chosen = _chosen(_layers(database), file, layer, faults, lines=lines)
            return () if chosen is None else tuple(_features(database, chosen, file, faults))
    except (sqlite3.Error, struct.error, IndexError, ValueError) as error:
        faults.append(Fault("E102", Place(file), params={"problem": type(error).__name__}))
        return ()


def _layers(database: sqlite3.Connection) -> list[_Layer]:
    rows = database.execute(
        "SELECT c.table_name, c.column_name, c.geometry_type_name,"
        " s.organization, s.organization_coordsys_id, s.definition"
        " FROM gpkg_geometry_columns c LEFT JOIN gpkg_spatial_ref_sys s ON s.srs_id = c.srs_id ORDER BY 1"
    )
    return [_Layer(name, column, kind.upper(), _system(*system)) for name, column, kind, *system in rows]


def _system(organization: str | None, number: int | None, definition: str | None) -> str:
    if organization and organization.upper() == "EPSG" and number:
        return f"EPSG:{number}"
    return definition or ""


def _chosen(layers: list[_Layer], file: str, layer: str, faults: list[Fault], *, lines: bool) -> _Layer | None:
    """Return the layer asked for, or the only one that fits."""
    names = [found.name for found in layers]
    if layer and layer not in names:
        faults.append(unknown_name("E1930", Place(file), "layer", layer, names))
        return None
    of_kind = [found for found in layers if found.name == layer] if layer else layers
    if len(of_kind) > 1:
        of_kind = [found for found in layers if (found.kind in _OF_LINES) == lines]
    if len(of_kind) != 1:
        faults.append(Fault("E1930", Place(file), "layer", allowed=listing(names), hint="one_layer"))
        return None
    return of_kind[0]


def _features(database: sqlite3.Connection, layer: _Layer, file: str, faults: list[Fault]) -> Iterator[Feature]:
    transform = None if is_wgs84(layer.system) else to_wgs84(layer.system)
    if transform is None and not is_wgs84(layer.system):
        faults.append(Fault("E151", Place(file), layer.name, got=layer.system[:60], hint="projected"))
        return
    table = layer.name.replace('"', '""')
    rows = database.execute('"'.join(["SELECT * FROM ", table, f" LIMIT {_MOST_FEATURES + 1}"]))
    names = [column[0] for column in rows.description]
    for number, row in enumerate(rows, 1):
        if number > _MOST_FEATURES:
            faults.append(Fault("E101", Place(file), params={"limit": f"{_MOST_FEATURES} features"}))
            return
        place = Place(file, number, 1)
        values = dict(zip(names, row, strict=True))
        blob = values.pop(layer.column)
        properties = Node({name: _node(value, place) for name, value in values.items()}, place)
        kind, chains = _geometry(blob) if blob else ("", ())
        if kind is None:
            faults.append(Fault("E153", place, params={"found": "?"}, allowed=", ".join(_KINDS.values())))
            continue
        moved = _moved(chains, transform)
        if moved is None:
            faults.append(
                Fault("E151", place, layer.name, got=f"{chains[0][0]}", allowed="±180, ±90", hint="projected")
            )
            continue
        yield Feature(str(values.get("fid", number)), kind, moved, properties, properties, place)


def _node(value: object, place: Place) -> Node:
    """Return a value of the table as a node; what is neither text nor number counts as empty."""
    if value is None or isinstance(value, bytes):
        return Node(None, place, "", place)
    if isinstance(value, int | float):
        return Node(value, place, repr(value), place)
    return Node(str(value), place, str(value), place)


def _moved(
    chains: tuple[tuple[Position, ...], ...], transform: Transform | None
) -> tuple[tuple[Position, ...], ...] | None:
    """Return chains of points in degrees, None when one of them cannot be."""
    moved = []
    for chain in chains:
        points = list(chain) if transform is None else transform(chain)
        if points is None or any(abs(x) > 180 or abs(y) > 90 for x, y in points):
            return None
        moved.append(tuple(points))
    return tuple(moved)


def _geometry(blob: bytes) -> tuple[str | None, tuple[tuple[Position, ...], ...]]:
    """Return kind and chains of a geometry, None and nothing for a kind that is not read."""
    if blob[:2] != b"GP":
        raise ValueError("no geometry of a GeoPackage")
    start = 8 + _ENVELOPE_BYTES[blob[3] >> 1 & 7]
    if blob[3] >> 4 & 1:
        return "", ()
    reader = _Binary(blob, start)
    kind = _KINDS.get(reader.peek_kind())
    return (kind, tuple(reader.chains())) if kind else (None, ())


class _Binary:
    """Well-known binary, read from `at` on; heights and measures are passed over."""

    def __init__(self, blob: bytes, at: int) -> None:
        self.blob, self.at = blob, at

    def peek_kind(self) -> int:
        """Return the number of the kind of the next geometry without moving on."""
        at = self.at
        kind, _, _ = self._head()
        self.at = at
        return kind

    def _head(self) -> tuple[int, int, str]:
        """Return kind, numbers per point and byte order of a geometry."""
        order = "<" if self.blob[self.at] else ">"
        code = self._number(order, 1)
        kind, more = code % 1000, code // 1000 % 4
        flags = (code >> 30 & 3).bit_count()  # heights and measures as some programs mark them
        return code & 0xFF if flags else kind, 2 + (flags or (0, 1, 1, 2)[more]), order

    def _number(self, order: str, skipped: int = 0) -> int:
        (number,) = struct.unpack_from(f"{order}I", self.blob, self.at + skipped)
        self.at += 4 + skipped
        return int(number)

    def chains(self) -> Iterator[tuple[Position, ...]]:
        """Yield the chains of the next geometry: its point, its line or its rings, those of all parts."""
        kind, width, order = self._head()
        if kind == 1:
            yield self._points(1, width, order)
            return
        count = self._number(order)
        if kind == 2:
            yield self._points(count, width, order)
        elif kind == 3:
            for _ in range(count):
                yield self._points(self._number(order), width, order)
        else:
            for _ in range(count):
                yield from self.chains()

    def _points(self, count: int, width: int, order: str) -> tuple[Position, ...]:
        numbers = struct.unpack_from(f"{order}{count * width}d", self.blob, self.at)
        self.at += 8 * count * width
        return tuple(zip(numbers[::width], numbers[1::width], strict=True))
