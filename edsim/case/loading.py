"""The door of the package: a case folder in, a checked case out, or all findings at once."""

from __future__ import annotations

from pathlib import Path

from edsim.case.assemble import Kinds, build_case, read_raw
from edsim.case.messages import Fault, render_all
from edsim.case.schema import Case
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
    findings = render_all(faults, lang)
    if case is None or any(f.severity == "error" for f in findings):
        raise CaseError.of([f for f in findings if f.severity == "error"])
    return case.model_copy(update={"warnings": tuple(findings)})
