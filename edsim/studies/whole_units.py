"""What a study can honour: what it would leave out of a case is refused, not bent."""

from __future__ import annotations

from dataclasses import replace

from edsim.core.errors import CaseError, Finding
from edsim.optimization.model.commitment_model import needs_integers
from edsim.optimization.system import System


def refuse_whole(system: System) -> None:
    """Refuse a plant with whole numbers where a study needs every size in between.

    Raises
    ------
    CaseError
        E549: whole units, least loads, costs per start or fixed investments.
    """
    what = "fronts and near-optimal menus vary sizes without steps; whole units have no size in between"
    hint = (
        "sweep --mode optimized, which keeps whole units at every point (--vary emissions.carbon_price_per_t=0:200:5 "
        "gives their front of cost and GHG); or take these fields of the technology away for the study"
    )
    found = [
        Finding(
            "E549", what, field=f"technologies.{t.id}", got=_asked(t), allowed="a technology of free size", hint=hint
        )
        for t in system.technologies
        if needs_integers(replace(system, technologies=(t,)))
    ]
    if found:
        raise CaseError.of(found)


def _asked(technology: object) -> str:
    """Return the fields of a technology that call for whole numbers."""
    if getattr(technology, "units", None) == "integer":
        return "units: integer"
    if getattr(technology, "fixed_capex", 0.0) > 0.0:
        return "fixed_capex"
    return "least load or cost per start"
