"""Answers of NREL SAM (ssc in PySAM 7.1.1, BSD-3): single owner with sculpted debt, and commercial cash loan.

Single owner: defaults of the configuration PVWattsSingleOwner, PPA price 0.04 USD/kWh growing 1 %/a, and a flat
generation of 210 GWh in year 1. Cash loan: defaults of PVWattsCommercial, 60 % debt over 20 years and a bill saving
of 90,000 USD in year 1. The answers were computed once with that software and are restated here.
"""

import numpy as np
import pytest

import edsim.finance as fin

pytestmark = pytest.mark.reference

_YEARS = 25
_NOMINAL = fin.to_nominal(0.064, 0.025)
# SAM rounds its production credit to 0.1 cent per kWh and its straight-line tables to 0.01 %.
_CREDIT_PER_KWH = (0.030, 0.031, 0.032, 0.032, 0.033, 0.034, 0.035, 0.036, 0.037, 0.037)
_STRAIGHT_15 = (0.0333, *(0.0667,) * 6, *(0.0666, 0.0667) * 4, 0.0333)
_STRAIGHT_20 = (0.025, *(0.05,) * 19, 0.025)


def _energy() -> np.ndarray:
    return fin.operating_series(2.1e8, _YEARS, degradation=0.005)


def _single_owner() -> fin.ProjectInputs:
    cost, energy = 112_068_000.0, _energy()
    credit = np.zeros(_YEARS)
    credit[:10] = energy[:10] * np.array(_CREDIT_PER_KWH)
    parts = (
        fin.Investment("five-year property", 0.9 * cost, tuple(fin.macrs(5)), credit_eligible=True),
        fin.Investment("fifteen-year property", 0.015 * cost, tuple(fin.macrs(15))),
        fin.Investment("straight line 15", 0.025 * cost, _STRAIGHT_15),
        fin.Investment("straight line 20", 0.03 * cost, _STRAIGHT_20),
        fin.Investment("not depreciated", 0.03 * cost),
    )
    return fin.ProjectInputs(
        years=_YEARS,
        revenue={"ppa": energy * 0.04 * 1.01 ** np.arange(_YEARS)},
        operating_cost={"om": fin.operating_series(1.9e6, _YEARS, escalation=0.025)},
        investments=parts,
        discount_rate=_NOMINAL,
        major_reserves=(fin.MajorReserve("inverters", 1e7, 15, 0.025, tuple(fin.macrs(5))),),
        other_financing_cost=2_941_800.0,
        debt=fin.DebtTerms(fin.LoanTerms(0.07, 18, "sculpted"), dscr=1.3, upfront_fee_frac=0.0275, dsra_months=6),
        reserves=fin.Reserves(operating_months=6, interest_rate=0.0175),
        tax=fin.TaxTerms(rate=0.21, local_rate=0.07, losses="as_generated"),
        credits=fin.TaxCredits(production=credit),
        depreciable=("investment", "other_financing"),
        debt_cash="before_tax",
    )


def test_single_owner_financing() -> None:
    result = fin.pro_forma(_single_owner())
    assert result.debt["debt"] == pytest.approx(43_120_398.57, abs=0.01)
    assert result.equity == pytest.approx(76_162_911.41, abs=0.01)
    assert sum(result.uses.values()) == pytest.approx(119_283_309.98, abs=0.01)
    assert result.minimum_dscr.value == pytest.approx(1.3, abs=1e-9)


def test_single_owner_returns() -> None:
    result = fin.pro_forma(_single_owner())
    assert result.equity_irr.value == pytest.approx(0.08725645693, abs=1e-6)  # SAM's own root is that precise
    assert fin.irr(result.equity_cash_flow[:21]).value == pytest.approx(0.07699479, abs=1e-6)
    assert result.equity_npv == pytest.approx(-1_314_298.243, abs=0.01)
    printed = [-76162911.41, 12240532.04, 15771278.62, 12414970.57, 10254724.86, 10408129.61, 8976398.65]
    assert result.equity_cash_flow[:7] == pytest.approx(printed, abs=0.01)


def test_single_owner_levelized_cost() -> None:
    """Proves: real LCOE discounts energy at the real rate. If ignored: 3.50 would read as 4.39 cents/kWh."""
    cost = fin.pro_forma(_single_owner()).cost_to_recover("ppa")
    output = np.concatenate(([0.0], _energy()))
    nominal = fin.levelized_cost(cost, output, _NOMINAL)
    real = fin.levelized_cost(cost, output, _NOMINAL, output_discount_rate=0.064)
    assert nominal.value == pytest.approx(0.04389701, abs=1e-7)
    assert real.value == pytest.approx(0.03504152, abs=1e-7)


def test_single_owner_price_for_a_return_in_year_20() -> None:
    """SAM's target mode: the price for 7.699 % in year 20 is the 4 cents that gave that return."""
    target = fin.Target("equity_irr", 0.07699479, by_year=20)
    index = 1.01 ** np.arange(_YEARS)
    found = fin.required_tariff(_single_owner(), _energy(), target, price_index=index, line="ppa")
    assert found.price.value == pytest.approx(0.04, abs=1e-6)


def _cash_loan(*, with_debt: bool) -> fin.ProForma:
    t = np.arange(_YEARS)
    project = fin.ProjectInputs(
        years=_YEARS,
        revenue={"bill saving": 90_000.0 * 1.025**t * 0.995**t},
        operating_cost={"om": fin.operating_series(22.0 * 540, _YEARS, escalation=0.025)},
        investments=(fin.Investment("pv", 948_197.0, tuple(fin.macrs(5)), credit_eligible=True),),
        discount_rate=_NOMINAL,
        debt=fin.DebtTerms(fin.LoanTerms(0.07, 20), dscr=None, gearing_max=0.6) if with_debt else None,
        tax=fin.TaxTerms(rate=0.21, local_rate=0.07, losses="as_generated"),
        credits=fin.TaxCredits(investment_frac=0.3, basis_reduction_frac=0.5),
    )
    return fin.pro_forma(project)


def test_cash_loan() -> None:
    result = _cash_loan(with_debt=True)
    assert result.debt["debt"] == pytest.approx(568_918.2, abs=0.01)
    assert result.equity_npv == pytest.approx(290_516.72, abs=0.01)
    printed = [-379_278.80, 341_482.02, 83_519.97, 56_991.50]
    assert result.equity_cash_flow[:4] == pytest.approx(printed, abs=0.01)


def test_cash_loan_payback_is_on_flows_without_debt() -> None:
    times = fin.payback(_cash_loan(with_debt=False).equity_cash_flow, _NOMINAL)
    assert times.simple.value == pytest.approx(7.37241997, abs=1e-7)
    assert times.discounted.value == pytest.approx(15.31108526, abs=1e-7)
