"""Whether cogeneration is of high efficiency: primary energy saved against separate production, and CO2 per output.

With electric and heat efficiency of the year over fuel (LHV)::

    saving = 1 - 1 / (heat / ref_heat + power / ref_power)

Where power and useful heat are below 75 % of the fuel, only power at the default power-to-heat ratio belongs to the
heat, and the fuel in the same proportion. High efficiency is a saving of 10 %, below 1 MW of power any saving, and at
most 0.27 kg of CO2 per kWh of power and heat.

Source
------
Directive (EU) 2023/1791, annexes II and III; references of separate production: Delegated Regulation (EU) 2015/2402,
plants built since 2016, hot water, without its corrections for climate and avoided network losses, which would lower
the reference of power: what is of high efficiency here is so with them too.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from edsim.core.property_table import read_property_table
from edsim.core.resources import data_path

_OVERALL_FRAC = 0.75
_LEAST_SAVING_FRAC = 0.10
_SMALL_KW = 1000.0
_MOST_KG_PER_KWH = 0.27
_POWER_TO_HEAT = MappingProxyType({"engine": 0.75, "turbine": 0.55, "back_pressure": 0.45})
"""Default power-to-heat ratios of annex II."""


@dataclass(frozen=True, slots=True)
class Cogeneration:
    """A year of a cogeneration unit.

    Attributes
    ----------
    fuel_kwh, power_kwh, heat_kwh
        Fuel burnt (LHV), electricity made and heat used.
    ghg_kg
        Fossil emissions of the fuel.
    capacity_kw
        Electric capacity.
    mover
        ``engine``, ``turbine`` or ``back_pressure``.
    fuel
        Fuel of the table of references; another counts as natural gas, the strictest.
    """

    fuel_kwh: float
    power_kwh: float
    heat_kwh: float
    ghg_kg: float
    capacity_kw: float
    mover: str = "engine"
    fuel: str = "natural_gas"

    @property
    def with_heat(self) -> tuple[float, float]:
        """Power and fuel that belong to the heat, kWh."""
        if self.power_kwh + self.heat_kwh >= _OVERALL_FRAC * self.fuel_kwh:
            return self.power_kwh, self.fuel_kwh
        power = min(self.power_kwh, _POWER_TO_HEAT[self.mover] * self.heat_kwh)
        return power, self.fuel_kwh * power / self.power_kwh

    @property
    def saving_frac(self) -> float:
        """Primary energy saved against separate production; -inf where nothing is cogenerated."""
        power, fuel = self.with_heat if self.power_kwh > 0.0 else (0.0, 0.0)
        if fuel <= 0.0 or self.heat_kwh <= 0.0:
            return float("-inf")
        reference = references().get(self.fuel, references()["natural_gas"])
        separate = self.heat_kwh / reference["heat"] + power / reference["power"]
        return 1.0 - fuel / separate

    @property
    def is_high_efficiency(self) -> bool:
        """Whether its heat counts as high-efficiency cogenerated heat."""
        saving = self.saving_frac
        if saving < (_LEAST_SAVING_FRAC if self.capacity_kw >= _SMALL_KW else 0.0):
            return False
        power, fuel = self.with_heat
        return self.ghg_kg * fuel / self.fuel_kwh <= _MOST_KG_PER_KWH * (power + self.heat_kwh)


@cache
def references() -> Mapping[str, Mapping[str, float]]:
    """Return fuel → efficiency of separate production of ``power`` and ``heat`` (hot water), frac."""
    table = read_property_table(data_path("fuels", "separate_production.csv"))
    return {fuel: {k: figure.value for k, figure in row.items()} for fuel, row in table.items()}
