"""Battery with inverter, sized in energy and power.

Per step of h hours, with one-way efficiency ``eta = sqrt(round trip)``::

    usable share u = depth of discharge * (1 + capacity at end of life) / 2       mean over life
    level[t] = kept * level[t-1] + (eta * charge[t] - discharge[t] / eta) * h      0 <= level <= u * capacity
    charge + discharge <= power
    sum over the year of discharge <= cycles per year * u * capacity              cycle life over technical life

Capacity is the rated energy, which is what is bought; cells fade evenly to the end of their life, so a mean year has
the mean of new and old. One technical life covers cells and inverter; a battery cannot be cycled more than its cells
last. Valid: lithium-ion at 10 to 35 °C, cooled. Sources: Danish Energy Agency catalogue; cycle life, depth and fade as
said in the catalogue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum
from edsim.core.machines.traits import CostLine
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
    cost_line: ClassVar[CostLine] = "storage"
    title: ClassVar[tuple[str, str]] = ("Battery", "Batería")

    kind: Literal["battery"] = "battery"
    round_trip_frac: float = _default("round_trip_frac", doc="AC-to-AC round-trip efficiency.", gt=0.3, le=1)
    loss_frac_per_h: float = _default("loss_frac_per_h", doc="Self-discharge per hour.", ge=0, le=0.05)
    depth_of_discharge_frac: float = _default(
        "depth_of_discharge_frac", doc="Share of the rated energy that may be used.", gt=0.1, le=1
    )
    end_of_life_frac: float = _default(
        "end_of_life_frac", doc="Capacity at the end of life over capacity when new.", gt=0.3, le=1
    )
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

    @property
    def usable_frac(self) -> float:
        """Return usable over rated energy in a mean year of life."""
        return self.depth_of_discharge_frac * 0.5 * (1.0 + self.end_of_life_frac)

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return level per charge and discharge, what is kept over a step and the throughput allowed in a year."""
        one_way = self.round_trip_frac**0.5
        return {
            "kept_per_step": (1.0 - self.loss_frac_per_h) ** conditions.grid.step_h,
            "level_per_charge": one_way,
            "level_per_discharge": 1.0 / one_way,
            "usable_frac": self.usable_frac,
            "cycles_per_a": self.usable_frac * self.cycle_life / self.lifetime_a,
        }

    @classmethod
    def declare(cls, block: Block, ctx: ModelContext) -> None:
        """Declare charge and discharge."""
        from edsim.lp import ArrayParam

        ctx.sized(block)
        ctx.params(block, "kept_per_step", "level_per_charge", "level_per_discharge", "usable_frac", "cycles_per_a")
        ctx.flow(block, "charge_kw", ctx.upper("power_kw"))
        ctx.flow(block, "discharge_kw", ctx.upper("power_kw"))
        block.hours = ArrayParam(block.T, array=ctx.grid.weight * ctx.grid.step_h)

    @classmethod
    def constrain(cls, block: Block, ctx: ModelContext) -> None:
        """Link the level over the steps, limit power and the yearly throughput."""
        from edsim.lp import Constraint

        step_h = ctx.grid.step_h
        block.level_change = lambda b, i, t: (
            step_h * (b.level_per_charge[i] * b.charge_kw[i, t] - b.level_per_discharge[i] * b.discharge_kw[i, t])
        )
        ctx.storage(block, "level_kwh", "level_change", kept_per_step="kept_per_step", capacity="capacity_kwh")
        if ctx.grid.kind == "full":
            block.usable = Constraint(
                block.I, block.T, rule=lambda b, i, t: b.level_kwh[i, t] <= b.usable_frac[i] * b.capacity_kwh[i]
            )
        else:
            block.usable = Constraint(
                block.I,
                block.D,
                rule=lambda b, i, d: (
                    b.day_level[i, d] + b.day_high[i, b.period_of_day[d]] <= b.usable_frac[i] * b.capacity_kwh[i]
                ),
            )
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
