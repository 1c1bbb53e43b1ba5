"""The built model against hand-solved systems."""

from dataclasses import replace

import numpy as np
import pytest

from edsim.core.errors import InfeasibleError
from edsim.core.timegrid import full_year, typical_days
from edsim.lp import SolverOptions
from edsim.optimization.model.model import LEAST_COST, build
from edsim.optimization.model.turnover import without_turnover
from edsim.optimization.sizing.certify import DesignOptions, design
from edsim.optimization.types import Objective
from tests.unit.optimization.conftest import ideal_battery, tariff

YEAR = 8760


def flat(value):
    return np.full(YEAR, float(value))


def free_grid(make, **fields):
    return make("grid", id="grid", tariff="power", capex_per_kw=0.0, **fields)


def test_flat_purchase_costs_price_times_energy(make, system, one_day):
    """Proves: 10 kW at 0.1 for 8760 h cost 8 760. If the weights of the grid were ignored: 24."""
    s = system([free_grid(make)], {"electricity": flat(10)})
    solution = build(s, one_day).solve()
    assert solution.accounts["energy_purchase"] == pytest.approx(8760.0, rel=1e-9)
    assert solution.objective == pytest.approx(8760.0, rel=1e-9)
    assert solution.marginal_prices["energy_center", "electricity"] == pytest.approx(0.1, rel=1e-6)


def test_limit_below_demand_is_infeasible_and_counts_when_allowed(make, system, one_day):
    """Proves: 4 kW of grid for 10 kW of demand is refused; with unserved allowed exactly 6 kW are missing."""
    s = system([free_grid(make, max_connection_kw=4.0)], {"electricity": flat(10)})
    model = build(s, one_day)
    with pytest.raises(InfeasibleError, match=r"no design serves the demand.*E511"):
        model.solve()
    short = model.solve(allow_unserved=True)
    missing = next(f for f in short.flows if f.kind == "unserved")
    assert missing.values == pytest.approx(6.0)
    assert short.accounts["unserved"] == pytest.approx(6 * 8760 * 100.0)


def test_carrier_without_supplier_is_named(make, system, one_day):
    """Proves: demand nobody can serve is named with its node before anything is solved."""
    s = system([free_grid(make)], {"electricity": flat(1), "chilled_water": flat(5)})
    with pytest.raises(InfeasibleError, match=r"nothing supplies chilled_water at energy_center.*5 kW.*E512"):
        build(s, one_day)


def test_battery_moves_energy_from_dear_to_cheap_hours(make, system, one_day):
    """Proves: a free lossless battery buys all energy in the 12 cheap hours: 10 kW x 8760 h x 0.05.

    If the level were not linked from step to step the dear hours could be served from nothing.
    """
    price = np.tile(np.repeat([0.05, 0.25], 12), 365)
    demand = {"electricity": flat(10)}
    alone = build(system([free_grid(make)], demand, price), one_day).solve()
    shifted = build(system([free_grid(make), ideal_battery()], demand, price), one_day).solve()
    assert alone.objective == pytest.approx(8760 * 10 * 0.15, rel=1e-9)
    assert shifted.objective == pytest.approx(8760 * 10 * 0.05, rel=1e-6)


def test_linked_storage_carries_over_typical_days(make, system):
    """Proves: with cheap days and dear days a store fills on the cheap ones for the dear ones.

    Days alternate 0.05 and 0.25. If storage were cyclic within each typical day, nothing could be shifted and the cost
    would stay at the mean price of 0.15 (short of one day in 365).
    """
    day = np.arange(365)
    price = np.repeat(np.where(day % 2 == 0, 0.05, 0.25), 24)
    s = system([free_grid(make), ideal_battery()], {"electricity": flat(10)}, price)
    grid = typical_days(np.array([0, 1]), (day % 2).astype(np.int64))
    typical = build(s, grid).solve()
    assert typical.objective == pytest.approx(8760 * 10 * 0.05, rel=1e-6)


