"""Ambient networks with one and two pipes: balance, turning flow, pumping."""

from dataclasses import replace

import numpy as np
import pytest

from edsim.core.errors import DataError
from edsim.network import (
    Consumer,
    Fluid,
    LengthOnlyTrench,
    NetworkTemperatures,
    Pipe,
    PipeRules,
    Source,
    design_network,
    solve_steady,
)
from edsim.network.ambient_loops.one_pipe import tour
from edsim.network.layout import site_physics
from edsim.network.pipes.catalogue import load_catalogue
from edsim.network.pipes.friction import pressure_gradient
from edsim.network.pipes.sizing import balance_loop
from edsim.network.tree import build_forest

LINE = (LengthOnlyTrench("plant", "b0", 300.0), LengthOnlyTrench("b0", "b1", 200.0))


def _request(request_of, carrier, heat, cold):
    """Return two buildings in a row with constant heat drawn and heat given back."""
    base = request_of(
        2,
        carrier=carrier,
        temperatures=NetworkTemperatures(14.0, 10.0, 1.0, 50.0),
        pipes=PipeRules("pe100_sdr11", "moist_sand", local_loss_factor=1.0),
        trenches=LINE,
    )
    shape = np.ones((1, 8760))
    return replace(base, demand_kw=np.array(heat)[:, None] * shape, cooling_kw=np.array(cold)[:, None] * shape)


@pytest.mark.parametrize("carrier", ["ambient_one_pipe", "ambient_two_pipe"])
def test_the_plant_closes_the_balance(request_of, carrier):
    """Proves: plant heat = drawn - given back + loss to the ground in every hour, of either sign."""
    for heat, cold in (((80.0, 40.0), (0.0, 30.0)), ((10.0, 0.0), (60.0, 50.0))):
        design = design_network(_request(request_of, carrier, heat, cold))
        assert design.plant_heat_kw == pytest.approx(sum(heat) - sum(cold) + design.heat_gain_kw, rel=1e-12)


def test_two_pipes_carry_the_difference(request_of):
    """Proves: the far building's surplus feeds the near one; the first trench carries the net, the second turns."""
    request = _request(request_of, "ambient_two_pipe", (100.0, 0.0), (0.0, 60.0))
    design = design_network(request)
    cp = float(request.fluid.cp(12.0))
    assert design.plant_flow_kg_per_s == pytest.approx(1000.0 * 40.0 / (cp * 4.0), rel=1e-7)
    assert sorted(design.edges.peak_kw) == pytest.approx([40.0, 60.0], rel=1e-7)


def test_two_pipe_pumping_by_hand(request_of):
    """Proves: pump power is the work of both pipes of every trench plus that of the stations over the efficiency."""
    request = _request(request_of, "ambient_two_pipe", (100.0, 0.0), (0.0, 60.0))
    design = design_network(request)
    cp, rho, mu = (float(f(12.0)) for f in (request.fluid.cp, request.fluid.density, request.fluid.viscosity))
    rough = load_catalogue("pe100_sdr11").roughness_m[0]
    work = 0.0
    for kw, bore, length in zip(
        design.edges.peak_kw, design.edges.inner_diameter_mm, design.edges.length_m, strict=True
    ):
        flow = 1000.0 * kw / (cp * 4.0)
        gradient = pressure_gradient(
            np.array(flow), np.array(bore / 1000.0), np.array(rough), np.array(rho), np.array(mu)
        )
        work += 2.0 * float(gradient) * length * flow / rho
    work += 50_000.0 * 1000.0 * 160.0 / (cp * 4.0) / rho
    assert design.pump_power_kw[0] == pytest.approx(work / 0.7 / 1000.0, rel=1e-9)


def test_one_pipe_runs_with_one_flow(request_of):
    """Proves: every trench of the loop has the same diameter and flow, set by the larger side."""
    request = _request(request_of, "ambient_one_pipe", (100.0, 0.0), (0.0, 60.0))
    design = design_network(request)
    assert len(set(design.edges.dn.tolist())) == 1
    cp = float(request.fluid.cp(12.0))
    np.testing.assert_allclose(design.plant_flow_kg_per_s, 1000.0 * 100.0 / (cp * 4.0))
    assert 10.0 <= design.worst_supply_temp_c.min() < 14.0


