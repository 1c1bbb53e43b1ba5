"""Allocation, blended finance, carbon value, the cost bridge, money and country data."""

from pathlib import Path

import numpy as np
import pytest

import edsim.finance as fin
from edsim.core.countries import check_country, country_figure
from edsim.core.errors import DataError
from edsim.core.money import PriceTables, convert_money, exchange_rate, price_tables
from edsim.core.resources import data_path


def test_allocation_methods_by_hand() -> None:
    assert fin.by_energy({"heat": 30.0, "power": 10.0}) == pytest.approx({"heat": 0.75, "power": 0.25})
    assert fin.by_defra(50.0, 30.0) == pytest.approx({"heat": 50 / 110, "electricity": 60 / 110})
    efficiency = fin.by_efficiency({"power": 35.0, "heat": 80.0}, {"power": 0.35, "heat": 0.80})
    assert efficiency == pytest.approx({"power": 0.5, "heat": 0.5})
    residual = fin.by_residual("power", 0.30, 0.444, {"heat": 50.0})
    assert residual["power"] == pytest.approx(0.68, abs=0.005)


def test_exergy_weighs_cold_and_heat() -> None:
    """Proves: cold at 6 °C against 30 °C carries T0/T - 1. If ignored: it would cost as much as heat at 60 °C."""
    shares = fin.by_exergy({"cold": 100.0, "heat": 100.0}, {"cold": 6.0, "heat": 60.0}, 30.0)
    cold, heat = 303.15 / 279.15 - 1, 1 - 303.15 / 333.15
    assert shares["cold"] == pytest.approx(cold / (cold + heat))


def test_separable_costs() -> None:
    shares = fin.by_separable_cost(100.0, {"a": 60.0, "b": 70.0}, {"a": 80.0, "b": 50.0})
    assert shares == pytest.approx({"a": (40 + 30 * 40 / 60) / 100, "b": (30 + 30 * 20 / 60) / 100})


def _airport(coalition: frozenset[str]) -> float:
    need = {"a": 10.0, "b": 20.0, "c": 40.0}
    return max(need[p] for p in coalition)


def test_shapley_of_the_airport_game() -> None:
    """Source: Littlechild and Owen (1973): each shares the length it uses, 10/3, 10/3 + 5, 10/3 + 5 + 20."""
    values = fin.shapley(("a", "b", "c"), _airport)
    assert values == pytest.approx({"a": 10 / 3, "b": 10 / 3 + 5, "c": 10 / 3 + 25})
    assert fin.core_violations(values, _airport) == {}
    assert fin.core_violations({"a": 20.0, "b": 10.0, "c": 10.0}, _airport) == pytest.approx(
        {("a",): 10.0, ("a", "b"): 10.0}
    )


def test_leverage_and_layers() -> None:
    plan = [
        fin.FundingSource("donor", "grant", 10.0, public=True, subsidy=10.0),
        fin.FundingSource("advice", "ta_grant", 2.0, public=True),
        fin.FundingSource("bank", "commercial_loan", 50.0, public=False),
        fin.FundingSource("sponsor", "equity", 40.0, public=False),
    ]
    lever = fin.leverage(plan, reduction_t=20.0)
    assert lever.total == 100.0
    assert lever.total_per_grant.value == pytest.approx(100 / 12)
    assert lever.private_per_public.value == pytest.approx(90 / 12)
    assert lever.subsidy_per_t.value == pytest.approx(0.5)
    assert lever.subsidy_per_tr.reason == "no_capacity"
    loss = fin.layer_loss([0.0, 5.0, 20.0, 60.0], 10.0, 50.0)
    assert (loss.probability, loss.expected_frac) == (0.5, pytest.approx((10 + 40) / 4 / 40))


def test_first_loss_protects_the_senior_layer() -> None:
    losses = np.array([0.0, 10.0, 20.0, 60.0])
    needed = fin.required_first_loss(losses, 100.0, 0.05)
    assert fin.layer_loss(losses, needed, 100.0).expected_frac == pytest.approx(0.05)
    assert fin.required_first_loss(losses, 100.0, 0.9) == 0.0


def test_guarantee_and_municipal_indicators() -> None:
    cover = fin.Guarantee(0.5, 0.02, 0.4)
    assert cover.fees([100.0]) == pytest.approx([1.0])
    assert cover.expected_calls([100.0], [0.03]) == pytest.approx([0.6])
    burden = fin.municipal_burden(10.0, 5.0, 100.0, 40.0, 80.0)
    assert burden["service_to_own_revenue"].value == pytest.approx(0.15)
    assert burden["debt_to_current_revenue"].value == pytest.approx(0.5)


def test_abatement_costs_are_three() -> None:
    costs = fin.abatement_cost(-1000.0, [10.0, 10.0], 0.1, growth=0.1)
    assert costs.undiscounted.value == pytest.approx(50.0)
    assert costs.discounted.value == pytest.approx(1000 / (10 / 1.1 + 10 / 1.21))
    assert costs.break_even_price.value == pytest.approx(50.0)
    assert fin.abatement_cost(-1.0, [0.0], 0.1).discounted.reason == "no_reduction"


def test_carbon_revenue_by_hand() -> None:
    terms = fin.CarbonTerms(10.0, 0.1, 2, 0.2, 0.05, 100.0, 5.0, authorized=True)
    flow = fin.carbon_revenue([100.0, 100.0, 100.0], terms)
    assert flow == pytest.approx([-100, 80 * 0.95 * 11 - 5, 80 * 0.95 * 12.1 - 5, 0])
    assert fin.counted_for_ndc([100.0, 100.0, 100.0], terms) == pytest.approx([20, 20, 100])


