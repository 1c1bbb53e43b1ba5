"""Districts without a map, and files of streets, obstacles and pipes."""

import json
from dataclasses import replace

import numpy as np
import pytest

from edsim.core.errors import DataError
from edsim.network import ExistingPipe, LengthOnlyTrench, NetworkBuilding, NetworkPlant, design_network, to_geojson
from edsim.network.places.inputs import read_existing_pipes, read_obstacles, read_streets, read_trenches

TREE = (
    LengthOnlyTrench("plant", "square", 120.0),
    LengthOnlyTrench("square", "b0", 60.0),
    LengthOnlyTrench("square", "b1", 80.0, surface="green"),
    LengthOnlyTrench("plant", "b1", 900.0),
)


def _two(request_of, trenches=TREE, place=(np.nan, np.nan)):
    base = request_of(2, trenches=trenches, streets=())
    return replace(base, buildings=tuple(replace(b, lon=place[0], lat=place[1]) for b in base.buildings))


def test_lengths_alone_make_a_network(request_of):
    """Proves: without coordinates the shortest tree is laid with the lengths given, and the map is a valid drawing."""
    design = design_network(_two(request_of))
    assert design.length_m == pytest.approx(260.0)
    assert {f.code for f in design.findings} >= {"W409"}
    text = json.dumps(to_geojson(design), allow_nan=False, default=float)
    assert "square" in text
    assert all(np.isfinite([n.lon, n.lat, n.x_m, n.y_m]).all() for n in design.nodes)


def test_known_sites_stay_and_junctions_stand_between(request_of):
    """Proves: coordinates that are given are kept; no drawing is announced then."""
    base = request_of(2, trenches=TREE, streets=())
    design = design_network(base)
    at = {n.building_id: (n.lon, n.lat) for n in design.nodes if n.kind == "consumer"}
    assert at["b0"] == pytest.approx((base.buildings[0].lon, base.buildings[0].lat), abs=1e-6)
    assert not {f.code for f in design.findings} & {"W409"}


@pytest.mark.parametrize(
    ("trenches", "code", "words"),
    [
        ((*TREE[:1], replace(TREE[1], length_m=0.0), *TREE[2:]), "E417", "above 0"),
        ((*TREE, LengthOnlyTrench("b0", "b0", 5.0)), "E417", "b0"),
        (TREE[:2], "E412", "b1"),
        (TREE[1:3], "E413", "plant"),
        ((*TREE[:1], TREE[1], LengthOnlyTrench("b1", "far", 10.0)), "E414", "to b1"),
    ],
)
def test_faults_of_the_list_are_named(request_of, trenches, code, words):
    """Proves: zero lengths, loops, and sites the list does not reach are named."""
    with pytest.raises(DataError) as caught:
        design_network(_two(request_of, trenches))
    assert code in {f.code for f in caught.value.findings}
    assert words in str(caught.value)


def test_trenches_are_read_from_csv(tmp_path):
    """Proves: semicolons, decimal commas and optional columns are read."""
    (tmp_path / "t.csv").write_text(
        "from;to;length_m;surface;existing_dn\nplant;a;120,5;green;\na;b;30;;150\n", "utf-8"
    )
    first, second = read_trenches(tmp_path, "t.csv")
    assert first == LengthOnlyTrench("plant", "a", 120.5, "green")
    assert (second.surface, second.existing_dn) == ("street", 150)


def test_the_unit_of_a_column_counts(tmp_path):
    """Proves: 328.084 ft are 100 m, as in every other table. If ignored: trenches three times as long as they are."""
    (tmp_path / "t.csv").write_text("from,to,length_m [ft],cost_factor [%]\nplant,a,328.084,120\n", "utf-8")
    (trench,) = read_trenches(tmp_path, "t.csv")
    assert trench.length_m == pytest.approx(100.0)
    assert trench.cost_factor == pytest.approx(1.2)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("from,to,length_m\nplant,,12\n", "column to"),
        ("from,to,length_m\nplant,a,long\n", "length_m"),
        ("from,to,length_m\nplant,a,-3\n", "0 or more"),
        ("from,to,length_m,color\nplant,a,3,red\n", "color"),
        ("from,to,length_m [kg]\nplant,a,3\n", "unit does not fit"),
        ("from,to,length_m,existing_dn [in]\nplant,a,3,8\n", "unit does not fit"),
    ],
)
def test_faults_of_the_csv_are_named(tmp_path, text, words):
    """Proves: missing ends, words for numbers, negative lengths and unknown columns are named."""
    (tmp_path / "t.csv").write_text(text, "utf-8")
    with pytest.raises(DataError, match="E418") as caught:
        read_trenches(tmp_path, "t.csv")
    assert words in str(caught.value)


def test_a_row_that_ends_where_it_begins_is_named_with_its_line(tmp_path):
    """Proves: file and line stand in the message. If ignored: the reader searches row 1 of a list counted from 0."""
    (tmp_path / "t.csv").write_text("from,to,length_m\nplant,a,12\na,a,5\n", "utf-8")
    with pytest.raises(DataError, match=r"t\.csv:3.*ends where it begins; got a \[E417\]"):
        read_trenches(tmp_path, "t.csv")


