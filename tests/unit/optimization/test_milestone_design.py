"""The plan of a growing district by hand: sizes, the price of keeping them, and a bound that holds for every plan."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from edsim.core.errors import InfeasibleError, SolverError
from edsim.optimization.growth import milestone_design
from edsim.optimization.growth.milestone_design import design_milestones, split_objectives
from edsim.optimization.model.criteria import LEAST_COST, least_cost
from edsim.optimization.sizing.certify import DesignOptions, design
from edsim.optimization.types import Objective
from tests.unit.optimization.conftest import flat
from tests.unit.optimization.test_milestones import year_of

OPTIONS = DesignOptions(typical_days=1, target_gap_frac=1e-6)


@pytest.mark.medium
def test_one_milestone_is_the_design_of_a_district_that_does_not_grow(make, system):
    """Proves: the same cost, sizes and bound as :func:`design`. If ignored: phases would be another model."""
    s = year_of(make, system, 0.3)
    (grown,) = design_milestones({"2027": s}, np.array([9.0]), OPTIONS)
    alone = design(s, OPTIONS)
    assert grown.solution.objective == pytest.approx(alone.solution.objective, rel=1e-9)
    assert grown.solution.capacities == pytest.approx(alone.solution.capacities)
    assert grown.certificate.lower_bound == pytest.approx(alone.certificate.lower_bound, rel=1e-9)
    assert grown.certificate.status == "certified"


@pytest.mark.medium
def test_the_plan_and_its_bound_by_hand(make, system):
    """Proves: sizes, cost and bound of two years whose sizes are tied, to rounding.

    PV costs 175.2 per kWp and year and makes 1752 kWh. Now power costs 0.3 for 10 kW (50 kWp serve it); later it
    costs 0.02. Of equal weight: 50 kWp are built and kept. Now 50 x 175.2 = 8760; later 8760 again and nothing
    bought: mean 8760. Without the tie the later year would build nothing and buy 87600 x 0.02 = 1752: mean 5256. A
    bound that left the price of keeping PV out would stand at 5256, 40 % below.
    """
    systems = {"2027": year_of(make, system, 0.3), "2032": year_of(make, system, 0.02)}
    first, later = design_milestones(systems, np.array([3.0, 3.0]), OPTIONS)
    assert [d.solution.capacities["pv", "capacity_kwp"] for d in (first, later)] == pytest.approx([50.0, 50.0])
    proof = later.certificate
    assert proof == first.certificate
    upkeep = 87600 * make("pv", id="pv").om_variable_per_kwh
    assert proof.upper_bound == pytest.approx(8760.0 + upkeep)
    assert proof.lower_bound == pytest.approx(8760.0 + upkeep, rel=1e-6)
    assert proof.hours_checked == 2 * 8760
    assert proof.unserved_kwh == 0.0


def test_prices_of_links_cancel_over_the_plan():
    """Proves: what the later year is charged for a size the earlier one is paid, in the money of the whole plan.

    If they did not cancel, the sum of the yearly bounds would bound another problem.
    """
    prices = [{("pv", "kwp"): 4.0}, {("pv", "kwp"): 1.0}]
    share = np.array([0.5, 0.3, 0.2])
    goals = split_objectives(Objective({"energy_purchase": 1.0}), share, prices)
    weights = np.array([g.size_weights["pv", "kwp"] for g in goals])
    assert weights == pytest.approx([4.0 / 0.5, (1.0 - 4.0) / 0.3, -1.0 / 0.2])
    assert share @ weights == pytest.approx(0.0)


@pytest.mark.slow
def test_full_year_and_screening(make, system):
    """Proves: the other two modes reach the same plan; screening says it has no bound."""
    systems = {"2027": year_of(make, system, 0.3), "2032": year_of(make, system, 0.3, load=20.0)}
    exact = design_milestones(systems, np.array([1.0, 1.0]), DesignOptions(mode="full_year", target_gap_frac=1e-6))
    quick = design_milestones(systems, np.array([1.0, 1.0]), DesignOptions(mode="screening", typical_days=1))
    assert exact[0].certificate.status == "certified"
    assert quick[0].certificate.lower_bound is None
    for found in (exact, quick):
        assert [d.solution.capacities["pv", "capacity_kwp"] for d in found] == pytest.approx([50.0, 100.0])


def test_a_milestone_that_cannot_be_served_is_named(make, system):
    """Proves: the year, carrier and kW short are said. If ignored: nobody knows which year to look at."""
    grid = make("grid", id="grid", tariff="power", max_connection_kw=15.0)
    systems = {
        name: system([grid], {"electricity": flat(load)}, flat(0.1)) for name, load in (("2027", 10.0), ("2032", 20.0))
    }
    with pytest.raises(InfeasibleError, match=r"2032: no design serves electricity.*short by up to 5 kW"):
        design_milestones(systems, np.ones(2), OPTIONS)


@pytest.mark.medium
def test_a_carbon_price_that_comes_later_builds_later(make, system):
    """Proves: power at 0.05 and 0.2 kg/kWh; 1000 per ton from the second year on make it 0.25, above PV at 0.1.

    Now nothing is built and 87600 kWh cost 4380; later 50 kWp for 8760 serve it. Equal weights: mean 6570, with bound.
    If ignored: one carbon price counts for all years, or the bound is that of another price.
    """
    systems = {name: year_of(make, system, 0.05) for name in ("2027", "2032")}
    goals = [least_cost(0.0), least_cost(1000.0)]
    first, later = design_milestones(systems, np.ones(2), OPTIONS, objective=goals)
    assert first.solution.capacities["pv", "capacity_kwp"] == pytest.approx(0.0, abs=1e-6)
    assert later.solution.capacities["pv", "capacity_kwp"] == pytest.approx(50.0)
    upkeep = 87600 * make("pv", id="pv").om_variable_per_kwh
    assert later.certificate.upper_bound == pytest.approx(0.5 * (4380.0 + 8760.0 + upkeep))
    assert later.certificate.status == "certified"


@pytest.mark.slow
@pytest.mark.parametrize("at_once", [False, True], ids=["nothing else finishes", "all hours finish"])
def test_a_failed_bounding_solve_keeps_the_plan_with_its_open_gap(make, system, monkeypatch, at_once):
    """Proves: without the multipliers of any year the plan stands, with a bound that holds and an open gap.

    Where sizing on all hours then finishes, its own multipliers close the gap. If ignored: a run of minutes that holds
    a feasible plan ends with an error, or with a proof it does not have.
    """
    systems = {"2027": year_of(make, system, 0.3), "2032": year_of(make, system, 0.02)}
    asked, size, solved = [], milestone_design.size_milestones, milestone_design.solve_arrays

    def killed(*what):
        return replace(solved(*what), status="time_limit", objective=None, row_dual=None, x=None)

    def sized(steps, *how):
        asked.append(steps[0].grid.kind)
        if asked[-1] == "full" and not at_once:
            raise SolverError("the solver stopped with status 'time limit' [E516]")
        return size(steps, *how)

    monkeypatch.setattr(milestone_design, "solve_arrays", killed)
    monkeypatch.setattr(milestone_design, "size_milestones", sized)
    said: list[str] = []
    plan = design_milestones(systems, np.ones(2), OPTIONS, said.append)
    proof = plan[0].certificate
    assert asked == ["typical", "full"]
    assert said.count("the bounding solve did not finish: the proof is weak") == 2
    assert [d.solution.capacities["pv", "capacity_kwp"] for d in plan] == pytest.approx([50.0, 50.0])
    assert proof.unserved_kwh == 0.0
    assert proof.lower_bound <= proof.upper_bound * (1.0 + 1e-9)
    if at_once:
        assert (proof.status, proof.gap_frac < 1e-6) == ("certified", True)
    else:
        assert (proof.status, proof.gap_frac > 0.5) == ("open", True)
        assert said[-1] == "that solve did not finish: the design found before stands"


@pytest.mark.parametrize("left_kwh", [[0.5, 0.0], [0.5, 0.5]])
def test_a_day_joins_for_a_small_demand_that_is_short(left_kwh: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: half a kWh of 1 MWh of steam is no noise beside 1 GWh of cold; its day joins, once, and is kept if short.

    If ignored: a tolerance on all demands leaves steam unserved though a day more would show it; or four rounds of
    sizing and dispatch for what they do not mend.
    """
    hours = np.zeros(8760)
    demand = {("p", "cold"): hours + 1e6 / 8760.0, ("p", "steam"): hours + 1e3 / 8760.0}
    year = SimpleNamespace(system=SimpleNamespace(demand=demand))
    plan: Any = SimpleNamespace(years=[year], names=["2027"], share=[1.0])
    rounds = iter(left_kwh)
    grid = SimpleNamespace(n_periods=1)
    joined: list[set[int]] = []

    def chosen(_: Any, __: int, extra: set[int]) -> Any:
        joined.append(set(extra))
        return grid

    monkeypatch.setattr(milestone_design, "peak_days", lambda _: ())
    monkeypatch.setattr(milestone_design, "choose_days", chosen)
    monkeypatch.setattr(milestone_design, "size_milestones", lambda *_: SimpleNamespace(solutions=[]))

    def dispatched(*_: Any) -> Any:
        short = np.where(np.arange(8760) == 24 * 100 + 8, next(rounds), 0.0)
        flow = SimpleNamespace(kind="unserved", values=short)
        return (SimpleNamespace(flows=(flow,), grid=SimpleNamespace(n=8760)),)

    monkeypatch.setattr(milestone_design, "_dispatched", dispatched)
    options = DesignOptions(mode="screening")
    _, found, _ = milestone_design._size_and_dispatch(plan, options, lambda _: None, [LEAST_COST])
    assert found is not None
    assert joined == [set(), {100}]
