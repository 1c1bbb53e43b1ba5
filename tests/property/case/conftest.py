"""Seeds for fuzzing: a valid case with tables, streets and measured data, and kinds of its own."""

from collections.abc import Mapping
from typing import ClassVar, Literal

import pytest

from edsim.core.quantity import Source, quantity
from edsim.core.technology import IndividualMachine, Port, Technology

_SOURCE = Source("test table", 2016)


class FuzzChiller(Technology):
    """Central chiller; `kind` has no default, so it stays out of the registry."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("cooling", "chilled_water", "out", "cooling_kw"),
        Port("power", "electricity", "in", "power_kw"),
    )
    kind: Literal["chiller"]
    lifetime_a: float = quantity(25.0, unit="a", doc="Life.", source=_SOURCE, gt=0)
    max_capacity_kw: float | None = quantity(None, unit="kW", doc="Limit.", gt=0)
    capex_per_kw: float = quantity(250.0, unit="currency/kW", doc="Price.", source=_SOURCE, ge=0, price="USD 2016")
    refrigerant: str = "R-134a"


class FuzzGrid(Technology):
    """Grid connection."""

    ports: ClassVar[tuple[Port, ...]] = (Port("import", "electricity", "out", "import_kw"),)
    kind: Literal["grid"]
    tariff: str
    lifetime_a: float = quantity(40.0, unit="a", doc="Life.", source=_SOURCE, gt=0)


class FuzzSplit(IndividualMachine):
    """Machine of one building."""

    kind: Literal["split"]
    lifetime_a: float = quantity(12.0, unit="a", doc="Life.", source=_SOURCE, gt=0)
    capex_per_kw: float = quantity(300.0, unit="currency/kW", doc="Price.", source=_SOURCE, ge=0)


KINDS: Mapping[str, type[Technology]] = {"chiller": FuzzChiller, "grid": FuzzGrid, "split": FuzzSplit}

CASE = """\
schema_version: 1
name: "Fuzz: ñandú"
city: {name: Medellin, country: COL, lat_deg: 6.2447, lon_deg: -75.5741, elevation_m: 1490, utc_offset_h: -5}
currency: COP
price_year: 2020
buildings: {file: b.csv}
study: {sector: mixed, stage: prefeasibility, study_year: 2020, claims: [water, "GHG"]}
sources: {file: sources.csv, delimiter: ";"}
measures:
  - {id: film, name: Solar film, changes: {window_g_frac: 0.3, glazing: low_e}, capex_per_m2: 12 USD/m2, lifetime_a: 15}
networks:
  - id: cold
    carrier: chilled_water
    service: cooling
    plants: [{id: energy_center, lat_deg: 6.2450, lon_deg: -75.5745}]
    supply_temp_c: 43 degF
    return_temp_c: 13
    streets: s.geojson
technologies:
  - {id: grid, kind: grid, tariff: main}
  - {id: chiller, kind: chiller, max_capacity_kw: 450 TR}
  - {id: split, kind: split}
tariffs:
  - id: main
    energy_per_kwh: {value: 0.16, unit: USD/kWh, year: 2018}
    time_of_use: [{per_kwh: 700, hours: [18, 19, 20]}]
fuels: []
emissions: {grid_kg_per_kwh: 165 gCO2e/kWh, grid_basis: inventory}
finance: {discount_rate_frac: 8 %}
variants:
  bau: {baseline: frozen}
  films: {measures: [film], levels_c: {cold: [[5, 12], [6.5, 13]]}, on_request: true}
  big: {changes: {technologies: {chiller: {max_capacity_kw: 2.5 MW}}, buildings: {hotel: null}}}
scenarios:
  dear: {changes: {tariffs: {main: {energy_per_kwh: 900}}}}
"""

TABLE = """\
id;name;use;floor_area_m2;storeys;lat_deg;lon_deg;conditioned_frac;bau.cooling;measured.cooling.annual_kwh
hall;"Alcaldía; sede";office;12.000,5;10;6,2449;-75,5740;0,7;split;
hotel;Río;office;8.000;8;6,2440;-75,5750;;split;120000
"""

SOURCES = """\
id;kind;available_kw;temp_c;weekdays;price_per_kwh;exit_year;quality
river;river;500,5;18;;0,01;2050;measured
stack;furnace;1.200,0;250;1-6;;;estimate
"""

STREETS = """\
{"type": "FeatureCollection", "features": [
 {"type": "Feature", "properties": {"name": "Calle 44"}, "geometry":
  {"type": "LineString", "coordinates": [[-75.576, 6.2453], [-75.573, 6.2453]]}},
 {"type": "Feature", "id": 7, "properties": null, "geometry":
  {"type": "MultiLineString", "coordinates": [[[-75.575, 6.243], [-75.575, 6.246]]]}}]}
"""


@pytest.fixture(scope="session")
def kinds() -> Mapping[str, type[Technology]]:
    return KINDS


@pytest.fixture(scope="session")
def seeds() -> Mapping[str, str]:
    return {"case.yaml": CASE, "b.csv": TABLE, "s.geojson": STREETS, "sources.csv": SOURCES}
