"""Linear programs: the Pyomo vocabulary, the compiler from rules to sparse matrices, the HiGHS session.

The names are loaded on first use, so that a process that only solves arrays never imports Pyomo.

============  ========================================================================================================
written in    `vocabulary` (Pyomo's words), `arrayed` (variables and parameters over arrays)
compiled      `compile`: `templates` → `evaluate` with `indexing` to `linear` forms → `columns`, `assemble` → `matrix`
solved        `highs` (the session), `engines`, `options`, `scaling`, `bases`, `changes`; `process`, `ending`
trusted       `checks` before, `bounds` after: residuals and lower bounds that trust no solver
year by step  `stepwise`: `timechain` finds the time structure, `running_sums` and `reduction` make it, `barrier` with
              `elimination` and `pivots` solves by it
============  ========================================================================================================
"""

from typing import TYPE_CHECKING

from edsim.core.lazy import lazy_names

if TYPE_CHECKING:
    from edsim.lp.arrayed import ArrayParam, Var, bounded_var
    from edsim.lp.bounds import (
        has_no_point,
        implied_bounds,
        multiplier_cut,
        primal_residual,
        safe_lower_bound,
        tightest_upper,
    )
    from edsim.lp.checks import check_program
    from edsim.lp.compile import compile_model
    from edsim.lp.highs import HighsSession, solve_arrays
    from edsim.lp.matrix import CompiledLP
    from edsim.lp.options import LPResult, SolverOptions
    from edsim.lp.process import SolveHandle, solve_in_process
    from edsim.lp.vocabulary import (
        Block,
        ConcreteModel,
        Constraint,
        Objective,
        Param,
        RangeSet,
        Set,
    )

_HOMES = {
    "ArrayParam": "arrayed",
    "Block": "vocabulary",
    "CompiledLP": "matrix",
    "ConcreteModel": "vocabulary",
    "Constraint": "vocabulary",
    "HighsSession": "highs",
    "LPResult": "options",
    "SolveHandle": "process",
    "Objective": "vocabulary",
    "Param": "vocabulary",
    "RangeSet": "vocabulary",
    "Set": "vocabulary",
    "SolverOptions": "options",
    "Var": "arrayed",
    "bounded_var": "arrayed",
    "check_program": "checks",
    "compile_model": "compile",
    "has_no_point": "bounds",
    "implied_bounds": "bounds",
    "multiplier_cut": "bounds",
    "primal_residual": "bounds",
    "safe_lower_bound": "bounds",
    "solve_arrays": "highs",
    "solve_in_process": "process",
    "tightest_upper": "bounds",
}
__all__ = [
    "ArrayParam",
    "Block",
    "CompiledLP",
    "ConcreteModel",
    "Constraint",
    "HighsSession",
    "LPResult",
    "Objective",
    "Param",
    "RangeSet",
    "Set",
    "SolveHandle",
    "SolverOptions",
    "Var",
    "bounded_var",
    "check_program",
    "compile_model",
    "has_no_point",
    "implied_bounds",
    "multiplier_cut",
    "primal_residual",
    "safe_lower_bound",
    "solve_arrays",
    "solve_in_process",
    "tightest_upper",
]

__getattr__ = lazy_names(__name__, _HOMES)
