"""Electricity bill under time-of-use prices, monthly demand charges with ratchet and cap, fixed charges and export."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.core.arguments import as_vector, check_length, reject, yearly
from edsim.core.timegrid import DAYS_PER_MONTH, HOURS_PER_YEAR, MONTH_OF_HOUR


@dataclass(frozen=True, slots=True)
class BillTerms:
    """Prices of an electricity tariff.

    Attributes
    ----------
    energy_per_kwh : float or (8760,)
        Energy price, currency/kWh.
    demand_per_kw_month : float or (12,)
        Charge on the highest hourly import of each month, currency/(kW month).
    demand_bands
        Further charges: hours whose import counts, (8760,) 1 or 0, and currency/(kW month) on each month's highest.
    ratchet_frac
        Billed demand is at least this share of the highest monthly peak of the year; bands have none.
    fixed_per_month
        Currency/month.
    export_per_kwh : float or (8760,)
        Price paid for export, currency/kWh.
    load_factor_frac
        No charge on demand bills more than the mean import of the month over this; 0 where there is no such cap.
    """

    energy_per_kwh: ArrayLike
    demand_per_kw_month: ArrayLike = 0.0
    demand_bands: tuple[tuple[ArrayLike, float], ...] = ()
    ratchet_frac: float = 0.0
    fixed_per_month: float = 0.0
    export_per_kwh: ArrayLike = 0.0
    load_factor_frac: float = 0.0


@dataclass(frozen=True, slots=True)
class Bill:
    """Bill of a year by month and part; export is negative.

    Attributes
    ----------
    energy, demand, fixed, export : (12,)
        Currency.
    billed_kw : (12,)
        Demand billed at ``demand_per_kw_month``, kW.
    """

    energy: NDArray[np.float64]
    demand: NDArray[np.float64]
    fixed: NDArray[np.float64]
    export: NDArray[np.float64]
    billed_kw: NDArray[np.float64]

    @property
    def total(self) -> float:
        """Bill of the year, currency."""
        return float((self.energy + self.demand + self.fixed + self.export).sum())


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line of a month's bill: what is counted, at which price.

    Attributes
    ----------
    month
        1 to 12.
    item
        ``energy``, ``demand``, ``demand_band_1``, ``fixed``, ``export`` or ``net_metering``.
    quantity, unit
        What is billed: kWh, kW, or 1 without unit.
    price
        Currency per unit; energy of more than twelve prices a year has its mean price in one line.
    amount
        Currency; export is negative.
    """

    month: int
    item: str
    quantity: float
    unit: str
    price: float
    amount: float


def electricity_bill(import_kw: ArrayLike, terms: BillTerms, *, export_kw: ArrayLike = 0.0) -> Bill:
    """Return the bill of a year of hourly import and export.

    Parameters
    ----------
    import_kw : (8760,)
        Import at the meter, kW (kWh per hour).
    terms
        Tariff.
    export_kw : float or (8760,)
        Export, kW.

    Raises
    ------
    DataError
        E702 for series of the wrong length, E745 for a ratchet or a load factor outside 0..1.
    """
    load = as_vector(import_kw, "import_kw")
    check_length(load, HOURS_PER_YEAR, "import_kw")
    if not 0 <= terms.ratchet_frac <= 1:
        raise reject("E745", "out of range", "ratchet_frac", terms.ratchet_frac, allowed="0..1")
    if not 0 <= terms.load_factor_frac <= 1:
        raise reject("E745", "out of range", "load_factor_frac", terms.load_factor_frac, allowed="0..1")
    spent = load * yearly(terms.energy_per_kwh, HOURS_PER_YEAR, "energy_per_kwh")
    earned = yearly(export_kw, HOURS_PER_YEAR, "export_kw") * yearly(
        terms.export_per_kwh, HOURS_PER_YEAR, "export_per_kwh"
    )
    charges = _charges(load, terms)
    return Bill(
        np.asarray(np.bincount(MONTH_OF_HOUR, spent, 12), dtype=float),
        np.asarray(sum(kw * price for _, kw, price in charges)),
        np.full(12, float(terms.fixed_per_month)),
        -np.asarray(np.bincount(MONTH_OF_HOUR, earned, 12), dtype=float),
        charges[0][1],
    )


