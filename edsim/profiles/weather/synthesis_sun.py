"""Hourly global radiation of a typical year from twelve monthly means.

Daily clearness follows the distribution of Bendt, Collares-Pereira and Rabl 1981 (Solar Energy 27(1), 1-5) in the
closed form of Knight, Klein and Duffie 1991 (Solar Energy 46(2), 109-120) for its month; hours follow the long-term
profile of Collares-Pereira and Rabl 1979 (Solar Energy 22(2), 155-164) with autocorrelated noise after Graham and
Hollands 1990 (Solar Energy 44(6), 333-341), smaller than theirs so that beam share and PV yield
of real typical years are met.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import DataError, Finding
from edsim.core.timegrid import DAYS_PER_MONTH, MONTH_OF_DAY
from edsim.profiles.solar import SunPosition
from edsim.profiles.weather.synthesis_series import autoregressive

Array = NDArray[np.float64]

MIN_CLEARNESS: Final = 0.05
MAX_DAILY_CLEARNESS: Final = 0.80
_MAX_HOURLY_CLEARNESS: Final = 0.85
_DAY_CORRELATION: Final = 0.3
_HOUR_CORRELATION: Final = 0.4
_NOISE: Final = 0.08


def daily_clearness(ghi_kwh_per_m2_day: Array, sun: SunPosition, rng: np.random.Generator) -> Array:
    """Return the clearness of each day, (365,), whose radiation adds up to every month's mean exactly.

    Raises
    ------
    DataError
        E233 when a month has more radiation than 80 % of what reaches the atmosphere.
    """
    outside = daily_extraterrestrial_wh_per_m2(sun)
    sums: Array = np.asarray(np.bincount(MONTH_OF_DAY, weights=outside, minlength=12), dtype=float)
    wanted = 1e3 * ghi_kwh_per_m2_day * DAYS_PER_MONTH
    monthly: Array = np.divide(wanted, sums, out=np.zeros(12), where=sums > 0)
    _check_possible(ghi_kwh_per_m2_day, sums, monthly)
    order = autoregressive(365, _DAY_CORRELATION, rng)
    clearness = np.empty(365)
    for month in range(12):
        days = np.flatnonzero(month == MONTH_OF_DAY)
        rank = order[days].argsort().argsort()
        values = _distribution(float(monthly[month]), len(days))[rank]
        clearness[days] = _to_mean(values, outside[days], float(monthly[month]))
    return clearness


def hourly_ghi(clearness: Array, sun: SunPosition, lat_deg: float, rng: np.random.Generator) -> Array:
    """Return hourly global horizontal irradiance, W/m², (8760,), each day adding up to its clearness."""
    outside = sun.extraterrestrial_horizontal_w_per_m2.reshape(365, 24)
    profile = np.maximum(_profile(sun, lat_deg), 0.0)
    spread = _NOISE * np.sin(np.pi * np.clip(clearness / 0.9, 0.0, 1.0))
    noise = autoregressive(365 * 24, _HOUR_CORRELATION, rng).reshape(365, 24)
    shape = outside * profile * np.clip(1.0 + spread[:, None] * noise, 0.08, 3.0)
    wanted = (clearness * outside.sum(axis=1))[:, None]
    hourly = shape
    for _ in range(30):
        total = hourly.sum(axis=1, keepdims=True)
        hourly = hourly * np.divide(wanted, total, out=np.zeros_like(total), where=total > 0)
        hourly = np.minimum(hourly, _MAX_HOURLY_CLEARNESS * outside)
    return np.asarray(hourly.ravel())


def daily_extraterrestrial_wh_per_m2(sun: SunPosition) -> Array:
    """Return the daily sums outside the atmosphere on a horizontal plane, Wh/m², (365,)."""
    return np.asarray(sun.extraterrestrial_horizontal_w_per_m2.reshape(365, 24).sum(axis=1))


def _check_possible(ghi: Array, sums: Array, monthly: Array) -> None:
    dark = (sums <= 0) & (ghi > 0)
    bad = (monthly > MAX_DAILY_CLEARNESS) | dark
    if bad.any():
        month = int(np.argmax(bad))
        limit = MAX_DAILY_CLEARNESS * sums[month] / DAYS_PER_MONTH[month] / 1e3
        raise DataError.of(
            [
                Finding(
                    code="E233",
                    what="the normals hold more radiation than the sun gives at this latitude",
                    field="ghi_kwh_per_m2_day",
                    got=f"{ghi[month]:g} kWh/m² a day in month {month + 1}",
                    allowed=f"at most {limit:.2f}",
                    hint="check the unit (kWh/m² and day), the order of the months and the sign of the latitude",
                )
            ]
        )


def _distribution(mean: float, count: int) -> Array:
    """Return `count` daily clearness values in rising order, distributed for a month of the given mean."""
    mean = max(mean, MIN_CLEARNESS + 0.01)
    highest = min(0.6313 + 0.267 * mean - 11.9 * max(mean - 0.75, 0.0) ** 8, MAX_DAILY_CLEARNESS)
    if highest - mean < 0.01:
        return np.full(count, mean)
    xi = (highest - MIN_CLEARNESS) / (highest - mean)
    gamma = -1.498 + (1.184 * xi - 27.182 * np.exp(-1.5 * xi)) / (highest - MIN_CLEARNESS)
    if abs(gamma) < 1e-6:
        return np.linspace(MIN_CLEARNESS, highest, count)
    frac = (np.arange(count) + 0.5) / count
    inner = (1.0 - frac) * np.exp(gamma * MIN_CLEARNESS) + frac * np.exp(gamma * highest)
    return np.asarray(np.log(inner) / gamma)


def _to_mean(values: Array, weight: Array, mean: float) -> Array:
    if weight.sum() <= 0 or mean <= 0:
        return np.zeros_like(values)
    for _ in range(60):
        values = np.minimum(values * (mean * weight.sum() / (values * weight).sum()), MAX_DAILY_CLEARNESS)
    return values


def _profile(sun: SunPosition, lat_deg: float) -> Array:
    """Return the long-term ratio of hourly to daily clearness, up to a factor of the day, (365, 24)."""
    outside = sun.extraterrestrial_horizontal_w_per_m2.reshape(365, 24)
    hours = np.arange(24) + 0.5
    light = outside.sum(axis=1)
    noon = np.divide((outside * hours).sum(axis=1), light, out=np.full(365, 12.0), where=light > 0)
    declination = np.radians(23.45) * np.sin(2.0 * np.pi * (284.0 + np.arange(1, 366)) / 365.0)
    sunset = np.arccos(np.clip(-np.tan(np.radians(lat_deg)) * np.tan(declination), -1.0, 1.0))
    angle = np.radians(15.0) * (hours - noon[:, None])
    bend = np.sin(sunset - np.radians(60.0))[:, None]
    return np.asarray((0.409 + 0.5016 * bend) + (0.6609 - 0.4767 * bend) * np.cos(angle))
