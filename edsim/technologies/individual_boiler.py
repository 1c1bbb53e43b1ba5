"""Boiler or steam boiler of one building or factory, as found in the BAU, with age.

``fuel = demand / (efficiency * (1 - decay)^age) + standby share * capacity / efficiency`` in hours with demand; LHV.
Valid: hot water or steam below 20 bar. Sources: catalogue, row by row.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from edsim.core.catalogue import Defaults
from edsim.core.quantity import quantity
from edsim.core.technology import Array, Conditions, IndividualMachine, Operation

_default = Defaults("individual_boiler")


class IndividualBoiler(IndividualMachine):
    """Boilers of one building."""

    service: ClassVar[str] = "heating"
    also_serves: ClassVar[tuple[str, ...]] = ("hot_water", "steam")
    title: ClassVar[tuple[str, str]] = ("Building boiler", "Caldera del edificio")

    kind: Literal["individual_boiler"] = "individual_boiler"
    fuel: str = "natural_gas"
    """Fuel of the case it burns."""
    efficiency_frac: float = _default("efficiency_frac", doc="Efficiency when new, LHV.", gt=0.3, le=1.05)
    efficiency_decay_frac_per_a: float = _default(
        "efficiency_decay_frac_per_a", doc="Loss of efficiency per year of age.", ge=0, le=0.05
    )
    age_a: float = quantity(0.0, unit="a", doc="Age in the first year of the study.", ge=0, le=60)
    standby_frac: float = _default("standby_frac", doc="Loss per capacity while in operation.", ge=0, le=0.1)
    oversizing_frac: float = _default("oversizing_frac", doc="Installed capacity above the peak demand.", ge=0, le=3)
    capex_per_kw: float = _default.capex()
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    def operate(self, demand_kw: Array, conditions: Conditions) -> Operation:
        """Return the fuel for the heat demand : (n,)."""
        del conditions
        demand = np.asarray(demand_kw, dtype=float)
        capacity = float(demand.max(initial=0.0)) * (1.0 + self.oversizing_frac)
        efficiency = self.efficiency_frac * (1.0 - self.efficiency_decay_frac_per_a) ** self.age_a
        standby = np.where(demand > 0.0, self.standby_frac * capacity, 0.0)
        fuel = (demand + standby) / efficiency
        return Operation(
            capacity_kw=capacity,
            inputs_kw={self.fuel: fuel},
            water_m3_per_h=np.zeros_like(demand),
            rejected_heat_kw=np.maximum(fuel - demand, 0.0),
        )

    @classmethod
    def example(cls) -> IndividualBoiler:
        """Return a gas boiler."""
        return cls(id="building_boiler")
