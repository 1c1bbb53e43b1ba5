"""What differs between runs: inputs first, then results. It selects and subtracts what the tables hold."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from edsim.appraisal.types import Appraisal
from edsim.core.errors import DataError
from edsim.core.money import ExchangeRate, PriceTables, convert_money, exchange_rate, price_tables, with_rate
from edsim.report.run.variant_inputs import VariantInputs, variant_inputs
from edsim.report.view import BAU, UNSET

Reader = Callable[[str, str], dict[str, tuple[str, str, float | None]]]
"""Variant and column → indicator → label, unit and value."""
MAIN = "main"
"""Group of the main variants of all runs."""

_BOOKKEEPING = frozenset({"name", "source", "quality", "year", "id", "description", "boundary", "lat_deg", "lon_deg"})
"""Last part of paths that name, place or describe a thing rather than say how it is."""

_WHICH = frozenset({"name", "city.name"})
"""Paths that say which case this is."""

_OPTIONS = ("scenario", "mode", "variants")


@dataclass(frozen=True, slots=True)
class InputDifference:
    """An input that is not the same in all runs.

    Attributes
    ----------
    path
        Place in the case (``tariffs.main.energy_per_kwh``), or ``run.…`` for how a run was made.
    unit
        Of the values.
    values
        One text per run; None where the run does not have the input or leaves it unset.
    """

    path: str
    unit: str
    values: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class ResultRow:
    """An indicator of all runs.

    Attributes
    ----------
    group
        ``bau``, ``main`` or the name of another variant.
    id, label, unit
        Of the indicator, as stored.
    values
        One per run; None where there is none.
    """

    group: str
    id: str
    label: str
    unit: str
    values: tuple[float | None, ...]

    def difference(self, run: int) -> float | None:
        """Return what run number `run` has more than the first, None where one of them has no value."""
        first, other = self.values[0], self.values[run]
        return None if first is None or other is None else other - first

    def change_frac(self, run: int) -> float | None:
        """Return :meth:`difference` as a fraction of the first value.

        None when that value is zero or missing, when one is below zero, of which a share cannot say whether it is more
        or less, and for fractions, which change by points.
        """
        difference, first, other = self.difference(run), self.values[0], self.values[run]
        if difference is None or not first or self.unit == "frac" or min(first, other or 0.0) < 0.0:
            return None
        return difference / first

    @property
    def same(self) -> bool:
        """Whether all runs have the same value."""
        return len(set(self.values)) == 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs side by side.

    Attributes
    ----------
    names
        How the runs are called, unique.
    runs
        The appraisals.
    inputs
        Inputs that differ: how runs were made, what their main variants change, then the order of the case.
    results
        Indicators: those of business-as-usual, of the main variants, and of other variants two runs share.
    notes
        What makes the figures not comparable as they stand: other currency or price year (``converted`` to the money
        of the first run, or ``unconverted``: left out for want of a rate), other ``sharing`` of joint cost, other case
        (``name``).
    """

    names: tuple[str, ...]
    runs: tuple[Appraisal, ...]
    inputs: tuple[InputDifference, ...]
    results: tuple[ResultRow, ...]
    notes: tuple[str, ...]

    def groups(self) -> tuple[str, ...]:
        """Return the groups of results, in order."""
        return tuple(dict.fromkeys(row.group for row in self.results))


def compare(runs: Sequence[tuple[str, Appraisal]]) -> Comparison:
    """Return what differs between runs.

    Parameters
    ----------
    runs
        Name and appraisal of each; equal names are told apart by a number.

    Raises
    ------
    ValueError
        Fewer than two runs.
    """
    if len(runs) < 2:
        raise ValueError("a comparison needs at least two runs")
    found = tuple(a for _, a in runs)
    listed = (*_made_differently(found), *_variants_differ(found), *_changed_inputs(found))
    inputs = tuple({row.path: row for row in reversed(listed)}.values())[::-1]  # a variant stands for its case
    return Comparison(_unique([n for n, _ in runs]), found, inputs, tuple(_results(found)), _notes(found))


def most_telling(inputs: Sequence[InputDifference], count: int) -> tuple[InputDifference, ...]:
    """Return the differences that say most about how far runs are apart, in their order.

    Every part of the case (tariffs, finance, buildings …) has its turn with the largest change of a value that all
    runs have; inputs a run does not have come after these, and digests, names and sources last.

    Parameters
    ----------
    inputs
        Differences.
    count
        How many to return at most.
    """
    turns: dict[tuple[int, str], int] = {}
    ranked = []
    for k in sorted(range(len(inputs)), key=lambda k: -_spread(inputs[k].values)):
        kind = _kind(inputs[k]), inputs[k].path.partition(".")[0]
        turns[kind] = turns.get(kind, 0) + 1
        ranked.append((kind[0], turns[kind], k))
    return tuple(inputs[k] for k in sorted(k for *_, k in sorted(ranked)[:count]))


