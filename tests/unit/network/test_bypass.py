"""Bypasses that keep the water of far stations warm, or cold, at low flow."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.optimize import brentq

from edsim.network import LengthOnlyTrench, NetworkTemperatures, PipeRules, design_network
from edsim.network.bypass import bypass_flow, even_fall, flow_to_keep, ways_of
from edsim.network.coupled import PairTree
from edsim.network.feedback import check_dispatch
from edsim.network.layout import site_physics
from edsim.network.pipes.catalogue import load_catalogue
from edsim.network.tree import build_forest

HOT = NetworkTemperatures(75.0, 45.0, 4.0, 60.0)


def hot(request_of, *trenches, kw):
    """Return a hot-water network of given trenches; every building takes its `kw` in all hours."""
    base = request_of(len(kw), carrier="hot_water", temperatures=HOT, trenches=trenches, streets=())
    return replace(base, demand_kw=np.outer(kw, np.ones(8760)))


def _station_k(flow, drawn, pair, over_ground_k):
    """Return what reaches a station at the end of 1 km, over the ground, by the matrix exponential of both pipes."""
    (u, n), (supply, back, cp) = pair, over_ground_k
    (a, b), (c, d) = expm(1000.0 / (flow * cp) * np.array([[-u, n], [-n, u]]))

    def left(guess):  # what enters the return at the far end: the station's water and that of the bypass
        far = a * supply + b * guess
        return c * supply + d * guess - (drawn * back + (flow - drawn) * far) / flow

    return a * supply + b * brentq(left, -100.0, 100.0, xtol=1e-12)


def test_one_pipe_by_hand(request_of):
    """Proves: 5 kW behind 1 km get 65 °C, 10 K below the plant: the flow of two pipes that warm each other brings it.

    The building takes its share back at 45 °C, the rest passes the bypass and returns at 65 °C. If ignored: the check
    reports water of 48 °C at the station, or flow for a network without losses.
    """
    request = hot(request_of, LengthOnlyTrench("plant", "b0", 1000.0), kw=[5.0])
    design = design_network(request)
    checked = check_dispatch(request, design).design
    assert checked.worst_supply_temp_c == pytest.approx(65.0, abs=1e-3)
    assert checked.worst_supply_temp_c.min() >= 65.0 - 1e-3
    shut = replace(request, temperatures=replace(HOT, bypass_drop_k=np.inf))
    assert check_dispatch(shut, design).design.bypass.hours == 0
    catalogue = load_catalogue(design.catalogue)
    physics = site_physics(request, catalogue)
    row = catalogue.index_of(int(design.edges.dn[0]))
    pair = physics.pair.own_w_per_mk[row], physics.pair.neighbor_w_per_mk[row]
    cp = float(request.fluid.cp(60.0))
    drawn = 5000.0 / (cp * 20.0)  # the building gives back 45 °C, of water that comes with 65
    for hour in (0, 4000):
        ground = physics.ground_c[hour]
        over = 75.0 - ground, 45.0 - ground, cp
        least = brentq(lambda m, g=ground, o=over: _station_k(m, drawn, pair, o) - (65.0 - g), drawn, 1.0)
        assert checked.plant_flow_kg_per_s[hour] == pytest.approx(least, rel=2e-4)
    through = 3600.0 * (checked.plant_flow_kg_per_s - drawn).sum() / float(request.fluid.density(75.0))
    assert checked.bypass.volume_m3 == pytest.approx(through, rel=1e-4)
    assert checked.bypass.hours == 8760
    assert checked.bypass.pump_kwh > 0.0
    assert checked.plant_heat_kw == pytest.approx(5.0 + checked.heat_gain_kw)


def test_stations_that_draw_enough_need_no_bypass(request_of):
    """Proves: at full flow all bypasses stay shut. If ignored: every network pumps more than it must."""
    request = hot(request_of, LengthOnlyTrench("plant", "b0", 100.0), kw=[300.0])
    design = design_network(request)
    checked = check_dispatch(request, design).design
    assert checked.bypass.summary() == {"bypass_m3_a": 0.0, "bypass_pump_kwh_a": 0.0, "bypass_heat_kwh_a": 0.0}


def test_every_station_of_a_tree_keeps_its_temperature(request_of):
    """Proves: in a tree with short and long branches no station gets water below the limit, and hardly one above it.

    If ignored: only the farthest is kept warm, or the bypasses let twice the water pass that is needed.
    """
    trenches = (
        LengthOnlyTrench("plant", "x", 300.0),
        LengthOnlyTrench("x", "b0", 20.0),
        LengthOnlyTrench("x", "y", 400.0),
        LengthOnlyTrench("y", "b1", 30.0),
        LengthOnlyTrench("y", "b2", 350.0),
    )
    request = hot(request_of, *trenches, kw=[30.0, 2.0, 1.0])
    checked = check_dispatch(request, design_network(request)).design
    assert 65.0 - 1e-3 <= checked.worst_supply_temp_c.min() <= 65.1
    assert checked.bypass.hours == 8760


def test_chilled_water_is_kept_cold(request_of):
    """Proves: by night a small load behind 800 m in warm soil gets water 2 K above the plant in plan and check.

    If ignored: coils get water of 14 °C and no longer dry the air.
    """
    request = request_of(1, trenches=(LengthOnlyTrench("plant", "b0", 800.0),), streets=())
    request = replace(request, demand_kw=np.where(np.arange(8760) % 24 < 12, 200.0, 1.0)[None, :])
    shut = replace(request, temperatures=replace(request.temperatures, bypass_drop_k=np.inf))
    assert design_network(shut).worst_supply_temp_c.max() > 9.0
    design = design_network(request)
    checked = check_dispatch(request, design).design
    for found in (design, checked):
        assert found.worst_supply_temp_c.max() == pytest.approx(7.0, abs=1e-3)
    assert checked.bypass.exchange_kwh > 0.0
    assert checked.heat_gain_kw.sum() == pytest.approx(design.heat_gain_kw.sum(), rel=0.01)


def test_no_bypass_asks_for_more_than_its_pipe_carries(request_of):
    """Proves: behind 800 m of thin bare pipe no flow keeps the water cold: what passes stays within the pipe's limits.

    If ignored: the pump head comes to hundreds of bar.
    """
    bare = PipeRules("pe100_sdr11", "wet_sand")
    request = request_of(1, trenches=(LengthOnlyTrench("plant", "b0", 800.0),), streets=(), pipes=bare)
    request = replace(request, demand_kw=np.full((1, 8760), 4.0))
    design = design_network(request)
    assert design.worst_supply_temp_c.max() > 7.0
    assert design.design_lift_kpa < 2.0 * 800.0 * bare.max_gradient_pa_per_m * 1.3 / 1000.0 + 60.0


def test_least_flow_of_special_pipes():
    """Proves: a pipe without losses, and surroundings warmer than the limit, ask for no flow at all.

    If ignored: a division by zero, or a bypass that runs for ever in soil as warm as the water.
    """
    forest = build_forest(3, np.array([0, 1]), np.array([1, 2]), np.array([0]))
    supply, limit, stations = np.array([60.0]), np.array([50.0]), np.array([1, 2])
    cp, back = np.array([4200.0]), np.zeros((2, 1))
    tight = ways_of(PairTree(forest, np.zeros(2), np.zeros(2)), stations)
    at_node = even_fall(tight, supply, limit)
    assert at_node.ravel().tolist() == [60.0, 60.0, 60.0]
    assert flow_to_keep(tight, at_node, (back, limit), cp).tolist() == [[0.0], [0.0]]
    ways = ways_of(PairTree(forest, np.full(2, 100.0), np.array([0.0, 0.6])), stations)
    at_node = even_fall(ways, supply, limit)
    assert at_node.ravel().tolist() == [60.0, 55.0, 50.0]
    first, last = flow_to_keep(ways, at_node, (back + 30.0, limit), cp).ravel().tolist()
    assert first == pytest.approx(100.0 / (4200.0 * np.log(60.0 / 55.0)))
    assert 0.0 < last < 100.0 / (4200.0 * np.log(55.0 / 50.0))
    warm = flow_to_keep(ways, at_node, (back + 160.0, limit), cp)  # 0.6/(1 + 0.8)·160 K over the ground: warm enough
    assert warm.tolist()[1] == [0.0]
    assert bypass_flow(forest, np.zeros((3, 1)), np.ones((2, 1))).sum() == 0.0
