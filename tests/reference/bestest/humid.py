"""HVAC BESTEST cases CE300 to CE545: one near-adiabatic zone in New Orleans with a packaged unit.

Inputs restated from ANSI/ASHRAE Standard 140-2020, space-cooling equipment comparative tests, as coded in NREL's
BESTEST-GSR (public repository NREL/BESTEST-GSR, ``shared_resources``): 14 x 14 x 3 m, set point 25 °C, 1.888 m³/s of
supply air, fan 1.24 kW; 15 % outdoor air and a fan always on in the 300 and 400 series, neither in the 500 series
(there the fan cycles with the unit). Gains follow seasons of the year; cases vary gains, infiltration, outdoor air,
set point and economizer. Of the unit's performance map the total capacity by outdoor dry bulb and entering wet bulb is
kept (entering air taken at 25 °C and 9.9 g/kg from the room); its split is replaced by an apparatus dew point of 12 °C
(default) or, at lower set points, 8 K below the room, so that the latent load is a test of the balance and of that
default. The 400 series has no limit: free cooling changes the entering air, on which the unit's capacity depends.

Ranges of the six programs (TRNSYS-TUD, DOE-2.2 NT42j, DOE-2.1E 120, EnergyPlus 1.1, CODYRUN, HOT3000): annual coil
loads of ANSI/ASHRAE Standard 140 annex B16.5.2, from the result files of the public repository
JasonGlazer/ashrae-140-automation. CODYRUN has no 400 series, EnergyPlus no CE410; CE310 is without HOT3000, CE540 and
CE545 without CODYRUN.
"""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from edsim.core.moist_air import wet_bulb_c
from edsim.profiles.buildings import Coil, Gains, Layer, Surface, ZoneSpec, simulate_zones
from edsim.profiles.weather import Weather

Array = NDArray[np.float64]
Steps = tuple[tuple[int, float], ...]
Season = tuple[tuple[int, int], tuple[int, int], Steps]

WEATHER_FILE = "CE300TM2.epw"
ENERGYPLUS_KWH = {"CE300": (55163.1, 23321.1), "CE400": (41879.4, 22352.1)}
"""Annual sensible and latent coil load of EnergyPlus 25.1 (BESTEST-GSR, file ``OpenStudio_3_10_0_CE.csv``)."""

_BANDS = """
CE300 55191.0 56661.7 21486.6 23765.1 77283.4 80426.9
CE310 55185.1 56312.7 41093.8 43085.8 96447.6 99342.1
CE320 62008.8 62859.2 33659.3 36932.5 96083.6 99791.7
CE330 61822.0 63778.7 37418.9 41929.5 100730.0 105012.9
CE340 61406.0 63110.6 35974.2 39695.4 99027.6 102728.0
CE350 47676.5 50370.8 15958.1 19017.2 63634.6 69388.0
CE360 134205.7 135287.2 24887.4 27997.2 159807.2 162974.1
CE400 40687.7 41952.4 23498.4 26840.5 64917.5 68792.8
CE410 45585.0 47659.8 19121.0 22996.2 66175.0 68672.9
CE420 49523.9 50612.2 19944.9 22219.5 69611.0 72609.3
CE430 46143.0 47863.3 19765.2 21893.0 67141.4 69756.3
CE440 49785.0 50876.1 20689.0 22835.3 71181.1 73711.4
CE500 44874.2 47649.9 18079.9 18346.3 63105.4 65995.9
CE510 77489.4 82305.7 31217.0 31712.2 108974.3 114018.0
CE520 44976.7 48101.5 18087.0 18469.7 63212.1 66571.2
CE522 44924.1 47962.3 18093.0 18410.8 63157.0 66373.1
CE525 44775.1 47217.5 18043.6 18313.9 63001.6 65399.1
CE530 44874.2 47002.0 0.0 60.7 44875.4 47002.0
CE540 45111.8 47460.0 0.0 107.0 45112.8 47462.0
CE545 44981.4 46668.0 0.0 25.5 44981.4 46668.0
"""
SIX_PROGRAMS_KWH = {
    row[0]: dict(zip(("sensible", "latent", "total"), zip(row[1::2], row[2::2], strict=True), strict=True))
    for row in ([line.split()[0], *map(float, line.split()[1:])] for line in _BANDS.strip().splitlines())
}
"""Least and greatest annual coil load of the programs, kWh (CE510: May to September)."""
BARS_FRAC = {"sensible": 0.05, "latent": 0.15, "total": 0.05}
"""How far outside that band a figure may lie."""

