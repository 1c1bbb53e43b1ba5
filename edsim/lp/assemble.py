"""Write blocks of rows into one growing CSR matrix."""

from dataclasses import dataclass, field
from math import prod
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from edsim.lp.linear import Linear, Term
from edsim.lp.matrix import FloatArray, Index32Array, IntArray, Layout

Number = TypeVar("Number", bound=np.generic)
FIRST_ROOM = 1 << 23
"""Entries there is room for before an array is copied to a larger one; what is not used takes no memory."""


@dataclass(frozen=True, slots=True)
class RowSides:
    """Lower and upper side of each row of a block."""

    lower: Any
    upper: Any


class Growing(Generic[Number]):
    """An array filled from its start; beyond its room it is copied to one twice as long."""

    def __init__(self, kind: type[Number], room: int = FIRST_ROOM) -> None:
        self._values: npt.NDArray[Number] = np.empty(room, kind)
        self._used = 0

    def reserve(self, size: int) -> npt.NDArray[Number]:
        """Return room for `size` entries after those in use; earlier views become invalid."""
        needed = self._used + size
        if needed > len(self._values):
            larger = np.empty(max(needed, 2 * self._used), self._values.dtype)
            larger[: self._used] = self._values[: self._used]
            self._values = larger
        return self._values[self._used : needed]

    def keep(self, size: int) -> None:
        """Take the first `size` entries reserved last into use."""
        self._used += size

    def array(self) -> npt.NDArray[Number]:
        """Return the entries in use; the room left is given back."""
        self._values.resize(self._used, refcheck=False)
        return self._values


@dataclass(slots=True)
class MatrixBuilder:
    """The matrix under construction."""

    indices: Growing[np.int32] = field(default_factory=lambda: Growing(np.int32))
    data: Growing[np.float64] = field(default_factory=lambda: Growing(np.float64))
    lower: Growing[np.float64] = field(default_factory=lambda: Growing(np.float64))
    upper: Growing[np.float64] = field(default_factory=lambda: Growing(np.float64))
    num_rows: int = 0
    counts: list[tuple[Any, int]] = field(default_factory=list)
    layouts: dict[str, Layout] = field(default_factory=dict)

    def entries(self, size: int) -> tuple[Index32Array, FloatArray]:
        """Return room for the columns and coefficients of `size` entries."""
        return self.indices.reserve(size), self.data.reserve(size)

    def sides(self, shape: tuple[int, ...], sides: RowSides) -> tuple[FloatArray, FloatArray]:
        """Return room for the sides of the rows of a block, filled with `sides`."""
        lower, upper = self.lower.reserve(prod(shape)), self.upper.reserve(prod(shape))
        lower.reshape(shape)[...], upper.reshape(shape)[...] = sides.lower, sides.upper
        return lower, upper

    def add(self, counts: int | IntArray, entries: int, rows: int) -> None:
        """Close a block: `entries` entries and `rows` rows are kept, `counts` in each row (a number when equal)."""
        self.num_rows += rows
        self.counts.append((counts, rows))
        for array, size in ((self.indices, entries), (self.data, entries), (self.lower, rows), (self.upper, rows)):
            array.keep(size)

    def arrays(self) -> tuple[Index32Array, Index32Array, FloatArray, FloatArray, FloatArray]:
        """Return ``indptr, indices, data, row_lower, row_upper``."""
        indptr = np.zeros(self.num_rows + 1, np.int32)
        start = 1
        for count, rows in self.counts:
            indptr[start : start + rows] = count
            start += rows
        np.cumsum(indptr, out=indptr)
        return indptr, self.indices.array(), self.data.array(), self.lower.array(), self.upper.array()


class EmptyRowError(Exception):
    """A row without variables cannot hold; carries its flat position and sides."""

    def __init__(self, position: int, lower: float, upper: float) -> None:
        super().__init__(f"0 is outside [{lower}, {upper}]")
        self.position = position


EMPTY_ROW_TOLERANCE = 1e-9


def add_template_rows(
    builder: MatrixBuilder, form: Linear, shape: tuple[int, ...], sides: RowSides, injective: set[int]
) -> IntArray | None:
    """Add the rows of a component over all its indices; return the positions that exist when some rows are empty.

    Parameters
    ----------
    builder
        Takes the rows.
    form
        Left-hand side; its constant has been moved into `sides`.
    shape
        Sizes of the index sets.
    sides
        Sides, broadcastable to `shape`.
    injective
        Ids of position arrays whose entries all differ.

    Raises
    ------
    EmptyRowError
        A row has no variable and its sides exclude 0.
    """
    rows = prod(shape)
    terms = [t for t in _merged(form.terms) if not _is_zero(t.coefficient)]
    widths = [_width(t, len(shape)) for t in terms]
    total = sum(widths)
    flat_indices, flat_data = builder.entries(rows * total)
    indices, data = flat_indices.reshape(*shape, total), flat_data.reshape(*shape, total)
    column = 0
    for term, width in zip(terms, widths, strict=True):
        _write(term, shape, indices[..., column : column + width], data[..., column : column + width])
        column += width
    table, values = flat_indices.reshape(rows, total), flat_data.reshape(rows, total)
    ragged = any(np.any(t.coefficient == 0.0) for t in terms)
    if _may_repeat(terms, len(shape), injective) and _repeats(table):
        table, values = _sum_repeats(table, values)
        ragged = True
    lower, upper = builder.sides(shape, sides)
    if total and not ragged:
        builder.add(total, rows * total, rows)
        return None
    keep = values != 0.0
    kept_indices, kept_data = table[keep], values[keep]
    flat_indices[: len(kept_data)], flat_data[: len(kept_data)] = kept_indices, kept_data
    return _add_ragged(builder, keep.sum(axis=1, dtype=np.int64), len(kept_data), lower, upper)


