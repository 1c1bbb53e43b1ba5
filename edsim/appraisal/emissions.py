"""GHG and refrigerants of a solved variant, through the accounting frames of :mod:`edsim.ghg`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from edsim.case.grid_factor import grid_factor_kg_per_kwh
from edsim.case.schema import Case
from edsim.core.technology import Refrigerant as RefrigerantOfModel
from edsim.ghg import (
    Activity,
    FuelUse,
    GridFactor,
    Inventory,
    InventoryLine,
    Refrigerant,
    RefrigerantLedger,
    RefrigerantStock,
    inventory,
    refrigerant,
    refrigerant_ledger,
)
from edsim.results.variant import VariantRun, fuel_kwh, grid_export_kw, grid_import_kw


@dataclass(frozen=True, slots=True)
class VariantEmissions:
    """Activity, refrigerant ledger and inventory of one variant."""

    activity: Activity
    refrigerants: RefrigerantLedger
    inventory: Inventory


def refrigerants_of_case(case: Case) -> dict[str, Refrigerant]:
    """Return the properties of every refrigerant named in the case, its own figures first."""
    used = [getattr(t, "refrigerant", None) for t in case.technologies]
    names = {str(name) for name in used if name}
    stated = {r.id: r for r in case.refrigerants}
    out = {}
    for name in sorted(names):
        own = stated.get(name)
        if own is not None and own.gwp_kg_per_kg is not None and own.odp_kg_per_kg is not None:
            gwp, odp = own.gwp_kg_per_kg, own.odp_kg_per_kg
            out[name] = Refrigerant(
                id=name,
                name=name,
                family="as stated in the case",
                odp_kg_per_kg=odp,
                gwp_kg_per_kg=gwp,
                gwp_set=case.emissions.gwp_set,
                montreal_gas=odp > 0.0,
                kigali_controlled=False,
            )
            continue
        gas = refrigerant(name, case.emissions.gwp_set)
        if own is not None:
            gas = _with_own(gas, own.gwp_kg_per_kg, own.odp_kg_per_kg)
        out[name] = gas
    return out


def _with_own(gas: Refrigerant, gwp: float | None, odp: float | None) -> Refrigerant:
    return replace(
        gas,
        gwp_kg_per_kg=gas.gwp_kg_per_kg if gwp is None else gwp,
        odp_kg_per_kg=gas.odp_kg_per_kg if odp is None else odp,
    )


def for_model(gases: dict[str, Refrigerant]) -> dict[str, RefrigerantOfModel]:
    """Return the properties as the technologies read them."""
    return {
        name: RefrigerantOfModel(name, g.gwp_kg_per_kg, g.odp_kg_per_kg, g.montreal_gas) for name, g in gases.items()
    }


def stocks_of(run: VariantRun) -> list[RefrigerantStock]:
    """Return the refrigerant in all machines of a variant."""
    case = run.district.case
    buildings = {b.id: b for b in case.buildings}
    stocks = [
        _stock(t, t.id, run.capacity(t.id, t.sizes[0].name), 0.0)
        for t in run.plant
        if getattr(t, "refrigerant", None) and run.capacity(t.id, t.sizes[0].name) > 1e-6
    ]
    stocks += [
        _stock(
            r.machine,
            f"{r.machine.id} at {r.building}",
            r.operation.capacity_kw,
            buildings[r.building].machine_age_a(r.service),
        )
        for r in run.individual
        if r.machine is not None and getattr(r.machine, "refrigerant", None)
    ]
    return stocks


def _stock(machine: Any, name: str, capacity_kw: float, age_a: float) -> RefrigerantStock:
    return RefrigerantStock(
        machine=name,
        refrigerant=machine.refrigerant,
        capacity_kw=capacity_kw,
        charge_kg_per_kw=machine.charge_kg_per_kw,
        operating_leak_frac_per_a=machine.leak_frac_per_a,
        service_loss_frac_per_a=0.0,
        install_loss_frac=machine.filling_loss_frac,
        end_of_life_remaining_frac=1.0,
        recovery_frac=1.0 - machine.end_of_life_loss_frac,
        lifetime_a=machine.lifetime_a,
        age_at_start_a=min(age_a, machine.lifetime_a),
    )


def displaced_stocks(run: VariantRun, bau: VariantRun) -> list[RefrigerantStock]:
    """Return the refrigerant in today's machines that the variant scraps at the start and BAU keeps or replaces."""
    kept = {(r.building, r.service) for r in run.individual}
    gone = tuple(r for r in bau.individual if (r.building, r.service) not in kept)
    return stocks_of(replace(bau, individual=gone)) if run.name != bau.name else []


