"""Air conditioners that serve one building: what split, window, packaged and variable-flow units share.

Power of the whole group at a step, for demand q and installed capacity C::

    load = q / (C * capacity ratio(outdoor))          at most 1; rooms follow the demand together
    power = q / COP * input ratio(outdoor) * f(load) / load
    COP = rated * (1 - decay)^age
    electricity = power + fan share * q

Capacity ratio, input ratio and part load f are those of :mod:`edsim.core.machines.cooling_curves`: room machines with a
compressor of fixed speed cycle (degradation coefficient 0.25, AHRI 210/240), inverter machines improve at part load.
The rated COP includes the fans; the fan share is for what air handlers need beside it and would not need with a
district.
Valid: outdoor air 15 to 50 °C. All electricity and the heat of the rooms go to the outdoor air.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from edsim.core.machines.catalogue import age_of_today
from edsim.core.machines.catalogued import Catalogued, catalogued
from edsim.core.machines.cooling_curves import (
    RATING_SUPPLY_TEMP_C,
    CoolingCurves,
    capacity_frac,
    cooling_curves,
    input_ratio,
)
from edsim.core.machines.part_load import machine_power_frac
from edsim.core.quantity import Source, quantity
from edsim.core.technology import Array, Conditions, IndividualMachine, Operation

_BEFORE_2010 = Source(
    "engineering estimate: usual in machines bought before 2010; the Montreal Protocol phases it out, so state the "
    "nameplate of newer ones",
    2026,
    verified=False,
)


def old_refrigerant() -> Any:
    """Return the field of a machine of buildings that has R-22 where the case names no refrigerant."""
    doc = "Refrigerant, by its name in the refrigerant table."
    return quantity("R-22", unit="", doc=doc, source=_BEFORE_2010)


def aged_cop(rated_cop: float, decay_frac_per_a: float, age_a: float) -> float:
    """Return the COP of a machine of `age_a` years that loses a share of it every year."""
    return float(rated_cop * (1.0 - decay_frac_per_a) ** age_a)


def compressor_power_kw(
    curves: CoolingCurves,
    cop: float,
    demand_kw: Array,
    capacity_kw: float,
    entering_temp_c: Array,
    supply_temp_c: float = RATING_SUPPLY_TEMP_C,
) -> Array:
    """Return compressor power of machines that follow the demand together, kW.

    Parameters
    ----------
    curves
        Behavior of the machine type.
    cop
        At rating conditions, with age.
    demand_kw : (n,)
        Cooling served; above the available capacity the machine is taken at full load.
    capacity_kw
        Installed at rating conditions.
    entering_temp_c : (n,)
        At the condenser.
    supply_temp_c
        Chilled-water supply; the rating value for direct expansion.
    """
    room = capacity_frac(curves, entering_temp_c) * max(capacity_kw, 1e-9)
    least_load = 1e-3
    load = np.clip(demand_kw / room, least_load, 1.0)
    per_load = machine_power_frac(load, curves.load_frac, curves.power_frac) / load
    return np.asarray(demand_kw / cop * input_ratio(curves, entering_temp_c, supply_temp_c) * per_load)


class AirConditioner(IndividualMachine, Catalogued):
    """Base of the direct-expansion machines; a kind sets its curves, its refrigerant and rows of the catalogue."""

    curve: ClassVar[str] = "fixed_speed"
    """Compressor type in the curve table."""

    cop: float = catalogued("kW/kW", doc="Rated COP when new, at 35 °C outdoors.", gt=1, le=8)
    age_a: float = age_of_today()
    cop_decay_frac_per_a: float = catalogued("frac/a", doc="Loss of COP per year of age.", ge=0, le=0.1)
    fan_frac: float = quantity(0.0, unit="kW/kW", doc="Fan power per cooling outside the rated COP.", ge=0, le=0.3)
    refrigerant: str
    """Refrigerant, by its name in the refrigerant table."""
    charge_kg_per_kw: float = catalogued("kg/kW", doc="Refrigerant per capacity.", ge=0, le=2)
    leak_frac_per_a: float = catalogued("frac/a", doc="Yearly leak, share of the charge.", ge=0, le=1)
    filling_loss_frac: float = catalogued("frac", doc="Loss at first filling.", ge=0, le=1)
    end_of_life_loss_frac: float = catalogued("frac", doc="Not recovered at scrapping.", ge=0, le=1)
    oversizing_frac: float = catalogued("frac", doc="Installed capacity above the peak demand.", ge=0, le=3)
    capex_per_kw: float = catalogued(
        "currency/kW", doc="Investment per unit of size, installed, before contingency.", ge=0
    )
    lifetime_a: float = catalogued("a", doc="Technical life, after which it is replaced.", gt=0, le=100)
    fixed_om_frac: float = catalogued(
        "frac/a", doc="Fixed operation and maintenance per year, share of investment.", ge=0, le=1
    )

    def operate(self, demand_kw: Array, conditions: Conditions) -> Operation:
        """Return electricity drawn and heat rejected for the cooling demand : (n,)."""
        demand = np.asarray(demand_kw, dtype=float)
        capacity = float(demand.max(initial=0.0)) * (1.0 + self.oversizing_frac)
        curves = cooling_curves(self.curve, "air")
        cop = aged_cop(self.cop, self.cop_decay_frac_per_a, self.age_a)
        power = compressor_power_kw(curves, cop, demand, capacity, conditions.dry_bulb_temp_c)
        electricity = power + self.fan_frac * demand
        return Operation(
            capacity_kw=capacity,
            inputs_kw={"electricity": electricity},
            water_m3_per_h=np.zeros_like(demand),
            rejected_heat_kw=demand + power,
            refrigerant_charge_kg=capacity * self.charge_kg_per_kw,
        )
