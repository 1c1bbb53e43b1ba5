"""What to finance first: the abatement-cost curve, and the best set of projects within a grant budget."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from edsim.core.errors import DataError, Finding

if TYPE_CHECKING:
    import pandas as pd

Goal = Literal["ghg", "npv"]
_NEGLIGIBLE = 1e-9
"""Smaller shares of the largest gain, or of the budget, are beyond the tolerance of the solver."""


def abatement_curve(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the runs that avoid GHG in the order of what a ton costs.

    Abatement cost = -NPV against BAU without the carbon price / tCO2e avoided over the horizon, undiscounted tons of
    all gases: with the price in it a ton would seem the cheaper the more it is worth. It is the indicator
    ``abatement_cost`` of the run. Its tons are not those of the totals: ``ghg_avoided_t`` is of the Kyoto basket only,
    and counts what leaks, is filled and is scrapped in its own year.

    Parameters
    ----------
    frame
        Measures table.

    Returns
    -------
    DataFrame
        ``run, case, city, sector, all_gases_avoided_t, npv, cost_per_t, cumulative_t``.
    """
    usable = frame.dropna(subset=["npv", "all_gases_avoided_t"])
    rows = usable[usable["all_gases_avoided_t"] > 0.0]
    rows = rows.assign(cost_per_t=cost_of_a_ton(rows))
    rows = rows.sort_values(["cost_per_t", "run"], ignore_index=True)
    rows = rows.assign(cumulative_t=rows["all_gases_avoided_t"].cumsum())
    return rows[["run", "case", "city", "sector", "all_gases_avoided_t", "npv", "cost_per_t", "cumulative_t"]]


def cost_of_a_ton(frame: pd.DataFrame) -> pd.Series[float]:
    """Return -NPV without the carbon price over tons avoided, all gases; NaN where no ton is avoided."""
    tons = frame["all_gases_avoided_t"]
    return -(frame["npv"] - frame["carbon_saved"]) / tons.where(tons > 0.0)


def grants(frame: pd.DataFrame, share_frac: float | None = None) -> npt.NDArray[np.float64]:
    """Return the grant each run needs.

    Parameters
    ----------
    frame
        Measures table.
    share_frac
        Share of the investment above BAU that a grant pays; None pays the viability gap, max(0, -NPV): what
        makes the project as cheap as BAU over the horizon.
    """
    if share_frac is None:
        gap: npt.NDArray[np.float64] = np.maximum(0.0, -frame["npv"].to_numpy(np.float64))
        return gap
    share: npt.NDArray[np.float64] = share_frac * np.maximum(0.0, frame["extra_investment"].to_numpy(np.float64))
    return share


@dataclass(frozen=True, slots=True)
class Selection:
    """The projects that a budget buys.

    Attributes
    ----------
    rows
        ``run, case, city, sector, variant, chosen, grant, gain``.
    budget, spent
        In the currency of the sums.
    gain
        Sum of tCO2e or NPV of the chosen.
    bound
        No selection within the budget gains more (proven by the solver).
    goal
        What was maximized.
    """

    rows: pd.DataFrame
    budget: float
    spent: float
    gain: float
    bound: float
    goal: Goal = "ghg"


def choose_within(frame: pd.DataFrame, budget: float, goal: Goal = "ghg", share_frac: float | None = None) -> Selection:
    """Return the set of projects with the largest gain whose grants fit into a budget.

    ``max Σ gain_i x_i  s.t.  Σ grant_i x_i <= budget,  Σ_{i of a run} x_i <= 1,  x_i in {0, 1}``: a knapsack with
    alternatives, solved exactly.

    Parameters
    ----------
    frame
        Measures of runs; several rows of one run are its variants, of which at most one is taken.
    budget
        Grant money, in the currency of the sums.
    goal
        ``ghg``: tCO2e avoided over the horizon; ``npv``: net present value of the project, the grant counted in.
    share_frac
        As in :func:`grants`.

    Raises
    ------
    DataError
        E584 the budget is not a number of at least 0, or the share is not within 0–1.
    SolverError
        The solver found no answer.
    """
    if not (math.isfinite(budget) and budget >= 0.0) or not (share_frac is None or 0.0 <= share_frac <= 1.0):
        got = f"budget {budget}, share {share_frac}"
        allowed = "a budget of at least 0, a share from 0 to 1"
        raise DataError.of([Finding("E584", "the budget is not usable", field="--budget", got=got, allowed=allowed)])
    usable = frame.dropna(subset=["npv", "ghg_avoided_t", "extra_investment"]).reset_index(drop=True)
    need = grants(usable, share_frac)
    column = "ghg_avoided_t" if goal == "ghg" else "npv"
    gain = usable[column].to_numpy(np.float64) + (need if goal == "npv" else 0.0)
    taken, bound = _knapsack(gain, need, budget, usable["run"].tolist())
    labels = usable[["run", "case", "city", "sector", "variant"]]
    rows = labels.assign(chosen=taken, grant=need, gain=gain)
    return Selection(
        rows=rows, budget=budget, spent=float(need[taken].sum()), gain=float(gain[taken].sum()), bound=bound, goal=goal
    )


def _knapsack(
    gain: npt.NDArray[np.float64], cost: npt.NDArray[np.float64], budget: float, groups: list[str]
) -> tuple[npt.NDArray[np.bool_], float]:
    """Return which items to take, and an upper bound of the gain."""
    from edsim.lp.highs import solve_arrays
    from edsim.lp.options import SolverOptions

    useful = np.flatnonzero((gain > _NEGLIGIBLE * max(float(gain.max(initial=0.0)), 0.0)) & (cost <= budget))
    taken = np.zeros(len(gain), dtype=np.bool_)
    if not len(useful):
        return taken, 0.0
    scale, unit = float(gain[useful].max()), max(budget, float(cost[useful].max()), 1e-9)
    weight = np.where(cost[useful] > _NEGLIGIBLE * unit, cost[useful], 0.0) / unit
    program = _program(-gain[useful] / scale, weight, budget / unit, [groups[i] for i in useful])
    result = solve_arrays(program, SolverOptions(mip_gap_frac=1e-9))
    taken[useful[result.values() > 0.5]] = True
    bound = float(gain[taken].sum()) if result.bound is None else -float(result.bound) * scale
    return taken, bound


def _program(cost: npt.NDArray[np.float64], weight: npt.NDArray[np.float64], limit: float, groups: list[str]) -> Any:
    """Return the knapsack: one row for the budget, one for each run with several items."""
    from edsim.lp.matrix import INF, CompiledLP

    members: dict[str, list[int]] = {}
    for i, group in enumerate(groups):
        members.setdefault(group, []).append(i)
    several = [np.array(m) for m in members.values() if len(m) > 1]
    heavy = np.flatnonzero(weight)
    rows = [heavy, *several]
    data = np.concatenate([weight[heavy], *(np.ones(len(m)) for m in several)])
    pointers = np.cumsum([0, *(len(r) for r in rows)])
    upper = np.array([limit, *(1.0 for _ in several)])
    ones = np.ones(len(cost))
    matrix = (pointers, np.concatenate(rows), data)
    return CompiledLP.from_arrays(matrix, (-INF, upper), (0.0, ones), cost, integrality=ones)
