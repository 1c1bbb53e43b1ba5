"""Customers of a district system: negotiation zone, the tariff solver, and who stays."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from edsim.core.arguments import reject
from edsim.finance.bills import (
    Contract,
    Customer,
    CustomerResult,
    Tariff,
    bau_of,
    customer_bill,
    tariff_components,
)

_EVEN = 1e-12
"""Difference of two sums of excesses, of a requirement of about 1, that is rounding."""


@dataclass(frozen=True, slots=True)
class NegotiationZone:
    """Range of prices that serve both sides.

    Attributes
    ----------
    floor
        Price the company needs.
    ceiling
        Lowest break-even price among the customers.
    gap
        Ceiling minus floor; negative: no price is enough for the company and bearable for every customer.
    binding
        Customer with the lowest ceiling.
    """

    floor: float
    ceiling: float
    gap: float
    binding: str

    @property
    def open(self) -> bool:
        """Whether a price serves the company and every customer."""
        return self.gap >= 0


def negotiation_zone(floor: float, ceilings: dict[str, float]) -> NegotiationZone:
    """Return the zone between the company's floor and the customers' ceilings (price per customer)."""
    if not ceilings:
        raise reject("E717", "needs customers", "ceilings", "none")
    binding = min(ceilings, key=lambda k: ceilings[k])
    return NegotiationZone(floor, ceilings[binding], ceilings[binding] - floor, binding)


@dataclass(frozen=True, slots=True)
class TariffSolution:
    """Tariff that raises the revenue the company needs with the least harm to customers.

    Attributes
    ----------
    tariff
        Prices.
    results
        Bill of each customer.
    losers
        Customer → present value by which its cost exceeds ``BAU x (1 - saving)``, currency; empty when all gain.
    """

    tariff: Tariff
    results: tuple[CustomerResult, ...]
    losers: dict[str, float] = field(default_factory=dict)


def solve_tariff(
    customers: Sequence[Customer],
    contract: Contract,
    required_revenue: float,
    *,
    fixed_share: float,
    connection_per_kw: float = 0.0,
    saving_frac: float = 0.0,
    low_delta_t_per_kwh: float = 0.0,
) -> TariffSolution:
    """Return a tariff that raises `required_revenue` while every customer stays at or under ``BAU x (1 - s)``.

    Where no tariff pleases all, the sum of the excesses is smallest, and those who lose are named with how much; among
    tariffs that do the same harm, or none, it is the one whose fixed share of revenue is nearest to `fixed_share`.

    Parameters
    ----------
    customers, contract
        Who is served on which terms.
    required_revenue
        Present value the company needs from customers at the contract's rate, currency (from the pro forma).
    fixed_share
        Wanted share of connection and capacity charges in the revenue: that of capital and fixed cost in the
        company's cost.
    connection_per_kw
        Connection charge, currency/kW: usually the cost of the transfer station.
    saving_frac
        s: saving promised to each customer.
    low_delta_t_per_kwh
        Surcharge on energy taken at a small temperature difference, currency/kWh.
    """
    if not customers:
        raise reject("E717", "needs customers", "customers", "none")
    units_of, once, room = _room(customers, contract, Tariff(connection_per_kw, 0, 0, low_delta_t_per_kwh), saving_frac)
    scale = max(abs(required_revenue), 1.0)
    wanted = fixed_share * required_revenue - float(once.sum())
    prices = _fair_prices(
        units_of / scale, room / scale, (required_revenue - float(once.sum())) / scale, wanted / scale
    )
    if prices is None:
        hint = "the connection charge alone may raise more than is needed"
        raise reject("E717", "no tariff raises the revenue", "required_revenue", f"{required_revenue:g}", hint=hint)
    tariff = Tariff(connection_per_kw, float(prices[0]), float(prices[1]), low_delta_t_per_kwh)
    over = units_of @ prices - room
    losers = {c.id: float(e) for c, e in zip(customers, over, strict=True) if e > 1e-7 * scale}
    results = tuple(customer_bill(c, tariff, contract) for c in customers)
    return TariffSolution(tariff, results, losers)


def _fair_prices(
    units_of: NDArray[np.float64], room: NDArray[np.float64], revenue_left: float, wanted: float
) -> NDArray[np.float64] | None:
    """Return prices of capacity and consumption with the least sum of excesses, then nearest to the fixed share.

    The revenue leaves one degree of freedom: the share x that the capacity price raises. The sum of excesses is convex
    and linear between the shares at which a customer comes to its limit, so that these and the ends hold the minimum.

    Parameters
    ----------
    units_of : (customers, 2)
        What a unit of each price raises from each customer, of a common scale.
    room : (customers,)
        What each may pay, of that scale.
    revenue_left, wanted
        What both prices raise; what the capacity price is wished to raise, of that scale.
    """
    units = units_of.sum(axis=0)
    if revenue_left < -_EVEN or not (units > 0.0).any():
        return None
    revenue_left = max(revenue_left, 0.0)  # the charges that stay may raise all there is to raise, but for rounding
    ends = np.array([0.0 if units[0] <= 0.0 else 1.0, 1.0 if units[1] <= 0.0 else 0.0])
    raised = revenue_left * np.divide(units_of, units, out=np.zeros_like(units_of), where=units > 0.0)
    slope, base = raised[:, 0] - raised[:, 1], raised[:, 1] - room
    limits = -np.divide(base, slope, out=np.zeros_like(base), where=slope != 0.0)
    shares = np.concatenate((ends, limits[(limits > ends.min()) & (limits < ends.max())]))
    harm = np.maximum(base[:, None] + slope[:, None] * shares, 0.0).sum(axis=0)
    fair = shares[harm <= harm.min() + _EVEN]
    share = np.clip(wanted / revenue_left if revenue_left > 0.0 else 0.0, fair.min(), fair.max())
    prices = revenue_left * np.array([share, 1.0 - share])
    return np.asarray(np.divide(prices, units, out=np.zeros(2), where=units > 0.0))


def affordable_tariff(
    customers: Sequence[Customer], contract: Contract, fixed: Tariff, saving_frac: float = 0.0
) -> Tariff | None:
    """Return the tariff that raises most while every customer stays at or under ``BAU x (1 - s)``.

    Parameters
    ----------
    customers, contract
        Who is served on which terms.
    fixed
        Connection charge and surcharge, which stay; its capacity and consumption prices are found.
    saving_frac
        s.

    Returns
    -------
    Tariff or None
        ``None`` when even the fixed charges alone are more than some customer can pay.
    """
    from scipy.optimize import linprog

    units, _, room = _room(customers, contract, fixed, saving_frac)
    scale = max(float(np.abs(room).max(initial=0.0)), 1.0)
    if room.min(initial=0.0) < 0.0:
        return None
    solved = linprog(-units.sum(axis=0) / scale, A_ub=units / scale, b_ub=room / scale, bounds=[(0, None)] * 2)
    return replace(fixed, capacity_per_kw_a=float(solved.x[0]), consumption_per_kwh=float(solved.x[1]))


def _room(
    customers: Sequence[Customer], contract: Contract, fixed: Tariff, saving_frac: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return per customer the present units of capacity and consumption, the fixed charges, and what is left to pay."""
    parts = np.array([[contract.present(row) for row in tariff_components(c, contract)] for c in customers])
    once = fixed.connection_per_kw * parts[:, 0] + fixed.low_delta_t_per_kwh * parts[:, 3]
    return parts[:, 1:3], once, np.array([_ceiling(c, contract, saving_frac) for c in customers]) - once


