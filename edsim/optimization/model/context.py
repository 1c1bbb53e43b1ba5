"""What a technology kind sees while it declares its variables and relations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import CaseError, Finding
from edsim.core.technology import Conditions, Size, Technology
from edsim.core.timegrid import TimeGrid
from edsim.lp import ArrayParam, Block, Constraint, RangeSet, Var, bounded_var
from edsim.optimization.system import System, annuity_factor, on_grid, reach_kw

Array = NDArray[np.float64]

_PER_KW = {"kWh": 24.0, "m2": 10.0, "kWp": 10.0, "m3": 24.0}
"""Units of a size per kW of the largest flow when the case gives no limit; makes its bound finite.

A store may hold 24 h of the flow; solar surfaces yield at least 0.1 kW per m2 or kWp at some hour.
"""

_HAIR = 1.001


def stack(prepared: Sequence[Mapping[str, Array | float]], n_steps: int, names: Sequence[str]) -> dict[str, Array]:
    """Return prepared values of all instances as arrays: numbers ``(instances,)``, series ``(instances, steps)``."""
    out: dict[str, Array] = {}
    for key in prepared[0]:
        values = [np.asarray(p[key], dtype=float) for p in prepared]
        if any(v.ndim for v in values):
            values = [np.broadcast_to(v, (n_steps,)) for v in values]
        out[key] = np.stack(values)
        if not np.isfinite(out[key]).all():
            bad = next(i for i, v in enumerate(out[key]) if not np.isfinite(v).all())
            raise ValueError(f"prepare of {names[bad]}: array {key!r} is not finite")
    return out


class _Recorded(dict[str, Array]):
    """Arrays that remember which of them were read."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        super().__init__(arrays)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> Array:
        self.read.add(name)
        return super().__getitem__(name)


