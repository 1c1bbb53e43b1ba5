"""When the costs of a life-cycle study fall: in whole years, or by the days of the calendar as NIST BLCC counts them.

Source
------
NIST BLCC 5.3-19, sample reports (repository usnistgov/blcc): every printed present value follows from actual days over
365.25, where a year of service ends on its last day (31 March for a study that begins on 1 April).
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from edsim.core.arguments import reject
from edsim.finance.measures import Timing

DAYS_PER_YEAR = 365.25
_FROM_DAY_TO_LAST = 1  # days from the last day of a year to the first of the next


@dataclass(frozen=True, slots=True)
class StudyTimes:
    """Times of payment in years after the base date.

    Attributes
    ----------
    years
        Length of the study, a.
    timing
        ``end`` or ``mid``: when the yearly costs fall.
    base_date
        First day of the study; ``None`` counts whole years.
    """

    years: int
    timing: Timing
    base_date: date | None = None

    def after(self, year: float) -> float:
        """Return the time of a cost paid `year` years after the base date, to the month."""
        return year if self.base_date is None else _days(self.base_date, round(12 * year)) / DAYS_PER_YEAR

    def of_year(self, year: int) -> float:
        """Return the time at which the costs of a year fall; of year 0 and before, its beginning."""
        middle = self.timing == "mid"
        if year < 1 or self.base_date is None:
            return self.after(year - 0.5 if middle and year > 0 else year)
        if middle:
            return self.after(year - 0.5)
        return (_days(self.base_date, 12 * year) - _FROM_DAY_TO_LAST) / DAYS_PER_YEAR

    @property
    def yearly(self) -> NDArray[np.float64]:
        """Times of the costs of the years 1..N."""
        return np.array([self.of_year(k) for k in range(1, self.years + 1)])

    @property
    def end(self) -> float:
        """Time of the end of the study."""
        return StudyTimes(self.years, "end", self.base_date).of_year(self.years)


def as_day(value: date | str | None, field: str) -> date | None:
    """Return the day that `value` names (ISO text); raise DataError (E702) when it names none."""
    if not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise reject("E702", "is not a day", field, value, allowed="YYYY-MM-DD") from None


def _days(base: date, months: int) -> int:
    """Return the days from `base` to the same day `months` later (the last day of a shorter month)."""
    years, month = divmod(base.month - 1 + months, 12)
    year, month = base.year + years, month + 1
    return (date(year, month, min(base.day, monthrange(year, month)[1])) - base).days
