"""A network of the case: what it carries to whom, from which energy centers, in which pipes."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from edsim.case.joining import Serving
from edsim.case.parts.base import Part
from edsim.case.parts.reset_spec import OutdoorResetSpec
from edsim.core.carriers import LEVELED, family
from edsim.core.quantity import Source, quantity

_DATA_FILE: dict[str, Any] = {"data_file": True}


class Plant(Part):
    """An energy center that feeds a network."""

    id: str = "energy_center"
    lat_deg: float = quantity(..., unit="deg", doc="Latitude.", ge=-90, le=90)
    lon_deg: float = quantity(..., unit="deg", doc="Longitude.", ge=-180, le=180)
    elevation_m: float | None = quantity(None, unit="m", doc="Height; default is the city's.")


_NETWORK = Source("edsim network method notes: engineering practice for district cooling", 2026, verified=False)


_CARRIER_FORM = f"^(ambient_water|({'|'.join(LEVELED)})(_[a-z0-9]+)*)$"
"""Names of what networks carry: a carrier, or a level of one."""


class NetworkSpec(Serving):
    """A thermal network and how it is laid out and sized."""

    id: str
    carrier: str = Field(
        description="chilled_water, hot_water, steam, compressed_air or ambient_water; a further level of one of the "
        "first four has a name of its own after it, such as chilled_water_high.",
        json_schema_extra={"pattern": _CARRIER_FORM},
        examples=[*LEVELED, "ambient_water", "chilled_water_high"],
    )
    buildings: tuple[str, ...] = Field(
        (),
        min_length=1,
        description="Ids of the buildings it serves; default is all that no other network of the service lists.",
    )
    plants: tuple[Plant, ...] = Field(min_length=1)
    supply_temp_c: float = quantity(..., unit="degC", doc="Supply temperature at the plant.", ge=-10, le=400)
    return_temp_c: float = quantity(..., unit="degC", doc="Return temperature at the plant.", ge=-10, le=400)
    outdoor_reset: OutdoorResetSpec | None = None
    """Lower supply of hot water in mild weather; without it the supply is the same all year."""
    streets: str | None = Field(
        None,
        description="GeoJSON file with street lines; without it a straight-line graph is used.",
        json_schema_extra=_DATA_FILE,
    )
    max_snap_m: float = quantity(
        300.0, unit="m", doc="Longest service line from a street to a building.", source=_NETWORK, gt=0
    )
    pipe_catalogue: Literal[
        "steel_series1",
        "steel_series2",
        "steel_series3",
        "pe100_sdr11",
        "pe100_sdr11_insulated",
        "steam_steel",
        "compressed_air_steel",
    ] = "steel_series1"
    """Pipe series in edsim/data/pipes; the number of a steel series is its insulation series."""
    max_pressure_gradient_pa_per_m: float = quantity(
        200.0, unit="Pa/m", doc="Design pressure gradient of mains.", source=_NETWORK, ge=5, le=2000
    )
    pump_efficiency_frac: float = quantity(0.75, unit="frac", doc="Pump and motor.", source=_NETWORK, gt=0, le=1)
    ets_approach_k: float = quantity(
        1.5, unit="K", doc="Approach of the transfer station.", source=_NETWORK, ge=0, le=20
    )
    ets_pressure_drop_kpa: float = quantity(75.0, unit="kPa", doc="Drop over the station.", source=_NETWORK, ge=0)
    cover_m: float = quantity(0.8, unit="m", doc="Soil over the casing of buried pipe.", source=_NETWORK, ge=0.3, le=10)
    cost_factor: float = quantity(
        1.0, unit="frac", doc="Local pipe and civil cost against the catalogue.", source=_NETWORK, gt=0
    )
    lifetime_a: float = quantity(
        40.0,
        unit="a",
        doc="Life of buried pipe.",
        source=Source("Finance method notes, network life 40-50 a", 2026, verified=False),
        gt=0,
    )
    om_frac: float = quantity(
        0.005,
        unit="frac/a",
        doc="Operation and maintenance, share of investment.",
        source=Source("Finance method notes, network O&M 0.5 %/a", 2026, verified=False),
        ge=0,
        le=1,
    )
    soil: Literal["dry_sand", "moist_sand", "wet_sand", "clay", "rock"] = "moist_sand"
    """Soil around the pipes."""
    obstacles: str | None = Field(
        None, description="GeoJSON file with polygons no trench crosses.", json_schema_extra=_DATA_FILE
    )
    existing_pipes: str | None = Field(
        None, description="GeoJSON file with lines of existing pipes, property dn.", json_schema_extra=_DATA_FILE
    )
    trenches: str | None = Field(
        None,
        description="CSV file: from, to, length_m between buildings, plants, junctions; for districts without a map.",
        json_schema_extra=_DATA_FILE,
    )
    pressure_bar: float | None = quantity(None, unit="bar", doc="Gauge pressure of compressed air at the plant.", gt=0)
    max_pressure_drop_frac: float | None = quantity(
        None, unit="frac", doc="Steam and air: largest drop to a building, of the absolute pressure.", gt=0, le=0.5
    )
    leakage_frac: float | None = quantity(
        None, unit="frac", doc="Steam lost by traps and vents; air lost by leaks, of the peak.", ge=0, le=0.6
    )

    @field_validator("carrier")
    @classmethod
    def _known(cls, value: str) -> str:
        """Refuse what is neither a carrier of networks nor a level of one."""
        if not re.match(_CARRIER_FORM, value):
            known = ", ".join(f"'{name}'" for name in (*LEVELED, "ambient_water", "chilled_water_high"))
            raise PydanticCustomError("literal_error", "no carrier", {"expected": known})
        return value

    @property
    def family(self) -> str:
        """The carrier whose physics it has: of ``steam_high`` it is steam."""
        return family(self.carrier)
