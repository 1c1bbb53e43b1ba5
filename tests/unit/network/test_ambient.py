"""Ambient networks with one and two pipes: balance, turning flow, pumping."""

from dataclasses import replace

import numpy as np
import pytest

from edsim.core.errors import DataError
from edsim.network import LengthOnlyTrench, NetworkTemperatures, PipeRules, design_network
from edsim.network.catalogue import load_catalogue
from edsim.network.friction import pressure_gradient

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
        np.testing.assert_allclose(design.plant_heat_kw, sum(heat) - sum(cold) + design.heat_gain_kw, rtol=1e-12)


def test_two_pipes_carry_the_difference(request_of):
    """Proves: the far building's surplus feeds the near one; the first trench carries the net, the second turns."""
    request = _request(request_of, "ambient_two_pipe", (100.0, 0.0), (0.0, 60.0))
    design = design_network(request)
    cp = float(request.fluid.cp(12.0))
    np.testing.assert_allclose(design.plant_flow_kg_per_s, 1000.0 * 40.0 / (cp * 4.0))
    np.testing.assert_allclose(sorted(design.edges.peak_kw), [40.0, 60.0])


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
