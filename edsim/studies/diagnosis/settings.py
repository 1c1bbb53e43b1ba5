"""Settings of the case, other than limits, that keep demand from being served: each is tried by building anew.

Contracts to shift or interrupt, how often and how fast a store is used, runs that are forced, machines in reserve,
least sizes beside a cap, vehicles that must charge. They stand inside the matrix of the model, not at its sides, so no
slack of :mod:`edsim.studies.diagnosis.elastic` reaches them. A setting is tried only where the case states it: first
at its mildest, and if that serves, the least change that does is found by bisection.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from edsim.core.errors import InfeasibleError, SolverError
from edsim.core.technology import Technology
from edsim.core.timegrid import TimeGrid
from edsim.optimization.model.model import build
from edsim.optimization.system import System, reach_kw
from edsim.optimization.types import Objective
from edsim.studies.diagnosis.limits import Limit, LimitKind

_CLOSE_FRAC = 1e-3
"""Share of the least change to which it is found."""
_FASTEST_CHARGE_H = 0.25
_MOST_CYCLES = 1e5
_RAISED = {"hours_per_day": (24.0, "h"), "interruptible_frac": (1.0, "frac"), "cycle_life": (_MOST_CYCLES, "cycles")}
"""Settings that serve more the higher they are: the mildest value, unit."""
_LOWERED: dict[str, tuple[float, str, LimitKind]] = {
    "charging_time_h": (_FASTEST_CHARGE_H, "h", "setting"),
    "must_run_frac": (0.0, "frac", "setting"),
    "spare_units": (0.0, "", "reserve"),
    "energy_kwh_per_day": (0.0, "kWh", "draw"),
    "vehicles": (1.0, "", "draw"),
}
"""Settings that serve more the lower they are: the mildest value, unit, kind of repair."""
_WHOLE = frozenset({"spare_units", "vehicles"})


@dataclass(frozen=True, slots=True)
class Moved:
    """A setting, by how much it must move at least (below 0: down), and the cost of the plant at its mildest."""

    limit: Limit
    amount: float
    plant_cost_a: float


@dataclass(frozen=True, slots=True)
class _Trial:
    """A setting of one machine and the mildest value it could have."""

    spec: Technology
    limit: Limit
    mildest: float

    def plant_cost(self, system: System, grid: TimeGrid, objective: Objective, value: float) -> float | None:
        """Return the yearly cost of the plant with the setting at `value`, without what no choice changes."""
        moved = self.spec.model_copy(update={self.limit.name: int(value) if self.limit.name in _WHOLE else value})
        changed = replace(system, technologies=tuple(moved if t is self.spec else t for t in system.technologies))
        try:
            model = build(changed, grid)
            return model.solve(objective).objective - model.ledger.cost(model.lp, objective.weights)[1]
        except (InfeasibleError, SolverError):
            return None


def settings_that_mend(system: System, grid: TimeGrid, objective: Objective) -> list[Moved]:
    """Return the stated settings of `system`, which cannot be served, that mend it alone, with their least change."""
    return [moved for trial in _trials(system, objective) if (moved := _least(trial, system, grid, objective))]


def _least(trial: _Trial, system: System, grid: TimeGrid, objective: Objective) -> Moved | None:
    cost = trial.plant_cost(system, grid, objective, trial.mildest)
    if cost is None:
        return None
    start, is_whole = trial.limit.value, trial.limit.name in _WHOLE
    fails, serves = start, trial.mildest
    while abs(serves - fails) > (1.0 if is_whole else _CLOSE_FRAC * abs(serves - start)):
        middle = 0.5 * (fails + serves)
        middle = float(round(middle)) if is_whole else middle
        if trial.plant_cost(system, grid, objective, middle) is None:
            fails = middle
        else:
            serves = middle
    return Moved(trial.limit, serves - start, cost)


def _trials(system: System, objective: Objective) -> Iterator[_Trial]:
    for t in system.technologies:
        for name in sorted(t.model_fields_set):
            if name in _RAISED:
                mildest, unit = _RAISED[name]
                yield from _trial(t, name, mildest, (unit, "setting"))
            elif name == "shiftable_kw":
                yield from _trial(t, name, reach_kw(system, t.node, "electricity"), ("kW", "setting"))
            elif name in _LOWERED:
                mildest, unit, kind = _LOWERED[name]
                yield from _trial(t, name, mildest, (unit, kind))
        for size in t.sizes if objective.caps else ():
            existing = float(getattr(t, f"existing_{size.name}", 0.0) or 0.0)
            if getattr(t, f"min_{size.name}", 0.0) > existing:
                yield from _trial(t, f"min_{size.name}", existing, (size.unit, "setting"))


def _trial(t: Technology, name: str, mildest: float, how: tuple[str, LimitKind]) -> Iterator[_Trial]:
    """Yield the trial of a setting that is stated and could be milder."""
    value, (unit, kind) = getattr(t, name), how
    if value is not None and float(value) != mildest:
        yield _Trial(t, Limit(kind, f"technologies.{t.id}.{name}", t.id, name, float(value), unit), mildest)
