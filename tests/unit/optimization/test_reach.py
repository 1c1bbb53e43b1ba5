"""Sizes the case gives no limit are not ended by a bound of the program's own."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from edsim.core.errors import CaseError, InfeasibleError
from edsim.core.tariff import Tariff
from edsim.optimization.district import connection
from edsim.optimization.model.context import reach_of
from edsim.optimization.model.criteria import LEAST_COST, least_cost
from edsim.optimization.model.model import build
from edsim.optimization.sizing.certify import Design, DesignOptions, certificate
from edsim.optimization.sizing.goals import Goal, ends_of
from edsim.optimization.sizing.reach import searched_farther, sizes_at_reach
from edsim.optimization.sizing.typical_sizes import TypicalSizes
from edsim.optimization.system import System, reach_kw
from edsim.studies.growing_plans import GrowingDesk
from edsim.studies.plant import LivePlant
from tests.unit.studies.diagnosis.conftest import DAY, NODE, conditions, flat, make

LOAD_KW = 100.0


def solved(systems):
    """Return designs of one day in place of a year."""
    found = [build(s, DAY).solve() for s in systems]
    return [Design(f, certificate(f, None, 0.01, LEAST_COST), ()) for f in found]


def system(*machines, carrier="electricity", export=0.0, energy=0.15, fuel=0.05):
    prices = Tariff(flat(0) + energy, flat(export), np.zeros(12), 0.0, flat(0.2), 2.0)
    gas = Tariff(flat(fuel), flat(0.0), np.zeros(12), 0.0, flat(0.2), 1.1)
    site = conditions({carrier: flat(LOAD_KW)}, tariffs={"power": prices}, fuels={"natural_gas": gas})
    return System(machines, {(NODE, carrier): flat(LOAD_KW)}, {NODE: site}, 0.08, 1.1, 10.0)


def test_pv_that_pays_by_exports_fills_its_area():
    """Proves: roofs are used to their area where exports pay, though the demand is a twentieth of it.

    If ignored: the connection ends at twice the demand and the plan costs a profit, with a certificate of no gap.
    """
    open_ended = make("grid", "grid", tariff="power", max_export_kw=None), make("pv", "pv", area_m2=20_000.0)
    stated = make("grid", "grid", tariff="power", max_export_kw=None, max_connection_kw=20_000.0), open_ended[1]
    said = []
    (found,) = searched_farther([system(*open_ended, export=0.12)], solved, ends_of, said.append)
    (best,) = solved([replace(system(*stated, export=0.12), reach_factor=64.0)])
    assert found.solution.objective == pytest.approx(best.solution.objective, rel=1e-6)
    assert solved([system(*open_ended, export=0.12)])[0].solution.objective > found.solution.objective + 1e4
    assert said[0] == "grid as large as was tried: searching farther"


def test_a_store_filled_in_two_cheap_hours_is_not_held_to_twice_the_peak():
    """Proves: machines and connection that fill a store in two hours may be twelve times the demand and more."""
    energy = np.where(np.arange(8760) % 24 < 2, 0.0, 0.5)
    chiller = make("vapour_chiller", "c", condenser="air", compressor="screw", capex_per_kw=50.0)
    tank = make("chilled_water_store", "tank", capex_per_kwh=3.0, charging_time_h=2.0)
    grid = make("grid", "grid", tariff="power")
    (found,) = searched_farther([system(grid, chiller, tank, carrier="chilled_water", energy=energy)], solved, ends_of)
    assert found.solution.capacities["c", "capacity_kw"] > 11.0 * LOAD_KW


def test_what_pays_without_end_is_refused():
    """Proves: engines that sell power at a profit have no best size, and the field to limit is named (E504)."""
    machines = (
        make("grid", "grid", tariff="power", max_export_kw=None),
        make("fuel_supply", "gas"),
        make("chp", "engine", fuel="natural_gas", heat_dump=True),
    )
    with pytest.raises(CaseError, match=r"max_capacity_kw.*E504"):
        searched_farther([system(*machines, export=0.12, fuel=0.001)], solved, ends_of)


def test_a_size_that_costs_nothing_ends_the_search():
    """Proves: a free size that stands at its bound by chance is found again once, and the first plan stands."""
    asked = []

    def solve(systems):
        asked.append(systems[0].reach_factor)
        return [
            replace(d, solution=replace(d.solution, capacities=dict.fromkeys(d.solution.capacities, 1e9)))
            for d in solved(systems)
        ]

    plant = system(make("grid", "grid", tariff="power"))
    searched_farther([plant], solve, ends_of)
    assert asked == [1.0, 8.0]
    assert sizes_at_reach([plant], ends_of(solved([plant]))[1]) == []


def test_an_error_without_more_room_is_the_first_one():
    """Proves: what no bound hinders is told in the words of the first search; a store without limit is tried once."""
    tried = []

    def refuse(systems):
        tried.append(systems[0].reach_factor)
        raise InfeasibleError(f"short {len(tried)}")

    with pytest.raises(InfeasibleError, match="short 1"):
        searched_farther([system(make("battery", "b"))], refuse, ends_of)
    with pytest.raises(InfeasibleError, match="short 3"):
        searched_farther([system(make("grid", "grid", tariff="power"))], refuse, ends_of)
    assert tried == [1.0, 8.0, 1.0]


def exporting(**limits):
    """Return a plant that earns by exports: a connection without a limit and a roof of forty times the demand."""
    grid = make("grid", "grid", tariff="power", max_export_kw=None, **limits)
    return system(grid, make("pv", "pv", area_m2=20_000.0), export=0.12)


def settings_of(**named):
    return SimpleNamespace(settings=SimpleNamespace(**named), emissions=SimpleNamespace(carbon_price_per_t=0.0))


def test_the_search_ends_with_the_step_that_gains_nothing():
    """Proves: costs of 100, 50 and 50 end at the second; each step is held against the one before it.

    If ignored: one step that paid lets the search run on to its end and refuse a plan that is found.
    """
    grid, tried = make("grid", "grid", tariff="power"), []

    def solve(systems):
        tried.append(systems[0].reach_factor)
        at_reach = {("grid", "connection_kw"): reach_of(systems[0], grid, grid.sizes[0])}
        return 100.0 if len(tried) == 1 else 50.0, [at_reach]

    assert searched_farther([system(grid)], solve, lambda found: found)[0] == 50.0
    assert tried == [1.0, 8.0, 64.0]


def test_a_level_of_a_carrier_is_as_near_as_the_carrier():
    """Proves: machines of chilled_water_high for 100 kW of it may be as large as of chilled_water for 100 kW.

    If ignored: a second level has the bounds of what stays inside a plant, and the proof loses figures by them.
    """
    chiller = make("vapour_chiller", "c", condenser="air", compressor="screw")
    near, level = (system(chiller, carrier=name) for name in ("chilled_water", "chilled_water_high"))
    assert reach_kw(level, NODE, "chilled_water_high") == reach_kw(near, NODE, "chilled_water")


@pytest.mark.medium
def test_a_plant_that_decides_pipes_and_connections_is_searched_as_far_as_a_run(monkeypatch):
    """Proves: the cost of a plant by which pipes and connections are chosen is that of a design without our bound.

    If ignored: a plant that earns by exports is costed at a few times the demand, and a building or a pipe that pays is
    left out.
    """
    monkeypatch.setattr(connection, "prepare_system", lambda district, _: district.plant)
    case = settings_of(typical_days=1)
    found, best = (
        connection.size_plant(SimpleNamespace(case=case, plant=plant), {})
        for plant in (exporting(), replace(exporting(max_connection_kw=20_000.0), reach_factor=64.0))
    )
    assert found.objective == pytest.approx(best.objective, rel=1e-6)
    assert found.capacities["pv", "capacity_kwp"] > 3_000.0


def test_an_update_with_farther_bounds_is_no_change_of_prices():
    """Proves: a live model takes over bounds that are farther out. If ignored: it answers with the old ones."""
    model = build(exporting(), DAY)
    near = model.solve().objective
    assert model.update(replace(exporting(), reach_factor=8.0))
    assert model.solve().objective == pytest.approx(
        build(replace(exporting(), reach_factor=8.0), DAY).solve().objective
    )
    assert model.solve().objective < near - 1e3


def test_sizes_that_set_their_own_costs_are_searched_as_far_as_a_run():
    """Proves: `cost_by_size` reads the curve at sizes that no bound of ours ends; so it does for milestones."""
    sizes = TypicalSizes([Goal()], np.ones(1), DesignOptions(typical_days=1))
    (alone,) = sizes.of({"": exporting()})
    both = TypicalSizes([Goal(), Goal()], np.ones(2), DesignOptions(typical_days=1)).of(
        {"2030": exporting(), "2040": exporting()}
    )
    assert [s["pv", "capacity_kwp"] for s in both] == pytest.approx([alone["pv", "capacity_kwp"]] * 2, rel=1e-6)
    assert alone["pv", "capacity_kwp"] > 3_000.0


@pytest.mark.medium
def test_alternatives_of_a_study_are_searched_as_far_as_the_case_as_it_stands():
    """Proves: a study sizes, and runs at given sizes, with the bounds that the case as it stands needs.

    If ignored: the base of a sweep is another plant than that of the run, and its sizes run in no alternative.
    """
    open_ended = exporting()
    plant = LivePlant(open_ended, 1, 600.0)
    found, _ = plant.optimize(open_ended, Goal())
    stated = exporting(max_connection_kw=20_000.0)
    best, _ = LivePlant(stated, 1, 600.0).optimize(replace(stated, reach_factor=64.0), Goal())
    assert found.objective == pytest.approx(best.objective, rel=1e-6)
    again = plant.operate(exporting(), Goal(), found.capacities)
    assert again.objective == pytest.approx(found.objective, rel=1e-9)
    assert plant.size_all_hours(exporting(), LEAST_COST).objective <= found.objective * (1.0 - 1e-9)


@pytest.mark.medium
def test_plans_of_a_growing_district_are_searched_as_far_as_a_run():
    """Proves: fronts and menus of a district that grows begin with the plant of the run, not one at our bound."""
    desk = object.__new__(GrowingDesk)
    phases = [SimpleNamespace(year=year) for year in (2030, 2040)]
    case = settings_of(typical_days=1, target_gap_frac=0.01, time_limit_s=600.0)
    desk.bench = SimpleNamespace(case=case, base=SimpleNamespace(runs=(None, SimpleNamespace(phases=phases))))
    desk.systems, desk.share, desk.carbon_prices = (exporting(), exporting()), (0.6, 0.4), (0.0, 0.0)
    desk.days, desk._years = (frozenset(), frozenset()), None
    found = desk.settled().model().solve(least_cost)
    assert found.sizes["pv", "capacity_kwp", "2030"] > 3_000.0
    year = desk.operated(found, least_cost)
    assert year.value("cost") < -1e4
