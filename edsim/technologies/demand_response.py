"""Shiftable electricity demand: load moved to other hours of the same day, paid for what is moved.

For day d and its steps t of h hours::

    reduced[t] <= shiftable power in the hours of reduction; 0 otherwise
    sum over the contracts of the node of reduced[t] <= demand[t] + electricity its machines draw
    added[t] <= shiftable power * catch-up ratio
    sum over the day of added[t] * h = (1 + loss) * sum over the day of reduced[t] * h
    sum over the day of reduced[t] * h <= limit per day

The demand itself stays in the balance of the node; reduction enters as a supply, recovery as a load. What nobody draws
cannot be switched off: no more is moved than the demand of the node and what its machines (chillers, towers, boilers)
draw at the time, not counting what batteries take and what is sold. Valid: processes that can wait within a day
(pumping, cold stores, washing; chillers as far as rooms or stores bridge the pause). Sources: catalogue, row by row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import model_validator

from edsim.core.machines.catalogue import Defaults
from edsim.core.quantity import quantity
from edsim.core.technology import Array, Conditions, ModelContext, Port, Technology
from edsim.core.windows import Numbers

if TYPE_CHECKING:
    from pyomo.core import Block

_default = Defaults("demand_response")


class DemandResponse(Technology):
    """Contract to shift electricity demand within the day."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("reduction", "electricity", "out", "reduced_kw"),
        Port("recovery", "electricity", "in", "added_kw"),
    )
    output: ClassVar[str] = "reduced_kw"
    switches_off: ClassVar[tuple[str, ...]] = ("reduction",)
    """Ports that give no more than demand and machines of the node draw."""
    title: ClassVar[tuple[str, str]] = ("Demand response", "Respuesta de la demanda")

    kind: Literal["demand_response"] = "demand_response"
    shiftable_kw: float = quantity(..., unit="kW", doc="Power that can be switched off.", ge=0)
    hours_per_day: float = _default("hours_per_day", doc="Full-power hours that can be moved in a day.", gt=0, le=24)
    catch_up_ratio: float = _default("catch_up_ratio", doc="Highest added over shiftable power.", gt=0, le=5)
    loss_frac: float = _default("loss_frac", doc="Extra energy of the recovery.", ge=0, le=0.5)
    reduction_hours: Numbers = tuple(range(24))
    """Hours of the day 0–23 in which demand may be reduced; 18-21 is a range."""
    om_variable_per_kwh: float = quantity(0.0, unit="currency/kWh", doc="Payment per kWh moved.", ge=0)
    lifetime_a: float = _default.lifetime()

    @model_validator(mode="after")
    def _hours_of_day(self) -> DemandResponse:
        if not self.reduction_hours or not set(self.reduction_hours) <= set(range(24)):
            raise ValueError("reduction_hours must name hours 0-23")
        return self

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return the limits by step and by day."""
        able = np.isin(conditions.grid.hours() % 24, self.reduction_hours)
        return {
            "reducible_kw": np.where(able, self.shiftable_kw, 0.0),
            "addable_kw": self.shiftable_kw * self.catch_up_ratio,
            "kwh_per_day": self.shiftable_kw * self.hours_per_day,
            "recovered_per_reduced": 1.0 + self.loss_frac,
        }

    @classmethod
    def declare(cls, block: Block, ctx: ModelContext) -> None:
        """Declare reduction, recovery and the days they are summed over."""
        ctx.params(block, "kwh_per_day", "recovered_per_reduced")
        ctx.flow(block, "reduced_kw", ctx.arrays["reducible_kw"])
        ctx.flow(block, "added_kw", ctx.arrays["addable_kw"])
        ctx.days(block)

    @classmethod
    def constrain(cls, block: Block, ctx: ModelContext) -> None:
        """Recover in the day what was reduced, within the daily limit."""
        from edsim.lp import Constraint

        step_h = ctx.grid.step_h
        block.recovery = Constraint(
            block.I,
            block.D,
            rule=lambda b, i, d: (
                sum(b.added_kw[i, b.step_of_day[d, k]] for k in b.K)
                == b.recovered_per_reduced[i] * sum(b.reduced_kw[i, b.step_of_day[d, k]] for k in b.K)
            ),
        )
        block.daily_limit = Constraint(
            block.I,
            block.D,
            rule=lambda b, i, d: step_h * sum(b.reduced_kw[i, b.step_of_day[d, k]] for k in b.K) <= b.kwh_per_day[i],
        )

    @classmethod
    def example(cls) -> DemandResponse:
        """Return 100 kW that can wait."""
        return cls(id="shift", shiftable_kw=100.0)
