"""Published answers of time-value-of-money functions.

Sources of the cases: numpy-financial (repository numpy/numpy-financial, commit f47e8af, tests and docstrings);
MathWorks Financial Toolbox pages pvvar, depstln, deprdv and "Analyzing and Computing Cash Flows"; Maple Help
Finance/cashflows; pyxirr (repository Anexen/pyxirr, commit 5f31a85, Excel answers); IRS Publication 946 table A-1.
"""

import numpy as np
import pytest

import edsim.finance as fin

pytestmark = pytest.mark.reference


@pytest.mark.parametrize(
    ("rate", "flows", "expected", "within"),
    [
        (0.05, [-15000, 1500, 2500, 3500, 4500, 6000], 122.89, 0.01),
        (0.08, [-40000, 5000, 8000, 12000, 30000], 3065.22267, 1e-5),
        (0.05, [-4000, 500, 800], -2798.19, 0.005),
        (0.10, [-5000, 600, 900], -3710.74, 0.005),
        (0.08, [-10000, 2000, 1500, 3000, 3800, 5000], 1715.4, 0.05),
        (0.10, [0, 100, 200, 50], 293.7640872, 1e-6),
    ],
)
def test_npv(rate: float, flows: list[float], expected: float, within: float) -> None:
    assert fin.npv(flows, rate) == pytest.approx(expected, abs=within)


_DATES = ["1987-01-12", "1988-02-14", "1988-03-03", "1988-06-14", "1988-12-01"]


@pytest.mark.parametrize(
    ("rate", "flows", "expected"),
    [
        (0.09, [-10000, 2500, 2000, 3000, 4000], 142.1648),
        (0.07, [-10000, 2500, 2000, 3000, 4000], 419.0136),
        (0.09, [-10000, 1500, 2000, 3000, 4000], -768.1461),
    ],
)
def test_npv_on_dates(rate: float, flows: list[float], expected: float) -> None:
    assert fin.npv(flows, rate, timing="actual365", dates=_DATES) == pytest.approx(expected, abs=5e-5)


_LATE_OUTFLOWS = [
    *(-217500.0, -217500.0, 108466.80462450592, 101129.96439328062, 93793.12416205535, 86456.28393083003),
    *(79119.44369960476, 71782.60346837944, 64445.76323715414, 57108.92300592884, 49772.08277470355),
    *(42435.24254347826, 35098.40231225296, 27761.56208102766, 20424.721849802358, 13087.88161857707),
    *(5751.041387351768, -1585.7988438735192, -8922.639075098821, -16259.479306324123, -23596.31953754941),
    *(-30933.159768774713, -38270.0, -45606.8402312253, -52943.680462450604, -60280.520693675906),
    -67617.36092490121,
]


@pytest.mark.parametrize(
    ("flows", "expected", "within"),
    [
        ([-150000, 15000, 25000, 35000, 45000, 60000], 0.0524, 5e-5),
        ([-100, 39, 59, 55, 20], 0.28095, 5e-6),
        ([-100, 0, 0, 74], -0.0955, 5e-5),
        ([-100, 100, 0, -7], -0.0833, 5e-5),
        ([-100, 100, 0, 7], 0.06206, 5e-6),
        ([-5, 10.5, 1, -8, 1], 0.0886, 5e-5),
        ([-1678.87, 771.96, 1814.05, 3520.3, 3552.95, 3584.99, 4789.91, -1], 1.00426, 1e-4),
        (_LATE_OUTFLOWS, 0.12, 1e-7),
        ([-20000, 2000, 2500, 3500, -5000, 6500, 9500, 9500, 9500], 0.1172, 5e-5),
    ],
)
def test_irr(flows: list[float], expected: float, within: float) -> None:
    assert fin.irr(flows).value == pytest.approx(expected, abs=within)


def test_irr_reports_all_roots() -> None:
    two = fin.irr([-100, 100, 0, -7])
    assert not two.unique
    assert two.roots == pytest.approx((-0.67889, -0.0833), abs=5e-5)
    three = fin.irr([-5, 10.5, 1, -8, 1])
    assert three.roots == pytest.approx((-0.8702, 0.0886, 0.70956), abs=5e-5)


def test_irr_without_sign_change_has_a_reason() -> None:
    result = fin.irr([1, 2, 3])
    assert result.value is None
    assert result.reason == "no_sign_change"


