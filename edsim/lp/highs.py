"""The HiGHS session: the only module that touches highspy.

Traps of the solver that are handled here, each with a regression test: a badly scaled objective called optimal; a
time limit that is not kept; a changed thread count that returns "Not Set"; Ctrl-C without effect during a solve; an
irreducible infeasible subset that never ends.
"""

import logging
import time
from dataclasses import replace
from functools import cache
from threading import Event, Thread
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from edsim.core.errors import SolverError
from edsim.lp.bounds import primal_residual
from edsim.lp.checks import check_costs, check_program
from edsim.lp.ending import mark_ending
from edsim.lp.matrix import INF, CompiledLP, FloatArray, IntArray
from edsim.lp.options import LPResult, SolverOptions, Status
from edsim.lp.scaling import Scaling, scale_objective, scale_sides

logger = logging.getLogger(__name__)
Engine = Literal["simplex", "ipx", "hipo", "hipdlp", "pdlp", "mip"]

SIMPLEX_NONZEROS = 150_000
"""Below this, dual simplex was the faster method on hourly district programs (two months of hours)."""
SIMPLEX_STEPS, SIMPLEX_NONZEROS_FEW_STEPS = 1_500, 2_000_000
"""With few steps, simplex stays the faster one for many more nonzeros (many nodes, typical days)."""
WATCHDOG_GRACE_S = 2.0
POLL_S = 0.05


@cache
def hipo_available() -> bool:
    """Return whether HiPO can run (highspy-extras is installed)."""
    from importlib.util import find_spec

    return find_spec("highspy_extras") is not None


def choose_engine(lp: CompiledLP, options: SolverOptions, *, has_basis: bool = False) -> Engine:
    """Return the method for a program: what is asked for, else by size and availability."""
    if lp.is_mip:
        return "mip"
    if options.method == "hipo" and not hipo_available():
        logger.debug("HiPO is not installed (highspy-extras); IPX runs instead")
        return "ipx"
    if options.method != "auto":
        return options.method
    steps = lp.longest_axis
    few_steps = 0 < steps <= SIMPLEX_STEPS and lp.nnz <= SIMPLEX_NONZEROS_FEW_STEPS
    if has_basis or lp.nnz <= SIMPLEX_NONZEROS or few_steps:
        return "simplex"
    return "hipo" if hipo_available() else "ipx"


