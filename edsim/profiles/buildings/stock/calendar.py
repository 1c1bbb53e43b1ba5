"""Days of a calendar year: public holidays of the country, and which days of the week are worked.

Holidays are those of the package ``holidays``, of the whole country; what single regions keep beside them is left out.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from edsim.core.errors import Finding
from edsim.core.language.countries import country_name, likely_codes
from edsim.profiles.numbers import is_whole

if TYPE_CHECKING:
    from holidays import HolidayBase
    from numpy.typing import NDArray

WEEKDAY, SATURDAY, SUNDAY = 0, 1, 2

_COMMON = ((1, 1), (5, 1), (12, 25))
_YEARS = (1900, 2200)
_FRIDAY, _SUNDAY = 4, 6
_SATURDAY_RESTS = frozenset({"IL", "ISR"})
"""Countries that rest on the Saturday of a weekend of Friday and Saturday; the others with it rest on Friday."""


def holiday_findings(country: str) -> list[Finding]:
    """Return the remark on a country without known holidays."""
    if _of_country(country, _YEARS[0]) is not None:
        return []
    what, allowed = "no holiday rule for this country: New Year, 1 May and Christmas only", "a code of ISO 3166"
    near = " / ".join(f"{code} ({country_name(code, 'en')})" for code in likely_codes(country))
    hint = f"did you mean {near}?" if near else ""
    return [Finding("W303", what, field="city.country", got=country, allowed=allowed, hint=hint, severity="warning")]


def calendar_findings(country: object, year: object, seed: object) -> list[Finding]:
    """Return what is no country, calendar year or seed."""
    checks = (
        ("country", country, isinstance(country, str), "a word"),
        ("year", year, is_whole(year) and _YEARS[0] <= year <= _YEARS[1], f"{_YEARS[0]} to {_YEARS[1]}"),
        ("seed", seed, is_whole(seed) and seed >= 0, "a whole number, not negative"),
    )
    what = "this field holds something else"
    return [Finding("E306", what, field=n, got=repr(v)[:40], allowed=text) for n, v, good, text in checks if not good]


def public_holidays(country: str, year: int) -> frozenset[date]:
    """Return the public holidays of a country (ISO 3166, two or three letters), three common ones if it is unknown."""
    known = _of_country(country, year)
    return frozenset(date(year, m, d) for m, d in _COMMON) if known is None else frozenset(known)


def day_types(country: str, year: int) -> NDArray[np.int64]:
    """Return the type of each of the 365 days (29 February dropped): weekday, Saturday, Sunday or holiday.

    A Sunday is the day of the week on which the country rests, a Saturday the other free day or, where there is none,
    the day before: where Friday and Saturday are free, Friday counts as Sunday.
    """
    known, free = _of_country(country, year), public_holidays(country, year)
    weekend = {5, _SUNDAY} if known is None else known.weekend
    rest = next(day for day in (_SUNDAY, _FRIDAY, *weekend) if day in weekend)
    if country.upper() in _SATURDAY_RESTS:
        rest = max(weekend)
    half = weekend - {rest} or {(rest - 1) % 7}
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    kept = [d for d in days if d.year == year and (d.month, d.day) != (2, 29)]
    kinds = [SUNDAY if d in free or d.weekday() == rest else SATURDAY if d.weekday() in half else WEEKDAY for d in kept]
    return np.array(kinds, dtype=np.int64)


def _of_country(country: str, year: int) -> HolidayBase | None:
    from holidays import country_holidays

    try:
        return country_holidays(country.upper(), years=year)
    except NotImplementedError:
        return None
