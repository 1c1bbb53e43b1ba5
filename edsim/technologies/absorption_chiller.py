"""Absorption chiller (water and lithium bromide), single or double effect, driven by hot water, steam or exhaust gas.

Capacity follows the characteristic equation in its adapted form (Kühn and Ziegler 2005), relative to the rating
point::

    theta = t_generator - 2.5 t_absorber + 1.8 t_evaporator          mean water temperatures, °C
    capacity ratio = theta / theta_rated                           0 below the least supply of the generator, at most 1

A fixed share l of the rated driving heat is lost or circulated whatever the output, so at full available capacity::

    heat per cooling = (1 / COP) * ((1 - l) + l / capacity ratio)
    cooling <= capacity ratio * capacity
    electricity = auxiliary share * cooling                solution and refrigerant pumps, inside the machine
    rejected = cooling + driving heat + electricity        to the condenser water

Heat, power and rejected heat are proportional to cooling (a bank runs as many units as it needs), so they are ports
on one variable. Valid: absorber water 18 to 40 °C, evaporator 4 to 20 °C, generator 70 to 110 °C (single), 130 to 200
°C (double); exhaust gas drives a double-effect generator at the temperature of its carrier. Sources: catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import ClassVar, Literal

import numpy as np
from pydantic import model_validator

from edsim.core.machines.bank import Bank
from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum, value_of
from edsim.core.machines.commitment import Units, equal_machines
from edsim.core.machines.one_output import OneOutput
from edsim.core.machines.site import cooling_water_temp_c
from edsim.core.machines.surroundings import return_temp_c, supply_temp_c
from edsim.core.machines.traits import CostLine
from edsim.core.technology import Array, Conditions, Port, Size

_default = Defaults("absorption_chiller")


@dataclass(frozen=True, slots=True)
class _Effect:
    rated_generator_c: float
    least_generator_c: float


_EFFECTS = {
    "single": _Effect(85.0, 70.0),
    "double": _Effect(160.0, 130.0),
}
"""Mean generator temperature at rating and least supply: estimates; CEA rates at 90 °C supply, makers from 70 °C on."""
_RATED_ABSORBER_C = 32.2
"""Mean of 29.4 °C entering and 35 °C leaving water, ANSI/AHRI 560."""
_RATED_EVAPORATOR_C = 9.4
"""Mean of 12.2 °C entering and 6.7 °C leaving water, ANSI/AHRI 560."""
_COLDEST_ABSORBER_C = 20.0
"""Water is not sent colder, against crystallization."""
_COLDEST_SUPPLY_C = 4.0
"""Least chilled water: the refrigerant is water and freezes at 0 °C."""


def characteristic_temp_k(generator_c: Array | float, absorber_c: Array | float, evaporator_c: Array | float) -> Array:
    """Return the adapted characteristic temperature difference, K (Kühn and Ziegler 2005)."""
    return np.asarray(generator_c - 2.5 * np.asarray(absorber_c) + 1.8 * np.asarray(evaporator_c))


class AbsorptionChiller(OneOutput, Bank):
    """Heat-driven chiller."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("cooling", "chilled_water", "out", "cooling_kw"),
        Port("heat", "hot_water", "in", "cooling_kw", factor="heat_per_cooling"),
        Port("electricity", "electricity", "in", "cooling_kw", factor="auxiliary_frac"),
        Port("rejected_heat", "condenser_water", "out", "cooling_kw", factor="rejected_per_cooling"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kw", "kW", "capex_per_kw", "chilled_water"),)
    needs_levels: ClassVar[tuple[str, ...]] = ("cooling", "heat")
    output: ClassVar[str] = "cooling_kw"
    limit: ClassVar[str] = "available_frac"
    cost_line: ClassVar[CostLine] = "chillers"
    is_chiller: ClassVar[bool] = True
    rejects_to_air: ClassVar[bool] = True
    title: ClassVar[tuple[str, str]] = ("Absorption chiller", "Enfriador de absorción")

    kind: Literal["absorption_chiller"] = "absorption_chiller"
    effect: Literal["single", "double"] = "single"
    """Generator stages; double effect needs steam or exhaust gas."""
    driven_by: Literal["hot_water", "steam", "exhaust_gas"] = "hot_water"
    """Carrier of the driving heat; another one can be named under carriers."""
    rated_cop: float | None = _default.by(
        "cop", "effect", unit="kW/kW", doc="Cooling per driving heat at rating", gt=0.2, le=1.5
    )
    units: Units = equal_machines(1)
    fixed_loss_frac: float = _default("fixed_loss_frac", doc="Load-free share of driving heat.", ge=0, le=0.5)
    approach_k: float = _default(
        "approach_k", doc="Absorber-entering water above wet bulb, at least that of the tower.", ge=1, le=15
    )
    absorber_range_k: float = _default("absorber_range_k", doc="Rise of the cooling water.", ge=1, le=15)
    auxiliary_frac: float = _default("auxiliary_frac", doc="Electricity per cooling.", ge=0, le=0.2)
    existing_capacity_kw: float = existing("kW")
    min_capacity_kw: float = minimum("kW")
    max_capacity_kw: float | None = maximum("kW")
    capex_per_kw: float = _default.capex(varies_with="effect")
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    @model_validator(mode="after")
    def _possible(self) -> AbsorptionChiller:
        if self.effect == "double" and self.driven_by == "hot_water" and "heat" not in self.carriers:
            raise ValueError("a double-effect machine needs steam or exhaust_gas (130 °C or more): set driven_by")
        return self

    def carrier_of(self, port: Port) -> str:
        """Return the carrier of a port; the heat comes from what drives the machine."""
        return self.carriers.get(port.name, self.driven_by if port.name == "heat" else port.carrier)

    def level_ranges(self) -> tuple[tuple[str, float, float], ...]:
        """Return the least supply that drives the generator, and the coldest water, which is the refrigerant, gives."""
        return (("heat", _EFFECTS[self.effect].least_generator_c, inf), ("cooling", _COLDEST_SUPPLY_C, inf))

    def generator_temp_c(self, conditions: Conditions) -> float:
        """Return the mean temperature of the driving heat: supply for steam, mean of supply and return otherwise."""
        carrier = self.carrier_of(self.ports[1])
        supply = supply_temp_c(conditions, carrier, self.id)
        if "steam" in carrier:
            return supply
        return 0.5 * (supply + return_temp_c(conditions, carrier, self.id))

    def capacity_ratio(self, conditions: Conditions) -> Array:
        """Return available over rated capacity by step, 0–1."""
        effect = _EFFECTS[self.effect]
        carrier = self.carrier_of(self.ports[0])
        supply = supply_temp_c(conditions, carrier, self.id)
        evaporator = 0.5 * (supply + return_temp_c(conditions, carrier, self.id))
        entering = np.maximum(cooling_water_temp_c(conditions, self.approach_k), _COLDEST_ABSORBER_C)
        absorber = entering + 0.5 * self.absorber_range_k
        driving = supply_temp_c(conditions, self.carrier_of(self.ports[1]), self.id)
        if driving < effect.least_generator_c or supply < _COLDEST_SUPPLY_C:
            return np.zeros_like(absorber)
        generator = self.generator_temp_c(conditions)
        rated = characteristic_temp_k(effect.rated_generator_c, _RATED_ABSORBER_C, _RATED_EVAPORATOR_C)
        return np.clip(characteristic_temp_k(generator, absorber, evaporator) / rated, 0.0, 1.0)

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return available capacity and what each kW of cooling draws and rejects."""
        ratio = self.capacity_ratio(conditions)
        cop = value_of(self, "rated_cop")
        least_ratio = 0.1
        heat = ((1 - self.fixed_loss_frac) + self.fixed_loss_frac / np.maximum(ratio, least_ratio)) / cop
        return {
            "available_frac": np.where(ratio < least_ratio, 0.0, ratio) * self.running_frac(conditions),
            "heat_per_cooling": heat,
            "rejected_per_cooling": 1.0 + heat + self.auxiliary_frac,
            "auxiliary_frac": self.auxiliary_frac,
        }

    @classmethod
    def example(cls) -> AbsorptionChiller:
        """Return a single-effect machine on hot water."""
        return cls(id="absorption")
