"""Unit-by-unit staging of the chosen plant on its true part-load curves, against the convex part load of the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from edsim.core.errors import Finding
from edsim.results.variant import VariantRun

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
        series = {p.name: np.zeros(8760) for p in (product, driver)}
        for f in run.flows:
            if f.technology == t.id and f.port in series:
                series[f.port] = f.values
        needed = staged(series[product.name], capacity, run.conditions)
        out.append(Staging(t.id, float(series[driver.name].sum()), float(np.sum(needed))))
    return tuple(out)


def staging_findings(run: VariantRun) -> list[Finding]:
    """Return a warning for every machine whose staged input differs by more than 2 %.

    Engines that draw more than their power needs run low for their heat: staging for power says nothing of them.
    """
    may_follow_heat = {t.id for t in run.plant if t.kind == "chp"}
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
        if abs(s.difference_frac) > WARN_FRAC and not (s.technology in may_follow_heat and s.difference_frac < 0.0)
    ]


def _compared(difference_frac: float) -> str:
    return f"{abs(difference_frac):.1%} {'more' if difference_frac > 0 else 'less'}"
