"""Hourly schedules of a year from three day types, monthly factors and a calendar, with seeded diversity."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from edsim.core.resources import data_path
from edsim.core.timegrid import MONTH_OF_HOUR
from edsim.profiles.buildings.stock.calendar import day_types

Array = NDArray[np.float64]

_DAY_TYPES = ("weekday", "saturday", "sunday")
_DAYS_STREAM = 1  # of the draws of days, apart from those of a building's own shift and intensities
_DAY_STARTS_H = 4


@dataclass(frozen=True, slots=True)
class Diversity:
    """How one building differs from its archetype.

    Attributes
    ----------
    shift_h
        Shift of all its schedules; positive is later.
    intensity_frac
        Factor on lights, plugs and process.
    occupancy_frac
        Factor on the number of people.
    """

    shift_h: float = 0.0
    intensity_frac: float = 1.0
    occupancy_frac: float = 1.0


def diversity(building_id: str, seed: int, shift_sigma_h: float, intensity_sigma_frac: float) -> Diversity:
    """Return the seeded diversity of a building; it depends on the identifier and the seed, not on the list it is in.

    Shift: normal, cut at two sigma. Intensities: log-normal with mean 1, cut at two sigma.
    """
    rng = np.random.default_rng([seed, crc32(building_id.encode())])
    draw = np.clip(rng.standard_normal(3), -2.0, 2.0)
    spread = np.sqrt(np.log1p(intensity_sigma_frac**2))
    factors = np.exp(spread * draw[1:] - 0.5 * spread**2)
    return Diversity(float(shift_sigma_h * draw[0]), float(factors[0]), float(factors[1]))


@lru_cache(maxsize=1)
def day_shapes() -> dict[str, Array]:
    """Return the 24 hourly values of the three day types by schedule id, (3, 24)."""
    shapes: dict[str, Array] = {}
    with data_path("archetypes", "schedules.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            shape = shapes.setdefault(row["id"], np.zeros((3, 24)))
            shape[_DAY_TYPES.index(row["day_type"])] = [float(row[f"h{h:02d}"]) for h in range(24)]
    return shapes


@lru_cache(maxsize=1)
def monthly_factors() -> dict[str, Array]:
    """Return the 12 monthly factors by schedule id."""
    with data_path("archetypes", "monthly_factors.csv").open(encoding="utf-8", newline="") as stream:
        return {r["id"]: np.array([float(r[f"m{m:02d}"]) for m in range(1, 13)]) for r in csv.DictReader(stream)}


@lru_cache(maxsize=256)
def year_schedule(schedule: str, country: str, year: int) -> Array:
    """Return the 8760 values of a schedule in a calendar year, with monthly factors; read-only.

    Raises
    ------
    KeyError
        When there is no schedule of that id.
    """
    values = day_shapes()[schedule][day_types(country, year)].ravel() * monthly_factors()[schedule][MONTH_OF_HOUR]
    values.setflags(write=False)
    return values


def day_factors(building_id: str, seed: int, sigma_frac: float) -> Array:
    """Return the hourly factors of a building's days, (8760,): log-normal, mean 1, cut at two sigma.

    A day lasts from 4 to 4 h, when rooms are least changed. Days are drawn apart from each other.
    """
    rng = np.random.default_rng([seed, crc32(building_id.encode()), _DAYS_STREAM])
    spread = np.sqrt(np.log1p(sigma_frac**2))
    factors = np.exp(spread * np.clip(rng.standard_normal(365), -2.0, 2.0))
    return np.roll(np.repeat(factors / factors.mean(), 24), _DAY_STARTS_H)


def by_day(values: Array, factors: Array) -> Array:
    """Return a yearly series times the factors of its days, with its sum kept."""
    changed = values * factors
    total = changed.sum()
    return np.asarray(changed * (values.sum() / total) if total > 0 else changed)


def shifted(values: Array, shift_h: float) -> Array:
    """Return a yearly series moved by a fraction of hours, linear between the hours; its sum does not change."""
    whole = int(np.floor(shift_h))
    rest = shift_h - whole
    moved = np.roll(values, whole)
    return np.asarray((1 - rest) * moved + rest * np.roll(moved, 1))


def started_before(in_use: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the hours of the air handling: in use, and two hours of start before."""
    return in_use | np.roll(in_use, -1) | np.roll(in_use, -2)


def start_ramp_k(on: NDArray[np.bool_], steps_k: Sequence[float]) -> Array:
    """Return how far the set point is from its final value in the hours after each start."""
    ramp = np.zeros(len(on))
    started = on & ~np.roll(on, 1)
    for hour, away in enumerate(steps_k):
        ramp[np.roll(started, hour) & on] = away
    return ramp
