"""From a solved variant to its cash-flow table: assets, yearly lines, nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edsim.appraisal.measures import measure_assets
from edsim.appraisal.meters import demand_charge
from edsim.case.schema import Case
from edsim.core.technology import Conditions, Technology
from edsim.finance import AnnualLine, AssetCost, CashFlows, OneOffLine, Study, asset_flows, build_cash_flows
from edsim.finance.time_value import EscalationStart
from edsim.network.pipes.costing import station_terms
from edsim.optimization.district.individual import IndividualRun
from edsim.optimization.model.model import GHG_ACCOUNTS
from edsim.results.variant import PhaseRun, VariantRun, machines_by_stage, own_capacity_kw

Array = NDArray[np.float64]
Emitted = tuple[float, float]
"""GHG of a year from grid electricity of the first year's factor, and from all else, kgCO2e."""
_GRID_GHG = "grid_ghg"

LINE_OF_ACCOUNT = {
    "om_variable": "om_variable",
    "energy_purchase": "electricity",
    "fuel_purchase": "fuel",
    "heat_purchase": "heat_purchase",
    "demand_charge": "demand_charge",
    "export_revenue": "export_revenue",
    "water": "water",
}
_ENERGY_LINES = {"electricity", "fuel", "demand_charge", "export_revenue"}
"""Lines that grow with the price of their tariff or fuel."""


@dataclass(frozen=True, slots=True)
class VariantCosts:
    """Assets and yearly lines of one variant, and the cash flows made of them.

    Attributes
    ----------
    assets
        What is owned to the end of the study.
    annual
        Yearly lines.
    flows
        All cash flows.
    scrapped
        Year of the study → what leaves then without a value: machines of buildings that connect later.
    """

    assets: tuple[AssetCost, ...]
    annual: tuple[AnnualLine, ...]
    flows: CashFlows
    scrapped: Mapping[int, tuple[AssetCost, ...]] = field(default_factory=dict)


def study_of(case: Case, variant: str) -> Study:
    """Return the terms of the study: constant money, end-of-year flows, before tax."""
    return Study(
        case=case.name,
        variant=variant,
        horizon_a=case.finance.horizon_a,
        discount_rate=case.finance.discount_rate_frac,
        currency=case.currency,
        price_year=case.price_year,
        salvage=case.finance.salvage,
    )


def costs_of(run: VariantRun) -> VariantCosts:
    """Return assets, yearly lines and cash flows of a variant."""
    case = run.district.case
    individual, scrapped = owned_by_buildings(run)
    measures = measure_assets(case, investment_factor(case))
    assets = (*plant_assets(run), *network_assets(run), *individual, *measures)
    annual = (*plant_lines(run), *individual_lines(run), *carbon_lines(run))
    grant = case.finance.grant if run.name != "bau" else 0.0
    one_off = (OneOffLine("grant", 0, grant),) if grant else ()
    study = study_of(case, run.name)
    flows = build_cash_flows(study, assets, annual, one_off)
    left = [until(study, year, items) for year, items in scrapped.items()]
    return VariantCosts(assets, annual, CashFlows.concat([flows, *left]) if left else flows, scrapped)


def until(study: Study, year: int, assets: Sequence[AssetCost]) -> CashFlows:
    """Return the cash flows of assets that are scrapped, without a value, in a year of the study."""
    return asset_flows(replace(study, horizon_a=year), assets, salvage="zero")


def investment_factor(case: Case) -> float:
    """Return the factor for engineering and contingency on all investments."""
    return 1.0 + case.finance.contingency_frac + case.finance.engineering_frac


