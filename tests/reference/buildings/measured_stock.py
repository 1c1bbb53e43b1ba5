"""Use, area and storeys alone against the heat and the electricity that the measured stock of the US takes.

The table beside this module states the energy of space heating by activity (CBECS 2003, table E1A, EIA 2008, trillion
Btu of fuel, district heat and electricity) and floor space (table A6, million square feet), with a size typical of the
activity by floor area (A6). Useful heat is 80 % of it, as boilers and furnaces of that time gave (75 to 85 %).

Its last two columns are the electricity for all but heating, cooling and hot water, and that for cooling, by floor
space (CBECS 2003, table E4, EIA 2008, buildings other than malls, thousand Btu per square foot). Cooling is the latter
times a mean COP of 3.2 (packaged units of that time 2.8, chillers 4 to 5); bought chilled water is not in it.

Nine tenths of that stock are older than 2000, hence the archetypes of `pre2000`. Weather: a year made for Baltimore,
whose 2,540 K d below 18.3 °C and 680 above are those of the mean American of that year (4,430 and 1,290 °F d, 2,460
and 720 K d); monthly means 13.3 °C and half a swing of 12.2 K (NOAA 1991-2020, January 34.3 °F), rounded.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from edsim.profiles.buildings import BuildingLoads, BuildingSpec, building_loads
from edsim.profiles.weather import Weather, synthesize_year
from edsim.profiles.weather.normals import Normals

MEDIAN_BAR_FRAC = 1 / 3
ELECTRICITY_LARGEST_FRAC = 0.45
"""No closer than this: lamps and office machines of 2003 are not those of today."""
USEFUL_FRAC = 0.80
COOLING_COP = 3.2
_KWH_PER_M2 = 293.071e6 / 92_903.04
"""Of a trillion Btu on a million square feet."""
_KWH_PER_M2_OF_KBTU_PER_FT2 = 3.1546
_TABLE = Path(__file__).with_name("measured_stock.csv")


@dataclass(frozen=True, slots=True)
class Stock:
    """Useful heat or electricity of an activity and of the archetype of its use by gross floor area, kWh/m²."""

    activity: str
    use: str
    measured_kwh_per_m2: float
    edsim_kwh_per_m2: float

    @property
    def error_frac(self) -> float:
        """Relative error."""
        return self.edsim_kwh_per_m2 / self.measured_kwh_per_m2 - 1


def compare() -> list[Stock]:
    """Return the comparison of the useful heat of all activities."""
    rows, loads = _loads()
    return [
        Stock(
            r["activity"],
            r["use"],
            USEFUL_FRAC * float(r["heating_tbtu"]) / float(r["floor_space_mft2"]) * _KWH_PER_M2,
            float(heat.sum() / float(r["floor_area_m2"])),
        )
        for r, heat in zip(rows, loads.heating_kw, strict=True)
    ]


def compare_electricity() -> list[Stock]:
    """Return the comparison of the electricity for all but heating, cooling and hot water, where it is published."""
    rows, loads = _loads()
    return [
        Stock(
            r["activity"],
            r["use"],
            float(r["other_electricity_kbtu_per_ft2"]) * _KWH_PER_M2_OF_KBTU_PER_FT2,
            float(power.sum() / float(r["floor_area_m2"])),
        )
        for r, power in zip(rows, loads.electricity_kw, strict=True)
        if r["other_electricity_kbtu_per_ft2"]
    ]


def compare_cooling(cooled_frac: float | None = None) -> list[Stock]:
    """Return the comparison of cooling where its electricity is published, on a share of the floor if given."""
    rows, loads = _loads(cooled_frac)
    return [
        Stock(
            r["activity"],
            r["use"],
            COOLING_COP * float(r["cooling_electricity_kbtu_per_ft2"]) * _KWH_PER_M2_OF_KBTU_PER_FT2,
            float(cooling.sum() / float(r["floor_area_m2"])),
        )
        for r, cooling in zip(rows, loads.cooling_kw, strict=True)
        if r["cooling_electricity_kbtu_per_ft2"]
    ]


def _loads(cooled_frac: float | None = None) -> tuple[list[dict[str, str]], BuildingLoads]:
    """Return the rows of the table and the loads of mean buildings of their uses."""
    with _TABLE.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    mean_building = {"intensity_sigma_frac": 0.0, "schedule_sigma_h": 0.0, "day_sigma_frac": 0.0}
    specs = [
        BuildingSpec(
            r["activity"],
            r["use"],
            float(r["floor_area_m2"]),
            storeys=int(r["storeys"]),
            vintage="pre2000",
            conditioned_frac=cooled_frac,
            overrides=mean_building,
        )
        for r in rows
    ]
    return rows, building_loads(specs, _baltimore(), country="USA", year=2025, seed=0)


def _baltimore() -> Weather:
    """Return a year made from rounded normals."""
    month = np.arange(12)
    temp = 13.3 - 12.2 * np.cos(2 * np.pi * (month - 0.3) / 12)
    sun = 4.1 - 2.1 * np.cos(2 * np.pi * (month + 0.4) / 12)
    normals = Normals(
        *("Baltimore", "USA", 39.2, -76.7, 45.0, -5.0, temp, temp + 5.5, temp - 5.5),
        relative_humidity_frac=np.full(12, 0.66),
        ghi_kwh_per_m2_day=sun,
        wind_speed_m_per_s=np.full(12, 3.5),
        design_dry_bulb_c=None,
        design_wet_bulb_c=None,
        source="see the module",
        verified=False,
    )
    return synthesize_year(normals, 39.2, -76.7, 45.0, -5.0, 1)
