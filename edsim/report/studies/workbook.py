"""The workbook of a study: its tables, one sheet each, as values; text is never taken for a formula."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from edsim.core.i18n import is_missing
from edsim.report.figures.studies import StudyView
from edsim.report.i18n import nice_unit
from edsim.report.sheets.cells import (
    MAX_CELL,
    new_book,
    number_width,
    print_first_rows,
    print_on_a4,
    set_height,
    set_widths,
    write_cell,
)
from edsim.studies.field_names import CHANGED_INPUT

if TYPE_CHECKING:
    import pandas as pd
    from xlsxwriter.workbook import Workbook

SHEETS_ES: Mapping[str, str] = {
    "points": "alternativas", "results": "resultados", "inputs": "entradas", "ranking": "clasificación",
    "sizes": "tamaños", "waterfall": "cascada", "front": "frente",
    "feeder": "alimentador", "feeder_hours": "alimentador por hora",
    "feeder_months": "alimentador por mes",
    "verdicts": "veredictos", "designs": "diseños", "ranges": "rangos", "distribution": "distribución",
    "probabilities": "probabilidades", "drivers": "qué decide", "convergence": "convergencia", "utility": "empresa",
    "bill": "factura", "months": "meses", "duration": "duración", "hours_of_day": "horas del día", "peaks": "picos",
    "storage": "almacenamiento", "sample": "muestra", "unresolved": "sin resolver", "refused": "fuera de límites",
}  # fmt: skip
"""Table → name of its sheet in Spanish."""

_MOST_ROWS = 100_000
"""A longer table is left to CSV and Parquet: programs for spreadsheets open it slowly, or not at all."""
_MOST_PRINTED = 200
"""A longer table, such as the draws of a Monte Carlo, is printed with its first rows alone."""
_WIDEST = 48.0
_FORMATS: Mapping[str, Mapping[str, Any]] = {
    "head": {"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom"},
    "large": {"num_format": "#,##0"},
    "number": {"num_format": "#,##0.00"},
    "small": {"num_format": "0.0000"},
    "text": {"num_format": "@"},
}


def render_study_workbook(view: StudyView) -> bytes:
    """Return the tables of a study as the bytes of an ``.xlsx`` file, in the language of the view.

    One sheet each, with the numbers as they are stored; names and words are those of the page. CSV and Parquet keep the
    paths, which the next study may vary again. The same study gives the same bytes.
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
    sheet = book.add_worksheet(SHEETS_ES.get(name, name) if view.lang.code == "es" else name)
    print_on_a4(sheet, str(view.about["case"]))
    heads = [_heading(view, str(c)) for c in table.columns]
    numeric = [table[c].dtype.kind in "fi" for c in table]
    said = {c: [_said(view, str(c), v) for v in table[c]] for c, n in zip(table.columns, numeric, strict=True) if not n}
    widths = [
        number_width(table[c]) if is_number else min(max((len(str(v)) for v in said[c]), default=0) + 2.0, _WIDEST)
        for c, is_number in zip(table.columns, numeric, strict=True)
    ]
    widths = [max(w, 9.0) for w in widths]
    for k, text in enumerate(heads):
        sheet.write_string(0, k, text[:MAX_CELL], formats["head"])
    set_height(sheet, 0, zip(heads, widths, strict=True))
    set_widths(sheet, widths, 1)
    sheet.repeat_rows(0)
    for k, (column, is_number) in enumerate(zip(table.columns, numeric, strict=True)):
        for r, value in enumerate(table[column] if is_number else said[column], start=1):
            if not is_missing(value):
                write_cell(sheet, (r, k), float(value) if is_number else value, formats)
    if len(table) > _MOST_PRINTED:
        print_first_rows(sheet, view.lang, (len(table), len(table.columns) - 1))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(table), len(table.columns) - 1)


def _said(view: StudyView, column: str, value: Any) -> Any:
    """Return a text as the page has it; a changed input that is a number stays one, to be computed with."""
    if is_missing(value):
        return value
    text = str(value)
    if column in CHANGED_INPUT:
        try:
            return float(text)
        except ValueError:
            return text
    return nice_unit(text) if column == "unit" else view.t(view.name(text))


def _heading(view: StudyView, column: str) -> str:
    unit = nice_unit(view.units.get(column, ""))
    return view.t(view.name(column)) + (f", {unit}" if unit not in {"", "-"} else "")
