"""Changes of the climate that a case applies to its weather year."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, field_validator

from edsim.case.parts.base import Part

_Kelvin = Annotated[float, Field(ge=-15, le=15)]
_KELVIN: dict[str, Any] = {"unit": "K"}
_BY_MONTH = (
    "mean_temp_change_k",
    "max_temp_change_k",
    "min_temp_change_k",
    "relative_humidity_change_frac",
    "ghi_factor",
    "wind_factor",
)


class ClimateSpec(Part):
    """Changes by month (Belcher, Hacker and Powell 2005): one value for all months, or twelve, January first."""

    label: str = Field(min_length=1, description="Scenario, year and source of the changes.")
    mean_temp_change_k: tuple[_Kelvin, ...] = Field(
        (0.0,), min_length=1, max_length=12, json_schema_extra=_KELVIN, description="Change of the mean dry bulb."
    )
    max_temp_change_k: tuple[_Kelvin, ...] | None = Field(
        None, min_length=1, max_length=12, json_schema_extra=_KELVIN, description="Change of the mean daily maximum."
    )
    min_temp_change_k: tuple[_Kelvin, ...] | None = Field(
        None, min_length=1, max_length=12, json_schema_extra=_KELVIN, description="Change of the mean daily minimum."
    )
    relative_humidity_change_frac: tuple[Annotated[float, Field(ge=-0.5, le=0.5)], ...] = Field(
        (0.0,),
        min_length=1,
        max_length=12,
        json_schema_extra={"unit": "frac"},
        description="Change of relative humidity; 0.02 is two points.",
    )
    ghi_factor: tuple[Annotated[float, Field(ge=0.5, le=1.5)], ...] = Field(
        (1.0,), min_length=1, max_length=12, description="Future over present global radiation."
    )
    wind_factor: tuple[Annotated[float, Field(ge=0, le=3)], ...] = Field(
        (1.0,), min_length=1, max_length=12, description="Future over present wind speed."
    )

    @field_validator(*_BY_MONTH)
    @classmethod
    def _whole_year(cls, values: tuple[float, ...] | None) -> tuple[float, ...] | None:
        if values is not None and len(values) not in {1, 12}:
            raise ValueError(f"give one value for all months or twelve, January first: got {len(values)}")
        return values
