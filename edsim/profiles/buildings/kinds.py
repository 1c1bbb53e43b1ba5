"""Findings on fields that hold another kind of value than the one asked for, or one out of range."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from math import inf
from numbers import Real
from typing import TypeVar

import numpy as np

from edsim.core.errors import Finding
from edsim.profiles.numbers import number_array

Item = TypeVar("Item")
Ranges = Mapping[str, tuple[float, float]]

SIZE = (1e-6, 1e9)
"""Of what must be more than nothing."""
_OPTIONAL = frozenset({"convection_w_per_m2_k", "g_frac"})


def other_kind(code: str, where: str, got: object, allowed: str) -> Finding:
    """Return the finding on a field that holds something else."""
    return Finding(code, "this field holds something else", field=where, got=type(got).__name__, allowed=allowed)


def item_findings(
    items: Iterable[object], kind: type[Item], code: str, where: str, within: Callable[[Item], Iterable[Finding]]
) -> Iterator[Finding]:
    """Yield the items of a list that are of another kind, and what is wrong within the others."""
    for i, item in enumerate(items):
        if isinstance(item, kind):
            yield from within(item)
        else:
            yield other_kind(code, f"{where}[{i}]", item, kind.__name__)


def word_findings(word: object, words: Collection[str], code: str, what: str, where: str) -> Iterator[Finding]:
    """Yield a word that is none of those asked for."""
    if not isinstance(word, str) or word not in words:
        yield Finding(code, what, field=where, got=str(word)[:40], allowed=", ".join(sorted(words)))


def flag_findings(flag: object, where: str) -> Iterator[Finding]:
    """Yield what is neither true nor false."""
    if not isinstance(flag, bool | np.bool_ | int):
        yield other_kind("E310", where, flag, "bool")


def all_numbers(item: object, ranges: Ranges) -> bool:
    """Return whether all fields of an item that have a range hold numbers."""
    return all(isinstance(getattr(item, field), Real) for field in ranges if field not in _OPTIONAL)


def range_findings(item: object, where: str, ranges: Ranges, code: str) -> Iterator[Finding]:
    """Yield fields of an item whose value is no number within its range."""
    for field, (low, high) in ranges.items():
        given = getattr(item, field)
        if isinstance(given, int | float) and low <= given <= high:
            continue
        value = number_array(given)
        if given is None and field in _OPTIONAL:
            continue
        if value is None or value.ndim or not low <= float(value) <= high:
            got = (repr(given) if isinstance(given, str) else str(given))[:40]
            yield Finding(
                code, "value out of range", field=f"{where}.{field}".lstrip("."), got=got, allowed=span(low, high)
            )


def span(low: float, high: float) -> str:
    """Return a range in words; the least sizes stand for "above 0"."""
    if high == inf:
        return f">= {low:g}"
    if low == -inf:
        return f"<= {high:g}"
    return f"above 0 to {high:g}" if 0 < low <= SIZE[0] else f"{low:g} to {high:g}"
