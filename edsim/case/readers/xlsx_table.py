"""Reading tables from workbooks (.xlsx): stored values only, nothing computed, every cell with its address.

A workbook is a zip of XML parts. Before anything is opened the declared sizes are held to limits (the zip reader never
gives more bytes than declared), document types are refused, and cells are counted; only then does openpyxl read it.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from edsim.case.files import decode, file_format
from edsim.case.nodes import Node, Origin, Place
from edsim.case.readers.csv_table import MAX_PARTS, Dialect, Table, header_name, is_title
from edsim.case.wording.messages import Fault, listing, unknown_name

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

T = TypeVar("T")
MAX_UNPACKED_BYTES = 60_000_000
"""Largest sum of the unpacked parts of a workbook."""
MAX_RATIO = 200
"""Largest unpacked over packed size of a part above 1 MB; tables reach about 30."""
MAX_CELLS = 300_000
"""Most cells of all sheets of a workbook."""
_MAX_OTHER_BYTES = 4_000_000
_MAX_ENTRIES = 2_000
_MAX_COLUMNS = 500
_FIRST_COLUMNS = 40
_SMALL_BYTES = 1_000_000
_MOST_PER_FILE = 20
_CELL = re.compile(rb"<(?:[A-Za-z0-9_]+:)?c[ \t\r\n/>]")
_TAG = re.compile(rb"<[A-Za-z]")
_BULKY = re.compile(r"xl/(worksheets/|sharedStrings)", re.IGNORECASE)
_MAX_OTHER_TAGS = 60_000


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet read twice: stored values and what was typed.

    Attributes
    ----------
    values, typed
        The sheet with the stored results of formulas, and with the formulas.
    file
        Workbook and sheet, as shown in messages (``district.xlsx!buildings``).
    """

    values: Worksheet
    typed: Worksheet
    file: str

    def place(self, row: int, column: int) -> Place:
        """Return the place of a cell: ``district.xlsx!buildings!C7``."""
        from openpyxl.utils import get_column_letter

        return Place(f"{self.file}!{get_column_letter(column)}{row}")


def read_xlsx(data: bytes, file: str, sheet: str, faults: list[Fault]) -> Table | None:
    """Return the rows of a sheet as nodes, or None when it cannot be read; faults are appended.

    Parameters
    ----------
    data
        Content of the workbook.
    file
        Name shown in messages.
    sheet
        Name of the sheet; "" takes the only one that is not hidden.
    faults
        Receives what is wrong, with cell addresses.
    """
    fault = _refusal(data, file)
    if fault is not None:
        faults.append(fault)
        return None
    found = _open(data, file, sheet)
    if isinstance(found, Fault):
        faults.append(found)
        return None
    return _table(found, faults)


def sheet_texts(data: bytes, file: str, faults: list[Fault]) -> list[list[str]]:
    """Return the filled rows of the only sheet of a workbook that is not hidden as texts; faults are appended.

    For series: thousands of rows are read once, stored values only, times by ISO 8601.
    """
    from openpyxl import load_workbook

    from edsim.case.readers.series_files import cell_text

    def read() -> list[list[str]] | Fault:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if len(shown) != 1:
            return Fault("E164", Place(file), allowed=listing(s.title for s in shown), hint="one_sheet")
        return [[cell_text(value) for value in row] for row in shown[0].iter_rows(values_only=True)]

    fault = _refusal(data, file)
    rows = _quietly(read, file) if fault is None else fault
    if isinstance(rows, Fault):
        faults.append(rows)
        return []
    filled = [row for row in rows if any(row)]
    width = max((k + 1 for row in filled for k, text in enumerate(row) if text), default=0)
    return [[*row[:width], *[""] * (width - len(row))] for row in filled]


def _refusal(data: bytes, file: str) -> Fault | None:
    """Return why the workbook must not be opened, None when it may: sizes, ratio, document types, cells."""
    place, cells = Place(file), 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            problem = _oversize(entries)
            if problem:
                return Fault("E162", place, got=problem, allowed=f"{MAX_UNPACKED_BYTES // 1_000_000} MB")
            for entry in entries:
                if not entry.filename.lower().endswith((".xml", ".rels")):
                    continue
                part = archive.read(entry)
                if b"<!DOCTYPE" in part or b"<!ENTITY" in part or b"\0" in part:
                    words = {"problem": f"{entry.filename}: document type or encoding"}
                    return Fault("E161", place, params=words, hint="save_xlsx")
                if _BULKY.match(entry.filename):
                    cells += len(_CELL.findall(part))
                elif len(_TAG.findall(part)) > _MAX_OTHER_TAGS:
                    return Fault("E162", place, got=entry.filename, allowed=f"{_MAX_OTHER_TAGS} XML elements")
    except Exception as error:  # noqa: BLE001 - the zip reader raises a dozen types on damaged archives
        return _no_archive(data, file, type(error).__name__)
    return Fault("E162", place, got=f"{cells} cells", allowed=f"{MAX_CELLS} cells") if cells > MAX_CELLS else None


