"""What customers who pay more than in BAU do to a company when they leave."""

from types import SimpleNamespace as Record
from typing import Any

import numpy as np
import pytest

import edsim.finance as fin
from edsim.appraisal.company.marginal_cost import dear_kwh
from edsim.appraisal.company.offer import Offer
from edsim.appraisal.company.shocks import DOWNSIDE
from edsim.appraisal.company.stress import LEAVING, WORTHLESS, stress_of

_CASE: Any = Record(finance=Record(tax=None))


def _stress(costs_in_bau: tuple[float, float], salvage: float = 0.0, **more: Any) -> dict[str, Any]:
    contract = fin.Contract(10, 0.1, np.ones(10))
    customers = tuple(
        fin.Customer(name, 1000.0, 2e6, cost) for name, cost in zip(("hall", "court"), costs_in_bau, strict=True)
    )
    project = fin.ProjectInputs(
        years=10, revenue={}, operating_cost={"electricity": 1e5}, investments=(fin.Investment("plant", 8e5),),
        discount_rate=0.1, salvage=salvage, **more,
    )  # fmt: skip
    return stress_of(project, _CASE, Offer(customers, fin.Tariff(consumption_per_kwh=0.07), contract))


def test_those_who_pay_more_leave_together() -> None:
    """Proves: at 140 000 a year, court pays more than its 100 000 and leaves; what it paid is lost.

    If ignored: a tariff with losers is stressed as if they stayed.
    """
    found = _stress((2e5, 1e5))
    assert found[LEAVING] == found["loss of court"]
    assert found[LEAVING].equity_npv < found["as planned"].equity_npv


@pytest.mark.parametrize("costs", [(2e5, 2e5), (1e5, 1e5)])
def test_nothing_is_said_where_all_stay_or_all_leave(costs: tuple[float, float]) -> None:
    assert LEAVING not in _stress(costs)


def test_what_rests_on_the_end_value_is_shown() -> None:
    """Proves: pipes worth 400 000 after 10 years carry 400 000 / 1.1^10 = 154 217 of the owners' present value.

    If ignored: a return that rests on selling old pipes looks like one that customers pay for.
    """
    found = _stress((2e5, 2e5), salvage=4e5)
    assert found["as planned"].equity_npv - found[WORTHLESS].equity_npv == pytest.approx(4e5 / 1.1**10)
    assert WORTHLESS not in _stress((2e5, 2e5))


def _lent(rate: float = 0.0) -> dict[str, Any]:
    """Return 800 000 lent for ten years, 80 000 of it back each year."""
    return {"tranches": (fin.Tranche("bank", fin.LoanTerms(rate, 10, "equal_principal"), amount=8e5),)}


def test_each_shock_tells_how_large_it_may_grow() -> None:
    """Proves: 280 000 earned, 100 000 for energy and 80 000 to the bank: the debt bears energy twice as dear, not more.

    100 000 are left over; what 180 000 of service less energy may fall by is 100 / 180. If ignored: a lender sees a
    cover of 2.25 and not how far prices or sales may move.
    """
    found = _stress((2e5, 2e5), **_lent())
    assert found["as planned"].minimum_dscr == pytest.approx(2.25)
    energy, sales = found["energy 20 % dearer"], found["10 % less service sold"]
    assert energy.minimum_dscr == pytest.approx((180e3 - 20e3) / 80e3)
    assert energy.debt_change_frac == pytest.approx(1.0, abs=2e-4)
    assert sales.minimum_dscr == pytest.approx(0.9 * 180e3 / 80e3)
    assert sales.debt_change_frac == pytest.approx(-100 / 180, abs=2e-4)
    loans = found["loans 2 points dearer"]
    assert loans.minimum_dscr == pytest.approx(180e3 / (80e3 + 0.02 * 800e3))
    assert loans.debt_change_frac == pytest.approx(100 / 800, abs=2e-4)
    assert found["as planned"].debt_change_frac is None


