"""Leave out what a program with fixed columns decides by itself: their values, and rows with one free column.

In a dispatch every size is fixed: each row ``output <= size`` is a bound on one column, and a machine of size zero has
no free column at all. The solve by time structure (:mod:`edsim.lp.stepwise`) works on what is left; values and
multipliers of the whole program follow from its answer (Andersen and Andersen, *Presolving in linear programming*,
Mathematical Programming 71, 1995).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from edsim.lp.matrix import CompiledLP, FloatArray, IntArray, Layout, matvec_transposed

BoolArray = npt.NDArray[np.bool_]
SAME = 1e-11
"""Relative width below which two bounds are one value."""
CROSSED = 1e-9
"""Relative amount by which sides may miss each other: rounding, below every tolerance of a solve."""
_PASSES = 10


@dataclass(frozen=True, slots=True)
class _Bounding:
    """Rows that became the tightest bound of a column, with its coefficient and whether the bound is the upper one."""

    row: IntArray
    col: IntArray
    coefficient: FloatArray
    upper: BoolArray


@dataclass(frozen=True, slots=True)
class Reduced:
    """What is left of a program, and how its answer becomes one of the whole program.

    Attributes
    ----------
    lp
        The free columns and the rows that meet at least two of them, with layouts.
    cols, rows
        Their numbers in the whole program.
    fixed : (columns of the whole program,)
        Value of each column that is fixed, 0 of the others.
    bounding
        What became of the rows with one free column, by pass.
    """

    lp: CompiledLP
    cols: IntArray
    rows: IntArray
    fixed: FloatArray
    bounding: tuple[_Bounding, ...]

    def values(self, x: FloatArray) -> FloatArray:
        """Return the columns of the whole program."""
        out = self.fixed.copy()
        out[self.cols] = x
        return out

    def multipliers(self, whole: CompiledLP, row_dual: FloatArray) -> FloatArray:
        """Return the multipliers of the whole program's rows: what a bound is worth goes to the row that stated it."""
        y = np.zeros(whole.num_rows)
        y[self.rows] = row_dual
        for b in reversed(self.bounding):
            worth = (whole.cost - matvec_transposed(whole, y))[b.col]
            active = np.where(b.upper, worth < 0, worth > 0)
            y[b.row[active]] += worth[active] / b.coefficient[active]  # an equality bounds from both sides
        return y


@dataclass(slots=True)
class _State:
    """Bounds as they tighten, the rows that are left, and what became of the others."""

    lower: FloatArray
    upper: FloatArray
    left: BoolArray
    bounding: list[_Bounding] = field(default_factory=list)

    @property
    def still(self) -> BoolArray:
        """Return which columns have no room."""
        width = self.upper - self.lower
        return np.asarray(width <= SAME * np.maximum(1.0, np.minimum(np.abs(self.lower), np.abs(self.upper))))


def reduced(lp: CompiledLP) -> Reduced | None:
    """Return what is left of a program, or None where its fixed columns alone contradict a row or a bound."""
    row_of = np.repeat(np.arange(lp.num_rows), np.diff(lp.indptr))
    state = _State(lp.col_lower.copy(), lp.col_upper.copy(), np.ones(lp.num_rows, dtype=bool))
    for _ in range(_PASSES):
        still = state.still
        open_entry = ~still[lp.indices]
        count = np.bincount(row_of[open_entry], minlength=lp.num_rows)
        value = np.where(still, state.lower, 0.0)
        moved = np.bincount(row_of, weights=lp.data * value[lp.indices], minlength=lp.num_rows)
        sides = lp.row_lower - moved, lp.row_upper - moved
        empty = state.left & (count == 0)
        if _missed(sides[0][empty], 0.0, np.abs(moved[empty])) or _missed(0.0, sides[1][empty], np.abs(moved[empty])):
            return None
        state.left &= count > 0
        single = state.left & (count == 1)
        if not single.any():
            break
        at = np.flatnonzero(open_entry & single[row_of])
        if not _bounded(state, (row_of[at], lp.indices[at].astype(np.int64), lp.data[at]), sides):
            return None
        state.left &= ~single
    return _left(lp, state, row_of)


def _missed(low: FloatArray | float, high: FloatArray | float, scale: FloatArray) -> bool:
    return bool((np.asarray(low) > np.asarray(high) + CROSSED * np.maximum(1.0, scale)).any())


def _bounded(
    state: _State, entries: tuple[IntArray, IntArray, FloatArray], sides: tuple[FloatArray, FloatArray]
) -> bool:
    """Turn rows with one free column into bounds; return whether they leave every column a value."""
    row, col, coefficient = entries
    positive = coefficient > 0
    low = np.where(positive, sides[0][row], sides[1][row]) / coefficient
    high = np.where(positive, sides[1][row], sides[0][row]) / coefficient
    for upper, bound, own, sign in ((False, low, state.lower, 1.0), (True, high, state.upper, -1.0)):
        order = np.argsort(sign * bound, kind="stable")  # the tightest of a column comes last and stays
        order = order[(sign * bound > sign * own[col])[order]]
        last = np.full(len(own), -1, np.int64)
        last[col[order]] = order
        kept = last[last >= 0]
        own[col[kept]] = bound[kept]
        state.bounding.append(_Bounding(row[kept], col[kept], coefficient[kept], np.full(len(kept), upper)))
    size = np.minimum(np.abs(state.lower), np.abs(state.upper))
    if _missed(state.lower, state.upper, np.where(np.isfinite(size), size, 1.0)):
        return False
    np.minimum(state.lower, state.upper, out=state.lower)
    return True


def _left(lp: CompiledLP, state: _State, row_of: IntArray) -> Reduced:
    still = state.still
    fixed = np.where(still, state.lower, 0.0)
    moved = np.bincount(row_of, weights=lp.data * fixed[lp.indices], minlength=lp.num_rows)
    entry = ~still[lp.indices] & state.left[row_of]
    cols, rows = np.flatnonzero(~still), np.flatnonzero(state.left)
    place = np.cumsum(~still) - 1
    lengths = np.bincount(row_of[entry], minlength=lp.num_rows)[rows]
    small = CompiledLP(
        indptr=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
        indices=place[lp.indices[entry]].astype(np.int32),
        data=lp.data[entry],
        row_lower=(lp.row_lower - moved)[rows],
        row_upper=(lp.row_upper - moved)[rows],
        col_lower=state.lower[cols],
        col_upper=state.upper[cols],
        integrality=lp.integrality[cols],
        cost=lp.cost[cols],
        offset=lp.offset + float(lp.cost @ fixed),
        has_objective=lp.has_objective,
        columns=_layouts(lp.columns, ~still),
        rows=_layouts(lp.rows, state.left),
    )
    return Reduced(small, cols, rows, fixed, tuple(state.bounding))


def _layouts(layouts: Mapping[str, Layout], kept: BoolArray) -> dict[str, Layout]:
    place = np.cumsum(kept) - 1
    out = {}
    for name, layout in layouts.items():
        ids = layout.ids().ravel()
        present = np.flatnonzero((ids >= 0) & kept[ids])
        if len(present):
            out[name] = replace(layout, start=int(place[ids[present[0]]]), present=present)
    return out
