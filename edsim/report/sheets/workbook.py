"""The workbook: the tables a client works on, with a cash-flow sheet whose NPV and IRR are live formulas.

Names are written as text whatever they begin with; the only formulas are those of the cash-flow sheet and of the
pro forma (:mod:`edsim.report.sheets.accounts`).
"""

from __future__ import annotations

import io
import math
from collections.abc import Collection, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edsim.report import codes, labels
from edsim.report.html import replace_file
from edsim.report.i18n import NONE, language, nice_unit
from edsim.report.run.heat import CRITERIA, HEADINGS
from edsim.report.run.indicators import label
from edsim.report.run.register import assumption
from edsim.report.sheets.accounts import accounts_sheet
from edsim.report.sheets.cash_flow import cash_flow_sheet
from edsim.report.sheets.cells import (
    BOLD,
    new_book,
    new_sheet,
    number_width,
    of_sheet,
    print_first_rows,
    set_height,
    set_widths,
    style_of,
    write_cell,
)
from edsim.report.sheets.front import TITLE as FRONT
from edsim.report.sheets.front import front_sheet
from edsim.report.sheets.proof import certificate_sheet
from edsim.report.theme import clean
from edsim.report.view import Study
from edsim.results.schema import TABLES, Column

if TYPE_CHECKING:
    import pandas as pd
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

    from edsim.appraisal.types import Appraisal


_MOST_LETTERS = 44
"""Letters a column shows in one line; longer texts go on below."""

_ROWS_ON_PAPER = 120
"""A longer table is read on the screen: below others it is left out of print, alone its first rows are printed."""

_ROWS_OF_ONE_PAGE = 50
"""A table of no more is shrunk to one page rather than ending on a page of a few rows."""

_MOST_ROWS = 20_000
"""A longer table of a sheet with others is left to its file: the workbook would take minutes to open."""

SHEETS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Indicators", ("kpis",)),
    ("Equipment", ("equipment",)),
    ("Networks", ("networks", "levels", "heat_contracts", "pipes")),
    ("Buildings", ("buildings", "monthly")),
    ("Costs", ("costs", "allocation", "network_costs", "climate_smart")),
    ("Cash flow", ("cash_flows",)),
    ("Pro forma", ("pro_forma",)),
    ("Company", ("funding", "concessions", "tariffs", "debt_service", "stress", "incentives", "perspectives")),
    ("Customers", ("customer_bills", "electricity_bills", "electricity_bill_lines")),
    ("GHG", ("ghg_frames", "refrigerants", "hfc", "efficient_heating", "inventory")),
    ("Assumptions", ("assumptions",)),
    ("Certificate", ("certificate",)),
)
"""Sheet names and the tables each shows, one below the other."""

_ALWAYS = frozenset({"Cash flow", "Certificate"})
"""Sheets of every workbook; another without rows, as the accounts of a case that finances no company, is left out."""

PHASES = ("Phases", ("milestones", "phases"))
"""Sheet of a district that grows, with the tables of the networks below."""

_EQUIPMENT = {"input_kwh": "Energy drawn", "discharge_temp_c": "Water sent back"}
"""Column of the equipment → heading."""

_UNITS = {"output_kwh": "kWh/a or Nm3/a"}
"""Column whose rows differ in unit → the units."""

TITLES = {
    "networks": "Networks",
    "levels": "Temperature levels tried",
    "heat_contracts": "Contracts for waste heat",
    "pipes": "Pipes",
    "milestones": "Milestones",
    "phases": "What is built, kept and replaced",
    "funding": "Uses and sources of funds",
    "tariffs": "Tariff, ceiling and gap",
    "debt_service": "Debt service and its cover",
    "buildings": "Buildings",
    "monthly": "Monthly",
    "costs": "Costs",
    "allocation": "What each service costs, by method of sharing",
    "network_costs": "Levelized cost by network",
    "climate_smart": "Climate-smart life-cycle cost",
    "concessions": "What public money gives away",
    "hfc": "HFC to refill and the national limit",
    "stress": "Stress after close",
    "incentives": "What each incentive is worth",
    "perspectives": "Who gains and who loses",
    "customer_bills": "Bill of each customer in the first year of service",
    "electricity_bills": "Electricity bills",
    "electricity_bill_lines": "Electricity bills by month, line by line",
    "ghg_frames": "Reduction in each accounting frame",
    "refrigerants": "Refrigerants, mean of a year",
    "inventory": "Emissions by year, frame and source",
    "efficient_heating": "Efficient district heating by article 26 of Directive (EU) 2023/1791",
}
"""Title of each table that shares a sheet."""


