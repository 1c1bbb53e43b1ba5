"""What a study is within a program: sector, stage, boundary and what it claims; used when cases are added up."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from edsim.case.parts.base import Part
from edsim.core.quantity import quantity

Sector = Literal["commercial", "public_administration", "health", "industry", "residential", "education", "mixed"]
Stage = Literal["concept", "prefeasibility", "feasibility", "design", "construction", "operation"]


class Study(Part):
    """Place of the case in a program of studies; no result of the case itself depends on it."""

    sector: Sector | None = Field(None, description="Main sector of the buildings.")
    stage: Stage | None = Field(None, description="How far the project is.")
    program: str = ""
    """Program that pays for the study."""
    study_year: int | None = Field(None, ge=1990, le=2100, description="Year of the study.")
    boundary: str = ""
    """What is counted, in words that all cases of a program share, such as `cooling supply`."""
    population: float | None = quantity(None, unit="persons", doc="People who live or work in the district.", gt=0)
    claims: tuple[str, ...] = ()
    """Assets, buildings and sources that no other case may count too, such as `waste heat: kiln 2`."""
