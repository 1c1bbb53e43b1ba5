"""The model of a district: Pyomo blocks per kind, balances per node and carrier, one compiled matrix, one session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import Finding, InfeasibleError, SolverError
from edsim.core.technology import Port, Technology
from edsim.core.timegrid import TimeGrid
from edsim.lp import (
    ArrayParam,
    Block,
    CompiledLP,
    ConcreteModel,
    Constraint,
    HighsSession,
    LPResult,
    RangeSet,
    SolverOptions,
    bounded_var,
    compile_model,
)
from edsim.optimization.context import KindContext, make_context
from edsim.optimization.ledger import KindAccounts, Ledger
from edsim.optimization.system import NodeCarrier, System
from edsim.optimization.types import Flow, Objective, Solution

Array = NDArray[np.float64]

MONEY_ACCOUNTS = (
    "capex_annuity",
    "om_fixed",
    "om_variable",
    "energy_purchase",
    "fuel_purchase",
    "demand_charge",
    "export_revenue",
    "water",
    "unserved",
)
LEAST_COST = Objective(weights=dict.fromkeys(MONEY_ACCOUNTS, 1.0))

GHG_ACCOUNTS = ("grid_ghg", "fuel_ghg", "refrigerant_ghg")


def least_cost(carbon_price_per_t: float) -> Objective:
    """Return the least-cost objective with a price on GHG, currency per tCO2e."""
    if not carbon_price_per_t:
        return LEAST_COST
    return Objective(weights={**LEAST_COST.weights, **dict.fromkeys(GHG_ACCOUNTS, carbon_price_per_t / 1000.0)})


@dataclass(frozen=True, slots=True)
class Attachment:
    """A port of one instance at a balance."""

    spec: Technology
    position: int
    port: Port


@dataclass(slots=True)
class Model:
    """A built district model with its live solver session; the only mutable public object of the optimizer.

    Attributes
    ----------
    system, grid
        What was built and on which steps.
    lp
        The compiled matrix.
    """

    system: System
    grid: TimeGrid
    lp: CompiledLP
    ledger: Ledger
    contexts: Mapping[str, KindContext]
    pyomo: ConcreteModel
    balances: Mapping[NodeCarrier, tuple[Attachment, ...]]
    _balance_names: Mapping[NodeCarrier, str]
    _session: HighsSession | None = field(default=None, repr=False)
    _options: SolverOptions = field(default_factory=SolverOptions, repr=False)
    last_result: LPResult | None = field(default=None, repr=False)

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
            Weights on accounts.
        capacities
            (technology id, size) → value to fix; None leaves all sizes free.
        allow_unserved
            Whether demand may be left unserved at the system's penalty.
        options
            Solver options; default chooses the method by size.

        Raises
        ------
        InfeasibleError
            No design or dispatch serves the demand within the limits.
        SolverError
            The solver ended without a usable result.
        """
        start = perf_counter()
        session = self.session(options)
        cost, constant = self.ledger.cost(self.lp, objective.weights)
        session.set_cost(cost)
        self._fix(session, capacities)
        self._unserved(session, allow_unserved)
        result = session.solve()
        self.last_result = result
        _refuse(result, self.system)
        return self._solution(result, constant, perf_counter() - start)

    def session(self, options: SolverOptions | None = None) -> HighsSession:
        """Return the live session, opened on first use or when `options` differ."""
        wanted = options or self._options
        if self._session is None or wanted != self._options:
            self._session, self._options = HighsSession(self.lp, wanted), wanted
        return self._session

    def size_columns(self) -> dict[tuple[str, str], int]:
        """Return (technology id, size name) → column."""
        out: dict[tuple[str, str], int] = {}
        for kind, ctx in self.contexts.items():
            block = getattr(self.pyomo, kind)
            for size in ctx.sizes:
                columns = self.lp.column(getattr(block, size.name))
                out |= {(s.id, size.name): int(c) for s, c in zip(ctx.specs, columns, strict=True)}
        return out

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

    def _unserved(self, session: HighsSession, allowed: bool) -> None:
        for key, demand in self._demand_on_grid().items():
            columns = self.lp.column(getattr(self.pyomo, f"unserved_{self._balance_names[key]}"))
            session.set_col_bounds(columns, np.zeros(len(columns)), demand if allowed else np.zeros(len(columns)))

    def unserved_columns(self) -> NDArray[np.int64]:
        """Return the columns of unserved demand."""
        names = [self._balance_names[key] for key in self.system.demand]
        found = [self.lp.column(getattr(self.pyomo, f"unserved_{name}")) for name in names]
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)

    def _demand_on_grid(self) -> dict[NodeCarrier, Array]:
        return {k: self.grid.sample(v) for k, v in self.system.demand.items()}

    def _solution(self, result: LPResult, constant: float, seconds: float) -> Solution:
        x = result.values()
        sums = self.ledger.sums(self.lp, x)
        accounts: dict[str, float] = {}
        for (account, _, _), value in sums.items():
            accounts[account] = accounts.get(account, 0.0) + value
        return Solution(
            status="optimal" if result.status == "optimal" else "feasible",
            grid=self.grid,
            objective=float(result.objective or 0.0) + constant,
            bound=None if result.bound is None else result.bound + constant,
            gap_frac=result.gap_frac,
            capacities={k: float(x[c]) for k, c in self.size_columns().items()},
            flows=tuple(self._flows(x)),
            marginal_prices=self._prices(result),
            accounts=accounts,
            ledger=sums,
            seconds=seconds,
            method=result.method,
        )

    def _flows(self, x: Array) -> list[Flow]:
        flows = []
        for (node, carrier), attached in self.balances.items():
            for a in attached:
                values = np.clip(self._port_values(x, a), 0.0, None)
                flows.append(Flow(a.spec.id, a.spec.kind, a.port.name, node, carrier, a.port.direction, "kW", values))
        for (node, carrier), series in self._demand_on_grid().items():
            flows.append(Flow("demand", "demand", "demand", node, carrier, "in", "kW", series))
            columns = self.lp.column(getattr(self.pyomo, f"unserved_{self._balance_names[node, carrier]}"))
            flows.append(Flow("unserved", "unserved", "unserved", node, carrier, "out", "kW", x[columns]))
        for kind, ctx in self.contexts.items():
            level = getattr(ctx.specs[0], "level_variable", "")
            if level and self.grid.kind == "full":
                values = x[self.lp.column(getattr(getattr(self.pyomo, kind), level))]
                flows += [
                    Flow(s.id, kind, "level", s.node, s.carrier_of(s.ports[0]), "state", "kWh", values[i])
                    for i, s in enumerate(ctx.specs)
                ]
        return flows

    def _port_values(self, x: Array, a: Attachment) -> Array:
        ctx = self.contexts[a.spec.kind]
        columns = self.lp.column(getattr(getattr(self.pyomo, a.spec.kind), a.port.variable))
        values = x[columns[a.position]]
        if a.port.factor:
            values = values * ctx.arrays[a.port.factor][a.position]
        return np.asarray(values, dtype=float)

    def _prices(self, result: LPResult) -> dict[NodeCarrier, Array]:
        hours = self.grid.weight * self.grid.step_h
        prices: dict[NodeCarrier, Array] = {}
        if result.row_dual is None:
            return prices
        for key, name in self._balance_names.items():
            rows = self.lp.rows_of(getattr(self.pyomo, f"balance_{name}"))
            prices[key] = result.row_dual[rows] / hours
        return prices


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
        f"the solver stopped with status {result.status!r} after {result.seconds:.1f} s: no result [E516]"
    )


