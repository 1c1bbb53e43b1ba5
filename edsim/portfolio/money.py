"""Bring the money of runs to one currency and price year, and say with which indices and rates, and whose they are.

A rate that a case states is its own: it holds for that case in its price year, and for no other. All others take the
table: the shipped one, and over it the rows given with ``--prices``.
"""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from edsim.core.currencies import CURRENCIES
from edsim.core.errors import DataError, Finding
from edsim.core.money import PriceTables, convert_money, price_tables, with_rate
from edsim.core.resources import data_path
from edsim.portfolio.facts import Collection, RunFacts
from edsim.portfolio.harmonize import named

if TYPE_CHECKING:
    import pandas as pd

Series = Literal["cpi", "fx_per_usd"]
Key = tuple[Series, str, int]
"""Series, currency and calendar year of a value."""

_SERIES: Mapping[str, Series] = {"cpi": "cpi", "fx_per_usd": "fx_per_usd"}
_SAME_FRAC = 0.005
"""Rates that differ by less are one rate, rounded."""
_COLUMNS = ("series", "currency", "calendar_year", "value", "stated_by", "studies", "used_by", "source")


@dataclass(frozen=True, slots=True)
class Basis:
    """Currency and price year of all sums."""

    currency: str
    price_year: int


@dataclass(frozen=True, slots=True)
class PriceBook:
    """Price indices and exchange rates, and where those come from that were given with ``--prices``."""

    tables: PriceTables
    given: Mapping[Key, str]


@dataclass(frozen=True, slots=True)
class Conversion:
    """How money was brought to one basis.

    Attributes
    ----------
    factors
        Run → factor of its money.
    used
        ``series, currency, calendar_year, value, stated_by, studies, used_by, source``: one row per value and who
        stated it (``table``, ``prices`` or ``case``); empty where nothing had to be converted.
    """

    factors: Mapping[str, float]
    used: pd.DataFrame


def convert(collection: Collection, basis: Basis, book: PriceBook | None = None) -> tuple[Collection, Conversion]:
    """Return the runs whose money can be brought to `basis`, and how.

    Amounts are carried to the price year with the consumer prices of their own currency and then converted at the
    mean rate of that year: the rate the case states for that year, else that of the table. A run without index or rate
    is left out with E582, which says what is missing; the others go on. Rates that contradict each other are W582.

    Raises
    ------
    DataError
        E582 no run can be converted.
    """
    book = _with_dollar(book or PriceBook(price_tables(), {}), basis.price_year)
    factors: dict[str, float] = {}
    used: dict[tuple[Key, float, str, str], list[str]] = defaultdict(list)
    found = list(_contradictions(collection.runs, basis, book))
    for run in collection.runs:
        own = _own_rate(run)
        tables = book.tables if own is None else with_rate(book.tables, run.currency, run.price_year, own)
        needed = _needed(run, basis)
        missing = [k for k in needed if _value(tables, k) is None]
        if missing:
            found.append(_left_out(run, basis, missing))
            continue
        factors[run.id] = convert_money(1.0, run.currency, run.price_year, basis.currency, basis.price_year, tables)
        for key in needed:
            mine = own is not None and key == ("fx_per_usd", run.currency, run.price_year)
            by, source = ("case", run.rate_source) if mine else _origin(key, book)
            used[key, float(_value(tables, key) or 0.0), by, source].append(run.id)
    if not factors:
        raise DataError.of(found)
    keep = [r for r in collection.runs if r.id in factors]
    return collection.only(keep, found), Conversion(factors, _listed(used))


def _with_dollar(book: PriceBook, year: int) -> PriceBook:
    """Return the book with the US dollar worth one US dollar in a year."""
    rates = book.tables.fx_per_usd
    return PriceBook(PriceTables(book.tables.cpi, {**rates, "USD": {**rates.get("USD", {}), year: 1.0}}), book.given)


