"""The exchange rate a case may state, so that prices in US dollars can be brought to any currency."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING

from edsim.case.conform import unwrap
from edsim.case.nodes import Node, Origin
from edsim.case.wording.messages import Fault
from edsim.core.money import PriceTables, convert_money, price_tables, prices_at
from edsim.core.units import UnitError, parse_number

if TYPE_CHECKING:
    from edsim.case.schema import Case
    from edsim.core.units import MoneyConverter

RATE = "exchange_rate_per_usd"
_LETTER = re.compile("[A-Za-z]")
"""Where the unit begins, behind the number."""


def read_rate(root: Node, currency: str, year: int, faults: list[Fault]) -> tuple[Node, PriceTables]:
    """Return the case with its exchange rate as a plain number, and the price tables that hold it.

    A rate that cannot be used is reported once; the tables then hold some rate, so that no price fails for want of one.

    Parameters
    ----------
    root
        The case as it is written.
    currency, year
        Its currency and price year.
    faults
        Receives what is wrong.
    """
    written = root.members.get(RATE)
    if written is None or written.value is None:
        return root, price_tables()
    node = unwrap(written, RATE, faults)
    rate, fault = _rate(node, currency, year)
    if fault is not None:
        faults.append(fault)
        node = node.with_value(None)
    elif rate is not None:
        origin = node.origin and replace(node.origin, unit="")
        node = replace(node, value=rate, origin=origin)
    usable = rate if fault is None and rate is not None and isfinite(rate) and rate > 0.0 else 1.0
    tables = price_tables() if currency == "USD" else prices_at(currency, year, usable)
    return root.with_value({**root.members, RATE: node}), tables


def _rate(node: Node, currency: str, year: int) -> tuple[float | None, Fault | None]:
    """Return the number written, None when it is none, and what is wrong with its currency or year."""
    origin = node.origin or Origin()
    number, unit = node.raw, origin.unit
    if isinstance(node.value, str) and (letter := _LETTER.search(node.value)) is not None:
        number, unit = node.value[: letter.start()].strip(), node.value[letter.start() :].strip()
    elif isinstance(node.value, str):
        number = node.value.strip()
    wanted = f"{currency}/USD"
    if currency == "USD":
        return None, Fault("E1821", node.place, RATE, node.raw, hint="no_rate")
    if unit and "".join(unit.split()) != wanted:
        return None, Fault("E1820", node.place, RATE, unit, wanted, {"currency": currency})
    if origin.year not in {None, year}:
        return None, Fault("E1822", node.place, RATE, str(origin.year), str(year), hint="rate_of_year")
    if isinstance(node.value, str):
        try:
            return parse_number(number, decimal=node.decimal), None
        except UnitError:
            return None, None
    return (None if isinstance(node.value, bool | Mapping | tuple) else node.value), None


def rate_note(root: Node, currency: str) -> str:
    """Return how the exchange rate of the case is shown beside the prices it converts, "" when it states none."""
    node = root.members.get(RATE)
    if node is None or not isinstance(node.value, float | int):
        return ""
    source = node.origin.source if node.origin is not None else ""
    return f"at {node.value:g} {currency}/USD ({source or 'case file'})"


def case_prices(case: Case) -> PriceTables:
    """Return consumer prices and exchange rates for the money of a case, with the rate it states."""
    return prices_at(case.currency, case.price_year, case.exchange_rate_per_usd)


def case_money(case: Case) -> MoneyConverter:
    """Return what brings an amount of a currency and price year to those of a case; no year is the case's own.

    It raises :class:`edsim.core.errors.DataError` E770 for a currency or year the tables lack.
    """
    prices = case_prices(case)

    def to_case(amount: float, currency: str, year: int | None) -> float:
        return convert_money(amount, currency, year or case.price_year, case.currency, case.price_year, prices)

    return to_case
