"""Reading CSV tables as spreadsheet programs of any country write them, or refusing them with the fix.

Separator and decimal sign are declared or must be unambiguous over the whole file; encoding is UTF-8, UTF-16 with a
byte order mark, or Windows-1252 (said in a warning). Every cell keeps its line and column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, chain

from edsim.case.nodes import Node, Origin, Place
from edsim.case.wording.messages import Fault

DELIMITERS = (",", ";", "\t", "|")
_NUMBERISH = re.compile(r"[+-]?\d[\d.,]*")
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}([.,]\d{3})")
_MOST_PER_FILE = 20
_TITLE_TIMES = 3
MAX_PARTS = 20_000
"""Most rows of a table of parts."""
MAX_COLUMNS = 5_000
"""Most columns of a table: a series for each building of a large district."""
TOTALS = frozenset({"total", "totals", "subtotal", "sum", "suma", "totales", "gran total", "grand total"})
"""First cells of rows that add up those above."""


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
    header, header_places
        Column names and where they stand.
    dialect
        Separator and the decimal signs found.
    """

    rows: tuple[Node, ...]
    header: tuple[str, ...]
    header_places: tuple[Place, ...]
    dialect: Dialect


@dataclass(frozen=True, slots=True)
class Row:
    """One row of cells.

    Attributes
    ----------
    line
        Line it starts on.
    cells
        Texts without quotation marks and outer blanks.
    places
        Line and column of each cell, for a row that holds quotation marks.
    text
        The row as written, for the columns of any other row.
    """

    line: int
    cells: list[str]
    places: tuple[tuple[int, int], ...] = ()
    text: str = ""

    def place(self, index: int, delimiter: str, file: str) -> Place:
        """Return where cell `index` starts."""
        if self.places:
            return Place(file, *self.places[index])
        return Place(file, self.line, sum(len(p) + len(delimiter) for p in self.text.split(delimiter)[:index]) + 1)

    def all_places(self, delimiter: str, file: str) -> tuple[Place, ...]:
        """Return where each cell starts; a row of thousands of cells is gone through once."""
        if self.places:
            return tuple(Place(file, *place) for place in self.places[: len(self.cells)])
        widths = (len(part) + len(delimiter) for part in self.text.split(delimiter)[: len(self.cells) - 1])
        return tuple(Place(file, self.line, start) for start in accumulate(widths, initial=1))


@dataclass(frozen=True, slots=True)
class Cells:
    """A table split into cells, nothing converted.

    Attributes
    ----------
    names, units, name_places
        Column names, the units given in brackets beside them, and where they stand.
    rows
        Rows as wide as the header.
    dialect
        Separator and declared decimal sign.
    """

    names: tuple[str, ...]
    units: tuple[str, ...]
    name_places: tuple[Place, ...]
    rows: tuple[Row, ...]
    dialect: Dialect

    def heading(self, name: str) -> str:
        """Return the name of a column with the unit in brackets beside it, as it is written."""
        unit = self.units[self.names.index(name)]
        return f"{name} [{unit}]" if unit else name

    def decimals(self) -> list[str]:
        """Return the decimal sign of each column: declared, proved by its numbers, or by those of the whole file."""
        if self.dialect.decimal:
            return [self.dialect.decimal] * len(self.names)
        found = [_evidence([row.cells[i] for row in self.rows]) for i in range(len(self.names))]
        proved = {sign for sign in found if sign in {".", ","}}
        common = proved.pop() if len(proved) == 1 else ""
        return [(common or "?") if sign in {"", "?"} else sign for sign in found]


def read_csv(text: str, file: str, faults: list[Fault], dialect: Dialect | None = None) -> Table | None:
    """Return the rows of a CSV text as nodes, or None when it cannot be split into cells; faults are appended."""
    cells = split_csv(text, file, faults, dialect or Dialect())
    if cells is None:
        return None
    if len(cells.rows) > MAX_PARTS:
        faults.append(Fault("E101", Place(file), params={"limit": f"{MAX_PARTS} rows"}))
        return None
    decimals = cells.decimals()
    nodes = tuple(_node(row, cells, decimals, file) for row in cells.rows)
    found = next((d for d in decimals if d in {".", ","}), "")
    return Table(nodes, cells.names, cells.name_places, replace(cells.dialect, decimal=found))


