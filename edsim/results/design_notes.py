"""Warnings about the designs of a run: unit staging off the model, gaps still open."""

from __future__ import annotations

from collections.abc import Sequence

from edsim.core.errors import Finding
from edsim.results.left_out import left_out_findings
from edsim.results.size_costs import size_cost_findings
from edsim.results.staging import staging_findings
from edsim.results.variant import VariantRun

_WHOLE_HINT = (
    "the bound counts parts of machines, starts and fixed investments, so that some gap stays; "
    "try settings.typical_days, --full-year, or more and smaller units"
)


def design_findings(runs: Sequence[VariantRun]) -> list[Finding]:
    """Return warnings about the designs: unit staging off the model, needs left out, gaps still open."""
    notes = [f for r in runs for f in (*staging_findings(r), *size_cost_findings(r))]
    notes += left_out_findings(runs)
    notes += [
        Finding(
            "W512",
            "the gap to the cheapest possible design is above the target",
            field=r.name,
            got=f"{r.design.certificate.gap_frac:.2%}",
            allowed=f"{r.district.case.settings.target_gap_frac:.2%}",
            hint=_WHOLE_HINT
            if any(getattr(t, "has_integers", False) for t in r.plant)
            else "raise settings.typical_days or run with --full-year",
            severity="warning",
        )
        for r in runs
        if r.design is not None and r.design.certificate.status == "open" and r.design.certificate.gap_frac is not None
    ]
    return notes
