"""Open wet cooling tower with its condenser pumps: heat of the condenser water to the air, power and water.

Heat taken is limited by the cells that may run; electricity is proportional to it. Water per kWh rejected::

    evaporation  E = 3600 (w_out - w_in) / (h_out - h_in)  kg/kWh, air leaves saturated at the mean water temperature
    drift        D = drift share * circulation, circulation = 3600 / (4.19 * range) kg/kWh
    blow-down    B = max(E / (cycles - 1) - D, 0)
    make-up      M = E + B + D

Air enters at dry and wet bulb; water leaves at wet bulb + approach and enters warmer by the range. E is 1.48 kg/kWh
when all heat is latent, less when the air is cooler than the water, more in hot dry air. On a carrier of known
temperatures (an ambient loop) the tower works in the hours in which its leaving water is no warmer than the carrier's
cold side. Valid for wet bulb 5 to 35 °C. Sources: Merkel's assumption of saturated leaving air (ASHRAE Handbook HVAC
Systems, cooling towers); moist air of :mod:`edsim.core.moist_air`; shares and costs from the catalogue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from edsim.core.machines.bank import Bank
from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum
from edsim.core.machines.evaporation import blow_down_kg_per_kwh, drift_kg_per_kwh, evaporation_kg_per_kwh
from edsim.core.machines.one_output import OneOutput
from edsim.core.machines.traits import CostLine
from edsim.core.technology import Accounts, Array, Conditions, ModelContext, Port, Size

if TYPE_CHECKING:
    from pyomo.core import Block

_default = Defaults("cooling_tower")

_KG_PER_M3 = 1000.0


class CoolingTower(OneOutput, Bank):
    """Bank of wet cooling towers with condenser pumps."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("heat", "condenser_water", "in", "heat_kw"),
        Port("electricity", "electricity", "in", "heat_kw", factor="electric_frac"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kw", "kW", "capex_per_kw", "condenser_water"),)
    output: ClassVar[str] = "heat_kw"
    limit: ClassVar[str] = "available_frac"
    cost_line: ClassVar[CostLine] = "heat_rejection"
    takes_heat_away: ClassVar[bool] = True
    uses_water: ClassVar[bool] = True
    title: ClassVar[tuple[str, str]] = ("Cooling tower", "Torre de enfriamiento")

    kind: Literal["cooling_tower"] = "cooling_tower"
    fan_frac: float = _default("fan_frac", doc="Fan power per heat rejected.", ge=0, le=0.2)
    pump_frac: float = _default("pump_frac", doc="Condenser pump power per heat rejected.", ge=0, le=0.2)
    approach_k: float = _default("approach_k", doc="Leaving water above wet bulb.", ge=1, le=15)
    range_k: float = _default("range_k", doc="Cooling of the water.", ge=1, le=20)
    cycles: float = _default("cycles", doc="Cycles of concentration.", gt=1, le=20)
    drift_frac: float = _default("drift_frac", doc="Drift, share of the circulated water.", ge=0, le=0.01)
    existing_capacity_kw: float = existing("kW")
    min_capacity_kw: float = minimum("kW")
    max_capacity_kw: float | None = maximum("kW")
    capex_per_kw: float = _default.capex()
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    def cooling_water_approach_k(self) -> float | None:
        """Return the approach of a tower on condenser water; None on another carrier or where none may be built."""
        serves = self.carrier_of(self.ports[0]) == "condenser_water" and self.max_capacity_kw != 0.0
        return self.approach_k if serves else None

    def make_up_kg_per_kwh(self, evaporation: Array) -> Array:
        """Return make-up water per heat rejected from the evaporation, both kg/kWh."""
        return np.asarray(evaporation + self._blow_down_kg_per_kwh(evaporation) + self._drift_kg_per_kwh())

    def _drift_kg_per_kwh(self) -> float:
        return drift_kg_per_kwh(self.drift_frac, self.range_k)

    def _blow_down_kg_per_kwh(self, evaporation: Array) -> Array:
        return blow_down_kg_per_kwh(evaporation, self.cycles, self._drift_kg_per_kwh())

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return power share, water use per heat and what that costs."""
        return {
            "available_frac": self.running_frac(conditions) * self._cold_enough(conditions),
            "electric_frac": self.fan_frac + self.pump_frac,
            "water_m3_per_kwh": self.water_m3_per_kwh(conditions),
            "water_cost_per_kwh": self.water_cost_per_kwh(conditions),
        }

    def water_m3_per_kwh(self, conditions: Conditions) -> Array:
        """Return make-up water per heat rejected by step."""
        return self.make_up_kg_per_kwh(self._evaporation_kg_per_kwh(conditions)) / _KG_PER_M3

    def blow_down_m3_per_kwh(self, conditions: Conditions) -> Array:
        """Return the blow-down per heat rejected by step."""
        return self._blow_down_kg_per_kwh(self._evaporation_kg_per_kwh(conditions)) / _KG_PER_M3

    def _evaporation_kg_per_kwh(self, conditions: Conditions) -> Array:
        wet = conditions.wet_bulb_temp_c
        water = wet + self.approach_k + 0.5 * self.range_k
        return evaporation_kg_per_kwh(conditions.dry_bulb_temp_c, wet, conditions.pressure_pa, water)

    def _cold_enough(self, conditions: Conditions) -> Array:
        """Return 1 in steps in which the leaving water is as cold as the cold side of its carrier, else 0."""
        carrier = self.carrier_of(self.ports[0])
        ends = (conditions.supply_temp_c.get(carrier, np.inf), conditions.return_temp_c.get(carrier, np.inf))
        return np.asarray(conditions.wet_bulb_temp_c + self.approach_k <= min(ends), dtype=float)

    @classmethod
    def contribute(cls, block: Block, accounts: Accounts, ctx: ModelContext) -> None:
        """Book costs and water."""
        super().contribute(block, accounts, ctx)
        use = ctx.arrays["water_m3_per_kwh"]
        accounts.add("water", block.heat_kw, price=ctx.arrays["water_cost_per_kwh"])
        accounts.add("water_use", block.heat_kw, quantity=use)

    @classmethod
    def example(cls) -> CoolingTower:
        """Return a tower with default figures."""
        return cls(id="tower")
