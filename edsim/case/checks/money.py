"""Checks of the exchange rate a case states."""

from __future__ import annotations

from collections.abc import Iterator

from edsim.case.checks.ids import place_of
from edsim.case.exchange_rate import RATE
from edsim.case.messages import Fault
from edsim.case.schema import Case
from edsim.core.money import price_tables

_FAR_FRAC = 0.05
"""Difference from the rate of the table that is remarked: yearly means of sources differ by less."""


def check_exchange_rate(case: Case) -> Iterator[Fault]:
    """Yield a stated exchange rate that is far from that of the table."""
    known = price_tables().fx_per_usd.get(case.currency, {}).get(case.price_year)
    rate = case.exchange_rate_per_usd
    if known is not None and rate is not None and abs(rate / known - 1.0) > _FAR_FRAC:
        words = {"known": f"{known:g}", "currency": case.currency, "year": str(case.price_year)}
        yield Fault("W1823", place_of(case, RATE), RATE, f"{rate:g}", "", words, "check_rate")
