"""The menu around the optimum: how far each machine group can vary while the goal of the case stays close to the best.

For each machine group the smallest and largest size is found under a cap on cost (modeling to generate alternatives;
DeCarolis, Energy Economics 33 (2011), doi:10.1016/j.eneco.2010.05.002; Neumann and Brown, Electric Power Systems
Research 190 (2021), doi:10.1016/j.epsr.2020.106690), on typical days: every machine group on a model of its own, so
that groups may be asked for at once. Of the designs met on the way and of those that differ most from them, the ones
farthest apart are dispatched over the year and appraised. Of a district that grows the sizes of every milestone are
groups of their own, and the goal is that of the whole study.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from edsim.core.errors import InfeasibleError
from edsim.optimization.growth.joint_model import ObjectiveAt
from edsim.optimization.model.criteria import criterion_weights
from edsim.optimization.types import Objective
from edsim.studies.bench import Bench, Progress, silent
from edsim.studies.desks import about_milestones, appraised, called, desk_of, in_order
from edsim.studies.different_designs import (
    DIFFERENT_FRAC,
    MOST_DESIGNS,
    TRACE,
    distance_frac,
    largest_sizes,
    most_different,
)
from edsim.studies.plans import Plan, PlanDesk, PlanModel, Size, best_for
from edsim.studies.results import Outcome, StudyResult, indicators_in
from edsim.studies.sweep import about_study
from edsim.studies.tradeoffs import unit_of
from edsim.studies.workers import Crew

if TYPE_CHECKING:
    import pandas as pd

Verdict = Literal["must-have", "real choice", "avoidable"]
SLACKS = (0.01, 0.02, 0.05)
_MOST_HOPS = 10
_MOST_PAIRS = 66
_PAIRS_AT_ONCE = 6
"""Pairs that follow each other on one model, whatever the number of workers."""
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
        Technology, size and milestone.
    slack
        Share by which the goal may exceed the best.
    low, high
        Smallest and largest size.
    """

    size: Size
    slack: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Near:
    """What near the best means: the goal below its cap, and the small weight that makes ties the cheapest."""

    criterion: str
    best: float
    caps: Mapping[str, float]
    tie: float

    def within(self, slack: float) -> ObjectiveAt:
        """Return the cheapest plan, but for weights on sizes, within `slack` of the best."""
        caps = {**self.caps, self.criterion: self.best + slack * abs(self.best)}

        def at(price: float) -> Objective:
            weights = {k: self.tie * w for k, w in criterion_weights("cost", price).items()}
            return Objective(weights, caps, carbon_price_per_t=price)

        return at

    def reach(self, model: PlanModel, weights: Mapping[Size, float], slack: float) -> Plan:
        """Return the design least in `weights` on sizes among those within `slack` of the best."""
        largest = max(map(abs, weights.values()))
        return model.solve(self.within(slack), {size: _SIZE_WEIGHT * w / largest for size, w in weights.items()})


