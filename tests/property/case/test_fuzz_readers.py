"""Mutated tables, series, maps, weather files and workbooks: values or findings, never a traceback, signal or delay."""

import importlib.util
import math
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

PROGRAM = Path(__file__).with_name("fuzzing.py")
PARTS = ("buildings", "tariffs", "contracts", "finance", "milestones", "variants")
FILES = (
    "csv",
    "series",
    "geojson",
    "epw",
    "open_meteo",
    "xlsx",
    "trenches",
    "pipes",
    "prices",
    "normals",
    "targets",
    "points",
    "uncertainty",
)
READERS = (*FILES, *PARTS)


@pytest.fixture(scope="session")
def fuzzing() -> ModuleType:
    spec = importlib.util.spec_from_file_location("edsim_tests_fuzzing", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("reader", READERS)
def test_mutated_files(reader: str, fuzzing: ModuleType, tmp_path: Path) -> None:
    """Proves: a few mutated files of each kind end in values or findings, and both occur among many.

    If ignored: a damaged file shows a traceback.
    """
    fuzzing.survive(reader, 0, tmp_path, most_s=math.inf)  # imports are not what is timed
    count = {"epw": 3, "open_meteo": 3, "series": 6}.get(reader, 40)
    refused = [fuzzing.survive(reader, seed, tmp_path)[0] for seed in range(count)]
    assert count < 40 or any(refused)
    assert count < 40 or not all(refused)


@pytest.mark.slow
@pytest.mark.parametrize("reader", READERS)
def test_many_mutated_files(reader: str) -> None:
    """Proves: the same for 2000 of each kind in a process that may take 512 MB more than it starts with."""
    done = subprocess.run(
        [sys.executable, str(PROGRAM), reader, "1000", "2000"],
        check=False,
        capture_output=True,
        text=True,
        timeout=3600,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert ": 2000 files," in done.stdout
