"""What public money gives away in the funding of a company: grant elements, expected calls, leverage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from edsim.appraisal.financing import CompanyView
from edsim.case.finance_terms import Funding
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
        At close, currency.
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
    """Return what every source of funds gives away; their amounts add up to the uses of funds.

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
    connections = {x.id for x in case.finance.debt if x.kind == "customer_connection"} | {CONNECTION_CAPITAL}
    found = [_received(g, is_grant=g.name not in connections) for g in view.project.grants]
    for x in case.finance.debt:
        if x.kind in {"grant", "customer_connection", "equity"}:
            continue
        loan = schedules.get(x.id)
        amount, element, subsidy = 0.0, None, 0.0
        if loan is not None:
            amount = float(loan.balance[0])
            element = None if rate is None else grant_element(amount, loan, rate).value
            subsidy = (element or 0.0) * amount if x.kind in PUBLIC else 0.0
        elif x.kind == "guarantee":
            subsidy = _guarantee_cost(x, schedules.get(x.covers), rate)
        else:
            amount = first_loss.get(x.id, 0.0)
        found.append(Concession(x.id, x.kind, amount, x.kind in PUBLIC, element, subsidy))
    owners = result.equity - sum(first_loss.values())
    return (*found, Concession("equity", "equity", owners, False, None, 0.0))


def _received(grant: Grant, *, is_grant: bool) -> Concession:
    """Return money that is not paid back: a grant, or what customers pay for their connection."""
    if is_grant:
        return Concession(grant.name, "grant", grant.amount, True, 1.0, grant.amount)
    return Concession(grant.name, "customer_connection", grant.amount, False, None, 0.0)


def leverage_of(sources: tuple[Concession, ...]) -> Leverage:
    """Return what the public money mobilises; guarantees bring no money of their own."""
    return leverage(
        [FundingSource(c.source, _KINDS[c.kind], c.amount, c.public, c.subsidy) for c in sources if c.kind in _KINDS]
    )


def _guarantee_cost(x: Funding, loan: LoanSchedule | None, rate: float | None) -> float:
    """Return the present value of expected calls less fees, currency; 0 without a loss expected or without the loan."""
    if loan is None or rate is None or x.expected_loss_frac is None:
        return 0.0
    terms, balance = Guarantee(x.cover_frac, x.fee_rate_frac, 1.0), loan.balance[:-1]
    net = terms.expected_calls(balance, x.expected_loss_frac) - terms.fees(balance)
    return float(np.maximum(net @ discount_factors(len(net), rate, first_year=1), 0.0))
