"""Laws every kind keeps, proved on its own relations: no schedule it allows can break them.

Each test lets the solver look for a violation: it maximizes energy (or exergy, or value) out minus in over everything
the relations of the kind allow with its sizes as given. Machines that take from nature are left out by name.
"""

from __future__ import annotations

import numpy as np
import pytest

from edsim.core.timegrid import full_year, typical_days
from edsim.lp import HighsSession, SolverOptions, compile_model
from edsim.optimization.system import on_grid

COLD = {"chilled_water", "chilled_water_high", "cooling"}
WORK = {"electricity", "natural_gas", "biogas", "lpg", "diesel", "biomass", "coal"}
NO_ENERGY = {"compressed_air"}
ENVIRONMENT = {"condenser_water"}
SIZE = 100.0
ROUNDING = 1e-9
"""Gain per kWh below which inputs and outputs balance; refused by the solver as badly scaled otherwise."""


def sized(spec):
    """Return an instance with every size at most 100, so that the search is bounded, and no heat from the room."""
    lossless = {f: 0.0 for f in ("loss_frac_per_h",) if f in type(spec).model_fields}
    return spec.model_copy(update={f"max_{s.name}": SIZE for s in type(spec).sizes} | lossless)


def cool(surroundings):
    """Return surroundings whose hot water is low enough for every machine that recovers heat."""
    usual = surroundings()
    supply, back = usual.supply_temp_c | {"hot_water": 55.0}, usual.return_temp_c | {"hot_water": 45.0}
    return surroundings(supply_temp_c=supply, return_temp_c=back)


def best(alone, spec, grid, conditions, worth):
    """Return the highest yearly sum of ``worth(spec, port) * flow`` over the ports, and the number of steps it took."""
    model, block, ctx, _ = alone([spec], grid, conditions)
    lp = compile_model(model)
    cost = np.zeros(lp.num_cols)
    hours = grid.weight * grid.step_h
    for port in type(spec).ports:
        factor = ctx.arrays[port.factor][0] if port.factor else 1.0
        value = worth(spec, port) * np.broadcast_to(factor, grid.n) * hours
        np.add.at(cost, lp.column(getattr(block, port.variable))[0], -value)
    cost[np.abs(cost) < ROUNDING * hours.max()] = 0.0
    if not cost.any():
        return 0.0
    session = HighsSession(lp, SolverOptions())
    session.set_cost(cost)
    result = session.solve()
    assert result.status == "optimal"
    return -float(result.objective)


def energy(spec, port):
    """Return +1 for energy that leaves through a port, -1 for energy that enters; cold leaving is heat entering."""
    carrier = spec.carrier_of(port)
    if carrier in NO_ENERGY:
        return 0.0
    leaves = (port.direction == "out") != (carrier in COLD)
    return 1.0 if leaves else -1.0


def exergy(conditions):
    """Return the worth of a port in work, with the wet bulb as the environment."""
    environment_k = float(conditions.wet_bulb_temp_c.min()) + 273.15

    def worth(spec, port):
        carrier = spec.carrier_of(port)
        if carrier in WORK:
            quality = 1.0
        elif carrier in ENVIRONMENT | NO_ENERGY:
            quality = 0.0
        else:
            supply = conditions.supply_temp_c.get(carrier, 8.2)
            back = supply if "steam" in carrier else conditions.return_temp_c.get(carrier, 13.8)
            quality = 1.0 - environment_k / (0.5 * (supply + back) + 273.15)
        return quality * energy(spec, port)

    return worth


def test_first_law(kinds, closed_kind, surroundings, alone, day):
    """Proves: no allowed schedule gives out more energy than it takes in, to 1e-6 of a size of 100 kW.

    Also for machines with free flows (stores, dumps, chillers with their part load). If ignored: energy from nothing.
    """
    spec = sized(kinds[closed_kind].example())
    for state in (surroundings(), cool(surroundings)):
        assert best(alone, spec, day, state, energy) <= 1e-6 * SIZE * 8760


