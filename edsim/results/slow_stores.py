"""Ice stores that the optimizer fills over many days, ahead of peaks only it foresees.

A linear program knows every hour of the year. Where ice serves a few hot days, it buys a large tank and hardly any ice
makers, which freeze for a week before each of them. Tanks are built to freeze in a night, or over a weekend.
"""

from __future__ import annotations

from edsim.core.errors import Finding
from edsim.core.technology import Technology
from edsim.results.variant import NOTHING, VariantRun

LONGEST_H = 72.0
"""Hours from empty to full that an operator may still plan for, a weekend and its nights; judgement."""


def slow_store_findings(run: VariantRun) -> list[Finding]:
    """Return the remark on every ice store whose ice makers need more than three days to fill it."""
    stores = [t for t in run.plant if t.kind == "ice_store"]
    slowest = [max((_hours(s.run, t) for s in run.stages), default=(0.0, 0.0)) for t in stores]
    return [
        Finding(
            "W519",
            "an ice store takes days to freeze: it is filled ahead of peaks that no operator foresees",
            field=f"{run.name}.technologies.{t.id}",
            got=f"{hours:,.0f} h at {kw:,.0f} kW of ice makers",
            allowed=f"≤ {LONGEST_H:.0f} h",
            hint="give min_ice_maker_kw, the capacity over the hours of a night, and run again",
            severity="warning",
        )
        for t, (hours, kw) in zip(stores, slowest, strict=True)
        if hours > LONGEST_H
    ]


def _hours(run: VariantRun, store: Technology) -> tuple[float, float]:
    """Return hours from empty to full at the rate of brine, and the ice makers, kW; zeros where no ice is bought."""
    kwh, kw = (run.capacity(store.id, size) for size in ("capacity_kwh", "ice_maker_kw"))
    if min(kwh, kw) < NOTHING:
        return 0.0, 0.0
    return kwh / (kw * float(getattr(store, "brine_capacity_frac", 1.0))), kw
