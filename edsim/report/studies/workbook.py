"""The workbook of a study: its tables, one sheet each, as values; text is never taken for a formula."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from edsim.core.i18n import is_missing
from edsim.report.figures.studies import StudyView
from edsim.report.sheets.cells import (
    MAX_CELL,
    new_book,
    number_width,
    print_on_a4,
    set_height,
    set_widths,
    write_cell,
)
from edsim.studies.field_names import CHANGED_INPUT

if TYPE_CHECKING:
    import pandas as pd
    from xlsxwriter.workbook import Workbook

_MOST_ROWS = 100_000
"""A longer table is left to CSV and Parquet: programs for spreadsheets open it slowly, or not at all."""
_WIDEST = 48.0
_FORMATS: Mapping[str, Mapping[str, Any]] = {
    "head": {"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom"},
    "large": {"num_format": "#,##0"},
    "number": {"num_format": "#,##0.00"},
    "small": {"num_format": "0.0000"},
    "text": {"num_format": "@"},
}


def render_study_workbook(view: StudyView) -> bytes:
    """Return the tables of a study as the bytes of an ``.xlsx`` file, headed in the language of the view.

    Tables stand as they are stored, one sheet each under its own name; the same study gives the same bytes.
    """
    stream = io.BytesIO()
    book = new_book(stream, str(view.about["case"]))
    formats = {name: book.add_format(dict(style)) for name, style in _FORMATS.items()}
    shown = {name: table for name, table in view.tables.items() if 0 < len(table) <= _MOST_ROWS}
    for name, table in shown.items():
        _sheet(view, book, (name, table), formats)
    if not shown:
        book.add_worksheet()
    book.close()
    return stream.getvalue()


def _sheet(view: StudyView, book: Workbook, named: tuple[str, pd.DataFrame], formats: dict[str, Any]) -> None:
    name, table = named
    sheet = book.add_worksheet(name)
    print_on_a4(sheet, str(view.about["case"]))
    heads = [_heading(view, str(c)) for c in table.columns]
    numeric = [table[c].dtype.kind in "fi" for c in table]
    widths = [
        number_width(table[c]) if is_number else min(max((len(str(v)) for v in table[c]), default=0) + 2.0, _WIDEST)
        for c, is_number in zip(table.columns, numeric, strict=True)
    ]
    widths = [max(w, 9.0) for w in widths]
    for k, text in enumerate(heads):
        sheet.write_string(0, k, text[:MAX_CELL], formats["head"])
    set_height(sheet, 0, zip(heads, widths, strict=True))
    set_widths(sheet, widths, 1)
    sheet.repeat_rows(0)
    for k, (column, is_number) in enumerate(zip(table.columns, numeric, strict=True)):
        for r, value in enumerate(table[column], start=1):
            if not is_missing(value):
                write_cell(sheet, (r, k), float(value) if is_number else _typed(str(column), str(value)), formats)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(table), len(table.columns) - 1)


def _typed(column: str, text: str) -> str | float:
    """Return a value of a changed input as a number where it is one: a cell of text cannot be computed with."""
    try:
        return float(text) if column in CHANGED_INPUT else text
    except ValueError:
        return text


def _heading(view: StudyView, column: str) -> str:
    unit = view.units.get(column, "")
    return view.t(view.name(column)) + (f", {unit}" if unit not in {"", "-"} else "")
