"""Back-pressure steam turbine: high-pressure steam to electricity and low-pressure steam.

Per kg of saturated inlet steam, isentropic work w from :func:`edsim.core.steam.isentropic_work_kj_per_kg`::

    electricity = isentropic efficiency * generator efficiency * w
    low-pressure steam = h_inlet - isentropic efficiency * w - h_condensate

both over the useful heat of the inlet steam. The condensate is the warmer of the two pressures: what a colder one
gives up is fired again in its boiler. The machine runs on the steam flow (Willans line through the origin for
a bank of stages). ``electricity <= capacity``. Valid: saturated steam 100 to 250 °C. Sources: catalogue, row by row.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum
from edsim.core.machines.levels import Level
from edsim.core.machines.one_output import OneOutput
from edsim.core.machines.surroundings import require_downhill, return_temp_c, supply_temp_c
from edsim.core.steam import isentropic_work_kj_per_kg, useful_kj_per_kg
from edsim.core.technology import Array, Conditions, Port, Size, Technology
from edsim.core.water import saturated_liquid_enthalpy_kj_per_kg, saturated_vapor_enthalpy_kj_per_kg

_default = Defaults("back_pressure_turbine")


class BackPressureTurbine(OneOutput, Technology):
    """Back-pressure steam turbine with generator."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("electricity", "electricity", "out", "electricity_kw"),
        Port("high_pressure", "steam", "in", "electricity_kw", factor="drawn_per_electricity"),
        Port("low_pressure", "steam_low", "out", "electricity_kw", factor="exhaust_per_electricity"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kw", "kW", "capex_per_kw", "electricity"),)
    needs_levels: ClassVar[tuple[str, ...]] = ("high_pressure", "low_pressure")
    output: ClassVar[str] = "electricity_kw"
    most_out_per_in: ClassVar[float | None] = 1.0
    title: ClassVar[tuple[str, str]] = ("Back-pressure turbine", "Turbina de contrapresión")

    kind: Literal["back_pressure_turbine"] = "back_pressure_turbine"
    isentropic_efficiency_frac: float = _default(
        "isentropic_efficiency_frac", doc="Work over isentropic work.", gt=0.1, le=0.95
    )
    generator_efficiency_frac: float = _default(
        "generator_efficiency_frac", doc="Electricity over shaft work.", gt=0.5, le=1
    )
    existing_capacity_kw: float = existing("kW")
    min_capacity_kw: float = minimum("kW")
    max_capacity_kw: float | None = maximum("kW")
    capex_per_kw: float = _default.capex()
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()
    om_variable_per_kwh: float = _default.variable_om()

    def heat_paths(self) -> tuple[tuple[Level, Level, float], ...]:
        """Return warm carrier, cold carrier and the least difference of their supplies, K."""
        return ((self.carrier_of(self.ports[1]), self.carrier_of(self.ports[2]), 5.0),)

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return steam drawn and steam exhausted per electricity; refuse an uphill expansion."""
        high, low = self.carrier_of(self.ports[1]), self.carrier_of(self.ports[2])
        high_c, low_c = supply_temp_c(conditions, high, self.id), supply_temp_c(conditions, low, self.id)
        require_downhill(self.id, (high, high_c), (low, low_c), 5.0)
        work = self.isentropic_efficiency_frac * isentropic_work_kj_per_kg(high_c, low_c)
        electricity = self.generator_efficiency_frac * work
        exhaust_h = float(saturated_vapor_enthalpy_kj_per_kg(high_c)) - work
        back_c = return_temp_c(conditions, high, self.id)
        warmer_c = max(back_c, return_temp_c(conditions, low, self.id))
        inlet = useful_kj_per_kg(high_c, back_c)
        return {
            "drawn_per_electricity": inlet / electricity,
            "exhaust_per_electricity": (exhaust_h - float(saturated_liquid_enthalpy_kj_per_kg(warmer_c))) / electricity,
        }

    @classmethod
    def example(cls) -> BackPressureTurbine:
        """Return a turbine with default figures."""
        return cls(id="turbine")
