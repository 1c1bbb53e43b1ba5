"""Linear forms over arrays: constants and terms that broadcast over the rows of a component."""

from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from edsim.lp.indexing import IntArray, SetInfo


@dataclass(slots=True)
class Term:
    """A coefficient times a column, for all rows.

    The columns are ``offset + places``, or the one column ``offset`` when `places` is None.
    """

    owner: int
    offset: int
    places: IntArray | None
    coefficient: Any


@dataclass(slots=True)
class Linear:
    """A constant and a list of terms, all broadcastable over the rows."""

    const: Any = 0.0
    terms: list[Term] = field(default_factory=list)

    def scaled(self, factor: Any) -> "Linear":
        """Return the expression times a constant (number or array)."""
        terms = [Term(t.owner, t.offset, t.places, t.coefficient * factor) for t in self.terms]
        return Linear(self.const * factor, terms)


@dataclass(frozen=True, slots=True)
class Axis:
    """What a placeholder stands for: positions in a set, and which coordinate of its members."""

    info: SetInfo
    places: IntArray
    coordinate: int


@dataclass(slots=True)
class Frame:
    """The placeholders in scope and the number of row and sum axes."""

    axes: dict[int, Axis]
    row_ndim: int
    sum_ndim: int = 0


def total(values: Any, base: int, sizes: list[int]) -> Any:
    """Return the sum of `values` over the sum axes (leading, the last one first) with the given sizes."""
    array = np.asarray(values, np.float64)
    factor = float(prod(sizes))
    extra = array.ndim - base
    if extra <= 0:
        return values * factor
    present = prod(array.shape[:extra])
    return array.sum(axis=tuple(range(extra))) * (factor / present)


def collapse(term: Term, base: int, sizes: list[int]) -> Term:
    """Sum the coefficient over those sum axes on which the column does not depend."""
    shape = () if term.places is None else term.places.shape
    coefficient = np.asarray(term.coefficient, np.float64)
    ndim = base + len(sizes)
    grown = coefficient.reshape((1,) * (ndim - coefficient.ndim) + coefficient.shape)
    for k, size in enumerate(sizes):
        axis = ndim - base - 1 - k
        place = axis - (ndim - len(shape))
        if size == 1 or (place >= 0 and shape[place] > 1):
            continue
        grown = grown * float(size) if grown.shape[axis] == 1 else grown.sum(axis=axis, keepdims=True)
    while grown.ndim and grown.shape[0] == 1:
        grown = grown[0]
    return Term(term.owner, term.offset, term.places, grown if grown.ndim else float(grown))
