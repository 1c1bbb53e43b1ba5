"""Which least load, size or reserve of whole units keeps every plan from serving the demand.

The days a design left short, and those of the least hour of each demand, are made a small program of their own, all of
it served, with units bought and units that run as whole numbers. If that has no plan, one limit of one machine at a
time is moved as little as it takes to have one: the least load down, the largest size up by whole units, machines out
of the reserve. What mends it alone is named with the value that does. Days are tried without what stores bring from
other days, and not with the caps of the year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from edsim.core.errors import Finding
from edsim.core.machines.bank import Bank
from edsim.core.timegrid import TimeGrid, typical_days
from edsim.lp import HighsSession, SolverOptions
from edsim.optimization.model.commitment_model import integer_columns
from edsim.optimization.model.criteria import LEAST_COST
from edsim.optimization.model.model import build
from edsim.optimization.system import System
from edsim.optimization.whole.program import whole_program

_WHAT = "no plan with whole units serves every hour"
_LIMIT_S = 20.0
_ANY_GAP_FRAC = 0.9
"""Gap of a solve that only asks whether there is a plan."""
_MORE_UNITS = 8
"""Whole units that a largest size is raised by at most, besides doubling it."""


@dataclass(frozen=True, slots=True)
class _Way:
    """A field of a bank, values to move it to, the least change first, what makes a finding of field, got, value."""

    field: str
    values: Sequence[Any]
    said: Callable[[str, str, Any], Finding]


def no_whole_plan(system: System, days: Sequence[int], got: str) -> list[Finding]:
    """Return the findings E520 of a system that no plan with whole units serves.

    Parameters
    ----------
    system
        System after :func:`edsim.optimization.whole.commitment.whole_limits`.
    days
        Days of the year (0–364) that were short, at least one.
    got
        What the last plan left unserved.
    """
    banks = [t for t in system.technologies if isinstance(t, Bank) and t.has_integers]
    for shown in dict.fromkeys((tuple(sorted({*days, *_quiet_days(system)})), tuple(days))):
        found = _limits(system, typical_days(np.array(shown), np.arange(365) % len(shown)), banks, got)
        if found:
            return found
    field = f"technologies.{banks[0].id}" if len(banks) == 1 else "technologies"
    hint = "lower min_part_load_frac or the unit size, add a store or a machine without a least load"
    return [Finding("E520", _WHAT, field=field, got=got, hint=hint)]


def _quiet_days(system: System) -> set[int]:
    """Return the days of the least hour of each demand: a least load for the days left short may not serve these."""
    demands = (v for v in system.demand.values() if float(v.max(initial=0.0)) > 0.0)
    return {int(v.reshape(365, 24).min(axis=1).argmin()) for v in demands}


def _limits(system: System, grid: TimeGrid, banks: Sequence[Bank], got: str) -> list[Finding]:
    """Return the findings of the limits that one change of mends; none where a plan serves the days."""
    if _serves(system, grid):
        return []
    return [
        way.said(f"technologies.{bank.id}.{way.field}", got, value)
        for bank in banks
        for way in _ways(bank)
        if (value := _least_change(system, grid, bank, way)) is not None
    ]


def is_of_whole_units(finding: Finding) -> bool:
    """Return whether a finding says what no plan with whole units serves."""
    return finding.code == "E520"


def names_a_limit(finding: Finding) -> bool:
    """Return whether a finding of :func:`no_whole_plan` names the limit of a machine that mends it alone."""
    return bool(finding.allowed)


def _ways(bank: Bank) -> Iterator[_Way]:
    if bank.min_part_load_frac > 0.0:
        shares = np.arange(np.ceil(100.0 * bank.min_part_load_frac - 1e-9) - 1, -1, -1) / 100.0
        yield _Way("min_part_load_frac", [float(x) for x in shares], _lower_load)
    unit = bank.unit_size
    if unit is None:
        return
    name = bank.sizes[0].name
    count = round(float(getattr(bank, f"max_{name}")) / unit)
    sizes = [n * unit for n in range(count + 1, 2 * count + _MORE_UNITS + 1)]
    yield _Way(f"max_{name}", sizes, partial(_more_units, unit, bank.sizes[0].unit))
    yield _Way("spare_units", range(bank.spare_units - 1, -1, -1), _less_reserve)


def _lower_load(field: str, got: str, share: float) -> Finding:
    hint = "lower it, or the size of a unit; or add a store or a machine without a least load"
    return Finding("E520", _WHAT, field=field, got=got, allowed=f"<= {share:g}", hint=hint)


def _more_units(unit: float, unit_name: str, field: str, got: str, size: float) -> Finding:
    hint = f"room for {round(size / unit)} whole units is needed: raise it"
    return Finding("E520", _WHAT, field=field, got=got, allowed=f">= {size:,.6g} {unit_name}", hint=hint)


def _less_reserve(field: str, got: str, count: int) -> Finding:
    hint = "units in reserve are missing in operation: keep fewer, or raise the largest size"
    return Finding("E520", _WHAT, field=field, got=got, allowed=f"<= {count}", hint=hint)


def _least_change(system: System, grid: TimeGrid, bank: Bank, way: _Way) -> Any | None:
    """Return the first value of a way with which the days are served, None where the last does not do; by bisection."""

    def does(value: Any) -> bool:
        moved = bank.model_copy(update={way.field: value})
        return _serves(
            replace(system, technologies=tuple(moved if t is bank else t for t in system.technologies)), grid
        )

    if not way.values or not does(way.values[-1]):
        return None
    low, high = -1, len(way.values) - 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if does(way.values[middle]) else (middle, high)
    return way.values[high]


def _serves(system: System, grid: TimeGrid) -> bool:
    """Return whether some plan with whole units serves all of `grid`; no answer in time counts as none."""
    model = build(system, grid)
    lp, _ = whole_program(model, LEAST_COST, serve_all=True)
    places = integer_columns(model.parts)
    whole = np.zeros(lp.num_cols, np.uint8)
    whole[places.build] = whole[places.running] = 1
    any_plan = SolverOptions(time_limit_s=_LIMIT_S, mip_gap_frac=_ANY_GAP_FRAC)
    result = HighsSession(replace(lp, integrality=whole), any_plan).solve()
    return result.usable and result.x is not None
