"""The cash-flow table and its builders, on cases solved by hand."""

import numpy as np
import pytest

import edsim.finance as fin
from edsim.core.errors import DataError


def _study(**changes: object) -> fin.Study:
    given = {
        "case": "c",
        "variant": "project",
        "horizon_a": 10,
        "discount_rate": 0.1,
        "currency": "COP",
        "price_year": 2025,
    }
    return fin.Study(**(given | changes))


def test_replacement_and_linear_end_value() -> None:
    """Proves: a 4-year machine over 10 years is bought at 0, 4, 8 and keeps half its price.

    If ignored: the life-cycle cost would miss 100 at years 4 and 8, or the 50 received at the end.
    """
    flows = fin.build_cash_flows(_study(), [fin.AssetCost("m", "plant", 100.0, 4.0, salvage="linear")])
    assert flows.yearly("capex_plant")[0] == -100
    assert list(flows.yearly("replacement_plant")[[4, 8]]) == [-100, -100]
    assert flows.yearly("salvage_plant")[10] == pytest.approx(50.0)
    assert flows.total() == pytest.approx(-250.0)


def test_existing_machine_is_not_bought_again_at_the_start() -> None:
    """Proves: age 9 of 12 means the first purchase in year 3. If ignored: BAU would pay 100 at once."""
    asset = fin.AssetCost("split", "bau", 100.0, 12.0, age_at_start_a=9.0, salvage="zero")
    flows = fin.build_cash_flows(_study(), [asset])
    assert flows.lines() == ("replacement_bau",)
    assert flows.yearly()[3] == -100


@pytest.mark.parametrize("age_a", [12.0, 15.0, 27.0])
def test_a_machine_past_its_life_is_replaced_at_once(age_a: float) -> None:
    """Proves: whatever its age beyond a life of 12 years, 100 is paid in the years 0, 12 and 24, as at age 12.

    If ignored: a machine 15 years old is bought in year -3, at 100 x 1.08^3 of today, and again in year 9.
    """
    asset = fin.AssetCost("split", "bau", 100.0, 12.0, age_at_start_a=age_a, salvage="zero")
    table = fin.asset_flows(_study(horizon_a=25), [asset])
    assert dict(zip(table.year.tolist(), table.value.tolist(), strict=True)) == {0: -100.0, 12: -100.0, 24: -100.0}


def test_partial_replacement_learning_and_price_growth() -> None:
    asset = fin.AssetCost(
        "b", "battery", 100.0, 5.0, replacement_frac=0.6, real_escalation=0.02, learning_frac=0.1, salvage="zero"
    )
    flows = fin.build_cash_flows(_study(), [asset])
    assert flows.yearly("replacement_battery")[5] == pytest.approx(-100 * 1.02**5 * 0.9 * 0.6)


@pytest.mark.parametrize("rule", ["zero", "factor", "market"])
def test_plain_end_values(rule: str) -> None:
    share = None if rule == "zero" else 0.3
    asset = fin.AssetCost("n", "network", 200.0, 40.0, salvage=rule, salvage_frac=share)
    value = fin.build_cash_flows(_study(), [asset]).yearly("salvage_network") if share else np.zeros(11)
    assert value[-1] == pytest.approx(200.0 * (share or 0.0))


def test_life_cycle_cost_without_end_values() -> None:
    """Proves: the override reaches every asset. If ignored: buried pipes would hide a third of their cost."""
    asset = fin.AssetCost("n", "network", 200.0, 40.0)
    assert "salvage_network" not in fin.build_cash_flows(_study(), [asset], salvage="zero").lines()


def test_fixed_cost_follows_quantity_and_late_installation() -> None:
    asset = fin.AssetCost("p", "plant", 10.0, 20.0, fixed_om_per_a=1.0, quantity=7.0, install_year=3, salvage="zero")
    flows = fin.build_cash_flows(_study(), [asset])
    assert flows.yearly("capex_plant")[3] == -70
    assert list(flows.yearly("om_fixed_plant")) == [0, 0, 0, 0, *[-7] * 7]


@pytest.mark.parametrize(("start", "first"), [("first_year", 1.05), ("second_year", 1.0)])
def test_escalation_start_is_explicit(start: str, first: float) -> None:
    """Proves: BLCC and SAM differ by one year of growth. If ignored: every energy line is off by 5 %."""
    study = _study(escalation_start=start)
    flows = fin.build_cash_flows(study, [], [fin.AnnualLine("energy", -100.0, real_escalation=0.05)])
    assert flows.yearly()[1] == pytest.approx(-100 * first)
    assert flows.yearly()[10] == pytest.approx(-100 * first * 1.05**9)