def render_workbook(appraisal: Appraisal, *, lang: str = "en") -> bytes:
    """Return the workbook of a run as the bytes of an ``.xlsx`` file.

    Parameters
    ----------
    appraisal
        The run.
    lang
        ``en`` or ``es``: sheet names and headings. Numbers are numbers, shown as the reader's program likes.

    Returns
    -------
    bytes
        The same appraisal gives the same bytes.

    Raises
    ------
    DataError
        E820 unknown language.
    """
    study = Study(appraisal, language(lang))
    stream = io.BytesIO()
    book = new_book(stream, appraisal.name)
    formats = _formats(book)
    sheets = sheets_of(study)
    front = new_sheet(book, study.t(FRONT), study.appraisal.name)
    places: dict[tuple[str, str], str] = {}
    for title, tables in sheets:
        sheet = new_sheet(book, study.t(title), study.appraisal.name)
        if tables == ("cash_flows",):
            places |= of_sheet(sheet, cash_flow_sheet(study, sheet, formats))
        elif tables == ("pro_forma",):
            places |= of_sheet(sheet, accounts_sheet(study, sheet, formats))
        elif tables == ("certificate",):
            certificate_sheet(study, sheet, formats)
        elif len(tables) > 1:
            _stacked_sheet(study, sheet, formats, tables)
        else:
            _table_sheet(study, sheet, formats, tables[0])
    front_sheet(study, front, formats, [title for title, _ in sheets], places)
    book.close()
    return stream.getvalue()


def sheets_of(study: Study) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the sheets a run has something for; in a district that grows the phases stand above the networks."""
    grows = not study.table("milestones").empty
    held = [
        (PHASES[0], PHASES[1] + tables) if grows and name == "Networks" else (name, tables) for name, tables in SHEETS
    ]
    return tuple((name, tables) for name, tables in held if name in _ALWAYS or _any_rows(study, tables))


def _any_rows(study: Study, tables: Sequence[str]) -> bool:
    return any(not study.table(name).empty for name in tables)


def write_workbook(appraisal: Appraisal, path: str | Path, *, lang: str = "en") -> Path:
    """Write the workbook of a run; see :func:`render_workbook`."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    replace_file(target, render_workbook(appraisal, lang=lang))
    return target


def _formats(book: Workbook) -> dict[str, Format]:
    head = {"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom", "font_color": "#16232E"}
    return {
        "head": book.add_format(head | {"align": "left", "indent": 1}),
        "head_number": book.add_format(head | {"align": "right"}),
        "title": book.add_format({"bold": True, "font_size": 13}),
        "text": book.add_format({"num_format": "@", "text_wrap": True, "valign": "top", "align": "left", "indent": 1}),
        "number": book.add_format({"num_format": "#,##0.00", "valign": "top"}),
        "large": book.add_format({"num_format": "#,##0", "valign": "top"}),
        "small": book.add_format({"num_format": "0.0000", "valign": "top"}),
        "year": book.add_format({"num_format": "0", "valign": "top"}),
        "percent": book.add_format({"num_format": "0.0%", "valign": "top"}),
        "exponent": book.add_format({"num_format": "0.0E+00", "valign": "top"}),
        "input": book.add_format({"num_format": "0.00%", "bg_color": "#FFF6DC", "border": 1}),
        "total": book.add_format({"num_format": "#,##0", "bold": True, "top": 1}),
        "result": book.add_format({"num_format": "#,##0", "bold": True}),
        "rate": book.add_format({"num_format": "0.0%", "bold": True}),
        "name": book.add_format({"bold": True, "font_size": 18}),
        "verdict": book.add_format({"text_wrap": True, "valign": "top", "font_size": 12, "bg_color": "#EAF2F1"}),
        "link": book.add_format(
            {"font_color": "#0B5A8A", "underline": 1, "valign": "top", "align": "left", "indent": 1}
        ),
        "none": book.add_format({"align": "right", "valign": "top"}),
    }


def _table_sheet(study: Study, sheet: Worksheet, formats: dict[str, Format], name: str) -> None:
    frame = study.table(name)
    columns = TABLES[name].columns
    widths = _widths(study, name)
    _write_table(study, sheet, formats, (name, 0, widths))
    if len(frame) <= _ROWS_OF_ONE_PAGE:
        sheet.fit_to_pages(1, 1)
    set_widths(sheet, widths)
    sheet.freeze_panes(1, 1 if columns[0].name != "variant" else 2)
    sheet.repeat_rows(0)
    if len(frame):
        sheet.autofilter(0, 0, len(frame), len(columns) - 1)
    if len(frame) > _ROWS_ON_PAPER:
        print_first_rows(sheet, study.lang, (len(frame), len(columns) - 1))


