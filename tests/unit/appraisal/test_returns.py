"""Rates of return of the difference of two variants, hand-solved."""

from types import SimpleNamespace as Record
from typing import Any

import numpy as np
import pytest

from edsim.appraisal.facts import Facts, lifted_kwh, taken_kwh
from edsim.appraisal.returns import returns_of
from edsim.finance import CashFlow, CashFlows

_CASE: Any = Record(finance=Record(discount_rate_frac=0.05, horizon_a=5))


def _flows(first: float, yearly: float, carbon: float = 0.0) -> CashFlows:
    amounts = [(0, "capex_plant", first), *((y, "electricity", yearly) for y in range(1, 6))]
    amounts += [(y, "carbon", carbon) for y in range(1, 6)]
    rows = [CashFlow("x", "v", "city", "owner", line, year, value, "USD", "real 2025") for year, line, value in amounts]
    return CashFlows.of(rows)


def _returns(first: float, yearly: float, carbon: float = 0.0) -> Any:
    none = _flows(0.0, 0.0)
    facts: Any = (Record(tewi_kg=1e3), Record(tewi_kg=3e3))
    costs: Any = [Record(flows=f, annual=()) for f in (_flows(first, yearly, carbon), none)]
    return returns_of(costs[0], costs[1], facts, _CASE)


def test_cheaper_first_and_dearer_later_has_no_rate_of_return() -> None:
    """Proves: [100, -30 x 5] is a loan at 15.2 %, no return. If ignored: the higher the rate, the worse the project."""
    found = _returns(100.0, -30.0)
    assert (found.irr_frac, found.modified_irr_frac) == (None, None)
    assert found.reasons["irr"] == found.reasons["modified_irr"] == "no_investment_first"
    assert found.npv == pytest.approx(100.0 - 30.0 * (1.0 - 1.05**-5) / 0.05)


def test_the_mirrored_investment_keeps_its_rate() -> None:
    assert _returns(-100.0, 30.0).irr_frac == pytest.approx(0.152382, abs=1e-6)


def test_first_year_payback_divides_the_extra_investment() -> None:
    """Proves: 100 more for 30 a year are 3.33 years; none where nothing is saved or more invested."""
    assert _returns(-100.0, 30.0).first_year_payback_a == pytest.approx(100.0 / 30.0)
    assert (_returns(100.0, 30.0).first_year_payback_a, _returns(-100.0, -5.0).first_year_payback_a) == (None, None)


def test_a_ton_costs_the_same_at_any_carbon_price() -> None:
    """Proves: the carbon price moves the value, not what a ton costs. If ignored: a dear ton looks cheap."""
    plain, priced = _returns(-100.0, 10.0), _returns(-100.0, 10.0, carbon=7.0)
    annuity = (1.0 - 1.05**-5) / 0.05
    assert plain.abatement_cost_per_t == pytest.approx((100.0 - 10.0 * annuity) / 2.0)
    assert priced.abatement_cost_per_t == pytest.approx(plain.abatement_cost_per_t)
    assert priced.npv == pytest.approx(plain.npv + 7.0 * annuity)


def test_ambient_heat_lifted_with_much_electricity_is_no_renewable() -> None:
    """Proves: of 100 kWh lifted from the sea with 50 of work nothing counts, with 30 the 70 do; direct heat always.

    Waste heat counts at any work. If ignored: a poor heat pump on sea water is renewable by one table, not by the
    other, though Decision 2013/114/EU asks for 2.5.
    """
    sources = [Record(id="sea", heat_origin="ambient"), Record(id="hall", heat_origin="waste")]
    for source, work, ambient, waste in (("sea", 50.0, 8.0, 0.0), ("sea", 30.0, 78.0, 0.0), ("hall", 50.0, 0.0, 58.0)):
        ports = (("heat", 8.0), ("lifted_heat", 100.0), ("compressor", work), ("electricity", 1.0))
        run: Any = Record(
            district=Record(case=Record(sources=sources)),
            plant=[Record(id="c", kind="waste_heat_recovery", source=source)],
            flows=[Record(technology="c", port=p, values=np.array([v])) for p, v in ports],
        )
        assert taken_kwh(run) == {"ambient": ambient, "waste": waste, "bought": 0.0}


def test_energy_used_by_origin_adds_up_to_1() -> None:
    """Proves: 100 kWh bought, 60 of it compressor heat, 30 of a chiller with 10 of work, 25 made for sale, 40 of sun.

    Used: 100 + 25 + 40 + (30 - 10) = 185; what is lifted is recovered, the work and the compressor's heat are
    electricity. If ignored: the same kWh counts as bought and as recovered, and the shares of a campus add up to 1.10.
    """
    ports = [
        ("air_compressor", "recovered_heat", 60.0), ("heat_recovery_chiller", "heat", 30.0),
        ("heat_recovery_chiller", "electricity", 10.0),
    ]  # fmt: skip
    run: Any = Record(flows=[Record(kind=k, port=p, values=np.array([v])) for k, p, v in ports])
    given: Any = Record(grid_kwh=100.0, fuel_kwh=0.0, renewable_kwh=40.0, bought_heat_kwh=25.0,
                        recovered_kwh=lifted_kwh(run))  # fmt: skip
    given.used_kwh = Facts.used_kwh.__get__(given)
    assert given.used_kwh == 185.0
    shares = [Facts.renewable_frac.__get__(given), Facts.recovered_frac.__get__(given)]
    assert shares == [40.0 / 185.0, 20.0 / 185.0]
    assert sum(shares) + (100.0 + 25.0) / given.used_kwh == pytest.approx(1.0, abs=1e-15)
