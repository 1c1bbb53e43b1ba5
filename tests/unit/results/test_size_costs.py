"""The cost curve of the catalogue against the investment a design counted."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from edsim.core.language.sentences import finding_in_language
from edsim.core.quantity import Provenance
from edsim.optimization.sizing.size_costs import SETTLED_SOURCE
from edsim.results.size_costs import size_cost_findings
from edsim.results.variant import VariantRun
from edsim.technologies.boiler import Boiler
from edsim.technologies.chp import Chp


def run_of(
    machine: Any, capacity_kw: float, where: str = "", source: str = "catalogue", *, by_size: bool = False
) -> VariantRun:
    """Return the parts of a run the notes read: case with its money, plant and sizes."""
    field = f"technologies.{machine.id}.capex_per_kw"
    origin = Provenance(machine.capex_per_kw, "currency/kW", source, 2024, "default", where)
    settings = SimpleNamespace(cost_by_size=by_size)
    money: dict[str, Any] = {"currency": "USD", "price_year": 2023, "exchange_rate_per_usd": None}
    case = SimpleNamespace(**money, provenance={field: origin}, settings=settings)
    found = SimpleNamespace(
        name="v",
        plant=(machine,),
        individual=(),
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


def test_pesos_are_written_whole() -> None:
    """Proves: an investment in pesos has no exponent in either language. If ignored: 2.543e+06 COP/kW is read."""
    run = run_of(Chp(id="engines", units=2, capex_per_kw=4e6), 200.0)
    pesos = {"currency": "COP", "exchange_rate_per_usd": 4000.0, "price_year": 2023}
    case = SimpleNamespace(**{**vars(run.district.case), **pesos})
    (note,) = size_cost_findings(
        cast("VariantRun", SimpleNamespace(**{**vars(run), "district": SimpleNamespace(case=case)}))
    )
    assert note.got == "4,000,000 COP/kW"
    assert finding_in_language(note, "es").got == "4.000.000 COP/kW"
    assert "e+" not in note.allowed


def test_quotes_and_kinds_without_a_curve_are_left_alone() -> None:
    """Proves: an investment typed in the case is not doubted. If ignored: every quote would be warned about."""
    assert size_cost_findings(run_of(Chp(id="engines"), 200.0, where="case.yaml:7:3")) == []
    assert size_cost_findings(run_of(Boiler(id="boilers", fuel="biomass"), 200.0)) == []


def test_a_cost_taken_from_the_curve_is_said() -> None:
    """Proves: an investment that was looked up at the size found is told with its figure, and is not doubted.

    If ignored: a user would look in vain for 3700 in the case.
    """
    engines = Chp(id="engines", units=1, capex_per_kw=3700.0)
    (note,) = size_cost_findings(run_of(engines, 100.0, source=SETTLED_SOURCE, by_size=True))
    assert note.code == "W514"
    assert "3,700" in note.got


@pytest.mark.parametrize("source", [SETTLED_SOURCE, "catalogue"])
def test_costs_that_did_not_settle_are_named(source: str) -> None:
    """Proves: 500 kW priced at 2550 with the costs by size asked for: machine, cost counted and cost at its size.

    If ignored: a machine would be priced for six times its size, and the user told to set what is set.
    """
    engines = Chp(id="engines", units=1, capex_per_kw=2550.0)
    (note,) = size_cost_findings(run_of(engines, 500.0, source=source, by_size=True))
    assert note.code == "W515"
    assert "engines" in note.what
    assert "500 kW" in note.what
    assert "2,550" in note.got
    assert "3,150" in note.allowed
    assert "cost_by_size" not in note.hint
    assert "no convergieron" in finding_in_language(note, "es").what


def test_costs_within_two_percent_have_settled() -> None:
    """Proves: 1 % off the curve is a cost taken from it (W514), 3 % is not settled. If ignored: a run errs unheard."""
    for cost, code in ((3150.0 / 1.01, "W514"), (3150.0 / 1.03, "W515")):
        engines = Chp(id="engines", units=1, capex_per_kw=cost)
        (note,) = size_cost_findings(run_of(engines, 500.0, source=SETTLED_SOURCE, by_size=True))
        assert note.code == code


def test_existing_machines_do_not_make_a_new_one_cheaper() -> None:
    """Proves: 250 kW beside 3000 kW that stand cost what 250 kW cost, 357 USD/kW; nothing bought says nothing.

    If ignored: a small boiler would be priced at 60 USD/kW like one of 3 MW.
    """
    boilers = Boiler(id="boilers", existing_capacity_kw=3000.0)
    (note,) = size_cost_findings(run_of(boilers, 3250.0))
    assert note.code == "W513"
    assert "machines of 250 kW" in note.what
    assert "356.9" in note.allowed
    assert size_cost_findings(run_of(boilers, 3000.0)) == []
