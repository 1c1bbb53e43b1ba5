"""From a system to a proven design: size on typical days, dispatch all hours, bound from below.

A system without stores is sized on all 8760 hours at once: its hours meet only in the sizes. Otherwise:

1. Size on typical days (linked storage), peak days kept.
2. Dispatch the 8760 hours with the sizes fixed. If demand is left unserved on a few days that typical days lack, these
   join once; otherwise the plant is sized on all 8760 hours at once. In a screening, and where the time structure does
   not apply (:mod:`edsim.lp.stepwise`), the worst day joins the typical days before that, or the days around it if it
   is there already, for a few rounds.
3. In parallel, a loose full-year solve gives row multipliers; their Lagrangian over the variable box, evaluated in
   numpy, is a lower bound whatever the solver did, and its sizes are a second candidate design.
4. If the gap is above target, the plant is sized on all 8760 hours at once (without time structure: the second
   candidate is dispatched), and the better design is kept; a gap still open is reported as such. No solve that fails
   loses the design found before, or the one that days which join still find, nor its honest gap.

With caps on other criteria the sizes are found on all 8760 hours at once: a cap must hold on real hours.
With whole numbers in any technology the route of :mod:`edsim.optimization.whole.commitment` is taken instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from edsim.core.errors import Finding, InfeasibleError, SolverError
from edsim.core.timegrid import full_year
from edsim.lp import LPResult, SolveHandle, SolverOptions, solve_in_process
from edsim.optimization.growth.plan import Plan, plan_of
from edsim.optimization.model.commitment_model import needs_integers
from edsim.optimization.model.model import LEAST_COST, Model, build
from edsim.optimization.shortage import short_of
from edsim.optimization.sizing.aggregate import choose_days, missing_days, next_days, peak_days
from edsim.optimization.sizing.all_hours import (
    exact_options,
    has_stores,
    lower_bound,
    sized_on_all_hours,
    without_unserved,
)
from edsim.optimization.sizing.design import Design, DesignOptions
from edsim.optimization.sizing.proof import (
    balance_residual,
    certificate,
    exact_kwh,
    noise_kwh,
    plan_certificate,
    tolerated_kwh,
    unserved,
)
from edsim.optimization.system import System
from edsim.optimization.types import Objective, Solution
from edsim.optimization.whole.causes import names_a_limit, no_whole_plan
from edsim.optimization.whole.commitment import bound_options, bound_program, whole_limits, whole_plan
from edsim.optimization.whole.gap import GapOptions, close_gap

__all__ = [
    "Design",
    "DesignOptions",
    "balance_residual",
    "bound_by",
    "design",
    "design_whole",
    "design_year",
    "exact_options",
    "explain_shortage",
    "has_stores",
    "lower_bound",
    "unserved",
    "without_unserved",
]
Capacities = Mapping[tuple[str, str], float]

_ROUNDS = 4


Progress = Callable[[str], None]


def design(
    system: System, options: DesignOptions, progress: Progress = lambda _: None, objective: Objective = LEAST_COST
) -> Design:
    """Size, dispatch and certify `system`.

    Raises
    ------
    InfeasibleError
        Demand cannot be served within the limits or below the caps.
    SolverError
        A solve ended without a usable result.
    """
    if needs_integers(system):
        return design_whole({"": system}, np.ones(1), options, progress, [objective])[0]
    progress("building the full-year model")
    return design_year(build(system, full_year()), options, progress, objective)


def design_year(year: Model, options: DesignOptions, progress: Progress, objective: Objective = LEAST_COST) -> Design:
    """Size, dispatch and certify the system of a full-year model that is already built; it may be used again.

    Raises
    ------
    InfeasibleError
        Demand cannot be served within the limits or below the caps.
    SolverError
        A solve ended without a usable result.
    """
    try:
        return _design(year, options, progress, objective)
    except InfeasibleError as error:
        if any(f.code in {"E510", "E513"} for f in error.findings):
            raise
        progress("looking for the cause")
        raise InfeasibleError.of(explain_shortage(year, objective, options) or error.findings) from None


def _design(year: Model, options: DesignOptions, progress: Progress, objective: Objective) -> Design:
    system = year.system
    exact_at_once = options.mode == "certified" and not has_stores(system)
    if options.mode == "full_year" or objective.caps or exact_at_once:
        why = "as asked" if options.mode == "full_year" else "limits on the year" if objective.caps else "no store"
        progress(f"{why}: sizing on all 8760 hours at once")
        return sized_on_all_hours(year, options, objective)
    bound, is_last = None, False
    if options.mode == "certified":
        cost, _ = year.cost_of(objective)
        bound = solve_in_process(without_unserved(year), cost, bound_options(options.time_limit_s))
    try:
        best, days = _size_and_dispatch(year, options, progress, objective)
        if best is None:
            progress("typical days do not show what the plant needs: sizing on all 8760 hours at once")
            try:
                return replace(sized_on_all_hours(year, options, objective), typical_grids=tuple(days))
            except SolverError as error:
                best, days = _on_more_days(year, options, (progress, objective), error)
                is_last = True
        lower = None
        if bound is not None:
            progress("bounding the cost from below")
            result = _answered(bound, progress)
            lower = bound_by(year, objective, result)
            if not is_last:
                best, lower = _improve(year, (best, lower), result, (options, objective), progress)
    finally:
        if bound is not None:
            bound.cancel()
    return Design(best, certificate(best, lower, options.target_gap_frac, objective), tuple(days))


def _on_more_days(
    year: Model, options: DesignOptions, how: tuple[Progress, Objective], failed: SolverError
) -> tuple[Solution, list[int]]:
    """Return the design of typical days that days left short joined, as in a screening; without one, raise `failed`."""
    how[0]("that solve did not finish: days left short join the typical days")
    try:
        best, days = _size_and_dispatch(year, replace(options, mode="screening"), *how)
    except (InfeasibleError, SolverError):
        raise failed from None
    assert best is not None
    return best, days


def _answered(bound: SolveHandle, progress: Progress) -> LPResult | None:
    """Return the answer of the bounding solve, None where it failed: a design that stands is not lost with it."""
    try:
        return bound.result()
    except SolverError:
        progress("the bounding solve did not finish: the proof is weak")
        return None


def bound_by(year: Model, objective: Objective, result: LPResult | None) -> float:
    """Return the bound that the multipliers of an answer prove; without any, that of multipliers 0, which holds too."""
    found = None if result is None else result.row_dual
    return lower_bound(year, objective, np.zeros(year.lp.num_rows) if found is None else found)


def design_whole(
    systems: Mapping[str, System],
    worth: np.ndarray,
    options: DesignOptions,
    progress: Progress,
    goals: Sequence[Objective],
) -> tuple[Design, ...]:
    """Design with whole numbers (:mod:`edsim.optimization.whole.commitment`), one or several milestones.

    Parameters
    ----------
    systems, worth
        As for :func:`edsim.optimization.growth.plan.plan_of`.
    options, progress
        As for :func:`design`.
    goals
        Objective of every milestone.
    """
    limited = dict(zip(systems, whole_limits(list(systems.values())), strict=True))
    plan = plan_of(limited, worth, progress)
    linked = any(
        has_stores(s) or any(getattr(t, "start_up_cost", 0.0) > 0.0 for t in s.technologies) for s in plan.systems
    )
    method: Literal["steps", "simplex"] = "steps" if linked else "simplex"
    program = bound = None
    if options.mode != "screening":
        program = bound_program(plan, goals)
        bound = solve_in_process(program[0], options=bound_options(options.time_limit_s, whole=True))
    try:
        exact = SolverOptions(time_limit_s=options.time_limit_s, method=method)
        how = GapOptions(options.target_gap_frac, bound_options(options.time_limit_s, whole=True), exact)
        days = 0 if options.mode == "full_year" else options.typical_days
        found = whole_plan(plan, goals, days, exact, progress)
        lower = None
        if bound is not None and program is not None:
            progress("bounding the cost from below")
            found, lower = close_gap((plan, goals), found, (program, _answered(bound, progress)), how, progress)
    except InfeasibleError as error:
        if any(names_a_limit(f) for f in error.findings):
            raise
        progress("looking for the cause")
        raise InfeasibleError.of(_whole_causes(plan, goals, options) or error.findings) from None
    finally:
        if bound is not None:
            bound.cancel()
    proof = plan_certificate(found.solutions, (plan.cost(found.solutions), lower), options.target_gap_frac, goals)
    return tuple(Design(s, proof, grids) for s, grids in zip(found.solutions, found.typical_grids, strict=True))


def _whole_causes(plan: Plan, goals: Sequence[Objective], options: DesignOptions) -> list[Finding]:
    """Return what keeps the milestones of a plan from being served: limits of units, else what is short."""
    named: list[Finding] = []
    all_short: list[Finding] = []
    for name, year, goal in zip(plan.names, plan.years, goals, strict=True):
        short = explain_shortage(year, goal, options)
        of_units = no_whole_plan(year.system, peak_days(year.system), short[0].got if short else "")
        all_short += plan.naming(name, short)
        named += plan.naming(name, [f for f in of_units if names_a_limit(f)])
    return named or all_short


def _size_and_dispatch(
    year: Model, options: DesignOptions, progress: Progress, objective: Objective
) -> tuple[Solution | None, list[int]]:
    """Size on typical days and dispatch the year until nothing is short; days that are join, see `next_days`.

    None stands for a design to be certified that typical days do not find (a store that empties over many days): it
    is to be sized on all 8760 hours. By the time structure that takes one dispatch or a few, so it is not put off; only
    where typical days lack a few short days do these join once before, and the bounding solve tells what that costs.

    Raises
    ------
    InfeasibleError
        E513 for a screening that still leaves demand unserved.
    """
    kept = set(peak_days(year.system))
    extra: set[int] = set()
    counts: list[int] = []
    exact = SolverOptions(time_limit_s=options.time_limit_s)
    whole = exact_options(year.system, options)
    for _ in range(_ROUNDS):
        grid = choose_days(year.system, options.typical_days, extra)
        counts.append(grid.n_periods)
        progress(f"sizing on {grid.n_periods} typical days")
        sized = build(year.system, grid).solve(objective, options=exact)
        progress("dispatching 8760 hours")
        dispatched = year.solve(objective, capacities=sized.capacities, allow_unserved=True, options=whole)
        short = unserved(dispatched)
        at_once = options.mode == "certified" and _by_steps(year.last_result)
        if float(short.sum()) <= (exact_kwh if at_once else noise_kwh)(year.system):
            return dispatched, counts
        shown = kept | extra
        joining = next_days(short, shown)
        if at_once:
            joining = () if extra else missing_days(short, shown, exact_kwh(year.system))
        if not joining:
            break
        named = ", ".join(str(d + 1) for d in joining)
        progress(f"{short.sum():,.0f} kWh unserved: day {named} joins the typical days")
        extra.update(joining)
    if not at_once and float(short.sum()) <= tolerated_kwh(year.system):
        return dispatched, counts  # what days could not mend; a run remarks on it
    if options.mode == "certified":
        return None, counts
    raise InfeasibleError.of([_still_short(short, counts)])


def _still_short(short: np.ndarray, counts: Sequence[int]) -> Finding:
    worst = int(short.reshape(365, 24).sum(axis=1).argmax())
    return Finding(
        code="E513",
        what=f"the plant sized on {counts[-1]} typical days leaves demand unserved in some hours",
        got=f"{short.sum():,.0f} kWh in {int((short > 0).sum())} hours, worst day {worst + 1}",
        allowed="every hour served",
        hint="run without --screening, or with --full-year, which size on all hours; or raise settings.typical_days",
    )


def _improve(
    year: Model,
    found: tuple[Solution, float],
    bounding: LPResult | None,
    how: tuple[DesignOptions, Objective],
    progress: Progress,
) -> tuple[Solution, float]:
    """Return a better design and bound when the gap is open: by the sizes of the bounding solve, or solved for.

    The time structure makes a solve with free sizes as fast as a dispatch; what it finds is the optimum. Where that
    solve fails, the design found before stands, with the better bound of the two.
    """
    best, lower = found
    options, objective = how
    if (best.objective - lower) <= options.target_gap_frac * abs(best.objective):
        return best, lower
    gap = f"gap {(best.objective - lower) / max(abs(best.objective), abs(lower), 1e-9):.2%}"
    whole = exact_options(year.system, options)
    sizes = None
    if bounding is None or bounding.x is None or _by_steps(bounding):
        progress(f"{gap}: sizing on all 8760 hours at once")
    else:
        progress(f"{gap}: dispatching the full-year candidate")
        sizes = _sizes_at(year, bounding.x)
    year.last_result = None
    try:
        other = year.solve(objective, capacities=sizes, allow_unserved=sizes is not None, options=whole)
    except SolverError:
        progress("that solve did not finish: the design found before stands")
        other = best
    if sizes is None:
        lower = max(lower, bound_by(year, objective, year.last_result))
    if other.objective < best.objective and unserved(other).sum() <= tolerated_kwh(year.system):
        best = other
    return best, lower


def _by_steps(result: LPResult | None) -> bool:
    return result is not None and result.method == "steps"


def explain_shortage(year: Model, objective: Objective, options: DesignOptions) -> list[Finding]:
    """Return what is short when no design serves the demand: service, worst hour, kW, and what binds or is lacking.

    The model is solved once more with demand allowed to stay unserved at its penalty.
    """
    solution = year.solve(objective, allow_unserved=True, options=exact_options(year.system, options))
    at_limit = [
        f"{t.id}.max_{size.name} = {largest:g}"
        for t in year.system.technologies
        for size in t.sizes
        if (largest := getattr(t, f"max_{size.name}", None))  # 0 offers nothing that could be used up
        and solution.capacities[t.id, size.name] >= 0.999 * largest
    ]
    return [
        short_of(f, solution, year.system.technologies, at_limit)
        for f in solution.flows
        if f.kind == "unserved" and float(f.values.max(initial=0.0)) > 1e-6
    ]


def _sizes_at(year: Model, x: np.ndarray) -> Capacities:
    return {k: float(x[c]) for k, c in year.size_columns().items()}
