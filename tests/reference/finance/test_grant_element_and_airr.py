"""Grant element by the formula of the OECD and the adjusted rate of return of NIST's E3.

Sources: OECD Development Assistance Committee, reporting directives, annex on the calculation of the grant element
(equal principal, annuity; payments several times a year); repository usnistgov/e3, tests of AlternativeSummary.
"""

import pytest

import edsim.finance as fin

pytestmark = pytest.mark.reference


def _oecd_equal_principal(rate: float, reference: float, maturity: float, grace: float, per_year: int) -> float:
    """Return the grant element of equal principal payments, written as in the directives (ZG, ZM, ZX)."""
    interval = grace - 1.0 / per_year
    repaid = maturity - interval
    d = (1.0 + reference) ** (1.0 / per_year) - 1.0
    n = per_year * repaid
    c1, c2 = (1.0 + reference) ** interval, (1.0 + reference) ** repaid
    zg = rate * (1.0 - 1.0 / c1) / (per_year * d)
    zm = (1.0 / n) * (1.0 / c1) * ((1.0 - 1.0 / c2) / d)
    zx = (rate / (per_year * n)) * (1.0 / c1) * ((1.0 / c2) - 1.0 + d * n) / d**2
    return 1.0 - zg - zm - zx


@pytest.mark.parametrize("per_year", [1, 2, 4])
@pytest.mark.parametrize("reference", [0.05, 0.06, 0.10])
def test_grant_element_of_the_directives(reference: float, per_year: int) -> None:
    """Loan of the directives: 10 years, 2.5 %, first repayment after 2 years and one payment interval.

    Proves: each payment is discounted at its own time. If ignored: half-yearly payments would count as yearly and
    the grant element come out about one point high.
    """
    terms = fin.LoanTerms(0.025, 10, "equal_principal", grace_a=2, payments_per_year=per_year)
    found = fin.grant_element(1000.0, fin.loan_schedule(1000.0, terms, 10), reference)
    expected = _oecd_equal_principal(0.025, reference, 10.0, 2.0 + 1.0 / per_year, per_year)
    assert found.required() == pytest.approx(expected, abs=1e-12)


def test_adjusted_rate_of_return_of_e3() -> None:
    """SIR 2.5 over 10 years with reinvestment at 5 % is 15.0756137704478 %; SIR 1 is the reinvestment rate."""
    base = fin.lcc(fin.Alternative("base", (fin.OneOffCost("repair", "om_one_off", 250.0),)), 0.03, 10)
    other = fin.lcc(fin.Alternative("other", (fin.OneOffCost("machine", "investment", 100.0),)), 0.03, 10)
    compared = fin.compare_life_cycle(base, other, reinvestment_rate=0.05)
    assert compared.sir.value == pytest.approx(2.5)
    assert compared.airr.value == pytest.approx(0.150756137704478, abs=1e-13)
    even = fin.lcc(fin.Alternative("even", (fin.OneOffCost("machine", "investment", 250.0),)), 0.03, 10)
    assert fin.compare_life_cycle(base, even, reinvestment_rate=0.05).airr.value == pytest.approx(0.05)
