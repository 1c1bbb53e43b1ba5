"""The optimizer's money beside the ledger, line by line, and the way from its yearly cost to the life-cycle cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from edsim.appraisal.costs import (
    LINE_OF_ACCOUNT,
    VariantCosts,
    carbon_lines_of,
    held_lines,
    plant_assets,
    plant_ghg_kg,
    plant_lines,
    study_of,
    until,
)
from edsim.core.errors import Finding
from edsim.finance import AnnualLine, AssetCost, capex_annuity, npv, upv
from edsim.finance.builders import asset_flows
from edsim.optimization.model.model import GHG_ACCOUNTS, MONEY_ACCOUNTS
from edsim.results.audit import AuditError
from edsim.results.tables import frame as table_of
from edsim.results.variant import VariantRun

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
TOLERANCE_FRAC = 1e-4
"""Largest unexplained difference between the optimizer's money and the ledger."""
_CAPITAL, _UPKEEP, _CARBON = "capex_annuity", "om_fixed", "carbon"


def ledger_lines(run: VariantRun) -> dict[str, tuple[float, float]]:
    """Return line → yearly cost of the optimizer and of the ledger, currency/a, before price growth.

    The ledger's side is built from its assets, each at its annuity, their fixed upkeep and its yearly lines. In a
    district that grows both are level yearly costs: every year counts with its present value, and an asset only in
    the years it serves.
    """
    if run.design is None:
        return {}
    accounts = _level_accounts(run)
    lines = {name: accounts.get(name, 0.0) for name in (_CAPITAL, _UPKEEP, _CARBON)}
    for account in MONEY_ACCOUNTS:
        if account in LINE_OF_ACCOUNT:
            line = LINE_OF_ACCOUNT[account]
            lines[line] = lines.get(line, 0.0) + accounts.get(account, 0.0)
    rate = run.district.case.finance.discount_rate_frac
    assets = plant_assets(run)
    again: dict[str, float] = dict.fromkeys(lines, 0.0)
    again[_CAPITAL] = sum(capex_annuity(a, rate) * _served(run, a) for a in assets if a.age_at_start_a == 0.0)
    again[_UPKEEP] = sum(a.fixed_om_per_a * a.quantity * _served(run, a) for a in assets)
    for item in _running(run):
        again[item.line] = again.get(item.line, 0.0) - level_amount(run, item)
    return {k: (lines.get(k, 0.0), again[k]) for k in again if lines.get(k) or again[k]}


def _running(run: VariantRun) -> list[AnnualLine]:
    """Return the yearly lines of the plant that the optimizer minimizes: energy, water, upkeep by use, carbon."""
    carbon = held_lines(run, lambda stage: carbon_lines_of(stage.district.case, plant_ghg_kg(stage)))
    return [*plant_lines(run), *carbon]


def year_weights(run: VariantRun) -> Array:
    """Return the share of each year 1..H in a level yearly cost: its present value over that of all years."""
    terms = run.district.case.finance
    worth = (1.0 + terms.discount_rate_frac) ** -np.arange(1.0, terms.horizon_a + 1.0)
    return np.asarray(worth / worth.sum())


def level_amount(run: VariantRun, item: AnnualLine) -> float:
    """Return the level amount of a yearly line, before price growth, currency/a."""
    amount = np.asarray(item.amount_per_a, dtype=float)
    return float(amount.sum()) if amount.ndim == 0 else float(amount @ year_weights(run))


def _level_accounts(run: VariantRun) -> dict[str, float]:
    """Return account → yearly sum of the optimizer; in a district that grows the level sum over all milestones."""
    weights, sums = year_weights(run), dict[str, float]()
    for stage in run.stages:
        assert stage.run.design is not None  # all stages of a variant have a plant, or none
        share = float(weights[stage.first_a - 1 : stage.last_a].sum()) if run.phases else 1.0
        booked = stage.run.design.solution.accounts
        per_kg = stage.run.district.case.emissions.carbon_price_per_t / 1000.0
        paid = {_CARBON: per_kg * sum(booked.get(x, 0.0) for x in GHG_ACCOUNTS)}
        for account, value in {**booked, **paid}.items():
            sums[account] = sums.get(account, 0.0) + share * value
    return sums


