"""Make-up water of machines: what a kWh they give takes, what of it is drained, and steam raised by heat that is there.

A boiler heats its own feedwater with fuel. What a waste-heat boiler or the exhaust of an engine raises needs the same
feedwater: of each kWh of steam it gives, a share heats the cold water that takes the place of lost condensate and
blow-down (a deaerator on live steam), and is drawn back from the carrier::

    share = 1 - 1 / heat         heat to water and steam per energy of steam, :func:`edsim.core.steam.raised`
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from edsim.core.carriers import is_of
from edsim.core.machines.surroundings import return_temp_c, supply_temp_c
from edsim.core.steam import raised
from edsim.core.technology import Accounts, Array, Conditions, ModelContext, Port, Technology

FEEDWATER = frozenset({"feedwater", "lifted_feedwater"})
"""Ports by which steam is drawn back to heat the feedwater it came from: no energy bought, no product lost."""
_KG_PER_M3 = 1000.0


class DrawsWater:
    """What a machine buys as make-up water and drains, per kWh that its ports of :meth:`water_ports` give."""

    def water_ports(self) -> frozenset[str]:
        """Return the ports whose sum the water goes by."""
        return frozenset()

    def water_m3_per_kwh(self, conditions: Conditions) -> Array | float:
        """Return the make-up water by step, m3/kWh; what is booked on ``water_use`` must be this."""
        del conditions
        return 0.0

    def blow_down_m3_per_kwh(self, conditions: Conditions) -> Array | float:
        """Return what of that water is drained to limit salts, by step, m3/kWh."""
        del conditions
        return 0.0

    def water_cost_per_kwh(self, conditions: Conditions) -> Array | float:
        """Return what make-up water and the sewer charge on blow-down cost, currency/kWh."""
        to_sewer = float(getattr(conditions, "blow_down_price_per_m3", 0.0))
        drained = self.blow_down_m3_per_kwh(conditions)
        return self.water_m3_per_kwh(conditions) * conditions.water_price_per_m3 + drained * to_sewer


class RaisesSteam(DrawsWater, Technology):
    """Gives heat that may be steam; put before other bases of the technology.

    Besides `steam_ports` a class states ``condensate_return_frac`` and ``blow_down_frac``.
    """

    steam_ports: ClassVar[tuple[str, ...]]
    """Ports that give heat, or steam where their carrier is one."""
    if TYPE_CHECKING:  # fields each technology states, with defaults of its own
        condensate_return_frac: float
        blow_down_frac: float

    def water_ports(self) -> frozenset[str]:
        """Return the ports that give steam."""
        return frozenset(self.steam_ports)

    def raises_steam(self) -> bool:
        """Return whether the carrier of the heat is steam."""
        return is_of(self.carrier_of(self._steam_port()), "steam")

    def feedwater_frac(self, conditions: Conditions) -> float:
        """Return the share of the steam given that heats its own feedwater; 0 where the carrier is no steam."""
        return 1.0 - 1.0 / self._raised(conditions, self.blow_down_frac)[0]

    def water_m3_per_kwh(self, conditions: Conditions) -> float:
        """Return the make-up water per kWh given, for blow-down and the condensate that does not come back, m3/kWh."""
        heat, water_kg = self._raised(conditions, self.blow_down_frac)
        return water_kg / heat / _KG_PER_M3

    def blow_down_m3_per_kwh(self, conditions: Conditions) -> float:
        """Return the blow-down per kWh given, m3/kWh."""
        heat, water_kg = self._raised(conditions, self.blow_down_frac)
        return (water_kg - self._raised(conditions, 0.0)[1]) / heat / _KG_PER_M3

    def feedwater(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return what ``prepare`` adds for steam: share of it for feedwater, make-up water and its cost per kWh."""
        return {
            "feedwater_frac": self.feedwater_frac(conditions),
            "water_m3_per_kwh": self.water_m3_per_kwh(conditions),
            "water_cost_per_kwh": self.water_cost_per_kwh(conditions),
        }

    @classmethod
    def book_water(cls, accounts: Accounts, ctx: ModelContext, *given: Any) -> None:
        """Book make-up water and what it costs on the flows of steam; nothing where no machine makes any."""
        use, cost = (ctx.arrays[x][:, None] for x in ("water_m3_per_kwh", "water_cost_per_kwh"))
        for variable in given if use.any() else ():
            accounts.add("water", variable, price=cost)
            accounts.add("water_use", variable, quantity=use)

    def _raised(self, conditions: Conditions, blow_down_frac: float) -> tuple[float, float]:
        """Return heat (kWh) and make-up water (kg) per kWh of steam; 1 and 0 of another carrier."""
        if not self.raises_steam():
            return 1.0, 0.0
        carrier = self.carrier_of(self._steam_port())
        levels = supply_temp_c(conditions, carrier, self.id), return_temp_c(conditions, carrier, self.id)
        return raised(*levels, self.condensate_return_frac, blow_down_frac)

    def _steam_port(self) -> Port:
        return next(p for p in self.ports if p.name == self.steam_ports[0])
