"""Reading streets, obstacles and existing pipes (GeoJSON, GeoPackage), and trenches by length (CSV)."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

from edsim.case.files import data_file, decode, read_bytes
from edsim.case.nodes import Node
from edsim.case.readers.csv_table import read_csv
from edsim.case.readers.geojson import Feature
from edsim.case.readers.layers import read_map
from edsim.case.wording.messages import Fault, render_all
from edsim.core.errors import DataError, Finding
from edsim.core.units import UnitError, allowed_units, convert
from edsim.network.pipes.catalogue import surface_factor
from edsim.network.request import ExistingPipe, LengthOnlyTrench, StreetLine
from edsim.network.types import LonLat

_TRENCH_COLUMNS = ("from", "to", "length_m", "surface", "cost_factor", "existing_dn", "forbidden")
_SMALLEST_DN = 15.0
"""Of the pipe series."""
_YES = {"true", "yes", "1", "si", "sí"}


def read_streets(folder: Path, name: str) -> tuple[StreetLine, ...]:
    """Return the street lines of a map with their properties `surface`, `cost_factor` and `forbidden`.

    Raises
    ------
    DataError
        With every fault of the file.
    """
    faults: list[Finding] = []
    lines = [
        StreetLine(
            line=tuple(line),
            surface=_surface(f.properties, name, faults),
            cost_factor=_number(f.properties, "cost_factor", 1.0, name, faults),
            forbidden=f.properties.text("forbidden").lower() in _YES,
        )
        for f in _lines(folder, name)
        for line in f.lines
    ]
    if faults:
        raise DataError.of(faults)
    return tuple(lines)


def read_obstacles(folder: Path, name: str) -> tuple[tuple[LonLat, ...], ...]:
    """Return the outer rings of the polygons of a map, of all parts: no trench crosses them."""
    found = read_map(folder, name)
    rings = tuple(ring for f in found if "Polygon" in f.kind for ring in _outer(f.lines))
    if not rings:
        raise DataError.of([Finding("E418", "no obstacle in the file", file=name, allowed="Polygon features")])
    return rings


def read_existing_pipes(folder: Path, name: str) -> tuple[ExistingPipe, ...]:
    """Return the existing pipes of a map: lines with the properties `dn` and, if wanted, `year`.

    Raises
    ------
    DataError
        E418 when a line has no nominal diameter.
    """
    faults: list[Finding] = []
    pipes = []
    for f in _lines(folder, name):
        dn = _number(f.properties, "dn", math.nan, name, faults)
        if not dn > 0.0:
            hint = "give the property dn, the nominal diameter of the pipe series"
            got = f.properties.text("dn") or "nothing"
            faults.append(Finding("E418", "an existing pipe has no diameter", file=name, got=got, hint=hint))
            continue
        faults += _not_nominal(dn, name)
        pipes += [ExistingPipe(line, int(dn)) for line in f.lines]
    if not pipes and not faults:
        faults.append(Finding("E418", "no existing pipe in the file", file=name, allowed="LineString features"))
    if faults:
        raise DataError.of(faults)
    return tuple(pipes)


def read_trenches(folder: Path, name: str) -> tuple[LengthOnlyTrench, ...]:
    """Return the trenches of a CSV file with the columns from, to, length_m and, if wanted, surface, cost_factor ...

    Ends are ids of buildings or plants; every other name is a junction. Decimal commas, semicolons and BOM are read.

    Raises
    ------
    DataError
        With every fault of the file.
    """
    data = read_bytes(data_file(folder, name), name)
    text = data if isinstance(data, Fault) else decode(data, name, fallback=True)
    if isinstance(text, Fault):
        raise DataError.of(render_all([text], "en"))
    problems: list[Fault] = []
    table = read_csv(text[0], name, problems)
    if table is None or problems:
        raise DataError.of(render_all(problems, "en"))
    faults = [
        Finding("E418", "unknown column", file=name, got=column, allowed=", ".join(_TRENCH_COLUMNS))
        for column in table.header
        if column not in _TRENCH_COLUMNS
    ]
    trenches = [_trench(row, name, faults) for row in table.rows]
    if faults:
        raise DataError.of(faults)
    return tuple(trenches)


def _not_nominal(dn: float, file: str) -> list[Finding]:
    """Return the finding of a diameter below the smallest nominal one, which is one in inches."""
    if not 0.0 < dn < _SMALLEST_DN:
        return []
    hint = "nominal diameters (DN) are in mm: 4 inches are DN 100, 6 DN 150, 8 DN 200 and 10 DN 250"
    allowed = f"≥ {_SMALLEST_DN:g}"
    return [Finding("E418", "a pipe has no such diameter", file=file, got=f"{dn:g}", allowed=allowed, hint=hint)]


def _trench(row: Node, file: str, faults: list[Finding]) -> LengthOnlyTrench:
    faults += [
        Finding("E418", f"column {column} is empty", file=file, field=str(row.place))
        for column in ("from", "to", "length_m")
        if not row.text(column)
    ]
    if row.text("from") and row.text("from") == row.text("to"):
        faults.append(Finding("E417", "a trench ends where it begins", file=str(row.place), got=row.text("from")))
    dn = _number(row, "existing_dn", 0.0, file, faults)
    faults += _not_nominal(dn, str(row.place) or file)
    return LengthOnlyTrench(
        from_node=row.text("from"),
        to_node=row.text("to"),
        length_m=_number(row, "length_m", math.nan, file, faults),
        surface=_surface(row, file, faults),
        cost_factor=_number(row, "cost_factor", 1.0, file, faults),
        existing_dn=int(dn),
        forbidden=row.text("forbidden").lower() in _YES,
    )


def _outer(rings: tuple[tuple[LonLat, ...], ...]) -> list[tuple[LonLat, ...]]:
    """Return the rings of a polygon or of several that are no holes: those that lie in no other.

    A hole may touch the ring around it; a ring drawn twice counts once.
    """
    from shapely import Polygon, make_valid

    areas = [make_valid(Polygon(ring)) for ring in rings]
    return [
        ring
        for k, (ring, own) in enumerate(zip(rings, areas, strict=True))
        if not any(a.covers(own) and (j < k or not own.covers(a)) for j, a in enumerate(areas) if j != k)
    ]


def _lines(folder: Path, name: str) -> list[Feature]:
    return [f for f in read_map(folder, name, lines=True) if "LineString" in f.kind]


def _surface(node: Node, file: str, faults: list[Finding]) -> str:
    """Return the surface of a row or feature, a street where none is given; a fault when there is no such surface."""
    surface = node.text("surface") or "street"
    try:
        surface_factor(surface)
    except DataError as error:
        faults += [replace(f, file=str(node.members["surface"].place) or file) for f in error.findings]
    return surface


def _number(node: Node, key: str, default: float, file: str, faults: list[Finding]) -> float:
    """Return a number of a row or feature; `default` when it is absent; a fault when it is none."""
    text = node.text(key)
    if not text:
        return default
    try:
        value = float(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < 0.0:
        where = node.members[key].place
        hint = "a number of 0 or more; a decimal point or one decimal comma"
        faults.append(Finding("E418", f"{key} is no usable number", file=str(where) or file, got=text, hint=hint))
        return default if math.isfinite(default) else 1.0
    origin = node.members[key].origin
    return value * _per_unit(origin.unit, key, file, faults) if origin and origin.unit else value


def _per_unit(stated: str, key: str, file: str, faults: list[Finding]) -> float:
    """Return what one of the unit in brackets is in that of the column, m or none; a fault where it does not fit."""
    try:
        return convert(1.0, stated, "m" if key.endswith("_m") else "frac")
    except UnitError as error:
        allowed = ", ".join(allowed_units("m")) if key.endswith("_m") else ""
        fault = Finding(
            "E418", "the unit does not fit this column", file=file, field=key, got=error.part, allowed=allowed
        )
        faults += [] if fault in faults else [fault]
        return 1.0