_LATE = (10, 19), (11, 5)
_SPRING = ((3, 11), (4, 10)), ((4, 12), (4, 20))
_DAY: Steps = ((8, 0.375), (12, 0.5), (14, 0.75), (16, 1.0), (20, 0.5), (24, 0.375))


@dataclass(frozen=True, slots=True)
class Gain:
    """A gain: its greatest power, its course on days of no season, and the seasons (first day, last day, course)."""

    peak_kw: float
    other: Steps
    seasons: tuple[Season, ...]

    def kw(self) -> Array:
        """Return the hourly gain."""
        year = np.tile(_day(self.other), (365, 1))
        for first, last, course in self.seasons:
            year[_day_of_year(*first) : _day_of_year(*last) + 1] = _day(course)
        return np.asarray(self.peak_kw * year.ravel())


def _window(first: int, last: int, inside: float, outside: float = 0.0) -> Steps:
    return ((first, outside), (last, inside), (24, outside))


def _day(steps: Steps) -> Array:
    ends = [end for end, _ in steps]
    return np.repeat([value for _, value in steps], np.diff([0, *ends]))


def _day_of_year(month: int, day: int) -> int:
    return (date(2001, month, day) - date(2001, 1, 1)).days


def _seasons(starts: int, *courses: Steps) -> tuple[Season, ...]:
    """Return the five seasons with their courses; the summer of the 500 series ends a day earlier."""
    summer = ((4, 21), (10, starts - 1)), ((10, starts), (10, 18))
    periods = (*_SPRING, *summer, _LATE)
    return tuple((first, last, course) for (first, last), course in zip(periods, courses, strict=True))


_LOW = 0.15625
_AUTUMN: Steps = ((8, _LOW), *_DAY[1:])
_SENSIBLE_MID = Gain(
    18.758,
    ((24, _LOW),),
    _seasons(13, _window(9, 18, 0.375, _LOW), _window(8, 19, 0.5, _LOW), _DAY, _window(8, 16, 0.5, _LOW), _AUTUMN),
)
_SENSIBLE_HIGH = Gain(
    29.310,
    ((24, 0.1),),
    _seasons(
        13,
        _window(9, 18, 0.24, 0.1),
        _window(8, 19, 0.32, 0.1),
        ((24, 1.0),),
        _window(8, 16, 0.32, 0.1),
        ((8, 0.1), (12, 0.32), (14, 0.48), (16, 0.64), (20, 0.32), (24, 0.24)),
    ),
)
_LATENT_MID = Gain(
    1.466,
    _window(8, 20, 0.25),
    _seasons(
        13, _window(9, 18, 1.0), _window(8, 19, 1.0), _window(8, 20, 1.0), _window(8, 16, 1.0), _window(8, 20, 1.0)
    ),
)
_LATENT_HIGH = Gain(
    9.379,
    _window(8, 20, _LOW),
    _seasons(
        13,
        _window(9, 18, 0.75),
        _window(8, 19, 0.75),
        ((12, 0.75), (16, 1.0), (24, 0.75)),
        _window(8, 16, 0.75),
        ((8, _LOW), (12, 0.75), (16, 1.0), (24, 0.75)),
    ),
)


def _closed_seasons(factor: float, summer: Steps) -> tuple[Season, ...]:
    late = ((8, 0.0), *((end, factor * value) for end, value in _DAY[1:]))
    return _seasons(
        12, _window(9, 16, 0.375 * factor), _window(8, 17, 0.5 * factor), summer, _window(8, 14, 0.5 * factor), late
    )


