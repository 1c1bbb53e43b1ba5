"""Customers of the district company: what each paid for its own machines and what it would pay for the service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edsim.appraisal.company.company import nominal_study
from edsim.appraisal.costs import (
    carbon_lines_of,
    ghg_kg,
    held_lines,
    individual_energy_cost,
    investment_factor,
    owned_by_buildings,
    until,
)
from edsim.appraisal.measures import measure_assets
from edsim.case.milestones import is_phased
from edsim.case.schema import Case
from edsim.finance import (
    AnnualLine,
    CashFlows,
    Contract,
    Customer,
    Study,
    annual_flows,
    asset_flows,
    npv,
    resource_flows,
    tax_regime,
    to_nominal,
    vat_and_duty_frac,
)
from edsim.optimization.district.individual import IndividualRun
from edsim.results.variant import VariantRun

Array = NDArray[np.float64]
ENERGY_LINES = ("electricity", "demand_charge")
"""Lines paid to the electricity utility."""
VAT_AND_DUTY = "vat_and_duty"
"""Line of what customers pay on machines of their own beside the price."""


@dataclass(frozen=True, slots=True)
class ServedBuilding:
    """A building that leaves its own machines for the district.

    Attributes
    ----------
    customer
        As the tariff sees it.
    avoided
        Cost of the machines it gives up, with VAT and duty, as nominal cash flows of every year, money out negative.
    """

    customer: Customer
    avoided: CashFlows


def contract_of(case: Case) -> Contract:
    """Return the terms common to all customers: index from year 0, share connected by year, customers' rate."""
    f = case.finance
    inflation = f.inflation_frac or 0.0
    terms = f.tariffs
    share = terms.indexation_frac if terms else 1.0
    own = terms.customer_discount_rate_frac if terms else None
    rate = to_nominal(f.discount_rate_frac if own is None else own, inflation)
    index = (1.0 + inflation * share) ** np.arange(1, f.horizon_a + 1, dtype=float)
    return Contract(f.horizon_a, rate, index, ramp_of(case))


def ramp_of(case: Case) -> Array:
    """Return the share of customers connected in the years 1..N."""
    ramp = np.ones(case.finance.horizon_a)
    given = np.asarray(case.finance.ramp_up_frac, dtype=float)[: len(ramp)]
    ramp[: len(given)] = given
    return ramp


def served_buildings(run: VariantRun, bau: VariantRun) -> tuple[ServedBuilding, ...]:
    """Return the buildings to which the variant delivers something their own machines did in BAU."""
    names = dict.fromkeys(r.building for r in _moved(run, bau))
    return tuple(_served(run, bau, name) for name in names)


def _moved(run: VariantRun, bau: VariantRun) -> list[IndividualRun]:
    """Return the BAU machines whose service the variant delivers."""
    kept = {(r.building, r.service) for r in run.individual}
    return [r for r in bau.individual if (r.building, r.service) not in kept]


def served_share(case: Case, served: Sequence[ServedBuilding]) -> Array:
    """Return the share of the yearly energy delivered in the years 1..N.

    It is 1 in a district that grows by milestones: its yearly lines follow its customers already.
    """
    if is_phased(case):
        return np.ones(case.finance.horizon_a)
    energy = np.array([float(np.mean(x.customer.delivered_kwh)) for x in served])
    if not energy.sum():
        return ramp_of(case)
    start = np.array([x.customer.connects_in_year for x in served])
    there = np.arange(1, case.finance.horizon_a + 1)[:, None] >= start
    return np.asarray(ramp_of(case) * (there @ energy) / energy.sum())


def _served(run: VariantRun, bau: VariantRun, name: str) -> ServedBuilding:
    """Return a building as a customer; of a district that grows from its milestone on, at its largest peak."""
    case = run.district.case
    terms = case.finance.tariffs
    study = nominal_study(case, run.name, f"customer:{name}", "customer")
    peaks, delivered, joined = 0.0, np.zeros(case.finance.horizon_a), 0
    for stage, own in zip(run.stages, bau.stages, strict=True):
        billed = [_billed_kw(r, stage.run) for r in _moved(stage.run, own.run) if r.building == name]
        peaks = max(peaks, sum(float(kw.max()) for kw in billed))
        delivered[stage.start_a : stage.last_a] = sum(float(kw.sum()) for kw in billed)
        joined = joined or (stage.first_a if billed else 0)
    start = joined if run.phases else 1
    start = terms.connection_year.get(name, start) if terms else start
    own = CashFlows.concat([_own_flows(study, bau, name), _own_flows(study, run, name).scaled(-1.0)])
    avoided = own if run.phases else own.without(_capital_lines(own), range(start - 1))
    customer = Customer(
        id=name,
        contracted_kw=peaks,
        delivered_kwh=delivered,
        bau_cost=level_cost(avoided, case, start),
        conversion_cost=(terms.conversion_per_kw if terms else 0.0) * peaks,
        low_delta_t_kwh=(terms.low_delta_t_frac if terms else 0.0) * delivered,
        connects_in_year=start,
    )
    return ServedBuilding(customer, avoided)


