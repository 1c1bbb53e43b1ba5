"""Sources of a case: waste heat that can be bought, and water, ground or air that takes or gives heat."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator

from edsim.case.parts.base import Part
from edsim.core.quantity import Quality, Source, quantity
from edsim.core.windows import Numbers

SourceKind = Literal[
    "data_center",
    "furnace",
    "compressor",
    "cold_store",
    "process_cooling",
    "transformer",
    "power_plant",
    "wastewater",
    "sea",
    "lake",
    "river",
    "ground",
    "air_wet_bulb",
]
SOURCE_COLUMNS = {"available_kw": "kW", "power_kw": "kW", "flow_m3_per_h": "m3/h", "temp_c": "degC"}
"""Columns of the file of a source and their units."""
SIZES = ("available_kw", "power_kw", "flow_m3_per_h", "file")
"""Fields that say how much a source gives; a source has exactly one of them (a file may hold any of the three)."""
OF_WATER = frozenset({"wastewater", "sea", "lake", "river"})
"""Kinds whose temperature follows the weather and whose heat is a flow cooled or warmed by a few kelvin."""


class SourceSpec(Part):
    """Waste heat, natural cold or a heat sink that technologies name by its id."""

    id: str
    name: str = ""
    kind: SourceKind
    """What it is; fixes the defaults of edsim/data/sources and how its temperature is made."""
    gives: Literal["heat", "cold"] | None = None
    """heat: technologies take heat from it; cold: they reject heat to it. Default by kind: cold for sea, lake, river,
    ground and air, heat for the others. For both, enter the source twice."""
    lat_deg: float | None = quantity(None, unit="deg", doc="Latitude.", ge=-90, le=90)
    lon_deg: float | None = quantity(None, unit="deg", doc="Longitude.", ge=-180, le=180)
    available_kw: float | None = quantity(
        None, unit="kW", doc="Heat it gives (or takes) in hours of operation.", ge=0, le=1e6
    )
    power_kw: float | None = quantity(
        None,
        unit="kW",
        doc="Power of the activity: IT load, compressor or refrigeration power, firing, rating; heat is a share of it.",
        ge=0,
    )
    heat_per_power: float | None = quantity(
        None, unit="kW/kW", doc="Heat that can be recovered per power of the activity; default by kind.", ge=0, le=10
    )
    flow_m3_per_h: float | None = quantity(None, unit="m3/h", doc="Mean flow of water that may be used.", ge=0)
    temp_c: float | None = quantity(
        None, unit="degC", doc="Temperature, or its yearly mean; default by kind or from the weather.", ge=-5, le=1500
    )
    temp_swing_k: float | None = quantity(
        None, unit="K", doc="Half the yearly swing of the water; default follows the weather.", ge=0, le=30
    )
    max_temp_change_k: float | None = quantity(
        None, unit="K", doc="Most the water may be cooled or warmed; default by kind.", gt=0, le=60
    )
    outlet_limit_c: float | None = quantity(
        None, unit="degC", doc="Coldest (of cold: warmest) the water may be sent back.", ge=-5, le=100
    )
    depth_m: float | None = quantity(None, unit="m", doc="Depth of the intake or of the ground probe.", ge=0, le=3000)
    hours: Numbers = ()
    """Hours of the day 0-23 in which it works; empty means all; 6-21 and 6-9, 14 are ranges."""
    weekdays: Numbers = ()
    """Days of the week 1-7 (1 = Monday) on which it works; empty means all."""
    months: Numbers = ()
    """Months 1-12 in which it works; empty means all."""
    available_frac: float = Field(
        1.0, ge=0, le=1, description="Share available in hours of operation.", json_schema_extra={"unit": "frac"}
    )
    standby_frac: float = quantity(0.0, unit="frac", doc="Share available outside hours of operation.", ge=0, le=1)
    file: str | None = Field(
        None,
        description="CSV of 8760 values with columns available_kw, power_kw or flow_m3_per_h, and temp_c if measured.",
        json_schema_extra={"data_file": True},
    )
    price_per_kwh: float = quantity(0.0, unit="currency/kWh", doc="Contract price of the heat or cold.", ge=0)
    capture_cost_per_kw: float = quantity(
        0.0, unit="currency/kW", doc="Capture at the supplier, where a technology does not state its own.", ge=0
    )
    ghg_kg_per_kwh: float = quantity(
        0.0,
        unit="kgCO2e/kWh",
        doc="Emission factor of the heat taken; 0 for waste heat that would otherwise be lost.",
        source=Source("GHG Protocol Scope 2 Guidance; EN 15316-4-5 for heat that would be lost", 2017, verified=False),
        ge=0,
        le=2,
    )
    primary_energy_factor: float = quantity(
        0.0,
        unit="kWh/kWh",
        doc="Non-renewable primary energy of the heat taken; 0 for waste heat that would otherwise be lost.",
        source=Source("EN ISO 52000-1 and EN 15316-4-5", 2017, verified=False),
        ge=0,
        le=5,
    )
    supplier: str = ""
    """Firm or utility that gives it."""
    exit_year: int | None = Field(None, ge=1990, le=2200, description="Calendar year from which it may be gone.")
    quality: Quality = "estimate"
    source: str = ""
    """Where the figures come from."""

    @field_validator("hours", "weekdays", "months")
    @classmethod
    def _within(cls, value: tuple[int, ...], info: Any) -> tuple[int, ...]:
        low, high = {"hours": (0, 23), "weekdays": (1, 7), "months": (1, 12)}[info.field_name]
        wrong = [v for v in value if not low <= v <= high]
        if wrong:
            raise ValueError(f"{info.field_name} are {low} to {high}: got {', '.join(map(str, wrong))}")
        return value

    @property
    def heat_origin(self) -> Literal["ambient", "waste", "bought"]:
        """Return what its heat counts as.

        Heat of water, ground, air and sewage is ambient energy (Directive (EU) 2018/2001, article 2 (2)). Heat of a
        power plant with a factor of its own is bought: extracted steam costs electricity, and heat of another network
        was made for sale; waste heat would be lost without who takes it (article 2 (9)).
        """
        if self.kind in OF_WATER or self.kind in {"ground", "air_wet_bulb"}:
            return "ambient"
        has_factor = self.ghg_kg_per_kwh > 0.0 or self.primary_energy_factor > 0.0
        return "bought" if self.kind == "power_plant" and has_factor else "waste"

    @property
    def is_cold(self) -> bool:
        """Return whether technologies reject heat to the source."""
        natural = self.kind in {"sea", "lake", "river", "ground", "air_wet_bulb"}
        return self.gives == "cold" or (self.gives is None and natural)