_NIL: Steps = ((24, 0.0),)
_SENSIBLE_MID2 = Gain(18.758, _NIL, _closed_seasons(1.0, _DAY))
_LATENT_MID2 = Gain(7.621, _NIL, _closed_seasons(1.0, _DAY))
_SENSIBLE_HIGH2 = Gain(21.103, _NIL, _closed_seasons(8 / 9, ((24, 1.0),)))
_LATENT_HIGH2 = Gain(8.573, _NIL, _closed_seasons(8 / 9, ((24, 1.0),)))

_CAPACITY_ROUNDS = 3
_SUPPLY_L_PER_S = 1888.0
_VOLUME_M3 = 588.0
_SUPPLY_ACH = 3.6 * _SUPPLY_L_PER_S / _VOLUME_M3


def _summer_days(day: float, else_: float) -> Array:
    """Return a value for 08 to 20 h from 21 April to 12 October, and another for the rest of the year."""
    return Gain(1.0, ((24, else_),), (((4, 21), (10, 12), _window(8, 20, day, else_)),)).kw()


def _base() -> ZoneSpec:
    shell = (Layer(resistance_m2_k_per_w=100.0), Layer(0.01, 0.5, 500.0, 900.0))
    return ZoneSpec(
        name="CE300",
        floor_area_m2=196.0,
        volume_m3=_VOLUME_M3,
        surfaces=(Surface(shell, 168.0), Surface(shell, 196.0, tilt_deg=0.0), Surface(shell, 196.0, "adiabatic")),
        gains=Gains(convective_kw=_SENSIBLE_MID.kw(), latent_kw=_LATENT_MID.kw()),
        cooling_set_c=25.0,
        outdoor_air_l_per_s=0.15 * _SUPPLY_L_PER_S,
        internal_capacity_kj_per_m2_k=3.5,
        moisture_capacity_multiplier=1.0,
        coil=Coil("cav", supply_l_per_s=_SUPPLY_L_PER_S, fan_w_per_l_per_s=1240.0 / _SUPPLY_L_PER_S),
    )


def _with_outdoor_air() -> tuple[ZoneSpec, ...]:
    """Return CE300 to CE360: gains, infiltration, outdoor air and set point."""
    base = _base()
    setup = Gain(1.0, ((24, 25.0),), (((4, 21), (10, 12), ((7, 35.0), (20, 25.0), (24, 35.0))),)).kw()
    return (
        base,
        replace(base, name="CE310", gains=replace(base.gains, latent_kw=_LATENT_HIGH.kw())),
        replace(
            base,
            name="CE320",
            outdoor_air_l_per_s=1e-3,  # next to nothing: the fan runs while outdoor air is on
            infiltration_ach=_SUPPLY_ACH * _summer_days(1.0, 0.15),
        ),
        replace(base, name="CE330", outdoor_air_l_per_s=_SUPPLY_L_PER_S * _summer_days(1.0, 0.15)),
        replace(
            base,
            name="CE340",
            outdoor_air_l_per_s=_SUPPLY_L_PER_S * _summer_days(0.5, 0.15),
            infiltration_ach=_SUPPLY_ACH * _summer_days(0.5, 0.0),
        ),
        replace(base, name="CE350", cooling_set_c=setup),
        replace(base, name="CE360", gains=replace(base.gains, convective_kw=_SENSIBLE_HIGH.kw())),
    )


def _with_economizer() -> tuple[ZoneSpec, ...]:
    """Return CE400 to CE440: free cooling by dry bulb or enthalpy, with lockout or limits of the outdoor state."""
    base = _base()
    free = replace(base.coil, economizer="dry_bulb", economizer_max_l_per_s=_SUPPLY_L_PER_S)
    by_enthalpy = replace(free, economizer="enthalpy")
    coils = {
        "CE400": free,
        "CE410": replace(free, economizer_alone=True),
        "CE420": replace(free, economizer_max_outdoor_temp_c=20.0),
        "CE430": by_enthalpy,
        "CE440": replace(by_enthalpy, economizer_max_outdoor_enthalpy_kj_per_kg=47.25),
    }
    return tuple(replace(base, name=name, coil=coil) for name, coil in coils.items())


