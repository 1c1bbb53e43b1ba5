"""Finding and decoding the files of a case: only inside its folder, never a URL, never out through a link."""

from __future__ import annotations

import codecs
import re
from pathlib import Path, PurePosixPath, PureWindowsPath

from edsim.case.nodes import MAX_BYTES, NOWHERE, Place
from edsim.case.wording.messages import Fault, listing, nearest, render_all
from edsim.core.errors import DataError

MAX_TABLE_BYTES = 50_000_000
"""Largest CSV file a reader accepts; an hourly year of 20 columns has about 2 MB."""
_URL = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+:")
_UNUSED_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_ODD_LETTERS = (
    (re.compile(r"\w*Ã[¡-¿]\w*"), "UTF-8 (damaged)"),
    (re.compile(r"[À-ÿ]{4,}"), "Windows-1251 / 1253"),
    (re.compile(r"\w*[ÐÝÞðýþ]\w*"), "Windows-1254"),
    (re.compile(r"[^\W\d_]+[¹³¿£¥¼¾¢®º]+[^\W\d_]+"), "Windows-1250"),
)
"""Words that Windows-1252 makes of the texts of other code pages: Cyrillic and Greek, Turkish (with the letters of
Icelandic, which is then asked for in UTF-8), Polish and Czech; and of UTF-8 with a broken byte."""
_FORMATS = (
    (b"PK\x03\x04", "ZIP", "unpack"),
    (b"\x1f\x8b", "GZIP", "unpack"),
    (b"7z\xbc\xaf\x27\x1c", "7z", "unpack"),
    (b"Rar!", "RAR", "unpack"),
    (b"\xd0\xcf\x11\xe0", "XLS", "save_xlsx_open"),
    (b"%PDF", "PDF", "save_table"),
    (b"PAR1", "Parquet", "save_table"),
    (b"SQLite format 3\0", "GeoPackage / SQLite", "name_gpkg"),
    (b"\0\0\x27\x0a", "Shapefile", "save_gpkg"),
    (b"\x89PNG", "PNG", "save_table"),
    (b"\xff\xd8\xff", "JPEG", "save_table"),
    (b"{\\rtf", "RTF", "save_plain"),
    (b"<?xml", "XML / KML", "export_again"),
    (b"<kml", "KML", "export_again"),
    (b"<!DOCTYPE html", "HTML", "export_again"),
    (b"<html", "HTML", "export_again"),
)
"""First bytes of files that are no table, map or case as text, what they are, and the advice."""
_HALF = 0.3
"""Share of zero bytes from which a file without a mark is UTF-16."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def data_file(folder: Path, name: str) -> Path:
    """Return the path of data file `name` of the case in `folder`.

    Raises
    ------
    DataError
        When the file is outside the folder, is not there, or is a URL.
    """
    found = find_data_file(folder, name, NOWHERE, "")
    if isinstance(found, Fault):
        raise DataError.of(render_all([found]))
    return found


def find_data_file(folder: Path, name: str, place: Place, field: str) -> Path | Fault:
    """Return the path of `name` inside `folder`, or the fault at `place` when it may not or cannot be read."""

    def refuse(problem: str) -> Fault:
        return Fault("E109", place, field, got=name, params={"problem": problem}, hint="inside")

    reason = _forbidden(name)
    if reason:
        return refuse(reason)
    root = folder.resolve()
    try:
        path = (root / name).resolve()
        inside = path.is_relative_to(root)
        is_file = inside and path.is_file()
    except (OSError, ValueError, RuntimeError):
        return Fault("E100", place, field, got=name)
    if not inside:
        return refuse("..")
    if not is_file:
        known = [p.relative_to(root).as_posix() for p in _listing(root)]
        close = nearest(name, known)
        alike = listing(k for k in known if PurePosixPath(k).suffix.lower() == PurePosixPath(name).suffix.lower())
        words = {"nearest": close, "files": alike}
        hint = "nearest" if close else "same_kind" if alike else ""
        if path.is_dir():
            words["files"] = listing(k for k in known if k.startswith(f"{PurePosixPath(name).as_posix()}/"))
            hint = "is_folder" if words["files"] else ""
        return Fault("E100", place, field, name, "", words, hint)
    return path


def _forbidden(name: str) -> str:
    """Return what is wrong with a file name before looking at the disk, "" when nothing is."""
    windows = PureWindowsPath(name)
    if "\0" in name or not name.strip():
        return "NUL"
    if _URL.match(name) and not windows.drive:
        return "URL"
    return "/" if PurePosixPath(name).is_absolute() or windows.drive or windows.root else ""


def _listing(root: Path) -> list[Path]:
    """Return the files of a case folder down to one level of subfolders, at most a few hundred."""
    try:
        files = [p for pattern in ("*", "*/*") for p in root.glob(pattern) if p.is_file()]
    except OSError:
        return []
    return sorted(files)[:300]


def read_bytes(path: Path, name: str, limit: int = MAX_BYTES) -> bytes | Fault:
    """Return the content of a file of at most `limit` bytes, or the fault."""
    try:
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        return Fault("E102", Place(name), params={"problem": error.strerror or type(error).__name__})
    if len(data) > limit:
        return Fault("E101", Place(name), params={"limit": f"{limit / 1e6:.0f} MB"})
    return data


def file_format(data: bytes) -> tuple[str, str] | None:
    """Return what a file that is no text is, by its first bytes, and the key of the advice; None for a text."""
    for start, form, hint in _FORMATS:
        if data.startswith(start):
            workbook = form == "ZIP" and b"xl/" in data
            return ("XLSX", "name_xlsx") if workbook else (form, hint)
    return None


def decode(data: bytes, name: str, *, fallback: bool = False) -> tuple[str, str] | Fault:
    """Return text and encoding of `data`, or the fault; no character is ever replaced.

    Parameters
    ----------
    data
        Content of a file: UTF-8, or UTF-16 or UTF-32 with a byte order mark.
    name
        Name shown in messages.
    fallback
        True to read other bytes as Windows-1252, as spreadsheet programs write them.
    """
    other = file_format(data)
    if other is not None:
        return Fault("E1945", Place(name), params={"format": other[0]}, hint=other[1])
    encoding = next((enc for bom, enc in _BOMS if data.startswith(bom)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8" and fallback and b"\0" not in data and not _UNUSED_1252.search(data):
            text = data.decode("cp1252")
            return _of_other_letters(text, name) or (text, "cp1252")
        if encoding == "utf-8" and _looks_like_utf16(data):
            return Fault("E1838", Place(name, 1), params={"guess": "UTF-16"}, hint="save_utf8")
        line = data[: error.start].count(b"\n") + 1
        return Fault("E102", Place(name, line), params={"problem": error.reason}, hint="save_utf8")
    nul = text.find("\0")
    if nul >= 0:
        at = Place(name, text.count("\n", 0, nul) + 1)
        plain = Fault("E102", at, params={"problem": "NUL"}, hint="save_utf8")
        wide = Fault("E1838", Place(name, 1), params={"guess": "UTF-16"}, hint="save_utf8")
        return wide if _looks_like_utf16(data) else plain
    return text, "utf-8" if encoding == "utf-8-sig" else encoding


def _of_other_letters(text: str, name: str) -> Fault | None:
    """Return the fault of a text that is no Windows-1252: read as such, its names would be wrong without a word."""
    for words, guess in _ODD_LETTERS:
        found = words.search(text)
        if found is not None:
            line = text.count("\n", 0, found.start()) + 1
            return Fault("E1838", Place(name, line), got=found[0][:40], params={"guess": guess}, hint="save_utf8")
    return None


def _looks_like_utf16(data: bytes) -> bool:
    """Return whether every other byte of a file is zero, nearly, as in UTF-16 without a byte order mark."""
    start = data[:2000]
    return len(start) > 3 and max(start[::2].count(0), start[1::2].count(0)) > _HALF * len(start) / 2
