"""The sentences with which parts and machines refuse values are said in Spanish, every one of them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import edsim
from edsim.case.wording.messages import Fault, render
from edsim.case.wording.refusals_es import SENTENCES, refusal_es

ROOT = Path(edsim.__path__[0])
SPEAKERS = (
    "technologies/*.py",
    "core/machines/bank.py",
    "core/machines/commitment.py",
    "core/technology.py",
    "case/parts/*_spec.py",
)
"""Modules whose validators refuse a part; other ValueErrors are contracts between programs."""
_VALIDATES = {"model_validator", "field_validator"}


def _template(text: ast.expr) -> str:
    """Return a text or f-string with ``{}`` for what is filled in."""
    if isinstance(text, ast.JoinedStr):
        return "".join(str(p.value) if isinstance(p, ast.Constant) else "{}" for p in text.values)
    return str(ast.literal_eval(text))


def _refusals(tree: ast.Module) -> Iterator[str]:
    """Yield the sentences raised in the validators of a module."""
    for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)):
        named = {getattr(getattr(d, "func", d), "id", "") for d in function.decorator_list}
        for raised in (n for n in ast.walk(function) if isinstance(n, ast.Raise) and named & _VALIDATES):
            if isinstance(raised.exc, ast.Call) and getattr(raised.exc.func, "id", "") == "ValueError":
                yield _template(raised.exc.args[0])


def test_every_refusal_has_its_spanish() -> None:
    """Proves: no machine refuses a value in English when Spanish is asked for. If ignored: half a message."""
    paths = [p for pattern in SPEAKERS for p in sorted(ROOT.glob(pattern))]
    said = {text for p in paths for text in _refusals(ast.parse(p.read_text(encoding="utf-8")))}
    assert len(said) > 15
    assert said - set(SENTENCES) == set()
    assert [e for e, s in SENTENCES.items() if e.count("{}") != s.count("{}") or e == s] == []


def test_a_refusal_is_rendered_in_both_languages() -> None:
    """Proves: what is filled in keeps its place; a sentence of a third party stays as it is."""
    fault = Fault("E133", params={"problem": "spare_units must be below units: got 4 of 4"})
    assert render(fault, "en").what == "spare_units must be below units: got 4 of 4"
    assert render(fault, "es").what == "spare_units debe ser menor que units: se encontró 4 de 4"
    assert refusal_es("the moon is too full") == "the moon is too full"
