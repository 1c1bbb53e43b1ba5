"""Electric storage water heater of one building.

``electricity = demand / efficiency + standing loss * capacity``. Standing loss is that of the tanks, per kW of
heater. Valid: storage at 55 to 65 °C indoors. Sources: catalogue, row by row.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from edsim.core.machines.catalogue import Defaults
from edsim.core.technology import Array, Conditions, IndividualMachine, Operation

_default = Defaults("electric_water_heater")


class ElectricWaterHeater(IndividualMachine):
    """Electric water heaters of one building."""

    service: ClassVar[str] = "hot_water"
    also_serves: ClassVar[tuple[str, ...]] = ("heating",)
    most_out_per_in: ClassVar[float | None] = 1.0
    title: ClassVar[tuple[str, str]] = ("Electric water heater", "Calentador eléctrico de agua")

    kind: Literal["electric_water_heater"] = "electric_water_heater"
    efficiency_frac: float = _default("efficiency_frac", doc="Heat per electricity at the element.", gt=0.5, le=1)
    standing_loss_frac: float = _default("standing_loss_frac", doc="Tank loss per heater capacity.", ge=0, le=0.2)
    oversizing_frac: float = _default("oversizing_frac", doc="Installed capacity above the peak demand.", ge=0, le=3)
    capex_per_kw: float = _default.capex()
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    def operate(self, demand_kw: Array, conditions: Conditions) -> Operation:
        """Return the electricity for the hot-water demand : (n,)."""
        del conditions
        demand = np.asarray(demand_kw, dtype=float)
        capacity = float(demand.max(initial=0.0)) * (1.0 + self.oversizing_frac)
        electricity = demand / self.efficiency_frac + self.standing_loss_frac * capacity
        return Operation(
            capacity_kw=capacity,
            inputs_kw={"electricity": electricity},
            water_m3_per_h=np.zeros_like(demand),
            rejected_heat_kw=electricity - demand,
        )

    @classmethod
    def example(cls) -> ElectricWaterHeater:
        """Return a heater with default figures."""
        return cls(id="water_heater")
