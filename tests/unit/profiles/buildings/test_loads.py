"""Loads from a building list, other services, measured series and calibration."""

from dataclasses import replace

import numpy as np
import pytest

from edsim.core.errors import DataError
from edsim.core.timegrid import MONTH_OF_HOUR
from edsim.profiles.buildings import (
    BillContext,
    BuildingLoads,
    BuildingSpec,
    building_loads,
    calibrate,
    scale_profile,
    series_from_measured,
    uses,
)
from edsim.profiles.buildings.stock.services import mains_temp_c
from edsim.profiles.weather import Weather, find_normals, synthesize_year

CALENDAR = {"country": "CO", "year": 2025}
SPECS = [
    BuildingSpec("alpujarra", "public_administration", 30000.0, storeys=12, vintage="pre2000"),
    BuildingSpec("hospital", "hospital", 20000.0, beds=200),
    BuildingSpec("hall", "data_hall", 1000.0),
    BuildingSpec("works", "light_industry", 5000.0),
    BuildingSpec("barn", "office", 500.0, conditioned_frac=0.0),
]


@pytest.fixture(scope="module")
def loads(medellin: Weather) -> BuildingLoads:
    return building_loads(SPECS, medellin, country="CO", year=2025, seed=1)


@pytest.mark.medium
@pytest.mark.parametrize("city", ["Barranquilla", "Cali", "Lima", "Tunis"])
def test_no_archetype_leaves_its_own_range(city: str) -> None:
    """Proves: buildings of every use and vintage, as assumed, are inside the range of cooling they are held to.

    Cali and Lima are the ends of the temperate band. If ignored: half the uses of Cali were remarked as far too much,
    and the remark said nothing where an area was wrong.
    """
    n = find_normals(city)
    weather = synthesize_year(n, n.lat_deg, n.lon_deg, n.elevation_m, n.utc_offset_h, 1)
    specs = [
        BuildingSpec(f"{use}_{vintage}", use, 6000.0, storeys=3, vintage=vintage)
        for use in uses()
        for vintage in ("pre2000", "2000_2015", "post2015")
    ]
    loads = building_loads(specs, weather, country="CO", year=2025, seed=1)
    assert len(loads.cooling_kw) > 90
    assert [f.field for f in loads.findings if f.code == "W301"] == []


@pytest.mark.medium
def test_a_public_office_in_medellin_is_plausible(loads: BuildingLoads) -> None:
    """Proves: few inputs give 60-150 kWh/m² and 60-120 W/m² of conditioned area in a mild climate at 1490 m."""
    assert 60 <= loads.cooling_kwh_per_m2[0] <= 150
    assert 55 <= loads.peak_cooling_w_per_m2[0] <= 120
    assert loads.conditioned_area_m2[0] == pytest.approx(0.65 * 30000)
    assert loads.heating_kw[0].max() == 0
    assert loads.cooling_kw[0, 24 * 5 + 3] == 0  # Monday 6 January is a holiday, 03 h


@pytest.mark.medium
def test_hot_water_energy_by_hand(loads: BuildingLoads, medellin: Weather) -> None:
    """Proves: beds x 90 l/d x (60 - mains) plus 15 % circulation, with the seeded occupancy factor."""
    rise = 60.0 - mains_temp_c(medellin.dry_bulb_temp_c)
    assert 30 < rise.mean() < 36
    expected = 200 * 90 * 365 * 4.186 * 0.99 / 3600 * rise.mean() * 1.15
    assert loads.hot_water_kw[1].sum() == pytest.approx(expected, rel=0.35)  # two sigma of the number of people


def test_data_hall_rejects_what_it_draws(loads: BuildingLoads) -> None:
    """Proves: nearly all IT, UPS and fan power is cooling load, and dry."""
    it, cooling = loads.it_kw[2].sum(), loads.cooling_kw[2].sum()
    assert cooling == pytest.approx(it + loads.fan_kw[2].sum(), rel=0.05)
    assert loads.cooling_latent_kw[2].sum() < 0.01 * cooling


