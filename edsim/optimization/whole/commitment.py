"""Designs with whole numbers: whole units, least loads, starts, fixed investments; certified against the relaxation.

1. In parallel, the relaxed full-year program is solved loosely; the Lagrangian of its multipliers is a lower bound on
   every design, whole or not.
2. Units and sites are chosen on typical days (or on all hours, when asked) by a mixed-integer program in which
   running units stay relaxed.
3. With the sizes fixed, the relaxed dispatch of 8760 hours gives levels of stores and monthly peaks; running units
   are then made whole window by window (:mod:`edsim.optimization.whole.commitment_windows`).
4. With these fixed, the 8760 hours are dispatched once more: the cost of the design, with prices.
5. Demand left unserved adds its worst day to the typical days, where running units then are whole too, and 2-4 repeat.
   A day that is there already is short because of days around it (a store came to it empty): then the other sizes are
   found on all hours, around the whole numbers bought.

The gap between 4 and 1 is reported as it is; it holds what the relaxation does not see of the whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import Finding, InfeasibleError
from edsim.core.machines.bank import Bank
from edsim.core.technology import Technology
from edsim.core.timegrid import full_year
from edsim.lp import CompiledLP, HighsSession, SolverOptions, solve_arrays
from edsim.optimization.growth.joint_program import joint_program, with_common_limits
from edsim.optimization.growth.plan import Plan
from edsim.optimization.model.commitment_model import integer_columns
from edsim.optimization.model.compose import Parts
from edsim.optimization.model.context import make_context
from edsim.optimization.model.model import Model, build
from edsim.optimization.sizing.aggregate import choose_days, peak_days
from edsim.optimization.sizing.proof import noise_kwh, tolerated_kwh, unserved
from edsim.optimization.system import System
from edsim.optimization.types import Objective, Solution
from edsim.optimization.whole.causes import no_whole_plan
from edsim.optimization.whole.commitment_windows import Staircase, WindowOptions, commit
from edsim.optimization.whole.program import whole_program

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
Sizes = dict[tuple[str, str], float]
Capacities = Mapping[tuple[str, str], float]
Progress = Callable[[str], None]

SIZING_GAP_FRAC = 1e-3
SIZING_NODES = 2000
"""Nodes of a choice of units and sites on typical days: counted, so that a loaded machine chooses alike."""
FEW_DAYS = 12
"""Typical days of a second attempt after sizing on all hours."""
_ROUNDS = 4
"""How often a plan is sized; where it is short the worst days join."""
_NOTHING = 1e-6
"""A size below this share of its largest is not built."""


@dataclass(frozen=True, slots=True)
class WholePlan:
    """A design with whole numbers: every milestone dispatched over its year, and the typical days it was sized on."""

    solutions: tuple[Solution, ...]
    typical_grids: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class _Sized:
    """Sizes of every milestone, and the numbers bought of all of them as in :func:`build_columns`."""

    sizes: list[Sizes]
    bought: Array


def bound_program(plan: Plan, goals: Sequence[Objective]) -> tuple[CompiledLP, float]:
    """Return the relaxed program of all hours with everything served and the constant of its objective."""
    whole = [whole_program(year, goal, serve_all=True) for year, goal in zip(plan.years, goals, strict=True)]
    weighted = [replace(lp, cost=weight * lp.cost) for (lp, _), weight in zip(whole, plan.share, strict=True)]
    constant = float(plan.share @ np.array([c for _, c in whole]))
    return joint_program([year.parts for year in plan.years], weighted), constant


def bound_options(time_limit_s: float, *, whole: bool = False) -> SolverOptions:
    """Return how a bounding solve runs: by an interior point stopped early, since only its multipliers count.

    First-order methods are not used: with stores the hours form one chain, on which they hardly converge. Where whole
    numbers are branched on, every solve is a share of the gap, and closer.
    """
    return SolverOptions(time_limit_s=time_limit_s, method="steps", optimality_tolerance=1e-4 if whole else 1e-3)


def whole_limits(systems: Sequence[System]) -> list[System]:
    """Return the systems of all milestones with one largest size for machines in units, where they have none.

    For whole units it is a multiple of the unit; of milestones, the one with the largest limit counts for all.
    """
    machines = [_limited(alike, systems) for alike in zip(*(s.technologies for s in systems), strict=True)]
    return [replace(s, technologies=own) for s, own in zip(systems, zip(*machines, strict=True), strict=True)]


def _limited(alike: Sequence[Technology], systems: Sequence[System]) -> list[Technology]:
    """Return a machine of every milestone with its largest size."""
    first = alike[0]
    if not isinstance(first, Bank) or (first.unit_size is None and not (first.has_integers and len(alike) > 1)):
        return list(alike)
    name, grid, unit = first.sizes[0].name, full_year(), first.unit_size
    most = getattr(first, f"max_{name}", None)
    if most is not None:
        most = most if unit is None else float(np.floor(most / unit + 1e-9)) * unit
    else:
        most = max(float(make_context(s, grid, [t]).limit(name)[0]) for s, t in zip(systems, alike, strict=True))
        out = first.spare_units + bool(first.maintenance_weeks)
        most = most if unit is None else float(np.ceil(most / unit) + out) * unit
    return [t.model_copy(update={f"max_{name}": most}) for t in alike]


def whole_plan(
    plan: Plan, goals: Sequence[Objective], typical_days: int, options: SolverOptions, progress: Progress
) -> WholePlan:
    """Size and dispatch the milestones of a plan with whole numbers.

    Parameters
    ----------
    plan
        Of systems after :func:`whole_limits`.
    goals
        Weights and caps of every milestone.
    typical_days
        Typical days besides the peak days; 0 sizes on all 8760 hours, and on few typical days only where a plan with
        whole running units was short.
    options
        Settings of the dispatch of 8760 hours.
    progress
        Told each step.

    Raises
    ------
    InfeasibleError
        E520: no plan with whole units serves every hour; a finding per limit that would mend it alone.
    SolverError
        A solve ended without a usable result.
    """
    systems = plan.systems
    shown = [set(peak_days(s)) for s in systems]
    extra, grids, said = [set[int]() for _ in systems], [list[int]() for _ in systems], [""] * len(systems)
    tell = [plan.telling(name, progress) for name in plan.names]
    whole_running, kept = False, None
    for _ in range(_ROUNDS):
        sizing = _sizing_models(plan, typical_days, extra, progress)
        for mine, model in zip(grids, sizing, strict=True):
            if model.grid.kind != "full":
                mine.append(model.grid.n_periods)
        sized = _sized(sizing, plan.share, goals, options, whole_running=whole_running)
        if sized is None:
            break
        found = _all_dispatched(plan, goals, sized.sizes, options, progress)
        worst, too_short = (_worst_days(found, systems, most) for most in (noise_kwh, tolerated_kwh))
        is_new = any(day not in shown[k] | extra[k] for k, day in worst.items())
        if too_short and not is_new and not any(found[k][1] for k in worst):
            progress("typical days do not show what the plant needs: sizing on all 8760 hours at once")
            sizes = sizes_around(plan, goals, sized.bought, options)
            found = found if sizes is None else _all_dispatched(plan, goals, sizes, options, progress)
            worst, too_short = (_worst_days(found, systems, most) for most in (noise_kwh, tolerated_kwh))
            is_new = any(day not in shown[k] | extra[k] for k, day in worst.items())
        now = WholePlan(tuple(s for s, _ in found), tuple(tuple(g) for g in grids))
        if not worst or (not too_short and (kept is not None or not is_new)):
            return now
        kept = kept if too_short else now  # a run remarks on what a day that joins once does not mend
        whole_running = whole_running or any(found[k][1] for k in too_short)
        for k, day in worst.items():
            said[k] = _said(unserved(found[k][0]), day)
            tell[k](f"{unserved(found[k][0]).sum():,.4g} kWh unserved: day {day + 1} joins the typical days")
            extra[k].add(day)
    if kept is not None:
        return kept
    raise InfeasibleError.of(_causes(plan, extra, said))


def _all_dispatched(
    plan: Plan, goals: Sequence[Objective], sizes: Sequence[Sizes], options: SolverOptions, progress: Progress
) -> list[tuple[Solution, bool]]:
    """Return the dispatch of every milestone, and whether its running units were made whole."""
    return [
        _dispatched(system, goal, own, (options, plan.telling(name, progress)), tolerated_kwh(system))
        for name, system, goal, own in zip(plan.names, plan.systems, goals, sizes, strict=True)
    ]


def _worst_days(
    found: Sequence[tuple[Solution, bool]], systems: Sequence[System], most_kwh: Callable[[System], float]
) -> dict[int, int]:
    """Return the day that is shortest of every milestone that is short of more than `most_kwh`."""
    short = [unserved(solution) for solution, _ in found]
    return {
        k: int(hours.reshape(365, 24).sum(axis=1).argmax())
        for k, (hours, system) in enumerate(zip(short, systems, strict=True))
        if float(hours.sum()) > most_kwh(system)
    }


def sizes_around(plan: Plan, goals: Sequence[Objective], bought: Array, options: SolverOptions) -> list[Sizes] | None:
    """Return the sizes that serve all hours at least cost with the whole numbers bought, None where none do.

    Parameters
    ----------
    plan, goals
        As for :func:`whole_plan`.
    bought
        Values of the columns of :func:`build_columns`.
    options
        Settings of the dispatch of 8760 hours.
    """
    lp, _ = bound_program(plan, goals)
    parts = [year.parts for year in plan.years]
    lower, upper = lp.col_lower.copy(), lp.col_upper.copy()
    at = build_columns(parts)
    lower[at] = upper[at] = bought
    by_steps = options if options.method == "simplex" else replace(options, method="steps")
    result = solve_arrays(replace(lp, col_lower=lower, col_upper=upper), by_steps)
    return read_sizes(parts, result.x) if result.usable and result.x is not None else None


def dispatch_sizes(
    plan: Plan,
    goals: Sequence[Objective],
    sizes: Sequence[Sizes],
    options: SolverOptions,
    progress: Progress,
) -> tuple[Solution, ...] | None:
    """Return the dispatch of all milestones with given sizes, None where one of them is short."""
    found = []
    for name, system, goal, own in zip(plan.names, plan.systems, goals, sizes, strict=True):
        how = options, plan.telling(name, progress)
        solution, _ = _dispatched(system, goal, own, how, tolerated_kwh(system))
        if float(unserved(solution).sum()) > tolerated_kwh(system):
            return None
        found.append(solution)
    return tuple(found)


def _causes(plan: Plan, extra: Sequence[set[int]], said: Sequence[str]) -> list[Finding]:
    """Return why no plan with whole units serves every milestone, of those that were short on days that joined."""
    return [
        finding
        for system, name, days, got in zip(plan.systems, plan.names, extra, said, strict=True)
        if days
        for finding in plan.naming(name, no_whole_plan(system, sorted(days), got))
    ]


def _sizing_models(plan: Plan, typical_days: int, extra: Sequence[set[int]], progress: Progress) -> list[Model]:
    """Return the models that size the milestones: on all hours where asked and no day has joined, else typical days."""
    if typical_days == 0 and not any(extra):
        progress("sizing whole units on all 8760 hours")
        return list(plan.years)
    grids = [choose_days(s, typical_days or FEW_DAYS, e) for s, e in zip(plan.systems, extra, strict=True)]
    progress(f"sizing whole units on {', '.join(str(g.n_periods) for g in grids)} typical days")
    models = [build(s, grid) for s, grid in zip(plan.systems, grids, strict=True)]
    for model, parts in zip(models, with_common_limits([m.parts for m in models]), strict=True):
        model.parts = parts
    return models


def _dispatched(
    system: System,
    objective: Objective,
    sizes: Sizes,
    how: tuple[SolverOptions, Progress],
    noise_kwh: float,
) -> tuple[Solution, bool]:
    """Return the dispatch of 8760 hours, and whether running units were made whole: not where it is short before."""
    options, progress = how
    plan = build(_fixed(system, sizes), full_year())
    progress("dispatching 8760 hours")
    relaxed = plan.solve(objective, capacities=sizes, allow_unserved=True, options=options)
    if float(unserved(relaxed).sum()) > noise_kwh:
        return relaxed, False
    return _committed(plan, objective, sizes, options, progress) or relaxed, True


def _sized(
    models: Sequence[Model],
    share: Array,
    goals: Sequence[Objective],
    options: SolverOptions,
    *,
    whole_running: bool,
) -> _Sized | None:
    """Return the sizes of every milestone with whole units and sites; None when only whole running units cannot."""
    parts = [m.parts for m in models]
    programs = []
    for model, weight, goal in zip(models, share, goals, strict=True):
        lp, _ = whole_program(model, goal, serve_all=True)
        places = integer_columns(model.parts)
        integrality = np.zeros(lp.num_cols, np.uint8)
        integrality[places.build] = 1
        if whole_running:
            integrality[places.running] = 1
        programs.append(replace(lp, cost=weight * lp.cost, integrality=integrality))
    nodes = SIZING_NODES if models[0].grid.kind != "full" else None
    settings = SolverOptions(time_limit_s=options.time_limit_s, mip_gap_frac=SIZING_GAP_FRAC, mip_nodes=nodes)
    result = HighsSession(joint_program(parts, programs), settings).solve()
    if whole_running and result.status == "infeasible":
        return None
    if result.status == "infeasible":  # in parts of units it may serve all: the dispatch then says what is short
        as_stated = [replace(lp, col_upper=p.served()) for lp, p in zip(programs, parts, strict=True)]
        result = HighsSession(joint_program(parts, as_stated), settings).solve()
    x = result.values()
    return _Sized(read_sizes(parts, x), np.round(x[build_columns(parts)]))


def build_columns(parts: Sequence[Parts]) -> IntArray:
    """Return the columns of the numbers bought in the joint program of milestones; their order is that of any grid."""
    starts = np.cumsum([0, *(p.lp.num_cols for p in parts)])
    return np.concatenate([integer_columns(p).build + start for p, start in zip(parts, starts, strict=False)])


def read_sizes(parts: Sequence[Parts], x: Array) -> list[Sizes]:
    """Return the sizes of every milestone at a point of their joint program, none below those of the one before."""
    start, found = 0, []
    before: Mapping[tuple[str, str], float] = {}
    for part in parts:
        sizes = {}
        for key, column in part.size_columns().items():
            value = max(float(x[start + column]), before.get(key, 0.0))
            sizes[key] = 0.0 if value <= _NOTHING * part.lp.col_upper[column] else value
        found.append(sizes)
        before, start = sizes, start + part.lp.num_cols
    return found


def _fixed(system: System, sizes: Sizes) -> System:
    """Return the system with banks with whole numbers fixed at `sizes`, whole units exactly; corrects `sizes`."""

    def fixed(t: Technology) -> Technology:
        if not isinstance(t, Bank) or not t.has_integers:
            return t
        name = t.sizes[0].name
        value = sizes[t.id, name]
        if t.unit_size is not None:
            value = round(value / t.unit_size) * t.unit_size
        value = max(value, float(getattr(t, f"existing_{name}", 0.0) or 0.0))
        sizes[t.id, name] = value
        return t.model_copy(update={f"min_{name}": value, f"max_{name}": value})

    return replace(system, technologies=tuple(fixed(t) for t in system.technologies))


def _committed(
    plan: Model, objective: Objective, sizes: Capacities, options: SolverOptions, progress: Progress
) -> Solution | None:
    """Return the dispatch with running units whole, or None where nothing runs in units."""
    places = integer_columns(plan.parts)
    result = plan.last_result
    if not len(places.running) or result is None or result.x is None:
        return None
    lp, _ = whole_program(plan, objective, serve_all=False)
    columns = plan.size_columns()
    lower, upper = lp.col_lower.copy(), lp.col_upper.copy()
    at = np.array(list(columns.values()))
    lower[at] = upper[at] = np.clip([sizes[k] for k in columns], lower[at], upper[at])
    whole, starts, kept = np.zeros((3, lp.num_cols), dtype=bool)
    whole[places.running], starts[places.started], kept[plan.unserved_columns()] = True, True, True
    cost = plan.with_unserved_priced(lp.cost, objective, sizes)
    stairs = Staircase(replace(lp, col_lower=lower, col_upper=upper, cost=cost), places.step, whole, starts, kept)
    progress("choosing the units that run, week by week")
    x = commit(stairs, result.x, WindowOptions(time_limit_s=options.time_limit_s))
    running = x[places.running]
    plan.session(options).set_col_bounds(places.running, running, running)
    progress("dispatching 8760 hours with the units that run")
    return plan.solve(objective, capacities=sizes, allow_unserved=True, options=options)


def _said(short: Array, worst: int) -> str:
    """Return what the last plan left unserved."""
    return f"{short.sum():,.0f} kWh unserved in {int((short > 1e-6).sum())} hours, worst day {worst + 1}"
