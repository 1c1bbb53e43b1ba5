"""The district company of a variant: what it builds, pays and how it is financed, as inputs of the pro forma.

Prices of the case are constant money of its price year, taken as year 0; all here is nominal and grows with
``finance.inflation_frac``. The company owns energy center, networks and transfer stations; machines that stay in the
buildings belong to the customers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edsim.appraisal.company.shocks import OWN_COST
from edsim.appraisal.costs import carbon_lines_of, held_lines, network_assets, plant_assets, plant_ghg_kg, plant_lines
from edsim.case.checks.finance import INCENTIVE_SETS, is_sized
from edsim.case.parts.finance_terms import LOANS, Funding, TaxSpec
from edsim.case.schema import Case
from edsim.finance import (
    AnnualLine,
    CashFlows,
    Construction,
    DebtTerms,
    Grant,
    Investment,
    LoanTerms,
    ProjectInputs,
    Replacement,
    Reserves,
    Study,
    TaxTerms,
    Tranche,
    annual_flows,
    apply_regime,
    asset_flows,
    declining_balance,
    straight_line,
    sum_of_years_digits,
    tax_regime,
    to_nominal,
)
from edsim.results.variant import VariantRun

Array = NDArray[np.float64]
DEFAULT_DSCR = 1.3
"""Cover ratio of a sized loan without one (as in the SAM single-owner example)."""
_NETWORK_LINES = {"network"}
_DEPRECIABLE = ("investment", "interest_during_construction")  # interest of building belongs to the asset (IAS 23)
_STEPS = ("capex_", "replacement_", "salvage_", "om_fixed_")


@dataclass(frozen=True, slots=True)
class Company:
    """A district company before its tariff and its tax regime.

    Attributes
    ----------
    study
        Terms: nominal money, perspective of the company.
    project
        Inputs of the pro forma without the revenue from customers, before VAT, duty and incentives.
    """

    study: Study
    project: ProjectInputs


def nominal_study(case: Case, variant: str, party: str, perspective: str) -> Study:
    """Return the terms of the study in nominal money."""
    inflation = case.finance.inflation_frac or 0.0
    return Study(
        case=case.name,
        variant=variant,
        horizon_a=case.finance.horizon_a,
        discount_rate=to_nominal(case.finance.discount_rate_frac, inflation),
        currency=case.currency,
        price_year=case.price_year,
        basis="nominal",
        inflation=inflation,
        perspective=perspective,
        party=party,
        salvage=case.finance.salvage,
    )


def owners_rate(case: Case) -> float:
    """Return the nominal return the owners ask for: that of equity, of the tariff, else the rate of the study."""
    f = case.finance
    asked = [x.target_irr_frac for x in f.debt if x.target_irr_frac is not None]
    asked += [f.tariffs.target_irr_frac] if f.tariffs and f.tariffs.target_irr_frac is not None else []
    return asked[0] if asked else to_nominal(f.discount_rate_frac, f.inflation_frac or 0.0)


def company_of(run: VariantRun, served_frac: Array) -> Company:
    """Return the company of a project variant.

    `served_frac` is the share of the yearly energy that is delivered in the years 1..N (ramp-up, late connections); 1
    in a district that grows by milestones, whose lines follow its customers already.
    """
    case = run.district.case
    study = nominal_study(case, run.name, "company", "company")
    assets = asset_flows(study, [*plant_assets(run), *network_assets(run)])
    yearly = annual_flows(study, _scaled(plant_lines(run), served_frac))
    cost, earned = _yearly_lines(yearly, assets, study)
    carbon = annual_flows(study, _scaled(held_lines(run, _carbon), served_frac))
    if carbon.lines():
        cost["carbon"] = -_by_year(carbon, "carbon", study)
    f = case.finance
    cost |= own_costs(case, assets, study)
    project = ProjectInputs(
        years=study.horizon_a,
        revenue=earned,
        operating_cost=cost,
        revenue_cost={OWN_COST + x.id: x.revenue_frac for x in f.company_costs if x.revenue_frac is not None},
        investments=_investments(assets, f.tax),
        discount_rate=owners_rate(case),
        salvage=sum(assets.select(line=x).total() for x in assets.lines() if x.startswith("salvage_")),
        replacements=_replacements(assets, f.tax),
        construction=_construction(case),
        reserves=Reserves(
            f.reserves.operating_months, f.reserves.receivable_months, f.reserves.interest_frac, receivables_earn=False
        ),
        depreciable=_DEPRECIABLE,
        write_off_at_end=True,
        fees_over_tenor=True,
        lockup_dscr=max((x.lockup_dscr for x in f.debt if x.lockup_dscr is not None), default=None),
    )
    return Company(study, _funded(project, case))


def _carbon(run: VariantRun) -> list[AnnualLine]:
    """Return the yearly cost of the plant's GHG at the carbon price."""
    return carbon_lines_of(run.district.case, plant_ghg_kg(run))


def taxed(project: ProjectInputs, case: Case, active: Collection[str] | None = None) -> ProjectInputs:
    """Return the project with its income tax, VAT and duty, with the incentives in `active` (all of the case)."""
    tax = case.finance.tax
    if tax is None:
        return project
    terms = TaxTerms(rate=tax.rate_frac or 0.0)
    deferred = tax.connection_income == "over_contract"
    if tax.regime is not None:
        wanted = incentives_of(tax) if active is None else active
        project = apply_regime(project, tax_regime(tax.regime), wanted, vat_recoverable_frac=tax.vat_recoverable_frac)
        terms = project.tax if tax.rate_frac is None else replace(project.tax, rate=tax.rate_frac)
    years = tax.loss_carry_forward_a if tax.loss_carry_forward_a is not None else terms.carry_forward_a
    own = replace(terms, losses=tax.losses, carry_forward_a=years, holiday_a=tax.holiday_a)
    return replace(project, tax=replace(own, charges_over_contract=deferred))


def incentives_of(tax: TaxSpec) -> tuple[str, ...]:
    """Return the incentives used, sets of a law written out."""
    found = [x for name in tax.incentives for x in INCENTIVE_SETS.get(name, (name,))]
    return tuple(dict.fromkeys(found))


def investment_line(line: str) -> str:
    """Return the asset behind a ledger line (``capex_network`` is ``network``)."""
    for prefix in _STEPS:
        line = line.removeprefix(prefix)
    return line


def own_costs(case: Case, assets: CashFlows, study: Study) -> dict[str, Array]:
    """Return the costs of the company alone in the years 1..N, positive; shares of the revenue follow it later."""
    index = (1.0 + study.inflation) ** np.arange(1, study.horizon_a + 1)
    bought = assets.select(line=[x for x in assets.lines() if x.startswith("capex_")])
    # what was paid in year t is of that year's money: back to that of year 0, so that the index carries it on
    real = bought.value * (1.0 + study.inflation) ** -bought.year.astype(float)
    standing = -np.cumsum(np.bincount(bought.year, real, study.horizon_a + 1))[:-1]
    found = {}
    for item in case.finance.company_costs:
        if item.per_a is not None:
            found[OWN_COST + item.id] = item.per_a * index
        elif item.investment_frac is not None:
            found[OWN_COST + item.id] = item.investment_frac * standing * index
    return found


def _scaled(lines: Sequence[AnnualLine], served_frac: Array) -> list[AnnualLine]:
    return [replace(x, amount_per_a=np.asarray(x.amount_per_a, dtype=float) * served_frac) for x in lines]


def _by_year(flows: CashFlows, line: str, study: Study) -> Array:
    """Return the amounts of one line in the years 1..N."""
    rows = flows.select(line=line)
    return np.asarray(np.bincount(rows.year, rows.value, study.horizon_a + 1)[1:], dtype=float)


def _yearly_lines(yearly: CashFlows, assets: CashFlows, study: Study) -> tuple[dict[str, Array], dict[str, Array]]:
    """Return what is paid and what is earned each year, both positive."""
    cost: dict[str, Array] = {}
    earned: dict[str, Array] = {}
    for line in yearly.lines():
        amounts = _by_year(yearly, line, study)
        if amounts.sum() > 0.0:
            earned[line] = amounts
        else:
            cost[line] = -amounts
    upkeep = [x for x in assets.lines() if x.startswith("om_fixed_")]
    if upkeep:
        cost["om_fixed"] = -np.sum([_by_year(assets, x, study) for x in upkeep], axis=0)
    return cost, earned


def _schedule(line: str, tax: TaxSpec | None) -> tuple[float, ...]:
    """Return the depreciation of an asset; straight line over 10 or 20 years without tax terms."""
    terms = tax or TaxSpec()
    years = terms.network_depreciation_a if line in _NETWORK_LINES else terms.plant_depreciation_a
    rules = {
        "straight_line": straight_line,
        "declining_balance": declining_balance,
        "sum_of_years": sum_of_years_digits,
    }
    return tuple(float(x) for x in rules[terms.depreciation](years))


def _investments(assets: CashFlows, tax: TaxSpec | None) -> tuple[Investment, ...]:
    """Return the purchases of year 0, one part per asset line, and those of every later milestone."""
    parts: dict[tuple[str, int], float] = {}
    for line in assets.lines():
        if line.startswith(("capex_", "replacement_")):
            rows, key = assets.select(line=line), (investment_line(line), 0)
            parts[key] = parts.get(key, 0.0) - rows.select(year=0).total()
            later = np.unique(rows.year[rows.year > 0]) if line.startswith("capex_") else ()
            parts |= {(key[0], int(year)): -rows.select(year=int(year)).total() for year in later}
    return tuple(
        Investment(
            later_name(name, year),
            amount,
            _schedule(name, tax),
            incentive_eligible=_is_eligible(name, tax),
            imported_frac=_imported_frac(name, tax),
            year=year,
        )
        for (name, year), amount in parts.items()
        if amount > 0.0
    )


def _is_eligible(line: str, tax: TaxSpec | None) -> bool:
    """Return whether an asset qualifies for the incentives of the case."""
    return not (tax and tax.eligible) or line in tax.eligible


def _imported_frac(line: str, tax: TaxSpec | None) -> float:
    """Return the share of an asset's price that bears duty."""
    return tax.imported_frac if tax and line not in _NETWORK_LINES else 0.0


def later_name(name: str, year: int) -> str:
    """Return the name of what is paid or drawn in a year of the study: its own at close."""
    return f"{name} in year {year}" if year else name


def _replacements(assets: CashFlows, tax: TaxSpec | None) -> tuple[Replacement, ...]:
    """Return the purchases after year 0 that renew what was there, one part per asset line and year."""
    bought = [(x, assets.select(line=x)) for x in assets.lines() if x.startswith("replacement_")]
    dated = [(investment_line(x), rows, int(t)) for x, rows in bought for t in np.unique(rows.year[rows.year > 0])]
    return tuple(
        Replacement(
            f"{name} in year {year}",
            year,
            -rows.select(year=year).total(),
            _schedule(name, tax),
            incentive_eligible=_is_eligible(name, tax),
            imported_frac=_imported_frac(name, tax),
        )
        for name, rows, year in dated
    )


def _construction(case: Case) -> Construction | None:
    """Return the spending by month, even within each construction year."""
    terms = case.finance.construction
    if terms is None:
        return None
    months = np.repeat(np.asarray(terms.spend_frac) / 12.0, 12)
    return Construction(tuple(float(x) for x in months), terms.rate_frac)


def _funded(project: ProjectInputs, case: Case) -> ProjectInputs:
    """Return the project with grants, loans and guarantees of the case; equity fills the rest.

    A loan that takes a share of the uses is drawn again, on the same terms, for what every later milestone adds.
    """
    funds, last = case.finance.debt, project.years
    later = sorted({x.year for x in project.investments if x.year})
    tranches = tuple(
        Tranche(later_name(x.id, t), _loan(x, last - t), x.amount, x.share_frac, x.upfront_fee_frac, t)
        for x in funds
        if x.kind in LOANS and not is_sized(x)
        for t in (0, *(later if x.share_frac is not None else ()))
    )
    sized = next((_sized(x, last) for x in funds if is_sized(x)), None)
    names = {x.name for x in (*tranches, *((sized,) if sized else ()))}
    fees = {
        later_name(x.covers, t): x.cover_frac * x.fee_rate_frac
        for x in funds
        if x.kind == "guarantee" and x.fee_rate_frac
        for t in (0, *later)
    }
    fees = {name: fee for name, fee in fees.items() if name in names}
    return replace(project, grants=_grants(project, case), tranches=tranches, debt=sized, guarantee_fees=fees)


def _grants(project: ProjectInputs, case: Case) -> tuple[Grant, ...]:
    found = [Grant("grant", case.finance.grant)] if case.finance.grant else []
    for x in case.finance.debt:
        amount = x.amount if x.amount is not None else (x.share_frac or 0.0) * project.investment
        if x.kind == "grant":
            found.append(Grant(x.id, amount))
        elif x.kind == "customer_connection" and amount:
            found.append(Grant(x.id, amount, reduces_basis=False, taxable=True))
    return tuple(found)


def _loan(x: Funding, years: int) -> LoanTerms:
    """Return the terms of a loan, paid back before `years` are over: nobody lends beyond the study."""
    tenor = min(x.tenor_a or 1, years)
    return LoanTerms(x.rate_frac or 0.0, tenor, x.repayment, min(x.grace_a, tenor - 1), x.grace)


def _sized(x: Funding, years: int) -> DebtTerms:
    cover = x.target_dscr if x.target_dscr is not None or x.max_share_frac is not None else DEFAULT_DSCR
    return DebtTerms(
        _loan(x, years),
        dscr=cover,
        gearing_max=x.max_share_frac,
        upfront_fee_frac=x.upfront_fee_frac,
        dsra_months=x.reserve_months,
        name=x.id,
    )


def first_loss(case: Case, equity: float) -> Mapping[str, float]:
    """Return the part of the equity that bears losses first, by source; the owners' own money is what is left."""
    left, found = max(equity, 0.0), {}
    for x in case.finance.debt:
        if x.kind == "first_loss":
            amount = x.amount if x.amount is not None else (x.share_frac or 0.0) * equity
            found[x.id] = min(amount, left)
            left -= found[x.id]
    return found
