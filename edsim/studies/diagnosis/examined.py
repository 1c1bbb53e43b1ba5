"""What is wrong with a case before anything is computed, and what is remarked on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from edsim.core.errors import CaseError, DataError, Finding

if TYPE_CHECKING:
    from edsim.case.readers.series_facts import SeriesFacts
    from edsim.case.schema import Case
    from edsim.core.i18n import Lang


def check(case: str | Path, lang: Lang = "en") -> tuple[Finding, ...]:
    """Return everything that is wrong with a case, or else what is remarked on it, as ``edsim check`` does.

    Nothing is raised for a case that is wrong, and nothing is computed.

    Parameters
    ----------
    case
        Case folder or its case.yaml.
    lang
        Language of the findings.

    Returns
    -------
    tuple of Finding
        `code`, `where`, `field`, `what`, `got`, `allowed` and `hint` of each; ``severity`` is "error" for what stops a
        run. ``print(finding.text())`` shows one as a line.
    """
    try:
        return examined(case, lang)[2]
    except (CaseError, DataError) as error:
        return error.findings


def examined(case: str | Path, lang: Lang = "en") -> tuple[Case, tuple[SeriesFacts, ...], tuple[Finding, ...]]:
    """Return a case, what its series hold, and the remarks on both; numpy is not loaded for a case without series.

    Raises
    ------
    CaseError, DataError
        With everything that is wrong.
    """
    from edsim.case.lazy_kinds import LazyKinds
    from edsim.case.loading import load
    from edsim.case.readers.series_facts import examine_series
    from edsim.studies.diagnosis.refusals import refusals

    read = load(Path(case), LazyKinds("edsim.technologies"), lang=lang)
    series, remarks = examine_series(read, lang)
    found = refusals(read, lang)
    refused = [finding for finding in found if finding.severity == "error"]
    if refused:
        raise CaseError.of(refused)
    return read, series, (*read.warnings, *remarks, *found)
