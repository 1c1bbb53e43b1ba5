"""Photovoltaic output per installed kWp, and how many kWp a roof carries.

Chain: transposition (Perez 1990), reflection losses of the glass (physical model, De Soto, Klein and Beckman 2006),
module temperature (Faiman 2008), PVWatts module and inverter (Dobos 2014, NREL/TP-6A20-62641), all through pvlib.
"""

from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from edsim.core.timegrid import MONTH_OF_HOUR
from edsim.profiles import solar
from edsim.profiles.numbers import is_number, number_array
from edsim.profiles.weather.types import Weather
from edsim.profiles.weather.validity import require_weather

Array = NDArray[np.float64]
Mounting = Literal["open_rack", "ventilated_roof", "flush_roof"]

# Faiman heat-loss factors U0 (W/m²K) and U1 (W/m²K per m/s). Open rack: Faiman 2008 (Progress in Photovoltaics 16,
# 307-315), table 4 mean. Rows on a roof: 49 °C at 800 W/m², 20 °C and 1 m/s, the installed nominal temperature of roof
# mounts (PVWatts V5 manual, Dobos 2014), 800 / 29; before 20, which PVsyst has for modules built in over an air gap.
# Flush: PVsyst manual "Array thermal losses" (15 W/m²K without wind), unverified.
HEAT_LOSS: Final[dict[Mounting, tuple[float, float]]] = {
    "open_rack": (25.0, 6.84),
    "ventilated_roof": (27.6, 0.0),
    "flush_roof": (15.0, 0.0),
}
_OTHER_LOSSES_FRAC: Final = 0.123
_SOILING_FRAC: Final = 0.02
_WINTER_HOURS_FROM_NOON: Final = 2.0
_LARGEST_ROOF_M2: Final = 1e9
_LONGEST_QUOTE: Final = 40


@dataclass(frozen=True, slots=True)
class PvSurface:
    """One PV field of equal tilt and direction.

    Attributes
    ----------
    tilt_deg, azimuth_deg
        Tilt from the horizontal; direction clockwise from north (180 faces south).
    mounting
        How the back is ventilated; rows on a flat roof are ``ventilated_roof``, modules on sheet metal ``flush_roof``.
    albedo
        Reflectance of what lies before the modules (0.2: ISO 52010-1:2017, table B.1).
    temp_coefficient_per_k
        Change of power with module temperature (-0.0035 for current crystalline modules: PVWatts V5 manual,
        "premium", Dobos 2014).
    soiling_frac
        Loss by dirt of each month (2 %: PVWatts V5 manual; dusty cities 5 to 15 % between rains).
    other_losses_frac
        Mismatch, wiring, connections, light-induced degradation, nameplate, shading and downtime (12.3 %: PVWatts V5
        manual's 14 % without its 2 % of soiling).
    dc_to_ac_ratio
        Module power over inverter power (1.2: PVWatts V8 default).
    inverter_efficiency_frac
        Nominal efficiency (0.96: PVWatts V5 manual).
    """

    tilt_deg: float = 10.0
    azimuth_deg: float = 180.0
    mounting: Mounting = "ventilated_roof"
    albedo: float = 0.2
    temp_coefficient_per_k: float = -0.0035
    soiling_frac: tuple[float, ...] = field(default=(_SOILING_FRAC,) * 12)
    other_losses_frac: float = _OTHER_LOSSES_FRAC
    dc_to_ac_ratio: float = 1.2
    inverter_efficiency_frac: float = 0.96

    def __post_init__(self) -> None:
        soiling = number_array(self.soiling_frac)
        if soiling is None or soiling.shape != (12,) or not np.all((soiling >= 0.0) & (soiling < 1.0)):
            raise ValueError(f"soiling_frac must have 12 values from 0 to below 1: got {_short(self.soiling_frac)}")
        if not isinstance(self.mounting, str) or self.mounting not in HEAT_LOSS:
            raise ValueError(f"mounting must be one of {', '.join(HEAT_LOSS)}: got {_short(self.mounting)}")
        limits = {
            "tilt_deg": (0.0, 180.0),
            "azimuth_deg": (-360.0, 360.0),
            "albedo": (0.0, 1.0),
            "other_losses_frac": (0.0, 0.9),
            "dc_to_ac_ratio": (0.5, 3.0),
            "inverter_efficiency_frac": (0.7, 1.0),
            "temp_coefficient_per_k": (-0.01, 0.0),
        }
        for name, (low, high) in limits.items():
            _require_within(name, getattr(self, name), low, high)


