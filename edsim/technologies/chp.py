"""Combined heat and power: gas or diesel engine, or gas turbine, with jacket and exhaust heat and a heat dump.

A bank generates at full load or, where more heat per electricity pays, at the lowest load of its curve. With derating
d of the ambient, electric efficiency eta at full load (LHV), p the part generated at the lowest load x, and e and q
efficiency and heat per fuel at x over those at full load::

    p <= electricity,   electricity + (1/x - 1) p <= d * running share * capacity
    electricity >= must_run * capacity
    fuel = (electricity + (1/e - 1) p) / eta
    jacket heat <= jacket share * (electricity + (q/e - 1) p)      and at most u of what all give to its carrier
    exhaust heat <= exhaust share * (electricity + (q/e - 1) p)    by how far the exhaust can be cooled for its carrier

Jacket water leaves the engine at 95 °C and warms the carrier to 90 °C. A supply above that is made in series: the
jacket takes the return ``u = (90 - return) / (supply - return)`` of the way, the exhaust or a boiler the rest. A jacket
that boils or is under pressure (to 110 °C and more) is not modelled, nor steam made by it.

That is the convex hull of all loads of all units: the middle of the curve lies within 1 % of it, and energy is never
made. Heat below what is produced is dumped to the air, unless ``heat_dump: false`` makes the two limits equalities (an
engine without radiators follows the heat). The exhaust port is hot water by default; ``carriers: {exhaust_heat:
steam}`` makes it steam (heat-recovery boiler), which gives back the share that heats its own feedwater and takes
make-up water, as that of a boiler does. :meth:`Chp.staged_for_heat_kw` gives the fuel of whole units on the true curve
that make both the power and the heat.

Turbines lose 0.7 % per K above 15 °C and power in proportion to air pressure; engines 0.5 % per K above 30 °C and with
the pressure to the power of 0.57 (an estimate, for turbocharged gas engines): 10 % in Medellín, 16 % in
Bogotá.
Electric efficiency over full load at 50, 75, 100 %: engine 0.92, 0.975, 1; turbine 0.81, 0.92, 1 (regressions of the
EPA Catalog of CHP Technologies 2008 for Jenbacher JMS 312 and Solar Saturn 20). Heat per fuel: engine 1.08, 1.03, 1;
turbine 1.04, 1.02, 1 (estimates). Heat at full load: REopt classes of 500-1000 kW (engine) and 5.4-7.5 MW (turbine),
shared between jacket and exhaust as in the EPA catalogue for the JMS 320. Power and heat together are the same share
of the fuel at any efficiency, as in all classes of REopt within 3 points: the better engine gives less heat. Where
``heat_efficiency_frac`` states the heat of a data sheet, with exhaust cooled to 120 °C, it is that. Valid:
ambient -10 to 45 °C, load 50 % and more. Sources: those named and the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from pydantic import model_validator

from edsim.core.machines.bank import Bank
from edsim.core.machines.catalogue import Defaults, catalogue, existing, maximum, minimum, value_of
from edsim.core.machines.commitment import Units, equal_machines
from edsim.core.machines.draws_water import RaisesSteam
from edsim.core.machines.fuelled import Fuelled
from edsim.core.machines.part_load import bank_power_frac
from edsim.core.machines.partial_use import usable_share
from edsim.core.machines.surroundings import supply_by_step_c, supply_temp_c
from edsim.core.machines.traits import FUEL_ON_LHV, CostLine
from edsim.core.quantity import quantity
from edsim.core.technology import Accounts, Array, Conditions, ModelContext, Port, Size

if TYPE_CHECKING:
    from pyomo.core import Block

_default = Defaults("chp")


@dataclass(frozen=True, slots=True)
class _Mover:
    """Jacket and exhaust heat per kWh electricity at the default efficiency, exhaust temperature, derating, curve."""

    jacket_share: float
    exhaust_share: float
    exhaust_temp_c: float
    derate_above_c: float
    derate_per_k: float
    pressure_exponent: float
    relative_efficiency: tuple[float, float, float]
    relative_heat: tuple[float, float, float]


_MOVERS = {
    "engine": _Mover(
        0.65,
        0.49,
        480.0,
        30.0,
        0.005,
        pressure_exponent=0.57,
        relative_efficiency=(0.92, 0.975, 1.0),
        relative_heat=(1.08, 1.03, 1.0),
    ),
    "turbine": _Mover(
        0.0,
        1.665,
        510.0,
        15.0,
        0.007,
        pressure_exponent=1.0,
        relative_efficiency=(0.81, 0.92, 1.0),
        relative_heat=(1.04, 1.02, 1.0),
    ),
}
_JACKET_TEMP_C = 90.0
"""What the carrier reaches at the jacket: engines give 90 to 95 °C, their exchanger takes 5 K."""
_STEAM = "steam"
_REFERENCE_STACK_C = 120.0
"""Stack temperature the exhaust share is given for."""
_APPROACH_K = 10.0
_SEA_LEVEL_PA = 101325.0
_LOADS = (0.5, 0.75, 1.0)
_ROUNDING = 1e-6
_PARAMS = (
    "available_frac",
    "must_run_frac",
    "fuel_per_electricity",
    "more_fuel_frac",
    "more_heat_frac",
    "jacket_per_electricity",
    "exhaust_per_electricity",
    "jacket_open",
    "undumped",
)


class Chp(RaisesSteam, Fuelled, Bank):
    """Bank of engines or turbines with heat recovery."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("electricity", "electricity", "out", "electricity_kw"),
        Port("fuel", "natural_gas", "in", "fuel_kw"),
        Port("jacket_heat", "hot_water", "out", "jacket_heat_kw"),
        Port("exhaust_heat", "hot_water", "out", "exhaust_heat_kw"),
        Port("feedwater", "hot_water", "in", "exhaust_heat_kw", factor="feedwater_frac"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kw", "kW", "capex_per_kw", "electricity"),)
    needs_levels: ClassVar[tuple[str, ...]] = ("jacket_heat", "exhaust_heat")
    part_way: ClassVar[tuple[tuple[str, str], ...]] = (("jacket_heat", "jacket_usable_frac"),)
    output: ClassVar[str] = "electricity_kw"
    steam_ports: ClassVar[tuple[str, ...]] = ("exhaust_heat",)
    cost_line: ClassVar[CostLine] = "power"
    most_out_per_in: ClassVar[float | None] = FUEL_ON_LHV
    title: ClassVar[tuple[str, str]] = ("Combined heat and power", "Cogeneración")

    kind: Literal["chp"] = "chp"
    mover: Literal["engine", "turbine"] = "engine"
    """Engine (gas, biogas, diesel) or gas turbine."""
    fuel: str = "natural_gas"
    """Fuel of the case: natural_gas, biogas, diesel ..."""
    units: Units = equal_machines(2)
    electric_efficiency_frac: float | None = _default.by(
        "efficiency", "mover", unit="frac", doc="Electric efficiency at full load, LHV", gt=0.05, le=0.55
    )
    heat_efficiency_frac: float | None = quantity(
        None,
        unit="frac",
        doc="Heat of jacket and exhaust per fuel (LHV) at full load, of the data sheet; default by the electric one.",
        gt=0.05,
        le=0.85,
    )
    heat_recovery_frac: float = _default(
        "heat_recovery_frac", doc="Share of jacket and exhaust heat that is recovered.", ge=0, le=1
    )
    heat_dump: bool = True
    """Whether heat nobody needs can be given to the air."""
    must_run_frac: float = quantity(0.0, unit="frac", doc="Least output, share of capacity.", ge=0, le=1)
    condensate_return_frac: float = _default(
        "condensate_return_frac", doc="Share of the steam that comes back as condensate; of steam only.", ge=0, le=1
    )
    blow_down_frac: float = _default(
        "blow_down_frac", doc="Blow-down, share of the feedwater; of steam only.", ge=0, le=0.3
    )
    existing_capacity_kw: float = existing("kW")
    min_capacity_kw: float = minimum("kW")
    max_capacity_kw: float | None = maximum("kW")
    capex_per_kw: float = _default.capex()
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()
    om_variable_per_kwh: float = _default.variable_om()

    @model_validator(mode="after")
    def _possible(self) -> Chp:
        if self.heat_efficiency_frac is not None:
            mover = _MOVERS[self.mover]
            loads = zip(mover.relative_efficiency, mover.relative_heat, strict=True)
            most = max(self.full_load_efficiency * e + self.heat_efficiency_frac * q for e, q in loads)
            if most > 1.0:
                raise ValueError(f"electricity and heat exceed the fuel: {most:.3f}; lower one of the efficiencies")
        return self

    def level_ranges(self) -> tuple[tuple[str, float, float], ...]:
        """Return the highest supply the exhaust reaches, and the jacket of an engine where it should make steam."""
        exhaust = ("exhaust_heat", -inf, _MOVERS[self.mover].exhaust_temp_c - _APPROACH_K)
        makes_steam = self.mover == "engine" and self._jacket_carrier().startswith(_STEAM)
        return (("jacket_heat", -inf, _JACKET_TEMP_C), exhaust) if makes_steam else (exhaust,)

    def carrier_of(self, port: Port) -> str:
        """Return the carrier of a port; feedwater is heated by the steam it becomes."""
        return super().carrier_of(self.ports[3] if port.name == "feedwater" else port)

    def _jacket_carrier(self) -> str:
        return self.carrier_of(self.ports[2])

    @property
    def full_load_efficiency(self) -> float:
        """Return electricity per fuel (LHV) at full load."""
        return value_of(self, "electric_efficiency_frac")

    @property
    def heat_ratio(self) -> float:
        """Return heat per electricity over that at the default efficiency.

        Heat is that of the data sheet where one is stated; else electricity and heat share the same part of the fuel.
        """
        mover = _MOVERS[self.mover]
        shares = mover.jacket_share + mover.exhaust_share
        if self.heat_efficiency_frac is not None:
            return self.heat_efficiency_frac / self.full_load_efficiency / shares
        used = catalogue()["chp", f"efficiency_{self.mover}"].value * (1.0 + shares)
        return (used / self.full_load_efficiency - 1.0) / shares

    def available_frac(self, conditions: Conditions) -> Array:
        """Return available over rated power by step, from air temperature and pressure."""
        mover = _MOVERS[self.mover]
        warm = np.maximum(conditions.dry_bulb_temp_c - mover.derate_above_c, 0.0)
        pressure = (conditions.pressure_pa / _SEA_LEVEL_PA) ** mover.pressure_exponent
        return np.asarray(np.clip((1.0 - mover.derate_per_k * warm) * pressure, 0.0, 1.0))

    def part_load(self, load_frac: Array | float) -> tuple[Array, Array]:
        """Return electric efficiency and heat per fuel, both over full load, of a unit at `load_frac` (0.5–1)."""
        mover = _MOVERS[self.mover]
        electric = np.interp(load_frac, _LOADS, mover.relative_efficiency)
        return np.asarray(electric), np.asarray(np.interp(load_frac, _LOADS, mover.relative_heat))

    def heat_shares(self, conditions: Conditions) -> tuple[float, float]:
        """Return usable jacket and exhaust heat per kWh of electricity at full load and its carriers' temperatures."""
        mover = _MOVERS[self.mover]
        exhaust_supply = supply_temp_c(conditions, self.carrier_of(self.ports[3]), self.id)
        jacket = mover.jacket_share if self.jacket_usable_frac(conditions).any() else 0.0
        stack = max(_REFERENCE_STACK_C, exhaust_supply + _APPROACH_K)
        cooled = max(mover.exhaust_temp_c - stack, 0.0) / (mover.exhaust_temp_c - _REFERENCE_STACK_C)
        recovered = self.heat_recovery_frac * self.heat_ratio
        return jacket * recovered, mover.exhaust_share * cooled * recovered

    def jacket_usable_frac(self, conditions: Conditions) -> Array:
        """Return how far from return to supply the jacket brings its carrier, by step, 0–1."""
        carrier = self._jacket_carrier()
        warm = np.full(conditions.dry_bulb_temp_c.shape, _JACKET_TEMP_C)
        if carrier.startswith(_STEAM):
            return np.asarray(supply_by_step_c(conditions, carrier, self.id) <= warm, dtype=float)
        return usable_share(conditions, carrier, self.id, warm, 0.0)

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return availability, heat and fuel per electricity at full load, and what the lowest load takes beyond."""
        jacket, exhaust = self.heat_shares(conditions)
        usable = self.jacket_usable_frac(conditions)
        electric, heat = (float(v) for v in self.part_load(_LOADS[0]))
        return {
            "available_frac": self.available_frac(conditions) * self.running_frac(conditions),
            "must_run_frac": self.must_run_frac,
            "fuel_per_electricity": 1.0 / self.full_load_efficiency,
            "more_fuel_frac": 1.0 / electric - 1.0,
            "more_heat_frac": heat / electric - 1.0,
            "jacket_per_electricity": jacket,
            "exhaust_per_electricity": exhaust,
            "jacket_usable_frac": usable,
            "jacket_open": (usable > 0.0).astype(float),
            "undumped": float(not self.heat_dump),
            **self.feedwater(conditions),
        }

    def staged_input_kw(self, output_kw: Array, capacity_kw: float, conditions: Conditions) -> Array:
        """Return fuel drawn when the bank generates `output_kw` : (n,) with the best number of whole units."""
        room = np.maximum(self.available_frac(conditions) * capacity_kw, 1e-9)
        relative = np.array(_MOVERS[self.mover].relative_efficiency)
        load = np.clip(output_kw / room, 0.0, 1.0)
        fuel = bank_power_frac(load, _LOADS, np.array(_LOADS) / relative, self.unit_count(capacity_kw))
        return np.asarray(fuel * room / self.full_load_efficiency)

    def staged_for_heat_kw(self, output_kw: Array, heat_kw: Array, capacity_kw: float, conditions: Conditions) -> Array:
        """Return fuel drawn when the bank generates `output_kw` and gives `heat_kw` : (n,), best number of whole units.

        More units at lower load make more heat per electricity. Where no number makes all of the heat, it is the
        number that makes most.
        """
        room = np.maximum(self.available_frac(conditions) * capacity_kw, 1e-9)
        shares = sum(self.heat_shares(conditions))
        units = self.unit_count(capacity_kw)
        least, most = np.full(room.shape, np.inf), np.full(room.shape, -1.0)
        for running in range(1, units + 1):
            load = output_kw * units / (room * running)
            electric, heat = self.part_load(np.clip(load, _LOADS[0], 1.0))
            made, fuel = output_kw * shares * heat / electric, output_kw / (self.full_load_efficiency * electric)
            fits = load <= 1.0 + _ROUNDING
            wanted = np.minimum(made, heat_kw)
            better = fits & (
                (wanted > most * (1.0 + _ROUNDING)) | ((wanted >= most * (1.0 - _ROUNDING)) & (fuel < least))
            )
            least, most = np.where(better, fuel, least), np.where(better, np.maximum(wanted, most), most)
        return np.where(np.isfinite(least), least, output_kw / self.full_load_efficiency)

    @classmethod
    def declare(cls, block: Block, ctx: ModelContext) -> None:
        """Declare electricity, the part of it generated at the lowest load, fuel and the two heats."""
        ctx.sized(block)
        a = ctx.arrays
        ctx.params(block, *_PARAMS)
        electricity = ctx.upper("capacity_kw")[:, None] * a["available_frac"]
        hottest = 1.0 + np.maximum(a["more_heat_frac"], 0.0)[:, None]
        ctx.flow(block, "electricity_kw", electricity)
        ctx.flow(block, "low_load_kw", electricity * _LOADS[0])
        ctx.flow(block, "fuel_kw", electricity * a["fuel_per_electricity"][:, None])
        jacket = a["jacket_open"] * a["jacket_per_electricity"][:, None]
        ctx.flow(block, "jacket_heat_kw", electricity * jacket * hottest)
        ctx.flow(block, "exhaust_heat_kw", electricity * a["exhaust_per_electricity"][:, None] * hottest)

    @classmethod
    def constrain(cls, block: Block, ctx: ModelContext) -> None:
        """Limit power by what is available, relate fuel and limit heat by what is produced."""
        more_room = 1.0 / _LOADS[0] - 1.0
        ctx.relate(block, "low_load", lambda b, i, t: b.low_load_kw[i, t] <= b.electricity_kw[i, t])
        ctx.relate(
            block,
            "capacity",
            lambda b, i, t: (
                b.electricity_kw[i, t] + more_room * b.low_load_kw[i, t] <= b.available_frac[i, t] * b.capacity_kw[i]
            ),
        )
        ctx.relate(
            block,
            "burnt",
            lambda b, i, t: (
                b.fuel_kw[i, t]
                == b.fuel_per_electricity[i] * b.electricity_kw[i, t]
                + b.fuel_per_electricity[i] * b.more_fuel_frac[i] * b.low_load_kw[i, t]
            ),
        )
        for heat in ("jacket", "exhaust"):
            ctx.relate(block, heat, _heat_rule(f"{heat}_heat_kw", f"{heat}_per_electricity"))
        _run_as_told(block, ctx)

    @classmethod
    def contribute(cls, block: Block, accounts: Accounts, ctx: ModelContext) -> None:
        """Book costs, and the make-up water of steam."""
        super().contribute(block, accounts, ctx)
        cls.book_water(accounts, ctx, block.exhaust_heat_kw)

    @classmethod
    def example(cls) -> Chp:
        """Return two gas engines."""
        return cls(id="engines")


def _heat_rule(heat: str, share: str) -> Callable[..., Any]:
    """Return the rule that a heat is at most what is produced at full and at the lowest load."""

    def rule(b: Any, i: Any, t: Any) -> Any:
        per_electricity = getattr(b, share)[i]
        return getattr(b, heat)[i, t] <= (
            per_electricity * b.electricity_kw[i, t] + per_electricity * b.more_heat_frac[i] * b.low_load_kw[i, t]
        )

    return rule


def _run_as_told(block: Block, ctx: ModelContext) -> None:
    """Keep engines that must run running, and those without radiators at the heat that is used."""
    if ctx.arrays["must_run_frac"].any():
        ctx.relate(
            block,
            "must_run",
            lambda b, i, t: b.electricity_kw[i, t] >= b.must_run_frac[i] * b.available_frac[i, t] * b.capacity_kw[i],
        )
    if ctx.arrays["undumped"].any():
        ctx.relate(
            block,
            "all_used",
            lambda b, i, t: (
                b.jacket_heat_kw[i, t] + b.exhaust_heat_kw[i, t]
                >= b.undumped[i]
                * (b.jacket_open[i, t] * b.jacket_per_electricity[i] + b.exhaust_per_electricity[i])
                * (b.electricity_kw[i, t] + b.more_heat_frac[i] * b.low_load_kw[i, t])
            ),
        )
