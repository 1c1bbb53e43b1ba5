"""Bypasses that keep the water of far stations warm, or cold, at low flow."""

from dataclasses import replace

import numpy as np
import pytest

from edsim.network import LengthOnlyTrench, NetworkTemperatures, PipeRules, design_network
from edsim.network.bypass import bypass_flow, even_fall, flow_to_keep, ways_of
from edsim.network.feedback import check_dispatch
from edsim.network.layout import site_physics
from edsim.network.pipes.catalogue import load_catalogue
from edsim.network.tree import build_forest

HOT = NetworkTemperatures(75.0, 45.0, 4.0, 60.0)


def hot(request_of, *trenches, kw):
    """Return a hot-water network of given trenches; every building takes its `kw` in all hours."""
    base = request_of(len(kw), carrier="hot_water", temperatures=HOT, trenches=trenches, streets=())
    return replace(base, demand_kw=np.outer(kw, np.ones(8760)))


def test_one_pipe_by_hand(request_of):
    """Proves: 5 kW behind 1 km get 65 °C, 10 K below the plant: m = U·L/(cp·ln(dT_in/dT_out)), the rest by the bypass.

    If ignored: the check reports water of 48 °C at the station, or flow for a network without losses.
    """
    request = hot(request_of, LengthOnlyTrench("plant", "b0", 1000.0), kw=[5.0])
    design = design_network(request)
    checked = check_dispatch(request, design).design
    assert checked.worst_supply_temp_c == pytest.approx(65.0, abs=1e-9)
    assert (
        check_dispatch(replace(request, temperatures=replace(HOT, bypass_drop_k=np.inf)), design).design.bypass.hours
        == 0
    )
    catalogue = load_catalogue(design.catalogue)
    physics = site_physics(request, catalogue)
    row = catalogue.index_of(int(design.edges.dn[0]))
    u, n = physics.pair.own_w_per_mk[row], physics.pair.neighbor_w_per_mk[row]
    around = physics.ground_c + n / u * (45.0 - physics.ground_c)
    cp = float(request.fluid.cp(60.0))
    least = u * 1000.0 / (cp * np.log((75.0 - around) / (65.0 - around)))
    assert checked.plant_flow_kg_per_s == pytest.approx(least, rel=1e-9)
    drawn = 5000.0 / (cp * 20.0)  # the building gives back 45 °C, of water that comes with 65
    density = float(request.fluid.density(75.0))
    assert checked.bypass.volume_m3 == pytest.approx(3600.0 * (least - drawn).sum() / density, rel=1e-6)
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
    supply, limit, stations = np.array([70.0]), np.array([60.0]), np.array([1, 2])
    tight = ways_of(forest, np.zeros(2), stations)
    at_node = even_fall(forest, tight, supply, limit)
    assert at_node.ravel().tolist() == [70.0, 70.0, 70.0]
    assert flow_to_keep(forest, tight, at_node, (np.full((2, 1), 10.0), limit), 4200.0).tolist() == [[0.0], [0.0]]
    ways = ways_of(forest, np.full(2, 100.0), stations)
    at_node = even_fall(forest, ways, supply, limit)
    assert at_node.ravel().tolist() == [70.0, 65.0, 60.0]
    warm = flow_to_keep(forest, ways, at_node, (np.full((2, 1), 65.0), limit), 4200.0)
    assert warm.tolist()[1] == [0.0]
    assert bypass_flow(forest, np.zeros((3, 1)), np.ones((2, 1))).sum() == 0.0
