"""Chiller plant of one building, air- or water-cooled with its own tower, as found in the BAU.

Compressor power as in :mod:`edsim.core.machines.cooling_curves` with the COP of the age; machines share the load
equally. Then::

    electricity = compressor + primary pumps + (condenser pumps and tower fan, or nothing) per cooling
    water = (evaporation + blow-down) * (cooling + compressor)           water-cooled only

Primary pumps are those of the evaporators, as of a ``vapour_chiller``. The pumps that distribute chilled water in the
building run with a district too and are left out of both. The condenser of a water-cooled plant sees wet bulb +
approach, and its tower evaporates what the air of the hour takes up (:mod:`edsim.core.machines.evaporation`), as the
towers of an energy center do. Valid range and sources: module above and the catalogue.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import model_validator

from edsim.core.machines.catalogue import Defaults, age_of_today, catalogue
from edsim.core.machines.cooling_curves import cooling_curves, require_machine
from edsim.core.machines.evaporation import blow_down_kg_per_kwh, evaporation_kg_per_kwh
from edsim.core.machines.individual_cooling import aged_cop, compressor_power_kw, old_refrigerant
from edsim.core.quantity import quantity
from edsim.core.technology import Array, Conditions, IndividualMachine, Operation

_default = Defaults("individual_chiller")
_RANGE_K = catalogue()["cooling_tower", "range_k"].value
"""Warming of condenser water, as of a tower of the plant."""


class IndividualChiller(IndividualMachine):
    """Chiller plant of one building."""

    title: ClassVar[tuple[str, str]] = ("Building chiller plant", "Planta de enfriadores del edificio")

    kind: Literal["individual_chiller"] = "individual_chiller"
    compressor: Literal["centrifugal", "centrifugal_vsd", "screw", "screw_vsd", "scroll"] = "screw"
    """Compressor type."""
    condenser: Literal["water", "air"] = "air"
    """What takes the rejected heat."""
    rated_cop: float | None = _default.by(
        "cop", "compressor", "condenser", unit="kW/kW", doc="COP when new at AHRI 550/590", gt=1, le=12
    )
    age_a: float = age_of_today()
    cop_decay_frac_per_a: float = _default("cop_decay_frac_per_a", doc="Loss of COP per year of age.", ge=0, le=0.1)
    supply_temp_c: float = _default("supply_temp_c", doc="Chilled-water supply.", ge=-5, le=20)
    approach_k: float = _default("approach_k", doc="Condenser-entering water above wet bulb.", ge=1, le=15)
    pump_frac: float = _default(
        "pump_frac", doc="Power of the primary pumps per cooling; distribution in the building aside.", ge=0, le=0.2
    )
    tower_frac: float = _default(
        "tower_frac", doc="Tower fan and condenser pump power per rejected heat, water-cooled.", ge=0, le=0.2
    )
    cycles: float = _default("cycles", doc="Cycles of concentration of its tower, water-cooled.", gt=1, le=20)
    water_kg_per_kwh: float | None = quantity(
        None,
        unit="kg/kWh",
        doc="Make-up water per rejected heat, water-cooled; default by the air of the hour and the cycles.",
        ge=0,
        le=10,
    )
    refrigerant: str = old_refrigerant()
    charge_kg_per_kw: float = _default.charge(varies_with="condenser")
    leak_frac_per_a: float = _default.leak()
    filling_loss_frac: float = _default.filling_loss()
    end_of_life_loss_frac: float = _default.end_of_life_loss()
    oversizing_frac: float = _default("oversizing_frac", doc="Installed capacity above the peak demand.", ge=0, le=3)
    capex_per_kw: float = _default.capex()
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    @model_validator(mode="after")
    def _known_machine(self) -> IndividualChiller:
        require_machine(self.compressor, self.condenser, self.rated_cop)
        return self

    def operate(self, demand_kw: Array, conditions: Conditions) -> Operation:
        """Return electricity, water and rejected heat for the cooling demand : (n,)."""
        demand = np.asarray(demand_kw, dtype=float)
        capacity = float(demand.max(initial=0.0)) * (1.0 + self.oversizing_frac)
        curves = cooling_curves(self.compressor, self.condenser)
        wet = self.condenser == "water"
        entering = conditions.wet_bulb_temp_c + self.approach_k if wet else conditions.dry_bulb_temp_c
        cop = aged_cop(self.rated_cop or curves.rated_cop, self.cop_decay_frac_per_a, self.age_a)
        power = compressor_power_kw(curves, cop, demand, capacity, entering, self.supply_temp_c)
        rejected = demand + power
        tower = self.tower_frac * rejected if wet else 0.0
        water = self._make_up_kg_per_kwh(conditions) / 1000.0 * rejected if wet else np.zeros_like(demand)
        return Operation(
            capacity_kw=capacity,
            inputs_kw={"electricity": power + self.pump_frac * demand + tower},
            water_m3_per_h=water,
            rejected_heat_kw=rejected,
            refrigerant_charge_kg=capacity * self.charge_kg_per_kw,
        )

    def _make_up_kg_per_kwh(self, conditions: Conditions) -> Array | float:
        """Return the make-up water of the tower per heat rejected, kg/kWh by step."""
        if self.water_kg_per_kwh is not None:
            return self.water_kg_per_kwh
        wet = conditions.wet_bulb_temp_c
        leaving = wet + self.approach_k + 0.5 * _RANGE_K
        gone = evaporation_kg_per_kwh(conditions.dry_bulb_temp_c, wet, conditions.pressure_pa, leaving)
        return gone + blow_down_kg_per_kwh(gone, self.cycles)

    @classmethod
    def example(cls) -> IndividualChiller:
        """Return an air-cooled screw chiller plant."""
        return cls(id="building_chiller")
