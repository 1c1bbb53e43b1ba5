"""A run folder as a zip archive: the files its manifest lists and nothing else."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from edsim.bundle import manifest
from edsim.core.errors import DataError, Finding
from edsim.portfolio.store import read_manifest

_CHUNK = 1 << 18
_PACKED = frozenset({".parquet", ".xlsx"})
"""Files that are compressed already."""


def pack(folder: Path, name: str, out: IO[bytes]) -> int:
    """Write the run in `folder` into `out` as ``name/…`` and return the size, bytes; `out` is then at its start.

    Raises
    ------
    DataError
        E592 a file is a link or is missing; what :func:`read_manifest` raises.
    """
    names = [*read_manifest(folder)["files"], manifest.MANIFEST]
    place = folder.resolve()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for file in names:
            path = folder / file
            if path.is_symlink() or not path.is_file() or not path.resolve().is_relative_to(place):
                what = "the file of the run cannot be shown"
                raise DataError.of([Finding("E592", what, file=str(path), got="it is missing or a link")])
            method = zipfile.ZIP_STORED if path.suffix in _PACKED else zipfile.ZIP_DEFLATED
            archive.write(path, f"{name}/{file}", compress_type=method)
    size = out.tell()
    out.seek(0)
    return size


def pieces(archive: IO[bytes]) -> Iterator[bytes]:
    """Yield an archive piece by piece and close it."""
    with archive:
        while chunk := archive.read(_CHUNK):
            yield chunk
