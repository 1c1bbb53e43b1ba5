"""What happens to a company after close: customers leave or come late, prices rise, nothing has a value at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edsim.appraisal.company.company import taxed
from edsim.appraisal.company.offer import Offer
from edsim.appraisal.company.shocks import (
    DOWNSIDE,
    SHOCKS,
    TAKE_UP,
    Deal,
    Shock,
    downside,
    follows_sales,
    just_paid_frac,
)
from edsim.case.schema import Case
from edsim.core.errors import DataError
from edsim.finance import (
    Contract,
    Customer,
    LoanTerms,
    ProForma,
    ProjectInputs,
    delayed,
    pro_forma,
    stable_customers,
    tariff_components,
    without_each,
)

Array = NDArray[np.float64]
DELAY_A = 2
"""Years by which the stress of late connections delays every customer."""
WORTHLESS = "no value at the end"
"""Event in which nothing that still stands when the study ends is worth anything."""
LEAVING = "all who pay more leave"
"""Event in which every customer leaves whose bills are worth more than its costs in BAU."""


@dataclass(frozen=True, slots=True)
class Stressed:
    """Returns after an event, at an unchanged tariff; None where undefined or where the accounts do not settle.

    `debt_change_frac` is the size of the event at which the debt is just paid; None of events without a size.
    """

    equity_npv: float | None
    equity_irr_frac: float | None
    minimum_dscr: float | None
    debt_change_frac: float | None = None


def closed(project: ProjectInputs, result: ProForma) -> ProjectInputs:
    """Return the project with the loans of `result` signed: their amounts and payments no longer follow the cash."""
    drawn_in = {t.name: t.year for t in project.tranches}

    def signed(name: str, terms: LoanTerms) -> LoanTerms:
        start = drawn_in.get(name, 0)
        paid = result.schedules[name].principal[start + terms.grace_a + 1 : start + terms.tenor_a + 1]
        shares = tuple(float(x) for x in paid / paid.sum()) if paid.sum() > 0 else ()
        return replace(terms, shape="custom", principal_shares=shares) if shares else terms

    tranches = tuple(
        replace(t, loan=signed(t.name, t.loan), amount=result.debt[t.name], share_of_uses=None)
        for t in project.tranches
    )
    debt = project.debt
    if debt is not None:
        debt = replace(debt, loan=signed(debt.name, debt.loan), amount=result.debt[debt.name])
    return replace(project, tranches=tranches, debt=debt)


def stress_of(project: ProjectInputs, case: Case, offer: Offer) -> dict[str, Stressed]:
    """Return what each event comes to: customers lost or late, no value at the end, shocks alone and together.

    Tariff and plant stay. Where every customer pays more, none would be left and there is no such event.
    """
    customers, contract = offer.customers, offer.contract
    if not customers:
        return {}
    planned = _energy(customers, contract)
    events = {f"loss of {name}": left for name, left in without_each(customers).items()} if len(customers) > 1 else {}
    events["as planned"] = customers
    staying = stable_customers(customers, contract, lambda _: offer.tariff)
    if 0 < len(staying) < len(customers):
        events[LEAVING] = staying
    events[f"all customers {DELAY_A} years late"] = delayed(customers, DELAY_A)
    found = {}
    for name, held in events.items():
        share = np.divide(_energy(held, contract), planned, out=np.ones(contract.years), where=planned > 0.0)
        found[name] = _stressed(_with_less(project, share), case, replace(offer, customers=held))
    if project.salvage:
        found[WORTHLESS] = _stressed(replace(project, salvage=0.0), case, offer)
    return found | _shocked(project, case, offer)


def _shocked(project: ProjectInputs, case: Case, offer: Offer) -> dict[str, Stressed]:
    """Return what each shock comes to and how large it may grow, then all together."""

    def after(deal: Deal) -> Stressed:
        return _stressed(deal[0], case, replace(offer, customers=deal[1]))

    plan, found = (project, offer.customers), {}
    for shock in (TAKE_UP, *SHOCKS):

        def cover(size: float, shock: Shock = shock) -> float | None:
            return after(shock.apply(plan, size)).minimum_dscr

        limit = just_paid_frac(shock, cover)
        found[shock.event] = replace(after(shock.apply(plan, shock.size_frac)), debt_change_frac=limit)
    return found | {DOWNSIDE: after(downside(plan))}


def _energy(customers: Sequence[Customer], contract: Contract) -> Array:
    """Return the energy delivered times the price index in the years 1..N."""
    total = np.zeros(contract.years)
    for customer in customers:
        total += tariff_components(customer, contract)[2][1:]
    return total


def _with_less(project: ProjectInputs, share: Array) -> ProjectInputs:
    """Return the project with energy, water and variable cost at a share of the plan; fixed cost stays."""
    cost = {k: np.asarray(v) * share if follows_sales(k) else v for k, v in project.operating_cost.items()}
    return replace(project, operating_cost=cost)


def _stressed(project: ProjectInputs, case: Case, offer: Offer) -> Stressed:
    try:
        result = pro_forma(offer.sold_by(taxed(project, case)))
    except DataError:
        return Stressed(None, None, None)
    return Stressed(result.equity_npv, result.equity_irr.value, result.minimum_dscr.value)


def contract_units(customer: Customer, contract: Contract) -> float:
    """Return the present value of the energy delivered times the price index, kWh."""
    return float(contract.present(tariff_components(customer, contract)[2]))
