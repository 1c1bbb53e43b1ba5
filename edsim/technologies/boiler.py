"""Hot-water boiler: natural gas, biogas, LPG, diesel, biomass, coal or electric, on the lower heating value (LHV).

``heat <= running share * capacity``, ``fuel = heat / efficiency``. Gas and biomass boilers with a
condensing stage gain up to their rated efficiency as the return water falls from 57 °C, the dew point of gas flue
gas, to 40 °C. Efficiency is taken as constant over load: modulating boilers stay within 1-2 points above 30 %. Valid:
supply up to 180 °C, return up to 140 °C. Sources: Danish Energy Agency catalogue for gas, biomass and electric,
REmap of the International Renewable Energy Agency for coal; others see catalogue.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import model_validator

from edsim.core.heating_value import Basis, hhv_per_lhv, lower_basis
from edsim.core.machines.bank import Bank
from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum, value_of
from edsim.core.machines.commitment import Units, equal_machines
from edsim.core.machines.fuelled import Fuelled
from edsim.core.machines.one_output import OneOutput
from edsim.core.machines.surroundings import return_temp_c
from edsim.core.machines.traits import FUEL_ON_LHV, CostLine
from edsim.core.technology import Array, Conditions, Port, Size

_default = Defaults("boiler")

_CONDENSING_GAIN = 0.095
"""Efficiency of full over no condensation, LHV: 1.035 against 0.94 (Danish Energy Agency; dry value an estimate)."""
_DEW_POINT_C = 57.0
_FULL_CONDENSATION_C = 40.0
_CONDENSING_FUELS = frozenset({"natural_gas", "biogas", "lpg", "biomass"})


class Boiler(OneOutput, Fuelled, Bank):
    """Bank of hot-water boilers."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("heat", "hot_water", "out", "heat_kw"),
        Port("fuel", "natural_gas", "in", "heat_kw", factor="fuel_per_heat"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kw", "kW", "capex_per_kw", "hot_water"),)
    needs_levels: ClassVar[tuple[str, ...]] = ("heat",)
    output: ClassVar[str] = "heat_kw"
    limit: ClassVar[str] = "available_frac"
    cost_line: ClassVar[CostLine] = "heat"
    most_out_per_in: ClassVar[float | None] = FUEL_ON_LHV
    title: ClassVar[tuple[str, str]] = ("Boiler", "Caldera")

    kind: Literal["boiler"] = "boiler"
    fuel: Literal["natural_gas", "biogas", "lpg", "diesel", "biomass", "coal", "electricity"] = "natural_gas"
    """What it burns; electricity makes it an electric boiler."""
    condensing: bool = False
    """Whether the flue gas is cooled below its dew point where the return water allows."""
    efficiency_frac: float | None = _default.by(
        "efficiency", "fuel", unit="frac", doc="Efficiency without condensation on efficiency_basis", gt=0.3, le=1.0
    )
    efficiency_basis: Basis = "LHV"
    """Heating value the given efficiency counts the fuel with; fuel is always bought and drawn on LHV."""
    units: Units = equal_machines(2)
    existing_capacity_kw: float = existing("kW")
    min_capacity_kw: float = minimum("kW")
    max_capacity_kw: float | None = maximum("kW")
    capex_per_kw: float = _default.capex(varies_with="fuel")
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om(varies_with="fuel")
    om_variable_per_kwh: float = _default.variable_om(varies_with="fuel")

    @model_validator(mode="after")
    def _possible(self) -> Boiler:
        if self.dry_efficiency() > 1.0:
            raise ValueError(f"efficiency {self.dry_efficiency():.3f} on LHV exceeds 1 without condensation")
        if self.condensing and self.fuel not in _CONDENSING_FUELS:
            raise ValueError(f"a {self.fuel} boiler does not condense: leave condensing false")
        return self

    def dry_efficiency(self) -> float:
        """Return heat per fuel on LHV without condensation."""
        if self.efficiency_frac is None:
            return value_of(self, "efficiency_frac")
        return lower_basis(self.efficiency_frac, self.fuel, self.efficiency_basis)

    def efficiency(self, return_water_c: float) -> float:
        """Return heat per fuel (LHV) at a return temperature in °C; with condensation at most HHV / LHV."""
        dry = self.dry_efficiency()
        if not self.condensing:
            return dry
        share = np.clip((_DEW_POINT_C - return_water_c) / (_DEW_POINT_C - _FULL_CONDENSATION_C), 0.0, 1.0)
        return min(dry + _CONDENSING_GAIN * float(share), hhv_per_lhv(self.fuel))

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return fuel per heat and the share of the bank that may run."""
        return_water = return_temp_c(conditions, self.carrier_of(self.ports[0]), self.id)
        return {
            "fuel_per_heat": 1.0 / self.efficiency(return_water),
            "available_frac": self.running_frac(conditions),
        }

    @classmethod
    def example(cls) -> Boiler:
        """Return two gas boilers."""
        return cls(id="boilers")
