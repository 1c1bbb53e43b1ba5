"""Loans, debt sizing, tax and depreciation, on cases solved by hand."""

import numpy as np
import pytest

import edsim.finance as fin
from edsim.core.errors import DataError
from edsim.finance.loans import combined, mean_rates


def test_interest_only_and_capitalized_grace() -> None:
    paying = fin.loan_schedule(100.0, fin.LoanTerms(0.1, 4, "equal_principal", grace_a=2), 5)
    assert list(paying.interest) == pytest.approx([0, 10, 10, 10, 5, 0])
    assert list(paying.principal) == pytest.approx([0, 0, 0, 50, 50, 0])
    rolled = fin.loan_schedule(100.0, fin.LoanTerms(0.1, 4, "equal_principal", grace_a=2, grace="capitalized"), 5)
    assert list(rolled.balance) == pytest.approx([100, 110, 121, 60.5, 0, 0])
    assert list(rolled.capitalized) == pytest.approx([0, 10, 11, 0, 0, 0])


@pytest.mark.parametrize(
    "terms",
    [
        fin.LoanTerms(0.08, 7, "bullet"),
        fin.LoanTerms(0.08, 7, "step_up", step_growth=0.03),
        fin.LoanTerms(0.08, 3, "custom", principal_shares=(0.2, 0.3, 0.5)),
        fin.LoanTerms(0.08, 7, "annuity", payments_per_year=2),
        fin.LoanTerms(0.08, 7, "annuity", amortization_a=15),
        fin.LoanTerms(0.0, 7, "annuity"),
    ],
    ids=lambda t: f"{t.shape}-{t.payments_per_year}-{t.amortization_a}",
)
def test_every_shape_pays_back_its_face_value(terms: fin.LoanTerms) -> None:
    loan = fin.loan_schedule(1000.0, terms, 10)
    assert loan.principal.sum() == pytest.approx(1000.0)
    assert loan.balance[terms.tenor_a :] == pytest.approx(np.zeros(11 - terms.tenor_a), abs=1e-9)
    if terms.payments_per_year == 1:
        assert fin.npv(loan.service, terms.rate) == pytest.approx(1000.0)


def test_step_up_service_grows() -> None:
    service = fin.loan_schedule(1000.0, fin.LoanTerms(0.08, 5, "step_up", step_growth=0.03), 5).service[1:]
    assert service[1:] / service[:-1] == pytest.approx(np.full(4, 1.03))


def test_sizing_by_cover_ratio_of_an_annuity_looks_at_the_weakest_year() -> None:
    """Proves: D = min(CFADS)/(DSCR x CRF). If ignored: sizing on the mean would breach the ratio in year 2."""
    sized = fin.size_debt([130.0, 104.0, 130.0], fin.DebtTerms(fin.LoanTerms(0.1, 3), 1.3))
    assert sized.amount == pytest.approx(104 / 1.3 / fin.crf(0.1, 3))
    assert sized.ratios.minimum_dscr.value == pytest.approx(1.3)
    assert sized.limited_by == "dscr"


def test_gearing_limit_counts_fee_and_reserve() -> None:
    """Proves: D = g x uses with the fee and the reserve that D itself causes. If ignored: D would be 60."""
    terms = fin.DebtTerms(
        fin.LoanTerms(0.1, 5, "sculpted"), 1.2, 0.6, upfront_fee_frac=0.02, dsra_months=6, closing_cost=1.0
    )
    sized = fin.size_debt(np.full(5, 100.0), terms, 100.0)
    assert sized.limited_by == "gearing"
    assert sized.amount == pytest.approx(0.6 * sized.uses)
    assert sized.uses == pytest.approx(101.0 + 0.02 * sized.amount + 0.5 * sized.schedule.service[1])
    assert np.ptp([x for x in sized.ratios.dscr if x is not None]) == pytest.approx(0.0, abs=1e-9)
    assert sized.ratios.llcr[0] == pytest.approx(sized.ratios.dscr[0])


def test_no_cash_carries_no_debt() -> None:
    sized = fin.size_debt([-1.0, -1.0], fin.DebtTerms(fin.LoanTerms(0.1, 2, "sculpted"), 1.2))
    assert (sized.amount, sized.limited_by) == (0.0, "no_cash")
    assert sized.ratios.minimum_dscr.reason == "no_debt_service"


