"""The cost curve of the catalogue against the investment a design counted."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from edsim.core.quantity import Provenance
from edsim.results.size_costs import cost_at_size, size_cost_findings
from edsim.results.variant import VariantRun
from edsim.technologies.boiler import Boiler
from edsim.technologies.chp import Chp


def run_of(machine: Any, capacity_kw: float, where: str = "") -> VariantRun:
    """Return the parts of a run the notes read: case with its money, plant and sizes."""
    field = f"technologies.{machine.id}.capex_per_kw"
    origin = Provenance(machine.capex_per_kw, "currency/kW", "catalogue", 2024, "default", where)
    case = SimpleNamespace(currency="USD", price_year=2023, provenance={field: origin})
    found = SimpleNamespace(
        name="v",
        plant=(machine,),
        district=SimpleNamespace(case=case),
        capacity=lambda *_: capacity_kw,
    )
    return cast("VariantRun", found)


def test_cost_follows_the_table_and_a_power_law_between() -> None:
    """Proves: 1000 and 2000 kW engines cost 2800 and 2550; 1414 kW the geometric mean; beyond the table its ends.

    If ignored: a rule of sizes could be off by a class.
    """
    assert cost_at_size("chp", 1000.0, "USD", 2023) == pytest.approx(2800.0)
    assert cost_at_size("chp", 1000.0 * 2**0.5, "USD", 2023) == pytest.approx((2800.0 * 2550.0) ** 0.5)
    assert cost_at_size("chp", 10.0, "USD", 2023) == pytest.approx(4250.0)
    assert cost_at_size("chp", 9e4, "USD", 2023) == pytest.approx(2000.0)
    assert cost_at_size("boiler", 1000.0, "USD", 2023) is None


def test_a_bank_of_small_engines_is_named_with_its_cost() -> None:
    """Proves: two engines of 100 kW cost 3700 instead of 2800 per kW, a third more; two of 1000 kW say nothing.

    If ignored: a small plant would be costed like a large one and nobody would hear of it.
    """
    (note,) = size_cost_findings(run_of(Chp(id="engines", units=2), 200.0))
    assert note.code == "W513"
    assert "32% more" in note.what
    assert "3,700" in note.allowed
    assert size_cost_findings(run_of(Chp(id="engines", units=2), 2000.0)) == []


def test_quotes_and_kinds_without_a_curve_are_left_alone() -> None:
    """Proves: an investment typed in the case is not doubted. If ignored: every quote would be warned about."""
    assert size_cost_findings(run_of(Chp(id="engines"), 200.0, where="case.yaml:7:3")) == []
    assert size_cost_findings(run_of(Boiler(id="boilers"), 200.0)) == []
