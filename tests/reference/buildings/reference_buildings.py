"""Use, floor area and storeys alone against the DOE commercial reference buildings in Miami.

The table beside this module states the electricity that their cooling machines take in a year in Miami (new
construction), as NREL publishes it with REopt.jl (``data/load_profiles/cooling_electric_annual_kwh.json``), and their
floor areas and storeys (Deru et al., NREL/TP-5500-46861, 2011). Cooling is that electricity times the mean coefficient
of performance of the kind of machine (ASHRAE 90.1-2004, tables 6.8.1A and C, rounded; +-15 % by its course over the
year). Weather: Miami TMY2, which pvlib ships.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import pvlib

from edsim.profiles.buildings import BuildingSpec, building_loads
from edsim.profiles.weather import read_weather

MEDIAN_BAR_FRAC, LARGEST_BAR_FRAC = 0.25, 0.60
COP = {"water-cooled chiller": 5.5, "air-cooled chiller": 2.8, "packaged unit": 3.5}
_TABLE = Path(__file__).with_name("reference_buildings.csv")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Cooling of one reference building and of the archetype of its use, kWh/m²."""

    building: str
    use: str
    published_kwh_per_m2: float
    edsim_kwh_per_m2: float

    @property
    def error_frac(self) -> float:
        """Relative error."""
        return self.edsim_kwh_per_m2 / self.published_kwh_per_m2 - 1


def compare() -> list[Comparison]:
    """Return the comparison of all buildings: mean buildings of their use, cooled on all of their area."""
    with _TABLE.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    specs = [
        BuildingSpec(
            r["building"],
            r["use"],
            float(r["floor_area_m2"]),
            storeys=int(r["storeys"]),
            conditioned_frac=1.0,
            overrides={"intensity_sigma_frac": 0.0, "schedule_sigma_h": 0.0},
        )
        for r in rows
    ]
    weather = read_weather(Path(pvlib.__file__).parent / "data" / "12839.tm2")
    loads = building_loads(specs, weather, country="USA", year=2025, seed=0)
    return [
        Comparison(
            r["building"],
            r["use"],
            COP[r["machine"]] * float(r["cooling_electricity_kwh"]) / spec.floor_area_m2,
            float(cooling.sum() / spec.floor_area_m2),
        )
        for r, spec, cooling in zip(rows, specs, loads.cooling_kw, strict=True)
    ]
