"""Electricity bill under time-of-use prices, monthly demand charges with ratchet, fixed charges and export."""

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
    """

    energy_per_kwh: ArrayLike
    demand_per_kw_month: ArrayLike = 0.0
    demand_bands: tuple[tuple[ArrayLike, float], ...] = ()
    ratchet_frac: float = 0.0
    fixed_per_month: float = 0.0
    export_per_kwh: ArrayLike = 0.0


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
        E702 for series of the wrong length, E745 for a ratchet outside 0..1.
    """
    load = as_vector(import_kw, "import_kw")
    check_length(load, HOURS_PER_YEAR, "import_kw")
    if not 0 <= terms.ratchet_frac <= 1:
        raise reject("E745", "out of range", "ratchet_frac", terms.ratchet_frac, allowed="0..1")
    spent = load * yearly(terms.energy_per_kwh, HOURS_PER_YEAR, "energy_per_kwh")
    earned = yearly(export_kw, HOURS_PER_YEAR, "export_kw") * yearly(
        terms.export_per_kwh, HOURS_PER_YEAR, "export_per_kwh"
    )
    peak = _monthly_peak(load)
    bands = sum((_monthly_peak(load * np.asarray(hours)) * price for hours, price in terms.demand_bands), np.zeros(12))
    billed = np.maximum(peak, terms.ratchet_frac * peak.max())
    return Bill(
        np.asarray(np.bincount(MONTH_OF_HOUR, spent, 12), dtype=float),
        billed * yearly(terms.demand_per_kw_month, 12, "demand_per_kw_month") + bands,
        np.full(12, float(terms.fixed_per_month)),
        -np.asarray(np.bincount(MONTH_OF_HOUR, earned, 12), dtype=float),
        billed,
    )


def _monthly_peak(load: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.maximum.reduceat(load, np.concatenate(([0], np.cumsum(DAYS_PER_MONTH * 24)[:-1])))
