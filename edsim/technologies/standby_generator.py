"""Standby generator of one building: takes over the electricity demand in outages.

In the outage windows the generator serves all demand; without windows it serves the same share of every hour that the
yearly running hours are of 8760 (outages whose hours are unknown). A set that runs all 8760 hours is the only supply
of its building (an island without grid): it also feeds the other machines there. For the share s of a step::

    fuel = s * demand / efficiency(load),   electricity from the grid = (1 - s) * demand

Efficiency relative to full load at 25, 50, 75, 100 %: 0.78, 0.92, 0.98, 1 (as of generator). Valid:
load above 25 % for long runs. Sources: catalogue, row by row.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from edsim.core.hours import HOURS_PER_YEAR
from edsim.core.machines.catalogue import Defaults
from edsim.core.machines.generating_sets import SET_LOADS_FRAC, SET_RELATIVE_EFFICIENCY
from edsim.core.outages import Outages
from edsim.core.technology import Array, Conditions, IndividualMachine, Operation

_default = Defaults("standby_generator")


class StandbyGenerator(IndividualMachine):
    """Standby generator of one building."""

    service: ClassVar[str] = "electricity"
    title: ClassVar[tuple[str, str]] = ("Standby generator", "Planta eléctrica de emergencia")

    kind: Literal["standby_generator"] = "standby_generator"
    fuel: str = "diesel"
    """Fuel of the case it burns."""
    efficiency_frac: float = _default("efficiency_frac", doc="Electric efficiency at full load, LHV.", gt=0.1, le=0.5)
    running_h_per_a: float = _default("running_h_per_a", doc="Hours of outage and test per year.", ge=0, le=8760)
    outages: Outages = ()
    """Outage windows: first hour of the year (0–8759) and length in hours; instead of the running hours."""
    oversizing_frac: float = _default("oversizing_frac", doc="Installed capacity above the peak demand.", ge=0, le=3)
    capex_per_kw: float = _default.capex()
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    @property
    def feeds_building(self) -> bool:
        """Whether the set is the only supply of its building: plugs and machines."""
        return not self.outages and self.running_h_per_a >= HOURS_PER_YEAR

    def operate(self, demand_kw: Array, conditions: Conditions) -> Operation:
        """Return fuel and grid electricity for the electricity demand : (n,)."""
        demand = np.asarray(demand_kw, dtype=float)
        capacity = float(demand.max(initial=0.0)) * (1.0 + self.oversizing_frac)
        year = np.full(HOURS_PER_YEAR, 0.0 if self.outages else self.running_h_per_a / HOURS_PER_YEAR)
        for start, length in self.outages:
            year[start : start + length] = 1.0
        served = conditions.grid.sample(year) * demand
        load = np.clip(demand / max(capacity, 1e-9), SET_LOADS_FRAC[0], 1.0)
        fuel = served / (self.efficiency_frac * np.interp(load, SET_LOADS_FRAC, SET_RELATIVE_EFFICIENCY))
        bought = {} if self.feeds_building else {"electricity": demand - served}
        return Operation(
            capacity_kw=capacity,
            inputs_kw={**bought, self.fuel: fuel},
            water_m3_per_h=np.zeros_like(demand),
            rejected_heat_kw=fuel - served,
        )

    @classmethod
    def example(cls) -> StandbyGenerator:
        """Return a diesel set."""
        return cls(id="generator")
