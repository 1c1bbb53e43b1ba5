"""Write sums over the steps of a day or week as running sums, which give them a place in the time structure.

Demand that shifts within the day, or vehicles that charge, are held to a sum of each day: hundreds of rows that belong
to no step, too many for :mod:`edsim.lp.timechain`. With a running sum r over the window of a row::

    r[t] - r[t-1] = sum over the row's columns of step t of a[j] * x[j]        r before the window = 0
    side of the row: on r at the last step of the window

it is a level like that of a store. Columns and rows keep their numbers; the new ones follow them, so that point and
multipliers of the program are the first of the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from edsim.lp.matrix import CompiledLP, FloatArray, IntArray, Layout

FEWEST_ROWS = 13
"""Fewer sums of a kind (months) keep their rows."""
SHORTEST = 20
"""A window is no longer than the steps over this."""
_NAME = "running_sum"


def with_running_sums(lp: CompiledLP) -> CompiledLP | None:
    """Return the program with sums over short windows as running sums, None where it has none."""
    steps = lp.longest_axis
    step = lp.step_of_columns(steps)
    row_of = np.repeat(np.arange(lp.num_rows), np.diff(lp.indptr))
    first = np.full(lp.num_rows, steps, np.int64)
    last = np.full(lp.num_rows, -1, np.int64)
    np.minimum.at(first, row_of, step[lp.indices])  # -1 where a column has no step
    np.maximum.at(last, row_of, step[lp.indices])
    families = [rows for rows in _families(lp, steps) if _fits(first[rows], last[rows], steps)]
    return _rewritten(lp, (row_of, step), (first, last), families) if families else None


def _families(lp: CompiledLP, steps: int) -> Iterator[IntArray]:
    """Yield the rows of one kind and machine that have an index of their own, many but not the steps."""
    for layout in lp.rows.values():
        if layout.shape and FEWEST_ROWS <= layout.shape[-1] < steps:
            yield from (own[own >= 0] for own in layout.ids().reshape(-1, layout.shape[-1]) if (own >= 0).any())


def _fits(first: IntArray, last: IntArray, steps: int) -> bool:
    """Return whether all columns have a step, and windows are short and one after the other."""
    order = np.argsort(first)
    apart = first[order][1:] > last[order][:-1]
    held = (first >= 0) & (last >= first)
    return bool(held.all() and (last - first < steps // SHORTEST).all() and apart.all())


def _rewritten(
    lp: CompiledLP, places: tuple[IntArray, IntArray], windows: tuple[IntArray, IntArray], families: list[IntArray]
) -> CompiledLP:
    row_of, step = places
    first, last = windows
    steps, count = lp.longest_axis, len(families)
    family = np.full(lp.num_rows, -1, np.int64)
    for k, rows in enumerate(families):
        family[rows] = k
    new = np.flatnonzero(family >= 0)
    slot = family[new] * steps  # of the running sum of a row
    moved = family[row_of] >= 0
    to = lp.num_rows + family[row_of[moved]] * steps + step[lp.indices[moved]]
    carried = np.concatenate([s + np.arange(a + 1, b + 1) for s, a, b in zip(slot, first[new], last[new], strict=True)])
    own = np.arange(count * steps)
    numbers = [row_of[~moved], new, to, lp.num_rows + own, lp.num_rows + carried]
    sums = [lp.num_cols + slot + last[new], lp.indices[moved], lp.num_cols + own, lp.num_cols + carried - 1]
    values = [lp.data[~moved], np.ones(len(new)), -lp.data[moved], np.ones(len(own)), -np.ones(len(carried))]
    row, col, value = np.concatenate(numbers), np.concatenate([lp.indices[~moved], *sums]), np.concatenate(values)
    ends = slot + first[new], slot + last[new]
    low, high = _reach(lp, (lp.indices[moved].astype(np.int64), lp.data[moved], to - lp.num_rows), ends)
    order = np.lexsort((col, row))
    total = lp.num_rows + len(own)
    layout = Layout(_NAME, lp.num_cols, (count, steps), (range(count), range(steps)))
    none = np.zeros(len(own))
    return replace(
        lp,
        indptr=np.concatenate([[0], np.cumsum(np.bincount(row, minlength=total))]).astype(np.int32),
        indices=col[order].astype(np.int32),
        data=value[order],
        row_lower=np.concatenate([lp.row_lower, none]),
        row_upper=np.concatenate([lp.row_upper, none]),
        col_lower=np.concatenate([lp.col_lower, low]),
        col_upper=np.concatenate([lp.col_upper, high]),
        integrality=np.concatenate([lp.integrality, none.astype(np.uint8)]),
        cost=np.concatenate([lp.cost, none]),
        columns={**lp.columns, _NAME: layout},
        rows={**lp.rows, _NAME: replace(layout, start=lp.num_rows)},
    )


def _reach(
    lp: CompiledLP, entries: tuple[IntArray, FloatArray, IntArray], windows: tuple[IntArray, IntArray]
) -> tuple[FloatArray, FloatArray]:
    """Return what every running sum lies between: all of its columns at their bounds, and a little room."""
    col, value, at = entries
    ends = value * lp.col_lower[col], value * lp.col_upper[col]
    size = int(windows[1].max()) + 1
    size += -size % lp.longest_axis
    out = []
    for side, room in ((np.minimum(*ends), -1.0), (np.maximum(*ends), 1.0)):
        added, reach = np.bincount(at, weights=side, minlength=size), np.zeros(size)
        for a, b in zip(*windows, strict=True):
            total = np.cumsum(added[a : b + 1])
            reach[a : b + 1] = total + room * (1.0 + 1e-3 * np.abs(total))
        out.append(reach)
    return out[0], out[1]
