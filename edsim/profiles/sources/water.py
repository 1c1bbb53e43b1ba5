"""Temperature of natural water, sewage and ground from a year of air temperature.

Water: first annual harmonic of the air, damped and late: ``T = Tm + ΔT + s·A·cos(2π (d - d_warm - lag) / 365)``.
Ground: Kusuda and Achenbach 1965 (NBS report 8972), the same wave damped by ``exp(-z √(π / (365 a)))`` and late by
``z/2 √(365 / (π a))`` days, with the diffusivity ``a`` in m²/day.
"""

import numpy as np
from numpy.typing import NDArray

from edsim.core.timegrid import HOURS_PER_YEAR

Array = NDArray[np.float64]
_DAYS = 365.0


def yearly_wave(dry_bulb_temp_c: Array) -> tuple[float, float, float]:
    """Return mean (°C), half swing (K) and warmest day of the first annual harmonic of a year of air temperature."""
    air = np.asarray(dry_bulb_temp_c, dtype=float)
    phase = 2.0 * np.pi * (np.arange(len(air)) + 0.5) / len(air)
    cos_part, sin_part = 2.0 * float(np.mean(air * np.cos(phase))), 2.0 * float(np.mean(air * np.sin(phase)))
    warmest = float(np.mod(np.arctan2(sin_part, cos_part), 2.0 * np.pi)) / (2.0 * np.pi) * _DAYS
    return float(air.mean()), float(np.hypot(cos_part, sin_part)), warmest


def _wave(mean_c: float, half_swing_k: float, warmest_day: float) -> Array:
    day = (np.arange(HOURS_PER_YEAR) + 0.5) / 24.0
    return np.asarray(mean_c + half_swing_k * np.cos(2.0 * np.pi * (day - warmest_day) / _DAYS))


def water_temp_c(dry_bulb_temp_c: Array, mean_c: float, half_swing_k: float, lag_days: float) -> Array:
    """Return the hourly temperature of water, at least 0 °C.

    Parameters
    ----------
    dry_bulb_temp_c : (8760,)
        Air, for the season.
    mean_c, half_swing_k
        Yearly mean and half swing of the water.
    lag_days
        Days by which the water is warmest later than the air.
    """
    warmest = yearly_wave(dry_bulb_temp_c)[2]
    return np.maximum(_wave(mean_c, half_swing_k, warmest + lag_days), 0.0)


def ground_temp_c(dry_bulb_temp_c: Array, depth_m: float, diffusivity_m2_per_s: float) -> Array:
    """Return the undisturbed ground temperature at a depth, °C: (8760,)."""
    mean, swing, warmest = yearly_wave(dry_bulb_temp_c)
    a = diffusivity_m2_per_s * 86_400.0
    damping = float(np.exp(-depth_m * np.sqrt(np.pi / (_DAYS * a))))
    lag = 0.5 * depth_m * float(np.sqrt(_DAYS / (np.pi * a)))
    return _wave(mean, swing * damping, warmest + lag)
