"""Guarantee fees, loans signed at close, the tariff customers can afford, and grants where a larger one is worse."""

from dataclasses import replace

import pytest

import edsim.finance as fin
from edsim.core.errors import DataError


def _project(**changes: object) -> fin.ProjectInputs:
    base = fin.ProjectInputs(
        years=4,
        revenue={"service": 50.0},
        operating_cost={"upkeep": 10.0},
        investments=(fin.Investment("plant", 100.0, (0.25,) * 4),),
        discount_rate=0.1,
        tranches=(fin.Tranche("loan", fin.LoanTerms(0.1, 4, "equal_principal"), amount=40.0),),
    )
    return replace(base, **changes)


def test_guarantee_fee_is_paid_on_the_balance_and_deducted() -> None:
    """Proves: 2 % on balances 40, 30, 20, 10 is 0.8, 0.6, 0.4, 0.2, lowers cover and tax. By hand."""
    free = fin.pro_forma(_project(tax=fin.TaxTerms(rate=0.5)))
    paid = fin.pro_forma(_project(tax=fin.TaxTerms(rate=0.5), guarantee_fees={"loan": 0.02}))
    assert paid.lines["guarantee_fees"] == pytest.approx([0.0, -0.8, -0.6, -0.4, -0.2])
    assert paid.lines["tax"] - free.lines["tax"] == pytest.approx([0.0, 0.4, 0.3, 0.2, 0.1])
    assert paid.equity_cash_flow - free.equity_cash_flow == pytest.approx([0.0, -0.4, -0.3, -0.2, -0.1])
    assert paid.dscr[0] < free.dscr[0]


def test_guarantee_fee_lowers_a_sized_loan_with_cash_before_tax() -> None:
    """Proves: the fee is served before the loan whatever the cash rule. If ignored: cover below target."""
    debt = fin.DebtTerms(fin.LoanTerms(0.1, 4, "sculpted"), dscr=1.25, name="bank")
    project = _project(tranches=(), debt=debt, guarantee_fees={"bank": 0.02}, debt_cash="before_tax")
    result = fin.pro_forma(project)
    assert result.minimum_dscr.value == pytest.approx(1.25)
    assert result.debt["bank"] < fin.pro_forma(replace(project, guarantee_fees={})).debt["bank"]
    assert result.schedules["bank"].balance[-1] == pytest.approx(0.0, abs=1e-9)


def test_a_guarantee_needs_its_loan() -> None:
    with pytest.raises(DataError, match="E703"):
        _project(guarantee_fees={"bond": 0.02})


def test_a_given_amount_is_not_sized() -> None:
    """Proves: after close a loan stays. If ignored: a stress shrinks the loan instead of breaking its cover."""
    terms = fin.DebtTerms(fin.LoanTerms(0.1, 4, "annuity"), dscr=None, amount=30.0)
    sized = fin.size_debt([5.0, 5.0, 5.0, 5.0], terms, base_uses=10.0)
    assert sized.amount == 30.0
    assert sized.limited_by == "given"
    assert sized.ratios.minimum_dscr.value == pytest.approx(5.0 / (30.0 * fin.crf(0.1, 4)))


def test_a_growing_sculpted_loan_is_remarked() -> None:
    """Proves: W704 where the cash of year 1 does not pay the interest."""
    debt = fin.DebtTerms(fin.LoanTerms(0.1, 4, "sculpted"), dscr=1.2)
    project = _project(tranches=(), debt=debt, revenue={"service": [12.0, 60.0, 60.0, 60.0]})
    assert "W704" in {f.code for f in fin.pro_forma(project).findings}


def _customers() -> tuple[fin.Customer, ...]:
    return (
        fin.Customer("rich", 100.0, 1000.0, 300.0),
        fin.Customer("poor", 100.0, 2000.0, 200.0),
    )


def test_affordable_tariff_by_hand() -> None:
    """Proves: with equal capacity and energies 1:2 the best tariff takes all from both at 4 - (-0.1).

    rich: 100 c + 1000 e <= 300; poor: 100 c + 2000 e <= 200; e >= 0: the optimum is c = 2, e = 0 (revenue 400).
    """
    contract = fin.Contract(10, 0.08)
    tariff = fin.affordable_tariff(_customers(), contract, fin.Tariff())
    assert tariff is not None
    assert (tariff.capacity_per_kw_a, tariff.consumption_per_kwh) == pytest.approx((2.0, 0.0), abs=1e-9)
    for customer in _customers():
        assert fin.customer_bill(customer, tariff, contract).pv_saving >= -1e-6


def test_affordable_tariff_none_when_fixed_charges_are_too_much() -> None:
    assert fin.affordable_tariff(_customers(), fin.Contract(10, 0.08), fin.Tariff(connection_per_kw=1e3)) is None


def test_surcharge_counts_in_the_solved_tariff() -> None:
    """Proves: revenue with the surcharge is the requirement. If ignored: the company earns more than it asked."""
    customers = tuple(replace(c, low_delta_t_kwh=500.0) for c in _customers())
    contract = fin.Contract(10, 0.08)
    solved = fin.solve_tariff(customers, contract, 2000.0, fixed_share=0.5, low_delta_t_per_kwh=0.01)
    assert contract.present(fin.revenue(customers, solved.tariff, contract)) == pytest.approx(2000.0)
    assert solved.tariff.low_delta_t_per_kwh == 0.01


def test_viability_grant_found_where_the_largest_grant_fails() -> None:
    """Proves: the smallest grant is found although a full grant leaves a tiny loan that year 1 cannot serve.

    The loan stays a tenth of what is left to finance. If ignored: grant and loan pay for the same pipe.
    """
    project = _project(
        revenue={"service": [10.0, 40.0, 40.0, 40.0]},
        operating_cost={"upkeep": [9.0, 10.0, 10.0, 10.0]},
        tranches=(fin.Tranche("loan", fin.LoanTerms(0.05, 4, "bullet"), share_of_uses=0.1),),
        tax=fin.TaxTerms(rate=0.3, losses="no_relief"),
    )
    gap = fin.viability_gap(project, equity_irr=0.12)
    assert gap.grant.value is not None
    assert gap.grant.value > 0
    assert gap.result is not None
    assert fin.npv(gap.result.equity_cash_flow, 0.12) == pytest.approx(0.0, abs=1e-6)
    assert gap.result.debt["loan"] == pytest.approx(0.1 * (sum(gap.result.uses.values()) - gap.grant.value), rel=1e-5)
    less = replace(project, grants=(fin.Grant("g", 0.95 * gap.grant.value),))
    assert fin.npv(fin.pro_forma(less).equity_cash_flow, 0.12) < 0
