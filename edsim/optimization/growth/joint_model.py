"""The joint program of several milestones, solved many times: other objectives, caps on criteria, weights on sizes.

Cost and criterion are the means over the study, each milestone weighed with the present value of the years it stands
for; so is a cap. Solves follow each other in one live session, as those of a model of one year do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import InfeasibleError
from edsim.core.timegrid import TimeGrid
from edsim.lp import HighsSession, SolverOptions
from edsim.optimization.growth.joint_program import joint_program, with_common_limits
from edsim.optimization.growth.milestones import SizeKey, not_served, share_of
from edsim.optimization.model.caps import CapRow, HeldCaps, cap_finding
from edsim.optimization.model.compose import Parts, compose
from edsim.optimization.model.criteria import criterion_weights
from edsim.optimization.model.readout import read_solution
from edsim.optimization.system import System
from edsim.optimization.types import Objective, Solution

Array = NDArray[np.float64]
ObjectiveAt = Callable[[float], Objective]
"""An objective at a carbon price, currency per tCO2e, which may differ from milestone to milestone."""
SizeWeights = Mapping[tuple[int, SizeKey], float]
"""(milestone, size) -> weight on the installed size."""


@dataclass(slots=True)
class JointModel:
    """Milestones that are sized together, on the steps of one grid each.

    Attributes
    ----------
    parts
        Composed model of every milestone, with the sizes of all limited alike.
    share : (m,)
        Share of each in the objective; they add up to 1.
    carbon_prices
        Of each milestone, currency per tCO2e.
    options
        Of the solver.
    """

    parts: Sequence[Parts]
    share: Array
    carbon_prices: Sequence[float]
    options: SolverOptions
    _session: HighsSession = field(init=False, repr=False)
    _caps: HeldCaps = field(init=False, repr=False)
    _starts: NDArray[np.int64] = field(init=False, repr=False)
    _rows: NDArray[np.int64] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        programs = [replace(p.lp, col_upper=p.served()) for p in self.parts]
        self._starts = np.cumsum([0, *(p.lp.num_cols for p in self.parts)])
        self._rows = np.cumsum([0, *(p.lp.num_rows for p in self.parts)])
        self._session = HighsSession(joint_program(self.parts, programs), self.options)
        self._caps = HeldCaps(self._session)

    def solve(
        self, objective: ObjectiveAt, size_weights: SizeWeights | None = None
    ) -> tuple[tuple[Solution, ...], Mapping[str, float]]:
        """Return the solution of every milestone, and criterion -> fall of the objective per unit its cap is raised.

        Parameters
        ----------
        objective
            What is minimized; its caps hold for the mean over the study.
        size_weights
            Weights on sizes besides.

        Raises
        ------
        InfeasibleError
            E511 the demand of a milestone cannot be served; E510 not below the caps.
        SolverError
            The solver ended without a usable result.
        """
        goals = [objective(price) for price in self.carbon_prices]
        costs = [p.ledger.cost(p.lp, goal.weights) for p, goal in zip(self.parts, goals, strict=True)]
        cost = np.concatenate([w * c for w, (c, _) in zip(self.share, costs, strict=True)])
        columns = [p.size_columns() for p in self.parts]
        for (k, size), weight in (size_weights or {}).items():
            cost[self._starts[k] + columns[k][size]] += weight
        rows = [self._row(criterion, cap) for criterion, cap in goals[0].caps.items()]
        self._session.set_cost(cost)
        self._caps.hold(rows)
        result = self._session.solve()
        if result.status == "infeasible":
            raise self._unmet(goals[0].caps)
        result.values()
        found = [
            share_of(result, (int(self._starts[k]), int(self._rows[k])), p, (costs[k][0], float(self.share[k])))
            for k, p in enumerate(self.parts)
        ]
        read = tuple(read_solution(p, r, c[1], 0.0) for p, r, c in zip(self.parts, found, costs, strict=True))
        return read, self._caps.prices(result.row_dual, rows)

    def _row(self, criterion: str, cap: float) -> CapRow:
        """Return the row that keeps the mean of a criterion below its cap."""
        own = [
            p.ledger.cost(p.lp, criterion_weights(criterion, price))
            for p, price in zip(self.parts, self.carbon_prices, strict=True)
        ]
        constant = float(sum(w * c for w, (_, c) in zip(self.share, own, strict=True)))
        mean = np.concatenate([w * c for w, (c, _) in zip(self.share, own, strict=True)])
        return CapRow(criterion, mean, cap - constant)

    def _unmet(self, caps: Mapping[str, float]) -> InfeasibleError:
        """Return why there is no plan: the first cap, with the lowest its criterion reaches; without caps the demand.

        Raises
        ------
        InfeasibleError
            E511 not even without caps can the demand be served.
        """
        if not caps:
            return InfeasibleError.of([not_served(range(len(self.parts)))])
        criterion, cap = next(iter(caps.items()))

        def lowest(price: float) -> Objective:
            return Objective(criterion_weights(criterion, price))

        solved, _ = self.solve(lowest)
        values = [
            sum(w * s.accounts.get(a, 0.0) for a, w in lowest(price).weights.items())
            for s, price in zip(solved, self.carbon_prices, strict=True)
        ]
        return InfeasibleError.of([cap_finding(criterion, cap, float(self.share @ np.array(values)), {})])


def joint_model(
    systems: Sequence[System],
    grids: Sequence[TimeGrid],
    share: Array,
    carbon_prices: Sequence[float],
    options: SolverOptions,
) -> JointModel:
    """Return the joint model of milestones on their grids.

    Raises
    ------
    InfeasibleError
        A carrier is demanded or used at a node where nothing can supply it.
    ValueError
        The machines differ between milestones.
    """
    parts = with_common_limits([compose(s, g) for s, g in zip(systems, grids, strict=True)])
    return JointModel(parts, share, carbon_prices, options)
