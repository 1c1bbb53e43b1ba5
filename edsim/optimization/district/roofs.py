"""Roof area for PV where the case gives none: a share of the roofs of its buildings."""

from __future__ import annotations

from typing import Any

from edsim.case.schema import Case
from edsim.core.technology import Technology


def roof_area_m2(case: Case, node: str) -> float:
    """Return the roof of the building that is `node`, else of all buildings of the case: floor area over storeys."""
    own = [b for b in case.buildings if b.id == node]
    return sum(b.floor_area_m2 / b.storeys for b in own or case.buildings)


def on_roofs(technology: Technology, case: Case) -> Technology:
    """Return a PV roof limited by the roofs there are, where neither its area nor its largest capacity is given.

    ``area = usable share * roof area``; capacity that exists or is wanted at least is never cut off.
    """
    t: Any = technology
    if t.kind != "pv" or t.mounting != "roof" or t.area_m2 is not None or t.max_capacity_kwp is not None:
        return technology
    least = max(t.existing_capacity_kwp, t.min_capacity_kwp) / t.kwp_per_m2
    area = max(t.roof_use_frac * roof_area_m2(case, t.node), least)
    return technology.model_copy(update={"area_m2": area}) if area > 0.0 else technology
