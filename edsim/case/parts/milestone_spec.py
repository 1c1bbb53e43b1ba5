"""A year of the study from which on demand and prices are those stated."""

from __future__ import annotations

from pydantic import Field

from edsim.case.parts.base import Part


class Milestone(Part):
    """A year in which buildings connect, demand or prices change; until the next one all stays as stated here.

    The first milestone is the first year of operation and the base of all factors.
    """

    year: int = Field(ge=1990, le=2150, description="Calendar year.")
    demand_factor: dict[str, float] = Field(
        {},
        description="Service → demand of every building over that of the first milestone.",
        json_schema_extra={"unit": "frac"},
    )
    price_factor: dict[str, float] = Field(
        {},
        description="Tariff or fuel → all its prices over those of the case.",
        json_schema_extra={"unit": "frac"},
    )
    carbon_price_per_t: float | None = Field(
        None,
        ge=0,
        description="Carbon price from this milestone on; that of the case where it is not given.",
        json_schema_extra={"unit": "currency/tCO2e"},
    )
    grid_factor: float = Field(
        1.0,
        ge=0,
        le=10,
        description="Emission factors of the grid over those of the case.",
        json_schema_extra={"unit": "frac"},
    )
