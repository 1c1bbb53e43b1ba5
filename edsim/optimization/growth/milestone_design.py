"""The certified plant of a district that grows: sizes for all milestones together, proof over all their hours.

1. All milestones are sized together on typical days (:mod:`edsim.optimization.growth.milestones`).
2. Every milestone is dispatched on its 8760 hours with its sizes; a day that falls short joins its typical days.
3. The rows ``size >= size before`` are the only ones milestones share. With their multipliers taken as prices of
   sizes, the problem falls apart into one year each; each year is bounded from below on all 8760 hours as a district
   that does not grow is (:func:`edsim.optimization.sizing.certify.lower_bound`), and the weighted sum of these bounds
   holds for every plan, whatever the multipliers are.
4. Where the gap is above target, the sizes the bounding solves would choose, made to grow, are dispatched too; where
   that does not close it, all milestones are sized on all their hours at once.

The objective is the yearly cost of the milestones, weighted with the present value of the years each stands for and
divided by the present value of all years: the level yearly cost of the whole study.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import Finding, InfeasibleError, SolverError
from edsim.lp import SolverOptions, solve_arrays
from edsim.optimization.growth.milestones import (
    Goals,
    JointSizes,
    Milestone,
    SizeKey,
    for_each,
    size_milestones,
)
from edsim.optimization.growth.plan import Plan, plan_of
from edsim.optimization.model.commitment_model import needs_integers
from edsim.optimization.model.criteria import LEAST_COST
from edsim.optimization.sizing.aggregate import choose_days, next_days, peak_days
from edsim.optimization.sizing.certify import (
    Design,
    DesignOptions,
    bound_by,
    design,
    design_whole,
    exact_options,
    explain_shortage,
    has_stores,
    lower_bound,
    unserved,
    without_unserved,
)
from edsim.optimization.sizing.proof import noise_kwh, plan_certificate, tolerated_kwh
from edsim.optimization.system import System, pinned
from edsim.optimization.types import Objective, Solution

Array = NDArray[np.float64]
Progress = Callable[[str], None]
Sizes = Mapping[SizeKey, float]
_ROUNDS = 4
_LOOSE = 1e-3
"""Tolerance of a bounding solve with stores: only its multipliers count."""


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
    systems, worth
        As for :func:`plan_of`.
    options, progress, objective
        As for :func:`edsim.optimization.sizing.certify.design`; one objective for all milestones, or one for each.

    Raises
    ------
    InfeasibleError
        The demand of a milestone cannot be served within the limits.
    SolverError
        A solve ended without a usable result.
    """
    if any(needs_integers(s) for s in systems.values()):
        return design_whole(systems, worth, options, progress, for_each(objective, len(systems)))
    return design_plan(plan_of(systems, worth, progress), options, progress, objective)


def design_plan(plan: Plan, options: DesignOptions, progress: Progress, objective: Goals) -> tuple[Design, ...]:
    """Return the design of every milestone of a plan that is already built; it may be used again.

    Raises
    ------
    InfeasibleError, SolverError
        As :func:`design_milestones`.
    """
    goals = for_each(objective, len(plan.years))
    try:
        best, counts, lower = _found(plan, options, progress, goals)
    except InfeasibleError as error:
        if any(f.code == "E513" for f in error.findings):
            raise
        progress("looking for the cause")
        raise InfeasibleError.of(_causes(plan, goals, options) or error.findings) from None
    proof = plan_certificate(best, (plan.cost(best), lower), options.target_gap_frac, goals)
    return tuple(Design(s, proof, c) for s, c in zip(best, counts, strict=True))


