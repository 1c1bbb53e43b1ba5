"""A district in three steps with a new building, from its folder to a certified plan, stored and read again."""

from __future__ import annotations

from pathlib import Path

import pytest

from edsim.app import RunOptions, run, verify, write_report

HERE = Path(__file__).resolve().parent


@pytest.mark.slow
def test_the_growing_district_is_certified_stored_and_shown(tmp_path: Path) -> None:
    """Proves: three milestones end in one plan proven within 1 %; its folder verifies, its report says the phases.

    Loans are drawn in each, and a carbon price that rises in the last holds from then on.
    If ignored: phases work in parts and fail between table, workbook, page and language.
    """
    outcome = run(HERE / "growing_district", tmp_path / "run", RunOptions(lang="es"))
    proof = outcome.appraisal.certificates["district"]
    assert proof.status == "certified"
    assert proof.hours_checked == 3 * 8760
    phases = outcome.appraisal.tables["phases"].query("variant == 'district'")
    opened = phases.query("action == 'open'").set_index("item")["year"].to_dict()
    assert opened == {"clinic": 2037}
    assert phases.query("action == 'connect'").set_index("item")["year"].to_dict() == {
        "office": 2027,
        "hotel": 2027,
        "mall": 2032,
        "clinic": 2037,
    }
    loans = outcome.appraisal.tables["debt_service"].query("loan != 'all' and interest == 0")
    assert set(loans["loan"]) == {"bank", "bank in year 5", "bank in year 10"}
    carbon = (
        outcome.appraisal.tables["cash_flows"].query("variant == 'bau' and line == 'carbon'").set_index("year")["value"]
    )
    tons = outcome.appraisal.tables["milestones"].query("variant == 'bau'").set_index("year")["kgco2e_per_a"] / 1000.0
    assert -carbon[10] == pytest.approx(20.0 * tons[2032], rel=1e-6)
    assert -carbon[11] == pytest.approx(60.0 * tons[2037], rel=1e-6)
    assert verify(tmp_path / "run") == ()
    page = write_report(tmp_path / "run", "es", out=tmp_path / "informe.html").read_text("utf-8").replace("\xa0", " ")
    for words in ("Hitos y fases", "Qué se construye, se conserva y se reemplaza", "Se construye en 3 fases"):
        assert words in page
    english = write_report(tmp_path / "run", "en", out=tmp_path / "report.html").read_text("utf-8")
    assert "Milestones and phases" in english
