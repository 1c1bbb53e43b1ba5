"""Stratified hot-water tank.

Per step of h hours::

    level[t] = kept * level[t-1] + (charge[t] - discharge[t]) * h        0 <= level <= capacity
    charge + discharge <= capacity / least charging time
    kept = (1 - loss per hour)^h

Volume follows from the temperatures of the carrier: ``capacity / (rho c (supply - return) / 3600 * figure of
merit)``. Valid: supply up to 110 °C (pressurized above 95 °C), return at least 1 K colder. Sources: Danish Energy
Agency catalogue for large steel tanks; figure of merit unverified.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from edsim.core.catalogue import Defaults, existing, maximum, minimum
from edsim.core.errors import DataError, Finding
from edsim.core.surroundings import return_temp_c, supply_temp_c
from edsim.core.technology import Array, Conditions, ModelContext, Port, Size, Technology
from edsim.core.water import density_kg_per_m3, specific_heat_kj_per_kg_k

if TYPE_CHECKING:
    from pyomo.core import Block

_default = Defaults("hot_water_store")


class HotWaterStore(Technology):
    """Hot-water tank."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("discharge", "hot_water", "out", "discharge_kw"),
        Port("charge", "hot_water", "in", "charge_kw"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kwh", "kWh", "capex_per_kwh", "hot_water"),)
    output: ClassVar[str] = "discharge_kw"
    level_variable: ClassVar[str] = "level_kwh"
    title: ClassVar[tuple[str, str]] = ("Hot-water store", "Tanque de agua caliente")

    kind: Literal["hot_water_store"] = "hot_water_store"
    loss_frac_per_h: float = _default("loss_frac_per_h", doc="Loss of the level per hour.", ge=0, le=0.1)
    charging_time_h: float = _default("charging_time_h", doc="Least time to fill or empty the store.", gt=0, le=48)
    merit_frac: float = _default("merit_frac", doc="Usable share of the volume (figure of merit).", gt=0.3, le=1)
    existing_capacity_kwh: float = existing("kWh")
    min_capacity_kwh: float = minimum("kWh")
    max_capacity_kwh: float | None = maximum("kWh")
    capex_per_kwh: float = _default.capex("capex_per_kwh")
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    def volume_m3_per_kwh(self, conditions: Conditions) -> float:
        """Return tank volume per usable kWh at the temperatures of the carrier.

        Raises
        ------
        DataError
            When the supply is not warmer than the return.
        """
        carrier = self.carrier_of(self.ports[0])
        supply, back = supply_temp_c(conditions, carrier, self.id), return_temp_c(conditions, carrier, self.id)
        if supply - back < 1.0:
            raise DataError.of(
                [
                    Finding(
                        code="E603",
                        field=f"technologies.{self.id}",
                        what="a store needs water of two temperatures",
                        got=f"supply {supply:g} °C, return {back:g} °C",
                        allowed="supply at least 1 K warmer than return (hot water)",
                        hint="check the temperatures of the network",
                    )
                ]
            )
        mean = 0.5 * (supply + back)
        heat = float(density_kg_per_m3(mean) * specific_heat_kj_per_kg_k(mean)) * (supply - back) / 3600.0
        return 1.0 / (heat * self.merit_frac)

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return what is kept over a step, the rate limit and the volume."""
        return {
            "kept_per_step": (1.0 - self.loss_frac_per_h) ** conditions.grid.step_h,
            "rate_per_h": 1.0 / self.charging_time_h,
            "volume_m3_per_kwh": self.volume_m3_per_kwh(conditions),
        }

    @classmethod
    def declare(cls, block: Block, ctx: ModelContext) -> None:
        """Declare charge and discharge."""
        ctx.sized(block)
        ctx.params(block, "kept_per_step", "rate_per_h")
        rate = ctx.upper("capacity_kwh") * ctx.arrays["rate_per_h"]
        ctx.flow(block, "charge_kw", rate)
        ctx.flow(block, "discharge_kw", rate)

    @classmethod
    def constrain(cls, block: Block, ctx: ModelContext) -> None:
        """Link the level over the steps and limit the rates."""
        from edsim.lp import Constraint

        step_h = ctx.grid.step_h
        block.level_change = lambda b, i, t: step_h * (b.charge_kw[i, t] - b.discharge_kw[i, t])
        ctx.storage(block, "level_kwh", "level_change", kept_per_step="kept_per_step", capacity="capacity_kwh")
        block.rate = Constraint(
            block.I,
            block.T,
            rule=lambda b, i, t: b.charge_kw[i, t] + b.discharge_kw[i, t] <= b.rate_per_h[i] * b.capacity_kwh[i],
        )

    @classmethod
    def example(cls) -> HotWaterStore:
        """Return a tank with default figures."""
        return cls(id="hot_store")
