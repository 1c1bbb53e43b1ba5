"""Plans: what trade-off studies move, the plant of one year or of all milestones of a district that grows.

A plan is sized on typical days and operated on all its hours. Its criteria, and the caps on them, are the means over
the study, each milestone weighed with the present value of the years it stands for; a district that does not grow has
one year. Every model is begun anew, so that no plan hangs on the ones before it, nor on the process that finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

from edsim.optimization.growth.joint_model import ObjectiveAt
from edsim.optimization.model.criteria import least_cost, value_of
from edsim.optimization.model.model import Model
from edsim.optimization.sizing.goal_sizing import capped_weights, cheaper, operation, priced
from edsim.optimization.sizing.goals import Goal, is_none
from edsim.optimization.types import Objective, Solution
from edsim.studies.bench import Bench, Solved, figures_of
from edsim.studies.plant import Sized
from edsim.studies.results import Outcome
from edsim.studies.vary import Point
from edsim.studies.workbench import Workbench
from edsim.workflow import goal_of

Size = tuple[str, str, str]
"""Technology, name of the size, and the milestone: empty where there is one year."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan on typical days, or on all hours.

    Attributes
    ----------
    years
        Solution of every milestone.
    share
        Share of each in the means; they add up to 1.
    carbon_prices
        Of each, currency per tCO2e.
    names
        What each is called: its calendar year, empty where there is one.
    cap_prices
        Criterion with a cap -> fall of the objective per unit it is raised.
    minimized
        Value of the objective, where the plan was sized.
    """

    years: tuple[Solution, ...]
    share: tuple[float, ...] = (1.0,)
    carbon_prices: tuple[float, ...] = (0.0,)
    names: tuple[str, ...] = ("",)
    cap_prices: Mapping[str, float] = field(default_factory=dict)
    minimized: float = 0.0

    def value(self, criterion: str) -> float:
        """Return the mean of a criterion over the study, in its unit."""
        own = zip(self.share, self.years, self.carbon_prices, strict=True)
        return sum(w * value_of(s, criterion, price) for w, s, price in own)

    @property
    def sizes(self) -> dict[Size, float]:
        """Return every installed size, milestone after milestone."""
        each = zip(self.names, self.years, strict=True)
        return {(*size, name): v for name, s in each for size, v in s.capacities.items()}


Sizing = tuple[Plan, ObjectiveAt]
"""Sizes on typical days, and what the operation on all hours is for."""


class PlanModel(Protocol):
    """Typical days of a plan, to be solved as often as wanted."""

    def solve(self, objective: ObjectiveAt, size_weights: Mapping[Size, float] | None = None) -> Plan:
        """Return the plan best for an objective, with weights on its sizes besides."""


class PlanDesk(Protocol):
    """Where plans of a case are made."""

    @property
    def names(self) -> tuple[str, ...]:
        """Milestones; one empty name where there is one year."""

    @property
    def units(self) -> Mapping[tuple[str, str], str]:
        """(Technology, size) -> unit."""

    def refuse_whole(self) -> None:
        """Refuse a plant with whole units (E549)."""

    def goal(self) -> Goal:
        """Return the goal of the case as it is posed on typical days."""

    def model(self) -> PlanModel:
        """Return the model of typical days, begun anew."""

    def served(self, size: Callable[[PlanModel], Sizing]) -> tuple[Plan, Plan]:
        """Return a sizing that serves all hours, and its operation; days left short join the typical days."""

    def all_hours(self, objective: ObjectiveAt) -> Plan:
        """Return the plan sized on all its hours at once."""

    def operated(self, sizes: Plan, objective: ObjectiveAt) -> Plan:
        """Return the operation of a plan of given sizes that serves all demand."""

    def appraised(self, plan: Plan, name: str) -> Outcome:
        """Return the case as it stands with a plan, appraised like a run."""


@dataclass(slots=True)
class YearModel:
    """Typical days of one year (:class:`PlanModel`)."""

    bench: Workbench
    model: Model

    @property
    def price(self) -> float:
        """Return the carbon price of the case, currency per tCO2e."""
        return self.bench.case.emissions.carbon_price_per_t

    def solve(self, objective: ObjectiveAt, size_weights: Mapping[Size, float] | None = None) -> Plan:
        """Return the plan best for an objective, with weights on its sizes besides."""
        plain = objective(self.price)
        weights = {(t, s): w for (t, s, _), w in (size_weights or {}).items()}
        asked = Objective(plain.weights, plain.caps, weights, plain.carbon_price_per_t, plain.criterion)
        return one_year(self.model.solve(asked, options=self.bench.plant.solver), self.price)


@dataclass(frozen=True, slots=True)
class YearDesk:
    """Plans of a case of one year (:class:`PlanDesk`)."""

    bench: Workbench

    @property
    def names(self) -> tuple[str, ...]:
        """Return the one year, without a name."""
        return ("",)

    @property
    def units(self) -> Mapping[tuple[str, str], str]:
        """Return (technology, size) -> unit."""
        return {(t.id, s.name): s.unit for t in self.bench.system.technologies for s in t.sizes}

    @property
    def price(self) -> float:
        """Return the carbon price of the case, currency per tCO2e."""
        return self.bench.case.emissions.carbon_price_per_t

    def refuse_whole(self) -> None:
        """Refuse a plant with whole units (E549)."""
        self.bench.refuse_whole()

    def goal(self) -> Goal:
        """Return the goal of the case as it is posed on typical days."""
        return self.bench.plant.on_days(goal_of(self.bench.case))

    def model(self) -> YearModel:
        """Return the model of typical days, begun anew."""
        return self._fresh(self.bench.plant.sizing(self.bench.system)[0])

    def _fresh(self, model: Model) -> YearModel:
        return YearModel(self.bench, Model(model.parts))

    def served(self, size: Callable[[PlanModel], Sizing]) -> tuple[Plan, Plan]:
        """Return a sizing that serves all hours, and its operation (:meth:`LivePlant.served`)."""

        def plain(model: Model) -> Sized:
            found, operating = size(self._fresh(model))
            return found.years[0], operating(self.price)

        sized, year, _ = self.bench.plant.served(self.bench.system, plain)
        return one_year(sized, self.price), one_year(priced(year, self.price), self.price)

    def all_hours(self, objective: ObjectiveAt) -> Plan:
        """Return the plan sized on all its hours at once."""
        found = self.bench.plant.size_all_hours(self.bench.system, objective(self.price))
        return one_year(priced(found, self.price), self.price)

    def operated(self, sizes: Plan, objective: ObjectiveAt) -> Plan:
        """Return the operation of a plan of given sizes that serves all demand."""
        own = sizes.years[0].capacities
        year = self.bench.plant.dispatch_all(self.bench.system, objective(self.price), own)
        return one_year(priced(year, self.price), self.price)

    def appraised(self, plan: Plan, name: str) -> Outcome:
        """Return the case as it stands with a plan, appraised like a run."""
        solved = self.bench.solved_with(self.bench.case, plan.years[0], "redispatched")
        return appraised_plan(self.bench, solved, name)


def appraised_plan(bench: Bench, solved: Solved, name: str) -> Outcome:
    """Return the outcome of the case as it stands with another plan."""
    figures = figures_of(bench.appraise(bench.case, solved).tables["kpis"], solved)
    bau, value = ({k: pair[side] for k, pair in figures.items()} for side in (0, 1))
    return Outcome(Point(name, {}), solved.how, solved.status, bau, value)


def best_for(model: PlanModel, goal: Goal) -> tuple[Plan, Mapping[str, float], ObjectiveAt]:
    """Return the plan best for a goal, its caps, and what its operation is for (:mod:`..sizing.goal_sizing`).

    Raises
    ------
    InfeasibleError
        Demand cannot be served within the limits.
    """
    cheapest = model.solve(least_cost)
    if goal.criterion == "cost":
        return cheapest, {}, least_cost
    cost, value = cheapest.value("cost"), cheapest.value(goal.criterion)
    if is_none(value):
        return cheapest, {}, least_cost
    _, caps = capped_weights(goal, cost, value)

    def within(price: float) -> Objective:
        weights, _ = capped_weights(replace(goal, carbon_price_per_t=price), cost, value)
        return Objective(weights, caps, carbon_price_per_t=price)

    found = model.solve(within)
    worth = found.cap_prices.get("cost", 0.0) + cheaper(cost, value)
    return found, caps, partial(operation, (goal.criterion, "cost"), worth)


def one_year(solution: Solution, carbon_price_per_t: float) -> Plan:
    """Return a plan of one year."""
    return Plan((solution,), carbon_prices=(carbon_price_per_t,), cap_prices=solution.cap_prices)
