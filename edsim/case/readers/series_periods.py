"""Sums of months and days: what says that the rows of a file are such, and whether they follow through a year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal

from edsim.case.nodes import Place
from edsim.case.readers.csv_table import Cells
from edsim.case.readers.series_times import dates_in_every_layout, is_time, words_of
from edsim.case.readers.time_words import DAY_WORDS, MONTH_NAMES, MONTH_WORDS, plain_words
from edsim.case.wording.messages import Fault

Step = Literal["hour", "day", "month"]

_ROWS: dict[str, tuple[int, ...]] = {"day": (365, 366), "month": (12,)}
_MOST_MONTHS, _MOST_DAYS = 60, 1100
"""Rows up to which a column of months, and one of dates, is looked for: five years and three."""
_NUMBERED = re.compile(r"(?:\d{4}[-/.])?(\d{1,2})|(\d{1,2})[-/.]\d{4}")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)|[a-z.][-/ '’]?(\d\d)$", re.IGNORECASE)
"""A year in four digits, or in two behind the name of a month."""
_LEAP_YEAR, _PLAIN_YEAR = 2024, 2025
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Periods:
    """What the rows of a table are.

    Attributes
    ----------
    step
        Hours (or quarters of them), days or months.
    column
        Column that says so; None where the case does, or nothing.
    months
        Month of each row 1-12, 0 for a cell that names none; empty for other steps and without a column.
    """

    step: Step
    column: int | None = None
    months: Sequence[int] = ()


def periods_of(table: Cells, stated: Literal["day", "month"] | None) -> Periods:
    """Return what the rows of a table are by what the case states, or else by a column of months or of dates.

    A number of rows alone says nothing: without either they are hours.
    """
    columns = [i for i, name in enumerate(table.names) if is_time(name)]
    if stated != "day" and len(table.rows) <= _MOST_MONTHS and not any(_words(table, i) & DAY_WORDS for i in columns):
        for i in columns:
            months = _months(table, i)
            if months:
                return Periods("month", i, months)
    if stated != "month" and (stated or _MOST_MONTHS < len(table.rows) <= _MOST_DAYS):
        for i in columns:
            if any(dates_in_every_layout(_texts(table, i))):
                return Periods("day", i)
    return Periods(stated or "hour")


def check_periods(table: Cells, periods: Periods, file: str) -> Iterator[Fault]:
    """Yield the first row that does not follow the one before, or else a number of rows that is no year."""
    wrong = _first_stray(table, periods)
    if wrong is not None and periods.column is not None:
        row, allowed = wrong
        place, name = table.rows[row].place(periods.column, table.dialect.delimiter, file), table.names[periods.column]
        texts = _texts(table, periods.column)
        if row == 0:
            yield Fault("E1853", place, name, texts[0], allowed, hint="local_time")
        else:
            yield Fault("E1852", place, name, texts[row], allowed, {"before": texts[row - 1]}, "each_period")
        return
    rows = _ROWS[periods.step]
    if len(table.rows) not in rows:
        code, allowed = "E1808" if periods.step == "month" else "E1810", ", ".join(map(str, rows))
        yield Fault(code, Place(file), got=str(len(table.rows)), allowed=allowed, hint="one_year")


def _first_stray(table: Cells, periods: Periods) -> tuple[int, str] | None:
    """Return the first row out of its place and what should stand there."""
    if periods.column is None:
        return None
    if periods.step == "month":
        first = periods.months[0] - 1
        wanted = [(first + i) % 12 + 1 if periods.months[0] else 1 for i in range(len(periods.months))]
        stray = ((i, f"{w:02d}") for i, (m, w) in enumerate(zip(periods.months, wanted, strict=True)) if m != w)
        return next(stray, _stray_year(_texts(table, periods.column), periods.months))
    strays = [_stray_day(days) for days in dates_in_every_layout(_texts(table, periods.column))]
    return None if None in strays else max((s for s in strays if s is not None), default=None)


def _stray_year(texts: Sequence[str], months: Sequence[int]) -> tuple[int, str] | None:
    """Return the first of months that names another year than follows from the one before, where all name one."""
    years = [int(found[1] or found[2]) % 100 for text in texts if (found := _YEAR.search(text))]
    if len(years) < len(months):
        return None
    follows = [(y + (m == 12)) % 100 for y, m in zip(years, months, strict=True)]
    stray = ((i + 1, w) for i, (y, w) in enumerate(zip(years[1:], follows, strict=False)) if y != w)
    return next(((i, f"{months[i]:02d}-{w:02d}") for i, w in stray), None)


def _stray_day(days: Sequence[datetime]) -> tuple[int, str] | None:
    """Return the first of dates that does not follow from 1 January on; 29 February may be left out."""
    years = {365: _PLAIN_YEAR, 366: _LEAP_YEAR}
    first = date(years.get(len(days), days[0].year), 1, 1)
    wanted = [first + i * _DAY for i in range(len(days))]
    pairs = enumerate(zip(days, wanted, strict=True))
    return next(((i, f"{w:%m-%d}") for i, (d, w) in pairs if (d.month, d.day) != (w.month, w.day)), None)


def _months(table: Cells, column: int) -> list[int]:
    """Return the months a column names, 0 for a cell that names none; nothing when the column is not one of months."""
    texts = _texts(table, column)
    months = [_month_of(text) for text in texts]
    if 2 * sum(map(bool, months)) > len(months) and (_words(table, column) & MONTH_WORDS or not _all_numbers(texts)):
        return months
    readings = [[d.month for d in days] for days in dates_in_every_layout(texts)]
    return next((r for r in readings if _follow(r)), readings[0] if readings else [])


def _follow(months: Sequence[int]) -> bool:
    return all(b == a % 12 + 1 for a, b in pairwise(months))


def _month_of(text: str) -> int:
    """Return the month 1-12 that a text names in one of ten languages, as 3, 2025-03 or 03/2025; 0 for none."""
    words = [w for w in plain_words(text) if len(w) > 2]
    named = {m for m, names in enumerate(MONTH_NAMES, 1) for w in words if any(n.startswith(w) for n in names)}
    exact = {m for m, names in enumerate(MONTH_NAMES, 1) if set(words) & set(names)}
    for found in (named, exact):  # červen begins červenec
        if len(found) == 1:
            return found.pop()
    match = _NUMBERED.fullmatch(text.rstrip("月").replace("年", "-"))
    number = int(match[1] or match[2]) if match is not None else 0
    return number if 1 <= number <= 12 else 0


def _all_numbers(texts: Sequence[str]) -> bool:
    return all(text.isdecimal() for text in texts)


def _words(table: Cells, column: int) -> set[str]:
    return words_of(table.names[column])


def _texts(table: Cells, column: int) -> list[str]:
    return [row.cells[column] for row in table.rows]
