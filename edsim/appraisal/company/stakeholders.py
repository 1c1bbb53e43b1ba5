"""Who gains and who pays: every payment of the district between company, customers, city, utility, lender and donor.

All is project minus BAU in nominal money. Payments between parties cancel; what is left is the resources the economy
spends or saves. Carbon at a shadow price and unserved energy stand apart, as the party ``economy``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edsim.appraisal.company.climate import External
from edsim.appraisal.company.customers import ENERGY_LINES, VAT_AND_DUTY, ramp_of
from edsim.appraisal.company.financing import CompanyView
from edsim.appraisal.company.shocks import OWN_COST
from edsim.case.schema import Case
from edsim.case.spot_prices import spot_per_kwh
from edsim.finance import (
    CashFlows,
    ProjectInputs,
    StakeholderMatrix,
    Study,
    connection_charges,
    resource_flows,
    revenue,
    stakeholder_matrix,
    to_nominal,
    transfer,
)

Array = NDArray[np.float64]
CITY, UTILITY, COMPANY = "city", "utility", "company"
TRANSFERS = (
    "service_charge",
    "connection_charge",
    "receivables",
    "electricity_bill",
    "tax",
    "carbon_charge",
    "concession_fee",
    VAT_AND_DUTY,
    "grant",
    "loan",
    "interest_and_principal",
    "fees",
)
"""Lines that are payments between parties."""
_RESERVES = (
    *("operating_reserve_change", "receivables_change", "debt_reserve_change", "reserve_interest"),
    *("later_reserves", "distributions_held"),
)
_RENEWAL = ("salvage", "major_replacement", "major_reserve_change")
_ROUNDING = 1e-9
_RESERVE_USES = ("operating_reserve", "receivables_reserve", "debt_service_reserve")


@dataclass(frozen=True, slots=True)
class Stakeholders:
    """All rows, and their present values at the common rate.

    Attributes
    ----------
    flows
        Rows of all parties, nominal.
    matrix
        Present value by party and line; `economy` equals `resources`.
    rate
        Common nominal rate.
    """

    flows: CashFlows
    matrix: StakeholderMatrix
    rate: float


def stakeholders(case: Case, view: CompanyView, external: External | None = None) -> Stakeholders:
    """Return what each party gains and pays in a project variant against BAU.

    Raises
    ------
    DataError
        E719 a payment has no counterpart.
    """
    study = _as_written(view.company.study)
    rows = [
        *_service(study, view),
        *_customers(study, view, case),
        *_operation(study, view, case),
        *_funds(study, view, case),
    ]
    if external is not None:
        rows += [resource_flows(study, "economy", name, values) for name, values in external.lines().items()]
    flows = CashFlows.concat(rows)
    f = case.finance
    real = f.discount_rate_frac if f.social_discount_rate_frac is None else f.social_discount_rate_frac
    rate = to_nominal(real, f.inflation_frac or 0.0)
    return Stakeholders(flows, stakeholder_matrix(flows, rate, TRANSFERS), rate)


def _as_written(study: Study) -> Study:
    """Return terms under which amounts stay as they are: they are nominal already."""
    return replace(study, inflation=0.0)


def _service(study: Study, view: CompanyView) -> Iterator[CashFlows]:
    """Yield what each customer pays for the service, and when: what is owed at the end of a year is paid in the next.

    What the company holds until the first payments come stays among its reserves.
    """
    if view.tariff is None:
        return
    months = view.project.reserves.receivable_months
    for x in view.served:
        offer = ([x.customer], view.tariff, view.contract)
        once = connection_charges(*offer)
        charge, party = revenue(*offer) - once, f"customer:{x.customer.id}"
        yield transfer(study, "connection_charge", party, COMPANY, once)
        yield transfer(study, "service_charge", party, COMPANY, charge)
        owed = np.append(charge[:-1], 0.0) * months / 12.0
        later = np.diff(owed, prepend=0.0)
        yield _signed(study, "receivables", (COMPANY, party), later)
        yield resource_flows(study, COMPANY, "reserves", later)


def _customers(study: Study, view: CompanyView, case: Case) -> Iterator[CashFlows]:
    """Yield what customers no longer spend, and the cost of converting their buildings."""
    h, ramp = study.horizon_a, np.concatenate(([0.0], ramp_of(case)))
    for x in view.served:
        party, start = f"customer:{x.customer.id}", x.customer.connects_in_year
        share = ramp * (np.arange(h + 1) >= start)
        for line in x.avoided.lines():
            rows = x.avoided.select(line=line)
            saved = -np.bincount(rows.year, rows.value, h + 1)
            if line in ENERGY_LINES:
                yield from _energy(study, party, -saved * share, _margin(case))
            elif line == "carbon":
                yield _signed(study, "carbon_charge", (party, CITY), -saved * share)
            elif line == VAT_AND_DUTY:
                yield _signed(study, line, (party, CITY), np.asarray(-saved, dtype=float))
            else:
                owned = line.startswith(("capex_", "replacement_", "salvage_"))
                yield resource_flows(study, party, f"own_{line}", saved * (1.0 if owned else share))
        if x.customer.conversion_cost:
            year = min(start - 1, h)
            yield resource_flows(study, party, "conversion", [-x.customer.conversion_cost], first_year=year)


def _margin(case: Case) -> float:
    """Return the share of an electricity bill that the utility keeps after buying the energy."""
    cost = case.finance.utility_supply_cost_per_kwh
    means = [t.energy_per_kwh + float(spot_per_kwh(case, t).mean()) for t in case.tariffs]
    price = float(np.mean(means)) if means else 0.0
    return 0.0 if cost is None or not price else 1.0 - cost / price


def _energy(study: Study, payer: str, amounts: Array, margin: float) -> Iterator[CashFlows]:
    """Yield an electricity bill (negative: a bill that falls away) and what supplying it costs the utility."""
    yield _signed(study, "electricity_bill", (payer, UTILITY), amounts)
    yield resource_flows(study, UTILITY, "electricity_supply", -(1.0 - margin) * amounts)


def _signed(study: Study, line: str, parties: tuple[str, str], amounts: Array) -> CashFlows:
    """Return a payment from the first party to the second; negative years flow back."""
    payer, payee = parties
    there = transfer(study, line, payer, payee, np.maximum(amounts, 0.0))
    back = transfer(study, line, payee, payer, np.maximum(-amounts, 0.0))
    return CashFlows.concat([there, back])


def _operation(study: Study, view: CompanyView, case: Case) -> Iterator[CashFlows]:
    """Yield what the company earns outside, pays for operation and renewal, and its taxes."""
    lines, margin = view.result.lines, _margin(case)
    fees = {f"cost_{OWN_COST}{x.id}" for x in case.finance.company_costs if x.paid_to == "city"}
    for name, values in lines.items():
        if name in {"cost_electricity", "cost_demand_charge", "revenue_export_revenue"}:
            yield from _energy(study, COMPANY, -values, margin)
        elif name in fees:
            yield _signed(study, "concession_fee", (COMPANY, CITY), -values)
        elif name == "cost_carbon":
            yield _signed(study, "carbon_charge", (COMPANY, CITY), -values)
        elif name in {"tax", "tax_credits"}:
            yield _signed(study, "tax", (COMPANY, CITY), -values)
        elif name.startswith("cost_") or name in _RENEWAL:
            yield resource_flows(study, COMPANY, name.removeprefix("cost_").removeprefix(OWN_COST), values)
        elif name in _RESERVES:
            yield resource_flows(study, COMPANY, "reserves", values)


def _paid(project: ProjectInputs) -> tuple[Array, Array]:
    """Return what is invested and what is replaced in the years 0..N."""
    built, replaced = np.zeros(project.years + 1), np.zeros(project.years + 1)
    for part in project.investments:
        built[part.year] += part.amount
    for item in project.replacements:
        replaced[item.year] += item.amount
    return built, replaced


def _loan_fees(view: CompanyView) -> dict[str, Array]:
    """Return what each loan costs when it is drawn, upfront fee and closing, in the years 0..N."""
    result, project = view.result, view.project
    fees = {}
    for t in project.tranches:
        fees[t.name] = np.zeros(project.years + 1)
        fees[t.name][t.year] = t.fee_frac * result.debt[t.name]
    if project.debt is not None:
        fees[project.debt.name] = np.zeros(project.years + 1)
        upfront = project.debt.upfront_fee_frac * result.debt[project.debt.name]
        fees[project.debt.name][0] = upfront + result.uses.get("debt_closing", 0.0)
    return fees


def _funds(study: Study, view: CompanyView, case: Case) -> Iterator[CashFlows]:
    """Yield investment with its VAT and duty, grants, loans and fees."""
    result, project = view.result, view.project
    (net, net_again), (paid, paid_again) = _paid(view.company.project), _paid(project)
    yield resource_flows(study, COMPANY, "investment", -net)
    yield resource_flows(study, COMPANY, "replacement", -net_again)
    yield _signed(study, VAT_AND_DUTY, (COMPANY, CITY), paid - net + paid_again - net_again)
    held = sum(result.uses[x] for x in _RESERVE_USES)
    yield resource_flows(study, COMPANY, "reserves", [-held])
    yield resource_flows(study, COMPANY, "other_financing", [-result.uses["other_financing"]])
    later = -result.lines.get("later_investment", np.zeros_like(paid))
    closing = sum(result.uses.get(x, 0.0) for x in ("interest_during_construction", "debt_fees", "debt_closing"))
    building = np.where(later > 0.0, later - paid, 0.0)
    building[0] = closing
    for name, fee in _loan_fees(view).items():
        yield transfer(study, "fees", COMPANY, f"lender:{name}", fee)
        building = building - fee
    interest = np.where(building > _ROUNDING * max(closing, 1.0), building, 0.0)
    yield transfer(study, "fees", COMPANY, "lender:construction", interest)
    yield transfer(study, "fees", COMPANY, "lender:guarantee", -result.lines.get("guarantee_fees", np.zeros(1)))
    for name, loan in result.schedules.items():
        yield transfer(study, "loan", f"lender:{name}", COMPANY, loan.drawn)
        yield transfer(study, "interest_and_principal", COMPANY, f"lender:{name}", loan.service)
    connected = {x.id for x in case.finance.debt if x.kind == "customer_connection"}
    power = sum(x.customer.contracted_kw for x in view.served)
    for grant in view.company.project.grants:
        if grant.name not in connected:
            yield transfer(study, "grant", f"donor:{grant.name}", COMPANY, [grant.amount])
            continue
        for x in view.served:
            share = grant.amount * x.customer.contracted_kw / power
            yield transfer(study, "connection_charge", f"customer:{x.customer.id}", COMPANY, [share])
