"""Sun position, irradiance on surfaces and shading."""

import dataclasses

import numpy as np
import pandas as pd
import pvlib
import pytest

from edsim.core import moist_air
from edsim.profiles import solar
from edsim.profiles.weather import Weather


@pytest.fixture(scope="module")
def weather() -> Weather:
    """Return clear-sky days at Cartagena with round numbers for the air."""
    sun = solar.sun_position_at(10.4, -75.5, 2.0, -5.0)
    ghi = solar.clear_sky_ghi_w_per_m2(sun)
    dni, dhi = solar.decompose_ghi(ghi, sun)
    full = np.full(8760, 1.0)
    return Weather(
        name="Cartagena",
        source="clear sky",
        lat_deg=10.4,
        lon_deg=-75.5,
        elevation_m=2.0,
        utc_offset_h=-5.0,
        dry_bulb_temp_c=28.0 * full,
        relative_humidity_frac=0.8 * full,
        pressure_pa=101300.0 * full,
        wind_speed_m_per_s=2.0 * full,
        ghi_w_per_m2=ghi,
        dni_w_per_m2=dni,
        dhi_w_per_m2=dhi,
        sky_infrared_w_per_m2=400.0 * full,
        humidity_ratio_kg_per_kg=moist_air.humidity_ratio(28.0 * full, 0.8, 101300.0),
        wet_bulb_temp_c=25.0 * full,
    )


def test_sun_agrees_with_the_solar_position_algorithm():
    """Proves: in hours fully lit the sun is within 0.1° of NREL's SPA at mid-hour, half-hour zones included.

    If ignored: every facade is lit at the wrong time.
    """
    sun = solar.sun_position_at(23.0, 72.6, 50.0, 5.5)
    local = pd.date_range("2022-01-01 00:30", periods=8760, freq="h", tz="UTC") - pd.Timedelta(hours=5.5)
    spa = pvlib.solarposition.get_solarposition(local, 23.0, 72.6, altitude=50.0)
    full = sun.up_frac == 1
    assert full.sum() > 3800
    np.testing.assert_allclose(sun.zenith_deg[full], spa["apparent_zenith"].to_numpy()[full], atol=0.1)


def test_sun_stands_north_at_noon_in_june_in_the_tropics():
    sun = solar.sun_position_at(10.4, -75.5, 2.0, -5.0)
    noon = 172 * 24 + 12
    assert np.cos(np.radians(sun.azimuth_deg[noon])) > 0.9
    assert sun.zenith_deg[noon] == pytest.approx(23.4 - 10.4, abs=1.5)


def test_position_is_computed_once_and_cannot_be_changed():
    first = solar.sun_position_at(10.4, -75.5, 2.0, -5.0)
    assert solar.sun_position_at(10.4, -75.5, 2.0, -5.0) is first
    with pytest.raises(ValueError, match="read-only"):
        first.zenith_deg[0] = 0.0


def test_horizontal_surface_sees_global_radiation(weather):
    """Proves: beam + sky on a horizontal plane are the file's global radiation within 0.5 %, no ground part.

    If ignored: roofs and PV get energy that is not there.
    """
    flat = solar.surface_irradiance(weather, 0.0, 0.0)
    assert flat.total_w_per_m2.sum() == pytest.approx(weather.ghi_w_per_m2.sum(), rel=5e-3)
    assert flat.ground_w_per_m2.max() == 0.0


def test_surfaces_match_pvlib_perez(weather):
    """Proves: the k-surface call equals pvlib's one-surface total irradiance. If ignored: orientation errors."""
    sun = solar.sun_position(weather)
    tilts, azimuths = np.array([10.0, 90.0, 90.0]), np.array([180.0, 90.0, 300.0])
    ours = solar.surface_irradiance(weather, tilts, azimuths, albedo=0.3)
    for k, (tilt, azimuth) in enumerate(zip(tilts, azimuths, strict=True)):
        theirs = pvlib.irradiance.get_total_irradiance(
            tilt,
            azimuth,
            sun.zenith_deg,
            sun.azimuth_deg,
            weather.dni_w_per_m2,
            weather.ghi_w_per_m2,
            weather.dhi_w_per_m2,
            dni_extra=sun.extraterrestrial_w_per_m2,
            airmass=pvlib.atmosphere.get_relative_airmass(sun.zenith_deg),
            albedo=0.3,
            model="perez",
        )
        lit = (sun.up_frac > 0) & (weather.dhi_w_per_m2 > 0)
        np.testing.assert_allclose(ours.total_w_per_m2[k][lit], theirs["poa_global"][lit], atol=1e-6)
    assert np.isfinite(ours.total_w_per_m2).all()


def test_ground_reflection_by_hand(weather):
    wall = solar.surface_irradiance(weather, 90.0, 0.0, albedo=0.5)
    assert wall.ground_w_per_m2[0] == pytest.approx(0.25 * weather.ghi_w_per_m2, rel=1e-7)


