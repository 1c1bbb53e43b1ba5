"""The model of a district: built once, solved many times for other objectives, caps, sizes and prices.

Solves follow each other in one live session: a new objective is a new cost vector, a cap one row, a price change new
costs, a demand change new sides. The matrix is built again only when a coefficient of it changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import Finding, InfeasibleError, SolverError
from edsim.core.timegrid import TimeGrid
from edsim.lp import CompiledLP, ConcreteModel, HighsSession, LPResult, SolverOptions
from edsim.optimization.model.balances import Attachment, attach, check_supply
from edsim.optimization.model.caps import HeldCaps, cap_finding, cap_rows, exceeds
from edsim.optimization.model.compose import Parts, compose, repriced
from edsim.optimization.model.context import KindContext
from edsim.optimization.model.criteria import (
    GHG_ACCOUNTS,
    LEAST_COST,
    MONEY_ACCOUNTS,
    criterion_weights,
    least_cost,
)
from edsim.optimization.model.ledger import Ledger
from edsim.optimization.model.readout import read_solution
from edsim.optimization.sizing.aggregate import choose_days
from edsim.optimization.system import NodeCarrier, System
from edsim.optimization.types import Objective, Solution

__all__ = [
    "GHG_ACCOUNTS",
    "LEAST_COST",
    "MONEY_ACCOUNTS",
    "Attachment",
    "Model",
    "attach",
    "build",
    "check_supply",
    "least_cost",
    "sizing_model",
]
Array = NDArray[np.float64]

_UNPRICED_UNSERVED = 1e3
"""Where an objective has no price on unserved demand, a kWh of it weighs this often the dearest coefficient left."""
_ROUNDING_FRAC = 1e-12
"""Where cost and weight of a size cancel, what is left below this share of them is rounding."""


@dataclass(slots=True)
class Model:
    """A built district model with its live solver session; the only mutable public object of the optimizer.

    Attributes
    ----------
    parts
        What was built: system, grid, Pyomo model, compiled matrix, ledger, prepared instances, balances.
    last_result
        The solver's answer to the last solve.
    """

    parts: Parts
    _session: HighsSession | None = field(default=None, repr=False)
    _options: SolverOptions = field(default_factory=SolverOptions, repr=False)
    _caps: HeldCaps | None = field(default=None, repr=False)
    last_result: LPResult | None = field(default=None, repr=False)

    @property
    def system(self) -> System:
        """What was built."""
        return self.parts.system

    @property
    def grid(self) -> TimeGrid:
        """Steps of the model."""
        return self.parts.grid

    @property
    def lp(self) -> CompiledLP:
        """The compiled matrix, without caps."""
        return self.parts.lp

    @property
    def ledger(self) -> Ledger:
        """What every column costs, emits and uses."""
        return self.parts.ledger

    @property
    def contexts(self) -> Mapping[str, KindContext]:
        """Kind → prepared instances."""
        return self.parts.contexts

    @property
    def pyomo(self) -> ConcreteModel:
        """The Pyomo model."""
        return self.parts.pyomo

    @property
    def balances(self) -> Mapping[NodeCarrier, tuple[Attachment, ...]]:
        """(node, carrier) → ports that meet there."""
        return self.parts.balances

    def solve(
        self,
        objective: Objective = LEAST_COST,
        *,
        capacities: Mapping[tuple[str, str], float] | None = None,
        allow_unserved: bool = False,
        options: SolverOptions | None = None,
    ) -> Solution:
        """Solve for `objective`, with sizes free or fixed, and return the solution.

        Parameters
        ----------
        objective
            Weights on accounts and sizes, caps on criteria.
        capacities
            (technology id, size) → value to fix; None leaves all sizes free.
        allow_unserved
            Whether demand may be left unserved at the system's penalty.
        options
            Solver options; default chooses the method by size.

        Raises
        ------
        InfeasibleError
            No design or dispatch serves the demand within the limits (E511) or below the caps (E510).
        SolverError
            The solver ended without a usable result.
        ValueError
            A weight on a size, or a cap on a criterion, that does not exist.
        """
        start = perf_counter()
        session = self.session(options)
        assert self._caps is not None
        cost, constant = self.cost_of(objective)
        rows = cap_rows(self.ledger, self.lp, objective)
        session.set_cost(self.with_unserved_priced(cost, objective, capacities) if allow_unserved else cost)
        self._fix(session, capacities)
        self._unserved(session, allowed=allow_unserved)
        self._caps.hold(rows)
        void = [r for r in rows if not r.coefficients.any() and r.side < 0.0]
        result = session.solve()
        self.last_result = result
        if objective.caps and (result.status == "infeasible" or void):
            raise self._explain_caps(objective, capacities, allow_unserved=allow_unserved)
        _refuse(result, self.system)
        solution = read_solution(self.parts, result, constant, perf_counter() - start)
        return replace(solution, cap_prices=self._caps.prices(result.row_dual, rows)) if rows else solution

    def with_unserved_priced(
        self, cost: Array, objective: Objective, capacities: Mapping[tuple[str, str], float] | None
    ) -> Array:
        """Return a cost vector in which leaving demand unserved never pays, also where the objective has no price."""
        if objective.weights.get("unserved"):
            return cost
        priced = cost.copy()
        priced[self.unserved_columns()] = _UNPRICED_UNSERVED * self._dearest(cost, capacities)
        return priced

    def _dearest(self, cost: Array, capacities: Mapping[tuple[str, str], float] | None) -> float:
        """Return the largest coefficient of what is still to be decided: with sizes fixed, theirs do not count.

        An investment per kW beside prices per kWh would make unserved demand a million times dearer than energy, and
        the program one that no interior point solves.
        """
        open_to = np.abs(cost)
        open_to[[c for key, c in self.size_columns().items() if key in (capacities or {})]] = 0.0
        return float(open_to.max(initial=0.0)) or 1.0

    def cost_of(self, objective: Objective) -> tuple[Array, float]:
        """Return the cost vector of `objective` and its constant.

        Raises
        ------
        ValueError
            A weight on a size that does not exist.
        """
        cost, constant = self.ledger.cost(self.lp, objective.weights)
        columns = self.size_columns()
        for key, weight in objective.size_weights.items():
            if key not in columns:
                known = ", ".join(f"{t}.{s}" for t, s in columns)
                raise ValueError(f"no size {'.'.join(key)}; known: {known}")
            cost[columns[key]] = _sum(float(cost[columns[key]]), weight)
        return cost, constant

    def session(self, options: SolverOptions | None = None) -> HighsSession:
        """Return the live session, opened on first use or when `options` differ."""
        wanted = options or self._options
        if self._session is None or wanted != self._options:
            self._session, self._options = HighsSession(self.lp, wanted), wanted
            self._caps = HeldCaps(self._session)
        return self._session

    def update(self, system: System) -> bool:
        """Take over a system of the same structure with other prices, costs, limits or demands; the grid stays.

        Other prices and cost factors write only the ledger anew. Other limits and demands compile the model again and
        hand what changed to the live session, which keeps its basis. When a coefficient of the matrix changes, or the
        structure, the session is dropped and the next solve starts cold.

        Returns
        -------
        bool
            Whether the session (if one was open) could be kept.

        Raises
        ------
        InfeasibleError
            A carrier is demanded or used at a node where nothing can supply it.
        """
        same_matrix = repriced(self.parts, system)
        if same_matrix is not None:
            self.parts = same_matrix
            return True
        old, self.parts = self.lp, compose(system, self.grid)
        if not _same_rows(old, self.lp):
            self._session = self._caps = self.last_result = None
            return False
        if self._session is not None:
            _hand_over_changes(self._session, old, self.lp)
        return True

    def marginals(self) -> dict[tuple[str, str], float]:
        """Return what one more unit of each size would save per year in the last solve, in units of the objective.

        Positive at an upper limit that binds, or in a dispatch with the size fixed too small; negative where a unit
        more costs more than it saves (a size at its lower limit, or not built); 0 where the size is free and chosen.

        Raises
        ------
        SolverError
            There is no solved linear program yet.
        """
        if self.last_result is None or self.last_result.col_dual is None:
            raise SolverError("marginal values need a solved linear model: solve it first [E516]")
        return {key: -float(self.last_result.col_dual[c]) for key, c in self.size_columns().items()}

    def size_columns(self) -> dict[tuple[str, str], int]:
        """Return (technology id, size name) → column."""
        return self.parts.size_columns()

    def unserved_columns(self) -> NDArray[np.int64]:
        """Return the columns of unserved demand."""
        return self.parts.unserved_columns()

    def _fix(self, session: HighsSession, capacities: Mapping[tuple[str, str], float] | None) -> None:
        columns = self.size_columns()
        index = np.array(list(columns.values()), dtype=np.int64)
        if not len(index):
            return
        lower, upper = self.lp.col_lower[index], self.lp.col_upper[index]
        if capacities is not None:
            value = np.clip([capacities[k] for k in columns], lower, upper)
            lower = upper = value
        session.set_col_bounds(index, lower, upper)

    def _unserved(self, session: HighsSession, *, allowed: bool) -> None:
        columns = self.unserved_columns()
        if len(columns):
            upper = self.lp.col_upper[columns] if allowed else np.zeros(len(columns))
            session.set_col_bounds(columns, np.zeros(len(columns)), upper)

    def _explain_caps(
        self, objective: Objective, capacities: Mapping[tuple[str, str], float] | None, *, allow_unserved: bool
    ) -> InfeasibleError:
        """Return the error of caps that cannot be met: the lowest each criterion can reach, alone or within the others.

        Raises
        ------
        InfeasibleError
            Not even without caps can the demand be served.
        """

        def lowest(criterion: str, caps: Mapping[str, float]) -> float:
            weights = criterion_weights(criterion, objective.carbon_price_per_t)
            coefficients, constant = self.ledger.cost(self.lp, weights)
            if not coefficients.any():
                return constant
            goal = Objective(weights, caps, carbon_price_per_t=objective.carbon_price_per_t)
            return self.solve(goal, capacities=capacities, allow_unserved=allow_unserved).objective

        alone = {c: lowest(c, {}) for c in objective.caps}
        unmet = {c: low for c, low in alone.items() if exceeds(low, objective.caps[c])}
        if unmet:
            return InfeasibleError.of([cap_finding(c, objective.caps[c], low, {}) for c, low in unmet.items()])
        last = list(objective.caps)[-1]
        others = {c: v for c, v in objective.caps.items() if c != last}
        return InfeasibleError.of([cap_finding(last, objective.caps[last], lowest(last, others), others)])


def _refuse(result: LPResult, system: System) -> None:
    """Raise unless the result is optimal, or feasible with a stated gap."""
    if result.status in {"optimal", "feasible"}:
        return
    if result.status == "infeasible":
        nodes = ", ".join(sorted({f"{carrier} at {node}" for node, carrier in system.demand}))
        raise InfeasibleError.of(
            [
                Finding(
                    code="E511",
                    what="no design serves the demand within the limits of the case",
                    got=f"demands: {nodes}",
                    hint="raise the max_ limits of the technologies that supply these carriers, or add a supplier",
                )
            ]
        )
    raise SolverError(
        f"the solver stopped with status {result.status!r} after {result.seconds:.1f} s: no result; "
        "raise settings.time_limit_s, lower settings.typical_days, or run with --screening [E516]"
    )


def build(system: System, grid: TimeGrid) -> Model:
    """Build and compile the model of `system` on `grid`.

    Raises
    ------
    InfeasibleError
        A carrier is demanded or used at a node where nothing can supply it.
    """
    return Model(compose(system, grid))


def sizing_model(system: System, typical_days: int, extra_days: Iterable[int] = ()) -> Model:
    """Build the model that sizes `system`: typical days, the days that hold its peaks, and the `extra_days` (0–364).

    Raises
    ------
    InfeasibleError
        A carrier is demanded or used at a node where nothing can supply it.
    """
    return build(system, choose_days(system, typical_days, extra_days))


def _sum(cost: float, weight: float) -> float:
    """Return the sum, exactly 0 where the two cancel but for rounding: a kept size that nobody needs."""
    total = cost + weight
    return total if abs(total) >= _ROUNDING_FRAC * max(abs(cost), abs(weight)) else 0.0


def _same_rows(old: CompiledLP, new: CompiledLP) -> bool:
    """Return whether two programs have the same matrix, coefficient by coefficient."""
    pairs = ((old.indptr, new.indptr), (old.indices, new.indices), (old.data, new.data))
    return old.num_cols == new.num_cols and all(np.array_equal(a, b) for a, b in pairs)


def _hand_over_changes(session: HighsSession, old: CompiledLP, new: CompiledLP) -> None:
    """Give the session the bounds and sides that differ."""
    cols = np.flatnonzero((old.col_lower != new.col_lower) | (old.col_upper != new.col_upper))
    rows = np.flatnonzero((old.row_lower != new.row_lower) | (old.row_upper != new.row_upper))
    if len(cols):
        session.set_col_bounds(cols, new.col_lower[cols], new.col_upper[cols])
    if len(rows):
        session.set_row_bounds(rows, new.row_lower[rows], new.row_upper[rows])