def split_csv(text: str, file: str, faults: list[Fault], dialect: Dialect, *, in_order: bool = False) -> Cells | None:
    """Return the cells of a CSV text, or None when it cannot be split; faults are appended.

    Rows of empty cells are left out; where the place of a row is its time (`in_order`), only those at the end are.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    delimiter = dialect.delimiter or _find_delimiter(text)
    if not delimiter:
        faults.append(Fault("E140", Place(file, 1), hint="declare_dialect", params={"file": file}))
        return None
    rows = list(_rows(text, delimiter))
    if rows and rows[-1].cells[-1].startswith('"'):
        last = rows[-1]
        faults.append(Fault("E145", last.place(len(last.cells) - 1, delimiter, file), got=last.cells[-1]))
        return None
    if len(rows) < 2:
        faults.append(Fault("E143", Place(file, 1)))
        return None
    rows = _without_blank(_with_gaps(rows) if in_order else [rows[0], *(r for r in rows[1:] if any(r.cells))])
    if is_title([sum(map(bool, row.cells)) for row in rows]):
        faults.append(Fault("E1888", rows[0].place(0, delimiter, file), got=rows[0].cells[0], hint="header_first"))
        return None
    places = rows[0].all_places(delimiter, file)
    if len(places) > MAX_COLUMNS:
        faults.append(Fault("E101", places[MAX_COLUMNS], params={"limit": f"{MAX_COLUMNS} columns"}))
        return None
    names, units = _header(rows[0], places, faults)
    wrong = [r for r in rows[1:] if len(r.cells) != len(names)]
    alike = len(wrong) == len(rows) - 1 and len({len(row.cells) for row in wrong}) == 1
    for row in wrong[: 1 if alike else _MOST_PER_FILE]:
        words = {"found": str(len(row.cells)), "expected": str(len(names))}
        hint = "many_cells" if len(row.cells) > len(names) else "few_cells"
        other = next((sign for sign in DELIMITERS if row.cells[0].count(sign) + 1 == len(names)), "")
        words |= {"separator": delimiter, "other": other}
        hint = "two_separators" if len(row.cells) == 1 and other else hint
        faults.append(Fault("E141", Place(file, row.line), params=words, hint=hint))
    body = tuple(r for r in rows[1:] if len(r.cells) == len(names))
    return Cells(names, units, places, body, Dialect(delimiter, dialect.decimal))


def _with_gaps(rows: list[Row]) -> list[Row]:
    """Return the rows with rows of empty cells for the empty lines between them, unless one follows every row."""
    if rows and rows[-1].line - rows[0].line == len(rows) - 1:
        return rows
    after = [row.line + sum(cell.count("\n") for cell in row.cells) + 1 for row in rows]
    empty = [range(end, row.line)[:_MOST_PER_FILE] for end, row in zip(after, rows[1:], strict=False)]
    if len(set(map(len, empty))) < 2:
        return rows
    width = len(rows[0].cells)
    filled = [[*(Row(line, [""] * width) for line in lines), row] for lines, row in zip(empty, rows[1:], strict=True)]
    return [rows[0], *chain.from_iterable(filled)]


def _without_blank(rows: list[Row]) -> list[Row]:
    """Return the rows without those of empty cells at the end and columns that are empty from the header down.

    Spreadsheet programs write both where cells were once used.
    """
    last = max((i for i, row in enumerate(rows) if any(row.cells)), default=0)
    kept = rows[: last + 1]
    most = len(kept[0].cells)
    if any(any(row.cells[most - 1 :]) for row in kept):
        return kept
    width = max(next((i for i in range(len(row.cells), 1, -1) if row.cells[i - 1]), 1) for row in kept)
    return [replace(row, cells=row.cells[:width]) for row in kept]


def _find_delimiter(text: str) -> str:
    """Return the separator the header and all rows agree on, "" when that is none or several."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    candidates = [d for d in DELIMITERS if d in bare]
    if len(candidates) < 2:
        return candidates[0] if candidates else ","
    steady = [d for d in candidates if len(_widths(text, d)) == 1]
    return steady[0] if len(steady) == 1 else ""


