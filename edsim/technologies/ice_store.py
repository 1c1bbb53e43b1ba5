"""Ice store with its own ice-making chillers.

Ice makers work at brine temperature, which costs COP: curves of a water-cooled screw machine at the lift of the
brine, :mod:`edsim.core.machines.cooling_curves`. Per step of h hours::

    freezing <= ice-maker capacity * capacity ratio        thermal kW
    compressor = freezing * input ratio / COP              port on the freezing variable
    rejected = freezing + compressor                       to the condenser water
    level[t] = kept * level[t-1] + (freezing[t] - discharge[t]) * h        0 <= level <= capacity
    discharge <= capacity / least melting time

Ice-maker capacity is that at rating conditions; at brine temperature it falls by the catalogue's factor. Valid: brine
-3 to -10 °C, chilled supply at least 2 °C. Sources: City Energy Analyst (store), catalogue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum
from edsim.core.machines.cooling_curves import capacity_frac, cooling_curves, input_ratio
from edsim.core.machines.refrigerant_loss import LosesRefrigerant, refrigerant_loss
from edsim.core.machines.site import cooling_water_temp_c
from edsim.core.machines.traits import CostLine
from edsim.core.technology import Array, Conditions, ModelContext, Port, Size

if TYPE_CHECKING:
    from pyomo.core import Block

_default = Defaults("ice_store")


class IceStore(LosesRefrigerant):
    """Ice store and ice makers."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("discharge", "chilled_water", "out", "discharge_kw"),
        Port("compressor", "electricity", "in", "freezing_kw", factor="work_per_freezing"),
        Port("rejected_heat", "condenser_water", "out", "freezing_kw", factor="rejected_per_freezing"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (
        Size("capacity_kwh", "kWh", "capex_per_kwh", "chilled_water"),
        Size("ice_maker_kw", "kW", "capex_per_kw", "chilled_water", port="charge"),
    )
    output: ClassVar[str] = "discharge_kw"
    level_variable: ClassVar[str] = "level_kwh"
    charged_size: ClassVar[str] = "ice_maker_kw"
    cost_line: ClassVar[CostLine] = "storage"
    title: ClassVar[tuple[str, str]] = ("Ice store", "Banco de hielo")

    kind: Literal["ice_store"] = "ice_store"
    brine_temp_c: float = _default("brine_temp_c", doc="Brine supply while freezing.", ge=-15, le=-1)
    brine_capacity_frac: float = _default(
        "brine_capacity_frac", doc="Ice-making over rated capacity of the chillers.", gt=0.2, le=1
    )
    approach_k: float = _default(
        "approach_k", doc="Condenser-entering water above wet bulb, at least that of the tower.", ge=1, le=15
    )
    loss_frac_per_h: float = _default("loss_frac_per_h", doc="Loss of the level per hour.", ge=0, le=0.1)
    melting_time_h: float = _default("melting_time_h", doc="Least time to melt the store.", gt=0, le=48)
    refrigerant: str = "R-134a"
    """Refrigerant, by its name in the refrigerant table."""
    charge_kg_per_kw: float = _default.charge("ice-maker capacity")
    leak_frac_per_a: float = _default.leak()
    filling_loss_frac: float = _default.filling_loss()
    end_of_life_loss_frac: float = _default.end_of_life_loss()
    existing_capacity_kwh: float = existing("kWh")
    min_capacity_kwh: float = minimum("kWh")
    max_capacity_kwh: float | None = maximum("kWh")
    existing_ice_maker_kw: float = existing("kW")
    min_ice_maker_kw: float = minimum("kW")
    max_ice_maker_kw: float | None = maximum("kW")
    capex_per_kwh: float = _default.capex("capex_per_kwh")
    capex_per_kw: float = _default.capex("capex_per_kw")
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return work per freezing, availability of the ice makers, losses and rates."""
        curves = cooling_curves("screw", "water")
        entering = np.maximum(cooling_water_temp_c(conditions, self.approach_k), curves.entering_temp_c[0])
        work = input_ratio(curves, entering, self.brine_temp_c) / curves.rated_cop
        return {
            "work_per_freezing": work,
            "rejected_per_freezing": 1.0 + work,
            "freezing_frac": capacity_frac(curves, entering) * self.brine_capacity_frac,
            "kept_per_step": (1.0 - self.loss_frac_per_h) ** conditions.grid.step_h,
            "rate_per_h": 1.0 / self.melting_time_h,
            **refrigerant_loss(self, conditions),
        }

    @classmethod
    def declare(cls, block: Block, ctx: ModelContext) -> None:
        """Declare freezing and discharge."""
        ctx.sized(block)
        ctx.params(block, "freezing_frac", "kept_per_step", "rate_per_h")
        ctx.flow(block, "freezing_kw", ctx.upper("ice_maker_kw")[:, None] * ctx.arrays["freezing_frac"])
        ctx.flow(block, "discharge_kw", ctx.upper("capacity_kwh") * ctx.arrays["rate_per_h"])

    @classmethod
    def constrain(cls, block: Block, ctx: ModelContext) -> None:
        """Link the level over the steps, limit freezing and melting."""
        from edsim.lp import Constraint

        step_h = ctx.grid.step_h
        block.level_change = lambda b, i, t: step_h * (b.freezing_kw[i, t] - b.discharge_kw[i, t])
        ctx.storage(block, "level_kwh", "level_change", kept_per_step="kept_per_step", capacity="capacity_kwh")
        block.freezing_limit = Constraint(
            block.I, block.T, rule=lambda b, i, t: b.freezing_kw[i, t] <= b.freezing_frac[i, t] * b.ice_maker_kw[i]
        )
        block.melting_limit = Constraint(
            block.I, block.T, rule=lambda b, i, t: b.discharge_kw[i, t] <= b.rate_per_h[i] * b.capacity_kwh[i]
        )

    @classmethod
    def example(cls) -> IceStore:
        """Return an ice store with default figures."""
        return cls(id="ice_store")
