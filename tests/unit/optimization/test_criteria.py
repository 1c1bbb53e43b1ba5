"""Objectives, caps and weights on sizes against hand-solved systems."""

import numpy as np
import pytest

from edsim.core.errors import DataError, InfeasibleError
from edsim.core.tariff import Tariff
from edsim.core.timegrid import full_year
from edsim.optimization.model.criteria import CRITERIA, LEAST_COST, minimize
from edsim.optimization.model.model import build
from edsim.optimization.types import Objective
from edsim.studies.plans import one_year
from edsim.studies.tradeoffs import caps_on
from tests.unit.optimization.conftest import YEAR, flat, ideal_battery


def grid_and_pv(make, system, **fields):
    """10 kW flat; 0.1 per kWh and 0.2 kg per kWh from the grid; PV of 0.2 kW per kWp, 1752 kWh a year.

    A kWp costs 3953.6 / 20 = 197.68 and 0.01 per kWh to run = 17.52: 215.2 a year. It saves 175.2 of cost and 350.4 kg
    of GHG, so PV costs 40 more than it saves, up to 50 kWp.
    """
    own = {"capex_per_kwp": 3953.6, "lifetime_a": 20.0, "fixed_om_frac": 0.0, "om_variable_per_kwh": 0.01}
    pv = make("pv", id="pv", max_capacity_kwp=100.0, **own)
    grid = make("grid", id="grid", tariff="power", capex_per_kw=0.0, **fields)
    return system([grid, pv], {"electricity": flat(10)}, None, pv_kw_per_kwp={"pv": flat(0.2)})


def test_least_ghg_builds_all_the_sun_needed(make, system, one_day):
    """Proves: minimizing GHG ignores cost: 50 kWp cover everything, nothing is emitted."""
    model = build(grid_and_pv(make, system), one_day)
    assert model.solve().capacities["pv", "capacity_kwp"] == pytest.approx(0.0, abs=1e-6)
    clean = model.solve(minimize("ghg_kg"))
    assert clean.objective == pytest.approx(0.0, abs=1e-3)
    assert clean.capacities["pv", "capacity_kwp"] >= 50.0 - 1e-6


def test_cost_cap_is_a_row_on_the_same_matrix(make, system, one_day):
    """Proves: least GHG within 800 of the least cost builds exactly 800 / 40 = 20 kWp; each 1 of cost saves 8.76 kg.

    The next solve without the cap is free of it.
    """
    model = build(grid_and_pv(make, system), one_day)
    least = model.solve().objective
    assert least == pytest.approx(8760.0)
    capped = model.solve(minimize("ghg_kg", caps={"cost": least + 800.0}))
    assert capped.capacities["pv", "capacity_kwp"] == pytest.approx(20.0, rel=1e-6)
    assert capped.cap_prices["cost"] == pytest.approx(350.4 / 40.0, rel=1e-6)
    looser = model.solve(minimize("ghg_kg", caps={"cost": least + 1600.0}))
    assert looser.capacities["pv", "capacity_kwp"] == pytest.approx(40.0, rel=1e-6)
    assert model.solve().objective == pytest.approx(least, rel=1e-9)
    assert model.solve(minimize("ghg_kg")).objective == pytest.approx(0.0, abs=1e-3)


def test_cap_on_ghg_under_least_cost(make, system, one_day):
    """Proves: halving 17 520 kg needs 25 kWp at 40 each: 1 000 more; the price of the cap is 40 / 350.4 per kg."""
    model = build(grid_and_pv(make, system), one_day)
    capped = model.solve(minimize("cost", caps={"ghg_kg": 8760.0}))
    assert capped.objective == pytest.approx(8760.0 + 25 * 40.0, rel=1e-6)
    assert capped.cap_prices["ghg_kg"] == pytest.approx(40.0 / 350.4, rel=1e-6)


def test_cap_on_cost_counts_the_carbon_price(make, system, one_day):
    """Proves: at 100 per t the grid costs 0.12 per kWh, 10 512 a year: a cap below it cannot be met, and says so."""
    model = build(grid_and_pv(make, system), one_day)
    model.solve(minimize("ghg_kg", caps={"cost": 9000.0}))
    with pytest.raises(InfeasibleError, match=r"keeps cost below its cap.*9,000.*at least 10,[0-9]{3}.*E510"):
        model.solve(minimize("ghg_kg", carbon_price_per_t=100.0, caps={"cost": 9000.0}))


