"""Outdoor reset of a heating network: the supply in mild weather and the ends of the line between."""

from __future__ import annotations

from edsim.case.parts.base import Part
from edsim.core.quantity import quantity


class OutdoorResetSpec(Part):
    """Supply that falls in mild weather: `supply_temp_c` in the cold, this line down to `mild_supply_temp_c`."""

    mild_supply_temp_c: float = quantity(..., unit="degC", doc="Supply in mild weather.", ge=20, le=150)
    cold_outdoor_temp_c: float = quantity(
        ...,
        unit="degC",
        doc="Mean outdoor temperature of a day, and colder, at which the supply is supply_temp_c.",
        ge=-50,
        le=20,
    )
    mild_outdoor_temp_c: float = quantity(
        ...,
        unit="degC",
        doc="Mean outdoor temperature of a day, and warmer, at which it is mild_supply_temp_c.",
        ge=-20,
        le=30,
    )
