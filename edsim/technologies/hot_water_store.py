"""Stratified hot-water tank.

Per step of h hours::

    level[t] = kept * level[t-1] + (charge[t] - discharge[t]) * h        0 <= level <= capacity
    charge + discharge <= capacity / least charging time
    kept = (1 - loss per hour)^h

Volume follows from the temperatures of the carrier: ``capacity / (rho c (supply - return) / 3600 * figure of
merit)``. Valid: supply up to 110 °C (pressurized above 95 °C), return at least 1 K colder. Sources: Danish Energy
Agency catalogue for large steel tanks; figure of merit an estimate.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from edsim.core.machines.thermal_store import WaterTank
from edsim.core.machines.traits import CostLine
from edsim.core.technology import Port, Size


class HotWaterStore(WaterTank):
    """Hot-water tank."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("discharge", "hot_water", "out", "discharge_kw"),
        Port("charge", "hot_water", "in", "charge_kw"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kwh", "kWh", "capex_per_kwh", "hot_water"),)
    stores_cold: ClassVar[bool] = False
    needs_levels: ClassVar[tuple[str, ...]] = ("discharge",)
    cost_line: ClassVar[CostLine] = "storage"
    title: ClassVar[tuple[str, str]] = ("Hot-water store", "Tanque de agua caliente")

    kind: Literal["hot_water_store"] = "hot_water_store"

    @classmethod
    def example(cls) -> HotWaterStore:
        """Return a tank with default figures."""
        return cls(id="hot_store")
