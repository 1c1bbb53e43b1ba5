"""How the dispatch of a plant is laid out on the page."""

from __future__ import annotations

import dataclasses

from edsim.appraisal.types import Appraisal
from edsim.report.i18n import language
from edsim.report.run.operation import operation_blocks
from edsim.report.view import Chart, Fold, Study


def _keys(appraisal: Appraisal) -> dict[str, type]:
    blocks = operation_blocks(Study(appraisal, language("en")))
    return {b.key: type(b) for b in blocks if isinstance(b, Chart | Fold)}


def test_power_of_one_source_is_folded(appraisal: Appraisal) -> None:
    """Proves: electricity from the grid alone is a fold, that of engine, sun and grid stands open.

    If ignored: two screens of gray bars repeat the curve of what draws them.
    """
    assert _keys(appraisal)["dispatch-power"] is Chart
    flows = appraisal.tables["flows"]
    other = (flows["carrier"] == "electricity") & (flows["direction"] == "out") & (flows["technology"] != "grid")
    tables = {**appraisal.tables, "flows": flows[~other]}
    bought = _keys(dataclasses.replace(appraisal, tables=tables))
    assert bought["fold-electricity"] is Fold
    assert "dispatch-power" not in bought
