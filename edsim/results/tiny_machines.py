"""Machines an optimizer buys and nobody builds: a turbine of 0.4 kW beside boilers of 30 MW.

Costs per kW have no smallest machine, so that a linear program takes of a machine as little as saves a little. Such a
size is a sign that the machine does not pay, and is told as one.
"""

from __future__ import annotations

from edsim.core.errors import Finding
from edsim.core.technology import Technology
from edsim.results.variant import NOTHING, VariantRun

TINY_FRAC = 0.002
"""Size over that of the largest machine of the plant below which no offer would be asked for; judgement."""
_UNITS = ("kW", "kWp")


def tiny_machines(run: VariantRun) -> dict[str, tuple[float, float]]:
    """Return machine → its size and that of the largest of the plant, kW, of those too small to be built.

    What stands already, or has a least size in the case, is no choice of the optimizer.
    """
    bought = {t.id: _bought_kw(run, t) for t in run.plant if t.sizes and t.sizes[0].unit in _UNITS}
    largest = max(bought.values(), default=0.0)
    return {name: (kw, largest) for name, kw in bought.items() if NOTHING <= kw < TINY_FRAC * largest}


def _bought_kw(run: VariantRun, t: Technology) -> float:
    """Return the most of the first size that any stage buys; 0 where the case prescribes it."""
    size = t.sizes[0].name
    if getattr(t, f"existing_{size}", 0.0) or getattr(t, f"min_{size}", 0.0):
        return 0.0
    return max(stage.run.capacity(t.id, size) for stage in run.stages)


def tiny_findings(run: VariantRun) -> list[Finding]:
    """Return the remark on every machine too small to be built."""
    return [
        Finding(
            "W517",
            "a machine is bought so small that nobody builds it: read it as not bought",
            field=f"{run.name}.technologies.{name}",
            got=f"{kw:.3g} kW",
            allowed=f"≥ {TINY_FRAC * largest:.3g} kW",
            hint="remove it from the variant, or give it min_capacity_kw or fixed_capex, and run again",
            severity="warning",
        )
        for name, (kw, largest) in tiny_machines(run).items()
    ]
