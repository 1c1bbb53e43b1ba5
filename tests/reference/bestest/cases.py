"""BESTEST cases 600 to 995 of one zone as zone specifications.

Inputs restated from ANSI/ASHRAE Standard 140-2020 section 7 (Case 600 and the differences of the other cases):
8 x 6 x 2.7 m, 12 m² of double clear glass, 0.5 air changes, 200 W of gains (60 % radiant), floor on 10 °C behind a
perfect insulation, absorptance 0.6 outside and inside. The 2020 edition ramps the set point of cases 640 and 940 from
10 to 20 °C between 07 and 08 h: the hour is given its mean, 15 °C. Glass of cases 660 and 670 has U and g of the
standard's tables for it.
"""

from dataclasses import replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from edsim.profiles.buildings import Gains, Layer, Surface, Window, ZoneSpec

LIGHT_WALL = (
    Layer(0.009, 0.14, 530, 900),
    Layer(0.066, 0.04, 12, 840),
    Layer(0.012, 0.16, 950, 840),
)
HEAVY_WALL = (
    Layer(0.009, 0.14, 530, 900),
    Layer(0.0615, 0.04, 10, 1400),
    Layer(0.100, 0.51, 1400, 1000),
)
LIGHT_FLOOR = (Layer(resistance_m2_k_per_w=25.075), Layer(0.025, 0.14, 650, 1200))
HEAVY_FLOOR = (Layer(resistance_m2_k_per_w=25.175), Layer(0.080, 1.13, 1400, 1000))
ROOF = (Layer(0.019, 0.14, 530, 900), Layer(0.1118, 0.04, 12, 840), Layer(0.010, 0.16, 950, 840))
INSULATED_LIGHT_WALL = (LIGHT_WALL[0], Layer(0.250, 0.04, 10, 1400), LIGHT_WALL[2])
INSULATED_HEAVY_WALL = (HEAVY_WALL[0], Layer(0.2452, 0.04, 10, 1400), HEAVY_WALL[2])
INSULATED_ROOF = (ROOF[0], Layer(0.400, 0.04, 12, 840), ROOF[2])
INSULATED: dict[tuple[Layer, ...], tuple[Layer, ...]] = {
    LIGHT_WALL: INSULATED_LIGHT_WALL,
    HEAVY_WALL: INSULATED_HEAVY_WALL,
    ROOF: INSULATED_ROOF,
}
HOUR_OF_DAY = np.arange(8760) % 24
NIGHT_FAN_ACH = 1703.16 / 129.6


def surfaces(*, heavy: bool, south_m2: float, east_west_m2: float, overhang: bool) -> tuple[Surface, ...]:
    """Return walls, roof and floor with net areas."""
    wall = HEAVY_WALL if heavy else LIGHT_WALL
    shade = 1.0 if overhang else 0.0
    return (
        Surface(wall, south_m2, azimuth_deg=180, overhang_depth_m=shade, height_m=2.7),
        Surface(wall, 21.6, azimuth_deg=0),
        Surface(wall, east_west_m2, azimuth_deg=90),
        Surface(wall, east_west_m2, azimuth_deg=270),
        Surface(ROOF, 48.0, tilt_deg=0),
        Surface(HEAVY_FLOOR if heavy else LIGHT_FLOOR, 48.0, tilt_deg=180, boundary="ground", ground_temp_c=10.0),
    )


def window(area_m2: float, azimuth_deg: float, *, overhang: bool = False) -> Window:
    """Return the double clear glass of the standard."""
    return Window(
        area_m2,
        2.1,
        azimuth_deg,
        g_frac=0.769,
        glazing="double_clear",
        height_m=2.0,
        width_m=3.0,
        overhang_depth_m=1.0 if overhang else 0.0,
        overhang_offset_m=0.5,
    )


def case(name: str) -> ZoneSpec:
    """Return one case by its name (600, 610, ... 995, 600FF ... 980FF)."""
    heavy, kind = name.startswith("9"), name[1:3]
    east_west = kind in {"20", "30"}
    clear = [window(6.0, 90), window(6.0, 270)] if east_west else [window(12.0, 180, overhang=kind == "10")]
    zone = ZoneSpec(
        name=name,
        floor_area_m2=48.0,
        volume_m3=129.6,
        surfaces=surfaces(
            heavy=heavy,
            south_m2=21.6 if east_west else 9.6,
            east_west_m2=10.2 if east_west else 16.2,
            overhang=kind == "10",
        ),
        windows=tuple(_other_glass(w, kind) for w in clear),
        gains=Gains(convective_kw=0.08, radiant_kw=0.12),
        infiltration_ach=0.5,
        heating_set_c=20.0,
        cooling_set_c=27.0,
    )
    zone = _thermostat(_insulated(zone) if kind in {"80", "95"} else zone, kind)
    return replace(zone, heating_set_c=-inf, cooling_set_c=inf) if name.endswith("FF") else zone


def _other_glass(glass: Window, kind: str) -> Window:
    if kind == "30":
        return replace(glass, overhang_depth_m=1.0, fin_depth_m=1.0)
    if kind == "60":
        return replace(glass, u_w_per_m2_k=1.19, g_frac=0.44, glazing="double_low_e")
    return replace(glass, u_w_per_m2_k=5.16, g_frac=0.864, glazing="single_clear") if kind == "70" else glass


def _insulated(zone: ZoneSpec) -> ZoneSpec:
    return replace(zone, surfaces=tuple(replace(s, layers=INSULATED.get(s.layers, s.layers)) for s in zone.surfaces))


def _thermostat(zone: ZoneSpec, kind: str) -> ZoneSpec:
    if kind in {"85", "95"}:
        return replace(zone, heating_set_c=20.0, cooling_set_c=20.0)
    if kind == "40":
        return replace(zone, heating_set_c=_setback())
    if kind == "50":
        day = (HOUR_OF_DAY >= 7) & (HOUR_OF_DAY < 18)
        return replace(
            zone,
            heating_set_c=-inf,
            cooling_set_c=np.where(day, 27.0, inf),
            ventilation_ach=np.where(day, 0.0, NIGHT_FAN_ACH),
        )
    return zone


def _setback() -> NDArray[np.float64]:
    low = (HOUR_OF_DAY >= 23) | (HOUR_OF_DAY < 7)
    return np.where(low, 10.0, np.where(HOUR_OF_DAY == 7, 15.0, 20.0))
