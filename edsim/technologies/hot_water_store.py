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

from typing import ClassVar, Literal

from edsim.core.catalogue import Defaults, existing, maximum, minimum
from edsim.core.technology import Port, Size
from edsim.core.thermal_store import WaterTank

_default = Defaults("hot_water_store")


class HotWaterStore(WaterTank):
    """Hot-water tank."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("discharge", "hot_water", "out", "discharge_kw"),
        Port("charge", "hot_water", "in", "charge_kw"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kwh", "kWh", "capex_per_kwh", "hot_water"),)
    stores_cold: ClassVar[bool] = False
    needs_levels: ClassVar[tuple[str, ...]] = ("discharge",)
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

    @classmethod
    def example(cls) -> HotWaterStore:
        """Return a tank with default figures."""
        return cls(id="hot_store")