def _kind(found: InputDifference) -> int:
    """Return 0 for a value that all runs have, 1 for one that some do not have, 2 for bookkeeping."""
    if found.path in _WHICH:
        return 0
    digest = found.path.startswith("run.") and "." in found.path.removeprefix("run.")
    if digest or found.path.rpartition(".")[2] in _BOOKKEEPING:
        return 2
    return int(None in found.values)


def _spread(values: Sequence[str | None]) -> float:
    """Return the spread of numbers as a fraction of the largest size, 1 for anything else."""
    try:
        numbers = [float(v) for v in values if v is not None]
    except ValueError:
        return 1.0
    largest = max(map(abs, numbers), default=0.0)
    return (max(numbers) - min(numbers)) / largest if largest else 1.0


def by_name(runs: Sequence[tuple[str, Appraisal]]) -> list[tuple[str, Appraisal]]:
    """Return runs under the names of their cases; runs of cases of one name under the last part of their place."""
    titles = [run.name for _, run in runs]
    if len(set(titles)) == len(titles):
        return [(run.name, run) for _, run in runs]
    return [(PurePath(place).name or place, run) for place, run in runs]


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(out)


def _notes(runs: Sequence[Appraisal]) -> tuple[str, ...]:
    """Return what was done about different money (``converted``, ``unconverted``), and what else is not alike.

    ``sharing``: other methods of sharing joint cost; ``name``: other cases.
    """
    money = {(a.currency, a.price_year) for a in runs}
    said = ["unconverted" if None in money_factors(runs) else "converted"] if len(money) > 1 else []
    said += ["sharing"] if len({m for m in map(sharing_method, runs) if m is not None}) > 1 else []
    return (*said, *(["name"] if len({a.name for a in runs}) > 1 else []))


def _made_differently(runs: Sequence[Appraisal]) -> Iterable[InputDifference]:
    """Yield options, software and data files that differ."""
    rows: list[tuple[str, list[str | None]]] = [("run.edsim", [_text(a.manifest.get("edsim")) for a in runs])]
    options: list[Mapping[str, Any]] = [a.manifest.get("options") or {} for a in runs]
    rows += [(f"run.{key}", [_text(o.get(key)) for o in options]) for key in _OPTIONS]
    rows += [("run.variant", [a.main_variant for a in runs]), ("run.sharing", [sharing_method(a) for a in runs])]
    hashes: list[Mapping[str, str]] = [a.manifest.get("input_files") or {} for a in runs]
    names = dict.fromkeys(n for h in hashes for n in h if n not in {"case.yaml", "README.md"})
    rows += [(f"run.{n}", [h[n][:12] if n in h else None for h in hashes]) for n in names]
    return (InputDifference(path, "", tuple(v)) for path, v in rows if len(set(v)) > 1)


def sharing_method(run: Appraisal) -> str | None:
    """Return the method by which the plant's cost is shared among services; None where it makes one service."""
    table = run.tables.get("allocation")
    if table is None or table.empty:
        return None
    used = table.loc[(table["variant"] == run.main_variant) & table["chosen"].astype(bool), "method"]
    return str(used.iloc[0]) if len(used) else None


def _text(value: object) -> str | None:
    if value is None or (isinstance(value, str | list | tuple) and not value):
        return None
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _changed_inputs(runs: Sequence[Appraisal]) -> Iterable[InputDifference]:
    tables = [_inputs(a) for a in runs]
    for path in dict.fromkeys(p for t in tables for p in t):
        values = tuple(t[path][0] if path in t else None for t in tables)
        if len(set(values)) > 1:
            unit = next(t[path][1] for t in tables if path in t)
            yield InputDifference(path, unit, values)


def _variants_differ(runs: Sequence[Appraisal]) -> Iterable[InputDifference]:
    """Yield what the main variants change in their cases, where it makes the runs differ."""
    read = [variant_inputs(a) for a in runs]
    for path in dict.fromkeys(p for r in read for p in r.changed):
        found = [_value(path, a, r) for a, r in zip(runs, read, strict=True)]
        values = tuple(None if v is None or v[0] in UNSET else v[0] for v in found)
        if len(set(values)) > 1:
            yield InputDifference(path, next(v[1] for v in found if v is not None), values)


def _value(path: str, run: Appraisal, read: VariantInputs) -> tuple[str, str] | None:
    """Return value and unit at a path as the main variant of a run has it; as the case where nothing is changed."""
    if read.values:
        return read.values.get(path)
    stated = _inputs(run)
    return stated.get(path, stated.get(f"{path}.kind"))


