"""Moist-air properties at any altitude, on numpy arrays.

Relations of ASHRAE Handbook - Fundamentals (2017), chapter 1: saturation pressure of Hyland and Wexler (equations 5
and 6, over ice below the triple point), perfect-gas mixing (equations 20, 22, 24, 26, 30, 36) and the thermodynamic
wet bulb (equations 33 and 35). Valid from -100 to 200 °C and for total pressures above the vapor pressure. All
functions broadcast their arguments and give arrays (0-d for scalars).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from edsim.core.units import KELVIN
from edsim.core.valid_range import in_range

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Array: TypeAlias = "NDArray[np.float64]"

MOLAR_MASS_RATIO = 0.621945
"""Molar mass of water over that of dry air (ASHRAE Fundamentals 2017, chapter 1, equation 20)."""
GAS_CONSTANT_DRY_AIR_J_PER_KG_K = 287.042
"""Gas constant of dry air (ASHRAE Fundamentals 2017, chapter 1, equation 1)."""
CP_DRY_AIR_KJ_PER_KG_K = 1.006
"""Specific heat of dry air in the moist-air enthalpy (ASHRAE Fundamentals 2017, chapter 1, equation 30)."""
CP_VAPOR_KJ_PER_KG_K = 1.86
"""Specific heat of water vapor in the moist-air enthalpy (same equation)."""
LATENT_HEAT_0C_KJ_PER_KG = 2501.0
"""Enthalpy of evaporation at 0 °C in the moist-air enthalpy (same equation)."""

_TRIPLE_POINT_C = 0.01
_ICE = (-5.6745359e3, 6.3925247, -9.677843e-3, 6.2215701e-7, 2.0747825e-9, -9.484024e-13, 4.1635019)
_LIQUID = (-5.8002206e3, 1.3914993, -4.8640239e-2, 4.1764768e-5, -1.4452093e-8, 0.0, 6.5459673)
_WET_BULB_TOLERANCE_K = 1e-7
_MAX_ITERATIONS = 80


def standard_pressure_pa(elevation_m: ArrayLike) -> Array:
    """Return the standard atmospheric pressure at an elevation, Pa.

    ``101325 (1 - 2.25577e-5 z)^5.2559``, ASHRAE Fundamentals 2017 chapter 1 equation 3, -5000 to 11000 m.
    """
    z = in_range(elevation_m, -5000.0, 11000.0, "elevation_m")
    return np.asarray(101325.0 * (1.0 - 2.25577e-5 * z) ** 5.2559)


def saturation_pressure_pa(temp_c: ArrayLike) -> Array:
    """Return the saturation pressure of water vapor over liquid (over ice below 0.01 °C), Pa.

    Hyland and Wexler 1983 as in ASHRAE Fundamentals 2017 chapter 1 equations 5 and 6, -100 to 200 °C.
    """
    t_c = in_range(temp_c, -100.0, 200.0, "temp_c")
    t = t_c + KELVIN
    log_t = np.log(t)
    liquid = _log_pressure(t, log_t, _LIQUID)
    frozen = t_c <= _TRIPLE_POINT_C
    if np.any(frozen):
        return np.exp(np.where(frozen, _log_pressure(t, log_t, _ICE), liquid))
    return np.exp(liquid)


def saturation_humidity_ratio(temp_c: ArrayLike, pressure_pa: ArrayLike) -> Array:
    """Return the humidity ratio of saturated air, kg/kg dry air."""
    return _ratio_from_vapor_pressure(saturation_pressure_pa(temp_c), pressure_pa)


def humidity_ratio(temp_c: ArrayLike, relative_humidity_frac: ArrayLike, pressure_pa: ArrayLike) -> Array:
    """Return the humidity ratio of air from its relative humidity, kg/kg dry air.

    Raises
    ------
    ValueError
        When a relative humidity is outside 0 to 1 or the vapor pressure reaches the total pressure.
    """
    rh = in_range(relative_humidity_frac, 0.0, 1.0, "relative_humidity_frac")
    return _ratio_from_vapor_pressure(rh * saturation_pressure_pa(temp_c), pressure_pa)


def humidity_ratio_from_wet_bulb(temp_c: ArrayLike, wet_bulb_temp_c: ArrayLike, pressure_pa: ArrayLike) -> Array:
    """Return the humidity ratio of air from its thermodynamic wet bulb, kg/kg dry air (0 where it would be negative).

    ASHRAE Fundamentals 2017 chapter 1 equations 33 (wet bulb at or above 0 °C) and 35 (below, ice).
    """
    t = np.asarray(temp_c, dtype=float)
    wb = np.asarray(wet_bulb_temp_c, dtype=float)
    return np.maximum(_ratio_at_wet_bulb(t, wb, pressure_pa), 0.0)


def vapor_pressure_pa(humidity_ratio_kg_per_kg: ArrayLike, pressure_pa: ArrayLike) -> Array:
    """Return the partial pressure of water vapor from the humidity ratio, Pa."""
    w = in_range(humidity_ratio_kg_per_kg, 0.0, 50.0, "humidity_ratio_kg_per_kg")
    return np.asarray(pressure_pa, dtype=float) * w / (MOLAR_MASS_RATIO + w)


def dew_point_c(humidity_ratio_kg_per_kg: ArrayLike, pressure_pa: ArrayLike) -> Array:
    """Return the dew (below 0 °C frost) point, °C.

    Newton iteration on the logarithm of the saturation pressure to 1e-7 K.

    Raises
    ------
    ValueError
        When the vapor pressure is outside that of saturation between -100 and 200 °C (dry air has no dew point).
    """
    target = vapor_pressure_pa(humidity_ratio_kg_per_kg, pressure_pa)
    low, high = saturation_pressure_pa([-100.0, 200.0])
    if target.size and not (np.min(target) >= low and np.max(target) <= high):
        raise ValueError("vapor pressure has no dew point between -100 and 200 °C")
    log_target = np.log(target)
    x = np.log(target / 611.2)  # the Magnus form gives the start
    t = np.clip(243.12 * x / np.maximum(17.62 - x, 1.0), -100.0, 200.0)
    for _ in range(_MAX_ITERATIONS):
        step = (np.log(saturation_pressure_pa(t)) - log_target) / _log_slope(t)
        t = np.clip(t - step, -100.0, 200.0)
        if not step.size or np.max(np.abs(step)) < _WET_BULB_TOLERANCE_K:
            break
    return np.asarray(t)


def wet_bulb_c(temp_c: ArrayLike, humidity_ratio_kg_per_kg: ArrayLike, pressure_pa: ArrayLike) -> Array:
    """Return the thermodynamic wet bulb, °C; the dry bulb for saturated and supersaturated states.

    Bracketed Newton iteration to 1e-7 K on ASHRAE Fundamentals 2017 chapter 1 equations 33 (liquid on the wick)
    and 35 (ice). Where both have a root, within 0.7 K of 0 °C, the one over liquid is given.
    """
    t, w, p = np.broadcast_arrays(
        np.asarray(temp_c, dtype=float),
        in_range(humidity_ratio_kg_per_kg, 0.0, 50.0, "humidity_ratio_kg_per_kg"),
        np.asarray(pressure_pa, dtype=float),
    )
    if t.size == 0:
        return np.empty(t.shape)
    over_liquid = (t >= 0.0) & (w >= _ratio_at_wet_bulb(t, np.zeros_like(t), p))
    low = np.where(over_liquid, 0.0, np.maximum(np.minimum(t, 0.0) - 80.0, -100.0))
    high = np.where(over_liquid, t, np.minimum(t, 0.0))
    wb = 0.5 * (low + high)
    for _ in range(_MAX_ITERATIONS):
        excess = _ratio_at_wet_bulb(t, wb, p) - w
        high = np.where(excess > 0, wb, high)
        low = np.where(excess > 0, low, wb)
        newton = wb - excess / _wet_bulb_slope(t, wb, p)
        inside = (newton > low) & (newton < high)
        following = np.where(inside, newton, 0.5 * (low + high))
        change = np.max(np.abs(following - wb))
        wb = following
        if change < _WET_BULB_TOLERANCE_K:
            break
    saturated = w >= saturation_humidity_ratio(t, p)
    return np.where(saturated, t, wb)


def enthalpy_kj_per_kg(temp_c: ArrayLike, humidity_ratio_kg_per_kg: ArrayLike) -> Array:
    """Return the enthalpy of moist air per kg of dry air, kJ/kg (0 for dry air and liquid water at 0 °C)."""
    t = np.asarray(temp_c, dtype=float)
    w = np.asarray(humidity_ratio_kg_per_kg, dtype=float)
    return CP_DRY_AIR_KJ_PER_KG_K * t + w * (LATENT_HEAT_0C_KJ_PER_KG + CP_VAPOR_KJ_PER_KG_K * t)


def specific_volume_m3_per_kg(temp_c: ArrayLike, humidity_ratio_kg_per_kg: ArrayLike, pressure_pa: ArrayLike) -> Array:
    """Return the volume of moist air per kg of dry air, m³/kg."""
    t = np.asarray(temp_c, dtype=float) + KELVIN
    w = np.asarray(humidity_ratio_kg_per_kg, dtype=float)
    p = np.asarray(pressure_pa, dtype=float)
    return np.asarray(GAS_CONSTANT_DRY_AIR_J_PER_KG_K * t * (1.0 + w / MOLAR_MASS_RATIO) / p)


def _log_pressure(t: Array, log_t: Array, c: tuple[float, ...]) -> Array:
    return c[0] / t + c[1] + t * (c[2] + t * (c[3] + t * (c[4] + t * c[5]))) + c[6] * log_t


def _log_slope(temp_c: Array) -> Array:
    t = temp_c + KELVIN
    ice, liquid = (
        -c[0] / t**2 + c[2] + t * (2 * c[3] + t * (3 * c[4] + t * 4 * c[5])) + c[6] / t for c in (_ICE, _LIQUID)
    )
    return np.where(temp_c <= _TRIPLE_POINT_C, ice, liquid)


def _ratio_from_vapor_pressure(vapor_pa: Array, pressure_pa: ArrayLike) -> Array:
    total = np.asarray(pressure_pa, dtype=float)
    if vapor_pa.size and not np.all(vapor_pa < total):
        raise ValueError("vapor pressure must be below the total pressure")
    return MOLAR_MASS_RATIO * vapor_pa / (total - vapor_pa)


def _ratio_at_wet_bulb(t: Array, wb: Array, pressure_pa: ArrayLike) -> Array:
    ws = _boiling_safe_ratio(wb, pressure_pa)
    liquid = ((2501.0 - 2.326 * wb) * ws - 1.006 * (t - wb)) / (2501.0 + 1.86 * t - 4.186 * wb)
    ice = ((2830.0 - 0.24 * wb) * ws - 1.006 * (t - wb)) / (2830.0 + 1.86 * t - 2.1 * wb)
    return np.where(wb >= 0.0, liquid, ice)


def _boiling_safe_ratio(temp_c: Array, pressure_pa: ArrayLike) -> Array:
    # A trial wet bulb above the boiling point would divide by a negative partial pressure of dry air; capping the
    # vapor pressure keeps the trial value large and monotonic, so that the bracket closes from above.
    total = np.asarray(pressure_pa, dtype=float)
    vapor = np.minimum(saturation_pressure_pa(temp_c), 0.99 * total)
    return np.asarray(MOLAR_MASS_RATIO * vapor / (total - vapor))


def _wet_bulb_slope(t: Array, wb: Array, p: Array) -> Array:
    """Return the derivative of :func:`_ratio_at_wet_bulb` by the wet bulb, leading terms only."""
    ws = _boiling_safe_ratio(wb, p)
    by_temp = ws * (1.0 + ws / MOLAR_MASS_RATIO) * _log_slope(wb)
    denominator = 2501.0 + 1.86 * t - 4.186 * wb
    slope = ((2501.0 - 2.326 * wb) * by_temp - 2.326 * ws + 1.006) / denominator
    return np.maximum(slope + 4.186 * np.minimum(ws, 1.0) / denominator, 1e-6)