def test_climate_smart_cost_keeps_its_parts_apart() -> None:
    assert fin.expected_annual_damage([0.1, 0.01], [0.0, 100.0]) == pytest.approx(4.5)
    cost = fin.climate_smart_cost(
        1000.0, 1, 0.0, damage_per_a=4.5, unserved_kwh_per_a=10.0, value_of_lost_load=2.0, emission_t_per_a=3.0,
        shadow_price_per_t=40.0,
    )  # fmt: skip
    assert (cost.damage, cost.unserved, cost.carbon, cost.total) == pytest.approx((4.5, 20.0, 120.0, 1144.5))


def _bridge(objective: dict[str, float], asset: fin.AssetCost) -> fin.Bridge:
    study = fin.Study("c", "p", 25, 0.08, "COP", 2025)
    lines = [fin.AnnualLine("energy_purchase", -50.0, real_escalation=0.02)]
    return fin.reconcile(objective, study, [asset], lines)


def test_bridge_closes_and_names_its_steps() -> None:
    asset = fin.AssetCost("m", "plant", 1000.0, 10.0, fixed_om_per_a=20.0, salvage="linear")
    right = {"capex_plant": fin.capex_annuity(asset, 0.08), "om_fixed_plant": 20.0, "energy_purchase": 51.0 / 1.02}
    bridge = _bridge(right, asset)
    assert bridge.closes
    assert bridge.steps["timing"] == pytest.approx(0.0, abs=1e-9)
    assert bridge.steps["end_value"] > 0
    assert bridge.steps["growth"] > 0


def test_bridge_finds_a_forgotten_line() -> None:
    """Proves: a line missing in the objective is named. If ignored: objective and report differ unseen."""
    asset = fin.AssetCost("m", "plant", 1000.0, 10.0, fixed_om_per_a=20.0)
    bridge = _bridge({"capex_plant": fin.capex_annuity(asset, 0.08), "energy_purchase": 50.0}, asset)
    assert not bridge.closes
    assert bridge.by_line["om_fixed_plant"] == pytest.approx(-20.0)
    assert bridge.unexplained == pytest.approx(20.0 * fin.upv(0.08, 25))


_TABLES = PriceTables(
    {"USD": {2015: 100.0, 2025: 130.0}, "COP": {2015: 100.0, 2025: 200.0}},
    {"USD": {2015: 1.0, 2025: 1.0}, "COP": {2015: 3000.0, 2025: 4000.0}},
)


def test_money_is_inflated_first_then_converted() -> None:
    """Proves: 1 USD2015 is 1.3 USD2025 is 5200 COP2025. If ignored: 3000 x 2 = 6000, a swing of the exchange rate."""
    assert convert_money(1.0, "USD", 2015, "COP", 2025, _TABLES) == pytest.approx(5200.0)
    assert convert_money(7.0, "COP", 2025, "COP", 2025, _TABLES) == 7.0


def test_missing_currency_and_year_are_said_together() -> None:
    with pytest.raises(DataError, match="E770") as caught:
        convert_money(1.0, "USD", 1990, "GBP", 2025, _TABLES)
    assert len(caught.value.findings) == 2


def test_shipped_tables_cover_catalogue_years() -> None:
    tables = price_tables()
    for currency in ("USD", "EUR", "COP", "CHF"):
        assert set(range(2015, 2026)) <= set(tables.cpi[currency])
        assert set(range(2015, 2026)) <= set(tables.fx_per_usd[currency])
    assert 1.2 < convert_money(1.0, "USD", 2015, "USD", 2025) < 1.5


def test_colombia_file_is_complete_and_says_what_is_unverified() -> None:
    found = check_country(data_path("countries", "COL.csv"))
    assert not [f for f in found if f.severity == "error"]
    assert "W783" in {f.code for f in found}
    assert country_figure("COL", "grid_inventory_kg_per_kwh", 2022).value == pytest.approx(0.112)
    assert country_figure("COL", "grid_inventory_kg_per_kwh").calendar_year == 2024


def test_unknown_country_property_and_year() -> None:
    for arguments in (("ZZZ", "vat_rate"), ("COL", "vat"), ("COL", "grid_inventory_kg_per_kwh", 1990)):
        with pytest.raises(DataError, match="E78"):
            country_figure(*arguments)


def test_a_country_file_with_faults_names_each(tmp_path: Path) -> None:
    path = tmp_path / "AAA.csv"
    head = "property,calendar_year,value,unit,source,year,valid_from,valid_to,quality,verified\n"
    path.write_text(
        head + "vat_rate,,abc,frac,law,2020,,,benchmark,yes\nvat_rate,,0.1,,,2020,,,benchmark,yes\n", "utf-8"
    )
    with pytest.raises(DataError) as caught:
        check_country(path)
    assert [f.line for f in caught.value.findings] == [2, 3]


def test_the_source_of_a_rate_is_that_of_its_year() -> None:
    """Proves: the rate of 2024 cites the bank, that of 2026 says that it is an estimate; a stated rate cites the case.

    If ignored: a register names a publication for a rate that nobody has published.
    """
    published, carried = (exchange_rate("USD", "EUR", year).source for year in (2024, 2026))
    assert published.startswith("ECB reference rates")
    assert carried.startswith("Estimate")
    assert exchange_rate("USD", "EUR", 2024, stated={"EUR": "our bank"}).source == "our bank"
