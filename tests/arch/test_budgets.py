"""Sizes a reader can hold in mind: modules, functions and classes of the product (CONTRIBUTING.md, Style)."""

import ast
from pathlib import Path

import pytest

PRODUCT = Path(__file__).parents[2] / "edsim"
MODULE_LINES, FUNCTION_LINES, PUBLIC_METHODS = 400, 60, 15


def test_modules_fit_their_budget() -> None:
    """Proves: no module is longer than 400 lines. If ignored: what is added goes where there is no room any more."""
    lines = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in PRODUCT.rglob("*.py")}
    assert len(lines) > 500
    assert {p.relative_to(PRODUCT).as_posix(): n for p, n in lines.items() if n > MODULE_LINES} == {}


@pytest.mark.medium
def test_functions_and_classes_fit_their_budget() -> None:
    """Proves: no function has more than 60 lines, no class more than 15 public methods. If ignored: they grow."""
    over = []
    for path in PRODUCT.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = f"{path.relative_to(PRODUCT).as_posix()}:{getattr(node, 'name', '')}"
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                over += [(name, lines)] if lines > FUNCTION_LINES else []
            elif isinstance(node, ast.ClassDef):
                public = [m for m in node.body if isinstance(m, ast.FunctionDef) and not m.name.startswith("_")]
                over += [(name, len(public))] if len(public) > PUBLIC_METHODS else []
    assert over == []
