"""Solve a program by the time structure of its rows, where it has one that pays: see :mod:`edsim.lp.barrier`."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from edsim.lp.barrier import Barrier, BarrierAnswer
from edsim.lp.bounds import primal_residual
from edsim.lp.matrix import CompiledLP, FloatArray, matvec_transposed
from edsim.lp.options import LPResult, SolverOptions
from edsim.lp.reduction import reduced
from edsim.lp.running_sums import with_running_sums
from edsim.lp.timechain import time_chain

logger = logging.getLogger(__name__)
TIGHT_TOLERANCE = 1e-8
GOOD_TOLERANCE, GOOD_GAP = 1e-6, 1e-5
"""Where rounding stops a solve short of a tight tolerance, it is a result up to these residuals and this gap, which is
stated: a design is judged to 1e-2, and what is proven of it comes from its own cost and from a bound of its own."""
NEARLY = 30.0
"""A loose solve that stalls within this many times its tolerance is not solved again: its multipliers prove a bound."""
LARGEST_RESIDUAL = 1e-6
"""Largest violation of a row or bound of a result, over ``max(1, |side|)`` or a billionth of what the row adds up."""
ACTIVITY_SHARE = 1e-3
"""Share of what a row adds up that stands beside its side: with the tolerance above, a billionth of it."""
NOISE = 1e-8
"""A residual this small is good enough for any balance."""
NEAR = (1e-6, 1e-8, 1e-10)
"""Distances from a bound, in the scaled program, at which a value is tried to be put there."""
MOVES = 3
"""Times a point that misses rows is moved onto them: what one move held at its bound may leave it again in the next."""


def solve_by_steps(lp: CompiledLP, options: SolverOptions, stop: Callable[[], bool]) -> LPResult | None:
    """Solve by the interior point for programs with a time structure; None where another method has to.

    That is so without a time structure, for an integer program, and where the tolerance is not reached, which a
    program without a solution never does. A solve that a limit ends early, or a loose one that stalls not far from its
    tolerance, carries the multipliers and the point it had: the first still prove a bound.

    Parameters
    ----------
    lp
        Program with its objective.
    options
        Tolerance and time limit; None as tolerance aims at 1e-8.
    stop
        Asked before every iteration whether to end.
    """
    try:
        loose = (options.optimality_tolerance or 0.0) > GOOD_TOLERANCE
        spread = with_running_sums(lp) if loose else None  # a tight solve of them may stall: HiGHS takes it
        if spread is None:
            return _by_steps(lp, options, stop)
        found = _by_steps(spread, options, stop)
        return None if found is None else _first_of(lp, found)
    except (ZeroDivisionError, np.linalg.LinAlgError) as error:  # no bound to keep away from; a singular system
        logger.debug("the solve by steps does not apply: %s", error)
        return None


def _by_steps(lp: CompiledLP, options: SolverOptions, stop: Callable[[], bool]) -> LPResult | None:
    started = time.perf_counter()
    left = reduced(lp)
    chain = None if left is None else time_chain(left.lp)
    if left is None or chain is None:
        return None
    aim = options.optimality_tolerance or TIGHT_TOLERANCE
    with np.errstate(all="ignore"):  # what overflows ends the iterations and is not used
        barrier = Barrier(left.lp, left.lp.cost, chain)
        answer = barrier.solve(aim, options.time_limit_s, stop)
    errors = max(answer.gap, answer.primal, answer.dual)
    good = max(answer.primal, answer.dual) <= GOOD_TOLERANCE and answer.gap <= GOOD_GAP
    tight, stalled = aim <= GOOD_TOLERANCE, answer.end == "error" and errors > aim and not good
    if stalled and (tight or errors > NEARLY * aim):
        logger.debug("the solve by steps ended at %.1e after %d iterations", errors, answer.iterations)
        return None
    x = np.clip(answer.x, left.lp.col_lower, left.lp.col_upper)
    objective = float(left.lp.cost @ x) + left.lp.offset
    solved = answer.end in {"optimal", "error"} and not stalled
    bound = None
    if solved and tight:
        bound = objective - answer.gap * abs(objective)
        with np.errstate(all="ignore"):
            x = _settled(left.lp, x, barrier, max(answer.gap, aim) * abs(objective))
    x = np.clip(left.values(x), lp.col_lower, lp.col_upper)
    answer = replace(answer, x=x, row_dual=left.multipliers(lp, answer.row_dual))
    residual = primal_residual(lp, x, ACTIVITY_SHARE)
    if bound is not None and residual > LARGEST_RESIDUAL:
        logger.debug("the solve by steps left a residual of %.1e", residual)
        return None
    return _result(lp, answer, (float(lp.cost @ x) + lp.offset if solved else None, bound), started)


def _first_of(lp: CompiledLP, found: LPResult) -> LPResult:
    """Return the answer of the program whose sums were written as running sums."""
    assert found.x is not None
    assert found.row_dual is not None
    x, y = found.x[: lp.num_cols], found.row_dual[: lp.num_rows]
    residual = primal_residual(lp, x)
    return replace(found, x=x, row_dual=y, col_dual=lp.cost - matvec_transposed(lp, y), primal_residual=residual)


def _settled(lp: CompiledLP, x: FloatArray, barrier: Barrier, dearer: float) -> FloatArray:
    """Return the first settled point that meets the rows as `x` moved onto them does and costs at most `dearer` more.

    Without one, `x` as it was moved.
    """
    x = _on_rows(lp, x, barrier, dearer)
    most = float(lp.cost @ x) + dearer
    allowed = max(primal_residual(lp, x, ACTIVITY_SHARE), NOISE)
    for near in NEAR:
        moved = np.clip(barrier.settled(near), lp.col_lower, lp.col_upper)
        if primal_residual(lp, moved, ACTIVITY_SHARE) <= allowed and float(lp.cost @ moved) <= most:
            return moved
    return x


def _on_rows(lp: CompiledLP, x: FloatArray, barrier: Barrier, dearer: float) -> FloatArray:
    """Return a point that misses rows moved onto them, as often as it takes and `MOVES` allows.

    A point off its rows costs less than any on them: what they cost may come to `GOOD_GAP`, which the result states.
    """
    most = float(lp.cost @ x)
    most += max(dearer, GOOD_GAP * abs(most))
    for _ in range(MOVES):
        if primal_residual(lp, x, ACTIVITY_SHARE) <= LARGEST_RESIDUAL:
            break
        met = np.clip(barrier.meet_rows(), lp.col_lower, lp.col_upper)
        if float(lp.cost @ met) > most:
            break
        x = met
    return x


def _result(
    lp: CompiledLP, answer: BarrierAnswer, found: tuple[float | None, float | None], started: float
) -> LPResult:
    """Return the answer for the whole program with its objective and its bound, None where there is none."""
    objective, bound = found
    gap = None
    if bound is not None and objective is not None:
        bound = min(bound, objective)
        gap = (objective - bound) / max(abs(objective), 1e-9)
    solved = objective is not None
    return LPResult(
        status="optimal" if solved else answer.end,
        objective=objective,
        bound=bound,
        gap_frac=gap,
        x=answer.x,
        row_dual=answer.row_dual,
        col_dual=lp.cost - matvec_transposed(lp, answer.row_dual),
        primal_residual=primal_residual(lp, answer.x),
        seconds=time.perf_counter() - started,
        iterations=answer.iterations,
        method="steps",
        message="" if solved else "stopped",
    )
