"""Reading a weather file's text safely."""

import csv
from pathlib import Path
from typing import Final

from edsim.core.errors import DataError, Finding

MAX_BYTES: Final = 60_000_000
"""Largest weather file read: a year of one-minute rows is 50 MB."""


def read_text(path: str | Path) -> tuple[str, tuple[str, ...]]:
    """Return the text of a weather file and a note on its encoding, if it is not UTF-8.

    Raises
    ------
    DataError
        E201 when the file is missing, empty, too large or not text.
    """
    try:
        file = Path(path)
    except TypeError as error:
        got = type(path).__name__
        raise DataError.of([refusal(got, "the weather file cannot be read", got, "a path")]) from error
    try:
        size = file.stat().st_size
        data = file.read_bytes() if size <= MAX_BYTES else b""
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DataError.of([refusal(file.name, "the weather file cannot be read", reason)]) from error
    if size > MAX_BYTES:
        raise DataError.of([refusal(file.name, "the weather file is too large", f"{size} bytes", f"{MAX_BYTES} bytes")])
    if not data.strip():
        raise DataError.of([refusal(file.name, "the weather file is empty")])
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16"), (f"{file.name}: read as UTF-16",)
        except UnicodeDecodeError as error:
            raise DataError.of([refusal(file.name, "the weather file is not text", str(error.reason))]) from error
    if b"\x00" in data:
        raise DataError.of([refusal(file.name, "the weather file is not text", "zero bytes", hint="unpack it first")])
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        return data.decode("latin-1"), (f"{file.name}: not UTF-8, read as Latin-1",)


def split_fields(line: str) -> list[str]:
    """Return the fields of a line between commas, those in quotes without them."""
    return next(csv.reader([line])) if '"' in line else line.split(",")


def refusal(file: str, what: str, got: str = "", allowed: str = "", hint: str = "") -> Finding:
    """Return the finding E201: a file that is no usable weather file."""
    return Finding(code="E201", what=what, file=file, got=got, allowed=allowed, hint=hint)
