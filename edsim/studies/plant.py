"""A plant that is solved many times: its two models stay alive, and only what changed is handed to the solver.

Sizing runs on the typical days of the base case and the days its first design left short, dispatch on all 8760 hours.
Sizes without a limit are searched as far as in a run (:mod:`edsim.optimization.sizing.reach`), for every alternative at
least as far as for the base case. What a change needs is decided by comparing prepared arrays and compiled programs
(:meth:`edsim.optimization.model.model.Model.update`), not by the name of the field: other prices write only the costs
anew, other bounds or demands keep the matrix, anything else is built again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from edsim.core.errors import Finding, InfeasibleError
from edsim.core.timegrid import TimeGrid, full_year
from edsim.lp import CompiledLP, LPResult, SolverOptions
from edsim.optimization.model.criteria import least_cost, value_of
from edsim.optimization.model.model import Model, build
from edsim.optimization.model.peaks import with_settled_peaks, with_true_peak
from edsim.optimization.sizing.aggregate import choose_days, next_days, peak_days
from edsim.optimization.sizing.certify import has_stores, unserved
from edsim.optimization.sizing.goal_sizing import capped_weights, priced, size_for
from edsim.optimization.sizing.goals import Goal
from edsim.optimization.sizing.proof import tolerated_kwh
from edsim.optimization.sizing.reach import searched_farther
from edsim.optimization.system import System
from edsim.optimization.types import Objective, Solution
from edsim.studies.bench import sent_state

Change = Literal["none", "costs", "bounds", "rebuilt"]
Sized = tuple[Solution, Objective]
"""Sizes found on a sizing model, and the objective of the dispatch with them."""
_ROUNDS = 4
_CAP_ROUNDS = 5
"""How often the share above the least cost that may be spent on typical days is corrected by the cost of the year."""
_CAP_TOLERANCE_FRAC = 0.01
"""The cap on the cost of the year is used up, and not exceeded by more, than this share of what may be spent."""


@dataclass(slots=True)
class LivePlant:
    """The sizing model and the full-year model of one plant.

    Attributes
    ----------
    system
        The system the models were last set to.
    typical_days, time_limit_s
        Settings of the case.
    """

    system: System
    typical_days: int
    time_limit_s: float
    grid: TimeGrid = field(init=False)
    _sizing: Model | None = field(default=None, repr=False)
    _year: Model | None = field(default=None, repr=False)
    _last: LPResult | None = field(default=None, repr=False)
    _joined: frozenset[int] = field(default=frozenset(), repr=False)
    _is_based: bool = field(default=False, repr=False)
    _allowed_frac: float | None = field(default=None, repr=False)
    _reach_factor: float = field(default=1.0, repr=False)

    def __post_init__(self) -> None:
        self.grid = choose_days(self.system, self.typical_days)

    def __getstate__(self) -> tuple[None, dict[str, Any]]:
        """Return what a worker is sent: all but the models, which it builds when it needs them."""
        return sent_state(self, {"_sizing": None, "_year": None, "_last": None})

    def year(self, system: System) -> tuple[Model, Change]:
        """Return the full-year model set to `system`."""
        self._year, change = _set_to(self._year, self._reaching(system), full_year())
        return self._year, change

    def sizing(self, system: System) -> tuple[Model, Change]:
        """Return the typical-day model set to `system`."""
        self._sizing, change = _set_to(self._sizing, self._reaching(system), self.grid)
        return self._sizing, change

    def _reaching(self, system: System) -> System:
        """Return a system with the bounds on sizes without a limit at least as far as the base case needs them."""
        is_enough = system.reach_factor >= self._reach_factor
        return system if is_enough else replace(system, reach_factor=self._reach_factor)

    def optimize(self, system: System, goal: Goal) -> tuple[Solution, Change]:
        """Return sizes and full-year dispatch for `system`, see :meth:`served`.

        Where typical days do not show what the plant needs, it is sized on all 8760 hours at once, as in a run. The cap
        on cost of another goal holds for the 8760 hours: a year seldom costs what its typical days do, so that the
        share that may be spent on them is corrected until the year costs what is allowed.

        Raises
        ------
        InfeasibleError
            No design serves the demand.
        """
        year, change = self._least_cost_year(system, goal)
        if goal.criterion != "cost":
            year = self._within_cap(system, goal, year)
        self._is_based = True
        return priced(year, goal.carbon_price_per_t), change

    def on_days(self, goal: Goal) -> Goal:
        """Return the goal as it is posed on typical days: with the share above least cost that was right for the base.

        With it typical days lead to the plant that uses up the cap of `goal` over the 8760 hours.
        """
        return goal if self._allowed_frac is None else replace(goal, cost_cap_frac=self._allowed_frac)

    def _within_cap(self, system: System, goal: Goal, cheapest: Solution) -> Solution:
        """Return the plant best for `goal` among those tried that keep its cap on the cost of the year."""
        price = goal.carbon_price_per_t
        least = value_of(cheapest, "cost", price)
        spare, share = goal.cost_cap_frac * abs(least), self.on_days(goal).cost_cap_frac
        best, last = cheapest, self._last
        before: tuple[float, float] | None = None
        rise = abs(least)  # of the cost of the year with the share on typical days
        for _ in range(_CAP_ROUNDS):
            year = self._on_days(system, replace(goal, cost_cap_frac=share))
            if year is None:  # typical days do not show what the plant needs, nor what it costs
                year = self._capped(system, goal, cheapest)
                if value_of(year, goal.criterion, price) < value_of(best, goal.criterion, price):
                    best, last = year, self._last
                break
            spent = value_of(year, "cost", price) - least
            kept = spent <= (1.0 + _CAP_TOLERANCE_FRAC) * spare
            if kept and value_of(year, goal.criterion, price) < value_of(best, goal.criterion, price):
                best, last = year, self._last
                if not self._is_based:
                    self._allowed_frac = share
            if not share or abs(spare - spent) <= _CAP_TOLERANCE_FRAC * spare:
                break
            if before is not None and share != before[0]:
                rise = float(np.clip((spent - before[1]) / (share - before[0]), 0.25 * abs(least), 4.0 * abs(least)))
            before = share, spent
            share = max(share + (spare - spent) / max(rise, 1.0), 0.0)
        self._last = last
        return best

    def _least_cost_year(self, system: System, goal: Goal) -> tuple[Solution, Change]:
        """Return the year of the plant of least cost, and what changed."""
        least = least_cost(goal.carbon_price_per_t)
        found = False

        def size(model: Model) -> Sized:
            nonlocal found
            sized = Model(model.parts).solve(least, options=self.solver)  # anew: no figure hangs on those before
            found = True
            return sized, least

        try:
            _, year, change = self._served(system, size)
        except InfeasibleError:
            if not found:
                raise
            return self.size_all_hours(system, least), "rebuilt"
        return year, change

    def _on_days(self, system: System, goal: Goal) -> Solution | None:
        """Return the year of the plant sized for `goal` on typical days, None where no such sizes serve the year."""
        sized = False

        def size(model: Model) -> Sized:
            nonlocal sized
            found = size_for(Model(model.parts), goal, self.solver)
            sized = True
            return found.solution, found.operating

        try:
            return self._served(system, size)[1]
        except InfeasibleError:
            if not sized:
                raise
            return None

    def _capped(self, system: System, goal: Goal, cheapest: Solution) -> Solution:
        """Return the plant best for `goal` on all 8760 hours at once, its cap a row of the program.

        The price that the cap has on typical days is not that of the year: with it a plant costs more or less than is
        allowed.
        """
        price = goal.carbon_price_per_t
        cost, value = value_of(cheapest, "cost", price), value_of(cheapest, goal.criterion, price)
        weights, caps = capped_weights(goal, cost, value)
        return self._sized_year(system, Objective(weights, caps, carbon_price_per_t=price), "steps")

    def served(self, system: System, size: Callable[[Model], Sized]) -> tuple[Solution, Solution, Change]:
        """Return a sizing that serves the year, its dispatch, and what the sizing model needed.

        Days left short join the typical days: of the first call, for the base case, for all that follow; of later
        ones, for that call only, so that no alternative depends on those before it.

        Parameters
        ----------
        system
            The plant.
        size
            Returns the sizes found on a sizing model, and the objective of their operation.

        Raises
        ------
        InfeasibleError
            E559 a day is still short after some rounds; or `size` finds nothing.
        """
        found = self._served(system, size)
        self._is_based = True
        return found

    def _served(self, system: System, size: Callable[[Model], Sized]) -> tuple[Solution, Solution, Change]:
        """Return what :meth:`served` does; days that join stay as long as the base case has no design."""
        model, change = self.sizing(system)
        extra, shown = set(self._joined), set(peak_days(system))
        for _ in range(_ROUNDS):
            (sized, operating), model = _sized_on(model, size)
            found = self.dispatch(model.system, operating, sized.capacities)
            short = unserved(found)
            if float(short.sum()) <= tolerated_kwh(system):
                if not self._is_based and (extra or model is not self._sizing):
                    self.grid, self._sizing, self._joined = model.grid, model, frozenset(extra)
                    self._reach_factor = model.system.reach_factor
                return sized, found, change
            extra.update(next_days(short, shown | extra))
            model, change = build(model.system, choose_days(system, self.typical_days, extra)), "rebuilt"
        raise too_small(float(short.sum()))

    def operate(self, system: System, goal: Goal, capacities: Mapping[tuple[str, str], float]) -> Solution:
        """Return the year of a plant of given sizes operated for `goal`, all demand served.

        Another criterion than cost is weighed as by the plant sized anew for it.

        Raises
        ------
        InfeasibleError
            E559 the plant is too small.
        """
        objective = least_cost(goal.carbon_price_per_t)
        if goal.criterion != "cost":
            model, _ = self.sizing(system)
            objective = size_for(Model(model.parts), self.on_days(goal), self.solver).operating
        return priced(self.dispatch_all(system, objective, capacities), goal.carbon_price_per_t)

    def dispatch(self, system: System, objective: Objective, capacities: Mapping[tuple[str, str], float]) -> Solution:
        """Return the year of a plant of given sizes; demand it cannot serve stays unserved."""
        return self._solve_year(system, objective, capacities)

    def size_all_hours(self, system: System, objective: Objective) -> Solution:
        """Return sizes and operation found on all 8760 hours at once: for plants that typical days do not show.

        Raises
        ------
        InfeasibleError
            No design serves the demand.
        """
        return self._sized_year(system, objective)

    def _sized_year(self, system: System, objective: Objective, method: Literal["steps"] | None = None) -> Solution:
        def solve(systems: Sequence[System]) -> tuple[Solution, LPResult | None, System]:
            found = self._solve_year(systems[0], objective, None, method)
            return found, self._last, systems[0]

        found, self._last, far = searched_farther(
            [self._reaching(system)], solve, lambda f: (f[0].objective, [f[0].capacities])
        )
        if not self._is_based:
            self._reach_factor = far.reach_factor
        self.year(far)
        return found

    def _solve_year(
        self,
        system: System,
        objective: Objective,
        capacities: Mapping[tuple[str, str], float] | None,
        method: Literal["steps", "simplex"] | None = None,
    ) -> Solution:
        model, _ = self.year(system)
        fresh = Model(model.parts)  # sizes move every step: a start from the last basis takes longer than a cold one
        method = method or ("steps" if has_stores(system) else "simplex")
        options = SolverOptions(time_limit_s=self.time_limit_s, method=method)
        found = fresh.solve(objective, capacities=capacities, allow_unserved=capacities is not None, options=options)
        self._last = fresh.last_result
        return found

    def dispatch_all(
        self, system: System, objective: Objective, capacities: Mapping[tuple[str, str], float]
    ) -> Solution:
        """Return the year of a plant of given sizes that serves all demand.

        Raises
        ------
        InfeasibleError
            E559 the plant is too small.
        """
        found = self.dispatch(system, objective, capacities)
        short = float(unserved(found).sum())
        if short > tolerated_kwh(system):
            raise too_small(short)
        return found

    def reprice(self, system: System, objective: Objective, held: Held) -> Solution | None:
        """Return the held operation at the prices of `system`, None when more than prices changed."""
        model, _ = self.year(system)
        if not _same_program(held.lp, model.lp):
            return None
        ledger = model.ledger.sums(model.lp, held.x)
        accounts: dict[str, float] = {}
        for (account, _, _), value in ledger.items():
            accounts[account] = accounts.get(account, 0.0) + value
        total = sum(objective.weights.get(name, 0.0) * value for name, value in accounts.items())
        return replace(held.solution, accounts=accounts, ledger=ledger, objective=total, marginal_prices={})

    def hold(self, solution: Solution) -> Held:
        """Return the operation just found on the full-year model, to be repriced later.

        Raises
        ------
        ValueError
            No full-year solve came before.
        """
        if self._year is None or self._last is None:
            raise ValueError("hold follows a full-year solve")
        return Held(solution, self._year.lp, _settled(self._year, self._last.values()))

    @property
    def solver(self) -> SolverOptions:
        """Options of a sizing; as in :mod:`edsim.optimization.sizing.certify`."""
        return SolverOptions(time_limit_s=self.time_limit_s, method="auto" if has_stores(self.system) else "simplex")


@dataclass(frozen=True, slots=True)
class Held:
    """A year of operation that stays as it is while prices change: solution, program and its point."""

    solution: Solution
    lp: CompiledLP
    x: np.ndarray


def _settled(model: Model, x: np.ndarray) -> np.ndarray:
    """Return the point of a full-year model with every billed and yearly peak at what its imports show."""
    parts = (model.pyomo, model.contexts, model.lp)
    return with_true_peak(*parts, with_settled_peaks(*parts, x))


def _sized_on(model: Model, size: Callable[[Model], Sized]) -> tuple[Sized, Model]:
    """Return what is sized on a model, or on its like with farther bounds where one of them limits a size."""

    def solve(systems: Sequence[System]) -> tuple[Sized, Model]:
        now = model if systems[0] is model.system else build(systems[0], model.grid)
        return size(now), now

    return searched_farther([model.system], solve, lambda f: (f[0][0].objective, [f[0][0].capacities]))


def _set_to(model: Model | None, system: System, grid: TimeGrid) -> tuple[Model, Change]:
    """Return a model of `system` and what had to change for it."""
    if model is None:
        return build(system, grid), "rebuilt"
    if model.system is system:
        return model, "none"
    before = model.lp
    if not model.update(system):
        return model, "rebuilt"
    return model, "costs" if model.lp is before else "bounds"


def _same_program(old: CompiledLP, new: CompiledLP) -> bool:
    """Return whether two programs differ in nothing but costs."""
    arrays = ("indptr", "indices", "data", "col_lower", "col_upper", "row_lower", "row_upper")
    return old is new or (
        old.num_cols == new.num_cols and all(np.array_equal(getattr(old, a), getattr(new, a)) for a in arrays)
    )


def too_small(kwh: float) -> InfeasibleError:
    """Return the error of a plant that leaves demand unserved, kWh a year."""
    what = "the plant leaves demand unserved in this alternative"
    hint = "let the study size the plant anew, or raise settings.typical_days"
    return InfeasibleError.of([Finding("E559", what, got=f"{kwh:,.0f} kWh a year", allowed="0", hint=hint)])