@pytest.mark.slow
def test_typical_day_equals_full_year_when_all_days_are_alike(make, system, one_day):
    """Proves: aggregation is exact for a year of equal days, stores with losses included."""
    price = np.tile(np.repeat([0.05, 0.25], 12), 365)
    store = make("battery", id="battery", capex_per_kwh=20.0, capex_per_kw=10.0, lifetime_a=10.0)
    s = system([free_grid(make), store], {"electricity": flat(10)}, price)
    typical = build(s, one_day).solve()
    full = build(s, full_year()).solve()
    assert typical.objective == pytest.approx(full.objective, rel=1e-4)
    for key, value in typical.capacities.items():
        assert full.capacities[key] == pytest.approx(value, rel=1e-3, abs=0.05), key


def test_annuity_decides_between_pv_and_grid(make, system, one_day):
    """Proves: PV is bought when its annuity is below the energy it saves, and not otherwise.

    1 kWp yields 0.2 kW flat = 1752 kWh/a, worth 175.2 a year at 0.1; 20 years at 0 % divide the price by 20.
    """
    sun = {"pv_kw_per_kwp": {"pv": flat(0.2)}}
    for price_per_kwp, built in ((3400.0, True), (3600.0, False)):
        pv = make("pv", id="pv", capex_per_kwp=price_per_kwp, lifetime_a=20.0, fixed_om_frac=0.0, max_capacity_kwp=10.0)
        s = system([free_grid(make), pv], {"electricity": flat(10)}, None, **sun)
        solution = build(s, one_day).solve()
        assert (solution.capacities["pv", "capacity_kwp"] > 9.99) is built


def test_fixed_capacities_are_kept(make, system, one_day):
    """Proves: a dispatch with sizes fixed neither grows nor shrinks them and pays for them."""
    pv = make("pv", id="pv", capex_per_kwp=1000.0, lifetime_a=20.0, fixed_om_frac=0.0, max_capacity_kwp=10.0)
    s = system([free_grid(make), pv], {"electricity": flat(10)}, None, pv_kw_per_kwp={"pv": flat(0.2)})
    model = build(s, one_day)
    fixed = {"pv": 5.0, "grid": 20.0}
    solution = model.solve(capacities={(k, name): fixed[k] for k, name in model.size_columns()})
    assert solution.capacities["pv", "capacity_kwp"] == pytest.approx(5.0)
    assert solution.accounts["capex_annuity"] == pytest.approx(5.0 * 1000 / 20)
    free = model.solve()
    assert free.objective <= solution.objective + 1e-6


def test_existing_capacity_is_free_and_kept(make, system, one_day):
    """Proves: capital is paid on new capacity only; existing capacity is a floor."""
    pv = make(
        "pv",
        id="pv",
        capex_per_kwp=1000.0,
        lifetime_a=20.0,
        fixed_om_frac=0.0,
        existing_capacity_kwp=4.0,
        max_capacity_kwp=10.0,
    )
    s = system([free_grid(make), pv], {"electricity": flat(10)}, None, pv_kw_per_kwp={"pv": flat(0.2)})
    solution = build(s, one_day).solve()
    built = solution.capacities["pv", "capacity_kwp"]
    assert built >= 4.0
    assert solution.accounts["capex_annuity"] == pytest.approx((built - 4.0) * 1000 / 20)


def test_objective_weights_are_carbon_prices(make, system, one_day):
    """Proves: a weight on grid_ghg is a carbon price: 10 kW x 8760 h x 0.2 kg x 0.05 = 876 more."""
    s = system([free_grid(make)], {"electricity": flat(10)})
    model = build(s, one_day)
    plain = model.solve()
    priced = model.solve(Objective(weights={**LEAST_COST.weights, "grid_ghg": 0.05}))
    assert priced.objective - plain.objective == pytest.approx(8760 * 10 * 0.2 * 0.05, rel=1e-9)


