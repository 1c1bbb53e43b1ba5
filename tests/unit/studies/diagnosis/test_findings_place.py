"""Where the finding of a plant stands that no limit alone explains."""

from types import SimpleNamespace
from typing import Any

import pytest

from edsim.core.resources import share_path
from edsim.studies.diagnosis import findings
from edsim.workflow import load_case


@pytest.mark.medium
def test_a_plant_nothing_repairs_is_told_at_its_first_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: E562 stands at the first machine of the case. If ignored: the message names no line to begin at."""
    case = load_case(share_path("cases") / "rosario-island")
    for name, value in (("shortfall_texts", ["short"]), ("repair_texts", []), ("departed_text", "")):
        monkeypatch.setattr(findings, name, lambda *_, _value=value, **__: _value)
    diagnosis: Any = SimpleNamespace(feasible=False)
    district: Any = SimpleNamespace(case=case)
    (found,) = findings.cause_findings(diagnosis, district, "en")
    text = (case.folder / "case.yaml").read_text(encoding="utf-8").splitlines()
    assert (found.code, found.file, found.field) == ("E562", "case.yaml", "technologies")
    assert case.technologies[0].id in text[found.line - 1]
