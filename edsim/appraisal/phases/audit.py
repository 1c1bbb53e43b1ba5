"""The independent audit of a district that grows: every milestone by its own hours, then the plan as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from edsim.appraisal.company.finance_tables import meter_table
from edsim.case.schema import Case
from edsim.core.errors import Finding
from edsim.results import network_tables as networks
from edsim.results import tables as plant
from edsim.results.audit import Audit, AuditError, audit
from edsim.results.audit_phases import PhaseMoney
from edsim.results.variant import VariantRun

if TYPE_CHECKING:
    import pandas as pd

Tables = Mapping[str, "pd.DataFrame"]
TOLERANCE_FRAC = 1e-9
"""Largest difference of what the table of phases and the cash flows say was paid, over the largest year."""


def audit_runs(tables: Tables, runs: Sequence[VariantRun], case: Case) -> tuple[Audit, ...]:
    """Audit every variant, in every milestone of a district that grows.

    Raises
    ------
    AuditError
        A check failed; every failure is listed.
    """
    if not runs[0].phases:
        return audit(tables, {r.name: r.district.case for r in runs})
    before: list[Tables] = []
    found: dict[str, Audit] = {}
    last = len(runs[0].phases) - 1
    for k, phase in enumerate(runs[0].phases):
        stages = [r.phases[k].run for r in runs]
        mine = _stage_tables(tables, stages, case)
        check = PhaseMoney([p.start_a for p in runs[0].phases[: k + 1]], tuple(before), k == last)
        years = range(phase.first_a, phase.last_a + 1)
        for one in audit(mine, {r.name: r.district.case for r in stages}, years, check):
            held = found.get(one.variant, one)
            found[one.variant] = replace(
                one,
                balance_residual_frac=max(one.balance_residual_frac, held.balance_residual_frac),
                money_residual_frac=max(one.money_residual_frac, held.money_residual_frac),
                ghg_residual_frac=max(one.ghg_residual_frac, held.ghg_residual_frac),
            )
        before.append(mine)
    _check_phases(tables, runs)
    return tuple(found.values())


def _stage_tables(tables: Tables, stages: Sequence[VariantRun], case: Case) -> dict[str, pd.DataFrame]:
    """Return the tables of one milestone; money and emissions are those of the whole study."""
    flows, hourly = plant.hourly_tables(stages)
    return {
        "flows": flows,
        "hourly": hourly,
        "capacities": plant.capacities_table(stages),
        "equipment": plant.equipment_table(stages),
        "monthly": plant.monthly_table(stages),
        "networks": networks.networks_table(stages),
        "electricity_bills": meter_table(stages, [b.id for b in case.buildings]),
        **{name: tables[name] for name in ("cash_flows", "costs", "inventory", "reconciliation")},
    }


def _check_phases(tables: Tables, runs: Sequence[VariantRun]) -> None:
    """Hold what the table of phases says was paid in a year to what the cash flows say.

    Raises
    ------
    AuditError
        E918 they differ.
    """
    first = runs[0].phases[0].year
    findings = []
    for run in runs:
        cash = tables["cash_flows"]
        bought = cash["line"].str.startswith(("capex_", "replacement_")) & (cash["variant"] == run.name)
        paid = -cash[bought].groupby("year")["value"].sum()
        mine = tables["phases"][tables["phases"]["variant"] == run.name]
        said = mine.assign(year=mine["year"] - first).groupby("year")["investment"].sum()
        away = paid.sub(said, fill_value=0.0).abs()
        if float(away.max()) > TOLERANCE_FRAC * max(float(paid.max()), 1.0):
            year = int(away.index[int(away.to_numpy().argmax())])
            got = f"{said.get(year, 0.0):.10g} in year {year}, cash flows {paid.get(year, 0.0):.10g}"
            what = "the table of phases and the cash flows differ in what is paid"
            hint = "this is a fault of edsim: please report it"
            findings.append(Finding("E918", what, field=run.name, got=got, hint=hint))
    if findings:
        raise AuditError.of(findings)
