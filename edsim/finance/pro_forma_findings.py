"""What a pro forma warns of: loans that grow, owners who must add money, more funds than uses, debt not covered."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import Finding
from edsim.finance.loans import LoanSchedule
from edsim.finance.measures import Measure
from edsim.finance.project import ProjectInputs

Vector = NDArray[np.float64]

_CAUSES = {
    "replacement": "replacements",
    "major_reserve_change": "major reserves",
    "tax": "tax",
    "receivables_change": "receivables",
    "guarantee_fees": "guarantee fees",
}
"""Line that lowers the cash for debt service → its name."""


def growing_loans(schedules: Mapping[str, LoanSchedule]) -> tuple[Finding, ...]:
    """Return a warning for each sculpted loan whose service is less than the interest of a year."""
    found = []
    for name, loan in schedules.items():
        least = -1e-6 * float(loan.drawn.max())
        if least < 0.0 and loan.principal.min() < least:
            years = "years " + ", ".join(map(str, np.flatnonzero(loan.principal < least)))
            what = "the sculpted service of some years is less than the interest, the loan grows"
            hint = "repay it by annuity or in equal parts, give it years of grace, or lower its share"
            found.append(Finding("W704", what, field=name, got=years, hint=hint, severity="warning"))
    return tuple(found)


def uncovered_debt(lines: Mapping[str, Vector], dscr: tuple[float | None, ...]) -> tuple[Finding, ...]:
    """Return a warning where the cash of a year does not pay the debt service: the worst year and its largest cause.

    Parameters
    ----------
    lines : name → (years + 1,)
        Lines of the pro forma.
    dscr : (years,)
        Cover ratio of all debt per year 1..N; None without service.
    """
    held = {year: x for year, x in enumerate(dscr, start=1) if x is not None}
    year = min(held, key=lambda y: held[y], default=0)
    if not year or held[year] >= 1.0:
        return ()
    asked = {key: -float(lines[key][year]) for key in _CAUSES if key in lines}
    cause = max(asked, key=lambda k: asked[k])
    earned, due = lines["ebitda"][year] / 1e6, (lines["interest"][year] + lines["principal"][year]) / 1e6
    if asked[cause] > 0.0:
        what = f"debt is not paid from the cash of year {year}, most for {_CAUSES[cause]}"
    else:
        what = f"debt is not paid from the cash of year {year}, EBITDA is too low"
    hint = "save in a reserve for replacements, lower the loans or their service in that year, or raise the tariff"
    got = (
        f"cover ratio {held[year]:.2f}: EBITDA {_millions(earned)} M, {_CAUSES[cause]} "
        f"{_millions(-asked[cause] / 1e6 + 0.0)} M, debt service {_millions(due)} M"
    )
    return (Finding("W705", what, field="dscr", got=got, allowed="at least 1", hint=hint, severity="warning"),)


def _millions(amount: float) -> str:
    """Return an amount of millions with three digits, whole above a thousand."""
    return f"{amount:,.0f}" if abs(amount) >= 999.5 else f"{amount:.3g}"


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
