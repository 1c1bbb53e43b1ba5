"""Check of the times beside the values of a series: a year that begins on 1 January and misses or repeats no step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from edsim.case.csv_table import Cells
from edsim.case.messages import Fault

TIME_COLUMNS = frozenset({"time", "timestamp", "datetime", "hour", "date"})
"""Names of columns that say when, not how much."""
_FORMATS = ("%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%d-%m-%Y %H:%M")
_STEP_MIN = {8760: 60, 8784: 60, 35_040: 15, 35_136: 15}
_PLAIN_YEAR, _LEAP_YEAR = 2025, 2024


def check_times(table: Cells, file: str) -> Iterator[Fault]:
    """Yield the first time that is not a step after the one before, or that a year does not begin with.

    Times may name the beginning or the end of a step, in any year; 29 February may be left out. Columns that hold
    no dates, such as a running number, are not looked at.
    """
    index = next((i for i, name in enumerate(table.names) if name.casefold() in TIME_COLUMNS), None)
    step_min = _STEP_MIN.get(len(table.rows))
    if index is None or step_min is None:
        return
    found = _dates([row.cells[index] for row in table.rows])
    if not found:
        return
    wanted = _year(len(found), step_min)
    at_end = found[0] != wanted[0]
    if at_end:
        wanted = [*wanted[1:], wanted[0]]
    wrong = next((i for i, (a, b) in enumerate(zip(found, wanted, strict=True)) if a != b), None)
    if wrong is None:
        return
    row = table.rows[wrong]
    place, got = row.place(index, table.dialect.delimiter, file), row.cells[index]
    column = table.names[index]
    if wrong == 0:
        yield Fault("E1853", place, column, got, hint="local_time")
    else:
        month, day, hour, minute = wanted[wrong]
        allowed = f"{month:02d}-{day:02d} {hour:02d}:{minute:02d}"
        yield Fault("E1852", place, column, got, allowed, {"before": table.rows[wrong - 1].cells[index]}, "each_step")


Moment = tuple[int, int, int, int]
"""Month, day, hour and minute."""


def _dates(texts: Sequence[str]) -> list[Moment]:
    """Return the moments that texts name, nothing when one of them is no date."""
    for layout in ("", *_FORMATS):
        try:
            read = [datetime.strptime(t, layout) if layout else datetime.fromisoformat(t) for t in texts]  # noqa: DTZ007 - local time
        except ValueError:
            continue
        return [(d.month, d.day, d.hour, d.minute) for d in read]
    return []


def _year(count: int, step_min: int) -> list[Moment]:
    leap = count * step_min == 366 * 24 * 60
    first = datetime(_LEAP_YEAR if leap else _PLAIN_YEAR, 1, 1)  # noqa: DTZ001 - local standard time of no zone
    steps = (first + timedelta(minutes=step_min * i) for i in range(count))
    return [(d.month, d.day, d.hour, d.minute) for d in steps]
