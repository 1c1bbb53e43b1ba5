"""Bills of heat as hourly heat: a base load all year, and what follows the weather.

The sums of days or months are shared by a regression ``sum = base * hours + slope * weather``, both at least 0 (the
three-parameter change-point model of ASHRAE Guideline 14-2014, annex D). The weather is the simulated heating of the
building where it agrees with the sums, else the degree-hours below the balance temperature that fits them best; air
leaks in by the hour and walls follow the day, so that the outside is the mean of hour and day. Every sum is then kept:
a month below the regression is scaled down, one above it is raised by a quarter at most and has the rest spread evenly,
so that no bill is put on the few hours of a month in which the model heats hardly at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from edsim.core.errors import DataError, Finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edsim.profiles.types import Array

_BALANCE_C = np.arange(8.0, 22.5, 0.5)
_ORDER_C = 18.0
_AGREES = (0.5, 2.0)
"""Measured over simulated weather-dependent heat within which the hours of the simulation are taken."""
_SCATTER_MARGIN = 0.1
"""By how much more than degree-hours the simulation may scatter around the sums, of their mean."""
_RAISED = 1.25
_VARIES, _AGAINST = 0.15, -0.3
_LEAST_KWH = 1e-9


@dataclass(frozen=True, slots=True)
class SharedHeat:
    """Measured heat hour by hour.

    Attributes
    ----------
    base_kw, weather_kw : (8760,)
        Load of all the year, and what follows the weather; their sum has the measured sums.
    balance_c
        Balance temperature of the degree-hours; None where the hours are those of the simulation.
    slope
        Times the simulation, or kW per kelvin below the balance temperature.
    cv_frac
        Scatter of the sums around the regression, of their mean.
    """

    base_kw: Array
    weather_kw: Array
    balance_c: float | None
    slope: float
    cv_frac: float


def shared_heat(
    sums_kwh: Array, period: NDArray[np.int64], simulated_kw: Array, outdoor_c: Array, *, name: str = "measured"
) -> SharedHeat:
    """Return measured sums of heat as base load and weather-dependent heat by the hour.

    Parameters
    ----------
    sums_kwh : (periods,)
        Heat of each day or month, kWh.
    period : (8760,)
        Index of the sum each hour belongs to.
    simulated_kw, outdoor_c : (8760,)
        Simulated heating, kW, and outdoor air, °C.
    name
        What messages call the sums.

    Raises
    ------
    DataError
        E325 when the sums run against the weather.
    """
    _require_order(sums_kwh, period, outdoor_c, name)
    felt_c = 0.5 * (outdoor_c + _mean_of_a_day(outdoor_c))
    drivers = {float(t): np.maximum(t - felt_c, 0.0) for t in _BALANCE_C}
    best = min((_fit(sums_kwh, period, d, t) for t, d in drivers.items()), key=lambda f: f.cv_frac)
    if simulated_kw.any():
        own = _fit(sums_kwh, period, simulated_kw, None)
        if _AGREES[0] <= own.slope <= _AGREES[1] and own.cv_frac <= best.cv_frac + _SCATTER_MARGIN:
            best = own
    driver = simulated_kw if best.balance_c is None else drivers[best.balance_c]
    return _kept(sums_kwh, period, best, driver)


def _mean_of_a_day(outdoor_c: Array) -> Array:
    """Return the mean of the 24 hours before the end of each hour, which walls and furniture follow."""
    total = np.cumsum(np.concatenate((outdoor_c[-24:], outdoor_c)))
    return np.asarray((total[24:] - total[:-24]) / 24.0)


@dataclass(frozen=True, slots=True)
class _Fit:
    """Base, kW, and slope of the sums over a driver, and their scatter."""

    base_kw: float
    slope: float
    cv_frac: float
    balance_c: float | None


def _fit(sums: Array, period: NDArray[np.int64], driver: Array, balance_c: float | None) -> _Fit:
    """Return the least squares of the sums over hours and driver, neither below 0."""
    x = np.stack([np.bincount(period), np.bincount(period, driver)], axis=1).astype(float)
    tried: Iterable[Array] = (
        np.linalg.lstsq(x, sums, rcond=None)[0],
        np.array([0.0, _alone(x[:, 1], sums)]),
        np.array([_alone(x[:, 0], sums), 0.0]),
    )
    base, slope = min((b for b in tried if (b >= 0.0).all()), key=lambda b: float(((x @ b - sums) ** 2).sum()))
    scatter = float(np.sqrt(((x @ np.array([base, slope]) - sums) ** 2).mean()) / max(float(sums.mean()), _LEAST_KWH))
    return _Fit(float(base), float(slope), scatter, balance_c)


def _alone(x: Array, sums: Array) -> float:
    """Return the least-squares slope through 0; 0 for a driver that never acts."""
    square = float(x @ x)
    return float(x @ sums) / square if square > 0 else 0.0


def _kept(sums: Array, period: NDArray[np.int64], fit: _Fit, driver: Array) -> SharedHeat:
    """Return the hours of a fit with every sum kept."""
    hours = np.bincount(period).astype(float)
    base = np.minimum(fit.base_kw * hours, sums)
    wanted, made = sums - base, fit.slope * np.bincount(period, driver)
    factor = np.minimum(np.divide(wanted, made, out=np.zeros_like(wanted), where=made > 0), _RAISED)
    rest = (wanted - factor * made) / hours
    weather = (factor * fit.slope)[period] * driver + rest[period]
    return SharedHeat((base / hours)[period], weather, fit.balance_c, fit.slope, fit.cv_frac)


def _require_order(sums: Array, period: NDArray[np.int64], outdoor_c: Array, name: str) -> None:
    """Refuse sums that vary and are largest where it is warm."""
    cold = np.bincount(period, np.maximum(_ORDER_C - outdoor_c, 0.0)) / np.bincount(period)
    if sums.std() <= _VARIES * sums.mean() or not cold.std() > 0:
        return
    correlation = float(np.corrcoef(sums, cold)[0, 1])
    if correlation < _AGAINST:
        raise DataError.of(
            [
                Finding(
                    "E325",
                    "measured heat is largest when it is warm",
                    field=name,
                    got=f"correlation {correlation:.2f} with degree-hours below {_ORDER_C:.0f} C",
                    allowed=f">= {_AGAINST:g}",
                    hint="check the order of months (January first), hemisphere, unit and what the meter holds",
                )
            ]
        )
