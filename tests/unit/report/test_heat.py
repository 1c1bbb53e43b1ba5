"""Efficient district heating: a fold where the directive is law, a table of the workbook everywhere."""

from __future__ import annotations

import dataclasses
import io

import openpyxl
import pytest

from edsim.appraisal.types import Appraisal
from edsim.report.i18n import language
from edsim.report.run.heat import MEMBERS, efficient_heating
from edsim.report.sheets.workbook import render_workbook
from edsim.report.view import Study, Table


def test_the_fold_stands_where_the_directive_is_law(appraisal: Appraisal) -> None:
    """Proves: a district in Spain shows its stages, one in Colombia does not.

    If ignored: a reader in Medellín is told of an article that binds nobody there.
    """
    assert len(MEMBERS) == 27
    shown = efficient_heating(Study(dataclasses.replace(appraisal, country="ESP"), language("en")))
    assert shown is not None
    assert isinstance(shown.blocks[0], Table)
    assert shown.blocks[0].rows
    assert efficient_heating(Study(dataclasses.replace(appraisal, country="COL"), language("en"))) is None


@pytest.mark.medium
def test_the_workbook_holds_the_stages_wherever_the_district_is(appraisal: Appraisal) -> None:
    """Proves: who asks outside of the Union finds table and criterion in words. If ignored: they are in a CSV only."""
    assert appraisal.country not in MEMBERS
    sheet = openpyxl.load_workbook(io.BytesIO(render_workbook(appraisal)))["GHG"]
    cells = [str(c.value) for row in sheet.iter_rows() for c in row if c.value is not None]
    assert "Efficient district heating by article 26 of Directive (EU) 2023/1791" in cells
    assert any(c.startswith("renewable, waste and cogenerated heat ≥ 50 %") for c in cells)
    assert "Heat of other cogeneration\n%" in cells
