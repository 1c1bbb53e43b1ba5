"""How a run was made, in the language of the page."""

from dataclasses import replace

import pytest

from edsim.appraisal.types import Appraisal
from edsim.report.i18n import language
from edsim.report.run.register import manifest_rows
from edsim.report.view import Study


@pytest.mark.parametrize(
    ("lang", "shown"),
    [
        ("en", "synthetic from monthly normals (IDEAM 1991-2020), seed 1"),
        ("es", "sintético a partir de normales mensuales (IDEAM 1991-2020), semilla 1"),
    ],
)
def test_the_origin_of_a_made_year_is_said_in_the_language(appraisal: Appraisal, lang: str, shown: str) -> None:
    """Proves: a Spanish page says in Spanish what its made weather year comes from. If ignored: it is half English."""
    manifest = {"weather": "synthetic from monthly normals (IDEAM 1991-2020), seed 1"}
    rows = manifest_rows(Study(replace(appraisal, manifest=manifest), language(lang)))
    assert [value for _, value in rows] == [shown]


def test_what_the_case_leaves_out_is_no_entry(appraisal: Appraisal) -> None:
    """Proves: facts that a case does not state take no room. If ignored: "boundary: · claims: – · sector: –"."""
    manifest = {"study": {"boundary": "", "sector": None, "stage": "feasibility"}, "typical_days": {"district": None}}
    rows = manifest_rows(Study(replace(appraisal, manifest=manifest), language("en")))
    assert [value for _, value in rows] == ["stage: feasibility"]
