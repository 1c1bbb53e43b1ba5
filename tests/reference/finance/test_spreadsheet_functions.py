"""Answers of spreadsheet functions: NPV, XNPV, IRR, XIRR, MIRR, IPMT, PPMT, CUMIPMT, DDB, DB, SYD and a levelized cost.

Source: repository PHPOffice/PhpSpreadsheet, tests/data/Calculation/Financial (commits 42761f9, 03dbbf8, 1cb63c5,
107f707, 31b533f, 0a56a9c, 9dde358, 3862956), whose first cases are the examples of Microsoft's pages on these
functions; the levelized cost is the example of the Python package lcoe 0.3.2.
"""

import numpy as np
import pytest

import edsim.finance as fin

pytestmark = pytest.mark.reference

_FIVE = [-70000, 12000, 15000, 18000, 21000, 26000]
_MACHINE = [-120000, 39000, 30000, 21000, 37000, 46000]


@pytest.mark.parametrize(
    ("rate", "flows", "expected"),
    [
        (0.10, [-10000, 3000, 4200, 6800], 1188.4434123352),
        (0.08, [8000, 9200, 10000, 12000, 14500], 41922.061554931999),
        (0.08, [8000, 9200, 10000, 12000, 14500, -9000], 36250.534912984003),
        (0.05, [2000, 2400, 2900, 3500, 4100], 12678.677633095),
    ],
)
def test_npv_of_flows_from_year_one(rate: float, flows: list[float], expected: float) -> None:
    """Proves: `first_year=1` is the spreadsheet's NPV. If ignored: the first flow would not be discounted."""
    assert fin.npv(flows, rate, first_year=1) == pytest.approx(expected, rel=1e-12)


def test_npv_on_dates() -> None:
    dates = ["2018-06-30", *(f"{year}-12-31" for year in range(2018, 2028))]
    flows = [0, *(120000,) * 10]
    assert fin.npv(flows, 0.10, timing="actual365", dates=dates) == pytest.approx(772830.734, abs=5e-4)
    falling = fin.npv([-100, 110], -0.10, timing="actual365", dates=["2019-12-31", "2020-12-31"])
    assert falling == pytest.approx(22.257507852701, abs=1e-11)


@pytest.mark.parametrize(
    ("flows", "expected"),
    [
        (_FIVE, 0.086630948036519995),
        (_FIVE[:5], -0.02124484827341),
        (_FIVE[:4], -0.1821374641455),
        ([-100, 20, 24, 28.8], -0.13618951095869),
        ([-100, 20, 24, 28.8, 34.56, 41.47], 0.13057575637152699),
    ],
)
def test_irr(flows: list[float], expected: float) -> None:
    """A spreadsheet stops its search at 0.00001 %."""
    assert fin.irr(flows).value == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize(
    ("flows", "dates", "expected"),
    [
        ([-100, 20, 40, 25], ["2010-01-01", "2010-04-01", "2010-10-01", "2011-02-01"], -0.197387315),
        (
            [-10000, 2750, 4250, 3250, 2750, 46000],
            ["2008-01-01", "2008-03-01", "2008-10-30", "2009-02-15", "2009-04-01", "2009-06-01"],
            3.434984565,
        ),
        ([4000, -46000], ["2015-04-01", "2019-06-27"], 0.77868869226873),
        ([55600, -51094.83], ["2021-11-24", "2021-12-24"], -0.642307613),
        (
            [-1000, -2500, -1000, 5050],
            ["2016-01-15", "2016-02-08", "2016-04-17", "2016-08-24"],
            0.2504234710540838,
        ),
    ],
)
def test_irr_on_dates(flows: list[float], dates: list[str], expected: float) -> None:
    """A spreadsheet stops its search at 0.000001 %."""
    assert fin.irr(flows, timing="actual365", dates=dates).value == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize(
    ("flows", "reinvest", "expected"),
    [
        (_MACHINE, 0.12, 0.12609413036591),
        (_MACHINE[:4], 0.12, -0.048044655249981),
        (_MACHINE, 0.14, 0.13475911082830999),
    ],
)
def test_mirr(flows: list[float], reinvest: float, expected: float) -> None:
    assert fin.mirr(flows, 0.10, reinvest).value == pytest.approx(expected, abs=1e-13)


@pytest.mark.parametrize(
    ("amount", "rate", "periods", "which", "interest"),
    [
        (8000, 0.10, 3, 3, 292.44712990937001),
        (8000, 0.0085, 3, 3, 22.858787457480013),
        (50000, 0.00425, 60, 1, 212.50),
        (50000, 0.00425, 60, 2, 209.38324500656188),
    ],
)
def test_interest_of_a_payment(amount: float, rate: float, periods: int, which: int, interest: float) -> None:
    loan = fin.loan_schedule(amount, fin.LoanTerms(rate, periods), periods)
    assert loan.interest[which] == pytest.approx(interest, abs=1e-9)


def test_principal_of_a_payment() -> None:
    last = fin.loan_schedule(200000, fin.LoanTerms(0.08, 10), 10).principal[10]
    assert last == pytest.approx(27598.053462421, abs=1e-9)
    monthly = fin.loan_schedule(50000, fin.LoanTerms(0.05 / 12, 60), 60).principal
    assert monthly[1:3] == pytest.approx([735.22834886722, 738.29180032083], abs=1e-9)


def test_interest_of_the_second_year() -> None:
    """Proves: twelve payments a year add up by years as CUMIPMT does. If ignored: yearly rests give 11 167.47."""
    mortgage = fin.loan_schedule(125000, fin.LoanTerms(0.09, 30, payments_per_year=12), 30)
    assert mortgage.interest[2] == pytest.approx(11135.232130750999, abs=1e-8)
    five = fin.loan_schedule(50000, fin.LoanTerms(12 * 0.004175, 5, payments_per_year=12), 5).interest[1:]
    printed = [2299.6141712553544, 1836.8883999349455, 1350.4402595996685, 839.0535854569902, 301.4498641014851]
    assert five == pytest.approx(printed, abs=1e-8)


def test_double_declining_balance() -> None:
    shares = fin.declining_balance(10, switch_to_straight_line=False, salvage_frac=300 / 2400)
    assert 2400 * shares[[0, 9]] == pytest.approx([480.0, 22.122547200000302], abs=1e-9)
    slower = fin.declining_balance(10, factor=1.5, switch_to_straight_line=False, salvage_frac=300 / 2400)
    assert 2400 * slower[1] == pytest.approx(306.0, abs=1e-9)
    five = fin.declining_balance(5, switch_to_straight_line=False, salvage_frac=0.1)
    assert 10000 * five == pytest.approx([4000.0, 2400.0, 1440.0, 864.0, 296.0], abs=1e-9)


def test_sum_of_years_digits() -> None:
    five = fin.sum_of_years_digits(5, salvage_frac=0.1)
    assert 10000 * five == pytest.approx([3000, 2400, 1800, 1200, 600], abs=1e-9)
    ten = fin.sum_of_years_digits(10, salvage_frac=0.25)
    assert 30000 * ten[[0, 9]] == pytest.approx([4090.909090909091, 409.09090909090907], abs=1e-9)
    assert 8000 * fin.sum_of_years_digits(7)[2] == pytest.approx(1428.5714285714287, abs=1e-9)


def test_levelized_cost_with_output_from_year_zero() -> None:
    cost = np.full(20, 25e6)
    cost[0] += 500e6
    assert fin.levelized_cost(cost, np.full(20, 2e9), 0.07).value == pytest.approx(0.03455442190262982, rel=1e-13)
