"""Use, floor area and storeys alone against the DOE commercial reference buildings in six climates of the US.

The table beside this module states, by city, the electricity of their cooling machines, all their electricity and the
fuel of their space heating in a year (new construction), as NREL publishes them with REopt.jl (``data/load_profiles``:
``cooling_electric_annual_kwh.json``, ``total_electric_annual_kwh.json`` and ``space_heating_annual_mmbtu.json``, at
293.071 kWh per million Btu). Cooling is the electricity of the machines times the mean coefficients of
``reference_buildings``, in every climate; site energy is all electricity and the fuel of space heating, of edsim with
the same coefficients and boilers of 80 %. Fuel of kitchens and of hot water is in neither.

Weather: Miami TMY2 from pvlib; the others from the folder of EDSIM_REFERENCE_WEATHER. New Orleans stands for Houston
and Sterling for Baltimore, each with a tenth fewer cooling degree-days than the city of the models; Chicago, Phoenix
(typical year of the NSRDB) and Boulder (TMY2) are themselves. Boulder was no reason for any value of an archetype.
"""

import csv
import gzip
import lzma
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pvlib

from edsim.profiles.buildings import building_loads
from edsim.profiles.weather import Weather, read_weather
from tests.reference.buildings.reference_buildings import COP, buildings, mean_building

FILES = {
    "Houston": "CE300TM2.epw",
    "Baltimore": "USA_VA_Sterling-Washington.Dulles.Intl.AP.724030_TMY3.epw",
    "Chicago": "USA_IL_Chicago-OHare.Intl.AP.725300_TMY3.epw",
    "Phoenix": "phoenix_az_psmv3_60_tmy.csv",
    "Boulder": "USA_CO_Boulder.724699_TMY2.epw",
}
BOILER_FRAC = 0.8
_TABLE = Path(__file__).with_name("reference_climates.csv")


@dataclass(frozen=True, slots=True)
class ClimateComparison:
    """One reference building in a city and the archetype of its use, kWh/m² of cooling and of site energy."""

    building: str
    published_cooling_kwh_per_m2: float
    edsim_cooling_kwh_per_m2: float
    published_site_kwh_per_m2: float
    edsim_site_kwh_per_m2: float

    @property
    def cooling_error_frac(self) -> float:
        """Relative error of cooling."""
        return self.edsim_cooling_kwh_per_m2 / self.published_cooling_kwh_per_m2 - 1

    @property
    def site_error_frac(self) -> float:
        """Relative error of site energy."""
        return self.edsim_site_kwh_per_m2 / self.published_site_kwh_per_m2 - 1


def weather_of(city: str, folder: Path) -> Weather:
    """Return the weather of a city; files of `folder` may be plain or compressed (.xz, .gz)."""
    if city == "Miami":
        return read_weather(Path(pvlib.__file__).parent / "data" / "12839.tm2")
    plain = folder / FILES[city]
    if plain.is_file():
        return read_weather(plain)
    for suffix, unpack in ((".xz", lzma.decompress), (".gz", gzip.decompress)):
        packed = folder / (FILES[city] + suffix)
        if packed.is_file():
            with tempfile.TemporaryDirectory() as scratch:
                copy = Path(scratch) / FILES[city]
                copy.write_bytes(unpack(packed.read_bytes()))
                return read_weather(copy)
    raise FileNotFoundError(f"{FILES[city]} is not in {folder}")


def cities_in(folder: Path) -> list[str]:
    """Return Miami and the cities whose weather is in the folder."""
    return [
        "Miami",
        *(c for c, f in FILES.items() if any((folder / (f + end)).is_file() for end in ("", ".xz", ".gz"))),
    ]


def compare(city: str, weather: Weather) -> list[ClimateComparison]:
    """Return the comparison of all buildings in a city."""
    rows = buildings()
    loads = building_loads([mean_building(r) for r in rows], weather, country="USA", year=2025, seed=0)
    with _TABLE.open(encoding="utf-8", newline="") as stream:
        published = {r["building"]: r for r in csv.DictReader(stream) if r["city"] == city}
    found = []
    for i, row in enumerate(rows):
        area, cop, theirs = float(row["floor_area_m2"]), COP[row["machine"]], published[row["building"]]
        cooling = float(loads.cooling_kw[i].sum())
        ours = float(loads.electricity_kw[i].sum()) + cooling / cop + float(loads.heating_kw[i].sum()) / BOILER_FRAC
        site = float(theirs["electricity_kwh"]) + float(theirs["space_heating_fuel_kwh"])
        cooled = cop * float(theirs["cooling_electricity_kwh"])
        figures = (cooled / area, cooling / area, site / area, ours / area)
        found.append(ClimateComparison(row["building"], *figures))
    return found
