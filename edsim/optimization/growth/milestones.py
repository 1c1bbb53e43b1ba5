"""Milestone years in one program: each year is a model of its own, its sizes never below those of the year before.

    minimize   sum over milestones of weight * yearly cost
    subject to every milestone's own rows, and  size[milestone] >= size[milestone before]

What is built stays: a size is paid, as an annuity of its own life, in the year it is first needed and in every later
one. The weight of a milestone is the present value of the years it stands for: from its year to the next milestone,
the last one to the end of the study. Years between two milestones are those of the earlier one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import Finding, InfeasibleError
from edsim.core.timegrid import TimeGrid
from edsim.lp import LPResult, SolverOptions, solve_arrays
from edsim.optimization.growth.joint_program import joint_program, with_common_limits
from edsim.optimization.model.compose import Parts, compose
from edsim.optimization.model.criteria import LEAST_COST
from edsim.optimization.model.readout import read_solution
from edsim.optimization.system import System
from edsim.optimization.types import Objective, Solution

Array = NDArray[np.float64]
SizeKey = tuple[str, str]
Goals = Objective | Sequence[Objective]
"""One objective for all milestones, or one for each."""


@dataclass(frozen=True, slots=True)
class JointSizes:
    """The answer of the joint program.

    Attributes
    ----------
    solutions
        One per milestone, costs per year of that milestone.
    keep_prices
        For every milestone but the first: size → worth of having less of it before, in units of the weighted
        objective; the multiplier of ``size[milestone] >= size[milestone before]``, never negative.
    row_duals
        Multipliers of each milestone's own rows, in money of that year; None where the solver gives none.
    """

    solutions: tuple[Solution, ...]
    keep_prices: tuple[Mapping[SizeKey, float], ...]
    row_duals: tuple[Array | None, ...]


@dataclass(frozen=True, slots=True)
class Milestone:
    """A year of the study with its own demands, prices and sources.

    Attributes
    ----------
    year
        Years after the start of the study, 0 for the first.
    system
        The same machines in every milestone; demands and conditions are those of the year.
    grid
        Steps of this year's model.
    """

    year: int
    system: System
    grid: TimeGrid


def size_milestones(
    milestones: Sequence[Milestone],
    weights: Array,
    objective: Goals = LEAST_COST,
    options: SolverOptions | None = None,
) -> JointSizes:
    """Size and dispatch all milestones at once.

    Raises
    ------
    InfeasibleError
        In some milestone the demand cannot be served, or the milestones do not hold the same machines.
    SolverError
        The solver ended without a usable result.
    ValueError
        The machines differ between milestones, or there is not one positive weight per milestone.
    """
    if len(weights) != len(milestones) or not (np.asarray(weights) > 0.0).all():
        raise ValueError(f"{len(milestones)} milestones need as many positive weights, got {list(weights)}")
    parts = with_common_limits([compose(m.system, m.grid) for m in milestones])
    goals = for_each(objective, len(parts))
    costs = [p.ledger.cost(p.lp, goal.weights) for p, goal in zip(parts, goals, strict=True)]
    programs = [
        replace(p.lp, cost=w * c, has_objective=True, col_upper=p.served())
        for p, w, (c, _) in zip(parts, weights, costs, strict=True)
    ]
    result = solve_arrays(joint_program(parts, programs), options)
    if result.status == "infeasible":
        raise InfeasibleError.of([not_served([m.year for m in milestones])])
    result.values()
    starts = np.cumsum([0, *(p.lp.num_cols for p in parts)])
    rows = np.cumsum([0, *(p.lp.num_rows for p in parts)])
    shares = [share_of(result, (starts[k], rows[k]), p, (costs[k][0], float(weights[k]))) for k, p in enumerate(parts)]
    return JointSizes(
        tuple(read_solution(p, r, c[1], 0.0) for p, r, c in zip(parts, shares, costs, strict=True)),
        _keep_prices(result, int(rows[-1]), list(parts[0].size_columns()), len(parts)),
        tuple(r.row_dual for r in shares),
    )


def for_each(objective: Goals, count: int) -> Sequence[Objective]:
    """Return the objective of every milestone."""
    return (objective,) * count if isinstance(objective, Objective) else tuple(objective)


def _keep_prices(
    result: LPResult, first_row: int, keys: Sequence[SizeKey], count: int
) -> tuple[Mapping[SizeKey, float], ...]:
    """Return the multipliers of the rows that link sizes, which stand after those of the milestones."""
    duals = np.zeros((count - 1) * len(keys)) if result.row_dual is None else result.row_dual[first_row:]
    table = np.maximum(duals, 0.0).reshape(count - 1, len(keys))
    return tuple(dict(zip(keys, (float(v) for v in row), strict=True)) for row in table)


def not_served(years: Sequence[int]) -> Finding:
    """Return the finding of milestones, by their year of the study, that no plan serves."""
    return Finding(
        code="E511",
        field="technologies",
        what="no design serves the demand of every milestone within the limits of the case",
        got=f"milestones in years {', '.join(map(str, years))} of the study",
        hint="raise the max_ limits of the technologies, or lower the demand of the later milestones",
    )


def share_of(result: LPResult, start: tuple[int, int], parts: Parts, priced: tuple[Array, float]) -> LPResult:
    """Return the part of the answer that belongs to one milestone, in money of that year."""
    cost, weight = priced
    columns = slice(start[0], start[0] + parts.lp.num_cols)
    rows = slice(start[1], start[1] + parts.lp.num_rows)
    x = result.values()[columns]
    return replace(
        result,
        x=x,
        objective=float(cost @ x),
        bound=None,
        gap_frac=None,
        row_dual=None if result.row_dual is None else result.row_dual[rows] / weight,
        col_dual=None if result.col_dual is None else result.col_dual[columns] / weight,
    )
