"""Buildings whose true properties are known, to see how well twelve bills bring the archetype to them.

The truth is a simulation with other gains, air, set point and cooled share, and bills with 2 % noise (seeded); the
start is the archetype alone. Bars: ASHRAE Guideline 14-2014, monthly NMBE within 5 % and CV(RMSE) at most 15 %.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edsim.core.timegrid import MONTH_OF_HOUR
from edsim.profiles.buildings import BillContext, BuildingSpec, Calibration, building_loads, calibrate
from edsim.profiles.weather import Weather, find_normals, synthesize_year

NMBE_BAR_FRAC = 0.05
CV_BAR_FRAC = 0.15
_COP = 2.8


@dataclass(frozen=True, slots=True)
class Known:
    """A building, the city it stands in, and what is different about it."""

    city: str
    spec: BuildingSpec
    truth: dict[str, float | str]


KNOWN = (
    Known(
        "Medellin",
        BuildingSpec("office", "office", 8000.0, storeys=5),
        {"light_w_per_m2": 14.0, "plug_w_per_m2": 15.4, "infiltration_ach": 0.6},
    ),
    Known(
        "Barranquilla",
        BuildingSpec("hotel", "hotel", 12000.0, storeys=8),
        {"cooling_set_c": 22.5, "conditioned_frac": 0.6, "plug_w_per_m2": 6.0},
    ),
    Known(
        "Cartagena",
        BuildingSpec("mall", "mall", 30000.0, storeys=2),
        {"light_w_per_m2": 20.0, "outdoor_air_l_per_s_m2": 0.6, "window_g_frac": 0.5},
    ),
)


def site_weather(city: str) -> Weather:
    """Return the synthetic year of a shipped city."""
    n = find_normals(city)
    made: Weather = synthesize_year(n, n.lat_deg, n.lon_deg, n.elevation_m, n.utc_offset_h, 1)
    return made


def bills_of(spec: BuildingSpec, weather: Weather, noise_frac: float = 0.02) -> NDArray[np.float64]:
    """Return twelve bills of a building with its own cooling, kWh."""
    loads = building_loads([spec], weather, country="COL", year=2025, seed=0)
    hourly = loads.electricity_kw[0] + loads.cooling_kw[0] / _COP
    noise = 1.0 + noise_frac * np.random.default_rng(7).standard_normal(12)
    return np.asarray(np.bincount(MONTH_OF_HOUR, hourly) * noise)


def calibrated(known: Known) -> Calibration:
    """Return the archetype of a known building fitted to its bills."""
    weather = site_weather(known.city)
    bills = bills_of(replace(known.spec, overrides=dict(known.truth)), weather)
    fitted: Calibration = calibrate(known.spec, bills, weather, BillContext(cooling_cop=_COP))
    return fitted
