"""Names of modules and files in pages, comments and docstrings lead to something that is there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "edsim"
SOURCES = sorted(
    path
    for pattern in (
        "*.md",
        "docs/**/*.md",
        "docs/**/*.py",
        "edsim/**/*.py",
        "tests/**/*.py",
        "benchmarks/**/*.*",
        ".ci/*",
    )
    for path in ROOT.glob(pattern)
    if path.suffix in {".md", ".py", ".toml", ""} and path.is_file() and "build" not in path.parts
)
DOTTED = re.compile(r"(?<![\w./@:-])edsim(?:\.[a-zA-Z]\w*)+")
OF_PACKAGE = re.compile(r"(?<![\w./-])edsim/(?!_share)[a-z][\w./<>-]*[\w/>]")
LISTED = re.compile(r"`(\w+)`")
ELSEWHERE = {"edsim.nonce", "edsim.loadcase"}
"""A key of requests, and a name the facade does not have."""


def _resolves(dotted: str) -> bool:
    """Return whether a dotted name is a module, or a word of the deepest module it goes through."""
    here, rest = PACKAGE, dotted.split(".")[1:]
    while rest and (here / rest[0]).is_dir():
        here /= rest.pop(0)
    if rest and (here / f"{rest[0]}.py").is_file():
        here = here / f"{rest.pop(0)}.py"
    file = here if here.suffix else here / "__init__.py"
    return file.is_file() and (not rest or re.search(rf"\b{rest[0]}\b", file.read_text("utf-8")) is not None)


def _exists(path: str) -> bool:
    """Return whether a path, its parts in angle brackets any name, is in the repository."""
    return any(ROOT.glob(re.sub(r"<\w+>", "*", path)))


def _lost(text: str) -> list[str]:
    """Return what a text names that is not there; ``XXX`` stands for the code of a country."""
    names = {n for n in DOTTED.findall(text) if n not in ELSEWHERE and not _resolves(n)}
    return sorted(names | {p for p in OF_PACKAGE.findall(text) if "XXX" not in p and not _exists(p)})


def test_every_name_of_a_module_leads_to_it() -> None:
    """Proves: dotted names and paths of the package resolve. If ignored: pages send readers to modules that moved."""
    lost = {p.relative_to(ROOT).as_posix(): _lost(p.read_text("utf-8")) for p in SOURCES if p != Path(__file__)}
    assert {page: names for page, names in lost.items() if names} == {}


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("`edsim.case.schema.Case` in edsim/case/schema.py", []),
        ("edsim/technologies/<kind>.py and edsim/data/countries/XXX.csv", []),
        (":mod:`edsim.case.moved_away`", ["edsim.case.moved_away"]),
        (":func:`edsim.app.run_away`, see edsim/apps.py", ["edsim.app.run_away", "edsim/apps.py"]),
    ],
)
def test_a_name_that_leads_nowhere_is_found(text: str, lost: list[str]) -> None:
    """Proves: the search knows good names from lost ones. If ignored: it could pass by finding nothing."""
    assert _lost(text) == lost


@pytest.mark.parametrize(
    "init", sorted(PACKAGE.glob("**/__init__.py")), ids=lambda p: p.parent.relative_to(ROOT).as_posix()
)
def test_a_package_describes_modules_it_has(init: Path) -> None:
    """Proves: names in a package's own description are its modules. If ignored: newcomers look for what has gone."""
    docstring = ast.get_docstring(ast.parse(init.read_text("utf-8"))) or ""
    named = set(LISTED.findall(docstring.replace("``", "")))
    here = {p.stem for p in init.parent.iterdir() if p.suffix == ".py" or (p / "__init__.py").is_file()}
    assert sorted(named - here) == []
