"""The cost curve of the catalogue against the investment a design counted."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from edsim.core.quantity import Provenance
from edsim.optimization.size_costs import SETTLED_SOURCE
from edsim.results.size_costs import size_cost_findings
from edsim.results.variant import VariantRun
from edsim.technologies.boiler import Boiler
from edsim.technologies.chp import Chp


def run_of(machine: Any, capacity_kw: float, where: str = "", source: str = "catalogue") -> VariantRun:
    """Return the parts of a run the notes read: case with its money, plant and sizes."""
    field = f"technologies.{machine.id}.capex_per_kw"
    origin = Provenance(machine.capex_per_kw, "currency/kW", source, 2024, "default", where)
    case = SimpleNamespace(currency="USD", price_year=2023, provenance={field: origin})
    found = SimpleNamespace(
        name="v",
        plant=(machine,),
        district=SimpleNamespace(case=case),
        capacity=lambda *_: capacity_kw,
    )
    found.stages = (SimpleNamespace(run=found),)
    return cast("VariantRun", found)


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
    assert size_cost_findings(run_of(Boiler(id="boilers", fuel="biomass"), 200.0)) == []


def test_a_cost_taken_from_the_curve_is_said() -> None:
    """Proves: an investment that was looked up at the size found is told with its figure, and is not doubted.

    If ignored: a user would look in vain for 3700 in the case.
    """
    (note,) = size_cost_findings(run_of(Chp(id="engines", units=1, capex_per_kw=3700.0), 100.0, source=SETTLED_SOURCE))
    assert note.code == "W514"
    assert "3,700" in note.got
