"""The company's tariff, pro forma, stress, viability gap and incentives for one project variant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from edsim.appraisal.company.company import Company, company_of, incentives_of, owners_rate, taxed
from edsim.appraisal.company.customers import ServedBuilding, contract_of, served_buildings, served_share
from edsim.appraisal.company.marginal_cost import dear_kwh
from edsim.appraisal.company.offer import Offer
from edsim.appraisal.company.stress import Stressed, closed, contract_units, stress_of
from edsim.case.checks.finance import has_company
from edsim.case.parts.finance_terms import ServiceTariff
from edsim.case.schema import Case
from edsim.core.errors import DataError, Finding
from edsim.finance import (
    Contract,
    Customer,
    CustomerResult,
    Measure,
    NegotiationZone,
    ProForma,
    ProjectInputs,
    Target,
    Tariff,
    affordable_tariff,
    customer_bill,
    customer_tariff,
    negotiation_zone,
    pro_forma,
    revenue,
    viability_gap,
    with_tariff,
)
from edsim.results.variant import VariantRun


@dataclass(frozen=True, slots=True)
class Zone:
    """Mean prices over the contract, currency per kWh delivered at the price level of the case.

    Attributes
    ----------
    negotiation
        Company's floor and customers' ceilings.
    affordable
        Tariff that raises most without a loser; None when the fixed charges alone are too much.
    grant
        Smallest grant with which the company reaches its target at that tariff.
    """

    negotiation: NegotiationZone
    affordable: Tariff | None
    grant: Measure


@dataclass(frozen=True, slots=True)
class CompanyView:
    """What a project variant means to a district company and its customers.

    Attributes
    ----------
    company, project
        Inputs; `project` has tariff, tax and incentives in it.
    served, contract
        Customers and their terms.
    tariff
        Prices; None where the case gives no tariff or no price reaches the target.
    bills, losers
        Bill of each customer; present value by which it loses against its promise, currency.
    result
        Pro forma.
    zone
        Negotiation zone and viability gap; None without tariff.
    stress
        Event → returns.
    incentives
        Incentive → what it adds to the owners' net present value.
    """

    company: Company
    project: ProjectInputs
    served: tuple[ServedBuilding, ...]
    contract: Contract
    tariff: Tariff | None
    bills: tuple[CustomerResult, ...]
    losers: Mapping[str, float]
    result: ProForma
    zone: Zone | None
    stress: Mapping[str, Stressed]
    incentives: Mapping[str, float]

    @property
    def customers(self) -> tuple[Customer, ...]:
        """The customers as the tariff sees them."""
        return tuple(x.customer for x in self.served)


def company_views(runs: tuple[VariantRun, ...], case: Case) -> tuple[dict[str, CompanyView], tuple[Finding, ...]]:
    """Return the company view of every project variant that has a company, and what could not be computed."""
    views: dict[str, CompanyView] = {}
    findings: list[Finding] = []
    if not has_company(case):
        return views, ()
    for run in runs[1:]:
        if run.design is None:
            continue
        view, remarks = _view(run, runs[0], case)
        if view is not None:
            views[run.name] = view
            findings += [replace(f, field=f"{run.name}.{f.field}") for f in view.result.findings]
        findings += remarks
    return views, tuple(findings)


def _view(run: VariantRun, bau: VariantRun, case: Case) -> tuple[CompanyView | None, list[Finding]]:
    served = served_buildings(run, bau)
    company = company_of(run, served_share(case, served))
    contract = contract_of(case)
    if not company.project.investments:
        return None, []
    customers = tuple(x.customer for x in served)
    bare = taxed(company.project, case)
    tariff, losers, remarks = _tariff(bare, customers, contract, case)
    offer = None if tariff is None else Offer(customers, tariff, contract)
    project = bare if offer is None else offer.sold_by(bare)
    try:
        result = pro_forma(project)
    except DataError as fault:
        return None, [_not_settled(run.name, fault)]
    bills = () if tariff is None else tuple(customer_bill(c, tariff, contract) for c in customers)
    view = CompanyView(
        company=company,
        project=project,
        served=served,
        contract=contract,
        tariff=tariff,
        bills=bills,
        losers=losers,
        result=result,
        zone=None,
        stress={} if offer is None else stress_of(closed(company.project, result), case, offer),
        incentives=_incentives(company.project, case, offer),
    )
    if offer is None:
        return view, [replace(f, field=run.name) for f in remarks]
    remarks += dear_kwh(project, offer, f"{run.name}.tariffs.consumption_per_kwh", case.currency)
    return replace(view, zone=_zone(bare, view, offer.tariff, case)), remarks


def _tariff(
    project: ProjectInputs, customers: tuple[Customer, ...], contract: Contract, case: Case
) -> tuple[Tariff | None, dict[str, float], list[Finding]]:
    """Return the tariff of the case or the one that reaches its target, and who loses by it."""
    terms = case.finance.tariffs
    if terms is None or not customers:
        return None, {}, []
    target = target_of(case)
    if target is None:
        tariff = Tariff(
            terms.connection_per_kw,
            terms.capacity_per_kw_a or 0.0,
            terms.consumption_per_kwh or 0.0,
            terms.low_delta_t_per_kwh,
        )
        return tariff, _losers(Offer(customers, tariff, contract), terms.customer_saving_frac), []
    try:
        found = customer_tariff(
            project,
            customers,
            contract,
            target,
            fixed_share=terms.fixed_share_frac,
            connection_per_kw=terms.connection_per_kw,
            saving_frac=terms.customer_saving_frac,
            low_delta_t_per_kwh=terms.low_delta_t_per_kwh,
        )
    except DataError as fault:
        return None, {}, [_no_tariff(fault.findings[0].what)]
    if found.solution is None:
        return None, {}, [_no_tariff(f"{target.kind} {target.value:g}")]
    return found.solution.tariff, dict(found.solution.losers), []


def target_of(case: Case) -> Target | None:
    """Return the target the tariff must reach; None where the case gives prices."""
    terms = case.finance.tariffs
    if terms is None or (terms.target_irr_frac is None and terms.target_dscr is None):
        return None
    if terms.target_irr_frac is not None:
        return Target("equity_irr", terms.target_irr_frac)
    return Target("minimum_dscr", float(terms.target_dscr or 0.0))


def why_alike(indicator: str, tariffs: ServiceTariff | None) -> str:
    """Return why an indicator is the same at every point of a study, empty where it is not: the tariff is found for it.

    Parameters
    ----------
    indicator
        Its id.
    tariffs
        Tariff of the service (``finance.tariffs``).
    """
    if tariffs is None:
        return ""
    alike = {
        "target_irr_frac": ("equity_irr", "equity_npv") if tariffs.target_irr_frac is not None else (),
        "target_dscr": ("minimum_dscr",) if tariffs.target_dscr is not None else (),
    }
    for field, indicators in alike.items():
        if indicator in indicators:
            return (
                f"{indicator!r} is the same at every point: the tariff is found for it (finance.tariffs.{field}); rank "
                "by required_price, or give capacity_per_kw_a and consumption_per_kwh in its place"
            )
    return ""


def _losers(offer: Offer, saving_frac: float) -> dict[str, float]:
    """Return customer → present value by which its cost exceeds ``BAU x (1 - promised saving)``."""
    contract, found = offer.contract, {}
    for c in offer.customers:
        bill = customer_bill(c, offer.tariff, contract)
        excess = contract.present(bill.bill - (1.0 - saving_frac) * bill.bau)
        if excess > 1e-7 * max(contract.present(bill.bau), 1.0):
            found[c.id] = excess
    return found


def _zone(project: ProjectInputs, view: CompanyView, tariff: Tariff, case: Case) -> Zone:
    """Return floor and ceilings as mean prices, and the grant that closes the gap at the affordable tariff."""
    contract, customers, terms = view.contract, view.customers, case.finance.tariffs or ServiceTariff()
    units = {c.id: contract_units(c, contract) for c in customers}
    ceilings = {
        c.id: contract.present((1.0 - terms.customer_saving_frac) * b.bau) / units[c.id]
        - c.conversion_cost / units[c.id]
        for c, b in zip(customers, view.bills, strict=True)
    }
    floor = contract.present(revenue(customers, tariff, contract)) / sum(units.values())
    fixed = replace(tariff, capacity_per_kw_a=0.0, consumption_per_kwh=0.0)
    affordable = affordable_tariff(customers, contract, fixed, terms.customer_saving_frac)
    grant = Measure(None, "fixed_charges_exceed_ceiling", "viability gap grant")
    if affordable is not None:
        cover = max((x.target_dscr or 0.0 for x in case.finance.debt), default=0.0) or terms.target_dscr
        paid = with_tariff(project, customers, contract, affordable)
        try:
            grant = viability_gap(paid, equity_irr=owners_rate(case), minimum_dscr=cover).grant
        except DataError:
            grant = Measure(None, "accounts_do_not_settle", "viability gap grant")
    return Zone(negotiation_zone(floor, ceilings), affordable, grant)


def _incentives(project: ProjectInputs, case: Case, offer: Offer | None) -> dict[str, float]:
    """Return what each incentive adds to the owners' value at this tariff: with all, less without it."""
    tax = case.finance.tax
    if tax is None or not tax.incentives:
        return {}
    active = incentives_of(tax)

    def value(names: tuple[str, ...]) -> float:
        bare = taxed(project, case, names)
        return float(pro_forma(bare if offer is None else offer.sold_by(bare)).equity_npv)

    full = value(active)
    return {name: full - value(tuple(x for x in active if x != name)) for name in active}


def _no_tariff(got: str) -> Finding:
    return Finding("W850", "no tariff reaches the target of the company", got=got, severity="warning")


def _not_settled(variant: str, fault: DataError) -> Finding:
    first = fault.findings[0]
    return Finding("W851", "the company view is left out", field=variant, got=first.what, severity="warning")