def plant_assets(run: VariantRun) -> list[AssetCost]:
    """Return the assets of the energy center.

    Existing capacity is not bought at the start; it is maintained, and replaced when its life ends: at once what is
    older, after half a life what has no stated age. What a later milestone adds is bought when it begins.
    """
    factor = investment_factor(run.district.case)
    assets = []
    for t in run.plant:
        for size in t.sizes:
            existing = float(getattr(t, f"existing_{size.name}", 0.0) or 0.0)
            steps = added_capacity(run, t.id, size.name, existing)
            price = float(getattr(t, size.capex))
            parts = [(_dated(run, p), quantity, 0.0, p.start_a) for p, quantity in steps]
            assets += [
                AssetCost(
                    id=f"{t.id} {size.name}{name}",
                    line=t.cost_line,
                    capex=price * factor,
                    lifetime_a=t.lifetime_a,
                    fixed_om_per_a=price * t.fixed_om_frac,
                    quantity=quantity,
                    install_year=start,
                    age_at_start_a=age,
                )
                for name, quantity, age, start in (*parts, (" existing", existing, existing_age_a(t), 0))
                if quantity * price > 0.0
            ]
            if size is t.sizes[0]:
                assets += site_assets(t, steps, factor)
    return assets


def existing_age_a(t: Technology) -> float:
    """Return the age of what a machine of the plant has at the start, at most its life: half of it where not stated."""
    return min(t.lifetime_a / 2 if t.existing_age_a is None else t.existing_age_a, t.lifetime_a)


def added_capacity(run: VariantRun, machine: str, size: str, before: float = 0.0) -> list[tuple[PhaseRun, float]]:
    """Return what each stage adds to a size of a machine, in the unit of the size, of which `before` stood already."""
    return added(run, (stage.run.capacity(machine, size) for stage in run.stages), before)


def added(run: VariantRun, held: Iterable[float], before: float = 0.0) -> list[tuple[PhaseRun, float]]:
    """Return what each stage adds to a quantity that only grows and is `held` in each, 0 where it adds nothing."""
    steps = []
    for stage, now in zip(run.stages, held, strict=True):
        steps.append((stage, max(now - before, 0.0)))
        before = max(now, before)
    return steps


def _dated(run: VariantRun, stage: PhaseRun) -> str:
    """Return what tells the parts of a growing district apart: the year after the first."""
    return f" {stage.year}" if run.phases and stage.start_a else ""


def site_assets(t: Technology, steps: Sequence[tuple[PhaseRun, float]], factor: float) -> list[AssetCost]:
    """Return the investment that does not depend on size, paid when anything is bought for the first time."""
    fixed = float(getattr(t, "fixed_capex", 0.0))
    start = next((stage.start_a for stage, bought in steps if bought > 0.0), None)
    if fixed <= 0.0 or start is None:
        return []
    name, line, upkeep = f"{t.id} site", t.cost_line, fixed * t.fixed_om_frac
    return [AssetCost(name, line, fixed * factor, t.lifetime_a, fixed_om_per_a=upkeep, install_year=start)]


def network_assets(run: VariantRun) -> list[AssetCost]:
    """Return pipes and civil works, and transfer stations, of every network, each part in the year it is laid.

    Stations have the life and the maintenance of the catalogue's, pipes those of their network.
    """
    factor = investment_factor(run.district.case)
    assets = []
    for d in run.district.designs:
        spec = next(n for n in run.district.case.networks if n.id == d.id)
        for line, (life, om_frac) in (("network", (spec.lifetime_a, spec.om_frac)), ("ets", station_terms())):
            steps = added(run, (_laid(stage.run, network=d.id, line=line) for stage in run.stages))
            assets += [
                AssetCost(
                    id=f"{d.id} {line}{_dated(run, stage)}",
                    line=line,
                    capex=capex * factor,
                    lifetime_a=life,
                    fixed_om_per_a=capex * om_frac,
                    install_year=stage.start_a,
                )
                for stage, capex in steps
                if capex > 0.0
            ]
    return assets


def _laid(run: VariantRun, network: str, line: str) -> float:
    """Return what lies of a network, at its price before contingency."""
    design = next(d for d in run.district.designs if d.id == network)
    return design.capex_ets if line == "ets" else design.capex_pipe + design.capex_civil


def individual_assets(runs: Sequence[IndividualRun], case: Case) -> list[AssetCost]:
    """Return individual machines at their age: they are replaced when their life ends.

    Engineering and contingency count on them as on the plant.
    """
    factor = investment_factor(case)
    buildings = {b.id: b for b in case.buildings}
    return [
        AssetCost(
            id=f"{r.machine.id} at {r.building}",
            line="individual_machines",
            capex=r.machine.capex_per_size * factor,
            lifetime_a=r.machine.lifetime_a,
            fixed_om_per_a=r.machine.capex_per_size * r.machine.fixed_om_frac,
            quantity=r.operation.capacity_kw,
            age_at_start_a=min(buildings[r.building].machine_age_a(r.service), r.machine.lifetime_a),
        )
        for r in runs
        if r.machine is not None and r.operation.capacity_kw * r.machine.capex_per_size > 0.0
    ]