def pv_kw_per_kwp(weather: Weather, surface: PvSurface) -> Array:
    """Return the AC power of 1 kWp of modules, kW, (8760,).

    Parameters
    ----------
    weather
        Weather year.
    surface
        Field of modules.

    Raises
    ------
    DataError
        E204 when the weather year has no 8760 numbers in every series.
    TypeError
        When the surface is no PvSurface.
    """
    require_weather(weather)
    if not isinstance(surface, PvSurface):
        raise TypeError(f"surface must be a PvSurface: got {_short(surface)}")
    from pvlib import inverter, pvsystem, temperature

    effective = _effective_irradiance(weather, surface)
    u0, u1 = HEAT_LOSS[surface.mounting]
    cell_temp = temperature.faiman(effective, weather.dry_bulb_temp_c, weather.wind_speed_m_per_s, u0, u1)
    dc = pvsystem.pvwatts_dc(effective, cell_temp, 1.0, surface.temp_coefficient_per_k)
    clean = 1.0 - np.asarray(surface.soiling_frac)[MONTH_OF_HOUR]
    delivered = np.maximum(dc, 0.0) * clean * (1.0 - surface.other_losses_frac)
    inverter_dc_kw = 1.0 / surface.dc_to_ac_ratio / surface.inverter_efficiency_frac
    ac = inverter.pvwatts(delivered, inverter_dc_kw, surface.inverter_efficiency_frac)
    return np.asarray(np.maximum(ac, 0.0), dtype=float)


def ground_coverage_frac(tilt_deg: float, lat_deg: float) -> float:
    """Return module area over roof area for rows that do not shade each other.

    ``1 / (cos t + sin t / tan h)`` with the sun's height h two hours from solar noon on the shortest day; at most 0.95
    for walkways between flat modules.
    """
    _require_within("tilt_deg", tilt_deg, 0.0, 90.0)
    _require_within("lat_deg", lat_deg, -66.0, 66.0)
    declination, latitude = np.radians(-23.45), np.radians(abs(lat_deg))
    hour_angle = np.radians(15.0 * _WINTER_HOURS_FROM_NOON)
    height = np.arcsin(
        np.sin(latitude) * np.sin(declination) + np.cos(latitude) * np.cos(declination) * np.cos(hour_angle)
    )
    tilt, lowest = np.radians(tilt_deg), max(float(height), np.radians(5.0))
    return float(min(1.0 / (np.cos(tilt) + np.sin(tilt) / np.tan(lowest)), 0.95))


def roof_kwp(
    roof_area_m2: float,
    ground_coverage: float,
    usable_frac: float = 0.6,
    module_kwp_per_m2: float = 0.21,
) -> float:
    """Return the module power that fits on a roof, kWp.

    Parameters
    ----------
    roof_area_m2
        Whole roof.
    ground_coverage
        Module area over usable area, :func:`ground_coverage_frac`; 0.98 on pitched roofs (Gagnon et al. 2016,
        NREL/TP-6A20-65298).
    usable_frac
        Share free of equipment, skylights, edges and shade (0.6 for medium and large flat roofs: same report,
        unverified).
    module_kwp_per_m2
        Module power over module area (0.21: efficiency of current crystalline modules, IEA PVPS Trends 2023,
        unverified).

    Raises
    ------
    ValueError
        When an area or share is impossible.
    """
    _require_within("roof_area_m2", roof_area_m2, 0.0, _LARGEST_ROOF_M2)
    _require_within("ground_coverage", ground_coverage, 0.01, 1.0)
    _require_within("usable_frac", usable_frac, 0.0, 1.0)
    _require_within("module_kwp_per_m2", module_kwp_per_m2, 0.01, 0.4)
    return roof_area_m2 * usable_frac * ground_coverage * module_kwp_per_m2


def _require_within(name: str, value: object, low: float, high: float) -> None:
    if not (is_number(value) and low <= value <= high):
        raise ValueError(f"{name} must be a number within {low:g} to {high:g}: got {_short(value)}")


def _short(value: object) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


def _effective_irradiance(weather: Weather, surface: PvSurface) -> Array:
    """Return the irradiance behind the glass, W/m²."""
    from pvlib import iam

    plane = solar.surface_irradiance(weather, surface.tilt_deg, surface.azimuth_deg, surface.albedo)
    angle = np.degrees(np.arccos(np.clip(plane.cos_incidence[0], 0.0, 1.0)))
    diffuse = iam.marion_diffuse("physical", surface.tilt_deg)
    ground = 0.0 if surface.tilt_deg == 0 else float(diffuse["ground"])
    return np.asarray(
        plane.beam_w_per_m2[0] * iam.physical(angle)
        + plane.sky_diffuse_w_per_m2[0] * float(diffuse["sky"])
        + plane.ground_w_per_m2[0] * ground
    )