def test_unreachable_cap_states_the_lowest_value(make, system, one_day):
    """Proves: a cap below what any design reaches names that value, 8 760, and the model still solves afterwards."""
    model = build(grid_and_pv(make, system), one_day)
    with pytest.raises(InfeasibleError, match=r"cost below its cap.*got a cap of 8,000 .*at least 8,760.*E510"):
        model.solve(minimize("ghg_kg", caps={"cost": 8000.0}))
    with pytest.raises(InfeasibleError, match=r"E510") as caught:
        model.solve(minimize("grid_peak_kw", caps={"cost": 9000.0, "ghg_kg": 8760.0}))
    assert "with cost <= 9,000" in str(caught.value)
    assert model.solve().objective == pytest.approx(8760.0)


def test_criterion_nothing_contributes_to(make, system, one_day):
    """Proves: nothing here uses water: a cap of 0 m3 holds, a negative one does not."""
    model = build(grid_and_pv(make, system), one_day)
    assert model.solve(minimize("cost", caps={"water_m3": 0.0})).objective == pytest.approx(8760.0)
    with pytest.raises(InfeasibleError, match=r"water_m3 below its cap.*at least 0 m3"):
        model.solve(minimize("cost", caps={"water_m3": -1.0}))


def test_size_weights_find_the_range_of_a_size(make, system, one_day):
    """Proves: within 400 of the least cost the PV may be anything from 0 to 10 kWp (10 x 40 = 400)."""
    model = build(grid_and_pv(make, system), one_day)
    cap = {"cost": 8760.0 + 400.0}
    key = ("pv", "capacity_kwp")
    most = model.solve(Objective({}, caps=cap, size_weights={key: -1.0}))
    least = model.solve(Objective({}, caps=cap, size_weights={key: 1.0}))
    assert most.capacities[key] == pytest.approx(10.0, rel=1e-6)
    assert least.capacities[key] == pytest.approx(0.0, abs=1e-6)
    with pytest.raises(ValueError, match=r"no size pv.capacity_kw; known: grid.connection_kw"):
        model.solve(Objective({}, size_weights={("pv", "capacity_kw"): 1.0}))


@pytest.mark.medium
def test_grid_peak_is_the_highest_import_of_the_year(make, system):
    """Proves: least peak shaves 30 kW with the battery; unweighted, the account still holds the true peak.

    10 kW flat and four hours of 30: a battery of 40 kWh lets the year pass with 20 kW. If the free variable were
    reported as the solver leaves it, the account would hold its bound.
    """
    demand = flat(10)
    demand[5000:5004] = 30.0
    store = ideal_battery(capex_per_kwh=1.0, capex_per_kw=1.0, max_capacity_kwh=40.0, max_power_kw=100.0)
    grid = make("grid", id="grid", tariff="power", capex_per_kw=0.0)
    model = build(system([grid, store], {"electricity": demand}), full_year(4.0))
    assert model.solve().accounts["grid_peak"] == pytest.approx(30.0)
    shaved = model.solve(minimize("grid_peak_kw"))
    assert shaved.objective == pytest.approx(20.0, rel=1e-6)
    assert shaved.accounts["grid_peak"] == pytest.approx(20.0, rel=1e-6)


def test_unserved_demand_never_pays(make, system, one_day):
    """Proves: with unserved demand allowed, least GHG still serves everything: leaving it unserved is not a saving."""
    model = build(grid_and_pv(make, system), one_day)
    sizes = {("pv", "capacity_kwp"): 0.0, ("grid", "connection_kw"): 10.0}
    for criterion in CRITERIA:
        solution = model.solve(minimize(criterion), capacities=sizes, allow_unserved=True)
        assert solution.accounts["unserved"] == pytest.approx(0.0, abs=1e-6), criterion


