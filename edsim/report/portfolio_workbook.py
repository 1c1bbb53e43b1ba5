"""The workbook of a portfolio: its tables, one sheet each, as values; text is never taken for a formula."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from edsim.report.i18n import language
from edsim.report.portfolio_view import PortfolioData, PortfolioView
from edsim.report.theme import clean

if TYPE_CHECKING:
    import pandas as pd
    from xlsxwriter.worksheet import Worksheet

_CREATED = datetime(2025, 1, 1, tzinfo=UTC)
"""Fixed mark instead of the clock, so that equal portfolios give equal files."""
_MAX_CELL = 32_000

SHEETS: tuple[tuple[str, str], ...] = (
    ("Studies", "measures"),
    ("Sums", "totals"),
    ("Ratios", "ratios"),
    ("Years", "yearly"),
    ("Abatement curve", "abatement_curve"),
    ("Choice", "selection"),
    ("Risk", "risk"),
    ("Frameworks", "frameworks"),
    ("Targets", "targets"),
    ("Cities", "cities"),
    ("Similar studies", "similar"),
)
"""Sheet names (translated) and the table each shows."""


def render_portfolio_workbook(data: PortfolioData, *, lang: str = "en") -> bytes:
    """Return the workbook as the bytes of an ``.xlsx`` file; the same data give the same bytes.

    Raises
    ------
    DataError
        E820 unknown language.
    """
    import xlsxwriter

    view = PortfolioView(data, language(lang))
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties({"title": clean(view.name), "created": _CREATED})
    formats = {
        "head": book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom"}),
        "large": book.add_format({"num_format": "#,##0"}),
        "small": book.add_format({"num_format": "0.0000"}),
        "text": book.add_format({"num_format": "@"}),
    }
    for title, name in SHEETS:
        if name in data.tables:
            _sheet(view, book.add_worksheet(view.t(title)[:31]), data.tables[name], formats)
    _findings(view, book.add_worksheet(view.t("Left out and accepted")[:31]), formats)
    book.close()
    return stream.getvalue()


def _sheet(view: PortfolioView, sheet: Worksheet, frame: pd.DataFrame, formats: Mapping[str, Any]) -> None:
    for k, name in enumerate(frame.columns):
        sheet.write_string(0, k, _heading(view, str(name)), formats["head"])
        texts = [len(str(v)) for v in frame[name].head(200)] if frame[name].dtype.kind == "O" else []
        sheet.set_column(k, k, min(max([12, *texts]) + 2, 44))
    for r, row in enumerate(frame.itertuples(index=False), start=1):
        for k, value in enumerate(row):
            _cell(sheet, (r, k), value, formats)
    sheet.freeze_panes(1, 1)
    if len(frame):
        sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)


def _heading(view: PortfolioView, column: str) -> str:
    if column not in view.data.labels:
        word = column.replace("_", " ").capitalize()
        said = view.t(word)
        return column if said == word else said
    return f"{view.label(column)}\n{view.data.labels[column][1].replace('currency', view.currency)}"


def _cell(sheet: Worksheet, place: tuple[int, int], value: Any, formats: Mapping[str, Any]) -> None:
    if value is None or value != value:  # noqa: PLR0124  NaN test
        return
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        sheet.write_boolean(*place, bool(value))
    elif isinstance(value, str):
        sheet.write_string(*place, clean(value)[:_MAX_CELL], formats["text"])
    else:
        number = float(value)
        sheet.write_number(*place, number, formats["large" if abs(number) >= 1000.0 or number == 0.0 else "small"])


def _findings(view: PortfolioView, sheet: Worksheet, formats: Mapping[str, Any]) -> None:
    sheet.write_string(0, 0, view.t("Code"), formats["head"])
    sheet.write_string(0, 1, view.t("Finding"), formats["head"])
    sheet.set_column(1, 1, 120)
    for r, finding in enumerate(view.data.findings, start=1):
        sheet.write_string(r, 0, clean(finding.code))
        sheet.write_string(r, 1, clean(finding.text())[:_MAX_CELL])
