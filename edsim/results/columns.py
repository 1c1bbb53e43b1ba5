"""Columns and tables of results: the words in which schemas are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "number", "integer", "flag"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a result table."""

    name: str
    kind: Kind
    unit: str
    doc: str


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A result table; `open_columns` tells that more number columns follow (hourly flows)."""

    name: str
    doc: str
    columns: tuple[Column, ...]
    open_columns: str = ""


def text(name: str, doc: str) -> Column:
    """Return a text column."""
    return Column(name, "text", "", doc)


def number(name: str, unit: str, doc: str) -> Column:
    """Return a column of numbers."""
    return Column(name, "number", unit, doc)


def integer(name: str, unit: str, doc: str) -> Column:
    """Return a column of whole numbers."""
    return Column(name, "integer", unit, doc)
