"""Maps of streets that do not quite meet."""

import time
from dataclasses import replace

import numpy as np
import pytest

from edsim.network import NetworkBuilding, NetworkPlant, StreetLine, design_network
from edsim.network.places.streets import Segment, split_streets


def _notes(request, place, streets, buildings=((90.0, 20.0),)):
    """Return code → finding of a network over streets given by their points in meters."""
    made = tuple(NetworkBuilding(f"b{i}", *place(*xy)) for i, xy in enumerate(buildings))
    lines = tuple(StreetLine(tuple(place(*xy) for xy in line)) for line in streets)
    plant = NetworkPlant("plant", *place(0.0, -20.0))
    request = replace(request, buildings=made, demand_kw=request.demand_kw[: len(made)], plants=(plant,), streets=lines)
    return {f.code: f for f in design_network(request).findings}


def test_a_gap_of_the_drawing_is_told_with_its_place(request_of, place):
    """Proves: a street that ends 3 m short of another is told with width and place; one that touches is not.

    Neither is an end that overshoots a crossing by 3 m, nor a dead end 12 m from the next street.
    If ignored: on a map with gaps pipes silently take the long way round, a fifth longer in a grid of streets.
    """
    base = request_of(1)
    crossing = [(100.0, -60.0), (100.0, 60.0)]
    gap = _notes(base, place, [[(-50.0, 0.0), (97.0, 0.0)], crossing])["W413"]
    assert gap.got.startswith("a gap of 3.0 m at [")
    lon, lat = place(97.0, 0.0)
    assert f"[{lon:.4f}" in gap.got
    assert f", {lat:.4f}" in gap.got
    for end_m in (100.0, 103.0, 88.0):
        assert "W413" not in _notes(base, place, [[(-50.0, 0.0), (end_m, 0.0)], crossing])


def test_buildings_no_street_joins_to_the_plant_are_named(request_of, place):
    """Proves: a building on streets apart is named though pipes reach it over the plot of its neighbor.

    If ignored: mains run through private plots and nobody hears of it.
    """
    streets = [
        [(-50.0, 0.0), (150.0, 0.0)],
        [(-50.0, 300.0), (50.0, 300.0), (150.0, 300.0)],
        [(50.0, 300.0), (50.0, 420.0)],
    ]
    streets += [[(50.0, 420.0), (150.0, 420.0)], [(150.0, 300.0), (150.0, 420.0)]]
    notes = _notes(request_of(2), place, streets, buildings=((100.0, 150.0), (100.0, 360.0)))
    assert notes["W414"].got == "b1"
    joined = [*streets, [(150.0, 0.0), (150.0, 300.0)]]
    assert "W414" not in _notes(request_of(2), place, joined, buildings=((100.0, 150.0), (100.0, 360.0)))


@pytest.mark.medium
def test_the_map_of_a_city_is_read_in_seconds():
    """Proves: 7 200 street lines are snapped and split in 2 to 3 s of processor time, not in its square.

    If ignored: a district cut out of the map of its city waits for many minutes before the first trench is laid.
    """
    side, pitch = 60, 100.0
    lines = [((i * pitch, j * pitch), ((i + 1) * pitch, j * pitch)) for i in range(side) for j in range(side)]
    lines += [((j * pitch, i * pitch), (j * pitch, (i + 1) * pitch)) for i in range(side) for j in range(side)]
    begun = time.process_time()
    pieces = split_streets([Segment(np.array(line)) for line in lines])
    assert time.process_time() - begun < 12.0
    assert len(pieces) == len(lines)
