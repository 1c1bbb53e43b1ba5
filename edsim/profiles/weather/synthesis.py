"""A typical year of hourly weather from monthly normals, for sites without a weather file.

Radiation: :mod:`edsim.profiles.weather.synthesis_sun`, split by Erbs, Klein and Duffie 1982. Air: monthly means joined
by a line, autocorrelated day-to-day anomalies, a daily shape that meets mean, mean daily maximum and minimum of every
month, and a dew point that meets the mean relative humidity.

The spread of the daily anomalies and the daily shape were fitted for edsim to 17 typical-year files between 51° N and
34° S (TMY3, TMY2, IWEC and Meteonorm; R² 0.71 of the logarithm of the monthly standard deviation); the other
constants were set by hand with the same files in view. What the years are
good for, and how far they are from real ones, is in ``docs/how-to/weather.md``.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edsim.core import moist_air
from edsim.core.errors import DataError, Finding
from edsim.core.timegrid import MONTH_OF_DAY, MONTH_OF_HOUR
from edsim.profiles import solar
from edsim.profiles.numbers import is_number, is_whole
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
from edsim.profiles.weather.types import Weather

Array = NDArray[np.float64]

# Daily course of the dry bulb, 0 at its lowest and 1 at its highest, mean of the 17 files, by solar hour.
_DAILY_SHAPE: Final = np.array(
    [
        *(0.151, 0.101, 0.061, 0.028, 0.003, 0.010, 0.112, 0.286, 0.473, 0.647, 0.794, 0.900),
        *(0.964, 0.992, 0.987, 0.924, 0.811, 0.674, 0.545, 0.446, 0.365, 0.294, 0.228, 0.176),
    ]
)
_RESTLESS_K: Final = 0.4  # hour to hour: showers, sea breeze, passing clouds; the 57 years have 1.1 K off smooth days
_RESTLESS_FRAC: Final = 0.12  # of the daily swing at most
_RESTLESS_CORRELATION: Final = 0.76
_SHAPE_DELAY_H: Final = 0.2  # between the means of measured (earlier) and modeled (later) years
_TEMP_CORRELATION: Final = 0.65
_TEMP_SKEW: Final = -0.6
_FRONTAL_SKEW: Final = 1.25
_FRONTAL_SKEW_WARM: Final = 2.2
_FRONTAL_SPREAD: Final = 0.2
_FRONTAL_SPREAD_WARM: Final = 0.35
_STORM_BELT_DEG: Final = 48.0
_WIDEST_YEARLY_SWING_K: Final = 28.0
_DEW_SKEW: Final = -0.4
_AFTERNOON_DIP_PER_K: Final = 0.25
_MARITIME_SPREAD_K: Final = 1.1
_HOURLY_DEW_NOISE_K: Final = 0.8
_HOURLY_DEW_CORRELATION: Final = 0.85
_MIN_DEW_DEPRESSION_K: Final = 0.05
_EXTREME_ROUNDS: Final = 8
_DESIGN_PERCENTILE: Final = 99.6
_DESIGN_ROUNDS: Final = 14
_LONGEST_TAIL: Final = 6.0
_CLOSE_K: Final = 0.1
_WIND_CORRELATION: Final = 0.8
_WIND_DAILY_SWING: Final = 0.3


PROVEN_LATITUDE_DEG: Final = 30.0
"""Latitude beyond which the warmest hours of years made from monthly means alone are uncertain."""
NO_DESIGN: Final = "design temperatures are not given:"


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
    restless = _restlessness(normals, streams[5])
    temp, anomaly = _dry_bulb(normals, abs(lat_deg), standardized(clearness), solar_shift_h, restless, streams[2])
    pressure = np.full(8760, float(moist_air.standard_pressure_pa(elevation_m)))
    dew = _dew_point(normals, abs(lat_deg), solar_shift_h, temp, anomaly, pressure, streams[3])
    rh, ratio = _moisture(temp, dew, pressure)
    wet_bulb = moist_air.wet_bulb_c(temp, ratio, pressure)
    return Weather(
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
        wet_bulb_temp_c=wet_bulb,
        synthetic=True,
        notes=_notes(normals, abs(lat_deg)) + _missed(normals, temp, wet_bulb),
    )


def _moisture(temp_c: Array, dew_point_c: Array, pressure_pa: Array) -> tuple[Array, Array]:
    """Return relative humidity and humidity ratio of air of a temperature and dew point."""
    rh = moist_air.saturation_pressure_pa(dew_point_c) / moist_air.saturation_pressure_pa(temp_c)
    return rh, moist_air.humidity_ratio(temp_c, rh, pressure_pa)


def _notes(normals: Normals, latitude: float) -> tuple[str, ...]:
    said: tuple[str, ...] = (
        "synthetic typical year: no measured hours; direct normal radiation comes from a mean diffuse fraction and is "
        "up to 35 % high at humid or cloudy sites, so do not size concentrating collectors with it",
    )
    if not normals.verified:
        said += ("part of the monthly normals is unverified: replace them or give a weather file before a decision",)
    if latitude > PROVEN_LATITUDE_DEG and normals.design_dry_bulb_c is None:
        said += (f"{NO_DESIGN} this far from the equator the 99.6 % dry bulb is up to 2.5 K off real years",)
    return said


def _missed(normals: Normals, temp_c: Array, wet_bulb_c: Array) -> tuple[str, ...]:
    """Return a note on each design temperature that no stretch of the warm spells reaches."""
    asked = (("dry bulb", normals.design_dry_bulb_c, temp_c), ("wet bulb", normals.design_wet_bulb_c, wet_bulb_c))
    return tuple(
        f"design {name} of {design:g} °C does not go with the monthly means: this year has {found:.1f} °C; check both"
        for name, design, series in asked
        if design is not None and abs((found := float(np.percentile(series, _DESIGN_PERCENTILE))) - design) > _CLOSE_K
    )


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


def _restlessness(normals: Normals, rng: np.random.Generator) -> Array:
    """Return the hour-to-hour departure of the dry bulb from a smooth day, K: zero mean on every day."""
    swing = normals.mean_daily_max_temp_c - normals.mean_daily_min_temp_c
    spread = np.minimum(_RESTLESS_K, _RESTLESS_FRAC * swing)[MONTH_OF_HOUR]
    days = autoregressive(8760, _RESTLESS_CORRELATION, rng).reshape(365, 24)
    return np.asarray(spread * (days - days.mean(axis=1, keepdims=True)).ravel())


def _dry_bulb(
    normals: Normals,
    latitude: float,
    clearness_scores: Array,
    solar_shift_h: float,
    restless: Array,
    rng: np.random.Generator,
) -> tuple[Array, Array]:
    """Return the hourly dry bulb and the hourly anomaly of the days that is in it."""
    mean = normals.mean_temp_c
    scores = autoregressive(365, _TEMP_CORRELATION, rng)
    maritime, frontal = _maritime_weight(normals, latitude), _frontal_weight(normals, latitude)
    subtropical = float(np.clip((45.0 - latitude) / 8.0, 0.0, 1.0))
    wider = _FRONTAL_SPREAD + _FRONTAL_SPREAD_WARM * float(np.clip((35.0 - latitude) / 10.0, 0.0, 1.0))
    spread = _daily_spread_k(mean, latitude, maritime) * (1.0 + wider * frontal)
    skew = _TEMP_SKEW + (_FRONTAL_SKEW + _FRONTAL_SKEW_WARM * subtropical) * frontal
    anomaly = hourly_anomaly(skewed_scores(scores, skew), spread)
    factor = _swing_factors(normals, latitude, clearness_scores, rng)

    usual = spread[MONTH_OF_HOUR]

    def at(tail: float) -> Array:
        base = smooth_year(mean) + stretched(anomaly, usual, tail) + restless
        return _with_extremes(normals, base, factor, solar_shift_h)

    return at(_tail_for(normals.design_dry_bulb_c, at)), anomaly


def _tail_for(design_c: float | None, year_at: Callable[[float], Array]) -> float:
    """Return the stretch of warm spells with which 0.4 % of the hours exceed a design temperature; 1 if none is given.

    Of temperatures out of reach the nearest is met; the notes of the year say so.
    """
    if design_c is None:
        return 1.0
    low, high = 0.0, _LONGEST_TAIL
    for _ in range(_DESIGN_ROUNDS):
        tail = 0.5 * (low + high)
        above = float(np.percentile(year_at(tail), _DESIGN_PERCENTILE)) > design_c
        low, high = (low, tail) if above else (tail, high)
    return 0.5 * (low + high)


def _with_extremes(normals: Normals, base: Array, factor: Array, solar_shift_h: float) -> Array:
    """Return the dry bulb of a base line and the days' swing `factor` that meets mean daily maxima and minima.

    Days that warm or cool from midnight to midnight have wider extremes than their course: corrected in a few rounds.
    """
    mean, highest, lowest = normals.mean_temp_c, normals.mean_daily_max_temp_c, normals.mean_daily_min_temp_c
    temp = base
    for _ in range(_EXTREME_ROUNDS):
        course = _daily_course(mean, highest, lowest, solar_shift_h)
        temp = base + (factor[:, None] * course[MONTH_OF_DAY]).ravel()
        temp = temp - (month_means(temp) - mean)[MONTH_OF_HOUR]
        days = temp.reshape(365, 24)
        highest = highest + normals.mean_daily_max_temp_c - means_of_days(days.max(axis=1))
        lowest = lowest + normals.mean_daily_min_temp_c - means_of_days(days.min(axis=1))
    return temp


def _daily_course(mean: Array, highest: Array, lowest: Array, solar_shift_h: float) -> Array:
    """Return the hourly departure from the daily mean in each month, K, (12, 24)."""
    swing = np.maximum(highest - lowest, 0.5)
    shape = _daily_shapes(np.clip((mean - lowest) / swing, 0.2, 0.8), solar_shift_h)
    return np.asarray(swing[:, None] * (shape - shape.mean(axis=1, keepdims=True)))


def _maritime_weight(normals: Normals, latitude: float) -> Array:
    """Return how far each month is ruled by warm moist maritime air, 0 to 1: little spread from day to day.

    Full at a mean dew point of 23 °C below 30° of latitude; none in months hotter than the sea (32 °C).
    """
    moist = np.clip((_mean_dew_point(normals) - 19.0) / 4.0, 0.0, 1.0)
    near_sea_temp = np.clip((32.0 - normals.mean_temp_c) / 3.0, 0.0, 1.0)
    return np.asarray(moist * near_sea_temp * np.clip((36.0 - latitude) / 6.0, 0.0, 1.0))


def _frontal_weight(normals: Normals, latitude: float) -> float:
    """Return how far a place is ruled by passing fronts over a mild sea or its hinterland, 0 to 1.

    Such places beyond the tropics have a small swing over the year for their latitude and rare hot days when the wind
    comes from land: full below 0.34 K of yearly swing per degree of latitude, none above 0.42 and below 22°.
    """
    swing_per_deg = float(np.ptp(normals.mean_temp_c)) / max(latitude, 1.0)
    mild = float(np.clip((0.42 - swing_per_deg) / 0.08, 0.0, 1.0) * np.clip((latitude - 22.0) / 3.0, 0.0, 1.0))
    return mild * (1.0 - float(_maritime_weight(normals, latitude).max()))


def _daily_spread_k(mean_temp_c: Array, latitude: float, maritime: Array) -> Array:
    """Return the standard deviation of daily means in each month, K (fit of this module's docstring).

    It grows no further than to the belt of travelling cyclones: beyond, real years have less than the fit carried on.
    """
    belt, swing = min(latitude, _STORM_BELT_DEG), min(float(np.ptp(mean_temp_c)), _WIDEST_YEARLY_SWING_K)
    spread = -0.2041 + 0.01294 * belt + 0.0338 * (mean_temp_c.max() - mean_temp_c) + 0.0254 * swing
    return np.asarray(np.exp((1.0 - maritime) * spread + maritime * np.log(_MARITIME_SPREAD_K)))


def _swing_factors(normals: Normals, latitude: float, clearness_scores: Array, rng: np.random.Generator) -> Array:
    """Return each day's temperature swing over the month's, mean 1 in every month; clear days swing more."""
    swing = normals.mean_daily_max_temp_c - normals.mean_daily_min_temp_c
    spread = np.maximum(0.15 + 0.02 * (8.0 - swing), 0.08)
    spread += (1.0 - _maritime_weight(normals, latitude)) * 0.008 * max(latitude - 20.0, 0.0)
    scores = 0.65 * clearness_scores + np.sqrt(1 - 0.65**2) * rng.standard_normal(365)
    factor = np.maximum(1.0 + spread[MONTH_OF_DAY] * scores, 0.15)
    return np.asarray(factor / means_of_days(factor)[MONTH_OF_DAY])


def _daily_shapes(mean_level: Array, solar_shift_h: float) -> Array:
    """Return the daily course of each month on the clock, 0 to 1 with the wanted mean level, (12, 24).

    The fitted shape is raised to the power that gives the mean level.
    """
    hours = np.arange(24) + 0.5
    clock = np.interp(hours + solar_shift_h - _SHAPE_DELAY_H, hours, _DAILY_SHAPE, period=24.0)
    clock = (clock - clock.min()) / np.ptp(clock)
    low, high = np.full(12, 0.05), np.full(12, 20.0)
    for _ in range(60):
        power = np.sqrt(low * high)
        level = (clock[None, :] ** power[:, None]).mean(axis=1)
        low, high = np.where(level > mean_level, power, low), np.where(level > mean_level, high, power)
    return np.asarray(clock[None, :] ** power[:, None])


def _dew_point(
    normals: Normals,
    latitude: float,
    solar_shift_h: float,
    temp: Array,
    temp_anomaly: Array,
    pressure_pa: Array,
    rng: np.random.Generator,
) -> Array:
    """Return the hourly dew point whose relative humidity has the monthly means, and the design wet bulb if given."""
    target = normals.relative_humidity_frac
    dew_mean = _mean_dew_point(normals)
    maritime = _maritime_weight(normals, latitude)
    hot_land = np.clip((normals.mean_temp_c - 24.0) / 4.0, 0.0, 1.0) * (1.0 - maritime)
    spread = 1.25 * month_spreads(temp_anomaly) ** 0.88 * (1.0 - 0.25 * maritime + 0.40 * hot_land)
    own = hourly_anomaly(skewed_scores(autoregressive(365, 0.6, rng), _DEW_SKEW), np.ones(12))
    tied = unit(temp_anomaly)
    rho = np.clip(1.41 * target - 0.5, 0.0, 0.6)[MONTH_OF_HOUR]
    anomaly = spread[MONTH_OF_HOUR] * (rho * tied + np.sqrt(1.0 - rho**2) * own)
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

    return at(_tail_for(normals.design_wet_bulb_c, wet_bulb_at))


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


def _mean_dew_point(normals: Normals) -> Array:
    """Return the dew point of each month's mean air, a start for the one that meets the mean humidity."""
    vapor = normals.relative_humidity_frac * moist_air.saturation_pressure_pa(normals.mean_temp_c)
    pressure = 101325.0  # cancels: only the vapor pressure matters
    return moist_air.dew_point_c(moist_air.MOLAR_MASS_RATIO * vapor / (pressure - vapor), pressure)


def _wind(monthly: Array, solar_shift_h: float, rng: np.random.Generator) -> Array:
    """Return hourly wind: Weibull with shape 2, autocorrelated, strongest at 14 h solar time, exact monthly means."""
    from scipy.special import ndtr

    probability = np.clip(ndtr(autoregressive(8760, _WIND_CORRELATION, rng)), 1e-9, 1.0 - 1e-9)
    hour = np.tile(np.arange(24) + 0.5 + solar_shift_h, 365)
    daily = 1.0 + _WIND_DAILY_SWING * np.cos(2.0 * np.pi * (hour - 14.0) / 24.0)
    speed = np.sqrt(-np.log1p(-probability)) * daily
    return np.asarray(speed * (monthly / month_means(speed))[MONTH_OF_HOUR])
