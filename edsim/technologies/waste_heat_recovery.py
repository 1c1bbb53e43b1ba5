"""Recovery of waste heat of a source of the case: furnace, process, compressor, data center, cold store, wastewater ...

Direct use into its carrier (hot water by default; ``carriers: {heat: ambient_water}`` for a loop that feeds heat
pumps)::

    usable share u = clip((T_source - approach - T_return) / (T_supply - T_return), 0, 1)
    heat <= u * available, heat <= capacity, electricity = pump share * heat

A source warmer than the supply by the approach is used fully; between return and supply it preheats its share of the
available heat; below the return it gives nothing (use a heat pump). Heat is bought at the contract price. Valid:
liquid or gas streams above the carrier's return. Sources: catalogue (unverified).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from edsim.core.catalogue import Defaults, existing, maximum, minimum
from edsim.core.quantity import quantity
from edsim.core.surroundings import return_temp_c, source, supply_temp_c
from edsim.core.technology import Accounts, Array, Conditions, ModelContext, Port, Size, Technology

if TYPE_CHECKING:
    from pyomo.core import Block

_default = Defaults("waste_heat_recovery")


class WasteHeatRecovery(Technology):
    """Capture of waste heat by contract."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("heat", "hot_water", "out", "heat_kw"),
        Port("electricity", "electricity", "in", "heat_kw", factor="pump_frac"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kw", "kW", "capex_per_kw", "hot_water"),)
    output: ClassVar[str] = "heat_kw"
    title: ClassVar[tuple[str, str]] = ("Waste-heat recovery", "Recuperación de calor residual")

    kind: Literal["waste_heat_recovery"] = "waste_heat_recovery"
    source: str
    """Source of the case that gives temperature and availability."""
    supplier: str = ""
    """Firm that sells the heat."""
    exit_year: int | None = Field(None, ge=2000, le=2200, description="Calendar year in which the supplier may leave.")
    price_per_kwh: float = quantity(0.0, unit="currency/kWh", doc="Contract price of the heat.", ge=0)
    approach_k: float = _default("approach_k", doc="Temperature difference of the capture.", ge=1, le=100)
    pump_frac: float = _default("pump_frac", doc="Pump or fan power per heat.", ge=0, le=0.2)
    existing_capacity_kw: float = existing("kW")
    min_capacity_kw: float = minimum("kW")
    max_capacity_kw: float | None = maximum("kW")
    capex_per_kw: float = _default.capex()
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return usable heat by step, pump share and price."""
        stream = source(conditions, self.source, self.id)
        carrier = self.carrier_of(self.ports[0])
        supply, back = supply_temp_c(conditions, carrier, self.id), return_temp_c(conditions, carrier, self.id)
        usable = np.clip((stream.temp_c - self.approach_k - back) / max(supply - back, 1e-6), 0.0, 1.0)
        return {
            "usable_kw": usable * stream.available_kw,
            "pump_frac": self.pump_frac,
            "price_per_kwh": self.price_per_kwh,
        }

    @classmethod
    def declare(cls, block: Block, ctx: ModelContext) -> None:
        """Declare the heat, at most what the source can give."""
        ctx.sized(block)
        upper = np.minimum(ctx.upper("capacity_kw")[:, None], ctx.arrays["usable_kw"])
        ctx.flow(block, "heat_kw", upper)

    @classmethod
    def constrain(cls, block: Block, ctx: ModelContext) -> None:
        """Limit the heat to the capture capacity; the source limits it by the variable's bound."""
        from edsim.lp import Constraint

        del ctx
        block.capacity = Constraint(block.I, block.T, rule=lambda b, i, t: b.heat_kw[i, t] <= b.capacity_kw[i])

    @classmethod
    def contribute(cls, block: Block, accounts: Accounts, ctx: ModelContext) -> None:
        """Book costs and the price of the heat."""
        super().contribute(block, accounts, ctx)
        price = ctx.arrays["price_per_kwh"][:, None]
        if price.any():
            accounts.add("energy_purchase", block.heat_kw, price=price, line="waste_heat")

    @classmethod
    def example(cls) -> WasteHeatRecovery:
        """Return a capture from a source named ``furnace``."""
        return cls(id="furnace_heat", source="furnace")
