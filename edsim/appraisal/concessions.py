"""What public money gives away in the funding of a company: grant elements, expected calls, leverage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from edsim.case.finance_terms import Funding
from edsim.case.schema import Case
from edsim.core.countries import country_figure
from edsim.core.errors import DataError
from edsim.finance import FundingSource, Guarantee, Leverage, ProForma, discount_factors, grant_element, leverage
from edsim.finance.blended import SourceKind
from edsim.finance.loans import LoanSchedule

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


def concessions(case: Case, result: ProForma, first_loss: Mapping[str, float]) -> tuple[Concession, ...]:
    """Return what every source of funds of the case gives away.

    Parameters
    ----------
    case
        Funds with their kinds.
    result
        Pro forma with the loans as drawn.
    first_loss
        Source → amount of the equity that bears losses first.
    """
    rate, schedules = reference_rate(case), result.schedules
    found = []
    for x in case.finance.debt:
        loan = schedules.get(x.id)
        amount, element, subsidy = 0.0, None, 0.0
        if loan is not None:
            amount = float(loan.balance[0])
            element = None if rate is None else grant_element(amount, loan, rate).value
            subsidy = (element or 0.0) * amount if x.kind in PUBLIC else 0.0
        elif x.kind == "guarantee":
            subsidy = _guarantee_cost(x, schedules.get(x.covers), rate)
        else:
            amount = first_loss.get(x.id, x.amount or (x.share_frac or 0.0) * result.uses["investment"])
            element, subsidy = (1.0, amount) if x.kind == "grant" else (None, 0.0)
        if x.kind != "equity":
            found.append(Concession(x.id, x.kind, amount, x.kind in PUBLIC, element, subsidy))
    owners = result.equity - sum(first_loss.values())
    return (*found, Concession("equity", "equity", owners, False, None, 0.0))


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
