"""A typical year of hourly weather from monthly normals, for sites without a weather file.

Radiation: :mod:`edsim.profiles.weather.synthesis_sun`, split by Erbs, Klein and Duffie 1982. Dry bulb:
:mod:`edsim.profiles.weather.synthesis_temp`. Here the dew point, which meets the mean relative humidity, and the wind:
their constants were set by hand with the files in view that the dry bulb was fitted to. What the years are good
for is in ``docs/how-to/weather.md``, how far they are from real ones in ``docs/explanation/validation-weather.md``.
"""

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edsim.core import moist_air
from edsim.core.errors import DataError, Finding
from edsim.core.timegrid import MONTH_OF_HOUR
from edsim.profiles import solar
from edsim.profiles.numbers import is_number, is_whole
from edsim.profiles.weather.checks import doubt
from edsim.profiles.weather.normals import Normals
from edsim.profiles.weather.sky import cloud_cover_from_ghi, sky_infrared_w_per_m2
from edsim.profiles.weather.synthesis_series import (
    autoregressive,
    hourly_anomaly,
    means_of_days,
    month_means,
    month_spreads,
    skewed_scores,
    smooth_year,
    standardized,
    stretched,
    unit,
)
from edsim.profiles.weather.synthesis_sun import daily_clearness, hourly_ghi
from edsim.profiles.weather.synthesis_temp import (
    DESIGN_PERCENTILE,
    dry_bulb,
    maritime_weight,
    mean_dew_point,
    restlessness,
    tail_for,
)
from edsim.profiles.weather.types import Weather

Array = NDArray[np.float64]

_DEW_SKEW: Final = -0.4
_INTERIOR_TIE: Final = -0.5  # of dew point to dry bulb from day to day in dry interiors with summer rain
_INTERIOR_SKEW: Final = -1.0
_AFTERNOON_DIP_PER_K: Final = 0.25
_HOURLY_DEW_NOISE_K: Final = 0.8
_HOURLY_DEW_CORRELATION: Final = 0.85
_MIN_DEW_DEPRESSION_K: Final = 0.05
_CLOSE_K: Final = 0.1
_WIND_CORRELATION: Final = 0.8
_WIND_DAILY_SWING: Final = 0.3


PROVEN_LATITUDE_DEG: Final = 30.0
"""Latitude beyond which the warmest hours of years made from monthly means alone are uncertain."""


def synthesize_year(
    normals: Normals, lat_deg: float, lon_deg: float, elevation_m: float, utc_offset_h: float, seed: int = 0
) -> Weather:
    """Return a typical year of hourly weather that has the given monthly normals.

    Monthly radiation and mean temperature are met exactly, relative humidity within 0.1 %. The same arguments
    always give the same year.

    Parameters
    ----------
    normals
        Twelve monthly means; its own site is not used.
    lat_deg, lon_deg
        Site, north and east positive.
    elevation_m
        Height above sea level; sets the air pressure.
    utc_offset_h
        Local standard time minus UTC.
    seed
        Not negative; other seeds give other days with the same normals.

    Raises
    ------
    DataError
        E233 when the radiation is impossible at this latitude, E234 when the site or the seed is.
    """
    _check_inputs(normals, lat_deg, lon_deg, elevation_m, utc_offset_h, seed)
    streams = [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(6)]
    sun = solar.sun_position_at(lat_deg, lon_deg, elevation_m, utc_offset_h)
    clearness = daily_clearness(normals.ghi_kwh_per_m2_day, sun, streams[0])
    ghi = hourly_ghi(clearness, sun, lat_deg, streams[1])
    dni, dhi = solar.decompose_ghi(ghi, sun)
    solar_shift_h = lon_deg / 15.0 - utc_offset_h
    restless = restlessness(normals, streams[5])
    temp, anomaly = dry_bulb(normals, abs(lat_deg), standardized(clearness), solar_shift_h, restless, streams[2])
    pressure = np.full(8760, float(moist_air.standard_pressure_pa(elevation_m)))
    air = maritime_weight(normals, abs(lat_deg)), _interior_weight(normals, abs(lat_deg), means_of_days(clearness))
    dew = _dew_point(normals, air, solar_shift_h, temp, anomaly, pressure, streams[3])
    rh, ratio = _moisture(temp, dew, pressure)
    made = Weather(
        name=normals.city,
        source=f"synthetic from monthly normals ({normals.source or 'no source given'}), seed {seed}",
        lat_deg=lat_deg,
        lon_deg=lon_deg,
        elevation_m=elevation_m,
        utc_offset_h=utc_offset_h,
        dry_bulb_temp_c=temp,
        relative_humidity_frac=rh,
        pressure_pa=pressure,
        wind_speed_m_per_s=_wind(normals.wind_speed_m_per_s, solar_shift_h, streams[4]),
        ghi_w_per_m2=ghi,
        dni_w_per_m2=dni,
        dhi_w_per_m2=dhi,
        sky_infrared_w_per_m2=sky_infrared_w_per_m2(temp, dew, cloud_cover_from_ghi(ghi, sun)),
        humidity_ratio_kg_per_kg=ratio,
        wet_bulb_temp_c=moist_air.wet_bulb_c(temp, ratio, pressure),
        synthetic=True,
        notes=_notes(normals),
    )
    return replace(made, doubts=_doubts(normals, made))


