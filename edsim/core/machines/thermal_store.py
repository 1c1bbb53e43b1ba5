"""Stores of heat or cold with one port in and one port out: level, losses and a limit on the rate.

::

    level[t] = kept * level[t-1] + step * (charge[t] - discharge[t]),   0 <= level <= capacity
    charge[t] + discharge[t] <= capacity / charging time
"""

from __future__ import annotations

from typing import Any, ClassVar

from edsim.core.errors import DataError, Finding
from edsim.core.machines.catalogue import existing, maximum, minimum
from edsim.core.machines.catalogued import Catalogued, catalogued
from edsim.core.machines.surroundings import return_temp_c, supply_temp_c
from edsim.core.technology import Array, Conditions, ModelContext
from edsim.core.water import density_kg_per_m3, specific_heat_kj_per_kg_k

_LEAST_SPREAD_K = 1.0
"""Smallest temperature difference a stratified tank can use."""


class Store(Catalogued):
    """Base of stores with one limit on charge and discharge together; a kind names its variables."""

    charge_variable: ClassVar[str] = "charge_kw"
    output: ClassVar[str] = "discharge_kw"
    level_variable: ClassVar[str] = "level_kwh"

    charging_time_h: float = catalogued("h", doc="Least time to fill or empty the store.", gt=0, le=48)
    lifetime_a: float = catalogued("a", doc="Technical life, after which it is replaced.", gt=0, le=100)
    fixed_om_frac: float = catalogued(
        "frac/a", doc="Fixed operation and maintenance per year, share of investment.", ge=0, le=1
    )

    @classmethod
    def declare(cls, block: Any, ctx: ModelContext) -> None:
        """Declare charge and discharge."""
        ctx.sized(block)
        ctx.params(block, "kept_per_step", "rate_per_h")
        rate = ctx.upper(cls.sizes[0].name) * ctx.arrays["rate_per_h"]
        ctx.flow(block, cls.charge_variable, rate)
        ctx.flow(block, cls.output, rate)

    @classmethod
    def constrain(cls, block: Any, ctx: ModelContext) -> None:
        """Link the level over the steps and limit the rates."""
        charge, discharge, size, step_h = cls.charge_variable, cls.output, cls.sizes[0].name, ctx.grid.step_h
        block.level_change = lambda b, i, t: step_h * (getattr(b, charge)[i, t] - getattr(b, discharge)[i, t])
        ctx.storage(block, cls.level_variable, "level_change", kept_per_step="kept_per_step", capacity=size)
        ctx.relate(
            block,
            "rate",
            lambda b, i, t: (
                getattr(b, charge)[i, t] + getattr(b, discharge)[i, t] <= b.rate_per_h[i] * getattr(b, size)[i]
            ),
        )


class ThermalStore(Store):
    """Base of thermal stores; a kind adds its ports, defaults and volume."""

    loss_frac_per_h: float = catalogued("frac/h", doc="Loss of the level per hour.", ge=0, le=0.1)
    existing_capacity_kwh: float = existing("kWh")
    min_capacity_kwh: float = minimum("kWh")
    max_capacity_kwh: float | None = maximum("kWh")
    capex_per_kwh: float = catalogued(
        "currency/kWh", doc="Investment per unit of size, installed, before contingency.", ge=0
    )

    def volume_m3_per_kwh(self, conditions: Conditions) -> float:
        """Return the volume per usable kWh."""
        raise NotImplementedError(f"{type(self).__name__}.volume_m3_per_kwh")

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return what is kept over a step, the rate limit and the volume."""
        return {
            "kept_per_step": (1.0 - self.loss_frac_per_h) ** conditions.grid.step_h,
            "rate_per_h": 1.0 / self.charging_time_h,
            "volume_m3_per_kwh": self.volume_m3_per_kwh(conditions),
        }


class WaterTank(ThermalStore):
    """Base of stratified water tanks."""

    stores_cold: ClassVar[bool]
    """Whether the supply is the cold side."""

    merit_frac: float = catalogued("frac", doc="Usable share of the volume (figure of merit).", gt=0.3, le=1)

    def volume_m3_per_kwh(self, conditions: Conditions) -> float:
        """Return tank volume per usable kWh at the temperatures of the carrier.

        ``1 / (rho c |supply - return| / 3600 * figure of merit)``.

        Raises
        ------
        DataError
            E603 when supply and return are less than 1 K apart or in the wrong order.
        """
        carrier = self.carrier_of(self.ports[0])
        supply, back = supply_temp_c(conditions, carrier, self.id), return_temp_c(conditions, carrier, self.id)
        spread = back - supply if self.stores_cold else supply - back
        if spread < _LEAST_SPREAD_K:
            warm, cold = ("return", "supply") if self.stores_cold else ("supply", "return")
            raise DataError.of(
                [
                    Finding(
                        code="E603",
                        field=f"technologies.{self.id}",
                        what="a store needs water of two temperatures",
                        got=f"supply {supply:g} °C, return {back:g} °C",
                        allowed=f"{warm} at least {_LEAST_SPREAD_K:g} K warmer than {cold}",
                        hint="check the temperatures of the network",
                    )
                ]
            )
        mean = 0.5 * (supply + back)
        heat = float(density_kg_per_m3(mean) * specific_heat_kj_per_kg_k(mean)) * spread / 3600.0
        return 1.0 / (heat * self.merit_frac)