def _own_rate(run: RunFacts) -> float | None:
    return None if run.currency == "USD" else run.rate_per_usd


def _needed(run: RunFacts, basis: Basis) -> list[Key]:
    """Return which values the money of a run is converted with; the US dollar is worth one US dollar."""
    needed: list[Key] = []
    if run.price_year != basis.price_year:
        needed += [("cpi", run.currency, run.price_year), ("cpi", run.currency, basis.price_year)]
    if run.currency != basis.currency:
        both = (run.currency, basis.currency)
        needed += [("fx_per_usd", c, basis.price_year) for c in both if c != "USD"]
    return needed


def _value(tables: PriceTables, key: Key) -> float | None:
    series, currency, year = key
    values = tables.cpi if series == "cpi" else tables.fx_per_usd
    return values.get(currency, {}).get(year)


def _left_out(run: RunFacts, basis: Basis, missing: Sequence[Key]) -> Finding:
    hint = "give the missing index or rate in a table with --prices FILE; the case is left out"
    place, aim = f"{run.currency} {run.price_year}", f"{basis.currency} {basis.price_year}"
    lacking = ", ".join(" ".join(map(str, k)) for k in missing)
    what = f"money of {place} cannot be brought to {aim} without {lacking}"
    return Finding("E582", what, file=run.id, hint=hint)


def _contradictions(runs: Sequence[RunFacts], basis: Basis, book: PriceBook) -> list[Finding]:
    """Return one remark per currency whose rate in the price year of the sums has several values."""
    if all(r.currency == basis.currency for r in runs):
        return []
    stated: dict[str, dict[float, list[str]]] = defaultdict(lambda: defaultdict(list))
    for run in runs:
        own = _own_rate(run)
        if own is not None and run.price_year == basis.price_year:
            stated[run.currency][own].append(run.id)
    found = []
    for currency, rates in sorted(stated.items()):
        key: Key = ("fx_per_usd", currency, basis.price_year)
        known = _value(book.tables, key)
        values = [*rates, *([] if known is None else [known])]
        if max(values) <= (1.0 + _SAME_FRAC) * min(values):
            continue
        shown = [f"{rate:g} {currency}/USD: {named(ids)}" for rate, ids in sorted(rates.items())]
        shown += (
            [] if known is None else [f"{known:g} {currency}/USD: {'--prices' if key in book.given else 'prices.csv'}"]
        )
        what = (
            f"the exchange rate of {currency} in {basis.price_year} has several values: "
            "each study keeps its own, all others take that of the table"
        )
        hint = "make them equal in the cases, or leave cases out with --exclude"
        found.append(Finding("W582", what, field="exchange_rate", got="; ".join(shown), hint=hint, severity="warning"))
    return found


def _origin(key: Key, book: PriceBook) -> tuple[str, str]:
    """Return who states a value of the table, and its source."""
    if key in book.given:
        return "prices", book.given[key]
    with data_path("countries", "prices.csv").open(encoding="utf-8", newline="") as handle:
        rows = {(r["series"], r["currency"], int(r["calendar_year"])): r["source"] for r in csv.DictReader(handle)}
    return "table", rows.get(key, "")


def _listed(used: Mapping[tuple[Key, float, str, str], Sequence[str]]) -> pd.DataFrame:
    import pandas as pd

    rows = [
        (*key, value, by, len(ids), ", ".join(sorted(ids)), source)
        for (key, value, by, source), ids in sorted(used.items())
    ]
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(
        {"calendar_year": "int64", "value": float, "studies": "int64"}
    )