def owned_by_buildings(
    run: VariantRun, building: str | None = None
) -> tuple[list[AssetCost], dict[int, tuple[AssetCost, ...]]]:
    """Return the individual machines, of one building or of all: those kept to the end, and year → scrapped then.

    In a district that grows, more demand buys more of the same machine, new; a building that opens later buys all new;
    one that connects later runs, and replaces, its machine until then and gets nothing for it.
    """
    case = run.district.case
    if not run.phases:
        return individual_assets([r for r in run.individual if building in {None, r.building}], case), {}
    kept: list[AssetCost] = []
    scrapped: dict[int, tuple[AssetCost, ...]] = {}
    for (owner, _), machines in machines_by_stage(run).items():
        if building not in {None, owner}:
            continue
        end = next((p.start_a for p, own in zip(run.phases, machines, strict=True) if own is None), None)
        mine = _grown_machine(run, machines, end)
        if end is None:
            kept += mine
        elif mine:
            scrapped[end] = (*scrapped.get(end, ()), *mine)
    return kept, scrapped


def _grown_machine(run: VariantRun, machines: Sequence[IndividualRun | None], end: int | None) -> list[AssetCost]:
    """Return the parts of one machine by the stage that buys them; only what stands at the start has an age."""
    found = []
    for own, (stage, quantity) in zip(machines, added(run, map(own_capacity_kw, machines)), strict=True):
        if own is None or quantity <= 0.0 or (end is not None and stage.start_a >= end):
            continue
        for asset in individual_assets([own], run.district.case):
            age = asset.age_at_start_a if stage.start_a == 0 else 0.0
            name = f"{asset.id}{_dated(run, stage)}"
            found.append(replace(asset, id=name, quantity=quantity, age_at_start_a=age, install_year=stage.start_a))
    return found


def held_lines(run: VariantRun, lines_of: Callable[[VariantRun], list[AnnualLine]]) -> list[AnnualLine]:
    """Return yearly lines, those of each stage in its own years: between milestones nothing changes."""
    if not run.phases:
        return lines_of(run)
    horizon = run.district.case.finance.horizon_a
    amounts: dict[tuple[str, float, EscalationStart | None], Array] = {}
    for stage in run.phases:
        for item in lines_of(stage.run):
            key = (item.line, float(np.asarray(item.real_escalation)), item.escalation_start)
            yearly = amounts.setdefault(key, np.zeros(horizon))
            yearly[stage.first_a - 1 : stage.last_a] += float(np.asarray(item.amount_per_a))
    found = sorted(amounts.items(), key=lambda x: (*x[0][:2], x[0][2] or ""))
    return [AnnualLine(line, amount, rate, start) for (line, rate, start), amount in found]


def plant_lines(run: VariantRun) -> list[AnnualLine]:
    """Return the plant's yearly cost lines out of the optimizer's accounts; costs negative."""
    return held_lines(run, _plant_lines)


def _plant_lines(run: VariantRun) -> list[AnnualLine]:
    if run.design is None:
        return []
    case = run.district.case
    growth = _escalation(case)
    tariff = {t.id: str(getattr(t, "tariff", getattr(t, "fuel", ""))) for t in run.plant}
    sums: dict[tuple[str, float], float] = {}
    for (account, owner, _), value in run.design.solution.ledger.items():
        line = LINE_OF_ACCOUNT.get(account)
        if line is not None and value:
            key = (line, growth.get(tariff.get(owner, ""), 0.0) if line in _ENERGY_LINES else 0.0)
            sums[key] = sums.get(key, 0.0) - value
    return [AnnualLine(line, amount, rate) for (line, rate), amount in sorted(sums.items())]


