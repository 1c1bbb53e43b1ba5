"""Cases from outside, which are unpacked only when every entry is harmless, and copies of stored ones."""

from __future__ import annotations

import stat
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import IO

from edsim.core.errors import DataError, EdsimError, Finding
from edsim.portfolio.tasks import CASE_FILE
from edsim.web.settings import Settings

_SUFFIXES = frozenset(
    {".yaml", ".yml", ".csv", ".geojson", ".json", ".epw", ".tm2", ".tm3", ".tmy3", ".txt", ".md", ".tsv", ".xlsx"}
)
_MOST_RATIO = 200
_CHUNK = 1 << 16


def unpack(upload: IO[bytes], target: Path, settings: Settings) -> None:
    """Unpack an uploaded case into a new folder.

    Parameters
    ----------
    upload
        A zip archive with ``case.yaml`` at its top or in its only folder.
    target
        Empty folder of our own.
    settings
        Limits of size and number of files.

    Raises
    ------
    DataError
        E595: no zip archive; too many files; too large, as declared or as found; packed too tightly; a name that
        leaves the folder; a link; an encrypted entry; a kind of file no case has; no ``case.yaml``.
    """
    try:
        with zipfile.ZipFile(upload) as archive:
            entries = [e for e in archive.infolist() if not e.is_dir() and not _is_litter(e.filename)]
            _check_entries(entries, settings)
            prefix = _prefix([e.filename for e in entries])
            left = settings.max_case_bytes
            for entry in entries:
                name = entry.filename.removeprefix(prefix)
                left -= _extract(archive, entry, target / name, left)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as fault:
        raise refused("it is not a zip archive that can be read", str(fault)[:200]) from fault


def refused(why: str, got: str = "") -> EdsimError:
    """Return the error of an upload that is not accepted."""
    hint = "pack the case folder (case.yaml and its tables) as a plain zip archive"
    return DataError.of([Finding("E595", f"the uploaded case is refused: {why}", got=got, hint=hint)])


def _check_entries(entries: list[zipfile.ZipInfo], settings: Settings) -> None:
    if not entries:
        raise refused("it is empty")
    if len(entries) > settings.max_case_files:
        raise refused("it has too many files", str(len(entries)))
    if sum(e.file_size for e in entries) > settings.max_case_bytes:
        raise refused("it is too large when unpacked", f"{sum(e.file_size for e in entries)} bytes")
    seen: set[str] = set()
    for entry in entries:
        why = _fault(entry) or ("it holds a file twice" if entry.filename.casefold() in seen else "")
        if why:
            raise refused(why, repr(entry.filename)[:80])
        seen.add(entry.filename.casefold())


def _fault(entry: zipfile.ZipInfo) -> str:
    """Return why an entry is refused, "" when it is harmless."""
    rules = (
        ("a name would leave its folder or is no file name", not _harmless(entry.filename)),
        ("it holds a link or a special file", stat.S_IFMT(entry.external_attr >> 16) not in {0, stat.S_IFREG}),
        ("it is encrypted", bool(entry.flag_bits & 0x1)),
        ("a file is packed too tightly", entry.file_size > _MOST_RATIO * max(entry.compress_size, 1)),
        ("it holds a kind of file that no case has", PurePosixPath(entry.filename).suffix.lower() not in _SUFFIXES),
    )
    return next((why for why, broken in rules if broken), "")


def _is_litter(name: str) -> bool:
    """Return whether an entry is one that desktops add by themselves; it is left out."""
    return name.startswith("__MACOSX/") or PurePosixPath(name).name in {".DS_Store", "Thumbs.db", "desktop.ini"}


def _harmless(name: str) -> bool:
    """Return whether a name stays in its folder on every system."""
    parts = name.split("/")
    if not name or len(name) > 200 or len(parts) > 4 or any(c in name for c in '\\:\0*?"<>|'):
        return False
    if any(unicodedata.category(c)[0] == "C" for c in name):
        return False
    return all(
        p and p not in {".", ".."} and not p.startswith((".", " ")) and not p.endswith((".", " ")) for p in parts
    )


def _prefix(names: Iterable[str]) -> str:
    """Return what stands before every name: nothing, or the only folder with a slash."""
    every = list(names)
    if CASE_FILE in every:
        return ""
    tops = {n.split("/")[0] for n in every}
    top = next(iter(tops))
    if len(tops) == 1 and f"{top}/{CASE_FILE}" in every:
        return f"{top}/"
    raise refused("there is no case.yaml at its top or in its only folder")


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, most: int) -> int:
    """Write an entry and return its size, stopping at `most` bytes whatever size was declared."""
    path.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with archive.open(entry) as source, path.open("xb") as out:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            if size > most or size > entry.file_size:
                raise refused("it is larger than it says")
            out.write(chunk)
    return size


def write_case(files: Mapping[str, bytes], text: str, target: Path) -> None:
    """Write the inputs of a stored run into a new folder, ``case.yaml`` replaced by `text`.

    Raises
    ------
    DataError
        E595: a stored name that is not harmless.
    """
    for name, data in {**files, CASE_FILE: text.replace("\r\n", "\n").encode("utf-8", "replace")}.items():
        if not _harmless(name):
            raise refused("a name would leave its folder or is no file name", repr(name)[:80])
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
