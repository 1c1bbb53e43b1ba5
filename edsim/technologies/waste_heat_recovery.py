"""Recovery of waste heat of a source of the case: furnace, process, compressor, data center, cold store, wastewater ...

Direct use where the source is hot enough, lift by a heat pump where it is not, both into the same carrier::

    usable share u = clip((T_source - approach - T_return) / (T_supply - T_return), 0, 1)
    direct heat <= u * available,  direct heat <= capture capacity
    direct heat <= u * demand of the carrier at the node, and u * what all suppliers give there, where u < 1
    lifted heat <= heat-pump capacity; from gas and air it takes water that a coil warms to T_source - approach
    work = lifted heat / COP,  COP = share * T_cond / (T_cond - T_evap)        Lorenz, :mod:`edsim.core.machines.carnot`
    direct heat + lifted heat - work <= available                              over all captures from the same source
    electricity = pump share * direct heat + work

A source warmer than the supply by the approach is used fully; between return and supply it preheats its share of the
available heat and of the demand (:mod:`edsim.core.machines.partial_use`); below the return only the heat pump can use
it. The heat pump cools the source by 5 K; it is not offered unless ``max_lift_kw`` is raised from 0. ``carriers: {heat:
ambient_water}`` feeds a loop, ``{heat: exhaust_gas}`` or ``{heat: steam}`` an absorption chiller, which refuses what is
below its generator limit. Steam gives back the share that heats its own feedwater and takes make-up water, as that of a
boiler does (:mod:`edsim.core.machines.draws_water`). Several captures (direct, to a loop, to a chiller) may share one
source: together they take no more than it gives. Heat is bought at the contract price, with the emission and primary
energy factor of its source.
Least temperature difference by kind of source when none is given: gas streams (furnace, power plant) 30 K, air (data
center, transformer) 8 K, liquids 5 K, refrigerant (cold store, compressor) 5 K. Valid: sources 5 to 600 °C, lift up to
70 K. Sources: catalogue; approaches and share of the ideal are estimates there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, get_args

import numpy as np
from pydantic import Field

from edsim.core.errors import DataError, Finding
from edsim.core.machines.carnot import lorenz_cop, mean_temp_k
from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum, value_of
from edsim.core.machines.draws_water import FEEDWATER, RaisesSteam
from edsim.core.machines.partial_use import most_used_kw, usable_share
from edsim.core.machines.surroundings import return_temp_c, source, supply_by_step_c
from edsim.core.machines.traits import JudgedAt, SourceUse
from edsim.core.quantity import quantity
from edsim.core.technology import Accounts, Array, Conditions, ModelContext, Port, Size, SourceConditions

if TYPE_CHECKING:
    from pyomo.core import Block

_default = Defaults("waste_heat_recovery")

SourceKind = Literal[
    "furnace",
    "process_cooling",
    "compressor",
    "data_center",
    "cold_store",
    "wastewater",
    "transformer",
    "power_plant",
]
_SOURCE_COOLED_BY_K = 5.0
"""Cooling of the source by the heat pump; judgement: a usual drop of water through an evaporator."""
_PER_KWH_TAKEN = {
    "heat_purchase": "price_per_kwh",
    "heat_ghg": "ghg_kg_per_kwh",
    "primary_energy": "primary_energy_factor",
}
"""Account → what a kWh taken from the source books to it."""
_BY_A_COIL = frozenset({"furnace", "data_center", "transformer", "power_plant"})
"""Sources of gas or air: no heat pump evaporates in them, a coil and its water stand between."""
_BESIDE_THE_HEAT = FEEDWATER | {"lifted_heat"}


class WasteHeatRecovery(RaisesSteam):
    """Capture of waste heat by contract, direct and lifted."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("heat", "hot_water", "out", "heat_kw"),
        Port("lifted_heat", "hot_water", "out", "lifted_kw"),
        Port("electricity", "electricity", "in", "heat_kw", factor="pump_frac"),
        Port("compressor", "electricity", "in", "lifted_kw", factor="work_per_lifted"),
        Port("feedwater", "hot_water", "in", "heat_kw", factor="feedwater_frac"),
        Port("lifted_feedwater", "hot_water", "in", "lifted_kw", factor="feedwater_frac"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (
        Size("capacity_kw", "kW", "capex_per_kw", "hot_water", port="heat"),
        Size("lift_kw", "kW", "lift_capex_per_kw", "hot_water", port="lifted_heat"),
    )
    needs_levels: ClassVar[tuple[str, ...]] = ("heat", "lifted_heat")
    part_way: ClassVar[tuple[tuple[str, str], ...]] = (("heat", "usable_frac"),)
    source_uses: ClassVar[tuple[SourceUse, ...]] = (
        SourceUse("heat_kw", share="usable_frac"),
        SourceUse("lifted_kw", heat="taken_per_lifted"),
    )
    output: ClassVar[str] = "heat_kw"
    steam_ports: ClassVar[tuple[str, ...]] = ("heat", "lifted_heat")
    source_side: ClassVar[Literal["", "heat", "cold"]] = "heat"
    judged_at: ClassVar[JudgedAt] = "coldest"
    title: ClassVar[tuple[str, str]] = ("Waste-heat recovery", "Recuperación de calor residual")

    kind: Literal["waste_heat_recovery"] = "waste_heat_recovery"
    source: str
    """Source of the case that gives temperature and availability."""
    source_kind: SourceKind = "process_cooling"
    """What the heat comes from, where not the kind of the source in the case; sets the default approach."""
    supplier: str = ""
    """Firm that sells the heat; default is that of the source."""
    exit_year: int | None = Field(None, ge=2000, le=2200, description="Calendar year in which the supplier may leave.")
    price_per_kwh: float | None = quantity(
        None, unit="currency/kWh", doc="Contract price of the heat; default is that of the source.", ge=0
    )
    approach_k: float | None = _default.by(
        "approach", "source_kind", unit="K", doc="Temperature difference of the capture", ge=1, le=100
    )
    pump_frac: float = _default("pump_frac", doc="Pump or fan power per heat.", ge=0, le=0.2)
    lorenz_share: float = _default.lorenz_share(" of the lift")
    max_supply_temp_c: float = _default(
        "max_supply_temp_c", doc="Highest supply temperature of the heat pump.", ge=30, le=160
    )
    condensate_return_frac: float = _default(
        "condensate_return_frac", doc="Share of the steam that comes back as condensate; of steam only.", ge=0, le=1
    )
    blow_down_frac: float = _default(
        "blow_down_frac", doc="Blow-down, share of the feedwater; of steam only.", ge=0, le=0.3
    )
    existing_capacity_kw: float = existing("kW")
    min_capacity_kw: float = minimum("kW")
    max_capacity_kw: float | None = maximum("kW")
    existing_lift_kw: float = existing("kW")
    min_lift_kw: float = minimum("kW")
    max_lift_kw: float | None = quantity(
        0.0, unit="kW", doc="Largest heat pump, in heat delivered; 0 for none, null follows the demand.", ge=0
    )
    capex_per_kw: float = _default.capex()
    lift_capex_per_kw: float = _default.capex("lift_capex_per_kw")
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    def carrier_of(self, port: Port) -> str:
        """Return the carrier of a port; lifted heat goes where direct heat goes, and feedwater is heated by it."""
        heat = self.carriers.get("heat", "hot_water")
        return self.carriers.get(port.name, heat if port.name in _BESIDE_THE_HEAT else port.carrier)

    def at_its_source(self, conditions: Conditions) -> WasteHeatRecovery:
        """Return the capture with the kind of its source, where it states none and the case knows it."""
        return self.at_a_source(source(conditions, self.source, self.id).kind)

    def at_a_source(self, kind: str) -> WasteHeatRecovery:
        """Return the capture at a source of a kind, where it states none and has defaults for that one."""
        if "source_kind" in self.model_fields_set or kind not in get_args(SourceKind):
            return self
        return self.model_copy(update={"source_kind": kind})

    def usable_share(self, conditions: Conditions, source_temp_c: Array) -> Array:
        """Return the share of the available heat that can be used directly, by step."""
        approach_k = value_of(self.at_its_source(conditions), "approach_k")
        return usable_share(conditions, self.carrier_of(self.ports[0]), self.id, source_temp_c, approach_k)

    def lift_cop(self, conditions: Conditions, source_temp_c: Array) -> Array:
        """Return heat delivered per work of the heat pump by step."""
        carrier = self.carrier_of(self.ports[1])
        sink = mean_temp_k(supply_by_step_c(conditions, carrier, self.id), return_temp_c(conditions, carrier, self.id))
        here = self.at_its_source(conditions)
        warm = source_temp_c - (value_of(here, "approach_k") if here.source_kind in _BY_A_COIL else 0.0)
        return lorenz_cop(sink, mean_temp_k(warm, warm - _SOURCE_COOLED_BY_K), self.lorenz_share)

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return available and directly usable heat by step, work of the lift, pump share and price."""
        stream = source(conditions, self.source, self.id)
        _require_warm(stream, self)
        work = 1.0 / self.lift_cop(conditions, stream.temp_c)
        reached = supply_by_step_c(conditions, self.carrier_of(self.ports[1]), self.id) <= self.max_supply_temp_c
        share = self.usable_share(conditions, stream.temp_c)
        return {
            "available_kw": np.asarray(stream.available_kw, dtype=float),
            "usable_frac": share,
            "usable_kw": most_used_kw(conditions, self.carrier_of(self.ports[0]), share, stream.available_kw),
            "work_per_lifted": work,
            "taken_per_lifted": 1.0 - work,
            "most_lifted_kw": reached * stream.available_kw / np.maximum(1.0 - work, 1e-3),
            "pump_frac": self.pump_frac,
            "price_per_kwh": stream.price_per_kwh if self.price_per_kwh is None else self.price_per_kwh,
            "ghg_kg_per_kwh": stream.ghg_kg_per_kwh,
            "primary_energy_factor": stream.primary_energy_factor,
            **self.feedwater(conditions),
        }

    @classmethod
    def declare(cls, block: Block, ctx: ModelContext) -> None:
        """Declare direct and lifted heat, each at most what the source can give."""
        ctx.sized(block)
        a = ctx.arrays
        ctx.flow(block, "heat_kw", np.minimum(ctx.upper("capacity_kw")[:, None], a["usable_kw"]))
        ctx.flow(block, "lifted_kw", np.minimum(ctx.upper("lift_kw")[:, None], a["most_lifted_kw"]))

    @classmethod
    def constrain(cls, block: Block, ctx: ModelContext) -> None:
        """Limit each use to its capacity; all uses of a source are limited together by the model."""
        from edsim.lp import Constraint

        del ctx
        block.capacity = Constraint(block.I, block.T, rule=lambda b, i, t: b.heat_kw[i, t] <= b.capacity_kw[i])
        block.lift = Constraint(block.I, block.T, rule=lambda b, i, t: b.lifted_kw[i, t] <= b.lift_kw[i])

    @classmethod
    def contribute(cls, block: Block, accounts: Accounts, ctx: ModelContext) -> None:
        """Book costs, make-up water, and price, emissions and primary energy of the heat taken from the source."""
        super().contribute(block, accounts, ctx)
        cls.book_water(accounts, ctx, block.heat_kw, block.lifted_kw)
        taken = ctx.arrays["taken_per_lifted"]
        for account, name in _PER_KWH_TAKEN.items():
            per_kwh = ctx.arrays[name][:, None]
            if per_kwh.any():
                accounts.add(account, block.heat_kw, price=per_kwh, line="waste_heat")
                accounts.add(account, block.lifted_kw, quantity=taken, price=per_kwh, line="waste_heat")

    @classmethod
    def example(cls) -> WasteHeatRecovery:
        """Return a capture from a source named ``furnace``."""
        return cls(id="furnace_heat", source="furnace")


def _require_warm(stream: SourceConditions, spec: WasteHeatRecovery) -> None:
    """Refuse a source that takes heat instead of giving it.

    Raises
    ------
    DataError
        E606 when the source is a cold one.
    """
    if not stream.is_cold:
        return
    raise DataError.of(
        [
            Finding(
                code="E606",
                field=f"technologies.{spec.id}.source",
                what="waste heat is asked of a source that takes heat",
                got=spec.source,
                allowed="a source that gives heat",
                hint="name another source, or set gives: heat on this one; natural cold is used by free_cooling",
            )
        ]
    )