def _closed() -> tuple[ZoneSpec, ...]:
    """Return CE500 to CE545: no outdoor air, a fan that cycles with the unit, several set points, wet and dry coil."""
    gains = Gains(convective_kw=_SENSIBLE_MID2.kw(), latent_kw=_LATENT_MID2.kw())
    dry = replace(gains, latent_kw=0.0)
    fan = 1240.0 / _SUPPLY_L_PER_S
    base = replace(
        _base(), name="CE500", outdoor_air_l_per_s=0.0, gains=gains, coil=Coil("ideal", fan_w_per_l_per_s=fan)
    )

    def at(name: str, set_c: float, of: Gains) -> ZoneSpec:
        coil = replace(base.coil, apparatus_dew_point_c=min(12.0, set_c - 8.0))
        return replace(base, name=name, cooling_set_c=set_c, gains=of, coil=coil)

    high = Gains(convective_kw=_SENSIBLE_HIGH2.kw(), latent_kw=_LATENT_HIGH2.kw())
    return (
        base,
        at("CE510", 25.0, high),
        at("CE520", 15.0, gains),
        at("CE522", 20.0, gains),
        at("CE525", 35.0, gains),
        at("CE530", 25.0, dry),
        at("CE540", 15.0, dry),
        at("CE545", 35.0, dry),
    )


def _total_capacity_kw(zone: ZoneSpec, weather: Weather, room: Array) -> Array:
    """Return the total capacity of the unit: 33.28 kW times its quadratic in entering wet bulb and outdoor dry bulb."""
    share = np.asarray(zone.outdoor_air_l_per_s) / _SUPPLY_L_PER_S
    outdoor = weather.dry_bulb_temp_c
    temp = share * outdoor + (1 - share) * room[0]
    ratio = share * weather.humidity_ratio_kg_per_kg + (1 - share) * room[1]
    wet = wet_bulb_c(temp, ratio, weather.pressure_pa)
    by_wet = 0.825119244 + 0.014461436 * wet + 0.000525383 * wet**2
    by_outdoor = -0.003805859 * outdoor - 2.71284e-5 * outdoor**2 - 0.000198505 * wet * outdoor
    return np.asarray(33.28 * (by_wet + by_outdoor))


def cases(weather: Weather) -> tuple[ZoneSpec, ...]:
    """Return all cases in the order of their numbers."""
    return *_limited(weather), *_with_economizer(), *_closed()


def _limited(weather: Weather) -> list[ZoneSpec]:
    """Return the cases whose unit may be too small, its capacity that of the air that returns from their rooms."""
    zones = list(_with_outdoor_air())
    room = np.broadcast_to(np.array([25.0, 0.0099])[:, None, None], (2, len(zones), 8760))
    for k in range(_CAPACITY_ROUNDS + 1):
        zones = [
            replace(z, total_cooling_capacity_kw=_total_capacity_kw(z, weather, room[:, i]))
            for i, z in enumerate(zones)
        ]
        if k < _CAPACITY_ROUNDS:
            found = simulate_zones(zones, weather)
            now = np.stack([found.air_temp_c, found.humidity_ratio_kg_per_kg])
            room = now if k == 0 else 0.5 * (room + now)
    return zones


def hours_of(name: str) -> slice:
    """Return the hours a case is summed over: the year, or May to September for CE510."""
    return slice(24 * _day_of_year(5, 1), 24 * _day_of_year(10, 1)) if name == "CE510" else slice(0, 8760)


def outside_frac(value: float, band: tuple[float, float]) -> float:
    """Return how far a value is outside a band, as a fraction of the nearer bound; 0 inside."""
    low, high = band
    return max((low - value) / low if low > 0 else 0.0, (value - high) / high, 0.0)