def stable_customers(
    customers: Sequence[Customer], contract: Contract, price: Callable[[tuple[Customer, ...]], Tariff]
) -> tuple[Customer, ...]:
    """Return the customers who stay when those with a negative present saving leave and the tariff is set anew."""
    held = tuple(customers)
    while held:
        tariff = price(held)
        staying = tuple(c for c in held if customer_bill(c, tariff, contract).pv_saving >= 0)
        if len(staying) == len(held):
            return held
        held = staying
    return held


def without_each(customers: Sequence[Customer]) -> dict[str, tuple[Customer, ...]]:
    """Return, for the loss of each anchor customer, those that remain."""
    return {c.id: tuple(other for other in customers if other.id != c.id) for c in customers}


def delayed(customers: Sequence[Customer], years: int) -> tuple[Customer, ...]:
    """Return the customers connected `years` later."""
    return tuple(replace(c, connects_in_year=c.connects_in_year + years) for c in customers)


def _ceiling(customer: Customer, contract: Contract, saving_frac: float) -> float:
    """Return the present value the customer can pay to the company, currency."""
    once = np.zeros(contract.years + 1)
    once[min(customer.connects_in_year - 1, contract.years)] = customer.conversion_cost
    return contract.present((1.0 - saving_frac) * bau_of(customer, contract) - once)
