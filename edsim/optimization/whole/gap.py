"""Close the gap of a design with whole numbers: branch on what is bought, try what the boxes would buy.

The bound rises as the numbers bought are branched on (:mod:`edsim.optimization.whole.build_tree`). A box that buys
whole numbers only, at less than the design found costs, is a design to try: it is dispatched with its running units
whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import InfeasibleError, SolverError
from edsim.lp import CompiledLP, LPResult, SolverOptions
from edsim.optimization.growth.plan import Plan
from edsim.optimization.types import Objective
from edsim.optimization.whole.build_tree import BuildTree, Numbers
from edsim.optimization.whole.commitment import (
    Sizes,
    WholePlan,
    build_columns,
    dispatch_sizes,
    read_sizes,
    sizes_around,
)

Array = NDArray[np.float64]
Progress = Callable[[str], None]

_MOST_BOXES, _LEAST_BOXES = 60, 4
"""Boxes solved: each is a relaxed year, loosely."""
_NONZEROS_PER_S = 3e4
"""Nonzeros of such a year for a second of the limit: boxes are counted, so that a loaded machine ends alike."""
_PATIENCE, _PROGRESS_FRAC = 12, 0.05
"""It ends where so many boxes close less than this share of the gap."""
_MOST_TRIED = 4
"""Designs dispatched at most."""
_WORTH_FRAC = 1e-3
"""A box must be this share cheaper than the design found to be tried."""
_ALIKE_FRAC = 5e-3
"""Sizes closer than this are the same design."""


@dataclass(frozen=True, slots=True)
class GapOptions:
    """How far to go.

    Attributes
    ----------
    target_gap_frac
        Gap at which to stop.
    bounding, dispatching
        How a box is solved, and how the design it would buy is dispatched. The limit of a solve, at the pace of
        `_NONZEROS_PER_S`, is also that of the number of boxes.
    """

    target_gap_frac: float
    bounding: SolverOptions
    dispatching: SolverOptions


def close_gap(
    problem: tuple[Plan, Sequence[Objective]],
    found: WholePlan,
    relaxation: tuple[tuple[CompiledLP, float], LPResult | None],
    options: GapOptions,
    progress: Progress,
) -> tuple[WholePlan, float]:
    """Return the best design found and what no design goes below.

    Parameters
    ----------
    problem
        Milestones and what is minimized in each.
    found
        The design of typical days.
    relaxation
        Relaxed program of all hours with the constant of its objective, and the answer of its solve.
    options
        Target and limits.
    progress
        Told each step.
    """
    plan, _ = problem
    (lp, constant), first = relaxation
    tree = BuildTree(_numbers(plan, lp, constant), first, options.bounding)
    best, tried = found, [_sizes_of(found)]
    x = tree.first
    bounds = [tree.lower]
    most = _boxes(lp, options.bounding.time_limit_s)
    for _ in range(most):
        cost = plan.cost(best.solutions)
        if cost - tree.lower <= options.target_gap_frac * abs(cost):
            break
        if len(bounds) > _PATIENCE and tree.lower - bounds[-_PATIENCE] < _PROGRESS_FRAC * (cost - tree.lower):
            break
        if x is not None and float(lp.cost @ x) + constant <= cost - _WORTH_FRAC * abs(cost):
            parts = [year.parts for year in plan.years]
            sizes, bought = read_sizes(parts, x), np.round(x[build_columns(parts)])
            x = None
            if len(tried) <= _MOST_TRIED and not any(_alike(sizes, other) for other in tried):
                tried.append(sizes)
                best = _better(problem, best, bought, options, progress)
                continue
        if tree.is_exhausted:
            break
        open_frac = (cost - tree.lower) / max(abs(cost), 1e-9)
        progress(f"gap {open_frac:.2%}: branching on what is bought, step {len(bounds)} of at most {most}")
        x = tree.step()
        bounds.append(tree.lower)
    return best, tree.lower


def _boxes(lp: CompiledLP, limit_s: float) -> int:
    """Return how many boxes the limit is good for, whatever the machine does besides."""
    return int(np.clip(limit_s * _NONZEROS_PER_S / max(lp.nnz, 1), _LEAST_BOXES, _MOST_BOXES))


def _better(
    problem: tuple[Plan, Sequence[Objective]],
    best: WholePlan,
    bought: Array,
    options: GapOptions,
    progress: Progress,
) -> WholePlan:
    """Return the design with other whole numbers bought where it serves all and costs less, else `best`.

    A box is solved loosely: the sizes around its numbers are found again.
    """
    plan, goals = problem
    progress("trying the units of a cheaper bound")
    try:
        sizes = sizes_around(plan, goals, bought, options.dispatching)
        solutions = None if sizes is None else dispatch_sizes(plan, goals, sizes, options.dispatching, progress)
    except (InfeasibleError, SolverError):
        return best
    if solutions is None or plan.cost(solutions) >= plan.cost(best.solutions):
        return best
    return replace(best, solutions=solutions)


def _numbers(plan: Plan, lp: CompiledLP, constant: float) -> Numbers:
    starts = np.cumsum([0, *(year.lp.num_cols for year in plan.years)])
    parts = [(year.parts, start) for year, start in zip(plan.years, starts, strict=False)]
    return Numbers(
        lp,
        constant,
        build_columns([p for p, _ in parts]),
        np.concatenate([p.unserved_columns() + start for p, start in parts]),
        np.concatenate([p.lp.col_upper[p.unserved_columns()] for p, _ in parts]),
    )


def _sizes_of(found: WholePlan) -> list[Sizes]:
    return [dict(s.capacities) for s in found.solutions]


def _alike(one: Sequence[Sizes], other: Sequence[Sizes]) -> bool:
    pairs = ((a, b[k]) for own, b in zip(one, other, strict=True) for k, a in own.items())
    return all(abs(a - b) <= _ALIKE_FRAC * max(abs(a), abs(b)) for a, b in pairs)