def test_overhang_shadow_by_hand():
    """Proves: sun at 45° in front of the facade, 1 m overhang 0.5 m above a 2 m window: shadow 0.5 m, 75 % lit.

    If ignored: shading devices have no or twice their effect.
    """
    here = solar.sun_position_at(0.0, 0.0, 0.0, 0.0)
    sun = dataclasses.replace(
        here, zenith_deg=np.full(8760, 45.0), azimuth_deg=np.full(8760, 180.0), up_frac=np.ones(8760)
    )
    window = solar.Shading(height_m=2.0, width_m=1.0, overhang_depth_m=1.0, overhang_gap_m=0.5)
    lit = solar.sunlit_frac(sun, [180.0, 0.0], window)
    assert lit[0, 0] == pytest.approx(0.75)
    assert lit[1, 0] == 0.0
    fins = solar.Shading(height_m=2.0, width_m=2.0, fin_depth_m=1.0)
    oblique = dataclasses.replace(sun, azimuth_deg=np.full(8760, 225.0))
    assert solar.sunlit_frac(oblique, 180.0, fins)[0, 0] == pytest.approx(0.5)


def test_diffuse_shading_limits():
    """Proves: no device keeps all; an overhang as deep as the window is high keeps 41 % (crossed strings by hand)."""
    assert solar.diffuse_shading_factor(solar.Shading(1.5, 1.5))[0] == pytest.approx(1.0)
    deep = solar.diffuse_shading_factor(solar.Shading(1.0, 1.0, overhang_depth_m=1.0))
    assert deep[0] == pytest.approx(np.sqrt(2.0) - 1.0)


def test_decomposition_gives_the_global_back(weather):
    sun = solar.sun_position(weather)
    whole = weather.dni_w_per_m2 * sun.cos_zenith + weather.dhi_w_per_m2
    np.testing.assert_allclose(whole, weather.ghi_w_per_m2, atol=1e-9)
    assert np.all(weather.dhi_w_per_m2 >= 0)


@pytest.mark.parametrize(("tilt", "azimuth", "albedo"), [(-1.0, 0.0, 0.2), (90.0, np.nan, 0.2), (90.0, 0.0, 1.5)])
def test_impossible_surfaces_are_refused(weather, tilt, azimuth, albedo):
    with pytest.raises(ValueError, match="must be"):
        solar.surface_irradiance(weather, tilt, azimuth, albedo)


def test_impossible_shading_is_refused():
    with pytest.raises(ValueError, match="positive"):
        solar.diffuse_shading_factor(solar.Shading(0.0, 1.0))
    with pytest.raises(ValueError, match="negative"):
        solar.diffuse_shading_factor(solar.Shading(1.0, 1.0, fin_depth_m=-1.0))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda _: solar.surface_irradiance(None, 10.0, 180.0), "weather must be a Weather: got NoneType"),
        (lambda w: solar.surface_irradiance(w, "flat", 180.0), "tilt_deg must be a number"),
        (lambda w: solar.surface_irradiance(w, 10.0, [None]), "azimuth_deg must be a number"),
        (lambda w: solar.surface_irradiance(w, [1.0, 2.0], [1.0, 2.0, 3.0]), "tilt_deg 2, azimuth_deg 3, albedo 1"),
        (lambda w: solar.surface_irradiance(w, float("nan"), 180.0), "tilt_deg must be within"),
        (
            lambda w: solar.surface_irradiance(dataclasses.replace(w, dni_w_per_m2=np.zeros(8759)), 10.0, 180.0),
            r"dni_w_per_m2 of the weather must have 8760 finite values: got shape \(8759,\)",
        ),
        (lambda w: solar.sun_position(dataclasses.replace(w, lat_deg="north")), "lat_deg of the weather must"),
        (lambda _: solar.sun_position_at(None, 0.0, 0.0, 0.0), "lat_deg must be a finite number: got None"),
        (lambda _: solar.sun_position_at(91.0, 0.0, 0.0, 0.0), "lat_deg must be within -90 to 90"),
        (lambda w: solar.decompose_ghi(np.full(8760, np.nan), solar.sun_position(w)), "8760 not finite"),
        (lambda w: solar.decompose_ghi(np.zeros(8760), w), "sun must be a SunPosition: got Weather"),
        (lambda w: solar.sunlit_frac(solar.sun_position(w), "south", solar.Shading(1.0, 1.0)), "azimuth_deg must be"),
        (lambda _: solar.diffuse_shading_factor(solar.Shading("high", 1.0)), "height_m must be a number"),
        (lambda _: solar.diffuse_shading_factor(solar.Shading(float("nan"), 1.0)), "must be finite"),
    ],
)
def test_what_cannot_be_computed_is_named(call, said, weather):
    """Proves: text, gaps and wrong lengths are told by their name. If ignored: callers see errors of arrays, or NaN."""
    with pytest.raises((TypeError, ValueError), match=said):
        call(weather)
