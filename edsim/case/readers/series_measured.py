"""What the file of a measured demand says: the year hour by hour, or sums of days or months with the months' peaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from edsim.case.nodes import Place
from edsim.case.readers.csv_table import Cells
from edsim.case.readers.series import chosen_column, hourly_year, open_table, read_column, values_of
from edsim.case.readers.series_periods import Periods, Step, check_periods, periods_of
from edsim.case.readers.series_times import is_time
from edsim.case.readers.series_unit import (
    AIR_UNIT,
    LONGEST_MONTHS,
    PEAK_ROUNDING,
    energy_column,
    is_mass,
    is_rate,
    kw_per_value,
    named_unit,
    stated_unit,
    steps_per_hour,
    unit_read,
)
from edsim.case.wording.messages import Fault, render_all, unknown_name
from edsim.core.errors import DataError
from edsim.core.i18n import Lang

if TYPE_CHECKING:
    from edsim.case.parts.building_use import Measured

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Meter:
    """A year of a measured service.

    Attributes
    ----------
    step
        What each value is of.
    values : (8760,), (365 or 366,) or (12,)
        Mean of each hour, kW, or sum of each day or month, kWh (compressed air Nm³/h and Nm³).
    peaks_kw : (12,)
        Peak of each month beside sums of months, where the file has it.
    """

    step: Step
    values: Array
    peaks_kw: Array | None = None


def read_measured(
    folder: Path, measured: Measured, service: str, *, kwh_per_kg: float = 0.0, lang: Lang = "en"
) -> Meter:
    """Return what the file of a measured service says, in kW and kWh whatever unit it is in.

    `kwh_per_kg` is the heat of a kilogram of steam, for meters of steam (:mod:`edsim.case.steam_mass`).

    Values of hours and quarter hours in a unit of energy are that of one step: 10 kWh of a quarter of an hour are
    40 kW. Sums of months and days are read as such only where a column of months or dates, or `step`, says so.

    Raises
    ------
    DataError
        With every fault of the file.
    ValueError
        When `measured` names no file.
    """
    name = measured.file
    if name is None:
        raise ValueError("no file is named")
    faults: list[Fault] = []
    table = open_table(folder, name, faults)
    periods = Periods("hour") if table is None else periods_of(table, measured.step)
    if table is None or periods.step == "hour":
        column, values = ("", np.zeros(0)) if table is None else values_of(table, name, measured.column, faults)
        _refuse(faults, lang)
        unit = unit_read(measured, service, "" if table is None else table.heading(column))
        hourly = hourly_year(values) * kw_per_value(unit, steps_per_hour(len(values)), kwh_per_kg)
        return Meter("hour", hourly)
    found = _sums(table, (measured, service, kwh_per_kg), periods, faults)
    _refuse(faults, lang)
    return found


def _refuse(faults: Sequence[Fault], lang: Lang) -> None:
    errors = [f for f in faults if f.severity == "error"]
    if errors:
        raise DataError.of(render_all(errors, lang))


def _sums(table: Cells, meter: tuple[Measured, str, float], periods: Periods, faults: list[Fault]) -> Meter:
    """Return sums of days or months; what is wrong with them is appended to `faults`."""
    measured, service, kwh_per_kg = meter
    name = measured.file or ""
    column = measured.column or energy_column({n: table.heading(n) for n in table.names})
    chosen = chosen_column(table, name, column or None, faults)
    if not chosen:
        return Meter(periods.step, np.zeros(0))
    faults.extend(check_periods(table, periods, name))
    heading = table.heading(chosen)
    unit = unit_read(measured, service, heading)
    stated = measured.unit is not None or unit == AIR_UNIT or stated_unit(heading, service) != ""
    if not stated or (is_rate(unit) and unit != AIR_UNIT):
        got = measured.unit or named_unit(heading)
        faults.append(
            Fault("E1811", Place(name, 1), chosen, got=got, allowed="kWh, MWh, TR-h, MJ, GJ, t", hint="sum_unit")
        )
    values = _positive(table, chosen, name, faults)
    if not faults and not values.any():
        faults.append(Fault("E1834", Place(name, 1), chosen, got="0"))
    peak_column = _peak_column(table, measured, chosen)
    if peak_column and peak_column not in table.names:
        faults.append(unknown_name("E121", Place(name, 1), "peak_column", peak_column, table.names))
    if faults or not peak_column:
        return Meter(periods.step, _in_order(values, periods) * (0.0 if faults else kw_per_value(unit, 1, kwh_per_kg)))
    if periods.step == "day":
        faults.append(Fault("E1812", Place(name, 1), "peak_column", peak_column, "step: month"))
    sums, peaks = values * kw_per_value(unit, 1, kwh_per_kg), _positive(table, peak_column, name, faults)
    peaks = peaks * kw_per_value(unit, 1, kwh_per_kg) if is_mass(unit) else peaks  # t/h beside sums in t
    faults.extend(() if faults else _low_peaks(table, peak_column, name, periods, (sums, peaks)))
    return Meter(periods.step, _in_order(sums, periods), _in_order(peaks, periods))


def _peak_column(table: Cells, measured: Measured, chosen: str) -> str:
    """Return the column of peaks: the one named, or the only one in kW where the file has one column of sums."""
    if measured.peak_column or measured.column:
        return measured.peak_column or ""
    others = [n for n in table.names if not is_time(n) and n != chosen]
    return others[0] if len(others) == 1 and named_unit(table.heading(others[0])) == "kW" else ""


def _positive(table: Cells, column: str, name: str, faults: list[Fault]) -> Array:
    """Return the numbers of a column; one that is none or below 0 is reported."""
    index = table.names.index(column)
    values = read_column(table, index, name, faults)
    negative = np.flatnonzero(values < 0.0)
    if len(negative):
        row = table.rows[int(negative[0])]
        place = row.place(index, table.dialect.delimiter, name)
        faults.append(Fault("E123", place, column, got=row.cells[index], allowed="≥ 0"))
    return values


def _low_peaks(
    table: Cells, column: str, name: str, periods: Periods, of_months: tuple[Array, Array]
) -> Iterator[Fault]:
    """Yield the first peak of a month that is below the mean of the month."""
    index = table.names.index(column)
    months = periods.months or range(1, 13)
    for row, month, kwh, peak in zip(table.rows, months, *of_months, strict=True):
        mean = kwh / LONGEST_MONTHS[month - 1]
        if peak < (1.0 - PEAK_ROUNDING) * mean:
            place = row.place(index, table.dialect.delimiter, name)
            yield Fault("E1832", place, column, row.cells[index], params={"mean": f"{mean:.4g}"})
            return


def _in_order(values: Array, periods: Periods) -> Array:
    """Return the values of months from January on, whichever month the bills begin with."""
    return np.roll(values, periods.months[0] - 1) if periods.months else values
