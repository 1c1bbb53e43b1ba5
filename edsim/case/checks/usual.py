"""What is usual of every number a case states: rows of ``edsim/data/magnitudes`` and the spread of the catalogue.

A row holds for a dotted path in which ``*`` stands for any id; of sources and machines a row may name the kind in its
place. A new field needs a row and no code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from math import inf
from typing import Any, NamedTuple

from edsim.case.checks.ids import place_of
from edsim.case.parts.exchange_rate import case_prices
from edsim.case.provenance import typed_values
from edsim.case.schema import Case
from edsim.case.shipped import Row, shipped_rows
from edsim.case.wording.messages import Fault
from edsim.core.errors import EdsimError
from edsim.core.money import convert_money

Span = tuple[float, float]
_MONEY = "USD"
_TIMES = 4.0
"""How far beyond the spread of the catalogue a machine may be, either way, before its unit is doubted; judgement."""
_TIMES_BELOW_VALUE = 20.0
"""The same below the value of the catalogue, where its spread begins at 0."""
SPOT_USD_PER_KWH: Span = (0.001, 1.0)
"""Least and most of the mean of a year on any market, US dollars per kWh; judgement. Less is another currency, more
mostly a price per MWh: the dearest zones of 2022 had 0.3."""
_KELVIN = 30.0
"""The same of temperatures, which no factor fits."""
_TEMPERATURE = "degC"
_OF_KIND = ("technologies", "sources")


class Usual(NamedTuple):
    """What is usual of a field.

    Attributes
    ----------
    low, high
        Limits, in `unit`, per m² of floor area where `per` says so.
    unit
        ``USD`` and what follows for money, which is judged in US dollars of the price year.
    per
        ``floor_area_m2`` of the building, ``all_floor_area_m2`` of the case, or nothing.
    hint
        Key of the advice.
    """

    low: float
    high: float
    unit: str
    per: str
    hint: str


def check_usual(case: Case, rate: float | None) -> Iterator[Fault]:
    """Yield the remark of every stated number that is far from what is usual; 0 means none and is never remarked.

    Parameters
    ----------
    case
        The case.
    rate
        US dollars per unit of its currency; None where nobody knows, and money is not judged.
    """
    kinds = {(head, part.id): part.kind for head in _OF_KIND for part in getattr(case, head)}
    areas = {b.id: b.floor_area_m2 for b in case.buildings}
    everywhere = sum(areas.values())
    for path, origin in typed_values(case.provenance).items():
        numbers = _numbers(origin.value)
        parts = path.split(".")
        usual = usual_of(parts, kinds) if any(numbers) else None
        if usual is None:
            continue
        per = {"": 1.0, "all_floor_area_m2": everywhere}.get(usual.per) or areas[parts[1]]
        span = (_rounded(usual.low * per), _rounded(usual.high * per))
        if not usual.unit.startswith(_MONEY):
            wrong = next((n for n in numbers if n and not within(n, span)), None)
            yield from () if wrong is None else remark(case, path, wrong, span, usual.unit, usual.hint)
        elif rate is not None:
            yield from _money(case, path, numbers[0], span, usual, rate)


_SHOWN = {"degC": "°C", "frac": "", "frac/a": ""}
"""How units of the tables are written to the user."""


def remark(case: Case, path: str, value: float, usual: Span, unit: str, hint: str = "") -> Iterator[Fault]:
    """Yield the remark of a stated value outside `usual`; defaults are no business of the user."""
    if within(value, usual):
        return
    place = place_of(case, path)
    if place.file:
        shown = _SHOWN.get(unit, unit)
        got = f"{value:.10g} {shown}".strip()
        yield Fault("W1891", place, path, got, f"{span_text(usual)} {shown}".strip(), hint=hint)


def _money(case: Case, path: str, value: float, span: Span, usual: Usual, rate: float) -> Iterator[Fault]:
    usd = value * rate
    if value and not within(usd, span):
        words = {"usd": f"{short(usd)} {usual.unit}", "twelfth": f"{value / 12.0:.4g}"}
        monthly = usual.hint == "of_a_year" and not within(usd / 12.0, span)
        hint = "check_slip" if monthly else usual.hint
        got, allowed = f"{value:.10g} {usual.unit.replace(_MONEY, case.currency)}", f"{span_text(span)} {usual.unit}"
        yield Fault("W1890", place_of(case, path), path, got, allowed, words, hint)


def usd_per_unit(case: Case) -> float | None:
    """Return US dollars per unit of the case currency in its price year, None when the tables do not say."""
    try:
        return convert_money(1.0, case.currency, case.price_year, "USD", case.price_year, case_prices(case))
    except EdsimError:
        return None


def within(value: float, limits: Span) -> bool:
    """Return whether a value keeps limits."""
    return limits[0] <= value <= limits[1]


def short(value: float) -> str:
    """Return a figure in four digits, those above as whole numbers and none as a power of ten."""
    if 0.0 < abs(value) < 1e-4:
        return f"{value:.8f}".rstrip("0")
    return f"{value:.0f}" if abs(value) >= 1e4 else f"{value:.4g}"


def span_text(span: Span) -> str:
    """Return limits as text, one sign where the other side is open."""
    if span[1] == inf:
        return f"≥ {short(span[0])}"
    return f"≤ {short(span[1])}" if span[0] == -inf else f"{short(span[0])} – {short(span[1])}"


def _rounded(limit: float) -> float:
    return float(f"{limit:.3g}")


def _numbers(value: object) -> tuple[float, ...]:
    """Return the numbers of a value of a case."""
    given = value if isinstance(value, tuple) else (value,)
    return tuple(float(n) for n in given if isinstance(n, int | float) and not isinstance(n, bool))


def usual_of(parts: Sequence[str], kinds: Mapping[tuple[str, str], str]) -> Usual | None:
    """Return what is usual of the field at a path: of the kind of its source or machine before that of all."""
    kind = kinds.get((parts[0], parts[1])) if len(parts) > 1 else None
    if kind is None:
        return _found(usual_tree(), parts)
    own = _found(usual_tree(), (parts[0], kind, *parts[2:]))
    return own if own is not None else _found(usual_tree(), (parts[0], "*", *parts[2:]))


def _found(tree: Mapping[str, Any], parts: Sequence[str]) -> Usual | None:
    node: Any = tree
    for part in parts:
        node = node.get(part, node.get("*")) if isinstance(node, dict) else None
    node = node.get("*") if isinstance(node, dict) else node
    return node if isinstance(node, Usual) else None


@cache
def usual_tree() -> Mapping[str, Any]:
    """Return what is usual by the parts of the path, rows of this purpose before those of the catalogue."""
    tree: dict[str, Any] = {}
    machines = [(f"technologies.{r['technology']}.{r['parameter']}", _of_catalogue(r)) for r in _spreads()]
    rows = [(row["field"], _of_row(row)) for row in shipped_rows("magnitudes", "usual.csv")]
    for field, usual in (*machines, *rows):
        *heads, last = field.split(".")
        node = tree
        for head in heads:
            node = node.setdefault(head, {})
        node[last] = usual
    return tree


def _of_row(row: Row) -> Usual:
    low, high = float(row["low"] or -inf), float(row["high"] or inf)
    return Usual(low, high, row["unit"], row["per"], row["hint"])


def _spreads() -> list[Row]:
    """Return the rows of the catalogue that state a spread and no money, which is judged by its default."""
    rows = shipped_rows("technologies", "catalogue.csv")
    return [r for r in rows if r["low"] and r["high"] and not r["currency"]]


def _of_catalogue(row: Row) -> Usual:
    low, high, value, unit = float(row["low"]), float(row["high"]), float(row["value"]), row["unit"].strip("-")
    if unit == _TEMPERATURE or low < 0.0:
        return Usual(low - _KELVIN, high + _KELVIN, unit, "", "other_scale" if unit == _TEMPERATURE else "")
    least = low / _TIMES if low else value / _TIMES_BELOW_VALUE
    most = max(min(high * _TIMES, 1.0), high) if unit == "frac" else high * _TIMES
    return Usual(least, most, unit, "", "share_as_number" if unit.startswith("frac") else "")
