"""Paybacks, comparisons, levelized cost: each definition on a case solved by hand."""

import numpy as np
import pytest

import edsim.finance as fin
from edsim.core.errors import DataError
from edsim.finance.returns import irr_of_rows


def test_paybacks_differ_by_definition() -> None:
    """Proves: 100 / 20 is 5 years, but the flows recover 100 after 3.5. If ignored: one word, two answers."""
    times = fin.payback([-100.0, 20.0, 40.0, 30.0, 20.0, 50.0], 0.1)
    assert times.simple_ratio.value == pytest.approx(5.0)
    assert times.simple.value == pytest.approx(3.5)
    assert times.discounted.value == pytest.approx(4 + (100 - 87.439) / (50 / 1.1**5), abs=1e-3)


@pytest.mark.parametrize("first_year", [1, 2, 3])
def test_a_simple_payback_needs_money_spent_up_to_year_0(first_year: int) -> None:
    """Proves: flows that begin after year 0 have no ratio of investment to first saving.

    If ignored: from year 2 on the sum of all flows but the last, over the last one, is taken for it (here 8 years).
    """
    assert fin.payback([-100.0, 10.0, 10.0, 10.0], first_year=first_year).simple_ratio.reason == "no_investment"


def test_lasting_payback_waits_for_a_replacement() -> None:
    times = fin.payback([-100.0, 60.0, 60.0, -50.0, 60.0])
    assert times.simple.value == pytest.approx(1 + 40 / 60)
    assert times.simple_lasting.value == pytest.approx(3 + 30 / 60)


@pytest.mark.parametrize(
    ("flows", "reason"), [([-100.0, 10.0, 10.0], "beyond_horizon"), ([100.0, 10.0], "no_investment")]
)
def test_payback_without_answer_has_a_reason(flows: list[float], reason: str) -> None:
    times = fin.payback(flows)
    assert (times.simple.value, times.simple.reason) == (None, reason)
    assert times.discounted.reason == "no_discount_rate"


def test_ratio_without_extra_investment_is_undefined() -> None:
    cheap = fin.lcc(fin.Alternative("a", (fin.OneOffCost("x", "investment", 10),)), 0.05, 5)
    dear = fin.lcc(fin.Alternative("b", (fin.OneOffCost("x", "investment", 20),)), 0.05, 5)
    compared = fin.compare_life_cycle(dear, cheap)
    assert compared.net_savings == pytest.approx(10)
    assert compared.sir.reason == "no_extra_investment"
    assert compared.airr.reason == "no_extra_investment"


def test_alternatives_over_different_years_are_not_compared() -> None:
    one = fin.lcc(fin.Alternative("a", (fin.OneOffCost("x", "investment", 10),)), 0.05, 5)
    other = fin.lcc(fin.Alternative("b", (fin.OneOffCost("x", "investment", 10),)), 0.05, 6)
    with pytest.raises(DataError, match="E708"):
        fin.compare_life_cycle(one, other)


def test_mid_year_and_year_range_of_annual_costs() -> None:
    upkeep = fin.AnnualCost("upkeep", "om_annual", 100.0, first_year=2, last_year=3)
    cost = fin.lcc(fin.Alternative("a", annual=(upkeep,)), 0.1, 5, timing="mid")
    assert cost.total == pytest.approx(100 / 1.1**1.5 + 100 / 1.1**2.5)


def test_escalating_factor_starts_where_told() -> None:
    blcc = fin.upv_escalating(0.03, 3, 0.02)
    sam = fin.upv_escalating(0.03, 3, 0.02, escalation_start="second_year")
    assert blcc == pytest.approx(sum((1.02 / 1.03) ** t for t in (1, 2, 3)))
    assert sam == pytest.approx(blcc / 1.02)


def test_levelized_cost_and_stack() -> None:
    study = fin.Study("c", "p", 10, 0.08, "USD", 2025)
    asset = fin.AssetCost("m", "plant", 1000.0, 10.0, fixed_om_per_a=20.0, salvage="zero")
    flows = fin.build_cash_flows(study, [asset], [fin.AnnualLine("energy_purchase", -50.0)])
    output = np.concatenate(([0.0], np.full(10, 2000.0)))
    cost = fin.levelized_cost(flows, output, 0.08)
    by_hand = (1000 * fin.crf(0.08, 10) + 70) / 2000
    assert cost.value == pytest.approx(by_hand)
    stack = fin.cost_stack(flows, output, 0.08)
    assert sum(stack.values()) == pytest.approx(by_hand)
    assert stack["energy_purchase"] == pytest.approx(0.025)
    assert fin.per_ton_hour(1.0) == pytest.approx(3.5168528)


