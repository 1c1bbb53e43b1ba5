"""The workbook of a portfolio: its tables, one sheet each, as values; text is never taken for a formula."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from edsim.core.i18n import is_missing
from edsim.report.i18n import language
from edsim.report.portfolio.view import PortfolioData, PortfolioView
from edsim.report.portfolio.words import YEARS, cell, heading
from edsim.report.said import sentence
from edsim.report.sheets.cells import (
    MAX_CELL,
    new_book,
    number_width,
    print_first_rows,
    print_on_a4,
    set_height,
    set_widths,
    style_of,
)
from edsim.report.theme import clean

if TYPE_CHECKING:
    import pandas as pd
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_FINDING = 120.0
"""Width of the column of findings, in letters."""

_TRACE_FRAC = 0.01
"""Shares below this, as those of national targets, are written with four decimals of a percent."""

SHEETS: tuple[tuple[str, str], ...] = (
    ("Studies", "measures"),
    ("Sums by group", "groups"),
    ("Sums", "totals"),
    ("Ratios", "ratios"),
    ("Years", "yearly"),
    ("City, sector, year", "crossed"),
    ("Abatement curve", "abatement_curve"),
    ("Choice", "selection"),
    ("Risk", "risk"),
    ("Frameworks", "frameworks"),
    ("Targets", "targets"),
    ("Cities", "cities"),
    ("Similar studies", "similar"),
    ("Prices", "prices"),
)
"""Sheet names (translated) and the table each shows."""


_LONG = frozenset({"totals", "ratios", "crossed", "cities", "similar"})
_ROWS_ON_PAPER = 120
"""A table for programs, one figure a row, that is longer is printed with its first rows alone."""


def render_portfolio_workbook(data: PortfolioData, *, lang: str = "en") -> bytes:
    """Return the workbook as the bytes of an ``.xlsx`` file; the same data give the same bytes.

    Raises
    ------
    DataError
        E820 unknown language.
    """
    view = PortfolioView(data, language(lang).of_sums())
    stream = io.BytesIO()
    book = new_book(stream, view.name)
    formats = {
        "head": book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom"}),
        "large": book.add_format({"num_format": "#,##0", "valign": "top"}),
        "number": book.add_format({"num_format": "#,##0.00", "valign": "top"}),
        "small": book.add_format({"num_format": "0.0000", "valign": "top"}),
        "year": book.add_format({"num_format": "0", "valign": "top"}),
        "share": book.add_format({"num_format": "0.0%", "valign": "top"}),
        "trace": book.add_format({"num_format": "0.0000%", "valign": "top"}),
        "text": book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}),
    }
    cases = dict(zip(data.tables["measures"]["run"], data.tables["measures"]["case"], strict=True))
    alike = data.tables["similar"]
    similar = alike.assign(run=alike["run"].map(cases), similar=alike["similar"].map(cases)).rename(
        columns={"run": "case"}
    )
    tables = {**data.tables, "groups": _groups(data.tables["totals"]), "similar": similar}
    for title, name in SHEETS:
        if name in tables:
            _sheet(view, _added(view, book, title), tables[name], formats, long=name in _LONG)
    _findings(view, _added(view, book, "Left out and accepted"), formats)
    book.close()
    return stream.getvalue()


def _groups(totals: pd.DataFrame) -> pd.DataFrame:
    """Return the sums with a row per group and a column per measure, both in the order of the table."""
    keys = ["dimension", "group"]
    wide = totals.pivot_table(index=keys, columns="measure", values="value", sort=False, dropna=False)
    studies = totals.groupby(keys, sort=False)["studies"].max()
    measures = [m for m in dict.fromkeys(totals["measure"]) if m in wide]
    return wide.loc[studies.index, measures].assign(studies=studies)[["studies", *measures]].reset_index()


def _added(view: PortfolioView, book: Workbook, title: str) -> Worksheet:
    sheet = book.add_worksheet(view.t(title)[:31])
    print_on_a4(sheet, view.name)
    return sheet


def _sheet(
    view: PortfolioView, sheet: Worksheet, frame: pd.DataFrame, formats: Mapping[str, Any], *, long: bool
) -> None:
    headings, kinds = [heading(view, str(name)) for name in frame.columns], _formats(frame)
    said = frame.assign(**{str(c): [_said(view, str(c), v) for v in frame[c]] for c in _spoken(frame)})
    widths = [_width(said[name], text) for name, text in zip(said.columns, headings, strict=True)]
    for k, text in enumerate(headings):
        sheet.write_string(0, k, text, formats["head"])
    set_height(sheet, 0, zip(headings, widths, strict=True))
    set_widths(sheet, widths, 1)
    sheet.repeat_rows(0)
    for r, row in enumerate(said.itertuples(index=False), start=1):
        set_height(sheet, r, ((v, widths[k]) for k, v in enumerate(row) if isinstance(v, str)))
        for k, value in enumerate(row):
            _cell(sheet, (r, k), value, kinds[k], formats)
    sheet.freeze_panes(1, 1)
    if long and len(frame) > _ROWS_ON_PAPER:
        print_first_rows(sheet, view.lang, (len(frame), len(frame.columns) - 1))
    if len(frame):
        sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)


def _spoken(frame: pd.DataFrame) -> list[str]:
    """Return the columns that hold words, yes or no."""
    return [str(c) for c in frame.columns if frame[c].dtype.kind not in "iuf"]


def _said(view: PortfolioView, column: str, value: Any) -> Any:
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return view.t("yes") if value else view.t("no")
    return cell(view, column, value)


def _width(values: pd.Series[Any], heading: str) -> float:
    head = max(map(len, heading.split()), default=0) + 3.0
    if values.dtype.kind in "iuf":
        return max(number_width(values), head)
    return max(min(max((len(str(v)) for v in values.head(200)), default=0) + 2.0, 36.0), head)


def _formats(frame: pd.DataFrame) -> list[str]:
    """Return the format of the numbers of each column: years, whole numbers, shares; "" for one by size."""
    found = []
    for name in map(str, frame.columns):
        values = frame[name]
        numbers = values.dropna() if values.dtype.kind in "iuf" else ()
        whole = len(numbers) > 0 and all(float(v).is_integer() for v in numbers)
        share = "trace" if len(numbers) and max(map(abs, numbers)) < _TRACE_FRAC else "share"
        by_name = "year" if name in YEARS else share if name.endswith("_frac") else ""
        found.append(by_name or ("large" if whole else ""))
    return found


def _cell(sheet: Worksheet, place: tuple[int, int], value: Any, kind: str, formats: Mapping[str, Any]) -> None:
    if is_missing(value):
        return
    if isinstance(value, str):
        sheet.write_string(*place, clean(value)[:MAX_CELL], formats["text"])
    else:
        number = float(value)
        sheet.write_number(*place, number, formats[kind or style_of(abs(number))])


def _findings(view: PortfolioView, sheet: Worksheet, formats: Mapping[str, Any]) -> None:
    sheet.write_string(0, 0, view.t("Code"), formats["head"])
    sheet.write_string(0, 1, view.t("Finding"), formats["head"])
    sheet.set_column(1, 1, _FINDING)
    for r, finding in enumerate(view.data.findings, start=1):
        text = clean(sentence(finding, view.lang.code))[:MAX_CELL]
        sheet.write_string(r, 0, clean(finding.code))
        sheet.write_string(r, 1, text, formats["text"])
        set_height(sheet, r, [(text, _FINDING)])
