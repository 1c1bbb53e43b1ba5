"""Findings about stored runs and networks are said in Spanish on the command line."""

import ast
from pathlib import Path

import edsim
from edsim.cli.findings_es import SENTENCES
from edsim.cli.words import finding_line
from edsim.core.errors import Finding


def test_a_finding_is_said_in_spanish(tmp_path: Path) -> None:
    """Proves: sentence and hint are translated, place, value and code stay."""
    from edsim import bundle

    (finding,) = bundle.verify(tmp_path)
    text = finding_line(finding, "es")
    assert "esto no es una corrida terminada" in text
    assert "corra el caso de nuevo" in text
    assert text.endswith("[E802]")
    assert finding_line(finding, "en") == finding.text()
    assert finding_line(Finding("E999", "not listed"), "es") == "not listed [E999]"


def test_no_sentence_outlives_its_finding() -> None:
    """Proves: every sentence in the list is one the program says. If ignored: a changed text falls back to English."""
    said: set[str] = set()
    for path in Path(edsim.__path__[0]).rglob("*.py"):
        if path.name != "findings_es.py":
            nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            said |= {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    assert [s for s in SENTENCES if s not in said] == []
    assert all(spanish and spanish != english for english, spanish in SENTENCES.items())
