"""Rates of return: every real internal rate of return by root scan, and the modified rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.finance.cashflows import CashFlows, vector_of
from edsim.finance.measures import Measure, Timing, check_rate, undefined
from edsim.finance.time_value import time_positions

LOWEST_RATE, HIGHEST_RATE = -0.99, 10.0
"""Range of the root scan: beyond it a rate of return has no meaning for a project."""

NO_INVESTMENT = "no_investment_first"
"""Reason of a return that has none: money comes in before any goes out, as with a loan."""
_ROUNDING_FRAC = 1e-12  # flows below this share of the largest are rounding

_GRID = 4001
_TOGETHER = 256  # rows whose scan is held at once
_ZERO = -1e-12  # a rate above it counts as not negative
_NEAR = 0.01  # an extremum above this share of the flows cannot reach zero between two grid points
_TOUCH = 1e-12  # |NPV| / sum|flows| below which an extremum counts as a (double) root


@dataclass(frozen=True, slots=True)
class RateOfReturn:
    """Internal rate of return with the proof whether it is the only one.

    Attributes
    ----------
    value
        The rate, fraction per year; ``None`` when there is none.
    reason
        ``no_cash_flow``, ``no_sign_change``, ``no_root_in_range`` or ``no_investment_first`` when `value` is ``None``.
    unique
        True when the flows have exactly one real rate in (-0.99, 10].
    roots
        All real rates in that range, ascending.
    """

    value: float | None
    reason: str | None
    unique: bool
    roots: tuple[float, ...]

    @property
    def measure(self) -> Measure:
        """The rate as a plain measure."""
        return Measure(self.value, self.reason, "internal rate of return")


def irr(
    cash_flow: CashFlows | ArrayLike,
    *,
    timing: Timing = "end",
    first_year: int | None = None,
    dates: Sequence[date | str] | None = None,
) -> RateOfReturn:
    """Return the internal rate of return: the rate at which the net present value is zero.

    All real roots in (-0.99, 10] are found; the smallest non-negative one is returned, else the negative one
    nearest to zero. Several roots are normal when replacements or decommissioning come late: `unique` says so,
    and the modified rate (:func:`mirr`) belongs beside the figure.

    Parameters
    ----------
    cash_flow : (n,)
        Flows per year, money out negative; or a cash-flow table.
    timing, first_year, dates
        As in :func:`edsim.finance.npv`.
    """
    vector, start = vector_of(cash_flow, first_year)
    held = np.flatnonzero(vector)
    if held.size == 0:
        return RateOfReturn(None, "no_cash_flow", unique=False, roots=())
    if np.all(vector[held] > 0) or np.all(vector[held] < 0):
        return RateOfReturn(None, "no_sign_change", unique=False, roots=())
    t = time_positions(len(vector), timing=timing, first_year=start, dates=dates)[held]
    roots = _real_roots(vector[held], t - t.min())
    if not roots:
        return RateOfReturn(None, "no_root_in_range", unique=False, roots=())
    positive = [r for r in roots if r >= _ZERO]
    best = min(positive) if positive else max(roots)
    return RateOfReturn(best, None, unique=len(roots) == 1, roots=roots)


def irr_of_rows(flows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the value of :func:`irr` of every row, NaN where it has none: the roots of thousands of rows at once.

    Rows that do not begin and end with a flow, or that may touch zero without crossing it, are solved one by one.

    Parameters
    ----------
    flows : (rows, years)
        Flows at the ends of years, money out negative.
    """
    out = np.full(len(flows), np.nan)
    t, grid = np.arange(flows.shape[1], dtype=float), _scan_grid()
    full = (flows[:, 0] != 0.0) & (flows[:, -1] != 0.0)
    alone = [np.flatnonzero(~full)]
    for first in range(0, int(full.sum()), _TOGETHER):
        rows = np.flatnonzero(full)[first : first + _TOGETHER]
        f = _scaled_value(flows[rows].T, t, grid)
        odd = (f == 0.0).any(axis=0) | _may_touch(f).any(axis=0)
        alone.append(rows[odd])
        at, row = np.nonzero((f[:-1] * f[1:] < 0) & ~odd)
        rates = np.expm1(_bisect_rows(flows[rows[row]], t, grid[at], grid[at + 1]))
        inside = rates > LOWEST_RATE
        out[rows] = _nearest_root(rates[inside], row[inside], len(rows))
    for k in np.concatenate(alone):
        value = irr(flows[k]).value
        out[k] = np.nan if value is None else value
    return out


def mirr(
    cash_flow: CashFlows | ArrayLike, finance_rate: float, reinvest_rate: float, *, first_year: int | None = None
) -> Measure:
    """Return the modified internal rate of return.

    ``MIRR = (FV(inflows, reinvest) / PV(outflows, finance))**(1/n) - 1`` with n the number of years between
    the first and the last flow.

    Parameters
    ----------
    cash_flow : (n + 1,)
        Flows per year (end of year), money out negative; or a cash-flow table.
    finance_rate, reinvest_rate
        Rate paid on outflows and earned on inflows, fraction per year.
    first_year
        As in :func:`edsim.finance.npv`; the result does not depend on it.
    """
    vector, _ = vector_of(cash_flow, first_year)
    finance, reinvest = check_rate(finance_rate, "finance_rate"), check_rate(reinvest_rate, "reinvest_rate")
    n = len(vector) - 1
    definition = "modified internal rate of return"
    if n < 1 or not (vector > 0).any() or not (vector < 0).any():
        return undefined("no_sign_change", definition)
    t = np.arange(n + 1)
    future = float(np.maximum(vector, 0.0) @ (1.0 + reinvest) ** (n - t))
    present = -float(np.minimum(vector, 0.0) @ (1.0 + finance) ** -t.astype(float))
    return Measure((future / present) ** (1.0 / n) - 1.0, None, definition)


