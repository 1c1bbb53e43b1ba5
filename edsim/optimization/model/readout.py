"""From the solver's answer to a solution: capacities, flows, prices, accounts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edsim.lp import LPResult
from edsim.optimization.model.balances import Attachment
from edsim.optimization.model.compose import Parts
from edsim.optimization.model.peaks import with_settled_peaks, with_true_peak
from edsim.optimization.model.turnover import without_turnover
from edsim.optimization.system import NodeCarrier
from edsim.optimization.types import Flow, Solution, flow_unit

Array = NDArray[np.float64]


def read_solution(parts: Parts, result: LPResult, constant: float, seconds: float) -> Solution:
    """Return the solution that `result` holds; `constant` is the part of the objective no variable changes.

    Raises
    ------
    InfeasibleError, SolverError
        There is no result to read.
    """
    model = (parts.pyomo, parts.contexts, parts.lp)
    x = with_settled_peaks(*model, with_true_peak(*model, without_turnover(*model, result.values())))
    sums = parts.ledger.sums(parts.lp, x)
    accounts: dict[str, float] = {}
    for (account, _, _), value in sums.items():
        accounts[account] = accounts.get(account, 0.0) + value
    return Solution(
        status="optimal" if result.status == "optimal" else "feasible",
        grid=parts.grid,
        objective=float(result.objective or 0.0) + constant,
        bound=None if result.bound is None else result.bound + constant,
        gap_frac=result.gap_frac,
        capacities={k: float(x[c]) for k, c in parts.size_columns().items()},
        flows=tuple(_flows(parts, x)),
        marginal_prices=_prices(parts, result),
        accounts=accounts,
        ledger=sums,
        seconds=seconds,
        method=result.method,
    )


def _flows(parts: Parts, x: Array) -> list[Flow]:
    flows = []
    for (node, carrier), attached in parts.balances.items():
        for a in attached:
            values = np.clip(_port_values(parts, x, a), 0.0, None)
            unit = flow_unit(carrier)
            flows.append(Flow(a.spec.id, a.spec.kind, a.port.name, node, carrier, a.port.direction, unit, values))
    for (node, carrier), series in parts.system.demand.items():
        load = parts.grid.sample(series)
        flows.append(Flow("demand", "demand", "demand", node, carrier, "in", flow_unit(carrier), load))
        missing = x[parts.unserved_column((node, carrier))]
        unit = flow_unit(carrier)
        flows.append(Flow("unserved", "unserved", "unserved", node, carrier, "out", unit, missing))
    for kind, ctx in parts.contexts.items():
        level = ctx.specs[0].level_variable
        if level and parts.grid.kind == "full":
            values = x[parts.lp.column(getattr(getattr(parts.pyomo, kind), level))]
            for i, s in enumerate(ctx.specs):
                stored = s.carrier_of(s.ports[0])
                flows.append(Flow(s.id, kind, "level", s.node, stored, "state", flow_unit(stored, "state"), values[i]))
    return flows


def _port_values(parts: Parts, x: Array, a: Attachment) -> Array:
    ctx = parts.contexts[a.spec.kind]
    columns = parts.lp.column(getattr(getattr(parts.pyomo, a.spec.kind), a.port.variable))
    values = x[columns[a.position]]
    if a.port.factor:
        values = values * ctx.arrays[a.port.factor][a.position]
    return np.asarray(values, dtype=float)


def _prices(parts: Parts, result: LPResult) -> dict[NodeCarrier, Array]:
    hours = parts.grid.weight * parts.grid.step_h
    prices: dict[NodeCarrier, Array] = {}
    if result.row_dual is None:
        return prices
    for key, name in parts.balance_names.items():
        rows = parts.lp.rows_of(getattr(parts.pyomo, f"balance_{name}"))
        prices[key] = result.row_dual[rows] / hours
    return prices
