"""For whom and how sure: what stands under the verdict."""

import dataclasses

import pandas as pd
import pytest

from edsim.appraisal.types import Appraisal
from edsim.report.i18n import language
from edsim.report.run.answers import answers
from edsim.report.run.indicators import indicators
from edsim.report.run.summary import summary
from edsim.report.view import Study

PROOF = ("good", "Proved.")


def _said(appraisal: Appraisal, lang: str = "en") -> dict[str, tuple[str, ...]]:
    study = Study(appraisal, language(lang))
    return {a.question: a.sentences for a in answers(study, indicators(study, study.main), PROOF)}


def test_who_gains_and_who_loses_is_said_by_name(appraisal: Appraisal) -> None:
    """Proves: parties stand on the side of their value, carbon and outages on none, in both languages.

    If ignored: a district that its customers pay for is read as good for all.
    """
    table = appraisal.tables["perspectives"]
    values = {"company": 2.0e6, "customer": -1.0e6, "city": 0.0, "economy": 1.0e6}
    rows = table[(table["kind"] == "total") & table["perspective"].isin(values)].drop_duplicates("perspective")
    changed = rows.assign(present_value=rows["perspective"].map(values))
    for_whom = _said(dataclasses.replace(appraisal, tables={**appraisal.tables, "perspectives": changed}))["For whom"]
    assert "Gain: district company." in for_whom
    assert "Lose: customers." in for_whom
    assert not any("carbon" in s or "city" in s for s in for_whom)
    assert _said(appraisal, "es").keys() == {"Para quién", "Qué tan seguro"}


def test_without_a_company_nobody_is_said_to_gain(appraisal: Appraisal) -> None:
    """Proves: a case that finances no company says that who gains is open. If ignored: it seems to be good for all."""
    nobody = appraisal.tables["perspectives"].iloc[:0]
    (only,) = _said(dataclasses.replace(appraisal, tables={**appraisal.tables, "perspectives": nobody}))["For whom"]
    assert only.startswith("Open: ")


def test_inputs_are_counted_by_quality(appraisal: Appraisal) -> None:
    """Proves: inputs left open are not counted, each of the others once, and weather from normals is named.

    If ignored: "proved within 0.01 %" is read as the accuracy of the figures.
    """
    table = appraisal.tables["assumptions"]
    row = table.iloc[:1]
    stated = [("a", "measured", "1"), ("b", "engineered", "2"), ("c", "estimate", "3"), ("d", "benchmark", "4"),
              ("e", "default", "5"), ("f", "default", "None"), ("weather.normals", "estimate", "Cali")]  # fmt: skip
    rows = [row.assign(path=p, quality=q, value=v) for p, q, v in stated]
    frame = pd.concat(rows)
    sure = _said(dataclasses.replace(appraisal, tables={**appraisal.tables, "assumptions": frame}))["How sure"]
    assert sure[0] == "Proved."
    assert "1 measured, 1 engineered, 3 estimates or benchmarks, 1 defaults" in sure[1]
    assert sure[1].endswith("The weather is made from monthly normals.")


@pytest.mark.medium
def test_paper_shrinks_a_first_page_that_holds_much(appraisal: Appraisal) -> None:
    """Proves: many sentences and rows make the first page small on paper. If ignored: its last rows fill a sheet."""
    first = summary(Study(appraisal, language("en")))
    assert dataclasses.replace(first, headline=("x" * 400,) * 9).crowded
    assert not dataclasses.replace(
        first, headline=("x",), build=(), worse=(), better=(), company=(), gains=None
    ).crowded
