"""Check a stored run: every file present, none added, none changed, and the tables as the schema says."""

import os
from pathlib import Path

from edsim.bundle import manifest
from edsim.core.errors import DataError, Finding


def verify(folder: str | Path) -> tuple[Finding, ...]:
    """Return what is wrong with the folder of a run or study; nothing found means it is as it was written.

    Parameters
    ----------
    folder
        Folder of a run or of a study.

    Returns
    -------
    tuple of Finding
        E802–E804 for the manifest; E811 missing, E812 cut or grown, E813 changed, E814 extra, E815 not a regular
        file; one finding per file.
    """
    place = Path(folder)
    try:
        content = manifest.read(place, manifest.SEALED_FORMATS)
    except DataError as fault:
        return fault.findings
    listed: dict[str, dict[str, object]] = content["files"]
    found = [fault for name, facts in listed.items() for fault in _check_file(place, name, facts)]
    extra = sorted(_present(place) - set(listed) - {manifest.MANIFEST})
    found += [Finding("E814", "the file does not belong to the run", file=str(place / name)) for name in extra]
    return tuple(found)


def is_whole(folder: Path) -> bool:
    """Return whether a run is there with every file as it was written; what lies beside them does not matter."""
    try:
        listed = manifest.read(folder)["files"]
        return not any(_check_file(folder, name, facts) for name, facts in listed.items())
    except (DataError, OSError, KeyError):
        return False


def _check_file(place: Path, name: str, facts: dict[str, object]) -> list[Finding]:
    path = place / name
    if not path.exists() and not path.is_symlink():
        return [Finding("E811", "a file of the run is missing", file=str(path))]
    if path.is_symlink() or not path.is_file():
        return [Finding("E815", "a file of the run was replaced by a link or a folder", file=str(path))]
    size = path.stat().st_size
    if size != facts["bytes"]:
        return [
            Finding(
                "E812",
                "a file of the run was cut or has grown",
                file=str(path),
                got=f"{size} bytes",
                allowed=f"{facts['bytes']} bytes",
            )
        ]
    if manifest.digest_file(path) != facts["sha256"]:
        return [Finding("E813", "a file of the run was changed after it was written", file=str(path))]
    return []


def _present(place: Path) -> set[str]:
    found: set[str] = set()
    for root, folders, files in os.walk(place):
        links = [f for f in folders if (Path(root) / f).is_symlink()]
        found.update((Path(root) / name).relative_to(place).as_posix() for name in [*files, *links])
    return found
