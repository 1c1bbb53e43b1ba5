"""Random small plants on random typical days: other methods, another solver and the bound agree with the optimum."""

import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from edsim.core.technology import Refrigerant, Technology
from edsim.core.timegrid import TimeGrid, typical_days
from edsim.lp import HighsSession, SolverOptions, safe_lower_bound, solve_arrays
from edsim.optimization.growth.joint_program import joint_program, with_common_limits
from edsim.optimization.model.commitment_model import integer_columns, needs_integers
from edsim.optimization.model.criteria import LEAST_COST, value_of
from edsim.optimization.model.model import Model, build
from edsim.optimization.sizing.certify import lower_bound
from edsim.optimization.system import System
from edsim.optimization.whole.commitment import whole_limits
from edsim.optimization.whole.program import whole_program
from tests.unit.lp.test_other_solver import cbc_optimum
from tests.unit.optimization.conftest import KINDS, conditions, tariff

pytestmark = pytest.mark.slow
GASES = {k: Refrigerant(k, 1300.0, 0.0, montreal_gas=False) for k in ("R-134a", "R-717")}
HOURS = np.arange(8760)
WHOLE_GAP = 1e-5


def of(kind: str, **fields: object) -> Technology:
    return KINDS[kind](**{"id": kind, **fields})


def machines(rng: np.random.Generator, peak_kw: float, *, heated: bool) -> list[Technology]:
    """Return machines that can serve cold and heat, some with stores, losses and what stands already."""

    def some(share: float) -> bool:
        return bool(rng.random() < share)

    whole = {}
    if some(0.3):
        whole = {"units": "integer", "unit_capacity_kw": np.ceil(peak_kw / rng.integers(2, 5)), "fixed_capex": 5000.0}
    found = [of("grid", tariff="power"), of("vapour_chiller", condenser="air", compressor="screw", **whole)]
    if some(0.5):
        found += [of("vapour_chiller", id="wet", condenser="water", compressor="centrifugal"), of("cooling_tower")]
    if some(0.3):
        found += [of("ice_store")] + [of("cooling_tower")] * all(t.kind != "cooling_tower" for t in found)
    if some(0.6):
        found.append(
            of("chilled_water_store", existing_capacity_kwh=500.0 * some(0.5), loss_frac_per_h=0.05 * some(0.5))
        )
    found += [of("battery")] * some(0.4)
    if heated:
        found += [of("boiler", fuel="natural_gas"), of("fuel_supply", fuel="natural_gas")]
        found += [of("hot_water_store")] * some(0.5) + [of("heat_pump", source="air")] * some(0.4)
    return found


def plant(seed: int) -> tuple[System, TimeGrid]:
    """Return a plant between 50 kW and 20 MW and one to five typical days with whole days of the year between."""
    rng = np.random.default_rng(seed)
    noise = rng.uniform(0.5, 1.5, 8760)
    wave = 1 + 0.5 * np.sin(2 * np.pi * HOURS / 24 + rng.uniform(0, 6)) + 0.2 * np.sin(2 * np.pi * HOURS / 168)
    loads = {"chilled_water": float(rng.choice([50, 1000, 20000])) * wave * noise}
    if rng.random() < 0.5:
        loads["hot_water"] = float(rng.choice([0, 300, 3000])) * wave[::-1] * noise
    technologies = machines(rng, loads["chilled_water"].max(), heated="hot_water" in loads)
    price = 0.05 + 0.15 * (np.sin(2 * np.pi * HOURS / 24) > 0) + 0.02 * rng.random(8760)
    power = tariff(price, demand_charge=float(rng.choice([0, 5])), export=float(rng.choice([0, 0.02])))
    site = conditions(price, refrigerants=GASES, tariffs={"power": power})
    demand = {("energy_center", carrier): kw for carrier, kw in loads.items()}
    system = System(tuple(technologies), demand, {"energy_center": site}, 0.08, 1.1, 100.0)
    days = np.sort(rng.choice(365, int(rng.integers(1, 6)), replace=False))
    each = np.concatenate([np.arange(len(days)), rng.integers(0, len(days), 365 - len(days))])
    return whole_limits([system])[0], typical_days(days, each)