def near_optimal(
    bench: Bench, slacks: Sequence[float] = SLACKS, progress: Progress = silent, workers: int | None = 1
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
    workers
        Processes that look for designs at once; None takes what suits. Figures are the same with any number.

    Raises
    ------
    CaseError
        E549: whole units.
    ValueError
        No slack, or one that is not above 0: nothing can vary at the best itself.
    """
    if not slacks or min(slacks) <= 0.0:
        raise ValueError(f"slacks: one or more shares above 0 are needed, such as {SLACKS}; got {tuple(slacks)}")
    with Crew(desk_of(bench, progress), workers) as crew:
        desk: PlanDesk = crew.held
        goal = desk.goal()
        progress("finding the best design")
        best, caps, operating = best_for(desk.model(), goal)
        tie = _TIE_BREAK / abs(best.value("cost"))
        near = Near(goal.criterion, best.value(goal.criterion), caps, tie)
        asked = [(near, size, tuple(sorted(slacks))) for size in best.sizes]
        answers = in_order(crew, _group, asked, lambda k, left: progress(f"machine group {k} of {len(asked)}, {left}"))
        found = [r for ranges, _ in answers for r in ranges]
        candidates = [best, *(low for _, low in answers)]  # the largest size of a group is often mere surplus
        candidates += _other_mixes(crew, (near, max(slacks)), candidates, progress)
        chosen = most_different(candidates)
        named = [(f"design {k}", design, operating) for k, design in enumerate(chosen, 1)]
        dispatched = in_order(
            crew, operated, named, lambda k, left: progress(f"dispatching design {k} of {len(named)}, {left}")
        )
    about = about_study(bench, "optimized") | {"slacks": list(slacks), "criterion": goal.criterion}
    about |= about_milestones(desk) | {"best": near.best, "unit": unit_of(goal.criterion, bench.case.currency)}
    designs, lost = design_table(chosen, dispatched, near)
    about |= {"designs": len(designs), "designs_wanted": MOST_DESIGNS, "different_frac": DIFFERENT_FRAC}
    about |= {"not_served": lost}
    tables = {
        "ranges": _range_table(desk, found, best),
        "verdicts": _verdict_table(desk, found, best),
        "designs": designs,
    }
    return StudyResult("near_optimal", about, tables)


def _group(desk: PlanDesk, asked: tuple[Near, Size, tuple[float, ...]]) -> tuple[list[Range], Plan]:
    """Return the ranges of a machine group, and the design with least of it at the widest; a question to a worker."""
    near, size, slacks = asked
    model, found = desk.model(), []
    for slack in slacks:
        low, high = (near.reach(model, {size: sign}, slack) for sign in (1.0, -1.0))
        found.append(Range(size, slack, _none_below(low.sizes[size]), _none_below(high.sizes[size])))
    return found, low


def verdict(widest: Range, in_best: float) -> Verdict:
    """Return what the widest range says: never without it, with or without it, or not even in the best design."""
    nothing = _NOTHING * max(widest.high, in_best, 1e-9)
    if widest.low > nothing:
        return "must-have"
    return "real choice" if in_best > nothing else "avoidable"


def _none_below(value: float) -> float:
    """Return a size, 0 where the solver left a trace of none."""
    return value if value > TRACE else 0.0


def _other_mixes(crew: Crew, near: tuple[Near, float], known: Sequence[Plan], progress: Progress) -> list[Plan]:
    """Return designs that use as little as possible of what the designs before them are made of.

    Hop, skip and jump (Brill, Chang and Hopkins, Management Science 28 (1982), doi:10.1287/mnsc.28.3.221): the weight
    of a size is how much of it the designs chosen so far have, until no clearly different one is found. Then the
    smallest sum of every two sizes, so that what replaces one machine cannot be the other.
    """
    found: list[Plan] = []
    progress("looking for designs as different as the best allows")
    model = crew.held.model()
    for _ in range(_MOST_HOPS):
        pool = [*known, *found]
        chosen, largest = most_different(pool), largest_sizes(pool)
        sizes = [c.sizes for c in chosen]
        weights = {s: sum(max(own[s], 0.0) for own in sizes) / (len(chosen) * v * v) for s, v in largest.items()}
        new = near[0].reach(model, {s: w for s, w in weights.items() if w > 0.0}, near[1])
        if any(distance_frac(new, c, largest) < DIFFERENT_FRAC for c in pool):
            break
        found.append(new)
    largest = largest_sizes([*known, *found])
    pairs = [{s: 1.0 / largest[s] for s in pair} for pair in combinations(largest, 2)][:_MOST_PAIRS]
    asked = [(*near, pairs[k : k + _PAIRS_AT_ONCE]) for k in range(0, len(pairs), _PAIRS_AT_ONCE)]

    def tell(done: int, left: str) -> None:
        progress(f"pair of machine groups {min(done * _PAIRS_AT_ONCE, len(pairs))} of {len(pairs)}, {left}")

    for several in in_order(crew, _pairs, asked, tell):
        found += several
    return found


def _pairs(desk: PlanDesk, asked: tuple[Near, float, Sequence[Mapping[Size, float]]]) -> list[Plan]:
    """Return the designs least in each weights, one after the other on one model; a question to a worker."""
    near, slack, several = asked
    model = desk.model()
    return [near.reach(model, weights, slack) for weights in several]


def operated(desk: PlanDesk, asked: tuple[str, Plan, ObjectiveAt]) -> tuple[Plan, Outcome] | str:
    """Return a design over the year, appraised, or why it cannot serve it; a question to a worker."""
    name, design, operating = asked
    try:
        year = desk.operated(design, operating)
    except InfeasibleError as error:
        return f"{name}: {error.findings[0].what}, {error.findings[0].got}"
    return year, appraised(desk, (year, name))


def _held(desk: PlanDesk, size: Size) -> dict[str, Any]:
    """Return what names a size in a table."""
    named = {"technology": size[0], "quantity": size[1], "unit": desk.units[size[0], size[1]]}
    return named | ({"milestone": size[2]} if size[2] else {})


def _range_table(desk: PlanDesk, found: Sequence[Range], best: Plan) -> pd.DataFrame:
    import pandas as pd

    chosen = best.sizes
    rows = [
        {
            **_held(desk, r.size),
            "slack_frac": r.slack,
            "best": _none_below(chosen[r.size]),
            "low": r.low,
            "high": r.high,
        }
        for r in found
    ]
    return pd.DataFrame(rows)


def _verdict_table(desk: PlanDesk, found: Sequence[Range], best: Plan) -> pd.DataFrame:
    import pandas as pd

    widest = max(r.slack for r in found)
    rows = []
    for r in (r for r in found if r.slack == widest):
        mine = _none_below(best.sizes[r.size])
        rows.append({**_held(desk, r.size), "best": mine, "low": r.low, "high": r.high, "verdict": verdict(r, mine)})
    return pd.DataFrame(rows)


def design_table(
    chosen: Sequence[Plan], dispatched: Sequence[tuple[Plan, Outcome] | str], near: Near
) -> tuple[pd.DataFrame, list[str]]:
    """Return the designs over the year, and those that cannot serve it with the reason."""
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for design, answer in zip(chosen, dispatched, strict=True):
        if isinstance(answer, str):
            continue
        year, outcome = answer
        sizes = {called(size): _none_below(v) for size, v in year.sizes.items()}
        above = design.value(near.criterion) / near.best - 1.0 if near.best else np.nan
        figures = {i: outcome.value.get(i, np.nan) for i in indicators_in([outcome.value])}
        named = {"point": outcome.point.name, "status": outcome.status}
        rows.append({**named, "above_best_frac": above, **sizes, **figures})
    columns = None if rows else ["point", "status", "above_best_frac"]
    return pd.DataFrame(rows, columns=columns), [a for a in dispatched if isinstance(a, str)]
