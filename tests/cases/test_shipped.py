"""Every shipped case can be copied and checked."""

from __future__ import annotations

from pathlib import Path

import pytest

from edsim.cli.root import run
from edsim.core.resources import share_path

FOLDER = share_path("cases")
NAMES = sorted(p.parent.relative_to(FOLDER).as_posix() for p in FOLDER.glob("**/case.yaml"))


@pytest.mark.medium
@pytest.mark.parametrize("name", NAMES)
def test_a_copy_of_a_shipped_case_is_clean(name: str, tmp_path: Path) -> None:
    """Proves: ``edsim new --from`` copies the case and ``edsim check`` finds no error in the copy.

    If ignored: a newcomer's first case would not run.
    """
    copy = tmp_path / "mine"
    assert run(["new", str(copy), "--from", name]) == 0
    assert run(["check", str(copy)]) == 0
