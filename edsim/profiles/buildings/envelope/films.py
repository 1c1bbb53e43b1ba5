"""Surface coefficients of a site: means of heating climates, and hourly ones of warm climates.

In heating climates glass has the conventional coefficients of ISO 52016-1, under which its U-value is stated, and
opaque faces the means of EnergyPlus over the year of BESTEST (DOE-2 model in open country at 4 m/s: 16.5 at walls, 19.4
at roofs, by area 17.6 W/(m²K), radiation 4.6) instead of 20 and 4.14. In warm climates air stands stiller around and
within buildings, and faces differ little from it. There

- the outside convective coefficient follows the wind of the hour (DOE-2 model after Yazdanian and Klems, ASHRAE
  Transactions 100, 1994: natural and forced parts add as squares for smooth glass, the forced part times a factor for
  rough faces), the wind being brought from the mast at 10 m in open country to the facade in a suburb (power laws of
  ASHRAE Fundamentals 2017, chapter 24, table 1);
- the outside radiative coefficient is that of faces at about 28 °C with an emittance of 0.9, and the part of the sky
  near the horizon counts as air (Walton, NBSIR 83-2655, 1983);
- the inside convective coefficients are flux-weighted means of natural convection (same source) over the boxes of
  ``tests/reference/buildings`` as EnergyPlus simulates them; walls and roofs that the sun heats through have the
  natural convection of their own face instead where that is stronger (`hot_faces`);
- faces that rain wets are as cold as the wet bulb of the air (EnergyPlus Engineering Reference, "Exterior Convection":
  from 0.8 mm in the hour), which sun does not change.

Between an annual mean of 12 and 18 °C the coefficients pass from the one set to the other.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edsim.profiles.buildings.envelope.elements import (
    H_CONVECTIVE_CEILING,
    H_CONVECTIVE_FLOOR,
    H_CONVECTIVE_OUT,
    H_CONVECTIVE_WALL,
    H_RADIATIVE_OUT,
)
from edsim.profiles.buildings.envelope.hot_faces import Drive, natural_convection
from edsim.profiles.buildings.spec import Surface
from edsim.profiles.weather.types import Weather

Array = NDArray[np.float64]

_GROUND_CONTACT = 1.0e4
_COOL_C, _WARM_C = 12.0, 18.0
_HOURLY_FROM_C = 11.0
_WET_MM_PER_H = 0.8
_OPAQUE_OUT, _RADIATIVE_OUT = 17.6, 4.6
_GLASS_OUT = H_CONVECTIVE_OUT + H_RADIATIVE_OUT - _RADIATIVE_OUT  # what the conventional total leaves to convection
_WARM_FLOOR, _WARM_WALL, _WARM_WINDOW, _WARM_RADIATIVE_OUT = 2.4, 2.1, 1.8, 5.6
_NATURAL_OUT = 2.8  # 1.31 dT^(1/3) at a face 10 K warmer than the air (Walton 1983)
ROUGHNESS = 1.52  # concrete, plaster: medium rough (DOE-2)
_MAST_M, _OPEN_EXPONENT, _OPEN_LAYER_M = 10.0, 0.14, 270.0
_ROOF_M, WALL_M = 3.0, 1.5  # of one storey: its top and the middle of its walls
_FACADE_M, _SUBURB_EXPONENT, _SUBURB_LAYER_M = 2.0, 0.22, 370.0


@dataclass(frozen=True, slots=True)
class Films:
    """Coefficients of all faces at a site, W/(m²K).

    Attributes
    ----------
    inside_wall, inside_floor, inside_window
        Convective, inside; ceilings have one value everywhere.
    outside_opaque, outside_glass
        Convective, outside; one value or 8760 hourly ones.
    outside_radiative
        Radiative, outside.
    mean_opaque, mean_glass
        Convective plus radiative outside, the one value of the year whose resistance is the mean of the hours.
    sky_exponent
        A face that sees a share F of the sky exchanges heat with F to this power of it, the rest being air.
    warm_frac
        How far the site has the coefficients of warm climates, 0 to 1.
    wall_drive, roof_drive
        What the outdoors drives faces of a cooled room by; without them faces have the standard coefficients.
    """

    inside_wall: float = H_CONVECTIVE_WALL
    inside_floor: float = H_CONVECTIVE_FLOOR
    inside_window: float = H_CONVECTIVE_WALL
    outside_opaque: float | Array = _OPAQUE_OUT
    outside_glass: float | Array = _GLASS_OUT
    outside_radiative: float = _RADIATIVE_OUT
    mean_opaque: float = _OPAQUE_OUT + _RADIATIVE_OUT
    mean_glass: float = H_CONVECTIVE_OUT + H_RADIATIVE_OUT
    sky_exponent: float = 1.0
    warm_frac: float = 0.0
    wall_drive: Drive | None = None
    roof_drive: Drive | None = None

    def outside(self, *, glass: bool) -> float | Array:
        """Return convective plus radiative coefficient outside, hourly where it follows the wind."""
        return (self.outside_glass if glass else self.outside_opaque) + self.outside_radiative

    def inside(self, surface: Surface) -> float:
        """Return the inside convective coefficient of an element: its own, or by its tilt."""
        if surface.convection_w_per_m2_k is not None:
            return surface.convection_w_per_m2_k
        if surface.tilt_deg > 120:
            return self.inside_floor
        ceiling = surface.tilt_deg < 60
        usual = H_CONVECTIVE_CEILING if ceiling else self.inside_wall
        drive = self.roof_drive if ceiling else self.wall_drive
        if surface.boundary != "outdoor" or drive is None:
            return usual
        driven_k = drive.at(surface.solar_absorptance_frac)
        natural = natural_convection(driven_k, surface.layers, 1 / self.mean_opaque, ceiling=ceiling)
        usual_when_warm = H_CONVECTIVE_CEILING if ceiling else _WARM_WALL
        return usual + self.warm_frac * max(natural - usual_when_warm, 0.0)

    def beyond(self, surface: Surface) -> float:
        """Return the conductance from the outer face of an element to its driving temperature."""
        if surface.boundary == "adiabatic":
            return 0.0
        return _GROUND_CONTACT if surface.boundary == "ground" else self.mean_opaque


HEATING_CLIMATE = Films()
"""The coefficients of sites with an annual mean of 12 °C or less."""


def films_of(weather: Weather) -> Films:
    """Return the coefficients of a site from its annual mean temperature and its wind."""
    mean_c = float(weather.dry_bulb_temp_c.mean())
    warm = min(max((mean_c - _COOL_C) / (_WARM_C - _COOL_C), 0.0), 1.0)
    if warm == 0.0:
        return HEATING_CLIMATE
    glass = np.hypot(_NATURAL_OUT, forced_w_per_m2_k(weather.wind_speed_m_per_s))
    opaque = _NATURAL_OUT + ROUGHNESS * (glass - _NATURAL_OUT)
    opaque = _OPAQUE_OUT + warm * (opaque - _OPAQUE_OUT)
    glass = _GLASS_OUT + warm * (glass - _GLASS_OUT)
    radiative = _between(_RADIATIVE_OUT, _WARM_RADIATIVE_OUT, warm)
    return Films(
        inside_wall=_between(H_CONVECTIVE_WALL, _WARM_WALL, warm),
        inside_floor=_between(H_CONVECTIVE_FLOOR, _WARM_FLOOR, warm),
        inside_window=_between(H_CONVECTIVE_WALL, _WARM_WINDOW, warm),
        outside_opaque=opaque,
        outside_glass=glass,
        outside_radiative=radiative,
        mean_opaque=float(1 / np.mean(1 / (opaque + radiative))),
        mean_glass=float(1 / np.mean(1 / (glass + radiative))),
        sky_exponent=_between(1.0, 1.5, warm),
        warm_frac=warm,
    )


def wet_hours(weather: Weather) -> NDArray[np.bool_] | None:
    """Return the hours in which rain wets outer faces, (8760,); None where no rain is told of."""
    wet = weather.rain_mm_per_h >= _WET_MM_PER_H
    return wet if wet.any() else None


def hourly_frac(weather: Weather) -> float:
    """Return how far zones with films of the hour have them at a site, 0 to 1: not in heating climates."""
    return float(np.clip(weather.dry_bulb_temp_c.mean() - _HOURLY_FROM_C, 0.0, 1.0))


def wet_frac(weather: Weather, films: Films) -> Array | None:
    """Return how far outer faces are wet in each hour, 0 to 1, (8760,); None where no rain is told of or counts."""
    wet = weather.rain_mm_per_h >= _WET_MM_PER_H
    return np.where(wet, films.warm_frac, 0.0) if films.warm_frac and wet.any() else None


def _between(cool: float, warm: float, share: float) -> float:
    return cool + share * (warm - cool)


def forced_w_per_m2_k(wind_m_per_s: Array, height_m: float = _FACADE_M) -> Array:
    """Return the forced part of the coefficient of smooth glass, mean of windward and leeward, by the mast's wind."""
    local = _local_wind_m_per_s(wind_m_per_s, height_m)
    return np.asarray(0.5 * (3.26 * local**0.89 + 3.55 * local**0.617))


def forced_on_roof_w_per_m2_k(wind_m_per_s: Array) -> Array:
    """Return the forced part of the coefficient of smooth flat roofs, which are windward to every wind."""
    return np.asarray(3.26 * _local_wind_m_per_s(wind_m_per_s, _ROOF_M) ** 0.89)


def _local_wind_m_per_s(wind_m_per_s: Array, height_m: float) -> Array:
    """Return the wind at a height in a suburb from that of a mast in open country."""
    at_edge = wind_m_per_s * (_OPEN_LAYER_M / _MAST_M) ** _OPEN_EXPONENT
    return np.asarray(at_edge * (height_m / _SUBURB_LAYER_M) ** _SUBURB_EXPONENT)