def test_select_concat_and_difference() -> None:
    bau = fin.build_cash_flows(_study(variant="bau"), [], [fin.AnnualLine("energy", -100.0)])
    own = fin.build_cash_flows(_study(), [], [fin.AnnualLine("energy", -60.0), fin.AnnualLine("water", -5.0)])
    saving = own.minus(bau)
    assert set(saving.variant) == {"project-minus-bau"}
    assert saving.yearly()[1] == pytest.approx(35.0)
    assert fin.CashFlows.concat([bau, own]).select(variant="bau", line=["energy"]).total() == pytest.approx(-1000.0)


def test_frame_has_the_nine_columns() -> None:
    frame = fin.build_cash_flows(_study(), [], [fin.AnnualLine("energy", -1.0)]).to_frame()
    assert list(frame.columns) == [
        "case",
        "variant",
        "perspective",
        "party",
        "line",
        "year",
        "value",
        "currency",
        "price_basis",
    ]
    assert frame["price_basis"].unique().tolist() == ["real 2025"]


def test_mixed_currencies_and_price_bases_are_refused() -> None:
    own = fin.build_cash_flows(_study(), [], [fin.AnnualLine("energy", -1.0)])
    foreign = fin.build_cash_flows(_study(currency="USD"), [], [fin.AnnualLine("energy", -1.0)])
    with pytest.raises(DataError, match="E706"):
        fin.CashFlows.concat([own, foreign])
    with pytest.raises(DataError, match="E707"):
        fin.CashFlows.concat([own, own.to_nominal(0.03)])


def test_a_percentage_is_refused_with_the_fix() -> None:
    with pytest.raises(DataError, match=r"write 8 % as 0\.08"):
        _study(discount_rate=8)


def test_a_value_that_is_not_a_number_is_named() -> None:
    with pytest.raises(DataError, match=r"cash_flow\[1\]"):
        fin.npv([1.0, float("nan")], 0.1)
    with pytest.raises(DataError, match="E702"):
        fin.AssetCost("x", "plant", float("nan"), 10.0)


def test_construction_years_are_leading_columns() -> None:
    """Proves: year -1 is compounded, not discounted. If ignored: the value at year 0 would be -50."""
    flows = fin.build_cash_flows(_study(), [], one_off=[fin.OneOffLine("capex_plant", -1, -100.0)])
    assert flows.first_year == -1
    assert fin.npv(flows, 0.1) == pytest.approx(-110.0)


def test_mid_year_discounting() -> None:
    assert fin.npv([-100.0, 110.0], 0.1, timing="mid") == pytest.approx(-100 + 110 / 1.1**0.5)


def test_life_cycle_cost_of_the_table_sorts_lines() -> None:
    flows = fin.build_cash_flows(
        _study(),
        [fin.AssetCost("m", "plant", 100.0, 4.0, fixed_om_per_a=3.0, salvage="linear")],
        [fin.AnnualLine("energy_purchase", -10.0), fin.AnnualLine("water", -2.0)],
    )
    cost = fin.lcc(flows, 0.1)
    assert cost.pv("investment") == pytest.approx(100.0)
    assert cost.pv("energy") == pytest.approx(10 * fin.upv(0.1, 10))
    assert cost.pv("water") == pytest.approx(2 * fin.upv(0.1, 10))
    assert cost.pv("om_annual") == pytest.approx(3 * fin.upv(0.1, 10))
    assert cost.total == pytest.approx(-fin.npv(flows, 0.1))
    assert cost.annual_value == pytest.approx(cost.total * fin.crf(0.1, 10))


def test_rows_left_out_are_those_of_both_line_and_year() -> None:
    """Proves: only purchases of year 0 go. If ignored: energy of that year, or later purchases, vanish with them."""
    rows = [("capex", 0, -9.0), ("capex", 4, -5.0), ("fuel", 0, -1.0)]
    table = fin.CashFlows.of([fin.CashFlow("c", "v", "company", "p", *row, "USD", "nominal") for row in rows])
    left = table.without(["capex"], range(1))
    assert left.value.tolist() == [-5.0, -1.0]
