"""The weather year every profile is computed from."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import Finding
from edsim.core.hours import HOURS_PER_YEAR

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weather:
    """One year of hourly weather at a place; every array has 8760 values, interval-beginning, local standard time.

    Attributes
    ----------
    name, source
        Place and origin of the data (file, or "synthetic from monthly normals ...").
    lat_deg, lon_deg, elevation_m, utc_offset_h
        Site; north and east positive.
    dry_bulb_temp_c, relative_humidity_frac, pressure_pa, wind_speed_m_per_s
        Air state and wind, mean of the hour.
    ghi_w_per_m2, dni_w_per_m2, dhi_w_per_m2
        Global horizontal, direct normal and diffuse horizontal irradiance, mean of the hour.
    sky_infrared_w_per_m2
        Horizontal infrared radiation from the sky.
    humidity_ratio_kg_per_kg, wet_bulb_temp_c
        Derived from the air state at the site's pressure.
    rain_mm_per_h
        Liquid precipitation of the hour; 0 where the source does not tell.
    air_at_hour_end
        True when the state of air, wind and sky infrared are those at the end of the hour, as in EPW, TMY2 and TMY3
        files, not its mean.
    synthetic
        True when made from monthly normals.
    notes
        What was repaired or assumed on reading.
    doubts
        Findings of making the year from normals, which :func:`edsim.profiles.weather.check_weather` returns too.
    """

    name: str
    source: str
    lat_deg: float
    lon_deg: float
    elevation_m: float
    utc_offset_h: float
    dry_bulb_temp_c: Array
    relative_humidity_frac: Array
    pressure_pa: Array
    wind_speed_m_per_s: Array
    ghi_w_per_m2: Array
    dni_w_per_m2: Array
    dhi_w_per_m2: Array
    sky_infrared_w_per_m2: Array
    humidity_ratio_kg_per_kg: Array
    wet_bulb_temp_c: Array
    rain_mm_per_h: Array = field(default_factory=lambda: np.zeros(HOURS_PER_YEAR))
    synthetic: bool = False
    air_at_hour_end: bool = False
    notes: tuple[str, ...] = ()
    doubts: tuple[Finding, ...] = ()
