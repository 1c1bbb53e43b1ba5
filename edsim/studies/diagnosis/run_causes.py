"""What a run that finds no plant ends with: the limit to blame and what repairs it, as ``edsim explain`` says it."""

from __future__ import annotations

from collections.abc import Sequence

from edsim.case.checks.ids import placed
from edsim.case.schema import Case
from edsim.core.errors import EdsimError, Finding, InfeasibleError
from edsim.core.i18n import Lang
from edsim.network.district import District
from edsim.optimization.whole.causes import is_of_whole_units
from edsim.studies.diagnosis.cause import check_supply, diagnose_district, of_year
from edsim.studies.diagnosis.findings import cause_findings


def explained(error: InfeasibleError, districts: Sequence[District], lang: Lang) -> InfeasibleError:
    """Return the error with what is short and what repairs it, or as it is where no limit is to blame.

    Parameters
    ----------
    error
        Of the design of a plant.
    districts
        Of every milestone; what is said of one begins with its year where there are several.
    lang
        Language of the findings.
    """
    case = districts[0].case
    if any(is_of_whole_units(f) for f in error.findings):  # without them there may be nothing to explain
        return InfeasibleError.of([placed(f, case) for f in error.findings])
    found: list[Finding] = []
    try:
        for k, district in enumerate(districts):
            found += of_year(cause_findings(diagnose_district(district), district, lang), districts, k)
    except EdsimError:
        return error
    return InfeasibleError.of(found) if found else error


def explained_choice(error: InfeasibleError, case: Case, variant: str, lang: Lang) -> InfeasibleError:
    """Return the error of a choice of buildings or levels as the deep check explains it, or as it is."""
    try:
        findings = [f for f in check_supply(case, variant, lang) if f.severity == "error"]
    except EdsimError:
        return error
    return InfeasibleError.of(findings) if findings else error
