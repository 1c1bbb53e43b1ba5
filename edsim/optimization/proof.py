"""What a design is proven to be: its certificate and the checks of its solution, computed here and not by a solver."""

from __future__ import annotations

import numpy as np

from edsim.core.errors import SolverError
from edsim.optimization.types import Certificate, Objective, Solution

_BOUND_NOISE_FRAC = 1e-6
"""A bound may exceed the cost by no more than rounding."""
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
    scale = max(abs(best.objective), _LEAST_SCALE)
    gap = None if lower is None else (best.objective - lower) / scale
    if gap is not None and gap < -_BOUND_NOISE_FRAC:
        raise SolverError(f"the lower bound {lower:,.6g} is above the cost found {best.objective:,.6g} [E519]")
    gap = None if gap is None else max(gap, 0.0)
    return Certificate(
        upper_bound=best.objective,
        lower_bound=lower,
        gap_frac=gap,
        hours_checked=best.grid.n,
        unserved_kwh=float(unserved(best).sum()),
        max_balance_residual_frac=balance_residual(best),
        money_residual_frac=money_residual(best, objective),
        status="screening" if gap is None else "certified" if gap <= target_gap_frac else "open",
        minimized=objective.criterion or "weighted accounts",
        caps=dict(objective.caps),
    )


def unserved(solution: Solution) -> np.ndarray:
    """Return the unserved demand of all nodes by hour, kW."""
    short = np.zeros(solution.grid.n)
    for f in solution.flows:
        if f.kind == "unserved":
            short += f.values
    return short


def balance_residual(solution: Solution) -> float:
    """Return the largest node residual over the node's peak."""
    residual: dict[tuple[str, str], np.ndarray] = {}
    peak: dict[tuple[str, str], float] = {}
    for f in solution.flows:
        if f.direction == "state":
            continue
        key = (f.node, f.carrier)
        sign = 1.0 if f.direction == "out" else -1.0
        residual[key] = residual.get(key, 0.0) + sign * f.values
        peak[key] = max(peak.get(key, 0.0), float(f.values.max(initial=0.0)))
    return max((float(np.abs(r).max()) / max(peak[k], 1e-9) for k, r in residual.items()), default=0.0)


def money_residual(solution: Solution, objective: Objective) -> float:
    """Return the difference of the objective and its accounts added up again, over the sum of their sizes.

    The accounts are read from the solution after monthly peaks were set to what the hours show.
    """
    parts = [weight * solution.accounts.get(account, 0.0) for account, weight in objective.weights.items()]
    parts += [weight * solution.capacities[size] for size, weight in objective.size_weights.items()]
    scale = max(sum(abs(p) for p in parts), _LEAST_SCALE)
    return abs(solution.objective - sum(parts)) / scale
