"""Unit-by-unit staging of the chosen plant on its true part-load curves, against the convex part load of the model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import Finding
from edsim.core.hours import HOURS_PER_YEAR
from edsim.core.technology import Technology
from edsim.results.variant import VariantRun

Array = NDArray[np.float64]

_NO_CAPACITY = 1e-6
WARN_FRAC = 0.02
"""Difference of input energy above which the model's part load misrepresents the machine."""


@dataclass(frozen=True, slots=True)
class Staging:
    """Input energy of one machine group over the year, in the model and staged in whole units, kWh."""

    technology: str
    model_kwh: float
    staged_kwh: float

    @property
    def difference_frac(self) -> float:
        """Staged minus model, over model."""
        return (self.staged_kwh - self.model_kwh) / self.model_kwh if self.model_kwh > 0 else 0.0


def stage_units(run: VariantRun) -> tuple[Staging, ...]:
    """Return the comparison for every machine of the plant that knows its unit-by-unit input."""
    out = []
    for t in run.plant:
        capacity = run.capacity(t.id, t.sizes[0].name) if t.sizes else 0.0
        given = [p.name for p in t.ports if p.direction == "out"]
        if capacity <= _NO_CAPACITY or not given:
            continue
        output, heat = _carried(run, t, *given[:1]), _carried(run, t, *given[1:])
        staged = t.staged_for_heat_kw(output, heat, capacity, run.conditions)
        if staged is None:
            staged = t.staged_input_kw(output, capacity, run.conditions)
        if staged is not None:
            driver = next(p.name for p in t.ports if p.direction == "in")
            out.append(Staging(t.id, float(_carried(run, t, driver).sum()), float(staged.sum())))
    return tuple(out)


def _carried(run: VariantRun, machine: Technology, *ports: str) -> Array:
    """Return what ports of a machine carry together by hour, (8760,)."""
    given = [f.values for f in run.flows if f.technology == machine.id and f.port in ports]
    return np.asarray(sum(given, np.zeros(HOURS_PER_YEAR)))


def staging_findings(run: VariantRun) -> list[Finding]:
    """Return a warning for every machine whose staged input differs by more than 2 %."""
    return [
        Finding(
            "W511",
            f"whole units of {s.technology} need {_compared(s.difference_frac)} energy than the model counted",
            field=f"{run.name}.technologies.{s.technology}",
            got=f"model {s.model_kwh:,.0f} kWh/a, staged {s.staged_kwh:,.0f} kWh/a",
            allowed=f"within {WARN_FRAC:.0%}",
            hint="raise units, or judge energy and cost with this difference",
            severity="warning",
        )
        for s in stage_units(run)
        if abs(s.difference_frac) > WARN_FRAC
    ]


def _compared(difference_frac: float) -> str:
    return f"{abs(difference_frac):.1%} {'more' if difference_frac > 0 else 'less'}"
