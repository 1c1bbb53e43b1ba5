"""Air compressors with leakage and heat recovery, as a bank of equal units; air in Nm³/h.

With specific power w by pressure, inlet air and site (see :mod:`edsim.core.machines.air_compression`)::

    produced <= running share * capacity
    produced = delivered + leakage share * capacity         leaks flow in every hour; machines in reserve feed none
    electricity = w * produced                              bank runs whole units: no part-load loss above one unit
    recovered heat <= recovery share * electricity          when the hot-water supply is below the oil temperature

:meth:`AirCompressor.staged_input_kw` gives the true power of whole units with load/unload or variable-speed control.
Capacity is what the site gives: a machine of a sea-level data sheet delivers p / 101 kPa of it in Nm³/h.
Valid: 3 to 13 bar gauge, oil-flooded screws. Sources: catalogue, row by row.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from edsim.core.machines.air_compression import LOAD_FRAC, POWER_FRAC, Control, specific_power_ratio
from edsim.core.machines.bank import Bank
from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum
from edsim.core.machines.commitment import Units, equal_machines, machine_size
from edsim.core.machines.part_load import bank_power_frac
from edsim.core.technology import Array, Conditions, ModelContext, Port, Size

if TYPE_CHECKING:
    from pyomo.core import Block

_default = Defaults("air_compressor")


class AirCompressor(Bank):
    """Bank of air compressors."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("air", "compressed_air", "out", "delivered_nm3_per_h"),
        Port("electricity", "electricity", "in", "produced_nm3_per_h", factor="specific_power_kwh_per_nm3"),
        Port("recovered_heat", "hot_water", "out", "heat_kw"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_nm3_per_h", "Nm3/h", "capex_per_nm3_per_h", "compressed_air"),)
    output: ClassVar[str] = "produced_nm3_per_h"
    title: ClassVar[tuple[str, str]] = ("Air compressor", "Compresor de aire")

    kind: Literal["air_compressor"] = "air_compressor"
    control: Control = "vsd"
    """Capacity control of a unit."""
    units: Units = equal_machines(3)
    unit_capacity_nm3_per_h: float | None = machine_size("Nm3/h")
    unit_capacity_kw: None = Field(None, exclude=True, description="Not used: machines are sized in Nm³/h.")
    pressure_bar: float = _default("pressure_bar", doc="Network pressure, gauge.", ge=3, le=13)
    specific_power_kwh_per_nm3: float = _default(
        "specific_power_kwh_per_nm3", doc="Electricity per air at 7 bar gauge, full load.", gt=0.05, le=0.3
    )
    leakage_frac: float = _default(
        "leakage_frac",
        doc="Leaks that neither demand nor network holds, share of capacity without reserve.",
        ge=0,
        le=0.6,
    )
    heat_recovery_frac: float = _default(
        "heat_recovery_frac", doc="Recoverable heat per electricity; 0 without recovery.", ge=0, le=0.95
    )
    heat_temp_c: float = _default("heat_temp_c", doc="Highest hot-water supply the heat reaches.", ge=30, le=95)
    existing_capacity_nm3_per_h: float = existing("Nm3/h")
    min_capacity_nm3_per_h: float = minimum("Nm3/h")
    max_capacity_nm3_per_h: float | None = maximum("Nm3/h")
    capex_per_nm3_per_h: float = _default.capex("capex_per_nm3_per_h")
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    def level_ranges(self) -> tuple[tuple[str, float, float], ...]:
        """Return the warmest supply the heat of the compressors reaches, where the case states it."""
        stated = "heat_temp_c" in self.model_fields_set
        return ((self.ports[2].name, -inf, self.heat_temp_c),) if stated else ()

    @property
    def leak_frac(self) -> float:
        """Return the leaks per capacity of the bank: machines in reserve feed none (with units: integer all count)."""
        return self.leakage_frac * (1.0 if self.units == "integer" else 1.0 - self.spare_units / self.units)

    def specific_power(self, conditions: Conditions) -> Array:
        """Return electricity per air at full load by step, kWh/Nm³."""
        ratio = specific_power_ratio(self.pressure_bar, conditions.dry_bulb_temp_c, conditions.pressure_pa)
        return np.asarray(self.specific_power_kwh_per_nm3 * ratio)

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return specific power, leakage, heat recovery and the share of the bank that may run.

        Without a hot-water carrier at the node there is nothing to recover heat into.
        """
        hot = conditions.supply_temp_c.get(self.carrier_of(self.ports[2]), np.inf)
        power = self.specific_power(conditions)
        usable = self.heat_recovery_frac if hot <= self.heat_temp_c else 0.0
        return {
            "specific_power_kwh_per_nm3": power,
            "heat_per_nm3": usable * power,
            "leakage_frac": self.leak_frac,
            "available_frac": self.running_frac(conditions),
        }

    def staged_input_kw(self, output_kw: Array, capacity_kw: float, conditions: Conditions) -> Array:
        """Return electricity when the bank delivers `output_kw` : (n,) Nm³/h with the best number of whole units.

        It produces the leaks besides. `capacity_kw` is the capacity in Nm³/h; the names are those every staged machine
        shares.
        """
        load = np.clip(output_kw / max(capacity_kw, 1e-9) + self.leak_frac, 0.0, 1.0)
        frac = bank_power_frac(load, LOAD_FRAC, POWER_FRAC[self.control], self.unit_count(capacity_kw))
        return np.asarray(frac * capacity_kw * self.specific_power(conditions))

    @classmethod
    def declare(cls, block: Block, ctx: ModelContext) -> None:
        """Declare air produced and delivered and the heat recovered."""
        ctx.sized(block)
        ctx.params(block, "heat_per_nm3", "leakage_frac", "available_frac")
        upper = ctx.upper("capacity_nm3_per_h")
        ctx.flow(block, "produced_nm3_per_h", upper[:, None] * ctx.arrays["available_frac"])
        ctx.flow(block, "delivered_nm3_per_h", upper)
        ctx.flow(block, "heat_kw", upper[:, None] * ctx.arrays["heat_per_nm3"])

    @classmethod
    def constrain(cls, block: Block, ctx: ModelContext) -> None:
        """Limit production, subtract the leaks, limit the heat recovered."""
        from edsim.lp import Constraint

        del ctx
        block.capacity = Constraint(
            block.I,
            block.T,
            rule=lambda b, i, t: b.produced_nm3_per_h[i, t] <= b.available_frac[i, t] * b.capacity_nm3_per_h[i],
        )
        block.leaks = Constraint(
            block.I,
            block.T,
            rule=lambda b, i, t: (
                b.produced_nm3_per_h[i, t] == b.delivered_nm3_per_h[i, t] + b.leakage_frac[i] * b.capacity_nm3_per_h[i]
            ),
        )
        block.heat = Constraint(
            block.I,
            block.T,
            rule=lambda b, i, t: b.heat_kw[i, t] <= b.heat_per_nm3[i, t] * b.produced_nm3_per_h[i, t],
        )

    @classmethod
    def example(cls) -> AirCompressor:
        """Return three machines with variable speed."""
        return cls(id="compressors")
