"""GHG and refrigerants of a solved variant, through the accounting frames of :mod:`edsim.ghg`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from edsim.appraisal.costs import added, added_capacity, existing_age_a
from edsim.case.grid_factor import grid_factor_kg_per_kwh
from edsim.case.schema import Case
from edsim.core.machines.catalogue import value_of
from edsim.core.machines.refrigerant_loss import LosesRefrigerant
from edsim.core.technology import Refrigerant as RefrigerantOfModel
from edsim.ghg import (
    Activity,
    FuelUse,
    GridFactor,
    HeatUse,
    Inventory,
    InventoryLine,
    LedgerEntry,
    Refrigerant,
    RefrigerantLedger,
    RefrigerantStock,
    inventory,
    refrigerant,
    refrigerant_ledger,
)
from edsim.optimization.district.individual import IndividualRun
from edsim.results.variant import (
    PhaseRun,
    VariantRun,
    fuel_kwh,
    grid_export_kw,
    grid_import_kw,
    heat_taken_kwh,
    machines_by_stage,
    own_capacity_kw,
)


@dataclass(frozen=True, slots=True)
class VariantEmissions:
    """Activity, refrigerant ledger and inventory of one variant.

    In a district that grows the activity is that of its first milestone, ledger and inventory are those of all years;
    `mean_refrigerant_kg` is what the machines of each stage lose in a mean year, kgCO2e/a.
    """

    activity: Activity
    refrigerants: RefrigerantLedger
    inventory: Inventory
    mean_refrigerant_kg: tuple[float, ...]


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
    """Return the refrigerant in all machines of a variant that stay to the end; what a stage adds is filled then."""
    stocks = []
    for t in (t for t in run.plant if getattr(t, "refrigerant", None)):
        size = t.charged_size if isinstance(t, LosesRefrigerant) else t.sizes[0].name
        there = float(getattr(t, f"existing_{size}", 0.0))
        if there > _LEAST_KW:
            stocks.append(_stock(t, f"{t.id} existing", there, install_year=0, age_a=existing_age_a(t)))
        for stage, kw in added_capacity(run, t.id, size, there):
            if kw > _LEAST_KW:
                stocks.append(_stock(t, _dated(t.id, run, stage), kw, stage.start_a))
    kept = (machines for machines in machines_by_stage(run).values() if machines[-1] is not None)
    ages = {b.id: b.machine_age_a for b in run.district.case.buildings}
    return stocks + [s for machines in kept for s in _individual_stocks(run, machines, ages)]


_LEAST_KW = 1e-6


def _individual_stocks(
    run: VariantRun, machines: Sequence[IndividualRun | None], ages: Mapping[str, Callable[[str], float]]
) -> list[RefrigerantStock]:
    """Return the refrigerant of one machine by the stage that buys it; only what stands at the start has an age."""
    stocks = []
    for r, (stage, kw) in zip(machines, added(run, map(own_capacity_kw, machines)), strict=True):
        if r is None or r.machine is None or not getattr(r.machine, "refrigerant", None):
            continue
        if run.phases and kw <= _LEAST_KW:
            continue
        age = ages[r.building](r.service) if stage.start_a == 0 else 0.0
        name = _dated(f"{r.machine.id} at {r.building}", run, stage)
        stocks.append(_stock(r.machine, name, kw, stage.start_a, age_a=age))
    return stocks


def _dated(name: str, run: VariantRun, stage: PhaseRun) -> str:
    return f"{name} {stage.year}" if run.phases and stage.start_a else name


def _scrapped_entries(run: VariantRun, gases: dict[str, Refrigerant]) -> list[LedgerEntry]:
    """Return the losses of machines whose building connects later: until then, and what scrapping them releases."""
    case, entries = run.district.case, list[LedgerEntry]()
    horizon = case.finance.horizon_a
    ages = {b.id: b.machine_age_a for b in case.buildings}
    for machines in machines_by_stage(run).values() if run.phases else ():
        if machines[-1] is not None:
            continue
        end = next(p.start_a for p, own in zip(run.phases, machines, strict=True) if own is None)
        stocks = [s for s in _individual_stocks(run, machines, ages) if s.install_year < end]
        ledger = refrigerant_ledger(stocks, end, case.emissions.gwp_set, own=gases)
        for stock, entry in zip(stocks, ledger.entries, strict=True):
            loss = np.zeros((len(entry.loss_kg), horizon + 1))
            loss[:, : end + 1] = entry.loss_kg
            born = (end - stock.install_year + stock.age_at_start_a) % stock.lifetime_a
            loss[-1, end] += stock.end_of_life_loss_kg if born > 0.0 else 0.0  # at the end of a life it is booked
            entries.append(replace(entry, charge_kg=0.0, loss_kg=loss, mean_loss_kg_per_a=0.0))
    return entries


def _stock(machine: Any, name: str, capacity_kw: float, install_year: int, *, age_a: float = 0.0) -> RefrigerantStock:
    return RefrigerantStock(
        machine=name,
        refrigerant=machine.refrigerant,
        capacity_kw=capacity_kw,
        charge_kg_per_kw=machine.charge_kg_per_kw,
        operating_leak_frac_per_a=value_of(machine, "leak_frac_per_a"),
        service_loss_frac_per_a=0.0,
        install_loss_frac=machine.filling_loss_frac,
        end_of_life_remaining_frac=1.0,
        recovery_frac=1.0 - machine.end_of_life_loss_frac,
        lifetime_a=machine.lifetime_a,
        age_at_start_a=min(age_a, machine.lifetime_a),
        install_year=install_year,
    )


def displaced_stocks(run: VariantRun, bau: VariantRun) -> list[RefrigerantStock]:
    """Return the refrigerant in today's machines that the variant scraps at the start and BAU keeps or replaces."""
    first, today = run.stages[0].run, bau.stages[0].run
    kept = {(r.building, r.service) for r in first.individual}
    gone = tuple(r for r in today.individual if (r.building, r.service) not in kept)
    return stocks_of(replace(today, individual=gone)) if run.name != bau.name else []


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
    ledger = replace(ledger, entries=(*ledger.entries, *_scrapped_entries(run, gases)))
    activities = [_activity(stage.run, ledger) for stage in run.stages]
    found = _stitched([inventory(a) for a in activities], run)
    scrapped = _scrapping(displaced_stocks(run, bau), gases, found)
    means = tuple(
        float(refrigerant_ledger(stocks_of(stage.run), horizon, case.emissions.gwp_set, own=gases).mean_kgco2e_per_a())
        for stage in run.stages
    )
    return VariantEmissions(activities[0], ledger, Inventory((*found.lines, *scrapped)), means)


