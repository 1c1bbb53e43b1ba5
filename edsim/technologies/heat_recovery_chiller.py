"""Heat-recovery chiller (four-pipe heat pump): cold and useful heat at the same time.

With the COP of heating from the cooled to the heated stream (share of Lorenz, see :mod:`edsim.core.machines.carnot`)::

    heat <= running share * capacity, electricity = heat / COP, cooling = heat - electricity

All three are ports on the heat variable: the machine runs only as far as both sides can use it; other chillers and
boilers cover the rest. Valid: lift up to 70 K, hot supply up to the limit of the machine, chilled supply above 3 °C.
Sources: Danish Energy Agency (excess-heat heat pump), catalogue row by row.
"""

from __future__ import annotations

from math import inf
from typing import ClassVar, Literal

from edsim.core.machines.bank import Bank
from edsim.core.machines.carnot import lorenz_cop, mean_temp_k
from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum
from edsim.core.machines.one_output import OneOutput
from edsim.core.machines.refrigerant_loss import LosesRefrigerant, refrigerant_loss
from edsim.core.machines.surroundings import return_temp_c, supply_temp_c
from edsim.core.technology import Array, Conditions, Port, Size

_default = Defaults("heat_recovery_chiller")


class HeatRecoveryChiller(OneOutput, LosesRefrigerant, Bank):
    """Chiller whose condenser heat is used."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("heat", "hot_water", "out", "heat_kw"),
        Port("cooling", "chilled_water", "out", "heat_kw", factor="cooling_per_heat"),
        Port("electricity", "electricity", "in", "heat_kw", factor="work_per_heat"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kw", "kW", "capex_per_kw", "hot_water"),)
    needs_levels: ClassVar[tuple[str, ...]] = ("heat", "cooling")
    output: ClassVar[str] = "heat_kw"
    limit: ClassVar[str] = "available_frac"
    title: ClassVar[tuple[str, str]] = ("Heat-recovery chiller", "Enfriador con recuperación de calor")

    kind: Literal["heat_recovery_chiller"] = "heat_recovery_chiller"
    lorenz_share: float = _default.lorenz_share()
    max_supply_temp_c: float = _default("max_supply_temp_c", doc="Highest hot-water supply.", ge=30, le=120)
    refrigerant: str = "R-134a"
    """Refrigerant, by its name in the refrigerant table."""
    charge_kg_per_kw: float = _default.charge("heat capacity")
    leak_frac_per_a: float = _default.leak()
    filling_loss_frac: float = _default.filling_loss()
    end_of_life_loss_frac: float = _default.end_of_life_loss()
    existing_capacity_kw: float = existing("kW")
    min_capacity_kw: float = minimum("kW")
    max_capacity_kw: float | None = maximum("kW")
    capex_per_kw: float = _default.capex()
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()
    om_variable_per_kwh: float = _default.variable_om()

    def heating_cop(self, conditions: Conditions) -> float:
        """Return heat per electricity at the temperatures of the two carriers."""
        hot, cold = self.carrier_of(self.ports[0]), self.carrier_of(self.ports[1])
        sink = mean_temp_k(supply_temp_c(conditions, hot, self.id), return_temp_c(conditions, hot, self.id))
        source = mean_temp_k(return_temp_c(conditions, cold, self.id), supply_temp_c(conditions, cold, self.id))
        return float(lorenz_cop(sink, source, self.lorenz_share))

    def level_ranges(self) -> tuple[tuple[str, float, float], ...]:
        """Return the supplies it can reach."""
        return (("heat", -inf, self.max_supply_temp_c),)

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return work and cooling per heat, whether the supply can be reached, refrigerant loss."""
        work = 1.0 / self.heating_cop(conditions)
        supply = supply_temp_c(conditions, self.carrier_of(self.ports[0]), self.id)
        return {
            "available_frac": self.running_frac(conditions) * float(supply <= self.max_supply_temp_c),
            "work_per_heat": work,
            "cooling_per_heat": 1.0 - work,
            **refrigerant_loss(self, conditions),
        }

    @classmethod
    def example(cls) -> HeatRecoveryChiller:
        """Return a machine with default figures."""
        return cls(id="heat_recovery")
