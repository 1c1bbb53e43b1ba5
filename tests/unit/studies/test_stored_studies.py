"""A stored study is read as it was written, and has a workbook."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest

from edsim.case.schema import Case
from edsim.report.studies.page import render_study, study_files
from edsim.studies.headline import with_headline
from edsim.studies.results import StudyResult
from edsim.studies.store import load_study, save_study

RATE, PRICE = "finance.discount_rate_frac", "tariffs.main.energy_per_kwh"
TABLES = {
    "morris": pd.DataFrame({"path": [RATE, PRICE], "mu": [-3.0, 1.5], "mu_star": [3.0, 1.5], "sigma": [0.2, np.nan]}),
    "sobol": pd.DataFrame(
        {
            "path": [RATE, "=cmd()"],
            "first_order": [0.75, 0.25],
            "first_order_error": [0.0, 0.1],
            "total": [0.8, 0.3],
            "total_error": [0.0, 0.1],
        }
    ),
}
ABOUT: dict[str, Any] = {
    "case": "Two offices",
    "variant": "district",
    "currency": "USD",
    "price_year": 2025,
    "machines": {},
    "mode": "fixed",
    "networks": "kept",
    "indicator": "npv",
    "unit": "USD",
    "kept": [RATE],
    "clipped": [],
}


@pytest.fixture
def stored(case: Case, tmp_path: Path) -> Path:
    study = with_headline(StudyResult("sensitivity", ABOUT, TABLES))
    files = study_files(study.kind, study.about, study.tables, study.headline, "en")
    return save_study(study, case, tmp_path / "study", files)


def test_a_stored_study_is_what_was_stored(stored: Path) -> None:
    """Breaks if tables, facts or sentences were lost or renamed on the way: its page would tell another study."""
    found = load_study(stored)
    assert (found.kind, dict(found.about)) == ("sensitivity", ABOUT)
    assert found.headline == with_headline(StudyResult("sensitivity", ABOUT, TABLES)).headline
    for name, table in TABLES.items():
        pd.testing.assert_frame_equal(found.tables[name], table)


def test_the_workbook_of_a_study_holds_every_table(stored: Path) -> None:
    """Breaks if a table were missing, a number were text, or a name of a case were run as a formula."""
    with ZipFile(io.BytesIO((stored / "workbook.xlsx").read_bytes())) as book:
        names = book.read("xl/workbook.xml").decode()
        assert all(f'name="{name}"' in names for name in TABLES)
        cells = book.read("xl/worksheets/sheet2.xml").decode()
        assert "<v>0.75</v>" in cells
        assert "<f>" not in cells
        assert "=cmd()" in book.read("xl/sharedStrings.xml").decode()


def test_shares_of_the_variance_are_said_no_finer_than_they_are_known() -> None:
    """Breaks if a share stood with more digits than its error allows, without it, or effects without their unit."""
    wide = {**TABLES, "sobol": TABLES["sobol"].assign(total=[0.5431, 0.3], total_error=[0.19, 0.1])}
    said = with_headline(StudyResult("sensitivity", ABOUT | {"correlated": True}, wide)).headline
    assert "54 % (± 19 %" in said[0]
    assert "independent" in said[-1]
    assert "independent" not in " ".join(with_headline(StudyResult("sensitivity", ABOUT, wide)).headline)
    page = render_study("sensitivity", ABOUT, wide, said).replace("\u202f", " ").replace("\xa0", " ")
    assert "54 %</td>" in page
    assert page.count(">USD</td>") == 2


def test_a_long_table_is_printed_with_its_first_rows() -> None:
    """Breaks if the draws of a Monte Carlo filled hundreds of pages: all rows are there, the first are printed."""
    draws = {"points": pd.DataFrame({"point": [f"{n:03d}" for n in range(300)], "npv": np.arange(300.0)})}
    files = study_files("sensitivity", ABOUT, TABLES | draws, (), "en")
    with ZipFile(io.BytesIO(files["workbook.xlsx"])) as book:
        names = book.read("xl/workbook.xml").decode()
        cells = book.read("xl/worksheets/sheet3.xml").decode()
    assert names.count("_xlnm.Print_Area") == 1
    assert "points!$A$1:$B$41" in names
    assert "<v>299</v>" in cells
