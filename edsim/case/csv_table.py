"""Reading CSV tables as spreadsheet programs of any country write them, or refusing them with the fix.

Separator and decimal sign are declared or must be unambiguous over the whole file; encoding is UTF-8, UTF-16 with a
byte order mark, or Windows-1252 (said in a warning). Every cell keeps its line and column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from edsim.case.messages import Fault
from edsim.case.nodes import Node, Origin, Place

DELIMITERS = (",", ";", "\t", "|")
_NUMBERISH = re.compile(r"[+-]?\d[\d.,]*")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}([.,]\d{3})")
_HEADER = re.compile(r"(.*?)\s*\[(.+)\]", re.DOTALL)
_MOST_PER_FILE = 20


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written; empty means: find out."""

    delimiter: str = ""
    decimal: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as nodes: one mapping per row, empty cells left out.

    Attributes
    ----------
    rows
        Mapping nodes; a header such as ``wwr [%]`` gives its unit to the cells.
    header
        Column names.
    dialect
        Separator and the decimal signs found.
    """

    rows: tuple[Node, ...]
    header: tuple[str, ...]
    dialect: Dialect


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    line: int
    column: int


def read_csv(text: str, file: str, faults: list[Fault], dialect: Dialect | None = None) -> Table | None:
    """Return the rows of a CSV text, or None when it cannot be split into cells; faults are appended."""
    dialect = dialect or Dialect()
    delimiter = dialect.delimiter or _find_delimiter(text)
    if not delimiter:
        faults.append(Fault("E140", Place(file, 1), hint="declare_dialect", params={"file": file}))
        return None
    records = list(_records(text, delimiter))
    broken = next((c for row in records for c in row if c.text.startswith('"')), None)
    if broken is not None:
        faults.append(Fault("E145", Place(file, broken.line, broken.column), got=broken.text))
        return None
    rows = [r for r in records if len(r) > 1 or r[0].text.strip()]
    if len(rows) < 2:
        faults.append(Fault("E143", Place(file, 1)))
        return None
    names, units = _header(rows[0], file, faults)
    body = _same_width(rows[1:], len(names), file, faults)
    decimals = _decimals(body, len(names), dialect.decimal)
    nodes = tuple(_row(row, names, units, decimals, file) for row in body)
    found = dialect.decimal or next((d for d in decimals if d in {".", ","}), "")
    return Table(nodes, tuple(names), Dialect(delimiter, found))


def _find_delimiter(text: str) -> str:
    """Return the separator the header and all rows agree on, "" when that is none or several."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    candidates = [d for d in DELIMITERS if d in bare]
    if not candidates:
        return ","
    if len(candidates) == 1:
        return candidates[0]
    steady = []
    for delimiter in candidates:
        widths = {len(row) for row in _records(text, delimiter) if len(row) > 1 or row[0].text.strip()}
        if len(widths) == 1:
            steady.append(delimiter)
    return steady[0] if len(steady) == 1 else ""


def _records(text: str, delimiter: str) -> Iterator[list[_Cell]]:
    """Yield rows of cells; a cell that opens with a quotation mark and never closes keeps the mark."""
    cell = re.compile(
        rf'[ ]*"((?:[^"]|"")*+)"[ ]*(?={re.escape(delimiter)}|\r?\n|\r|\Z)|([^{re.escape(delimiter)}\r\n]*)'
    )
    at, line, start = 0, 1, 0
    row: list[_Cell] = []
    while True:
        match = cell.match(text, at)
        if match is None:  # the second alternative matches the empty text
            raise ValueError(f"cell pattern fails at {at}")
        quoted = match[1]
        value = quoted.replace('""', '"') if quoted is not None else match[2].strip()
        if quoted is not None and value.startswith('"'):
            value = f" {value}"
        row.append(_Cell(value, line, at - start + 1))
        if quoted is None and value.startswith('"'):
            yield row
            return
        inner = match[0].count("\n")
        if inner:
            line += inner
            start = match.start() + match[0].rfind("\n") + 1
        at = match.end()
        if text.startswith(delimiter, at):
            at += len(delimiter)
            continue
        yield row
        row = []
        if at >= len(text):
            return
        at += 2 if text.startswith("\r\n", at) else 1
        line, start = line + 1, at
        if at >= len(text):
            return


def _header(row: Sequence[_Cell], file: str, faults: list[Fault]) -> tuple[list[str], list[str]]:
    names: list[str] = []
    units: list[str] = []
    for cell in row:
        match = _HEADER.fullmatch(cell.text.strip())
        name, unit = (match[1], match[2].strip()) if match else (cell.text.strip(), "")
        if not name or name in names:
            faults.append(Fault("E142", Place(file, cell.line, cell.column), got=name))
        names.append(name)
        units.append(unit)
    return names, units


def _same_width(rows: list[list[_Cell]], width: int, file: str, faults: list[Fault]) -> list[list[_Cell]]:
    wrong = [r for r in rows if len(r) != width]
    faults.extend(
        Fault("E141", Place(file, r[0].line), params={"found": str(len(r)), "expected": str(width)})
        for r in wrong[:_MOST_PER_FILE]
    )
    return [r for r in rows if len(r) == width]


def _evidence(column: Sequence[str]) -> str:
    """Return the decimal sign the numbers of a column prove, "" for none, "?" for both or for lone groups of three."""
    signs: set[str] = set()
    doubtful = False
    for text in column:
        if not _NUMBERISH.fullmatch(text) or not ("." in text or "," in text):
            continue
        if "." in text and "," in text:
            signs.add(max(".,", key=text.rfind))
        elif _GROUPED.fullmatch(text):
            doubtful = True
        else:
            sign = "." if "." in text else ","
            signs.add(sign if text.count(sign) == 1 else max(".,".replace(sign, "")))
    if len(signs) == 1:
        return signs.pop()
    return "?" if signs or doubtful else ""


def _decimals(rows: Sequence[Sequence[_Cell]], width: int, declared: str) -> list[str]:
    """Return the decimal sign of each column: declared, proved by its numbers, or by those of the whole file."""
    if declared:
        return [declared] * width
    found = [_evidence([row[i].text for row in rows]) for i in range(width)]
    proved = {sign for sign in found if sign in {".", ","}}
    common = proved.pop() if len(proved) == 1 else ""
    return [(common or "?") if sign in {"", "?"} else sign for sign in found]


def _row(row: Sequence[_Cell], names: Sequence[str], units: Sequence[str], decimals: Sequence[str], file: str) -> Node:
    members: dict[str, Node] = {}
    for cell, name, unit, decimal in zip(row, names, units, decimals, strict=True):
        if cell.text.strip():
            place = Place(file, cell.line, cell.column)
            origin = Origin(unit=unit) if unit else None
            members[name] = Node(cell.text.strip(), place, cell.text.strip(), place, decimal, origin)
    return Node(members, Place(file, row[0].line, 1))