def _served(run: VariantRun, asset: AssetCost) -> float:
    """Return the weight of the years in which an asset serves: 1 for what stands from the start."""
    return float(year_weights(run)[asset.install_year :].sum()) if asset.install_year else 1.0


def drift(run: VariantRun) -> float:
    """Return the unexplained share of the optimizer's yearly money: the sum of the differences of all lines.

    Raises
    ------
    AuditError
        E909 the two differ by more than 0.01 %.
    """
    pairs = ledger_lines(run)
    if not pairs:
        return 0.0
    objective, ledger = (sum(p[i] for p in pairs.values()) for i in (0, 1))
    apart = sum(abs(a - b) for a, b in pairs.values())
    share = float(apart / max(abs(objective), 1e-9))
    if share > TOLERANCE_FRAC:
        worst = max(pairs, key=lambda k: abs(pairs[k][0] - pairs[k][1]))
        got = f"optimizer {objective:,.2f}, ledger {ledger:,.2f} per year; most in {worst}"
        what = "the optimizer's money and the cash-flow ledger differ"
        hint = "this is a fault of edsim: please report it"
        raise AuditError.of([Finding("E909", what, field=run.name, got=got, allowed="0.01 %", hint=hint)])
    return share


def reconciliation_table(runs: tuple[VariantRun, ...], costs: Mapping[str, VariantCosts]) -> pd.DataFrame:
    """Return the lines of both ledgers, then the steps from the optimizer's yearly cost to the life-cycle cost."""
    rows: list[dict[str, Any]] = []
    for run in runs:
        pairs = ledger_lines(run)
        for line, (ours, theirs) in pairs.items():
            row = {"variant": run.name, "step": "yearly", "line": line}
            rows.append({**row, "optimizer": ours, "ledger": theirs, "difference": theirs - ours})
        for line, amount in _steps(run, costs[run.name], sum(p[0] for p in pairs.values())).items():
            row = {"variant": run.name, "step": "present_value", "line": line}
            rows.append({**row, "optimizer": np.nan, "ledger": amount, "difference": np.nan})
    return table_of("reconciliation", rows)


def _steps(run: VariantRun, costs: VariantCosts, objective_per_a: float) -> dict[str, float]:
    """Return named present values that add up to the life-cycle cost; the rest is what no step explains."""
    case = run.district.case
    rate, h = case.finance.discount_rate_frac, case.finance.horizon_a
    study, factor = study_of(case, run.name), upv(rate, h)
    plant = plant_assets(run)
    ids = {a.id for a in plant}
    rest = [a for a in costs.assets if a.id not in ids]

    def present(assets: list[AssetCost]) -> float:
        return -npv(asset_flows(study, assets), rate) if assets else 0.0

    owned = sum(capex_annuity(a, rate) * _served(run, a) for a in plant if a.age_at_start_a == 0.0)
    owned += sum(a.fixed_om_per_a * a.quantity * _served(run, a) for a in plant)
    left = sum(-npv(until(study, year, items), rate) for year, items in costs.scrapped.items())
    booked = [x for x in costs.flows.lines() if _is_yearly(x)]
    first = sum(-level_amount(run, x) for x in _running(run))
    others = sum(-level_amount(run, x) for x in costs.annual) - first
    yearly = -npv(costs.flows.select(line=booked), rate) if booked else 0.0
    grant = -npv(costs.flows.select(line="grant"), rate) if "grant" in costs.flows.lines() else 0.0
    total = -npv(costs.flows, rate)
    steps = {
        "optimizer": objective_per_a * factor,
        "timing_and_end_value_of_plant": present(plant) - owned * factor,
        "network_and_own_machines": present(rest) + left,
        "yearly_cost_outside_the_optimizer": others * factor,
        "price_growth": yearly - (first + others) * factor,
        "grant": grant,
    }
    steps["unexplained"] = total - sum(steps.values())
    return {**steps, "life_cycle_cost": total}


def _is_yearly(line: str) -> bool:
    return not line.startswith(("capex_", "replacement_", "salvage_", "decommissioning_", "om_fixed_", "grant"))
