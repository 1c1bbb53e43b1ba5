"""What a pro forma warns of: loans that grow, owners who must add money, more funds than uses, a cover ratio missed."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import Finding
from edsim.finance.loans import LoanSchedule
from edsim.finance.measures import Measure
from edsim.finance.project import ProjectInputs

Vector = NDArray[np.float64]


def growing_loans(schedules: Mapping[str, LoanSchedule]) -> tuple[Finding, ...]:
    """Return a warning for each sculpted loan whose cash does not pay the interest of a year."""
    found = []
    for name, loan in schedules.items():
        least = -1e-6 * float(loan.drawn.max())
        if least < 0.0 and loan.principal.min() < least:
            years = "years " + ", ".join(map(str, np.flatnonzero(loan.principal < least)))
            what = "the cash of some years does not pay the interest, the loan grows"
            hint = "give the loan years of grace, or a slower ramp of its service"
            found.append(Finding("W704", what, field=name, got=years, hint=hint, severity="warning"))
    return tuple(found)


def money_warnings(
    p: ProjectInputs, cash: Vector, planned: Vector, equity: float, cover: Measure
) -> tuple[Finding, ...]:
    """Return the warnings of the owners' cash.

    Parameters
    ----------
    p
        Inputs.
    cash : (years + 1,)
        Owners' cash, money out negative.
    planned : (years + 1,)
        What the owners pay of later investments: no surprise in those years.
    equity
        Owners' money at close.
    cover
        Lowest cover ratio.
    """
    found = []
    short = np.flatnonzero((cash + planned)[1:] < -1e-6 * max(1.0, float(np.abs(cash).max()))) + 1
    if short.size:
        what = "the owners must add money in some years"
        years = ", ".join(map(str, short))
        found.append(Finding("W701", what, field="equity_cash_flow", got=f"years {years}", severity="warning"))
    if equity < -1e-9 * p.investment:
        what = "loans and grants exceed the uses of funds"
        hint = "lower grants, connection charges and loans, or limit the share of the sized loan"
        found.append(Finding("W702", what, field="equity", got=f"{equity:g}", hint=hint, severity="warning"))
    wanted = p.debt.dscr if p.debt else None
    if wanted is not None and cover.value is not None and cover.value < wanted - 1e-6:
        what = "a year does not reach the cover ratio, whatever the sized loan"
        hint = "a major reserve spreads the cost of replacements"
        got, allowed = f"{cover.value:.3f}", f"{wanted:g}"
        found.append(Finding("W703", what, field="dscr", got=got, allowed=allowed, hint=hint, severity="warning"))
    return tuple(found)
