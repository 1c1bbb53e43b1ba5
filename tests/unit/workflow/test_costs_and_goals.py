"""Plants whose costs follow from their sizes, and plans for less GHG, from the case to the proof."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from edsim import workflow
from edsim.case.milestones import span_worth
from edsim.core.machines.cost_curves import cost_at_size, machine_size
from edsim.optimization.model.criteria import value_of
from edsim.optimization.sizing.certify import DesignOptions
from edsim.optimization.sizing.size_costs import FAR_FRAC, SETTLED_FRAC, SETTLED_SOURCE
from edsim.optimization.system import annuity_factor
from edsim.profiles.district import make_profiles
from edsim.results.variant import VariantRun
from tests.unit.workflow.conftest import BASE

pytestmark = pytest.mark.medium

GRID, DRY, OLD = BASE["technologies"]
COLD = {"id": "cold", "kind": "vapour_chiller", "condenser": "water", "compressor": "centrifugal"}
TANK = {"id": "tank", "kind": "chilled_water_store", "max_capacity_kwh": 4000}
YEARS = [{"year": 2027}, {"year": 2032, "demand_factor": {"cooling": 1.2}}]


def solved(folder: Path) -> tuple[VariantRun, list[str]]:
    """Return the solved project of a case, and what was said on the way."""
    case, said = workflow.load_case(folder), list[str]()
    mine = workflow.variant_case(case, "district")
    pairs = [(b.id, "cooling") for b in case.buildings]
    options = DesignOptions("certified", case.settings.typical_days, case.settings.target_gap_frac)
    if case.milestones:
        districts = workflow.prepare_phases(mine, make_profiles(mine))
        return workflow.solve_phases("district", districts, pairs, options, said.append), said
    return workflow.solve_variant("district", workflow.prepare(mine), pairs, options, said.append), said


@pytest.mark.parametrize("stores", [(), (TANK,)])
def test_a_wet_chiller_is_proven_at_the_cost_of_its_size(write_case: Callable[..., Path], stores: tuple) -> None:
    """Proves: the investment counted is that of the catalogue's curve at the size of one machine of the proven plant.

    What the optimizer booked is size x that cost x annuity x (1 + contingency + engineering), the accounts add up to
    the cost that is certified, with and without a tank. If ignored: costs of one size are paid for another.
    """
    finance = {**BASE["finance"], "contingency_frac": 0.1, "engineering_frac": 0.05}
    tower = {"id": "tower", "kind": "cooling_tower"}
    folder = write_case(
        technologies=[GRID, COLD, tower, OLD, *stores],
        finance=finance,
        settings={"cost_by_size": True, "typical_days": 3},
    )
    run, said = solved(folder)
    assert any("pass 1" in line and "cold" in line for line in said)
    assert run.design is not None
    solution, proof = run.design.solution, run.design.certificate
    assert proof.status == "certified"
    assert proof.lower_bound <= proof.upper_bound <= proof.lower_bound * 1.01
    chiller = next(t for t in run.plant if t.id == "cold")
    capacity = solution.capacities["cold", "capacity_kw"]
    case = run.district.case
    curve = cost_at_size(chiller, machine_size(chiller, capacity), case.currency, case.price_year)
    assert chiller.capex_per_kw == pytest.approx(curve, rel=FAR_FRAC if stores else SETTLED_FRAC)
    assert case.provenance["technologies.cold.capex_per_kw"].source.startswith(SETTLED_SOURCE)
    paid = capacity * chiller.capex_per_kw * annuity_factor(0.08, chiller.lifetime_a) * 1.15
    booked = sum(v for key, v in solution.ledger.items() if key[:2] == ("capex_annuity", "cold"))
    assert booked == pytest.approx(paid, rel=1e-9)
    assert value_of(solution, "cost") == pytest.approx(proof.upper_bound, rel=1e-9)


@pytest.mark.slow
def test_a_growing_district_for_less_ghg_keeps_the_cap_on_its_cost(write_case: Callable[..., Path]) -> None:
    """Proves: what is certified is the mean GHG of both years, weighted with what they are worth; no size falls.

    The mean cost is at the cap, 10 % above the least, the GHG below that of least cost. GHG is not half of what cost
    and priced GHG are together: designs within 1 % of that left 1.4 % of GHG open. If ignored: a goal of
    one year, or money of another one, decides what is built for both.
    """
    sun = {"id": "sun", "kind": "pv", "mounting": "roof", "area_m2": 3000, "capex_per_kwp": 4000}
    south = {**BASE["buildings"][1], "connection_year": 2032}
    grows = {"buildings": [BASE["buildings"][0], south], "milestones": YEARS, "technologies": [GRID, DRY, OLD, sun]}
    plans = {}
    for goal in ("cost", "ghg"):
        settings = {"objective": goal, "cost_cap_frac": 0.1, "typical_days": 3}
        plans[goal], _ = solved(write_case(**grows, settings=settings))
    worth = span_worth(plans["ghg"].district.case)
    share = worth / worth.sum()
    mean = {
        (goal, criterion): float(share @ [value_of(s.run.design.solution, criterion) for s in plan.phases])
        for goal, plan in plans.items()
        for criterion in ("cost", "ghg_kg")
    }
    least, proof = plans["cost"].design.certificate, plans["ghg"].design.certificate
    assert (least.status, proof.status, proof.minimized) == ("certified", "certified", "ghg_kg")
    assert mean["cost", "cost"] == pytest.approx(least.upper_bound, rel=1e-9)
    assert mean["ghg", "ghg_kg"] == pytest.approx(proof.upper_bound, rel=1e-6)
    assert proof.lower_bound <= proof.upper_bound < mean["cost", "ghg_kg"]
    assert mean["ghg", "cost"] == pytest.approx(proof.caps["cost"], rel=2e-3)
    assert proof.caps["cost"] == pytest.approx(1.1 * least.lower_bound, rel=2e-2)
    sizes = [s.run.design.solution.capacities for s in plans["ghg"].phases]
    assert np.all([sizes[1][k] >= sizes[0][k] - 1e-6 for k in sizes[0]])
