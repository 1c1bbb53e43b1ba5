"""The case: everything a user states about a district, frozen, with unit suffixes and limits on every field.

Any scalar may be written plain or as ``{value: 12000, source: "...", year: 2016, quality: estimate}``; the loader keeps
the origin in :attr:`Case.provenance`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, PrivateAttr, SerializeAsAny, model_validator

from edsim.case.joining import Joining
from edsim.case.parts.base import Part
from edsim.case.parts.building_use import BuildingUse, Measured
from edsim.case.parts.climate_spec import ClimateSpec
from edsim.case.parts.finance_terms import CompanyTerms
from edsim.case.parts.measure_spec import MeasureSpec
from edsim.case.parts.milestone_spec import Milestone
from edsim.case.parts.network_spec import NetworkSpec
from edsim.case.parts.source_spec import SourceSpec
from edsim.case.parts.study_spec import Study
from edsim.case.parts.tariff_spec import TariffSpec
from edsim.core.errors import Finding
from edsim.core.quantity import Provenance, Quality, Source, quantity
from edsim.core.technology import Technology

SCHEMA_VERSION = 1
_DATA_FILE: dict[str, Any] = {"data_file": True}
_OVERLAY: dict[str, Any] = {"overlay": True}

SERVICES = ("cooling", "heating", "hot_water", "electricity", "steam", "compressed_air")
"""What a building may be served with."""
Baseline = Literal["frozen", "natural_replacement", "code_minimum"]


class City(Part):
    """Place of the district."""

    name: str
    country: str = Field(
        pattern=r"^[A-Z]{3}$", description="ISO 3166-1 alpha-3 code, such as COL.", examples=["COL", "ECU", "PER"]
    )
    lat_deg: float = quantity(..., unit="deg", doc="Latitude, north positive.", ge=-90, le=90)
    lon_deg: float = quantity(..., unit="deg", doc="Longitude, east positive.", ge=-180, le=180)
    elevation_m: float = quantity(..., unit="m", doc="Height above sea level.", ge=-430, le=5500)
    utc_offset_h: float = quantity(..., unit="h", doc="Local standard time minus UTC.", ge=-12, le=14)


class WeatherChoice(Part):
    """Weather file, or the city whose monthly normals a typical year is made from."""

    file: str | None = Field(
        None, description="EPW, TMY3, PVGIS, NSRDB or Open-Meteo file in the case folder.", json_schema_extra=_DATA_FILE
    )
    normals: str | None = None
    """City in weather/normals.csv, or in normals_file; default is the city of the case."""
    normals_file: str | None = Field(
        None,
        description="CSV file of monthly normals of the place, with the columns of weather/normals.csv.",
        json_schema_extra=_DATA_FILE,
    )
    seed: int = 1
    """Seed of the synthetic year."""
    change: ClimateSpec | None = None
    """Change of the climate that is applied to the year."""


class Building(Joining, BuildingUse):
    """A building of the district; from use, area and storeys alone it can be simulated."""

    id: str
    name: str = ""
    use: str
    """Archetype: office, public_administration, hospital, hotel, mall ... (edsim/data/archetypes)."""
    floor_area_m2: float = quantity(..., unit="m2", doc="Gross floor area.", gt=0, le=5e6)
    storeys: int = Field(ge=1, le=200, description="Storeys above ground.")
    year_built: int | None = Field(None, ge=1500, le=2100, description="Year of construction or last renovation.")
    lat_deg: float | None = quantity(None, unit="deg", doc="Latitude.", ge=-90, le=90)
    lon_deg: float | None = quantity(None, unit="deg", doc="Longitude.", ge=-180, le=180)
    elevation_m: float | None = quantity(None, unit="m", doc="Height of the site; default is the city's.")
    conditioned_frac: float | None = quantity(
        None, unit="frac", doc="Share of the floor area that is cooled.", ge=0, le=1
    )
    orientation_deg: float = quantity(0.0, unit="deg", doc="Azimuth of the main facade from north.", ge=-360, le=360)
    occupants: float | None = quantity(None, unit="persons", doc="Design occupancy.", ge=0)
    beds: float | None = quantity(
        None, unit="beds", doc="Beds of a hospital, hotel, care home, student residence or prison.", ge=0
    )
    archetype: dict[str, float | str] = Field({})
    """Archetype fields to override, such as {wwr_frac: 0.5, plug_w_per_m2: 8}."""
    measured: dict[str, Measured] = Field({})
    """Measured data by service."""
    measures: tuple[str, ...] = ()
    """Retrofit measures the project applies (edsim/data/measures or `measures`); BAU keeps the building as it is."""
    connection_year: int | None = Field(
        None, ge=1990, le=2150, description="Milestone year in which networks connect the building; default the first."
    )
    opening_year: int | None = Field(
        None, ge=1990, le=2150, description="Milestone year in which a new building opens; it needs nothing before."
    )
    tariff: str | None = None
    """Electricity tariff of the building; default is the first tariff of the case."""
    bau: dict[str, str] = Field({})
    """Service → id of the individual machine (a technology with node: building) that serves it today."""
    bau_age_a: float = quantity(0.0, unit="a", doc="Age of today's machines at the start of the study.", ge=0, le=80)
    bau_service_age_a: dict[str, float] = Field(
        {},
        description="Service → age of its machine, where it differs from bau_age_a.",
        json_schema_extra={"unit": "a"},
    )
    quality: Quality = "estimate"
    source: str = ""
    """Where floor area and use come from."""

    def machine_age_a(self, service: str) -> float:
        """Return the age of the machine for `service` at the start of the study, a; 0 where it opens later."""
        return 0.0 if self.opening_year is not None else self.bau_service_age_a.get(service, self.bau_age_a)


_BIOFUEL_PRIMARY = {"biomass": 0.2, "biomass_wood": 0.2, "biogas": 0.4}
"""Fuel → non-renewable primary energy, kWh/kWh: EN ISO 52000-1 Table B.16, solid and gaseous biofuels, unverified."""


class FuelSpec(Part):
    """A fuel on a lower-heating-value basis."""

    id: str
    """natural_gas, lpg, diesel, biomass, biogas ..."""
    price_per_kwh: float = quantity(..., unit="currency/kWh LHV", doc="Delivered price.", ge=0)
    ghg_kg_per_kwh: float = quantity(..., unit="kgCO2e/kWh LHV", doc="Combustion factor.", ge=0, le=2)
    primary_energy_factor: float = quantity(
        1.1,
        unit="kWh/kWh",
        doc="Non-renewable primary energy; of biomass 0.2 and of biogas 0.4 unless stated.",
        source=Source("EN ISO 52000-1 Table B.16: fossil fuels, solid and gaseous biofuels", 2017, verified=False),
        ge=0,
    )
    nox_kg_per_mwh: float = quantity(0.0, unit="kg/MWh", doc="NOx per MWh LHV burnt on site.", ge=0, le=20)
    pm_kg_per_mwh: float = quantity(0.0, unit="kg/MWh", doc="Fine particles per MWh LHV burnt on site.", ge=0, le=20)
    escalation_frac: float = quantity(0.0, unit="frac/a", doc="Real price growth.", ge=-0.2, le=0.5)

    @model_validator(mode="before")
    @classmethod
    def _of_biofuel(cls, given: Any) -> Any:
        """Give biofuels their own primary energy where none is stated."""
        own = _BIOFUEL_PRIMARY.get(str(given.get("id"))) if isinstance(given, dict) else None
        return given if own is None else {"primary_energy_factor": own} | given


class Emissions(Part):
    """Grid factor with its basis, GWP set, carbon price."""

    grid_kg_per_kwh: float = quantity(..., unit="kgCO2e/kWh", doc="Emission factor of grid electricity.", ge=0, le=2)
    grid_basis: Literal["inventory", "combined_margin", "life_cycle"]
    """What the grid factor is for; inventory and project factors are never mixed."""
    grid_file: str | None = Field(
        None,
        description="CSV with the grid factor of every hour; its shape is taken, its mean is grid_kg_per_kwh.",
        json_schema_extra=_DATA_FILE,
    )
    grid_column: str | None = None
    """Column of the factor in `grid_file`; may be left out when there is only one."""
    grid_primary_energy_factor: float = quantity(
        2.3,
        unit="kWh/kWh",
        doc="Non-renewable primary energy of grid electricity.",
        source=Source("EN ISO 52000-1 Table B.16 electricity", 2017, verified=False),
        ge=0,
        le=5,
    )
    gwp_set: Literal["AR4", "AR5", "AR6"] = "AR5"
    carbon_price_per_t: float = quantity(0.0, unit="currency/tCO2e", doc="Carbon price in the objective.", ge=0)
    other_grid_kg_per_kwh: dict[Literal["inventory", "combined_margin", "ifi_combined_margin", "life_cycle"], float] = (
        Field({}, json_schema_extra={"unit": "kgCO2e/kWh"}, description="Grid factors of further bases, by basis.")
    )
    grid_change_frac: float = quantity(
        0.0,
        unit="frac",
        doc="Yearly change of the grid factor after year 1, in inventories and what a carbon price costs.",
        ge=-0.3,
        le=0.3,
    )
    replication_factor: float = Field(0.0, ge=0, le=100, description="Expected replications, for the GEF frame.")
    grid_nox_kg_per_mwh: float = quantity(0.0, unit="kg/MWh", doc="NOx of grid electricity.", ge=0, le=20)
    grid_pm_kg_per_mwh: float = quantity(0.0, unit="kg/MWh", doc="Fine particles of grid electricity.", ge=0, le=20)


class RefrigerantChoice(Part):
    """Own figures for a refrigerant, over the table in edsim/data/refrigerants."""

    id: str
    gwp_kg_per_kg: float | None = quantity(None, unit="kgCO2e/kg", doc="Global warming potential, 100 years.", ge=0)
    odp_kg_per_kg: float | None = quantity(None, unit="kg CFC-11 eq./kg", doc="Ozone depletion potential.", ge=0)


class Finance(CompanyTerms):
    """Rates and horizon, real terms and before tax unless named; the company's funds, tax and tariffs if given."""

    discount_rate_frac: float = quantity(..., unit="frac", doc="Real discount rate.", ge=0, le=0.5)
    horizon_a: int = Field(25, ge=1, le=60, description="Years of the study.")
    contingency_frac: float = quantity(0.0, unit="frac", doc="On all investments.", ge=0, le=1)
    engineering_frac: float = quantity(
        0.0, unit="frac", doc="Engineering, permits and owner's cost on all investments.", ge=0, le=1
    )
    water_price_per_m3: float = quantity(0.0, unit="currency/m3", doc="Make-up water with sewer charge.", ge=0)
    plant_water_price_per_m3: float | None = quantity(
        None,
        unit="currency/m3",
        doc="Make-up water of the plant (own well, reclaimed water); none: as all.",
        ge=0,
    )
    blow_down_price_per_m3: float = quantity(
        0.0, unit="currency/m3", doc="Sewer charge on the blow-down of the plant, beside its make-up water.", ge=0
    )
    grant: float = quantity(0.0, unit="currency", doc="Capital grants to the project.", ge=0)


