"""Designs with whole numbers: whole units, least loads, starts, fixed investments; certified against the relaxation.

1. In parallel, the relaxed full-year program is solved loosely; the Lagrangian of its multipliers is a lower bound on
   every design, whole or not.
2. Units and sites are chosen on typical days (or on all hours, when asked) by a mixed-integer program in which
   running units stay relaxed.
3. With the sizes fixed, the relaxed dispatch of 8760 hours gives levels of stores and monthly peaks; running units
   are then made whole window by window (:mod:`edsim.optimization.commitment_windows`).
4. With these fixed, the 8760 hours are dispatched once more: the cost of the design, with prices.
5. Demand left unserved adds its worst day to the typical days, where running units then are whole too, and 2-4 repeat.

The gap between 4 and 1 is reported as it is; it holds what the relaxation does not see of the whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edsim.core.bank import Bank
from edsim.core.errors import InfeasibleError
from edsim.core.technology import Technology
from edsim.core.timegrid import full_year
from edsim.lp import CompiledLP, HighsSession, LPResult, SolverOptions, safe_lower_bound
from edsim.optimization.aggregate import choose_days
from edsim.optimization.commitment_model import integer_columns
from edsim.optimization.commitment_windows import Staircase, WindowOptions, commit
from edsim.optimization.context import make_context
from edsim.optimization.model import Model, build
from edsim.optimization.proof import unserved
from edsim.optimization.system import System
from edsim.optimization.types import Objective, Solution
from edsim.optimization.whole_causes import no_whole_plan
from edsim.optimization.whole_program import served, whole_program

Array = NDArray[np.float64]
Capacities = Mapping[tuple[str, str], float]
Progress = Callable[[str], None]

SIZING_GAP_FRAC = 1e-3
SIZING_LIMIT_S = 120.0
FEW_DAYS = 12
"""Typical days of a second attempt after sizing on all hours."""
_NOTHING = 1e-6
"""A size below this share of its largest is not built."""


@dataclass(frozen=True, slots=True)
class WholePlan:
    """A design with whole numbers, dispatched over the year, and the typical days it was sized on."""

    solution: Solution
    typical_grids: tuple[int, ...]


def bound_program(year: Model, objective: Objective) -> tuple[CompiledLP, float]:
    """Return the relaxed full-year program with everything served and the constant of its objective."""
    return whole_program(year, objective, serve_all=True)


def bound_options(time_limit_s: float, *, linked: bool) -> SolverOptions:
    """Return how the bounding solve runs: hours that are linked by stores or starts need an interior point."""
    if linked:
        return SolverOptions(time_limit_s=time_limit_s, method="steps", optimality_tolerance=1e-3)
    return SolverOptions(time_limit_s=time_limit_s, method="simplex")


def bound_of(program: tuple[CompiledLP, float], result: LPResult | None) -> float:
    """Return the lower bound that the multipliers of a bounding solve prove; without any, that of multipliers 0."""
    lp, constant = program
    found = None if result is None else result.row_dual
    return safe_lower_bound(lp, lp.cost, np.zeros(lp.num_rows) if found is None else found) + constant


def whole_limits(system: System) -> System:
    """Return the system with a largest size, a multiple of the unit, for whole units that have none."""
    grid = full_year()

    def limited(t: Technology) -> Technology:
        if not isinstance(t, Bank) or t.unit_size is None:
            return t
        name = t.sizes[0].name
        largest = getattr(t, f"max_{name}", None)
        if largest is None:
            largest = float(make_context(system, grid, [t]).limit(name)[0])
            count = np.ceil(largest / t.unit_size) + t.spare_units + bool(t.maintenance_weeks)
        else:
            count = np.floor(largest / t.unit_size + 1e-9)
        return t.model_copy(update={f"max_{name}": float(count) * t.unit_size})

    return replace(system, technologies=tuple(limited(t) for t in system.technologies))


def whole_plan(
    system: System,
    objective: Objective,
    typical_days: int,
    options: SolverOptions,
    progress: Progress,
    tolerance_frac: float = 1e-6,
    rounds: int = 4,
) -> WholePlan:
    """Size and dispatch `system` with whole numbers.

    Parameters
    ----------
    system
        System after :func:`whole_limits`.
    objective
        Weights and caps.
    typical_days
        Typical days besides the peak days; 0 sizes on all 8760 hours, and on few typical days only where a plan with
        whole running units was short.
    options
        Settings of the dispatch of 8760 hours.
    progress
        Told each step.
    tolerance_frac
        Unserved share of the demand that is noise.
    rounds
        How often a worst day may join.

    Raises
    ------
    InfeasibleError
        E520: no plan with whole units serves every hour; a finding per limit that would mend it alone.
    SolverError
        A solve ended without a usable result.
    """
    noise_kwh = tolerance_frac * max(sum(float(v.sum()) for v in system.demand.values()), 1.0)
    extra: set[int] = set()
    grids: list[int] = []
    short, worst = np.zeros(full_year().n), 0
    whole_running = False
    for _ in range(rounds):
        every_hour = typical_days == 0 and not extra
        sizing = build(system, full_year() if every_hour else choose_days(system, typical_days or FEW_DAYS, extra))
        if not every_hour:
            grids.append(sizing.grid.n_periods)
        on = "all 8760 hours" if every_hour else f"{sizing.grid.n_periods} typical days"
        progress(f"sizing whole units on {on}")
        sizes = _sized(sizing, objective, options, whole_running=whole_running)
        if sizes is None:
            break
        solution, committed = _dispatched(system, objective, sizes, (options, progress), noise_kwh)
        whole_running = whole_running or committed
        short = unserved(solution)
        if float(short.sum()) <= noise_kwh:
            return WholePlan(solution, tuple(grids))
        worst = int(short.reshape(365, 24).sum(axis=1).argmax())
        progress(f"{short.sum():,.0f} kWh unserved: day {worst + 1} joins the typical days")
        extra.add(worst)
    raise InfeasibleError.of(no_whole_plan(system, sorted(extra), _said(short, worst)))


def _dispatched(
    system: System,
    objective: Objective,
    sizes: dict[tuple[str, str], float],
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
    model: Model, objective: Objective, options: SolverOptions, *, whole_running: bool
) -> dict[tuple[str, str], float] | None:
    """Return the sizes chosen on typical days with whole units and sites; None when only whole running units cannot."""
    lp, _ = whole_program(model, objective, serve_all=True)
    places = integer_columns(model.parts)
    integrality = np.zeros(lp.num_cols, np.uint8)
    integrality[places.build] = 1
    if whole_running:
        integrality[places.running] = 1
    limit = options.time_limit_s if model.grid.kind == "full" else min(options.time_limit_s, SIZING_LIMIT_S)
    settings = SolverOptions(time_limit_s=limit, mip_gap_frac=SIZING_GAP_FRAC)
    result = HighsSession(replace(lp, integrality=integrality), settings).solve()
    if whole_running and result.status == "infeasible":
        return None
    if result.status == "infeasible":  # in parts of units it may serve all: the dispatch then says what is short
        as_stated = replace(lp, integrality=integrality, col_upper=served(model))
        result = HighsSession(as_stated, settings).solve()
    x = result.values()
    sizes = {}
    largest = lp.col_upper
    for key, column in model.size_columns().items():
        value = float(x[column])
        sizes[key] = 0.0 if value <= _NOTHING * largest[column] else value
    return sizes


def _fixed(system: System, sizes: dict[tuple[str, str], float]) -> System:
    """Return the system with the first size of every bank fixed at `sizes`, whole units exactly; corrects `sizes`."""

    def fixed(t: Technology) -> Technology:
        if not isinstance(t, Bank) or not t.sizes:
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
    whole, starts = np.zeros((2, lp.num_cols), dtype=bool)
    whole[places.running], starts[places.started] = True, True
    stairs = Staircase(replace(lp, col_lower=lower, col_upper=upper), places.step, whole, starts)
    progress("choosing the units that run, week by week")
    x = commit(stairs, result.x, WindowOptions(time_limit_s=min(options.time_limit_s, 30.0)))
    running = x[places.running]
    plan.session(options).set_col_bounds(places.running, running, running)
    progress("dispatching 8760 hours with the units that run")
    return plan.solve(objective, capacities=sizes, allow_unserved=True, options=options)


def _said(short: Array, worst: int) -> str:
    """Return what the last plan left unserved."""
    return f"{short.sum():,.0f} kWh unserved in {int((short > 1e-6).sum())} hours, worst day {worst + 1}"
