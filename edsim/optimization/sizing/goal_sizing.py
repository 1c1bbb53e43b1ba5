"""Sizing and operation for the goal of a case on a live model: least cost, or another criterion within a cost.

Another criterion than cost is minimized below a cap on cost, which stands the allowed share above the least cost; a
small reward on cheapness keeps money from being wasted below the cap (as in AUGMECON).
The cap ties all hours together, so over 8760 hours it is replaced by its shadow price of the sizing: operation is best
for ``criterion + price * cost``. A study made this way is a screening; ``edsim run`` and mode ``certified`` prove.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from edsim.lp import SolverOptions
from edsim.optimization.model.criteria import criterion_weights, least_cost, value_of
from edsim.optimization.model.model import Model
from edsim.optimization.sizing.goals import Goal, is_none
from edsim.optimization.types import Objective, Solution

_CHEAPER = 1e-4
"""Reward on the whole cost as a share of the criterion."""
_MONEY_TIE = 1e-6
_SLACK_FRAC = 1e-9
"""Room below a cap for rounding, as a share of the cost."""


@dataclass(frozen=True, slots=True)
class Sizing:
    """Sizes for a goal, and how a year is operated with them.

    Attributes
    ----------
    solution
        Solution of the sizing model.
    operating
        Objective of the dispatch over 8760 hours.
    caps
        Criterion → cap of the goal; none for least cost.
    """

    solution: Solution
    operating: Objective
    caps: Mapping[str, float]


def size_for(model: Model, goal: Goal, options: SolverOptions) -> Sizing:
    """Return the sizes that are best for `goal` on a sizing model.

    Raises
    ------
    InfeasibleError
        Demand cannot be served within the limits.
    """
    price = goal.carbon_price_per_t
    cheapest = model.solve(least_cost(price), options=options)
    if goal.criterion == "cost":
        return Sizing(cheapest, least_cost(price), {})
    cost, value = value_of(cheapest, "cost", price), value_of(cheapest, goal.criterion, price)
    if is_none(value):
        return Sizing(cheapest, least_cost(price), {})
    weights, caps = capped_weights(goal, cost, value)
    found = model.solve(Objective(weights, caps, carbon_price_per_t=price), options=options)
    worth = found.cap_prices.get("cost", 0.0) + cheaper(cost, value)
    return Sizing(found, operation((goal.criterion, "cost"), worth, price), caps)


def cheaper(least_cost: float, value: float) -> float:
    """Return the small weight on cost beside a criterion, of which `value` is what it is at the least cost."""
    return _CHEAPER * abs(value) / max(abs(least_cost), 1e-9)


def capped_weights(goal: Goal, cost: float, value: float) -> tuple[dict[str, float], dict[str, float]]:
    """Return weights and caps of a goal, from the least cost and from what the criterion is at it.

    The weights are those at the carbon price of the goal.
    """
    price = goal.carbon_price_per_t
    weights = plus(criterion_weights(goal.criterion), criterion_weights("cost", price), cheaper(cost, value))
    return weights, {"cost": cost + (goal.cost_cap_frac + _SLACK_FRAC) * abs(cost)}


def operation(criteria: tuple[str, str], worth: float, carbon_price_per_t: float) -> Objective:
    """Return the objective of a dispatch that weighs the second criterion at `worth` units of the first.

    Demand has no price in it: it is served first, however dear a criterion is.
    """
    first, second = criteria
    money = criterion_weights("cost", carbon_price_per_t)
    weights = plus(criterion_weights(first, carbon_price_per_t), criterion_weights(second, carbon_price_per_t), worth)
    if "unserved" not in weights:
        weights = plus(weights, money, _MONEY_TIE)
    weights.pop("unserved", None)
    return Objective(weights, carbon_price_per_t=carbon_price_per_t)


def plus(one: Mapping[str, float], two: Mapping[str, float], factor: float) -> dict[str, float]:
    """Return the weights `one` and `factor` times `two`."""
    return {k: one.get(k, 0.0) + factor * two.get(k, 0.0) for k in {**one, **two}}


def priced(solution: Solution, carbon_price_per_t: float) -> Solution:
    """Return a solution whose objective is its yearly cost, whatever it was operated for."""
    return replace(solution, objective=value_of(solution, "cost", carbon_price_per_t))
