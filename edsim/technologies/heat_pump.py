"""Electric heat pump for hot water, from outdoor air or from a carrier (ambient loop, wastewater, waste heat).

``COP = share * T_cond / (T_cond - T_evap)``, 5 K beyond the logarithmic mean temperatures of the streams, see
:mod:`edsim.core.machines.carnot`::

    heat <= running share * capacity, electricity = heat / COP, source heat = heat - electricity

Electricity and source heat are ports on the heat variable; the refrigerant and its loss are booked as for chillers.
Air is cooled by ``air_cooling_k``. In hours above the highest supply temperature of the machine it delivers
nothing; a supply that follows the weather counts by the hour. Valid: lift up to 70 K, supply up to 90 °C (ammonia,
HFO); not counted: frost on the coils of air machines in damp air below some 5 °C. Sources: Danish Energy Agency, whose
COPs the share of the ideal meets within 2 %.
"""

from __future__ import annotations

from math import inf
from typing import ClassVar, Literal

import numpy as np

from edsim.core.machines.bank import Bank
from edsim.core.machines.carnot import lorenz_cop, mean_temp_k
from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum
from edsim.core.machines.commitment import Units, equal_machines
from edsim.core.machines.one_output import OneOutput
from edsim.core.machines.refrigerant_loss import LosesRefrigerant, refrigerant_loss
from edsim.core.machines.surroundings import return_temp_c, supply_by_step_c
from edsim.core.machines.traits import JudgedAt
from edsim.core.technology import Array, Conditions, Port, Size

_default = Defaults("heat_pump")


class HeatPump(OneOutput, LosesRefrigerant, Bank):
    """Bank of heat pumps."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("heat", "hot_water", "out", "heat_kw"),
        Port("electricity", "electricity", "in", "heat_kw", factor="work_per_heat"),
        Port("source_heat", "ambient_water", "in", "heat_kw", factor="source_per_heat"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kw", "kW", "capex_per_kw", "hot_water"),)
    needs_levels: ClassVar[tuple[str, ...]] = ("heat", "source_heat")
    output: ClassVar[str] = "heat_kw"
    limit: ClassVar[str] = "available_frac"
    judged_at: ClassVar[JudgedAt] = "mild"
    title: ClassVar[tuple[str, str]] = ("Heat pump", "Bomba de calor")

    kind: Literal["heat_pump"] = "heat_pump"
    source: Literal["air", "carrier"] = "carrier"
    """Where the heat comes from: outdoor air, or the carrier of the port ``source_heat``."""
    units: Units = equal_machines(1)
    lorenz_share: float = _default.lorenz_share()
    air_cooling_k: float = _default("air_cooling_k", doc="Cooling of outdoor air in the evaporator.", ge=0, le=15)
    max_supply_temp_c: float = _default("max_supply_temp_c", doc="Highest supply temperature.", ge=30, le=160)
    refrigerant: str = "R-717"
    """Refrigerant, by its name in the refrigerant table."""
    charge_kg_per_kw: float = _default.charge()
    leak_frac_per_a: float = _default.leak()
    filling_loss_frac: float = _default.filling_loss()
    end_of_life_loss_frac: float = _default.end_of_life_loss()
    existing_capacity_kw: float = existing("kW")
    min_capacity_kw: float = minimum("kW")
    max_capacity_kw: float | None = maximum("kW")
    capex_per_kw: float = _default.capex(varies_with="source")
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()
    om_variable_per_kwh: float = _default.variable_om(varies_with="source")

    def carrier_of(self, port: Port) -> str:
        """Return the carrier of a port.

        An air-source machine draws nothing from a source carrier: its port, of factor 0, rests on the electricity
        balance, where the machine is connected anyway.
        """
        if port.name == "source_heat" and self.source == "air":
            return "electricity"
        return self.carriers.get(port.name, port.carrier)

    def idle_ports(self) -> frozenset[str]:
        """Return the source port of an air-source machine."""
        return frozenset({"source_heat"}) if self.source == "air" else frozenset()

    def level_ranges(self) -> tuple[tuple[str, float, float], ...]:
        """Return the supplies it can reach."""
        return (("heat", -inf, self.max_supply_temp_c),)

    def cop(self, conditions: Conditions) -> Array:
        """Return heat per electricity by step."""
        heat = self.carrier_of(self.ports[0])
        sink = mean_temp_k(supply_by_step_c(conditions, heat, self.id), return_temp_c(conditions, heat, self.id))
        if self.source == "air":
            air = conditions.dry_bulb_temp_c
            source = mean_temp_k(air, air - self.air_cooling_k)
        else:
            cold = self.carrier_of(self.ports[2])
            source = mean_temp_k(supply_by_step_c(conditions, cold, self.id), return_temp_c(conditions, cold, self.id))
        return lorenz_cop(sink, source, self.lorenz_share)

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return work and source heat per heat, availability, refrigerant loss."""
        work = 1.0 / self.cop(conditions)
        supply = supply_by_step_c(conditions, self.carrier_of(self.ports[0]), self.id)
        able = (supply <= self.max_supply_temp_c).astype(float)
        return {
            "available_frac": able * self.running_frac(conditions),
            "work_per_heat": work,
            "source_per_heat": 1.0 - work if self.source == "carrier" else np.zeros_like(work),
            **refrigerant_loss(self, conditions),
        }

    @classmethod
    def example(cls) -> HeatPump:
        """Return a heat pump on an ambient loop."""
        return cls(id="heat_pump")
