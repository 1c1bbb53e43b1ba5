"""The certified plant of a district that grows: sizes for all milestones together, proof over all their hours.

1. All milestones are sized together on typical days (:mod:`edsim.optimization.milestones`).
2. Every milestone is dispatched on its 8760 hours with its sizes; a day that falls short joins its typical days.
3. The rows ``size >= size before`` are the only ones milestones share. With their multipliers taken as prices of
   sizes, the problem falls apart into one year each; each year is bounded from below on all 8760 hours as a district
   that does not grow is (:func:`edsim.optimization.certify.lower_bound`), and the weighted sum of these bounds holds
   for every plan, whatever the multipliers are.
4. Where the gap is above target, the sizes the bounding solves would choose, made to grow, are dispatched too; where
   that does not close it, all milestones are sized on all their hours at once.

The objective is the yearly cost of the milestones, weighted with the present value of the years each stands for and
divided by the present value of all years: the level yearly cost of the whole study.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import Finding, InfeasibleError, SolverError
from edsim.core.timegrid import full_year
from edsim.lp import SolverOptions, solve_arrays
from edsim.optimization.aggregate import choose_days, next_days, peak_days
from edsim.optimization.certify import (
    UNSERVED_TOLERANCE_FRAC,
    Design,
    DesignOptions,
    _without_unserved,
    balance_residual,
    exact_options,
    explain_shortage,
    has_stores,
    lower_bound,
    unserved,
)
from edsim.optimization.criteria import LEAST_COST
from edsim.optimization.milestones import (
    Goals,
    JointSizes,
    Milestone,
    SizeKey,
    for_each,
    size_milestones,
    with_common_limits,
)
from edsim.optimization.model import Model, build
from edsim.optimization.proof import money_residual
from edsim.optimization.system import System
from edsim.optimization.types import Certificate, Objective, Solution

Array = NDArray[np.float64]
Progress = Callable[[str], None]
_ROUNDS = 4
_LOOSE = 1e-3
"""Tolerance of a bounding solve with stores: only its multipliers count."""
_BOUND_NOISE_FRAC = 1e-6


@dataclass(frozen=True, slots=True)
class Plan:
    """Milestones with what each is worth.

    Attributes
    ----------
    names
        What each is called in messages: its calendar year.
    years
        Full-year models.
    share : (m,)
        Share of each in the objective; they add up to 1.
    """

    names: Sequence[str]
    years: Sequence[Model]
    share: Array

    def cost(self, solutions: Sequence[Solution]) -> float:
        """Return the level yearly cost."""
        return float(self.share @ np.array([s.objective for s in solutions]))


def design_milestones(
    systems: Mapping[str, System],
    worth: Array,
    options: DesignOptions,
    progress: Progress = lambda _: None,
    objective: Goals = LEAST_COST,
) -> tuple[Design, ...]:
    """Return the design of every milestone; all carry the certificate of the whole plan.

    Parameters
    ----------
    systems
        Name of the milestone → its system; the same machines in each.
    worth : (m,)
        Present value of the years each stands for, in years.
    options, progress, objective
        As for :func:`edsim.optimization.certify.design`; one objective for all milestones, or one for each.

    Raises
    ------
    InfeasibleError
        The demand of a milestone cannot be served within the limits.
    SolverError
        A solve ended without a usable result.
    """
    progress(f"building the full-year models of {len(systems)} milestones")
    models = [build(s, full_year()) for s in systems.values()]
    for model, parts in zip(models, with_common_limits([m.parts for m in models]), strict=True):
        model.parts = parts
    plan = Plan(tuple(systems), models, np.asarray(worth) / np.sum(worth))
    goals = for_each(objective, len(systems))
    try:
        best, counts, lower = _found(plan, options, progress, goals)
    except InfeasibleError as error:
        if any(f.code == "E513" for f in error.findings):
            raise
        progress("looking for the cause")
        raise InfeasibleError.of(_causes(plan, goals, options) or error.findings) from None
    proof = _certificate(plan, best, lower, options, goals)
    return tuple(Design(s, proof, c) for s, c in zip(best, counts, strict=True))


def dispatch_milestones(
    systems: Mapping[str, System],
    worth: Array,
    sizes: Sequence[Mapping[SizeKey, float]],
    options: DesignOptions,
    objective: Goals = LEAST_COST,
) -> tuple[Design, ...]:
    """Return the operation of every milestone with sizes that are given, without a bound.

    Parameters
    ----------
    systems, worth, options, objective
        As for :func:`design_milestones`.
    sizes
        Of every milestone.

    Raises
    ------
    InfeasibleError
        E511 the sizes do not serve the demand of a milestone.
    """
    models = [build(s, full_year()) for s in systems.values()]
    plan = Plan(tuple(systems), models, np.asarray(worth) / np.sum(worth))
    goals = for_each(objective, len(systems))
    found = _dispatched(plan, sizes, goals, options)
    if not _serves(plan, found):
        finding = Finding(
            code="E511",
            what="sizes that are kept do not serve the demand of every milestone",
            got=_short_of(plan, [unserved(s) for s in found]),
            allowed="every hour served",
            hint="size it anew",
        )
        raise InfeasibleError.of([finding])
    proof = _certificate(plan, found, None, options, goals)
    return tuple(Design(s, proof, ()) for s in found)


Found = tuple[tuple[Solution, ...], tuple[tuple[int, ...], ...], float | None]


def _found(plan: Plan, options: DesignOptions, progress: Progress, objective: Sequence[Objective]) -> Found:
    none: tuple[tuple[int, ...], ...] = tuple(() for _ in plan.years)
    if options.mode == "full_year":
        return _at_once(plan, options, progress, objective, none)
    sized, best, counts = _size_and_dispatch(plan, options, progress, objective)
    if best is None:
        return _at_once(plan, options, progress, objective, counts)
    if options.mode == "screening":
        return best, counts, None
    lower, other = _bounded(plan, sized, (options, objective), progress)
    if _is_open(plan, best, lower, options):
        progress("gap open: dispatching the sizes of the bounding solves")
        again = _dispatched(plan, other, objective, options)
        best = again if _serves(plan, again) and plan.cost(again) < plan.cost(best) else best
    if not _is_open(plan, best, lower, options):
        return best, counts, lower
    try:
        exact, _, bound = _at_once(plan, options, progress, objective, counts)
    except SolverError:
        return best, counts, lower
    return (
        exact if plan.cost(exact) < plan.cost(best) else best,
        counts,
        lower if bound is None else max(lower, bound),
    )


def _size_and_dispatch(
    plan: Plan, options: DesignOptions, progress: Progress, objective: Sequence[Objective]
) -> tuple[JointSizes, tuple[Solution, ...] | None, tuple[tuple[int, ...], ...]]:
    """Return sizes of typical days and their dispatch; None where some demand stays unserved after a few rounds.

    Raises
    ------
    InfeasibleError
        E513 for a screening that leaves demand unserved.
    """
    systems = [m.system for m in plan.years]
    kept, extra = [set(peak_days(s)) for s in systems], [set[int]() for _ in systems]
    counts: list[list[int]] = [[] for _ in systems]
    short: list[Array] = []
    for _ in range(_ROUNDS):
        grids = [choose_days(s, options.typical_days, e) for s, e in zip(systems, extra, strict=True)]
        for mine, grid in zip(counts, grids, strict=True):
            mine.append(grid.n_periods)
        progress(f"sizing {len(systems)} milestones on {', '.join(str(g.n_periods) for g in grids)} typical days")
        steps = [Milestone(k, s, g) for k, (s, g) in enumerate(zip(systems, grids, strict=True))]
        sized = size_milestones(steps, plan.share, objective, SolverOptions(time_limit_s=options.time_limit_s))
        progress("dispatching 8760 hours of every milestone")
        found = _dispatched(plan, [s.capacities for s in sized.solutions], objective, options)
        if _serves(plan, found):
            return sized, found, tuple(tuple(c) for c in counts)
        short = [unserved(s) for s in found]
        for k, hours in enumerate(short):
            if float(hours.sum()) > _tolerated_kwh(plan.years[k]):
                joining = next_days(hours, kept[k] | extra[k])
                progress(f"{plan.names[k]}: {hours.sum():,.0f} kWh unserved, {len(joining)} days join")
                extra[k].update(joining)
    if options.mode == "screening":
        raise InfeasibleError.of([_still_short(plan, short)])
    return sized, None, tuple(tuple(c) for c in counts)


def _still_short(plan: Plan, short: Sequence[Array]) -> Finding:
    return Finding(
        code="E513",
        what="the plant sized on typical days leaves demand unserved in some hours",
        got=_short_of(plan, short),
        allowed="every hour served",
        hint="run without --screening, or with --full-year; or raise settings.typical_days",
    )


def _short_of(plan: Plan, short: Sequence[Array]) -> str:
    parts = zip(plan.names, plan.years, short, strict=True)
    return ", ".join(f"{h.sum():,.0f} kWh in {n}" for n, year, h in parts if h.sum() > _tolerated_kwh(year))


def _dispatched(
    plan: Plan, sizes: Sequence[Mapping[SizeKey, float]], objective: Sequence[Objective], options: DesignOptions
) -> tuple[Solution, ...]:
    """Return the dispatch of all hours of every milestone with its sizes, shortage allowed at its penalty."""
    return tuple(
        year.solve(goal, capacities=own, allow_unserved=True, options=exact_options(year.system, options))
        for year, own, goal in zip(plan.years, sizes, objective, strict=True)
    )


def _serves(plan: Plan, solutions: Sequence[Solution]) -> bool:
    return all(float(unserved(s).sum()) <= _tolerated_kwh(m) for s, m in zip(solutions, plan.years, strict=True))


def _tolerated_kwh(year: Model) -> float:
    """Return the unserved energy that counts as none, kWh."""
    return UNSERVED_TOLERANCE_FRAC * max(sum(float(v.sum()) for v in year.system.demand.values()), 1.0)


def _is_open(plan: Plan, solutions: Sequence[Solution], lower: float, options: DesignOptions) -> bool:
    cost = plan.cost(solutions)
    return cost - lower > options.target_gap_frac * abs(cost)


def split_objectives(objective: Goals, share: Array, prices: Sequence[Mapping[SizeKey, float]]) -> list[Objective]:
    """Return the objective of every milestone alone, with the prices of the links as weights on its sizes.

    ``share[k] * cost[k] + (price[k + 1] - price[k]) * size[k]``, divided by ``share[k]``: what a size is worth to the
    next milestone, less what it saves by standing there already.
    """
    ends = [dict.fromkeys(prices[0], 0.0)] if prices else [{}]
    around = [*ends, *prices, *ends]
    return [
        replace(goal, size_weights={k: (after[k] - before[k]) / float(w) for k in before})
        for (before, after), w, goal in zip(pairwise(around), share, for_each(objective, len(share)), strict=True)
    ]


def _bounded(
    plan: Plan, sized: JointSizes, how: tuple[DesignOptions, Sequence[Objective]], progress: Progress
) -> tuple[float, list[dict[SizeKey, float]]]:
    """Return what no plan goes below, and the sizes its solves would choose, made to grow."""
    options, objective = how
    bounds: list[float] = []
    sizes: list[dict[SizeKey, float]] = []
    goals = split_objectives(objective, plan.share, sized.keep_prices)
    for name, year, goal in zip(plan.names, plan.years, goals, strict=True):
        progress(f"bounding the cost of {name} from below")
        loose = SolverOptions(time_limit_s=options.time_limit_s, method="steps", optimality_tolerance=_LOOSE)
        how_to = loose if has_stores(year.system) else exact_options(year.system, options)
        program = replace(_without_unserved(year), cost=year.cost_of(goal)[0], has_objective=True)
        result = solve_arrays(program, how_to)
        if result.row_dual is None or result.x is None:
            raise SolverError(f"the bounding solve ended {result.status!r}: no proven gap; try --screening [E517]")
        bounds.append(lower_bound(year, goal, result.row_dual))
        mine = {k: float(result.x[c]) for k, c in year.size_columns().items()}
        last = sizes[-1] if sizes else mine
        sizes.append({k: max(v, last[k]) for k, v in mine.items()})
    return float(plan.share @ np.array(bounds)), sizes


def _at_once(
    plan: Plan,
    options: DesignOptions,
    progress: Progress,
    objective: Sequence[Objective],
    counts: tuple[tuple[int, ...], ...],
) -> Found:
    """Return the plan sized on all hours of all milestones at once, with the bound of its multipliers."""
    progress("sizing all milestones on all their hours at once")
    steps = [Milestone(k, m.system, m.grid) for k, m in enumerate(plan.years)]
    linked = any(has_stores(m.system) for m in plan.years)
    method: Literal["steps", "simplex"] = "steps" if linked else "simplex"
    found = size_milestones(
        steps, plan.share, objective, SolverOptions(time_limit_s=options.time_limit_s, method=method)
    )
    if options.mode == "screening" or any(y is None for y in found.row_duals):
        return found.solutions, counts, None
    goals = split_objectives(objective, plan.share, found.keep_prices)
    bounds = [
        lower_bound(year, goal, y)
        for year, goal, y in zip(plan.years, goals, found.row_duals, strict=True)
        if y is not None
    ]
    return found.solutions, counts, float(plan.share @ np.array(bounds))


def _causes(plan: Plan, objective: Sequence[Objective], options: DesignOptions) -> list[Finding]:
    """Return what is short in which milestone."""
    return [
        replace(f, what=f"{name}: {f.what}")
        for name, year, goal in zip(plan.names, plan.years, objective, strict=True)
        for f in explain_shortage(year, goal, options)
    ]


def _certificate(
    plan: Plan, best: Sequence[Solution], lower: float | None, options: DesignOptions, objective: Sequence[Objective]
) -> Certificate:
    cost = plan.cost(best)
    gap = None if lower is None else (cost - lower) / max(abs(cost), _BOUND_NOISE_FRAC)
    if gap is not None and gap < -_BOUND_NOISE_FRAC:
        raise SolverError(f"the lower bound {lower:,.6g} is above the cost found {cost:,.6g} [E519]")
    status: Literal["certified", "screening", "open"] = "screening"
    if gap is not None:
        status = "certified" if gap <= options.target_gap_frac else "open"
    return Certificate(
        upper_bound=cost,
        lower_bound=lower,
        gap_frac=None if gap is None else max(gap, 0.0),
        hours_checked=sum(s.grid.n for s in best),
        unserved_kwh=float(sum(unserved(s).sum() for s in best)),
        max_balance_residual_frac=max(balance_residual(s) for s in best),
        money_residual_frac=max(money_residual(s, o) for s, o in zip(best, objective, strict=True)),
        status=status,
        minimized=objective[0].criterion or "weighted accounts",
    )
