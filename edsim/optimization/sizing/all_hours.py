"""Sizing on all 8760 hours at once, and what any multipliers of that program prove."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from edsim.lp import CompiledLP, SolverOptions, safe_lower_bound
from edsim.optimization.model.caps import cap_rows, with_caps
from edsim.optimization.model.model import LEAST_COST, Model
from edsim.optimization.sizing.design import Design, DesignOptions
from edsim.optimization.sizing.proof import certificate
from edsim.optimization.system import System
from edsim.optimization.types import Objective


def sized_on_all_hours(year: Model, options: DesignOptions, objective: Objective) -> Design:
    """Size the plant on all 8760 hours at once; its multipliers prove the bound.

    Raises
    ------
    InfeasibleError
        Demand cannot be served within the limits or below the caps.
    SolverError
        The solve ended without a usable result.
    """
    how = exact_options(year.system, options, objective)
    solution = year.solve(objective, options=how)
    result = year.last_result
    lower = None
    if options.mode != "screening" and result is not None and result.row_dual is not None:
        lower = lower_bound(year, objective, result.row_dual, solution.cap_prices)
    return Design(solution, certificate(solution, lower, options.target_gap_frac, objective), ())


def without_unserved(year: Model) -> CompiledLP:
    """Return the compiled matrix with every unserved column closed."""
    return replace(year.lp, col_upper=year.parts.served())


def lower_bound(
    year: Model, objective: Objective, row_dual: np.ndarray, cap_prices: Mapping[str, float] | None = None
) -> float:
    """Return a value of the objective that no design goes below, from any multipliers of rows and caps."""
    cost, constant = year.cost_of(objective)
    rows = cap_rows(year.ledger, year.lp, objective)
    of_caps = [-(cap_prices or {}).get(r.criterion, 0.0) for r in rows]
    multipliers = np.concatenate([row_dual[: year.lp.num_rows], of_caps])
    return safe_lower_bound(with_caps(without_unserved(year), rows), cost, multipliers) + constant


def exact_options(system: System, options: DesignOptions, objective: Objective = LEAST_COST) -> SolverOptions:
    """Return the options of a result on all hours.

    Without stores hours meet only in the sizes: simplex is fastest. A store or a cap is work for an interior point.
    """
    linked = bool(objective.caps) or has_stores(system)
    return SolverOptions(time_limit_s=options.time_limit_s, method="steps" if linked else "simplex")


def has_stores(system: System) -> bool:
    """Return whether any technology links the hours by a level."""
    return any(t.level_variable for t in system.technologies)
