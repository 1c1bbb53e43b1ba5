"""Hourly dry bulb of a typical year from twelve monthly normals.

Monthly means joined by a line, autocorrelated day-to-day anomalies, and a daily shape that meets mean, mean daily
maximum and minimum of every month. The spread of the daily anomalies is met where it is stated; else it follows a fit
made for edsim, like the daily shape, to 17 typical-year files between 51° N and 34° S (TMY3, TMY2, IWEC and Meteonorm;
R² 0.71 of the logarithm of the monthly standard deviation). The other constants were set by hand with these files in
view; a search with 104 years of 63 places, each place left out in turn, found none that do better.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edsim.core import moist_air
from edsim.core.timegrid import MONTH_OF_DAY, MONTH_OF_HOUR
from edsim.profiles.weather.normals import Normals
from edsim.profiles.weather.synthesis_series import (
    autoregressive,
    hourly_anomaly,
    means_of_days,
    month_means,
    of_spread,
    skewed_scores,
    smooth_year,
    stretched,
)

Array = NDArray[np.float64]

# Daily course of the dry bulb, 0 at its lowest and 1 at its highest, mean of the 17 files, by solar hour.
_DAILY_SHAPE: Final = np.array(
    [
        *(0.151, 0.101, 0.061, 0.028, 0.003, 0.010, 0.112, 0.286, 0.473, 0.647, 0.794, 0.900),
        *(0.964, 0.992, 0.987, 0.924, 0.811, 0.674, 0.545, 0.446, 0.365, 0.294, 0.228, 0.176),
    ]
)
_RESTLESS_K: Final = 0.4  # hour to hour: showers, sea breeze, passing clouds; 57 real years have 1.1 K off smooth days
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
_MARITIME_SPREAD_K: Final = 1.1
_COLD_SPELL_SKEW: Final = -1.5  # warm moist coasts: a stated spread is that of cold spells, the sea caps warm days
_EXTREME_ROUNDS: Final = 8
_DESIGN_ROUNDS: Final = 14
_LONGEST_TAIL: Final = 6.0
DESIGN_PERCENTILE: Final = 99.6
"""Percentile of the hours of a year that is the cooling design temperature (0.4 % of the hours are above)."""


def restlessness(normals: Normals, rng: np.random.Generator) -> Array:
    """Return the hour-to-hour departure of the dry bulb from a smooth day, K: zero mean on every day."""
    swing = normals.mean_daily_max_temp_c - normals.mean_daily_min_temp_c
    spread = np.minimum(_RESTLESS_K, _RESTLESS_FRAC * swing)[MONTH_OF_HOUR]
    days = autoregressive(8760, _RESTLESS_CORRELATION, rng).reshape(365, 24)
    return np.asarray(spread * (days - days.mean(axis=1, keepdims=True)).ravel())


def dry_bulb(
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
    maritime, frontal = maritime_weight(normals, latitude), _frontal_weight(normals, latitude)
    subtropical = float(np.clip((45.0 - latitude) / 8.0, 0.0, 1.0))
    wider = _FRONTAL_SPREAD + _FRONTAL_SPREAD_WARM * float(np.clip((35.0 - latitude) / 10.0, 0.0, 1.0))
    spread = daily_spread_k(mean, latitude, maritime) * (1.0 + wider * frontal)
    skew = _TEMP_SKEW + (_FRONTAL_SKEW + _FRONTAL_SKEW_WARM * subtropical) * frontal
    stated = normals.daily_mean_std_k
    if stated is not None:
        skew += _COLD_SPELL_SKEW * float(maritime.max())
    usual = hourly_anomaly(skewed_scores(scores, skew), spread)
    factor = _swing_factors(normals, latitude, clearness_scores, rng)
    line = smooth_year(mean)

    def anomaly(tail: float) -> Array:
        wander = stretched(usual, spread[MONTH_OF_HOUR], tail)
        return wander if stated is None else of_spread(line, wander, stated)

    def at(tail: float) -> Array:
        return _with_extremes(normals, line + anomaly(tail) + restless, factor, solar_shift_h)

    return at(tail_for(normals.design_dry_bulb_c, at)), anomaly(1.0)


def tail_for(design_c: float | None, year_at: Callable[[float], Array]) -> float:
    """Return the stretch of warm spells with which 0.4 % of the hours exceed a design temperature; 1 if none is given.

    Of temperatures out of reach the nearest is met; the notes of the year say so.
    """
    if design_c is None:
        return 1.0
    low, high = 0.0, _LONGEST_TAIL
    for _ in range(_DESIGN_ROUNDS):
        tail = 0.5 * (low + high)
        above = float(np.percentile(year_at(tail), DESIGN_PERCENTILE)) > design_c
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


def maritime_weight(normals: Normals, latitude: float) -> Array:
    """Return how far each month is ruled by warm moist maritime air, 0 to 1: little spread from day to day.

    Full at a mean dew point of 23 °C below 30° of latitude; none in months hotter than the sea (32 °C).
    """
    moist = np.clip((mean_dew_point(normals) - 19.0) / 4.0, 0.0, 1.0)
    near_sea_temp = np.clip((32.0 - normals.mean_temp_c) / 3.0, 0.0, 1.0)
    return np.asarray(moist * near_sea_temp * np.clip((36.0 - latitude) / 6.0, 0.0, 1.0))


def _frontal_weight(normals: Normals, latitude: float) -> float:
    """Return how far a place is ruled by passing fronts over a mild sea or its hinterland, 0 to 1.

    Such places beyond the tropics have a small swing over the year for their latitude and rare hot days when the wind
    comes from land: full below 0.34 K of yearly swing per degree of latitude, none above 0.42 and below 22°.
    """
    swing_per_deg = float(np.ptp(normals.mean_temp_c)) / max(latitude, 1.0)
    mild = float(np.clip((0.42 - swing_per_deg) / 0.08, 0.0, 1.0) * np.clip((latitude - 22.0) / 3.0, 0.0, 1.0))
    return mild * (1.0 - float(maritime_weight(normals, latitude).max()))


def daily_spread_k(mean_temp_c: Array, latitude: float, maritime: Array) -> Array:
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
    spread += (1.0 - maritime_weight(normals, latitude)) * 0.008 * max(latitude - 20.0, 0.0)
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


def mean_dew_point(normals: Normals) -> Array:
    """Return the dew point of each month's mean air, a start for the one that meets the mean humidity."""
    vapor = normals.relative_humidity_frac * moist_air.saturation_pressure_pa(normals.mean_temp_c)
    pressure = 101325.0  # cancels: only the vapor pressure matters
    return moist_air.dew_point_c(moist_air.MOLAR_MASS_RATIO * vapor / (pressure - vapor), pressure)