def _billed_kw(r: IndividualRun, run: VariantRun) -> Array:
    """Return what the variant delivers in place of a BAU machine, as it is charged for, kW.

    It is the demand of the variant, after its retrofit measures. For compressed air it is the electricity the
    customer's own machine would draw for that demand.
    """
    profiles = run.district.profiles
    hourly = profiles.demand[r.service]
    demand: Array = hourly[profiles.building_ids.index(r.building)]
    if r.service != "compressed_air":
        return demand
    operation = r.operation if r.machine is None else r.machine.operate(demand, run.conditions)
    return np.asarray(operation.inputs_kw.get("electricity", np.zeros_like(demand)), dtype=float)


def _own_flows(study: Study, run: VariantRun, building: str) -> CashFlows:
    """Return what a building's own machines and retrofit measures cost, with energy and carbon at its prices."""
    case = run.district.case
    growth = {t.id: t.escalation_frac for t in case.tariffs} | {f.id: f.escalation_frac for f in case.fuels}

    def lines(stage: VariantRun) -> list[AnnualLine]:
        mine = [r for r in stage.individual if r.building == building]
        return [
            AnnualLine(line, -cost, growth.get(name, 0.0))
            for r in mine
            for (line, name), cost in individual_energy_cost(r, stage).items()
            if cost
        ] + carbon_lines_of(stage.district.case, *(ghg_kg(r, stage.conditions) for r in mine))

    measures = [a for a in measure_assets(case, investment_factor(case)) if a.id.endswith(f" at {building}")]
    kept, scrapped = owned_by_buildings(run, building)
    owned = [asset_flows(study, [*kept, *measures])]
    owned += [until(study, year, items) for year, items in scrapped.items()]
    bought = CashFlows.concat(owned)
    taxes = vat_and_duty(study, bought, vat_and_duty_share(case))
    return CashFlows.concat([bought, *taxes, annual_flows(study, held_lines(run, lines))])


def vat_and_duty(study: Study, bought: CashFlows, more_frac: float) -> list[CashFlows]:
    """Return what is paid on purchases and replacements beside their price, none where nothing is."""
    lines = [x for x in bought.lines() if x.startswith(("capex_", "replacement_"))]
    if not more_frac or not lines:
        return []
    rows = bought.select(line=lines)
    paid = np.bincount(rows.year, rows.value, study.horizon_a + 1) * more_frac
    return [resource_flows(replace(study, inflation=0.0), study.party, VAT_AND_DUTY, paid)]


def vat_and_duty_share(case: Case) -> float:
    """Return what VAT and duty add to the price of customers' machines; no incentive reaches those they give up."""
    tax = case.finance.tax
    if tax is None or tax.regime is None:
        return 0.0
    own = tax.customer_vat_recoverable_frac
    recovered = tax.vat_recoverable_frac if own is None else own
    return float(vat_and_duty_frac(tax_regime(tax.regime), tax.imported_frac, recovered))


def _capital_lines(flows: CashFlows) -> list[str]:
    """Return the lines of purchases and replacements with their VAT and duty, and of values at the end."""
    return [x for x in flows.lines() if x.startswith(("capex_", "replacement_", "salvage_")) or x == VAT_AND_DUTY]


def level_cost(avoided: CashFlows, case: Case, start: int) -> Array:
    """Return the cost per year 1..N of what has connected, with capital as a payment that is level in constant money.

    Energy and upkeep follow the share that has connected. The payment is due from year `start` on, for that share, and
    its present value at the customers' rate is that of the purchases, replacements and values at the end.
    """
    contract, inflation = contract_of(case), case.finance.inflation_frac or 0.0
    n = contract.years
    yearly = np.zeros(n + 1)
    capital = _capital_lines(avoided)
    for line in avoided.lines():
        rows = avoided.select(line=line)
        yearly -= np.bincount(rows.year, weights=rows.value, minlength=n + 1) if line not in capital else 0.0
    worth = -npv(avoided.select(line=capital), contract.discount_rate) if capital else 0.0
    years = np.arange(1, n + 1)
    index = (1.0 + inflation) ** years * ramp_of(case) * (years >= start)
    units = float(npv(np.concatenate(([0.0], index)), contract.discount_rate))
    return np.asarray(yearly[1:] * ramp_of(case) + (worth / units if units > 0.0 else 0.0) * index)
