"""Investments that follow the size in studies: the same price list for BAU, the case and every alternative."""

from __future__ import annotations

import pytest

from edsim.case.schema import Case
from edsim.core.cost_curves import cost_at_size, machine_size
from edsim.optimization.size_costs import FAR_FRAC, SETTLED_FRAC
from edsim.studies.bench import Mode, Solved
from edsim.studies.fields import with_values
from edsim.studies.workbench import Workbench


@pytest.fixture(scope="module")
def by_size(case: Case) -> Workbench:
    return Workbench(with_values(case, {"settings.cost_by_size": True}), "district")


def _counted(solved: Solved) -> tuple[float, float]:
    """Return size and investment per kW of the machine of an alternative."""
    run = solved.runs[1]
    assert run.design is not None
    chiller = next(t for t in run.district.case.technologies if t.id == "dry")
    return run.design.solution.capacities["dry", "capacity_kw"], float(vars(chiller)["capex_per_kw"])


@pytest.mark.medium
def test_a_study_counts_investments_by_size_on_both_sides(bench: Workbench, by_size: Workbench) -> None:
    """Proves: case and alternatives cost what machines of their sizes cost, as BAU does; a price varied is a quote.

    If ignored: BAU alone is priced by size, and the net present value is that of two price lists.
    """
    size, cost = _counted(by_size.base)
    chiller = next(t for t in bench.case.technologies if t.id == "dry")
    curve = cost_at_size(chiller, machine_size(chiller, size, 0.0), bench.case.currency, bench.case.price_year)
    assert cost == pytest.approx(curve, rel=SETTLED_FRAC)
    assert cost != pytest.approx(_counted(bench.base)[1], rel=0.05)
    dear = {"finance.discount_rate_frac": 0.12}
    fixed = by_size.solve(with_values(by_size.case, dear, variants=("district",)), "fixed")
    assert _counted(fixed) == (size, cost)
    quote = {"technologies.dry.capex_per_kw": 777.0}
    modes: tuple[Mode, ...] = ("fixed", "optimized")
    for mode in modes:
        assert _counted(by_size.solve(with_values(by_size.case, quote, variants=("district",)), mode))[1] == 777.0


@pytest.mark.medium
def test_costs_by_size_may_be_varied_themselves(bench: Workbench, by_size: Workbench) -> None:
    """Proves: an alternative with the setting costs what a study of a case with it does.

    If ignored: BAU moves alone.
    """
    changed = with_values(bench.case, {"settings.cost_by_size": True}, variants=("district",))
    anew, kept = bench.solve(changed, "optimized"), bench.solve(changed, "fixed")
    assert _counted(anew) == pytest.approx(_counted(by_size.base), rel=SETTLED_FRAC)
    assert _counted(kept)[1] == pytest.approx(_counted(by_size.base)[1], rel=FAR_FRAC)
    back = by_size.solve(with_values(by_size.case, {"settings.cost_by_size": False}, variants=("district",)), "fixed")
    assert _counted(back)[1] == _counted(bench.base)[1]
