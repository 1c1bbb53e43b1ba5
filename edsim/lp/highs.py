"""The HiGHS session: the only module that touches highspy.

Traps of the solver that are handled here, each with a regression test: a badly scaled objective called optimal; a
time limit that is not kept; a changed thread count that returns "Not Set"; Ctrl-C without effect during a solve; an
irreducible infeasible subset that never ends.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from edsim.core.errors import SolverError
from edsim.lp.bases import Bases
from edsim.lp.bounds import primal_residual
from edsim.lp.changes import bounds_at, new_rows, with_rows, without_rows
from edsim.lp.checks import check_costs, check_objective, check_program
from edsim.lp.engines import Engine, choose_engine, empty_result, highs_options, new_highs, status_of, tries_steps
from edsim.lp.matrix import INF, CompiledLP, FloatArray, IntArray
from edsim.lp.options import LPResult, SolverOptions, Status
from edsim.lp.running import Watch, by_the_clock_s
from edsim.lp.scaling import Scaling, scale_objective, scale_sides
from edsim.lp.stepwise import ACTIVITY_SHARE, LARGEST_RESIDUAL, solve_by_steps

_MORE_TRIES = 2
"""Solves after the first: where HiPO broke and IPX misses rows, its answer is moved to a vertex."""
_LEAST_TIME_S = 0.01
"""Left to HiGHS where what ran before used up the limit: it then ends as a time limit does."""


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
        self._watch = Watch()
        self._costs_changed = False
        self._row_factor: FloatArray = np.broadcast_to(1.0, lp.num_rows)  # takes no memory
        self._bases = Bases()
        self._own_rows = lp.num_rows
        self._rows_named = 0
        factor, tolerance = scale_objective(lp, lp.cost)
        self._scaling = Scaling(factor, scale_sides(lp), tolerance)
        self._highs = new_highs(lambda: self._watch.is_over)
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
        if self._lp.has_objective and offset == self._lp.offset and np.array_equal(values, self._lp.cost):
            return
        check_costs(self._lp, values)
        factor, tolerance = scale_objective(self._lp, values)
        self._scaling = replace(self._scaling, cost_factor=factor, dual_tolerance=tolerance)
        self._lp = replace(self._lp, cost=values, offset=offset, has_objective=True)
        columns = np.arange(len(values), dtype=np.int32)
        self._accept(self._highs.changeColsCost(len(values), columns, values * factor), "set the costs")
        self._costs_changed = True
        nearest = self._bases.nearest(values)
        if nearest is not None:
            self._accept(self._highs.setBasis(nearest), "start from an earlier basis")

    def set_col_bounds(self, cols: npt.ArrayLike, lower: npt.ArrayLike, upper: npt.ArrayLike) -> None:
        """Replace bounds of the columns `cols` (equal bounds fix them); the last basis is kept."""
        places, low, high = bounds_at(cols, lower, upper, self._lp.num_cols)
        if np.array_equal(self._lp.col_lower[places], low) and np.array_equal(self._lp.col_upper[places], high):
            return
        self._bases.clear()
        all_lower, all_upper = self._lp.col_lower.copy(), self._lp.col_upper.copy()
        all_lower[places], all_upper[places] = low, high
        self._lp = replace(self._lp, col_lower=all_lower, col_upper=all_upper)
        factor = self._scaling.x_factor
        sides = (places.astype(np.int32), low * factor, high * factor)
        self._accept(self._highs.changeColsBounds(len(places), *sides), "set column bounds")

    def set_row_bounds(self, rows: npt.ArrayLike, lower: npt.ArrayLike, upper: npt.ArrayLike) -> None:
        """Replace sides of the rows `rows`; the last basis is kept."""
        places, low, high = bounds_at(rows, lower, upper, self._lp.num_rows)
        self._bases.clear()
        all_lower, all_upper = self._lp.row_lower.copy(), self._lp.row_upper.copy()
        all_lower[places], all_upper[places] = low, high
        self._lp = replace(self._lp, row_lower=all_lower, row_upper=all_upper)
        factor = self._scaling.x_factor * self._row_factor[places]
        sides = (places.astype(np.int32), low * factor, high * factor)
        self._accept(self._highs.changeRowsBounds(len(places), *sides), "set row sides")

    def add_rows(
        self,
        index: Sequence[npt.ArrayLike],
        value: Sequence[npt.ArrayLike],
        lower: npt.ArrayLike,
        upper: npt.ArrayLike,
    ) -> IntArray:
        """Add rows ``lower <= sum(value · x[index]) <= upper`` and return their numbers; the last basis is kept.

        Parameters
        ----------
        index, value
            Columns and coefficients, one array each per new row. Rows are scaled on the way to the solver, so a cap
            on a cost holds alike in any currency.
        lower, upper
            Sides per new row, or one for all; ±inf where open.

        Raises
        ------
        ValueError
            A column outside the program or twice in a row, an empty row, a number that is not finite, crossed sides.
        """
        rows = new_rows(self._lp, index, value, lower, upper)
        start, count = self._lp.num_rows, len(rows.lower)
        if not count:
            return np.zeros(0, np.int64)
        self._bases.clear()
        row_factor = rows.factors()
        factor = row_factor * self._scaling.x_factor
        data = rows.data * np.repeat(row_factor, np.diff(rows.indptr))
        matrix = (len(rows.data), rows.indptr[:-1], rows.indices, data)
        self._accept(self._highs.addRows(count, rows.lower * factor, rows.upper * factor, *matrix), "add rows")
        names = [f"added_{self._rows_named + k}" for k in range(count)]
        self._lp = with_rows(self._lp, rows, names)
        self._row_factor = np.concatenate([self._row_factor, row_factor])
        self._rows_named += count
        return np.arange(start, start + count)

    def delete_rows(self, rows: npt.ArrayLike) -> None:
        """Delete rows that `add_rows` added; later added rows move up.

        The last basis is kept when none of the rows binds; to lift a binding row and keep it, open its sides instead.

        Raises
        ------
        ValueError
            A row that was not added, or one named twice.
        """
        places, _, _ = bounds_at(rows, 0.0, 0.0, self._lp.num_rows)
        if not len(places):
            return
        if places[0] < self._own_rows:
            msg = f"row {places[0]} belongs to the program; only rows added to it (from {self._own_rows}) can go"
            raise ValueError(msg)
        self._bases.clear()
        basis = self._highs.getBasis()
        self._accept(self._highs.deleteRows(len(places), places.astype(np.int32)), "delete rows")
        self._lp = without_rows(self._lp, places, self._own_rows)
        self._row_factor = np.delete(self._row_factor, places)
        self._keep_basis(basis, set(places.tolist()))

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
        self._watch.cancel()

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
        DataError
            E505: the program states no objective, or one without any cost.
        SolverError
            HiGHS refused an option, or an earlier solve of this session had to be abandoned.
        """
        check_objective(self._lp)
        wanted = options or self._options
        self._watch.renew()
        if tries_steps(self._lp, wanted):
            begun = time.thread_time()
            found = solve_by_steps(self._lp, wanted, lambda: self._watch.is_cancelled)
            if found is not None:
                return found
            left = max(wanted.time_limit_s - (time.thread_time() - begun), _LEAST_TIME_S)
            wanted = replace(wanted, time_limit_s=left)
        engine = choose_engine(self._lp, wanted, has_basis=self.has_basis)
        self._set_options(engine, wanted)
        started = time.perf_counter()
        finished = self._watch.run(self._highs, wanted.time_limit_s)
        result = self._result(engine, wanted, time.perf_counter() - started, finished=finished)
        for _ in range(_MORE_TRIES):
            again = self._second_try(result, wanted)
            if again is None:
                break
            result, wanted = self._solved_again(result, again, started), again
        self._costs_changed = False
        if result.status == "optimal" and result.method == "simplex":
            self._bases.keep(self._lp.cost, self._highs.getBasis())
        return result

    # ------------------------------------------------------------------ hand-over and options
    def _hand_over(self) -> None:
        import highspy

        lp, s = self._lp, self._scaling
        sides = lp.col_lower, lp.col_upper, lp.row_lower, lp.row_upper
        scaled = sides if s.x_factor == 1.0 else tuple(b * s.x_factor for b in sides)
        kinds = np.zeros(lp.num_cols, np.int32)  # takes no memory as long as it is zero
        if lp.is_mip:
            kinds[:] = lp.integrality
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
            kinds,
        )
        self._accept(status, "load the program")

    def _set_options(self, engine: Engine, options: SolverOptions) -> None:
        values = highs_options(engine, options, self._scaling.dual_tolerance)
        limit = by_the_clock_s(options.time_limit_s)  # that of the processor is kept by `Watch`
        warm_costs = self._costs_changed and self.has_basis
        values["simplex_strategy"] = PRIMAL_SIMPLEX if warm_costs else DUAL_SIMPLEX
        values["time_limit"] = limit if limit == INF else limit + self._highs.getRunTime()
        for name, value in values.items():
            self._accept(self._highs.setOptionValue(name, value), f"set {name} = {value}")

    def _keep_basis(self, basis: Any, gone: set[int]) -> None:
        """Give HiGHS the basis of before the rows in `gone` went, where it still is one."""
        import highspy

        states = list(basis.row_status)
        if basis.valid and all(states[row] == highspy.HighsBasisStatus.kBasic for row in gone):
            basis.row_status = [state for row, state in enumerate(states) if row not in gone]
            self._accept(self._highs.setBasis(basis), "keep the basis")

    def _accept(self, status: Any, what: str) -> None:
        import highspy

        if self._watch.is_abandoned:
            raise SolverError("an earlier solve of this session did not stop; open a new session")
        if status == highspy.HighsStatus.kError:
            raise SolverError(f"HiGHS refused to {what}")

    # ------------------------------------------------------------------ answers
    def _second_try(self, result: LPResult, wanted: SolverOptions) -> SolverOptions | None:
        """Return how to solve again: where presolve alone answered and may err, an interior point stalled or broke.

        HiGHS also calls optimal what misses rows by 1e-5 of their sides; a tight result is then moved to a vertex, that
        of HiPO by IPX: the vertex HiPO looks for from such a point ends with an error.
        """
        import highspy

        status, kinds = self._highs.getModelStatus(), highspy.HighsModelStatus
        by_presolve = result.status == "infeasible" and result.iterations == 0
        if self._watch.is_abandoned:
            return None
        if wanted.presolve and (by_presolve or status == kinds.kUnboundedOrInfeasible):
            return replace(wanted, presolve=False, method="simplex")
        if status == kinds.kSolveError and result.method == "hipo":
            return replace(wanted, method="ipx")
        inside = result.method in {"hipo", "ipx"} and not wanted.crossover
        stalled = status == kinds.kUnknown or (result.x is not None and not is_loose(wanted) and self._misses(result.x))
        if not (inside and stalled):
            return None
        return replace(wanted, crossover=True, method="ipx" if result.method == "hipo" else wanted.method)

    def _misses(self, x: FloatArray) -> bool:
        return primal_residual(self._lp, x, ACTIVITY_SHARE) > LARGEST_RESIDUAL

    def _solved_again(self, result: LPResult, how: SolverOptions, started: float) -> LPResult:
        """Return the answer of a second solve in the time left; of none, what `result` says of the program stands."""
        left = max(how.time_limit_s - self._watch.used_s, _LEAST_TIME_S)
        engine = choose_engine(self._lp, how)
        self._set_options(engine, replace(how, time_limit_s=left))
        finished = self._watch.run(self._highs, left)
        again = self._result(engine, how, time.perf_counter() - started, finished=finished)
        stands = result.status in {"infeasible", "optimal"}
        return result if again.status in {"error", "time_limit"} and stands else again

    def _result(self, engine: Engine, options: SolverOptions, seconds: float, *, finished: bool) -> LPResult:
        import highspy

        if not finished:
            status: Status = "time_limit" if self._watch.is_late else "interrupted"
            return empty_result(status, seconds, 0, engine, "HiGHS did not stop when asked")
        info = self._highs.getInfo()
        model_status = self._highs.getModelStatus()
        has_point = int(info.primal_solution_status) == int(highspy.SolutionStatus.kSolutionStatusFeasible)
        if self._watch.is_late and model_status == highspy.HighsModelStatus.kInterrupt:
            model_status = highspy.HighsModelStatus.kTimeLimit
        status = status_of(model_status, mip_point=self._lp.is_mip and has_point)
        counts = (info.simplex_iteration_count, info.ipm_iteration_count, info.pdlp_iteration_count)
        iterations = sum(max(int(c), 0) for c in counts)
        message = "" if status == "optimal" else str(self._highs.modelStatusToString(model_status))
        if status not in {"optimal", "feasible"}:
            return empty_result(status, seconds, iterations, engine, message)
        solution = self._highs.getSolution()
        x = np.array(solution.col_value, np.float64) / self._scaling.x_factor
        objective = float(self._lp.cost @ x) + self._lp.offset
        row_dual = col_dual = None
        if not self._lp.is_mip:
            row_dual = np.array(solution.row_dual, np.float64) * self._row_factor / self._scaling.cost_factor
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
        return None if engine in {"hipdlp", "pdlp"} or is_loose(options) else objective


TIGHT_TOLERANCE = 1e-7
DUAL_SIMPLEX, PRIMAL_SIMPLEX = 1, 4


def is_loose(options: SolverOptions) -> bool:
    """Return whether a solve is for its multipliers, not for a result."""
    return (options.optimality_tolerance or 0.0) > TIGHT_TOLERANCE


def solve_arrays(lp: CompiledLP, options: SolverOptions | None = None) -> LPResult:
    """Solve a program once, in this process.

    Raises
    ------
    DataError
        The program cannot be answered; E501 … E507.
    """
    return HighsSession(lp, options).solve()
