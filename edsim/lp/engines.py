"""Which method of HiGHS runs, with which options, and what its status means."""

import logging
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any, Literal

from edsim.lp.matrix import CompiledLP
from edsim.lp.options import LPResult, SolverOptions, Status

logger = logging.getLogger(__name__)
Engine = Literal["simplex", "ipx", "hipo", "hipdlp", "pdlp", "mip"]

SIMPLEX_NONZEROS = 150_000
"""Below this, dual simplex was the faster method on hourly district programs (two months of hours)."""
SIMPLEX_STEPS, SIMPLEX_NONZEROS_FEW_STEPS = 1_500, 2_000_000
"""With few steps, simplex stays the faster one for many more nonzeros (many nodes, typical days)."""
DEFAULT_KKT_TOLERANCE = 1e-7
LOOSEST_IPX = 1e-5
"""IPX stopped earlier without crossover ends as "unknown", without a result."""


@cache
def hipo_available() -> bool:
    """Return whether HiPO can run (highspy-extras is installed)."""
    return find_spec("highspy_extras") is not None


def choose_engine(lp: CompiledLP, options: SolverOptions, *, has_basis: bool = False) -> Engine:
    """Return the method for a program: what is asked for, else by size and availability."""
    if lp.is_mip:
        return "mip"
    if options.method in {"hipo", "steps"} and not hipo_available():
        logger.debug("HiPO is not installed (highspy-extras); IPX runs instead")
        return "ipx"
    if options.method == "steps":
        return "hipo"
    if options.method != "auto":
        return options.method
    steps = lp.longest_axis
    few_steps = 0 < steps <= SIMPLEX_STEPS and lp.nnz <= SIMPLEX_NONZEROS_FEW_STEPS
    if has_basis or lp.nnz <= SIMPLEX_NONZEROS or few_steps:
        return "simplex"
    return "hipo" if hipo_available() else "ipx"


NO_LIMIT = 2**31 - 1
"""Largest count HiGHS takes, which is none."""
FORCING_ROWS = 1 << 6
"""Bit of the presolve rule that is left out: in HiGHS 1.15.1 forcing rows of stores that are linked over their steps
end in a segmentation fault, or in an infeasible status of a program that has a solution."""


def tries_steps(lp: CompiledLP, options: SolverOptions) -> bool:
    """Return whether the time structure of a program is tried first."""
    return options.method == "steps" and not lp.is_mip and not options.crossover


def highs_options(engine: Engine, options: SolverOptions, dual_tolerance: float) -> dict[str, Any]:
    """Return the options of HiGHS for one solve, but for what depends on the session's state."""
    first_order = engine in {"hipdlp", "pdlp"}
    tolerance = options.optimality_tolerance or (1e-4 if first_order else 1e-8)
    if engine == "ipx":
        tolerance = min(tolerance, LOOSEST_IPX)
    return {
        "solver": "choose" if engine == "mip" else engine,
        "run_crossover": "on" if options.crossover and not first_order else "off",
        "ipm_optimality_tolerance": tolerance,
        "pdlp_optimality_tolerance": tolerance,
        "kkt_tolerance": tolerance if first_order else DEFAULT_KKT_TOLERANCE,
        "dual_feasibility_tolerance": dual_tolerance,
        "mip_rel_gap": options.mip_gap_frac,
        "mip_max_nodes": NO_LIMIT if options.mip_nodes is None else options.mip_nodes,
        "random_seed": options.seed,
        "presolve": "on" if options.presolve else "off",
        "presolve_rule_off": FORCING_ROWS,
        "threads": options.threads,
        "parallel": "on" if options.threads > 1 else "off",
    }


def status_of(model_status: Any, *, mip_point: bool) -> Status:
    """Map HiGHS's status; everything not known to be a result is a failure."""
    import highspy

    kinds = highspy.HighsModelStatus
    known: dict[Any, Status] = {
        kinds.kOptimal: "optimal",
        kinds.kInfeasible: "infeasible",
        kinds.kUnbounded: "unbounded",
        kinds.kTimeLimit: "feasible" if mip_point else "time_limit",
        kinds.kInterrupt: "interrupted",
        kinds.kSolutionLimit: "feasible" if mip_point else "error",
    }
    return known.get(model_status, "error")


def empty_result(status: Status, seconds: float, iterations: int, engine: Engine, message: str) -> LPResult:
    """Return an answer without a result."""
    return LPResult(
        status=status,
        objective=None,
        bound=None,
        gap_frac=None,
        x=None,
        row_dual=None,
        col_dual=None,
        primal_residual=None,
        seconds=seconds,
        iterations=iterations,
        method=engine,
        message=message,
    )


def new_highs(stop: Callable[[], bool]) -> Any:
    """Return a silent solver that asks in its callbacks whether to stop."""
    import highspy

    make: Any = highspy.Highs
    highs = make()
    highs.silent()

    def stop_if_asked(event: Any) -> None:
        event.interrupt(stop())  # HiGHS would keep a yes for all solves that follow

    for callback in (highs.cbSimplexInterrupt, highs.cbIpmInterrupt, highs.cbMipInterrupt):
        callback.subscribe(stop_if_asked)
    return highs
