"""Free cooling from sea, lake, river, ground water, or cooling towers in cool hours.

With the temperature of the cold source plus the approach of the exchanger, share of the load it can cover::

    share u = clip((T_return - T_source - approach) / (T_return - T_supply), 0, 1)
    cooling <= u * capacity, cooling <= u * heat the source may take, electricity = pump share * cooling
    cooling <= u * demand of the carrier at the node, and u * what all suppliers give there, where u < 1

With a lift given, the intake pump share is computed instead: ``g * lift / (c * warming * pump efficiency)``, the
water being warmed by ``source_warming_k``, by less in hours in which its permit leaves less. u = 1 is full bypass of
the chillers, between 0 and 1 it precools the return (the exchanger stands before the chillers), see
:mod:`edsim.core.machines.partial_use`. The limit on returned water is in the availability of the source. Without a
source it uses towers: source temperature is wet bulb + tower approach, and the heat goes to the condenser water, where
a cooling_tower takes it with its fans, pumps and water.
Valid: source 2 to 25 °C. Sources: catalogue, row by row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum
from edsim.core.machines.intake_pumps import pump_power_per_heat
from edsim.core.machines.partial_use import most_used_kw, usable_share
from edsim.core.machines.site import cooling_water_temp_c
from edsim.core.machines.surroundings import source
from edsim.core.machines.traits import JudgedAt, SourceUse
from edsim.core.quantity import quantity
from edsim.core.technology import Array, Conditions, ModelContext, Port, Size, SourceConditions, Technology

if TYPE_CHECKING:
    from pyomo.core import Block

_default = Defaults("free_cooling")


class FreeCooling(Technology):
    """Natural cold through a heat exchanger."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("cooling", "chilled_water", "out", "cooling_kw"),
        Port("electricity", "electricity", "in", "cooling_kw", factor="pump_frac"),
        Port("rejected_heat", "condenser_water", "out", "cooling_kw", factor="to_condenser_water"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kw", "kW", "capex_per_kw", "chilled_water"),)
    needs_levels: ClassVar[tuple[str, ...]] = ("cooling",)
    part_way: ClassVar[tuple[tuple[str, str], ...]] = (("cooling", "usable_frac"),)
    source_uses: ClassVar[tuple[SourceUse, ...]] = (SourceUse("cooling_kw", share="usable_frac"),)
    output: ClassVar[str] = "cooling_kw"
    source_side: ClassVar[Literal["", "heat", "cold"]] = "cold"
    is_chiller: ClassVar[bool] = True
    judged_at: ClassVar[JudgedAt] = "return"
    title: ClassVar[tuple[str, str]] = ("Free cooling", "Enfriamiento natural")

    kind: Literal["free_cooling"] = "free_cooling"
    source: str | None = None
    """Source of the case (sea, lake, river, ground); null uses cooling towers in cool hours."""
    approach_k: float = _default("approach_k", doc="Temperature difference of the exchanger.", ge=0.5, le=10)
    tower_approach_k: float = _default(
        "tower_approach_k", doc="Tower water above wet bulb, at least that of the tower.", ge=1, le=15
    )
    pump_frac: float = _default(
        "pump_frac", doc="Intake pumps, or those of the exchanger on the towers, per cooling.", ge=0, le=0.3
    )
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

    def idle_ports(self) -> frozenset[str]:
        """Return the condenser-water port where a source of the case takes the heat."""
        return frozenset() if self.source is None else frozenset({"rejected_heat"})

    def intake_frac(self, stream: SourceConditions | None) -> Array | float:
        """Return pump power per cooling, by step where the permit of the source is."""
        if self.intake_lift_m is None:
            return self.pump_frac
        return pump_power_per_heat(self.intake_lift_m, self.source_warming_k, self.pump_efficiency_frac, stream)

    def usable_share(self, conditions: Conditions, source_temp_c: Array) -> Array:
        """Return the share of the cooling load the source can cover at its temperature, by step."""
        return usable_share(conditions, self.carrier_of(self.ports[0]), self.id, source_temp_c, self.approach_k)

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return usable share and limit by step, the pump share and whether towers take the heat."""
        available: Array | float = np.finfo(float).max
        cold = None if self.source is None else source(conditions, self.source, self.id)
        if cold is None:
            share = self.usable_share(conditions, cooling_water_temp_c(conditions, self.tower_approach_k))
        else:
            share, available = self.usable_share(conditions, cold.temp_c), cold.available_kw
        most = most_used_kw(conditions, self.carrier_of(self.ports[0]), share, available)
        return {
            "usable_frac": share,
            "usable_kw": most,
            "available_kw": available,
            "pump_frac": self.intake_frac(cold),
            "to_condenser_water": float(self.source is None),
        }

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
