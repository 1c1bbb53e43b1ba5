"""A case that only its whole units make impossible, explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from edsim.studies.diagnosis.cause import check_supply, explain
from edsim.workflow import load_case
from tests.unit.studies.conftest import CASE

pytestmark = pytest.mark.slow


def test_explain_and_check_name_the_least_load_that_a_run_fails_at(tmp_path: Path) -> None:
    """Proves: chillers of 900 kW that cannot run below 30 % are named, with line, where only they serve small loads.

    If ignored: a plant that no run can design is explained as if it were built.
    """
    dry = "  - {id: dry, kind: vapour_chiller, compressor: screw_vsd, condenser: air, refrigerant: R-134a}\n"
    whole = "{id: chillers, kind: vapour_chiller, units: integer, unit_capacity_kw: 900, min_part_load_frac: 0.3, "
    text = CASE.replace(dry, "").replace("{id: chillers, kind: vapour_chiller, ", whole)
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    case = load_case(tmp_path)
    found = explain(case, "district")
    assert found.diagnosis.feasible
    assert found.reasons is None
    (finding,) = found.of_units
    assert (finding.code, finding.field) == ("E520", "technologies.chillers.min_part_load_frac")
    assert "min_part_load_frac: 0.3" in text.splitlines()[finding.line - 1]
    assert [f for f in check_supply(case, "district", "en") if f.severity == "error"] == [finding]
