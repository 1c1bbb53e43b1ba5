"""What makes a bank of machines need whole numbers: whole units, least load, cost of starts, investment per site.

All four are off by default, and the plant stays a linear program. Given any of them, edsim designs with integers:

* ``units: integer`` with ``unit_size``: the optimizer buys whole machines of that size.
* ``min_part_load_frac``: a running machine gives at least this share of what it could give in the hour.
* ``start_up_cost``: paid for each machine that starts.
* ``fixed_capex``: paid once when anything is bought, whatever its size.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from edsim.core.quantity import quantity
from edsim.core.technology import Technology

Units = Annotated[int, Field(ge=1, le=50)] | Literal["integer"]
"""Number of equal machines, or ``integer`` when the optimizer chooses it."""
_MULTIPLE_TOLERANCE = 1e-6


def equal_machines(default: int) -> Any:
    """Return the field ``units`` with its default number."""
    return Field(default, description="Equal machines in the bank; integer: as many of unit_size as pay.")


def machine_size(unit: str) -> Any:
    """Return the field ``unit_size`` in the unit of the capacity."""
    return quantity(None, unit=unit, doc="Size of one machine; needed with units: integer.", gt=0)


class Committed(Technology):
    """Base of machines that may be whole units, with a least load, a cost per start and a fixed investment."""

    units: Units = equal_machines(1)
    unit_size: float | None = machine_size("kW")
    min_part_load_frac: float = quantity(
        0.0, unit="frac", doc="Least load of a running machine, share of what it could give in the hour.", ge=0, le=1
    )
    start_up_cost: float = quantity(0.0, unit="currency", doc="Cost of each start of one machine.", ge=0)
    fixed_capex: float = quantity(
        0.0, unit="currency", doc="Investment paid once when anything is bought, whatever its size.", ge=0
    )

    @model_validator(mode="after")
    def _whole_units(self) -> Any:
        if self.units != "integer":
            if self.unit_size is not None:
                raise ValueError("unit_size is the size of one machine of units: integer; leave it out otherwise")
            return self
        if self.unit_size is None:
            raise ValueError("units: integer needs unit_size, the size of one machine")
        for size in self.sizes[:1]:
            for limit in ("existing", "min"):
                value = float(getattr(self, f"{limit}_{size.name}", 0.0) or 0.0)
                whole = round(value / self.unit_size) * self.unit_size
                if abs(whole - value) > _MULTIPLE_TOLERANCE * self.unit_size:
                    raise ValueError(f"{limit}_{size.name} must be a multiple of unit_size: got {value:g}")
        return self

    @property
    def has_integers(self) -> bool:
        """Return whether any of the four is given."""
        return self.units == "integer" or self.is_committed or self.fixed_capex > 0.0

    @property
    def is_committed(self) -> bool:
        """Return whether it matters how many machines run in an hour."""
        return self.min_part_load_frac > 0.0 or self.start_up_cost > 0.0

    def unit_count(self, capacity: float) -> int:
        """Return the number of machines of a bank of `capacity`."""
        if self.units == "integer":
            return max(1, round(capacity / float(self.unit_size or capacity)))
        return self.units
