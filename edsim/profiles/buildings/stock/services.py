"""Services beside space cooling and heating: hot water, steam, compressed air, electricity."""

import numpy as np
from numpy.typing import NDArray

from edsim.core.timegrid import HOURS_PER_YEAR, MONTH_OF_HOUR
from edsim.core.water import (
    saturated_liquid_enthalpy_kj_per_kg,
    saturated_vapor_enthalpy_kj_per_kg,
    saturation_temp_c,
)
from edsim.profiles.buildings.stock.building import (
    Building,
    light_w_per_m2,
    plug_w_per_m2,
    process_w_per_m2,
)
from edsim.profiles.buildings.stock.pool import pool_heat_w_per_m2
from edsim.profiles.buildings.stock.schedules import by_day, shifted, year_schedule

Array = NDArray[np.float64]

_WATER_KWH_PER_L_K = 4.186 * 0.99 / 3600.0
"""Heat capacity of water around 40 °C, kWh/(l K)."""
STEAM_KWH_PER_KG = (2768.0 - 335.0) / 3600.0
"""Saturated steam of 8 bar(a) (2768 kJ/kg, IAPWS-IF97) from feed water of 80 °C (335 kJ/kg)."""
# Air-cooled condensers float about 10 K above the air, in cool weather down to 25 °C (ASHRAE Handbook Refrigeration
# 2018, chapter 15; Arias and Lundqvist, Energy and Buildings 38, 2006; unverified). The table's power is at 20 °C.
_CONDENSER_APPROACH_K, _LEAST_CONDENSING_C, _RATED_OUTDOOR_C = 10.0, 25.0, 20.0
_STEAM_BAR, _ATMOSPHERE_BAR = 7.0, 1.013
_CONDENSATE_FRAC, _CONDENSATE_C, _MAKE_UP_C = 0.8, 95.0, 20.0


def mains_temp_c(dry_bulb_temp_c: Array) -> Array:
    """Return the hourly temperature of the cold water main, °C.

    Correlation of Burch and Christensen as in the EnergyPlus Engineering Reference (Water Mains Temperatures): annual
    mean air + 3.3 K and a damped, lagged sine with the yearly swing of the monthly means. The swing changes sign in the
    southern hemisphere, which is read from the warmer half of the year.
    """
    months = np.array([dry_bulb_temp_c[m == MONTH_OF_HOUR].mean() for m in range(12)])
    mean_f = float(dry_bulb_temp_c.mean()) * 1.8 + 32.0
    swing_k = float(months.max() - months.min())
    ratio = 0.4 + 0.01 * (mean_f - 44.0)
    lag_days = 35.0 - (mean_f - 44.0)
    day = np.arange(HOURS_PER_YEAR) / 24.0 + 1.0
    angle = np.radians(0.986 * (day - 15.0 - lag_days) - 90.0)
    sign = 1.0 if months[3:9].mean() >= np.delete(months, slice(3, 9)).mean() else -1.0
    return np.asarray(dry_bulb_temp_c.mean() + 3.3 + sign * ratio * 0.5 * swing_k * np.sin(angle))


def _daily_shape(building: Building, schedule: str, country: str, year: int) -> Array:
    """Return a yearly series with mean 1/24 of a day's total on days of mean use."""
    values = by_day(shifted(year_schedule(schedule, country, year), building.diversity.shift_h), building.days)
    return np.asarray(values / values.sum() * 365.0)


def hot_water_kw(building: Building, mains_c: Array, country: str, year: int) -> Array:
    """Return the heat for domestic hot water with circulation losses and for the water of pools, kW.

    ``rho cp V (T_hot - T_main)``; losses are a constant share of the mean draw. Pools:
    :func:`edsim.profiles.buildings.stock.pool.pool_heat_w_per_m2`.
    """
    a = building.archetype
    liters_per_h = a.dhw_l_per_unit_day * building.units * building.diversity.occupancy_frac
    draw = liters_per_h * _daily_shape(building, f"dhw_{a.dhw_schedule}", country, year)
    heat = draw * _WATER_KWH_PER_L_K * np.maximum(a.dhw_temp_c - mains_c, 0.0)
    pool = building.spec.floor_area_m2 / 1000.0 * pool_heat_w_per_m2(a, building.activity, mains_c)
    return np.asarray(heat + a.dhw_loss_frac * heat.mean() + pool)


