"""Collect blocks of rows into one CSR matrix."""

from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from edsim.lp.evaluate import Linear, Term
from edsim.lp.matrix import FloatArray, Index32Array, IntArray, Layout


@dataclass(frozen=True, slots=True)
class RowSides:
    """Lower and upper side of each row of a block."""

    lower: Any
    upper: Any


@dataclass(frozen=True, slots=True)
class Block:
    """Rows in CSR form: entries per row (a number when equal for all), columns, coefficients, sides."""

    counts: int | IntArray
    indices: Index32Array
    data: FloatArray
    lower: FloatArray
    upper: FloatArray

    @property
    def num_rows(self) -> int:
        """Return the number of rows."""
        return len(self.lower)


@dataclass(slots=True)
class MatrixBuilder:
    """Growing list of row blocks."""

    blocks: list[Block] = field(default_factory=list)
    layouts: dict[str, Layout] = field(default_factory=dict)
    num_rows: int = 0

    def add(
        self, block: Block, name: str, shape: tuple[int, ...], present: IntArray | None, axes: tuple[Any, ...]
    ) -> None:
        """Append the rows of one component; `present` holds their flat positions when some are missing."""
        self.layouts[name] = Layout(name, self.num_rows, shape, axes, present)
        self.num_rows += block.num_rows
        self.blocks.append(block)

    def arrays(self) -> tuple[Index32Array, Index32Array, FloatArray, FloatArray, FloatArray]:
        """Return ``indptr, indices, data, row_lower, row_upper`` and forget the blocks."""
        blocks, self.blocks = self.blocks, []
        indptr = np.zeros(self.num_rows + 1, np.int64)
        start = 0
        for b in blocks:
            indptr[start + 1 : start + 1 + b.num_rows] = b.counts
            start += b.num_rows
        np.cumsum(indptr, out=indptr)
        lower = _joined([b.lower for b in blocks], np.float64)
        upper = _joined([b.upper for b in blocks], np.float64)
        indices = _joined([b.indices for b in blocks], np.int32)
        data_parts = [b.data for b in blocks]
        del blocks
        return indptr.astype(np.int32), indices, _joined(data_parts, np.float64), lower, upper


def _joined(parts: list[npt.NDArray[Any]], kind: Any) -> npt.NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, kind)


class EmptyRowError(Exception):
    """A row without variables cannot hold; carries its flat position and sides."""

    def __init__(self, position: int, lower: float, upper: float) -> None:
        super().__init__(f"0 is outside [{lower}, {upper}]")
        self.position = position


EMPTY_ROW_TOLERANCE = 1e-9


def template_block(
    form: Linear, shape: tuple[int, ...], sides: RowSides, injective: set[int]
) -> tuple[Block, IntArray | None]:
    """Return the rows of a component over all its indices, and the positions that exist when some rows are empty.

    Parameters
    ----------
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
    indices, data = np.empty((*shape, total), np.int32), np.empty((*shape, total), np.float64)
    column = 0
    for term, width in zip(terms, widths, strict=True):
        _write(term, shape, indices[..., column : column + width], data[..., column : column + width])
        column += width
    indices, data = indices.reshape(rows, total), data.reshape(rows, total)
    ragged = any(np.any(t.coefficient == 0.0) for t in terms)
    if _may_repeat(terms, len(shape), injective) and _repeats(indices):
        indices, data = _sum_repeats(indices, data)
        ragged = True
    lower, upper = (_full(side, shape) for side in (sides.lower, sides.upper))
    if total and not ragged:
        return Block(total, indices.ravel(), data.ravel(), lower, upper), None
    keep = data != 0.0
    return _compressed(keep.sum(axis=1), indices[keep], data[keep], lower, upper)


def listed_block(
    entries: list[dict[int, float]], lower: list[float], upper: list[float]
) -> tuple[Block, IntArray | None]:
    """Return rows given one by one as ``{column: coefficient}``.

    Raises
    ------
    EmptyRowError
        A row has no variable and its sides exclude 0.
    """
    kept = [{c: v for c, v in row.items() if v != 0.0} for row in entries]
    counts = np.array([len(row) for row in kept], np.int64)
    indices = np.array([c for row in kept for c in row], np.int32)
    data = np.array([v for row in kept for v in row.values()], np.float64)
    return _compressed(counts, indices, data, np.array(lower, np.float64), np.array(upper, np.float64))


def _compressed(
    counts: npt.NDArray[Any], indices: Index32Array, data: FloatArray, lower: FloatArray, upper: FloatArray
) -> tuple[Block, IntArray | None]:
    filled = counts > 0
    if filled.all():
        return Block(counts.astype(np.int64), indices, data, lower, upper), None
    holds = filled | ((lower <= EMPTY_ROW_TOLERANCE) & (upper >= -EMPTY_ROW_TOLERANCE))
    if not holds.all():
        worst = int(np.flatnonzero(~holds)[0])
        raise EmptyRowError(worst, float(lower[worst]), float(upper[worst]))
    present = np.flatnonzero(filled).astype(np.int64)
    return Block(counts[filled].astype(np.int64), indices, data, lower[filled], upper[filled]), present


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


def _full(side: Any, shape: tuple[int, ...]) -> FloatArray:
    return np.array(np.broadcast_to(np.asarray(side, np.float64), shape)).ravel()


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
