"""What importing costs and loads, measured in a process of its own."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("numpy", "pandas", "scipy", "pyomo", "highspy", "pvlib", "networkx", "shapely", "pyproj", "plotly", "duckdb")


def _measure(statement: str) -> tuple[float, set[str]]:
    """Return the CPU seconds of a statement in a fresh interpreter and the top-level modules it loads."""
    code = (
        "import json, sys, time\nstart = time.process_time()\n"
        f"{statement}\nspent = time.process_time() - start\n"
        "print(json.dumps([spent, sorted({m.split('.')[0] for m in sys.modules})]))"
    )
    runs = []
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
        seconds, modules = json.loads(done.stdout.splitlines()[-1])
        runs.append((seconds, set(modules)))
    return min(r[0] for r in runs), runs[0][1]


def test_import_is_light() -> None:
    """Proves: `import edsim` costs at most 0.15 s CPU and loads no heavy library. If ignored: every call is slow."""
    seconds, modules = _measure("import edsim")
    assert modules.isdisjoint(HEAVY)
    assert seconds <= 0.15


def test_help_is_light() -> None:
    """Proves: the program's help needs no heavy library and at most 0.3 s CPU."""
    seconds, modules = _measure("from edsim.cli.root import run\nrun(['--help'])")
    assert modules.isdisjoint(HEAVY)
    assert seconds <= 0.3


@pytest.mark.parametrize("name", ["Case", "Technology", "District", "Model", "Objective", "Appraisal"])
def test_public_types_are_there(name: str) -> None:
    """Proves: each public type is exported."""
    import edsim

    assert isinstance(getattr(edsim, name), type)


@pytest.mark.parametrize("name", ["load_case", "prepare", "build", "evaluate", "run", "write_report"])
def test_public_functions_are_there(name: str) -> None:
    """Proves: each public function is exported."""
    import edsim

    assert callable(getattr(edsim, name))


def test_unknown_names_are_refused() -> None:
    """Proves: a typo in a public name is an AttributeError, and the listing is the public interface."""
    import edsim

    with pytest.raises(AttributeError, match="loadcase"):
        _ = edsim.loadcase
    assert set(edsim.__all__) < set(dir(edsim))


def test_tests_import_no_private_names() -> None:
    """Proves: tests go through names the product offers. If ignored: they hold in place what may change freely."""
    private = re.compile(r"_[a-zA-Z]")
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno} {name.name}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "edsim"
        for name in node.names
        if any(private.match(part) for part in [*(node.module or "").split("."), name.name])
    ]
    assert found == []
