"""What a study can honour: its models are linear and least-cost, so a case that asks for more is refused, not bent."""

from __future__ import annotations

from dataclasses import replace

from edsim.case.schema import Case
from edsim.core.errors import CaseError, Finding
from edsim.optimization.commitment_model import needs_integers
from edsim.optimization.system import System

_WHOLE = "whole units, least loads, costs per start and fixed investments"


def beyond_linear(case: Case, system: System) -> tuple[Finding, ...]:
    """Return what the case asks of its plant that the linear least-cost models of a study leave out.

    Parameters
    ----------
    case
        The case of the project variant.
    system
        Its plant.
    """
    found: list[Finding] = []
    if case.settings.objective != "cost":
        what = "studies size and dispatch the plant at least cost; only mode certified keeps another objective"
        hint = "use --mode certified, set the objective to cost, or with cost study the trade-off: --pareto cost:ghg"
        found.append(_finding("settings.objective", what, (case.settings.objective, "cost"), hint))
    for technology in system.technologies:
        if needs_integers(replace(system, technologies=(technology,))):
            what = f"studies size in any size; only mode certified keeps {_WHOLE}"
            hint = "use --mode certified, or take these fields of the technology away for the study"
            about = (_asked(technology), "a technology of free size")
            found.append(_finding(f"technologies.{technology.id}", what, about, hint))
    return tuple(found)


def refuse_beyond_linear(case: Case, system: System) -> None:
    """Refuse a case that the linear least-cost models of a study cannot honour.

    Raises
    ------
    CaseError
        E549: another objective than cost, or whole numbers in a technology.
    """
    found = beyond_linear(case, system)
    if found:
        raise CaseError.of(found)


def _asked(technology: object) -> str:
    """Return the fields of a technology that call for whole numbers."""
    if getattr(technology, "units", None) == "integer":
        return "units: integer"
    if getattr(technology, "fixed_capex", 0.0) > 0.0:
        return "fixed_capex"
    return "least load or cost per start"


def _finding(field: str, what: str, about: tuple[str, str], hint: str) -> Finding:
    got, allowed = about
    return Finding("E549", what, field=field, got=got, allowed=allowed, hint=hint)
