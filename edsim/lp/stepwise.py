"""Solve a program by the time structure of its rows, where it has one that pays: see :mod:`edsim.lp.barrier`."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import numpy as np

from edsim.lp.barrier import Barrier, BarrierAnswer
from edsim.lp.bounds import primal_residual
from edsim.lp.matrix import CompiledLP, matvec_transposed
from edsim.lp.options import LPResult, SolverOptions
from edsim.lp.timechain import time_chain

logger = logging.getLogger(__name__)
TIGHT_TOLERANCE = 1e-8
GOOD_TOLERANCE = 1e-6
"""Where rounding stops a solve short of a tight tolerance, it is a result up to here, with its gap stated."""
LARGEST_RESIDUAL = 1e-6
"""Largest violation of a row or bound of a result, over ``max(1, |side|)``."""


def solve_by_steps(lp: CompiledLP, options: SolverOptions, stop: Callable[[], bool]) -> LPResult | None:
    """Solve by the interior point for programs with a time structure; None where another method has to.

    That is so without a time structure, for an integer program, and where the tolerance is not reached, which a
    program without a solution never does. A solve that a limit ends early carries the multipliers and the point it
    had: the first still prove a bound.

    Parameters
    ----------
    lp
        Program with its objective.
    options
        Tolerance and time limit; None as tolerance aims at 1e-8.
    stop
        Asked before every iteration whether to end.
    """
    started = time.perf_counter()
    chain = time_chain(lp)
    if chain is None:
        return None
    aim = options.optimality_tolerance or TIGHT_TOLERANCE
    with np.errstate(all="ignore"):  # what overflows ends the iterations and is not used
        answer = Barrier(lp, lp.cost, chain).solve(aim, options.time_limit_s, stop)
    errors = max(answer.gap, answer.primal, answer.dual)
    if answer.end == "error" and errors > max(aim, GOOD_TOLERANCE):
        logger.debug("the solve by steps ended at %.1e after %d iterations", errors, answer.iterations)
        return None
    return _result(lp, answer, tight=aim <= GOOD_TOLERANCE, seconds=time.perf_counter() - started)


def _result(lp: CompiledLP, answer: BarrierAnswer, *, tight: bool, seconds: float) -> LPResult | None:
    x = np.clip(answer.x, lp.col_lower, lp.col_upper)
    residual = primal_residual(lp, x)
    solved = answer.end in {"optimal", "error"}
    if solved and tight and residual > LARGEST_RESIDUAL:
        logger.debug("the solve by steps left a residual of %.1e", residual)
        return None
    objective = float(lp.cost @ x) + lp.offset if solved else None
    bound = objective - answer.gap * abs(objective) if tight and objective is not None else None
    return LPResult(
        "optimal" if solved else answer.end,
        objective,
        bound,
        None if bound is None else answer.gap,
        x,
        answer.row_dual,
        lp.cost - matvec_transposed(lp, answer.row_dual),
        residual,
        seconds,
        answer.iterations,
        "steps",
        "" if solved else "stopped",
    )
