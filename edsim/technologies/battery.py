"""Battery with inverter, sized in energy and power.

Per step of h hours, with one-way efficiency ``eta = sqrt(round trip)``::

    level[t] = kept * level[t-1] + (eta * charge[t] - discharge[t] / eta) * h      0 <= level <= capacity
    charge + discharge <= power
    sum over the year of discharge <= cycles per year * capacity                  cycle life over technical life

Capacity means usable energy, averaged over life: state the investment per usable kWh. One technical life covers cells
and inverter. Valid: lithium-ion at 10 to 35 °C, cooled. Sources: Danish Energy Agency catalogue; cycle life
unverified.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from edsim.core.catalogue import Defaults, existing, maximum, minimum
from edsim.core.technology import Array, Conditions, ModelContext, Port, Size, Technology

if TYPE_CHECKING:
    from pyomo.core import Block

_default = Defaults("battery")


class Battery(Technology):
    """Lithium-ion battery."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("discharge", "electricity", "out", "discharge_kw"),
        Port("charge", "electricity", "in", "charge_kw"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (
        Size("capacity_kwh", "kWh", "capex_per_kwh", "electricity"),
        Size("power_kw", "kW", "capex_per_kw", "electricity"),
    )
    output: ClassVar[str] = "discharge_kw"
    level_variable: ClassVar[str] = "level_kwh"
    title: ClassVar[tuple[str, str]] = ("Battery", "Batería")

    kind: Literal["battery"] = "battery"
    round_trip_frac: float = _default("round_trip_frac", doc="AC-to-AC round-trip efficiency.", gt=0.3, le=1)
    loss_frac_per_h: float = _default("loss_frac_per_h", doc="Self-discharge per hour.", ge=0, le=0.05)
    cycle_life: float = _default("cycle_life", doc="Full cycles over the technical life.", gt=0)
    existing_capacity_kwh: float = existing("kWh")
    min_capacity_kwh: float = minimum("kWh")
    max_capacity_kwh: float | None = maximum("kWh")
    existing_power_kw: float = existing("kW")
    min_power_kw: float = minimum("kW")
    max_power_kw: float | None = maximum("kW")
    capex_per_kwh: float = _default.capex("capex_per_kwh")
    capex_per_kw: float = _default.capex("capex_per_kw")
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return efficiencies, what is kept over a step and the cycles allowed in a year."""
        one_way = self.round_trip_frac**0.5
        return {
            "kept_per_step": (1.0 - self.loss_frac_per_h) ** conditions.grid.step_h,
            "charge_efficiency": one_way,
            "drawn_per_discharge": 1.0 / one_way,
            "cycles_per_a": self.cycle_life / self.lifetime_a,
        }

    @classmethod
    def declare(cls, block: Block, ctx: ModelContext) -> None:
        """Declare charge and discharge."""
        from edsim.lp import ArrayParam

        ctx.sized(block)
        ctx.params(block, "kept_per_step", "charge_efficiency", "drawn_per_discharge", "cycles_per_a")
        ctx.flow(block, "charge_kw", ctx.upper("power_kw"))
        ctx.flow(block, "discharge_kw", ctx.upper("power_kw"))
        block.hours = ArrayParam(block.T, array=ctx.grid.weight * ctx.grid.step_h)

    @classmethod
    def constrain(cls, block: Block, ctx: ModelContext) -> None:
        """Link the level over the steps, limit power and the yearly throughput."""
        from edsim.lp import Constraint

        step_h = ctx.grid.step_h
        block.level_change = lambda b, i, t: (
            step_h * (b.charge_efficiency[i] * b.charge_kw[i, t] - b.drawn_per_discharge[i] * b.discharge_kw[i, t])
        )
        ctx.storage(block, "level_kwh", "level_change", kept_per_step="kept_per_step", capacity="capacity_kwh")
        block.power = Constraint(
            block.I, block.T, rule=lambda b, i, t: b.charge_kw[i, t] + b.discharge_kw[i, t] <= b.power_kw[i]
        )
        block.throughput = Constraint(
            block.I,
            rule=lambda b, i: (
                sum(b.hours[t] * b.discharge_kw[i, t] for t in b.T) <= b.cycles_per_a[i] * b.capacity_kwh[i]
            ),
        )

    @classmethod
    def example(cls) -> Battery:
        """Return a battery with default figures."""
        return cls(id="battery")
