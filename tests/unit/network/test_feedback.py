"""The check after the optimization and what it feeds back."""

from dataclasses import replace

import numpy as np
import pytest

from edsim.core.outdoor_reset import OutdoorReset
from edsim.network import LengthOnlyTrench, NetworkTemperatures, design_network
from edsim.network.feedback import check_dispatch, refit, unsettled


def _long_small(request_of):
    """Return a hot-water network that loses a good part of its heat: 20 kW at most behind 1.5 km."""
    base = request_of(
        1,
        carrier="hot_water",
        temperatures=NetworkTemperatures(75.0, 45.0, 4.0, 60.0),
        trenches=(LengthOnlyTrench("plant", "b0", 1500.0),),
    )
    return replace(base, demand_kw=20.0 * base.demand_kw / base.demand_kw.max())


@pytest.mark.medium
def test_a_compact_network_agrees_with_its_plan(request_of):
    """Proves: where water arrives nearly as it left, plan and check agree and the design stays as it is."""
    request = request_of(9)
    design = design_network(request)
    designs, (check,) = refit((design,), {"cold": request}, {})
    assert check.agrees
    assert designs == (design,)
    assert 0.0 <= check.pump_difference_frac < 0.1


def test_water_that_cools_on_its_way_costs_flow(request_of):
    """Proves: a long small network needs more water than the plan, and its check replaces the plan's series."""
    request = _long_small(request_of)
    request = replace(request, temperatures=replace(request.temperatures, bypass_drop_k=np.inf))
    design = design_network(request)
    designs, (check,) = refit((design,), {"cold": request}, {})
    assert not check.agrees
    assert check.pump_difference_frac > 0.1
    assert (designs[0].plant_flow_kg_per_s >= design.plant_flow_kg_per_s - 1e-9).all()
    assert check_dispatch(request, designs[0]).agrees


def test_one_station_by_hand(request_of):
    """Proves: m·cp·(T_station - T_return) = Q in every hour, T_return as planned. If ignored: flow is underrated."""
    request = replace(_long_small(request_of), demand_kw=np.full((1, 8760), 60.0))
    checked = check_dispatch(request, design_network(request)).design
    cp = float(request.fluid.cp(60.0))
    heat = checked.plant_flow_kg_per_s * cp * (checked.worst_supply_temp_c - 45.0) / 1000.0
    assert heat == pytest.approx(60.0, rel=2e-4)


def test_what_was_not_served_is_not_pumped(request_of):
    """Proves: hours without supply draw no water."""
    request = request_of(2)
    design = design_network(request)
    short = np.zeros(8760)
    short[:100] = 1e9
    check = check_dispatch(request, design, short)
    assert check.design.plant_heat_kw == pytest.approx(request.demand_kw.sum(axis=0) + check.design.heat_gain_kw)
    assert check.design.pump_power_kw[:100].max() == 0.0
    assert check.design.pump_power_kw[100:].min() > 0.0


def test_the_warning_says_how_far_off(request_of):
    """Proves: the finding carries both differences."""
    request = _long_small(request_of)
    finding = unsettled(check_dispatch(request, design_network(request)))
    assert (finding.code, finding.severity) == ("W410", "warning")
    assert "%" in finding.got


def test_nothing_to_check(request_of):
    """Proves: a network without buildings passes."""
    request = request_of(2)
    none = tuple(replace(b, connection="optional") for b in request.buildings)
    request = replace(request, buildings=none)
    check = check_dispatch(request, design_network(request))
    assert check.agrees
    assert check.loss_difference_frac == pytest.approx(0.0)


def test_a_supply_that_follows_the_weather_loses_less_and_draws_more(request_of):
    """Proves: with 68 °C instead of 90 °C in mild weather, losses fall as supply and return above the ground do.

    Flow of a station grows as (90 - 50) / (68 - 50). If ignored: a summer of 90 °C would be paid that nobody runs.
    """
    trench = (LengthOnlyTrench("plant", "b0", 300.0),)
    hot = NetworkTemperatures(90.0, 50.0, 2.0, 60.0, bypass_drop_k=np.inf)
    flat = request_of(1, carrier="hot_water", temperatures=hot, trenches=trench)
    flat = replace(flat, demand_kw=np.full((1, 8760), 400.0), dry_bulb_temp_c=np.full(8760, 10.0))
    line = OutdoorReset(mild_supply_c=68.0, cold_outdoor_c=-15.0, mild_outdoor_c=8.0)
    mild = replace(flat, temperatures=replace(hot, reset=line))
    before, after = design_network(flat), design_network(mild)
    flow = after.plant_flow_kg_per_s / before.plant_flow_kg_per_s
    assert flow == pytest.approx(40.0 / 18.0, rel=2e-3)  # water of 59 °C holds a little less per kelvin than of 70 °C
    checked = [
        check_dispatch(r, d).design
        for r, d in ((flat, before), (replace(mild, demand_kw=flat.demand_kw * 0.45), before))
    ]
    lost = [d.heat_gain_kw.mean() for d in checked]  # in the same pipe, with the same flow
    assert lost[1] / lost[0] == pytest.approx((68.0 + 50.0 - 20.0) / (90.0 + 50.0 - 20.0), rel=0.03)
    assert after.edges.inner_diameter_mm[0] > before.edges.inner_diameter_mm[0]
    assert (after.heat_gain_kw < before.heat_gain_kw).all()
