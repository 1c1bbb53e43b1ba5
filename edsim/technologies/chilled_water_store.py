"""Stratified chilled-water tank.

Per step of h hours::

    level[t] = kept * level[t-1] + (charge[t] - discharge[t]) * h        0 <= level <= capacity
    charge + discharge <= capacity / least charging time
    kept = (1 - loss per hour)^h

Volume follows from the temperatures of the carrier: ``capacity / (rho c (return - supply) / 3600 * figure of
merit)``. The investment default holds for 6.7 K; with other temperatures state it per kWh. Valid: water above 4 °C
(stratification). Sources: catalogue, row by row.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from edsim.core.machines.thermal_store import WaterTank
from edsim.core.machines.traits import CostLine
from edsim.core.technology import Port, Size


class ChilledWaterStore(WaterTank):
    """Chilled-water tank."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("discharge", "chilled_water", "out", "discharge_kw"),
        Port("charge", "chilled_water", "in", "charge_kw"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kwh", "kWh", "capex_per_kwh", "chilled_water"),)
    stores_cold: ClassVar[bool] = True
    needs_levels: ClassVar[tuple[str, ...]] = ("discharge",)
    cost_line: ClassVar[CostLine] = "storage"
    title: ClassVar[tuple[str, str]] = ("Chilled-water store", "Tanque de agua helada")

    kind: Literal["chilled_water_store"] = "chilled_water_store"

    @classmethod
    def example(cls) -> ChilledWaterStore:
        """Return a tank with default figures."""
        return cls(id="cold_store")
