"""From solved variants to the appraisal: tables, indicators, certificates and what to say first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from edsim.appraisal.bridge import drift, reconciliation_table
from edsim.appraisal.company.climate import external_of
from edsim.appraisal.company.company_headline import company_news
from edsim.appraisal.company.finance_tables import (
    bill_line_table,
    climate_table,
    finance_tables,
    hfc_table,
    meter_load_table,
    meter_table,
)
from edsim.appraisal.company.financing import CompanyView, company_views
from edsim.appraisal.company.stakeholders import stakeholders
from edsim.appraisal.costs import VariantCosts, costs_of
from edsim.appraisal.emissions import VariantEmissions, emissions_of, refrigerants_of_case
from edsim.appraisal.facts import Facts, coincident_hours, facts_of
from edsim.appraisal.frames import frames_table
from edsim.appraisal.headline import headline
from edsim.appraisal.kpis import kpi_table
from edsim.appraisal.own_power import machine_cost_per_a
from edsim.appraisal.phases.audit import audit_runs
from edsim.appraisal.phases.headline import phase_sentence
from edsim.appraisal.phases.tables import phase_tables
from edsim.appraisal.published import published_table
from edsim.appraisal.register import register
from edsim.appraisal.remarks.boundary import boundary_remarks
from edsim.appraisal.remarks.unbought import unbought_remarks
from edsim.appraisal.remarks.uneven import uneven_remarks, without_told
from edsim.appraisal.returns import Returns, returns_of
from edsim.appraisal.services.allocation import allocation_rows
from edsim.appraisal.services.joint_costs import JointCosts, joint_costs, shares_by_games, sharing_remarks
from edsim.appraisal.services.network_costs import network_cost_rows
from edsim.appraisal.services.service_costs import levelized_by_service
from edsim.appraisal.supply.efficient import efficient_heating_table
from edsim.appraisal.supply.trace import circle_remarks
from edsim.appraisal.types import Appraisal
from edsim.appraisal.verdict import verdict
from edsim.case.milestones import is_phased, spans
from edsim.case.schema import Case
from edsim.core.errors import Finding
from edsim.core.i18n import LANGUAGES
from edsim.finance import discount_factors
from edsim.optimization.types import Certificate
from edsim.results import network_tables as networks
from edsim.results import tables as plant
from edsim.results.audit import Audit
from edsim.results.hour_inputs import conditions_table
from edsim.results.variant import VariantRun

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Provided:
    """What the workflow hands over besides the runs.

    Attributes
    ----------
    manifest
        Versions, hashes, seed, solver, seconds.
    inputs
        Case files for the bundle.
    findings
        Warnings collected so far.
    published
        Rows of the case's expected.csv, empty when it has none.
    geojson
        Network and buildings of the main variant.
    lang
        Language of labels.
    """

    manifest: Mapping[str, Any]
    inputs: Mapping[str, bytes]
    findings: tuple[Finding, ...]
    published: Sequence[Mapping[str, str]]
    geojson: Mapping[str, Any]
    lang: str = "en"


def evaluate(case: Case, runs: Sequence[VariantRun], provided: Provided) -> Appraisal:
    """Return the appraisal of `runs`, the first of which is BAU and the second the main project variant.

    Raises
    ------
    AuditError
        The results contradict themselves.
    """
    bau, main = runs[0], runs[1]
    joint = {r.name: joint_costs(r, bau) for r in runs[1:]}
    costs, emissions, facts, returns = _figures(case, runs, joint)
    projects = [r.name for r in runs[1:]]
    views, remarks = company_views(tuple(runs), case)
    parties = {
        v: stakeholders(case, view, external_of(case, ("bau", v), facts, emissions)) for v, view in views.items()
    }
    kpis = kpi_table(facts, returns, projects, case.currency, views=views, lang=provided.lang)
    tables = _tables(case, runs, costs, emissions, joint) | finance_tables(case, views, parties)
    tables["climate_smart"] = climate_table(case, costs, facts, emissions)
    tables |= {"kpis": kpis, "published": published_table(provided.published, kpis, tables, main.name)}
    tables["buildings"] = networks.buildings_table(bau, main, _building_costs(bau))
    tables["efficient_heating"] = efficient_heating_table({v: facts[v].traced for v in facts})
    tables |= phase_tables(runs, costs, emissions)
    audits = audit_runs(tables, runs, case)
    unexplained = {r.name: drift(r) for r in runs if r.design is not None}
    said: dict[str, tuple[str, ...]] = {
        lang: (
            *_headline(facts, returns, views, projects, case, lang),
            *phase_sentence(main, costs[main.name].flows, case.currency, lang),
        )
        for lang in LANGUAGES
    }
    unfair = [f for name, j in joint.items() if j is not None for f in sharing_remarks(name, j)]
    uneven = uneven_remarks(runs)
    return Appraisal(
        name=case.name,
        city=case.city.name,
        country=case.city.country,
        currency=case.currency,
        price_year=case.price_year,
        main_variant=main.name,
        variants=tuple(projects),
        descriptions={r.name: _description(case, r.name) for r in runs},
        tables=tables,
        certificates=_certificates(runs, audits, unexplained),
        network_geojson=provided.geojson,
        findings=(
            *without_told(provided.findings, uneven),
            *remarks,
            *unfair,
            *boundary_remarks(runs, costs),
            *unbought_remarks(runs),
            *uneven,
            *circle_remarks({v: facts[v].traced for v in facts}),
        ),
        headline=said[provided.lang],
        manifest={**provided.manifest, "headlines": {lang: list(sentences) for lang, sentences in said.items()}},
        inputs=provided.inputs,
    )


def indicators(case: Case, runs: Sequence[VariantRun], *, company: bool = True, lang: str = "en") -> pd.DataFrame:
    """Return the indicator table of :func:`evaluate` alone: no other table is made and nothing is audited.

    Where a plant makes several services and the case shares their cost by games, the levelized costs are left out:
    every group of services would have to be sized anew. A district that grows is not shared by games.

    Parameters
    ----------
    case, runs
        As for :func:`evaluate`.
    company
        Whether the district company is financed; without, its indicators are left out.
    lang
        Language of labels.
    """
    joint = {r.name: joint_costs(r, runs[0], games=False) for r in runs[1:]}
    by_games = any(shares_by_games(r, joint[r.name]) for r in runs[1:])
    _, _, facts, returns = _figures(case, runs, None if by_games else joint)
    views = company_views(tuple(runs), case)[0] if company else {}
    return kpi_table(facts, returns, [r.name for r in runs[1:]], case.currency, views=views, lang=lang)


def _figures(
    case: Case, runs: Sequence[VariantRun], joint: Mapping[str, JointCosts | None] | None
) -> tuple[dict[str, VariantCosts], dict[str, VariantEmissions], dict[str, Facts], dict[str, Returns]]:
    """Return costs, emissions and facts of every run, and the returns of the projects against BAU."""
    bau = runs[0]
    gases = {**refrigerants_of_case(case)}
    for run in runs:
        gases |= refrigerants_of_case(run.district.case)
    costs = {r.name: costs_of(r) for r in runs}
    emissions = {r.name: emissions_of(r, gases, bau) for r in runs}
    hours = coincident_hours(bau)
    shares = {name: j.plant_shares() for name, j in (joint or {}).items() if j is not None}
    levelized = {r.name: levelized_by_service(r, costs[r.name], shares.get(r.name)) if joint else {} for r in runs}
    facts = {r.name: facts_of(r, costs[r.name], emissions[r.name], hours, levelized[r.name]) for r in runs}
    projects = [r.name for r in runs[1:]]
    returns = {v: returns_of(costs[v], costs["bau"], (facts[v], facts["bau"]), case) for v in projects}
    return costs, emissions, facts, returns


def _headline(
    facts: Mapping[str, Facts],
    returns: Mapping[str, Returns],
    views: Mapping[str, CompanyView],
    projects: Sequence[str],
    case: Case,
    lang: str,
) -> tuple[str, ...]:
    """Return the sentences of the summary: verdict, what is built, what gets worse and what goes wrong, the rest."""
    main = projects[0]
    answer = verdict(facts[main], facts["bau"], returns[main], main, case, lang)
    worse, (built, *whole) = headline(facts, returns, projects, case, lang)
    bad, plain = company_news(views, main, case, lang)
    return (answer, built, *worse, *bad, *whole, *plain)


def _tables(
    case: Case,
    runs: Sequence[VariantRun],
    costs: Mapping[str, VariantCosts],
    emissions: Mapping[str, VariantEmissions],
    joint: Mapping[str, JointCosts | None],
) -> dict[str, pd.DataFrame]:
    flows, hourly = plant.hourly_tables(runs)
    return {
        "flows": flows,
        "hourly": hourly,
        "conditions": conditions_table(runs),
        "capacities": plant.capacities_table(runs),
        "equipment": plant.equipment_table(runs),
        "energy_balance": plant.energy_balance_table(runs),
        "monthly": plant.monthly_table(runs),
        "pipes": networks.pipes_table(runs),
        "networks": networks.networks_table(runs),
        "levels": networks.levels_table(runs),
        "heat_contracts": plant.heat_contracts_table(runs),
        "cash_flows": _cash_flow_table([costs[r.name] for r in runs]),
        "costs": cost_table(case, {r.name: costs[r.name] for r in runs}),
        "inventory": _inventory_table([emissions[r.name] for r in runs]),
        "refrigerants": refrigerant_table({r.name: emissions[r.name] for r in runs}),
        "hfc": hfc_table(case, emissions),
        "ghg_frames": frames_table(case, emissions, [r.name for r in runs[1:]]),
        "reconciliation": reconciliation_table(tuple(runs), costs),
        "electricity_bills": meter_table(runs, [b.id for b in case.buildings]),
        "electricity_bill_lines": bill_line_table(runs, [b.id for b in case.buildings]),
        "meter_loads": meter_load_table(runs, [b.id for b in case.buildings]),
        "allocation": plant.frame(
            "allocation",
            [
                row
                for r in runs[1:]
                if (j := joint[r.name]) is not None
                for row in allocation_rows(r, runs[0], j, costs[r.name])
            ],
        ),
        "network_costs": plant.frame(
            "network_costs",
            [row for r in runs[1:] for row in network_cost_rows(r, costs[r.name], joint[r.name])],
        ),
        "assumptions": register(case, runs[1:]),
    }


def _cash_flow_table(costs: Sequence[VariantCosts]) -> pd.DataFrame:
    import pandas as pd

    table = pd.concat([c.flows.to_frame() for c in costs], ignore_index=True)
    return plant.frame("cash_flows", table.drop(columns="case").to_dict("records"))


def _inventory_table(emissions: Sequence[VariantEmissions]) -> pd.DataFrame:
    import pandas as pd

    table = pd.concat([e.inventory.to_frame() for e in emissions], ignore_index=True)
    return plant.frame("inventory", table.to_dict("records"))


def cost_table(case: Case, costs: Mapping[str, VariantCosts]) -> pd.DataFrame:
    """Return investment, first-year cost and present value by line; costs positive.

    Of a district that grows the yearly cost is that of the first year of the last milestone.
    """
    rows = []
    shown = spans(case)[-1][0] if is_phased(case) else 1
    for variant, c in costs.items():
        flows = c.flows
        factors = discount_factors(len(flows.yearly()), case.finance.discount_rate_frac, first_year=flows.first_year)
        for line in flows.lines():
            yearly = -flows.yearly(line, last_year=flows.last_year)
            yearly = yearly if len(yearly) == len(factors) else _aligned(flows, line)
            rows.append(
                {
                    "variant": variant,
                    "line": line,
                    "investment": -float(flows.select(line=line, year=0).total()),
                    "annual": -float(flows.select(line=line, year=shown).total()) if _yearly_line(line) else 0.0,
                    "present_value": float(yearly @ factors),
                }
            )
    return plant.frame("costs", rows)


def _yearly_line(line: str) -> bool:
    return not line.startswith(("capex_", "replacement_", "salvage_", "decommissioning_", "grant"))


def _aligned(flows: Any, line: str) -> Any:
    """Return costs of one line over the years of the whole table."""
    import numpy as np

    rows = flows.select(line=line)
    out = np.zeros(flows.last_year - flows.first_year + 1)
    np.add.at(out, rows.year - flows.first_year, -rows.value)
    return out


def refrigerant_table(emissions: Mapping[str, VariantEmissions]) -> pd.DataFrame:
    """Return the refrigerant ledger in its mean year."""
    rows = [
        {
            "variant": variant,
            "machine": entry.machine,
            "refrigerant": entry.refrigerant.id,
            "charge_kg": entry.charge_kg,
            "leak_kg_per_a": entry.mean_loss_kg_per_a,
            "gwp_kg_per_kg": entry.refrigerant.gwp_kg_per_kg,
            "kgco2e_per_a": entry.mean_kgco2e_per_a,
            "odp_kg_per_a": entry.mean_odp_kg_per_a,
            "montreal_gas": entry.refrigerant.montreal_gas,
        }
        for variant, e in emissions.items()
        for entry in e.refrigerants.entries
    ]
    return plant.frame("refrigerants", rows)


def _building_costs(bau: VariantRun) -> dict[str, float]:
    """Return building → equivalent annual cost of its BAU cooling."""
    out: dict[str, float] = {}
    for r in bau.individual:
        if r.service == "cooling":
            out[r.building] = out.get(r.building, 0.0) + machine_cost_per_a(r, bau)
    return out


def _description(case: Case, variant: str) -> str:
    return case.variants[variant].description if variant in case.variants else ""


def _certificates(
    runs: Sequence[VariantRun], audits: Sequence[Audit], unexplained: Mapping[str, float]
) -> dict[str, Certificate]:
    """Return the certificates with the residuals of the audit, the larger of the two where both exist."""
    found = {a.variant: a for a in audits}
    out = {}
    for run in runs:
        if run.design is not None:
            c, a = run.design.certificate, found[run.name]
            out[run.name] = replace(
                c,
                max_balance_residual_frac=max(c.max_balance_residual_frac, a.balance_residual_frac),
                money_residual_frac=max(
                    c.money_residual_frac, a.money_residual_frac, a.ghg_residual_frac, unexplained[run.name]
                ),
            )
    return out
