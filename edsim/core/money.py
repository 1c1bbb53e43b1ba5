"""Bringing an amount of money into another currency and price year.

First the amount is carried to the target year with the consumer prices of its own currency, then converted at the
mean exchange rate of the target year. The other order would carry the swings of the exchange rate into costs.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from math import isfinite

from edsim.core.errors import DataError, Finding
from edsim.core.resources import data_path

Series = Mapping[str, Mapping[int, float]]


@dataclass(frozen=True, slots=True)
class PriceTables:
    """Consumer prices and exchange rates.

    Attributes
    ----------
    cpi
        Currency → year → consumer price index, annual mean, any base.
    fx_per_usd
        Currency → year → units of the currency per US dollar, annual mean.
    """

    cpi: Series
    fx_per_usd: Series


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """Mean exchange rate of a year, the dearer currency in the cheaper one: `rate` of `currency` per unit of `per`."""

    rate: float
    currency: str
    per: str
    year: int
    source: str


@cache
def price_tables() -> PriceTables:
    """Return the shipped tables (USD, EUR, COP, CHF from 2015; sources and verification in the file)."""
    series: dict[str, dict[str, dict[int, float]]] = {"cpi": {}, "fx_per_usd": {}}
    with data_path("countries", "prices.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            years = series[row["series"]].setdefault(row["currency"], {})
            years[int(row["calendar_year"])] = float(row["value"])
    return PriceTables(series["cpi"], series["fx_per_usd"])


def with_rate(tables: PriceTables, currency: str, year: int, rate_per_usd: float) -> PriceTables:
    """Return the tables with the mean exchange rate of one currency and year put in the place of theirs, if any.

    Parameters
    ----------
    tables
        Consumer prices and exchange rates.
    currency, year
        ISO 4217 code of any currency but the US dollar, and the year of the rate.
    rate_per_usd
        Units of the currency per US dollar, above 0.
    """
    if currency == "USD" or not (isfinite(rate_per_usd) and rate_per_usd > 0.0):
        raise ValueError(f"{rate_per_usd} {currency}/USD is no exchange rate")
    rates = {**tables.fx_per_usd, currency: {**tables.fx_per_usd.get(currency, {}), year: rate_per_usd}}
    dollars = {**rates.get("USD", {}), year: 1.0}
    return PriceTables(tables.cpi, {**rates, "USD": dollars})


@lru_cache(maxsize=64)
def prices_at(currency: str, year: int, rate_per_usd: float | None) -> PriceTables:
    """Return the shipped tables with a rate that was stated for `currency` in `year`; as they are for None."""
    return price_tables() if rate_per_usd is None else with_rate(price_tables(), currency, year, rate_per_usd)


def convert_money(
    amount: float,
    from_currency: str,
    from_year: int,
    to_currency: str,
    to_year: int,
    tables: PriceTables | None = None,
) -> float:
    """Return `amount` in another currency at the prices of another year.

    ``amount x CPI_from(to_year) / CPI_from(from_year) x FX_to(to_year) / FX_from(to_year)``

    Parameters
    ----------
    amount
        Money in `from_currency` at the prices of `from_year`.
    from_currency, to_currency
        ISO 4217 codes.
    from_year, to_year
        Price years.
    tables
        Price index and exchange rates; default the shipped ones.

    Raises
    ------
    DataError
        E770 when a currency or year is missing in the tables (all gaps at once).
    """
    held = tables or price_tables()
    needed = [] if from_year == to_year else [("cpi", from_currency, from_year), ("cpi", from_currency, to_year)]
    if from_currency != to_currency:
        needed += [("fx_per_usd", from_currency, to_year), ("fx_per_usd", to_currency, to_year)]
    findings = [f for f in (_gap(held, *key) for key in needed) if f is not None]
    if findings:
        raise DataError.of(findings)
    growth = 1.0
    if from_year != to_year:
        growth = held.cpi[from_currency][to_year] / held.cpi[from_currency][from_year]
    rate = 1.0
    if from_currency != to_currency:
        rate = held.fx_per_usd[to_currency][to_year] / held.fx_per_usd[from_currency][to_year]
    return amount * growth * rate


def exchange_rate(
    one: str, other: str, year: int, tables: PriceTables | None = None, stated: Mapping[str, str] | None = None
) -> ExchangeRate:
    """Return the mean rate between two currencies that :func:`convert_money` uses for the prices of `year`.

    Parameters
    ----------
    one, other, year
        The two currencies and the year.
    tables
        Default the shipped ones.
    stated
        Currency → source of its rate, where that is not the one shipped.

    Raises
    ------
    DataError
        E770 when a currency or year is missing in the tables.
    """
    rate = convert_money(1.0, one, year, other, year, tables)
    own = stated or {}
    with data_path("countries", "prices.csv").open(encoding="utf-8", newline="") as handle:
        rows = [r for r in csv.DictReader(handle) if r["series"] == "fx_per_usd" and r["calendar_year"] == str(year)]
    shipped = [r["source"] for r in rows if r["currency"] in {one, other} - {"USD", *own}]
    source = "; ".join([*shipped, *(own[c] for c in (one, other) if c in own)])
    dear, cheap = (one, other) if rate >= 1.0 else (other, one)
    return ExchangeRate(max(rate, 1.0 / rate), cheap, dear, year, source)


def _gap(tables: PriceTables, name: str, currency: str, year: int) -> Finding | None:
    """Return a finding when the table `name` has no value for the currency and year."""
    series: Series = getattr(tables, name)
    if currency not in series:
        return Finding("E770", f"no {name} for this currency", field=currency, allowed=", ".join(sorted(series)))
    if year in series[currency]:
        return None
    years = sorted(series[currency])
    hint = "give the amount at the prices of a listed year, or own tables"
    allowed = f"{years[0]}..{years[-1]}"
    return Finding("E770", f"no {name} for this year", field=currency, got=str(year), allowed=allowed, hint=hint)
