"""What is short, which limits can repair it, and in what order to try them.

For every limit the least repair is found alone (:class:`edsim.studies.diagnosis.elastic.Elastic`). They are ranked by
the yearly cost of the whole plant when that limit alone is free, times one plus the relative change it needs: the limit
that an economic plant runs into comes before a dear machine that could stand in for it, and a limit that is a little
too tight before one that would have to grow many times. Limits that keep a machine out on purpose (0), what a source
gives, an outage to survive, a store nobody offers and demand itself come after every limit that is merely too tight.
Where a sum over the year is to blame (a cap, yearly fuel, running hours), less demand in the worst hour mends nothing:
then no cut of demand is offered, and a cap says the least value that can be reached instead of a shortage.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import SolverError
from edsim.core.timegrid import TimeGrid, full_year
from edsim.lp import SolverOptions
from edsim.optimization.model.criteria import LEAST_COST
from edsim.optimization.sizing.aggregate import choose_days
from edsim.optimization.system import NodeCarrier, System
from edsim.optimization.types import Objective
from edsim.studies.diagnosis.elastic import Elastic, elastic
from edsim.studies.diagnosis.limits import Limit, with_stores
from edsim.studies.diagnosis.settings import settings_that_mend

if TYPE_CHECKING:
    from edsim.core.units import MoneyConverter

_TIERS = {
    **dict.fromkeys(("size", "export", "yearly", "hours", "cap", "setting"), 0),
    "source": 1,
    **dict.fromkeys(("outage", "reserve"), 2),
    "store": 3,
    **dict.fromkeys(("draw", "demand"), 4),
}
_ZERO_TIER = 1
_OF_THE_YEAR = ("cap", "yearly", "hours")
"""Limits on a sum over the year."""
_ROUNDING_FRAC = 1e-6
_YEAR_CHECKS = 2
"""Repairs whose amount is found again on all hours."""
_NO_WEIGHT = 1e3
"""Weight of a limit of zero against one of its size, in the joint repair."""


@dataclass(frozen=True, slots=True)
class Shortage:
    """Demand that cannot be served.

    Attributes
    ----------
    node, carrier
        Where and what.
    hour
        Hour of the year (0–8759) with the largest shortage.
    short_kw, demand_kw
        Shortage and demand in that hour.
    hours, short_kwh
        Hours of the year with a shortage and energy short in them, at the least shortage possible.
    """

    node: str
    carrier: str
    hour: int
    short_kw: float
    demand_kw: float
    hours: float
    short_kwh: float


@dataclass(frozen=True, slots=True)
class Repair:
    """A limit and the value that would do.

    Attributes
    ----------
    limit
        What must move.
    amount
        By how much at least, in the unit of the limit; below 0 where it must come down.
    cost_a
        What the addition costs a year where it is bought, currency.
    on_all_hours
        Whether the amount was found on all 8760 hours; otherwise on typical and peak days.
    plant_cost_a
        Yearly cost of the whole plant when this limit alone is free; 0 where there is nothing to rank.
    dropped
        What a cut of demand leaves out: worst hour, hours and energy; None for any other repair.
    """

    limit: Limit
    amount: float
    cost_a: float
    on_all_hours: bool
    plant_cost_a: float = 0.0
    dropped: Shortage | None = None

    @property
    def value(self) -> float:
        """Return the value of the limit that does, the nearest to what it is."""
        return self.limit.value + self.amount

    @property
    def is_raised(self) -> bool:
        """Return whether the limit must rise, as all do but some settings."""
        return self.amount >= 0.0

    @property
    def relative(self) -> float:
        """Return the change over the lower of both values; infinite where that is 0."""
        least = min(self.limit.value, self.value)
        return abs(self.amount) / least if least > 0.0 else float("inf")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Why a system cannot be served.

    Attributes
    ----------
    feasible
        Whether the model without whole units has a solution: then there is nothing to repair but whole units.
    shortages
        What is short, the largest first; empty where a cap alone is to blame.
    repairs
        Limits that repair it alone, best first.
    together
        Limits that repair it only together, when no single one of tier 0 does.
    hours_checked
        Hours of the model behind the shortages.
    """

    feasible: bool
    shortages: tuple[Shortage, ...] = ()
    repairs: tuple[Repair, ...] = ()
    together: tuple[Repair, ...] = ()
    hours_checked: int = 0

    @property
    def broken_cap(self) -> Repair | None:
        """Return the cap that is to blame alone, with the lowest value that can be reached; None when there is none."""
        return next((r for r in self.repairs if r.limit.kind == "cap"), None)


