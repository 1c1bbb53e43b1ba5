"""The shipped programme of studies: written by its script, valid, comparable, and two of them run."""

from __future__ import annotations

import csv
import importlib.util
from pathlib import Path

import pytest

from edsim.app import RunOptions, run
from edsim.workflow import load_case

FOLDER = Path(__file__).resolve().parents[2] / "cases" / "colombia"
STUDIES = tuple(sorted(p.parent.name for p in FOLDER.glob("*/case.yaml")))
CITIES = {
    "Barranquilla",
    "Bogota",
    "Bucaramanga",
    "Cali",
    "Cartagena",
    "Cucuta",
    "Medellin",
    "Monteria",
    "Neiva",
    "Villavicencio",
}
SECTORS = {"commercial", "public_administration", "health", "industry", "residential"}


def test_the_script_writes_what_is_shipped(tmp_path: Path) -> None:
    """Proves: the committed studies are those of the tables. If ignored: a table edited alone would change nothing."""
    spec = importlib.util.spec_from_file_location("generate_colombia", FOLDER / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.main(tmp_path)
    written = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file())
    assert len(written) == 2 * len(STUDIES)
    for name in written:
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name


def test_ten_cities_and_five_sectors() -> None:
    """Proves: at least 21 studies over the ten cities and five sectors of the programme."""
    with (FOLDER / "studies.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {r["study"] for r in rows} == set(STUDIES)
    assert len(rows) >= 21
    assert {r["city"] for r in rows} == CITIES
    assert {r["sector"] for r in rows} == SECTORS


@pytest.mark.parametrize("study", STUDIES)
def test_every_study_is_valid_and_comparable(study: str) -> None:
    """Proves: each study loads without a fault and shares the assumptions that make results addable."""
    case = load_case(FOLDER / study)
    assert case.currency == "USD"
    assert (case.price_year, case.finance.horizon_a, case.finance.discount_rate_frac) == (2025, 25, 0.09)
    assert (case.emissions.gwp_set, case.emissions.grid_basis) == ("AR5", "combined_margin")
    assert all(b.quality == "estimate" for b in case.buildings)


@pytest.mark.slow
@pytest.mark.parametrize("study", ["barranquilla-residential", "bogota-industry"])
def test_a_study_runs_to_a_certificate(study: str) -> None:
    """Proves: a study of a hot and one of a cold city run to a proven design with plausible figures."""
    appraisal = run(FOLDER / study, options=RunOptions()).appraisal
    kpis = appraisal.tables["kpis"].set_index("id")
    assert appraisal.certificates["district"].status == "certified"
    assert kpis.loc["cop", "value"] > 1.3 * kpis.loc["cop", "bau"]
    assert 200 < kpis.loc["chiller_capacity_tr", "value"] < 5000
    assert kpis.loc["ghg_total", "value"] < kpis.loc["ghg_total", "bau"]