def carbon_lines(run: VariantRun) -> list[AnnualLine]:
    """Return the yearly cost of GHG at the carbon price of the case, refrigerants in their mean year."""
    return held_lines(run, _carbon_lines)


def _carbon_lines(run: VariantRun) -> list[AnnualLine]:
    return carbon_lines_of(run.district.case, plant_ghg_kg(run), *(ghg_kg(r, run.conditions) for r in run.individual))


def carbon_lines_of(case: Case, *emitted: Emitted) -> list[AnnualLine]:
    """Return the yearly cost of what is emitted at the carbon price of the case, no line without a price.

    The factor of the grid is that of year 1 and changes from then on, as it does in inventories.
    """
    per_kg = case.emissions.carbon_price_per_t / 1000.0
    grid, other = (sum(x[i] for x in emitted) for i in (0, 1))
    of_grid = AnnualLine("carbon", -grid * per_kg, case.emissions.grid_change_frac, "second_year")
    return [x for x in (of_grid, AnnualLine("carbon", -other * per_kg)) if x.amount_per_a]


def plant_ghg_kg(run: VariantRun) -> Emitted:
    """Return the GHG of a year of the energy center, refrigerants in their mean year."""
    accounts = run.design.solution.accounts if run.design else {}
    grid = accounts.get(_GRID_GHG, 0.0)
    return grid, sum(accounts.get(a, 0.0) for a in GHG_ACCOUNTS) - grid


def ghg_kg(r: IndividualRun, c: Conditions) -> Emitted:
    """Return the GHG of a year of one machine: energy drawn and mean refrigerant loss."""
    grid, kg = 0.0, 0.0
    for carrier, kw in r.bought_kw.items():
        if carrier == "electricity":
            grid += float((kw * c.tariffs[r.tariff].ghg_kg_per_kwh).sum())
        else:
            kg += float((kw * c.fuels[carrier].ghg_kg_per_kwh).sum())
    gas = getattr(r.machine, "refrigerant", None)
    if r.machine is not None and gas:
        m: Any = r.machine
        lost = m.leak_frac_per_a + (m.filling_loss_frac + m.end_of_life_loss_frac) / m.lifetime_a
        kg += r.operation.refrigerant_charge_kg * lost * c.refrigerants[gas].gwp_kg_per_kg
    return grid, kg


def _escalation(case: Case) -> dict[str, float]:
    return {t.id: t.escalation_frac for t in case.tariffs} | {f.id: f.escalation_frac for f in case.fuels}


def individual_lines(run: VariantRun) -> list[AnnualLine]:
    """Return the yearly cost lines of individual machines, costs negative."""
    return held_lines(run, lambda stage: individual_lines_of(stage, stage.individual))


def individual_lines_of(run: VariantRun, machines: Sequence[IndividualRun]) -> list[AnnualLine]:
    """Return the yearly cost lines of some of the individual machines of a year, costs negative."""
    growth = _escalation(run.district.case)
    sums: dict[tuple[str, float], float] = {}
    for r in machines:
        for (line, name), cost in individual_energy_cost(r, run).items():
            key = (line, growth.get(name, 0.0))
            sums[key] = sums.get(key, 0.0) - cost
    return [AnnualLine(line, amount, rate) for (line, rate), amount in sorted(sums.items()) if amount]


def individual_energy_cost(r: IndividualRun, run: VariantRun) -> Mapping[tuple[str, str], float]:
    """Return (line, tariff or fuel) → cost of a year of one machine, positive.

    The demand charge is what the machine adds to that of its building's meter.
    """
    c = run.conditions
    out: dict[tuple[str, str], float] = {}
    for carrier, kw in r.bought_kw.items():
        if carrier == "electricity":
            t = c.tariffs[r.tariff]
            out["electricity", r.tariff] = float((kw * t.energy_per_kwh).sum())
            out["demand_charge", r.tariff] = demand_charge(r, run)
        else:
            out["fuel", carrier] = float((kw * c.fuels[carrier].energy_per_kwh).sum())
    out["water", ""] = float(r.operation.water_m3_per_h.sum()) * c.water_price_per_m3
    if r.machine is not None:
        out["om_variable", ""] = float(r.made_kw.sum()) * r.machine.om_variable_per_kwh
    return out
