"""Sizes the case gives no limit are not ended by a bound of the program's own."""

from dataclasses import replace

import numpy as np
import pytest

from edsim.core.errors import CaseError, InfeasibleError
from edsim.core.tariff import Tariff
from edsim.optimization.model.criteria import LEAST_COST
from edsim.optimization.model.model import build
from edsim.optimization.sizing.certify import Design, certificate
from edsim.optimization.sizing.reach import searched_farther, sizes_at_reach
from edsim.optimization.system import System
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
    (found,) = searched_farther([system(*open_ended, export=0.12)], solved, said.append)
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
    (found,) = searched_farther(
        [system(grid, chiller, tank, carrier="chilled_water", energy=energy)], solved, lambda _: None
    )
    assert found.solution.capacities["c", "capacity_kw"] > 11.0 * LOAD_KW


def test_what_pays_without_end_is_refused():
    """Proves: engines that sell power at a profit have no best size, and the field to limit is named (E504)."""
    machines = (
        make("grid", "grid", tariff="power", max_export_kw=None),
        make("fuel_supply", "gas"),
        make("chp", "engine", fuel="natural_gas", heat_dump=True),
    )
    with pytest.raises(CaseError, match=r"max_capacity_kw.*E504"):
        searched_farther([system(*machines, export=0.12, fuel=0.001)], solved, lambda _: None)


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
    searched_farther([plant], solve, lambda _: None)
    assert asked == [1.0, 8.0]
    assert sizes_at_reach([plant], solved([plant])) == []


def test_an_error_without_more_room_is_the_first_one():
    """Proves: what no bound hinders is told in the words of the first search; a store without limit is tried once."""
    tried = []

    def refuse(systems):
        tried.append(systems[0].reach_factor)
        raise InfeasibleError(f"short {len(tried)}")

    with pytest.raises(InfeasibleError, match="short 1"):
        searched_farther([system(make("battery", "b"))], refuse, lambda _: None)
    with pytest.raises(InfeasibleError, match="short 3"):
        searched_farther([system(make("grid", "grid", tariff="power"))], refuse, lambda _: None)
    assert tried == [1.0, 8.0, 1.0]
