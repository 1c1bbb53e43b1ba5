"""Why a solution is as it is: limits that bind, what each machine is worth, what must get cheaper to be bought.

Everything is found on the typical and peak days a plant is sized on, by solving the model again with one thing changed:

- a limit that binds: what one unit more saves a year, from a plant with 0.1 % more;
- a machine that was bought: what the plant costs more a year when it is not offered;
- a machine that was not bought: give it a small yearly budget B for its investment and take that investment out of the
  cost. The saving over B is the share of today's investment at which it would enter. This holds for machines with
  several sizes too, since the budget is spent on the best mix of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import SolverError
from edsim.core.technology import Technology
from edsim.lp import LPResult
from edsim.optimization.model.criteria import LEAST_COST
from edsim.optimization.model.model import Model, build, sizing_model
from edsim.optimization.system import NodeCarrier, System, annuity_factor
from edsim.optimization.types import Objective, Solution

Array = NDArray[np.float64]
_BUILT_FRAC = 1e-4
"""A size below this share of its bound is not built."""
_AT_LIMIT_FRAC = 1e-4
_STEP_FRAC = 1e-3
"""By how much a limit that binds is raised, as a share of it, to see what that saves."""
_ROUNDING_FRAC = 1e-9
_BUDGET_FRAC = 1e-3
"""Budget of a machine not bought, as a share of what its largest size would cost."""


@dataclass(frozen=True, slots=True)
class MachineReason:
    """One size of one machine and why it is what it is.

    Attributes
    ----------
    technology, kind, size, unit
        Which size.
    installed
        In the solution, existing part included.
    limit
        Largest size the case allows, None without a limit.
    saves_per_unit
        What one unit more saves a year where the limit binds, currency; 0 elsewhere: the size is free and chosen.
    capex
        Investment per unit, currency.
    is_given
        Whether it is the least or existing size of the case.
    source
        The source of the case whose heat or cold it takes whole, "" where something else decides.
    """

    technology: str
    kind: str
    size: str
    unit: str
    installed: float
    limit: float | None
    saves_per_unit: float
    capex: float
    is_given: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Worth:
    """What a machine as a whole is worth.

    Attributes
    ----------
    technology
        Machine.
    is_bought
        Whether any of its sizes is built.
    is_given
        Whether the case fixes it: it exists or has a least size, and cannot be left out.
    without_a
        Bought: how much more the plant costs a year without it, currency; None when nothing else can do its work.
    enters_at_frac
        Not bought: share of today's investment at which it would be bought; 0 when not even for nothing. What it needs
        besides is then bought at its full price.
    needs
        Not bought: for each carrier that drives it and that no machine bought supplies, the machines that could; one of
        them must be bought with it.
    only_for
        Not bought: the machines that alone would use what it makes, when none of them is bought.
    """

    technology: str
    is_bought: bool
    without_a: float | None = None
    enters_at_frac: float | None = None
    is_given: bool = False
    needs: tuple[tuple[str, ...], ...] = ()
    only_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CarrierPrice:
    """Marginal price of a carrier at a node, currency per kWh: weighted mean and highest hour."""

    node: str
    carrier: str
    mean: float
    highest: float
    highest_hour: int


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a plant is what it is.

    Attributes
    ----------
    solution
        The solution explained, on typical days.
    machines, worths, prices
        By size, by machine, by carrier.
    days
        Typical and peak days of the model.
    """

    solution: Solution
    machines: tuple[MachineReason, ...]
    worths: tuple[Worth, ...]
    prices: tuple[CarrierPrice, ...]
    days: int


def explain_plant(system: System, typical_days: int, objective: Objective = LEAST_COST) -> Reasons:
    """Return why the plant of `system` is what it is.

    Raises
    ------
    InfeasibleError
        No plant serves the demand.
    """
    model = sizing_model(system, typical_days)
    solution = model.solve(objective)
    machines = tuple(_machines(model, solution, objective))
    prices = tuple(_prices(solution))
    worths = tuple(_worth(model, t, solution, objective) for t in system.technologies if t.sizes)
    worths = tuple(joined(system, worths))
    return Reasons(solution, machines, worths, prices, model.grid.n_periods)


