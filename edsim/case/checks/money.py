"""Checks of money: the exchange rate a case states, and prices of different years side by side."""

from __future__ import annotations

from collections.abc import Iterator

from edsim.case.checks.ids import place_of
from edsim.case.parts.exchange_rate import RATE
from edsim.case.schema import Case
from edsim.case.wording.messages import Fault
from edsim.core.money import price_tables

_FAR_FRAC = 0.05
"""Difference from the rate of the table that is remarked: yearly means of sources differ by less."""

_IMPOSSIBLE_TIMES = 3.0
"""Times the rate of the table, either way, that no source gives for a year: a digit, or the rate upside down."""
_STRONG = frozenset(
    ("BHD", "CHF", "EUR", "FKP", "GBP", "GIP", "JOD", "KWD", "KYD", "OMR", "SHP")
)  # fmt: skip
"""Currencies a unit of which costs more than a US dollar, or did in some year since 1990."""
_LEAST_PER_USD, _MOST_PER_USD_OF_STRONG = 0.75, 1.8
"""Least of all other currencies since 1990 (Australian and Canadian dollar: 0.96, World Bank, unverified), and most of
the strong ones (Swiss franc: 1.7), with a margin."""
_FAR_A = 3
"""Years from the price level beyond which the change of prices matters beside the spread of quotes."""
_OF_TARIFF = ("energy_per_kwh", "demand_per_kw_month", "fixed_per_a", "export_per_kwh")


def check_exchange_rate(case: Case) -> Iterator[Fault]:
    """Yield a stated exchange rate that is far from that of the table."""
    known = price_tables().fx_per_usd.get(case.currency, {}).get(case.price_year)
    rate = case.exchange_rate_per_usd
    if known is None and rate is not None and _is_turned(case.currency, rate):
        words = {"turned": f"{1.0 / rate:.6g}", "currency": case.currency}
        yield Fault("E1823", place_of(case, RATE), RATE, f"{rate:g} {case.currency}/USD", "", words, "turned_rate")
    if known is not None and rate is not None and abs(rate / known - 1.0) > _FAR_FRAC:
        words = {"known": f"{known:g}", "currency": case.currency, "year": str(case.price_year)}
        if _IMPOSSIBLE_TIMES > rate / known > 1.0 / _IMPOSSIBLE_TIMES:
            yield Fault("W1823", place_of(case, RATE), RATE, f"{rate:g}", "", words, "check_rate")
        else:
            yield Fault("E1947", place_of(case, RATE), RATE, f"{rate:g}", "", words, "far_rate")


def _is_turned(currency: str, rate: float) -> bool:
    """Return whether a rate can only be US dollars per unit of a currency that no table of edsim has."""
    return rate > _MOST_PER_USD_OF_STRONG if currency in _STRONG else rate < _LEAST_PER_USD


def check_price_levels(case: Case) -> Iterator[Fault]:
    """Yield a price without a year that stands beside one of a year far from the price level of the case.

    The one is brought to the price level of the case, the other is taken to be in it already.
    """
    for table in _tables(case):
        known = {path: case.provenance.get(path) for path in table}
        given = {path: p for path, p in known.items() if p is not None and p.where and p.value}
        far = [(path, p.year) for path, p in given.items() if p.year and abs(p.year - case.price_year) > _FAR_A]
        bare = [path for path, p in given.items() if p.year is None]
        if far and bare:
            words = {"level": str(case.price_year), "other": far[0][0], "year": str(far[0][1])}
            yield Fault("W1836", place_of(case, bare[0]), bare[0], params=words, hint="year_of_price")


def _tables(case: Case) -> Iterator[tuple[str, ...]]:
    """Yield the paths of the prices of each tariff and of the table of fuels."""
    for tariff in case.tariffs:
        windows = (f"time_of_use.{i}.per_kwh" for i in range(len(tariff.time_of_use)))
        bands = (f"demand_bands.{i}.demand_per_kw_month" for i in range(len(tariff.demand_bands)))
        yield tuple(f"tariffs.{tariff.id}.{name}" for name in (*_OF_TARIFF, *windows, *bands))
    yield tuple(f"fuels.{fuel.id}.price_per_kwh" for fuel in case.fuels)
