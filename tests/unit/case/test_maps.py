"""Maps as GIS programs write them: GeoPackage and GeoJSON in other reference systems, footprints, odd outlines."""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import shapely
from pyproj import Geod, Transformer
from shapely.geometry import LineString, MultiPolygon, Polygon, box

from edsim.case.readers.layers import read_map
from edsim.case.readers.rings import area_m2, center_of, crosses_itself
from edsim.core.errors import CaseError, DataError

TO_UTM = Transformer.from_crs(4326, 32618, always_xy=True)
X0, Y0 = TO_UTM.transform(-75.5740, 6.2449)
HALL = box(X0, Y0, X0 + 40.0, Y0 + 30.0)
BUILDINGS = (
    "buildings:\n  - id: hall\n    use: office\n    floor_area_m2: 12000\n    storeys: 10\n    lat_deg: 6.2449\n"
    "    lon_deg: -75.5740\n    bau: {cooling: split}\n    bau_age_a: 5\n"
    "  - id: hotel\n    use: office\n    floor_area_m2: 8000\n    storeys: 8\n    lat_deg: 6.2440\n"
    "    lon_deg: -75.5750\n    bau: {cooling: split}\n"
)


def geopackage(path: Path, layers: dict[str, tuple[int, list[tuple[shapely.Geometry, dict[str, Any]]]]]) -> None:
    """Write layers, name → EPSG code and rows, as a GeoPackage with what readers look at."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE gpkg_spatial_ref_sys (srs_id, organization, organization_coordsys_id, definition)")
        db.execute("CREATE TABLE gpkg_geometry_columns (table_name, column_name, geometry_type_name, srs_id)")
        for epsg in {epsg for epsg, _ in layers.values()}:
            db.execute("INSERT INTO gpkg_spatial_ref_sys VALUES (?, 'EPSG', ?, '')", (epsg, epsg))
        for name, (epsg, rows) in layers.items():
            kind = rows[0][0].geom_type.upper()
            db.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?)", (name, kind, epsg))
            columns = list(rows[0][1])
            db.execute(f'CREATE TABLE "{name}" (fid INTEGER PRIMARY KEY, geom BLOB, {", ".join(columns)})')
            for shape, values in rows:
                blob = b"GP\0\1" + struct.pack("<i", epsg) + shapely.to_wkb(shape, output_dimension=3)
                marks = ", ".join("?" * len(columns))
                db.execute('"'.join(["INSERT INTO ", name, f" VALUES (NULL, ?, {marks})"]), (blob, *values.values()))
        db.commit()


def _case(base: str, table: str) -> str:
    assert BUILDINGS in base
    return base.replace(BUILDINGS, f"buildings:\n  {table}\n")


TABLE = (
    "file: city.gpkg\n  layer: houses\n  columns: {id: osm_id, use: building, storeys: levels}\n"
    "  for_all: {bau: {cooling: split}, bau_age_a: 5}"
)
HOUSES = [
    (HALL, {"osm_id": "way/1", "building": "office", "levels": 10, "roof": "flat"}),
    (shapely.affinity.translate(HALL, -60, -60), {"osm_id": "way/2", "building": "hotel", "levels": 8, "roof": None}),
]
STREET = [(LineString([(X0 - 100, Y0 - 10), (X0 + 100, Y0 - 10)]), {"highway": "service"})]


def test_a_geopackage_of_footprints_is_a_table_of_buildings(
    base: str, tmp_path: Path, read: Callable[..., Any]
) -> None:
    """Proves: 40 m by 30 m and 10 storeys are 12 000 m² at the middle of the outline, in the ids of OpenStreetMap.

    If ignored: footprints in UTM have to be converted, measured and renamed by hand first.
    """
    geopackage(tmp_path / "g.gpkg", {"houses": (32618, HOUSES), "ways": (32618, STREET)})
    case = read(_case(base, TABLE), {"city.gpkg": (tmp_path / "g.gpkg").read_bytes()})
    hall, hotel = case.buildings
    assert (hall.id, hall.use, hall.bau, hall.bau_age_a) == ("way-1", "office", {"cooling": "split"}, 5)
    assert hall.floor_area_m2 == pytest.approx(12_000, rel=2e-3)  # the scale of UTM
    lon, lat = TO_UTM.transform(X0 + 20, Y0 + 15, direction="INVERSE")
    assert (hall.lon_deg, hall.lat_deg) == (pytest.approx(lon, abs=1e-6), pytest.approx(lat, abs=1e-6))
    assert hotel.storeys == 8
    said = [f for f in case.warnings if f.code == "W1931"]
    assert [f.field for f in said] == ["buildings.way-1.floor_area_m2", "buildings.way-2.floor_area_m2"]


def test_what_the_layer_states_stands_before_what_holds_for_all(
    base: str, tmp_path: Path, read: Callable[..., Any]
) -> None:
    """Proves: `for_all` fills gaps only, in CSV too, and columns that are not mapped are passed over.

    If ignored: a cadastre with forty columns is refused forty times, or a common value hides the real one.
    """
    table = "file: b.csv\n  columns: {id: nr, use: nutzung, floor_area_m2: bgf, storeys: og, lat_deg: y, lon_deg: x}"
    text = _case(base, f"{table}\n  for_all: {{bau: {{cooling: split}}, storeys: 3}}")
    csv = "nr,nutzung,bgf [ft2],og,y,x,owner\na,office,10000,,6.2449,-75.574,me\nb,hotel,5000,5,6.244,-75.575,you\n"
    a, b = read(text, {"b.csv": csv}).buildings
    assert (a.storeys, b.storeys, a.bau, a.floor_area_m2) == (3, 5, {"cooling": "split"}, pytest.approx(929.0304))
    del tmp_path


def test_units_in_parentheses_of_mapped_columns_count(base: str, read: Callable[..., Any]) -> None:
    """Proves: a mapped `Frío (TR)` and `Área (ft²)` are converted, words that are no unit and texts are left alone.

    If ignored: a survey's 520 tons of refrigeration are read as 520 kW without a word.
    """
    mapped = (
        "{id: nr (m), use: uso, floor_area_m2: Área (ft²), storeys: Pisos (total), lat_deg: y, lon_deg: x, "
        "measured.cooling.peak_kw: Frío (TR)}"
    )
    text = _case(base, f"file: b.csv\n  columns: {mapped}\n  for_all: {{bau: {{cooling: split}}}}")
    csv = "nr (m),uso,Área (ft²),Pisos (total),y,x,Frío (TR)\na,office,100000,4,6.2449,-75.574,520\n"
    a = read(text, {"b.csv": csv}).buildings[0]
    assert (a.id, a.storeys, a.floor_area_m2) == ("a", 4, pytest.approx(9290.304))
    assert a.measured["cooling"].peak_kw == pytest.approx(520 * 3.5168528)


@pytest.mark.parametrize(
    ("table", "layers", "code", "words"),
    [
        (TABLE.replace("houses", "house"), {"houses": (32618, HOUSES), "ways": (32618, STREET)}, "E1930", "houses"),
        (TABLE.replace("layer: houses", ""), {"a": (32618, HOUSES), "b": (32618, HOUSES)}, "E1930", "name the layer"),
        (TABLE.replace("levels}", "floors}"), {"houses": (32618, HOUSES)}, "E121", "levels"),
        (TABLE, {"houses": (999_999, HOUSES)}, "E151", "WGS84"),
    ],
    ids=["misspelt layer", "two layers", "misspelt column", "unknown system"],
)
def test_what_a_map_does_not_say_is_asked(
    base: str, tmp_path: Path, read: Callable[..., Any], table: str, layers: Any, code: str, words: str
) -> None:
    """Proves: layers, columns and systems that are not there are named with those that are. If ignored: a guess."""
    geopackage(tmp_path / "g.gpkg", layers)
    with pytest.raises(CaseError) as raised:
        read(_case(base, table), {"city.gpkg": (tmp_path / "g.gpkg").read_bytes()})
    assert code in {f.code for f in raised.value.findings}
    assert words in str(raised.value)


def test_an_outline_that_crosses_itself_has_no_area(base: str, tmp_path: Path, read: Callable[..., Any]) -> None:
    """Proves: a bow tie is refused where its area would be used. If ignored: its two halves cancel to a few m²."""
    x, y = X0, Y0
    bow = Polygon([(x, y), (x + 40, y + 30), (x + 40, y), (x, y + 30)])
    geopackage(tmp_path / "g.gpkg", {"houses": (32618, [(bow, HOUSES[0][1])])})
    with pytest.raises(CaseError, match=r"way-1.floor_area_m2.*E1932"):
        read(_case(base, TABLE), {"city.gpkg": (tmp_path / "g.gpkg").read_bytes()})


def test_rings() -> None:
    """Proves: areas agree with the ellipsoid, the middle of a bow tie stays in its box. If ignored: lost buildings."""
    ring = list(box(8.0, 48.0, 8.004, 48.003).exterior.coords)
    exact = abs(Geod(ellps="WGS84").geometry_area_perimeter(Polygon(ring))[0])
    assert area_m2(ring) == pytest.approx(exact, rel=1e-4)
    bow = [(7.0, 48.0), (7.001, 48.0006), (7.001, 48.0), (7.0, 48.00061), (7.0, 48.0)]
    lon, lat = center_of(bow)
    assert 7.0 <= lon <= 7.001
    assert 48.0 <= lat <= 48.0007
    assert crosses_itself(bow)
    assert not crosses_itself(ring)


def test_parts_and_courtyards_count(base: str, tmp_path: Path, read: Callable[..., Any]) -> None:
    """Proves: two parts add up and a courtyard is taken off. If ignored: a block with a court is twice as large."""
    court = Polygon(HALL.exterior.coords, [box(X0 + 10, Y0 + 10, X0 + 30, Y0 + 20).exterior.coords])
    other = shapely.affinity.translate(HALL, 100, 0)
    geopackage(tmp_path / "g.gpkg", {"houses": (32618, [(MultiPolygon([court, other]), HOUSES[0][1])])})
    case = read(_case(base, TABLE), {"city.gpkg": (tmp_path / "g.gpkg").read_bytes()})
    assert case.buildings[0].floor_area_m2 == pytest.approx(10 * (1200 - 200 + 1200), rel=2e-3)


def test_streets_in_meters_are_brought_to_degrees(tmp_path: Path) -> None:
    """Proves: Web Mercator in GeoJSON and UTM in the lines of a GeoPackage give the same street.

    If ignored: the export of every GIS that keeps its own system is refused.
    """
    geopackage(tmp_path / "g.gpkg", {"houses": (32618, HOUSES), "ways": (32618, STREET)})
    (line,) = [f.lines[0] for f in read_map(tmp_path, "g.gpkg", lines=True)]
    to_web = Transformer.from_crs(32618, 3857, always_xy=True)
    feature = {
        "type": "Feature",
        "properties": {},
        "geometry": {"type": "LineString", "coordinates": [to_web.transform(*p) for p in STREET[0][0].coords]},
    }
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    text = json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]})
    (tmp_path / "s.geojson").write_text(text, encoding="utf-8")
    (again,) = [f.lines[0] for f in read_map(tmp_path, "s.geojson", lines=True)]
    for (xa, ya), (xb, yb) in zip(line, again, strict=True):
        assert (xa, ya) == (pytest.approx(xb, abs=1e-8), pytest.approx(yb, abs=1e-8))
    (tmp_path / "s.shp").write_bytes(b"\0")
    with pytest.raises(DataError, match=r"GeoPackage"):
        read_map(tmp_path, "s.shp")
    (tmp_path / "bad.gpkg").write_bytes(b"no database" * 100)
    with pytest.raises(DataError, match=r"bad.gpkg.*E102"):
        read_map(tmp_path, "bad.gpkg")


@pytest.mark.parametrize("flavor", ["extended", "iso"])
def test_heights_are_passed_over_however_they_are_marked(tmp_path: Path, flavor: Any) -> None:
    """Proves: lines with heights are the same streets by the marks of PostGIS and of ISO. If ignored: E153."""
    way = LineString([(X0, Y0, 1500.0), (X0 + 100.0, Y0, 1510.0)])
    geopackage(tmp_path / "g.gpkg", {"ways": (32618, [(way, {"name": "a"})])})
    with closing(sqlite3.connect(tmp_path / "g.gpkg")) as db:
        blob = b"GP\0\1" + struct.pack("<i", 32618) + shapely.to_wkb(way, output_dimension=3, flavor=flavor)
        db.execute("UPDATE ways SET geom = ?", (blob,))
        db.commit()
    (line,) = [f.lines[0] for f in read_map(tmp_path, "g.gpkg", lines=True)]
    assert line[0] == (pytest.approx(-75.5740, abs=1e-7), pytest.approx(6.2449, abs=1e-7))


def test_degrees_under_a_system_of_meters_are_no_meters(tmp_path: Path) -> None:
    """Proves: a layer labeled with a system its numbers are not of is refused. If ignored: streets 1445 km away."""
    point = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [-75.574, 6.2449]}}
    crs = {"type": "name", "properties": {"name": "EPSG:3116"}}
    text = json.dumps({"type": "FeatureCollection", "crs": crs, "features": [point]})
    (tmp_path / "p.geojson").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"crs: .*got EPSG:3116.*E151"):
        read_map(tmp_path, "p.geojson")


def test_attributes_that_hold_others_are_passed_over(base: str, read: Callable[..., Any]) -> None:
    """Proves: nested attributes, as Overture and OpenStreetMap export them, stop nothing. If ignored: a traceback."""
    ring = [[-75.5740, 6.2449], [-75.5737, 6.2449], [-75.5737, 6.2452], [-75.5740, 6.2452], [-75.5740, 6.2449]]
    stated = {"osm_id": "w1", "building": "office", "levels": 4, "tags": {"name": "Hall"}, "sources": [{"a": 1}]}
    shape = {"type": "Polygon", "coordinates": [ring]}
    layer = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": stated, "geometry": shape}]}
    table = TABLE.replace("city.gpkg\n  layer: houses", "city.geojson")
    case = read(_case(base, table), {"city.geojson": json.dumps(layer).encode()})
    assert [b.id for b in case.buildings] == ["w1"]