def _machines(model: Model, solution: Solution, objective: Objective) -> list[MachineReason]:
    out = []
    for t in model.system.technologies:
        for size in t.sizes:
            limit = getattr(t, f"max_{size.name}", None)
            area, density = getattr(t, "area_m2", None), getattr(t, "kwp_per_m2", None)
            if area is not None and density is not None:
                limit = area * density if limit is None else min(limit, area * density)
            installed = solution.capacities[t.id, size.name]
            binds = limit is not None and installed >= limit * (1.0 - _AT_LIMIT_FRAC)
            least = max(getattr(t, f"min_{size.name}", 0.0) or 0.0, getattr(t, f"existing_{size.name}", 0.0) or 0.0)
            out.append(
                MachineReason(
                    technology=t.id,
                    kind=t.kind,
                    size=size.name,
                    unit=size.unit,
                    installed=installed,
                    limit=limit,
                    saves_per_unit=_saved(model, t, size.name, solution.objective, objective) if binds else 0.0,
                    capex=float(getattr(t, size.capex)),
                    is_given=least > 0.0 and installed <= least * (1.0 + _AT_LIMIT_FRAC),
                    source=_used_up(model, t, size.name, installed),
                )
            )
    return out


def _used_up(model: Model, t: Technology, size: str, installed: float) -> str:
    """Return the source that a size takes whole: it is as large as its source lets it be."""
    source, conditions = str(getattr(t, "source", "")), model.system.conditions[t.node]
    if t.source_side != "heat" or size != t.sizes[0].name or source not in conditions.sources:
        return ""
    most = float(np.max(t.prepare(conditions).get("usable_kw", conditions.sources[source].available_kw)))
    return source if installed >= most * (1.0 - _AT_LIMIT_FRAC) > 0.0 else ""


def _saved(model: Model, t: Technology, size: str, base: float, objective: Objective) -> float:
    """Return what one unit more of a largest size that binds saves a year, by solving with a little more.

    The price of the bound does not say it: outputs are bounded by the same size, and the price may lie with them.
    """
    held, area = getattr(t, f"max_{size}", None), getattr(t, "area_m2", None)
    more = {} if held is None else {f"max_{size}": held * (1.0 + _STEP_FRAC)}
    if area is not None and hasattr(t, "kwp_per_m2"):
        more["area_m2"] = area * (1.0 + _STEP_FRAC)
    largest = float(model.lp.col_upper[model.size_columns()[t.id, size]])
    room = largest if area is None else min(largest, area * float(getattr(t, "kwp_per_m2", np.inf)))
    if room <= 0.0:
        return 0.0
    raised = tuple(x.model_copy(update=more) if x.id == t.id else x for x in model.system.technologies)
    cost = build(replace(model.system, technologies=raised), model.grid).solve(objective).objective
    saved = base - cost
    return saved / (_STEP_FRAC * room) if saved > 10.0 * _ROUNDING_FRAC * abs(base) else 0.0


def _prices(solution: Solution) -> list[CarrierPrice]:
    grid = solution.grid
    weight, hours = grid.weight * grid.step_h, grid.hours()
    used: dict[tuple[str, str], Array] = {}
    for f in solution.flows:
        if f.direction == "in":
            used[f.node, f.carrier] = used.get((f.node, f.carrier), np.zeros(grid.n)) + f.values
    out = []
    for (node, carrier), price in solution.marginal_prices.items():
        taken = weight * used.get((node, carrier), np.zeros(grid.n))
        if float(taken.sum()) > 0.0:
            worst = int(price.argmax())
            mean = float(price @ taken / taken.sum())
            out.append(CarrierPrice(node, carrier, mean, float(price[worst]), int(hours[worst])))
    return out


def _worth(model: Model, t: Technology, solution: Solution, objective: Objective) -> Worth:
    keys = [(t.id, s.name) for s in t.sizes]
    columns = np.array([model.size_columns()[k] for k in keys])
    upper = model.lp.col_upper[columns]
    built = [solution.capacities[k] > _BUILT_FRAC * max(float(u), 1.0) for k, u in zip(keys, upper, strict=True)]
    if float(model.lp.col_lower[columns].max()) > 0.0:
        return Worth(t.id, is_bought=True, is_given=True)
    if any(built):
        return Worth(t.id, is_bought=True, without_a=_without(model, columns, objective))
    return Worth(t.id, is_bought=False, enters_at_frac=_enters_at(model, t, columns, objective))


