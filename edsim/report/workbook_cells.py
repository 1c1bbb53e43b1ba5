"""Names of cells in formulas, and values written as what they are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from edsim.report.theme import clean

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MAX_CELL = 32_000
"""Excel holds 32 767 letters in a cell."""


def cell_name(row: int, column: int, *, fixed: bool = False) -> str:
    """Return the name of a cell, ``B3``, or ``$B$3`` where formulas copied elsewhere shall keep it."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=fixed))


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
    """Return the number format for a size."""
    if size >= 1000.0 or size == 0.0:
        return "large"
    return "number" if size >= 0.1 else "small"
