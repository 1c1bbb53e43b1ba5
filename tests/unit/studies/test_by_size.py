"""Investments that follow the size in studies: the same price list for BAU, the case and every alternative."""

from __future__ import annotations

import pytest

from edsim.case.schema import Case
from edsim.core.machines.cost_curves import cost_at_size, machine_size
from edsim.optimization.sizing.size_costs import SETTLED_FRAC
from edsim.studies.bench import Mode, Solved
from edsim.studies.fields import with_values
from edsim.studies.workbench import Workbench


@pytest.fixture(scope="module")
def by_size(case: Case) -> Workbench:
    return Workbench(with_values(case, {"settings.cost_by_size": True}), "district")


def _counted(solved: Solved) -> dict[str, tuple[float, float]]:
    """Return machine → size and investment per kW of the chillers an alternative buys."""
    run = solved.runs[1]
    assert run.design is not None
    sizes = {t: float(run.design.solution.capacities[t, "capacity_kw"]) for t in ("chillers", "dry")}
    costs = {t.id: float(vars(t)["capex_per_kw"]) for t in run.district.case.technologies if t.id in sizes}
    return {t: (size, costs[t]) for t, size in sizes.items() if size > 1.0}


def _by_curve(case: Case, counted: dict[str, tuple[float, float]]) -> dict[str, float]:
    """Return machine → what one of its size costs per kW."""
    machines = {t.id: t for t in case.technologies}
    sizes = {t: machine_size(machines[t], size, 0.0) for t, (size, _) in counted.items()}
    return {t: cost_at_size(machines[t], size, case.currency, case.price_year) or 0.0 for t, size in sizes.items()}


def _costs(counted: dict[str, tuple[float, float]]) -> dict[str, float]:
    return {t: cost for t, (_, cost) in counted.items()}


@pytest.mark.medium
def test_a_study_counts_investments_by_size_on_both_sides(by_size: Workbench) -> None:
    """Proves: case and alternatives cost what machines of their sizes cost, as BAU does; a price varied is a quote.

    If ignored: BAU alone is priced by size, and the net present value is that of two price lists.
    """
    base = _counted(by_size.base)
    assert base
    assert _costs(base) == pytest.approx(_by_curve(by_size.case, base), rel=SETTLED_FRAC)
    dear = with_values(by_size.case, {"finance.discount_rate_frac": 0.12}, variants=("district",))
    assert _counted(by_size.solve(dear, "fixed")) == base
    quotes = {f"technologies.{t}.capex_per_kw": 777.0 for t in ("chillers", "dry")}
    modes: tuple[Mode, ...] = ("fixed", "optimized")
    for mode in modes:
        quoted = _counted(by_size.solve(with_values(by_size.case, quotes, variants=("district",)), mode))
        assert set(_costs(quoted).values()) == {777.0}


@pytest.mark.medium
def test_costs_by_size_may_be_varied_themselves(bench: Workbench, by_size: Workbench) -> None:
    """Proves: an alternative with the setting costs what machines of its sizes cost.

    If ignored: BAU moves alone.
    """
    changed = with_values(bench.case, {"settings.cost_by_size": True}, variants=("district",))
    modes: tuple[Mode, ...] = ("fixed", "optimized")
    for mode in modes:
        found = _counted(bench.solve(changed, mode))
        assert _costs(found) == pytest.approx(_by_curve(bench.case, found), rel=SETTLED_FRAC)
        assert _costs(found) != pytest.approx(_costs(_counted(bench.base)), rel=SETTLED_FRAC)
    back = with_values(by_size.case, {"settings.cost_by_size": False}, variants=("district",))
    defaults = {t.id: vars(t)["capex_per_kw"] for t in bench.case.technologies if t.id in {"chillers", "dry"}}
    kept = _costs(_counted(by_size.solve(back, "fixed")))
    assert kept == {t: defaults[t] for t in kept}