def _moisture(temp_c: Array, dew_point_c: Array, pressure_pa: Array) -> tuple[Array, Array]:
    """Return relative humidity and humidity ratio of air of a temperature and dew point."""
    rh = moist_air.saturation_pressure_pa(dew_point_c) / moist_air.saturation_pressure_pa(temp_c)
    return rh, moist_air.humidity_ratio(temp_c, rh, pressure_pa)


def _notes(normals: Normals) -> tuple[str, ...]:
    said: tuple[str, ...] = (
        "synthetic typical year: no measured hours; direct normal radiation comes from a mean diffuse fraction and is "
        "up to 35 % high at humid or cloudy sites, so do not size concentrating collectors with it",
    )
    if not normals.verified:
        said += ("part of the monthly normals is unverified: replace them or give a weather file before a decision",)
    return said


def _doubts(normals: Normals, made: Weather) -> tuple[Finding, ...]:
    """Return the findings on the warmest hours of a made year: of no proven accuracy, or not as designed for."""
    found = []
    if abs(made.lat_deg) > PROVEN_LATITUDE_DEG and normals.design_dry_bulb_c is None:
        what = "peaks of a typical year made without design temperatures are uncertain this far from the equator"
        hint = "give design_dry_bulb_c and design_wet_bulb_c in a table of normals, or a weather file"
        found.append(doubt(made, "W223", what, "lat_deg", f"{made.lat_deg:.1f}°", hint))
    for bulb in ("dry_bulb", "wet_bulb"):
        design = getattr(normals, f"design_{bulb}_c")
        reached = float(np.percentile(getattr(made, f"{bulb}_temp_c"), DESIGN_PERCENTILE))
        if design is not None and abs(reached - design) > _CLOSE_K:
            what = "the typical year misses a design temperature of the normals"
            hint = "check the design temperature and the monthly means, or give a weather file"
            got = f"{reached:.1f} °C, not {design:g} °C"
            found.append(doubt(made, "W222", what, f"design_{bulb}_c", got, hint))
    return tuple(found)


def _check_inputs(
    normals: Normals, lat_deg: float, lon_deg: float, elevation_m: float, utc_offset_h: float, seed: int
) -> None:
    checks = (
        ("lat_deg", lat_deg, -66.0, 66.0, "-66 to 66 (no polar day or night)"),
        ("lon_deg", lon_deg, -180.0, 180.0, "-180 to 180"),
        ("elevation_m", elevation_m, -430.0, 6000.0, "-430 to 6000"),
        ("utc_offset_h", utc_offset_h, -12.0, 14.0, "-12 to 14"),
    )
    findings = [
        _impossible(name, value, allowed)
        for name, value, low, high, allowed in checks
        if not (is_number(value) and low <= value <= high)
    ]
    if not (is_whole(seed) and seed >= 0):
        findings.append(_impossible("seed", seed, "a whole number, not negative"))
    given: object = normals
    if not isinstance(given, Normals):
        findings.append(_impossible("normals", type(given).__name__, "Normals"))
    if findings:
        raise DataError.of(findings)


def _impossible(field: str, value: object, allowed: str) -> Finding:
    got = f"{value:g}" if is_number(value) else str(value)[:40]
    return Finding(code="E234", what="no typical year can be made", field=field, got=got, allowed=allowed)


