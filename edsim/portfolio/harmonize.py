"""Make runs addable or say why they are not: one currency and price year, equal conventions, nothing counted twice."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from edsim.core.errors import DataError, EdsimError, Finding
from edsim.core.money import PriceTables, convert_money, price_tables, with_rate
from edsim.portfolio.facts import Collection, RunFacts

if TYPE_CHECKING:
    import pandas as pd

_NEAR_M = 25.0
"""Buildings of the same name so close to each other are one building."""
_NAMED = 4
"""Cases named per value in a finding."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Currency and price year of all sums."""

    currency: str
    price_year: int


@dataclass(frozen=True, slots=True)
class Convention:
    """A convention that runs must share to be added up.

    Attributes
    ----------
    key
        Name for ``--allow``.
    what
        In words.
    of
        The value of a run.
    within
        Runs are compared among those with the same value of this (the grid factor is a matter of the country).
    """

    key: str
    what: str
    of: Callable[[RunFacts], str]
    within: Callable[[RunFacts], str] = lambda _: ""


CONVENTIONS: tuple[Convention, ...] = (
    Convention("gwp_set", "set of global warming potentials", lambda r: r.gwp_set),
    Convention("grid_basis", "basis of the grid factor", lambda r: r.grid_basis),
    Convention("grid_factor", "grid factor", lambda r: f"{r.grid_kg_per_kwh:g} kgCO2e/kWh", lambda r: r.country),
    Convention("currency", "currency of the figures", lambda r: r.currency),
    Convention("price_year", "price year", lambda r: str(r.price_year)),
    Convention("discount_rate", "discount rate", lambda r: f"{r.discount_rate_frac:.4g}"),
    Convention("boundary", "boundary of the study", lambda r: r.boundary or "not stated"),
    Convention("horizon", "horizon of the study", lambda r: f"{r.horizon_a} a"),
)
CONVENTION_KEYS = tuple(c.key for c in CONVENTIONS)
_MONEY_KEYS = ("currency", "price_year")


def check_comparable(runs: Sequence[RunFacts], allow: Iterable[str] = ()) -> tuple[Finding, ...]:
    """Return one finding per convention the runs do not share, naming the cases of each value.

    Parameters
    ----------
    runs
        Runs to be added up.
    allow
        Keys of :data:`CONVENTIONS` that may differ: their findings are warnings.

    Returns
    -------
    tuple of Finding
        E580 (or W580): the convention, the values, the cases.
    """
    allowed = set(allow)
    found = []
    for convention in CONVENTIONS:
        groups: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for run in runs:
            groups[convention.within(run)][convention.of(run)].append(run.id)
        for place, values in sorted(groups.items()):
            if len(values) > 1:
                found.append(_differing(convention, place, values, warn=convention.key in allowed))
    return tuple(found)


def _differing(convention: Convention, place: str, values: Mapping[str, Sequence[str]], *, warn: bool) -> Finding:
    where = f" ({place})" if place else ""
    hint = f"make them equal in the cases, leave cases out with --exclude, or accept it with --allow {convention.key}"
    if convention.key in _MONEY_KEYS:
        hint = "give --currency and --price-year to bring all money to one basis"
    got = "; ".join(f"{value}: {_named(ids)}" for value, ids in sorted(values.items()))
    if warn:
        what = f"the cases{where} differ in the {convention.what} and are added up all the same, as asked with --allow"
        hint = "make them equal in the cases, or leave cases out with --exclude"
        return Finding("W580", what, field=convention.key, got=got, hint=hint, severity="warning")
    what = f"the cases{where} differ in the {convention.what} and cannot be added up"
    return Finding("E580", what, field=convention.key, got=got, hint=hint)


def _named(ids: Sequence[str]) -> str:
    shown = sorted(ids)[:_NAMED]
    return ", ".join(shown) + (f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else "")


def check_double_counting(collection: Collection) -> tuple[Finding, ...]:
    """Return one finding per asset, building or source that two cases claim.

    Cases claim what their `study.claims` list (compared without case and blanks) and every building of theirs;
    buildings of the same name within 25 m are the same. Scenarios of a case do not clash: only one of them is added.

    Returns
    -------
    tuple of Finding
        E581, naming what is claimed and the cases.
    """
    claimed: dict[str, list[str]] = defaultdict(list)
    for run in collection.runs:
        for claim in dict.fromkeys(_plain(c) for c in run.claims):
            claimed[claim].append(run.id)
    found = [_twice(f"claim {name!r}", ids) for name, ids in sorted(claimed.items()) if len(ids) > 1]
    return (*found, *_same_buildings(collection.tables["buildings"]))


def _same_buildings(frame: pd.DataFrame) -> list[Finding]:
    known: dict[str, list[tuple[str, float, float]]] = defaultdict(list)
    pairs: dict[str, list[str]] = {}
    placed = frame.dropna(subset=["lat_deg", "lon_deg"])
    for run, name, lat, lon in placed[["run", "name", "lat_deg", "lon_deg"]].itertuples(index=False):
        for other, lat_0, lon_0 in known[_plain(name)]:
            if other != run and _distance_m(lat, lon, lat_0, lon_0) <= _NEAR_M:
                pairs.setdefault(f"building {name!r}", [other]).append(run)
                break
        known[_plain(name)].append((run, lat, lon))
    return [_twice(name, ids) for name, ids in sorted(pairs.items())]


