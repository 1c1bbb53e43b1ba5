"""The tariff a project needs: closed form, and with debt, tax and reserves recomputed for every price tried."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.core.arguments import as_vector, check_choice, reject, yearly
from edsim.finance.bills import Contract, Customer, Tariff, connection_charges, revenue
from edsim.finance.customers import TariffSolution, solve_tariff
from edsim.finance.measures import Measure, check_rate, ratio
from edsim.finance.pro_formas import ProForma, pro_forma
from edsim.finance.project import Grant, ProjectInputs
from edsim.finance.time_value import crf, discount_factors, npv

CONNECTION_CAPITAL = "connection capital"
"""Name under which what customers pay for their connection enters the accounts."""

TargetKind = Literal["equity_irr", "project_irr", "equity_npv", "minimum_dscr"]


@dataclass(frozen=True, slots=True)
class Target:
    """What the tariff must reach.

    Attributes
    ----------
    kind
        ``equity_irr``, ``project_irr`` (no debt, after tax), ``equity_npv`` or ``minimum_dscr``.
    value
        Rate, ratio, or currency for ``equity_npv``.
    by_year
        Year in which the return is reached (SAM: target IRR in year 20); ``None`` is the end of the project.
    """

    kind: TargetKind
    value: float
    by_year: int | None = None

    def __post_init__(self) -> None:
        check_choice(self.kind, get_args(TargetKind), "target.kind")
        if self.kind in {"equity_irr", "project_irr"}:
            check_rate(self.value, "target.value")


@dataclass(frozen=True, slots=True)
class RequiredTariff:
    """The price that reaches the target.

    Attributes
    ----------
    price
        Price of year 1 before the price index, currency per unit of output; undefined (``no_price_reaches_target``)
        when none does.
    result
        Pro forma at that price, ``None`` when undefined.
    """

    price: Measure
    result: ProForma | None


def required_tariff(
    project: ProjectInputs,
    output: ArrayLike,
    target: Target,
    *,
    price_index: ArrayLike = 1.0,
    line: str = "service",
) -> RequiredTariff:
    """Return the price per unit of output at which the project reaches the target.

    The loan, fees, reserves, tax and credits are computed anew for every price tried.

    Parameters
    ----------
    project
        All inputs; its other revenues stay, the revenue `line` is replaced.
    output : float or (years,)
        Sold per year (kWh of cooling at the customers' meters), years 1..N.
    target
        What to reach.
    price_index : float or (years,)
        Price of each year relative to that of year 1's price.
    line
        Name of the revenue line.
    """
    sold = yearly(output, project.years, "output") * yearly(price_index, project.years, "price_index")
    if sold.sum() <= 0:
        return RequiredTariff(Measure(None, "no_output", "required tariff"), None)

    def at(price: float) -> ProForma:
        return pro_forma(replace(project, revenue={**project.revenue, line: price * sold}))

    scale = (project.investment / project.years + float(project.total_operating_cost().mean())) / float(sold.mean())
    price = find_root(lambda p: target_gap(at(p), target), scale or 1.0)
    if price is None:
        return RequiredTariff(Measure(None, "no_price_reaches_target", "required tariff"), None)
    return RequiredTariff(Measure(price, None, "required tariff"), at(price))


def cost_reflective_tariff(
    cost: ArrayLike,
    output: ArrayLike,
    discount_rate: float,
    *,
    connection_fees: ArrayLike = 0.0,
    price_index: ArrayLike = 1.0,
) -> Measure:
    """Return the tariff before tax and debt: ``(PV(cost) - PV(connection fees)) / PV(output x index)``.

    Parameters
    ----------
    cost : (n,)
        Cost per year 0..n-1, positive, currency.
    output, connection_fees, price_index : (n,)
        Sold, received from connections, and price index in the same years.
    discount_rate
        Fraction per year, in the money of `cost`.
    """
    vector = np.atleast_1d(np.asarray(cost, dtype=float))
    n = len(vector)
    factors = discount_factors(n, discount_rate)
    net = float((vector - yearly(connection_fees, n, "connection_fees")) @ factors)
    units = float((yearly(output, n, "output") * yearly(price_index, n, "price_index")) @ factors)
    return ratio(net, units, "no_output", "cost-reflective tariff")


def host_payment(owner_flows: ArrayLike, discount_rate: float, tax_rate: float = 0.0) -> float:
    """Return the level yearly payment before tax that makes an owner's net present value zero (energy service).

    ``payment = -NPV x CRF(d, N) / (1 - tax)``: the two-party arrangement of REopt, in which a developer owns the
    machines and the host pays for the service.

    Parameters
    ----------
    owner_flows : (N + 1,)
        The owner's cash after tax in the years 0..N without the payment, money out negative.
    discount_rate, tax_rate
        Of the owner.
    """
    flows = as_vector(owner_flows, "owner_flows")
    return -npv(flows, discount_rate) * crf(discount_rate, len(flows) - 1) / (1.0 - check_rate(tax_rate, "tax_rate"))


def price_index(weights: Mapping[str, float], indices: Mapping[str, ArrayLike], years: int) -> NDArray[np.float64]:
    """Return the contract index ``P_t / P_0 = sum(weight x index_t)`` of the years 1..N.

    Parameters
    ----------
    weights
        Weight per index (``cpi``, ``electricity``, ``water``, ``fx``); what is missing to 1 is a fixed part.
    indices
        Index per year 1..N, 1 at the price date.
    years
        N.
    """
    fixed = 1.0 - sum(weights.values())
    if fixed < -1e-9 or min(weights.values(), default=0.0) < 0:
        raise reject("E716", "index weights are positive and add up to at most 1", "weights", sum(weights.values()))
    total = np.full(years, fixed)
    for name, weight in weights.items():
        if name not in indices:
            raise reject("E716", "a weight has no index", f"weights.{name}", allowed=", ".join(indices))
        total += weight * yearly(indices[name], years, f"indices.{name}")
    return total


@dataclass(frozen=True, slots=True)
class CustomerTariff:
    """Tariff structure that meets the company's target with the least harm to customers.

    Attributes
    ----------
    solution
        Prices, bills and losers with their gaps; ``None`` when no tariff reaches the target.
    result
        Pro forma of the company at that tariff.
    """

    solution: TariffSolution | None
    result: ProForma | None


def customer_tariff(
    project: ProjectInputs,
    customers: Sequence[Customer],
    contract: Contract,
    target: Target,
    *,
    fixed_share: float,
    connection_per_kw: float = 0.0,
    saving_frac: float = 0.0,
    low_delta_t_per_kwh: float = 0.0,
) -> CustomerTariff:
    """Return the tariff at which the company meets its target and each customer is at or under ``BAU x (1 - s)``.

    For each revenue requirement tried, :func:`edsim.finance.solve_tariff` sets the prices and the pro forma is
    computed anew with debt, tax and reserves; charges due in year 0 enter as connection capital.

    Parameters
    ----------
    project
        Inputs of the company; the revenue line ``service`` is replaced.
    customers, contract
        Customers and their common terms; `contract.years` is that of the project.
    target
        What the company must reach.
    fixed_share, connection_per_kw, saving_frac, low_delta_t_per_kwh
        As in :func:`edsim.finance.solve_tariff`.
    """
    if contract.years != project.years:
        raise reject("E717", "contract and project differ in years", "contract.years", contract.years)

    def at(required: float) -> tuple[TariffSolution, ProForma]:
        solved = solve_tariff(
            customers,
            contract,
            required,
            fixed_share=fixed_share,
            connection_per_kw=connection_per_kw,
            saving_frac=saving_frac,
            low_delta_t_per_kwh=low_delta_t_per_kwh,
        )
        return solved, pro_forma(with_tariff(project, customers, contract, solved.tariff))

    cost = contract.present(np.concatenate(([project.investment], project.total_operating_cost())))
    fixed = Tariff(connection_per_kw, low_delta_t_per_kwh=low_delta_t_per_kwh)
    floor = contract.present(revenue(customers, fixed, contract))
    required = find_root(lambda r: target_gap(at(max(r, floor))[1], target), max(cost, floor))
    if required is None:
        return CustomerTariff(None, None)
    return CustomerTariff(*at(max(required, floor)))


def with_tariff(
    project: ProjectInputs, customers: Sequence[Customer], contract: Contract, tariff: Tariff
) -> ProjectInputs:
    """Return the project with the revenue of `customers` as line ``service``; connection charges are capital."""
    once = connection_charges(customers, tariff, contract)
    service = (revenue(customers, tariff, contract) - once)[1:]
    capital = tuple(
        Grant(
            f"{CONNECTION_CAPITAL} in year {year}" if year else CONNECTION_CAPITAL,
            float(once[year]),
            reduces_basis=False,
            taxable=True,
            year=int(year),
        )
        for year in np.flatnonzero(once)
    )
    return replace(project, revenue={**project.revenue, "service": service}, grants=(*project.grants, *capital))


def target_gap(result: ProForma, target: Target) -> float:
    """Return how far a result is above the target: an NPV at the target rate, a ratio or money; 0 on target."""
    if target.kind == "minimum_dscr":
        held = result.minimum_dscr.value
        return (held if held is not None else 0.0) - target.value
    if target.kind == "equity_npv":
        return result.equity_npv - target.value
    flows = result.equity_cash_flow if target.kind == "equity_irr" else result.lines["project_cash_flow"]
    kept = flows if target.by_year is None else flows[: target.by_year + 1]
    return npv(kept, target.value)


def find_root(gap: Callable[[float], float], scale: float) -> float | None:
    """Return where `gap` crosses zero from below, searching outward from `scale`; ``None`` when it does not."""
    from scipy.optimize import brentq

    low, high = 0.0, scale
    for _ in range(60):
        if gap(high) >= 0:
            break
        low, high = high, 2.0 * high
    else:
        return None
    if low == 0.0 and gap(0.0) > 0:
        low = -scale
        while gap(low) > 0:
            low *= 2.0
            if abs(low) > 1e12 * abs(scale):
                return None
    return float(brentq(gap, low, high, xtol=1e-14 * max(abs(high), 1e-300), rtol=1e-14, maxiter=300))
