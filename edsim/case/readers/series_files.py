"""Files of series as cells: text of any usual dialect, the one sheet of a workbook, or Parquet.

Rows of units below the names of the columns, as TRNSYS and data loggers write them, are taken as the units of the
columns. Everything is kept as text until a column is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from edsim.case.files import MAX_TABLE_BYTES, decode, read_bytes
from edsim.case.nodes import Place
from edsim.case.readers.csv_table import MAX_COLUMNS, TOTALS, Cells, Dialect, Row, header_name, split_csv
from edsim.case.wording.messages import Fault
from edsim.core.units import UnitError, parse_number, parse_unit

WORKBOOKS = frozenset({".xlsx", ".xlsm"})
_OTHER_WORKBOOKS = frozenset({".xls", ".xlsb", ".ods", ".numbers"})
_MOST_ROWS = 40_000
"""Rows of a leap year of quarter hours, and some."""
_SAMPLE = 48
"""Rows in which a column of numbers has one."""


def split_series(path: Path, name: str, faults: list[Fault]) -> tuple[Cells | None, str]:
    """Return the cells of a file of series and its encoding, None when it cannot be split; faults are appended."""
    table, encoding = _split(path, name, faults)
    if table is not None and (row := _total(table)) is not None:
        texts = ", ".join(text for text in row.cells[:4] if text)
        faults.append(Fault("E1886", row.place(0, table.dialect.delimiter, name), "", texts, hint="drop_row"))
        return None, encoding
    return table, encoding


def _total(table: Cells) -> Row | None:
    """Return the last row where it adds up those above."""
    last = table.rows[-1] if table.rows else None
    return last if last is not None and last.cells and last.cells[0].casefold().strip(" :") in TOTALS else None


def _split(path: Path, name: str, faults: list[Fault]) -> tuple[Cells | None, str]:
    suffix = path.suffix.lower()
    if suffix in _OTHER_WORKBOOKS:
        faults.append(Fault("E161", Place(name), params={"problem": suffix}, hint="save_xlsx"))
        return None, ""
    data = read_bytes(path, name, MAX_TABLE_BYTES)
    if isinstance(data, Fault):
        faults.append(data)
        return None, ""
    if suffix in WORKBOOKS:
        from edsim.case.readers.xlsx_table import sheet_texts

        return _of_texts(sheet_texts(data, name, faults), name, faults), suffix[1:]
    if suffix == ".parquet":
        return _of_texts(_parquet_texts(path, name, faults), name, faults), suffix[1:]
    text = decode(data, name, fallback=True)
    if isinstance(text, Fault):
        faults.append(text)
        return None, ""
    before = len(faults)
    table = split_csv(text[0], name, faults, Dialect(), in_order=True)
    return (None if table is None or len(faults) > before else _with_unit_row(table)), text[1]


def number_columns(table: Cells, names: Sequence[str]) -> list[str]:
    """Return those of `names` under which a number stands in the first rows; a column of names of buildings has none.

    A column whose first rows are all empty counts as one of numbers: what is missing must be said.
    """
    found = []
    for name in names:
        index = table.names.index(name)
        texts = [text for row in table.rows[:_SAMPLE] if (text := row.cells[index])]
        if not texts or any(map(is_number, texts)):
            found.append(name)
    return found


def is_number(text: str) -> bool:
    """Return whether a text is a number, of whatever decimal sign."""
    try:
        parse_number(text)
    except UnitError as error:
        return error.reason == "ambiguous"
    return True


def _with_unit_row(table: Cells) -> Cells:
    """Return a table whose first row holds nothing but units with them beside the names of the columns."""
    if len(table.rows) < 2:
        return table
    texts = [text.strip("[]()") for text in table.rows[0].cells]
    if not any(texts) or any(text and parse_unit(text) is None for text in texts):
        return table
    units = tuple(text or unit for text, unit in zip(texts, table.units, strict=True))
    return replace(table, units=units, rows=table.rows[1:])


def _of_texts(rows: Sequence[Sequence[str]], name: str, faults: list[Fault]) -> Cells | None:
    """Return rows of texts, the first of which names the columns, as cells."""
    if not rows:
        return None
    if len(rows) < 2:
        faults.append(Fault("E143", Place(name, 1)))
        return None
    if len(rows) > _MOST_ROWS or len(rows[0]) > MAX_COLUMNS:
        faults.append(Fault("E101", Place(name), params={"limit": f"{_MOST_ROWS} rows, {MAX_COLUMNS} columns"}))
        return None
    head = [header_name(text) for text in rows[0]]
    names = tuple(text for text, _ in head)
    twice = next((text for k, text in enumerate(names) if not text or text in names[:k]), None)
    if twice is not None:
        faults.append(Fault("E142", Place(name, 1), got=twice))
        return None
    places = tuple(Place(name, 1) for _ in names)
    body = tuple(Row(k, list(row), tuple((k, 1) for _ in row)) for k, row in enumerate(rows[1:], 2))
    return _with_unit_row(Cells(names, tuple(unit for _, unit in head), places, body, Dialect("", ".")))


def _parquet_texts(path: Path, name: str, faults: list[Fault]) -> list[list[str]]:
    """Return names and rows of a Parquet file as texts, nothing and a fault when it cannot be read."""
    import duckdb

    try:
        with duckdb.connect() as database:
            found = database.execute("SELECT * FROM read_parquet(?) LIMIT ?", [str(path), _MOST_ROWS])
            names = [column[0] for column in found.description]
            rows = [[cell_text(value) for value in row] for row in found.fetchall()]
    except duckdb.Error as error:
        faults.append(Fault("E102", Place(name), params={"problem": type(error).__name__}))
        return []
    return [names, *rows]


def cell_text(value: object) -> str:
    """Return the content of a cell as text: numbers with a decimal point, times by ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return repr(value) if isinstance(value, float) else str(value).strip()
