"""The shipped programme of studies: written by its script, valid, comparable, and two of them run."""

from __future__ import annotations

import csv
import importlib.util
import shutil
from pathlib import Path

import pytest

from edsim.bundle import load
from edsim.portfolio.analysis import AnalysisOptions, analyze
from edsim.portfolio.queue import Engine
from edsim.portfolio.runs import run_portfolio
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


@pytest.mark.parametrize("study", STUDIES)
def test_every_figure_of_a_study_is_plausible(study: str) -> None:
    """Proves: prices, sizes and places of every study lie where such districts do, and say where they are from.

    If ignored: a typing error in a table becomes a result of the program.
    """
    case = load_case(FOLDER / study)
    for tariff in case.tariffs:
        assert 0.15 <= tariff.energy_per_kwh <= 0.30, tariff.id
    assert sum(b.floor_area_m2 for b in case.buildings) >= 50_000
    assert 4 <= len(case.buildings) <= 12
    for b in case.buildings:
        assert 300 <= b.floor_area_m2 / b.storeys <= 40_000, b.id
        assert 1950 <= b.year_built <= 2025, b.id
        assert abs(b.lat_deg - case.city.lat_deg) < 0.25, b.id
    given = (FOLDER / study / "case.yaml").read_text(encoding="utf-8")
    assert given.count("source:") >= 8


@pytest.mark.medium
def test_two_studies_run_as_a_program(tmp_path: Path) -> None:
    """Proves: a study of a hot and one of a cold city run to proven designs, are plausible, comparable and add up.

    If ignored: the shipped program fails, or shows cooling and savings no such district has.
    """
    for study in ("barranquilla-residential", "bogota-industry"):
        shutil.copytree(FOLDER / study, tmp_path / "cases" / study)
    outcome = run_portfolio(tmp_path / "cases", tmp_path / "store", engine=Engine(workers=1))
    assert outcome.complete, outcome.quarantined
    for folder in (tmp_path / "store" / "runs").iterdir():
        appraisal = load(folder)
        assert appraisal.certificates["district"].status == "certified"
        kpis = appraisal.tables["kpis"].set_index("id")
        assert kpis.loc["cop", "value"] > 1.3 * kpis.loc["cop", "bau"]
    found = analyze(tmp_path / "store", AnalysisOptions(draws=200))
    assert not found.findings
    frame = found.measures
    assert set(frame["variant"]) == {"district"}
    assert (1000.0 * frame["cooling_mwh"] / frame["floor_area_m2"]).between(40.0, 350.0).all()
    assert (frame["investment"] / frame["floor_area_m2"]).between(30.0, 200.0).all()
    assert (frame["floor_area_m2"] / frame["cooling_capacity_tr"]).between(20.0, 200.0).all()
    assert (frame["ghg_avoided_t_per_a"] / frame["ghg_bau_t_per_a"]).between(0.4, 0.9).all()
    assert (frame["npv"].abs() < frame["investment"]).all()