def test_second_law(kinds, closed_kind, surroundings, alone, day):
    """Proves: no allowed schedule gives out more exergy than it takes in: no heat uphill without work.

    If ignored: a let-down station, an exchanger or a heat pump could lift heat for nothing.
    """
    spec = sized(kinds[closed_kind].example())
    for state in (surroundings(), cool(surroundings)):
        assert best(alone, spec, day, state, exergy(state)) <= 1e-6 * SIZE * 8760


@pytest.mark.parametrize(
    ("compressor", "condenser", "cop", "hot_c"),
    [("screw_vsd", "air", 7.4, 48.0), ("centrifugal_vsd", "water", 9.2, 36.0)],
)
def test_best_chillers_keep_the_second_law_on_the_hottest_days(
    compressor, condenser, cop, hot_c, kinds, surroundings, alone, day
):
    """Proves: the highest COPs that may be stated are below the ideal in air of 48 °C and in water of 40 °C.

    If ignored: a COP that is possible at its rating point would be work from nothing on a hot day.
    """
    spec = kinds["vapour_chiller"](id="c", compressor=compressor, condenser=condenser, rated_cop=cop)
    state = surroundings(hot_c, hot_c)
    assert best(alone, sized(spec), day, state, exergy(state)) <= 1e-6 * SIZE * 8760
    too_good = sized(spec.model_copy(update={"rated_cop": 1.6 * cop}))
    assert best(alone, too_good, day, state, exergy(state)) > 1.0


@pytest.mark.parametrize(
    ("kind_name", "impossible", "law"),
    [
        ("boiler", {"efficiency_frac": 1.05}, energy),
        ("battery", {"round_trip_frac": 1.1}, energy),
        ("heat_pump", {"lorenz_share": 1.6}, None),
        ("heat_recovery_chiller", {"lorenz_share": 1.4}, None),
    ],
)
def test_the_laws_can_fail(kind_name, impossible, law, kinds, surroundings, alone, day):
    """Proves: a machine made impossible behind the checks of its fields is caught by the law it breaks.

    If ignored: the tests above could not fail.
    """
    state = cool(surroundings)
    spec = sized(kinds[kind_name].example().model_copy(update=impossible))
    assert best(alone, spec, day, state, law or exergy(state)) > 1.0


@pytest.mark.parametrize("cold_side", ["furnace_cold", "loop"])
def test_waste_heat_is_never_worth_more_than_its_source(cold_side, kinds, surroundings, alone, day):
    """Proves: capture and lift together take no more than the source gives, in energy and in exergy.

    If ignored: a heat pump on a source would also use it directly, twice.
    """
    from edsim.core.technology import SourceConditions

    temp = 250.0 if cold_side == "furnace_cold" else 35.0
    year = np.ones(8760)
    state = surroundings(sources={"furnace": SourceConditions(40.0 * year, temp * year)})
    spec = sized(kinds["waste_heat_recovery"].example())
    assert best(alone, spec, day, state, energy) <= 40.0 * 8760 * (1 + 1e-6)
    given = 40.0 * 8760 * (1.0 - (25.4 + 273.15) / (temp + 273.15))
    assert best(alone, spec, day, state, exergy(state)) <= given


def worth_running(spec, port):
    """Return a value at which every machine runs: outputs 10, power -3, other inputs -1.

    Heat taken by a tower is worth 10, spent steam of a turbine 0.5.
    """
    if spec.carrier_of(port) in ENVIRONMENT:
        return 0.0 if port.direction == "out" else 10.0
    if port.name == "low_pressure":
        return 0.5
    if port.direction == "in" and spec.carrier_of(port) == "electricity":
        return -3.0
    return 10.0 if port.direction == "out" else -1.0


