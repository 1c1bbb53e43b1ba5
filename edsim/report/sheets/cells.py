"""Names of cells in formulas, values written as what they are, and sheets that print."""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from edsim.report.theme import clean

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from edsim.report.i18n import Language

_CREATED = datetime(2025, 1, 1, tzinfo=UTC)
"""Fixed mark instead of the clock, so that equal runs give equal files."""
MAX_CELL = 32_000
"""Excel holds 32 767 letters in a cell."""

_LINE_POINTS = 15.0
"""Height of a line of a cell."""

BOLD = 1.15
"""A bold letter is so much wider than a figure, by which columns are measured."""

_ROWS_OF_A_PAGE = 40
"""Rows of a table on one page of a size one can read."""

_LETTERS_ACROSS = 260.0
"""Letters of a table that a printed page shows side by side in a size one can read."""


def cell_name(row: int, column: int, *, fixed: bool = False) -> str:
    """Return the name of a cell, ``B3``, or ``$B$3`` where formulas copied elsewhere shall keep it."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=fixed))


def new_book(stream: io.BytesIO, title: str) -> Workbook:
    """Return an empty workbook that is written to `stream` when closed; the same sheets give the same bytes."""
    import xlsxwriter

    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(stream, options)
    book.set_properties({"title": clean(title), "created": _CREATED})
    return book


def new_sheet(book: Workbook, title: str, name: str) -> Worksheet:
    """Return a new sheet that prints on A4 under the name of the run."""
    sheet = book.add_worksheet(title[:31])
    print_on_a4(sheet, name)
    return sheet


def of_sheet(sheet: Worksheet, cells: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    """Return cells of a sheet as formulas of other sheets name them."""
    return {key: f"'{sheet.get_name()}'!{cell}" for key, cell in cells.items()}


def write_cell(sheet: Worksheet, place: tuple[int, int], value: Any, formats: dict[str, Format]) -> None:
    """Write a value as what it is: text is never a formula, a number that is not finite leaves the cell empty."""
    row, column = place
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        if math.isfinite(value):
            sheet.write_number(row, column, value, formats[style_of(abs(float(value)))])
    else:
        sheet.write_string(row, column, clean(value)[:MAX_CELL], formats["text"])


def style_of(size: float) -> str:
    """Return the number format for a size: prices and factors below 1 keep four decimals."""
    if size >= 1000.0 or size == 0.0:
        return "large"
    return "number" if size >= 1.0 else "small"


def number_width(values: Iterable[Any]) -> float:
    """Return the letters that the longest of some numbers takes, sign, separators and a margin included."""
    largest = max((abs(float(v)) for v in values if math.isfinite(float(v))), default=0.0)
    return max(len(f"{largest:,.0f}") + 2.0, 9.0)


def lines_of(text: str, width: float) -> int:
    """Return the lines a bold heading takes in a column of a width in letters."""
    room = max(int(width) - 1, 1)
    return max(sum(len(textwrap.wrap(part, room)) if len(part) > room else 1 for part in text.split("\n")), 1)


def set_height(sheet: Worksheet, row: int, texts: Iterable[tuple[Any, float]]) -> None:
    """Make a row as high as the longest of its texts, each with the width of its column, takes."""
    lines = max((lines_of(clean(text)[:MAX_CELL], width) for text, width in texts), default=1)
    if lines > 1:
        sheet.set_row(row, min(_LINE_POINTS * lines, 409.0))


def print_first_rows(sheet: Worksheet, lang: Language, last: tuple[int, int]) -> None:
    """Print the first rows of a sheet that ends in cell `last` and say so at the head; the screen shows all."""
    said = "Printed: the first {shown} of {count} rows; the screen shows all."
    sheet.print_area(0, 0, _ROWS_OF_A_PAGE, last[1])
    sheet.set_header("&L" + lang.text(said, {"shown": _ROWS_OF_A_PAGE, "count": lang.number(last[0], 0)}))


def print_on_a4(sheet: Worksheet, name: str) -> None:
    """Set a sheet to print as wide as the page, named and numbered at the foot."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(f"&L{clean(name)[:120].replace('&', '&&')}&C&A&R&P / &N")


def set_widths(sheet: Worksheet, widths: Sequence[float], repeated: int = 2) -> None:
    """Set the widths of columns; a wide table prints on pages side by side, its first `repeated` columns on each."""
    for k, width in enumerate(widths):
        sheet.set_column(k, k, width)
    if sum(widths) > _LETTERS_ACROSS:
        first = sum(widths[:repeated])
        sheet.fit_to_pages(math.ceil((sum(widths) - first) / (_LETTERS_ACROSS - first)), 0)
        sheet.repeat_columns(0, repeated - 1)
