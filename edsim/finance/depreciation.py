"""Depreciation schedules as shares of the basis written off in each year after commissioning.

Source
------
IRS Publication 946 (2023), table A-1 (MACRS, half-year convention).
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.core.arguments import as_vector, reject

MacrsClass = Literal[3, 5, 7, 10, 15, 20]

_MACRS_PERCENT: dict[int, tuple[float, ...]] = {
    3: (33.33, 44.45, 14.81, 7.41),
    5: (20.0, 32.0, 19.2, 11.52, 11.52, 5.76),
    7: (14.29, 24.49, 17.49, 12.49, 8.93, 8.92, 8.93, 4.46),
    10: (10.0, 18.0, 14.4, 11.52, 9.22, 7.37, 6.55, 6.55, 6.56, 6.55, 3.28),
    15: (5.0, 9.5, 8.55, 7.7, 6.93, 6.23, 5.9, 5.9, 5.91, 5.9, 5.91, 5.9, 5.91, 5.9, 5.91, 2.95),
    20: (
        *(3.75, 7.219, 6.677, 6.177, 5.713, 5.285, 4.888, 4.522),
        *(4.462, 4.461, 4.462, 4.461, 4.462, 4.461, 4.462, 4.461, 4.462, 4.461, 4.462, 4.461, 2.231),
    ),
}


def straight_line(years: int, *, half_year: bool = False, salvage_frac: float = 0.0) -> NDArray[np.float64]:
    """Return equal shares over `years`; with `half_year` the first and the last (one year later) are halves.

    Parameters
    ----------
    years
        Depreciation period, a.
    half_year
        Half-year convention.
    salvage_frac
        Share of the cost that is never written off.
    """
    _positive(years)
    share = np.full(years, (1.0 - salvage_frac) / years)
    return np.concatenate(([share[0] / 2], share[1:], [share[0] / 2])) if half_year else share


def declining_balance(
    years: int, *, factor: float = 2.0, switch_to_straight_line: bool = True, salvage_frac: float = 0.0
) -> NDArray[np.float64]:
    """Return declining-balance shares: `factor`/years of the book value, then straight line once that is higher.

    Without the switch, the last year writes off what is left.

    Parameters
    ----------
    years
        Depreciation period, a.
    factor
        2 is double declining balance.
    switch_to_straight_line
        Whether equal shares of what is left follow once they are higher.
    salvage_frac
        Share of the cost that is never written off.
    """
    _positive(years)
    book, shares = 1.0, np.zeros(years)
    for t in range(years):
        left = book - salvage_frac
        even = left / (years - t)
        wanted = min(book * factor / years, left)
        shares[t] = max(wanted, even) if switch_to_straight_line else (left if t == years - 1 else wanted)
        book -= shares[t]
    return shares


def sum_of_years_digits(years: int, *, salvage_frac: float = 0.0) -> NDArray[np.float64]:
    """Return shares in proportion to the remaining life: N, N-1, ... 1."""
    _positive(years)
    digits = np.arange(years, 0, -1, dtype=float)
    return np.asarray((1.0 - salvage_frac) * digits / digits.sum())


def macrs(years: MacrsClass) -> NDArray[np.float64]:
    """Return the MACRS shares of a property class (half-year convention, `years` + 1 entries)."""
    if years not in _MACRS_PERCENT:
        raise reject("E703", "unknown MACRS class", "years", years, allowed=", ".join(map(str, _MACRS_PERCENT)))
    return np.array(_MACRS_PERCENT[years]) / 100.0


def custom_schedule(shares: ArrayLike) -> NDArray[np.float64]:
    """Return user shares after a check that each is 0..1 and that they add up to at most 1."""
    vector = as_vector(shares, "shares")
    if vector.min() < 0 or vector.sum() > 1.0 + 1e-6:
        raise reject(
            "E711", "shares of depreciation lie in 0..1 and add up to at most 1", "shares", f"sum {vector.sum():g}"
        )
    return vector


def with_bonus(shares: ArrayLike, bonus_frac: float) -> NDArray[np.float64]:
    """Return the schedule when `bonus_frac` of the basis is written off at once in year 1."""
    vector = custom_schedule(shares) * (1.0 - bonus_frac)
    vector[0] += bonus_frac
    return vector


def spread(
    shares: ArrayLike, basis: float, years: int, *, first_year: int = 1, write_off_at_end: bool = False
) -> NDArray[np.float64]:
    """Return the depreciation of years 1..N for a basis whose schedule begins in `first_year`.

    Parameters
    ----------
    shares : (m,)
        Share of the basis written off in each year of the schedule.
    basis
        Currency.
    years
        N.
    first_year
        Year of the first share.
    write_off_at_end
        Whether what the schedule leaves after year N is written off in year N; it is cut off otherwise.
    """
    vector = custom_schedule(shares)
    out = np.zeros(years)
    held = vector[: max(years - first_year + 1, 0)]
    out[first_year - 1 : first_year - 1 + len(held)] = held * basis
    if write_off_at_end:
        out[-1] += float(vector[len(held) :].sum()) * basis
    return out


def _positive(years: int) -> None:
    if years < 1:
        raise reject("E705", "a depreciation period needs at least one year", "years", years)
