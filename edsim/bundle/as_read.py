"""The files of a case as they were when it was read: what a run stores as its inputs, and whether they still stand.

Case file and tables are read at once, data files (weather, meters, streets) while the run goes on. An edit in between
would leave results beside inputs they were not made of.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from edsim.case.assemble import CASE_FILE, source_of
from edsim.case.hashing import data_file_names, hash_inputs
from edsim.case.readers.tables import table_files
from edsim.case.schema import Case
from edsim.core.errors import DataError, Finding

_README = "README.md"
_TABLES = ("buildings.csv", "buildings.geojson", "sources.csv")
_CLOCK_STEP_NS = 20_000_000
"""What the time of a file may lag behind the clock of the system (a step of the kernel's clock is up to 10 ms)."""
_READINGS = 3


@dataclass(frozen=True, slots=True)
class CaseAsRead:
    """A case with the files it was read from.

    Attributes
    ----------
    case
        The case.
    files
        Name → content: case file, every file it names, README and what is kept beside it.
    input_sha256
        Of `edsim.case.hashing.hash_inputs`, at the time of reading.
    """

    case: Case
    files: Mapping[str, bytes]
    input_sha256: str


def read_with_files(load: Callable[[], Case], beside: tuple[str, ...] = ()) -> CaseAsRead:
    """Return the case that `load` reads with its files; a case edited meanwhile is read again.

    Parameters
    ----------
    load
        Reads the case.
    beside
        Names of further files of its folder to keep.

    Raises
    ------
    EdsimError
        What `load` raises.
    """
    for _ in range(_READINGS):
        begun_ns = time.time_ns() - _CLOCK_STEP_NS
        case = load()
        files = case_files(case, beside)
        digest = hash_inputs(case)
        if all(_changed_ns(case.folder / name) < begun_ns for name in files):
            break
    return CaseAsRead(case, files, digest)


def case_files(case: Case, beside: tuple[str, ...] = ()) -> dict[str, bytes]:
    """Return name → present content of the case file, every data file it names, its README and files `beside` it."""
    raw = source_of(case)
    names = {CASE_FILE, _README, *_TABLES, *beside, *data_file_names(case)}
    names |= set(table_files(raw.root)) if raw is not None else set()
    return {n: (case.folder / n).read_bytes() for n in sorted(names) if (case.folder / n).is_file()}


def refuse_changed(read: CaseAsRead) -> None:
    """Refuse results whose data files changed since the case was read: the run may have read either state.

    Raises
    ------
    DataError
        E807 a data file was changed or is gone. Case file and tables, which are read at once, may be edited meanwhile.
    """
    names = sorted(set(data_file_names(read.case)) & set(read.files))
    changed = [n for n in names if _content(read.case.folder / n) != read.files[n]]
    if changed:
        what, hint = "a data file of the case was changed while it ran", "give the same command again"
        place = str(read.case.folder / changed[0])
        raise DataError.of([Finding("E807", what, file=place, got=", ".join(changed), hint=hint)])


def _changed_ns(path: Path) -> int:
    """Return when a file was last written or renamed, ns since 1970; 0 where it is gone."""
    try:
        status = path.stat()
    except OSError:
        return 0
    return max(status.st_mtime_ns, status.st_ctime_ns)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
