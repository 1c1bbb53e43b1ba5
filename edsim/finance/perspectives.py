"""Who gains and who pays: transfers between parties cancel, so the parties' values add up to the economy's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from edsim.core.arguments import as_vector, reject
from edsim.finance.builders import Study
from edsim.finance.cashflows import CashFlow, CashFlows
from edsim.finance.time_value import npv

PERSPECTIVES = ("company", "customer", "city", "utility", "lender", "donor", "economy")


def perspective_of(party: str) -> str:
    """Return the perspective of a party such as ``customer:hospital`` or ``lender:senior``.

    Raises
    ------
    DataError
        E718 for an unknown perspective.
    """
    name = party.partition(":")[0]
    if name not in PERSPECTIVES:
        raise reject("E718", "unknown perspective", "party", party, allowed=", ".join(PERSPECTIVES))
    return name


def resource_flows(study: Study, party: str, line: str, values: ArrayLike, *, first_year: int = 0) -> CashFlows:
    """Return money a party pays to or receives from outside (real resources), one value per year."""
    vector = as_vector(values, f"{party}.{line}")
    return CashFlows.of(_row(study, party, line, first_year + i, float(v)) for i, v in enumerate(vector) if v)


def transfer(study: Study, line: str, payer: str, payee: str, amounts: ArrayLike, *, first_year: int = 0) -> CashFlows:
    """Return a payment between two parties (tariff, tax, rent, grant, fee): two rows per year that cancel.

    Parameters
    ----------
    study
        Case, variant, currency and price basis.
    line
        Name of the payment.
    payer, payee
        Parties.
    amounts : (n,)
        Paid per year, positive, currency of the price year.
    first_year
        Year of the first amount; 0 is the year of the close.
    """
    vector = as_vector(amounts, line)
    rows: list[CashFlow] = []
    for i, amount in enumerate(vector):
        if amount:
            rows.append(_row(study, payer, line, first_year + i, -float(amount)))
            rows.append(_row(study, payee, line, first_year + i, float(amount)))
    return CashFlows.of(rows)


@dataclass(frozen=True, slots=True)
class StakeholderMatrix:
    """Present value of each line for each party.

    Attributes
    ----------
    values
        Party → line → present value at one common rate, currency.
    totals
        Party → net present value.
    economy
        Sum over all parties, in which transfers cancel.
    resources
        Present value of the lines that are not transfers; equal to `economy`.
    """

    values: Mapping[str, Mapping[str, float]]
    totals: Mapping[str, float]
    economy: float
    resources: float


def stakeholder_matrix(flows: CashFlows, discount_rate: float, transfers: Iterable[str]) -> StakeholderMatrix:
    """Return who gains and loses at one common rate.

    Parameters
    ----------
    flows
        Rows of all parties.
    discount_rate
        Common rate, in the terms of the table.
    transfers
        Lines that are payments between parties.

    Raises
    ------
    DataError
        E719 when a transfer does not cancel: a payment without its counterpart.
    """
    names = set(transfers)
    values = {
        party: {line: npv(_of(flows, party, line), discount_rate) for line in flows.select(party=party).lines()}
        for party in flows.parties()
    }
    for line in sorted(names):
        rows = flows.select(line=line)
        if abs(rows.total()) > 1e-9 * max(float(np.abs(rows.value).sum()), 1.0):
            raise reject("E719", "a payment between parties has no counterpart", line, f"{rows.total():g}", allowed="0")
    totals = {party: sum(lines.values()) for party, lines in values.items()}
    kept = [line for line in flows.lines() if line not in names]
    resources = npv(flows.select(line=kept), discount_rate) if kept else 0.0
    return StakeholderMatrix(values, totals, sum(totals.values()), resources)


def economy_view(flows: CashFlows, transfers: Iterable[str]) -> CashFlows:
    """Return the flows of the whole economy: all parties without the payments between them."""
    names = set(transfers)
    kept = flows.select(line=[line for line in flows.lines() if line not in names])
    return kept.relabeled("perspective", "economy").relabeled("party", "economy")


def _of(flows: CashFlows, party: str, line: str) -> CashFlows:
    return flows.select(party=party, line=line)


def _row(study: Study, party: str, line: str, year: int, value: float) -> CashFlow:
    grown = study.row(line, year, value).value
    return CashFlow(
        study.case, study.variant, perspective_of(party), party, line, year, grown, study.currency, study.price_basis
    )
