"""Building station on an ambient loop: heat pump for heat and hot water, free or active cooling, with its own meter.

The loop carries water near the temperature of the ground. Heat is lifted at the building, cold is taken straight from
the loop where both its pipes are cold enough, else by a chiller that gives its heat to the loop::

    heat + (cooling, where a compressor makes it) <= capacity           one reversible machine
    cooling <= cooling capacity                                          exchanger and distribution
    work = heat / COP, taken from the loop = heat - work
    work = cooling / EER, given to the loop = cooling + work
    EER is infinite (no compressor) where cold pipe + approach <= cooling supply of the building
                                      and warm pipe + approach <= its cooling return (counterflow)

COP and EER are a share of the ideal between logarithmic mean temperatures (Lorenz), see
:mod:`edsim.core.machines.carnot`: from the loop to the heating circuit of the building, and from its cooling circuit to
the loop. The loop is the carrier of ``loop_heat`` at ``to_node``, whose higher temperature is the warm and whose lower
is the cold pipe; each kWh that crosses the exchanger costs pump power. Heat, cooling and electricity stand at the
building, so that a ``grid`` there is the meter the heat pump is billed by. What all stations draw and give back meets
at the loop node: a source makes up what is missing, a cooling tower on the loop (``carriers: {heat: ambient_water}``)
takes what is left over. The branch to the loop and the meter are in the cost per station; the mains of the loop are a
technology of their own (``loop_mains``).
Refrigerant and its loss are booked as for heat pumps. Valid: loop 5 to 35 °C, heating supply up to 70 °C, cooling
supply 5 to 25 °C. Sources: catalogue; share of the ideal and pump power are estimates there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, model_validator

from edsim.core.machines.carnot import lorenz_cop, mean_temp_k
from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum
from edsim.core.machines.refrigerant_loss import LosesRefrigerant, refrigerant_loss
from edsim.core.machines.surroundings import return_temp_c, supply_temp_c
from edsim.core.technology import Array, Conditions, ModelContext, Port, Size

if TYPE_CHECKING:
    from pyomo.core import Block

_default = Defaults("loop_station")


class LoopStation(LosesRefrigerant):
    """Heat pump and cooling of a building on an ambient loop."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("heat", "hot_water", "out", "heat_kw"),
        Port("cooling", "chilled_water", "out", "cooling_kw"),
        Port("heating_power", "electricity", "in", "heat_kw", factor="power_per_heat"),
        Port("cooling_power", "electricity", "in", "cooling_kw", factor="power_per_cooling"),
        Port("loop_heat", "ambient_water", "in", "heat_kw", factor="drawn_per_heat"),
        Port("loop_return", "ambient_water", "out", "cooling_kw", factor="given_per_cooling"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (
        Size("capacity_kw", "kW", "capex_per_kw", "hot_water"),
        Size("cooling_capacity_kw", "kW", "cooling_capex_per_kw", "chilled_water"),
        Size("stations", "stations", "capex_per_station", "hot_water"),
    )
    needs_levels: ClassVar[tuple[str, ...]] = ("loop_heat",)
    output: ClassVar[str] = "heat_kw"
    title: ClassVar[tuple[str, str]] = ("Ambient-loop station", "Estación de anillo de agua")

    kind: Literal["loop_station"] = "loop_station"
    to_node: str = "energy_center"
    """Energy center of the loop."""
    heat_supply_temp_c: float = _default("heat_supply_temp_c", doc="Supply of the building's heat.", ge=25, le=90)
    heat_return_temp_c: float = _default("heat_return_temp_c", doc="Return of the building's heat.", ge=10, le=80)
    cooling_supply_temp_c: float = _default("cooling_supply_temp_c", doc="Supply of its cooling.", ge=4, le=25)
    cooling_return_temp_c: float = _default("cooling_return_temp_c", doc="Return of its cooling.", ge=6, le=30)
    approach_k: float = _default("approach_k", doc="Least difference over the exchanger to the loop.", ge=0.5, le=10)
    lorenz_share: float = _default.lorenz_share()
    pump_frac: float = _default("pump_frac", doc="Pump power per heat exchanged with the loop.", ge=0, le=0.2)
    refrigerant: str = "R-290"
    """Refrigerant, by its name in the refrigerant table."""
    charge_kg_per_kw: float = _default.charge("heating capacity")
    leak_frac_per_a: float = _default.leak()
    filling_loss_frac: float = _default.filling_loss()
    end_of_life_loss_frac: float = _default.end_of_life_loss()
    existing_capacity_kw: float = existing("kW")
    min_capacity_kw: float = minimum("kW")
    max_capacity_kw: float | None = maximum("kW")
    existing_cooling_capacity_kw: float = existing("kW")
    min_cooling_capacity_kw: float = minimum("kW")
    max_cooling_capacity_kw: float | None = maximum("kW")
    existing_stations: int = Field(0, ge=0, description="Stations already installed; cost no investment.")
    min_stations: int = Field(1, ge=0, description="Stations that are built, one per building.")
    max_stations: int | None = Field(
        None, ge=0, description="Most stations; none above min_stations is ever worth buying."
    )
    capex_per_kw: float = _default.capex()
    cooling_capex_per_kw: float = _default.capex("cooling_capex_per_kw")
    capex_per_station: float = _default(
        "capex_per_station", doc="Investment per building whatever its size: branch, meter, control.", ge=0
    )
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    @model_validator(mode="after")
    def _in_order(self) -> LoopStation:
        if self.heat_supply_temp_c <= self.heat_return_temp_c:
            raise ValueError(
                f"heat_supply_temp_c {self.heat_supply_temp_c:g} must be above heat_return_temp_c "
                f"{self.heat_return_temp_c:g}"
            )
        if self.cooling_supply_temp_c >= self.cooling_return_temp_c:
            raise ValueError(
                f"cooling_supply_temp_c {self.cooling_supply_temp_c:g} must be below cooling_return_temp_c "
                f"{self.cooling_return_temp_c:g}"
            )
        return self

    def node_of(self, port: Port) -> str:
        """Return where a port stands: the loop at its energy center, all else at the building."""
        return self.to_node if port.name.startswith("loop_") else self.node

    def loop_temps_c(self, conditions: Conditions) -> tuple[float, float]:
        """Return the temperatures of the warm and the cold pipe, °C."""
        carrier = self.carrier_of(self.ports[4])
        ends = (supply_temp_c(conditions, carrier, self.id), return_temp_c(conditions, carrier, self.id))
        return max(ends), min(ends)

    def cop(self, conditions: Conditions) -> float:
        """Return heat per compressor work."""
        warm, cold = self.loop_temps_c(conditions)
        sink = mean_temp_k(self.heat_supply_temp_c, self.heat_return_temp_c)
        source = mean_temp_k(warm - self.approach_k, cold - self.approach_k)
        return float(lorenz_cop(sink, source, self.lorenz_share))

    def work_per_cooling(self, conditions: Conditions) -> float:
        """Return compressor work per cooling; 0 where the loop cools the building by itself."""
        warm, cold = self.loop_temps_c(conditions)
        if self.cools_freely(warm, cold):
            return 0.0
        sink = mean_temp_k(warm + self.approach_k, cold + self.approach_k)
        source = mean_temp_k(self.cooling_supply_temp_c, self.cooling_return_temp_c)
        heat_per_work = float(lorenz_cop(sink, source, self.lorenz_share))
        return 1.0 / max(heat_per_work - 1.0, 0.1)

    def cools_freely(self, warm_c: float, cold_c: float) -> bool:
        """Return whether a loop cools by the exchanger alone: at both of its ends it is colder by the approach."""
        reaches = cold_c + self.approach_k <= self.cooling_supply_temp_c
        return reaches and warm_c + self.approach_k <= self.cooling_return_temp_c

    def own_levels(self) -> dict[str, tuple[float, float]]:
        """Return supply and return of the heating and the cooling circuit of the building."""
        return {
            "heat": (self.heat_supply_temp_c, self.heat_return_temp_c),
            "cooling": (self.cooling_supply_temp_c, self.cooling_return_temp_c),
        }

    def too_warm(self, levels: Mapping[str, tuple[float, float]]) -> tuple[str, float, float] | None:
        """Return the loop whose cold pipe could cool the building but whose warm pipe is too warm."""
        loop = levels.get(self.carrier_of(self.ports[4]))
        if loop is None or self.cools_freely(max(loop), min(loop)) or not self.cools_freely(min(loop), min(loop)):
            return None
        return self.carrier_of(self.ports[4]), max(loop), self.cooling_return_temp_c - self.approach_k

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return power and loop heat per heat and per cooling, and the refrigerant loss."""
        work, cooling_work = 1.0 / self.cop(conditions), self.work_per_cooling(conditions)
        drawn, given = 1.0 - work, 1.0 + cooling_work
        return {
            "power_per_heat": work + self.pump_frac * drawn,
            "compressed_cooling": float(cooling_work > 0.0),
            "power_per_cooling": cooling_work + self.pump_frac * given,
            "drawn_per_heat": drawn,
            "given_per_cooling": given,
            **refrigerant_loss(self, conditions),
        }

    @classmethod
    def declare(cls, block: Block, ctx: ModelContext) -> None:
        """Declare heat and cooling."""
        ctx.sized(block)
        ctx.params(block, "compressed_cooling")
        ctx.flow(block, "heat_kw", ctx.upper("capacity_kw"))
        ctx.flow(block, "cooling_kw", ctx.upper("cooling_capacity_kw"))

    @classmethod
    def constrain(cls, block: Block, ctx: ModelContext) -> None:
        """Limit the machine to its capacity and cooling to the exchanger."""
        ctx.relate(
            block,
            "machine",
            lambda b, i, t: b.heat_kw[i, t] + b.compressed_cooling[i] * b.cooling_kw[i, t] <= b.capacity_kw[i],
        )
        ctx.relate(block, "chilling", lambda b, i, t: b.cooling_kw[i, t] <= b.cooling_capacity_kw[i])

    @classmethod
    def example(cls) -> LoopStation:
        """Return a station of a building that heats water and cools with fan coils."""
        return cls(id="loop_station", node="building_1")
