"""What a lender asks of the signed deal: dearer energy, upkeep, works and loans, less service sold, and all at once.

The sizes are a judgment, those lenders usually ask for; beside each stands how large it may grow until the debt is just
paid, which depends on no such choice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from edsim.finance import Customer, ProjectInputs

UPKEEP = ("om_fixed", "om_variable")
"""Operating cost of upkeep."""
NO_ENERGY = (*UPKEEP, "water", "carbon")
"""Operating cost that is not bought energy."""
OWN_COST = "company_"
"""Begin of the name of an operating cost of the company alone (concession fee, staff, insurance)."""
DOWNSIDE = "downside: all five together"
"""Event in which all shocks happen at their sizes."""

Deal = tuple[ProjectInputs, tuple[Customer, ...]]


@dataclass(frozen=True, slots=True)
class Shock:
    """A change of the deal.

    Attributes
    ----------
    event
        What happens, at its size.
    size_frac
        Size shown: share of the planned value; of loans, added to the rate per year.
    limit_frac
        Largest size tried in search of the one at which the debt is just paid.
    apply
        Changed project and customers at a size.
    """

    event: str
    size_frac: float
    limit_frac: float
    apply: Callable[[Deal, float], Deal]


def _dearer(deal: Deal, size: float, is_hit: Callable[[str], bool]) -> Deal:
    project, customers = deal
    cost = {k: np.asarray(v) * (1.0 + size if is_hit(k) else 1.0) for k, v in project.operating_cost.items()}
    return replace(project, operating_cost=cost), customers


def follows_sales(line: str) -> bool:
    """Return whether an operating cost falls with the energy sold: all but upkeep and the company's own costs."""
    return line != "om_fixed" and not line.startswith(OWN_COST)


def _energy(deal: Deal, size: float) -> Deal:
    return _dearer(deal, size, lambda line: line not in NO_ENERGY and not line.startswith(OWN_COST))


def _upkeep(deal: Deal, size: float) -> Deal:
    return _dearer(deal, size, lambda line: line in UPKEEP)


def _sales(deal: Deal, size: float) -> Deal:
    """Sell less to every customer; what follows the energy delivered falls with it, contracted capacity stays."""
    project, customers = deal
    less = tuple(
        replace(
            c,
            delivered_kwh=np.asarray(c.delivered_kwh) * (1.0 + size),
            low_delta_t_kwh=np.asarray(c.low_delta_t_kwh) * (1.0 + size),
        )
        for c in customers
    )
    return _dearer((project, less), size, follows_sales)


def _take_up(deal: Deal, size: float) -> Deal:
    """Sign less with every customer: contracted capacity, connection charges and energy; the plant stands."""
    project, customers = deal
    less = tuple(replace(c, contracted_kw=c.contracted_kw * (1.0 + size)) for c in customers)
    return _sales((project, less), size)


def _investment(deal: Deal, size: float) -> Deal:
    """Build dearer with the loans as signed: the owners pay the difference."""
    project, customers = deal
    parts = tuple(replace(part, amount=part.amount * (1.0 + size)) for part in project.investments)
    return replace(project, investments=parts), customers


def _loans(deal: Deal, size: float) -> Deal:
    project, customers = deal
    tranches = tuple(replace(t, loan=replace(t.loan, rate=t.loan.rate + size)) for t in project.tranches)
    debt = project.debt
    debt = debt if debt is None else replace(debt, loan=replace(debt.loan, rate=debt.loan.rate + size))
    return replace(project, tranches=tranches, debt=debt), customers


SHOCKS = (
    Shock("energy 20 % dearer", 0.20, 5.0, _energy),
    Shock("upkeep 20 % dearer", 0.20, 5.0, _upkeep),
    Shock("10 % less service sold", -0.10, -0.99, _sales),
    Shock("investment 15 % dearer", 0.15, 5.0, _investment),
    Shock("loans 2 points dearer", 0.02, 0.50, _loans),
)
"""Shocks of a deal after close."""
TAKE_UP = Shock("20 % less taken up", -0.20, -0.99, _take_up)
"""Customers who never sign: beside the others, for it holds less service sold in it."""


def downside(deal: Deal, shocks: Sequence[Shock] = SHOCKS) -> Deal:
    """Return the deal after all shocks at their sizes."""
    for shock in shocks:
        deal = shock.apply(deal, shock.size_frac)
    return deal


def just_paid_frac(shock: Shock, cover: Callable[[float], float | None]) -> float | None:
    """Return the size at which the lowest cover ratio is 1, to 0.0001; None where it is below already or never is.

    Parameters
    ----------
    shock
        Shock; its limit is the end of the search.
    cover
        Lowest cover ratio at a size; None without debt service.
    """

    def above(size: float) -> float:
        found = cover(size)
        return -1.0 if found is None else found - 1.0

    planned = cover(0.0)
    if planned is None or planned <= 1.0 or above(shock.limit_frac) > 0.0:
        return None
    from scipy.optimize import brentq

    return float(brentq(above, 0.0, shock.limit_frac, xtol=1e-4))