BETTER = {
    "absorption_chiller": ("rated_cop", 0.5, 0.75),
    "air_compressor": ("leakage_frac", 0.3, 0.05),
    "air_receiver": ("charging_time_h", 1.0, 0.2),
    "back_pressure_turbine": ("isentropic_efficiency_frac", 0.4, 0.7),
    "battery": ("round_trip_frac", 0.7, 0.95),
    "boiler": ("efficiency_frac", 0.7, 0.95),
    "chilled_water_store": ("charging_time_h", 8.0, 4.0),
    "chp": ("heat_recovery_frac", 0.5, 0.9),
    "condenser_intake": ("intake_lift_m", 60.0, 10.0),
    "cooling_tower": ("fan_frac", 0.03, 0.01),
    "demand_response": ("loss_frac", 0.2, 0.0),
    "energy_transfer_station": ("pump_frac", 0.02, 0.0),
    "free_cooling": ("pump_frac", 0.1, 0.02),
    "generator": ("efficiency_frac", 0.3, 0.42),
    "heat_exchanger": ("loss_frac", 0.1, 0.0),
    "heat_pump": ("lorenz_share", 0.4, 0.6),
    "heat_recovery_chiller": ("lorenz_share", 0.4, 0.6),
    "loop_station": ("pump_frac", 0.05, 0.0),
    "hot_water_store": ("charging_time_h", 8.0, 4.0),
    "ice_store": ("brine_temp_c", -8.0, -3.0),
    "power_line": ("loss_frac", 0.1, 0.02),
    "pv": ("kwp_per_m2", 0.1, 0.2),
    "solar_thermal": ("optical_efficiency_frac", 0.6, 0.8),
    "steam_accumulator": ("charging_time_h", 1.0, 0.5),
    "steam_boiler": ("condensate_return_frac", 0.2, 0.9),
    "vapour_chiller": ("rated_cop", 4.0, 7.0),
    "waste_heat_recovery": ("pump_frac", 0.05, 0.0),
    "wind_turbine": ("availability_frac", 0.8, 0.95),
}
WITHOUT_EFFICIENCY = {
    "chilled_water_exchanger",
    "ev_charging",
    "fuel_supply",
    "grid",
    "interruptible_load",
    "loop_mains",
    "steam_let_down",
}


def test_every_kind_is_asked_whether_better_is_better(model_kind):
    """Proves: a new kind names the field that makes it better, or that it has none."""
    assert (model_kind in BETTER) != (model_kind in WITHOUT_EFFICIENCY)


@pytest.mark.parametrize("kind_name", sorted(BETTER))
def test_better_is_better(kind_name, kinds, surroundings, alone, day):
    """Proves: with outputs worth ten times the inputs, the better figure of every kind gives strictly more.

    If ignored: a sign error would make waste profitable.
    """
    field, worse, better = BETTER[kind_name]
    state = surroundings() if kind_name == "absorption_chiller" else cool(surroundings)
    if kind_name == "free_cooling":
        state = surroundings(12.0, 2.0)
    base = sized(kinds[kind_name].example())
    values = [best(alone, base.model_copy(update={field: v}), day, state, worth_running) for v in (worse, better)]
    assert values[1] > values[0] + 1e-3


HOURLY = {"ev_charging", "demand_response"}
"""Their rules name hours of the day; tests of their own hold them."""


@pytest.mark.medium
def test_longer_steps_change_nothing(kinds, model_kind, surroundings, alone):
    """Proves: in constant weather the best year is worth the same in steps of 6 and of 12 hours.

    If ignored: a rule that forgets the length of a step would count energy per step.
    """
    if model_kind in HOURLY:
        return
    state = surroundings()
    year = np.ones(8760)
    state = surroundings(pv_kw_per_kwp={"roof_pv": 0.5 * year}, irradiance_w_per_m2={"collectors": 800.0 * year})
    spec = sized(kinds[model_kind].example())
    values = [best(alone, spec, full_year(h), state, worth_running) for h in (6.0, 12.0)]
    assert values[0] == pytest.approx(values[1], rel=1e-6, abs=1e-6)


def test_typical_days_count_as_often_as_they_stand_for(kinds, surroundings, alone):
    """Proves: two typical days of 100 and 265 weigh like one of 365. If ignored: weights would be lost."""
    spec, state = sized(kinds["vapour_chiller"].example()), surroundings()
    one = typical_days(np.array([0]), np.zeros(365, dtype=np.int64))
    two = typical_days(np.array([0, 200]), np.r_[np.zeros(100, dtype=np.int64), np.ones(265, dtype=np.int64)])
    assert np.allclose(on_grid(state, two).dry_bulb_temp_c, 30.0)
    values = [best(alone, spec, grid, state, worth_running) for grid in (one, two)]
    assert values[0] == pytest.approx(values[1], rel=1e-9)