class HighsSession:
    """One program loaded in HiGHS: solve, change costs or bounds, solve again from the last basis.

    Not picklable and not for use from two threads at once; send the `CompiledLP` to another process instead.
    """

    def __init__(self, lp: CompiledLP, options: SolverOptions | None = None) -> None:
        """Check the program (see `checks.check_program`) and hand it over.

        Raises
        ------
        DataError
            The program cannot be answered; E501 … E507.
        """
        check_program(lp)
        self._lp = lp
        self._options = options or SolverOptions()
        self._cancel = Event()
        self._abandoned = False
        self._costs_changed = False
        factor, tolerance = scale_objective(lp, lp.cost)
        self._scaling = Scaling(factor, scale_sides(lp), tolerance)
        self._highs = _new_highs(self._cancel)
        self._hand_over()

    @property
    def lp(self) -> CompiledLP:
        """Return the program as it stands, with the changes made since."""
        return self._lp

    @property
    def has_basis(self) -> bool:
        """Return whether a basis is held from which the next solve starts."""
        return bool(self._highs.getBasis().valid)

    def set_cost(self, cost: FloatArray, offset: float = 0.0) -> None:
        """Replace the objective; the next solve starts from the last basis.

        Raises
        ------
        DataError
            E501, E504 or E507 for the new costs.
        ValueError
            The vector does not have one entry per column.
        """
        values = np.ascontiguousarray(cost, np.float64)
        if values.shape != (self._lp.num_cols,):
            msg = f"cost has shape {values.shape}, the program {self._lp.num_cols} columns"
            raise ValueError(msg)
        check_costs(self._lp, values)
        factor, tolerance = scale_objective(self._lp, values)
        self._scaling = replace(self._scaling, cost_factor=factor, dual_tolerance=tolerance)
        self._lp = replace(self._lp, cost=values, offset=offset, has_objective=True)
        columns = np.arange(len(values), dtype=np.int32)
        self._accept(self._highs.changeColsCost(len(values), columns, values * factor), "set the costs")
        self._costs_changed = True

    def set_col_bounds(self, cols: npt.ArrayLike, lower: npt.ArrayLike, upper: npt.ArrayLike) -> None:
        """Replace bounds of the columns `cols` (equal bounds fix them); the last basis is kept."""
        places, low, high = _bounds_at(cols, lower, upper, self._lp.num_cols)
        all_lower, all_upper = self._lp.col_lower.copy(), self._lp.col_upper.copy()
        all_lower[places], all_upper[places] = low, high
        self._lp = replace(self._lp, col_lower=all_lower, col_upper=all_upper)
        factor = self._scaling.x_factor
        order = np.argsort(places, kind="stable")
        arguments = (places[order].astype(np.int32), low[order] * factor, high[order] * factor)
        self._accept(self._highs.changeColsBounds(len(places), *arguments), "set column bounds")

    def set_row_bounds(self, rows: npt.ArrayLike, lower: npt.ArrayLike, upper: npt.ArrayLike) -> None:
        """Replace sides of the rows `rows`; the last basis is kept."""
        places, low, high = _bounds_at(rows, lower, upper, self._lp.num_rows)
        all_lower, all_upper = self._lp.row_lower.copy(), self._lp.row_upper.copy()
        all_lower[places], all_upper[places] = low, high
        self._lp = replace(self._lp, row_lower=all_lower, row_upper=all_upper)
        factor = self._scaling.x_factor
        sides = zip(places.tolist(), (low * factor).tolist(), (high * factor).tolist(), strict=True)
        for row, a, b in sides:  # HiGHS has no call for many rows at once
            self._accept(self._highs.changeRowBounds(row, a, b), "set row sides")

    def set_solution(self, x: FloatArray) -> None:
        """Give a starting point, usually the incumbent of a mixed-integer solve."""
        import highspy

        if x.shape != (self._lp.num_cols,):
            msg = f"the point has shape {x.shape}, the program {self._lp.num_cols} columns"
            raise ValueError(msg)
        start = highspy.HighsSolution()
        start.col_value = np.ascontiguousarray(x * self._scaling.x_factor)
        self._accept(self._highs.setSolution(start), "set the starting point")

    def cancel(self) -> None:
        """Ask a running solve (in another thread) to stop; it then ends as ``interrupted``."""
        self._cancel.set()

    def solve(self, options: SolverOptions | None = None) -> LPResult:
        """Solve and return the answer in the program's units.

        Parameters
        ----------
        options
            Settings of this solve; None takes those of the session.

        Raises
        ------
        KeyboardInterrupt
            Ctrl-C, or whatever a signal handler raised, at most 3 s after the signal.
        SolverError
            HiGHS refused an option, or an earlier solve of this session had to be abandoned.
        """
        wanted = options or self._options
        engine = choose_engine(self._lp, wanted, has_basis=self.has_basis)
        self._set_options(engine, wanted)
        self._cancel.clear()
        started = time.perf_counter()
        finished = self._run(wanted)
        result = self._result(engine, wanted, time.perf_counter() - started, finished)
        if result.status == "error" and self._undecided():
            self._set_options("simplex", replace(wanted, presolve=False))
            finished = self._run(wanted)
            result = self._result("simplex", wanted, time.perf_counter() - started, finished)
        self._costs_changed = False
        return result

    # ------------------------------------------------------------------ hand-over and options
    def _hand_over(self) -> None:
        import highspy

        lp, s = self._lp, self._scaling
        sides = lp.col_lower, lp.col_upper, lp.row_lower, lp.row_upper
        scaled = sides if s.x_factor == 1.0 else tuple(b * s.x_factor for b in sides)
        status = self._highs.passModel(
            lp.num_cols,
            lp.num_rows,
            lp.nnz,
            int(highspy.MatrixFormat.kRowwise),
            int(highspy.ObjSense.kMinimize),
            0.0,
            lp.cost * s.cost_factor,
            *scaled,
            lp.indptr,
            lp.indices,
            lp.data,
            lp.integrality.astype(np.int32),
        )
        self._accept(status, "load the program")

    def _set_options(self, engine: Engine, options: SolverOptions) -> None:
        first_order = engine in {"hipdlp", "pdlp"}
        tolerance = options.optimality_tolerance or (1e-4 if first_order else 1e-8)
        limit = options.time_limit_s
        values: dict[str, Any] = {
            "solver": "choose" if engine == "mip" else engine,
            "run_crossover": "on" if options.crossover and not first_order else "off",
            "ipm_optimality_tolerance": tolerance,
            "pdlp_optimality_tolerance": tolerance,
            "kkt_tolerance": tolerance if first_order else DEFAULT_KKT_TOLERANCE,
            "dual_feasibility_tolerance": self._scaling.dual_tolerance,
            "mip_rel_gap": options.mip_gap_frac,
            "random_seed": options.seed,
            "presolve": "on" if options.presolve else "off",
            "threads": options.threads,
            "parallel": "on" if options.threads > 1 else "off",
            "simplex_strategy": PRIMAL_SIMPLEX if self._costs_changed and self.has_basis else DUAL_SIMPLEX,
            "time_limit": limit if limit == INF else limit + self._highs.getRunTime(),
        }
        for name, value in values.items():
            self._accept(self._highs.setOptionValue(name, value), f"set {name} = {value}")

    def _accept(self, status: Any, what: str) -> None:
        import highspy

        if self._abandoned:
            raise SolverError("an earlier solve of this session did not stop; open a new session")
        if status == highspy.HighsStatus.kError:
            raise SolverError(f"HiGHS refused to {what}")

    # ------------------------------------------------------------------ running
    def _run(self, options: SolverOptions) -> bool:
        """Run HiGHS in a thread so that signals and the watchdog reach it; return whether it ended."""
        worker = Thread(target=_solve_thread, args=(self._highs,), name="highs", daemon=True)
        deadline = time.monotonic() + options.time_limit_s + WATCHDOG_GRACE_S
        worker.start()
        try:
            while worker.is_alive():
                worker.join(POLL_S)
                if self._cancel.is_set() or time.monotonic() > deadline:
                    return self._stop(worker)
        except (KeyboardInterrupt, SystemExit):  # the process is to end: stop HiGHS, then pass it on
            mark_ending()
            self._stop(worker)
            raise
        except BaseException:  # what else a signal handler raised
            self._stop(worker)
            raise
        return True

    def _stop(self, worker: Thread) -> bool:
        self._cancel.set()
        worker.join(WATCHDOG_GRACE_S)
        self._abandoned = worker.is_alive()
        return not self._abandoned

    # ------------------------------------------------------------------ answers
    def _undecided(self) -> bool:
        import highspy

        return not self._abandoned and self._highs.getModelStatus() == highspy.HighsModelStatus.kUnboundedOrInfeasible

    def _result(self, engine: Engine, options: SolverOptions, seconds: float, finished: bool) -> LPResult:
        import highspy

        if not finished:
            status: Status = "time_limit" if seconds > options.time_limit_s else "interrupted"
            return _empty(status, seconds, 0, engine, "HiGHS did not stop when asked")
        info = self._highs.getInfo()
        model_status = self._highs.getModelStatus()
        has_point = int(info.primal_solution_status) == int(highspy.SolutionStatus.kSolutionStatusFeasible)
        status = _status(model_status, self._lp.is_mip and has_point)
        counts = (info.simplex_iteration_count, info.ipm_iteration_count, info.pdlp_iteration_count)
        iterations = sum(max(int(c), 0) for c in counts)
        message = "" if status == "optimal" else str(self._highs.modelStatusToString(model_status))
        if status not in {"optimal", "feasible"}:
            return _empty(status, seconds, iterations, engine, message)
        solution = self._highs.getSolution()
        x = np.array(solution.col_value, np.float64) / self._scaling.x_factor
        objective = float(self._lp.cost @ x) + self._lp.offset
        row_dual = col_dual = None
        if not self._lp.is_mip:
            row_dual = np.array(solution.row_dual, np.float64) / self._scaling.cost_factor
            col_dual = np.array(solution.col_dual, np.float64) / self._scaling.cost_factor
        bound = self._bound(engine, options, objective, float(info.mip_dual_bound))
        gap = None if bound is None else max(objective - bound, 0.0) / max(abs(objective), 1e-9)
        residual = primal_residual(self._lp, x)
        return LPResult(
            status, objective, bound, gap, x, row_dual, col_dual, residual, seconds, iterations, engine, message
        )

    def _bound(self, engine: Engine, options: SolverOptions, objective: float, mip_bound: float) -> float | None:
        """Return the solver's own lower bound: of a mixed-integer solve, or the optimum of a tight linear one."""
        if engine == "mip":
            return mip_bound / self._scaling.cost_factor + self._lp.offset if np.isfinite(mip_bound) else None
        loose = engine in {"hipdlp", "pdlp"} or (options.optimality_tolerance or 0.0) > TIGHT_TOLERANCE
        return None if loose else objective


