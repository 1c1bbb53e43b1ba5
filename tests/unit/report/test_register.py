"""How a run was made, in the language of the page."""

from dataclasses import replace

import pandas as pd
import pytest

from edsim.appraisal.types import Appraisal
from edsim.report.i18n import language
from edsim.report.run.every_indicator import indicators_blocks
from edsim.report.run.register import manifest_rows, proof_blocks
from edsim.report.view import Note, Study, Table


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


@pytest.mark.parametrize(
    ("missing", "investment", "said"),
    [
        ("cop", 1e6, "a dash where heat drives chillers"),
        ("discounted_payback", 1e6, "a dash where the years studied do not pay it back"),
        ("discounted_payback", -1e6, ""),
    ],
)
def test_an_indicator_that_is_missing_has_its_reason(
    appraisal: Appraisal, missing: str, investment: float, said: str
) -> None:
    """Proves: a dash of the COP or the payback is explained, the payback's only where something is paid.

    If ignored: a bank's analyst takes a missing payback for a fault of the program, or for a good sign.
    """
    rows = appraisal.tables["kpis"]
    others = rows[~rows["id"].isin(["cop", "simple_payback", "discounted_payback", "investment"])]
    one = others.head(1)
    dash, paid = (
        one.assign(id=missing, bau=4.0, value=float("nan")),
        one.assign(id="investment", bau=0.0, value=investment),
    )
    kpis = pd.concat([others, dash, paid], ignore_index=True)
    blocks = indicators_blocks(Study(replace(appraisal, tables=appraisal.tables | {"kpis": kpis}), language("en")))
    notes = " ".join(b.text for b in blocks if isinstance(b, Note))
    assert (said in notes) if said else ("a dash" not in notes)


def test_indicators_stand_under_what_they_answer(appraisal: Appraisal) -> None:
    """Proves: every indicator stands once, under its section, and one nobody registered under the last heading.

    If ignored: fifty rows in one table, or an indicator of a later version that no report shows.
    """
    rows = appraisal.tables["kpis"]
    kpis = pd.concat([rows, rows.head(1).assign(id="new_one", label="New one")], ignore_index=True)
    study = Study(replace(appraisal, tables=appraisal.tables | {"kpis": kpis}), language("en"))
    tables = {b.title: [r[0] for r in b.rows] for b in indicators_blocks(study) if isinstance(b, Table)}
    names = [n for found in tables.values() for n in found]
    of_main = kpis[kpis["variant"] == study.main]
    assert len(names) == len(set(kpis["id"])) >= len(of_main)
    assert "Life-cycle cost" in tables["Cost"]
    assert "Net present value against BAU" in tables["Return against BAU"]
    assert tables["Further indicators"] == ["New one"]


@pytest.mark.parametrize(("kwh", "shown"), [(4e-8, "≈\u202f0"), (0.0, "0"), (12.0, "12.0")])
def test_what_is_left_of_rounding_is_no_unserved_energy(appraisal: Appraisal, kwh: float, shown: str) -> None:
    """Proves: less than 10 Wh of a year reads as nothing. If ignored: "Unserved 0.00000004 kWh/a" is asked about."""
    held = {v: replace(c, unserved_kwh=kwh) for v, c in appraisal.certificates.items()}
    table = proof_blocks(Study(replace(appraisal, certificates=held), language("en")))[-1]
    assert isinstance(table, Table)
    place = [h.label for h in table.heads].index("Unserved")
    assert {row[place] for row in table.rows} == {shown}
