"""Air compressors of one factory, as found in the BAU; air in Nm³/h.

``produced = demand + leakage share * capacity``; electricity with specific power by pressure and inlet air
(:mod:`edsim.core.machines.air_compression`), machines sharing the load, power rising with age. Heat goes to the room.
Valid: 3 to 13 bar gauge. Sources: catalogue, row by row.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from edsim.core.machines.air_compression import LOAD_FRAC, POWER_FRAC, Control, specific_power_ratio
from edsim.core.machines.catalogue import Defaults, age_of_today
from edsim.core.machines.part_load import machine_power_frac
from edsim.core.technology import Array, Conditions, IndividualMachine, Operation

_default = Defaults("individual_compressor")


class IndividualCompressor(IndividualMachine):
    """Air compressors of one building; capacity and demand are in Nm³/h."""

    service: ClassVar[str] = "compressed_air"
    capex_field: ClassVar[str] = "capex_per_nm3_per_h"
    title: ClassVar[tuple[str, str]] = ("Building air compressor", "Compresor de aire del edificio")

    kind: Literal["individual_compressor"] = "individual_compressor"
    control: Control = "load_unload"
    """Capacity control."""
    pressure_bar: float = _default("pressure_bar", doc="Network pressure, gauge.", ge=3, le=13)
    specific_power_kwh_per_nm3: float = _default(
        "specific_power_kwh_per_nm3", doc="Electricity per air at 7 bar gauge, full load, when new.", gt=0.05, le=0.3
    )
    power_growth_frac_per_a: float = _default(
        "power_growth_frac_per_a", doc="Growth of specific power per year of age.", ge=0, le=0.05
    )
    age_a: float = age_of_today()
    leakage_frac: float = _default(
        "leakage_frac", doc="Leaks that are not in the demand, share of capacity.", ge=0, le=0.6
    )
    oversizing_frac: float = _default("oversizing_frac", doc="Installed capacity above demand and leaks.", ge=0, le=3)
    capex_per_nm3_per_h: float = _default.capex("capex_per_nm3_per_h")
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    def operate(self, demand_kw: Array, conditions: Conditions) -> Operation:
        """Return the electricity for a demand of compressed air : (n,) Nm³/h."""
        demand = np.asarray(demand_kw, dtype=float)
        peak = float(demand.max(initial=0.0))
        capacity = peak * (1.0 + self.oversizing_frac) / (1.0 - self.leakage_frac)
        produced = demand + self.leakage_frac * capacity
        load = np.clip(produced / max(capacity, 1e-9), 0.0, 1.0)
        power = machine_power_frac(load, LOAD_FRAC, POWER_FRAC[self.control]) * capacity
        aged = self.specific_power_kwh_per_nm3 * (1.0 + self.power_growth_frac_per_a) ** self.age_a
        ratio = specific_power_ratio(self.pressure_bar, conditions.dry_bulb_temp_c, conditions.pressure_pa)
        electricity = power * aged * ratio
        return Operation(
            capacity_kw=capacity,
            inputs_kw={"electricity": electricity},
            water_m3_per_h=np.zeros_like(demand),
            rejected_heat_kw=electricity,
        )

    @classmethod
    def example(cls) -> IndividualCompressor:
        """Return a compressor with load/unload control."""
        return cls(id="building_compressor")
