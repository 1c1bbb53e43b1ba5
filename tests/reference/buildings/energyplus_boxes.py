"""Humid boxes: one zone of 10 x 8 x 3 m in Singapore, Miami, Tampa and Palmas against EnergyPlus 25.2.

EnergyPlus was run for edsim by ``make_energyplus_boxes.py`` (ideal loads at 13 °C supply air, ten-minute steps, TARP
and DOE-2 films, conduction transfer functions, full exterior solar distribution, suburbs); ``energyplus_boxes.npz``
holds its hourly cooling in steps of 10 W and its annual latent cooling. The boxes vary mass, glazing, ventilation,
latent gains, infiltration, set points and the control of humidity. edsim gets the same layers, areas, gains and
schedules, U and g of the windows, and an apparatus dew point of 13 °C without bypass. Free cooling and coils of limited
size are not among them.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edsim.profiles.buildings import Coil, Gains, Layer, Surface, Window, ZoneSpec, simulate_zones
from edsim.profiles.buildings.spec import Glazing
from edsim.profiles.weather import Weather

Array = NDArray[np.float64]

SITES = {
    "Singapore": "SGP_Singapore-Changi_Meteonorm7_1990-2010.epw",
    "Miami": "Miami.epw",
    "Tampa": "USA_FL_Tampa.Intl.AP.722110_TMY3.epw",
    "Palmas": "BRA_Palmas_Meteonorm8.epw",
}
ANNUAL_BAR_FRAC, LATENT_BAR_FRAC, HOURLY_BAR_FRAC = 0.05, 0.10, 0.20
RESULTS = Path(__file__).with_name("energyplus_boxes.npz")

LENGTH_M, WIDTH_M, HEIGHT_M = 10.0, 8.0, 3.0
HOUR_OF_DAY, _DAY = np.tile(np.arange(24), 365), np.repeat(np.arange(365), 24)
WEEKDAY = _DAY % 7 < 5
_USED = (HOUR_OF_DAY >= 8) & (HOUR_OF_DAY < 18) & WEEKDAY
PRESENT = np.where(_USED, 1.0, 0.1)
_SETBACK = np.where((HOUR_OF_DAY >= 7) & (HOUR_OF_DAY < 19) & WEEKDAY, 24.0, 32.0)

CONCRETE, BLOCK = Layer(0.15, 1.6, 2300.0, 900.0), Layer(0.14, 0.6, 1100.0, 900.0)
INSULATION = Layer(0.05, 0.04, 30.0, 1200.0)
_LIGHT_WALL = (Layer(0.009, 0.14, 530, 900), Layer(0.066, 0.04, 12, 840), Layer(0.012, 0.16, 950, 840))
_LIGHT_ROOF = (Layer(0.019, 0.14, 530, 900), Layer(0.1118, 0.04, 12, 840), Layer(0.010, 0.16, 950, 840))
FLOOR = (Layer(resistance_m2_k_per_w=1.0), Layer(0.12, 1.6, 2300.0, 900.0))
PARTITION = (Layer(0.05, 0.5, 800.0, 1000.0),)  # in EnergyPlus, whose masses lie open on both sides
_HALF_PARTITION = (Layer(0.025, 0.5, 800.0, 1000.0),)
GLASS: dict[str, tuple[float, float, Glazing | None]] = {
    "double": (2.73, 0.769, "double_clear"),
    "single": (5.8, 0.86, "single_clear"),
    "coated": (2.8, 0.25, None),  # by U and g alone in both programs
}


@dataclass(frozen=True, slots=True)
class Box:
    """One box; `people` are W at full presence and their radiant and latent shares; 40 % of equipment is radiant."""

    wall: tuple[Layer, ...] = (BLOCK,)
    roof: tuple[Layer, ...] = (INSULATION, CONCRETE)
    roof_absorptance_frac: float = 0.6
    window_frac: tuple[tuple[float, float], ...] = ((180.0, 0.3), (0.0, 0.2))
    glass: str = "double"
    ground: bool = True
    closed: bool = False
    people: tuple[float, float, float] = (800.0, 0.5, 0.4)
    equipment_w: float = 1200.0
    equipment_always: bool = False
    infiltration_ach: float = 0.3
    outdoor_air_l_per_s: float | Array = 0.0
    cooling_set_c: float | Array = 24.0
    max_relative_humidity_frac: float = 1.0
    partition_m2: float = 100.0

    def zone(self, name: str) -> ZoneSpec:
        """Return the box as a zone; the air has no furniture, as in EnergyPlus."""
        glazed = dict(self.window_frac)
        u, g, glazing = GLASS[self.glass]
        surfaces, windows = [], []
        for azimuth, length in ((180.0, LENGTH_M), (0.0, LENGTH_M), (90.0, WIDTH_M), (270.0, WIDTH_M)):
            area, share = length * HEIGHT_M, glazed.get(azimuth, 0.0)
            surfaces.append(Surface(self.wall, area * (1 - share), "adiabatic" if self.closed else "outdoor", azimuth))
            if share:
                windows.append(Window(area * share, u, azimuth, g_frac=g, glazing=glazing))
        floor = LENGTH_M * WIDTH_M
        lid = "adiabatic" if self.closed else "outdoor"
        surfaces.append(Surface(self.roof, floor, lid, 180.0, 0.0, self.roof_absorptance_frac))
        slab = "ground" if self.ground else "adiabatic"
        surfaces.append(Surface(FLOOR, floor, slab, tilt_deg=180.0, ground_temp_c=26.0))
        surfaces.append(Surface(_HALF_PARTITION, self.partition_m2, "adiabatic"))
        power, radiant, latent = self.people
        people, equipment = (
            power * PRESENT / 1000.0,
            self.equipment_w * (1.0 if self.equipment_always else PRESENT) / 1000.0,
        )
        return ZoneSpec(
            name,
            floor,
            floor * HEIGHT_M,
            tuple(surfaces),
            tuple(windows),
            Gains(
                people * (1 - radiant - latent) + 0.6 * equipment, people * radiant + 0.4 * equipment, people * latent
            ),
            infiltration_ach=self.infiltration_ach,
            outdoor_air_l_per_s=self.outdoor_air_l_per_s,
            cooling_set_c=self.cooling_set_c,
            max_relative_humidity_frac=self.max_relative_humidity_frac,
            coil=Coil("ideal", apparatus_dew_point_c=13.0, bypass_frac=0.0),
            internal_capacity_kj_per_m2_k=3.6,
            moisture_capacity_multiplier=1.0,
        )


_THREE_SIDES = ((180.0, 0.4), (90.0, 0.4), (270.0, 0.4))
BOXES = {
    "light, much glass": Box(
        _LIGHT_WALL, _LIGHT_ROOF, window_frac=_THREE_SIDES, infiltration_ach=0.5, partition_m2=40.0
    ),
    "same, adiabatic floor": Box(
        _LIGHT_WALL, _LIGHT_ROOF, window_frac=_THREE_SIDES, infiltration_ach=0.5, partition_m2=40.0, ground=False
    ),
    "humidity held at 60 %": Box(outdoor_air_l_per_s=40.0 * _USED, max_relative_humidity_frac=0.6),
    "humidity held at 50 %, leaky": Box(
        glass="single",
        window_frac=((0.0, 0.3), (180.0, 0.3)),
        people=(1500.0, 0.4, 0.6),
        equipment_w=0.0,
        infiltration_ach=1.0,
        max_relative_humidity_frac=0.5,
    ),
    "much outdoor air": Box(outdoor_air_l_per_s=80.0 * _USED),
    "set back at night, coated glass": Box(
        glass="coated",
        window_frac=((90.0, 0.3), (270.0, 0.3)),
        cooling_set_c=_SETBACK,
        outdoor_air_l_per_s=40.0 * (_SETBACK < 30.0),
    ),
    "bare concrete roof": Box(
        roof=(CONCRETE,),
        roof_absorptance_frac=0.7,
        glass="single",
        window_frac=((0.0, 0.15), (180.0, 0.15)),
        infiltration_ach=1.0,
    ),
    "coil as it comes": Box(people=(1000.0, 0.5, 0.3), equipment_w=0.0, infiltration_ach=0.5),
    "core of a building": Box(
        window_frac=(),
        closed=True,
        ground=False,
        people=(2000.0, 0.5, 0.3),
        equipment_w=1500.0,
        equipment_always=True,
        outdoor_air_l_per_s=60.0,
        max_relative_humidity_frac=0.6,
    ),
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far a box is from EnergyPlus: annual total, latent and peak as fractions, CV(RMSE) of hours and months."""

    box: str
    energyplus_kwh: float
    total_frac: float
    latent_frac: float
    hourly_cv_frac: float
    monthly_cv_frac: float
    peak_frac: float

    @property
    def held(self) -> bool:
        """Whether annual total, latent and hourly bars are held."""
        return (
            abs(self.total_frac) <= ANNUAL_BAR_FRAC
            and abs(self.latent_frac) <= LATENT_BAR_FRAC
            and self.hourly_cv_frac <= HOURLY_BAR_FRAC
        )


def compare(site: str, weather: Weather) -> list[Comparison]:
    """Return the comparison of all boxes at a site."""
    result = simulate_zones([box.zone(name) for name, box in BOXES.items()], weather)
    with np.load(RESULTS) as stored:
        hourly, latent = stored[f"{site}_total_10w"] / 100.0, stored[f"{site}_latent_kwh"]
    rows = []
    for i, name in enumerate(BOXES):
        made, other = result.cooling_kw[i], hourly[i]
        rows.append(
            Comparison(
                name,
                float(other.sum()),
                float(made.sum() / other.sum() - 1),
                float(result.latent_kw[i].sum() / latent[i] - 1),
                _cv(made, other),
                _cv(made.reshape(12, -1).sum(axis=1), other.reshape(12, -1).sum(axis=1)),
                float(made.max() / other.max() - 1),
            )
        )
    return rows


def _cv(made: Array, other: Array) -> float:
    return float(np.sqrt(np.mean((made - other) ** 2)) / other.mean())
