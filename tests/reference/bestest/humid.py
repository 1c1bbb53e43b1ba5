"""HVAC BESTEST cases CE300, CE350 and CE400: one near-adiabatic zone in New Orleans with 15 % outdoor air.

Inputs restated from ANSI/ASHRAE Standard 140-2020, space-cooling equipment comparative tests, as coded in NREL's
BESTEST-GSR (14 x 14 x 3 m, set point 25 °C, 1.888 m³/s of supply air, 15 % of it outdoor air, fan 1.24 kW always on;
gains of 18.758 kW sensible and 1.466 kW latent times seasonal schedules). Compared with EnergyPlus 25.1 (BESTEST-GSR,
results of OpenStudio 3.10, file ``OpenStudio_3_10_0_CE.csv``). The unit's performance map is replaced by an apparatus
dew point of 12 °C (default), so that the latent load is a test of the balance and of that default.

Ranges of the six programs (TRNSYS-TUD, DOE-2.2 NT42j, DOE-2.1E 120, EnergyPlus 1.1, CODYRUN, HOT3000; CE400 without
CODYRUN): annual coil loads of ANSI/ASHRAE Standard 140 annex B16.5.2, from the result files of the public repository
JasonGlazer/ashrae-140-automation. CE350 sets the thermostat up to 35 °C from 20 to 08 h.

Not restated: CE310, CE360 and CE500 to CE545, whose gain schedules were not found in public sources; CE320 to CE340,
whose infiltration and outdoor air follow a schedule that was not found (a constant flow of the supply air gives a mean
zone temperature 4 K below that of the six programs, so it is not their input); CE410 to CE440, whose economizers lock
the compressor out or have limits, which the product does not model.
"""

from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from edsim.profiles.buildings import Coil, Gains, Layer, Surface, ZoneSpec

Array = NDArray[np.float64]
Steps = tuple[tuple[int, float], ...]

WEATHER_FILE = "CE300TM2.epw"
ENERGYPLUS_KWH = {"CE300": (55163.1, 23321.1), "CE400": (41879.4, 22352.1)}
"""Annual sensible and latent coil load."""

SIX_PROGRAMS_KWH = {
    "CE300": {"sensible": (55191.0, 56661.7), "latent": (21486.6, 23765.1), "total": (77283.4, 80426.9)},
    "CE350": {"sensible": (47676.5, 50370.8), "latent": (15958.1, 19017.2), "total": (63634.6, 69388.0)},
    "CE400": {"sensible": (40687.7, 41952.4), "latent": (23498.4, 26840.5), "total": (64917.5, 68792.8)},
}
"""Least and greatest annual coil load of the six programs."""
BARS_FRAC = {"sensible": 0.05, "latent": 0.15, "total": 0.05}
"""How far outside that band a figure may lie."""

_DAY: Steps = ((8, 0.375), (12, 0.5), (14, 0.75), (16, 1.0), (20, 0.5), (24, 0.375))
_AUTUMN: Steps = ((8, 0.15625), (12, 0.5), (14, 0.75), (16, 1.0), (20, 0.5), (24, 0.375))
_SEASONS: tuple[tuple[tuple[int, int], tuple[int, int], Steps, Steps], ...] = (
    ((3, 11), (4, 10), ((9, 0.15625), (18, 0.375), (24, 0.15625)), ((9, 0.0), (18, 1.0), (24, 0.0))),
    ((4, 12), (4, 20), ((8, 0.15625), (19, 0.5), (24, 0.15625)), ((8, 0.0), (19, 1.0), (24, 0.0))),
    ((4, 21), (10, 12), _DAY, ((8, 0.0), (20, 1.0), (24, 0.0))),
    ((10, 13), (10, 18), ((8, 0.15625), (16, 0.5), (24, 0.15625)), ((8, 0.0), (16, 1.0), (24, 0.0))),
    ((10, 19), (11, 5), _AUTUMN, ((8, 0.0), (20, 1.0), (24, 0.0))),
)


def _day(steps: Steps) -> Array:
    ends = [end for end, _ in steps]
    return np.repeat([value for _, value in steps], np.diff([0, *ends]))


def _day_of_year(month: int, day: int) -> int:
    return (date(2001, month, day) - date(2001, 1, 1)).days


def gains() -> Gains:
    """Return the "mid" sensible and latent gains."""
    sensible = np.full((365, 24), 0.15625)
    latent = np.tile(_day(((8, 0.0), (20, 0.25), (24, 0.0))), (365, 1))
    for first, last, warm, moist in _SEASONS:
        days = slice(_day_of_year(*first), _day_of_year(*last) + 1)
        sensible[days], latent[days] = _day(warm), _day(moist)
    return Gains(convective_kw=18.758 * sensible.ravel(), latent_kw=1.466 * latent.ravel())


def cases() -> tuple[ZoneSpec, ZoneSpec, ZoneSpec]:
    """Return CE300, CE400 (the same with an economizer by dry bulb) and CE350 (set up at night)."""
    shell = (Layer(resistance_m2_k_per_w=100.0), Layer(0.01, 0.5, 500.0, 900.0))
    base = ZoneSpec(
        name="CE300",
        floor_area_m2=196.0,
        volume_m3=588.0,
        surfaces=(Surface(shell, 168.0), Surface(shell, 196.0, tilt_deg=0.0), Surface(shell, 196.0, "adiabatic")),
        gains=gains(),
        cooling_set_c=25.0,
        outdoor_air_l_per_s=0.15 * 1888.0,
        internal_capacity_kj_per_m2_k=3.5,
        moisture_capacity_multiplier=1.0,
        coil=Coil("cav", supply_l_per_s=1888.0, fan_w_per_l_per_s=1240.0 / 1888.0),
    )
    free = replace(base.coil, economizer="dry_bulb", economizer_max_l_per_s=1888.0)
    hour = np.tile(np.arange(24), 365)
    setup = np.where((hour >= 8) & (hour < 20), 25.0, 35.0)
    return base, replace(base, name="CE400", coil=free), replace(base, name="CE350", cooling_set_c=setup)


def outside_frac(value: float, band: tuple[float, float]) -> float:
    """Return how far a value is outside a band, as a fraction of the nearer bound; 0 inside."""
    low, high = band
    return max((low - value) / low, (value - high) / high, 0.0)