def invests_first(cash_flow: CashFlows | ArrayLike) -> bool:
    """Return whether money goes out before any comes in, which a rate earned on it supposes."""
    vector, _ = vector_of(cash_flow, None)
    held = vector[np.abs(vector) > _ROUNDING_FRAC * np.abs(vector).max(initial=0.0)]
    return not (len(held) and held[0] > 0.0 and bool((held < 0.0).any()))


def investment_return(cash_flow: CashFlows | ArrayLike) -> RateOfReturn:
    """Return the internal rate of return of an investment; undefined where money comes in before any goes out."""
    if invests_first(cash_flow):
        return irr(cash_flow)
    return RateOfReturn(None, NO_INVESTMENT, unique=False, roots=())


def _real_roots(flows: NDArray[np.float64], t: NDArray[np.float64]) -> tuple[float, ...]:
    """Return all rates in the scan range where ``sum(flows * (1+r)**-t)`` vanishes, ascending."""
    grid = _scan_grid()
    f = _scaled_value(flows, t, grid)
    roots = [grid[i] for i in np.flatnonzero(f == 0.0)]
    roots += [_bisect(flows, t, grid[i], grid[i + 1]) for i in np.flatnonzero(f[:-1] * f[1:] < 0)]
    roots += _double_roots(flows, t, grid, f)
    rates = np.sort(np.expm1(np.array(roots, dtype=float)))
    rates = rates[rates > LOWEST_RATE]
    keep = np.concatenate(([True], np.diff(rates) > 1e-9)) if len(rates) else np.zeros(0, dtype=bool)
    return tuple(float(r) for r in rates[keep])


def _nearest_root(rates: NDArray[np.float64], row: NDArray[np.int64], rows: int) -> NDArray[np.float64]:
    """Return per row the smallest non-negative rate, else the negative one nearest to zero, else NaN."""
    positive, negative = np.full(rows, np.inf), np.full(rows, -np.inf)
    is_positive = rates >= _ZERO
    np.minimum.at(positive, row[is_positive], rates[is_positive])
    np.maximum.at(negative, row[~is_positive], rates[~is_positive])
    best = np.where(np.isfinite(positive), positive, negative)
    return np.where(np.isfinite(best), best, np.nan)


def _scan_grid() -> NDArray[np.float64]:
    """Return the points of the root scan, in log(1+r)."""
    return np.linspace(np.log1p(LOWEST_RATE), np.log1p(HIGHEST_RATE), _GRID)


def _factors(t: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the discount factors at ``r = exp(x) - 1``, (x, t), over the largest of each rate: none overflows."""
    exponent = np.outer(-x, t)
    exponent -= exponent.max(axis=1, keepdims=True)
    return np.asarray(np.exp(exponent))


def _scaled_value(
    flows: NDArray[np.float64], t: NDArray[np.float64], x: NDArray[np.float64] | float
) -> NDArray[np.float64]:
    """Return the NPV of flows (t, or t by rows) at ``r = exp(x) - 1``, scaled: same sign, no overflow."""
    return np.asarray(_factors(t, np.atleast_1d(np.asarray(x, dtype=float))) @ (flows / np.abs(flows).sum(axis=0)))


def _bisect_rows(
    flows: NDArray[np.float64], t: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the root of every row between `low` and `high` (in log(1+r)), to the last bits."""
    negative_low = (flows * _factors(t, low)).sum(axis=1) < 0
    for _ in range(60):
        middle = 0.5 * (low + high)
        same = ((flows * _factors(t, middle)).sum(axis=1) < 0) == negative_low
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return 0.5 * (low + high)


def _bisect(flows: NDArray[np.float64], t: NDArray[np.float64], low: float, high: float) -> float:
    """Return the root between `low` and `high` (in log(1+r)), to the last bits."""
    negative_low = _scaled_value(flows, t, low)[0] < 0
    for _ in range(80):
        middle = 0.5 * (low + high)
        if middle in {low, high}:
            break
        if (_scaled_value(flows, t, middle)[0] < 0) == negative_low:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def _may_touch(f: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return at which inner points of the scan (first axis) the NPV is nearest to zero without crossing it."""
    a = np.abs(f)
    lowest = (a[1:-1] <= a[:-2]) & (a[1:-1] <= a[2:]) & ((a[1:-1] < a[:-2]) | (a[1:-1] < a[2:]))
    return np.asarray(lowest & (f[:-2] * f[2:] > 0) & (a[1:-1] > 0) & (a[1:-1] < _NEAR))


def _double_roots(
    flows: NDArray[np.float64], t: NDArray[np.float64], grid: NDArray[np.float64], f: NDArray[np.float64]
) -> list[float]:
    """Return the points where the NPV touches zero without crossing it."""
    found = []
    for i in np.flatnonzero(_may_touch(f)) + 1:
        low, high = grid[i - 1], grid[i + 1]
        for _ in range(200):
            third = (high - low) / 3.0
            left, right = np.abs(_scaled_value(flows, t, np.array([low + third, high - third])))
            low, high = (low, high - third) if left < right else (low + third, high)
        middle = 0.5 * (low + high)
        if abs(_scaled_value(flows, t, middle)[0]) < _TOUCH:
            found.append(middle)
    return found