def test_unknown_criterion_is_refused():
    with pytest.raises(ValueError, match="unknown criterion 'noise'; known: cost, ghg_kg"):
        minimize("cost", caps={"noise": 3.0})


def test_marginals_are_savings_of_the_next_kw(make, system, one_day):
    """Proves: PV at 175.2 - 40 per kWp saves 40 per further kWp where its limit binds; unbuilt dear PV costs 40.

    A year of a kWp is 1/20 of its price and 0.01 per kWh to run: 117.68 + 17.52 = 135.2, or 197.68 + 17.52 = 215.2.
    """
    sun = {"pv_kw_per_kwp": {"pv": flat(0.2)}}
    grid = make("grid", id="grid", tariff="power", capex_per_kw=0.0)
    for capex, built, value in ((2353.6, 10.0, 40.0), (3953.6, 0.0, -40.0)):
        own = {"capex_per_kwp": capex, "lifetime_a": 20.0, "fixed_om_frac": 0.0, "om_variable_per_kwh": 0.01}
        pv = make("pv", id="pv", max_capacity_kwp=10.0, **own)
        model = build(system([grid, pv], {"electricity": flat(10)}, None, **sun), one_day)
        assert model.solve().capacities["pv", "capacity_kwp"] == pytest.approx(built, abs=1e-6)
        assert model.marginals()["pv", "capacity_kwp"] == pytest.approx(value, rel=1e-6)
        fixed = model.solve(capacities={("pv", "capacity_kwp"): 5.0, ("grid", "connection_kw"): 50.0})
        assert fixed.capacities["pv", "capacity_kwp"] == pytest.approx(5.0)
        assert model.marginals()["pv", "capacity_kwp"] == pytest.approx(value, rel=1e-6)


def test_caps_stay_with_prices_that_change(make, system, one_day):
    """Proves: a cap on cost is a cap at the new prices after an update, not at the old ones."""
    from dataclasses import replace

    base = grid_and_pv(make, system)
    model = build(base, one_day)
    model.solve(minimize("ghg_kg", caps={"cost": 9560.0}))
    dearer = Tariff(flat(0.2), flat(0.0), np.zeros(12), 0.0, flat(0.2), 2.0)
    conditions = replace(base.conditions["energy_center"], tariffs={"power": dearer})
    assert model.update(replace(base, conditions={"energy_center": conditions}))
    capped = model.solve(minimize("ghg_kg", caps={"cost": YEAR * 2.0}))
    fresh = build(replace(base, conditions={"energy_center": conditions}), one_day)
    assert capped.objective == pytest.approx(
        fresh.solve(minimize("ghg_kg", caps={"cost": YEAR * 2.0})).objective, rel=1e-6, abs=1e-3
    )
    assert model.solve(LEAST_COST).objective == pytest.approx(fresh.solve(LEAST_COST).objective, rel=1e-9)


def test_weight_that_cancels_a_cost_leaves_zero(make, system, one_day):
    """Proves: cost 175.2 per kWp and a weight a rounding away from it sum to zero. Else E507 refuses the program."""
    model = build(grid_and_pv(make, system), one_day)
    key = ("pv", "capacity_kwp")
    column = model.size_columns()[key]
    own = float(model.cost_of(Objective(dict(LEAST_COST.weights)))[0][column])
    for weight, left in ((-own * (1 - 1e-15), 0.0), (-own * (1 - 1e-9), own * 1e-9)):
        goal = Objective(dict(LEAST_COST.weights), size_weights={key: weight})
        assert model.cost_of(goal)[0][column] == pytest.approx(left, rel=1e-5, abs=0.0)


def test_a_front_of_what_the_plant_has_none_of_is_refused_by_name(make, system, one_day):
    """Proves: a front of cost and water of a plant without water says that water is zero, on `--pareto`.

    If ignored: the user reads that the model has no objective, as if the program were at fault (E505).
    """
    model = build(grid_and_pv(make, system), one_day)
    with pytest.raises(DataError) as caught:
        caps_on(lambda objective: one_year(model.solve(objective(0.0)), 0.0), ("cost", "water_m3"), 3)
    (finding,) = caught.value.findings
    assert (finding.code, finding.file, finding.got) == ("E550", "--pareto", "water")
