"""Trade-offs between two criteria: the front no design beats in both, by augmented epsilon constraints.

AUGMECON (Mavrotas, Applied Mathematics and Computation 213 (2009), doi:10.1016/j.amc.2009.03.037): the payoff table is
lexicographic; the second criterion is capped at equal steps of its range; a small reward on the slack of the cap keeps
weakly dominated points out. The caps are those of typical days; each point is sized on a model of its own, so that
points may be found at once, dispatched over 8760 hours with its sizes, at the price the cap has there, and appraised
like a run. Of a district that grows both criteria are means over the study (:mod:`edsim.studies.plans`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from edsim.core.errors import DataError, Finding, InfeasibleError, SolverError
from edsim.core.i18n import figure
from edsim.lp.scaling import TOO_FAR_APART
from edsim.optimization.growth.joint_model import ObjectiveAt
from edsim.optimization.model.criteria import CRITERIA, criterion_weights, minimize
from edsim.optimization.sizing.goal_sizing import operation, plus
from edsim.optimization.types import Objective
from edsim.studies.bench import Bench, Progress, silent
from edsim.studies.desks import about_milestones, appraised, called, desk_of, in_order
from edsim.studies.plans import Plan, PlanDesk, PlanModel, Sizing
from edsim.studies.results import Outcome, StudyResult, indicators_in
from edsim.studies.sweep import about_study
from edsim.studies.workers import Crew

if TYPE_CHECKING:
    import pandas as pd

Solve = Callable[[ObjectiveAt], Plan]
SHORT_NAMES: Mapping[str, str] = {
    "cost": "cost",
    "ghg": "ghg_kg",
    "peak": "grid_peak_kw",
    "water": "water_m3",
    "energy": "primary_energy_kwh",
}
"""What a user writes → criterion."""
_SAME_AS = {"grid_peak": "grid_peak_kw", "grid": "grid_peak_kw", "primary_energy": "primary_energy_kwh"}
UNITS = {
    "cost": "currency/a",
    "ghg_kg": "kgCO2e/a",
    "grid_peak_kw": "kW",
    "water_m3": "m3/a",
    "primary_energy_kwh": "kWh/a",
}
_REWARD = 1e-4
"""Reward on the whole range of the second criterion, as a share of the range of the first."""
_STEEPEST = 1e3
"""Highest price of the second criterion over all hours, in mean slopes of the front: it leaves a thousandth of the
range at most, and solvers refuse prices many times as high beside those of energy."""
_SAME = 1e-6
_FEWEST = 8
"""Points a front is filled up to between others, where the dispatched year leaves fewer."""
_TIE = 1e-7


@dataclass(frozen=True, slots=True)
class FrontPoint:
    """A point of a front.

    Attributes
    ----------
    cap
        Cap on the second criterion in the sizing model.
    sized
        Sizing on typical days, or on all hours where those do not show what the plant needs.
    year
        Dispatch over 8760 h with these sizes.
    first, second
        Criteria over the 8760 h.
    cap_price
        Fall of the first criterion per unit of the cap, from the sizing model.
    """

    cap: float
    sized: Plan
    year: Plan
    first: float
    second: float
    cap_price: float


@dataclass(frozen=True, slots=True)
class Front:
    """A front.

    Attributes
    ----------
    points
        In order of the second criterion, highest first.
    dominated
        How many solved points another one beats.
    lost
        Caps whose design does not serve the year, and why.
    """

    points: tuple[FrontPoint, ...]
    dominated: int
    lost: tuple[str, ...]


def criteria_of(text: str) -> tuple[str, str]:
    """Return the two criteria written ``cost:ghg``.

    Raises
    ------
    DataError
        E550 not two different criteria of the list.
    """
    names = [_SAME_AS.get(part.strip(), SHORT_NAMES.get(part.strip(), part.strip())) for part in text.split(":")]
    if len(names) != 2 or names[0] == names[1] or not set(names) <= set(CRITERIA):
        allowed = f"two of {', '.join(SHORT_NAMES)}, such as cost:ghg"
        raise DataError.of(
            [Finding("E550", "this does not name two criteria", file="--pareto", got=text, allowed=allowed)]
        )
    return names[0], names[1]


def unit_of(criterion: str, currency: str) -> str:
    """Return the unit of a criterion."""
    return UNITS[criterion].replace("currency", currency)


def front(
    bench: Bench, criteria: tuple[str, str], count: int = 10, progress: Progress = silent, workers: int | None = 1
) -> Front:
    """Return the points of the front in order of the second criterion, highest first; dominated points are removed.

    Parameters
    ----------
    bench
        The prepared case.
    criteria
        Criteria to minimize.
    count
        Caps to solve for, the two ends included.
    progress
        Called with a line per point.
    workers
        Processes that solve points at once; None takes what suits. Figures are the same with any number.

    Raises
    ------
    CaseError
        E549: whole units.
    InfeasibleError
        E559: no point serves the whole year.
    """
    with Crew(desk_of(bench, progress), workers) as crew:
        return _front(crew, criteria, count, progress)


def _front(crew: Crew, criteria: tuple[str, str], count: int, progress: Progress) -> Front:
    progress("finding the two ends of the front")
    caps, reward = caps_on(crew.held.model().solve, criteria, count)
    last = len(caps) - 1
    asked = [
        _Asked(criteria, float(cap) + (_TIE * abs(float(cap)) if k == last else 0.0), reward,
               criteria[0] if k == 0 else criteria[1] if k == last else "")
        for k, cap in enumerate(caps)
    ]  # fmt: skip
    answers: list[FrontPoint | _Lost] = in_order(
        crew, _answer, asked, lambda k, left: progress(f"front point {k} of {len(asked)}, {left}")
    )
    tried = [float(c) for c in caps]
    while len(tried) - len(caps) < count:
        kept = _undominated(_found(answers))
        missing = min(count, _FEWEST) - len(kept)
        if len(kept) <= 1 or missing <= 0:
            break
        between = []
        for _ in range(min(missing, count + len(caps) - len(tried))):
            tried.append(_half_way(tried))
            between.append(_Asked(criteria, tried[-1], reward))
        answers += in_order(crew, _answer, between, partial(_told_between, progress, len(between)))
    kept, found = _undominated(_found(answers)), _found(answers)
    lost = tuple(a.reason for a in answers if isinstance(a, _Lost))
    if not kept:
        what, hint = "no point of this front serves the whole year", "raise settings.typical_days"
        raise InfeasibleError.of([Finding("E559", what, field="settings", got="; ".join(lost), hint=hint)])
    return Front(tuple(kept), len(found) - len(kept), lost)


def _told_between(progress: Progress, count: int, done: int, left: str) -> None:
    progress(f"front point between others {done} of {count}, {left}")


@dataclass(frozen=True, slots=True)
class _Asked:
    """A point to be found: cap on the second criterion, reward on its slack, and what an end is best in."""

    criteria: tuple[str, str]
    cap: float
    reward: float
    best: str = ""


@dataclass(frozen=True, slots=True)
class _Lost:
    """A point that is not there, and why."""

    reason: str


def _answer(desk: PlanDesk, asked: _Asked) -> FrontPoint | _Lost:
    """Return a point of the front, or why there is none; a question to a worker."""
    try:
        return _point(desk, asked)
    except (InfeasibleError, SolverError) as error:
        said: InfeasibleError | SolverError | DataError = error
    except DataError as error:  # the cap of an end can have a price that no solver takes beside those of energy
        if any(f.code != TOO_FAR_APART for f in error.findings):
            raise
        said = error
    return _Lost(f"{figure(asked.cap)} {said.findings[0].what if said.findings else said.message}")


def _found(answers: Sequence[FrontPoint | _Lost]) -> list[FrontPoint]:
    return [a for a in answers if isinstance(a, FrontPoint)]


def caps_on(solve: Solve, criteria: tuple[str, str], count: int) -> tuple[np.ndarray, float]:
    """Return caps on the second criterion between the two ends, and the small weight it has besides."""
    first, second = criteria
    high, low = _lexicographic(solve, first, second), _lexicographic(solve, second, first)
    ends = [plan.value(second) for plan in (high, low)]
    span = [abs(low.value(first) - high.value(first)), abs(ends[0] - ends[1])]
    apart = span[1] > _SAME * max(abs(ends[0]), 1e-9)
    return np.linspace(ends[0], ends[1], count if apart else 1), _REWARD * span[0] / span[1] if span[1] else 0.0


def _half_way(caps: Sequence[float]) -> float:
    """Return the middle of the widest gap between caps."""
    low, high = max(pairwise(sorted(caps)), key=lambda pair: pair[1] - pair[0])
    return (low + high) / 2.0


def _lexicographic(solve: Solve, main: str, other: str) -> Plan:
    """Return the plan best in `main` and, among those, best in `other`."""
    best = _best(solve, main, {}).value(main)
    return _best(solve, other, {main: best + _TIE * max(abs(best), 1e-6)})


def _best(solve: Solve, criterion: str, caps: Mapping[str, float]) -> Plan:
    """Return the plan best in a criterion below caps.

    Raises
    ------
    DataError
        E550: nothing of the plant counts toward it.
    """
    try:
        return solve(lambda price: minimize(criterion, carbon_price_per_t=price, caps=caps))
    except DataError as error:
        if all(f.code == "E505" for f in error.findings):
            raise DataError.of([_nothing_of(criterion)]) from None
        raise


def _nothing_of(criterion: str) -> Finding:
    """Return the finding of a criterion that is zero whatever is built, as water is where no tower may be."""
    return Finding(
        "E550",
        "no machine of this plant adds to one of the two criteria: it is zero at every point",
        file="--pareto",
        got=next(short for short, name in SHORT_NAMES.items() if name == criterion),
        allowed="two criteria that the plant changes",
        hint="choose another criterion, or offer a machine that adds to it, as cooling towers add to water",
    )


def _both(criteria: tuple[str, str], worth: float, caps: Mapping[str, float] | None = None) -> ObjectiveAt:
    """Return the objective of the first criterion with the second at `worth` units of it."""
    first, second = criteria

    def at(price: float) -> Objective:
        weights = plus(criterion_weights(first, price), criterion_weights(second, price), worth)
        return Objective(weights, dict(caps or {}), carbon_price_per_t=price)

    return at


def _point(desk: PlanDesk, asked: _Asked) -> FrontPoint:
    """Return the plan that is best below a cap, operated on all its hours at the price of that cap.

    Where typical days do not show what the plant needs (sun and battery alone, many dull days in a row), it is sized on
    all hours at once at that price: a point of the front of the whole year. An end of the front, where `best` says
    which criterion comes first, has no such price, for every higher one leads there too, and one a little too low over
    the year to another end: both criteria are minimized in turn, as for the caps.

    Raises
    ------
    InfeasibleError
        No plant serves the demand below the cap.
    """
    criteria, best = asked.criteria, asked.best
    first, second = criteria
    seen: list[float] = []

    def size(model: PlanModel) -> Sizing:
        found = model.solve(_both(criteria, asked.reward, {second: asked.cap}))
        worth = _worth(asked, found.cap_prices.get(second, 0.0))
        seen.append(worth)
        return found, lambda price: operation(criteria, worth, price)

    try:
        sized, year = desk.served(size)
        worth = seen[-1]
    except InfeasibleError:
        if not seen:
            raise
        worth = max(seen)
        if best:
            year = _lexicographic(desk.all_hours, best, second if best == first else first)
        else:
            year = desk.all_hours(_both(criteria, worth))
        sized = year
    return FrontPoint(asked.cap, sized, year, year.value(first), year.value(second), worth)


def _worth(asked: _Asked, cap_price: float) -> float:
    """Return what a unit of the second criterion is worth over all hours: the price of its cap, within `_STEEPEST`.

    At the end where the second criterion is least its cap has any price, however high: there it is `_STEEPEST`.
    """
    steepest = _STEEPEST * asked.reward / _REWARD or cap_price
    return steepest if asked.best == asked.criteria[1] else min(cap_price, steepest)


def _undominated(points: Sequence[FrontPoint]) -> list[FrontPoint]:
    """Return the points no other is at least as good as in both criteria, each once."""
    kept: list[FrontPoint] = []
    ordered = sorted(points, key=lambda p: (p.first, p.second))
    for p in ordered:
        if not kept or p.second < kept[-1].second - _SAME * max(abs(kept[-1].second), 1e-9):
            kept.append(p)
    return kept


def front_table(points: Sequence[FrontPoint], outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Return the front with slopes: what one unit less of the second criterion costs from the point before."""
    import pandas as pd

    shown = indicators_in(o.value for o in outcomes)
    rows: list[dict[str, Any]] = []
    for k, (p, o) in enumerate(zip(points, outcomes, strict=True)):
        before = points[k - 1] if k else None
        gained = before.second - p.second if before else 0.0
        slope = (p.first - before.first) / gained if before and gained > 0 else np.nan
        sizes = {called(size): v for size, v in p.year.sizes.items()}
        figures = {i: o.value.get(i, np.nan) for i in shown}
        held = {"point": o.point.name, "status": o.status, "first": p.first, "second": p.second}
        rows.append({**held, "slope": slope, "cap_price": p.cap_price, **sizes, **figures})
    return pd.DataFrame(rows)


def pareto(
    bench: Bench, text: str, count: int = 10, progress: Progress = silent, workers: int | None = 1
) -> StudyResult:
    """Return the study of a front: table ``front`` with criteria, slopes, sizes and all indicators of every point."""
    criteria = criteria_of(text)
    with Crew(desk_of(bench, progress), workers) as crew:
        found = _front(crew, criteria, count, progress)
        named = [(p.year, f"front {k}") for k, p in enumerate(found.points, 1)]
        outcomes = in_order(
            crew, appraised, named, lambda k, left: progress(f"evaluating point {k} of {len(named)}, {left}")
        )
    units = [unit_of(c, bench.case.currency) for c in criteria]
    about = about_study(bench, "optimized") | about_milestones(crew.held) | {
        "criteria": list(criteria),
        "units": units,
        "slope_unit": f"{units[0]} per {units[1]}",
        "asked": count,
        "removed_as_dominated": found.dominated,
        "not_served": list(found.lost),
    }  # fmt: skip
    return StudyResult("pareto", about, {"front": front_table(found.points, outcomes)})