def _inputs(run: Appraisal) -> dict[str, tuple[str, str]]:
    """Return path → value and unit of every flattened case value that is set; pipes follow from these."""
    table = run.tables.get("assumptions")
    if table is None:
        return {}
    rows = zip(table["path"], table["value"], table["unit"], strict=True)
    return {str(p): (str(v), str(u)) for p, v, u in rows if str(v) not in UNSET and not str(p).startswith("pipes.")}


def _results(runs: Sequence[Appraisal]) -> Iterable[ResultRow]:
    factors = money_factors(runs)
    tables = [_in_one_money(a, runs[0], f) for a, f in zip(runs, factors, strict=True)]
    yield from _group(BAU, [read(a.main_variant, "bau") for a, read in zip(runs, tables, strict=True)])
    yield from _group(MAIN, [read(a.main_variant, "value") for a, read in zip(runs, tables, strict=True)])
    for name in dict.fromkeys(v for a in runs for v in a.variants):
        having = [name in a.variants for a in runs]
        alone = all(a.main_variant == name for a in runs)
        if sum(having) > 1 and not alone:
            yield from _group(name, [read(name, "value") for read in tables])


def money_factors(runs: Sequence[Appraisal]) -> list[float | None]:
    """Return what the money of each run is worth in that of the first; None where no rate or price index is shipped."""
    first = runs[0]
    found: list[float | None] = []
    for run in runs:
        try:
            tables = _price_tables(run, first)
            found.append(convert_money(1.0, run.currency, run.price_year, first.currency, first.price_year, tables))
        except DataError:
            found.append(None)
    return found


def rates_used(runs: Sequence[Appraisal]) -> tuple[ExchangeRate, ...]:
    """Return the exchange rates by which amounts are brought to the money of the first run, each once."""
    first = runs[0]
    moneys = [(r, f) for r, f in zip(runs, money_factors(runs), strict=True) if r.currency != first.currency]
    return tuple(dict.fromkeys(_rate_used(r, first) for r, factor in moneys if factor is not None))


def _rate_used(run: Appraisal, first: Appraisal) -> ExchangeRate:
    year = first.price_year
    stated = {r.currency: found[1] for r in (run, first) if r.price_year == year and (found := _stated_rate(r))}
    return exchange_rate(run.currency, first.currency, year, _price_tables(run, first), stated)


def _price_tables(run: Appraisal, first: Appraisal) -> PriceTables:
    """Return the shipped prices with the exchange rates that the cases of two runs state."""
    tables = price_tables()
    for r in (run, first):
        found = _stated_rate(r)
        tables = tables if found is None else with_rate(tables, r.currency, r.price_year, found[0])
    return tables


def _stated_rate(run: Appraisal) -> tuple[float, str] | None:
    """Return units of the currency per US dollar and their source, as the case of a run states them."""
    table = run.tables.get("assumptions")
    if table is None:
        return None
    rows = table[(table["path"] == "exchange_rate_per_usd") & ~table["value"].astype(str).isin(UNSET)]
    return None if rows.empty else (float(rows["value"].iloc[0]), f"{run.name}: {rows['source'].iloc[0]}")


def _in_one_money(run: Appraisal, first: Appraisal, factor: float | None) -> Reader:
    """Return a reader of the indicators of a run, amounts brought to the money of the first run."""

    def read(variant: str, column: str) -> dict[str, tuple[str, str, float | None]]:
        found = {}
        for key, (label, unit, value) in _indicators(run, variant, column).items():
            amount, per, rest = unit.partition("/")
            if amount != run.currency:
                found[key] = (label, unit, value)
            else:
                worth = None if value is None or factor is None else value * factor
                found[key] = (label, f"{first.currency}{per}{rest}", worth)
        return found

    return read


def _indicators(run: Appraisal, variant: str, column: str) -> dict[str, tuple[str, str, float | None]]:
    table = run.tables["kpis"]
    rows = table[table["variant"] == variant]
    wanted = zip(rows["id"], rows["label"], rows["unit"], rows[column], strict=True)
    return {str(i): (str(label), str(unit), _finite(value)) for i, label, unit, value in wanted}


def _group(name: str, tables: Sequence[Mapping[str, tuple[str, str, float | None]]]) -> Iterable[ResultRow]:
    for key in dict.fromkeys(k for t in tables for k in t):
        label, unit, _ = next(t[key] for t in tables if key in t)
        values = tuple(t[key][2] if key in t else None for t in tables)
        if any(v is not None for v in values):
            yield ResultRow(name, key, label, unit, values)


def _finite(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None
