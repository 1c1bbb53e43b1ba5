"""The door of the package: a case folder in, a checked case out, or all findings at once."""

from __future__ import annotations

from pathlib import Path

from edsim.case.assemble import Kinds, Raw, build_case, read_raw
from edsim.case.checks import check_faults
from edsim.case.messages import Fault, render_all
from edsim.case.schema import Case
from edsim.case.variants import changed_case
from edsim.core.errors import CaseError
from edsim.core.i18n import Lang


def load(path: str | Path, kinds: Kinds, *, lang: Lang = "en") -> Case:
    """Return the case in a folder, validated, in the units of the schema, with provenance and warnings.

    Parameters
    ----------
    path
        The case folder or its ``case.yaml``.
    kinds
        Technology kind → class, from :func:`edsim.core.registry.load_kinds`.
    lang
        Language of the findings.

    Raises
    ------
    CaseError
        With every fault of the case, its tables, variants and scenarios, each with file, line and column.
    """
    faults: list[Fault] = []
    raw = read_raw(Path(path), kinds, faults)
    case = build_case(raw, faults) if raw is not None else None
    if raw is not None and case is not None:
        faults += check_faults(case)
        faults += _overlay_faults(case, raw)
    findings = render_all(faults, lang)
    errors = [f for f in findings if f.severity == "error"]
    if case is None or errors:
        raise CaseError.of(errors)
    return case.model_copy(update={"warnings": findings})


def _overlay_faults(case: Case, raw: Raw) -> list[Fault]:
    """Return the faults of every variant and scenario, each read and checked like a case of its own."""
    faults: list[Fault] = []
    overlays = [("variants", n, v.changes) for n, v in case.variants.items()]
    overlays += [("scenarios", n, s.changes) for n, s in case.scenarios.items()]
    for group, name, changes in overlays:
        if changes:
            changed = changed_case(raw, group, name, faults)
            faults += check_faults(changed) if changed is not None else []
    return faults
