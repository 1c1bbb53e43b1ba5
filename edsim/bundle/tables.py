"""Result tables to Parquet and CSV and back, through DuckDB, with the types of the result schema."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edsim.bundle.disk import sync_file
from edsim.results.schema import TABLES, Column, TableSchema

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_SQL_TYPES = {"text": "VARCHAR", "number": "DOUBLE", "integer": "BIGINT", "flag": "BOOLEAN"}
_EMPTY: dict[str, str | float | bool] = {"text": "", "number": float("nan"), "integer": 0, "flag": False}
_PLAIN_NUMBER = re.compile(r"[-+](\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\Z")
_TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


def inert(text: str) -> str:
    """Return `text` such that a spreadsheet shows it and never runs it.

    Text that begins like a formula gets a leading apostrophe (OWASP ASVS 4.0.3, 5.3.10); a plain signed number
    is left as it is, and so is a hyphen alone, the unit of figures without one.
    """
    if text != "-" and text.startswith(_TRIGGERS) and not _PLAIN_NUMBER.match(text):
        return "'" + text
    return text


def check(name: str, frame: pd.DataFrame) -> TableSchema:
    """Return the schema of a result table after holding its columns to it.

    Raises
    ------
    ValueError
        Unknown table, missing or extra column, or another order: a fault of the caller.
    """
    if name not in TABLES:
        raise ValueError(f"no result table is called {name!r}")
    schema = TABLES[name]
    wanted = [c.name for c in schema.columns]
    found = [str(c) for c in frame.columns]
    if found[: len(wanted)] != wanted or (len(found) > len(wanted) and not schema.open_columns):
        raise ValueError(f"table {name}: columns {found} are not {wanted}")
    if len(set(found)) != len(found):
        raise ValueError(f"table {name}: a column name occurs twice")
    return schema


def columns_of(name: str, frame: pd.DataFrame) -> tuple[Column, ...]:
    """Return the columns of a frame; those an open table adds are numbers."""
    schema = check(name, frame)
    more = [str(c) for c in frame.columns[len(schema.columns) :]]
    return schema.columns + tuple(Column(c, "number", "", schema.open_columns) for c in more)


def write(session: duckdb.DuckDBPyConnection, name: str, frame: pd.DataFrame, folder: Path) -> tuple[str, str]:
    """Write a result table as Parquet and as CSV, through an open session, and return the two file names.

    Numbers are written in full precision with a point; missing text becomes empty text, a missing number an empty
    cell. Text cells and headers that a spreadsheet could run get an apostrophe in the CSV only.
    """
    columns = columns_of(name, frame)
    plain = _typed(frame, columns)
    text = [c.name for c in columns if c.kind == "text"]
    safe = plain.assign(**{c: plain[c].map(inert) for c in text}).rename(columns=inert)
    names = (f"{name}.parquet", f"{name}.csv")
    copy_out(session, plain, folder / names[0], "FORMAT parquet, COMPRESSION zstd", _select(columns))
    headers = tuple(Column(inert(c.name), c.kind, c.unit, c.doc) for c in columns)
    copy_out(session, safe, folder / names[1], "FORMAT csv, HEADER, DELIMITER ','", _select(headers))
    return names


def read(session: duckdb.DuckDBPyConnection, name: str, folder: Path) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return a result table from its Parquet file, with the columns and types of the schema, and the columns it lacked.

    A run written before a column existed gets it empty: no number, no text, 0 for a count, false for a flag. A column
    that is no longer part of a closed table is left out.
    """
    path = str(folder / f"{name}.parquet")
    frame: pd.DataFrame = session.execute("SELECT * FROM read_parquet(?)", [path]).df()
    schema = TABLES[name]
    lacking = [c for c in schema.columns if c.name not in frame.columns]
    for column in lacking:
        frame[column.name] = _EMPTY[column.kind]
    wanted = [c.name for c in schema.columns]
    more = [str(c) for c in frame.columns if c not in wanted] if schema.open_columns else []
    frame = frame[[*wanted, *more]]
    return _typed(frame, columns_of(name, frame)), tuple(c.name for c in lacking)


def _typed(frame: pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    import pandas as pd

    kinds: dict[str, Any] = {"number": "float64", "integer": "int64", "flag": "bool"}
    typed: dict[str, Any] = {}
    for column in columns:
        values = frame[column.name].reset_index(drop=True)
        if column.kind == "text":
            typed[column.name] = values.astype("object").where(values.notna(), "").astype(str)
        else:
            typed[column.name] = values.astype(kinds[column.kind])
    return pd.DataFrame(typed, columns=[c.name for c in columns])


def _select(columns: tuple[Column, ...]) -> str:
    return ", ".join(f"CAST({_quoted(c.name)} AS {_SQL_TYPES[c.kind]}) AS {_quoted(c.name)}" for c in columns)


def copy_out(
    session: duckdb.DuckDBPyConnection, frame: pd.DataFrame, path: Path, options: str, select: str = "*"
) -> None:
    """Write a frame to a file with the options of DuckDB's COPY and flush it to disk.

    Raises
    ------
    OSError
        The disk refused.
    """
    import duckdb

    target = str(path).replace("'", "''")
    try:
        session.register("source", frame)
        session.execute(f"COPY (SELECT {select} FROM source) TO '{target}' ({options})")  # noqa: S608  quoted above
    except duckdb.IOException as fault:
        raise OSError(0, str(fault).splitlines()[0], str(path)) from fault
    sync_file(path)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def connect() -> duckdb.DuckDBPyConnection:
    """Return a session in memory: one thread and kept order, so that the same table gives the same bytes.

    No extension is ever fetched.
    """
    import duckdb

    return duckdb.connect(
        ":memory:",
        config={
            "threads": 1,
            "preserve_insertion_order": True,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )
