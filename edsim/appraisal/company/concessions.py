"""What public money gives away in the funding of a company: grant elements, expected calls, leverage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from edsim.appraisal.company.company import later_name
from edsim.appraisal.company.financing import CompanyView
from edsim.case.parts.finance_terms import Funding
from edsim.case.schema import Case
from edsim.core.countries import country_figure
from edsim.core.errors import DataError
from edsim.finance import FundingSource, Grant, Guarantee, Leverage, discount_factors, grant_element, leverage
from edsim.finance.blended import SourceKind
from edsim.finance.loans import LoanSchedule
from edsim.finance.tariffs import CONNECTION_CAPITAL

PUBLIC = frozenset(("grant", "concessional", "guarantee", "first_loss"))
"""Kinds of funds that come from donors or the state; all others are private."""
_KINDS: Mapping[str, SourceKind] = {
    "grant": "grant",
    "concessional": "concessional_loan",
    "commercial": "commercial_loan",
    "mezzanine": "mezzanine",
    "bond": "green_bond",
    "first_loss": "first_loss",
    "equity": "equity",
    "customer_connection": "connection_capital",
}


@dataclass(frozen=True, slots=True)
class Concession:
    """What one source of funds gives away.

    Attributes
    ----------
    source, kind
        As in the case.
    amount
        Drawn or paid, currency: at close, and in the milestones of a district that grows.
    public
        Money of donors or the state.
    grant_element_frac
        Share of a loan that is a gift at the reference rate; 1 for a grant; None where there is no rate or loan.
    subsidy
        Present value given away, currency: a grant, grant element x public loan, calls less fees of a guarantee.
    """

    source: str
    kind: str
    amount: float
    public: bool
    grant_element_frac: float | None
    subsidy: float


def reference_rate(case: Case) -> float | None:
    """Return the donors' discount rate of the country (OECD-DAC), fraction per year; None where its file has none."""
    try:
        return country_figure(case.city.country, "oecd_dac_reference_rate").value
    except DataError:
        return None


def concessions(case: Case, view: CompanyView, first_loss: Mapping[str, float]) -> tuple[Concession, ...]:
    """Return what every source of funds gives away; amounts add up to the uses of funds, later milestones included.

    Parameters
    ----------
    case
        Funds with their kinds.
    view
        Company with its grants, connection capital and the loans as drawn.
    first_loss
        Source → amount of the equity that bears losses first.
    """
    result = view.result
    rate, schedules = reference_rate(case), result.schedules
    years = sorted({0, *(t.year for t in view.project.tranches)})
    connections = {x.id for x in case.finance.debt if x.kind == "customer_connection"} | {CONNECTION_CAPITAL}
    found = [_received(g, is_grant=g.name not in connections) for g in view.project.grants if g.year == 0]
    charged = result.later_connection
    if charged:
        found.append(_received(Grant("later_connection", charged), is_grant=False))
    for x in case.finance.debt:
        if x.kind in {"grant", "customer_connection", "equity"}:
            continue
        loans = {t: schedules[later_name(x.id, t)] for t in years if later_name(x.id, t) in schedules}
        found += [_lent(x, (later_name(x.id, t), t), loan, rate) for t, loan in loans.items()]
        if x.kind == "guarantee":
            covered = [schedules[name] for t in years if (name := later_name(x.covers, t)) in schedules]
            subsidy = sum(_guarantee_cost(x, loan, rate) for loan in covered)
            found.append(Concession(x.id, x.kind, 0.0, x.kind in PUBLIC, None, subsidy))
        elif not loans:
            found.append(Concession(x.id, x.kind, first_loss.get(x.id, 0.0), x.kind in PUBLIC, None, 0.0))
    later = result.all_uses - sum(result.uses.values())
    lent = sum(result.debt[t.name] for t in view.project.tranches if t.year)
    owners = result.equity - sum(first_loss.values()) + later - lent - charged
    return (*found, Concession("equity", "equity", owners, public=False, grant_element_frac=None, subsidy=0.0))


def _lent(x: Funding, drawing: tuple[str, int], loan: LoanSchedule, rate: float | None) -> Concession:
    """Return what a loan gives away; `drawing` is its name and the year in which it is drawn."""
    (name, year), amount = drawing, float(loan.drawn.sum())
    element = None if rate is None else grant_element(amount, loan, rate).value
    worth = 1.0 if rate is None else (1.0 + rate) ** -year
    subsidy = (element or 0.0) * amount * worth if x.kind in PUBLIC else 0.0
    return Concession(name, x.kind, amount, x.kind in PUBLIC, element, subsidy)


def _received(grant: Grant, *, is_grant: bool) -> Concession:
    """Return money that is not paid back: a grant, or what customers pay for their connection."""
    if is_grant:
        return Concession(grant.name, "grant", grant.amount, public=True, grant_element_frac=1.0, subsidy=grant.amount)
    return Concession(
        grant.name, "customer_connection", grant.amount, public=False, grant_element_frac=None, subsidy=0.0
    )


def leverage_of(sources: tuple[Concession, ...]) -> Leverage:
    """Return what the public money mobilizes; guarantees bring no money of their own."""
    return leverage(
        [FundingSource(c.source, _KINDS[c.kind], c.amount, c.public, c.subsidy) for c in sources if c.kind in _KINDS]
    )


def _guarantee_cost(x: Funding, loan: LoanSchedule, rate: float | None) -> float:
    """Return the present value of expected calls less fees, currency; 0 without a loss expected."""
    if rate is None or x.expected_loss_frac is None:
        return 0.0
    terms, balance = Guarantee(x.cover_frac, x.fee_rate_frac, 1.0), loan.balance[:-1]
    net = terms.expected_calls(balance, x.expected_loss_frac) - terms.fees(balance)
    return float(np.maximum(net @ discount_factors(len(net), rate, first_year=1), 0.0))
