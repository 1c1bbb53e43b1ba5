"""Whole numbers hour by hour: windows of the year solved one after another inside a feasible continuous plan.

A year of on/off decisions in one program is out of reach. Here the plan of the relaxed program is made whole window by
window: in a window the whole-number columns are integer, in the overlap after it they stay relaxed (it shows what the
window leads to), and every column outside is held at its present value, so that levels of stores and states at the
window's end fit what follows. Columns without a step that are not fixed (monthly peaks) stay free in every window;
the rows of all hours that limit them are kept. Each window starts from what the ones before decided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import SolverError
from edsim.lp import CompiledLP, HighsSession, SolverOptions

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """How the windows are cut and solved.

    Attributes
    ----------
    steps, overlap
        Steps made whole at a time, and relaxed steps after them.
    gap_frac
        Relative gap at which a window may stop; relative to the cost of the window.
    nodes
        Nodes of one window; the best plan found counts, its gap shows in the certificate.
    time_limit_s
        Limit of one window, far above what its nodes take: one that bites finds other plans on a loaded machine.
    """

    steps: int = 168
    overlap: int = 24
    gap_frac: float = 5e-4
    nodes: int = 500
    time_limit_s: float = 600.0


@dataclass(frozen=True, slots=True)
class Staircase:
    """A program with its steps and its whole numbers.

    Attributes
    ----------
    lp
        The program with all sizes fixed; its integrality is ignored.
    step : (columns,)
        Step of each column, -1 where it has none.
    whole : (columns,)
        Whether the column must be whole.
    trailing : (columns,)
        Columns that follow the step before (starts): free one step beyond what else is free.
    kept : (columns,)
        Columns that a window leaves no higher than the plan has them where it can (unserved demand): what little of it
        comes below the gap of a window would else stay.
    """

    lp: CompiledLP
    step: IntArray
    whole: BoolArray
    trailing: BoolArray
    kept: BoolArray

    @property
    def steps(self) -> int:
        """Number of steps."""
        return int(self.step.max()) + 1


def commit(
    problem: Staircase, x: Array, options: WindowOptions, progress: Callable[[int, int], None] = lambda *_: None
) -> Array:
    """Return a plan that is whole in every step, starting from the continuous plan `x`.

    Parameters
    ----------
    problem
        Program, steps and whole numbers.
    x : (columns,)
        A feasible point of the relaxed program.
    options
        Cut and limits.
    progress
        Told the windows done and their number.

    Raises
    ------
    SolverError
        A window has no whole plan, or none was found within its limit.
    """
    plan = np.clip(x, problem.lp.col_lower, problem.lp.col_upper)
    cuts = list(_cuts(problem.steps, options))
    for number, (first, last, end) in enumerate(cuts):
        plan = _solve_window(problem, plan, (first, last, end), options)
        progress(number + 1, len(cuts))
    return plan


def _cuts(steps: int, options: WindowOptions) -> Iterator[tuple[int, int, int]]:
    """Yield first, last + 1 and end of overlap of each window; a short rest joins the last window."""
    count = max(1, round(steps / options.steps))
    edges = [min(k * options.steps, steps) for k in range(count)] + [steps]
    for first, last in pairwise(edges):
        yield first, last, min(last + options.overlap, steps)


def _solve_window(problem: Staircase, plan: Array, cut: tuple[int, int, int], options: WindowOptions) -> Array:
    first, last, end = cut
    step, lp = problem.step, problem.lp
    inside = (step >= first) & (step < last)
    free = ((step >= first) & (step < end)) | (problem.trailing & (step == end % problem.steps))
    free |= (step < 0) & (lp.col_lower < lp.col_upper)
    fixed = plan.copy()
    fixed[free] = 0.0
    part = _restrict(lp, free, fixed)
    whole = problem.whole & inside
    cost = (
        part.cost if part.cost.any() else whole[free].astype(np.float64)
    )  # what costs nothing runs as little as can be
    sub = replace(part, integrality=whole[free].astype(np.uint8), cost=cost)
    settings = SolverOptions(time_limit_s=options.time_limit_s, mip_gap_frac=options.gap_frac, mip_nodes=options.nodes)
    upper = np.where(problem.kept, np.minimum(plan, lp.col_upper), lp.col_upper)[free]
    result = HighsSession(replace(sub, col_upper=upper), settings).solve()
    if not result.usable and problem.kept.any():
        result = HighsSession(sub, settings).solve()
    if not result.usable or result.x is None:
        raise SolverError(
            f"steps {first} to {last - 1}: no plan with whole units was found ({result.status}); "
            "lower min_part_load_frac, allow more units, or give it more time [E520]"
        )
    out = plan.copy()
    out[free] = result.x
    out[whole] = np.round(out[whole])
    return out


def _restrict(lp: CompiledLP, free: BoolArray, fixed: Array) -> CompiledLP:
    """Return the program in the free columns, the others at `fixed`; rows without a free column are dropped."""
    row_of = np.repeat(np.arange(lp.num_rows), np.diff(lp.indptr))
    of_free = free[lp.indices]
    kept = np.bincount(row_of, weights=of_free, minlength=lp.num_rows) > 0
    moved = np.bincount(row_of, weights=lp.data * fixed[lp.indices], minlength=lp.num_rows)
    entries = of_free & kept[row_of]
    place = np.cumsum(free) - 1
    lengths = np.bincount(row_of[entries], minlength=lp.num_rows)[kept]
    return CompiledLP(
        indptr=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
        indices=place[lp.indices[entries]].astype(np.int32),
        data=lp.data[entries],
        row_lower=(lp.row_lower - moved)[kept],
        row_upper=(lp.row_upper - moved)[kept],
        col_lower=lp.col_lower[free],
        col_upper=lp.col_upper[free],
        integrality=lp.integrality[free],
        cost=lp.cost[free],
    )