def test_a_diameter_in_inches_is_refused(tmp_path):
    """Proves: 8 for 8 inches, DN 200, is no diameter. If ignored: a main stands in the ground as a tube of 8 mm."""
    (tmp_path / "t.csv").write_text("from,to,length_m,existing_dn\na,b,120,8\nb,c,80,0\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"no such diameter; got 8; allowed: ≥ 15; .* 8 DN 200 .*\[E418\]") as caught:
        read_trenches(tmp_path, "t.csv")
    assert len(caught.value.findings) == 1


def test_an_old_pipe_of_no_known_diameter_is_named(request_of):
    """Proves: network and field stand beside the diameters there are, for lines on the map and rows by length."""
    pipes = replace(request_of(1), existing_pipes=(ExistingPipe(((-75.57, 6.25), (-75.569, 6.25)), 999),))
    rows = request_of(1, streets=(), trenches=(LengthOnlyTrench("plant", "b0", 90.0, existing_dn=30),))
    for request, words in ((pipes, "existing_pipes: .*got 999"), (rows, "trenches: .*got 30")):
        with pytest.raises(DataError, match=rf"networks\.cold\.{words}.*E402"):
            design_network(request)


def _collection(*features):
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": p, "geometry": {"type": kind, "coordinates": c}}
                for kind, c, p in features
            ],
        }
    )


LINE = [[-75.57, 6.25], [-75.569, 6.25]]
RING = [[[-75.57, 6.25], [-75.569, 6.25], [-75.569, 6.251], [-75.57, 6.25]]]


def test_geojson_properties_reach_the_trenches(tmp_path):
    """Proves: surface, cost factor, prohibition, diameter and outline are read. If ignored: streets cost alike."""
    (tmp_path / "s.geojson").write_text(
        _collection(
            ("LineString", LINE, {"surface": "green", "cost_factor": 1.5}), ("LineString", LINE, {"forbidden": True})
        )
    )
    (tmp_path / "e.geojson").write_text(_collection(("LineString", LINE, {"dn": 200})))
    (tmp_path / "o.geojson").write_text(_collection(("Polygon", RING, {})))
    green, closed = read_streets(tmp_path, "s.geojson")
    assert (green.surface, green.cost_factor, green.forbidden) == ("green", 1.5, False)
    assert closed.forbidden
    assert read_existing_pipes(tmp_path, "e.geojson")[0].dn == 200
    assert len(read_obstacles(tmp_path, "o.geojson")[0]) == 4


def test_faults_of_the_geojson_are_named(tmp_path):
    """Proves: a pipe without diameter, a file without polygons and a factor that is no number are named."""
    (tmp_path / "e.geojson").write_text(_collection(("LineString", LINE, {})))
    (tmp_path / "s.geojson").write_text(_collection(("LineString", LINE, {"cost_factor": "dear"})))
    (tmp_path / "p.geojson").write_text(_collection(("Point", LINE[0], {"dn": 200})))
    for read, name, words in (
        (read_existing_pipes, "p.geojson", "LineString"),
        (read_existing_pipes, "e.geojson", "diameter"),
        (read_obstacles, "e.geojson", "Polygon"),
        (read_streets, "s.geojson", "cost_factor"),
    ):
        with pytest.raises(DataError, match="E418") as caught:
            read(tmp_path, name)
        assert words in str(caught.value)


def test_all_parts_of_an_obstacle_count_and_its_holes_do_not(tmp_path):
    """Proves: both lakes of one feature bar trenches, the island in one is no third. If ignored: only the first."""
    far, hole = [[[x + 0.01, y] for x, y in RING[0]]], [[-75.5696, 6.2502], [-75.5692, 6.2502], [-75.5692, 6.2505]]
    parts = [[RING[0], [*hole, hole[0]]], far]
    (tmp_path / "o.geojson").write_text(_collection(("MultiPolygon", parts, {})))
    rings = read_obstacles(tmp_path, "o.geojson")
    assert [ring[0][0] for ring in rings] == pytest.approx([-75.57, -75.56])


@pytest.mark.parametrize(
    "hole",
    [
        [[-75.57, 6.25], [-75.5696, 6.2502], [-75.5692, 6.2502]],  # begins at a corner of the ring around it
        [RING[0][0], RING[0][1], [-75.5696, 6.2502]],  # shares a side with it
        RING[0][:-1],  # the same ring once more
    ],
)
def test_a_hole_that_touches_the_ring_around_it_is_no_obstacle_of_its_own(tmp_path, hole):
    """Proves: holes on the edge of a polygon are holes still. If ignored: their ground counts as a second obstacle."""
    (tmp_path / "o.geojson").write_text(_collection(("Polygon", [RING[0], [*hole, hole[0]]], {})))
    assert len(read_obstacles(tmp_path, "o.geojson")) == 1


def test_an_unknown_surface_is_named_with_its_line(tmp_path):
    """Proves: the file and line of a surface that is not in the table stand in the message."""
    (tmp_path / "s.geojson").write_text(_collection(("LineString", LINE, {"surface": "asphalt"})))
    with pytest.raises(DataError, match=r"s\.geojson:1.*no such surface.*asphalt.*E402"):
        read_streets(tmp_path, "s.geojson")


def test_coordinates_are_still_needed_with_streets(request_of):
    """Proves: a building without coordinates is refused when there is a map."""
    request = request_of(2)
    lost = replace(request, buildings=(NetworkBuilding("x", np.nan, np.nan), request.buildings[1]))
    with pytest.raises(DataError, match="E410"):
        design_network(lost)


def test_plant_without_coordinates(request_of):
    """Proves: with nothing but lengths the design still stands."""
    request = replace(_two(request_of), plants=(NetworkPlant("plant", np.nan, np.nan),))
    assert design_network(request).length_m == pytest.approx(260.0)