def optimum(model: Model, folder: Path) -> tuple[float, float]:
    """Return the optimum of edsim's session and that of CBC, units and sites whole where they are."""
    lp, _ = whole_program(model, LEAST_COST, serve_all=True)
    if needs_integers(model.system):
        kinds = np.zeros(lp.num_cols, np.uint8)
        kinds[integer_columns(model.parts).build] = 1
        lp = replace(lp, integrality=kinds)
    result = HighsSession(lp, SolverOptions(mip_gap_frac=WHOLE_GAP, time_limit_s=120)).solve()
    return float(lp.cost @ result.values()), cbc_optimum(lp, folder)


@pytest.mark.skipif(shutil.which("cbc") is None, reason="CBC is not installed")
@pytest.mark.parametrize("seed", range(12))
def test_cbc_finds_the_optimum_of_any_plant(seed: int, tmp_path: Path) -> None:
    """Proves: the program of a random plant, read by another solver, has the same optimum.

    If ignored: a false "optimal" or "infeasible" of one solver on some plant would be seen by nobody.
    """
    ours, theirs = optimum(build(*plant(seed)), tmp_path)
    assert ours == pytest.approx(theirs, rel=2 * WHOLE_GAP)


@pytest.mark.parametrize("seed", range(12))
def test_methods_bound_and_accounts_agree_on_any_plant(seed: int) -> None:
    """Proves: simplex and interior point end at one cost, their multipliers prove it, its accounts add up to it.

    If ignored: a plan is lost, or stands at a wrong cost, by the method that happens to run.
    """
    model = build(*plant(seed))
    solution = model.solve(LEAST_COST, options=SolverOptions(method="simplex"))
    found = model.last_result
    assert found is not None
    assert found.row_dual is not None
    assert lower_bound(model, LEAST_COST, found.row_dual) == pytest.approx(solution.objective, rel=1e-6)
    assert value_of(solution, "cost") == pytest.approx(solution.objective, rel=1e-7)
    lp, constant = whole_program(model, LEAST_COST, serve_all=True)
    exact = solve_arrays(lp, SolverOptions(method="simplex"))
    inside = solve_arrays(lp, SolverOptions(method="steps"))
    assert inside.objective == pytest.approx(exact.objective, rel=1e-6)
    assert exact.values() @ lp.cost + constant >= solution.objective * (1 - 1e-7)


@pytest.mark.parametrize("seed", [2, 6, 8, 11])
def test_two_milestones_of_any_plant_are_one_program(seed: int) -> None:
    """Proves: of a plant whose demand grows simplex and interior point end at one cost, which their multipliers prove.

    It is the cost of each year alone at least, and no size shrinks. If ignored: the rows that tie milestones, or the
    places of columns by step, are those of another plan.
    """
    system, grid = plant(seed)
    models = [
        build(replace(system, demand={k: f * v for k, v in system.demand.items()}), grid) for f in (1.0, 0.7, 1.5)
    ]
    parts = with_common_limits([m.parts for m in models])
    programs = [
        replace(p.lp, cost=m.cost_of(LEAST_COST)[0], has_objective=True, col_upper=p.served())
        for m, p in zip(models, parts, strict=True)
    ]
    joint = joint_program(parts, programs)
    exact = solve_arrays(joint, SolverOptions(method="simplex"))
    inside = solve_arrays(joint, SolverOptions(method="steps"))
    assert inside.objective == pytest.approx(exact.objective, rel=1e-6)
    assert inside.row_dual is not None
    assert safe_lower_bound(joint, joint.cost, inside.row_dual) == pytest.approx(exact.objective, rel=1e-6)
    alone = sum(solve_arrays(lp, SolverOptions(method="simplex")).objective or 0.0 for lp in programs)
    assert (exact.objective or 0.0) >= alone * (1 - 1e-9)
    starts = np.cumsum([0, *(lp.num_cols for lp in programs)])
    sizes = [exact.values()[s + np.array(list(p.size_columns().values()))] for s, p in zip(starts, parts, strict=False)]
    assert all((later >= earlier - 1e-6).all() for earlier, later in pairwise(sizes))
