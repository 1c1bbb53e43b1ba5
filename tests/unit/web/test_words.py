"""Every word of the pages in both languages."""

import ast
import re
from pathlib import Path

import edsim.web as package
from edsim.report.i18n import language, parse_catalogue
from edsim.web.words import TABLES, spoken

ROOT = Path(str(package.__file__)).parent


def _written() -> set[str]:
    """Return the messages written in code, templates and tables of names."""
    found = {str(v) for table in TABLES for v in table.values()}
    for path in ROOT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"t", "text"}:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant):
                    found.add(str(first.value))
    for path in ROOT.rglob("*.j2"):
        found |= set(re.findall(r'\bt\("([^"]*)"', path.read_text("utf-8")))
    return found


def test_every_word_has_a_translation() -> None:
    """Proves: no English is left on the Spanish pages, and no translation outlives its word."""
    own = parse_catalogue((ROOT / "locale" / "web_es.po").read_text("utf-8"))
    report = language("es").words
    assert len(_written()) > 100
    assert sorted(_written() - set(own) - set(report)) == []
    assert sorted(set(own) - _written()) == []
    assert sorted(set(own) & set(report)) == []


def test_translations_keep_their_places() -> None:
    for message, translation in spoken("es").words.items():
        assert translation
        assert set(re.findall(r"{\w+}", message)) == set(re.findall(r"{\w+}", translation)), message


def test_templates_hold_no_other_text() -> None:
    """Proves: text between tags comes from the catalogue. If ignored: an untranslated word slips into a template."""
    allowed = {"edsim", "case.yaml", "·", ",", "1", "s"}
    for path in ROOT.rglob("*.j2"):
        text = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", " ", path.read_text("utf-8"), flags=re.DOTALL)
        text = re.sub(r"<(script|style)\b.*?</\1>", " ", text, flags=re.DOTALL)
        words = re.sub(r"<[^>]*>", " ", text).replace("\u202f", " ").split()
        assert [w for w in words if w not in allowed] == [], path.name


def test_unknown_languages_are_english() -> None:
    assert spoken("xx").code == "en"
    assert spoken("../../es").code == "en"