def dispatch_milestones(
    systems: Mapping[str, System],
    worth: Array,
    sizes: Sequence[Sizes],
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
    if not any(needs_integers(s) for s in systems.values()):
        return dispatch_plan(plan_of(systems, worth), sizes, options, objective)
    quick, goals = replace(options, mode="screening"), for_each(objective, len(systems))
    each = zip(systems.values(), sizes, goals, strict=True)  # sizes alone link milestones
    found = [design(pinned(system, own), quick, objective=goal).solution for system, own, goal in each]
    cost = float(np.average([s.objective for s in found], weights=worth))
    proof = plan_certificate(found, (cost, None), options.target_gap_frac, goals)
    return tuple(Design(s, proof, ()) for s in found)


def dispatch_plan(plan: Plan, sizes: Sequence[Sizes], options: DesignOptions, objective: Goals) -> tuple[Design, ...]:
    """Return the operation of every milestone of a plan that is already built.

    Raises
    ------
    InfeasibleError
        E511 the sizes do not serve the demand of a milestone.
    """
    goals = for_each(objective, len(plan.years))
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
    proof = plan_certificate(found, (plan.cost(found), None), options.target_gap_frac, goals)
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
    if not _is_open(plan, best, lower, options):
        return best, counts, lower
    best, lower = _improve(plan, (best, lower, other), (options, objective), progress)
    return best, counts, lower


def _improve(
    plan: Plan,
    found: tuple[tuple[Solution, ...], float, list[dict[SizeKey, float]] | None],
    how: tuple[DesignOptions, Sequence[Objective]],
    progress: Progress,
) -> tuple[tuple[Solution, ...], float]:
    """Return a better plan and bound when the gap is open: by the sizes of the bounding solves, or of all hours.

    A solve that does not finish leaves what was found before it.
    """
    best, lower, other = found
    options, objective = how
    try:
        if other is not None:
            progress("gap open: dispatching the sizes of the bounding solves")
            again = _dispatched(plan, other, objective, options)
            best = again if _serves(plan, again) and plan.cost(again) < plan.cost(best) else best
        if _is_open(plan, best, lower, options):
            exact, _, bound = _at_once(plan, options, progress, objective, ())
            best = exact if plan.cost(exact) < plan.cost(best) else best
            lower = lower if bound is None else max(lower, bound)
    except SolverError:
        progress("that solve did not finish: the design found before stands")
    return best, lower


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
    served: tuple[JointSizes, tuple[Solution, ...]] | None = None
    for _ in range(_ROUNDS):
        grids = [choose_days(s, options.typical_days, e) for s, e in zip(systems, extra, strict=True)]
        for mine, grid in zip(counts, grids, strict=True):
            mine.append(grid.n_periods)
        progress(f"sizing {len(systems)} milestones on {', '.join(str(g.n_periods) for g in grids)} typical days")
        steps = [Milestone(k, s, g) for k, (s, g) in enumerate(zip(systems, grids, strict=True))]
        sized = size_milestones(steps, plan.share, objective, SolverOptions(time_limit_s=options.time_limit_s))
        progress("dispatching 8760 hours of every milestone")
        found = _dispatched(plan, [s.capacities for s in sized.solutions], objective, options)
        short = [unserved(s) for s in found]
        fails = [k for k, hours in enumerate(short) if float(hours.sum()) > noise_kwh(systems[k])]
        serves, tried = _serves(plan, found), served is not None
        served = (sized, found) if serves else served
        if not fails or (tried and serves):  # what days that join once do not mend, a run remarks on
            break
        for k in fails:
            joining = next_days(short[k], kept[k] | extra[k])
            progress(f"{plan.names[k]}: {short[k].sum():,.4g} kWh unserved, {len(joining)} days join")
            extra[k].update(joining)
    if served is not None:
        return *served, tuple(tuple(c) for c in counts)
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
    return ", ".join(f"{h.sum():,.0f} kWh in {n}" for n, year, h in parts if h.sum() > tolerated_kwh(year.system))


def _dispatched(
    plan: Plan, sizes: Sequence[Mapping[SizeKey, float]], objective: Sequence[Objective], options: DesignOptions
) -> tuple[Solution, ...]:
    """Return the dispatch of all hours of every milestone with its sizes, shortage allowed at its penalty."""
    return tuple(
        year.solve(goal, capacities=own, allow_unserved=True, options=exact_options(year.system, options))
        for year, own, goal in zip(plan.years, sizes, objective, strict=True)
    )


def _serves(plan: Plan, solutions: Sequence[Solution]) -> bool:
    return all(float(unserved(s).sum()) <= tolerated_kwh(m.system) for s, m in zip(solutions, plan.years, strict=True))


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
) -> tuple[float, list[dict[SizeKey, float]] | None]:
    """Return what no plan goes below, and the sizes its solves would choose, made to grow.

    A solve that fails loses neither plan nor proof: its multipliers count as 0, which holds and proves little. There
    are no sizes then.
    """
    options, objective = how
    bounds: list[float] = []
    sizes: list[dict[SizeKey, float]] = []
    goals = split_objectives(objective, plan.share, sized.keep_prices)
    for name, year, goal in zip(plan.names, plan.years, goals, strict=True):
        progress(f"bounding the cost of {name} from below")
        loose = SolverOptions(time_limit_s=options.time_limit_s, method="steps", optimality_tolerance=_LOOSE)
        how_to = loose if has_stores(year.system) else exact_options(year.system, options)
        program = replace(without_unserved(year), cost=year.cost_of(goal)[0], has_objective=True)
        result = solve_arrays(program, how_to)
        if result.row_dual is None:
            progress("the bounding solve did not finish: the proof is weak")
        bounds.append(bound_by(year, goal, result))
        if result.x is not None:
            mine = {k: float(result.x[c]) for k, c in year.size_columns().items()}
            last = sizes[-1] if sizes else mine
            sizes.append({k: max(v, last[k]) for k, v in mine.items()})
    return float(plan.share @ np.array(bounds)), sizes if len(sizes) == len(bounds) else None


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
        finding
        for name, year, goal in zip(plan.names, plan.years, objective, strict=True)
        for finding in plan.naming(name, explain_shortage(year, goal, options))
    ]
