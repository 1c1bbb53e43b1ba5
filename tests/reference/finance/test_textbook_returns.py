"""Returns, paybacks and effective interest printed in textbooks, an accounting standard and NIST's tables.

Sources: Brigham and Ehrhardt, Financial Management, Theory and Practice, projects S and L (cost of capital 10 %);
Brealey, Myers and Allen, Principles of Corporate Finance, project F (IRR rule); Lorie and Savage, Three Problems in
Rationing Capital, Journal of Business 28 (1955), the oil pump; IFRS 9, guidance B.26, amortised cost of a debt bought
at 1000; NIST Handbook 135, annual supplement, tables A-1 and A-2 (single and uniform present value at 3 %).
"""

import numpy as np
import pytest

import edsim.finance as fin

pytestmark = pytest.mark.reference

_S = [-1000, 500, 400, 300, 100]
_L = [-1000, 100, 300, 400, 600]


@pytest.mark.parametrize(
    ("flows", "npv", "irr", "mirr", "payback", "discounted"),
    [(_S, 78.82, 0.145, 0.121, 2.33, 2.95), (_L, 49.18, 0.118, 0.113, 3.33, 3.88)],
)
def test_projects_s_and_l(
    flows: list[float], npv: float, irr: float, mirr: float, payback: float, discounted: float
) -> None:
    """Proves: all five measures of one project come out as printed. If ignored: one of them has a timing of its own."""
    assert fin.npv(flows, 0.10) == pytest.approx(npv, abs=0.005)
    assert fin.irr(flows).value == pytest.approx(irr, abs=5e-4)
    assert fin.mirr(flows, 0.10, 0.10).value == pytest.approx(mirr, abs=5e-4)
    found = fin.payback(flows, 0.10)
    assert found.simple.value == pytest.approx(payback, abs=0.005)
    assert found.discounted.value == pytest.approx(discounted, abs=0.005)


def test_return_of_project_f() -> None:
    assert fin.irr([-4000, 2000, 4000]).value == pytest.approx(0.2808, abs=5e-5)


def test_the_oil_pump_has_two_rates_of_return() -> None:
    """Proves: 25 % and 400 % are both told. If ignored: a project worth nothing at 10 % "earns" 25 %."""
    found = fin.irr([-1600, 10000, -10000])
    assert not found.unique
    assert found.roots == pytest.approx((0.25, 4.0), abs=1e-9)
    assert fin.npv([-1600, 10000, -10000], 0.10) < 0.0


def test_effective_interest_of_a_debt_bought_below_its_face() -> None:
    """Proves: 59 a year and 1250 after five years for 1000 is 10 %; what is owed grows 1041, 1086, 1136, 1190, 1250."""
    flows = np.array([-1000.0, 59.0, 59.0, 59.0, 59.0, 1309.0])
    rate = fin.irr(flows).value
    assert rate == pytest.approx(0.10, abs=5e-4)
    owed = [fin.future_value(rate, k, -59.0, 1000.0) for k in range(1, 5)]
    assert [round(abs(x)) for x in owed] == [1041, 1086, 1136, 1190]


@pytest.mark.parametrize(
    ("years", "single", "uniform"), [(10, 0.744, 8.53), (15, 0.642, 11.94), (20, 0.554, 14.88), (25, 0.478, 17.41)]
)
def test_present_value_factors_of_nist(years: int, single: float, uniform: float) -> None:
    assert fin.discount_factors(years + 1, 0.03)[-1] == pytest.approx(single, abs=5e-4)
    assert fin.upv(0.03, years) == pytest.approx(uniform, abs=5e-3)
