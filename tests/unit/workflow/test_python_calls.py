"""What a script or a notebook meets first: checks, options, and how results show themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import edsim
from edsim.appraisal.notebook import Tables
from edsim.core.errors import DataError

CASE = Path(__file__).parents[3] / "cases" / "colombia" / "neiva-health"


def test_check_says_what_the_command_says() -> None:
    """Proves: remarks of a good case and faults of a wrong one are returned. If ignored: scripts must parse output."""
    assert {f.severity for f in edsim.check(CASE)} == {"warning"}
    (missing,) = edsim.check(CASE / "nothing")
    assert (missing.code, missing.severity) == ("E100", "error")
    assert "there is no such file" in missing.text()
    assert "no existe" in edsim.check(CASE / "nothing", "es")[0].text()


@pytest.mark.parametrize(
    ("options", "field", "allowed"),
    [
        ({"mode": "fast"}, "mode", "typical, full_year, screening"),
        ({"variants": "district"}, "variants", "names"),
        ({"lang": "de"}, "lang", "en, es"),
        ({"scenario": 3}, "scenario", "a name"),
    ],
)
def test_options_refuse_what_is_none(options: dict[str, Any], field: str, allowed: str) -> None:
    """Proves: a mode nobody knows is named with those there are. If ignored: KeyError: 'fast'."""
    with pytest.raises(DataError) as raised:
        edsim.RunOptions(**options)
    (finding,) = raised.value.findings
    assert (finding.code, finding.field) == ("E1933", field)
    assert allowed in finding.allowed


def test_run_refuses_other_arguments_at_once() -> None:
    """Proves: a mapping for a case, a dict for options are told what belongs there. If ignored: AttributeError."""
    case: Any = {"name": "x"}
    options: Any = {"mode": "screening"}
    with pytest.raises(DataError) as raised:
        edsim.run(case, options=options)
    assert [f.field for f in raised.value.findings] == ["case", "options"]


def test_tables_show_their_names() -> None:
    """Proves: 38 tables print as one line. If ignored: a cell of a notebook prints every flow of the year."""
    assert repr(Tables({"kpis": pd.DataFrame({"id": ["npv"]}), "pipes": pd.DataFrame()})) == (
        "Tables(kpis: 1 rows, pipes: 0 rows)"
    )
