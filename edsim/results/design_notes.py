"""Warnings about the designs of a run: demand left unserved, unit staging off the model, gaps still open."""

from __future__ import annotations

from collections.abc import Sequence

from edsim.core.errors import Finding
from edsim.optimization.district.billing import sides_paid
from edsim.optimization.types import Flow
from edsim.results.left_out import left_out_findings
from edsim.results.size_costs import size_cost_findings
from edsim.results.slow_stores import slow_store_findings
from edsim.results.staging import staging_findings
from edsim.results.tiny_machines import tiny_findings
from edsim.results.variant import VariantRun

_NOISE_FRAC = 1e-6
"""Unserved energy below this share of the demand at its place is numerical noise."""
_LEAST_SHOWN_KWH = 0.005
"""Unserved energy below this would be printed as 0.00 kWh."""
_WHOLE_HINT = (
    "the bound counts parts of machines, starts and fixed investments, so that some gap stays; "
    "try settings.typical_days, --full-year, or more and smaller units"
)


def design_findings(runs: Sequence[VariantRun]) -> list[Finding]:
    """Return warnings about the designs: unserved demand, staging, costs by size, tiny machines, needs left out."""
    notes = [
        f for r in runs for f in (*unserved_findings(r.name, r.flows), *staging_findings(r), *size_cost_findings(r))
    ]
    notes += [f for r in runs for f in (*tiny_findings(r), *slow_store_findings(r))]
    notes += left_out_findings(runs)
    notes += [f for r in runs for f in billing_findings(r)]
    notes += [
        Finding(
            "W512",
            "the gap to the cheapest possible design is above the target",
            field=r.name,
            got=f"{r.design.certificate.gap_frac:.2%}",
            allowed=f"{r.district.case.settings.target_gap_frac:.2%}",
            hint=_WHOLE_HINT
            if any(t.has_integers for t in r.plant)
            else "raise settings.typical_days or run with --full-year",
            severity="warning",
        )
        for r in runs
        if r.design is not None and r.design.certificate.status == "open" and r.design.certificate.gap_frac is not None
    ]
    return notes


def billing_findings(run: VariantRun) -> list[Finding]:
    """Return a remark on every connection whose demand charges are capped and do bill energy, or fell otherwise.

    It says which side is billed, and what the gap, where there is one, is proven for. Months and charges of all
    milestones are counted together.
    """
    counted: dict[str, tuple[int, int]] = {}
    for district, plant in ((stage.run.district, stage.run.design) for stage in run.stages):
        paid = {} if plant is None else sides_paid(district, plant.solution)
        for name, charges in paid.items():
            planned = district.billed_by_energy.get(name, ((False,) * 12,) * len(charges))
            by_energy, other = counted.get(name, (0, 0))
            by_energy += sum(any(month) for month in zip(*charges, strict=True))
            other += sum(a != b for pair in zip(charges, planned, strict=True) for a, b in zip(*pair, strict=True))
            counted[name] = by_energy, other
    has_gap = run.design is not None and run.design.certificate.gap_frac is not None
    proven = "the demand charge bills the lesser of peak and energy: the gap is proven for the months as billed"
    sized = "the demand charge bills the lesser of peak and energy: the plant is sized for the months as billed"
    return [
        Finding(
            "W518",
            proven if has_gap else sized,
            field=f"{run.name}.technologies.{name}",
            got=f"energy bills in {by_energy} of {12 * len(run.stages)} months; {other} monthly charges fell otherwise "
            "than the plant was sized for",
            hint="no action; plants were sought from both ends, all peaks billed and all energy",
            severity="warning",
        )
        for name, (by_energy, other) in counted.items()
        if by_energy or other
    ]


def unserved_findings(variant: str, flows: Sequence[Flow]) -> list[Finding]:
    """Return a warning for every demand of a year of which more than noise stays unserved, also behind a network."""
    demands: dict[tuple[str, str], float] = {}
    for f in flows:
        if f.kind in {"demand", "network"} and f.direction == "in":
            demands[f.node, f.carrier] = demands.get((f.node, f.carrier), 0.0) + float(f.values.sum())
    found = []
    for f in flows:
        kwh = float(f.values.sum()) if f.kind == "unserved" else 0.0
        least = _NOISE_FRAC * demands.get((f.node, f.carrier), 0.0)
        if kwh < max(least, _LEAST_SHOWN_KWH):
            continue
        hour, hours = int(f.values.argmax()), int((f.values > _NOISE_FRAC).sum())
        day, clock = hour // 24 + 1, hour % 24
        found.append(
            Finding(
                "W516",
                f"some {f.carrier} at {f.node} stays unserved in the year shown",
                field=variant,
                got=f"{kwh:,.2f} kWh in {hours} h, most {f.values[hour]:,.2f} kW (day {day}, {clock}:00)",
                allowed="every hour served",
                hint="run with --full-year, or raise settings.typical_days",
                severity="warning",
            )
        )
    return found