def _twice(what: str, ids: Sequence[str]) -> Finding:
    hint = "leave it out of one case, or leave a case out with --exclude"
    names = _named(list(dict.fromkeys(ids)))
    return Finding("E581", "two cases count the same thing", field=what, got=names, hint=hint)


def _plain(text: str) -> str:
    return " ".join(str(text).casefold().split())


def _distance_m(lat: float, lon: float, lat_0: float, lon_0: float) -> float:
    """Return the distance of two near points, m (plate carrée, 111 320 m per degree)."""
    east = (lon - lon_0) * math.cos(math.radians(lat_0))
    return 111_320.0 * math.hypot(lat - lat_0, east)


def convert(
    collection: Collection, basis: Basis, prices: PriceTables | None = None
) -> tuple[Collection, dict[str, float]]:
    """Return the runs whose money can be brought to `basis`, and the factor of each.

    Amounts are carried to the price year with the consumer prices of their own currency and then converted at the
    mean rate of that year; the rate that cases state goes before that of the table. A run without index or rate is
    left out with E582, which says what is missing; the others go on.

    Raises
    ------
    DataError
        E580 cases state different exchange rates of one currency and year; E582 no run can be converted.
    """
    held = _stated_rates(collection.runs, basis, prices or price_tables())
    factors: dict[str, float] = {}
    found = []
    for run in collection.runs:
        try:
            factors[run.id] = convert_money(1.0, run.currency, run.price_year, basis.currency, basis.price_year, held)
        except EdsimError as fault:
            hint = "give the missing index or rate in a table with --prices FILE; the case is left out"
            got = f"{run.currency} {run.price_year}; {'; '.join(f.text() for f in fault.findings)}"
            allowed = f"what leads to {basis.currency} {basis.price_year}"
            what = "the money of the case cannot be converted"
            found.append(Finding("E582", what, file=run.id, got=got, allowed=allowed, hint=hint))
    if not factors:
        raise DataError.of(found)
    keep = [r for r in collection.runs if r.id in factors]
    return collection.only(keep, found), factors


def _stated_rates(runs: Sequence[RunFacts], basis: Basis, prices: PriceTables) -> PriceTables:
    """Return `prices` with the exchange rates the cases state, as they are where all money is in one currency."""
    if all(r.currency == basis.currency for r in runs):
        return prices
    stated: dict[tuple[str, int], dict[float, list[str]]] = defaultdict(lambda: defaultdict(list))
    for run in runs:
        rate = run.rate_per_usd or prices.fx_per_usd.get(run.currency, {}).get(run.price_year)
        if rate is not None:
            stated[run.currency, run.price_year][rate].append(run.id)
    found = []
    for (currency, year), rates in sorted(stated.items()):
        if len(rates) > 1:
            what = f"the cases differ in the exchange rate of {currency} in {year} and cannot be added up"
            got = "; ".join(f"{rate:g} {currency}/USD: {_named(ids)}" for rate, ids in sorted(rates.items()))
            hint = "make them equal in the cases, or leave cases out with --exclude"
            found.append(Finding("E580", what, field="exchange_rate_per_usd", got=got, hint=hint))
        elif currency != "USD":
            prices = with_rate(prices, currency, year, next(iter(rates)))
    if found:
        raise DataError.of(found)
    return prices


def read_prices(path: str | Path) -> PriceTables:
    """Return the shipped price tables with the rows of a file laid over them.

    The file is CSV with the columns ``series`` (cpi or fx_per_usd), ``currency``, ``calendar_year``, ``value``; more
    columns such as ``source`` are for people.

    Raises
    ------
    DataError
        E583 the file is not there or a row is not usable.
    """
    shipped = price_tables()
    merged = {n: {c: dict(y) for c, y in getattr(shipped, n).items()} for n in ("cpi", "fx_per_usd")}
    findings = []
    allowed = "series (cpi, fx_per_usd), currency, calendar_year, value above 0"
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle))
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        what = "the price table cannot be read"
        raise DataError.of([Finding("E583", what, file=str(path), got=str(fault))]) from fault
    for number, row in enumerate(rows, start=2):
        try:
            value, years = float(row["value"]), merged[row["series"]].setdefault(row["currency"], {})
            usable = math.isfinite(value) and value > 0.0
            years[int(row["calendar_year"])] = value
        except (KeyError, ValueError, TypeError):
            usable = False
        if not usable:
            got = ", ".join(f"{k}={v}" for k, v in row.items())
            what = "a row of the price table is not usable"
            findings.append(Finding("E583", what, file=str(path), line=number, got=got, allowed=allowed))
    if findings or not rows:
        what = "the price table is empty"
        raise DataError.of(findings or [Finding("E583", what, file=str(path), allowed=allowed)])
    return PriceTables(merged["cpi"], merged["fx_per_usd"])
