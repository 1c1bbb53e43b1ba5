"""A small valid case on disk and technology kinds of its own, so that tests do not depend on the catalogue."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar, Literal

import pytest

from edsim.case import load
from edsim.case.schema import Case
from edsim.core.errors import CaseError, Finding
from edsim.core.quantity import Source, quantity
from edsim.core.technology import IndividualMachine, Port, Size, Technology

_SOURCE = Source("test table", 2016)


class ToyChiller(Technology):
    """Central chiller; `kind` has no default, so it stays out of the registry."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("cooling", "chilled_water", "out", "cooling_kw"),
        Port("power", "electricity", "in", "power_kw"),
    )
    kind: Literal["toy_chiller"]
    lifetime_a: float = quantity(25.0, unit="a", doc="Life.", source=_SOURCE, gt=0)
    max_capacity_kw: float | None = quantity(None, unit="kW", doc="Limit.", gt=0)
    cop: float = quantity(5.0, unit="kW/kW", doc="COP.", source=_SOURCE, gt=0.5, le=12)
    capex_per_kw: float = quantity(250.0, unit="currency/kW", doc="Investment.", source=_SOURCE, ge=0, price="USD 2016")
    refrigerant: str = "R-134a"


class ToyGrid(Technology):
    """Grid connection."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("import", "electricity", "out", "import_kw"),
        Port("export", "electricity", "in", "export_kw"),
    )
    kind: Literal["toy_grid"]
    tariff: str
    lifetime_a: float = quantity(40.0, unit="a", doc="Life.", source=_SOURCE, gt=0)


class ToyBoiler(Technology):
    """Boiler whose fuel the case must define."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("heat", "hot_water", "out", "heat_kw"),
        Port("fuel", "natural_gas", "in", "fuel_kw"),
    )
    kind: Literal["toy_boiler"]
    fuel: str = "natural_gas"
    lifetime_a: float = quantity(20.0, unit="a", doc="Life.", source=_SOURCE, gt=0)


class ToySplit(IndividualMachine):
    """Machine of one building."""

    kind: Literal["toy_split"]
    lifetime_a: float = quantity(12.0, unit="a", doc="Life.", source=_SOURCE, gt=0)
    capex_per_kw: float = quantity(300.0, unit="currency/kW", doc="Investment.", source=_SOURCE, ge=0)


class ToyPv(Technology):
    """Sized machine that may stand on a building already."""

    ports: ClassVar[tuple[Port, ...]] = (Port("power", "electricity", "out", "power_kw"),)
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kwp", "kWp", "capex_per_kwp", "electricity"),)
    kind: Literal["toy_pv"]
    existing_capacity_kwp: float = quantity(0.0, unit="kWp", doc="Installed.", ge=0)
    max_capacity_kwp: float | None = quantity(None, unit="kWp", doc="Limit.", ge=0)
    lifetime_a: float = quantity(25.0, unit="a", doc="Life.", source=_SOURCE, gt=0)


KINDS: Mapping[str, type[Technology]] = {
    "toy_boiler": ToyBoiler,
    "toy_chiller": ToyChiller,
    "toy_grid": ToyGrid,
    "toy_pv": ToyPv,
    "toy_split": ToySplit,
}

BASE = """\
schema_version: 1
name: Test district
city: {name: Medellin, country: COL, lat_deg: 6.2447, lon_deg: -75.5741, elevation_m: 1490, utc_offset_h: -5}
currency: USD
price_year: 2020
buildings:
  - id: hall
    use: office
    floor_area_m2: 12000
    storeys: 10
    lat_deg: 6.2449
    lon_deg: -75.5740
    bau: {cooling: split}
    bau_age_a: 5
  - id: hotel
    use: office
    floor_area_m2: 8000
    storeys: 8
    lat_deg: 6.2440
    lon_deg: -75.5750
    bau: {cooling: split}
networks:
  - id: cold
    carrier: chilled_water
    service: cooling
    plants:
      - {id: energy_center, lat_deg: 6.2450, lon_deg: -75.5745}
    supply_temp_c: 6
    return_temp_c: 13
technologies:
  - {id: grid, kind: toy_grid, tariff: main}
  - {id: chiller, kind: toy_chiller, max_capacity_kw: 450 TR}
  - {id: split, kind: toy_split}
  - {id: split_new, kind: toy_split}
tariffs:
  - id: main
    energy_per_kwh: 0.16
fuels: []
emissions:
  grid_kg_per_kwh: 0.165
  grid_basis: inventory
finance:
  discount_rate_frac: 0.08
variants:
  bau:
    baseline: frozen
  big:
    changes:
      technologies:
        chiller: {max_capacity_kw: 2.5 MW}
scenarios:
  dear_power:
    changes:
      tariffs:
        main: {energy_per_kwh: 0.3}
"""


@pytest.fixture(scope="session")
def kinds() -> Mapping[str, type[Technology]]:
    return KINDS


@pytest.fixture
def base() -> str:
    return BASE


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes case.yaml and other files and returns the folder."""

    def write_case(text: str | bytes = BASE, files: Mapping[str, str | bytes] | None = None) -> Path:
        for name, content in {"case.yaml": text, **(files or {})}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return tmp_path

    return write_case


@pytest.fixture
def read(write: Callable[..., Path]) -> Callable[..., Case]:
    """Return a function that writes a case and loads it."""

    def read_case(text: str | bytes = BASE, files: Mapping[str, str | bytes] | None = None) -> Case:
        return load(write(text, files), KINDS)

    return read_case


@pytest.fixture
def faults(read: Callable[..., Case]) -> Callable[..., tuple[Finding, ...]]:
    """Return a function that gives all findings of a case, errors or warnings."""

    def findings(text: str | bytes = BASE, files: Mapping[str, str | bytes] | None = None) -> tuple[Finding, ...]:
        try:
            return read(text, files).warnings
        except CaseError as error:
            return error.findings

    return findings
