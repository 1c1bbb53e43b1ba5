"""Invariants of air, water, suns, years and readers for any input."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edsim.core import moist_air, water
from edsim.core.errors import DataError
from edsim.profiles import solar
from edsim.profiles.weather import Normals, read_weather, synthesize_year
from edsim.profiles.weather.assemble import fill_gaps
from edsim.profiles.weather.location import parse_location

temps = st.floats(-40.0, 60.0)
shares = st.floats(0.01, 1.0)
pressures = st.floats(60_000.0, 105_000.0)


@pytest.mark.medium
@given(temps, shares, pressures)
def test_wet_bulb_lies_between_dew_point_and_dry_bulb(temp, rh, pressure):
    """Proves: dew point ≤ wet bulb ≤ dry bulb for every state. If ignored: towers cool below the wet bulb."""
    ratio = moist_air.humidity_ratio(temp, rh, pressure)
    wet = float(moist_air.wet_bulb_c(temp, ratio, pressure))
    assert float(moist_air.dew_point_c(ratio, pressure)) - 0.02 <= wet <= temp + 1e-6


@pytest.mark.medium
@given(temps, shares, shares, pressures)
def test_more_moisture_raises_wet_bulb_and_enthalpy(temp, one, other, pressure):
    low, high = sorted((one, other))
    ratios = moist_air.humidity_ratio(temp, np.array([low, high]), pressure)
    wet = moist_air.wet_bulb_c(temp, ratios, pressure)
    assert wet[0] <= wet[1] + 1e-6
    enthalpy = moist_air.enthalpy_kj_per_kg(temp, ratios)
    assert enthalpy[0] <= enthalpy[1] + 1e-12


@given(st.floats(0.0, 250.0))
def test_saturation_line_returns(temp):
    pressure = water.saturation_pressure_pa(max(temp, 0.01))
    assert float(water.saturation_temp_c(pressure)) == pytest.approx(max(temp, 0.01), abs=1e-6)


@given(st.floats(0.0, 179.0))
def test_water_thins_and_latent_heat_falls_with_temperature(temp):
    assert water.dynamic_viscosity_pa_s(temp + 1.0) < water.dynamic_viscosity_pa_s(temp)
    assert water.latent_heat_kj_per_kg(temp + 1.0) < water.latent_heat_kj_per_kg(temp)


@settings(max_examples=8, deadline=None)
@given(st.floats(-60.0, 60.0), st.floats(-179.0, 179.0))
def test_sun_is_up_half_the_year_everywhere(lat, lon):
    """Proves: 4380 h of sun plus refraction at any place and clock. If ignored: the clock is wrong somewhere."""
    sun = solar.sun_position_at(lat, lon, 0.0, float(round(lon / 15.0)))
    assert 4370.0 < sun.up_frac.sum() < 4500.0
    assert np.all(sun.cos_zenith >= 0)


@pytest.mark.medium
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    lat=st.floats(-35.0, 35.0),
    mean=st.floats(-5.0, 33.0),
    season=st.floats(0.0, 10.0),
    swing=st.floats(2.0, 16.0),
    rh=st.floats(0.2, 0.92),
    clearness=st.floats(0.25, 0.70),
    elevation=st.floats(0.0, 3800.0),
    seed=st.integers(0, 10_000),
)
def test_any_climate_meets_its_normals(lat, mean, season, swing, rh, clearness, elevation, seed):
    """Proves: monthly sums and means hold for any climate and seed, all hours finite and physical.

    If ignored: a rare climate gives silent nonsense.
    """
    months = np.arange(12)
    temp = mean + season * np.cos(2 * np.pi * (months - (6.5 if lat > 0 else 0.5)) / 12)
    sun = solar.sun_position_at(lat, 0.0, elevation, 0.0)
    edges = np.cumsum([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) * 24
    outside = np.add.reduceat(sun.extraterrestrial_horizontal_w_per_m2, edges[:-1]) / np.diff(edges) * 24 / 1e3
    normals = Normals(
        *("Anywhere", "", lat, 0.0, elevation, 0.0),
        *(temp, temp + 0.55 * swing, temp - 0.45 * swing, np.full(12, rh), clearness * outside, np.full(12, 2.0)),
    )
    weather = synthesize_year(normals, lat, 0.0, elevation, 0.0, seed)
    ghi = np.add.reduceat(weather.ghi_w_per_m2, edges[:-1]) / np.diff(edges) * 24 / 1e3
    np.testing.assert_allclose(ghi, clearness * outside, rtol=5e-3)
    means = np.add.reduceat(weather.dry_bulb_temp_c, edges[:-1]) / np.diff(edges)
    np.testing.assert_allclose(means, temp, atol=0.05)
    humid = np.add.reduceat(weather.relative_humidity_frac, edges[:-1]) / np.diff(edges)
    np.testing.assert_allclose(humid, rh, rtol=0.02)
    assert np.all((weather.relative_humidity_frac > 0) & (weather.relative_humidity_frac <= 1))
    assert np.all(weather.wet_bulb_temp_c <= weather.dry_bulb_temp_c + 1e-6)
    assert np.all(weather.dni_w_per_m2 <= 1420.0)
    assert np.all(np.isfinite(weather.sky_infrared_w_per_m2))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8759), st.integers(1, 100)), max_size=5))
def test_filled_series_keep_known_values_and_stay_in_range(gaps):
    values = 20.0 + 5.0 * np.sin(np.arange(8760) / 3.8) + np.sin(np.arange(8760) / 1000.0)
    holed = values.copy()
    for start, length in gaps:
        holed[start : start + length] = math.nan
    filled, finding = fill_gaps(holed, "dry_bulb_temp_c", "x")
    known = np.isfinite(holed)
    np.testing.assert_array_equal(filled[known], values[known])
    assert (finding is None) == bool(known.all())
    assert np.nanmin(holed) <= filled.min()
    assert filled.max() <= np.nanmax(holed)


@given(st.text(max_size=120))
def test_any_location_line_is_read_or_refused(text):
    """Proves: no line breaks the reader. If ignored: a traceback instead of a message."""
    sites, finding = parse_location("LOCATION," + text, 1, "x.epw")
    assert sites or (finding is not None and finding.code == "E202")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(
        ["", "LOCATION,", "{", "Latitude (decimal degrees): ", "Source,Location ID", "1\nDate (MM/DD/YYYY)"]
    ),
    st.binary(max_size=400),
)
def test_any_file_is_refused_with_a_finding(tmp_path, head, tail):
    path = tmp_path / "any.csv"
    path.write_bytes(head.encode() + tail)
    with pytest.raises(DataError) as error:
        read_weather(path)
    assert all(finding.code.startswith("E2") for finding in error.value.findings)