class Variant(Part):
    """A way to serve the district; ``bau`` is reserved."""

    description: str = ""
    baseline: Baseline | None = None
    """Only for bau: frozen machines, natural replacement, or code-minimum new machines."""
    replacements: dict[str, str] = Field({})
    """Only for bau: id of today's machine → id of the code-minimum machine that replaces it."""
    on_request: bool = False
    """Whether the variant is run only when it is named (edsim run --variant)."""
    levels_c: dict[str, tuple[tuple[float, float], ...]] = Field(
        {},
        description="Network → temperature levels [supply, return] to choose from; at most 12 combinations are tried.",
        json_schema_extra={"unit": "degC"},
    )
    measures: tuple[str, ...] = ()
    """Retrofit measures applied to every building, besides those a building names itself."""
    changes: dict[str, Any] = Field(
        {},
        description="Changes to the case: same keys; lists of parts are addressed by id; null removes a part.",
        json_schema_extra=_OVERLAY,
    )


class Scenario(Part):
    """A set of changes to prices, factors or limits applied to every variant."""

    description: str = ""
    changes: dict[str, Any] = Field({}, description="As in a variant.", json_schema_extra=_OVERLAY)


class Settings(Part):
    """How the case is computed."""

    objective: Literal["cost", "ghg", "grid_peak", "water", "primary_energy"] = "cost"
    """What plants are designed for; all but cost within `cost_cap_frac`."""
    cost_cap_frac: float = Field(
        0.05,
        ge=0,
        le=10,
        description="Plant cost allowed above the least, for another objective than cost.",
        json_schema_extra={"unit": "frac"},
    )
    calendar_year: int = Field(2025, ge=1990, le=2100, description="Year that fixes weekdays and holidays.")
    carrier_temps_c: dict[str, tuple[float, float]] = Field(
        {},
        description="Carrier → supply and return temperature of loops inside energy centers that no network fixes.",
        json_schema_extra={"unit": "degC"},
    )
    cost_by_size: bool = False
    """Whether default investments are the cost by size at the sizes found: the plant is sized again, BAU follows."""
    typical_days: int = Field(12, ge=1, le=120, description="Typical days of the sizing model, besides the peak days.")
    target_gap_frac: float = Field(
        0.01, gt=0, lt=1, description="Certified gap to reach.", json_schema_extra={"unit": "frac"}
    )
    time_limit_s: float = Field(
        600.0,
        gt=0,
        description="Limit of one solve in processor seconds, which other work on the machine does not shorten.",
    )
    unserved_cost_per_kwh: float | None = quantity(None, unit="currency/kWh", doc="Penalty on unserved demand.", gt=0)
    schedule_spread_h: float | None = quantity(
        None, unit="h", doc="Standard deviation of the shift of each building's schedules; none: 0.75 h.", ge=0, le=4
    )
    day_spread_frac: float | None = quantity(
        None,
        unit="frac",
        doc="Standard deviation of each building's days of use; none: 0.05 to 0.2 by use.",
        ge=0,
        le=0.5,
    )
    seed: int = 1