@dataclass(slots=True)
class KindContext:
    """Implements :class:`edsim.core.technology.ModelContext` for all instances of one kind.

    Until it is closed it notes in `used` which arrays were read: those the blocks and the matrix depend on.
    """

    system: System
    grid: TimeGrid
    specs: Sequence[Technology]
    conditions: Sequence[Conditions]
    arrays: dict[str, Array]
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    used: frozenset[str] = frozenset()

    def close(self) -> None:
        """End the noting: what is read from now on only prices what is built."""
        if isinstance(self.arrays, _Recorded):
            self.used, self.arrays = frozenset(self.arrays.read), dict(self.arrays)

    @property
    def sizes(self) -> tuple[Size, ...]:
        """Sizes of the kind."""
        return type(self.specs[0]).sizes

    def upper(self, size: str) -> Array:
        """Return a finite bound per instance for the flows of a machine, a hair above the bound of its size.

        The hair leaves the limit to the row that ties the flow to the size: what a limit is worth then shows at the
        size, not spread over the bounds of its flows.
        """
        return self.limit(size) * _HAIR

    def limit(self, size: str) -> Array:
        """Return the finite upper bound of a size: the case's limit, else one derived from the demand."""
        declared = next(s for s in self.sizes if s.name == size)
        bounds = []
        for spec in self.specs:
            limit = getattr(spec, f"max_{size}", None)
            if limit is None:
                limit = max(reach_of(self.system, spec, declared), least_of(spec, size))
            bounds.append(float(limit))
        return np.array(bounds)

    def sized(self, block: Block) -> None:
        """Declare one variable per instance for every size."""
        for size in self.sizes:
            lower = np.array([least_of(s, size.name) for s in self.specs])
            upper = self.limit(size.name)
            _refuse_crossed(self.specs, size, lower, upper)
            self.shapes[size.name] = (len(self.specs),)
            setattr(block, size.name, bounded_var(block.I, lower=lower, upper=upper))

    def flow(self, block: Block, name: str, upper: Array) -> Var:
        """Declare a non-negative variable over instance x step."""
        shape = (len(self.specs), self.grid.n)
        ceiling = np.asarray(upper, dtype=float)
        ceiling = np.broadcast_to(ceiling[:, None] if ceiling.ndim == 1 else ceiling, shape)
        self.shapes[name] = shape
        variable: Var = bounded_var(block.I, block.T, lower=0.0, upper=ceiling)
        setattr(block, name, variable)
        return variable

    def monthly(self, block: Block, name: str, upper: Array) -> Var:
        """Declare a non-negative variable over instance x month."""
        shape = (len(self.specs), 12)
        ceiling = np.broadcast_to(np.asarray(upper, dtype=float)[:, None], shape)
        self.shapes[name] = shape
        variable: Var = bounded_var(block.I, block.M, lower=0.0, upper=ceiling)
        setattr(block, name, variable)
        return variable

    def params(self, block: Block, *names: str) -> None:
        """Declare prepared arrays as parameters of the same name."""
        for name in names:
            array = self.arrays[name]
            index = (block.I,) if array.ndim == 1 else (block.I, block.T)
            setattr(block, name, ArrayParam(*index, array=array))

    def days(self, block: Block) -> None:
        """Declare the days, the steps of a day and the step of the year each of them is."""
        steps = np.arange(self.grid.n).reshape(-1, round(24 / self.grid.step_h))
        block.D, block.K = RangeSet(0, len(steps) - 1), RangeSet(0, steps.shape[1] - 1)
        block.step_of_day = ArrayParam(block.D, block.K, array=steps)

    def relate(self, block: Block, name: str, rule: Callable[..., Any]) -> None:
        """Declare a relation over instance x step."""
        setattr(block, name, Constraint(block.I, block.T, rule=rule))

    def storage(self, block: Block, level: str, change: str, *, kept_per_step: str, capacity: str) -> None:
        """Declare the level of a store and link its steps over the year."""
        if self.grid.kind == "full":
            self._storage_full(block, (level, change), kept_per_step, capacity)
        else:
            self._storage_linked(block, (level, change), kept_per_step, capacity)

    def _storage_full(self, block: Block, names: tuple[str, str], kept: str, capacity: str) -> None:
        level, change = names
        stored = self.flow(block, level, self.upper(capacity))
        _require_params(self, block, kept)
        keep, size, added = getattr(block, kept), getattr(block, capacity), getattr(block, change)
        block.previous_step = ArrayParam(block.T, array=self.grid.previous)
        block.level_link = Constraint(
            block.I,
            block.T,
            rule=lambda b, i, t: stored[i, t] == keep[i] * stored[i, b.previous_step[t]] + added(b, i, t),
        )
        block.level_limit = Constraint(block.I, block.T, rule=lambda _b, i, t: stored[i, t] <= size[i])

    def _storage_linked(self, block: Block, names: tuple[str, str], kept: str, capacity: str) -> None:
        """Link typical days over the year: level = level at the start of the day + change within the typical day.

        Method: inter-period storage of Kotzur et al., Applied Energy 213 (2018), doi:10.1016/j.apenergy.2018.01.023;
        the day's start level decays with the same share per step.
        """
        level, change = names
        grid, n = self.grid, len(self.specs)
        per_day = grid.steps_per_period
        top = self.upper(capacity)
        both = np.broadcast_to(top[:, None], (n, grid.n))
        setattr(block, level, bounded_var(block.I, block.T, lower=-both, upper=both))
        self.shapes[level] = (n, grid.n)
        within = getattr(block, level)
        _require_params(self, block, kept)
        keep, size, added = getattr(block, kept), getattr(block, capacity), getattr(block, change)
        first = np.arange(grid.n) % per_day == 0
        block.D = RangeSet(0, 364)
        block.P = RangeSet(0, grid.n_periods - 1)
        block.previous_step = ArrayParam(block.T, array=grid.previous)
        block.carried = ArrayParam(block.T, array=(~first).astype(float))
        block.period_of_step = ArrayParam(block.T, array=grid.period)
        block.last_step = ArrayParam(block.P, array=(np.arange(grid.n_periods) + 1) * per_day - 1)
        block.period_of_day = ArrayParam(block.D, array=grid.day_to_period)
        block.next_day = ArrayParam(block.D, array=np.roll(np.arange(365), -1))
        block.kept_per_day = ArrayParam(block.I, array=self.arrays[kept] ** per_day)
        block.day_level = bounded_var(block.I, block.D, lower=0.0, upper=np.broadcast_to(top[:, None], (n, 365)))
        spread = np.broadcast_to(top[:, None], (n, grid.n_periods))
        block.day_high = bounded_var(block.I, block.P, lower=0.0, upper=spread)
        block.day_low = bounded_var(block.I, block.P, lower=-spread, upper=0.0)
        block.level_link = Constraint(
            block.I,
            block.T,
            rule=lambda b, i, t: (
                within[i, t] == keep[i] * b.carried[t] * within[i, b.previous_step[t]] + added(b, i, t)
            ),
        )
        block.level_high = Constraint(
            block.I, block.T, rule=lambda b, i, t: within[i, t] <= b.day_high[i, b.period_of_step[t]]
        )
        block.level_low = Constraint(
            block.I, block.T, rule=lambda b, i, t: within[i, t] >= b.day_low[i, b.period_of_step[t]]
        )
        block.day_link = Constraint(
            block.I,
            block.D,
            rule=lambda b, i, d: (
                b.day_level[i, b.next_day[d]]
                == b.kept_per_day[i] * b.day_level[i, d] + within[i, b.last_step[b.period_of_day[d]]]
            ),
        )
        block.day_full = Constraint(
            block.I, block.D, rule=lambda b, i, d: b.day_level[i, d] + b.day_high[i, b.period_of_day[d]] <= size[i]
        )
        block.day_empty = Constraint(
            block.I,
            block.D,
            rule=lambda b, i, d: b.kept_per_day[i] * b.day_level[i, d] + b.day_low[i, b.period_of_day[d]] >= 0,
        )


