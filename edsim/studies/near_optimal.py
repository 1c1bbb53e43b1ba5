"""The menu around the optimum: how far each machine group can vary while the goal of the case stays close to the best.

For each machine group the smallest and largest size is found under a cap on cost (modeling to generate alternatives;
DeCarolis, Energy Economics 33 (2011), doi:10.1016/j.eneco.2010.05.002; Neumann and Brown, Electric Power Systems
Research 190 (2021), doi:10.1016/j.epsr.2020.106690). All solves share one live typical-day model. Of the designs met on
the way and of those that differ most from them, the ones farthest apart are dispatched over the year and appraised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from edsim import workflow
from edsim.core.errors import InfeasibleError
from edsim.optimization.model.criteria import criterion_weights, value_of
from edsim.optimization.sizing.goal_sizing import priced, size_for
from edsim.optimization.sizing.goals import Goal
from edsim.optimization.types import Objective, Solution
from edsim.studies.results import StudyResult, indicators_in
from edsim.studies.sweep import Clock, about_study
from edsim.studies.tradeoffs import appraised, unit_of
from edsim.studies.workbench import Workbench

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[str], None]
Size = tuple[str, str]
Verdict = Literal["must-have", "real choice", "avoidable"]
SLACKS = (0.01, 0.02, 0.05)
_MOST_DESIGNS = 5
_DIFFERENT = 0.15
"""Least distance between two designs of the menu: the largest difference of a size over its largest among them."""
_TRACE = 1e-3
"""A size below this (kW, kWh, m2) is none."""
_MOST_HOPS = 10
_MOST_PAIRS = 66
_SAID_EVERY = 6
_NOTHING = 1e-3
"""A size below this share of its largest near-optimal value is nothing."""
_TIE_BREAK = 1e-3
"""Weight of the whole cost: of designs equal in the sizes that count the cheapest is taken."""
_SIZE_WEIGHT = 1e-4
"""Largest weight on a size: from 1 kW on it outweighs 5 % of the cost, without dwarfing the smallest prices."""


@dataclass(frozen=True, slots=True)
class Range:
    """The near-optimal range of one size.

    Attributes
    ----------
    size
        (technology, size).
    slack
        Share by which the goal may exceed the best.
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
        Shares by which the yearly cost, or another goal of the case, may exceed the best.
    progress
        Called with a line per machine group.

    Raises
    ------
    CaseError
        E549: whole units.
    """
    bench.refuse_whole()
    goal = workflow.goal_of(bench.case)
    model, _ = bench.plant.sizing(bench.system)
    options, price = bench.plant.solver, goal.carbon_price_per_t
    sizing = size_for(model, bench.plant.on_days(goal), options)
    best = sizing.solution
    value = value_of(best, goal.criterion, price)
    money = criterion_weights("cost", price)
    cheaper = {k: _TIE_BREAK * w / abs(value_of(best, "cost", price)) for k, w in money.items()}
    found: list[Range] = []
    candidates = [best]
    sizes = list(best.capacities)
    widest = max(slacks)
    clock = Clock(len(sizes))

    def reach(weights: Mapping[Size, float], slack: float) -> Solution:
        """Return the design least in `weights` on sizes among those within `slack` of the best."""
        caps = {**sizing.caps, goal.criterion: value + slack * abs(value)}
        largest = max(map(abs, weights.values()))
        seen = {size: _SIZE_WEIGHT * w / largest for size, w in weights.items()}
        return model.solve(Objective(cheaper, caps, seen, price), options=options)

    for k, size in enumerate(sizes):
        for slack in sorted(slacks):
            low, high = (reach({size: sign}, slack) for sign in (1.0, -1.0))
            found.append(Range(size, slack, _none_below(low.capacities[size]), _none_below(high.capacities[size])))
            if slack == widest:
                candidates.append(low)  # the largest size of a group is often mere surplus
        progress(f"machine group {k + 1} of {len(sizes)}: {size[0]}, {clock.left(k + 1)}")
    candidates += _other_mixes(lambda w: reach(w, widest), candidates, progress)
    about = about_study(bench, "optimized") | {"slacks": list(slacks), "criterion": goal.criterion}
    about |= {"best": value, "unit": unit_of(goal.criterion, bench.case.currency)}
    designs, lost = _design_table(bench, _far_apart(candidates), (goal, value, sizing.operating))
    about |= {"designs": len(designs), "designs_wanted": _MOST_DESIGNS, "different_frac": _DIFFERENT}
    about |= {"not_served": lost}
    tables = {
        "ranges": _range_table(bench, found, best),
        "verdicts": _verdict_table(bench, found, best),
        "designs": designs,
    }
    return StudyResult("near_optimal", about, tables)


def verdict(widest: Range, in_best: float) -> Verdict:
    """Return what the widest range says: never without it, with or without it, or not even in the best design."""
    nothing = _NOTHING * max(widest.high, in_best, 1e-9)
    if widest.low > nothing:
        return "must-have"
    return "real choice" if in_best > nothing else "avoidable"


def _none_below(value: float) -> float:
    """Return a size, 0 where the solver left a trace of none."""
    return value if value > _TRACE else 0.0


def _scales(candidates: Sequence[Solution]) -> dict[Size, float]:
    """Return size → its largest value among the candidates; sizes none of them has are left out."""
    largest = {s: max(c.capacities[s] for c in candidates) for s in candidates[0].capacities}
    return {s: v for s, v in largest.items() if v > _TRACE}


def _other_mixes(
    reach: Callable[[Mapping[Size, float]], Solution], known: Sequence[Solution], progress: Progress
) -> list[Solution]:
    """Return designs that use as little as possible of what the designs before them are made of.

    Hop, skip and jump (Brill, Chang and Hopkins, Management Science 28 (1982), doi:10.1287/mnsc.28.3.221): the weight
    of a size is how much of it the designs chosen so far have, until no clearly different one is found. Then the
    smallest sum of every two sizes, so that what replaces one machine cannot be the other.
    """
    found: list[Solution] = []
    progress("looking for designs as different as the best allows")
    for _ in range(_MOST_HOPS):
        pool = [*known, *found]
        chosen, scales = _far_apart(pool), _scales(pool)
        weights = {s: sum(max(c.capacities[s], 0.0) for c in chosen) / (len(chosen) * v * v) for s, v in scales.items()}
        new = reach({s: w for s, w in weights.items() if w > 0.0})
        if any(_distance(new, c, scales) < _DIFFERENT for c in pool):
            break
        found.append(new)
    scales = _scales([*known, *found])
    pairs = list(combinations(scales, 2))[:_MOST_PAIRS]
    clock = Clock(len(pairs))
    for k, pair in enumerate(pairs, 1):
        found.append(reach({s: 1.0 / scales[s] for s in pair}))
        if k % _SAID_EVERY == 0 or k == len(pairs):
            progress(f"pair of machine groups {k} of {len(pairs)}, {clock.left(k)}")
    return found


def _distance(a: Solution, b: Solution, scales: Mapping[Size, float]) -> float:
    return max((abs(a.capacities[s] - b.capacities[s]) / v for s, v in scales.items()), default=0.0)


def _far_apart(candidates: Sequence[Solution]) -> list[Solution]:
    """Return the best design and up to four that differ most from those chosen before."""
    scales = _scales(candidates)

    def spread(a: Solution, b: Solution) -> float:
        return sum(abs(a.capacities[s] - b.capacities[s]) / v for s, v in scales.items())

    chosen = [candidates[0]]
    while len(chosen) < _MOST_DESIGNS:
        rest = [c for c in candidates if min(_distance(c, x, scales) for x in chosen) >= _DIFFERENT]
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
            "best": _none_below(best.capacities[r.size]),
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
            "best": _none_below(best.capacities[r.size]),
            "low": r.low,
            "high": r.high,
            "verdict": verdict(r, _none_below(best.capacities[r.size])),
        }
        for r in found
        if r.slack == widest
    ]
    return pd.DataFrame(rows)


def _design_table(
    bench: Workbench, chosen: Sequence[Solution], best: tuple[Goal, float, Objective]
) -> tuple[pd.DataFrame, list[str]]:
    """Return the designs over the year, and those that cannot serve it with the reason.

    `best` is what is sought, its best value, and the objective of the dispatch.
    """
    import pandas as pd

    goal, value, operating = best
    price = goal.carbon_price_per_t
    rows: list[dict[str, Any]] = []
    lost: list[str] = []
    for k, design in enumerate(chosen):
        name = f"design {k + 1}"
        try:
            year = priced(bench.plant.dispatch_all(bench.system, operating, design.capacities), price)
        except InfeasibleError as error:
            lost.append(f"{name}: {error.findings[0].what}, {error.findings[0].got}")
            continue
        outcome = appraised(bench, year, name)
        sizes = {f"{t}.{s}": _none_below(v) for (t, s), v in year.capacities.items()}
        above = value_of(design, goal.criterion, price) / value - 1.0 if value else np.nan
        figures = {i: outcome.value.get(i, np.nan) for i in indicators_in([outcome.value])}
        rows.append({"point": name, "status": outcome.status, "above_best_frac": above, **sizes, **figures})
    columns = None if rows else ["point", "status", "above_best_frac"]
    return pd.DataFrame(rows, columns=columns), lost
