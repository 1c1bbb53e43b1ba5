"""Folders of cases and runs: the name of a case, and which command is for a folder that is no run."""

from __future__ import annotations

import os
from pathlib import Path

from edsim.core.errors import DataError, Finding

_STORE_HINT = "edsim portfolio status {0} lists its runs, edsim portfolio report {0} adds them up; a run is {0}/runs/ID"
_STUDY_HINT = "its page is {0}/study.html; edsim verify {0} checks it; name the folder of a run here"


def case_name(case: Path) -> str:
    """Return the name of the folder of a case, given that folder or its case.yaml."""
    place = Path(os.path.realpath(case))  # a link to itself is no bug: there is no such case
    return place.parent.name if place.is_file() else place.name


def refuse_store(folder: Path) -> None:
    """Refuse a portfolio store where the folder of a run or study is expected.

    Raises
    ------
    DataError
        E802 the folder is a portfolio store.
    """
    from edsim.bundle.manifest import MANIFEST
    from edsim.portfolio.store import MARK

    if (folder / MARK).is_file() and not (folder / MANIFEST).is_file():
        _refuse(folder, "a portfolio store", _STORE_HINT)


def refuse_other_folder(folder: Path) -> None:
    """Refuse a portfolio store or a study where the folder of a run is expected.

    Raises
    ------
    DataError
        E802 the folder is a portfolio store or a study.
    """
    from edsim.bundle.manifest import STUDY_FORMAT, stated_format

    refuse_store(folder)
    if stated_format(folder) == STUDY_FORMAT:
        _refuse(folder, "a study", _STUDY_HINT)


def _refuse(folder: Path, got: str, hint: str) -> None:
    what = "this is not a finished run"
    raise DataError.of([Finding("E802", what, file=str(folder), got=got, hint=hint.format(folder))])
