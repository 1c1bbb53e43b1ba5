"""Use, floor area and storeys alone against the DOE commercial reference buildings in Miami.

The table beside this module states the electricity that their cooling machines take in a year in Miami (new
construction), as NREL publishes it with REopt.jl (``data/load_profiles/cooling_electric_annual_kwh.json``), and their
floor areas and storeys (Deru et al., NREL/TP-5500-46861, 2011). Cooling is that electricity times the mean coefficient
of performance of the kind of machine (ASHRAE 90.1-2004, tables 6.8.1A and C, rounded; +-15 % by its course over the
year). Weather: Miami TMY2, which pvlib ships.

`AS_PUBLISHED` gives hospital and outpatient the air handling of their models, whose terminals of clinical floors have
constant flow with reheat day and night, sized by the total air changes of the space type (openstudio-standards,
``Prototype.outpatient.rb``: minimum flow fraction 1.0, ``minimum_total_air_changes``). The hospital of the archetypes
has somewhat less air, the clinic shuts at night, because measured stock (``measured_stock.py``) has less cooling.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pvlib

from edsim.profiles.buildings import BuildingSpec, building_loads
from edsim.profiles.weather import read_weather

MEDIAN_BAR_FRAC, LARGEST_BAR_FRAC = 0.25, 0.50
COP = {"water-cooled chiller": 5.5, "air-cooled chiller": 2.8, "packaged unit": 3.5}
_HOSPITAL: dict[str, float | str] = {
    # 6 total and 2 outdoor air changes an hour of 3 m (ASHRAE 170, exam and patient rooms) in four fifths of the area
    "supply_l_per_s_m2": 4.0,
    "outdoor_air_l_per_s_m2": 1.3,
    "cooling_set_c": 22.0,
}
AS_PUBLISHED: dict[str, dict[str, float | str]] = {"hospital": _HOSPITAL, "outpatient": {"hvac_always": 1.0}}
"""Archetype values of buildings whose models reheat much air, by building."""
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


def buildings() -> list[dict[str, str]]:
    """Return the rows of the table."""
    with _TABLE.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def mean_building(row: Mapping[str, str], **values: float | str) -> BuildingSpec:
    """Return the mean building of a row's use, cooled on the share of the table, with some archetype values given.

    Without a share (the warehouse, a third of which its model cools) it is that of the archetype.
    """
    return BuildingSpec(
        row["building"],
        row["use"],
        float(row["floor_area_m2"]),
        storeys=int(row["storeys"]),
        conditioned_frac=float(row["cooled_frac"]) if row["cooled_frac"] else None,
        overrides={"intensity_sigma_frac": 0.0, "schedule_sigma_h": 0.0, "day_sigma_frac": 0.0, **values},
    )


def compare(given: Mapping[str, Mapping[str, float | str]] | None = None) -> list[Comparison]:
    """Return the comparison of buildings in Miami.

    Parameters
    ----------
    given
        Archetype values by building; only these buildings are compared. None compares all, as the archetypes are.
    """
    rows = [r for r in buildings() if given is None or r["building"] in given]
    specs = [mean_building(r, **(given or {}).get(r["building"], {})) for r in rows]
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