def monthly_cap_kw(load: NDArray[np.float64], load_factor_frac: float) -> NDArray[np.float64]:
    """Return the most that a charge on demand bills in each month, kW: mean import over the load factor.

    Endless where `load_factor_frac` is 0. Source: CFE's page of the tariff GDBT, section 5 "Criterios para determinar
    la demanda máxima", read in 2026: the lesser of the peak and ``Q / (24 d F.C.)``, with F.C. of section 3.3.1 of the
    annex to Acuerdo A/064/2018 (not read); GDMTH and DIST are taken to bill alike.
    """
    if load_factor_frac <= 0.0:
        return np.full(12, np.inf)
    return np.asarray(np.bincount(MONTH_OF_HOUR, load, 12) / (24.0 * DAYS_PER_MONTH * load_factor_frac))


def _charges(load: NDArray[np.float64], terms: BillTerms) -> list[tuple[str, NDArray[np.float64], NDArray[np.float64]]]:
    """Return item, billed kW and price of each month of every charge on demand, the one on all hours first."""
    peak, most = _monthly_peak(load), monthly_cap_kw(load, terms.load_factor_frac)
    price = yearly(terms.demand_per_kw_month, 12, "demand_per_kw_month")
    found = [("demand", np.minimum(np.maximum(peak, terms.ratchet_frac * peak.max()), most), price)]
    for k, (hours, band_price) in enumerate(terms.demand_bands, start=1):
        billed = np.minimum(_monthly_peak(load * np.asarray(hours)), most)
        found.append((f"demand_band_{k}", billed, np.full(12, float(band_price))))
    return found


def bill_lines(import_kw: ArrayLike, terms: BillTerms, *, export_kw: ArrayLike = 0.0) -> tuple[BillLine, ...]:
    """Return the lines of the twelve months whose amounts add up to :func:`electricity_bill`.

    Parameters and errors are those of :func:`electricity_bill`. What is nothing has no line.
    """
    bill = electricity_bill(import_kw, terms, export_kw=export_kw)
    load = as_vector(import_kw, "import_kw")
    lines = _energy_lines(load, yearly(terms.energy_per_kwh, HOURS_PER_YEAR, "energy_per_kwh"), "energy")
    for item, peaks, prices in _charges(load, terms):
        lines += [_line(m, item, float(peaks[m]), "kW", float(prices[m])) for m in range(12)]
    lines += [_line(m, "fixed", 1.0, "", float(bill.fixed[m])) for m in range(12)]
    fed = yearly(export_kw, HOURS_PER_YEAR, "export_kw")
    earned = _energy_lines(fed, -yearly(terms.export_per_kwh, HOURS_PER_YEAR, "export_per_kwh"), "export")
    return tuple(sorted((x for x in lines + earned if x.amount), key=lambda x: x.month))


_MOST_PRICES = 12
"""Prices of energy in a year that each have a line; a market has 8760."""


def _energy_lines(load: NDArray[np.float64], price: NDArray[np.float64], item: str) -> list[BillLine]:
    prices, which = np.unique(price, return_inverse=True)
    if len(prices) > _MOST_PRICES:
        kwh, spent = (np.bincount(MONTH_OF_HOUR, x, 12) for x in (load, load * price))
        mean = spent / np.where(kwh > 0.0, kwh, 1.0)
        return [BillLine(m + 1, item, float(kwh[m]), "kWh", float(mean[m]), float(spent[m])) for m in range(12)]
    table = np.zeros((12, len(prices)))
    np.add.at(table, (MONTH_OF_HOUR, which), load)
    return [_line(m, item, float(table[m, k]), "kWh", float(p)) for m in range(12) for k, p in enumerate(prices)]


def _line(month: int, item: str, quantity: float, unit: str, price: float) -> BillLine:
    return BillLine(month + 1, item, quantity, unit, price, quantity * price)


def _monthly_peak(load: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.maximum.reduceat(load, np.concatenate(([0], np.cumsum(DAYS_PER_MONTH * 24)[:-1])))
