"""Efficiency measures of a case: own packages beside those of edsim/data/measures."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from edsim.case.parts.base import Part
from edsim.core.quantity import Quality, quantity

AreaBasis = Literal["floor", "conditioned", "roof", "wall", "window"]
"""Area a measure is paid for by: gross floor, cooled floor, roof, opaque facade, glass."""


class MeasureSpec(Part):
    """A retrofit package: what it changes in a building and what a square meter of it costs."""

    id: str
    name: str = ""
    changes: dict[str, float | str] = Field(
        min_length=1,
        description="Archetype field → value after the retrofit, such as {window_g_frac: 0.3, glazing: double_low_e}.",
    )
    basis: AreaBasis = "floor"
    """Area that the cost is for."""
    capex_per_m2: float = quantity(..., unit="currency/m2", doc="Investment per area, before contingency.", ge=0)
    lifetime_a: float = quantity(..., unit="a", doc="Life, after which it is done again.", gt=0, le=100)
    om_frac: float = quantity(0.0, unit="frac/a", doc="Maintenance per year, share of investment.", ge=0, le=1)
    quality: Quality = "estimate"
    source: str = ""
    """Where effect and cost come from."""
