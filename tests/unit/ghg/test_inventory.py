"""Inventories by frame, fuels, and reductions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edsim.core.errors import DataError
from edsim.ghg import (
    Activity,
    FuelUse,
    GridFactor,
    HeatUse,
    combined_margin,
    emission_reduction,
    factor_path,
    fuel_factor,
    inventory,
    refrigerant_ledger,
    service_factor,
    typical_stock,
)

_GRID = (GridFactor("inventory", 0.2), GridFactor("combined_margin", 0.4), GridFactor("ifi_combined_margin", 0.3))


def _activity(variant: str = "project", **changes: object) -> Activity:
    base: dict[str, object] = {
        "variant": variant,
        "horizon_a": 3,
        "import_kwh": 1000.0,
        "export_kwh": 100.0,
        "grid": _GRID,
        "fuels": (FuelUse("natural_gas", 500.0, 0.2, 0.01, 0.03),),
        "refrigerants": refrigerant_ledger([typical_stock("m", "split", "R-22", 10.0)], 3),
        "embodied_kgco2e": 70.0,
        "transmission_loss_frac": 0.2,
    }
    return Activity(**(base | changes))


def test_frames_side_by_side() -> None:
    table = inventory(_activity())
    assert table.frames() == ("project", "ifi", "gef", "ghg_protocol", "gpc")
    project = table.select(frame="project")
    assert project.select(source="grid").yearly()[1] == pytest.approx(1000 * 0.4 / 0.8)
    assert project.select(source="fuel").yearly()[1] == pytest.approx(100.0)
    assert project.select(source="refrigerant").yearly().sum() == 0.0
    assert project.yearly(memo=True)[1] > 0
    assert table.select(frame="ifi", source="grid").yearly()[1] == pytest.approx(1000 * 0.3 / 0.8)


def test_heat_bought_is_scope_2() -> None:
    """Proves: 400 + 200 kWh at 0.1 and 0.25 kg/kWh are 90 kg a year, Scope 2 where there are scopes, none in year 0.

    If ignored: heat of a power plant stands in no inventory, or beside the fuel the plant itself burns.
    """
    table = inventory(_activity(heat=(HeatUse("station", 400.0, 0.1), HeatUse("mill", [200.0, 200.0, 0.0], 0.25))))
    for frame, scope in (("project", "project"), ("ghg_protocol", "2"), ("gpc", "2")):
        heat = table.select(frame=frame, source="heat")
        assert {x.scope for x in heat.lines} == {scope}
        assert heat.yearly() == pytest.approx([0.0, 90.0, 90.0, 40.0])
    before = inventory(_activity()).select(frame="ghg_protocol").yearly()
    assert table.select(frame="ghg_protocol").yearly() - before == pytest.approx([0.0, 90.0, 90.0, 40.0])
    with pytest.raises(DataError, match="E702"):
        inventory(_activity(heat=(HeatUse("station", [1.0, 2.0], 0.1),)))


def test_scopes_of_the_corporate_standard() -> None:
    table = inventory(_activity()).select(frame="ghg_protocol")
    assert table.select(scope="1").yearly()[1] == pytest.approx(100.0)
    assert table.select(scope="2").yearly()[1] == pytest.approx(200.0)
    assert table.select(scope="3", source="grid").yearly()[1] == pytest.approx(50.0)
    assert table.select(scope="3", source="fuel").yearly()[1] == pytest.approx(15.0)
    assert table.select(source="embodied").yearly()[0] == pytest.approx(70.0)
    assert inventory(_activity()).select(frame="gpc", source="embodied").lines == ()


def test_biogenic_carbon_is_outside_the_scopes() -> None:
    """Proves: 5 kg of biogenic CO2 stand beside the totals, none of a fuel without. If ignored: gas has some."""
    fossil = _activity(refrigerants=None, fuels=(FuelUse("natural_gas", 100.0, 0.2),))
    assert inventory(fossil).select(frame="gpc").yearly(memo=True)[1] == 0.0
    table = inventory(_activity(refrigerants=None)).select(frame="gpc")
    assert table.yearly(memo=True)[1] == pytest.approx(5.0)


def test_project_and_inventory_factors_are_never_mixed() -> None:
    """Proves: an inventory factor cannot serve a project frame. If ignored: credits would be halved or doubled."""
    only = _activity(grid=(GridFactor("inventory", 0.2),))
    assert inventory(only).frames() == ("ghg_protocol", "gpc")
    with pytest.raises(DataError, match="E727"):
        inventory(only, ["project"])


def test_a_grid_factor_above_every_grid_is_refused() -> None:
    """Proves: 3 kg/kWh is the most that is taken. If ignored: 220 g/kWh typed as 220 makes any project worth it."""
    assert GridFactor("inventory", 2.9).kg_per_kwh == 2.9
    with pytest.raises(DataError, match="E724"):
        GridFactor("inventory", 3.1)


def test_without_stated_losses_the_grid_has_none() -> None:
    """Proves: losses of transmission are counted where they are stated. If ignored: electricity counts twice."""
    plain = Activity("project", 3, import_kwh=1000.0, grid=_GRID)
    stated = _activity(fuels=(), refrigerants=None, export_kwh=0.0, embodied_kgco2e=0.0)
    assert inventory(plain).select(frame="project").yearly()[1] == pytest.approx(400.0)
    assert inventory(stated).select(frame="project").yearly()[1] == pytest.approx(400.0 / 0.8)


def test_exports_are_credited_only_on_request_and_never_in_inventories() -> None:
    plain = inventory(_activity()).select(frame="project", source="grid").yearly()[1]
    credited = inventory(_activity(), export_rule="displaces_grid")
    assert credited.select(frame="project", source="grid").yearly()[1] == pytest.approx(plain - 40.0)
    assert credited.select(frame="gpc", source="grid", scope="2").yearly()[1] == pytest.approx(200.0)


def test_path_of_the_grid_factor() -> None:
    table = inventory(_activity(grid=(GridFactor("inventory", [0.2, 0.1, 0.05]),)))
    assert table.select(frame="gpc", scope="2").yearly() == pytest.approx([0, 200, 100, 50])


def test_hourly_factor_values_when_power_is_used() -> None:
    """Proves: using power in clean hours emits less. If ignored: night chilling and PV change sign."""
    factor = np.tile(np.repeat([0.1, 0.3], 12), 365)
    night = np.tile(np.repeat([1.0, 0.0], 12), 365)
    table = inventory(_activity(import_kwh=night, grid=(GridFactor("inventory", factor, [1.0, 0.5, 0.5]),)))
    assert table.select(frame="gpc", scope="2").yearly() == pytest.approx([0, 438.0, 219.0, 219.0])


def test_hourly_factor_needs_hourly_power() -> None:
    with pytest.raises(DataError, match="E726"):
        inventory(_activity(grid=(GridFactor("inventory", np.full(8760, 0.2)),)))


@settings(max_examples=20, deadline=None)
@given(st.floats(0.0, 1.0), st.integers(0, 1000))
def test_flat_hourly_factor_gives_the_annual_result(factor: float, seed: int) -> None:
    power = np.random.default_rng(seed).uniform(0, 100, 8760)
    hourly = inventory(_activity(import_kwh=power, grid=(GridFactor("inventory", np.full(8760, factor)),)))
    annual = inventory(_activity(import_kwh=float(power.sum()), grid=(GridFactor("inventory", factor),)))
    assert hourly.select(frame="gpc").total() == pytest.approx(annual.select(frame="gpc").total(), rel=1e-12)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.0, 1e7), st.floats(0.0, 1e6))
def test_a_project_equal_to_bau_reduces_nothing(power: float, gas: float) -> None:
    fuels = (FuelUse("natural_gas", gas, 0.2),)
    pair = [_activity(v, import_kwh=power, fuels=fuels) for v in ("bau", "project")]
    table = inventory(pair)
    for frame in table.frames():
        assert emission_reduction(table, frame, "project").lifetime_kgco2e == 0.0


def test_reduction_may_be_negative_and_counts_replication_only_in_gef() -> None:
    table = inventory([_activity("bau"), _activity("project", import_kwh=1200.0)])
    result = emission_reduction(table, "gef", "project", replication_factor=2.0)
    assert result.lifetime_kgco2e == pytest.approx(-3 * 200 * 0.4 / 0.8)
    assert result.mean_kgco2e_per_a == pytest.approx(-100.0)
    assert result.indirect_kgco2e == pytest.approx(2 * result.lifetime_kgco2e)
    with pytest.raises(DataError, match="E703"):
        emission_reduction(table, "project", "project", replication_factor=1.0)
    with pytest.raises(DataError, match="E728"):
        emission_reduction(table, "project", "other")


def test_variants_and_frames_are_not_added_up_by_accident() -> None:
    with pytest.raises(ValueError, match="select one variant"):
        inventory(_activity()).yearly()


def test_the_long_table_has_only_rows_that_count() -> None:
    frame = inventory(_activity()).to_frame()
    assert list(frame.columns) == ["variant", "frame", "source", "scope", "year", "kgco2e"]
    assert (frame["kgco2e"] != 0).all()


def test_fuel_factors() -> None:
    gas, biogenic = fuel_factor("natural_gas", "AR5")
    assert gas == pytest.approx((56.1 + 0.028 + 0.0265) * 0.0036)
    assert biogenic == 0.0
    wood, carbon = fuel_factor("biomass_wood")
    assert carbon == pytest.approx(112.0 * 0.0036)
    assert 0 < wood < 0.02
    with pytest.raises(DataError, match="E723"):
        fuel_factor("unobtainium")


def test_grams_typed_as_kilograms_are_found() -> None:
    with pytest.raises(DataError, match=r"220 g/kWh is 0\.22"):
        GridFactor("inventory", 220.0)
    with pytest.raises(DataError, match="E725"):
        _activity(grid=(GridFactor("inventory", 0.2), GridFactor("inventory", 0.3)))


def test_customers_factor_of_purchased_cooling() -> None:
    table = inventory(_activity(refrigerants=None, embodied_kgco2e=0.0))
    total = table.select(frame="gpc").yearly()[1]
    assert service_factor(table, "gpc", "project", 4000.0) == pytest.approx(np.full(3, total / 4000.0))


@pytest.mark.reference
def test_combined_margin_of_india() -> None:
    """Source: CEA CO2 baseline database for the Indian power sector, version 20: 0.964 and 0.552."""
    assert combined_margin(0.964, 0.552, "wind_solar") == pytest.approx(0.861)
    assert combined_margin(0.964, 0.552) == pytest.approx(0.758)
    assert combined_margin(0.964, 0.552, crediting_period=2) == pytest.approx(0.655)


def test_paths_of_the_grid_factor() -> None:
    assert factor_path(0.2, 3) == pytest.approx([0.2, 0.2, 0.2])
    assert factor_path(0.2, 2, change_per_a=-0.5) == pytest.approx([0.1, 0.05])
    assert factor_path(0.2, 4, target=(2, 0.1)) == pytest.approx([0.15, 0.1, 0.1, 0.1])


def test_leakage_lowers_the_reduction() -> None:
    table = inventory([_activity("bau"), _activity("project", import_kwh=800.0)])
    plain = emission_reduction(table, "project", "project")
    leaking = emission_reduction(table, "project", "project", leakage_kgco2e_per_a=10.0)
    assert leaking.lifetime_kgco2e == pytest.approx(plain.lifetime_kgco2e - 30.0)