def test_demand_charge_is_paid_on_each_months_peak(make, system):
    """Proves: 12 monthly peaks are charged, each at that month's highest hour."""
    from edsim.core.tariff import Tariff

    demand = flat(10)
    demand[5] = 30.0
    charged = Tariff(flat(0.0), flat(0), np.full(12, 2.0), 0.0, flat(0), 0.0)
    s = system([free_grid(make)], {"electricity": demand}, None, tariffs={"power": charged})
    solution = build(s, full_year()).solve()
    assert solution.accounts["demand_charge"] == pytest.approx(2.0 * (30 + 11 * 10), rel=1e-6)


@pytest.mark.parametrize("factor", [4050.0, 4.05e-3, 4.05e-6])
def test_currency_does_not_change_sizes(make, system, one_day, factor):
    """Proves: prices in COP, thousand or million COP give the sizes of prices in USD, to 1e-6."""
    price = np.tile(np.repeat([0.05, 0.25], 12), 365)

    def sizes(f):
        store = make("battery", id="battery", capex_per_kwh=20.0 * f, capex_per_kw=10.0 * f, lifetime_a=10.0)
        s = system([free_grid(make), store], {"electricity": flat(10)}, price * f)
        return build(s, one_day).solve().capacities

    base, scaled = sizes(1.0), sizes(factor)
    for key, value in base.items():
        if key[0] == "battery":
            assert scaled[key] == pytest.approx(value, rel=1e-6, abs=1e-6)


def varied(make, system):
    hour = np.arange(YEAR)
    demand = 10 + 5 * np.sin(2 * np.pi * hour / 24) + 2 * np.sin(2 * np.pi * hour / YEAR)
    price = 0.1 + 0.05 * np.sin(2 * np.pi * (hour - 6) / 24)
    store = make("battery", id="battery", capex_per_kwh=20.0, capex_per_kw=10.0, lifetime_a=10.0)
    return system([free_grid(make), store], {"electricity": demand}, price)


@pytest.mark.slow
def test_certificate_brackets_the_full_year_optimum(make, system):
    """Proves: lower bound <= optimum on 8760 h <= upper bound, and the gap is what lies between."""
    s = varied(make, system)
    exact = build(s, full_year()).solve()
    found = design(s, DesignOptions(typical_days=6)).certificate
    assert found.lower_bound <= exact.objective * (1 + 1e-6)
    assert found.upper_bound >= exact.objective * (1 - 1e-6)
    assert found.gap_frac == pytest.approx((found.upper_bound - found.lower_bound) / found.upper_bound, abs=1e-9)
    assert found.status == "certified"
    assert found.hours_checked == 8760
    assert found.max_balance_residual_frac < 1e-6


@pytest.mark.slow
def test_screening_has_no_bound_and_says_so(make, system):
    """Proves: a screening run never claims a gap."""
    found = design(varied(make, system), DesignOptions(mode="screening", typical_days=6)).certificate
    assert found.lower_bound is None
    assert found.gap_frac is None
    assert found.status == "screening"