DEFAULT_KKT_TOLERANCE = 1e-7
TIGHT_TOLERANCE = 1e-7
DUAL_SIMPLEX, PRIMAL_SIMPLEX = 1, 4


def solve_arrays(lp: CompiledLP, options: SolverOptions | None = None) -> LPResult:
    """Solve a program once, in this process.

    Raises
    ------
    DataError
        The program cannot be answered; E501 … E507.
    """
    return HighsSession(lp, options).solve()


def _new_highs(cancel: Event) -> Any:
    import highspy

    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy leaves it untyped
    highs.silent()

    def stop_if_asked(event: Any) -> None:
        if cancel.is_set():
            event.interrupt()

    for callback in (highs.cbSimplexInterrupt, highs.cbIpmInterrupt, highs.cbMipInterrupt):
        callback.subscribe(stop_if_asked)
    return highs


def _solve_thread(highs: Any) -> None:
    """Run HiGHS and close the task scheduler of this thread, so that the next thread may use another thread count."""
    import highspy

    highs.run()
    highspy.Highs.resetGlobalScheduler(False)


def _bounds_at(
    places: npt.ArrayLike, lower: npt.ArrayLike, upper: npt.ArrayLike, size: int
) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return places and bounds as flat arrays of one length.

    Raises
    ------
    ValueError
        A place outside the program or named twice, a bound that is not a number, or a lower bound above its upper.
    """
    flat = np.asarray(places, np.int64).ravel()
    low, high = (np.array(np.broadcast_to(np.asarray(b, np.float64), np.shape(places))).ravel() for b in (lower, upper))
    if len(flat) and (flat.min() < 0 or flat.max() >= size):
        msg = f"places run from {flat.min()} to {flat.max()}, the program has {size}"
        raise ValueError(msg)
    if len(np.unique(flat)) != len(flat):
        msg = "a place is named twice"
        raise ValueError(msg)
    if not (low <= high).all():
        k = int(np.flatnonzero(~(low <= high))[0])
        msg = f"lower bound {low[k]} above upper bound {high[k]} at {flat[k]}"
        raise ValueError(msg)
    return flat, low, high


def _status(model_status: Any, mip_point: bool) -> Status:
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


def _empty(status: Status, seconds: float, iterations: int, engine: Engine, message: str) -> LPResult:
    return LPResult(status, None, None, None, None, None, None, None, seconds, iterations, engine, message)
