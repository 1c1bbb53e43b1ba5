"""Steam boiler: gas, biogas, LPG, diesel, biomass, coal or electric (LHV), with blow-down and condensate return.

Per kg of saturated steam, with condensate share r, make-up water at 25 °C, blow-down share b of the feedwater::

    h_feed = r h_condensate + (1 - r) h_make-up
    fired  = (h_vapor - h_feed) + b / (1 - b) (h_liquid - h_feed)
    fuel per steam energy = fired / efficiency / (h_vapor - h_condensate)
    make-up water = (1 - r) + b / (1 - b)          kg per kg steam

One kWh of the carrier is steam condensed to the return temperature, see :mod:`edsim.core.steam`. Efficiency is fuel
to water and steam. Valid: saturated steam up to 250 °C. Sources: Danish Energy Agency (industry boilers), REmap of
the International Renewable Energy Agency for coal, catalogue row by row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import model_validator

from edsim.core.heating_value import Basis, lower_basis
from edsim.core.machines.bank import Bank
from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum, value_of
from edsim.core.machines.commitment import Units, equal_machines
from edsim.core.machines.fuelled import Fuelled
from edsim.core.machines.one_output import OneOutput
from edsim.core.machines.surroundings import return_temp_c, supply_temp_c
from edsim.core.machines.traits import FUEL_ON_LHV
from edsim.core.steam import raised
from edsim.core.technology import Accounts, Array, Conditions, ModelContext, Port, Size

if TYPE_CHECKING:
    from pyomo.core import Block

_default = Defaults("steam_boiler")

_KG_PER_M3 = 1000.0


class SteamBoiler(OneOutput, Fuelled, Bank):
    """Bank of steam boilers."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("steam", "steam", "out", "steam_kw"),
        Port("fuel", "natural_gas", "in", "steam_kw", factor="fuel_per_steam"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kw", "kW", "capex_per_kw", "steam"),)
    needs_levels: ClassVar[tuple[str, ...]] = ("steam",)
    output: ClassVar[str] = "steam_kw"
    limit: ClassVar[str] = "available_frac"
    most_out_per_in: ClassVar[float | None] = FUEL_ON_LHV
    uses_water: ClassVar[bool] = True
    title: ClassVar[tuple[str, str]] = ("Steam boiler", "Caldera de vapor")

    kind: Literal["steam_boiler"] = "steam_boiler"
    fuel: Literal["natural_gas", "biogas", "lpg", "diesel", "biomass", "coal", "electricity"] = "natural_gas"
    """What it burns; electricity makes it an electric boiler."""
    efficiency_frac: float | None = _default.by(
        "efficiency", "fuel", unit="frac", doc="Fuel to water and steam on efficiency_basis", gt=0.3, le=1.0
    )
    efficiency_basis: Basis = "LHV"
    """Heating value the given efficiency counts the fuel with; fuel is always bought and drawn on LHV."""
    condensate_return_frac: float = _default(
        "condensate_return_frac", doc="Share of the steam that comes back as condensate.", ge=0, le=1
    )
    blow_down_frac: float = _default("blow_down_frac", doc="Blow-down, share of the feedwater.", ge=0, le=0.3)
    units: Units = equal_machines(2)
    existing_capacity_kw: float = existing("kW")
    min_capacity_kw: float = minimum("kW")
    max_capacity_kw: float | None = maximum("kW")
    capex_per_kw: float = _default.capex(varies_with="fuel")
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om(varies_with="fuel")
    om_variable_per_kwh: float = _default.variable_om(varies_with="fuel")

    def lower_efficiency(self) -> float:
        """Return heat to water and steam per fuel on LHV."""
        if self.efficiency_frac is None:
            return value_of(self, "efficiency_frac")
        return lower_basis(self.efficiency_frac, self.fuel, self.efficiency_basis)

    @model_validator(mode="after")
    def _below_one(self) -> SteamBoiler:
        if self.lower_efficiency() > 1.0:
            raise ValueError(f"efficiency {self.lower_efficiency():.3f} on LHV exceeds 1: check efficiency_basis")
        return self

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return fuel and water per steam energy and the share of the bank that may run."""
        return {
            "fuel_per_steam": self._raised(conditions)[0] / self.lower_efficiency(),
            "water_m3_per_kwh": self.water_m3_per_kwh(conditions),
            "water_cost_per_kwh": self.water_cost_per_kwh(conditions),
            "available_frac": self.running_frac(conditions),
        }

    def water_m3_per_kwh(self, conditions: Conditions) -> float:
        """Return make-up water per energy of steam, for blow-down and the condensate that does not come back."""
        return self._raised(conditions)[1] / _KG_PER_M3

    def blow_down_m3_per_kwh(self, conditions: Conditions) -> float:
        """Return the blow-down per energy of steam."""
        carrier = self.carrier_of(self.ports[0])
        levels = supply_temp_c(conditions, carrier, self.id), return_temp_c(conditions, carrier, self.id)
        dry = raised(*levels, self.condensate_return_frac, 0.0)[1]
        return (self._raised(conditions)[1] - dry) / _KG_PER_M3

    def _raised(self, conditions: Conditions) -> tuple[float, float]:
        """Return heat (kWh) and make-up water (kg) per kWh of steam."""
        carrier = self.carrier_of(self.ports[0])
        levels = supply_temp_c(conditions, carrier, self.id), return_temp_c(conditions, carrier, self.id)
        return raised(*levels, self.condensate_return_frac, self.blow_down_frac)

    @classmethod
    def contribute(cls, block: Block, accounts: Accounts, ctx: ModelContext) -> None:
        """Book costs and make-up water."""
        super().contribute(block, accounts, ctx)
        use = ctx.arrays["water_m3_per_kwh"][:, None]
        accounts.add("water", block.steam_kw, price=ctx.arrays["water_cost_per_kwh"][:, None])
        accounts.add("water_use", block.steam_kw, quantity=use)

    @classmethod
    def example(cls) -> SteamBoiler:
        """Return two gas-fired boilers."""
        return cls(id="steam_boilers")