def _no_archive(data: bytes, file: str, problem: str) -> Fault:
    """Return the fault of a file that is no workbook: a text or another format by its first bytes, or damaged."""
    if not isinstance(decode(data, file, fallback=True), Fault):
        return Fault("E161", Place(file), params={"problem": "CSV"}, hint="name_csv")
    form, hint = file_format(data) or (problem, "save_xlsx")
    return Fault("E161", Place(file), params={"problem": form}, hint="save_xlsx" if form == "ZIP" else hint)


def _oversize(entries: Sequence[zipfile.ZipInfo]) -> str:
    """Return which declared size is too large, "" when none is."""
    if len(entries) > _MAX_ENTRIES:
        return f"{len(entries)} parts"
    total = sum(e.file_size for e in entries)
    if total > MAX_UNPACKED_BYTES:
        return f"{total / 1e6:.0f} MB"
    for entry in entries:
        if entry.file_size > _SMALL_BYTES and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            return f"{entry.filename}: 1:{entry.file_size / max(entry.compress_size, 1):.0f}"
        is_xml = entry.filename.lower().endswith((".xml", ".rels"))
        if is_xml and not _BULKY.match(entry.filename) and entry.file_size > _MAX_OTHER_BYTES:
            return f"{entry.filename}: {entry.file_size / 1e6:.0f} MB"
    return ""


def _open(data: bytes, file: str, sheet: str) -> _Sheet | Fault:
    """Return the sheet asked for, or the fault."""
    from openpyxl import load_workbook
    from openpyxl.worksheet.worksheet import Worksheet

    def read() -> _Sheet | Fault:
        stored = load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
        typed = load_workbook(io.BytesIO(data), data_only=False, keep_links=False)
        books = {s.title: s for s in stored.worksheets if isinstance(s, Worksheet)}
        shown = [name for name, s in books.items() if s.sheet_state == "visible"]
        chosen = sheet or (shown[0] if len(shown) == 1 else "")
        if sheet and sheet not in books:
            return unknown_name("E163", Place(file), "sheet", sheet, books)
        if not chosen:
            words = {"file": file, "sheet": shown[0] if shown else "NAME"}
            return Fault("E164", Place(file), allowed=listing(shown), params=words, hint="name_sheet")
        return _Sheet(books[chosen], typed[chosen], f"{file}!{chosen}")

    return _quietly(read, file)


def _quietly(read: Callable[[], T | Fault], file: str) -> T | Fault:
    """Return what `read` makes of a workbook, or the fault of one that openpyxl cannot read."""
    try:
        with warnings.catch_warnings(), redirect_stdout(io.StringIO()):  # openpyxl prints what it finds wrong in styles
            warnings.simplefilter("ignore")  # and warns of charts and validation rules it leaves out
            return read()
    except Exception as error:  # noqa: BLE001 - openpyxl raises nearly any type on damaged parts
        return Fault("E161", Place(file), params={"problem": type(error).__name__}, hint="save_xlsx")


def _table(sheet: _Sheet, faults: list[Fault]) -> Table | None:
    values = sheet.values
    if values.max_row > MAX_PARTS + 1_000 or values.max_column > _MAX_COLUMNS:
        limit = f"{MAX_PARTS} rows, {_MAX_COLUMNS} columns"
        faults.append(Fault("E101", Place(sheet.file), params={"limit": limit}))
        return None
    filled = [row for row in range(1, values.max_row + 1) if _is_filled(values, row)]
    if len(filled) < 2:
        faults.append(Fault("E143", Place(sheet.file)))
        return None
    head, body = filled[0], filled[1:]
    width = max(c for r in filled for c in range(1, values.max_column + 1) if _content(values, r, c) not in {None, ""})
    before = len(faults)
    if is_title([sum(_content(values, row, c) is not None for c in range(1, width + 1)) for row in filled[:6]]):
        title = next(c for c in range(1, width + 1) if _content(values, head, c) is not None)
        got = str(_content(values, head, title))
        faults.append(Fault("E1888", sheet.place(head, title), got=got, hint="header_first"))
        return None
    names, units = _header(sheet, head, width, faults)
    _remarks(sheet, (head, body[-1], width), faults)
    if any(f.severity == "error" for f in faults[before:]):
        return None
    cells = _Cells(sheet, names, units)
    nodes = tuple(Node(dict(cells.row(r, faults)), sheet.place(r, 1)) for r in body)
    places = tuple(sheet.place(head, c) for c in range(1, width + 1))
    return Table(nodes, names, places, Dialect())