def _activity(run: VariantRun, ledger: RefrigerantLedger) -> Activity:
    """Return a year of one stage, with the refrigerants of all years."""
    case = run.district.case
    factors = {f.id: f.ghg_kg_per_kwh for f in case.fuels}
    of_heat = {s.id: s.ghg_kg_per_kwh for s in case.sources}
    return Activity(
        variant=run.name,
        horizon_a=case.finance.horizon_a,
        import_kwh=grid_import_kw(run),
        export_kwh=grid_export_kw(run),
        grid=grid_factors(case),
        fuels=tuple(FuelUse(f, kwh, factors[f]) for f, kwh in sorted(fuel_kwh(run).items()) if kwh),
        refrigerants=ledger,
        heat=tuple(HeatUse(s, kwh, of_heat[s]) for s, kwh in sorted(heat_taken_kwh(run).items()) if of_heat[s]),
    )


def _stitched(inventories: Sequence[Inventory], run: VariantRun) -> Inventory:
    """Return one inventory with the years of each stage from that of the stage; year 0 is in all the same."""
    if not run.phases:
        return inventories[0]
    lines: dict[tuple[str, str, str], InventoryLine] = {}
    for stage, found in zip(run.phases, inventories, strict=True):
        years = slice(0 if stage.start_a == 0 else stage.first_a, stage.last_a + 1)
        for x in found.lines:
            key = (x.frame, x.source, x.scope)
            held = lines.setdefault(key, replace(x, kgco2e=np.zeros_like(x.kgco2e)))
            held.kgco2e[years] += x.kgco2e[years]
    return Inventory(tuple(lines.values()))