def build(system: System, grid: TimeGrid) -> Model:
    """Build and compile the model of `system` on `grid`.

    Raises
    ------
    InfeasibleError
        A carrier is demanded or used at a node where nothing can supply it.
    """
    m = ConcreteModel()
    ledger = Ledger(grid)
    contexts: dict[str, KindContext] = {}
    by_kind: dict[str, list[Technology]] = {}
    for technology in system.technologies:
        by_kind.setdefault(technology.kind, []).append(technology)
    for kind, specs in by_kind.items():
        contexts[kind] = _add_kind(m, system, grid, specs)
        accounts = KindAccounts(ledger, tuple(s.id for s in specs), contexts[kind].shapes)
        type(specs[0]).contribute(getattr(m, kind), accounts, contexts[kind])
    m.T = RangeSet(0, grid.n - 1)
    attached = attach(system, {kind: ctx.arrays for kind, ctx in contexts.items()})
    check_supply(system, attached)
    names = {key: f"{i}" for i, key in enumerate(attached)}
    for key, ports in attached.items():
        _add_balance(m, (system, grid), key, names[key], (ports, contexts, ledger))
    return Model(system, grid, compile_model(m), ledger, contexts, m, attached, names)


def _add_kind(m: ConcreteModel, system: System, grid: TimeGrid, specs: Sequence[Technology]) -> KindContext:
    kind = specs[0].kind
    block = Block()
    setattr(m, kind, block)
    block.I = RangeSet(0, len(specs) - 1)
    block.T = RangeSet(0, grid.n - 1)
    block.M = RangeSet(0, 11)
    ctx = make_context(system, grid, specs)
    type(specs[0]).declare(block, ctx)
    type(specs[0]).constrain(block, ctx)
    for port in type(specs[0]).ports:
        if port.factor and not hasattr(block, port.factor):
            ctx.params(block, port.factor)
    return ctx


