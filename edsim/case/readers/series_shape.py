"""What the days and weeks of a metered series cannot be: work at night, other weekends, gaps filled with zeros."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from math import pi
from typing import TYPE_CHECKING

from edsim.case.nodes import Place
from edsim.case.readers.csv_table import Cells
from edsim.case.readers.series_unit import steps_per_hour
from edsim.case.schema import Case
from edsim.case.wording.messages import Fault

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_WORK = frozenset({"office", "public_administration", "school"})
"""Uses whose people come in the morning and leave before the evening, and stay away at weekends."""
_BY_DAY = frozenset({"cooling", "electricity"})
"""Services that follow people and sun; heat is made before they come."""
_CENTER_H, _SWING_FRAC = (9.0, 16.5), 0.25
"""Center of the load of a mean working day, and the share of its mean by which it must swing to be told. Offices work
from 7 to 18; simulated loads of cooling and electricity center at 10.5 to 14.5 h; a file in UTC is 3 to 9 h off in the
Americas.
Judgement, unverified."""
_REST_FRAC, _SAME_FRAC = 0.75, 0.9
"""Mean of the two quietest days of the week over that of the others below which they are a weekend, and that of the
weekend of the calendar above which it is none; judgement."""
_GAP_D = (3.0, 45.0)
"""Days of zeros in a row that are a gap rather than a failure of the plant, or a season without load; judgement."""
_STOPPED_D, _TIMES_THE_NEXT = 14.0, 3.0
"""Days of one value above 0 after which a meter has stopped, and how many times as long as the next such stretch."""


def standing_still(values: NDArray[np.float64], table: Cells, index: int, file: str, field: str) -> Iterator[Fault]:
    """Yield the longest stretch of one value where it is too long for a meter whose other readings differ.

    Parameters
    ----------
    values : (n,)
        Of a year, in steps of a day or less.
    table, index, file, field
        Where they stand and who uses them.
    """
    import numpy as np

    starts = np.flatnonzero(np.diff(values, prepend=np.nan) != 0.0)
    lengths = np.diff(np.append(starts, len(values)))
    per_day = 24 * steps_per_hour(len(values))
    above = lengths * (values[starts] > 0.0)
    if (at := _alone(above, _STOPPED_D * per_day, len(values))) >= 0:
        place = table.rows[int(starts[at])].place(index, table.dialect.delimiter, file)
        words = {"days": f"{above[at] / per_day:.0f}"}
        yield Fault("W1952", place, field, f"{values[starts[at]]:.10g}", "", words, "stuck_meter")
    zeros = lengths * (values[starts] == 0.0)
    at = int(zeros.argmax())
    days, others = zeros[at] / per_day, zeros.sum() - zeros[at]
    if _GAP_D[0] <= days <= _GAP_D[1] and others == 0:
        place = table.rows[int(starts[at])].place(index, table.dialect.delimiter, file)
        yield Fault("W1974", place, field, "0", "", {"days": f"{days:.0f}"}, "stuck_meter")


def _alone(lengths: NDArray[np.int64], least: float, count: int) -> int:
    """Return the index of a stretch that is long, and much longer than the next or amid ever new values; else -1."""
    longest = int(lengths.argmax())
    length, others = int(lengths[longest]), count - int(lengths[longest])
    after = int(sorted(lengths)[-2]) if len(lengths) > 1 else 0
    varied = 2 * len(lengths) > others > 0
    return longest if length >= least and (varied or (after and length >= _TIMES_THE_NEXT * after)) else -1


def check_days(case: Case, values: NDArray[np.float64], file: str, column: str) -> Iterator[Fault]:
    """Yield loads of offices and schools whose working days lie at night, or whose weekends on other days.

    Parameters
    ----------
    case
        The case.
    values : (n,)
        Of a year from 1 January on, in steps of an hour or a part of it.
    file, column
        Where they stand.
    """
    import numpy as np

    users = [
        f"buildings.{b.id}.measured.{service}.file"
        for b in case.buildings
        for service, m in b.measured.items()
        if m.file == file and m.column in {column, None} and b.use in _WORK and service in _BY_DAY
    ]
    if not users or float(values.min()) < 0.0 or values.max() <= 0.0:
        return
    per_day = 24 * steps_per_hour(len(values))
    days = values[: len(values) // per_day * per_day].reshape(-1, per_day)
    mean_day = days.mean(axis=0)
    angles = (np.arange(per_day) + 0.5) / per_day * 2.0 * pi
    wave = complex((mean_day * np.exp(1j * angles)).mean())
    center_h = float(np.angle(wave)) / (2.0 * pi) * 24.0 % 24.0
    swings = 2.0 * abs(wave) >= _SWING_FRAC * float(mean_day.mean())
    if swings and not _CENTER_H[0] <= center_h <= _CENTER_H[1]:
        got, allowed = f"{center_h:.1f} h", f"{_CENTER_H[0]:g} – {_CENTER_H[1]:g} h"
        yield Fault("W1972", Place(file), users[0], got, allowed, hint="shifted_hours")
        return
    yield from _weekends(case, days.mean(axis=1), file, users[0])


def _weekends(case: Case, means: NDArray[np.float64], file: str, field: str) -> Iterator[Fault]:
    """Yield two quiet days of the week where the calendar of the case works."""
    import numpy as np

    first = date(case.settings.calendar_year, 1, 1).weekday()
    by_day = np.array([means[(day - first) % 7 :: 7].mean() for day in range(7)])
    pairs = [(day, (day + 1) % 7) for day in range(7)]
    quiet = min(pairs, key=lambda pair: float(by_day[list(pair)].sum()))
    busy = float(np.delete(by_day, list(quiet)).mean())
    rests = max(float(by_day[day]) for day in quiet) < _REST_FRAC * busy
    free = _weekend(case.city.country) if rests else set()
    if rests and free and min(float(by_day[day]) for day in free) > _SAME_FRAC * busy:
        names = ", ".join(str(day + 1) for day in quiet)
        words = {"year": str(case.settings.calendar_year)}
        allowed = ", ".join(str(day + 1) for day in sorted(free))
        yield Fault("W1973", Place(file), field, names, allowed, words, "other_calendar")


def _weekend(country: str) -> set[int]:
    """Return the free days of the week of a country, Monday 0; none where nobody knows."""
    from holidays import country_holidays

    try:
        return set(country_holidays(country).weekend)
    except NotImplementedError:
        return set()
