"""The best design for GHG, peak import, water or primary energy within a cost, proven like a least-cost one.

A price is put on the criterion: the design that is cheapest with it lies on the frontier of cost and criterion, and is
certified like any least-cost design. The price is moved (secant of the frontier) until the cost allowed is used up:

1. The least cost is found; the cap is that cost and the share allowed above it.
2. Designs at ever better prices enclose the cap. A mixture of two designs, sizes and flows alike, is a design too,
   since every relation is linear; the mixture that costs exactly the cap is taken.
3. No design below the cap reaches less than ``(lower bound of cost + price * criterion - cap) / price``, whatever the
   price: the largest of these is the bound.

The price stays a weight on the accounts of the same compiled matrix. A cap as a row would tie all hours together and
is many times harder to solve over a year; and since cost always counts, no money is wasted below the cap.

A district that grows is one problem of all its milestones: cost and criterion are the means over the study, each
milestone weighted with the present value of the years it stands for, and so are cap and bound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import CaseError, Finding
from edsim.core.i18n import figure
from edsim.core.timegrid import full_year
from edsim.optimization.growth.milestone_design import (
    Sizes,
    design_milestones,
    design_plan,
    dispatch_milestones,
    dispatch_plan,
)
from edsim.optimization.growth.plan import plan_of
from edsim.optimization.model.commitment_model import needs_integers
from edsim.optimization.model.criteria import criterion_weights, least_cost, value_of
from edsim.optimization.model.model import build
from edsim.optimization.sizing.certify import (
    Design,
    DesignOptions,
    balance_residual,
    design,
    design_year,
    has_stores,
    unserved,
)
from edsim.optimization.sizing.mixture import mixture
from edsim.optimization.sizing.reach import Ends, searched_farther
from edsim.optimization.system import System
from edsim.optimization.types import Certificate, Objective, Solution

Array = NDArray[np.float64]
Progress = Callable[[str], None]

_HIGHEST_PRICE = 100.0
"""Highest price tried: the criterion at least cost then costs this many times the least cost."""
_DEARER = 10.0
"""A kWh unserved costs at least this many units of the criterion, so that leaving it unserved never pays."""
_STEPS = 12
_SAME_PRICE_FRAC = 1e-6
_ON_CHORD_FRAC = 1e-7
"""A design no better than the line between its neighbors ends the search."""
_LEAST_TARGET_FRAC = 1e-5
"""Closest gap that designs are asked for when their mixture is proven again."""
_NOISE_FRAC = 1e-2
"""The gap is relative to the criterion, or to this share of its value at least cost where it is nearly zero."""
_ZERO = 1e-9


@dataclass(frozen=True, slots=True)
class Goal:
    """What a design is for.

    Attributes
    ----------
    criterion
        Key of :data:`edsim.optimization.model.criteria.CRITERIA`.
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
        E504: the cost falls with a size however large it gets; E521: another goal than cost with whole units.
    InfeasibleError
        Demand cannot be served within the limits.
    SolverError
        A solve ended without a usable result.
    """

    def solve(systems: Sequence[System]) -> Sequence[Design]:
        return [_design_for(systems[0], goal, options, progress)]

    return searched_farther([system], solve, ends_of, progress)[0]


def ends_of(designs: Sequence[Design]) -> Ends:
    """Return what was minimized in designs, and their sizes."""
    return designs[0].certificate.upper_bound, [d.solution.capacities for d in designs]


def _design_for(system: System, goal: Goal, options: DesignOptions, progress: Progress) -> Design:
    if goal.criterion == "cost":
        return design(system, options, progress, least_cost(goal.carbon_price_per_t))
    if needs_integers(system):
        raise CaseError.of([_whole_units(system, goal)])
    progress("building the full-year model")
    year = build(system, full_year())

    def solve(objective: Sequence[Objective], how: DesignOptions) -> Sequence[Design]:
        return [design_year(year, how, progress, objective[0])]

    return _sought(_Search([system], np.ones(1), [goal], solve), options, progress)[0]


def design_milestones_for(
    systems: Mapping[str, System],
    worth: Array,
    goals: Sequence[Goal],
    options: DesignOptions,
    progress: Progress = lambda _: None,
    sizes: Sequence[Sizes] | None = None,
) -> tuple[Design, ...]:
    """Return the certified design of every milestone for one goal over the whole study.

    Parameters
    ----------
    systems, worth
        As for :func:`edsim.optimization.growth.milestone_design.design_milestones`.
    goals
        Of every milestone: they differ in the carbon price only.
    options
        How far to go.
    progress
        Called with a line of text at each step.
    sizes
        Sizes of every milestone that are kept: the plant is operated, not sized, and there is no bound. The cap is
        then above the least cost these sizes can be operated at.

    Raises
    ------
    CaseError
        E504, E521: as for :func:`design_for`.
    InfeasibleError, SolverError
        As :func:`edsim.optimization.growth.milestone_design.design_milestones`.
    """
    if sizes is not None:
        return _design_milestones_for(systems, worth, goals, options, progress, sizes)

    def solve(farther: Sequence[System]) -> Sequence[Design]:
        now = dict(zip(systems, farther, strict=True))
        return _design_milestones_for(now, worth, goals, options, progress, None)

    found = searched_farther(list(systems.values()), solve, ends_of, progress)
    return tuple(found)


def _design_milestones_for(
    systems: Mapping[str, System],
    worth: Array,
    goals: Sequence[Goal],
    options: DesignOptions,
    progress: Progress,
    sizes: Sequence[Sizes] | None,
) -> tuple[Design, ...]:
    if goals[0].criterion == "cost":
        least = [least_cost(g.carbon_price_per_t) for g in goals]
        if sizes is not None:
            return dispatch_milestones(systems, worth, sizes, options, least)
        return design_milestones(systems, worth, options, progress, least)
    for system in systems.values():
        if needs_integers(system):
            raise CaseError.of([_whole_units(system, goals[0])])
    plan = plan_of(systems, worth, progress)

    def solve(objective: Sequence[Objective], how: DesignOptions) -> Sequence[Design]:
        if sizes is not None:
            return dispatch_plan(plan, sizes, how, objective)
        return design_plan(plan, how, progress, objective)

    how = options if sizes is None else replace(options, mode="screening")
    return _sought(_Search(list(systems.values()), plan.share, goals, solve), how, progress)


@dataclass(frozen=True, slots=True)
class Point:
    """A design on the frontier: its yearly cost and the value of the criterion; `bound` of cost + price * criterion."""

    solutions: tuple[Solution, ...]
    cost: float
    value: float
    bound: float | None
    proof: Certificate


@dataclass(frozen=True, slots=True)
class _Search:
    """Designs of one district, a system for every milestone, at prices on the criterion; `share` weighs them."""

    systems: Sequence[System]
    share: Array
    goals: Sequence[Goal]
    solve: Callable[[Sequence[Objective], DesignOptions], Sequence[Design]]

    @property
    def goal(self) -> Goal:
        """Criterion and cap, common to all milestones."""
        return self.goals[0]

    @property
    def is_linked(self) -> bool:
        """Return whether stores link the hours."""
        return any(has_stores(s) for s in self.systems)

    def point(self, price: float, options: DesignOptions) -> Point:
        """Return the design at a price; with stores its bound is left out here, since it takes long."""
        if self.is_linked:
            options = replace(options, mode="screening")
        return self._proven(price, options)

    def _proven(self, price: float, options: DesignOptions) -> Point:
        found = self.solve(self.priced(price), options)
        proof = found[0].certificate
        solutions = tuple(d.solution for d in found)
        return Point(
            solutions,
            self._mean(solutions, "cost"),
            self._mean(solutions, self.goal.criterion),
            proof.lower_bound,
            proof,
        )

    def lower(self, price: float, cap: float, options: DesignOptions) -> tuple[float | None, Point]:
        """Return what no design below the cap can go below, from the full-year bound at a price, and its design."""
        at = self._proven(price, options)
        return None if at.bound is None else (at.bound - cap) / price, at

    def priced(self, price: float) -> list[Objective]:
        """Return the objective of every milestone with a price on the criterion."""
        extra = criterion_weights(self.goal.criterion)
        found = []
        for system, goal in zip(self.systems, self.goals, strict=True):
            cost = criterion_weights("cost", goal.carbon_price_per_t)
            both = {k: cost.get(k, 0.0) + price * extra.get(k, 0.0) for k in {**cost, **extra}}
            both["unserved"] = max(1.0, _DEARER * price / system.unserved_cost_per_kwh)
            found.append(Objective(weights=both, criterion="cost" if not price else ""))
        return found

    def _mean(self, solutions: Sequence[Solution], criterion: str) -> float:
        """Return the weighted mean of a criterion over the milestones."""
        own = zip(solutions, self.goals, strict=True)
        return float(self.share @ np.array([value_of(s, criterion, g.carbon_price_per_t) for s, g in own]))


def is_none(value: float) -> bool:
    """Return whether a least-cost design has none of a criterion, as of water without towers: no design has less."""
    return value <= _ZERO


def _sought(search: _Search, options: DesignOptions, progress: Progress) -> tuple[Design, ...]:
    """Return the designs, one for each milestone, that are best for the criterion within the cost."""
    goal = search.goal
    least = search.point(0.0, options)
    cap = least.cost + goal.cost_cap_frac * abs(least.cost)
    if is_none(least.value):
        proof = _certificate(least, None if options.mode == "screening" else 0.0, (goal, cap, least.value), options)
        return tuple(Design(s, proof, ()) for s in least.solutions)
    progress(f"minimizing {goal.criterion} at a cost of at most {cap:,.0f} a year")
    found, price, ends = _enclose(search, least, cap, options, progress)
    lower = None
    if options.mode != "screening":
        lower, at = search.lower(price, cap, options)
        found = better_of(found, at, ends, cap)
    proof = _certificate(found, lower, (goal, cap, least.value), options)
    if proof.status == "open" and lower is not None:
        progress("gap open: searching again with closer bounds")
        closer = replace(options, target_gap_frac=_closer(options.target_gap_frac, price * found.value, cap))
        if not search.is_linked:  # with stores designs at a price have no bound: they would be found again
            again, price, ends = _enclose(search, least, cap, closer, progress)
            found = min(found, again, key=lambda p: p.value)
        other, at = search.lower(price, cap, closer)
        found = better_of(found, at, ends, cap)
        lower = lower if other is None else max(lower, other)
        proof = _certificate(found, lower, (goal, cap, least.value), options)
    return tuple(Design(s, proof, ()) for s in found.solutions)


def _closer(target_frac: float, priced: float, cap: float) -> float:
    """Return the gap of cost and priced criterion together that proves the criterion alone within `target_frac`.

    Half of what it is a share of: both the designs that are mixed and the bound may be off by it.
    """
    return max(0.5 * target_frac * abs(priced) / max(abs(priced) + abs(cap), 1e-12), _LEAST_TARGET_FRAC)


def _enclose(
    search: _Search, least: Point, cap: float, options: DesignOptions, progress: Progress
) -> tuple[Point, float, tuple[Point, Point]]:
    """Return the best design found below the cap, the last price, and the designs on both sides of the cap."""
    price = _HIGHEST_PRICE * max(abs(least.cost), 1.0) / max(abs(least.value), 1.0)
    below, above = least, search.point(price, options)
    if above.cost <= cap:
        return above, price, (above, above)
    for _ in range(_STEPS):
        slope = (above.cost - below.cost) / max(below.value - above.value, 1e-12)
        if abs(slope - price) <= _SAME_PRICE_FRAC * price:
            break
        price = slope
        progress(f"at a price of {figure(price)} on {search.goal.criterion}")
        now = search.point(price, options)
        chord = below.cost + price * below.value
        if now.cost + price * now.value >= chord - _ON_CHORD_FRAC * abs(chord):
            break
        below, above = (now, above) if now.cost <= cap else (below, now)
    return at_cap(below, above, cap), price, (below, above)


def better_of(found: Point, at: Point, ends: tuple[Point, Point], cap: float) -> Point:
    """Return the better of a design below the cap and what another one, proven at a price, makes with those around it.

    With stores the designs at prices are those of typical days; the proven one may be below the line between them.
    """
    below, above = ends
    other = at_cap(at, above, cap) if at.cost <= cap else at_cap(below, at, cap)
    return min(found, other, key=lambda p: p.value)


def at_cap(below: Point, above: Point, cap: float) -> Point:
    """Return the mixture of a design below the cap and one above that costs the cap; the better if none is above."""
    if above.cost <= cap:
        return min(below, above, key=lambda p: p.value)
    return mixture_of(below, above, (cap - below.cost) / (above.cost - below.cost))


def mixture_of(below: Point, above: Point, share: float) -> Point:
    """Return the design with `share` of the one above the cap and the rest of the one below."""
    pairs = zip(below.solutions, above.solutions, strict=True)
    solutions = tuple(mixture(one, other, share) for one, other in pairs)
    proof = replace(
        above.proof,
        hours_checked=sum(s.grid.n for s in solutions),
        unserved_kwh=float(sum(unserved(s).sum() for s in solutions)),
        max_balance_residual_frac=max(balance_residual(s) for s in solutions),
    )
    cost, value = (1.0 - share) * below.cost + share * above.cost, (1.0 - share) * below.value + share * above.value
    return Point(solutions, cost, value, None, proof)


def _certificate(
    found: Point, lower: float | None, about: tuple[Goal, float, float], options: DesignOptions
) -> Certificate:
    """Return the certificate in the criterion's unit; `about` is the goal, the cap, and the value at least cost."""
    goal, cap, at_least_cost = about
    value = found.value
    gap = None
    status: Literal["certified", "screening", "open"] = "screening"
    if lower is not None:
        gap = max(value - lower, 0.0) / max(abs(value), _NOISE_FRAC * abs(at_least_cost), 1e-12)
        gap = 0.0 if is_none(value) else gap
        status = "certified" if gap <= options.target_gap_frac else "open"
    return replace(
        found.proof,
        upper_bound=value,
        lower_bound=lower,
        gap_frac=gap,
        status=status,
        minimized=goal.criterion,
        caps={"cost": cap},
    )


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
