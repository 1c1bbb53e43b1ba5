"""Banks of equal units with reserve and planned maintenance: the reliability rules machines share.

Of n units, s are kept in reserve against failure (N+1 is s = 1), and one more is out in the weeks of planned
maintenance::

    running share[t] = max(n - s - maintenance[t], 0) / n                 n given
    running capacity[t] = unit size * (n - s - maintenance[t])             n chosen (units: integer), if any

Reserve units are bought and never run, so that the firm capacity is what remains after the failure of s units. Weeks
are counted from 1 January in blocks of 168 h; week 52 has the rest of the year. Valid: units of equal size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field, model_validator

from edsim.core.hours import HOURS_PER_YEAR
from edsim.core.machines.commitment import Committed
from edsim.core.technology import Array, Conditions

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HOURS_PER_WEEK = 168
_WEEKS = 52


class Bank(Committed):
    """Base of machines that stand in a bank of equal units."""

    spare_units: int = Field(0, ge=0, description="Machines of the bank kept in reserve (N+1 is 1).")
    maintenance_weeks: tuple[int, ...] = Field(
        (), description="Weeks of the year (1-52) in which one more unit is out for planned maintenance."
    )

    @model_validator(mode="after")
    def _units_remain(self) -> Any:
        if self.units != "integer" and self.spare_units >= self.units:
            raise ValueError(f"spare_units must be below units: got {self.spare_units} of {self.units}")
        wrong = sorted({w for w in self.maintenance_weeks if not 1 <= w <= _WEEKS})
        if wrong:
            raise ValueError(f"maintenance_weeks are 1 to {_WEEKS}: got {', '.join(map(str, wrong))}")
        return self

    @property
    def firm_frac(self) -> float:
        """Return the least share of the bank that may run in a week with maintenance or, all out, without.

        With ``units: integer`` the number is open; reserve and maintenance are then relations of the model.
        """
        if self.units == "integer":
            return 1.0
        firm = self.units - self.spare_units
        return max(firm - bool(self.maintenance_weeks), 1) / self.units

    def running_frac(self, conditions: Conditions) -> Array:
        """Return the share of the bank that may run by step, 0–1; 1 with ``units: integer`` (see `units_out`)."""
        if self.units == "integer":
            return np.ones(conditions.grid.n)
        out = self._in_maintenance().astype(float)
        return conditions.grid.sample(np.maximum(self.units - self.spare_units - out, 0.0) / self.units)

    def units_out(self, conditions: Conditions) -> Array:
        """Return the units that may not run by step: in reserve and in maintenance."""
        return self.spare_units + conditions.grid.sample(self._in_maintenance().astype(float))

    def days_to_keep(self, conditions: Conditions) -> tuple[int, ...]:
        """Return the days of maintenance: typical days must show each of them as it is, for stores bridge them."""
        del conditions
        return tuple(np.unique(np.flatnonzero(self._in_maintenance()) // 24).tolist())

    def _in_maintenance(self) -> NDArray[np.bool_]:
        """Return whether a unit is in maintenance by hour of the year."""
        week = np.minimum(np.arange(HOURS_PER_YEAR) // _HOURS_PER_WEEK, _WEEKS - 1) + 1
        return np.isin(week, self.maintenance_weeks)
