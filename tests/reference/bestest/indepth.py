"""BESTEST in-depth cases of one room as zone specifications, and the same rooms with glass and films as EnergyPlus has.

Inputs restated from ANSI/ASHRAE Standard 140-2020 section 7: Case 220 is the light room of Case 600 with opaque panes,
no gains and no infiltration, 20 °C all year, absorptance 0.1 outside; the others change one thing each. The opaque
panes are two of 3.048 mm with the resistance of 12 mm of air between clear glass, 0.18 m²K/W.

The standard says U = 2.1 W/(m²K) of the glass, under the weak films its programs compute. Two clear panes have 2.79
under conventional films. :func:`as_built` gives the rooms that pair and films as EnergyPlus' means over the year
(inside 1.9 at walls, 2.5 at floors, 1.8 at glass; outside by the hourly wind of open country, 4.6 radiative), to show
what is due to these inputs and what to the model.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from edsim.profiles.buildings import Gains, Layer, Surface, ZoneResult, ZoneSpec
from edsim.profiles.buildings.balance.drivers import climate_of
from edsim.profiles.buildings.envelope.films import Films
from edsim.profiles.buildings.zones import simulate_in_climate
from edsim.profiles.weather import Weather
from tests.reference.bestest.cases import LIGHT_WALL, case

Array = NDArray[np.float64]

_PANE = Layer(0.003048, 1.0, 2470.0, 750.0)
_PANEL = (_PANE, Layer(resistance_m2_k_per_w=0.18), _PANE)
_BUILT_LIKE = {290: "610", 300: "620", 310: "630", 800: "900", 810: "900"}
_OPAQUE = frozenset({220, 230, 240, 250, 400, 410, 420, 430, 800})
_GAINS = Gains(convective_kw=0.08, radiant_kw=0.12)
_ABSORPTANCE_IN = {270: 0.9, 280: 0.1, 290: 0.9, 300: 0.9, 310: 0.9, 320: 0.9, 440: 0.1, 810: 0.1}
_INFILTRATION = {230: 1.0, 410: 0.5, 420: 0.5, 430: 0.5, 440: 0.5, 800: 0.5, 810: 0.5}
_PAIR_U, _STATED_U = 2.79, 2.1


def indepth_case(name: str) -> ZoneSpec:
    """Return one case by its name (220 to 320, 395 to 440, 800, 810)."""
    number = int(name)
    zone = case(_BUILT_LIKE.get(number, "600"))
    if number in _OPAQUE:
        panels = tuple(Surface(_PANEL, w.area_m2, azimuth_deg=w.azimuth_deg) for w in zone.windows)
        zone = replace(zone, windows=(), surfaces=zone.surfaces + panels)
    if number == 395:
        south = replace(zone.surfaces[0], layers=LIGHT_WALL, area_m2=21.6)
        zone = replace(zone, windows=(), surfaces=(south, *zone.surfaces[1:]))
    outside = 0.9 if number == 250 else 0.6 if number in {430, 440, 800, 810} else 0.1
    return replace(
        zone,
        name=name,
        surfaces=tuple(replace(s, solar_absorptance_frac=outside) for s in zone.surfaces),
        gains=_GAINS if number == 240 or number in {420, 430, 440, 800, 810} else Gains(),
        infiltration_ach=_INFILTRATION.get(number, 0.0),
        cooling_set_c=20.0 if number < 320 else 27.0,
        interior_solar_absorptance_frac=_ABSORPTANCE_IN.get(number, 0.6),
    )


def as_built(zones: Sequence[ZoneSpec], weather: Weather) -> ZoneResult:
    """Simulate rooms with the pair of clear panes and films as EnergyPlus' means, the wind that of open country."""
    local = weather.wind_speed_m_per_s * (270.0 / 10.0) ** 0.14 * (1.35 / 270.0) ** 0.14
    glass = np.hypot(2.8, 0.5 * (3.26 * local**0.89 + 3.55 * local**0.617))
    opaque, radiative = 2.8 + 1.52 * (glass - 2.8), 4.6
    films = Films(
        1.9, 2.5, 1.8, opaque, glass, radiative, _mean(opaque + radiative), _mean(glass + radiative), sky_exponent=1.5
    )
    return simulate_in_climate([_with_pair(z) for z in zones], replace(climate_of(weather), films=films))


def _mean(coefficient: Array) -> float:
    return float(1 / np.mean(1 / coefficient))


def _with_pair(zone: ZoneSpec) -> ZoneSpec:
    """Return a room with the pair; g, stated like U under films as weak as these, is not corrected for them again."""
    pair = partial(replace, u_w_per_m2_k=_PAIR_U)
    windows = tuple(pair(w) if w.u_w_per_m2_k == _STATED_U else w for w in zone.windows)
    return replace(zone, windows=windows, films_by_hour=False)