def read_prices(path: str | Path) -> PriceBook:
    """Return the shipped price tables with the rows of a file laid over them.

    The file is CSV with the columns ``series`` (``cpi``, the consumer price index on any base, or ``fx_per_usd``, units
    of the currency per US dollar, annual mean), ``currency``, ``calendar_year``, ``value`` and, if wanted, ``source``.

    Raises
    ------
    DataError
        E583 the file is not there or a row is not usable.
    """
    shipped = price_tables()
    merged: dict[str, dict[str, dict[int, float]]] = {
        n: {c: dict(y) for c, y in getattr(shipped, n).items()} for n in ("cpi", "fx_per_usd")
    }
    given: dict[Key, str] = {}
    findings = []
    allowed = "series (cpi, fx_per_usd), currency, calendar_year, value above 0"
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as handle:
            head, *lines = handle.read().splitlines() or [""]
            mark = ";" if head.count(";") > head.count(",") else ","
            rows = list(csv.DictReader([head, *lines], delimiter=mark))
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        what = "the price table cannot be read"
        raise DataError.of([Finding("E583", what, file=str(path), got=str(fault))]) from fault
    missing = [c for c in _NEEDED if rows and c not in rows[0]]
    if missing:
        what = "the price table has no column of this name"
        got = ", ".join(str(c) for c in rows[0])
        raise DataError.of([Finding("E583", what, file=str(path), line=1, field=c, got=got) for c in missing])
    for number, row in enumerate(rows, start=2):
        read = _price_row(row, mark)
        if read is None:
            got = ", ".join(f"{k}={v}" for k, v in row.items())
            what = "a row of the price table is not usable"
            findings.append(Finding("E583", what, file=str(path), line=number, got=got, allowed=allowed))
            continue
        (series, currency, year), value = read
        doubt = _doubt(read, shipped, merged if (series, currency, year) in given else None)
        if doubt:
            findings.append(Finding("E583", doubt, file=str(path), line=number, got=f"{value:g} {currency} {year}"))
            continue
        merged[series].setdefault(currency, {})[year] = value
        given[series, currency, year] = (row.get("source") or "").strip() or Path(path).name
    if findings or not rows:
        what = "the price table is empty"
        raise DataError.of(findings or [Finding("E583", what, file=str(path), allowed=allowed)])
    return PriceBook(PriceTables(merged["cpi"], merged["fx_per_usd"]), given)


_NEEDED = ("series", "currency", "calendar_year", "value")
_IMPOSSIBLE_TIMES = 3.0
"""Times the rate of the shipped table, either way, that no source gives for the same year."""


def _price_row(row: Mapping[str, str], mark: str) -> tuple[Key, float] | None:
    """Return a row of a price table as key and value; None where it is not usable.

    Between semicolons a number may have a decimal comma, as spreadsheets write it.
    """
    try:
        text = row["value"].strip()
        text = text.replace(",", ".") if mark == ";" and "." not in text else text
        value, year, currency = float(text), int(row["calendar_year"]), row["currency"].strip().upper()
        series = _SERIES[row["series"].strip()]
    except (AttributeError, KeyError, ValueError, TypeError):
        return None
    return (
        ((series, currency, year), value) if math.isfinite(value) and value > 0.0 and currency in CURRENCIES else None
    )


def _doubt(
    read: tuple[Key, float], shipped: PriceTables, given: Mapping[str, Mapping[str, Mapping[int, float]]] | None
) -> str:
    """Return why a row cannot hold: another row says otherwise, or a rate is upside down or impossible; else ""."""
    (series, currency, year), value = read
    if given is not None and given[series][currency][year] != value:
        return "the price table says this twice, with different values"
    known = shipped.fx_per_usd.get(currency, {}) if series == "fx_per_usd" else {}
    if not known or currency == "USD":
        return ""
    near = known[min(known, key=lambda y: abs(y - year))]
    turned = max(near * value, 1.0 / (near * value)) < _IMPOSSIBLE_TIMES < max(value / near, near / value)
    if turned:
        return "the exchange rate is upside down: write units of the currency per US dollar"
    off = year in known and not 1.0 / _IMPOSSIBLE_TIMES < value / near < _IMPOSSIBLE_TIMES
    return f"the exchange rate is far from that of any day of {year}: the table of edsim says {near:g}" if off else ""
