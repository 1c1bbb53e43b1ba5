"""The import contracts of pyproject.toml hold, and would notice."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    code = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=folder, check=False)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the package with its contracts."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copytree(ROOT / "edsim", folder / "edsim", ignore=shutil.ignore_patterns("__pycache__", "data"))
    shutil.copytree(ROOT / "edsim" / "data", folder / "edsim" / "data", ignore=shutil.ignore_patterns("*.csv"))
    return folder


@pytest.mark.slow
def test_contracts_hold() -> None:
    """Proves: no import runs against the layers. If ignored: a change in a report could change a physical result."""
    done = _lint(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("core/planted.py", "import edsim.case.schema", "One-way layers"),
        ("finance/planted.py", "import edsim.ghg", "One-way layers"),
        ("novelty/__init__.py", "", "One-way layers"),
        ("technologies/planted.py", "import edsim.technologies.boiler", "Technologies do not know each other"),
        ("network/planted.py", "import pyomo.environ", "Pyomo only where models are written"),
        ("optimization/planted.py", "import highspy", "highspy only in lp"),
        ("results/planted.py", "import plotly", "Figures and workbooks only in report"),
        ("case/planted.py", "import jinja2", "Templates only in report and web"),
        ("profiles/planted.py", "import urllib.request", "No sockets outside web and portfolio"),
    ],
)
def test_a_planted_import_breaks_its_contract(copy: Path, module: str, line: str, contract: str) -> None:
    """Proves: each contract notices a violation. If ignored: a malformed contract would pass for ever."""
    planted = copy / "edsim" / module
    existed = planted.parent.is_dir()
    planted.parent.mkdir(exist_ok=True)
    planted.write_text(f'"""Planted."""\n{line}\n', encoding="utf-8")
    try:
        done = _lint(copy)
    finally:
        planted.unlink()
        if not existed:
            shutil.rmtree(planted.parent)
    assert done.returncode != 0
    assert f"{contract} BROKEN" in done.stdout or (not line and "novelty" in done.stdout), done.stdout


HOMES = {
    "Pyomo only where models are written": {"lp", "optimization", "technologies"},
    "highspy only in lp": {"lp"},
    "Figures and workbooks only in report": {"report", "plot"},
    "Templates only in report and web": {"report", "web"},
    "No sockets outside web and portfolio": {"web", "portfolio"},
}
"""Contract of a library → packages that may import it."""


def test_a_library_is_forbidden_to_every_package_but_its_homes() -> None:
    """Proves: contracts name every package of the layers but the homes. If ignored: a new one is free to import all."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    (layers,) = (c["layers"] for c in contracts if c["type"] == "layers")
    every = {name.strip() for layer in layers for name in layer.split("|")} - {"__main__"}
    held = {
        c["name"]: {m.removeprefix("edsim.") for m in c["source_modules"]} for c in contracts if "source_modules" in c
    }
    assert {name: every - sources for name, sources in held.items()} == HOMES


@pytest.mark.parametrize("module", ["__init__.py", "core/technology.py"])
def test_ignored_imports_are_for_types_only(module: str) -> None:
    """Proves: the imports the contracts ignore stand under TYPE_CHECKING. If ignored: they would hide a cycle."""
    tree = ast.parse((ROOT / "edsim" / module).read_text(encoding="utf-8"))
    at_run_time = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = [a.name for n in at_run_time if isinstance(n, ast.Import) for a in n.names]
    names += [n.module or "" for n in at_run_time if isinstance(n, ast.ImportFrom)]
    forbidden = "edsim" if module == "__init__.py" else "pyomo"
    assert [n for n in names if n.split(".")[0] == forbidden] == []


PRIVATE = re.compile(r"^\s*from edsim[\w.]* import (?:\([^)]*)?\b(_[a-z]\w*|_[A-Z][A-Za-z_]*)\b(?! as)", re.MULTILINE)


def test_no_module_imports_what_another_keeps_to_itself() -> None:
    """Proves: names with an underscore stay in their module. If ignored: a private helper cannot be changed alone."""
    texts = {p.relative_to(ROOT).as_posix(): p.read_text(encoding="utf-8") for p in (ROOT / "edsim").rglob("*.py")}
    assert {module: found for module, text in texts.items() if (found := PRIVATE.findall(text))} == {}
    assert PRIVATE.findall("from edsim.core import (\n    money,\n    _rates,\n)") == ["_rates"]