def attach(system: System, arrays: Mapping[str, Mapping[str, Array]]) -> dict[NodeCarrier, tuple[Attachment, ...]]:
    """Return the ports at every (node, carrier) that is demanded or used.

    A port whose factor is zero in every step carries nothing for that machine (the condenser water of an air-cooled
    chiller) and is left out. `arrays` are the prepared arrays by kind.
    """
    attached: dict[NodeCarrier, list[Attachment]] = {key: [] for key in system.demand}
    position: dict[str, int] = {}
    for technology in system.technologies:
        i = position.get(technology.kind, 0)
        position[technology.kind] = i + 1
        for port in technology.ports:
            if port.factor and not arrays[technology.kind][port.factor][i].any():
                continue
            attached.setdefault((technology.node, technology.carrier_of(port)), []).append(
                Attachment(technology, i, port)
            )
    return {k: tuple(v) for k, v in attached.items()}


def check_supply(system: System, attached: Mapping[NodeCarrier, Sequence[Attachment]]) -> None:
    """Refuse carriers that nothing supplies; all at once."""
    findings = []
    for (node, carrier), ports in attached.items():
        if carrier == "condenser_water" and not any(a.port.direction == "in" for a in ports):
            findings.append(
                Finding(
                    code="E514",
                    field="technologies",
                    what=f"nothing takes the heat rejected at {node}",
                    got=f"rejected by {', '.join(sorted({a.spec.id for a in ports}))}",
                    allowed="a cooling_tower at the node, or machines with condenser: air",
                    hint="add a cooling tower",
                )
            )
        if any(a.port.direction == "out" for a in ports):
            continue
        users = sorted({a.spec.id for a in ports})
        demand = system.demand.get((node, carrier))
        if demand is not None and float(demand.max(initial=0.0)) > 0.0:
            got = f"peak demand {float(demand.max()):,.0f} kW"
        elif demand is not None and not users:
            continue
        else:
            got = f"used by {', '.join(users)}"
        findings.append(
            Finding(
                code="E512",
                field="technologies",
                what=f"nothing supplies {carrier} at {node}",
                got=got,
                allowed=f"at least one technology at node {node} with an output of {carrier}",
                hint="add a supplier (edsim technologies lists them) or remove the users",
            )
        )
    if findings:
        raise InfeasibleError.of(findings)


def _add_balance(
    m: ConcreteModel,
    frame: tuple[System, TimeGrid],
    key: NodeCarrier,
    name: str,
    parts: tuple[Sequence[Attachment], Mapping[str, KindContext], Ledger],
) -> None:
    system, grid = frame
    ports, contexts, ledger = parts
    terms = []
    for a in ports:
        block = getattr(m, a.spec.kind)
        variable = getattr(block, a.port.variable)
        sign = 1.0 if a.port.direction == "out" else -1.0
        factor = getattr(block, a.port.factor) if a.port.factor else None
        two_axes = bool(a.port.factor) and contexts[a.spec.kind].arrays[a.port.factor].ndim == 2
        terms.append((variable, a.position, sign, factor, two_axes))
    demand = system.demand.get(key)
    unserved = None
    if demand is not None:
        load = grid.sample(demand)
        setattr(m, f"demand_{name}", ArrayParam(m.T, array=load))
        unserved = bounded_var(m.T, lower=0.0, upper=load)
        setattr(m, f"unserved_{name}", unserved)
        accounts = KindAccounts(ledger, (f"{key[0]}:{key[1]}",), {f"unserved_{name}": (1, grid.n)})
        accounts.add("unserved", unserved, price=system.unserved_cost_per_kwh, line="unserved")

    def rule(model: ConcreteModel, t: int) -> object:
        total: object = 0
        for variable, i, sign, factor, two_axes in terms:
            flow = variable[i, t]
            if factor is not None:
                flow = (factor[i, t] if two_axes else factor[i]) * flow
            total = total + sign * flow
        if unserved is None:
            return total == 0
        return total + unserved[t] == getattr(model, f"demand_{name}")[t]

    setattr(m, f"balance_{name}", Constraint(m.T, rule=rule))
