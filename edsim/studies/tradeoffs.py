"""Trade-offs between two criteria: the front no design beats in both, by augmented epsilon constraints.

AUGMECON (Mavrotas, Applied Mathematics and Computation 213 (2009), doi:10.1016/j.amc.2009.03.037): the payoff table is
lexicographic; the second criterion is capped at equal steps of its range; a small reward on the slack of the cap keeps
weakly dominated points out. All solves share one live typical-day model. Each point is then dispatched over 8760 hours
with its sizes, at the price the cap has there, and appraised like a run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from edsim.core.errors import DataError, Finding, InfeasibleError, SolverError
from edsim.core.i18n import figure
from edsim.optimization.model.criteria import CRITERIA, criterion_weights, minimize, value_of
from edsim.optimization.model.model import Model
from edsim.optimization.sizing.goal_sizing import operation, plus, priced
from edsim.optimization.types import Objective, Solution
from edsim.studies.plant import Sized
from edsim.studies.results import Outcome, StudyResult, indicators_in
from edsim.studies.sweep import Clock, about_study
from edsim.studies.vary import Point
from edsim.studies.workbench import Workbench

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[str], None]
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
    sized: Solution
    year: Solution
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


def front(bench: Workbench, criteria: tuple[str, str], count: int = 10, progress: Progress = lambda _: None) -> Front:
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

    Raises
    ------
    CaseError
        E549: whole units.
    InfeasibleError
        E559: no point serves the whole year.
    """
    bench.refuse_whole()
    price = bench.case.emissions.carbon_price_per_t
    model, _ = bench.plant.sizing(bench.system)
    options = bench.plant.solver

    def solve(objective: Objective) -> Solution:
        return model.solve(objective, options=options)

    first, second = criteria
    found: list[FrontPoint] = []
    lost: list[str] = []
    caps, reward = _caps(solve, criteria, price, count)
    clock = Clock(len(caps))

    def add(cap: float, best: str = "") -> None:
        """Solve for a cap and dispatch the year with its sizes; `best` is the criterion an end is best in."""
        weights = plus(criterion_weights(first, price), criterion_weights(second, price), reward)
        try:
            found.append(_point(bench, criteria, Objective(weights, {second: cap}, carbon_price_per_t=price), best))
        except (InfeasibleError, SolverError) as error:
            lost.append(f"{figure(cap)} {error.findings[0].what if error.findings else error.message}")

    for k, cap in enumerate(caps):
        last = k == len(caps) - 1
        add(float(cap) + (_TIE * abs(float(cap)) if last else 0.0), first if k == 0 else second if last else "")
        progress(f"front point {k + 1} of {len(caps)}, {clock.left(k + 1)}")
    tried = [float(c) for c in caps]
    for k in range(count):
        kept = _undominated(found)
        if not 1 < len(kept) < min(count, _FEWEST):
            break
        tried.append(_half_way(tried))
        add(tried[-1])
        progress(f"front point between others {k + 1}")
    kept = _undominated(found)
    if not kept:
        what, hint = "no point of this front serves the whole year", "raise settings.typical_days"
        raise InfeasibleError.of([Finding("E559", what, field="settings", got="; ".join(lost), hint=hint)])
    return Front(tuple(kept), len(found) - len(kept), tuple(lost))


def _caps(
    solve: Callable[[Objective], Solution], criteria: tuple[str, str], price: float, count: int
) -> tuple[np.ndarray, float]:
    """Return caps on the second criterion between the two ends, and the small weight it has besides."""
    first, second = criteria
    high, low = _lexicographic(solve, first, second, price), _lexicographic(solve, second, first, price)
    ends = [value_of(s, second, price) for s in (high, low)]
    span = [abs(value_of(low, first, price) - value_of(high, first, price)), abs(ends[0] - ends[1])]
    apart = span[1] > _SAME * max(abs(ends[0]), 1e-9)
    return np.linspace(ends[0], ends[1], count if apart else 1), _REWARD * span[0] / span[1] if span[1] else 0.0