def _dew_point(
    normals: Normals,
    air: tuple[Array, Array],
    solar_shift_h: float,
    temp: Array,
    temp_anomaly: Array,
    pressure_pa: Array,
    rng: np.random.Generator,
) -> Array:
    """Return the hourly dew point whose relative humidity has the monthly means, and the design wet bulb if given.

    `air` tells how far each month is one of maritime air, and of a dry interior with clouds in summer.
    """
    maritime, interior = air
    target = normals.relative_humidity_frac
    dew_mean = mean_dew_point(normals)
    hot_land = np.clip((normals.mean_temp_c - 24.0) / 4.0, 0.0, 1.0) * (1.0 - maritime)
    spread = 1.25 * month_spreads(temp_anomaly) ** 0.88 * (1.0 - 0.25 * maritime + 0.40 * hot_land)
    own = hourly_anomaly(skewed_scores(autoregressive(365, 0.6, rng), _DEW_SKEW), np.ones(12))
    tied = unit(temp_anomaly)
    usual_tie = np.clip(1.41 * target - 0.5, 0.0, 0.6)
    rho = (usual_tie + interior * (_INTERIOR_TIE - usual_tie))[MONTH_OF_HOUR]
    scores = rho * tied + np.sqrt(1.0 - rho**2) * own
    scores += _INTERIOR_SKEW / 6.0 * interior[MONTH_OF_HOUR] * (scores**2 - 1.0)
    anomaly = spread[MONTH_OF_HOUR] * scores
    hourly = _HOURLY_DEW_NOISE_K * autoregressive(8760, _HOURLY_DEW_CORRELATION, rng)
    swing = normals.mean_daily_max_temp_c - normals.mean_daily_min_temp_c
    dip = _AFTERNOON_DIP_PER_K * np.maximum(swing - 6.0, 0.0)
    hour = np.tile(np.arange(24) + 0.5 + solar_shift_h, 365)
    course = -0.5 * dip[MONTH_OF_HOUR] * np.cos(2.0 * np.pi * (hour - 14.0) / 24.0)
    base, wander = smooth_year(dew_mean) + course, anomaly + hourly
    usual = np.hypot(spread, _HOURLY_DEW_NOISE_K)[MONTH_OF_HOUR]

    def at(tail: float) -> Array:
        return _at_mean_humidity(base + stretched(wander, usual, tail), temp, target)

    def wet_bulb_at(tail: float) -> Array:
        return moist_air.wet_bulb_c(temp, _moisture(temp, at(tail), pressure_pa)[1], pressure_pa)

    return at(tail_for(normals.design_wet_bulb_c, wet_bulb_at))


def _interior_weight(normals: Normals, latitude: float, clearness: Array) -> Array:
    """Return how far each month is a warm one of a dry interior with clouds in summer, 0 to 1.

    There moist days are the cooler ones, of clouds and wet ground, and thunderstorms cap the moisture: dry bulb and dew
    point of hours are correlated by -0.3 to -0.6 (High Plains, Colorado, Arizona), by up to +0.7 elsewhere. Told by a
    relative humidity below 0.54 (none above 0.64) and by summers hardly clearer than winters: the clearness of the
    three warmest months is at most 0.07 above that of the coldest (none from 0.11: Mediterranean, Egypt, Europe, whose
    dry summers are clear); full from 30° of latitude and 20 °C.
    """
    order = normals.mean_temp_c.argsort()
    clearer = float(clearness[order[-3:]].mean() - clearness[order[:3]].mean())
    dry = np.clip((0.64 - normals.relative_humidity_frac) / 0.10, 0.0, 1.0)
    warm = np.clip((normals.mean_temp_c - 12.0) / 8.0, 0.0, 1.0)
    place = np.clip((0.11 - clearer) / 0.04, 0.0, 1.0) * np.clip((latitude - 22.0) / 8.0, 0.0, 1.0)
    return np.asarray(place * dry * warm)


def _at_mean_humidity(dew: Array, temp: Array, target: Array) -> Array:
    """Return a dew point shifted month by month until the relative humidity has the wanted means."""
    saturation = moist_air.saturation_pressure_pa(temp)
    low, high = np.full(12, -30.0), np.full(12, 30.0)
    for _ in range(40):
        shift = 0.5 * (low + high)
        trial = np.minimum(dew + shift[MONTH_OF_HOUR], temp - _MIN_DEW_DEPRESSION_K)
        above = month_means(moist_air.saturation_pressure_pa(trial) / saturation) > target
        low, high = np.where(above, low, shift), np.where(above, shift, high)
    return np.asarray(trial)


def _wind(monthly: Array, solar_shift_h: float, rng: np.random.Generator) -> Array:
    """Return hourly wind: Weibull with shape 2, autocorrelated, strongest at 14 h solar time, exact monthly means."""
    from scipy.special import ndtr

    probability = np.clip(ndtr(autoregressive(8760, _WIND_CORRELATION, rng)), 1e-9, 1.0 - 1e-9)
    hour = np.tile(np.arange(24) + 0.5 + solar_shift_h, 365)
    daily = 1.0 + _WIND_DAILY_SWING * np.cos(2.0 * np.pi * (hour - 14.0) / 24.0)
    speed = np.sqrt(-np.log1p(-probability)) * daily
    return np.asarray(speed * (monthly / month_means(speed))[MONTH_OF_HOUR])
