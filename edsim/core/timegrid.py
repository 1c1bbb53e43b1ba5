"""The time axis of a model: the full year or weighted typical periods."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from edsim.core.hours import HOURS_PER_YEAR

__all__ = [
    "DAYS_PER_MONTH",
    "HOURS_PER_YEAR",
    "MONTH_OF_DAY",
    "MONTH_OF_HOUR",
    "TimeGrid",
    "days_of_year",
    "full_year",
    "typical_days",
    "weekday_of_day",
]

DAYS_PER_MONTH = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
MONTH_OF_DAY = np.repeat(np.arange(12), DAYS_PER_MONTH)
MONTH_OF_HOUR = np.repeat(MONTH_OF_DAY, 24)
_LEAP_DAY = 59


def days_of_year(year: int) -> NDArray[np.datetime64]:
    """Return the dates (365,) of a calendar year; 29 February is dropped."""
    days = np.arange(f"{year:04d}-01-01", f"{year + 1:04d}-01-01", dtype="datetime64[D]")
    return np.delete(days, _LEAP_DAY) if len(days) > 365 else days


def weekday_of_day(year: int) -> NDArray[np.int64]:
    """Return the weekday (365,), Monday 0, of the days of a calendar year; in a leap year 1 March skips one."""
    return (days_of_year(year).astype(np.int64) + 3) % 7


@dataclass(frozen=True, slots=True)
class TimeGrid:
    """Steps of the model and how they stand for the 8760 hours of the year.

    Attributes
    ----------
    kind
        ``full`` (every step is real) or ``typical`` (days that stand for others).
    step_h
        Length of a step, h.
    weight : (n,)
        How many times a step occurs in the year; ``sum(weight) * step_h == 8760``.
    period : (n,)
        Typical period of each step (0 for a full year).
    previous : (n,)
        Position of the step before, cyclic within the period.
    month : (n,)
        Month 0–11 of each step; a typical period carries the month of its medoid day.
    day_to_period : (365,)
        Typical period that stands for each day of the year.
    medoid_day : (p,)
        Day of the year, from 0, that each typical period is; 0 for a full year.
    """

    kind: Literal["full", "typical"]
    step_h: float
    weight: NDArray[np.float64]
    period: NDArray[np.int64]
    previous: NDArray[np.int64]
    month: NDArray[np.int64]
    day_to_period: NDArray[np.int64]
    medoid_day: NDArray[np.int64]

    @property
    def n(self) -> int:
        """Number of steps."""
        return len(self.weight)

    @property
    def n_periods(self) -> int:
        """Number of periods (1 for a full year)."""
        return len(self.medoid_day)

    @property
    def steps_per_period(self) -> int:
        """Number of steps in each period."""
        return self.n // self.n_periods

    def hours(self) -> NDArray[np.int64]:
        """Return, for each step, the hour of the year it is taken from (first hour of the step)."""
        if self.kind == "full":
            return (np.arange(self.n) * self.step_h).astype(np.int64)
        start = np.repeat(self.medoid_day * 24, self.steps_per_period)
        within = np.tile(np.arange(self.steps_per_period) * self.step_h, self.n_periods)
        return np.asarray(start + within.astype(np.int64), dtype=np.int64)

    def sample(self, year: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a full-year hourly array (last axis 8760) on this grid, averaged over longer steps."""
        year = np.asarray(year, dtype=float)
        hours = self.hours()
        if self.step_h <= 1.0:
            return np.asarray(year[..., hours])
        width = round(self.step_h)
        return np.asarray(year[..., hours[:, None] + np.arange(width)].mean(axis=-1))


def full_year(step_h: float = 1.0) -> TimeGrid:
    """Return the grid of the whole year in steps of `step_h` hours (a divisor or multiple of one hour and of a day)."""
    n = round(HOURS_PER_YEAR / step_h)
    if abs(n * step_h - HOURS_PER_YEAR) > 1e-9 or abs(24 / step_h - round(24 / step_h)) > 1e-9:
        raise ValueError(f"step_h must divide a day: got {step_h}")
    month = np.repeat(MONTH_OF_DAY, round(24 / step_h))
    return TimeGrid(
        kind="full",
        step_h=step_h,
        weight=np.ones(n),
        period=np.zeros(n, dtype=np.int64),
        previous=np.roll(np.arange(n), 1),
        month=month,
        day_to_period=np.zeros(365, dtype=np.int64),
        medoid_day=np.zeros(1, dtype=np.int64),
    )


def typical_days(medoid_day: NDArray[np.int64], day_to_period: NDArray[np.int64]) -> TimeGrid:
    """Return the hourly grid of typical days.

    Parameters
    ----------
    medoid_day : (p,)
        Day of the year (0–364) that each typical day is taken from.
    day_to_period : (365,)
        Typical day that stands for each day; every typical day must stand for at least one.
    """
    p = len(medoid_day)
    counts = np.bincount(day_to_period, minlength=p)
    if len(counts) != p or counts.min() == 0 or len(day_to_period) != 365:
        raise ValueError("every typical day must stand for at least one of the 365 days")
    period = np.repeat(np.arange(p), 24)
    first = np.arange(p * 24).reshape(p, 24)
    return TimeGrid(
        kind="typical",
        step_h=1.0,
        weight=counts[period].astype(float),
        period=period,
        previous=np.roll(first, 1, axis=1).ravel(),
        month=MONTH_OF_DAY[medoid_day][period],
        day_to_period=np.asarray(day_to_period, dtype=np.int64),
        medoid_day=np.asarray(medoid_day, dtype=np.int64),
    )