def test_a_grant_that_covers_all_leaves_nothing_to_borrow() -> None:
    """Proves: the loan is nil because all uses are paid, not for want of cash. If not: a rich project reads poor."""
    terms = fin.DebtTerms(fin.LoanTerms(0.08, 10, "sculpted"), dscr=1.3)
    sized = fin.size_debt(np.full(10, 500.0), terms, base_uses=1000.0, other_sources=1000.0)
    assert sized.amount == 0.0
    assert sized.limited_by == "uses"


@pytest.mark.parametrize("unit", [1e-9, 1e12])
def test_a_pro_forma_does_not_know_its_unit_of_money(unit: float) -> None:
    """Proves: in thousand millions or in pesos debt, tax and reserves settle to the same shares.

    If ignored: money written in large units settles a million times less sharply.
    """

    def at(k: float) -> fin.ProForma:
        return fin.pro_forma(
            fin.ProjectInputs(
                years=12,
                revenue={"service": 300.0 * k},
                operating_cost={"energy": 100.0 * k},
                investments=(fin.Investment("plant", 1000.0 * k, tuple(fin.straight_line(10))),),
                discount_rate=0.1,
                debt=fin.DebtTerms(fin.LoanTerms(0.08, 10, "sculpted"), 1.3, 0.7, upfront_fee_frac=0.02, dsra_months=6),
                tax=fin.TaxTerms(rate=0.35),
            )
        )

    one, other = at(1.0), at(unit)
    assert other.debt["debt"] == pytest.approx(unit * one.debt["debt"], rel=1e-11)
    assert other.equity_npv == pytest.approx(unit * one.equity_npv, rel=1e-10)
    assert other.equity_irr.value == pytest.approx(one.equity_irr.value, abs=1e-11)


def test_interest_in_grace_is_covered_as_well() -> None:
    """Proves: a weak first year in grace limits a sculpted loan. If ignored: its interest would not be covered."""
    terms = fin.DebtTerms(fin.LoanTerms(0.1, 4, "sculpted", grace_a=1), 1.25)
    sized = fin.size_debt([5.0, 100.0, 100.0, 100.0], terms)
    assert sized.amount == pytest.approx(5.0 / 1.25 / 0.1)


@pytest.mark.parametrize("tenor", [4, 11])
def test_terms_that_cannot_be(tenor: int) -> None:
    with pytest.raises(DataError, match="E712"):
        fin.loan_schedule(1.0, fin.LoanTerms(0.1, tenor, grace_a=4 if tenor == 4 else 0), 10)


def test_grant_element_of_a_soft_loan() -> None:
    loan = fin.loan_schedule(100.0, fin.LoanTerms(0.0, 10, "bullet"), 10)
    assert fin.grant_element(100.0, loan, 0.06).value == pytest.approx(1 - 1.06**-10)
    fair = fin.loan_schedule(100.0, fin.LoanTerms(0.06, 10), 10)
    assert fin.grant_element(100.0, fair, 0.06).value == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("mode", "taxes"), [("as_generated", [-30, 15, 30]), ("carry_forward", [0, 0, 15]), ("no_relief", [0, 15, 30])]
)
def test_a_loss_is_carried_refunded_or_lost(mode: str, taxes: list[float]) -> None:
    terms = fin.TaxTerms(rate=0.3, losses=mode)
    assert fin.income_tax([-100.0, 50.0, 100.0], terms).tax == pytest.approx(taxes)


def test_losses_lapse() -> None:
    """Proves: a loss of year 1 may be used in years 2 and 3 only. If ignored: year 4 would be untaxed."""
    years = fin.income_tax([-100.0, 10.0, 20.0, 70.0], fin.TaxTerms(rate=0.3, carry_forward_a=2))
    assert years.tax == pytest.approx([0, 0, 0, 21.0])
    assert years.loss_expired == pytest.approx([0, 0, 0, 70.0])


def test_special_deduction_is_capped_by_income_and_years() -> None:
    rule = fin.SpecialDeduction(0.5, 2, 0.5)
    years = fin.income_tax([40.0, 60.0, 100.0], fin.TaxTerms(rate=0.35, special=rule), eligible_investment=200.0)
    assert years.special_used == pytest.approx([20.0, 30.0, 0.0])
    assert years.tax == pytest.approx([7.0, 10.5, 35.0])


def test_local_tax_is_deductible() -> None:
    assert fin.TaxTerms(rate=0.21, local_rate=0.07).effective_rate == pytest.approx(0.07 + 0.21 * 0.93)


