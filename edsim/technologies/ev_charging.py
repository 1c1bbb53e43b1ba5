"""Charging of electric vehicles: a daily energy, partly fixed by arrival, partly free within the hours of connection.

For day d and its steps t of h hours, with the profile p of uncontrolled charging (sum of p * h over a day = 1 /
day)::

    sum over the day of charge[t] * h = energy per day
    charge[t] >= (1 - flexible share) * energy per day * p[t]
    charge[t] <= charger power while connected, 0 otherwise

Uncontrolled vehicles charge evenly in their arrival hours. Valid: whole-hour steps. Nothing is sized: chargers are
given. Sources: catalogue, row by row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from edsim.core.machines.catalogue import Defaults
from edsim.core.quantity import quantity
from edsim.core.technology import Accounts, Array, Conditions, ModelContext, Port, Technology
from edsim.core.windows import Numbers

if TYPE_CHECKING:
    from pyomo.core import Block

_default = Defaults("ev_charging")


class EvCharging(Technology):
    """Charging station for electric vehicles."""

    ports: ClassVar[tuple[Port, ...]] = (Port("electricity", "electricity", "in", "charge_kw"),)
    title: ClassVar[tuple[str, str]] = ("Electric-vehicle charging", "Carga de vehículos eléctricos")

    kind: Literal["ev_charging"] = "ev_charging"
    vehicles: int = Field(ge=1, description="Vehicles charged per day.")
    energy_kwh_per_day: float = _default("energy_kwh_per_day", doc="Energy per vehicle and day.", gt=0, le=500)
    charger_kw: float = _default("charger_kw", doc="Charger power per vehicle.", gt=0, le=400)
    flexible_frac: float = _default("flexible_frac", doc="Share of the energy that may be shifted.", ge=0, le=1)
    connected_hours: Numbers = (8, 9, 10, 11, 12, 13, 14, 15, 16, 17)
    """Hours of the day (0–23) in which vehicles are connected."""
    arrival_hours: Numbers = (8, 9, 10)
    """Hours in which uncontrolled vehicles charge."""
    smart_charging_cost_per_a: float = quantity(0.0, unit="currency/a", doc="Yearly cost of control.", ge=0)
    lifetime_a: float = _default.lifetime()

    @model_validator(mode="after")
    def _can_be_served(self) -> EvCharging:
        hours, arrivals = set(self.connected_hours), set(self.arrival_hours)
        if not hours or not hours <= set(range(24)):
            raise ValueError("connected_hours must name hours 0-23")
        if not arrivals or not arrivals <= hours:
            raise ValueError("arrival_hours must be among connected_hours")
        if self.energy_kwh_per_day > self.charger_kw * len(hours):
            raise ValueError(
                f"{self.energy_kwh_per_day:g} kWh a day do not fit {len(hours)} h at {self.charger_kw:g} kW"
            )
        if (1 - self.flexible_frac) * self.energy_kwh_per_day > self.charger_kw * len(arrivals) * (1 + 1e-9):
            raise ValueError("the fixed share does not fit the arrival hours: name more hours or more charger_kw")
        return self

    @property
    def own_draw_kw(self) -> float:
        """Return the most that all vehicles draw at once; no demand of the case counts it."""
        return self.vehicles * self.charger_kw

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return least and most charging by step and the energy of a day."""
        hour = conditions.grid.hours() % 24
        daily = self.vehicles * self.energy_kwh_per_day
        arriving = np.isin(hour, self.arrival_hours)
        return {
            "least_kw": np.where(arriving, (1 - self.flexible_frac) * daily / len(self.arrival_hours), 0.0),
            "most_kw": np.where(np.isin(hour, self.connected_hours), self.own_draw_kw, 0.0),
            "energy_kwh_per_day": daily,
            "control_cost_per_a": self.smart_charging_cost_per_a if self.flexible_frac else 0.0,
        }

    @classmethod
    def declare(cls, block: Block, ctx: ModelContext) -> None:
        """Declare the charging and the days it is summed over."""
        ctx.params(block, "least_kw", "energy_kwh_per_day")
        ctx.flow(block, "charge_kw", ctx.arrays["most_kw"])
        ctx.days(block)

    @classmethod
    def constrain(cls, block: Block, ctx: ModelContext) -> None:
        """Deliver the energy of each day, the fixed share on arrival."""
        from edsim.lp import Constraint

        step_h = ctx.grid.step_h
        block.fixed = Constraint(block.I, block.T, rule=lambda b, i, t: b.charge_kw[i, t] >= b.least_kw[i, t])
        block.daily = Constraint(
            block.I,
            block.D,
            rule=lambda b, i, d: (
                step_h * sum(b.charge_kw[i, b.step_of_day[d, k]] for k in b.K) == b.energy_kwh_per_day[i]
            ),
        )

    @classmethod
    def contribute(cls, block: Block, accounts: Accounts, ctx: ModelContext) -> None:
        """Book the cost of control."""
        del block
        accounts.constant("om_fixed", ctx.arrays["control_cost_per_a"], line="control")

    @classmethod
    def example(cls) -> EvCharging:
        """Return ten vehicles at work."""
        return cls(id="ev", vehicles=10)