def _stacked_sheet(study: Study, sheet: Worksheet, formats: dict[str, Format], tables: Sequence[str]) -> None:
    """Write the tables that have rows one below the other, each under its title."""
    row = 0
    shown = [name for name in tables if not study.table(name).empty]
    widths = [max(w) for w in zip_longest(*(_widths(study, name) for name in shown), fillvalue=9.0)]
    for name in shown:
        title, long = study.t(TITLES[name]), bool(row) and len(study.table(name)) > _ROWS_ON_PAPER
        if long and name == shown[-1]:
            sheet.print_area(0, 0, row, len(widths) - 1)
            title = study.t("{table} (on the screen only, not printed)", {"table": title})
        if len(study.table(name)) > _MOST_ROWS:
            title = study.t("{table}: too long for a sheet, see {file}", {"table": title, "file": f"{name}.csv"})
            sheet.write_string(row, 0, title, formats["title"])
            row += 2
            continue
        sheet.write_string(row, 0, title, formats["title"])
        _write_table(study, sheet, formats, (name, row + 1, widths))
        row += len(study.table(name)) + 3
    set_widths(sheet, widths)
    sheet.freeze_panes(0, 1)


def _write_table(
    study: Study, sheet: Worksheet, formats: dict[str, Format], what: tuple[str, int, Sequence[float]]
) -> None:
    """Write headings and rows of a table from a row of the sheet on, whose columns have the widths given."""
    name, top, widths = what
    columns = TABLES[name].columns
    headings = [_heading(study, column) for column in columns]
    for k, (column, text) in enumerate(zip(columns, headings, strict=True)):
        sheet.write_string(top, k, text, formats["head" if column.kind == "text" else "head_number"])
    set_height(sheet, top, zip(headings, (w / BOLD for w in widths), strict=False))
    whole = {c.name for c in columns if c.kind != "text" and _whole(study.table(name)[c.name])}
    for r, record in enumerate(study.table(name).to_dict("records"), start=top + 1):
        texts = {k: _text(study, name, c.name, record) for k, c in enumerate(columns) if c.kind == "text"}
        set_height(sheet, r, ((text, widths[k]) for k, text in texts.items()))
        for k, column in enumerate(columns):
            value = record[column.name]
            if k in texts:
                write_cell(sheet, (r, k), texts[k], formats)
            elif column.kind == "flag":
                write_cell(sheet, (r, k), study.t("yes") if value else study.t("no"), formats)
            elif math.isfinite(value):
                sheet.write_number(r, k, value, formats[_style(column, record, whole)])


def _heading(study: Study, column: Column) -> str:
    title = _EQUIPMENT.get(column.name) or HEADINGS.get(column.name) or labels.column_title(column.name)
    several = _UNITS.get(column.name)
    unit = study.t(several) if several else column.unit.replace("currency", study.currency)
    text, unit = study.t(title), nice_unit(unit)
    return f"{text}\n{'%' if unit == 'frac' else unit}" if unit else text


def _style(column: Column, record: dict[Any, Any], whole: Collection[str]) -> str:
    """Return the number format of a cell: shares as percentages, whole numbers without digits."""
    if column.unit == "frac" or (not column.unit and record.get("unit") == "frac"):
        return "percent"
    if column.name in whole:
        return "year" if column.name.endswith("year") else "large"
    return style_of(abs(float(record[column.name])))


def _text(study: Study, table: str, column: str, record: dict[Any, Any]) -> str:
    """Return the text of a cell: names of indicators, sources and codes in the language of the workbook."""
    if column == "variant":
        return study.variant(str(record[column]))
    if table == "kpis" and column == "label":
        return label(study, str(record["id"]), str(record[column]))
    if table == "efficient_heating" and column == "criterion":
        return study.t(CRITERIA[str(record[column])]) if record[column] else NONE
    if table == "assumptions":
        return assumption(study, record)[column]
    if column == "unit":
        return "%" if record[column] == "frac" else nice_unit(str(record[column]))
    return codes.shown(study, table, column, record)


def _whole(values: pd.Series[Any]) -> bool:
    """Return whether a column of numbers holds whole ones only: months, years, counts."""
    kept = values.dropna()
    return bool(len(kept)) and bool((kept == kept.round()).all())


def _widths(study: Study, name: str) -> list[float]:
    """Return a width of each column of a table that shows its texts, numbers and words of its heading."""
    frame = study.table(name)
    records = frame.head(200).to_dict("records")
    widths: list[float] = []
    for column in TABLES[name].columns:
        head = BOLD * max(map(len, _heading(study, column).split()), default=0) + 2.0
        if column.kind == "text":
            longest = max((len(clean(_text(study, name, column.name, r))) for r in records), default=0) + 2.0
            widths.append(max(min(longest, _MOST_LETTERS), head))
        else:
            widths.append(max(number_width(frame[column.name]), head))
    return widths