def test_irr_on_unordered_dates() -> None:
    dates = ["2015-06-11", "2015-07-21", "2018-06-10", "2015-10-17"]
    result = fin.irr([-1000, -9000, 20000, -3000], timing="actual365", dates=dates)
    assert result.value == pytest.approx(0.16353715844, abs=1e-9)


@pytest.mark.parametrize(
    ("flows", "finance", "reinvest", "expected", "within"),
    [
        ([-4500, -800, 800, 800, 600, 600, 800, 800, 700, 3000], 0.08, 0.055, 0.0666, 1e-4),
        ([-120000, 39000, 30000, 21000, 37000, 46000], 0.1, 0.12, 0.126094, 1e-6),
        ([-100, 50, -60, 70], 0.1, 0.12, -0.03909366594356467, 1e-12),
    ],
)
def test_mirr(flows: list[float], finance: float, reinvest: float, expected: float, within: float) -> None:
    assert fin.mirr(flows, finance, reinvest).value == pytest.approx(expected, abs=within)


def test_level_payments_and_values() -> None:
    assert fin.payment(0.08 / 12, 60, 15000) == pytest.approx(-304.145914, abs=1e-6)
    assert fin.payment(0.0, 60, 15000) == pytest.approx(-250.0, abs=1e-9)
    assert fin.payment(0.075 / 12, 180, 200000) == pytest.approx(-1854.0247200054619, abs=1e-9)
    assert fin.present_value(0.07, 20, 12000) == pytest.approx(-127128.1709461939, abs=1e-6)
    assert fin.future_value(0.075, 20, -2000) == pytest.approx(86609.36267304292, abs=1e-6)
    assert fin.future_value(0.075, 20, -2000, due_at_start=True) == pytest.approx(93105.064874, abs=1e-5)
    assert fin.number_of_periods(0.075, -2000, 0, 100000) == pytest.approx(21.544944, abs=1e-5)
    assert fin.period_rate(10, 0, -3500, 10000) == pytest.approx(0.1106908537142689, abs=1e-9)


def test_loan_schedule_of_twelve_months() -> None:
    terms = fin.LoanTerms(rate=0.0824 / 12, tenor_a=12)
    loan = fin.loan_schedule(2500.0, terms, 12)
    principal = [200.58, 201.96, 203.35, 204.74, 206.15, 207.56, 208.99, 210.42, 211.87, 213.32, 214.79, 216.26]
    interest = [17.17, 15.79, 14.4, 13.01, 11.6, 10.18, 8.76, 7.32, 5.88, 4.42, 2.96, 1.49]
    balance = [2299.42, 2097.46, 1894.11, 1689.37, 1483.22, 1275.66, 1066.67, 856.25, 644.38, 431.05, 216.26, 0.0]
    assert loan.principal[1:] == pytest.approx(principal, abs=0.005)
    assert loan.interest[1:] == pytest.approx(interest, abs=0.005)
    assert loan.balance[1:] == pytest.approx(balance, abs=0.005)
    assert loan.interest.sum() == pytest.approx(112.98, abs=0.005)


def test_principal_and_interest_parts() -> None:
    first = fin.loan_schedule(55000.0, fin.LoanTerms(0.1 / 12, 60), 60)
    assert first.principal[1] == pytest.approx(710.254126, abs=1e-6)
    other = fin.loan_schedule(2000.0, fin.LoanTerms(0.1 / 12, 24), 24)
    assert other.interest[1:5] == pytest.approx([16.66666667, 16.03647345, 15.40102862, 14.76028842], abs=1e-7)


def test_depreciation() -> None:
    assert 13000 * fin.straight_line(10, salvage_frac=1000 / 13000) == pytest.approx(np.full(10, 1200.0))
    assert fin.macrs(5) == pytest.approx([0.2, 0.32, 0.192, 0.1152, 0.1152, 0.0576], abs=1e-12)
    seven = [0.1429, 0.2449, 0.1749, 0.1249, 0.0893, 0.0892, 0.0893, 0.0446]
    assert fin.macrs(7) == pytest.approx(seven, abs=1e-12)


def test_uniform_present_value_factor() -> None:
    assert fin.upv(0.03, 15) == pytest.approx(11.9379, abs=5e-5)
    assert fin.to_nominal(0.064, 0.025) == pytest.approx(0.0906, abs=5e-5)
