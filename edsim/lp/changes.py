"""Changes to a program that is loaded already: new bounds, rows added and rows taken away, as arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from edsim.lp.matrix import CompiledLP, FloatArray, Index32Array, IntArray, Layout


@dataclass(frozen=True, slots=True)
class NewRows:
    """Rows ``lower <= A x <= upper`` to add, stored by rows.

    Attributes
    ----------
    indptr, indices, data
        CSR matrix of the new rows.
    lower, upper
        Sides, one per new row.
    """

    indptr: Index32Array
    indices: Index32Array
    data: FloatArray
    lower: FloatArray
    upper: FloatArray

    def factors(self) -> FloatArray:
        """Return per row the power of two that brings its largest coefficient near 1; tolerances are absolute."""
        largest = np.array([np.abs(self.data[a:b]).max() for a, b in zip(self.indptr, self.indptr[1:], strict=False)])
        factors: FloatArray = np.exp2(-np.round(np.log2(largest)))
        return factors


def bounds_at(
    places: npt.ArrayLike, lower: npt.ArrayLike, upper: npt.ArrayLike, size: int
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return places in ascending order and their bounds as flat arrays of one length.

    Raises
    ------
    ValueError
        A place outside the program or named twice, a bound that is not a number, or a lower bound above its upper.
    """
    flat = np.asarray(places, np.int64).ravel()
    low, high = (np.array(np.broadcast_to(np.asarray(b, np.float64), np.shape(places))).ravel() for b in (lower, upper))
    if len(flat) and (flat.min() < 0 or flat.max() >= size):
        msg = f"places run from {flat.min()} to {flat.max()}, the program has {size}"
        raise ValueError(msg)
    if not (flat[1:] > flat[:-1]).all():  # most callers give them in order
        order = np.argsort(flat, kind="stable")
        flat, low, high = flat[order], low[order], high[order]
        if (flat[1:] == flat[:-1]).any():
            msg = "a place is named twice"
            raise ValueError(msg)
    if not (low <= high).all():
        k = int(np.flatnonzero(~(low <= high))[0])
        msg = f"lower bound {low[k]} above upper bound {high[k]} at {flat[k]}"
        raise ValueError(msg)
    return flat, low, high


def new_rows(
    lp: CompiledLP,
    index: Sequence[npt.ArrayLike],
    value: Sequence[npt.ArrayLike],
    lower: npt.ArrayLike,
    upper: npt.ArrayLike,
) -> NewRows:
    """Return the rows to add; coefficients of zero are left out.

    Raises
    ------
    ValueError
        Parts of different length, a column outside the program or twice in a row, a number that is not finite, an
        empty row, or a lower side above its upper.
    """
    count = len(index)
    if len(value) != count:
        msg = f"{count} rows of columns, {len(value)} rows of coefficients"
        raise ValueError(msg)
    _, low, high = bounds_at(np.arange(count), lower, upper, count)
    columns, coefficients = [], []
    for number, (j, a) in enumerate(zip(index, value, strict=True)):
        places, numbers = np.asarray(j, np.int64).ravel(), np.asarray(a, np.float64).ravel()
        if len(places) != len(numbers) or not np.isfinite(numbers).all():
            msg = f"new row {number}: {len(places)} columns, {len(numbers)} coefficients, all of them to be finite"
            raise ValueError(msg)
        if len(places) and (places.min() < 0 or places.max() >= lp.num_cols or len(np.unique(places)) != len(places)):
            msg = f"new row {number}: a column outside the {lp.num_cols} of the program, or one named twice"
            raise ValueError(msg)
        places, numbers = places[numbers != 0], numbers[numbers != 0]
        if not len(places):
            msg = f"new row {number} has no coefficient"
            raise ValueError(msg)
        columns.append(places.astype(np.int32))
        coefficients.append(numbers)
    indptr = np.concatenate([[0], np.cumsum([len(c) for c in columns])]).astype(np.int32)
    joined = np.concatenate(columns) if count else np.zeros(0, np.int32)
    return NewRows(indptr, joined, np.concatenate(coefficients) if count else np.zeros(0), low, high)


def with_rows(lp: CompiledLP, rows: NewRows, names: Sequence[str]) -> CompiledLP:
    """Return the program with `rows` appended under `names`, one each."""
    start = lp.num_rows
    layouts = {name: Layout(name, start + k, ()) for k, name in enumerate(names)} if lp.rows else {}
    return replace(
        lp,
        indptr=np.concatenate([lp.indptr, lp.indptr[-1] + rows.indptr[1:]]),
        indices=np.concatenate([lp.indices, rows.indices]),
        data=np.concatenate([lp.data, rows.data]),
        row_lower=np.concatenate([lp.row_lower, rows.lower]),
        row_upper=np.concatenate([lp.row_upper, rows.upper]),
        rows={**lp.rows, **layouts},
    )


def without_rows(lp: CompiledLP, rows: IntArray, keep_from: int) -> CompiledLP:
    """Return the program without `rows`, all of which stand at `keep_from` or after it and are scalar components."""
    kept = np.ones(lp.num_rows, bool)
    kept[rows] = False
    place = np.cumsum(kept) - 1
    layouts = {
        name: layout if layout.start < keep_from else replace(layout, start=int(place[layout.start]))
        for name, layout in lp.rows.items()
        if layout.start < keep_from or kept[layout.start]
    }
    return keeping_rows(lp, kept, layouts)


def keeping_rows(lp: CompiledLP, kept: npt.NDArray[np.bool_], layouts: Mapping[str, Layout]) -> CompiledLP:
    """Return the program with the rows marked in `kept` alone, whose components are `layouts`."""
    lengths = np.diff(lp.indptr)
    entries = np.repeat(kept, lengths)
    return replace(
        lp,
        indptr=np.concatenate([[0], np.cumsum(lengths[kept])]).astype(np.int32),
        indices=lp.indices[entries],
        data=lp.data[entries],
        row_lower=lp.row_lower[kept],
        row_upper=lp.row_upper[kept],
        rows=dict(layouts),
    )