def _content(sheet: Worksheet, row: int, column: int) -> Any:
    value = sheet.cell(row, column).value
    return value.strip() if isinstance(value, str) else value


def _is_filled(sheet: Worksheet, row: int) -> bool:
    return any(_content(sheet, row, c) not in {None, ""} for c in range(1, sheet.max_column + 1))


def _header(sheet: _Sheet, row: int, width: int, faults: list[Fault]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names: list[str] = []
    units: list[str] = []
    for column in range(1, width + 1):
        content = _content(sheet.values, row, column)
        name, unit = header_name("" if content is None else str(content))
        if not name or name in names:
            words = {"sheet": _sheet_of_parts(sheet)}
            hint = "other_sheet" if words["sheet"] else ""
            faults.append(Fault("E142", sheet.place(row, column), got=name, params=words, hint=hint))
        names.append(name)
        units.append(unit)
    return tuple(names), tuple(units)


def _sheet_of_parts(sheet: _Sheet) -> str:
    """Return the other sheet of the workbook whose first row names ids, "" when this one does or none."""
    own = sheet.values
    book = own.parent.worksheets if own.parent is not None else ()
    named = [s.title for s in book if "id" in {_content(s, 1, c) for c in range(1, _FIRST_COLUMNS)}]
    return named[0] if named and own.title not in named else ""


def _remarks(sheet: _Sheet, region: tuple[int, int, int], faults: list[Fault]) -> None:
    """Report merged cells, and hidden sheets, rows and columns, in the region (first row, last row, last column)."""
    first, last, width = region
    ranges = [m for m in sheet.values.merged_cells.ranges if m.max_row >= first and m.min_row <= last]
    for merged in sorted(ranges, key=lambda m: (m.min_row, m.min_col))[:_MOST_PER_FILE]:
        if merged.min_col <= width:
            place = sheet.place(merged.min_row, merged.min_col)
            faults.append(Fault("E165", place, params={"range": merged.coord}, hint="unmerge"))
    if sheet.values.sheet_state != "visible":
        faults.append(Fault("W103", Place(sheet.file)))
    rows = [str(r) for r in range(first, last + 1) if r in sheet.values.row_dimensions and _hidden_row(sheet, r)]
    columns = [k for k, d in sheet.values.column_dimensions.items() if d.hidden]
    if rows or columns:
        faults.append(Fault("W104", Place(sheet.file), got=listing([*columns, *rows])))


def _hidden_row(sheet: _Sheet, row: int) -> bool:
    return bool(sheet.values.row_dimensions[row].hidden)


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of a sheet under their column names and units."""

    sheet: _Sheet
    names: tuple[str, ...]
    units: tuple[str, ...]

    def row(self, row: int, faults: list[Fault]) -> Iterator[tuple[str, Node]]:
        """Yield name and node of every cell that holds something; faulty ones are reported and hold no value."""
        for column, (name, unit) in enumerate(zip(self.names, self.units, strict=True), start=1):
            node = self._node(row, column, unit, faults)
            if node is not None:
                yield name, node

    def _node(self, row: int, column: int, unit: str, faults: list[Fault]) -> Node | None:
        cell = self.sheet.values.cell(row, column)
        value, place = _content(self.sheet.values, row, column), self.sheet.place(row, column)
        typed = self.sheet.typed.cell(row, column)
        refused = None
        if cell.data_type == "e":
            refused = Fault("E167", place, got=str(value))
        elif value in {None, ""} and typed.data_type == "f":
            refused = Fault("E166", place, got=str(typed.value), hint="recalculate")
        elif isinstance(value, date | time | timedelta):
            refused = Fault("E168", place, got=str(value), hint="no_dates")
        if refused is not None:
            faults.append(refused)
            return Node(None, place, refused.got, place)
        if value in {None, ""}:
            return None
        if isinstance(value, bool):
            return Node(value, place, str(value).lower(), place)
        if isinstance(value, int | float):
            # A cell formatted as a percentage holds the fraction, whatever the header says.
            own = "" if unit == "%" and "%" in str(cell.number_format) else unit
            return Node(value, place, _written(value), place, origin=Origin(unit=own) if own else None)
        text = str(value)
        return Node(text, place, text, place, "?", Origin(unit=unit) if unit else None)


def _written(value: float) -> str:
    """Return a number as text that no reader takes for a thousands habit: 18.525 as 18.5250."""
    text = repr(value)
    whole, _, decimals = text.partition(".")
    return f"{text}0" if len(decimals) == 3 and decimals.isdigit() and whole else text