class Case(Part):
    """A district as the user states it; everything downstream is computed from it."""

    schema_version: Literal[1]
    name: str
    city: City
    currency: str = Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code.", examples=["COP", "USD"])
    price_year: int = Field(ge=1990, le=2100, description="Price level of all money values.")
    exchange_rate_per_usd: float | None = quantity(None, unit="currency/USD", doc="", gt=0)
    """What one US dollar costs on average in `price_year`, such as 3.75 PEN/USD: brings prices to any `currency`."""
    weather: WeatherChoice = WeatherChoice()
    buildings: tuple[Building, ...] = Field(min_length=1)
    sources: tuple[SourceSpec, ...] = ()
    measures: tuple[MeasureSpec, ...] = ()
    networks: tuple[NetworkSpec, ...] = ()
    technologies: tuple[SerializeAsAny[Technology], ...] = ()
    tariffs: tuple[TariffSpec, ...] = ()
    """Electricity tariffs; none where no grid is there and no building buys."""
    fuels: tuple[FuelSpec, ...] = ()
    emissions: Emissions
    refrigerants: tuple[RefrigerantChoice, ...] = ()
    finance: Finance
    milestones: tuple[Milestone, ...] = Field((), max_length=4)
    """Years in which the district grows; without them every year is like the first."""
    variants: Mapping[str, Variant] = {}
    scenarios: Mapping[str, Scenario] = {}
    settings: Settings = Settings()
    study: Study = Study()

    folder: Path = Field(Path(), exclude=True, description="Where the case was read from; set by the loader.")
    provenance: Mapping[str, Provenance] = Field({}, exclude=True, description="Dotted path → origin of the value.")
    bau_steam_c: Mapping[str, tuple[float, float]] = Field(
        {}, exclude=True, description="Building → steam and condensate its boilers make in BAU; set by its rules."
    )
    warnings: tuple[Finding, ...] = Field((), exclude=True, description="What the loader and its checks remark.")
    _source: Any = PrivateAttr(None)
    """The values as read, with places (edsim.case.assemble.Raw); set by the loader, used to make variants."""