def _half_way(caps: Sequence[float]) -> float:
    """Return the middle of the widest gap between caps."""
    low, high = max(pairwise(sorted(caps)), key=lambda pair: pair[1] - pair[0])
    return (low + high) / 2.0


def _lexicographic(solve: Callable[[Objective], Solution], main: str, other: str, price: float) -> Solution:
    """Return the solution best in `main` and, among those, best in `other`."""
    best = value_of(solve(minimize(main, carbon_price_per_t=price)), main, price)
    cap = best + _TIE * max(abs(best), 1e-6)
    return solve(minimize(other, carbon_price_per_t=price, caps={main: cap}))


def _point(bench: Workbench, criteria: tuple[str, str], capped: Objective, best: str = "") -> FrontPoint:
    """Return the plant that is best below the cap of `capped`, operated over the year at the price of that cap.

    Where typical days do not show what the plant needs (sun and battery alone, many dull days in a row), it is sized on
    all 8760 hours at once at that price: a point of the front of the whole year. An end of the front, where `best` says
    which criterion comes first, has no such price, for every higher one leads there too, and one a little too low over
    the year to another end: both criteria are minimized in turn, as for the caps.

    Raises
    ------
    InfeasibleError
        No plant serves the demand below the cap.
    """
    price = bench.case.emissions.carbon_price_per_t
    first, second = criteria
    plant = bench.plant
    seen: list[float] = []

    def size(model: Model) -> Sized:
        found = model.solve(capped, options=plant.solver)
        seen.append(found.cap_prices.get(second, 0.0))
        return found, operation(criteria, seen[-1], price)

    try:
        sized, year, _ = plant.served(bench.system, size)
        worth = seen[-1]
    except InfeasibleError:
        if not seen:
            raise
        worth = max(seen)

        def solve(objective: Objective) -> Solution:
            return plant.size_all_hours(bench.system, objective)

        if best:
            sized = year = _lexicographic(solve, best, second if best == first else first, price)
        else:
            weights = plus(criterion_weights(first, price), criterion_weights(second, price), worth)
            sized = year = solve(Objective(weights, carbon_price_per_t=price))
    year = priced(year, price)
    return FrontPoint(
        capped.caps[second], sized, year, value_of(year, first, price), value_of(year, second, price), worth
    )


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
        sizes = {f"{t}.{s}": v for (t, s), v in p.year.capacities.items()}
        figures = {i: o.value.get(i, np.nan) for i in shown}
        held = {"point": o.point.name, "status": o.status, "first": p.first, "second": p.second}
        rows.append({**held, "slope": slope, "cap_price": p.cap_price, **sizes, **figures})
    return pd.DataFrame(rows)


def pareto(bench: Workbench, text: str, count: int = 10, progress: Progress = lambda _: None) -> StudyResult:
    """Return the study of a front: table ``front`` with criteria, slopes, sizes and all indicators of every point."""
    criteria = criteria_of(text)
    found = front(bench, criteria, count, progress)
    points, clock, outcomes = found.points, Clock(len(found.points)), []
    for k, p in enumerate(points):
        outcomes.append(appraised(bench, p.year, f"front {k + 1}"))
        progress(f"evaluating point {k + 1} of {len(points)}, {clock.left(k + 1)}")
    units = [unit_of(c, bench.case.currency) for c in criteria]
    about = about_study(bench, "optimized") | {
        "criteria": list(criteria),
        "units": units,
        "slope_unit": f"{units[0]} per {units[1]}",
        "asked": count,
        "removed_as_dominated": found.dominated,
        "not_served": list(found.lost),
    }
    return StudyResult("pareto", about, {"front": front_table(points, outcomes)})


def appraised(bench: Workbench, solution: Solution, name: str) -> Outcome:
    """Return the case as it stands with another plant, appraised like a run."""
    solved = bench.solved_with(bench.case, solution, "redispatched")
    table = bench.appraise(bench.case, solved).tables["kpis"]
    bau = {str(k): float(v) for k, v in zip(table["id"], table["bau"], strict=True)}
    value = {str(k): float(v) for k, v in zip(table["id"], table["value"], strict=True)}
    return Outcome(Point(name, {}), solved.how, solved.status, bau, value)