@pytest.mark.slow
def test_splitting_steps_changes_nothing(make, system):
    """Proves: prices and demand constant over two hours cost the same in steps of one hour and of two.

    If powers were not multiplied by the length of the step, the cost would double or halve.
    """
    hour = np.arange(YEAR)
    price = np.where((hour % 24) // 2 < 6, 0.05, 0.25)
    demand = 10.0 + 4.0 * ((hour % 24) // 2 % 3)
    store = make("battery", id="battery", capex_per_kwh=20.0, capex_per_kw=10.0, lifetime_a=10.0, loss_frac_per_h=0.0)
    s = system([free_grid(make), store], {"electricity": demand}, price)
    one, two = (build(s, full_year(step_h)).solve() for step_h in (1.0, 2.0))
    assert two.objective == pytest.approx(one.objective, rel=1e-5)
    for key in (("battery", "capacity_kwh"), ("battery", "power_kw")):
        assert two.capacities[key] == pytest.approx(one.capacities[key], rel=1e-3)


def test_a_store_does_not_turn_over_what_it_takes(make, system, one_day):
    """Proves: charge and discharge of one hour are netted; levels, balances and cost stay to the last digit.

    If ignored: an interior point leaves a tank running in and out at once, and its energy is counted twice.
    """
    price = np.where(np.arange(YEAR) % 24 < 8, 0.05, 0.25)
    tank = make("hot_water_store", id="tank", max_capacity_kwh=500.0, loss_frac_per_h=0.01)
    boiler = make("boiler", id="boiler", fuel="electricity")
    s = system([free_grid(make), boiler, tank], {"hot_water": flat(10)}, price)
    model = build(s, one_day)
    parts = model.parts
    solution = model.solve()
    block = parts.pyomo.hot_water_store
    ends = parts.lp.column(block.charge_kw), parts.lp.column(block.discharge_kw)
    x = model.last_result.values()
    turning = x.copy()
    for end in ends:
        turning[end] += 3.0
    found = without_turnover(parts.pyomo, parts.contexts, parts.lp, turning)
    taken, given = (found[end] for end in ends)
    assert np.max(x[ends[0]]) > 5.0
    np.testing.assert_allclose(taken - given, x[ends[0]] - x[ends[1]], atol=1e-9)
    assert np.max(np.minimum(taken, given)) == 0.0
    others = np.setdiff1d(np.arange(len(x)), np.concatenate([end.ravel() for end in ends]))
    np.testing.assert_array_equal(found[others], x[others])
    costs = {k: v for k, v in parts.ledger.sums(parts.lp, found).items() if k[0] != "grid_peak"}  # free of cost here
    assert costs == pytest.approx({k: v for k, v in solution.ledger.items() if k[0] != "grid_peak"}, rel=1e-9)


def test_presolve_gives_a_linked_store_its_optimum(make, system, one_day):
    """Proves: the optimum of a day with a tank is that without presolve.

    If ignored: HiGHS 1.15.1 ends this program in a segmentation fault, or calls it infeasible, by its rule of forcing
    rows, and the run dies without a word.
    """
    price = np.where(np.arange(YEAR) % 24 < 8, 0.05, 0.25)
    tank = make("hot_water_store", id="tank", max_capacity_kwh=500.0, loss_frac_per_h=0.01)
    boiler = make("boiler", id="boiler", fuel="electricity")
    s = system([free_grid(make), boiler, tank], {"hot_water": flat(10)}, price)
    both = [build(s, one_day).solve(options=SolverOptions(presolve=p)) for p in (True, False)]
    assert both[0].objective == pytest.approx(both[1].objective, rel=1e-9)


def test_an_interior_point_that_stalls_is_ended_by_crossover(make, system):
    """Proves: HiPO, which ends in "Unknown" on two days with a battery in HiGHS 1.15.1, gives the optimum of simplex.

    If ignored: a plan is lost to the solver chosen for it.
    """
    hours = np.arange(8760)
    day, week = (np.sin(2 * np.pi * hours / n) for n in (24, 168))
    machines = [
        make("grid", id="grid", tariff="power"),
        make("vapour_chiller", id="dry", condenser="air", compressor="screw"),
        make("vapour_chiller", id="wet", condenser="water", compressor="centrifugal"),
        make("cooling_tower", id="tower"),
        make("battery", id="battery"),
    ]
    price = np.where(day > 0, 0.2, 0.05)
    tariffs = {"power": tariff(price, demand_charge=5.0)}
    loads = {"chilled_water": 50.0 * (1 + 0.5 * day + 0.2 * week)}
    s = replace(system(machines, loads, price, tariffs=tariffs), discount_rate_frac=0.08, investment_factor=1.1)
    model = build(s, typical_days(np.array([0, 90]), np.arange(365) % 2))
    exact = model.solve(options=SolverOptions(method="simplex"))
    again = build(s, model.grid).solve(options=SolverOptions(method="hipo"))
    assert again.objective == pytest.approx(exact.objective, rel=1e-9)
