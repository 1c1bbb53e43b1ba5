"""Tables of a district that grows: milestones, the phasing of every part of it, hours of the earlier milestones."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from edsim.appraisal.costs import VariantCosts, added_capacity, investment_factor, site_assets
from edsim.appraisal.emissions import VariantEmissions
from edsim.appraisal.facts import energy_ghg_kg
from edsim.core.hours import HOURS_PER_YEAR
from edsim.finance import AssetCost, CashFlows
from edsim.finance.builders import installations
from edsim.network.pipes.trench_years import actions_of
from edsim.network.types import NetworkDesign
from edsim.optimization.sizing.certify import unserved
from edsim.results import tables as plant
from edsim.results.variant import PhaseRun, VariantRun, fuel_kwh, grid_import_kw

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]
_TABLES = ("milestones", "phases", "phase_flows", "phase_hourly")
_AIR = "compressed_air"
_INVESTMENT = ("capex_", "replacement_")
_ONCE = (*_INVESTMENT, "salvage_", "decommissioning_", "grant")


def phase_tables(
    runs: Sequence[VariantRun], costs: Mapping[str, VariantCosts], emissions: Mapping[str, VariantEmissions]
) -> dict[str, pd.DataFrame]:
    """Return the tables of a district that grows, empty for one that does not."""
    if not runs[0].phases:
        return {name: plant.frame(name, []) for name in _TABLES}
    milestones = [row for r in runs for row in _milestones(r, costs[r.name].flows, emissions[r.name])]
    phases = [row for r in runs for row in phasing(r, costs[r.name])]
    return {
        "milestones": plant.frame("milestones", milestones),
        "phases": plant.frame("phases", phases),
        **_hours(runs),
    }


def _hours(runs: Sequence[VariantRun]) -> dict[str, pd.DataFrame]:
    import pandas as pd

    flows: list[pd.DataFrame] = []
    hours: list[pd.DataFrame] = []
    for k, phase in enumerate(runs[0].phases[:-1]):
        of_year = plant.hourly_tables([r.phases[k].run for r in runs])
        for table, found in zip(of_year, (flows, hours), strict=True):
            table.insert(1, "year", phase.year)
            found.append(table)
    return {"phase_flows": pd.concat(flows, ignore_index=True), "phase_hourly": pd.concat(hours, ignore_index=True)}


def _milestones(run: VariantRun, flows: CashFlows, emissions: VariantEmissions) -> Iterator[Row]:
    yearly = [line for line in flows.lines() if not line.startswith(_ONCE)]
    bought = [line for line in flows.lines() if line.startswith("capex_")]
    for stage, gas in zip(run.phases, emissions.mean_refrigerant_kg, strict=True):
        now = stage.run
        drawn = grid_import_kw(now)
        yield {
            "variant": run.name,
            "year": stage.year,
            "first_a": stage.first_a,
            "last_a": stage.last_a,
            "connected_buildings": len(now.district.connected()),
            "service_kwh": sum(float(f.values.sum()) for f in now.flows if f.kind == "demand" and f.unit == "kW"),
            "grid_kwh": float(drawn.sum()),
            "fuel_kwh": sum(fuel_kwh(now).values()),
            "grid_peak_kw": float(drawn.max()),
            "trench_m": sum(d.length_m for d in now.district.designs),
            "investment": -float(flows.select(line=bought, year=stage.start_a).total()),
            "yearly_cost": -float(flows.select(line=yearly, year=stage.first_a).total()),
            "kgco2e_per_a": sum(energy_ghg_kg(now, stage.start_a)) + gas,
            "unserved_kwh": 0.0 if now.design is None else float(unserved(now.design.solution).sum()),
        }


def phasing(run: VariantRun, costs: VariantCosts) -> list[Row]:
    """Return what is opened, connected, installed, kept, replaced and retired in which year, by year."""
    base = {"variant": run.name}
    rows = [*_buildings(run), *_machines(run), *_networks(run), *_others(run, costs)]
    order = {name: k for k, name in enumerate(("building", "machine", "pipe", "station", "own_machine", "measure"))}
    return [base | r for r in sorted(rows, key=lambda r: (r["year"], order[r["kind"]]))]


def _row(year: int, kind: str, item: str, action: str, quantity: float, unit: str, investment: float = 0.0) -> Row:
    return {
        "year": year,
        "kind": kind,
        "item": item,
        "action": action,
        "quantity": quantity,
        "unit": unit,
        "investment": investment,
    }


def _buildings(run: VariantRun) -> Iterator[Row]:
    there: set[str] = set()
    for stage in run.phases:
        district = stage.run.district
        served = district.served()
        for b in district.case.buildings:
            if b.opening_year == stage.year:
                services = [s for (name, s) in _compared(run) if name == b.id]
                yield _row(stage.year, "building", b.id, "open", _peak_kw(stage, b.id, services), "kW")
            joined = [s for (name, s) in served if name == b.id]
            if joined and b.id not in there:
                yield _row(stage.year, "building", b.id, "connect", _peak_kw(stage, b.id, joined), "kW")
        there |= {name for name, _ in served}


def _compared(run: VariantRun) -> list[tuple[str, str]]:
    """Return the (building, service) pairs a variant serves in any stage, by network or by own machine."""
    pairs = [pair for p in run.phases for pair in p.run.district.served()]
    pairs += [(r.building, r.service) for p in run.phases for r in p.run.individual]
    return list(dict.fromkeys(pairs))


def _peak_kw(stage: PhaseRun, building: str, services: Sequence[str]) -> float:
    profiles: Any = stage.run.district.profiles
    row = profiles.building_ids.index(building)
    energy = (profiles.demand[s][row] for s in services if s != _AIR)  # a volume of air is no power
    return float(sum(energy, np.zeros(HOURS_PER_YEAR)).max())


def _machines(run: VariantRun) -> Iterator[Row]:
    """Yield what is kept and added of every machine of the plant; replacements follow from its life."""
    factor = investment_factor(run.district.case)
    for t in run.plant:
        for size in t.sizes:
            held = float(getattr(t, f"existing_{size.name}", 0.0) or 0.0)
            steps = added_capacity(run, t.id, size.name, held)
            for site in site_assets(t, steps, factor) if size is t.sizes[0] else ():
                bought = run.phases[0].year + int(site.install_year)
                yield _row(bought, "machine", site.id, "install", 1.0, "-", site.capex)
            for stage, more in steps:
                if held > 0.0:
                    yield _row(stage.year, "machine", t.id, "keep", held, size.unit)
                if more > 0.0:
                    paid = more * float(getattr(t, size.capex)) * factor
                    yield _row(stage.year, "machine", t.id, "install", more, size.unit, paid)
                held += more


def _networks(run: VariantRun) -> Iterator[Row]:
    factor = investment_factor(run.district.case)
    before: dict[str, NetworkDesign] = {}
    for stage in run.phases:
        for design in stage.run.district.designs:
            last, edges = before.get(design.id), design.edges
            actions = np.array(actions_of(design, last))
            for action in ("install", "replace", "keep"):
                for dn in np.unique(edges.dn[actions == action]):
                    these = (actions == action) & (edges.dn == dn)
                    paid = float((edges.capex_pipe + edges.capex_civil)[these].sum()) * factor
                    length, cost = float(edges.length_m[these].sum()), 0.0 if action == "keep" else paid
                    yield _row(stage.year, "pipe", f"{design.id} DN {dn}", action, length, "m", cost)
            held = len(last.connected_building_ids) if last is not None else 0
            paid = (design.capex_ets - (last.capex_ets if last is not None else 0.0)) * factor
            if held:
                yield _row(stage.year, "station", design.id, "keep", float(held), "station")
            if len(design.connected_building_ids) > held:
                more = float(len(design.connected_building_ids) - held)
                yield _row(stage.year, "station", design.id, "install", more, "station", paid)
            before[design.id] = design


def _others(run: VariantRun, costs: VariantCosts) -> Iterator[Row]:
    """Yield what buildings buy for themselves, every replacement, and what is retired; sums by year and item."""
    horizon = run.district.case.finance.horizon_a
    found: dict[tuple[int, str, str, str, str], list[float]] = {}
    mine = [(a, horizon) for a in costs.assets]
    mine += [(a, year) for year, items in costs.scrapped.items() for a in items]
    for asset, end in mine:
        kind, item, unit = _named(asset, run)
        for year, action in _purchases(asset, end):
            if action == "replace" or kind in {"own_machine", "measure"}:
                sums = found.setdefault((year, kind, item, action, unit), [0.0, 0.0])
                sums[0] += asset.quantity
                sums[1] += asset.quantity * asset.capex
        if end < horizon:
            found.setdefault((end, kind, item, "retire", unit), [0.0, 0.0])[0] += asset.quantity
    first = run.phases[0].year
    for (year, kind, item, action, unit), (quantity, paid) in sorted(found.items()):
        yield _row(first + year, kind, item, action, quantity, unit, paid)


def _named(asset: AssetCost, run: VariantRun) -> tuple[str, str, str]:
    """Return kind, item and unit of an asset of the ledger."""
    if asset.line in {"individual_machines", "efficiency"}:
        name = asset.id.rsplit(" at ", 1)[0]
        owned = (r for p in run.phases for r in p.run.individual)
        air = any(r.machine is not None and r.machine.id == name and r.service == _AIR for r in owned)
        own = asset.line == "individual_machines"
        return ("own_machine", name, "Nm3/h" if air else "kW") if own else ("measure", name, "m2")
    laid = [d.id for d in run.district.designs if asset.id.startswith((f"{d.id} network", f"{d.id} ets"))]
    if laid and asset.line in {"network", "ets"}:  # else a pipe between plants or a station that is a machine
        return "pipe" if asset.line == "network" else "station", laid[0], "-"
    sized = (
        ("machine", t.id, size.unit)
        for t in run.plant
        for size in t.sizes
        if asset.id.startswith(f"{t.id} {size.name}")
    )
    return next(sized, ("machine", asset.id, "-"))


def _purchases(asset: AssetCost, end: int) -> Iterator[tuple[int, str]]:
    """Yield year of the study and action of every purchase of an asset before `end`, as the ledger books them."""
    if asset.install_year >= end:
        return
    for k, time in enumerate(installations(asset, end)):
        if k or asset.age_at_start_a == 0.0:
            yield math.ceil(time - 1e-9), "replace" if k else "install"
