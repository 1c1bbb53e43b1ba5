"""Ruths steam accumulator: charged with high-pressure steam, discharged by flashing to low-pressure steam.

Per step of h hours::

    level[t] = kept * level[t-1] + (charge[t] - discharge[t]) * h        0 <= level <= capacity
    charge + discharge <= capacity / least charging time
    high-pressure energy drawn = charge, but for condensates of different temperature, as in a let-down station

Vessel volume follows from the swing of the saturated water between the two pressures, which flashes ``(h_l,high -
h_l,low) / r_mean`` of its mass. Valid: saturated steam up to 250 °C. Sources: catalogue, row by row.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from edsim.core.machines.catalogue import Defaults
from edsim.core.machines.levels import Level
from edsim.core.machines.surroundings import require_downhill, return_temp_c, supply_temp_c
from edsim.core.machines.thermal_store import ThermalStore
from edsim.core.steam import drawn_per_lower_steam, useful_kj_per_kg
from edsim.core.technology import Array, Conditions, Port, Size
from edsim.core.water import latent_heat_kj_per_kg, saturated_liquid_enthalpy_kj_per_kg

_default = Defaults("steam_accumulator")

_SATURATED_WATER_KG_PER_M3 = 887.0
"""Density of saturated water at 10 bar (IAPWS tables)."""


class SteamAccumulator(ThermalStore):
    """Steam accumulator between two pressures."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("discharge", "steam_low", "out", "discharge_kw"),
        Port("charge", "steam", "in", "charge_kw", factor="drawn_per_charge"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kwh", "kWh", "capex_per_kwh", "steam_low"),)
    needs_levels: ClassVar[tuple[str, ...]] = ("discharge", "charge")
    title: ClassVar[tuple[str, str]] = ("Steam accumulator", "Acumulador de vapor")

    kind: Literal["steam_accumulator"] = "steam_accumulator"
    filling_frac: float = _default("filling_frac", doc="Share of the vessel that is water.", gt=0.3, le=0.95)
    charging_time_h: float = _default("charging_time_h", doc="Least time to fill or empty.", gt=0, le=24)

    def heat_paths(self) -> tuple[tuple[Level, Level, float], ...]:
        """Return warm carrier, cold carrier and the least difference of their supplies, K."""
        return ((self.carrier_of(self.ports[1]), self.carrier_of(self.ports[0]), 5.0),)

    def volume_m3_per_kwh(self, conditions: Conditions) -> float:
        """Return vessel volume per kWh of low-pressure steam; refuse a store that would discharge uphill."""
        low, high = self.carrier_of(self.ports[0]), self.carrier_of(self.ports[1])
        high_c, low_c = supply_temp_c(conditions, high, self.id), supply_temp_c(conditions, low, self.id)
        require_downhill(self.id, (high, high_c), (low, low_c), 5.0)
        swing = float(saturated_liquid_enthalpy_kj_per_kg(high_c) - saturated_liquid_enthalpy_kj_per_kg(low_c))
        flashed = swing / float(latent_heat_kj_per_kg(0.5 * (high_c + low_c)))
        useful = useful_kj_per_kg(low_c, return_temp_c(conditions, low, self.id)) / 3600.0
        return 1.0 / (_SATURATED_WATER_KG_PER_M3 * self.filling_frac * flashed * useful)

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return rates, losses and volume, and high-pressure energy drawn per energy stored as low-pressure steam."""
        low, high = self.carrier_of(self.ports[0]), self.carrier_of(self.ports[1])
        levels = [(supply_temp_c(conditions, c, self.id), return_temp_c(conditions, c, self.id)) for c in (high, low)]
        return {**super().prepare(conditions), "drawn_per_charge": drawn_per_lower_steam(levels[0], levels[1])}

    @classmethod
    def example(cls) -> SteamAccumulator:
        """Return an accumulator with default figures."""
        return cls(id="accumulator")