def test_less_taken_up_lowers_what_is_contracted_and_what_it_costs_to_serve() -> None:
    """Proves: a fifth less of 280 000 by energy and of 100 000 by capacity, energy a fifth less, staff as planned.

    What the debt bears: 280 + 100 - 100 less 20 of staff are 260, over 80: (260 - 280 x) = 80 at x = 180 / 280.
    If ignored: a plant built for customers who never sign is stressed as if they paid for capacity.
    """
    contract, customer = fin.Contract(10, 0.1), fin.Customer("hall", 1000.0, 4e6, 4e5)
    project = fin.ProjectInputs(
        years=10, revenue={}, operating_cost={"electricity": 1e5, "company_staff": 2e4},
        investments=(fin.Investment("plant", 8e5),), discount_rate=0.1, **_lent(),
    )  # fmt: skip
    tariff = fin.Tariff(connection_per_kw=50.0, capacity_per_kw_a=100.0, consumption_per_kwh=0.07)
    found = stress_of(project, _CASE, Offer((customer,), tariff, contract))
    fewer = found["20 % less taken up"]
    assert found["as planned"].minimum_dscr == pytest.approx(260 / 80)
    assert fewer.minimum_dscr == pytest.approx((0.8 * 280 - 20) / 80)
    assert fewer.debt_change_frac == pytest.approx(-180 / 280, abs=2e-4)
    lost = found["as planned"].equity_npv - fewer.equity_npv
    assert lost == pytest.approx(0.2 * (50e3 + 280e3 * fin.upv(0.1, 10)))
    energy = found["energy 20 % dearer"]
    assert energy.minimum_dscr == pytest.approx((260 - 20) / 80)  # staff is no energy


def test_a_kwh_that_costs_more_than_its_charge_is_told() -> None:
    """Proves: 100 000 for 2 million kWh are 0.05: told at a charge of 0.04, not at 0.05, nor for peaks and staff.

    If ignored: a company that loses on every kWh reads that less sold is better, and not why.
    """
    cost = {"electricity": 9e4, "water": 1e4, "demand_charge": 5e5, "om_fixed": 5e5, "company_staff": 5e5}
    project = fin.ProjectInputs(
        years=10, revenue={}, operating_cost=cost, investments=(fin.Investment("plant", 8e5),), discount_rate=0.1
    )
    customers, contract = (fin.Customer("hall", 1000.0, 2e6, 2e5),), fin.Contract(10, 0.1)

    def told(price: float) -> list[tuple[str, str]]:
        offer = Offer(customers, fin.Tariff(consumption_per_kwh=price), contract)
        return [(f.code, f.got) for f in dear_kwh(project, offer, "x", "USD")]

    assert told(0.04) == [("W852", "0.04 USD/kWh")]
    assert told(0.05) == []


def test_the_cost_of_a_kwh_is_that_of_all_customers_connected() -> None:
    """Proves: 100 000 a year for half of 2 million kWh in year 1 and all of them later are 0.05 a kWh, not 0.10.

    If ignored: a plant that stands half empty in its first year is told to charge twice what a kWh costs.
    """
    project = fin.ProjectInputs(
        years=2, revenue={}, operating_cost={"electricity": 1e5}, investments=(fin.Investment("plant", 8e5),),
        discount_rate=0.1,
    )  # fmt: skip
    contract = fin.Contract(2, 0.1, connected_frac=np.array([0.5, 1.0]))
    offer = Offer((fin.Customer("hall", 1000.0, 2e6, 2e5),), fin.Tariff(consumption_per_kwh=0.06), contract)
    assert dear_kwh(project, offer, "x", "USD") == []


def test_dearer_works_are_paid_by_the_owners() -> None:
    """Proves: works 15 % dearer cost the owners 120 000 at close and leave the cover of the signed loan as it is.

    If ignored: a bank lends more than it signed, or an overrun costs nobody.
    """
    found = _stress((2e5, 2e5), **_lent())
    dearer = found["investment 15 % dearer"]
    assert found["as planned"].equity_npv - dearer.equity_npv == pytest.approx(0.15 * 8e5)
    assert dearer.minimum_dscr == pytest.approx(2.25)
    assert dearer.debt_change_frac is None


def test_the_downside_is_all_at_once() -> None:
    """Proves: 0.9 of 280 000 less 1.08 of 100 000, over 80 000 and 2 % of 800 000. If ignored: shocks never meet."""
    found = _stress((2e5, 2e5), **_lent())[DOWNSIDE]
    assert found.minimum_dscr == pytest.approx((0.9 * 280e3 - 1.08 * 100e3) / 96e3)
    assert found.debt_change_frac is None


def test_a_debt_that_is_not_paid_as_planned_bears_no_change() -> None:
    """Proves: at a cover below 1 no size is told. If ignored: "bears -12 % dearer energy" is read as room."""
    found = _stress((2e5, 2e5), **_lent(0.2))
    assert found["as planned"].minimum_dscr < 1.0
    assert all(x.debt_change_frac is None for x in found.values())