def test_depreciation_schedules_by_hand() -> None:
    assert fin.sum_of_years_digits(3) == pytest.approx([3 / 6, 2 / 6, 1 / 6])
    assert fin.declining_balance(5) == pytest.approx([0.4, 0.24, 0.144, 0.108, 0.108])
    assert fin.declining_balance(5, switch_to_straight_line=False) == pytest.approx([0.4, 0.24, 0.144, 0.0864, 0.1296])
    assert fin.straight_line(2, half_year=True) == pytest.approx([0.25, 0.5, 0.25])
    assert fin.with_bonus((0.5, 0.5), 0.4) == pytest.approx([0.7, 0.3])


@pytest.mark.parametrize("years", [3, 5, 7, 10, 15, 20])
def test_macrs_writes_off_everything(years: int) -> None:
    assert fin.macrs(years).sum() == pytest.approx(1.0, abs=1e-9)
    assert len(fin.macrs(years)) == years + 1


def test_schedule_above_one_is_refused() -> None:
    with pytest.raises(DataError, match="E711"):
        fin.custom_schedule((0.6, 0.6))


def test_foreign_loan_under_an_exchange_rate_shock() -> None:
    """Proves: a fifth more for the dollar cuts the cover ratio by a sixth. If ignored: currency risk is invisible."""
    loan = fin.loan_schedule(100.0, fin.LoanTerms(0.05, 5), 5)
    rates = 4000.0 * 1.02 ** np.arange(6)
    cash = np.full(5, 2e5)
    plain = fin.cover_ratios(cash, loan.converted(rates), 0.05).minimum_dscr.required()
    shocked = fin.cover_ratios(cash, loan.converted(1.2 * rates), 0.05).minimum_dscr.required()
    assert plain == pytest.approx(2e5 / (loan.service[5] * rates[5]))
    assert shocked == pytest.approx(plain / 1.2)


def test_life_cover_of_loans_at_two_rates_is_that_of_their_service() -> None:
    """Proves: cash of 1.5 times the service of loans at 6 % (15 a) and 12 % (6 a) has an LLCR of 1.5 every year.

    At the rate of the first loan alone, 6 %, it would be 1.64 at close: the cheap loan would flatter the dear one.
    If ignored: a lender reads more cover than there is, and adding a soft loan raises the ratio of the others.
    """
    soft = fin.loan_schedule(1000.0, fin.LoanTerms(0.06, 15, "annuity"), 20)
    dear = fin.loan_schedule(1000.0, fin.LoanTerms(0.12, 6, "equal_principal"), 20)
    both = combined((soft, dear), 20)
    rates = mean_rates([(soft, 0.06), (dear, 0.12)], 20)
    assert rates[[0, 6, 19]] == pytest.approx([0.09, 0.06, 0.06])
    found = fin.cover_ratios(1.5 * both.service[1:], both, rates)
    assert [x for x in found.llcr if x is not None] == pytest.approx([1.5] * 15)
    assert fin.cover_ratios(1.5 * both.service[1:], both, 0.06).llcr[0] > 1.6


def test_life_cover_counts_what_is_still_to_be_drawn() -> None:
    """Proves: 100 drawn at close and 100 more after a year, against 100 a year for four years at 10 %.

    Cash is worth 316.99 at close, the second loan 90.91: 316.99 / 190.91 = 1.660, not 3.17. A year on, half of one
    repaid, 248.69 / 150; with nothing left to draw it is cash over balance. If ignored: cash that repays loans to come
    covers today's alone, and a lender sees half of the debt.
    """
    first = fin.loan_schedule(100.0, fin.LoanTerms(0.1, 2, "equal_principal"), 4)
    second = fin.loan_schedule(100.0, fin.LoanTerms(0.1, 3, "bullet"), 3).later(1)
    both = fin.cover_ratios(np.full(4, 100.0), combined((first, second), 4), 0.1)
    worth = [100.0 * sum(1.1**-k for k in range(1, n + 1)) for n in (4, 3, 2, 1)]
    assert both.llcr == pytest.approx([worth[0] / (100 + 100 / 1.1), worth[1] / 150.0, worth[2] / 100, worth[3] / 100])
    assert both.llcr[0] == pytest.approx(1.6604, abs=1e-4)
    assert both.plcr.value == pytest.approx(both.llcr[0])