def steam_kw(building: Building, country: str, year: int) -> Array:
    """Return the heat of steam, kW: kg a day (given, or per unit of the use) over the activity of the use."""
    a, given = building.archetype, building.spec.steam_kg_per_day
    kg_per_day = a.steam_kg_per_unit_day * building.units if given is None else given
    if kg_per_day <= 0:
        return np.zeros(HOURS_PER_YEAR)
    shape = _daily_shape(building, a.schedule, country, year)
    return np.asarray(kg_per_day * steam_kwh_per_kg(building) * shape)


def steam_kwh_per_kg(building: Building) -> float:
    """Return the heat of a kilogram of saturated steam from its feed water, kWh/kg.

    Feed water mixes returned condensate of 95 °C with make-up water of 20 °C; with the default return of 80 % it has
    80 °C. Without a pressure the steam has 8 bar(a). Valid to 38 bar gauge.
    """
    spec = building.spec
    if spec.steam_pressure_bar is None and spec.condensate_frac is None:
        return STEAM_KWH_PER_KG
    gauge_bar = _STEAM_BAR if spec.steam_pressure_bar is None else spec.steam_pressure_bar
    back = _CONDENSATE_FRAC if spec.condensate_frac is None else spec.condensate_frac
    feed_c = back * _CONDENSATE_C + (1.0 - back) * _MAKE_UP_C
    steam_c = float(saturation_temp_c((gauge_bar + _ATMOSPHERE_BAR) * 1e5))
    vapor = float(saturated_vapor_enthalpy_kj_per_kg(steam_c))
    return (vapor - float(saturated_liquid_enthalpy_kj_per_kg(feed_c))) / 3600.0


def compressed_air_nm3_per_h(building: Building) -> Array:
    """Return the flow of compressed air: use with activity plus leaks while the plant works, Nm³/h.

    The leak share is of the mean output, constant while activity is above a tenth of its peak.
    """
    a = building.archetype
    if a.compressed_air_nm3_per_h_m2 <= 0:
        return np.zeros(HOURS_PER_YEAR)
    use = a.compressed_air_nm3_per_h_m2 * building.spec.floor_area_m2 * building.activity
    pressurized = building.activity > 0.1 * building.activity.max()
    leak = a.compressed_air_leak_frac / (1 - a.compressed_air_leak_frac) * use.sum() / max(pressurized.sum(), 1)
    return np.asarray(use + leak * pressurized)


def refrigeration_w_per_m2(building: Building, outdoor_temp_c: Array) -> Array:
    """Return the power of refrigeration racks, W/m² of floor, by the outdoor temperature.

    With a constant share of the Carnot efficiency the power follows the lift from evaporation to condensation,
    ``P = P20 (Tc - Te) / (Tc20 - Te)`` with ``Tc = max(Tout + 10 K, 25 °C)``: 2 to 3 % for a kelvin outdoors. A fifth
    of the heat follows activity (doors, goods).
    """
    a = building.archetype
    condensing = np.maximum(outdoor_temp_c + _CONDENSER_APPROACH_K, _LEAST_CONDENSING_C)
    lift = (condensing - a.refrigeration_evaporation_c) / (
        _RATED_OUTDOOR_C + _CONDENSER_APPROACH_K - a.refrigeration_evaporation_c
    )
    return np.asarray(a.refrigeration_w_per_m2 * lift * (0.8 + 0.2 * building.activity))


def electricity_kw(building: Building, fan_kw: Array, outdoor_temp_c: Array) -> Array:
    """Return the electricity without machines of space cooling, kW.

    Lights, plugs, electric process, IT with UPS losses, refrigeration racks, lifts, outdoor lights (18-06 h) and fans.
    """
    a, area = building.archetype, building.spec.floor_area_m2
    mean_activity = max(float(building.activity.mean()), 1e-6)
    night = (np.arange(HOURS_PER_YEAR) % 24 < 6) | (np.arange(HOURS_PER_YEAR) % 24 >= 18)
    per_m2 = (
        light_w_per_m2(building)
        + plug_w_per_m2(building)
        + process_w_per_m2(building) * a.process_electric_frac
        + a.lift_w_per_m2 * building.activity / mean_activity * (building.shape.storeys > 1)
        + refrigeration_w_per_m2(building, outdoor_temp_c)
        + a.exterior_light_w_per_m2 * night
    )
    it = a.it_w_per_m2 * (1 + a.ups_loss_frac) * building.activity * a.conditioned_frac
    return np.asarray(area * (per_m2 + it) / 1000.0 + fan_kw)
