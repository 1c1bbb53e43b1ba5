"""What a design is proven to be: its certificate and the checks of its solution, computed here and not by a solver."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from edsim.core.errors import SolverError
from edsim.optimization.system import System
from edsim.optimization.types import Certificate, Objective, Solution

_TOLERANCE_FRAC = 1e-6
"""Unserved energy below this share of the least demand is numerical noise, of all demand what a design may leave."""
_EXACT_FRAC = 1e-9
"""Unserved energy below this share of all demand is none: what a solve by steps leaves where it leaves none."""
_BOUND_NOISE_FRAC = 1e-6
"""A bound may exceed the cost by no more than rounding."""
_LEAST_PEAK_KW, _LEAST_PEAK_FRAC = 1e-3, 1e-4
"""A node that moves less than a watt, or than this share of the largest peak of all, is judged as one that does.

What is zero but for rounding would else be no balance at all.
"""
_LEAST_SCALE = 1e-6
"""A criterion below this is zero: its gap is counted against this."""


def certificate(best: Solution, lower: float | None, target_gap_frac: float, objective: Objective) -> Certificate:
    """Return the certificate of a dispatched design.

    Parameters
    ----------
    best
        The design on all hours.
    lower
        Value of the objective that no design goes below; None without a proof.
    target_gap_frac
        Largest gap of a certified design.
    objective
        What was minimized.

    Raises
    ------
    SolverError
        E519: the bound is above the cost found.
    """
    return plan_certificate([best], (best.objective, lower), target_gap_frac, [objective])


def plan_certificate(
    best: Sequence[Solution],
    bounds: tuple[float, float | None],
    target_gap_frac: float,
    objectives: Sequence[Objective],
) -> Certificate:
    """Return the one certificate of the milestones of a plan.

    Parameters
    ----------
    best, objectives
        Every milestone on all its hours, and what was minimized in it.
    bounds
        Objective of the whole plan, and what no plan goes below; None without a proof.
    target_gap_frac
        As for :func:`certificate`.

    Raises
    ------
    SolverError
        E519: the bound is above the cost found.
    """
    cost, lower = bounds
    gap = None if lower is None else (cost - lower) / max(abs(cost), _LEAST_SCALE)
    if gap is not None and gap < -_BOUND_NOISE_FRAC:
        raise SolverError(f"the lower bound {lower:,.6g} is above the cost found {cost:,.6g} [E519]")
    gap = None if gap is None else max(gap, 0.0)
    return Certificate(
        upper_bound=cost,
        lower_bound=lower,
        gap_frac=gap,
        hours_checked=sum(s.grid.n for s in best),
        unserved_kwh=float(sum(unserved(s).sum() for s in best)),
        max_balance_residual_frac=max(balance_residual(s) for s in best),
        money_residual_frac=max(money_residual(s, o) for s, o in zip(best, objectives, strict=True)),
        status="screening" if gap is None else "certified" if gap <= target_gap_frac else "open",
        minimized=objectives[0].criterion or "weighted accounts",
        caps=dict(objectives[0].caps),
    )


def unserved(solution: Solution) -> np.ndarray:
    """Return the unserved demand of all nodes by hour, kW."""
    short = np.zeros(solution.grid.n)
    for f in solution.flows:
        if f.kind == "unserved":
            short += f.values
    return short


def exact_kwh(system: System) -> float:
    """Return the unserved energy of a year that exact solves leave where they leave none, kWh."""
    return _EXACT_FRAC * _demand_kwh(system)


def noise_kwh(system: System) -> float:
    """Return the unserved energy of a year that is numerical noise, kWh."""
    least = min((float(v.sum()) for v in system.demand.values() if v.any()), default=1.0)
    return max(_TOLERANCE_FRAC * least, exact_kwh(system))


def tolerated_kwh(system: System) -> float:
    """Return the unserved energy of a year that a design may leave where no day that joins mends it, kWh."""
    return _TOLERANCE_FRAC * _demand_kwh(system)


def _demand_kwh(system: System) -> float:
    return max(sum(float(v.sum()) for v in system.demand.values()), 1.0)


def balance_residual(solution: Solution) -> float:
    """Return the largest node residual over the node's peak, or the least that counts as one."""
    residual: dict[tuple[str, str], np.ndarray] = {}
    peak: dict[tuple[str, str], float] = {}
    for f in solution.flows:
        if f.direction == "state":
            continue
        key = (f.node, f.carrier)
        sign = 1.0 if f.direction == "out" else -1.0
        residual[key] = residual.get(key, 0.0) + sign * f.values
        peak[key] = max(peak.get(key, 0.0), float(f.values.max(initial=0.0)))
    least = max(_LEAST_PEAK_KW, _LEAST_PEAK_FRAC * max(peak.values(), default=0.0))
    return max((float(np.abs(r).max()) / max(peak[k], least) for k, r in residual.items()), default=0.0)


def money_residual(solution: Solution, objective: Objective) -> float:
    """Return the difference of the objective and its accounts added up again, over the sum of their sizes.

    The accounts are read from the solution after monthly peaks were set to what the hours show.
    """
    parts = [weight * solution.accounts.get(account, 0.0) for account, weight in objective.weights.items()]
    parts += [weight * solution.capacities[size] for size, weight in objective.size_weights.items()]
    scale = max(sum(abs(p) for p in parts), _LEAST_SCALE)
    return abs(solution.objective - sum(parts)) / scale
