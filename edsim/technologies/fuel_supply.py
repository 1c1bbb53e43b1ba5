"""Purchase of one fuel (gas network, tank truck, biomass delivery) on a lower-heating-value basis.

Relations::

    fuel[t] <= capacity                               connection or delivery rate
    sum over the year of fuel[t] <= yearly limit      where one is given (biogas of a plant, biomass of a region)

Price, emission and primary-energy factor come from the fuel of the case, all per kWh LHV. New capacity (connection or
tank) is bought; what exists is free. Valid for fuels with a constant heating value. Sources: the fuel of the case;
connection cost of the catalogue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from edsim.core.hours import HOURS_PER_YEAR
from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum
from edsim.core.machines.surroundings import fuel
from edsim.core.quantity import quantity
from edsim.core.technology import Accounts, Array, Conditions, ModelContext, Port, Size, Technology

if TYPE_CHECKING:
    from pyomo.core import Block

_default = Defaults("fuel_supply")


class FuelSupply(Technology):
    """Supply of a purchased fuel."""

    ports: ClassVar[tuple[Port, ...]] = (Port("fuel", "natural_gas", "out", "fuel_kw"),)
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kw", "kW", "capex_per_kw", "natural_gas"),)
    title: ClassVar[tuple[str, str]] = ("Fuel supply", "Suministro de combustible")

    kind: Literal["fuel_supply"] = "fuel_supply"
    fuel: str = "natural_gas"
    """Fuel of the case; its id is the carrier."""
    existing_capacity_kw: float = existing("kW")
    min_capacity_kw: float = minimum("kW")
    max_capacity_kw: float | None = maximum("kW")
    capex_per_kw: float = _default.capex()
    lifetime_a: float = _default.lifetime()
    max_energy_kwh_per_a: float | None = quantity(
        None, unit="kWh/a", doc="Most that can be bought in a year, LHV; null is no limit.", ge=0
    )

    def carrier_of(self, port: Port) -> str:
        """Return the fuel as carrier."""
        return self.carriers.get(port.name, self.fuel)

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return price and factors by step."""
        prices = fuel(conditions, self.fuel, self.id)
        return {
            "price": prices.energy_per_kwh,
            "ghg_kg_per_kwh": prices.ghg_kg_per_kwh,
            "primary_energy_factor": prices.primary_energy_factor,
            "fixed_per_a": prices.fixed_per_a,
        }

    @classmethod
    def declare(cls, block: Block, ctx: ModelContext) -> None:
        """Declare the purchase and its limit per year."""
        from edsim.lp import ArrayParam

        ctx.sized(block)
        upper = ctx.upper("capacity_kw")
        ctx.flow(block, "fuel_kw", upper)
        limits = [getattr(s, "max_energy_kwh_per_a", None) for s in ctx.specs]
        yearly = np.array([u * HOURS_PER_YEAR if x is None else x for u, x in zip(upper, limits, strict=True)])
        block.yearly_limit_kwh = ArrayParam(block.I, array=yearly)
        block.hours = ArrayParam(block.T, array=ctx.grid.weight * ctx.grid.step_h)

    @classmethod
    def constrain(cls, block: Block, ctx: ModelContext) -> None:
        """Keep the purchase within the connection and the yearly limit."""
        from edsim.lp import Constraint

        block.within = Constraint(block.I, block.T, rule=lambda b, i, t: b.fuel_kw[i, t] <= b.capacity_kw[i])
        if any(getattr(s, "max_energy_kwh_per_a", None) is not None for s in ctx.specs):
            block.yearly = Constraint(
                block.I,
                rule=lambda b, i: sum(b.hours[t] * b.fuel_kw[i, t] for t in b.T) <= b.yearly_limit_kwh[i],
            )

    @classmethod
    def contribute(cls, block: Block, accounts: Accounts, ctx: ModelContext) -> None:
        """Book purchase, emissions and primary energy."""
        super().contribute(block, accounts, ctx)
        a = ctx.arrays
        accounts.add("fuel_purchase", block.fuel_kw, price=a["price"])
        accounts.add("fuel_ghg", block.fuel_kw, price=a["ghg_kg_per_kwh"])
        accounts.add("primary_energy", block.fuel_kw, quantity=a["primary_energy_factor"][:, None])
        accounts.constant("fuel_purchase", a["fixed_per_a"], line="fixed_charge")

    @classmethod
    def example(cls) -> FuelSupply:
        """Return a natural-gas connection."""
        return cls(id="gas", fuel="natural_gas")
