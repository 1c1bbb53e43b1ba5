"""The pressure profile along the critical path."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from edsim.network import GasRules, LengthOnlyTrench, NetworkTemperatures, PipeRules, design_network
from edsim.network.critical_path import critical_path
from edsim.network.picture import to_svg


def test_what_is_left_at_the_end_is_the_station(request_of):
    """Proves: lift less friction both ways leaves the station's difference; pressures fall out and rise back."""
    request = request_of(9)
    design = design_network(request)
    path = critical_path(design)
    assert path[0].node == "plant-plant"
    assert path[0].supply_bar - path[0].return_bar == pytest.approx(design.design_lift_kpa / 100.0)
    left = path[-1].supply_bar - path[-1].return_bar
    assert left == pytest.approx(request.temperatures.ets_dp_kpa / 100.0, rel=0.02)
    assert (np.diff([p.supply_bar for p in path]) < 0.0).all()
    assert (np.diff([p.return_bar for p in path]) > 0.0).all()
    assert (np.diff([p.distance_m for p in path]) > 0.0).all()


def test_height_counts(request_of):
    """Proves: a station 20 m up stands 1.96 bar lower in both pipes. If ignored: hills look flat."""
    trench = (LengthOnlyTrench("plant", "b0", 100.0),)
    flat = request_of(1, trenches=trench)
    hill = replace(flat, buildings=(replace(flat.buildings[0], z_m=20.0),))
    low, high = (critical_path(design_network(r))[-1] for r in (flat, hill))
    column = float(flat.fluid.density(13.0)) * 9.80665 * 20.0 / 1e5
    raised = critical_path(design_network(hill))[0].return_bar - critical_path(design_network(flat))[0].return_bar
    assert low.supply_bar - high.supply_bar == pytest.approx(column - raised, abs=1e-3)


def test_steam_has_one_line(request_of):
    """Proves: the main's pressure falls to the lowest pressure of the year; there is no return pressure."""
    request = request_of(
        4,
        carrier="steam",
        temperatures=NetworkTemperatures(175.0, 90.0, 5.0, 0.0),
        pipes=PipeRules("steam_steel", "moist_sand"),
        gas=GasRules(),
    )
    design = design_network(request)
    path = critical_path(design)
    assert np.isnan([p.return_bar for p in path]).all()
    assert path[-1].supply_bar == pytest.approx(design.lowest_pressure_bar, abs=0.02)


def test_no_trench_no_path(request_of):
    """Proves: a network that connects nothing has no profile."""
    request = request_of(2)
    none = tuple(replace(b, connection="optional") for b in request.buildings)
    assert critical_path(design_network(replace(request, buildings=none))) == ()


def test_the_picture_shows_every_trench_and_site(request_of):
    """Proves: the SVG is well-formed and holds one line per trench, every building's name and both pressure lines."""
    design = design_network(replace(request_of(), id="cold & <wet>"))
    root = ET.fromstring(to_svg([design]))
    tag = "{http://www.w3.org/2000/svg}"
    lines = root.findall(f".//{tag}polyline")
    assert len(lines) == len(design.edges) + 2
    words = [t.text for t in root.iter(f"{tag}text")]
    assert set(design.connected_building_ids) | {"plant", "supply", "return"} <= set(words)
    title = next(w for w in words if "cold & <wet>" in (w or ""))
    assert title.endswith(f"DN {design.edges.dn.min()}–{design.edges.dn.max()}")
    way = re.findall(r"[\d.]+", root.findall(f".//{tag}path")[0].attrib["d"])
    bar_m = next(float(w[:-2]) for w in words if re.fullmatch(r"[125]0* m", w or ""))
    pixels = [tuple(float(x) for x in p.split(",")) for line in lines[:-2] for p in line.attrib["points"].split()]
    wide_m = np.ptp([p[0] for p in pixels]) * bar_m / (float(way[3]) - float(way[0]))
    assert wide_m == pytest.approx(np.ptp([n.x_m for n in design.nodes]), rel=0.01), "the bar of the scale is true"
