"""The part of a pro forma that does not depend on debt and tax: revenue, cost, reserves, later investments."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edsim.core.arguments import reject
from edsim.finance.debt_sizing import reserve_balance
from edsim.finance.depreciation import spread
from edsim.finance.project import ProjectInputs

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Operation:
    """What does not depend on debt and tax; years 0..N."""

    revenue: Vector
    operating_cost: Vector
    ebitda: Vector
    operating_reserve: Vector
    receivables: Vector
    major_funding: Vector
    major_spending: Vector
    major_balance: Vector
    replacement: Vector
    later_depreciation: Vector
    later_book_value: float

    def later_reserves(self, p: ProjectInputs) -> Vector:
        """Return what working capital and receivables grow by in years of later investments: uses of funds there."""
        return self._step(self.operating_reserve, p) + self._step(self.receivables, p)

    def paid_growth(self, balance: Vector, p: ProjectInputs) -> Vector:
        """Return the growth of a reserve after close that the cash of operation pays, years 0..N."""
        return np.diff(balance, prepend=balance[0]) - self._step(balance, p)

    def _step(self, balance: Vector, p: ProjectInputs) -> Vector:
        grown = np.maximum(np.diff(balance, prepend=balance[0]), 0.0)
        return np.where(p.later_investment() > 0.0, grown, 0.0)


def later_uses(p: ProjectInputs, o: Operation) -> Vector:
    """Return what the investments after close need in the years 0..N, with reserves and the fees of their loans.

    Loans that take a share of it carry their own fee: ``(paid + fees of amounts) / (1 - sum(share x fee))``.
    """
    uses, shares = p.later_investment() + o.later_reserves(p), np.zeros(p.years + 1)
    for tranche in p.tranches:
        if tranche.year:
            uses[tranche.year] += tranche.fee_frac * (tranche.amount or 0.0)
            shares[tranche.year] += tranche.fee_frac * (tranche.share_of_uses or 0.0)
    return np.asarray(uses / (1.0 - shares))


def operate(p: ProjectInputs) -> Operation:
    """Return revenue, cost, reserves and later investments."""
    n = p.years
    revenue = np.concatenate(([0.0], p.total_revenue()))
    cost = np.concatenate(([0.0], p.total_operating_cost()))
    ebitda = revenue - cost
    replacement, later, left = np.zeros(n + 1), np.zeros(n + 1), 0.0
    for item in p.replacements:
        if not 1 <= item.year <= n:
            raise reject("E705", "a replacement falls outside the project", f"{item.name}.year", item.year)
        replacement[item.year] += item.amount
        left += _write_off(p, later, item.depreciation, item.amount, item.year)
    saved, spent = np.zeros(n + 1), np.zeros(n + 1)
    for reserve in p.major_reserves:
        for due in range(reserve.interval_a, n + 1, reserve.interval_a):
            price = reserve.cost * (1.0 + reserve.escalation) ** (due - 1)
            saved[due - reserve.interval_a + 1 : due + 1] += price / reserve.interval_a
            spent[due] += price
            left += _write_off(p, later, reserve.depreciation, price, due)
    return Operation(
        revenue=revenue,
        operating_cost=cost,
        ebitda=ebitda,
        operating_reserve=reserve_balance(cost, p.reserves.operating_months),
        receivables=_receivables(p, revenue),
        major_funding=saved,
        major_spending=spent,
        major_balance=np.cumsum(saved - spent),
        replacement=replacement,
        later_depreciation=later,
        later_book_value=left,
    )


def _receivables(p: ProjectInputs, revenue: Vector) -> Vector:
    """Return what customers owe at the end of the years 0..N: of the year, or of the next where an investment pays."""
    ahead = reserve_balance(revenue, p.reserves.receivable_months)
    if p.reserves.receivables_earn:
        return ahead
    funded = p.later_investment() > 0.0
    funded[[0, -1]] = True
    return np.where(funded, ahead, revenue * p.reserves.receivable_months / 12.0)


def _write_off(p: ProjectInputs, later: Vector, shares: tuple[float, ...], price: float, year: int) -> float:
    """Add the depreciation of a purchase to `later` and return what it leaves to be written off at the end."""
    if not shares:
        return 0.0
    written = spread(shares, price, p.years, first_year=year)
    later[1:] += written
    return (sum(shares) * price - float(written.sum())) if p.write_off_at_end else 0.0


def debt_cash(p: ProjectInputs, o: Operation, tax: Vector) -> Vector:
    """Return the cash available for debt service in the years 0..N (year 0 unused).

    The value at the end is no operating cash, and lenders count none of it: neither the sale nor its tax, so that
    `tax` is that of operation.
    """
    cash = o.ebitda - o.major_funding - o.replacement - o.paid_growth(o.receivables, p)
    return cash - tax if p.debt_cash == "after_tax" else cash
