"""What may be known of a building beyond use, area and storeys; every field left out is that of the archetype."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from edsim.case.parts.base import Part
from edsim.core.quantity import quantity

SeriesUnit = Literal[
    "W", "kW", "MW", "TR", "kJ/h", "BTU/h", "MBH", "kcal/h",
    "Wh", "kWh", "MWh", "TR-h", "J", "kJ", "MJ", "GJ", "kBTU", "MMBtu", "therm", "Gcal",
    "kg/h", "t/h", "kg", "t",
]  # fmt: skip
Months = Annotated[tuple[Annotated[float, Field(ge=0)], ...], Field(min_length=12, max_length=12)]
"""A value of each month, January first."""


class Measured(Part):
    """Measured consumption of one service of a building; the simulated profile is scaled to it or replaced by it."""

    file: str | None = Field(
        None,
        description="CSV, workbook or Parquet with the series, in the case folder.",
        json_schema_extra={"data_file": True},
    )
    column: str | None = None
    """Column of the series."""
    unit: SeriesUnit | None = None
    """Unit of the series, energy and steam (kg, t) of each step; without it that of the heading, else kW."""
    step: Literal["day", "month"] | None = None
    """Whether the file holds sums of 365 or 366 days or of 12 months, where no column of it says so."""
    peak_column: str | None = None
    """Column of the peak of each month, kW, beside sums of months."""
    monthly_kwh: Months | None = Field(
        None, description="Sums of the 12 months, which keep the simulated shape.", json_schema_extra={"unit": "kWh"}
    )
    monthly_peak_kw: Months | None = Field(
        None, description="Peaks of the 12 months, besides monthly_kwh.", json_schema_extra={"unit": "kW"}
    )
    cooling_cop: float | None = quantity(
        None,
        unit="kW/kW",
        doc="COP over the year of the building's own cooling on 12 bills of electricity: its description is fitted.",
        gt=0.5,
        le=15,
    )
    fuel: str | None = None
    """Fuel of the meter, such as natural_gas: all figures are kWh of fuel and are made heat by the efficiency."""
    heating_value: Literal["HHV", "LHV"] = "HHV"
    """Heating value in which the kWh of fuel are counted; gas bills count the higher one."""
    efficiency_frac: float | None = quantity(
        None, unit="frac", doc="Heat per fuel (LHV); default that of the building's machine in `bau`.", gt=0.1, le=1.1
    )
    hot_water_frac: float | None = quantity(
        None, unit="frac", doc="Share of measured heating that is hot water of taps.", ge=0, le=1
    )
    hot_water_base: bool = False
    """Whether the load that measured heating has all year, as in summer, is hot water of taps."""
    annual_kwh: float | None = quantity(None, unit="kWh/a", doc="Yearly total to scale the profile to.", gt=0)
    peak_kw: float | None = quantity(None, unit="kW", doc="Yearly peak to scale the profile to.", gt=0)


class BuildingUse(Part):
    """Size of the use, shape and comfort of a building."""

    rooms: float | None = quantity(None, unit="rooms", doc="Hotel rooms; without them two beds count as a room.", ge=0)
    meals_per_day: float | None = quantity(None, unit="meals/day", doc="Meals served on a day of mean use.", ge=0)
    aspect: float | None = quantity(None, unit="m/m", doc="Length over width of the plate.", ge=1, le=20)
    wwr_frac: float | None = quantity(None, unit="frac", doc="Window share of the facades.", ge=0, le=0.95)
    heated_frac: float | None = quantity(
        None, unit="frac", doc="Share of the floor area that is heated, where there is heating.", ge=0, le=1
    )
    cooling_set_c: float | None = quantity(None, unit="degC", doc="Cooling set point while in use.", ge=15, le=35)
    heating_set_c: float | None = quantity(None, unit="degC", doc="Heating set point while in use.", ge=5, le=30)
    steam_kg_per_day: float | None = quantity(
        None, unit="kg/day", doc="Steam used on a day of mean use: laundry, sterilization, kitchen, process.", ge=0
    )
    steam_pressure_bar: float | None = quantity(
        None, unit="bar", doc="Gauge pressure of the steam; default 7 bar.", ge=0.1, le=38
    )
    condensate_frac: float | None = quantity(
        None, unit="frac", doc="Share of the steam whose condensate returns; default that of its boiler.", ge=0, le=1
    )
    system: Literal["ideal", "split", "fan_coil_doas", "vav", "cav", "natural_ventilation", "fan_only"] | None = None
    """System class of the air handling."""

    @model_validator(mode="after")
    def _set_points(self) -> BuildingUse:
        cool, heat = self.cooling_set_c, self.heating_set_c
        if cool is not None and heat is not None and heat >= cool:
            raise ValueError(f"heating_set_c {heat:g} must be below cooling_set_c {cool:g}")
        return self