def diagnose(system: System, grid: TimeGrid, money: MoneyConverter, objective: Objective = LEAST_COST) -> Diagnosis:
    """Return why `system` has no solution on `grid`, with every repair exact on that grid.

    `money` brings the shipped prices of stores to the money of the system.

    Raises
    ------
    InfeasibleError
        A carrier is demanded or used at a node where nothing can supply it: no limit is to blame.
    """
    program = elastic(with_stores(system, money), grid, objective, _options(grid, objective))
    return _diagnosis(program, (system, objective))


def diagnose_year(
    system: System,
    typical_days: int,
    money: MoneyConverter,
    objective: Objective = LEAST_COST,
    time_limit_s: float = np.inf,
) -> Diagnosis:
    """Return why `system` has no solution over the year.

    All repairs are found on typical and peak days; shortages and the first repairs again on all 8760 hours.

    Parameters
    ----------
    system, objective
        What is explained, with its caps.
    typical_days
        Typical days besides the peak days.
    money
        Brings the shipped prices of stores to the money of the system.
    time_limit_s
        Limit of one solve of all hours; where it is not enough, what is said is that of typical and peak days.

    Raises
    ------
    InfeasibleError
        A carrier is demanded or used at a node where nothing can supply it: no limit is to blame.
    """
    grid = choose_days(system, typical_days)
    year = elastic(system, full_year(), objective, replace(_options(full_year(), objective), time_limit_s=time_limit_s))
    try:
        shortages = _shortages(year)
    except SolverError:
        return diagnose(system, grid, money, objective)
    if shortages == ():
        return Diagnosis(feasible=True, hours_checked=year.parts.grid.n)
    found = _alone(elastic(with_stores(system, money), grid, objective, _options(grid, objective)), (system, objective))
    known = [r for r in found if r.limit in year.limits]
    cut = [r for r in known[_YEAR_CHECKS:] if r.limit.kind == "demand"][:1]  # always told: it has to be enough
    again = [*known[:_YEAR_CHECKS], *cut]
    repairs = _ranked([*_on_all_hours(year, again), *(r for r in found if r not in again)])
    together = () if repairs and _tier(repairs[0].limit) == 0 else _together(year, exact=True)
    return _told(shortages or (), repairs, together, year.parts.grid.n)


def _on_all_hours(year: Elastic, repairs: Sequence[Repair]) -> list[Repair]:
    """Return the repairs with their amounts on all hours; one that does not help there is left out.

    One that all hours give no answer for stays as typical days have it.
    """
    found = []
    for r in repairs:
        try:
            again = _repair(year, r.limit, year.least(r.limit), exact=True)
        except SolverError:
            again = r
        if again is not None:
            found.append(replace(again, plant_cost_a=r.plant_cost_a))
    return found


def _options(grid: TimeGrid, objective: Objective) -> SolverOptions:
    """Return the options of the many solves of a diagnosis: warm ones on days, an interior point on a year.

    A cap ties all hours together: then the time structure is what ends.
    """
    if grid.kind != "full":
        return SolverOptions(method="simplex")
    return SolverOptions(method="steps" if objective.caps else "hipo")


def _diagnosis(program: Elastic, asked: tuple[System, Objective]) -> Diagnosis:
    shortages, grid = _shortages(program), program.parts.grid
    if shortages == ():
        return Diagnosis(feasible=True, hours_checked=grid.n)
    repairs = _alone(program, asked)
    together = () if repairs and _tier(repairs[0].limit) == 0 else _together(program, exact=grid.kind == "full")
    return _told(shortages or (), repairs, together, grid.n)


def _told(
    shortages: tuple[Shortage, ...], repairs: Sequence[Repair], together: tuple[Repair, ...], hours: int
) -> Diagnosis:
    """Return the diagnosis without what a cap that is broken makes meaningless: shortages, cuts of demand.

    A limit of 0, which no other repair is weighed against, may be all that has to move "together": it repairs alone.
    """
    if len(together) == 1:
        known = any(r.limit == together[0].limit for r in repairs)
        repairs, together = repairs if known else [*together, *repairs], ()
    capped = any(r.limit.kind == "cap" for r in (*repairs, *together))
    kept = tuple(r for r in repairs if not (capped and r.limit.kind == "demand"))
    told = Diagnosis(feasible=False, shortages=shortages, repairs=kept, together=together, hours_checked=hours)
    return told if told.broken_cap is None else replace(told, shortages=())


