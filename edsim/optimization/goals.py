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
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from edsim.core.errors import CaseError, Finding
from edsim.core.timegrid import full_year
from edsim.optimization.certify import (
    Design,
    DesignOptions,
    balance_residual,
    design,
    design_year,
    has_stores,
    unserved,
)
from edsim.optimization.commitment_model import needs_integers
from edsim.optimization.criteria import criterion_weights, least_cost, value_of
from edsim.optimization.model import Model, build
from edsim.optimization.system import System
from edsim.optimization.types import Certificate, Objective, Solution

Progress = Callable[[str], None]

_HIGHEST_PRICE = 100.0
"""Highest price tried: the criterion at least cost then costs this many times the least cost."""
_DEARER = 10.0
"""A kWh unserved costs at least this many units of the criterion, so that leaving it unserved never pays."""
_STEPS = 12
_SAME_PRICE_FRAC = 1e-6
_ON_CHORD_FRAC = 1e-7
"""A design no better than the line between its neighbours ends the search."""
_NOISE_FRAC = 1e-2
"""The gap is relative to the criterion, or to this share of its value at least cost where it is nearly zero."""


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
    if goal.criterion == "cost":
        return design(system, options, progress, least_cost(goal.carbon_price_per_t))
    if needs_integers(system):
        raise CaseError.of([_whole_units(system, goal)])
    progress("building the full-year model")
    search = _Search(build(system, full_year()), goal, options, progress)
    least = search.point(0.0)
    cap = least.cost + goal.cost_cap_frac * abs(least.cost)
    progress(f"minimizing {goal.criterion} at a cost of at most {cap:,.0f} a year")
    found, price = search.enclose(least, cap)
    lower = search.lower(price, cap) if options.mode != "screening" else None
    return Design(found.solution, _certificate(found, lower, (goal, cap, least.value), options), ())


@dataclass(frozen=True, slots=True)
class _Point:
    """A design on the frontier: its yearly cost and the value of the criterion; `bound` of cost + price * criterion."""

    solution: Solution
    cost: float
    value: float
    bound: float | None
    proof: Certificate


@dataclass(frozen=True, slots=True)
class _Search:
    """Designs of one system at prices on the criterion."""

    year: Model
    goal: Goal
    options: DesignOptions
    progress: Progress

    def point(self, price: float) -> _Point:
        """Return the design at a price; with stores its bound is left out here, since it takes long."""
        stores = has_stores(self.year.system)
        options = replace(self.options, mode="screening") if stores else self.options
        found = design_year(self.year, options, self.progress, self._priced(price))
        carbon = self.goal.carbon_price_per_t
        cost = value_of(found.solution, "cost", carbon)
        value = value_of(found.solution, self.goal.criterion, carbon)
        return _Point(found.solution, cost, value, found.certificate.lower_bound, found.certificate)

    def enclose(self, least: _Point, cap: float) -> tuple[_Point, float]:
        """Return the best design found below the cap and the last price."""
        price = _HIGHEST_PRICE * max(abs(least.cost), 1.0) / max(abs(least.value), 1.0)
        below, above = least, self.point(price)
        if above.cost <= cap:
            return above, price
        for _ in range(_STEPS):
            slope = (above.cost - below.cost) / max(below.value - above.value, 1e-12)
            if abs(slope - price) <= _SAME_PRICE_FRAC * price:
                break
            price = slope
            self.progress(f"at a price of {price:,.4g} on {self.goal.criterion}")
            now = self.point(price)
            chord = below.cost + price * below.value
            if now.cost + price * now.value >= chord - _ON_CHORD_FRAC * abs(chord):
                break
            below, above = (now, above) if now.cost <= cap else (below, now)
        return _mixed(below, above, (cap - below.cost) / (above.cost - below.cost)), price

    def lower(self, price: float, cap: float) -> float | None:
        """Return what no design below the cap can go below, from the full-year bound at a price."""
        proof = design_year(self.year, self.options, self.progress, self._priced(price)).certificate
        return None if proof.lower_bound is None else (proof.lower_bound - cap) / price

    def _priced(self, price: float) -> Objective:
        cost = criterion_weights("cost", self.goal.carbon_price_per_t)
        extra = criterion_weights(self.goal.criterion)
        both = {k: cost.get(k, 0.0) + price * extra.get(k, 0.0) for k in {**cost, **extra}}
        both["unserved"] = max(1.0, _DEARER * price / self.year.system.unserved_cost_per_kwh)
        return Objective(weights=both, criterion="cost" if not price else "")


def _mixed(below: _Point, above: _Point, share: float) -> _Point:
    """Return the design with `share` of the one above the cap and the rest of the one below."""

    def mix(a: float, b: float) -> float:
        return (1.0 - share) * a + share * b

    one, other = below.solution, above.solution
    flows = tuple(
        replace(f, values=(1.0 - share) * f.values + share * g.values)
        for f, g in zip(one.flows, other.flows, strict=True)
    )
    lines = dict.fromkeys([*one.ledger, *other.ledger])
    solution = replace(
        other,
        objective=mix(one.objective, other.objective),
        bound=None,
        gap_frac=None,
        capacities={k: mix(v, other.capacities[k]) for k, v in one.capacities.items()},
        flows=flows,
        accounts={k: mix(v, other.accounts[k]) for k, v in one.accounts.items()},
        ledger={k: mix(one.ledger.get(k, 0.0), other.ledger.get(k, 0.0)) for k in lines},
    )
    proof = replace(
        above.proof,
        hours_checked=solution.grid.n,
        unserved_kwh=float(unserved(solution).sum()),
        max_balance_residual_frac=balance_residual(solution),
    )
    return _Point(solution, mix(below.cost, above.cost), mix(below.value, above.value), None, proof)


def _certificate(
    found: _Point, lower: float | None, about: tuple[Goal, float, float], options: DesignOptions
) -> Certificate:
    """Return the certificate in the criterion's unit; `about` is the goal, the cap, and the value at least cost."""
    goal, cap, at_least_cost = about
    value = found.value
    gap = None
    status: Literal["certified", "screening", "open"] = "screening"
    if lower is not None:
        gap = max(value - lower, 0.0) / max(abs(value), _NOISE_FRAC * abs(at_least_cost), 1e-12)
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