def test_one_pipe_cascade_against_the_steady_state(request_of):
    """Proves: the year's march through a branched tree is what the steady state finds for single hours.

    If ignored: the temperature along the loop is guessed, not solved.
    """
    request = _request(request_of, "ambient_one_pipe", (100.0, 20.0), (0.0, 60.0))
    fork = (*LINE[:1], LengthOnlyTrench("b0", "j", 120.0), LengthOnlyTrench("j", "b1", 200.0))
    rng = np.random.default_rng(4)
    heat = rng.uniform(0.0, 100.0, (2, 8760)) * [[1.0], [0.4]]
    cold = rng.uniform(0.0, 60.0, (2, 8760)) * [[0.2], [1.0]]
    request = replace(request, trenches=fork, demand_kw=heat, cooling_kw=cold)
    design = design_network(request)
    catalogue, physics = load_catalogue("pe100_sdr11"), site_physics(request, load_catalogue("pe100_sdr11"))
    row = catalogue.index_of(int(design.edges.dn[0]))
    u, bore = float(physics.pair.symmetric_w_per_mk[row]), 1000.0 * float(catalogue.inner_m[row])
    fluid = Fluid.constant(1000.0, float(request.fluid.cp(12.0)), 1e-3)
    for hour in (0, 17, 5000):
        flow, ground = float(design.plant_flow_kg_per_s[hour]), float(physics.ground_c[hour])
        lengths = [300.0, 320.0, 320.0, 300.0]
        pipes = [Pipe(f"p{k}", f"n{k}", f"n{k + 1}", x, bore, 0.01, u) for k, x in enumerate(lengths)]
        net = heat[:, hour] - cold[:, hour]
        taps = [Consumer(f"b{k}", f"n{k + 1}", f"n{k + 1}", heat_kw=q, flow_kg_per_s=1.0) for k, q in enumerate(net)]
        plant = Source("plant", "n0", "n4", 14.0, flow_kg_per_s=flow)
        state = solve_steady(pipes, taps, [plant], fluid, ground)
        assert design.worst_supply_temp_c[hour] == pytest.approx(state.consumer_temp_in_c.min(), abs=1e-6)
        assert design.plant_heat_kw[hour] == pytest.approx(state.source_heat_kw[0], abs=1e-6)


def test_the_tour_passes_every_trench_twice():
    """Proves: out and back through a branched tree, stations at the first visit, home at the plant."""
    forest = build_forest(6, np.array([0, 1, 1, 2]), np.array([1, 2, 3, 4]), np.array([0, 5]))
    way = tour(forest)
    ends = {int(k): int(forest.end[k]) for k in range(4)}
    assert [ends[k] if out else -ends[k] for k, out in zip(way.edge.tolist(), way.is_first.tolist(), strict=True)] == [
        1, 2, 4, -4, -2, 3, -3, -1,
    ]  # fmt: skip
    assert way.starts.tolist() == [True] + [False] * 7
    assert way.node[-1] == 0


def test_balance_within_the_network_costs_the_plant_nothing(request_of):
    """Proves: equal heat and cold leave only the exchange with the ground. If ignored: prosumers never help."""
    design = design_network(_request(request_of, "ambient_two_pipe", (50.0, 0.0), (0.0, 50.0)))
    np.testing.assert_allclose(design.plant_heat_kw, design.heat_gain_kw)
    assert design.pump_power_kw.min() > 0.0


def test_zero_flow_hours_are_harmless(request_of):
    """Proves: hours without any demand give no power, no NaN."""
    request = _request(request_of, "ambient_two_pipe", (50.0, 20.0), (0.0, 0.0))
    demand = request.demand_kw.copy()
    demand[:, 100:200] = 0.0
    design = design_network(replace(request, demand_kw=demand))
    assert np.isfinite(design.worst_supply_temp_c).all()
    assert design.pump_power_kw[100:200].max() == 0.0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"carrier": "chilled_water", "temperatures": NetworkTemperatures(6.0, 12.0, 1.0, 50.0)}, "does not suit"),
        ({"cooling_kw": np.zeros((3, 8760))}, "shape"),
        ({"cooling_kw": -np.ones((2, 8760))}, "negative"),
    ],
)
def test_faults_are_named(request_of, change, words):
    """Proves: heat given back elsewhere than to ambient water, of the wrong shape or sign, is refused."""
    request = _request(request_of, "ambient_two_pipe", (50.0, 20.0), (0.0, 30.0))
    with pytest.raises(DataError, match="E403") as caught:
        design_network(replace(request, **change))
    assert words in str(caught.value)


def test_a_loop_in_series_is_as_wide_as_pays_and_as_its_pressure_allows():
    """Proves: three trenches of a loop by hand: the least of pipe and pumping, then the cheapest pascal first.

    Rows cost 1, 2 and 4 per year and drop 100, 40 and 10 Pa; at 0.02 per Pa: 3, 2.8, 4.2, so the middle row, 120 Pa.
    The third trench costs half: at most 100 Pa it alone is widened (30 Pa for 1). If ignored:
    long loops are sized for the worst branch alone and end above the rating of their pipes.
    """
    drop = np.tile([100.0, 40.0, 10.0], (3, 1))
    annual = np.array([1.0, 2.0, 4.0]) * np.array([[1.0], [1.0], [0.5]])
    least = np.zeros(3, dtype=np.int64)
    assert balance_loop(least, drop, annual, 0.02, 1e9).tolist() == [1, 1, 1]
    assert balance_loop(least, drop, annual, 0.02, 100.0).tolist() == [1, 1, 2]
    assert balance_loop(least + 2, drop, annual, 0.0, 1e9).tolist() == [2, 2, 2]
    assert balance_loop(least, drop, annual, 0.02, 1.0).tolist() == [2, 2, 2]


def test_a_long_loop_keeps_within_the_rating_of_its_pipes(request_of):
    """Proves: 6 km of trenches in series, 18 bar as sized and not balanced, are widened to stay below PN 16."""
    request = _request(request_of, "ambient_one_pipe", (400.0, 400.0), (0.0, 0.0))
    far = (LengthOnlyTrench("plant", "b0", 5000.0), LengthOnlyTrench("b0", "b1", 1200.0))
    unbalanced = replace(request.pipes, balance_critical_path=False)
    design = design_network(replace(request, trenches=far, pipes=unbalanced))
    assert design.static_pressure_bar + design.design_lift_kpa / 100.0 <= 16.0
    assert design.design_lift_kpa > 1000.0
