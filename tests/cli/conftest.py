"""The command line run in this process, and a small case of shipped technologies."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from edsim.cli.root import run
from tests.support.case_texts import HALL


@dataclass(frozen=True)
class Result:
    """What a call printed and its exit code."""

    code: int
    out: str
    err: str


@pytest.fixture
def edsim(capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Return a function that runs ``edsim`` with words."""

    def call(*words: object) -> Result:
        code = run([str(w) for w in words])
        captured = capsys.readouterr()
        return Result(code, captured.out, captured.err)

    return call


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "district"
    folder.mkdir()
    (folder / "case.yaml").write_text(HALL, encoding="utf-8")
    return folder