def joined(system: System, worths: Sequence[Worth]) -> list[Worth]:
    """Return the worths with the machines not bought that each machine not bought depends on."""
    left = {w.technology for w in worths if not w.is_bought}
    machines = {t.id: t for t in system.technologies}
    makers, users = _ends(system, "out"), _ends(system, "in")
    out = []
    for worth in worths:
        if worth.is_bought:
            out.append(worth)
            continue
        t = machines[worth.technology]
        driven = [makers.get(k, ()) for k in _carriers(t, "in")]
        needs = tuple(m for m in driven if m and left.issuperset(m))
        made = [() if k in system.demand else users.get(k, ()) for k in _carriers(t, "out")]
        idle = bool(made) and all(m and left.issuperset(m) for m in made)
        out.append(replace(worth, needs=needs, only_for=tuple(dict.fromkeys(sum(made, ()))) if idle else ()))
    return out


def _carriers(t: Technology, direction: str) -> list[NodeCarrier]:
    """Return the carriers a machine turns into others or makes; none for a store, which returns what it takes."""
    ends = {d: {(t.node, t.carrier_of(p)) for p in t.ports if p.direction == d} for d in ("in", "out")}
    return [] if ends["in"] & ends["out"] else sorted(ends[direction])


def _ends(system: System, direction: str) -> dict[NodeCarrier, tuple[str, ...]]:
    found: dict[NodeCarrier, tuple[str, ...]] = {}
    for t in system.technologies:
        for key in _carriers(t, direction):
            found[key] = (*found.get(key, ()), t.id)
    return found


def _without(model: Model, columns: NDArray[np.int64], objective: Objective) -> float | None:
    """Return what the plant costs more a year with the sizes at their least; None when it cannot serve."""
    session = model.session()
    lower, upper = model.lp.col_lower[columns], model.lp.col_upper[columns]
    cost, _ = model.cost_of(objective)
    session.set_cost(cost)
    base = _value(session.solve())
    session.set_col_bounds(columns, lower, lower)
    found = session.solve()
    session.set_col_bounds(columns, lower, upper)
    return None if found.status == "infeasible" else _value(found) - base


def _enters_at(model: Model, t: Technology, columns: NDArray[np.int64], objective: Objective) -> float | None:
    """Return the share of today's investment at which a machine would be bought; None when it costs nothing."""
    annuity = annuity_factor(model.system.discount_rate_frac, t.lifetime_a) * model.system.investment_factor
    price = np.array([getattr(t, s.capex) * (annuity + t.fixed_om_frac) for s in t.sizes])
    upper = model.lp.col_upper[columns]
    budget = _BUDGET_FRAC * float(price @ upper)
    if budget <= 0.0:
        return None
    session = model.session()
    cost, _ = model.cost_of(objective)
    session.set_cost(cost)
    base = _value(session.solve())
    paid = price > 0.0
    freed = cost.copy()
    left = cost[columns] - price
    freed[columns] = np.where(np.abs(left) > _ROUNDING_FRAC * price, left, 0.0)
    row = session.add_rows([columns[paid]], [price[paid]], -np.inf, budget)
    session.set_cost(freed)
    found = _value(session.solve())
    session.set_row_bounds(row, -np.inf, np.inf)
    session.delete_rows(row)
    session.set_cost(cost)
    return max(base - found, 0.0) / budget


def _value(result: LPResult) -> float:
    if result.objective is None:
        raise SolverError(f"the solver stopped with status {result.status!r}: no explanation [E516]")
    return result.objective


def binding(machines: Sequence[MachineReason]) -> tuple[MachineReason, ...]:
    """Return the sizes at a limit that costs money, the dearest limit first."""
    found = [m for m in machines if m.saves_per_unit > 0.0 and m.limit]
    return tuple(sorted(found, key=lambda m: -m.saves_per_unit * (m.limit or 0.0)))