def least_of(spec: Technology, size: str) -> float:
    """Return the existing or least size of a machine, whichever is larger."""
    return max(float(getattr(spec, f"existing_{size}", 0.0) or 0.0), float(getattr(spec, f"min_{size}", 0.0) or 0.0))


def reach_of(system: System, spec: Technology, size: Size) -> float:
    """Return the largest size of a machine that the case gives no limit."""
    limit = reach_kw(system, spec.node, _carrier_of(spec, size)) * _PER_KW.get(size.unit, 1.0)
    return limit / spec.firm_frac


def _carrier_of(spec: Technology, size: Size) -> str:
    """Return the carrier of an instance whose default is the size's carrier."""
    ports = [p for p in spec.ports if p.carrier == size.carrier]
    return spec.carrier_of(ports[0]) if ports else size.carrier


def _refuse_crossed(specs: Sequence[Technology], size: Size, lower: Array, upper: Array) -> None:
    """Refuse a largest size below the existing or least one."""
    findings = [
        Finding(
            code="E515",
            field=f"technologies.{spec.id}.max_{size.name}",
            what="the largest size is below the existing or least size",
            got=f"{high:g}",
            allowed=f"at least {low:g} {size.unit}",
            hint=f"raise max_{size.name}, or lower existing_{size.name} or min_{size.name}",
        )
        for spec, low, high in zip(specs, lower, upper, strict=True)
        if low > high
    ]
    if findings:
        raise CaseError.of(findings)


def _require_params(ctx: KindContext, block: Block, *names: str) -> None:
    missing = [n for n in names if not hasattr(block, n)]
    ctx.params(block, *missing)


def make_context(system: System, grid: TimeGrid, specs: Sequence[Technology]) -> KindContext:
    """Return the context of one kind: every instance prepared on `grid` and stacked."""
    conditions = [on_grid(system.conditions[s.node], grid) for s in specs]
    prepared = [s.prepare(c) for s, c in zip(specs, conditions, strict=True)]
    arrays = stack(prepared, grid.n, [s.id for s in specs]) if prepared[0] else {}
    arrays["annuity_factor"] = np.array(
        [annuity_factor(system.discount_rate_frac, s.lifetime_a) * system.investment_factor for s in specs]
    )
    return KindContext(system=system, grid=grid, specs=specs, conditions=conditions, arrays=_Recorded(arrays))