def test_levelized_cost_without_output_is_undefined() -> None:
    assert fin.levelized_cost([100.0, 1.0], [0.0, 0.0], 0.1).reason == "no_output"


def test_fixed_charge_rate_without_tax_is_the_recovery_factor() -> None:
    terms = fin.FixedChargeTerms(25, 0.08, 0.04, 0.5, 0.0, 0.02, tuple(fin.macrs(5)))
    result = fin.fixed_charge_rate(terms)
    assert result.project_financing_factor == pytest.approx(1.0)
    assert result.rate == pytest.approx(fin.crf(result.wacc_real, 25))
    priced = fin.levelized_cost_fixed_charge(result.rate, 1e6, 2e4, 1e6, 0.001)
    assert priced.value == pytest.approx((result.rate * 1e6 + 2e4) / 1e6 + 0.001)


def test_fixed_charge_rate_with_tax_by_hand() -> None:
    """Proves: depreciation is discounted at the nominal rate. If ignored: PFF would be too low."""
    terms = fin.FixedChargeTerms(20, 0.10, 0.05, 0.4, 0.3, 0.03, (0.5, 0.5), (0.5, 0.5), 0.06)
    nominal = 0.6 * (1.1 * 1.03 - 1) + 0.4 * (1.05 * 1.03 - 1) * 0.7
    written = 0.5 / (1 + nominal) + 0.5 / (1 + nominal) ** 2
    result = fin.fixed_charge_rate(terms)
    assert result.wacc_nominal == pytest.approx(nominal)
    assert result.project_financing_factor == pytest.approx((1 - 0.3 * written) / 0.7)
    interest = 0.5 * 0.7 * (1.06**0.5 - 1) + 0.5 * 0.7 * (1.06**1.5 - 1)
    assert result.construction_financing_factor == pytest.approx(1 + interest)


def test_mirr_without_inflow_is_undefined() -> None:
    assert fin.mirr([-1.0, -2.0], 0.1, 0.1).reason == "no_sign_change"


def test_touching_root_is_found() -> None:
    """Proves: (1 - x)^2 at x = 1/1.2 has one double root. If ignored: the scan would see no sign change."""
    x = 1 / 1.2
    result = fin.irr([x * x * 100, -2 * x * 100, 100.0])
    assert result.value == pytest.approx(0.2, abs=1e-5)


def test_rates_of_many_rows_are_those_of_each() -> None:
    """Proves: rows with one, several, touching and no roots, late starts and losses get the rate they get alone.

    If ignored: thousands of price alternatives would rank by another rate than the run of each.
    """
    x = 1 / 1.2
    rows = np.random.default_rng(4).normal(1.0, 3.0, (30, 7))
    rows[:15, 0] = -9.0
    rows[20, :3], rows[20, 3:] = (x * x * 100, -2 * x * 100, 100.0), 0.0
    rows[21, 3:], rows[22] = 0.0, 0.0
    rows[23], rows[24, 0] = np.abs(rows[23]), 0.0
    one_by_one = [np.nan if (value := fin.irr(row).value) is None else value for row in rows]
    np.testing.assert_allclose(irr_of_rows(rows), one_by_one, rtol=1e-12, atol=1e-12)
    assert 0 < np.isnan(one_by_one).sum() < 20


def test_root_beyond_the_range_is_named() -> None:
    assert fin.irr([-1.0, 100.0]).reason == "no_root_in_range"
    assert fin.irr([0.0, 0.0]).reason == "no_cash_flow"


def test_measure_holds_a_value_or_a_reason() -> None:
    with pytest.raises(ValueError, match="either"):
        fin.Measure(None)
    with pytest.raises(ValueError, match="finite"):
        fin.Measure(float("inf"))
    with pytest.raises(DataError, match="no_output"):
        fin.levelized_cost([1.0], [0.0], 0.1).required()
