"""What customers of a district system pay: prices, contract, and the bill beside business-as-usual."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.core.arguments import yearly
from edsim.finance.measures import Measure, ratio
from edsim.finance.paybacks import payback
from edsim.finance.time_value import discount_factors


@dataclass(frozen=True, slots=True)
class Tariff:
    """Prices of the service at the price date.

    Attributes
    ----------
    connection_per_kw
        Paid once on the contracted capacity, currency/kW.
    capacity_per_kw_a
        Paid each year on the contracted capacity, currency/(kW a).
    consumption_per_kwh
        Paid on the energy delivered, currency/kWh.
    low_delta_t_per_kwh
        Surcharge on energy taken at too small a temperature difference, currency/kWh.
    """

    connection_per_kw: float = 0.0
    capacity_per_kw_a: float = 0.0
    consumption_per_kwh: float = 0.0
    low_delta_t_per_kwh: float = 0.0


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer and what it would pay without the district.

    Attributes
    ----------
    id
        Name.
    contracted_kw
        Contracted capacity, kW.
    delivered_kwh : float or (years,)
        Energy delivered per year when connected, kWh.
    bau_cost : float or (years,)
        Cost of the own system per year 1..N: energy, demand, water, upkeep, annuity of machines, space; currency.
    conversion_cost
        Cost of converting the building, paid when it connects, currency.
    low_delta_t_kwh : float or (years,)
        Energy per year taken at too small a temperature difference, kWh.
    connects_in_year
        First year of service.
    """

    id: str
    contracted_kw: float
    delivered_kwh: ArrayLike
    bau_cost: ArrayLike
    conversion_cost: float = 0.0
    low_delta_t_kwh: ArrayLike = 0.0
    connects_in_year: int = 1


@dataclass(frozen=True, slots=True)
class Contract:
    """Terms common to all customers.

    Attributes
    ----------
    years
        Years of the contract, N.
    discount_rate
        Customers' rate, in the terms of the money.
    price_index : float or (years,)
        Index on all prices; 1 in year 0.
    connected_frac : float or (years,)
        Share of every customer that is connected in the years 1..N (ramp-up).
    """

    years: int
    discount_rate: float
    price_index: ArrayLike = 1.0
    connected_frac: ArrayLike = 1.0

    def index(self) -> NDArray[np.float64]:
        """Return the price index of the years 1..N."""
        return yearly(self.price_index, self.years, "price_index")

    def connected(self, first_year: int) -> NDArray[np.float64]:
        """Return the share connected in the years 1..N of a customer whose service begins in `first_year`."""
        served = np.arange(1, self.years + 1) >= first_year
        return yearly(self.connected_frac, self.years, "connected_frac") * served

    def present(self, flows: NDArray[np.float64]) -> float:
        """Return the present value of flows of the years 0..N."""
        return float(flows @ discount_factors(self.years + 1, self.discount_rate))


@dataclass(frozen=True, slots=True)
class CustomerResult:
    """A customer's bill against business-as-usual.

    Attributes
    ----------
    id
        Customer.
    bill, bau : (years + 1,)
        District bill with conversion and connection (year before the first service), and cost of the own system in
        the years served; positive, currency.
    first_year_bill
        Charges of the first year of service without those of connection, currency.
    first_year_saving_frac
        Saving on that bill.
    pv_saving
        Present value of the saving, currency.
    conversion_payback_a
        Payback of conversion and connection, years from the connection.
    break_even_factor
        Factor on the whole tariff at which the customer is indifferent: its ceiling.
    """

    id: str
    bill: NDArray[np.float64]
    bau: NDArray[np.float64]
    first_year_bill: float
    first_year_saving_frac: Measure
    pv_saving: float
    conversion_payback_a: Measure
    break_even_factor: Measure


def tariff_components(customer: Customer, contract: Contract) -> NDArray[np.float64]:
    """Return what one unit of each price costs the customer, [4, years 0..N].

    Rows in the order of :class:`Tariff`: connection, capacity, consumption, low temperature difference. A connection
    is paid the year before its first service at the price index of that year, part by part where a customer connects
    in parts.
    """
    n = contract.years
    share = contract.connected(customer.connects_in_year)
    index = contract.index() * share
    joins = np.diff(np.maximum.accumulate(share), prepend=0.0)
    parts = np.zeros((4, n + 1))
    parts[0, :n] = customer.contracted_kw * joins * np.concatenate(([1.0], contract.index()[:-1]))
    parts[1, 1:] = customer.contracted_kw * index
    parts[2, 1:] = yearly(customer.delivered_kwh, n, f"{customer.id}.delivered_kwh") * index
    parts[3, 1:] = yearly(customer.low_delta_t_kwh, n, f"{customer.id}.low_delta_t_kwh") * index
    return parts


def customer_bill(customer: Customer, tariff: Tariff, contract: Contract) -> CustomerResult:
    """Return the customer's bill under the tariff beside its cost of business-as-usual."""
    parts = tariff_components(customer, contract)
    charges = _prices(tariff) @ parts
    once = np.zeros(contract.years + 1)
    start = min(customer.connects_in_year - 1, contract.years)
    once[start] = customer.conversion_cost
    bau = bau_of(customer, contract)
    saving = bau - charges - once
    first = customer.connects_in_year
    running = float(charges[first] - tariff.connection_per_kw * parts[0, first]) if first <= contract.years else 0.0
    own = float(bau[first]) if first <= contract.years else 0.0
    return CustomerResult(
        id=customer.id,
        bill=charges + once,
        bau=bau,
        first_year_bill=running,
        first_year_saving_frac=ratio(own - running, own, "no_bau_cost", "first-year saving"),
        pv_saving=contract.present(saving),
        conversion_payback_a=payback(saving[start:]).simple,
        break_even_factor=ratio(
            contract.present(bau - once), contract.present(charges), "no_bill", "break-even factor"
        ),
    )


def revenue(customers: Sequence[Customer], tariff: Tariff, contract: Contract) -> NDArray[np.float64]:
    """Return what all customers pay to the company per year 0..N, currency."""
    total = np.zeros(contract.years + 1)
    for customer in customers:
        total += _prices(tariff) @ tariff_components(customer, contract)
    return total


def connection_charges(customers: Sequence[Customer], tariff: Tariff, contract: Contract) -> NDArray[np.float64]:
    """Return what all customers pay for their connection per year 0..N, currency: a part of :func:`revenue`."""
    total = np.zeros(contract.years + 1)
    for customer in customers:
        total += tariff.connection_per_kw * tariff_components(customer, contract)[0]
    return total


def _prices(tariff: Tariff) -> NDArray[np.float64]:
    return np.array(
        [tariff.connection_per_kw, tariff.capacity_per_kw_a, tariff.consumption_per_kwh, tariff.low_delta_t_per_kwh]
    )


def bau_of(customer: Customer, contract: Contract) -> NDArray[np.float64]:
    """Return the cost of the own system in the years 0..N, 0 in years without service, currency."""
    n = contract.years
    served = np.arange(1, n + 1) >= customer.connects_in_year
    return np.concatenate(([0.0], np.where(served, yearly(customer.bau_cost, n, f"{customer.id}.bau_cost"), 0.0)))
