"""Folders in which pages are tried: what a page takes for granted is there, made once."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT, Reader, blocks

RUNS = ("result", "result-today", "result-cheap-gas")


@pytest.fixture(scope="session")
def district(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the case of the tutorial as `my-district` and its run as `result`."""
    folder = tmp_path_factory.mktemp("district")
    reader = Reader(folder)
    fault = reader.first_fault(b for b in blocks("docs/tutorial/1-cooling-network.md") if b.kind == "file")
    reader.close()
    assert fault == ""
    return folder


@pytest.fixture(scope="session")
def finished(district: Path) -> Path:
    """Return the same folder with its run."""
    import edsim

    edsim.run(district / "my-district", out=district / "result")
    return district


@pytest.fixture
def workspace(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[str], Path]:
    """Return a function that fills a folder with what the commands of a page name and do not make."""

    def fill(commands: str) -> Path:
        shutil.copytree(ROOT / "weather", tmp_path / "weather")
        _copy_cases(commands, tmp_path / "cases")
        if "my-district" in commands and "new my-district" not in commands:
            shutil.copytree(request.getfixturevalue("district") / "my-district", tmp_path / "my-district")
        for name in RUNS:
            if reads_run(name, commands):
                shutil.copytree(request.getfixturevalue("finished") / "result", tmp_path / name)
        if "serve results" in commands:
            shutil.copytree(request.getfixturevalue("finished") / "result", tmp_path / "results" / "today")
        return tmp_path

    return fill


def reads_run(name: str, commands: str) -> bool:
    """Return whether commands read the run folder `name` that they do not make: as an argument or as a text."""
    rest = re.sub(rf'(--out |out="){name}(?![\w-])', "", commands)
    return re.search(rf'(^edsim .* |"){name}(?![\w-])', rest, re.MULTILINE) is not None


def _copy_cases(commands: str, target: Path) -> None:
    """Copy the shipped cases; of the demonstration portfolio only as many as a release of sums needs."""
    if "portfolio" in commands:
        for path in sorted((ROOT / "cases" / "colombia").glob("*-health")):
            shutil.copytree(path, target / "colombia" / path.name)
    else:
        shutil.copytree(ROOT / "cases", target, ignore=shutil.ignore_patterns("*-result", "__pycache__"))
