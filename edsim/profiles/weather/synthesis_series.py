"""Series of days and hours that typical years are made of: random, with the means and spread of every month."""

import numpy as np
from numpy.typing import NDArray

from edsim.core.timegrid import DAYS_PER_MONTH, MONTH_OF_DAY, MONTH_OF_HOUR

Array = NDArray[np.float64]


def autoregressive(count: int, correlation: float, rng: np.random.Generator) -> Array:
    """Return a first-order autoregressive series of `count` values with zero mean and unit variance."""
    innovations = rng.standard_normal(count) * np.sqrt(1.0 - correlation**2)
    innovations[0] /= np.sqrt(1.0 - correlation**2)
    values, last = np.empty(count), 0.0
    for i, innovation in enumerate(innovations.tolist()):  # 0.5 ms; a filter of scipy.signal takes 0.5 s to import
        values[i] = last = innovation + correlation * last
    return values


def stretched(anomaly: Array, usual: Array, tail: float) -> Array:
    """Return anomalies whose part beyond half the usual spread on the warm side is `tail` times as large."""
    return np.asarray(anomaly + (tail - 1.0) * np.maximum(anomaly - 0.5 * usual, 0.0))


def smooth_year(monthly: Array) -> Array:
    """Return a continuous hourly line, straight between mid-months, whose monthly means are the given ones."""
    ends = np.cumsum(DAYS_PER_MONTH) * 24.0
    middle = ends - DAYS_PER_MONTH * 12.0
    hours = np.arange(8760) + 0.5
    nodes = monthly.copy()
    for _ in range(20):
        line = np.interp(hours, middle, nodes, period=8760.0)
        nodes = nodes + (monthly - month_means(line))
    line = np.interp(hours, middle, nodes, period=8760.0)
    return np.asarray(line + (monthly - month_means(line))[MONTH_OF_HOUR])


def skewed_scores(values: Array, skew: float) -> Array:
    """Return the normal scores of daily values bent to a skew (Cornish-Fisher, first term)."""
    scores = _normal_scores(values)
    return scores + skew / 6.0 * (scores**2 - 1.0)


def _normal_scores(values: Array) -> Array:
    """Return, month by month, the standard normal quantiles of the ranks of daily values."""
    from scipy.special import ndtri

    scores = np.empty(365)
    for month in range(12):
        days = np.flatnonzero(month == MONTH_OF_DAY)
        rank = values[days].argsort().argsort()
        scores[days] = ndtri((rank + 0.5) / len(days))
    return scores


def standardized(daily: Array) -> Array:
    """Return daily values with zero mean and unit standard deviation in every month."""
    return unit(np.repeat(daily, 24))[::24]


def hourly_anomaly(daily: Array, spread: Array) -> Array:
    """Return daily scores as a continuous hourly line with zero mean and the given spread of daily means a month."""
    noon = np.arange(365) * 24.0 + 12.0
    line = np.interp(np.arange(8760) + 0.5, noon, daily, period=8760.0)
    return unit(line) * spread[MONTH_OF_HOUR]


def of_spread(line: Array, anomaly: Array, spread: Array) -> Array:
    """Return the anomaly scaled month by month until the daily means of line plus anomaly have the given spread.

    Where the course of the line over a month alone has more, a tenth of the given spread is left.
    """
    course, wander = _daily_departures(line), _daily_departures(anomaly)
    square, product = means_of_days(wander**2), means_of_days(course * wander)
    missing = np.maximum(spread**2 - means_of_days(course**2), 0.0)
    safe = np.where(square > 0.0, square, np.inf)
    exact = (np.sqrt(product**2 + square * missing) - product) / safe
    scale = np.where(missing > 0.0, exact, 0.1 * spread / np.sqrt(safe))
    return np.asarray(anomaly * scale[MONTH_OF_HOUR])


def unit(hourly: Array) -> Array:
    """Return an hourly series with zero mean and unit spread of daily means in every month, 0 where days are alike."""
    centered = hourly - month_means(hourly)[MONTH_OF_HOUR]
    spread = month_spreads(centered)
    return np.asarray(centered / np.where(spread > 0.0, spread, np.inf)[MONTH_OF_HOUR])


def month_spreads(hourly: Array) -> Array:
    """Return the standard deviation of the daily means of an hourly series in each month."""
    return np.asarray(np.sqrt(means_of_days(_daily_departures(hourly) ** 2)))


def _daily_departures(hourly: Array) -> Array:
    """Return the daily means of an hourly series less the mean of their month."""
    daily = hourly.reshape(365, 24).mean(axis=1)
    return np.asarray(daily - means_of_days(daily)[MONTH_OF_DAY])


def means_of_days(daily: Array) -> Array:
    """Return the mean of daily values in each month."""
    return np.asarray(np.bincount(MONTH_OF_DAY, weights=daily, minlength=12) / DAYS_PER_MONTH)


def month_means(hourly: Array) -> Array:
    """Return the mean of hourly values in each month."""
    return np.asarray(np.bincount(MONTH_OF_HOUR, weights=hourly, minlength=12) / (24.0 * DAYS_PER_MONTH))
