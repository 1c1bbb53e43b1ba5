"""Hourly series from files: measured demand and the like, a whole year and nothing made up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edsim.case.files import data_file
from edsim.case.nodes import Place
from edsim.case.readers.csv_table import Cells
from edsim.case.readers.series_files import is_number, number_columns, split_series
from edsim.case.readers.series_times import broken_step, check_times, is_time
from edsim.case.wording.messages import Fault, listing, render_all, unknown_name
from edsim.core.errors import DataError
from edsim.core.hours import HOURS_PER_YEAR
from edsim.core.i18n import Lang
from edsim.core.units import UnitError, allowed_units, convert, parse_number

_LEAP_HOURS = 8784
_FEB_29 = slice(59 * 24, 60 * 24)
_MOST = 20
_HINT_OF_LENGTH = {
    **dict.fromkeys((12, 365, 366), "say_step"),
    **dict.fromkeys((2 * HOURS_PER_YEAR, 2 * _LEAP_HOURS), "half_hours"),
    **{k * n + 1: "closing_row" for k in (1, 4) for n in (HOURS_PER_YEAR, _LEAP_HOURS)},
}
"""Number of values → key of the advice."""
_HEAD_ROWS = 4
_NO_VALUE = frozenset({"nan", "na", "null", "none", "nil", "inf", "error", "bad"})
"""Words that programs write in the place of a number."""
_LARGEST = 1e15
"""Largest number of a series in any unit: beyond it, sums of a year end in infinity."""


def read_series(
    folder: Path, name: str, column: str | None = None, *, unit: str = "", lang: Lang = "en"
) -> NDArray[np.float64]:
    """Return a column of a file as hourly means of a year of 8760 hours.

    8784 values are a leap year, whose 29 February is dropped; 4 x 8760 or 4 x 8784 are quarter hours, which are
    averaged. Any other length is refused: edsim does not repair series.

    Parameters
    ----------
    folder
        Folder of the case.
    name
        File in it.
    column
        Column of the series; may be None when the file has one column, or one beside a column named time.
    unit
        Unit wanted, where the heading of the column may state another in brackets: ``temp_c [degF]``.
    lang
        Language of the findings.

    Returns
    -------
    ndarray, (8760,)
        Values in `unit`, or in the unit of the file without one.

    Raises
    ------
    DataError
        With every cell that is not a number and every other fault.
    """
    faults: list[Fault] = []
    table = open_table(folder, name, faults)
    chosen, values = ("", np.zeros(0)) if table is None else values_of(table, name, column, faults)
    if table is not None and unit and not faults:
        values = _in_unit(table, chosen, unit, values, faults)
    if faults:
        raise DataError.of(render_all([f for f in faults if f.severity == "error"], lang))
    return hourly_year(values)


def _in_unit(
    table: Cells, column: str, unit: str, values: NDArray[np.float64], faults: list[Fault]
) -> NDArray[np.float64]:
    """Return values in `unit` where the heading of their column states another; a unit that does not fit is a fault."""
    index = table.names.index(column)
    stated = table.units[index]
    if not stated:
        return values
    try:
        zero, one = convert(0.0, stated, unit), convert(1.0, stated, unit)
    except UnitError as error:
        code = "E128" if error.reason == "unknown_unit" else "E127"
        faults.append(Fault(code, table.name_places[index], column, stated, ", ".join(allowed_units(unit))))
        return values
    return zero + (one - zero) * values


def open_table(folder: Path, name: str, faults: list[Fault]) -> Cells | None:
    """Return the cells of a file of series, None when it cannot be split; what is wrong is appended to `faults`."""
    return split_series(data_file(folder, name), name, faults)[0]


def chosen_column(table: Cells, name: str, column: str | None, faults: list[Fault]) -> str:
    """Return the column named, or the only one that is none of times; "" and a fault when there is none."""
    chosen = column or _only_column(table)
    if not chosen:
        faults.append(Fault("E1854", Place(name, 1), "column", allowed=listing(table.names), hint="name_column"))
        return ""
    if chosen not in table.names:
        faults.append(unknown_name("E121", Place(name, 1), "column", chosen, table.names))
        return ""
    return chosen


def values_of(table: Cells, name: str, column: str | None, faults: list[Fault]) -> tuple[str, NDArray[np.float64]]:
    """Return the column that counts and its values, a year of hours or quarter hours; faults are appended."""
    chosen = chosen_column(table, name, column, faults)
    if not chosen:
        return "", np.zeros(0)
    values = read_column(table, table.names.index(chosen), name, faults)
    if not faults and len(values) not in {k * n for k in (1, 4) for n in (HOURS_PER_YEAR, _LEAP_HOURS)}:
        faults.append(broken_step(table, name) or _wrong_length(name, chosen, len(values)))
    if not faults:
        faults.extend(check_times(table, name))
    return chosen, values


def _wrong_length(name: str, column: str, found: int) -> Fault:
    """Return the fault of a series that is no year of hours or quarter hours, with what it is where that is known."""
    hint = _HINT_OF_LENGTH.get(found, "cut_series")
    return Fault("E144", Place(name), column, params={"found": str(found)}, hint=hint)


def _only_column(table: Cells) -> str:
    columns = [name for name in table.names if not is_time(name)]
    columns = number_columns(table, columns) if len(columns) > 1 else columns
    return columns[0] if len(columns) == 1 else ""


def decimal_sign(table: Cells, index: int) -> str:
    """Return the decimal sign of a column, "?" where its numbers leave it open.

    A meter whose every value has three decimals is read with points where commas part the columns: programs that group
    thousands with points write decimals with commas, and part columns with something else.
    """
    sign = table.decimals()[index]
    if sign != "?" or len(table.rows) < HOURS_PER_YEAR or table.dialect.delimiter != ",":
        return sign
    return sign if any("," in row.cells[index] for row in table.rows) else "."


def read_column(table: Cells, index: int, name: str, faults: list[Fault]) -> NDArray[np.float64]:
    """Return the numbers of a column; the first faulty cells are reported."""
    decimal = decimal_sign(table, index)
    values = np.zeros(len(table.rows))
    if names_below(table, index):
        got = table.rows[0].cells[index]
        place = table.rows[0].place(index, table.dialect.delimiter, name)
        faults.append(Fault("E1888", place, table.names[index], got, hint="header_first"))
        return values
    for i, row in enumerate(table.rows):
        try:
            values[i] = parse_number(row.cells[index], decimal=decimal)
        except UnitError as error:
            place = row.place(index, table.dialect.delimiter, name)
            code = "E135" if error.reason == "ambiguous" else "E129"
            words = {"readings": " | ".join(error.readings)}
            hint = ("fill_cell" if row.cells[index] else "empty_cell") if code == "E129" else "four_decimals"
            faults.append(Fault(code, place, table.names[index], row.cells[index], params=words, hint=hint))
            if len(faults) >= _MOST:
                break
    beyond = np.flatnonzero(np.abs(values) > _LARGEST)
    if len(beyond):
        row = table.rows[int(beyond[0])]
        place, allowed = row.place(index, table.dialect.delimiter, name), f"≤ {_LARGEST:g}"
        faults.append(Fault("E123", place, table.names[index], got=row.cells[index], allowed=allowed))
    return values


def names_below(table: Cells, index: int) -> bool:
    """Return whether a word stands above the numbers of a column: its name or unit, in a second row of names."""
    first, *rest = [row.cells[index] for row in table.rows[:_HEAD_ROWS]]
    return first.isalpha() and first.casefold() not in _NO_VALUE and bool(rest) and all(map(is_number, rest))


def hourly_year(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a year of quarter hours or hours, with or without 29 February, as 8760 hourly means.

    Raises
    ------
    ValueError
        For any other length.
    """
    hours = values.reshape(-1, 4).mean(axis=1) if len(values) in {4 * HOURS_PER_YEAR, 4 * _LEAP_HOURS} else values
    if len(hours) == _LEAP_HOURS:
        hours = np.delete(hours, _FEB_29)
    if len(hours) != HOURS_PER_YEAR:
        raise ValueError(f"{len(values)} values are no year")
    return hours
