"""Check of the times beside the values of a series: a year that begins on 1 January and misses or repeats no step."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise

from edsim.case.readers.csv_table import Cells
from edsim.case.readers.time_words import TIME_WORDS, WORDS_BETWEEN, plain_words
from edsim.case.wording.messages import Fault

_DAYS = ("%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%d/%m/%y", "%m/%d/%y")
_CLOCKS = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p")
_FORMATS = ("", *_DAYS, *(f"{day} {clock}" for day in ("%Y-%m-%d", *_DAYS) for clock in _CLOCKS))
"""Layouts of dates with and without the time of day, ISO 8601 first."""
_HALF_DAY = re.compile(r"\s*([ap])\.?\s?m\.?", re.IGNORECASE)
"""Half of the day behind a time, as spreadsheets write it in English and Spanish."""
_CLOCK = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?( [AP]M)?")
_OF_UTC = ("Z", "UTC", "GMT")
_AT_UTC = re.compile(r"\s*(?:Z|UTC|GMT)$")
"""What stands behind times of no local clock."""
_DATE_LENGTH = 10
"""Longest text of a date without the time of day."""
_STEP_MIN = {8760: 60, 8784: 60, 35_040: 15, 35_136: 15}
_PLAIN_YEAR, _LEAP_YEAR = 2025, 2024
_FIRST_YEAR, _LAST_YEAR = 4, 9996
"""Leap years between which a date can be moved by a year."""
_FIRST_DAY = datetime.combine(date(1900, 1, 1), time())
"""Day of a time of day that is read alone."""
_HALF_MINUTE = timedelta(seconds=30)

Moment = tuple[int, int, int, int]
"""Month, day, hour and minute."""


@dataclass(frozen=True, slots=True)
class _Stamps:
    """Times of all rows.

    Attributes
    ----------
    column
        Column of the times, or of their dates.
    texts
        As written, date and time of day together.
    moments
        What they name.
    """

    column: int
    texts: Sequence[str]
    moments: Sequence[Moment]


def is_time(column: str) -> bool:
    """Return whether the name of a column says when, not how much, as ``Date/Time`` and ``fecha y hora`` do."""
    words = words_of(column)
    return not words.isdisjoint(TIME_WORDS) and words <= TIME_WORDS | WORDS_BETWEEN


def words_of(column: str) -> set[str]:
    """Return the words in the name of a column, in small letters without accents."""
    return set(plain_words(column))


def check_times(table: Cells, file: str) -> Iterator[Fault]:
    """Yield the first time that is not a step after the one before, or that a year does not begin with.

    Times may name any minute of a step, its beginning or its end, the same in all rows, in any year; 29 February may
    be left out, and seconds are rounded. Times that state their offset from UTC may change it, as clocks do. Columns
    that hold no times of day, such as dates alone or a running number, are not looked at; dates are read together with
    a column of hours or times of day.
    """
    step_min = _STEP_MIN.get(len(table.rows))
    stamps = _stamps(table, step_min) if step_min is not None else None
    if stamps is None or step_min is None:
        return
    found = stamps.moments
    month, day, hour, minute = found[0]
    offset_min = 60 * hour + minute
    begins = (month, day) == (1, 1) and offset_min <= step_min
    wanted = _year(len(found), step_min, offset_min if begins else 0)
    differing = [i for i, (a, b) in enumerate(zip(found, wanted, strict=True)) if a != b]
    if not differing or ("cest" in words_of(table.names[stamps.column]) and _of_summer(found, wanted, 60 // step_min)):
        return
    wrong = differing[0]
    place = table.rows[wrong].place(stamps.column, table.dialect.delimiter, file)
    column, got = table.names[stamps.column], stamps.texts[wrong]
    if wrong == 0:
        yield Fault("E1853", place, column, got, hint="local_time")
    else:
        month, day, hour, minute = wanted[wrong]
        allowed = f"{month:02d}-{day:02d} {hour:02d}:{minute:02d}"
        yield Fault("E1852", place, column, got, allowed, {"before": stamps.texts[wrong - 1]}, "each_step")


def broken_step(table: Cells, file: str) -> Fault | None:
    """Return the first time that does not follow the one before by the usual step, None where all do or none is read.

    For a series of another length than a year, whose count alone does not say where a row is missing or twice.
    """
    stamps = _stamps(table, min(_STEP_MIN.values()))
    if stamps is None or len(stamps.moments) < 3:
        return None
    year_min = (date(_LEAP_YEAR, 12, 31).timetuple().tm_yday) * 24 * 60
    at_min = [(date(_LEAP_YEAR, m, d).timetuple().tm_yday * 24 + h) * 60 + minute for m, d, h, minute in stamps.moments]
    steps = [(after - before) % year_min for before, after in pairwise(at_min)]
    usual = Counter(steps).most_common(1)[0][0]
    without_leap_day = usual + 24 * 60
    march = [m[:2] == (3, 1) for m in stamps.moments[1:]]
    wrong = next(
        (
            i
            for i, (step, of_march) in enumerate(zip(steps, march, strict=True), 1)
            if step != usual and not (of_march and step == without_leap_day)
        ),
        None,
    )
    if wrong is None:
        return None
    month, day, hour, minute = stamps.moments[wrong - 1]
    due = datetime.combine(date(_LEAP_YEAR, month, day), time(hour, minute)) + timedelta(minutes=usual)
    place = table.rows[wrong].place(stamps.column, table.dialect.delimiter, file)
    words = {"before": stamps.texts[wrong - 1]}
    allowed = f"{due:%m-%d %H:%M}"
    return Fault("E1852", place, table.names[stamps.column], stamps.texts[wrong], allowed, words, "each_step")


def _of_summer(found: Sequence[Moment], wanted: Sequence[Moment], steps: int) -> bool:
    """Return whether times run an hour ahead in one stretch of the year only, as clocks in summer do.

    Power exchanges give their hours so, in a column named for both, ``MTU (CET/CEST)``: the hours count.
    """
    ahead = [a != b for a, b in zip(found, wanted, strict=True)]
    begin, end = ahead.index(True), len(ahead) - ahead[::-1].index(True)
    return end + steps <= len(wanted) and tuple(found[begin:end]) == tuple(wanted[begin + steps : end + steps])


def stated_offset_h(table: Cells) -> float | None:
    """Return the hours from UTC that the first time of the rows states, as ``Z`` and ``-05:00`` do; None without."""
    offsets = [day.utcoffset() for day in _first_dates(table)]
    return next((offset / timedelta(hours=1) for offset in offsets if offset is not None), None)


def other_weekdays(table: Cells, calendar_year: int) -> int | None:
    """Return the year of the first date of the rows where its weekdays are not those of `calendar_year`, else None.

    A leap year has the weekdays of another year until February or from March on: both ends of the year must agree.
    """
    years = {day.year for day in _first_dates(table)}
    year = years.pop() if len(years) == 1 else calendar_year
    ends = [[date(y, 1, 1).weekday(), date(y, 12, 31).weekday()] for y in (year, calendar_year)]
    return year if ends[0] != ends[1] else None


def _first_dates(table: Cells) -> list[datetime]:
    """Return the dates in the first row."""
    cells = [cell for name, cell in zip(table.names, table.rows[0].cells, strict=True) if is_time(name)]
    return [day for cell in cells for day in _read_dates([cell])]


def _stamps(table: Cells, step_min: int) -> _Stamps | None:
    """Return the times of the rows, from one column or from dates and times of day in two; None when there are none."""
    columns = [i for i, name in enumerate(table.names) if is_time(name)]
    texts = {i: [row.cells[i] for row in table.rows] for i in columns}
    dated = {i: moments for i in columns if (moments := _read_dates(texts[i]))}
    for i, moments in dated.items():
        if max(map(len, texts[i])) > _DATE_LENGTH:
            return _Stamps(i, texts[i], _at_one_offset(moments))
    for i, days in dated.items():
        for j in columns:
            minutes = _minutes(texts[j], step_min) if j not in dated else []
            if minutes:
                joined = [f"{day} {clock}" for day, clock in zip(texts[i], texts[j], strict=True)]
                moments = [day + timedelta(minutes=m) for day, m in zip(days, minutes, strict=True)]
                return _Stamps(i, joined, [_moment(d) for d in moments])
    return None


def _half_day(text: str) -> str:
    """Return a time with the half of its day as AM or PM."""
    match = _HALF_DAY.search(text, max(0, len(text) - 6))
    return f"{text[: match.start()]} {match[1].upper()}M" if match is not None and match.end() == len(text) else text


def _read_dates(texts: Sequence[str]) -> list[datetime]:
    """Return the dates that texts name, nothing when one of them is no date."""
    return next(dates_in_every_layout(texts), [])


def dates_in_every_layout(texts: Sequence[str]) -> Iterator[list[datetime]]:
    """Yield the dates that texts name in each layout that fits all of them; some fit day first and month first.

    Of a stretch, ``01.01.2024 00:00 - 01.01.2024 01:00``, the beginning counts; ``Z`` and ``UTC`` behind all is said.
    """
    texts = [_half_day(text.partition(" - ")[0]) for text in texts]
    in_utc = all(text.endswith(_OF_UTC) for text in texts)
    if in_utc:
        texts = [_AT_UTC.sub("", text) for text in texts]
    for layout in _FORMATS:
        try:
            dates = _in_layout(texts, layout)
        except ValueError:
            continue
        dates = [d if _FIRST_YEAR < d.year < _LAST_YEAR else _in_reach(d) for d in dates]
        yield [d.replace(tzinfo=UTC) for d in dates] if in_utc else dates


def _in_layout(texts: Sequence[str], layout: str) -> list[datetime]:
    """Return the dates that texts name in one layout, each day and each time of day read once; ISO 8601 without one.

    Raises
    ------
    ValueError
        When one of them has another layout.
    """
    if not layout:
        return [datetime.fromisoformat(text) for text in texts]
    for text in texts[:1]:
        datetime.strptime(text, layout)  # noqa: DTZ007 - only to pass over most layouts at once
    of_day, _, of_clock = layout.partition(" ")
    parts = [text.partition(" ") for text in texts]
    try:
        days = {day: datetime.strptime(day, of_day) for day in {part[0] for part in parts}}  # noqa: DTZ007 - local time
        clocks = {clock: datetime.strptime(clock, of_clock) - _FIRST_DAY for clock in {part[2] for part in parts}}  # noqa: DTZ007 - same
    except ValueError:  # blanks elsewhere than between the day and its time
        return [datetime.strptime(text, layout) for text in texts]  # noqa: DTZ007 - local time
    return [days[day] + clocks[clock] for day, _, clock in parts]


def _in_reach(day: datetime) -> datetime:
    """Return a date of the first or last years of the calendar in a year with others around it."""
    return day.replace(year=min(max(day.year, _FIRST_YEAR), _LAST_YEAR))


def _at_one_offset(times: Sequence[datetime]) -> list[Moment]:
    """Return the moments of times, all at the offset from UTC of the first where all state one: clocks may change."""
    stated = {time.utcoffset() for time in times}
    first = times[0].tzinfo
    return [_moment(time.astimezone(first) if len(stated) > 1 and None not in stated else time) for time in times]


def _minutes(texts: Sequence[str], step_min: int) -> list[float]:
    """Return the minutes since midnight that hours 0-24 or times of day name, nothing when one of them names none.

    Whole hours do not tell quarter hours apart.
    """
    found: list[float] = []
    for text in map(_half_day, texts):
        clock = _CLOCK.fullmatch(text)
        if clock is not None:
            hour = int(clock[1]) % 12 + 12 * (clock[4] == " PM") if clock[4] else int(clock[1])
            found.append(60.0 * hour + int(clock[2]) + int(clock[3] or 0) / 60.0)
        elif text.isdecimal() and step_min == 60:
            found.append(60.0 * int(text[:6]))
        else:
            return []
    return found if max(found) <= 24 * 60 else []


def _moment(time: datetime) -> Moment:
    """Return a time to the nearest minute: spreadsheets write 02:59:59 for 03:00."""
    near = time + _HALF_MINUTE
    return near.month, near.day, near.hour, near.minute


@lru_cache(maxsize=8)
def _year(count: int, step_min: int, offset_min: int) -> Sequence[Moment]:
    """Return the moments of the steps of a year that begin `offset_min` after midnight."""
    leap = count * step_min == 366 * 24 * 60
    first = datetime.combine(date(_LEAP_YEAR if leap else _PLAIN_YEAR, 1, 1), time())
    steps = (first + timedelta(minutes=step_min * i + offset_min) for i in range(count))
    return tuple((d.month, d.day, d.hour, d.minute) for d in steps)