def _scrapping(
    stocks: Sequence[RefrigerantStock], gases: dict[str, Refrigerant], inventory_of: Inventory
) -> tuple[InventoryLine, ...]:
    """Return the year-0 release of scrapped machines as lines of every frame, Montreal gases as memo."""
    lines: list[InventoryLine] = []
    for template in inventory_of.lines:
        if template.source != "refrigerant" or any(x.frame == template.frame for x in lines):
            continue
        for montreal in (False, True):
            released = sum(
                s.end_of_life_loss_kg * gases[s.refrigerant].gwp_kg_per_kg
                for s in stocks
                if gases[s.refrigerant].montreal_gas == montreal
            )
            if released:
                series = np.zeros_like(template.kgco2e)
                series[0] = released
                direct = {"ghg_protocol": "1", "gpc": "1", "life_cycle": "all"}.get(template.frame, "project")
                scope = "memo" if montreal else direct
                lines.append(InventoryLine(template.variant, template.frame, "refrigerant", scope, series))
    return tuple(lines)


def grid_factors(case: Case) -> tuple[GridFactor, ...]:
    """Return the grid factors of the case by basis, each per year where the grid changes."""
    e, years = case.emissions, np.arange(case.finance.horizon_a, dtype=float)
    given = {e.grid_basis: e.grid_kg_per_kwh, **e.other_grid_kg_per_kwh}
    path = (1.0 + e.grid_change_frac) ** years
    if e.grid_file is None:
        return tuple(GridFactor(b, factor * path if e.grid_change_frac else factor) for b, factor in given.items())
    hourly = grid_factor_kg_per_kwh(case)
    shape = hourly / hourly.mean() if hourly.any() else np.ones_like(hourly)
    return tuple(GridFactor(b, factor * shape, yearly_index=path) for b, factor in given.items())


def frame_of(case: Case, found: Inventory) -> str:
    """Return the frame of the grid factor of the case, else the first of the inventory."""
    wanted = {"combined_margin": "project", "inventory": "ghg_protocol", "life_cycle": "life_cycle"}
    name = wanted[case.emissions.grid_basis]
    frames = found.frames()
    return name if name in frames else frames[0]


def emissions_of(run: VariantRun, gases: dict[str, Refrigerant], bau: VariantRun) -> VariantEmissions:
    """Return the inventory of a variant in every frame its grid factor allows.

    A project that scraps today's machines books what they release then, as BAU does when it replaces them.
    """
    case = run.district.case
    horizon = case.finance.horizon_a
    ledger = refrigerant_ledger(stocks_of(run), horizon, case.emissions.gwp_set, own=gases)
    factors = {f.id: f.ghg_kg_per_kwh for f in case.fuels}
    activity = Activity(
        variant=run.name,
        horizon_a=horizon,
        import_kwh=grid_import_kw(run),
        export_kwh=grid_export_kw(run),
        grid=grid_factors(case),
        fuels=tuple(FuelUse(f, kwh, factors[f]) for f, kwh in sorted(fuel_kwh(run).items()) if kwh),
        refrigerants=ledger,
    )
    found = inventory(activity)
    scrapped = _scrapping(displaced_stocks(run, bau), gases, found)
    return VariantEmissions(activity, ledger, Inventory((*found.lines, *scrapped)))