def _widths(text: str, delimiter: str) -> set[int]:
    """Return the numbers of cells the rows have."""
    if '"' in text:
        return {len(row.cells) for row in _rows(text, delimiter)}
    return {line.count(delimiter) + 1 for line in text.split("\n") if line.strip()}


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    """Yield the rows that are not blank; the last cell of a row keeps its quotation mark when that is never closed."""
    if '"' in text:
        yield from _quoted_rows(text, delimiter)
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield Row(number, [c.strip() for c in line.split(delimiter)], text=line)


def _quoted_rows(text: str, delimiter: str) -> Iterator[Row]:
    """Yield the rows of a text with quotation marks, between which a cell may go over several lines."""
    sign = re.escape(delimiter)
    cell = re.compile(rf'[ ]*"((?:[^"]|"")*+)"[ ]*(?={sign}|\n|\Z)|([^{sign}\n]*)')
    at, number = 0, 1
    blank = re.compile("\n+")
    while at < len(text):
        empty = blank.match(text, at)
        if empty is not None:
            number += empty.end() - at
            at = empty.end()
            continue
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        line = text[at:end]
        if '"' in line:
            row, end = _quoted_row(text, at, number, delimiter, cell)
            yield row
            if row.cells[-1].startswith('"'):
                return
        elif line.strip():
            yield Row(number, [c.strip() for c in line.split(delimiter)], text=line)
        number += text.count("\n", at, end) + 1
        at = end + 1


def _quoted_row(text: str, at: int, number: int, delimiter: str, cell: re.Pattern[str]) -> tuple[Row, int]:
    """Return the row that starts at offset `at` and the offset of its end."""
    cells: list[str] = []
    places: list[tuple[int, int]] = []
    first, line_start = number, at
    while True:
        match = cell.match(text, at)
        if match is None:
            raise ValueError(f"no cell at {at}: the second alternative of the pattern matches any text")
        places.append((number, at - line_start + 1))
        if match[1] is None:
            cells.append(match[2].strip())
            if cells[-1].startswith('"'):
                return Row(first, cells, tuple(places)), len(text)
        else:
            value = match[1].replace('""', '"').strip()
            cells.append(f"'{value}" if value.startswith('"') else value)
            breaks = match[0].count("\n")
            number += breaks
            line_start = match.start() + match[0].rfind("\n") + 1 if breaks else line_start
        at = match.end()
        if not text.startswith(delimiter, at):
            return Row(first, cells, tuple(places)), at
        at += len(delimiter)


def _header(row: Row, places: Sequence[Place], faults: list[Fault]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names: list[str] = []
    units: list[str] = []
    for text, place in zip(row.cells, places, strict=True):
        name, unit = header_name(text)
        if not name or name in names:
            faults.append(Fault("E142", place, got=name))
        names.append(name)
        units.append(unit)
    return tuple(names), tuple(units)


def is_title(filled: Sequence[int]) -> bool:
    """Return whether the first of rows with so many filled cells is a title and the names of the columns stand below.

    Names of columns fill a row; a title fills one or two cells above much longer rows.
    """
    return max(filled[1:], default=0) >= max(3, _TITLE_TIMES * filled[0])


def header_name(text: str) -> tuple[str, str]:
    """Return the name of a column and the unit beside it: ``wwr [%]`` is wwr in %."""
    name, bracket, unit = text.partition("[")
    stated = bracket and len(unit) > 1 and unit.endswith("]")
    return (name.rstrip(), unit[:-1].strip()) if stated else (text, "")


def _evidence(column: Sequence[str]) -> str:
    """Return the decimal sign the numbers of a column prove, "" for none, "?" for both or for lone groups of three."""
    signs: set[str] = set()
    doubtful = False
    for text in set(column):
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


def _node(row: Row, table: Cells, decimals: Sequence[str], file: str) -> Node:
    members: dict[str, Node] = {}
    places = row.all_places(table.dialect.delimiter, file)
    for text, name, unit, place, decimal in zip(row.cells, table.names, table.units, places, decimals, strict=True):
        if text:
            members[name] = Node(text, place, text, place, decimal, Origin(unit=unit) if unit else None)
    return Node(members, Place(file, row.line, 1))
