"""Compressed-air receiver: air stored between the highest and the lowest network pressure.

``capacity [Nm³] = volume * (p_max - p_min) / p_normal``; per step of h hours::

    level[t] = level[t-1] + (charge[t] - discharge[t]) * h        0 <= level <= capacity
    charge + discharge <= capacity / least charging time

Receivers even out minutes; at hourly steps they matter only when large. Valid: 3 to 13 bar gauge, isothermal.
Sources: catalogue, row by row.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum
from edsim.core.machines.thermal_store import Store
from edsim.core.technology import Array, Conditions, Port, Size

_default = Defaults("air_receiver")

_NORMAL_BAR = 1.01325


class AirReceiver(Store):
    """Compressed-air receiver."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("discharge", "compressed_air", "out", "discharge_nm3_per_h"),
        Port("charge", "compressed_air", "in", "charge_nm3_per_h"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_nm3", "Nm3", "capex_per_nm3", "compressed_air"),)
    charge_variable: ClassVar[str] = "charge_nm3_per_h"
    output: ClassVar[str] = "discharge_nm3_per_h"
    level_variable: ClassVar[str] = "level_nm3"
    title: ClassVar[tuple[str, str]] = ("Air receiver", "Tanque pulmón de aire comprimido")

    kind: Literal["air_receiver"] = "air_receiver"
    pressure_swing_bar: float = _default("pressure_swing_bar", doc="Highest minus lowest pressure.", gt=0, le=10)
    charging_time_h: float = _default("charging_time_h", doc="Least time to fill or empty.", gt=0, le=24)
    existing_capacity_nm3: float = existing("Nm3")
    min_capacity_nm3: float = minimum("Nm3")
    max_capacity_nm3: float | None = maximum("Nm3")
    capex_per_nm3: float = _default.capex("capex_per_nm3")

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return the rate limit and the vessel volume per stored air."""
        del conditions
        return {
            "kept_per_step": 1.0,
            "rate_per_h": 1.0 / self.charging_time_h,
            "volume_m3_per_nm3": _NORMAL_BAR / self.pressure_swing_bar,
        }

    @classmethod
    def example(cls) -> AirReceiver:
        """Return a receiver with default figures."""
        return cls(id="receiver")
