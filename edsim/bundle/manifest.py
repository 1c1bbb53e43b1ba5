"""The manifest of a run: what it was made of, what it holds, and the digest of every file, its own included."""

import hashlib
import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import edsim
from edsim.core.errors import DataError, EdsimError, Finding

SCHEMA_VERSION = 1
"""Version of the file names, columns and fields of a run folder."""

MANIFEST = "manifest.json"
_FORMAT = "edsim-run"
STUDY_FORMAT = "edsim-study"
SEALED_FORMATS = (_FORMAT, STUDY_FORMAT)
"""Formats of folders whose manifest lists every file."""
_SEAL = "manifest_sha256"


def digest(data: bytes) -> str:
    """Return the SHA-256 of `data`, hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def digest_file(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def to_json(value: Any) -> bytes:
    """Return `value` as UTF-8 JSON with sorted keys; NaN and infinity raise ValueError."""
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    return (text + "\n").encode("utf-8", "surrogatepass")


def run_id(inputs: Mapping[str, bytes], options: Mapping[str, Any], version: str | None = None) -> str:
    """Return the identifier of a run: equal inputs, options and version give the same one.

    Parameters
    ----------
    inputs
        File name → content of the case files. Byte-order mark, line ends and blanks at line ends do not count.
    options
        How the case was run (variant, full year, screening), as plain data.
    version
        Version of edsim; default is the running one.

    Returns
    -------
    str
        16 hexadecimal digits.
    """
    parts: list[Any] = [version or edsim.__version__, SCHEMA_VERSION, dict(options)]
    parts += [[name, digest(_normalized(inputs[name]))] for name in sorted(inputs)]
    return digest(json.dumps(parts, sort_keys=True, default=str).encode())[:16]


def _normalized(data: bytes) -> bytes:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).rstrip("\n").encode()


def sealed(content: Mapping[str, Any]) -> bytes:
    """Return the bytes of a manifest with `content` and the digest of itself."""
    body = {"format": _FORMAT, "schema_version": SCHEMA_VERSION, "edsim_version": edsim.__version__, **content}
    return to_json(body | {_SEAL: digest(to_json(body))})


def stated_format(folder: Path) -> str:
    """Return the format the manifest of a folder states, be it sound or not; "" without a manifest."""
    try:
        content = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return ""
    return str(content.get("format", "")) if isinstance(content, dict) else ""


def read(folder: Path, formats: Collection[str] = (_FORMAT,)) -> dict[str, Any]:
    """Return the manifest of a run folder, or of a folder of one of the `formats`.

    Raises
    ------
    DataError
        E802 no manifest: not a finished run; E803 changed or unreadable; E804 another schema version.
    """
    path = folder / MANIFEST
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise _refuse(path, "E802", "this is not a finished run", fault.strerror or "", "run the case again") from fault
    try:
        content = json.loads(data)
        seal = content.pop(_SEAL)
        intact = data == to_json(content | {_SEAL: seal}) and seal == digest(to_json(content))
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        intact = False
    if intact and content.get("format") not in formats:
        got = str(content.get("format"))
        raise _refuse(path, "E802", "this is not a finished run", got, "name the folder of a run")
    changed = sealed_anew(folder)
    if not intact:
        raise changed
    if content.get("schema_version") != SCHEMA_VERSION:
        raise _refuse(
            path,
            "E804",
            "the run was written by another schema version",
            str(content.get("schema_version")),
            "run the case in its inputs folder again, or read it with the edsim that wrote it",
        )
    if not lists_files(content):
        raise changed
    return dict(content)


def sealed_anew(folder: Path, problem: str = "") -> EdsimError:
    """Return the error of a manifest that was changed, or sealed again over files that are none of a run."""
    what = "the manifest was changed or cut after it was written"
    return _refuse(folder / MANIFEST, "E803", what, problem.partition("\n")[0], "run the case again")


def lists_files(content: Mapping[str, Any]) -> bool:
    """Return whether a manifest says of every file how long it is and what its digest is."""
    files = content.get("files")
    return isinstance(files, dict) and all(
        isinstance(f, dict) and isinstance(f.get("bytes"), int) and isinstance(f.get("sha256"), str)
        for f in files.values()
    )


def _refuse(path: Path, code: str, what: str, got: str, hint: str) -> EdsimError:
    return DataError.of([Finding(code, what, file=str(path), got=got, hint=hint)])
