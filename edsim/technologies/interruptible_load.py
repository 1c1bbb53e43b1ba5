"""Demand that may be interrupted for a payment, the rest being critical: what islanding and outages may leave dark.

With the demand of the carrier at the node (pumps, buildings; not the machines of the model)::

    interrupted[t] <= interruptible share * demand[t]
    sum over the year of interrupted <= interruption hours * interruptible share * peak demand

The critical share, 1 - interruptible, is always served: a case with grid outages and critical loads sizes battery,
stores and generators for them. An interruption is paid per kWh (contract, or value of lost load) and nothing is
recovered later; for load that moves see demand_response. Valid: any carrier, hourly steps. Sources: the contract of
the case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from edsim.core.hours import HOURS_PER_YEAR
from edsim.core.machines.site import demand_kw
from edsim.core.quantity import Source, quantity
from edsim.core.technology import Array, Conditions, ModelContext, Port, Technology

if TYPE_CHECKING:
    from pyomo.core import Block


class InterruptibleLoad(Technology):
    """Contract to interrupt part of a demand."""

    ports: ClassVar[tuple[Port, ...]] = (Port("interrupted", "electricity", "out", "interrupted_kw"),)
    output: ClassVar[str] = "interrupted_kw"
    title: ClassVar[tuple[str, str]] = ("Interruptible load", "Demanda interrumpible")

    kind: Literal["interruptible_load"] = "interruptible_load"
    interruptible_frac: float = Field(
        ge=0, le=1, description="Share of the demand that is not critical.", json_schema_extra={"unit": "frac"}
    )
    max_outage_h_per_a: float | None = quantity(
        None, unit="h/a", doc="Most hours of full interruption in a year; null is no limit.", ge=0, le=8760
    )
    om_variable_per_kwh: float = quantity(..., unit="currency/kWh", doc="Payment per kWh not served.", ge=0)
    lifetime_a: float = quantity(
        1.0,
        unit="a",
        doc="Length of the contract; nothing is invested.",
        gt=0,
        le=100,
        source=Source("yearly contract", 2024),
    )

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return what may be interrupted by step and in the year."""
        demand = demand_kw(conditions, self.carrier_of(self.ports[0]))
        share = np.asarray(self.interruptible_frac * conditions.grid.sample(demand))
        hours = HOURS_PER_YEAR if self.max_outage_h_per_a is None else self.max_outage_h_per_a
        return {
            "interruptible_kw": share,
            "interruptible_kwh_per_a": hours * self.interruptible_frac * float(demand.max(initial=0.0)),
        }

    @classmethod
    def declare(cls, block: Block, ctx: ModelContext) -> None:
        """Declare what is interrupted."""
        from edsim.lp import ArrayParam

        ctx.params(block, "interruptible_kwh_per_a")
        ctx.flow(block, "interrupted_kw", ctx.arrays["interruptible_kw"])
        block.hours = ArrayParam(block.T, array=ctx.grid.weight * ctx.grid.step_h)

    @classmethod
    def constrain(cls, block: Block, ctx: ModelContext) -> None:
        """Limit what is interrupted in a year."""
        from edsim.lp import Constraint

        del ctx
        block.yearly = Constraint(
            block.I,
            rule=lambda b, i: sum(b.hours[t] * b.interrupted_kw[i, t] for t in b.T) <= b.interruptible_kwh_per_a[i],
        )

    @classmethod
    def example(cls) -> InterruptibleLoad:
        """Return a contract on half of the demand."""
        return cls(id="interruptible", interruptible_frac=0.5, om_variable_per_kwh=2.0)
