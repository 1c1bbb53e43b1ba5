"""Whole units, least loads, starts and fixed investments against plants solved by hand."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from edsim.core.errors import InfeasibleError
from edsim.core.timegrid import full_year
from edsim.lp import CompiledLP, SolverOptions, solve_arrays
from edsim.optimization.growth.milestone_design import design_milestones, dispatch_milestones
from edsim.optimization.model.commitment_model import most_running
from edsim.optimization.model.criteria import criterion_weights
from edsim.optimization.model.model import build
from edsim.optimization.sizing.certify import DesignOptions, design
from edsim.optimization.types import Objective
from edsim.optimization.whole import build_tree, commitment
from edsim.optimization.whole.build_tree import BuildTree, Numbers
from edsim.optimization.whole.causes import names_a_limit, no_whole_plan
from edsim.optimization.whole.commitment import bound_options
from edsim.optimization.whole.commitment_windows import Staircase, WindowOptions, commit

YEAR = 8760
DAY = np.r_[np.full(12, 150.0), np.full(12, 900.0)]
"""Half a day of 150 kW, half a day of 900 kW."""


def boilers(make, **fields):
    free = {"capex_per_kw": 0.0, "fixed_om_frac": 0.0, "om_variable_per_kwh": 0.0, "efficiency_frac": 1.0}
    return make("boiler", **(free | {"id": "boilers", "lifetime_a": 10.0} | fields))


def gas(make):
    return make("fuel_supply", id="gas", fuel="natural_gas", capex_per_kw=0.0)


def heater(make, **fields):
    """Return an electric boiler: heat at 0.1 instead of 0.05 per kWh, without investment."""
    return boilers(make, id="heater", fuel="electricity", **fields)


def grid(make):
    return make("grid", id="grid", tariff="power", capex_per_kw=0.0)


def flat(value):
    return np.full(YEAR, float(value))


@pytest.mark.medium
def test_whole_units_are_bought(make, system):
    """Proves: 900 kW of heat need three whole boilers of 400 kW: 1200 kW at 10 per kW over 10 a, not 900 kW.

    If ignored: a plant of 2.25 machines.
    """
    plant = boilers(make, units="integer", unit_capacity_kw=400.0, capex_per_kw=10.0)
    found = design(system([plant, gas(make)], {"hot_water": flat(900)}), DesignOptions())
    assert found.solution.capacities["boilers", "capacity_kw"] == pytest.approx(1200.0, rel=1e-9)
    assert found.solution.accounts["capex_annuity"] == pytest.approx(1200.0)
    assert found.solution.accounts["fuel_purchase"] == pytest.approx(900 * YEAR * 0.05)
    # The relaxation buys 900 kW: 300 less.
    total = 1200 + 900 * YEAR * 0.05
    assert found.certificate.lower_bound == pytest.approx(total - 300, rel=1e-6)
    assert found.certificate.gap_frac == pytest.approx(300 / total, rel=1e-3)
    assert found.certificate.status == "certified"


@pytest.mark.slow
def test_a_sliver_is_not_built_against_its_fixed_investment(make, system):
    """Proves: a gas boiler that saves 0.05 per kWh on 100 kW is built at a fixed 400 000 over 10 a, not at 500 000.

    It saves 100 kW x 8760 h x 0.05 = 43 800 a year; its 100 kW cost 10 a year besides. The linear program would build a
    sliver, or all of it, at any fixed cost it cannot see.
    """
    demand = {"hot_water": flat(100)}
    for fixed, built in ((400_000.0, 100.0), (500_000.0, 0.0)):
        plant = [boilers(make, fixed_capex=fixed, capex_per_kw=1.0), heater(make), gas(make), grid(make)]
        found = design(system(plant, demand), DesignOptions())
        assert found.solution.capacities["boilers", "capacity_kw"] == pytest.approx(built, abs=1e-3)
        expected = fixed / 10 + 100 / 10 + 43_800 if built else 87_600
        assert found.certificate.upper_bound == pytest.approx(expected, rel=1e-6)
        assert found.certificate.lower_bound <= found.certificate.upper_bound * (1 + 1e-9)


def two_days(make, system, **fields):
    """Two boilers of 500 kW each and a free electric heater of 500 kW on DAY, every day of the year."""
    plant = boilers(make, units=2, existing_capacity_kw=1000.0, max_capacity_kw=1000.0, **fields)
    machines = [plant, heater(make), gas(make), grid(make)]
    return system(machines, {"hot_water": np.tile(DAY, 365)})


@pytest.mark.slow
def test_two_units_with_a_least_load(make, system):
    """Proves: below 40 % of 500 kW a boiler cannot run, so 150 kW come from the heater at 0.1 instead of gas at 0.05.

    900 kW run on two boilers (at least 400). Cost: 365 x 12 x (150 x 0.1 + 900 x 0.05). If ignored: 150 kW of gas. The
    bound sees it too: it counts the units that 150 kW can keep running, none.
    """
    found = design(two_days(make, system, min_part_load_frac=0.4), DesignOptions())
    assert found.certificate.upper_bound == pytest.approx(365 * 12 * (150 * 0.1 + 900 * 0.05), rel=1e-6)
    flows = {(f.technology, f.port): f.values for f in found.solution.flows}
    assert flows["boilers", "heat"].reshape(365, 24)[:, :12] == pytest.approx(0.0, abs=1e-6)
    assert found.certificate.gap_frac < 1e-6


@pytest.mark.slow
def test_running_units_serve_all_whatever_the_goal(make, system):
    """Proves: least emissions, which put no price on unserved demand, run two whole units: all is served.

    If ignored: windows leave demand unserved, which emits nothing, and a plant that serves all is refused with E520.
    """
    goal = Objective(criterion_weights("ghg_kg"), criterion="ghg_kg")
    plant = two_days(make, system, min_part_load_frac=0.4)
    proof = design(plant, DesignOptions(mode="screening"), objective=goal).certificate
    assert proof.unserved_kwh == pytest.approx(0.0, abs=1e-6)
    assert proof.upper_bound == pytest.approx(365 * 12 * (150 + 900) * 0.2, rel=1e-6)


@pytest.mark.parametrize(("units", "fields"), [(2, {}), ("integer", {"unit_capacity_kw": 500.0}), (2, {"max": 2000})])
def test_no_unit_runs_that_nobody_can_take_the_least_of(make, system, one_day, units, fields):
    """Proves: at 150 kW no boiler of 500 kW with a least load of 40 % runs, at 900 kW as many as before.

    Only where the size of a unit is known: with the capacity free a unit may be smaller. If ignored: the bound counts
    a third of a boiler, and gaps stay open; or, where sizes are free, it is not a bound.
    """
    free = bool(fields.pop("max", 0))
    sizes = {"max_capacity_kw": 2000.0 if free else 1000.0, "existing_capacity_kw": 1000.0}
    plant = boilers(make, units=units, min_part_load_frac=0.4, **sizes, **fields)
    demand = {"hot_water": np.tile(DAY, 365)}
    model = build(system([plant, heater(make, max_capacity_kw=500.0), gas(make), grid(make)], demand), one_day)
    closed = replace(model.lp, col_upper=model.lp.col_upper.copy())
    closed.col_upper[model.unserved_columns()] = 0.0
    most = most_running(model.parts, closed)[model.lp.column(model.pyomo.boiler.units_on)[0]]
    assert most[12:] == pytest.approx(2.0)
    assert most[:12] == pytest.approx(2.0 if free else 0.0)


@pytest.mark.slow
def test_a_start_is_paid_or_avoided(make, system):
    """Proves: a second boiler starts once a day when that is cheaper than electricity, and never when it is not.

    Above 500 kW it saves 12 h x 400 kW x 0.05 = 240 a day. It cannot idle through the night: two boilers at their
    least load of 125 kW each give more than 150 kW. If ignored: it would start at any price.
    """
    for price, starts in ((100.0, 365), (300.0, 0)):
        found = design(two_days(make, system, start_up_cost=price, min_part_load_frac=0.25), DesignOptions())
        paid = found.solution.ledger["om_variable", "boilers", "start_ups"]
        assert paid == pytest.approx(price * starts, abs=1e-3)
        heat = 365 * 12 * (150 + 900) * 0.05
        expected = heat + (365 * 100.0 if starts else 365 * 240.0)
        assert found.certificate.upper_bound == pytest.approx(expected, rel=1e-6)
        assert found.certificate.lower_bound <= found.certificate.upper_bound * (1 + 1e-9)


@pytest.mark.slow
def test_no_whole_plan_is_said_with_hours_and_energy(make, system):
    """Proves: 100 kW of heat below a least load of 200 kW of 400 kW are refused; 25 % of 400 kW would do."""
    plant = boilers(make, units="integer", unit_capacity_kw=400.0, min_part_load_frac=0.5)
    said = r"boilers.min_part_load_frac: no plan with whole units.*876,000 kWh.*<= 0.25; lower it.*E520"
    with pytest.raises(InfeasibleError, match=said):
        design(system([plant, gas(make)], {"hot_water": flat(100)}), DesignOptions(mode="screening"))


@pytest.mark.parametrize(
    ("fields", "load_kw", "named"),
    [
        ({"min_part_load_frac": 0.5}, 100.0, {"min_part_load_frac": "<= 0.25"}),
        ({"max_capacity_kw": 800.0}, 900.0, {"max_capacity_kw": ">= 1,200 kW"}),
        (
            {"max_capacity_kw": 1200.0, "spare_units": 1},
            900.0,
            {"max_capacity_kw": ">= 1,600 kW", "spare_units": "<= 0"},
        ),
        ({"min_part_load_frac": 0.1}, 3000.0, {"": ""}),
    ],
    ids=["least load", "largest size", "reserve", "fuel"],
)
def test_the_limit_of_whole_units_is_named_with_the_value_that_serves(make, system, fields, load_kw, named):
    """Proves: 100 kW run on a boiler of 400 kW from a least load of 25 % down; 900 kW need three, and one in reserve.

    Where another machine is short (gas for 2000 kW), none of them is named. If ignored: users guess which field.
    """
    plant = boilers(make, units="integer", unit_capacity_kw=400.0, **({"max_capacity_kw": 4000.0} | fields))
    fuel = make("fuel_supply", id="gas", fuel="natural_gas", capex_per_kw=0.0, max_capacity_kw=2000.0)
    found = no_whole_plan(system([plant, fuel], {"hot_water": flat(load_kw)}), [7], "all of it")
    assert {f.field.removeprefix("technologies.boilers").strip("."): f.allowed for f in found} == named
    assert {f.code for f in found} == {"E520"}
    assert [names_a_limit(f) for f in found] == [bool(f.allowed) for f in found]


def test_the_least_load_that_is_named_serves_the_quietest_hour_too(make, system):
    """Proves: of a day short at 100 kW and one hour of 30 kW in another, a boiler of 400 kW is told 30 / 400 = 7 %.

    If ignored: the user follows "<= 0.25", runs again for minutes and is refused again.
    """
    plant = boilers(make, units="integer", unit_capacity_kw=400.0, max_capacity_kw=4000.0, min_part_load_frac=0.5)
    demand = flat(100)
    demand[200 * 24 + 3] = 30.0
    (found,) = no_whole_plan(system([plant, gas(make)], {"hot_water": demand}), [7], "all of it")
    assert (found.field, found.allowed) == ("technologies.boilers.min_part_load_frac", "<= 0.07")


@pytest.mark.slow
def test_a_largest_size_between_two_whole_units_is_named(make, system):
    """Proves: 900 kW within 1000 kW of boilers of 400 kW end in E520 at the largest size, not in a size of 800 kW.

    If ignored: the message names a value nobody typed.
    """
    plant = boilers(make, units="integer", unit_capacity_kw=400.0, max_capacity_kw=1000.0)
    with pytest.raises(InfeasibleError, match=r"boilers.max_capacity_kw: .*short by up to 100 kW.*1,200 kW.*E520"):
        design(system([plant, gas(make)], {"hot_water": flat(900)}), DesignOptions(mode="screening"))


def test_units_in_reserve_do_not_run(make, system):
    """Proves: of three units with one in reserve at most two run."""
    plant = boilers(make, units=3, spare_units=1, max_capacity_kw=900.0, min_capacity_kw=900.0, min_part_load_frac=0.2)
    model = build(system([plant, gas(make)], {"hot_water": flat(500)}), full_year())
    assert model.lp.col_upper[model.lp.columns_of("boiler.units_on")] == pytest.approx(2.0)
    assert model.solve().objective == pytest.approx(500 * YEAR * 0.05)


@pytest.mark.medium
def test_reserve_and_maintenance_of_whole_units(make, system):
    """Proves: 900 kW in units of 400 kW take 3 running units, one in reserve and one more out in week 10: 5 units.

    Without maintenance 4. If ignored: 3 units and no reserve. Where electricity is cheaper no bank stands, reserve or
    not.
    """
    for weeks, count in (((), 4), ((10,), 5)):
        plant = boilers(
            make, units="integer", unit_capacity_kw=400.0, capex_per_kw=10.0, spare_units=1, maintenance_weeks=weeks
        )
        found = design(system([plant, gas(make)], {"hot_water": flat(900)}), DesignOptions(mode="screening"))
        assert found.solution.capacities["boilers", "capacity_kw"] == pytest.approx(400.0 * count, rel=1e-9)
    dear = boilers(make, units="integer", unit_capacity_kw=400.0, capex_per_kw=1e6, spare_units=1)
    plants = system([dear, gas(make), heater(make), grid(make)], {"hot_water": flat(900)})
    found = design(plants, DesignOptions(mode="screening"))
    assert found.solution.capacities["boilers", "capacity_kw"] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.medium
def test_reserve_of_whole_units_is_proven(make, system):
    """Proves: three units of 400 kW for 900 kW and one in reserve cost what the certificate proves, to 0.1 %.

    The relaxation buys 2.25 units and a part of the reserve. If ignored: a gap of some 15 %, left open.
    """
    plant = boilers(make, units="integer", unit_capacity_kw=400.0, capex_per_kw=1000.0, spare_units=1)
    found = design(system([plant, gas(make)], {"hot_water": flat(900)}), DesignOptions())
    assert found.certificate.upper_bound == pytest.approx(1600 * 100 + 900 * YEAR * 0.05, rel=1e-6)
    assert found.certificate.status == "certified"
    assert found.certificate.gap_frac < 1e-3


def test_boxes_of_what_is_bought_are_cut_until_the_bound_is_whole():
    """Proves: 10 kW take 3 units of 4 kW at 5 each: the bound goes from 12.5 to 15, fewer cannot be served.

    Rows alone show that 0 to 2 units give at most 8 kW: this box is never solved. If ignored: the bound stays that
    of 2.5 units.
    """
    rows, sides, most = ([0, 2], [0, 1], [4.0, 1.0]), (10.0, np.inf), [5.0, 0.0]
    lp = CompiledLP.from_arrays(rows, sides, (0.0, most), [5.0, 1.0])
    tree = BuildTree(Numbers(lp, 2.0, np.array([0]), np.array([1]), np.array([10.0])), None, bound_options(60.0))
    assert tree.lower == pytest.approx(17.0)  # 3 units are the fewest
    point = tree.step()
    assert point is not None
    assert point[0] == pytest.approx(3.0)
    assert tree.is_exhausted
    assert tree.lower == pytest.approx(17.0)


def test_a_box_without_an_answer_is_cut_in_two(monkeypatch):
    """Proves: where the solve of 3 to 5 units ends without an answer, its parts are solved and the bound stays 3 units.

    10 kW take 3 units of 4 kW at 5 each. If ignored: one failed solve ends the branching, the gap where it is.
    """
    lp = CompiledLP.from_arrays(([0, 2], [0, 1], [4.0, 1.0]), (10.0, np.inf), (0.0, [5.0, 0.0]), [5.0, 1.0])
    numbers = Numbers(lp, 0.0, np.array([0]), np.array([1]), np.array([10.0]))
    tree, solved = BuildTree(numbers, None, bound_options(60.0)), build_tree.solve_arrays
    nothing = replace(solved(lp, bound_options(60.0)), x=None, row_dual=None)
    monkeypatch.setattr(build_tree, "solve_arrays", lambda *_: nothing)
    assert tree.step() is None
    assert not tree.is_exhausted
    monkeypatch.setattr(build_tree, "solve_arrays", solved)
    while not tree.is_exhausted:
        tree.step()
    assert tree.lower == pytest.approx(15.0)


def test_a_box_is_solved_at_the_price_of_unserved_demand_and_dearer_only_where_some_is_left(monkeypatch):
    """Proves: a box that serves all is solved once, at the price as it is; one that is short again at a dearer one.

    If ignored: loose solves stall at a price a hundred times too high, prove 2 % less than their box costs, and a plan
    within a quarter of a per cent of the best is left open.
    """
    lp = CompiledLP.from_arrays(([0, 2], [0, 1], [10.0, 1.0]), (12.0, np.inf), (0.0, [3.0, 0.0]), [1.0, 50.0])
    tree = BuildTree(Numbers(lp, 2.0, np.array([0]), np.array([1]), np.array([12.0])), None, bound_options(60.0))
    prices, solved = [], build_tree.solve_arrays
    monkeypatch.setattr(build_tree, "solve_arrays", lambda p, o: (prices.append(p.cost[1]), solved(p, o))[1])
    tree.step()
    assert prices == [50.0]
    short = tree._solved(build_tree._Box(np.zeros(1), np.ones(1), 0.0))
    assert prices == [50.0, 50.0, 5000.0]
    assert short.x == pytest.approx([1.0, 2.0], rel=1e-3)


def test_a_relaxation_that_buys_whole_numbers_is_tried():
    """Proves: 12 kW take 3 whole units of 4 kW in the relaxation already: it is the design to try, no box is solved.

    If ignored: a design found worse on typical days stands beside the bound, its gap open.
    """
    lp = CompiledLP.from_arrays(([0, 2], [0, 1], [4.0, 1.0]), (12.0, np.inf), (0.0, [5.0, 0.0]), [5.0, 1.0])
    numbers = Numbers(lp, 2.0, np.array([0]), np.array([1]), np.array([12.0]))
    tree = BuildTree(numbers, solve_arrays(lp, bound_options(60.0)), bound_options(60.0))
    assert tree.first == pytest.approx([3.0, 0.0], abs=1e-3)
    assert tree.is_exhausted


def test_a_bank_that_is_not_built_runs_no_units(make, system, one_day):
    """Proves: three boilers with a least load and a size of 0 run none of them; the heater serves.

    If ignored: 0 of 0 units is not a number, and the dispatch of such a plan ends.
    """
    plant = boilers(make, units=3, min_part_load_frac=0.25, max_capacity_kw=0.0)
    model = build(system([plant, heater(make), gas(make), grid(make)], {"hot_water": flat(100)}), one_day)
    on = model.lp.column(model.pyomo.boiler.units_on)[0]
    assert model.lp.col_upper[on] == pytest.approx(0.0)
    assert model.solve().objective == pytest.approx(100 * YEAR * 0.1)


@pytest.mark.medium
def test_running_units_leave_the_reserve_out(make, system):
    """Proves: of 3 bought units one stays in reserve, so that at most 2 run although all have a least load."""
    plant = boilers(make, units="integer", unit_capacity_kw=300.0, spare_units=1, min_part_load_frac=0.2)
    model = build(system([plant, gas(make)], {"hot_water": flat(500)}), full_year())
    with pytest.raises(InfeasibleError):
        model.solve(capacities={("boilers", "capacity_kw"): 300.0, ("gas", "capacity_kw"): 500.0})
    model.solve(capacities={("boilers", "capacity_kw"): 900.0, ("gas", "capacity_kw"): 500.0})
    assert model.last_result is not None
    on = model.last_result.values()[model.lp.columns_of("boiler.units_on")]
    assert (on <= 2.0 + 1e-9).all()


def test_whole_units_on_all_hours(make, system):
    """Proves: --full-year chooses units on 8760 hours; a peak of one hour that needs a third unit is seen."""
    demand = flat(500)
    demand[4000] = 900.0
    plant = boilers(make, units="integer", unit_capacity_kw=400.0, capex_per_kw=10.0)
    said = []
    found = design(system([plant, gas(make)], {"hot_water": demand}), DesignOptions(mode="full_year"), said.append)
    assert "sizing whole units on all 8760 hours" in said
    assert found.solution.capacities["boilers", "capacity_kw"] == pytest.approx(1200.0, rel=1e-9)
    assert found.typical_grids == ()
    assert found.certificate.gap_frac is not None


def test_a_plant_without_integers_is_a_linear_program(make, system):
    """Proves: without any of the four fields nothing is added to the model."""
    model = build(system([boilers(make), gas(make)], {"hot_water": flat(1)}), full_year())
    assert not any("units_" in name or "site_" in name for name in model.lp.columns)


@pytest.mark.parametrize(
    ("fields", "match"),
    [
        ({"units": "integer"}, "needs unit_capacity_kw"),
        ({"unit_capacity_kw": 100.0}, "leave it out otherwise"),
        (
            {"units": "integer", "unit_capacity_kw": 100.0, "existing_capacity_kw": 150.0},
            "multiple of unit_capacity_kw",
        ),
        ({"min_part_load_frac": 1.2}, "less than or equal to 1"),
    ],
)
def test_contradictions_are_refused(make, fields, match):
    with pytest.raises(ValueError, match=match):
        boilers(make, **fields)


def test_units_of_a_bank_follow_its_capacity(make):
    plant = boilers(make, units="integer", unit_capacity_kw=400.0)
    assert [plant.unit_count(c) for c in (400.0, 1200.0)] == [1, 3]
    assert boilers(make, units=4).unit_count(1200.0) == 4


def chain(steps: int) -> Staircase:
    """One unit of 10 kW with a least load of 6 kW, a store of 10 kWh without loss, 5 kW of demand in every step.

    Columns per step: output, on, level (start of the next step). Output costs 1, running costs 1. Whole: run at 10 kW
    every other hour, cost 11 per two hours; relaxed: on = 0.5 in every hour, 5.5 an hour.
    """
    rows, lower, upper = [], [], []
    for t in range(steps):
        out, on, level = 3 * t, 3 * t + 1, 3 * t + 2
        before = 3 * ((t - 1) % steps) + 2
        rows += [{out: 1.0, before: 1.0, level: -1.0}, {out: 1.0, on: -10.0}, {out: 1.0, on: -6.0}]
        lower += [5.0, -np.inf, 0.0]
        upper += [5.0, 0.0, np.inf]
    indptr = np.cumsum([0, *(len(r) for r in rows)])
    matrix = (indptr, [j for r in rows for j in r], [a for r in rows for a in r.values()])
    cost, top = np.tile([1.0, 1.0, 0.0], steps), np.tile([10.0, 1.0, 10.0], steps)
    lp = CompiledLP.from_arrays(matrix, (lower, upper), (0.0, top), cost)
    kind = np.tile(np.arange(3), steps)
    none = np.zeros(3 * steps, dtype=bool)
    return Staircase(lp, np.repeat(np.arange(steps), 3), kind == 1, none, none)


@pytest.mark.parametrize(("demand", "left"), [(0.06, 0.0), (1.5, 0.5)])
def test_a_window_leaves_unserved_only_what_it_must(demand, left):
    """Proves: a machine of 1 kW runs for 0.06 kW though leaving them costs less; of 1.5 kW half a one is left.

    If ignored: what is left unserved for less than the gap of a window, beside the cost of a week, stays so.
    """
    matrix = ([0, 2, 4], [0, 2, 0, 1], [1.0, 1.0, 1.0, -1.0])  # output + unserved = demand, output <= running
    lp = CompiledLP.from_arrays(matrix, ([demand, -np.inf], [demand, 0.0]), (0.0, [1.0, 1.0, 9.0]), [0.0, 1.0, 2.0])
    at = np.arange(3)
    stairs = Staircase(lp, np.zeros(3, dtype=np.int64), at == 1, at > 2, at == 2)
    x = commit(stairs, np.array([demand, demand, 0.0]), WindowOptions(steps=1, overlap=0))
    assert x == pytest.approx([demand - left, 1.0, left])


@pytest.mark.parametrize(("steps", "window", "overlap"), [(12, 12, 0), (12, 4, 2), (12, 5, 4), (24, 6, 6)])
def test_windows_give_the_whole_plan(steps, window, overlap):
    """Proves: windows with levels held at their ends reach the optimum of the whole problem, whatever the cut.

    If levels were free at a window's end it would empty the store and leave the next one short.
    """
    stairs = chain(steps)
    relaxed = np.tile([5.0, 0.5, 5.0], steps)
    x = commit(stairs, relaxed, WindowOptions(steps=window, overlap=overlap))
    on = x[1::3]
    assert set(np.unique(on)) <= {0.0, 1.0}
    assert float(stairs.lp.cost @ x) == pytest.approx(5.5 * steps)
    assert (x[0::3] >= 6 * on - 1e-6).all()


def growing(make, system, loads, **fields):
    """Return the district of every milestone: boilers at 10 per kW over 10 a, and what they must heat."""
    plant = boilers(make, capex_per_kw=10.0, **fields)
    return {str(2027 + 5 * k): system([plant, gas(make)], {"hot_water": flat(load)}) for k, load in enumerate(loads)}


WHOLE = {"units": "integer", "unit_capacity_kw": 400.0}


@pytest.mark.medium
def test_whole_units_are_bought_one_by_one_as_a_district_grows(make, system):
    """Proves: 300 kW take one boiler of 400 kW, 900 kW later three, 500 kW in the end keep the three.

    Of equal weight: (400 + 1200 + 1200) / 3 a year and the gas. The relaxation buys 300 kW, then 900 kept: the gap is
    the 100 + 300 + 300 kW that no part of a boiler can save. If ignored: 0.75 machines stand in the first year.
    """
    loads = (300.0, 900.0, 500.0)
    found = design_milestones(growing(make, system, loads, **WHOLE), np.ones(3), DesignOptions())
    sizes = [d.solution.capacities["boilers", "capacity_kw"] for d in found]
    assert sizes == pytest.approx([400.0, 1200.0, 1200.0], rel=1e-9)
    proof, fuel = found[0].certificate, sum(loads) / 3 * YEAR * 0.05
    assert proof.upper_bound == pytest.approx(fuel + 2800 / 3, rel=1e-7)
    assert proof.lower_bound == pytest.approx(fuel + 2100 / 3, rel=1e-6)
    assert (proof.status, proof.hours_checked) == ("certified", 3 * YEAR)
    assert all(d.certificate == proof for d in found)


@pytest.mark.medium
def test_a_least_load_holds_in_every_milestone(make, system):
    """Proves: a boiler of 400 kW that runs at 40 % at least leaves 100 kW to the heater and takes 300 kW later.

    In the first year nothing but the heater runs (87 600 a year); sizes kept give the same plan. If ignored: a plan
    with a quarter of a boiler running.
    """
    machines = [boilers(make, min_part_load_frac=0.4, **WHOLE), heater(make), gas(make), grid(make)]
    systems = {str(load): system(machines, {"hot_water": flat(load)}) for load in (100.0, 300.0)}
    first, later = design_milestones(systems, np.ones(2), DesignOptions())
    assert first.solution.objective == pytest.approx(100 * YEAR * 0.1, rel=1e-6)
    assert later.solution.objective == pytest.approx(300 * YEAR * 0.05, rel=1e-6)
    assert first.certificate.gap_frac == pytest.approx(0.0, abs=1e-6)
    sizes = [d.solution.capacities for d in (first, later)]
    kept = dispatch_milestones(systems, np.ones(2), sizes, DesignOptions())
    assert [d.solution.objective for d in kept] == pytest.approx([first.solution.objective, later.solution.objective])
    assert kept[0].certificate.lower_bound is None


@pytest.mark.medium
def test_the_year_whole_units_cannot_serve_is_named(make, system):
    """Proves: 700 kW later do not fit one boiler of 400 kW: the year and the limit are said.

    If ignored: nobody knows which year to look at.
    """
    systems = growing(make, system, (300.0, 700.0), **WHOLE, max_capacity_kw=500.0)
    with pytest.raises(InfeasibleError, match=r"max_capacity_kw: 2032: no plan with whole units.*>= 800"):
        design_milestones(systems, np.ones(2), DesignOptions())


@pytest.mark.parametrize(
    ("shown", "left_kwh", "kept_kwh"),
    [((), [0.5, 0.0], 0.0), ((), [0.5, 0.4], 0.4), ((), [0.5, 9.0, 9.0, 9.0], 0.5), ((100,), [0.5], 0.5)],
)
def test_a_day_joins_once_for_a_small_demand(shown, left_kwh, kept_kwh, monkeypatch):
    """Proves: half a kWh of 1 MWh of power is no noise beside 1 GWh of cold; its day joins once.

    A plan that leaves no more than that is kept where days that join do not mend it, at once where the day is shown
    already and its stores came to it emptier. If ignored: pumps without power
    in the hour of the peak though a day more would show it, or no plan at all where days that join leave more unserved.
    """
    hours = np.zeros(8760)
    demand = {("p", "cold"): hours + 1e6 / 8760.0, ("p", "power"): hours + 1e3 / 8760.0}
    system = SimpleNamespace(demand=demand, technologies=())
    plan = SimpleNamespace(systems=[system], names=["2027"], share=[1.0], telling=lambda *_: lambda _: None)
    grid, rounds, running = SimpleNamespace(kind="typical", n_periods=1), iter(left_kwh), []

    def dispatched(*_):
        short = np.where(np.arange(8760) == 24 * 100 + 8, next(rounds), 0.0)
        flow = SimpleNamespace(kind="unserved", values=short)
        return [(SimpleNamespace(flows=(flow,), grid=SimpleNamespace(n=8760)), True)]

    def sized(*_, whole_running):
        running.append(whole_running)
        return SimpleNamespace(sizes=[{}], bought=None)

    monkeypatch.setattr(commitment, "peak_days", lambda _: shown)
    monkeypatch.setattr(commitment, "_sizing_models", lambda *_: [SimpleNamespace(grid=grid)])
    monkeypatch.setattr(commitment, "_sized", sized)
    monkeypatch.setattr(commitment, "_all_dispatched", dispatched)
    found = commitment.whole_plan(plan, [None], 1, SolverOptions(), lambda _: None)
    assert float(found.solutions[0].flows[0].values.sum()) == kept_kwh
    assert running == [False, False, True, True][: len(left_kwh)]
