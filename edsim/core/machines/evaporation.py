"""Water of open wet cooling towers per heat rejected: evaporation, drift and blow-down, kg/kWh.

::

    evaporation  E = 3600 (w_out - w_in) / (h_out - h_in)       air leaves saturated at the mean water temperature
    drift        D = drift share * circulation, circulation = 3600 / (4.19 * range)
    blow-down    B = max(E / (cycles - 1) - D, 0)

Source: Merkel's assumption of saturated leaving air (ASHRAE Handbook HVAC Systems, cooling towers).
"""

from __future__ import annotations

import numpy as np

from edsim.core.moist_air import enthalpy_kj_per_kg, humidity_ratio_from_wet_bulb, saturation_humidity_ratio
from edsim.core.technology import Array

_WATER_KJ_PER_KG_K = 4.19


def evaporation_kg_per_kwh(dry_bulb_c: Array, wet_bulb_c: Array, pressure_pa: float, water_temp_c: Array) -> Array:
    """Return water evaporated per heat rejected, kg/kWh, with leaving air saturated at `water_temp_c`.

    At least 2 K between leaving air and entering wet bulb is assumed, so that the air always takes heat. Entering air
    has at most the enthalpy of its wet bulb, which bounds the result when a weather file pairs a dry bulb with an
    impossibly low wet bulb.
    """
    leaving = np.maximum(water_temp_c, wet_bulb_c + 2.0)
    w_in = humidity_ratio_from_wet_bulb(dry_bulb_c, np.minimum(wet_bulb_c, dry_bulb_c), pressure_pa)
    w_out = saturation_humidity_ratio(leaving, pressure_pa)
    at_wet_bulb = enthalpy_kj_per_kg(wet_bulb_c, saturation_humidity_ratio(wet_bulb_c, pressure_pa))
    entering = np.minimum(enthalpy_kj_per_kg(dry_bulb_c, w_in), at_wet_bulb)
    rise = enthalpy_kj_per_kg(leaving, w_out) - entering
    return np.asarray(3600.0 * np.maximum(w_out - w_in, 0.0) / rise)


def drift_kg_per_kwh(drift_frac: float, range_k: float) -> float:
    """Return the drift of a share of the circulated water, which warms by `range_k`."""
    return drift_frac * 3600.0 / (_WATER_KJ_PER_KG_K * range_k)


def blow_down_kg_per_kwh(evaporation: Array, cycles: float, drift: float = 0.0) -> Array:
    """Return the water drained to hold `cycles` of concentration."""
    return np.asarray(np.maximum(evaporation / (cycles - 1.0) - drift, 0.0))
