"""Plans of a district that grows: sizes of all milestones from one joint program, each operated on its hours.

The networks, and with ``cost_by_size`` the investments, are those of the case as it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal

import numpy as np

from edsim.case.milestones import span_worth
from edsim.core.timegrid import full_year
from edsim.lp import SolverOptions
from edsim.optimization.growth.joint_model import JointModel, ObjectiveAt, joint_model
from edsim.optimization.growth.plan import Plan as YearModels
from edsim.optimization.growth.plan import plan_of
from edsim.optimization.model.criteria import least_cost
from edsim.optimization.model.model import Model
from edsim.optimization.sizing.aggregate import choose_days, next_days, peak_days
from edsim.optimization.sizing.certify import Design, DesignOptions, exact_options, has_stores, unserved
from edsim.optimization.sizing.goal_sizing import priced
from edsim.optimization.sizing.goals import Goal
from edsim.optimization.sizing.proof import plan_certificate, tolerated_kwh
from edsim.optimization.sizing.reach import Ends, searched_farther
from edsim.optimization.system import System
from edsim.optimization.types import Solution
from edsim.results.variant import PhaseRun, grown, variant_run
from edsim.studies.bench import Solved, sent_state
from edsim.studies.phased_bench import PhasedBench
from edsim.studies.plans import Plan, PlanModel, Size, Sizing, appraised_plan
from edsim.studies.plant import too_small
from edsim.studies.results import Outcome
from edsim.studies.whole_units import refuse_whole
from edsim.studies.workbench import system_of
from edsim.workflow import goal_of

_ROUNDS = 4
Days = tuple[frozenset[int], ...]
"""Days of every milestone that join its typical days."""


@dataclass(frozen=True, slots=True)
class JointDays:
    """Typical days of all milestones (:class:`edsim.studies.plans.PlanModel`)."""

    model: JointModel
    made: Callable[[tuple[Solution, ...]], Plan]
    names: tuple[str, ...]

    def solve(self, objective: ObjectiveAt, size_weights: Mapping[Size, float] | None = None) -> Plan:
        """Return the plan best for an objective, with weights on its sizes besides."""
        at = {name: k for k, name in enumerate(self.names)}
        weights = {(at[name], (t, s)): w for (t, s, name), w in (size_weights or {}).items()}
        years, prices = self.model.solve(objective, weights)
        minimized = float(self.model.share @ np.array([y.objective for y in years]))
        return replace(self.made(years), cap_prices=prices, minimized=minimized)


@dataclass(slots=True)
class GrowingDesk:
    """Plans of a district that grows (:class:`edsim.studies.plans.PlanDesk`).

    Attributes
    ----------
    bench
        The prepared case.
    days
        Days that joined the typical days of the case as it stands, and do of every plan.
    """

    bench: PhasedBench
    days: Days = ()
    systems: tuple[System, ...] = field(init=False)
    share: tuple[float, ...] = field(init=False)
    carbon_prices: tuple[float, ...] = field(init=False)
    _years: YearModels | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        districts = [stage.run.district for stage in self._stages]
        worth = span_worth(self.bench.case)
        self.systems = tuple(system_of(d) for d in districts)
        self.share = tuple(float(w) for w in worth / worth.sum())
        self.carbon_prices = tuple(d.case.emissions.carbon_price_per_t for d in districts)
        self.days = self.days or tuple(frozenset() for _ in districts)

    def __getstate__(self) -> tuple[None, dict[str, Any]]:
        """Return what a worker is sent: all but the models, which it builds when it needs them."""
        return sent_state(self, {"_years": None})

    @property
    def names(self) -> tuple[str, ...]:
        """Return the calendar years of the milestones."""
        return tuple(str(stage.year) for stage in self._stages)

    @property
    def units(self) -> Mapping[tuple[str, str], str]:
        """Return (technology, size) -> unit."""
        return {(t.id, s.name): s.unit for t in self.systems[0].technologies for s in t.sizes}

    @property
    def _stages(self) -> Sequence[PhaseRun]:
        return self.bench.base.runs[1].phases

    def refuse_whole(self) -> None:
        """Refuse a plant with whole units.

        Raises
        ------
        CaseError
            E549.
        """
        for system in self.systems:
            refuse_whole(system)

    def goal(self) -> Goal:
        """Return the goal of the case."""
        return goal_of(self.bench.case)

    def settled(self) -> GrowingDesk:
        """Return the desk with the days that the plan of least cost leaves short joined for all plans.

        The bounds on sizes without a limit are as far for all plans as they are for that one.
        """
        _, _, self.days, self.systems = self._served(lambda model: (model.solve(least_cost), least_cost))
        return self

    def model(self) -> JointDays:
        """Return the joint model of typical days, begun anew."""
        return self._on_days(self.days, self.systems)

    def served(self, size: Callable[[PlanModel], Sizing]) -> tuple[Plan, Plan]:
        """Return a sizing that serves all hours, and its operation.

        Raises
        ------
        InfeasibleError
            E559 a day is still short after some rounds; or `size` finds nothing.
        """
        return self._served(size)[:2]

    def all_hours(self, objective: ObjectiveAt) -> Plan:
        """Return the plan sized on all hours of all milestones at once."""
        method: Literal["steps", "simplex"] = "steps" if any(map(has_stores, self.systems)) else "simplex"
        options = SolverOptions(time_limit_s=self._options.time_limit_s, method=method)
        grids = [full_year()] * len(self.systems)

        def solve(systems: Sequence[System]) -> tuple[Plan, None]:
            model = joint_model(systems, grids, np.array(self.share), self.carbon_prices, options)
            return JointDays(model, self._made, self.names).solve(objective), None

        return searched_farther(self.systems, solve, _ends_of)[0]

    def operated(self, sizes: Plan, objective: ObjectiveAt) -> Plan:
        """Return the operation of a plan of given sizes that serves all demand.

        Raises
        ------
        InfeasibleError
            E559 the plant is too small.
        """
        found = self._dispatched(sizes, objective, self.systems)
        short = float(sum(unserved(s).sum() for s in found.years))
        if short > sum(map(tolerated_kwh, self.systems)):
            raise too_small(short)
        return found

    def appraised(self, plan: Plan, name: str) -> Outcome:
        """Return the case as it stands with a plan, appraised like a run."""
        goals = [least_cost(price) for price in self.carbon_prices]
        cost = plan.value("cost")
        proof = plan_certificate(plan.years, (cost, None), self._options.target_gap_frac, goals)
        phases = []
        for stage, solution in zip(self._stages, plan.years, strict=True):
            was = stage.run
            design = Design(solution, proof, ())
            run = variant_run(was.name, was.district, was.conditions, design, was.individual)
            phases.append(replace(stage, run=run))
        solved = Solved((self.bench.base.runs[0], grown(phases)), "redispatched", "plant", proof.status)
        return appraised_plan(self.bench, solved, name)

    @property
    def _options(self) -> DesignOptions:
        settings = self.bench.case.settings
        return DesignOptions("screening", settings.typical_days, settings.target_gap_frac, settings.time_limit_s)

    def _on_days(self, days: Days, systems: Sequence[System]) -> JointDays:
        grids = [choose_days(s, self._options.typical_days, d) for s, d in zip(systems, days, strict=True)]
        options = SolverOptions(time_limit_s=self._options.time_limit_s)
        model = joint_model(systems, grids, np.array(self.share), self.carbon_prices, options)
        return JointDays(model, self._made, self.names)

    def _sized(
        self, size: Callable[[PlanModel], Sizing], days: Days, systems: tuple[System, ...]
    ) -> tuple[Sizing, tuple[System, ...]]:
        """Return what is sized, and the systems with the bounds on sizes without a limit as far as it needs them."""

        def solve(now: Sequence[System]) -> tuple[Plan, tuple[ObjectiveAt, tuple[System, ...]]]:
            sized, operating = size(self._on_days(days, now))
            return sized, (operating, tuple(now))

        sized, (operating, far) = searched_farther(systems, solve, _ends_of)
        return (sized, operating), far

    def _served(self, size: Callable[[PlanModel], Sizing]) -> tuple[Plan, Plan, Days, tuple[System, ...]]:
        extra, shown = [set(d) for d in self.days], [set(peak_days(s)) for s in self.systems]
        systems = self.systems
        for _ in range(_ROUNDS):
            days = tuple(map(frozenset, extra))
            (sized, operating), systems = self._sized(size, days, systems)
            found = self._dispatched(sized, operating, systems)
            short = [unserved(s) for s in found.years]
            fails = [float(s.sum()) > tolerated_kwh(system) for s, system in zip(short, self.systems, strict=True)]
            if not any(fails):
                return sized, found, days, systems
            for k in np.flatnonzero(fails):
                extra[k].update(next_days(short[k], shown[k] | extra[k]))
        raise too_small(float(sum(s.sum() for s in short)))

    def _dispatched(self, sizes: Plan, objective: ObjectiveAt, systems: tuple[System, ...]) -> Plan:
        """Return the operation of every milestone with its sizes; demand they cannot serve stays unserved."""
        if self._years is None or self._years.systems[0].reach_factor != systems[0].reach_factor:
            self._years = plan_of(dict(zip(self.names, systems, strict=True)), np.array(self.share))
        solve = partial(Model.solve, allow_unserved=True)
        each = zip(self._years.years, sizes.years, self.carbon_prices, strict=True)
        return self._made(
            tuple(
                solve(Model(year.parts), objective(price), capacities=own.capacities,
                      options=exact_options(year.system, self._options))
                for year, own, price in each
            )
        )  # fmt: skip

    def _made(self, years: tuple[Solution, ...]) -> Plan:
        own = tuple(priced(s, price) for s, price in zip(years, self.carbon_prices, strict=True))
        return Plan(own, self.share, self.carbon_prices, self.names)


def _ends_of(found: tuple[Plan, object]) -> Ends:
    """Return what was minimized in a plan, and the sizes of every milestone."""
    plan, _ = found
    return plan.minimized, [year.capacities for year in plan.years]
