"""What commands that compute nothing may load: heavy libraries would make every check of a case wait for them.

The list of forbidden modules stands for the bars of 0.3 s (help) and 0.5 s (check); seconds depend on the machine and
on who else uses it, so they are measured by hand.
"""

import subprocess
import sys
from pathlib import Path
from pkgutil import iter_modules

import pytest

import edsim.technologies
from edsim.core.deferred import defer_import
from edsim.core.resources import share_path

HEAVY = [
    "duckdb",
    "highspy",
    "jinja2",
    "jsonschema",
    "logging",
    "networkx",
    "numpy._core",
    "openpyxl",
    "pandas",
    "plotly",
    "pvlib",
    "pyomo",
    "pyproj",
    "rich",
    "scipy",
    "shapely",
    "starlette",
    "tsam",
    "xlsxwriter",
]
_SHOW = "; print('loaded:', *(m for m in {heavy!r} if m in sys.modules))"


def loaded(code: str, heavy: list[str]) -> list[str]:
    """Return the modules of `heavy` that a new process has after `code`."""
    text = f"import sys; {code}{_SHOW.format(heavy=heavy)}"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    return done.stdout.rpartition("loaded:")[2].split()


@pytest.mark.medium
@pytest.mark.parametrize("case", ["medellin-alpujarra", "cali-yumbo-park", "rosario-island"])
def test_checking_a_case_loads_no_heavy_library(case: str) -> None:
    """Proves: `edsim check` needs none of them. If ignored: half a second becomes two, and nobody would notice."""
    folder = str(share_path("cases") / case)
    assert loaded(f"from edsim.cli.root import run; assert run(['check', {folder!r}]) == 0", HEAVY) == []


def test_help_loads_nothing_but_the_command_line() -> None:
    """Proves: `edsim --help` loads no model of a case. If ignored: help would wait for the schema to be built."""
    assert loaded("from edsim.cli.root import run; run(['--help'])", [*HEAVY, "pydantic", "yaml", "numpy"]) == []


@pytest.mark.medium
def test_no_kind_needs_numpy_to_be_read() -> None:
    """Proves: fields of every kind are declared and validated without numpy, wherever a case uses them."""
    kinds = [m.name for m in iter_modules(edsim.technologies.__path__)]
    code = (
        "from edsim.core.deferred import defer_import; defer_import('numpy');"
        "from edsim.case.lazy_kinds import LazyKinds; kinds = LazyKinds('edsim.technologies');"
        f"[kinds[k].model_validate(kinds[k].example().model_dump()) for k in {kinds!r}]"
    )
    assert loaded(code, ["numpy._core", "pandas", "pyomo", "scipy"]) == []


def test_a_deferred_module_is_the_module_once_used() -> None:
    """Proves: submodules and attributes of a deferred package work, for everybody that imported it before."""
    code = (
        "from edsim.core.deferred import defer_import; defer_import('numpy'); import numpy as np;"
        "assert 'numpy._core' not in sys.modules; import numpy.linalg; import numpy as again;"
        "assert again is np and float(np.linalg.norm(np.ones(4))) == 2.0 and type(np) is type(sys)"
    )
    assert loaded(code, ["numpy._core"]) == ["numpy._core"]


def test_a_deferred_submodule_hangs_on_its_package() -> None:
    """Proves: `package.module` finds a deferred module. If ignored: `check --deep` ends in an error."""
    code = (
        "from edsim.core.deferred import defer_import; defer_import('importlib.metadata', 'entry_points');"
        "import importlib.metadata; assert importlib.metadata.version('numpy')"
    )
    assert loaded(code, ["importlib.metadata"]) == ["importlib.metadata"]


def test_deferring_leaves_a_loaded_module_and_an_unknown_name_alone() -> None:
    """Proves: nothing is replaced under those who use it, and nothing is invented."""
    before = sys.modules["pytest"]
    defer_import("pytest")
    defer_import("no_such_module_anywhere")
    assert sys.modules["pytest"] is before
    assert "no_such_module_anywhere" not in sys.modules
    assert Path(before.__file__ or "").is_file()


@pytest.mark.medium
def test_a_command_that_opens_tables_ends_without_a_word_on_the_error_stream(tmp_path: Path) -> None:
    """Proves: a process that used DuckDB ends silently. If ignored: every run ends in a page of "leaked instances"."""
    call = f"from edsim.cli import main; main(['verify', {str(tmp_path)!r}])"
    program = f"from edsim.bundle import tables; kept = tables.connect(); {call}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "leaked" not in done.stderr
