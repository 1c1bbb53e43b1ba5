"""Moist-air properties against psychrolib and against each other."""

import numpy as np
import psychrolib
import pytest

from edsim.core import moist_air


@pytest.fixture(scope="module")
def states():
    rng = np.random.default_rng(7)
    n = 400
    temp = rng.uniform(-25.0, 55.0, n)
    pressure = moist_air.standard_pressure_pa(rng.uniform(-100.0, 4500.0, n))
    rh = rng.uniform(0.02, 1.0, n)
    psychrolib.SetUnitSystem(psychrolib.SI)
    return temp, rh, pressure, moist_air.humidity_ratio(temp, rh, pressure)


def _each(function, *columns):
    return np.array([function(*map(float, row)) for row in zip(*columns, strict=True)])


def test_humidity_ratio_dew_point_enthalpy_volume_match_psychrolib(states):
    """Proves: the formulas are ASHRAE's. If ignored: every latent load carries the error."""
    temp, rh, pressure, ratio = states
    assert ratio == pytest.approx(_each(psychrolib.GetHumRatioFromRelHum, temp, rh, pressure), rel=1e-12)
    dew = moist_air.dew_point_c(ratio, pressure)
    assert dew == pytest.approx(_each(psychrolib.GetTDewPointFromHumRatio, temp, ratio, pressure), rel=1e-7, abs=1e-3)
    enthalpy = moist_air.enthalpy_kj_per_kg(temp, ratio)
    assert enthalpy * 1e3 == pytest.approx(_each(psychrolib.GetMoistAirEnthalpy, temp, ratio), rel=1e-12)
    volume = moist_air.specific_volume_m3_per_kg(temp, ratio, pressure)
    assert volume == pytest.approx(_each(psychrolib.GetMoistAirVolume, temp, ratio, pressure), rel=1e-6)


def test_wet_bulb_matches_psychrolib(states):
    """Proves: the iteration finds psychrolib's wet bulb to its own tolerance (0.001 K).

    Within 0.7 K of 0 °C the equations over ice and over liquid both have a root and psychrolib returns either.
    If ignored: tower and chiller temperatures are wrong.
    """
    temp, _, pressure, ratio = states
    ours = moist_air.wet_bulb_c(temp, ratio, pressure)
    theirs = _each(psychrolib.GetTWetBulbFromHumRatio, temp, ratio, pressure)
    clear = np.abs(theirs) > 0.7
    assert clear.sum() > 300
    np.testing.assert_allclose(ours[clear], theirs[clear], atol=1.1e-3)


def test_wet_bulb_solves_its_equation_to_a_microkelvin(states):
    temp, _, pressure, ratio = states
    wet = moist_air.wet_bulb_c(temp, ratio, pressure)
    low = moist_air.humidity_ratio_from_wet_bulb(temp, wet - 1e-6, pressure)
    high = moist_air.humidity_ratio_from_wet_bulb(temp, wet + 1e-6, pressure)
    steady = np.abs(wet) > 1e-3
    assert np.all((low - 1e-12 <= ratio)[steady] & (ratio <= high + 1e-12)[steady])


def test_wet_bulb_of_saturated_air_is_the_dry_bulb():
    temp = np.array([-10.0, 5.0, 30.0])
    ratio = moist_air.saturation_humidity_ratio(temp, 101325.0)
    assert moist_air.wet_bulb_c(temp, ratio, 101325.0) == pytest.approx(temp, rel=1e-7, abs=1e-6)
    assert moist_air.wet_bulb_c(temp, ratio * 1.2, 101325.0) == pytest.approx(temp, rel=1e-7, abs=1e-6)


def test_altitude_lowers_pressure_and_raises_humidity_ratio():
    """Proves: Bogotá (2548 m) has 74.3 kPa, ASHRAE station value 74.33 kPa; same RH holds 36 % more water per kg.

    If ignored: outdoor-air loads in the Andes are computed for sea-level air.
    """
    bogota = float(moist_air.standard_pressure_pa(2548.0))
    assert bogota == pytest.approx(74_330.0, rel=2e-3)
    sea = moist_air.humidity_ratio(14.0, 0.8, 101325.0)
    assert moist_air.humidity_ratio(14.0, 0.8, bogota) / sea == pytest.approx(1.37, abs=0.01)


def test_saturation_at_the_dew_point_returns_to_the_start(states):
    _, _, pressure, ratio = states
    dew = moist_air.dew_point_c(ratio, pressure)
    assert moist_air.saturation_humidity_ratio(dew, pressure) == pytest.approx(ratio, rel=1e-7)


@pytest.mark.parametrize(
    "call",
    [
        lambda: moist_air.humidity_ratio(20.0, 1.2, 101325.0),
        lambda: moist_air.humidity_ratio(20.0, np.nan, 101325.0),
        lambda: moist_air.humidity_ratio(110.0, 1.0, 101325.0),
        lambda: moist_air.saturation_pressure_pa(300.0),
        lambda: moist_air.dew_point_c(0.0, 101325.0),
        lambda: moist_air.wet_bulb_c(20.0, -0.001, 101325.0),
        lambda: moist_air.standard_pressure_pa(20_000.0),
    ],
)
def test_impossible_states_are_refused(call):
    with pytest.raises(ValueError, match=r"must be|no dew point"):
        call()
