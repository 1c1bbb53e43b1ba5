"""What makes a bank of machines need whole numbers: whole units, least load, cost of starts, investment per site.

All four are off by default, and the plant stays a linear program. Given any of them, edsim designs with integers:

* ``units: integer`` with ``unit_capacity_kw``: the optimizer buys whole machines of that size.
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
    return Field(default, description="Equal machines in the bank; integer: as many of unit_capacity_kw as pay.")


def machine_size(unit: str) -> Any:
    """Return the field of the size of one machine: ``unit_`` and the name of the capacity, in its unit."""
    return quantity(None, unit=unit, doc="Size of one machine; needed with units: integer.", gt=0)


class Committed(Technology):
    """Base of machines that may be whole units, with a least load, a cost per start and a fixed investment."""

    units: Units = equal_machines(1)
    unit_capacity_kw: float | None = machine_size("kW")
    min_part_load_frac: float = quantity(
        0.0, unit="frac", doc="Least load of a running machine, share of what it could give in the hour.", ge=0, le=1
    )
    start_up_cost: float = quantity(0.0, unit="currency", doc="Cost of each start of one machine.", ge=0)
    fixed_capex: float = quantity(
        0.0, unit="currency", doc="Investment paid once when anything is bought, whatever its size.", ge=0
    )

    @model_validator(mode="after")
    def _whole_units(self) -> Any:
        name = f"unit_{self.sizes[0].name}" if self.sizes else "unit_capacity_kw"
        size = self.unit_size
        if self.units != "integer":
            if size is not None:
                raise ValueError(f"{name} is the size of one machine of units: integer; leave it out otherwise")
            return self
        if size is None:
            raise ValueError(f"units: integer needs {name}, the size of one machine")
        for limit in ("existing", "min"):
            value = float(getattr(self, name.replace("unit", limit, 1), 0.0) or 0.0)
            if abs(round(value / size) * size - value) > _MULTIPLE_TOLERANCE * size:
                raise ValueError(f"{name.replace('unit', limit, 1)} must be a multiple of {name}: got {value:g}")
        return self

    @property
    def unit_size(self) -> float | None:
        """Return the size of one machine of ``units: integer``, in the unit of the capacity."""
        value = getattr(self, f"unit_{self.sizes[0].name}", None) if self.sizes else None
        return None if value is None else float(value)

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
            return max(1, round(capacity / (self.unit_size or capacity)))
        return self.units
