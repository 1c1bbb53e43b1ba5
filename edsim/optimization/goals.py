"""The best design for GHG, peak import, water or primary energy within a cost, proven like a least-cost one.

1. The least cost is found; the cap is that cost and the share allowed above it.
2. The criterion is minimized below the cap, sizes free, on all 8760 hours; the multipliers prove how low it can go.
3. Of all designs that reach it (within 0.01 %) the cheapest is taken: without this step nothing would keep the plant
   from wasting money up to the cap.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from edsim.core.errors import CaseError, Finding
from edsim.core.timegrid import full_year
from edsim.optimization.certify import Design, DesignOptions, design, design_year, exact_options, has_stores
from edsim.optimization.commitment_model import needs_integers
from edsim.optimization.criteria import least_cost, minimize, value_of
from edsim.optimization.model import Model, build
from edsim.optimization.system import System
from edsim.optimization.types import Certificate, Objective

Progress = Callable[[str], None]

_KEPT_FRAC = 1e-4
"""How much of the criterion may be given up for the cheapest of the best designs."""
_NOISE_FRAC = 1e-6
"""Share of the criterion at least cost below which its value is rounding."""


@dataclass(frozen=True, slots=True)
class Goal:
    """What a design is for.

    Attributes
    ----------
    criterion
        Key of :data:`edsim.optimization.criteria.CRITERIA`.
    cost_cap_frac
        Share above the least cost that may be spent for it.
    carbon_price_per_t
        Price on GHG within the cost, currency per tCO2e.
    """

    criterion: str = "cost"
    cost_cap_frac: float = 0.0
    carbon_price_per_t: float = 0.0


def design_for(system: System, goal: Goal, options: DesignOptions, progress: Progress = lambda _: None) -> Design:
    """Return the certified design of `system` for `goal`.

    The certificate states the criterion in its own unit, with the cap on cost; its gap is relative to the criterion.

    Raises
    ------
    CaseError
        E521: another goal than cost with whole units.
    InfeasibleError
        Demand cannot be served within the limits.
    SolverError
        A solve ended without a usable result.
    """
    cheapest = least_cost(goal.carbon_price_per_t)
    if goal.criterion == "cost":
        return design(system, options, progress, cheapest)
    if needs_integers(system):
        raise CaseError.of([_whole_units(system, goal)])
    progress("building the full-year model")
    year = build(system, full_year())
    first = replace(options, mode="screening") if has_stores(system) else options
    least = design_year(year, first, progress, cheapest).solution
    cap = least.objective + goal.cost_cap_frac * abs(least.objective)
    objective = minimize(goal.criterion, carbon_price_per_t=goal.carbon_price_per_t, caps={"cost": cap})
    at_least_cost = value_of(least, goal.criterion, goal.carbon_price_per_t)
    progress(f"minimizing {goal.criterion} at a cost of at most {cap:,.0f} a year")
    best = design_year(year, options, progress, objective)
    progress("taking the cheapest of the best designs")
    return _cheapest_of(year, best, objective, (options, abs(at_least_cost)))


def _cheapest_of(year: Model, best: Design, objective: Objective, how: tuple[DesignOptions, float]) -> Design:
    options, scale = how
    value = best.certificate.upper_bound
    kept = value + _KEPT_FRAC * abs(value) + _NOISE_FRAC * scale
    price = objective.carbon_price_per_t
    within = replace(least_cost(price), caps={objective.criterion: kept})
    tidy = year.solve(within, options=exact_options(year.system, options, within))
    reached = value_of(tidy, objective.criterion, price)
    return Design(tidy, _restated(best.certificate, reached, scale, options), ())


def _restated(found: Certificate, reached: float, scale: float, options: DesignOptions) -> Certificate:
    """Return the certificate of the best design with the value the cheapest of them has."""
    if found.lower_bound is None:
        return replace(found, upper_bound=reached)
    gap = max(reached - found.lower_bound, 0.0) / max(abs(reached), _KEPT_FRAC * scale, 1e-12)
    status = "certified" if gap <= options.target_gap_frac else "open"
    return replace(found, upper_bound=reached, gap_frac=gap, status=status)  # type: ignore[arg-type]  # one of two


def _whole_units(system: System, goal: Goal) -> Finding:
    whole = [t.id for t in system.technologies if needs_integers(replace(system, technologies=(t,)))]
    return Finding(
        code="E521",
        field="settings.objective",
        what="another goal than cost is not computed with whole units, minimum loads or fixed investments",
        got=f"{goal.criterion}; whole numbers in {', '.join(whole)}",
        allowed="objective: cost, or technologies of free size",
        hint="take the whole-unit settings of these technologies away, or minimize cost",
    )
