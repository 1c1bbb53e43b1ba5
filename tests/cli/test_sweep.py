"""``edsim sweep`` from the command line: what is refused before computing, and a study from end to end."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from edsim.bundle.manifest import digest_file
from tests.support.case_texts import NETWORK


@pytest.fixture
def district(case: Path) -> Path:
    file = case / "case.yaml"
    plant = "  - {id: chillers, kind: vapour_chiller}\n  - {id: towers, kind: cooling_tower}\n"
    text = file.read_text(encoding="utf-8").replace("  - {id: split,", f"{plant}  - {{id: split,")
    file.write_text(text + NETWORK, encoding="utf-8")
    return case


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--vary", "finance.discount_rate=0.1:0.2:3"), "E551", "finance.discount_rate_frac"),
        (("--vary", "finance.discount_rate_frac=0.1:0.9:3"), "E123", "0.5"),
        (("--vary", "finance.discount_rate_frac=low"), "E550", "number"),
        (("--table", "nowhere.csv"), "E100", "error: nowhere.csv: there is no such file"),
        (("--pareto", "cost:beauty"), "E550", "cost:ghg"),
    ],
)
def test_bad_input_is_refused_before_computing(
    edsim: Callable[..., object], district: Path, tmp_path: Path, words: tuple[str, ...], code: str, said: str
) -> None:
    """Proves: a slip costs no time and is answered with what would work."""
    result = edsim("sweep", district, *words, "--out", tmp_path / "study")
    assert result.code == 2
    assert code in result.err
    assert said in result.err
    assert "making the weather year" not in result.err


def test_values_that_go_together_are_tried_together(
    edsim: Callable[..., object], district: Path, tmp_path: Path
) -> None:
    """Breaks if each field were tried alone against the case: a larger least size would meet the old largest one."""
    file = district / "case.yaml"
    text = file.read_text(encoding="utf-8")
    sized = text.replace(
        "{id: chillers, kind: vapour_chiller}", "{id: chillers, kind: vapour_chiller, max_capacity_kw: 900}"
    )
    file.write_text(sized, encoding="utf-8")
    sizes = "technologies.chillers.{}_capacity_kw"
    rows = [f"name,{sizes.format('min')},{sizes.format('max')}", "large,2000,2000", "crossed,3000,10", "negative,0,-5"]
    table = tmp_path / "sizes.csv"
    table.write_text("\n".join(rows), encoding="utf-8")
    result = edsim("sweep", district, "--table", table, "--out", tmp_path / "study")
    assert result.code == 2
    assert "--table sizes.csv: crossed: technologies.chillers.max_capacity_kw" in result.err
    assert "--table sizes.csv: negative: " in result.err
    assert ": large: " not in result.err


def test_one_study_per_call(edsim: Callable[..., object], district: Path) -> None:
    """Proves: no study, and two of them, are asked back. If ignored: the last one named is made without a word."""
    result = edsim("sweep", district)
    assert result.code == 2
    assert "--monte-carlo" in result.err
    result = edsim("sweep", district, "--tornado", "--monte-carlo", "--uncertainty", "inputs.yaml")
    assert result.code == 2
    assert "got tornado, monte_carlo" in result.err


@pytest.mark.slow
def test_a_sweep_from_end_to_end(edsim: Callable[..., object], district: Path, tmp_path: Path) -> None:
    """Proves: tables, page and sealed manifest are there and the ranking is printed."""
    target = tmp_path / "study"
    words = ("--vary", "finance.discount_rate_frac=0.06:0.12:5", "--mode", "fixed", "--out", target, "--json")
    result = edsim("sweep", district, *words)
    assert result.code == 0, result.err
    printed = json.loads(result.out)
    assert len(printed["ranking"]) == 6
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["format"] == "edsim-study"
    assert all(digest_file(target / n) == f["sha256"] for n, f in manifest["files"].items())
    page = (target / "study.html").read_text(encoding="utf-8")
    assert "Content-Security-Policy" in page
    assert edsim("report", target, "--out", tmp_path / "again.html").code == 0
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == page, "made from the stored tables alone"
    assert edsim("report", target, "--lang", "es", "--one-file", "--out", tmp_path / "es.html").code == 0
    spanish = (tmp_path / "es.html").read_text(encoding="utf-8")
    assert '<html lang="es">' in spanish
    assert "mayor valor presente neto frente al BAU con" in spanish
    assert edsim("verify", target).code == 0
