"""Generating set without heat recovery: diesel, gas or biogas; base supply of a mini-grid, or standby in outages.

Per step, with derating d of ambient air and height and electric efficiency eta (LHV)::

    electricity <= d * running share * capacity
    sum over the year of electricity <= running hours * capacity      where hours are limited (permit, sound, wear)
    fuel = electricity / eta                                          port on the electricity variable

A set is best at full load, so the convex part load of a bank is the straight line to the origin;
:meth:`Generator.staged_input_kw` gives the fuel of whole units. Efficiency relative to full load at 25, 50, 75, 100
%: 0.78, 0.92, 0.98, 1 (diesel sets of 150 to 250 kW in the chart of fuel use at
https://www.bigrentz.com/blog/diesel-generator-fuel-consumption-chart; sets of 1 MW 0.82, 0.98, 1.02). Derating: 0.5 %
per K above 30 °C, 1 % per 100 m above 1000 m (turbocharged sets, an estimate). Sets start within seconds: black start
needs no grid. Valid: load above 25 % for long runs, up to 3000 m. Sources: those named and the catalogue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from edsim.core.hours import HOURS_PER_YEAR
from edsim.core.machines.bank import Bank
from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum
from edsim.core.machines.commitment import Units, equal_machines
from edsim.core.machines.fuelled import Fuelled
from edsim.core.machines.generating_sets import SET_LOADS_FRAC, SET_RELATIVE_EFFICIENCY
from edsim.core.machines.part_load import bank_power_frac
from edsim.core.quantity import quantity
from edsim.core.technology import Array, Conditions, ModelContext, Port, Size

if TYPE_CHECKING:
    from pyomo.core import Block

_default = Defaults("generator")

_DERATE_ABOVE_C, _DERATE_PER_K = 30.0, 0.005
_PRESSURE_AT_1000_M_PA, _DERATE_PER_PA = 89875.0, 0.01 / 1050.0
"""Standard atmosphere at 1000 m; 100 m higher the pressure is some 1050 Pa lower."""


class Generator(Fuelled, Bank):
    """Bank of generating sets."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("electricity", "electricity", "out", "electricity_kw"),
        Port("fuel", "diesel", "in", "electricity_kw", factor="fuel_per_electricity"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kw", "kW", "capex_per_kw", "electricity"),)
    output: ClassVar[str] = "electricity_kw"
    most_out_per_in: ClassVar[float | None] = 1.0
    title: ClassVar[tuple[str, str]] = ("Generating set", "Grupo electrógeno")

    kind: Literal["generator"] = "generator"
    fuel: str = "diesel"
    """Fuel of the case: diesel, biogas, natural_gas ..."""
    units: Units = equal_machines(2)
    efficiency_frac: float = _default("efficiency_frac", doc="Electric efficiency at full load, LHV.", gt=0.1, le=0.55)
    max_running_h_per_a: float | None = quantity(
        None, unit="h/a", doc="Most full-load hours in a year; null is no limit.", ge=0, le=8760
    )
    existing_capacity_kw: float = existing("kW")
    min_capacity_kw: float = minimum("kW")
    max_capacity_kw: float | None = maximum("kW")
    capex_per_kw: float = _default.capex()
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()
    om_variable_per_kwh: float = _default.variable_om()

    def derating(self, conditions: Conditions) -> Array:
        """Return available over rated power by step, from air temperature and pressure."""
        warm = np.maximum(conditions.dry_bulb_temp_c - _DERATE_ABOVE_C, 0.0)
        thin = max(_PRESSURE_AT_1000_M_PA - conditions.pressure_pa, 0.0)
        return np.clip(1.0 - _DERATE_PER_K * warm - _DERATE_PER_PA * thin, 0.0, 1.0)

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return availability, fuel per electricity and the running hours allowed."""
        hours = HOURS_PER_YEAR if self.max_running_h_per_a is None else self.max_running_h_per_a
        return {
            "available_frac": self.derating(conditions) * self.running_frac(conditions),
            "fuel_per_electricity": 1.0 / self.efficiency_frac,
            "running_h_per_a": float(hours),
        }

    def staged_input_kw(self, output_kw: Array, capacity_kw: float, conditions: Conditions) -> Array:
        """Return fuel drawn when the bank generates `output_kw` : (n,) with the best number of whole units."""
        room = np.maximum(self.derating(conditions) * capacity_kw, 1e-9)
        load = np.clip(output_kw / room, 0.0, 1.0)
        fuel_frac = np.array(SET_LOADS_FRAC) / np.array(SET_RELATIVE_EFFICIENCY)
        fuel = bank_power_frac(load, SET_LOADS_FRAC, fuel_frac, self.unit_count(capacity_kw))
        return np.asarray(fuel * room / self.efficiency_frac)

    @classmethod
    def declare(cls, block: Block, ctx: ModelContext) -> None:
        """Declare the electricity."""
        from edsim.lp import ArrayParam

        ctx.sized(block)
        ctx.params(block, "available_frac", "running_h_per_a")
        ctx.flow(block, "electricity_kw", ctx.upper("capacity_kw")[:, None] * ctx.arrays["available_frac"])
        block.hours = ArrayParam(block.T, array=ctx.grid.weight * ctx.grid.step_h)

    @classmethod
    def constrain(cls, block: Block, ctx: ModelContext) -> None:
        """Limit power to the units that may run and the year to the hours allowed."""
        from edsim.lp import Constraint

        block.capacity = Constraint(
            block.I, block.T, rule=lambda b, i, t: b.electricity_kw[i, t] <= b.available_frac[i, t] * b.capacity_kw[i]
        )
        if (ctx.arrays["running_h_per_a"] < HOURS_PER_YEAR).any():
            block.running = Constraint(
                block.I,
                rule=lambda b, i: (
                    sum(b.hours[t] * b.electricity_kw[i, t] for t in b.T) <= b.running_h_per_a[i] * b.capacity_kw[i]
                ),
            )

    @classmethod
    def example(cls) -> Generator:
        """Return two diesel sets."""
        return cls(id="sets")
