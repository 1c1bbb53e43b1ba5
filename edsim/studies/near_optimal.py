"""The menu around the optimum: how far each machine group can vary while the cost stays close to the best.

For each machine group the smallest and largest size is found under a cap on cost (modeling to generate alternatives;
DeCarolis, Energy Economics 33 (2011), doi:10.1016/j.eneco.2010.05.002; Neumann and Brown, Electric Power Systems
Research 190 (2021), doi:10.1016/j.epsr.2020.106690). All solves share one live typical-day model. Of the designs met on
the way, those farthest apart are dispatched over the year and appraised.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from edsim.optimization.criteria import criterion_weights, value_of
from edsim.optimization.types import Objective, Solution
from edsim.studies.results import StudyResult, indicators_in
from edsim.studies.sweep import about_study
from edsim.studies.tradeoffs import appraised
from edsim.studies.workbench import Workbench

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[str], None]
Size = tuple[str, str]
Verdict = Literal["must-have", "real choice", "avoidable"]
SLACKS = (0.01, 0.02, 0.05)
_MOST_DESIGNS = 5
_DIFFERENT = 0.15
"""Least distance between two designs of the menu: the largest difference of a size over its near-optimal range."""
_NOTHING = 1e-3
"""A size below this share of its largest near-optimal value is nothing."""
_TIE_BREAK = 1e-3


@dataclass(frozen=True, slots=True)
class Range:
    """The near-optimal range of one size.

    Attributes
    ----------
    size
        (technology, size).
    slack
        Share by which the cost may exceed the best.
    low, high
        Smallest and largest size.
    """

    size: Size
    slack: float
    low: float
    high: float


def near_optimal(
    bench: Workbench, slacks: Sequence[float] = SLACKS, progress: Progress = lambda _: None
) -> StudyResult:
    """Return tables ``ranges``, ``verdicts`` (must-have, real choice, avoidable) and ``designs`` (up to five).

    Parameters
    ----------
    bench
        The prepared case.
    slacks
        Shares by which the yearly cost may exceed the best.
    progress
        Called with a line per machine group.
    """
    model, _ = bench.plant.sizing(bench.system)
    options, price = bench.plant.solver, bench.case.emissions.carbon_price_per_t
    best = model.solve(bench.objective(bench.case), options=options)
    cost = value_of(best, "cost", price)
    money = {k: _TIE_BREAK * w / abs(cost) for k, w in criterion_weights("cost", price).items()}
    found: list[Range] = []
    candidates = [best]
    sizes = list(best.capacities)
    for k, size in enumerate(sizes):
        progress(f"machine group {k + 1} of {len(sizes)}: {size[0]}")
        scale = max(abs(best.capacities[size]), 1.0)
        for slack in sorted(slacks):
            caps = {"cost": cost + slack * abs(cost)}
            ends = [
                model.solve(Objective(money, caps, {size: sign / scale}, price), options=options)
                for sign in (1.0, -1.0)
            ]
            found.append(Range(size, slack, max(ends[0].capacities[size], 0.0), ends[1].capacities[size]))
            if slack == max(slacks):
                candidates.append(ends[0])  # the largest size of a group is often mere surplus
    chosen = _far_apart(candidates, [r for r in found if r.slack == max(slacks)])
    about = about_study(bench, "optimized") | {"slacks": list(slacks), "cost": cost, "unit": f"{bench.case.currency}/a"}
    tables = {
        "ranges": _range_table(bench, found, best),
        "verdicts": _verdict_table(bench, found, best),
        "designs": _design_table(bench, chosen, cost),
    }
    return StudyResult("near_optimal", about, tables)


def verdict(widest: Range, in_best: float) -> Verdict:
    """Return what the widest range says: never without it, with or without it, or not even in the best design."""
    nothing = _NOTHING * max(widest.high, in_best, 1e-9)
    if widest.low > nothing:
        return "must-have"
    return "real choice" if in_best > nothing else "avoidable"


def _far_apart(candidates: Sequence[Solution], ranges: Sequence[Range]) -> list[Solution]:
    """Return the best design and up to four that differ most from those chosen before."""
    width = {r.size: max(r.high - r.low, 1e-9) for r in ranges if r.high - r.low > 1e-6 * max(r.high, 1.0)}

    def distance(a: Solution, b: Solution) -> float:
        return max((abs(a.capacities[s] - b.capacities[s]) / w for s, w in width.items()), default=0.0)

    def spread(a: Solution, b: Solution) -> float:
        return sum(abs(a.capacities[s] - b.capacities[s]) / w for s, w in width.items())

    chosen = [candidates[0]]
    while len(chosen) < _MOST_DESIGNS:
        rest = [c for c in candidates if min(distance(c, x) for x in chosen) >= _DIFFERENT]
        if not rest:
            break
        chosen.append(max(rest, key=lambda c: min(spread(c, x) for x in chosen)))
    return chosen


def _unit(bench: Workbench, size: Size) -> str:
    technology = next(t for t in bench.system.technologies if t.id == size[0])
    return next(s.unit for s in technology.sizes if s.name == size[1])


def _range_table(bench: Workbench, found: Sequence[Range], best: Solution) -> pd.DataFrame:
    import pandas as pd

    rows = [
        {
            "technology": r.size[0],
            "quantity": r.size[1],
            "unit": _unit(bench, r.size),
            "slack_frac": r.slack,
            "best": max(best.capacities[r.size], 0.0),
            "low": r.low,
            "high": r.high,
        }
        for r in found
    ]
    return pd.DataFrame(rows)


def _verdict_table(bench: Workbench, found: Sequence[Range], best: Solution) -> pd.DataFrame:
    import pandas as pd

    widest = max(r.slack for r in found)
    rows = [
        {
            "technology": r.size[0],
            "quantity": r.size[1],
            "unit": _unit(bench, r.size),
            "best": max(best.capacities[r.size], 0.0),
            "low": r.low,
            "high": r.high,
            "verdict": verdict(r, max(best.capacities[r.size], 0.0)),
        }
        for r in found
        if r.slack == widest
    ]
    return pd.DataFrame(rows)


def _design_table(bench: Workbench, chosen: Sequence[Solution], cost: float) -> pd.DataFrame:
    import pandas as pd

    price = bench.case.emissions.carbon_price_per_t
    rows: list[dict[str, Any]] = []
    for k, design in enumerate(chosen):
        year = bench.plant.dispatch_all(bench.system, bench.objective(bench.case), design.capacities)
        outcome = appraised(bench, year, f"design {k + 1}")
        sizes = {f"{t}.{s}": max(v, 0.0) for (t, s), v in year.capacities.items()}
        above = value_of(design, "cost", price) / cost - 1.0
        figures = {i: outcome.value.get(i, np.nan) for i in indicators_in([outcome.value])}
        rows.append(
            {"point": outcome.point.name, "status": outcome.status, "above_best_frac": above, **sizes, **figures}
        )
    return pd.DataFrame(rows)