def _alone(program: Elastic, asked: tuple[System, Objective]) -> list[Repair]:
    """Return what repairs it alone; a cut of demand only where no sum over the year leads the others.

    `asked` is the system as it stands and its objective.
    """
    exact = program.parts.grid.kind == "full"
    moved = _leasts(program, [x for x in program.limits if x.kind != "demand"], exact=exact)
    milder = settings_that_mend(asked[0], program.parts.grid, asked[1])
    moved += [Repair(m.limit, m.amount, 0.0, exact) for m in milder]
    repairs = _priced(program, moved, {m.limit: m.plant_cost_a for m in milder})
    if (repairs and repairs[0].limit.kind in _OF_THE_YEAR) or any(r.limit.kind == "cap" for r in repairs):
        return repairs
    return _ranked([*repairs, *_leasts(program, [x for x in program.limits if x.kind == "demand"], exact=exact)])


def _leasts(program: Elastic, limits: Sequence[Limit], *, exact: bool) -> list[Repair]:
    found = [_repair(program, limit, program.least(limit), exact=exact) for limit in limits]
    return [r for r in found if r is not None]


def _priced(program: Elastic, repairs: list[Repair], known: Mapping[Limit, float]) -> list[Repair]:
    """Return the repairs ranked, those that move a limit with the cost of the plant they allow, unless `known`."""
    rivals = [r for r in repairs if _tier(r.limit) == 0]
    if len(rivals) > 1:
        costs = [known[r.limit] if r.limit in known else program.cost(r.limit, np.inf) for r in rivals]
        priced = [replace(r, plant_cost_a=cost) for r, cost in zip(rivals, costs, strict=True)]
        repairs = [*priced, *(r for r in repairs if r not in rivals)]
    return _ranked(repairs)


def _repair(program: Elastic, limit: Limit, amount: float | None, *, exact: bool) -> Repair | None:
    if amount is None:
        return None
    series = program.dropped(limit, amount) if limit.kind == "demand" else None
    node, _, carrier = limit.owner.partition(":")
    dropped = None if series is None else _shortage(program, (node, carrier), series)
    return Repair(limit, amount, amount * limit.cost_per_unit, exact, dropped=dropped)


def _ranked(repairs: Sequence[Repair]) -> list[Repair]:
    return sorted(repairs, key=lambda r: (_tier(r.limit), _effort(r), r.cost_a, r.amount))


def _effort(repair: Repair) -> float:
    """Return what ranks the repairs that move a limit: cost of the plant, weighted with the relative change."""
    cost = repair.plant_cost_a
    return cost + abs(cost) * repair.relative if cost else repair.relative


def _tier(limit: Limit) -> int:
    tier = _TIERS[limit.kind]
    return _ZERO_TIER if tier == 0 and limit.value <= 0.0 else tier


def _together(program: Elastic, *, exact: bool) -> tuple[Repair, ...]:
    """Return the limits that repair it together at the least sum of relative changes."""
    weights = {x: _weight(x) for x in program.limits if x.kind not in {"demand", "store", "outage"}}
    moved = program.together(weights) if weights else None
    found = [_repair(program, limit, amount, exact=exact) for limit, amount in (moved or {}).items()]
    return tuple(_ranked([r for r in found if r is not None]))


def _weight(limit: Limit) -> float:
    return 1.0 / limit.value if limit.value > 0.0 else _NO_WEIGHT


def _shortages(program: Elastic) -> tuple[Shortage, ...] | None:
    """Return what is short; None when not even leaving demand unserved meets the caps and least sizes."""
    missing = program.shortage()
    if missing is None:
        return None
    out = [_shortage(program, key, series) for key, series in missing.items()]
    return tuple(sorted(out, key=lambda s: -s.short_kw))


def _shortage(program: Elastic, key: NodeCarrier, series: NDArray[np.float64]) -> Shortage:
    """Return hour, hours and energy of what is left unserved at one demand, kW by step."""
    grid = program.parts.grid
    load = grid.sample(program.parts.system.demand[key])
    worst, weight = int(series.argmax()), grid.weight * grid.step_h
    short = series > _ROUNDING_FRAC * max(float(load.max()), 1.0)
    return Shortage(
        node=key[0],
        carrier=key[1],
        hour=int(grid.hours()[worst]),
        short_kw=float(series[worst]),
        demand_kw=float(load[worst]),
        hours=float(weight[short].sum()),
        short_kwh=float(weight @ np.where(short, series, 0.0)),
    )
