"""A project that grows: parts paid and loans drawn after close."""

from dataclasses import replace

import numpy as np
import pytest

import edsim.finance as fin
from edsim.core.errors import DataError


def growing() -> fin.ProjectInputs:
    """Return 1 000 at close and 500 at the end of year 2, half of each lent at 10 % over two years; no tax."""
    loan = fin.LoanTerms(0.10, 2, "equal_principal")
    return fin.ProjectInputs(
        years=4,
        revenue={"service": [700.0, 700.0, 1000.0, 1000.0]},
        operating_cost={"energy": 100.0},
        investments=(fin.Investment("plant", 1000.0, (0.5, 0.5)), fin.Investment("more", 500.0, (0.5, 0.5), year=2)),
        discount_rate=0.08,
        tranches=(
            fin.Tranche("bank", loan, share_of_uses=0.5),
            fin.Tranche("bank later", loan, share_of_uses=0.5, year=2),
        ),
    )


def test_a_later_part_is_funded_in_its_year() -> None:
    """Proves: 500 of year 2 are half lent then; the owners pay the other half beside the year's cash of 325.

    Year 1: 600 - 250 - 50; year 2: 600 - 250 - 25 = 325, less 250; year 3: 900 - 125 - 25; year 4: 900 - 125 - 12.5.
    If ignored: a phase is paid out of the cash that serves the loan, or not at all.
    """
    result = fin.pro_forma(growing())
    assert result.equity_cash_flow.tolist() == pytest.approx([-500.0, 300.0, 75.0, 750.0, 762.5])
    assert result.lines["later_investment"].tolist() == [0.0, 0.0, -500.0, 0.0, 0.0]
    assert result.lines["debt_drawn"].tolist() == [500.0, 0.0, 250.0, 0.0, 0.0]
    assert result.lines["project_cash_flow"].tolist() == [-1000.0, 600.0, 100.0, 900.0, 900.0]
    assert result.lines["depreciation"].tolist() == [0.0, 500.0, 500.0, 250.0, 250.0]
    assert result.sources == {"grants": 0.0, "bank": 500.0, "equity": 500.0}
    assert result.debt == {"bank": 500.0, "bank later": 250.0}


def test_cover_ratios_are_of_operation_not_of_building() -> None:
    """Proves: years 2 and 3 cover 600/275 and 900/150, whatever is invested at the end of year 2; no false warning.

    If ignored: every phase looks like a default of the loan.
    """
    result = fin.pro_forma(growing())
    assert result.dscr == pytest.approx((600 / 300, 600 / 275, 900 / 150, 900 / 137.5))
    assert result.ratios.average_life_a.value == pytest.approx(1.5)
    assert result.findings == ()


def test_fee_of_a_later_loan_is_among_its_uses() -> None:
    """Proves: with a fee of 2 % on half the uses, 500 need 500 / (1 - 0.01) of money.

    If ignored: the fees of later loans are nobody's.
    """
    base = growing()
    first, later = base.tranches
    result = fin.pro_forma(replace(base, tranches=(first, replace(later, fee_frac=0.02))))
    assert result.lines["later_investment"][2] == pytest.approx(-500.0 / 0.99)
    assert result.debt["bank later"] == pytest.approx(250.0 / 0.99)


def test_special_deduction_of_a_later_part_starts_after_it() -> None:
    """Proves: half of 100 at close within 2 years, then half of 100 of year 2 within the next 2, 30 % of income each.

    Income 100 a year: 30, 20 of the first; 30, 20 of the second.
    If ignored: a later phase loses the incentive, or takes it before it is built.
    """
    terms = fin.TaxTerms(rate=0.3, special=fin.SpecialDeduction(0.5, 2, 0.3))
    found = fin.income_tax(np.full(5, 100.0), terms, {0: 100.0, 2: 100.0})
    assert found.special_used.tolist() == pytest.approx([30.0, 20.0, 30.0, 20.0, 0.0])


