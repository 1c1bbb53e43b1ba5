"""Days of a calendar year: weekday type and public holidays.

Colombia: Law 51 of 1983 (Ley Emiliani) moves a list of feasts to the following Monday; the others are fixed. Easter by
the Gregorian computus (Meeus, Astronomical Algorithms, chapter 8).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from edsim.core.errors import Finding
from edsim.profiles.numbers import is_whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEEKDAY, SATURDAY, SUNDAY = 0, 1, 2

_CO_FIXED = ((1, 1), (5, 1), (7, 20), (8, 7), (12, 8), (12, 25))
_CO_MOVED = ((1, 6), (3, 19), (6, 29), (8, 15), (10, 12), (11, 1), (11, 11))
_CO_EASTER_FIXED = (-3, -2)  # Maundy Thursday, Good Friday
_CO_EASTER_MOVED = (43, 64, 71)  # Ascension, Corpus Christi and Sacred Heart, already on Mondays
_COMMON = ((1, 1), (5, 1), (12, 25))
_YEARS = (1900, 2200)

COUNTRIES_WITH_HOLIDAYS = frozenset({"CO", "COL"})
"""Countries (ISO 3166, two or three letters) with known holidays; others get New Year, 1 May and Christmas."""


def holiday_findings(country: str) -> list[Finding]:
    """Return the remark on a country without known holidays."""
    if country.upper() in COUNTRIES_WITH_HOLIDAYS:
        return []
    what = "no holiday rule for this country: New Year, 1 May and Christmas only"
    known = ", ".join(sorted(COUNTRIES_WITH_HOLIDAYS))
    return [Finding("W303", what, field="city.country", got=country, allowed=known, severity="warning")]


def calendar_findings(country: object, year: object, seed: object) -> list[Finding]:
    """Return what is no country, calendar year or seed."""
    checks = (
        ("country", country, isinstance(country, str), "a word"),
        ("year", year, is_whole(year) and _YEARS[0] <= year <= _YEARS[1], f"{_YEARS[0]} to {_YEARS[1]}"),
        ("seed", seed, is_whole(seed) and seed >= 0, "a whole number, not negative"),
    )
    what = "this field holds something else"
    return [Finding("E306", what, field=n, got=repr(v)[:40], allowed=text) for n, v, good, text in checks if not good]


def easter(year: int) -> date:
    """Return Easter Sunday of a Gregorian year."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 19 * m) // 433
    month = (h + m - 7 * n + 90) // 25
    return date(year, month, (h + m - 7 * n + 33 * month + 19) % 32)


def holidays(country: str, year: int) -> frozenset[date]:
    """Return the public holidays of a country and year."""
    if country.upper() not in COUNTRIES_WITH_HOLIDAYS:
        return frozenset(date(year, m, d) for m, d in _COMMON)
    fixed = {date(year, m, d) for m, d in _CO_FIXED}
    moved = {_following_monday(date(year, m, d)) for m, d in _CO_MOVED}
    sunday = easter(year)
    feasts = {sunday + timedelta(days=n) for n in (*_CO_EASTER_FIXED, *_CO_EASTER_MOVED)}
    return frozenset(fixed | moved | feasts)


def _following_monday(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def day_types(country: str, year: int) -> NDArray[np.int64]:
    """Return the type of each of the 365 days (29 February dropped): weekday, Saturday, Sunday or holiday."""
    free = holidays(country, year)
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    kept = [d for d in days if d.year == year and (d.month, d.day) != (2, 29)]
    kinds = [SUNDAY if d in free or d.weekday() == 6 else SATURDAY if d.weekday() == 5 else WEEKDAY for d in kept]
    return np.array(kinds, dtype=np.int64)
