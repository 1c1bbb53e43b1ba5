"""Energy transfer stations: heat exchanger, valves and meter between a network and its buildings.

Relations::

    delivered <= rating,  drawn = delivered          a heat exchanger of negligible loss
    pump = pump share * delivered                    the exchanger, building side
    investment = cost per station * stations + cost per kW * rating

The pumps that distribute water in the building run with machines of its own too and are left out of both. The
rating follows the demand unless it is given: the optimizer buys the peak of what the building takes. For cooling
the building side is warmer than the network by the approach, for heating colder; when the building's need is stated,
a station that cannot reach it is refused. Without ``carriers`` it serves cooling from chilled water. Valid: approach
0.5 to 10 K. Sources: catalogue.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from edsim.core.carriers import is_of
from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum
from edsim.core.machines.levels import Level
from edsim.core.machines.one_output import OneOutput
from edsim.core.machines.surroundings import require_downhill, supply_temp_c
from edsim.core.machines.traits import CostLine
from edsim.core.quantity import quantity
from edsim.core.technology import Array, Conditions, Port, Size, Technology

_default = Defaults("energy_transfer_station")

_COLD = frozenset({"chilled_water", "cooling"})


class EnergyTransferStation(OneOutput, Technology):
    """Transfer stations of a building or a group of equal buildings."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("delivered", "cooling", "out", "delivered_kw"),
        Port("network", "chilled_water", "in", "delivered_kw"),
        Port("pump", "electricity", "in", "delivered_kw", factor="pump_frac"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (
        Size("capacity_kw", "kW", "capex_per_kw", "cooling"),
        Size("stations", "stations", "capex_per_station", "cooling"),
    )
    needs_levels: ClassVar[tuple[str, ...]] = ("network",)
    output: ClassVar[str] = "delivered_kw"
    cost_line: ClassVar[CostLine] = "ets"
    title: ClassVar[tuple[str, str]] = ("Energy transfer station", "Subestación térmica")

    kind: Literal["energy_transfer_station"] = "energy_transfer_station"
    approach_k: float = _default("approach_k", doc="Temperature difference over the exchanger.", ge=0.5, le=10)
    needed_supply_temp_c: float | None = quantity(
        None, unit="degC", doc="Supply the building needs: at most this when cooling, at least this when heating."
    )
    pump_frac: float = _default(
        "pump_frac",
        doc="Pump power for the building side of the exchanger per energy; distribution aside.",
        ge=0,
        le=0.2,
    )
    existing_capacity_kw: float = existing("kW")
    min_capacity_kw: float = minimum("kW")
    max_capacity_kw: float | None = maximum("kW")
    existing_stations: int = Field(0, ge=0, description="Stations already installed; cost no investment.")
    min_stations: int = Field(1, ge=0, description="Stations that are built, one per building.")
    max_stations: int | None = Field(
        None, ge=0, description="Most stations; none above min_stations is ever worth buying."
    )
    capex_per_kw: float = _default.capex()
    capex_per_station: float = _default(
        "capex_per_station", doc="Investment per building whatever its size: meter, control, connection.", ge=0
    )
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    @property
    def serves_cold(self) -> bool:
        """Return whether it delivers cold."""
        return is_of(self.carrier_of(self.ports[1]), *_COLD)

    def heat_paths(self) -> tuple[tuple[Level, Level, float], ...]:
        """Return the building over the network when cooling, the network over the building when heating."""
        if self.needed_supply_temp_c is None:
            return ()
        need, network = ("building", self.needed_supply_temp_c), self.carrier_of(self.ports[1])
        return ((need, network, self.approach_k) if self.serves_cold else (network, need, self.approach_k),)

    def secondary_supply_c(self, conditions: Conditions) -> float:
        """Return the supply temperature the building gets, °C."""
        primary = supply_temp_c(conditions, self.carrier_of(self.ports[1]), self.id)
        return primary + self.approach_k if self.serves_cold else primary - self.approach_k

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return the pump share and the temperature on the building side; refuse a station that cannot reach it."""
        reached = self.secondary_supply_c(conditions)
        if self.needed_supply_temp_c is not None:
            need, got = (f"need of the building, {self.id}", self.needed_supply_temp_c), ("station", reached)
            require_downhill(self.id, need if self.serves_cold else got, got if self.serves_cold else need, 0.0)
        return {"pump_frac": self.pump_frac, "secondary_supply_temp_c": reached}

    @classmethod
    def example(cls) -> EnergyTransferStation:
        """Return a cooling station."""
        return cls(id="ets", node="building_1")
