"""Unit-by-unit staging of the chosen plant on its true part-load curves, against the convex part load of the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import Finding
from edsim.core.hours import HOURS_PER_YEAR
from edsim.results.variant import VariantRun

Array = NDArray[np.float64]

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
        staged: Any = getattr(t, "staged_input_kw", None)
        capacity = run.capacity(t.id, t.sizes[0].name) if t.sizes else 0.0
        if staged is None or capacity <= 1e-6:
            continue
        product = next(p for p in t.ports if p.direction == "out")
        driver = next(p for p in t.ports if p.direction == "in")
        series = {p.name: np.zeros(HOURS_PER_YEAR) for p in (product, driver)}
        for f in run.flows:
            if f.technology == t.id and f.port in series:
                series[f.port] = f.values
        needed = _needed(run, t, series[product.name], capacity)
        out.append(Staging(t.id, float(series[driver.name].sum()), float(np.sum(needed))))
    return tuple(out)


def _needed(run: VariantRun, machine: Any, output_kw: Array, capacity: float) -> Array:
    """Return the input of whole units by hour; engines that also give heat are staged for both."""
    for_heat: Any = getattr(machine, "staged_for_heat_kw", None)
    if for_heat is None:
        return np.asarray(machine.staged_input_kw(output_kw, capacity, run.conditions))
    heats = [p.name for p in machine.ports if p.direction == "out"][1:]
    given = [f.values for f in run.flows if f.technology == machine.id and f.port in heats]
    return np.asarray(for_heat(output_kw, sum(given, np.zeros(HOURS_PER_YEAR)), capacity, run.conditions))


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
