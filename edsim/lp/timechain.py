"""Find the time structure of a program: steps that meet only in levels of the step before and in a few other columns.

A full-year district program has thousands of rows per hour of the year, but an hour touches others only through what
stores hold (rows that read a column of the step before) and through what has no hour (sizes, monthly peaks, yearly
sums). :func:`time_chain` recovers this from the compiled arrays; :mod:`edsim.lp.elimination` uses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from edsim.lp.matrix import CompiledLP, FloatArray, IntArray, Layout

LEAST_STEPS = 48
MOST_SHARED = 250
"""Columns and rows without a step; with more, the dense part costs more than it saves."""
MOST_SLOTS = 1500
"""Columns and rows of one step."""
_FEW_SHARED = 4
"""Shared columns of one kind of row up to which each keeps a place of its own."""


@dataclass(frozen=True, slots=True)
class Shared:
    """One place for a shared unknown that rows or columns of a step meet; which one it is may differ by step.

    Attributes
    ----------
    ids : (steps,)
        Number among the shared unknowns (columns first, then rows) by step.
    """

    ids: IntArray

    @property
    def constant(self) -> int | None:
        """Return the number where it is the same in all steps."""
        first = int(self.ids[0])
        return first if bool((self.ids == first).all()) else None


@dataclass(frozen=True, slots=True)
class TimeChain:
    """Columns and rows of a program by step, and how they meet.

    Nodes are numbered: columns of a step that no other step reads, rows of a step, columns the next step reads, the
    same columns of the step before, shared places.

    Attributes
    ----------
    steps
        Number of steps; the step before the first is the last.
    local_cols, linked_cols, rows : (slots, steps)
        Ids of the program by slot and step, -1 where there is none.
    shared_cols, shared_rows
        Ids of what belongs to no step.
    shared
        Shared places.
    edges
        Pairs of nodes (row, other) or (column, shared place) that meet; a column the next step reads may meet a
        shared place too.
    values : (edges, steps)
        Coefficients.
    shared_entries
        (row number, column number, coefficient) among shared rows and columns, as arrays.
    """

    steps: int
    local_cols: IntArray
    linked_cols: IntArray
    rows: IntArray
    shared_cols: IntArray
    shared_rows: IntArray
    shared: tuple[Shared, ...]
    edges: tuple[tuple[int, int], ...]
    values: FloatArray
    shared_entries: tuple[IntArray, IntArray, FloatArray]

    @property
    def n_local(self) -> int:
        """Return the number of nodes that are eliminated within a step."""
        return len(self.local_cols) + len(self.rows)

    @property
    def n_linked(self) -> int:
        """Return the number of columns the next step reads."""
        return len(self.linked_cols)

    @property
    def first_shared(self) -> int:
        """Return the node of the first shared place."""
        return self.n_local + 2 * self.n_linked

    @property
    def n_cols(self) -> int:
        """Return the number of columns of the program."""
        return int((self.local_cols >= 0).sum() + (self.linked_cols >= 0).sum()) + len(self.shared_cols)

    @property
    def n_rows(self) -> int:
        """Return the number of rows of the program."""
        return int((self.rows >= 0).sum()) + len(self.shared_rows)


@dataclass(frozen=True, slots=True)
class _Places:
    """Slot (-1 for none) and step of every column or row, and the ids by slot and step."""

    slot: IntArray
    step: IntArray
    ids: IntArray

    @property
    def without(self) -> IntArray:
        return np.flatnonzero(self.slot < 0)


def time_chain(lp: CompiledLP) -> TimeChain | None:
    """Return the time structure of a program, or None where it has none that pays.

    Steps are the longest index set of the columns. A program is refused when a row of a step reads a column of a step
    other than its own and the one before, when too much belongs to no step, or when it is an integer program.
    """
    steps = lp.longest_axis
    if steps < LEAST_STEPS or lp.is_mip:
        return None
    cols, rows = (_places(layouts, n, steps) for layouts, n in ((lp.columns, lp.num_cols), (lp.rows, lp.num_rows)))
    if len(cols.without) + len(rows.without) > MOST_SHARED or len(cols.ids) + len(rows.ids) > MOST_SLOTS:
        return None
    row_of = np.repeat(np.arange(lp.num_rows), np.diff(lp.indptr))
    r_slot, c_slot = rows.slot[row_of], cols.slot[lp.indices]
    lag = (rows.step[row_of] - cols.step[lp.indices]) % steps
    stepped = (r_slot >= 0) & (c_slot >= 0)
    if (stepped & (lag > 1)).any():
        return None
    linked = np.zeros(len(cols.ids), dtype=bool)
    linked[c_slot[stepped & (lag == 1)]] = True
    return _chain(lp, (cols, rows), row_of, lag, linked)


def _places(layouts: Mapping[str, Layout], count: int, steps: int) -> _Places:
    slot, step = np.full(count, -1, np.int64), np.zeros(count, np.int64)
    found: list[IntArray] = []
    for layout in layouts.values():
        if not layout.shape or layout.shape[-1] != steps or not layout.size:
            continue
        ids = layout.ids().reshape(-1, steps)
        ids = ids[(ids >= 0).any(axis=1)]
        for own in ids:
            there = own >= 0
            slot[own[there]], step[own[there]] = len(found), np.flatnonzero(there)
            found.append(own)
    return _Places(slot, step, np.array(found, np.int64).reshape(len(found), steps))


def _chain(
    lp: CompiledLP, places: tuple[_Places, _Places], row_of: IntArray, lag: IntArray, linked: npt.NDArray[np.bool_]
) -> TimeChain:
    cols, rows = places
    steps = cols.ids.shape[1]
    shared_cols, shared_rows = cols.without, rows.without
    n_local, n_rows, n_linked = int((~linked).sum()), len(rows.ids), int(linked.sum())
    node = np.where(linked, n_local + n_rows + np.cumsum(linked) - 1, np.cumsum(~linked) - 1)
    of_col = np.full(lp.num_cols, -1, np.int64)
    of_col[shared_cols] = np.arange(len(shared_cols))
    of_row = np.full(lp.num_rows, -1, np.int64)
    of_row[shared_rows] = len(shared_cols) + np.arange(len(shared_rows))

    r_slot, c_slot, j = rows.slot[row_of], cols.slot[lp.indices], lp.indices
    both, of_size = (r_slot >= 0) & (c_slot >= 0), (r_slot >= 0) & (c_slot < 0)
    of_sum, apart = (r_slot < 0) & (c_slot >= 0), (r_slot < 0) & (c_slot < 0)
    first_shared = n_local + n_rows + 2 * n_linked
    book = _Book(steps, first_shared)
    ends = node[c_slot[both]] + np.where(lag[both] == 1, n_linked, 0)
    book.add(n_local + r_slot[both], ends, rows.step[row_of[both]], lp.data[both])
    book.add_shared(n_local + r_slot[of_size], of_col[j[of_size]], rows.step[row_of[of_size]], lp.data[of_size])
    book.add_shared(node[c_slot[of_sum]], of_row[row_of[of_sum]], cols.step[j[of_sum]], lp.data[of_sum])
    return TimeChain(
        steps=steps,
        local_cols=cols.ids[~linked],
        linked_cols=cols.ids[linked],
        rows=rows.ids,
        shared_cols=shared_cols,
        shared_rows=shared_rows,
        shared=tuple(book.shared),
        edges=tuple(book.edges),
        values=np.array(list(book.edges.values())).reshape(len(book.edges), steps),
        shared_entries=(of_row[row_of[apart]], of_col[j[apart]], lp.data[apart]),
    )


class _Book:
    """Collects edges and shared places."""

    def __init__(self, steps: int, first_shared: int) -> None:
        self.steps, self.first_shared = steps, first_shared
        self.edges: dict[tuple[int, int], FloatArray] = {}
        self.shared: list[Shared] = []
        self._known: dict[bytes, int] = {}

    def add(self, a: IntArray, b: IntArray, step: IntArray, value: FloatArray) -> None:
        """Add coefficients between the nodes `a` and `b`."""
        if not len(a):
            return
        width = int(b.max()) + 1
        order = np.argsort(a * width + b, kind="stable")
        keys, starts = np.unique((a * width + b)[order], return_index=True)
        for key, part in zip(keys.tolist(), np.split(order, starts[1:]), strict=True):
            series = np.zeros(self.steps)
            series[step[part]] = value[part]
            pair = (key // width, key % width)
            self.edges[pair] = self.edges.get(pair, 0.0) + series

    def add_shared(self, node: IntArray, number: IntArray, step: IntArray, value: FloatArray) -> None:
        """Add coefficients between nodes and shared unknowns; unknowns of different steps take one place."""
        place = np.empty(len(node), np.int64)
        for own in np.unique(node).tolist():
            mine = np.flatnonzero(node == own)
            numbers = np.unique(number[mine])
            groups = [[k] for k in numbers.tolist()]
            if len(numbers) > _FEW_SHARED:
                groups = _apart(number[mine], step[mine], numbers, self.steps)
            for group in groups:
                here = mine[np.isin(number[mine], group)]
                ids = np.full(self.steps, group[0], np.int64)
                ids[step[here]] = number[here]
                place[here] = self._place(ids)
        self.add(node, place, step, value)

    def _place(self, ids: IntArray) -> int:
        key = ids.tobytes()
        if key not in self._known:
            self._known[key] = self.first_shared + len(self.shared)
            self.shared.append(Shared(ids))
        return self._known[key]


def _apart(number: IntArray, step: IntArray, numbers: IntArray, steps: int) -> list[list[int]]:
    """Return groups of shared unknowns that no step has two of (monthly peaks), first fit."""
    groups: list[tuple[npt.NDArray[np.bool_], list[int]]] = []
    for k in numbers.tolist():
        used = np.zeros(steps, dtype=bool)
        used[step[number == k]] = True
        for taken, members in groups:
            if not (taken & used).any():
                taken[used] = True
                members.append(k)
                break
        else:
            groups.append((used, [k]))
    return [members for _, members in groups]