def test_a_part_after_the_end_is_refused() -> None:
    """Proves: E705 for a part paid in the last year, which would never work.

    If ignored: it is booked beside the table.
    """
    with pytest.raises(DataError, match="E705"):
        replace(growing(), investments=(fin.Investment("late", 1.0, year=4),))


def test_working_capital_of_a_milestone_is_paid_with_it() -> None:
    """Proves: two months of revenue are owed; what that grows by with the customers of year 3 joins the 500 of year 2.

    Revenue 700, 700, 1060, 1060 with two months owed: 116.67 at close and 60 more at the end of year 2, of which a loan
    of half the uses pays 280. The cash that serves loans is 600 in year 2, as in year 1. If ignored: customers who join
    a growing district starve its loan in the year before their first bill.
    """
    terms = replace(
        growing(),
        revenue={"service": [700.0, 700.0, 1060.0, 1060.0]},
        reserves=fin.Reserves(receivable_months=2.0),
    )
    result = fin.pro_forma(terms)
    assert result.lines["later_reserves"].tolist() == pytest.approx([0.0, 0.0, -60.0, 0.0, 0.0])
    assert result.lines["later_investment"].tolist() == pytest.approx([0.0, 0.0, -500.0, 0.0, 0.0])
    assert result.lines["receivables_change"].tolist() == pytest.approx([0.0, 0.0, 0.0, 0.0, 1060.0 / 6.0])
    assert result.lines["cash_for_debt_service"][1:3].tolist() == pytest.approx([600.0, 600.0])
    assert result.debt["bank later"] == pytest.approx(280.0)
    assert result.all_uses == pytest.approx(1000.0 + 700.0 / 6.0 + 560.0)
    assert result.lines["project_cash_flow"][2] == pytest.approx(600.0 - 500.0 - 60.0)


@pytest.mark.parametrize(("earn", "interest"), [(True, 0.05 * (30.0 + 700.0 / 6.0)), (False, 0.05 * 30.0)])
def test_what_customers_owe_earns_no_interest(earn: bool, interest: float) -> None:
    """Proves: the account of operating cost (6 months of 60) earns 5 %; two months of revenue owed do only as SAM's.

    If ignored: the company has interest on bills nobody has paid, 0.4 % of its sales at 5 %.
    """
    terms = replace(
        growing(),
        revenue={"service": [700.0, 700.0, 1060.0, 1060.0]},
        operating_cost={"upkeep": [60.0] * 4},
        reserves=fin.Reserves(6.0, 2.0, 0.05, receivables_earn=earn),
    )
    assert fin.pro_forma(terms).lines["reserve_interest"][1] == pytest.approx(interest)


def test_customers_owe_on_the_revenue_of_the_year() -> None:
    """Proves: at 700, 900, 1200 a year two months owed are 117 from close on, 150 at the end of year 2, 200 of year 3.

    The 33 by which they grow stand in year 2, when the revenue has grown, not in year 1. SAM's account is of the next
    year. If ignored: the cover ratio of year 1 bears the growth of a year that has not begun (0.70 instead of 0.80 in
    a district that connects in three steps).
    """
    terms = replace(
        growing(),
        revenue={"service": [700.0, 900.0, 1200.0, 1200.0]},
        investments=(fin.Investment("plant", 1000.0, (0.5, 0.5)),),
        tranches=(),
        reserves=fin.Reserves(0.0, 2.0, receivables_earn=False),
    )
    owed = fin.pro_forma(terms)
    assert owed.uses["receivables_reserve"] == pytest.approx(700.0 / 6.0)
    change = [0.0, 0.0, -200.0 / 6.0, -300.0 / 6.0, 1200.0 / 6.0]
    assert owed.lines["receivables_change"].tolist() == pytest.approx(change)
    account = fin.pro_forma(replace(terms, reserves=fin.Reserves(0.0, 2.0)))
    assert account.lines["receivables_change"].tolist() == pytest.approx([0.0, -200.0 / 6.0, -300.0 / 6.0, 0.0, 200.0])
