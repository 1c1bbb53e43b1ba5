"""Progress in Spanish: every line the packages say has its Spanish."""

import ast
import re
from pathlib import Path

import pytest

import edsim
from edsim.cli.progress_es import TEMPLATES, in_spanish

SOURCE = Path(edsim.__file__).parent
FREE = {"{}: {}", "{}", "{}; vary no field of networks or buildings to keep them as laid out"}
"""Lines made of other lines; the last is said in two parts."""
BOTH = {"done", "edsim", "report", "lang"}
"""Words that stand in a line in both languages: commands, and what the test itself fills in."""


def lines() -> dict[str, str]:
    """Return every literal line of progress in the code, braces for its parts, and where it is said."""
    found = {}
    for path in sorted(SOURCE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if "progress" in text else ():
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                line = literal(node.args[0])
                if name == "progress" and line and line not in FREE:
                    found[line] = f"{path.relative_to(SOURCE)}:{node.lineno}"
    return found


def literal(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    parts = node.values if isinstance(node, ast.JoinedStr) else []
    return "".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in parts)


def test_every_line_of_progress_has_its_spanish() -> None:
    """Proves: no line of progress stays English. If ignored: a Spanish reader watches English for minutes."""
    found = lines()
    assert len(found) > 40
    same = {}
    for text, place in found.items():
        shown = text.replace("{} in {}", "done in {}").format(*(f"x{k}" for k in range(text.count("{}"))))
        kept = english_words(shown) & english_words(in_spanish(shown))
        if in_spanish(shown) == shown or kept - BOTH:
            same[text] = (place, kept)
    assert same == {}


def english_words(line: str) -> set[str]:
    """Return the words of a line that a template does not take over."""
    return set(re.findall(r"[a-z]{4,}", line))


@pytest.mark.parametrize("english", TEMPLATES)
def test_templates_keep_their_parts(english: str) -> None:
    """Proves: the Spanish has the same parts. If ignored: a crash in the middle of a long run."""
    assert TEMPLATES[english].count("{}") == english.count("{}")
    assert not re.search(r"\{[^}]", TEMPLATES[english])


@pytest.mark.parametrize(
    ("line", "spanish"),
    [
        ("point 3 of 8, about 12 s left", "punto 3 de 8, faltan unos 12 s"),
        ("loop anillo: 827 m of trench at 1,674 EUR a meter", "anillo anillo: 827 m de zanja a 1.674 EUR por metro"),
        ("gap 0.8%", "brecha 0,8 %"),
        ("district: no store: sizing on all 8760 hours at once", "district: sin almacenamiento: dimensionando con las "
         "8760 horas a la vez"),
        ("11 left, 13 done, 0 failed, about 2 min left | cali: done in 20 s",
         "faltan 11, hechos 13, fallidos 0, unos 2 min más | cali: hecho en 20 s"),
        ("district: typical days do not show what the plant needs: sizing on all 8760 hours at once",
         "district: los días típicos no muestran lo que necesita la planta: dimensionando con las 8760 horas a la vez"),
        ("network cold checked on 8760 hours: heat exchange +1.4%, pumping +0.6% against the plan; "
         "bypasses open in 6263 hours, 2,158 m3, 66 kWh pumping and 2,575 kWh of heat",
         "red cold revisada en 8760 horas: intercambio de calor +1,4 %, bombeo +0,6 % frente al plan; "
         "las derivaciones abren en 6263 horas, 2.158 m3, 66 kWh de bombeo y 2.575 kWh de calor"),
        ("something new", "something new"),
    ],
)  # fmt: skip
def test_lines_are_said_in_spanish(line: str, spanish: str) -> None:
    """Proves: parts are carried over and translated themselves; an unknown line is shown as it is."""
    assert in_spanish(line) == spanish