def add_listed_rows(
    builder: MatrixBuilder, entries: list[dict[int, float]], lower: list[float], upper: list[float]
) -> IntArray | None:
    """Add rows given one by one as ``{column: coefficient}``; return the positions kept when some are empty.

    Raises
    ------
    EmptyRowError
        A row has no variable and its sides exclude 0.
    """
    kept = [{c: v for c, v in row.items() if v != 0.0} for row in entries]
    counts = np.array([len(row) for row in kept], np.int64)
    total = int(counts.sum())
    indices, data = builder.entries(total)
    indices[:] = [c for row in kept for c in row]
    data[:] = [v for row in kept for v in row.values()]
    return _add_ragged(builder, counts, total, *builder.sides((len(kept),), RowSides(lower, upper)))


def _add_ragged(
    builder: MatrixBuilder, counts: IntArray, entries: int, lower: FloatArray, upper: FloatArray
) -> IntArray | None:
    filled = counts > 0
    if filled.all():
        builder.add(counts, entries, len(counts))
        return None
    holds = filled | ((lower <= EMPTY_ROW_TOLERANCE) & (upper >= -EMPTY_ROW_TOLERANCE))
    if not holds.all():
        worst = int(np.flatnonzero(~holds)[0])
        raise EmptyRowError(worst, float(lower[worst]), float(upper[worst]))
    present = np.flatnonzero(filled).astype(np.int64)
    lower[: len(present)], upper[: len(present)] = lower[present], upper[present]
    builder.add(counts[present], entries, len(present))
    return present


def _merged(terms: list[Term]) -> list[Term]:
    """Add up terms on the same columns."""
    merged: dict[tuple[int, int, int], Term] = {}
    for t in terms:
        key = (t.owner, t.offset, id(t.places))
        known = merged.get(key)
        if known is None:
            merged[key] = t
        else:
            merged[key] = Term(t.owner, t.offset, t.places, known.coefficient + t.coefficient)
    return list(merged.values())


def _is_zero(coefficient: Any) -> bool:
    return bool(np.all(coefficient == 0.0))


def _extents(term: Term, row_ndim: int) -> tuple[int, ...]:
    """Return the sizes of the sum axes a term spans."""
    shapes = [np.shape(term.coefficient)] + ([] if term.places is None else [term.places.shape])
    return np.broadcast_shapes(*(s[: len(s) - row_ndim] for s in shapes if len(s) > row_ndim))


def _width(term: Term, row_ndim: int) -> int:
    return prod(_extents(term, row_ndim))


def _write(term: Term, shape: tuple[int, ...], indices: npt.NDArray[Any], data: npt.NDArray[Any]) -> None:
    """Write one term's columns and coefficients, the sum axes last."""
    extents = _extents(term, len(shape))
    for values, out, shift in ((term.places, indices, term.offset), (term.coefficient, data, 0.0)):
        if values is None:
            out[...] = shift
            continue
        if not extents:
            np.add(np.asarray(values)[..., None] if np.ndim(values) else values, shift, out=out, casting="unsafe")
            continue
        spread = np.broadcast_to(np.asarray(values), extents + shape).reshape((-1, *shape))
        np.add(np.moveaxis(spread, 0, -1), shift, out=out, casting="unsafe")


def _may_repeat(terms: list[Term], row_ndim: int, injective: set[int]) -> bool:
    """Return whether two entries of a row may name the same column, judging by how their addresses were made."""
    addresses: dict[int, set[int]] = {}
    for t in terms:
        if t.places is not None and t.places.ndim > row_ndim and id(t.places) not in injective:
            return True
        seen = addresses.setdefault(t.owner, set())
        if seen and (id(t.places) not in seen or (t.places is not None and t.places.ndim > row_ndim)):
            return True
        seen.add(id(t.places))
    return False


def _repeats(indices: npt.NDArray[Any]) -> bool:
    if indices.shape[1] < 2:
        return False
    ordered = np.sort(indices, axis=1)
    return bool((ordered[:, 1:] == ordered[:, :-1]).any())


def _sum_repeats(indices: npt.NDArray[Any], data: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
    """Sort each row by column and gather equal columns on their first entry; the others become zero."""
    order = np.argsort(indices, axis=1, kind="stable")
    columns = np.take_along_axis(indices, order, axis=1)
    values = np.take_along_axis(data, order, axis=1)
    first = np.ones(columns.shape, bool)
    first[:, 1:] = columns[:, 1:] != columns[:, :-1]
    sums = np.add.reduceat(values.ravel(), np.flatnonzero(first.ravel()))
    gathered = np.zeros(columns.size)
    gathered[first.ravel()] = sums
    return columns, gathered.reshape(columns.shape)
