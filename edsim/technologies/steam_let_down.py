"""Pressure-reducing station with desuperheater: steam to steam of lower pressure.

Throttling keeps the enthalpy; spray water at the condensate temperature brings the steam to saturation, so energy
above the condensate is conserved and mass grows. With the carriers' own condensate temperatures (see
:mod:`edsim.core.steam`) per kg of high-pressure steam, q = useful heat of the low pressure per kg::

    spray s = (h_high - h_low) / (h_low - h_condensate_low)
    low-pressure energy per high-pressure energy = (1 + s) * q_low / q_high

which is 1 when both condensates are equally warm and taken as 1 where that of the low pressure is colder: what it
gives up more is fired again in its boiler. ``out <= capacity``. Valid up to 250 °C. Sources: catalogue, row by row.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum
from edsim.core.machines.levels import Level
from edsim.core.machines.one_output import OneOutput
from edsim.core.machines.surroundings import require_downhill, return_temp_c, supply_temp_c
from edsim.core.steam import drawn_per_lower_steam
from edsim.core.technology import Array, Conditions, Port, Size, Technology

_default = Defaults("steam_let_down")


class SteamLetDown(OneOutput, Technology):
    """Pressure-reducing and desuperheating station."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("low_pressure", "steam_low", "out", "steam_kw"),
        Port("high_pressure", "steam", "in", "steam_kw", factor="drawn_per_steam"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kw", "kW", "capex_per_kw", "steam_low"),)
    needs_levels: ClassVar[tuple[str, ...]] = ("low_pressure", "high_pressure")
    output: ClassVar[str] = "steam_kw"
    most_out_per_in: ClassVar[float | None] = 1.0
    title: ClassVar[tuple[str, str]] = ("Steam let-down station", "Estación reductora de vapor")

    kind: Literal["steam_let_down"] = "steam_let_down"
    existing_capacity_kw: float = existing("kW")
    min_capacity_kw: float = minimum("kW")
    max_capacity_kw: float | None = maximum("kW")
    capex_per_kw: float = _default.capex()
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    def heat_paths(self) -> tuple[tuple[Level, Level, float], ...]:
        """Return warm carrier, cold carrier and the least difference of their supplies, K."""
        return ((self.carrier_of(self.ports[1]), self.carrier_of(self.ports[0]), 1.0),)

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return high-pressure energy drawn per low-pressure energy; refuse an uphill let-down."""
        low, high = self.carrier_of(self.ports[0]), self.carrier_of(self.ports[1])
        high_c, low_c = supply_temp_c(conditions, high, self.id), supply_temp_c(conditions, low, self.id)
        require_downhill(self.id, (high, high_c), (low, low_c), 1.0)
        backs = (return_temp_c(conditions, high, self.id), return_temp_c(conditions, low, self.id))
        return {"drawn_per_steam": drawn_per_lower_steam((high_c, backs[0]), (low_c, backs[1]))}

    @classmethod
    def example(cls) -> SteamLetDown:
        """Return a station with default figures."""
        return cls(id="let_down")
