"""Energy transfer station: heat exchanger, valves and meter between a network and a building.

``delivered <= capacity``, ``drawn = delivered`` (a heat exchanger of negligible loss), ``pump = pump share *
delivered``. For cooling the building side is warmer than the network by the approach, for heating colder. Without
``carriers`` it serves cooling from chilled water. Valid: approach 0.5 to 10 K. Sources: catalogue; approach 1-2 K of
plate exchangers in district cooling, unverified.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from edsim.core.catalogue import Defaults, existing, maximum, minimum
from edsim.core.surroundings import supply_temp_c
from edsim.core.technology import Array, Conditions, ModelContext, Port, Size, Technology

if TYPE_CHECKING:
    from pyomo.core import Block

_default = Defaults("energy_transfer_station")


class EnergyTransferStation(Technology):
    """Transfer station of a building."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("delivered", "cooling", "out", "delivered_kw"),
        Port("network", "chilled_water", "in", "delivered_kw"),
        Port("pump", "electricity", "in", "delivered_kw", factor="pump_frac"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kw", "kW", "capex_per_kw", "chilled_water"),)
    output: ClassVar[str] = "delivered_kw"
    title: ClassVar[tuple[str, str]] = ("Energy transfer station", "Subestación térmica")

    kind: Literal["energy_transfer_station"] = "energy_transfer_station"
    approach_k: float = _default("approach_k", doc="Temperature difference over the exchanger.", ge=0.5, le=10)
    pump_frac: float = _default("pump_frac", doc="Building-side pump power per energy delivered.", ge=0, le=0.2)
    existing_capacity_kw: float = existing("kW")
    min_capacity_kw: float = minimum("kW")
    max_capacity_kw: float | None = maximum("kW")
    capex_per_kw: float = _default.capex()
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    def secondary_supply_c(self, conditions: Conditions) -> float:
        """Return the supply temperature the building gets, °C."""
        carrier = self.carrier_of(self.ports[1])
        primary = supply_temp_c(conditions, carrier, self.id)
        return primary + self.approach_k if carrier == "chilled_water" else primary - self.approach_k

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return the pump share and the temperature on the building side."""
        return {"pump_frac": self.pump_frac, "secondary_supply_temp_c": self.secondary_supply_c(conditions)}

    @classmethod
    def declare(cls, block: Block, ctx: ModelContext) -> None:
        """Declare what is delivered."""
        ctx.sized(block)
        ctx.flow(block, "delivered_kw", ctx.upper("capacity_kw"))

    @classmethod
    def constrain(cls, block: Block, ctx: ModelContext) -> None:
        """Limit the delivery to the rating."""
        from edsim.lp import Constraint

        del ctx
        block.rating = Constraint(block.I, block.T, rule=lambda b, i, t: b.delivered_kw[i, t] <= b.capacity_kw[i])

    @classmethod
    def example(cls) -> EnergyTransferStation:
        """Return a cooling station."""
        return cls(id="ets", node="building_1")