def test_steam_and_air_are_there_for_their_uses(loads: BuildingLoads) -> None:
    """Proves: a hospital bed takes 8 kg/d of steam; leaks are a quarter of the compressed air."""
    assert loads.steam_kw[1].sum() == pytest.approx(200 * 8 * 365 * (2768 - 335) / 3600, rel=1e-9)
    assert loads.steam_kw[0].max() == 0
    air = loads.compressed_air_nm3_per_h[3]
    assert air.max() > 0
    assert air.min() < 0.1 * air.max()


def test_a_building_without_cooling_still_uses_electricity(loads: BuildingLoads) -> None:
    """Proves: a conditioned fraction of 0 gives no cooling, no division by zero, no warning, but electricity."""
    assert loads.cooling_kw[4].max() == 0
    assert loads.cooling_kwh_per_m2[4] == 0
    assert loads.electricity_kw[4].sum() > 10_000
    assert not [f for f in loads.findings if "barn" in f.field]


@pytest.mark.slow
def test_every_use_runs_within_its_expected_range(medellin: Weather) -> None:
    """Proves: from use, area and storeys alone every use is simulated, finite, and within its own range."""
    specs = [BuildingSpec(u, u, 5000.0) for u in uses()]
    result = building_loads(specs, medellin, country="CO", year=2025, seed=1)
    for name in BuildingLoads.__slots__:
        value = getattr(result, name)
        if isinstance(value, np.ndarray):
            assert np.isfinite(value).all(), name
            assert value.min() >= 0, name
    assert [f.text() for f in result.findings] == []


@pytest.mark.slow
def test_equal_buildings_do_not_peak_together(medellin: Weather) -> None:
    """Proves: diversity lowers the peaks of 20 equal schools by 1 to 25 %, and the order of the list is free.

    Days that differ from building to building part the peaks of electricity, which weather does not part.
    """
    specs = [BuildingSpec(f"s{i}", "school", 3000.0) for i in range(20)]
    result = building_loads(specs, medellin, country="CO", year=2025, seed=3)
    sum_of_peaks, peak = result.cooling_kw.max(axis=1).sum(), result.cooling_kw.sum(axis=0).max()
    assert 0.75 < peak / sum_of_peaks < 0.99
    assert 0.75 < result.electricity_kw.sum(axis=0).max() / result.electricity_kw.max(axis=1).sum() < 0.97
    backwards = building_loads(specs[::-1], medellin, country="CO", year=2025, seed=3)
    assert backwards.cooling_kw[::-1] == pytest.approx(result.cooling_kw, rel=1e-9, abs=1e-9)


def test_quarter_hours_leap_years_and_days_become_8760() -> None:
    hourly = np.arange(8760.0)
    assert series_from_measured(np.repeat(hourly, 4), "quarter_hourly") == pytest.approx(hourly)
    leap = np.insert(hourly, 59 * 24, np.full(24, -0.0))
    assert series_from_measured(leap, "hourly") == pytest.approx(hourly)
    days = series_from_measured(np.full(365, 48.0), "daily", shape=np.ones(8760))
    assert days == pytest.approx(np.full(8760, 2.0))


def test_monthly_energy_and_peak_are_both_kept() -> None:
    """Proves: each month has its kWh and its peak, and the order of the hours is that of the shape."""
    shape = 1.5 + np.sin(np.arange(8760) / 24 * 2 * np.pi)
    energy, peaks = np.linspace(900, 1800, 12), np.linspace(4, 6, 12)
    series = series_from_measured(energy, "monthly", shape=shape, monthly_peaks_kw=peaks)
    assert np.bincount(MONTH_OF_HOUR, series) == pytest.approx(energy)
    assert [series[m == MONTH_OF_HOUR].max() for m in range(12)] == pytest.approx(peaks)
    january = series[:744][np.argsort(shape[:744])]
    assert np.diff(january).min() > -1e-9


