"""Sizes of one plant on typical days, found again and again as its prices change.

The typical days are chosen once. A district that does not grow keeps one live model
(:meth:`edsim.optimization.model.model.Model.update`): other prices are a new cost vector and a warm solve. Milestones
are sized together (:mod:`edsim.optimization.growth.milestones`), for another goal than cost by a screening of the whole
plan. Running units and sites are relaxed: what is wanted are sizes, not a plan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from edsim.core.timegrid import TimeGrid
from edsim.lp import SolverOptions
from edsim.network.district import District
from edsim.optimization.growth.milestones import Milestone, size_milestones
from edsim.optimization.model.criteria import least_cost
from edsim.optimization.model.model import Model, build
from edsim.optimization.sizing.aggregate import choose_days
from edsim.optimization.sizing.certify import DesignOptions, has_stores
from edsim.optimization.sizing.goal_sizing import size_for
from edsim.optimization.sizing.goals import Goal, design_milestones_for
from edsim.optimization.sizing.reach import Ends, searched_farther, sized_farther
from edsim.optimization.sizing.size_costs import Sizes, settle_costs
from edsim.optimization.system import System
from edsim.optimization.types import Solution

Array = NDArray[np.float64]


@dataclass(slots=True)
class TypicalSizes:
    """The sizing models of a plant, one system for every milestone.

    Attributes
    ----------
    goals, worth
        What every milestone is designed for, and the present value of the years it stands for.
    options
        Typical days and limit of a solve.
    """

    goals: Sequence[Goal]
    worth: Array
    options: DesignOptions
    _model: Model | None = field(default=None, repr=False)
    _grids: tuple[TimeGrid, ...] = field(default=(), repr=False)

    def of(self, systems: Mapping[str, System]) -> list[Sizes]:
        """Return the sizes of every milestone; the structure of the systems is that of the first call.

        Raises
        ------
        InfeasibleError
            Demand cannot be served within the limits.
        SolverError
            A solve ended without a usable result.
        """
        if not self._grids:
            self._grids = tuple(choose_days(s, self.options.typical_days) for s in systems.values())
        if len(systems) == 1:
            return [sized_farther(next(iter(systems.values())), self._alone).capacities]
        if self.goals[0].criterion != "cost":
            quick = replace(self.options, mode="screening")
            plans = design_milestones_for(systems, self.worth, self.goals, quick)
            return [d.solution.capacities for d in plans]
        found = searched_farther(list(systems.values()), self._together, self._ends_of)
        return [s.capacities for s in found]

    def _together(self, systems: Sequence[System]) -> Sequence[Solution]:
        steps = [Milestone(k, s, g) for k, (s, g) in enumerate(zip(systems, self._grids, strict=True))]
        least = [least_cost(g.carbon_price_per_t) for g in self.goals]
        limit = SolverOptions(time_limit_s=self.options.time_limit_s)
        return size_milestones(steps, self.worth / self.worth.sum(), least, limit).solutions

    def _ends_of(self, found: Sequence[Solution]) -> Ends:
        share = self.worth / self.worth.sum()
        return float(share @ np.array([s.objective for s in found])), [s.capacities for s in found]

    def _alone(self, system: System) -> Solution:
        if self._model is None:
            self._model = build(system, self._grids[0])
        else:
            self._model.update(system)
        method: Literal["auto", "simplex"] = "auto" if has_stores(system) else "simplex"
        limit = SolverOptions(time_limit_s=self.options.time_limit_s, method=method)
        return size_for(self._model, self.goals[0], limit).solution


def at_costs_of_sizes(
    districts: Sequence[District],
    system_of: Callable[[District], System],
    sizes: TypicalSizes,
    progress: Callable[[str], None],
) -> tuple[District, ...]:
    """Return the districts with the default investments of the sizes that typical days lead to.

    Where typical days find no plant they are left as they are: the design on all hours says why, and so do the notes
    on costs (:mod:`edsim.results.size_costs`).

    Parameters
    ----------
    districts
        District of every milestone, one where the district does not grow.
    system_of
        District → what is sized.
    sizes
        Sizes the plant for the goal of the case.
    progress
        Called with one line per pass.
    """

    def size(now: Sequence[District]) -> list[Sizes]:
        return sizes.of({str(k): system_of(d) for k, d in enumerate(now)})

    return settle_costs(districts, size, progress)
