"""The options that make the pro forma follow REopt's pro forma, against its arithmetic done by hand."""

import numpy as np
import pytest

import edsim.finance as fin

_YEARS = 25
_CAPEX, _BILL, _OM, _TAX, _RATE = 1.0e6, 1.6e5, 2.0e4, 0.26, 0.0638
_ELEC, _GROWTH = 0.017, 0.025


def _project(*, third_party: bool) -> fin.ProjectInputs:
    saving = fin.operating_series(_BILL, _YEARS, escalation=_ELEC, escalation_start="first_year")
    upkeep = fin.operating_series(_OM, _YEARS, escalation=_GROWTH, escalation_start="first_year")
    return fin.ProjectInputs(
        years=_YEARS,
        revenue={} if third_party else {"avoided bill": saving},
        operating_cost={"om": upkeep},
        investments=(fin.Investment("pv", _CAPEX, tuple(fin.with_bonus(fin.macrs(5), 0.6)), credit_eligible=True),),
        discount_rate=_RATE,
        tax=fin.TaxTerms(rate=_TAX, losses="as_generated"),
        credits=fin.TaxCredits(investment_frac=0.3, basis_reduction_frac=0.5),
    )


def _by_hand(saving: float) -> np.ndarray:
    """Return REopt's free cash flow: growth from year 1, tax on all flows, credit in year 1, half off the basis."""
    t = np.arange(1, _YEARS + 1)
    basis = _CAPEX * (1 - 0.3 * 0.5)
    written = np.zeros(_YEARS)
    written[:6] = basis * 0.4 * np.array([0.2, 0.32, 0.192, 0.1152, 0.1152, 0.0576])
    written[0] += basis * 0.6
    flow = (saving * (1 + _ELEC) ** t - _OM * (1 + _GROWTH) ** t) * (1 - _TAX) + written * _TAX
    flow[0] += 0.3 * _CAPEX
    return np.concatenate(([-_CAPEX], flow))


def test_direct_ownership() -> None:
    result = fin.pro_forma(_project(third_party=False))
    assert result.equity_cash_flow == pytest.approx(_by_hand(_BILL), abs=1e-6)


def test_third_party_payment() -> None:
    """Proves: the host's payment makes the developer's value zero at its own rate, before tax of the payment."""
    flows = fin.pro_forma(_project(third_party=True)).equity_cash_flow
    assert flows == pytest.approx(_by_hand(0.0), abs=1e-6)
    cost = -fin.npv(flows, 0.0638)
    factor = _RATE * (1 + _RATE) ** _YEARS / ((1 + _RATE) ** _YEARS - 1) / (1 - _TAX)
    assert fin.host_payment(flows, _RATE, _TAX) == pytest.approx(cost * factor)
