"""Names of cells in formulas."""

from __future__ import annotations


def cell_name(row: int, column: int, *, fixed: bool = False) -> str:
    """Return the name of a cell, ``B3``, or ``$B$3`` where formulas copied elsewhere shall keep it."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column, row_abs=fixed, col_abs=fixed))
