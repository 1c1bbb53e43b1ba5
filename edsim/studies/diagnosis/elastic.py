"""The elastic program: the model with every limit lifted, and each limit put back as a row that a slack may stretch.

For limit k with value L on a size x the row ``x - s_k <= L`` is added; a limit that is a row already gets the column
``-s_k``; a demand gets ``unserved[t] - s_k <= 0``. With all slacks closed the program is the model of the case. With
one slack open and minimized alone, its value is the least repair of that limit; no solution means that moving this
limit alone does not help. The matrix is built once, every question is a warm solve.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import SolverError
from edsim.core.timegrid import TimeGrid
from edsim.lp import CompiledLP, HighsSession, LPResult, SolverOptions
from edsim.lp.matrix import Layout
from edsim.optimization.model.caps import UNITS, cap_rows
from edsim.optimization.model.compose import Parts, compose
from edsim.optimization.model.criteria import LEAST_COST
from edsim.optimization.model.shared_sources import row_name, uses_of_sources
from edsim.optimization.system import NodeCarrier, System
from edsim.optimization.types import Objective
from edsim.studies.diagnosis.limits import SOURCE_LIFT, Limit, cap_limit, demand_limit, lifted, limits_of

Array = NDArray[np.float64]
Index = NDArray[np.int64]
_NOTHING = 1e-7
"""A slack below this share of its scale is rounding."""
WARM_LIMIT_S = 1.0
"""Limit of a solve from the last basis: a proof that there is no solution may take it for ever, a cold start not."""
_LEEWAY_FRAC = 1e-6
"""A least repair may be exceeded by this share where it is kept while something else is minimized."""


@dataclass(frozen=True, slots=True)
class Slack:
    """How far a limit is stretched: its entries in rows of the model, and rows of its own with coefficient -1.

    Attributes
    ----------
    rows, entries
        Rows of the model and the coefficients of the slack there.
    columns, coefficients, pointers
        Rows of its own: columns of the model with coefficients, row after row.
    sides
        Right sides of its own rows.
    """

    limit: Limit
    rows: Index = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    entries: Array = field(default_factory=lambda: np.zeros(0))
    columns: Index = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    coefficients: Array = field(default_factory=lambda: np.zeros(0))
    pointers: Index = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    sides: Array = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True, slots=True)
class _Restored:
    """Upper bounds of columns and rows that stay as in the case."""

    columns: dict[int, float] = field(default_factory=dict)
    rows: dict[int, float] = field(default_factory=dict)


@dataclass(slots=True)
class Elastic:
    """An elastic program with its live session."""

    parts: Parts
    slacks: tuple[Slack, ...]
    _lp: CompiledLP
    options: SolverOptions
    _plant_cost: Array
    _session: HighsSession | None = None

    @property
    def limits(self) -> tuple[Limit, ...]:
        """Limits, in the order of their slacks."""
        return tuple(s.limit for s in self.slacks)

    def least(self, limit: Limit) -> float | None:
        """Return by how much `limit` alone must move, in its unit; None when moving it alone does not help.

        Raises
        ------
        SolverError
            The solver ended without an answer.
        """
        place = self.limits.index(limit)
        result = self._solve({place: 1.0})
        if result is None or result.x is None:
            return None
        return max(float(result.x[self._column(place)]), 0.0) * limit.per_unit

    def cost(self, limit: Limit, amount: float) -> float:
        """Return the least yearly cost of the plant when `limit` alone may move, by at most `amount` in its unit.

        Raises
        ------
        SolverError
            The solver ended without an answer, or `amount` does not repair the case.
        """
        result = self._solve({self.limits.index(limit): 0.0}, self._plant_cost, most=amount / limit.per_unit)
        if result is None or result.objective is None:
            raise SolverError(f"{limit.path or limit.owner} moved by {amount:g} {limit.unit} has no plant [E516]")
        return result.objective

    def together(self, weights: Mapping[Limit, float]) -> dict[Limit, float] | None:
        """Return by how much limits must move together at the least weighted sum; those that need not are left out."""
        places = {self.limits.index(limit): w * limit.per_unit for limit, w in weights.items()}
        result = self._solve(places)
        if result is None or result.x is None:
            return None
        moved = {self.limits[k]: float(result.x[self._column(k)]) * self.limits[k].per_unit for k in places}
        return {limit: v for limit, v in moved.items() if v > _NOTHING * max(limit.value, 1.0)}

    def shortage(self) -> dict[NodeCarrier, Array] | None:
        """Return what is left unserved at each demand, kW by step, at the least unserved energy; None if not even so.

        Demands that are served are left out.
        """
        cost = np.zeros(self._lp.num_cols)
        hours = self.parts.grid.weight * self.parts.grid.step_h
        for key in self.parts.system.demand:
            cost[self.parts.unserved_column(key)] = hours
        opened = [k for k, limit in enumerate(self.limits) if limit.kind == "demand"]
        result = self._solve(dict.fromkeys(opened, 0.0), cost)
        if result is None or result.x is None:
            return None
        out = {}
        for key, series in self.parts.system.demand.items():
            missing = np.clip(result.x[self.parts.unserved_column(key)], 0.0, None)
            if missing.max(initial=0.0) > 10 * _NOTHING * max(float(series.max(initial=0.0)), 1.0):
                out[key] = missing
        return out

    def dropped(self, limit: Limit, amount: float) -> Array | None:
        """Return what is left unserved at the demand `limit` stands for, kW by step, at the least energy.

        No step leaves out more than `amount` kW, all other limits hold; None where that has no solution.
        """
        node, _, carrier = limit.owner.partition(":")
        column = self.parts.unserved_column((node, carrier))
        cost = np.zeros(self._lp.num_cols)
        cost[column] = self.parts.grid.weight * self.parts.grid.step_h
        most = amount / limit.per_unit * (1.0 + _LEEWAY_FRAC)
        result = self._solve({self.limits.index(limit): 0.0}, cost, most=most)
        return None if result is None or result.x is None else np.clip(result.x[column], 0.0, None)

    def _column(self, place: int) -> int:
        return self.parts.lp.num_cols + place

    def _solve(self, opened: Mapping[int, float], cost: Array | None = None, most: float = np.inf) -> LPResult | None:
        """Solve with the slacks `opened` at their costs, up to `most`, and all others closed; None when infeasible."""
        count = len(self.slacks)
        costs = np.zeros(self._lp.num_cols) if cost is None else cost.copy()
        upper = np.zeros(count)
        for place, price in opened.items():
            upper[place] = most
            costs[self._column(place)] += price
        result = self._answer(costs, upper)
        if result.status == "infeasible":
            return None
        if not result.usable:
            raise SolverError(f"the solver stopped with status {result.status!r}: no diagnosis [E516]")
        return result

    def _answer(self, costs: Array, upper: Array) -> LPResult:
        """Solve from the last basis, or from a cold start where that takes long."""
        places = self.parts.lp.num_cols + np.arange(len(upper))
        warm = self._session
        if warm is not None:
            warm.set_cost(costs)
            warm.set_col_bounds(places, np.zeros(len(upper)), upper)
            limited = replace(self.options, time_limit_s=WARM_LIMIT_S) if warm.has_basis else self.options
            result = warm.solve(limited)
            if result.status != "time_limit":
                return result
        self._session = HighsSession(self._lp, self.options)
        self._session.set_cost(costs)
        self._session.set_col_bounds(places, np.zeros(len(upper)), upper)
        return self._session.solve()


def elastic(
    system: System, grid: TimeGrid, objective: Objective = LEAST_COST, options: SolverOptions | None = None
) -> Elastic:
    """Return the elastic program of `system` on `grid`, with the caps of `objective`.

    Raises
    ------
    InfeasibleError
        A carrier is demanded or used at a node where nothing can supply it.
    """
    parts = compose(lifted(system, grid), grid)
    change = _Restored()
    slacks = [_slack_of(parts, system, limit, change) for limit in limits_of(system)]
    slacks += [_of_cap(row.criterion, row.coefficients, row.side, objective)
               for row in cap_rows(parts.ledger, parts.lp, objective)]  # fmt: skip
    slacks += [_of_demand(parts, key) for key in parts.system.demand]
    program = _stretched(_put_back(parts.lp, change), slacks, grid.n)
    money, _ = parts.ledger.cost(parts.lp, objective.weights)
    plant_cost = np.concatenate([money, np.zeros(len(slacks))])
    return Elastic(parts, tuple(slacks), program, options or SolverOptions(method="simplex"), plant_cost)


def _slack_of(parts: Parts, system: System, limit: Limit, change: _Restored) -> Slack:
    """Return the slack of a limit of a machine or source; bounds to put back are noted in `change`."""
    if limit.kind in {"size", "store"}:
        return _of_column(limit, parts.size_columns()[limit.owner, limit.name])
    if limit.kind == "source":
        return _of_source(parts, limit, change)
    spec: Any = next(t for t in system.technologies if t.id == limit.owner)
    block, position = _block(parts, spec.kind), _position(parts, spec.kind, spec.id)
    if limit.kind == "outage":
        out = np.flatnonzero(parts.grid.sample(spec.there(system.conditions[spec.node])) < 1.0)
        change.columns.update(dict.fromkeys(parts.lp.column(block.export_kw)[position][out].tolist(), 0.0))
        return _of_columns(limit, parts.lp.column(block.import_kw)[position][out])
    if limit.kind == "export":
        return _of_columns(limit, parts.lp.column(block.export_kw)[position])
    rows = np.atleast_1d(parts.lp.rows_of(getattr(block, limit.name)))
    return Slack(limit, rows[position : position + 1], np.array([-1.0]))


def _block(parts: Parts, kind: str) -> Any:
    return getattr(parts.pyomo, kind)


def _position(parts: Parts, kind: str, name: str) -> int:
    return [s.id for s in parts.contexts[kind].specs].index(name)


def _of_column(limit: Limit, column: int) -> Slack:
    return Slack(limit, columns=np.array([column]), coefficients=np.ones(1), pointers=np.array([0, 1]),
                 sides=np.array([limit.model_value]))  # fmt: skip


def _of_columns(limit: Limit, columns: Index) -> Slack:
    n = len(columns)
    sides = np.full(n, limit.model_value)
    return Slack(limit, columns=columns, coefficients=np.ones(n), pointers=np.arange(n + 1), sides=sides)


def _of_demand(parts: Parts, key: NodeCarrier) -> Slack:
    return _of_columns(demand_limit(key), parts.unserved_column(key))


def _of_cap(criterion: str, coefficients: Array, side: float, objective: Objective) -> Slack:
    columns = np.flatnonzero(coefficients)
    limit = cap_limit(criterion, objective.caps[criterion], UNITS[criterion])
    pointers = np.array([0, len(columns)])
    return Slack(limit, columns=columns, coefficients=coefficients[columns], pointers=pointers, sides=np.array([side]))


def _of_source(parts: Parts, limit: Limit, change: _Restored) -> Slack:
    """Return the slack that multiplies what a source gives: all uses together, and each use by itself.

    The rows of all uses are put back to what the source gives. Each use is bounded by a share of it, put back as a row
    divided by that share: ``use / share - s <= 1``.
    """
    rows, entries = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
    columns, coefficients = [np.zeros(0, dtype=np.int64)], [np.zeros(0)]
    uses, shared = uses_of_sources(parts.contexts).get(limit.owner, []), row_name(limit.owner, parts.contexts)
    if shared:
        rows.append(parts.lp.rows_of(getattr(parts.pyomo, shared)))
        entries.append(-uses[0].available_kw(parts.contexts) / SOURCE_LIFT)
        change.rows.update(zip(rows[-1].tolist(), (-entries[-1]).tolist(), strict=True))
    for use in uses:
        given = use.available_kw(parts.contexts) / SOURCE_LIFT
        heat, most = use.heat(parts.contexts), use.share(parts.contexts) * given
        column = parts.lp.column(getattr(_block(parts, use.kind), use.what.variable))[use.position]
        columns.append(column[most > 0.0])
        coefficients.append(heat[most > 0.0] / most[most > 0.0])
    flows = np.concatenate(columns)
    pointers, sides = np.arange(len(flows) + 1), np.ones(len(flows))
    return Slack(
        limit, np.concatenate(rows), np.concatenate(entries), flows, np.concatenate(coefficients), pointers, sides
    )


def _put_back(lp: CompiledLP, change: _Restored) -> CompiledLP:
    """Return the program with the upper bounds of columns and rows that lifting opened too far."""
    columns, rows = lp.col_upper.copy(), lp.row_upper.copy()
    columns[list(change.columns)] = list(change.columns.values())
    rows[list(change.rows)] = list(change.rows.values())
    return replace(lp, col_upper=columns, row_upper=rows)


def _stretched(lp: CompiledLP, slacks: Sequence[Slack], steps: int) -> CompiledLP:
    """Return the program with one column per slack and the rows of their own appended.

    Rows of a limit that holds in every step have their steps, so that a year is solved by its time structure.
    """
    from scipy import sparse

    own = [_own_rows(slacks, lp.num_cols)]
    base = sparse.csr_matrix((lp.data, lp.indices, lp.indptr), shape=(lp.num_rows, lp.num_cols))
    beside = _columns([s.rows for s in slacks], [s.entries for s in slacks], lp.num_rows)
    counts = [len(s.sides) for s in slacks]
    starts = np.concatenate([[0], np.cumsum(counts)])
    rows = [np.arange(starts[k], starts[k + 1]) for k in range(len(slacks))]
    below = _columns(rows, [-np.ones(n) for n in counts], int(starts[-1]))
    matrix = sparse.bmat([[base, beside], [own[0], below]], format="csr")
    matrix.sort_indices()
    matrix.eliminate_zeros()
    sides = np.concatenate([s.sides for s in slacks]) if slacks else np.zeros(0)
    n = len(slacks)
    program = CompiledLP.from_arrays(
        (matrix.indptr, matrix.indices, matrix.data),
        (np.concatenate([lp.row_lower, np.full(len(sides), -np.inf)]), np.concatenate([lp.row_upper, sides])),
        (np.concatenate([lp.col_lower, np.zeros(n)]), np.concatenate([lp.col_upper, np.zeros(n)])),
        np.zeros(lp.num_cols + n),
    )
    stepped = {
        f"limit_{k}": Layout(f"limit_{k}", lp.num_rows + int(starts[k]), (steps,), (range(steps),))
        for k, count in enumerate(counts)
        if count == steps
    }
    return replace(program, columns=lp.columns, rows={**lp.rows, **stepped})


def _own_rows(slacks: Iterable[Slack], width: int) -> Any:
    from scipy import sparse

    kept = list(slacks)
    lengths = np.concatenate([np.diff(s.pointers) for s in kept]) if kept else np.zeros(0, dtype=np.int64)
    pointers = np.concatenate([[0], np.cumsum(lengths)])
    columns = np.concatenate([s.columns for s in kept]) if kept else np.zeros(0, dtype=np.int64)
    values = np.concatenate([s.coefficients for s in kept]) if kept else np.zeros(0)
    return sparse.csr_matrix((values, columns, pointers), shape=(len(lengths), width))


def _columns(rows: Sequence[Index], values: Sequence[Array], height: int) -> Any:
    """Return the matrix with one column per entry of `rows`."""
    from scipy import sparse

    column = np.concatenate([np.full(len(r), k) for k, r in enumerate(rows)]) if rows else np.zeros(0, dtype=np.int64)
    row = np.concatenate(list(rows)) if rows else np.zeros(0, dtype=np.int64)
    data = np.concatenate(list(values)) if values else np.zeros(0)
    return sparse.csr_matrix((data, (row, column)), shape=(height, len(rows)))
