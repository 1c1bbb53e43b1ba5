"""The compiled linear program: sparse rows, bounds, integrality, and names on demand.

    min  cost · x + offset     subject to   row_lower <= A x <= row_upper,  col_lower <= x <= col_upper

`A` is stored by rows (CSR). Nothing here needs Pyomo or a solver, so a `CompiledLP` can be pickled to another process.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Index32Array = npt.NDArray[np.int32]
INF = float("inf")


@dataclass(frozen=True, slots=True)
class Layout:
    """Place of one component (variable or constraint) in the columns or rows.

    Attributes
    ----------
    name
        Fully qualified component name.
    start
        First column or row.
    shape
        Sizes of the index sets, ``()`` for a scalar component.
    axes
        Index values per axis; a `range` where the set is one.
    present
        Flat positions (row-major over `shape`) that exist, in order; None when all do.
    """

    name: str
    start: int
    shape: tuple[int, ...]
    axes: tuple[Sequence[Any], ...] = ()
    present: IntArray | None = None

    @property
    def size(self) -> int:
        """Return the number of columns or rows the component has."""
        return int(np.prod(self.shape, dtype=np.int64)) if self.present is None else len(self.present)

    def ids(self) -> IntArray:
        """Return the ids, shaped like the index sets; -1 where there is no row."""
        if self.present is None:
            return np.arange(self.start, self.start + self.size, dtype=np.int64).reshape(self.shape)
        out = np.full(int(np.prod(self.shape, dtype=np.int64)), -1, dtype=np.int64)
        out[self.present] = self.start + np.arange(len(self.present))
        return out.reshape(self.shape)

    def label(self, number: int) -> str:
        """Return ``component[index]`` of the column or row with global id `number`."""
        if not self.shape:
            return self.name
        local = number - self.start
        flat = local if self.present is None else int(self.present[local])
        parts: list[str] = []
        for axis, position in zip(self.axes, np.unravel_index(flat, self.shape), strict=True):
            value = axis[int(position)]
            parts.extend(str(v) for v in (value if isinstance(value, tuple) else (value,)))
        return f"{self.name}[{','.join(parts)}]"


@dataclass(frozen=True, slots=True)
class CompiledLP:
    """A linear or mixed-integer program as arrays.

    Attributes
    ----------
    indptr, indices, data
        CSR matrix, ``rows + 1``, nonzeros and nonzeros long; no duplicates within a row, no stored zeros.
    row_lower, row_upper
        Row sides, ±inf where open.
    col_lower, col_upper
        Column bounds, ±inf where open; equal where the variable is fixed.
    integrality
        1 where the column must be integer, else 0 (uint8).
    cost, offset
        Objective to minimize; zeros when the model has no objective.
    has_objective
        Whether the source stated an objective.
    columns, rows
        Layouts by component name; empty for a program given as plain arrays.
    """

    indptr: Index32Array
    indices: Index32Array
    data: FloatArray
    row_lower: FloatArray
    row_upper: FloatArray
    col_lower: FloatArray
    col_upper: FloatArray
    integrality: npt.NDArray[np.uint8]
    cost: FloatArray
    offset: float = 0.0
    has_objective: bool = True
    columns: Mapping[str, Layout] = field(default_factory=dict)
    rows: Mapping[str, Layout] = field(default_factory=dict)

    @classmethod
    def from_arrays(
        cls,
        matrix: tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike],
        row_bounds: tuple[npt.ArrayLike, npt.ArrayLike],
        col_bounds: tuple[npt.ArrayLike, npt.ArrayLike],
        cost: npt.ArrayLike,
        integrality: npt.ArrayLike | None = None,
        offset: float = 0.0,
    ) -> Self:
        """Return the program given as plain arrays.

        Parameters
        ----------
        matrix
            ``(indptr, indices, data)`` of the CSR matrix.
        row_bounds, col_bounds
            ``(lower, upper)``; scalars are spread.
        cost
            Objective, one per column.
        integrality
            1 where integer; None for a linear program.
        offset
            Constant of the objective.

        Raises
        ------
        ValueError
            Lengths that do not fit together, a column outside the program, or a column stored twice in a row.
        """
        indptr, indices = (np.ascontiguousarray(a, np.int32) for a in matrix[:2])
        data = np.ascontiguousarray(matrix[2], np.float64)
        costs = np.ascontiguousarray(cost, np.float64)
        rows, cols = len(indptr) - 1, len(costs)
        if rows < 0 or indptr[0] != 0 or indptr[-1] != len(data) or len(indices) != len(data):
            msg = f"matrix arrays do not fit: {len(indptr)} pointers, {len(indices)} indices, {len(data)} values"
            raise ValueError(msg)
        if len(indices) and (indices.min() < 0 or indices.max() >= cols):
            msg = f"column indices run from {indices.min()} to {indices.max()}, the cost vector has {cols} columns"
            raise ValueError(msg)
        row_of = np.repeat(np.arange(rows, dtype=np.int64), np.diff(indptr))
        if len(np.unique(row_of * max(cols, 1) + indices)) != len(indices):
            msg = "a column is stored twice in one row"
            raise ValueError(msg)
        kinds = np.zeros(cols, np.uint8) if integrality is None else np.ascontiguousarray(integrality, np.uint8)
        if len(kinds) != cols:
            msg = f"integrality has {len(kinds)} entries, the cost vector {cols}"
            raise ValueError(msg)
        row_lower, row_upper = (_spread(b, rows) for b in row_bounds)
        col_lower, col_upper = (_spread(b, cols) for b in col_bounds)
        return cls(indptr, indices, data, row_lower, row_upper, col_lower, col_upper, kinds, costs, float(offset))

    @property
    def num_rows(self) -> int:
        """Return the number of rows."""
        return len(self.row_lower)

    @property
    def num_cols(self) -> int:
        """Return the number of columns."""
        return len(self.col_lower)

    @property
    def nnz(self) -> int:
        """Return the number of stored coefficients."""
        return len(self.data)

    @property
    def is_mip(self) -> bool:
        """Return whether any column is integer."""
        return bool(self.integrality.any())

    @property
    def longest_axis(self) -> int:
        """Return the length of the longest index set of the variables (the time steps, as a rule); 0 when unknown."""
        return max((n for layout in self.columns.values() for n in layout.shape), default=0)

    def step_of_columns(self, steps: int) -> IntArray:
        """Return the step of every column whose last axis is one of `steps` steps, -1 for the others."""
        return _steps_of(self.columns, self.num_cols, steps)

    def step_of_rows(self, steps: int) -> IntArray:
        """Return the step of every row whose last axis is one of `steps` steps, -1 for the others."""
        return _steps_of(self.rows, self.num_rows, steps)

    def column(self, var: Any) -> IntArray:
        """Return the column ids of a variable component (or its name), shaped like its index sets.

        Raises
        ------
        KeyError
            The program has no such variable.
        """
        return self._layout(self.columns, var, "variable").ids()

    def columns_of(self, var: Any) -> slice:
        """Return the columns of a variable component (or its name) as a slice."""
        layout = self._layout(self.columns, var, "variable")
        return slice(layout.start, layout.start + layout.size)

    def rows_of(self, constraint: Any) -> IntArray:
        """Return the row ids of a constraint component (or its name), shaped like its index sets; -1 where dropped."""
        return self._layout(self.rows, constraint, "constraint").ids()

    def column_name(self, column: int) -> str:
        """Return the name of column `column`, ``x<j>`` for a program given as arrays."""
        return _name(self.columns, column, self.num_cols, "x")

    def row_name(self, row: int) -> str:
        """Return the name of row `row`, ``r<i>`` for a program given as arrays."""
        return _name(self.rows, row, self.num_rows, "r")

    @staticmethod
    def _layout(layouts: Mapping[str, Layout], component: Any, what: str) -> Layout:
        name = component if isinstance(component, str) else str(component.name)
        try:
            return layouts[name]
        except KeyError:
            msg = f"the program has no {what} {name!r}"
            raise KeyError(msg) from None


def matvec(lp: CompiledLP, x: FloatArray) -> FloatArray:
    """Return A x, one value per row."""
    if lp.num_rows == 0:
        return np.zeros(0)
    products = lp.data * x[lp.indices]
    sums = np.zeros(lp.num_rows + 1)
    filled = np.diff(lp.indptr) > 0
    if products.size:
        sums[:-1][filled] = np.add.reduceat(products, lp.indptr[:-1][filled])
    return sums[:-1]


def matvec_transposed(lp: CompiledLP, y: FloatArray) -> FloatArray:
    """Return Aᵀ y, one value per column."""
    weights = lp.data * np.repeat(y, np.diff(lp.indptr))
    return np.bincount(lp.indices, weights=weights, minlength=lp.num_cols).astype(np.float64, copy=False)


def _spread(values: npt.ArrayLike, size: int) -> FloatArray:
    return np.array(np.broadcast_to(np.asarray(values, np.float64), (size,)))


def _name(layouts: Mapping[str, Layout], number: int, total: int, letter: str) -> str:
    if not 0 <= number < total:
        msg = f"{number} is outside 0 … {total - 1}"
        raise IndexError(msg)
    ordered = [layout for layout in layouts.values() if layout.size]
    if not ordered:
        return f"{letter}{number}"
    return ordered[bisect_right([layout.start for layout in ordered], number) - 1].label(number)


def _steps_of(layouts: Mapping[str, Layout], count: int, steps: int) -> IntArray:
    out = np.full(count, -1, dtype=np.int64)
    for layout in layouts.values():
        if layout.shape and layout.shape[-1] == steps:
            ids = layout.ids().reshape(-1, steps)
            out[ids[ids >= 0]] = np.broadcast_to(np.arange(steps), ids.shape)[ids >= 0]
    return out
