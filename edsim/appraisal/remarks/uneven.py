"""Choices of a case that lean on the design unasked: sun that may not be sold, a reserve on one of two alternatives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from edsim.appraisal.meters import connections, flow_kw
from edsim.appraisal.types import RESERVE, UNSOLD
from edsim.case.checks.tariffs import UNASKED
from edsim.core.errors import Finding
from edsim.core.technology import Technology
from edsim.results.variant import VariantRun

_TOLD_FRAC = 0.01
"""Share of the sun left unused above which it is told."""
_KWH_PER_MWH = 1000.0


def uneven_remarks(runs: Sequence[VariantRun]) -> list[Finding]:
    """Return what each project variant leaves unused or keeps in reserve on one side only.

    Parameters
    ----------
    runs
        BAU first.
    """
    return [f for run in runs[1:] if run.design is not None for f in (*_unsold(run), *_reserves(run))]


def without_told(findings: Sequence[Finding], told: Sequence[Finding]) -> list[Finding]:
    """Return the findings on a case without those that remarks on its run say again with their amounts.

    Sun left unused for want of `max_export_kw` says how much is lost by what the check of the case foretells.
    """
    unasked = any(f.code == UNSOLD and f.field.endswith(".max_export_kw") for f in told)
    return [f for f in findings if not (unasked and f.code == UNASKED)]


def _unsold(run: VariantRun) -> Iterator[Finding]:
    """Yield the sun that panels could give and nobody takes, at the connection that may not sell it if one is to blame.

    A limit the case states is a choice; the default forbids exports.
    """
    panels = [t for t in run.plant if t.kind == "pv"]
    possible = sum(
        run.capacity(t.id, "capacity_kwp") * float(np.sum(run.conditions.pv_kw_per_kwp[t.id])) for t in panels
    )
    left = possible - sum(float(flow_kw(run, t.id, "out").sum()) for t in panels)
    if left <= _TOLD_FRAC * possible:
        return
    closed = next((g for g in connections(run) if _pays_unasked(run, g)), None)
    what, hint = "sun that panels could give is left unused", "fewer panels, a battery or exports would use it"
    if closed is not None:
        what = "sun that panels could give is left unused: the tariff pays for exports, and max_export_kw is 0"
        hint = "set max_export_kw to what the utility takes, null for all that the connection carries"
    yield Finding(
        UNSOLD,
        what,
        field=f"{run.name}.technologies.{panels[0].id if closed is None else f'{closed.id}.max_export_kw'}",
        got=f"{left / _KWH_PER_MWH:,.0f} MWh/a, {left / possible:.0%} of what the sun gives",
        hint=hint,
        severity="warning",
    )


def _pays_unasked(run: VariantRun, grid: Technology) -> bool:
    tariff = run.conditions.tariffs.get(str(getattr(grid, "tariff", "")))
    unset = getattr(grid, "max_export_kw", None) == 0.0 and "max_export_kw" not in grid.model_fields_set
    return unset and tariff is not None and bool(np.any(np.asarray(tariff.export_per_kwh) > 0.0))


def _reserves(run: VariantRun) -> Iterator[Finding]:
    """Yield the machines bought with a reserve beside others of the same product without one."""
    made: dict[tuple[str, str], list[Technology]] = {}
    for f in run.flows:
        t = next((x for x in run.plant if x.id == f.technology and hasattr(x, "spare_units")), None)
        if t is not None and f.direction == "out" and t.carrier_of(t.ports[0]) == f.carrier:
            group = made.setdefault((f.node, f.carrier), [])
            if t not in group:
                group.append(t)
    for (_, carrier), group in made.items():
        kept = [t.id for t in group if getattr(t, "spare_units", 0) > 0]
        bare = [t.id for t in group if getattr(t, "spare_units", 0) == 0]
        if kept and bare:
            yield Finding(
                RESERVE,
                f"machines in reserve for {', '.join(kept)}, none for {', '.join(bare)} of the same {carrier}",
                field=f"{run.name}.technologies.{bare[0]}.spare_units",
                got="0",
                hint="set spare_units alike where the reserve is of each kind: without, the other is cheaper by it",
                severity="warning",
            )
