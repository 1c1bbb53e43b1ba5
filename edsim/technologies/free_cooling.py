"""Free cooling from sea, lake, river, ground water, or cooling towers in cool hours.

With the temperature of the cold source plus the approach of the exchanger, share of the load it can cover::

    share u = clip((T_return - T_source - approach) / (T_return - T_supply), 0, 1)
    cooling <= u * capacity, cooling <= u * heat the source may take, electricity = pump share * cooling

With a lift given, the intake pump share is computed instead: ``g * lift / (c * warming * pump efficiency)``, the
water being warmed by ``source_warming_k``. u = 1 is full bypass of the chillers, between 0 and 1 it precools the
return (the exchanger stands before the chillers). The limit on returned water is in the availability of the source.
Without a source it uses towers: source temperature is wet bulb + tower approach. Valid: source 2 to 25 °C. Sources:
catalogue (unverified).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from edsim.core.catalogue import Defaults, existing, maximum, minimum
from edsim.core.quantity import quantity
from edsim.core.surroundings import return_temp_c, source, supply_temp_c
from edsim.core.technology import Array, Conditions, ModelContext, Port, Size, Technology

if TYPE_CHECKING:
    from pyomo.core import Block

_default = Defaults("free_cooling")

_GRAVITY_M_PER_S2 = 9.81
_WATER_J_PER_KG_K = 4190.0


class FreeCooling(Technology):
    """Natural cold through a heat exchanger."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("cooling", "chilled_water", "out", "cooling_kw"),
        Port("electricity", "electricity", "in", "cooling_kw", factor="pump_frac"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kw", "kW", "capex_per_kw", "chilled_water"),)
    needs_levels: ClassVar[tuple[str, ...]] = ("cooling",)
    output: ClassVar[str] = "cooling_kw"
    title: ClassVar[tuple[str, str]] = ("Free cooling", "Enfriamiento natural")

    kind: Literal["free_cooling"] = "free_cooling"
    source: str | None = None
    """Source of the case (sea, lake, river, ground); null uses cooling towers in cool hours."""
    approach_k: float = _default("approach_k", doc="Temperature difference of the exchanger.", ge=0.5, le=10)
    tower_approach_k: float = _default("tower_approach_k", doc="Tower water above wet bulb.", ge=1, le=15)
    pump_frac: float = _default("pump_frac", doc="Intake pump (or tower) power per cooling.", ge=0, le=0.3)
    intake_lift_m: float | None = quantity(
        None, unit="m", doc="Height and friction of the intake, replaces pump_frac when given.", ge=0, le=500
    )
    source_warming_k: float = _default("source_warming_k", doc="Warming of the source water.", gt=0.5, le=20)
    pump_efficiency_frac: float = _default("pump_efficiency_frac", doc="Intake pump and motor.", gt=0.2, le=0.95)
    existing_capacity_kw: float = existing("kW")
    min_capacity_kw: float = minimum("kW")
    max_capacity_kw: float | None = maximum("kW")
    capex_per_kw: float = _default.capex()
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    @property
    def intake_frac(self) -> float:
        """Return intake pump (or tower) power per cooling."""
        if self.intake_lift_m is None:
            return self.pump_frac
        heat_j_per_kg = _WATER_J_PER_KG_K * self.source_warming_k
        return _GRAVITY_M_PER_S2 * self.intake_lift_m / (heat_j_per_kg * self.pump_efficiency_frac)

    def usable_share(self, conditions: Conditions, source_temp_c: Array) -> Array:
        """Return the share of the cooling load the source can cover at its temperature, by step."""
        carrier = self.carrier_of(self.ports[0])
        supply, back = supply_temp_c(conditions, carrier, self.id), return_temp_c(conditions, carrier, self.id)
        return np.asarray(np.clip((back - source_temp_c - self.approach_k) / max(back - supply, 1e-6), 0.0, 1.0))

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return usable share and limit by step, and the pump share."""
        if self.source is None:
            share = self.usable_share(conditions, conditions.wet_bulb_temp_c + self.tower_approach_k)
            limit_frac, limit_kw = share, np.full(conditions.grid.n, np.finfo(float).max)
        else:
            cold = source(conditions, self.source, self.id)
            limit_frac = self.usable_share(conditions, cold.temp_c)
            limit_kw = limit_frac * cold.available_kw
        return {"usable_frac": limit_frac, "usable_kw": limit_kw, "pump_frac": self.intake_frac}

    @classmethod
    def declare(cls, block: Block, ctx: ModelContext) -> None:
        """Declare the cooling, at most what the source can take."""
        ctx.sized(block)
        ctx.params(block, "usable_frac")
        upper = ctx.upper("capacity_kw")[:, None] * ctx.arrays["usable_frac"]
        ctx.flow(block, "cooling_kw", np.minimum(upper, ctx.arrays["usable_kw"]))

    @classmethod
    def constrain(cls, block: Block, ctx: ModelContext) -> None:
        """Limit the cooling to the usable share of the exchanger."""
        from edsim.lp import Constraint

        del ctx
        block.capacity = Constraint(
            block.I, block.T, rule=lambda b, i, t: b.cooling_kw[i, t] <= b.usable_frac[i, t] * b.capacity_kw[i]
        )

    @classmethod
    def example(cls) -> FreeCooling:
        """Return an exchanger on the cooling towers."""
        return cls(id="free_cooling")
