"""Water of swimming halls: how much evaporates, and the heat that keeps it warm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from edsim.core.moist_air import saturation_pressure_pa

if TYPE_CHECKING:
    from edsim.profiles.buildings.stock.archetypes import Archetype

Array = NDArray[np.float64]

_AIR_ABOVE_WATER_K, _RELATIVE_HUMIDITY_FRAC = 2.0, 0.55
"""Air of the hall: 2 K above the water, 50 to 60 % (VDI 2089-1:2010; ASHRAE Applications 2019, 6; both unverified)."""
_KG_PER_S_M2_PA = (0.089 + 0.0782 * 0.1) / 2330.0e3
"""Evaporation of a public pool in use by difference of vapor pressures at 0.1 m/s over the water, kg/(s m² Pa):
Carrier's formula with an activity factor of 1 (ASHRAE Applications 2019, chapter 6, equation 2; unverified)."""
_AT_REST_FRAC = 0.5
"""Activity factor of a pool at rest over that of a public one in use (the same, 0.5; VDI 2089 has a quarter)."""
_VAPORIZATION_KWH_PER_KG = 2433.0 / 3600.0
"""At 28 °C (IAPWS-IF97)."""
_MAKE_UP_L_PER_M2_DAY = 20.0
"""Fresh water by surface of water: 30 l a bather (DIN 19643-1:2012) and 0.67 bathers per m² and day, as the 208 000 a
year on 850 m² of the hall in Lünen (Passive House Institute, monitoring of 2012)."""
_WATER_KWH_PER_L_K = 4.18 * 0.996 / 3600.0


def evaporation_kg_per_h_m2(a: Archetype, activity: Array) -> Array:
    """Return the water that evaporates by gross floor area, kg/(h m²), (8760,).

    ``E = s (0.089 + 0.0782 v) (p_w - p_a) / Y Fa`` with the share `s` of water in the floor area, the vapor pressures
    at the water and of the air, ``Y = 2330 kJ/kg`` and an activity factor from 0.5 at rest to 1 in use. Valid for
    halls with water of 20 to 36 °C, 2 K below the air.
    """
    if a.pool_frac <= 0:
        return np.zeros_like(activity)
    water_pa = saturation_pressure_pa(a.pool_temp_c)
    air_pa = _RELATIVE_HUMIDITY_FRAC * saturation_pressure_pa(a.pool_temp_c + _AIR_ABOVE_WATER_K)
    in_use = 3600.0 * _KG_PER_S_M2_PA * (water_pa - air_pa)
    used = np.minimum(activity / max(float(activity.max()), 1e-6), 1.0)
    return np.asarray(a.pool_frac * in_use * (_AT_REST_FRAC + (1.0 - _AT_REST_FRAC) * used))


def pool_heat_w_per_m2(a: Archetype, activity: Array, mains_c: Array) -> Array:
    """Return the heat of pool water by gross floor area, W/m²: what evaporates and what is renewed, (8760,).

    Gains from the warmer air and losses to the ground are small against both and left out.
    """
    make_up_l_per_h = a.pool_frac * _MAKE_UP_L_PER_M2_DAY / 24.0
    renewed = make_up_l_per_h * _WATER_KWH_PER_L_K * np.maximum(a.pool_temp_c - mains_c, 0.0)
    return np.asarray(1000.0 * (evaporation_kg_per_h_m2(a, activity) * _VAPORIZATION_KWH_PER_KG + renewed))