@pytest.mark.parametrize(
    ("values", "kind", "code", "word"),
    [
        (np.ones(8759), "hourly", "E320", "daylight saving"),
        (np.ones(35040), "hourly", "E320", "quarter_hourly"),
        (np.ones(8761), "hourly", "E320", "too many"),
        (np.ones(8760), "hours", "E320", "quarter_hourly"),
        (np.r_[np.ones(8759), np.nan], "hourly", "E321", "missing"),
        (np.r_[np.ones(8759), -1.0], "hourly", "E321", "negative"),
        (np.ones(12), "monthly", "E322", "shape"),
    ],
)
def test_unusable_series_are_refused_with_the_reason(values: object, kind: str, code: str, word: str) -> None:
    with pytest.raises(DataError) as caught:
        series_from_measured(values, kind)
    assert caught.value.findings[0].code == code
    assert word in caught.value.message


def test_profile_scaled_to_energy_and_peak() -> None:
    """Proves: both totals hold exactly; energy above peak times hours is refused as a matter of units."""
    profile = np.clip(np.sin(np.arange(8760) / 24 * 2 * np.pi), 0, None)
    both = scale_profile(profile, 250_000.0, 100.0)
    assert both.sum() == pytest.approx(250_000.0)
    assert both.max() == pytest.approx(100.0)
    assert scale_profile(profile, peak_kw=7.0).max() == pytest.approx(7.0)
    assert scale_profile(profile, 1000.0).sum() == pytest.approx(1000.0)
    based = scale_profile(profile, 600_000.0, 100.0)  # more than 100 kW in the hours above zero
    assert (based.sum(), based.max(), based.min() > 0.0) == pytest.approx((600_000.0, 100.0, True))
    with pytest.raises(DataError) as caught:
        scale_profile(profile, 250_000_000.0, 100.0)
    assert caught.value.findings[0].code == "E323"


@pytest.mark.slow
def test_calibration_recovers_a_building_from_its_bills(medellin: Weather) -> None:
    """Proves: bills of a building with 40 % more gains move the model there; posterior is tighter than the prior."""
    spec = BuildingSpec("b", "office", 8000.0, storeys=5)
    truth = replace(spec, overrides={"light_w_per_m2": 14.0, "plug_w_per_m2": 15.4})
    loads = building_loads([truth], medellin, country="CO", year=2025, seed=0)
    hourly = loads.electricity_kw[0] + loads.cooling_kw[0] / 2.8
    bills = np.bincount(MONTH_OF_HOUR, hourly)
    fit = calibrate(spec, bills, medellin, BillContext())
    assert abs(fit.nmbe_frac) < 0.05
    assert fit.cv_rmse_frac < 0.15
    assert fit.multipliers[fit.names.index("gains")] > 1.2
    assert fit.sigma[fit.names.index("gains")] < 0.25
    assert not fit.findings
    impossible = calibrate(spec, bills * 30, medellin, BillContext())
    assert "W304" in {f.code for f in impossible.findings}


def test_steam_of_a_building_follows_pressure_and_condensate(medellin: Weather) -> None:
    """Proves: 1000 kg/day of 7 bar steam from 80 °C feed is 676 kWh/day; no condensate back asks 10 % more.

    Steam tables: h_g 2769 kJ/kg at 8 bar(a), h_f 335 kJ/kg at 80 °C, 84 kJ/kg at 20 °C. If ignored: laundries buy half.
    """
    base = BuildingSpec("l", "light_industry", 2000.0, steam_kg_per_day=1000.0)
    specs = [
        replace(base, id="usual", steam_pressure_bar=7.0, condensate_frac=0.8),
        replace(base, id="open", steam_pressure_bar=7.0, condensate_frac=0.0),
    ]
    loads = building_loads(specs, medellin, country="CO", year=2025, seed=0)
    daily = loads.steam_kw.sum(axis=1) / 365.0
    assert daily == pytest.approx([1000 * (2769 - 335) / 3600, 1000 * (2769 - 84) / 3600], rel=0.003)
