"""Boiler or steam boiler of one building or factory, as found in the BAU, with age.

``fuel = (heat to water and steam + standby share * capacity) / (efficiency * (1 - decay)^age)`` in hours with demand;
LHV. Heat to water is the demand; steam takes the heat of its feedwater, blow-down and make-up water as a
``steam_boiler`` does (:func:`edsim.core.steam.raised`), at the levels of the case's steam, and where the case has none
at its own. Valid: hot water or steam below 20 bar. Sources: catalogue, row by row.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from edsim.core.machines.catalogue import Defaults, age_of_today
from edsim.core.machines.traits import FUEL_ON_LHV
from edsim.core.steam import raised
from edsim.core.technology import Array, Conditions, IndividualMachine, Operation

_default = Defaults("individual_boiler")

_KG_PER_M3 = 1000.0


class IndividualBoiler(IndividualMachine):
    """Boilers of one building."""

    service: ClassVar[str] = "heating"
    also_serves: ClassVar[tuple[str, ...]] = ("hot_water", "steam")
    most_out_per_in: ClassVar[float | None] = FUEL_ON_LHV
    title: ClassVar[tuple[str, str]] = ("Building boiler", "Caldera del edificio")

    kind: Literal["individual_boiler"] = "individual_boiler"
    fuel: str = "natural_gas"
    """Fuel of the case it burns; coal and biomass have cost and efficiency of their own."""
    efficiency_frac: float = _default(
        "efficiency_frac", doc="Efficiency when new, LHV.", gt=0.3, le=1.05, varies_with="fuel"
    )
    efficiency_decay_frac_per_a: float = _default(
        "efficiency_decay_frac_per_a", doc="Loss of efficiency per year of age.", ge=0, le=0.05
    )
    age_a: float = age_of_today()
    condensate_return_frac: float = _default(
        "condensate_return_frac", doc="Share of the steam that comes back as condensate; of steam only.", ge=0, le=1
    )
    blow_down_frac: float = _default(
        "blow_down_frac", doc="Blow-down, share of the feedwater; of steam only.", ge=0, le=0.3
    )
    steam_temp_c: float = _default(
        "steam_temp_c", doc="Saturated steam it makes where the case states no level of steam.", ge=100, le=220
    )
    condensate_temp_c: float = _default(
        "condensate_temp_c", doc="Condensate that comes back where the case states no level of steam.", ge=20, le=100
    )
    standby_frac: float = _default("standby_frac", doc="Loss per capacity while in operation.", ge=0, le=0.1)
    oversizing_frac: float = _default("oversizing_frac", doc="Installed capacity above the peak demand.", ge=0, le=3)
    capex_per_kw: float = _default.capex(varies_with="fuel")
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om(varies_with="fuel")

    def operate(self, demand_kw: Array, conditions: Conditions) -> Operation:
        """Return the fuel for the heat demand : (n,)."""
        del conditions
        return self._fired(np.asarray(demand_kw, dtype=float), 1.0, 0.0)

    def serve(self, service: str, demand_kw: Array, conditions: Conditions) -> Operation:
        """Return the fuel, and for steam the make-up water, of a service."""
        if service != "steam":
            return self.operate(demand_kw, conditions)
        steam_c = conditions.supply_temp_c.get("steam", self.steam_temp_c)
        back_c = conditions.return_temp_c.get("steam", self.condensate_temp_c)
        heat, water_kg = raised(steam_c, back_c, self.condensate_return_frac, self.blow_down_frac)
        return self._fired(np.asarray(demand_kw, dtype=float), heat, water_kg / _KG_PER_M3)

    def _fired(self, demand: Array, heat_per_demand: float, water_m3_per_kwh: float) -> Operation:
        """Return the year of the boilers for a demand (n,) in kW."""
        capacity = float(demand.max(initial=0.0)) * (1.0 + self.oversizing_frac)
        efficiency = self.efficiency_frac * (1.0 - self.efficiency_decay_frac_per_a) ** self.age_a
        standby = np.where(demand > 0.0, self.standby_frac * capacity, 0.0)
        fuel = (demand * heat_per_demand + standby) / efficiency
        return Operation(
            capacity_kw=capacity,
            inputs_kw={self.fuel: fuel},
            water_m3_per_h=demand * water_m3_per_kwh,
            rejected_heat_kw=np.maximum(fuel - demand, 0.0),
        )

    @classmethod
    def example(cls) -> IndividualBoiler:
        """Return a gas boiler."""
        return cls(id="building_boiler")
