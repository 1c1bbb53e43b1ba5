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
    positive = [r for r in roots if r >= -1e-12]
    best = min(positive) if positive else max(roots)
    return RateOfReturn(best, None, unique=len(roots) == 1, roots=roots)


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
    grid = np.linspace(np.log1p(LOWEST_RATE), np.log1p(HIGHEST_RATE), _GRID)
    f = _scaled_value(flows, t, grid)
    roots = [grid[i] for i in np.flatnonzero(f == 0.0)]
    roots += [_bisect(flows, t, grid[i], grid[i + 1]) for i in np.flatnonzero(f[:-1] * f[1:] < 0)]
    roots += _double_roots(flows, t, grid, f)
    rates = np.sort(np.expm1(np.array(roots, dtype=float)))
    rates = rates[rates > LOWEST_RATE]
    keep = np.concatenate(([True], np.diff(rates) > 1e-9)) if len(rates) else np.zeros(0, dtype=bool)
    return tuple(float(r) for r in rates[keep])


def _scaled_value(
    flows: NDArray[np.float64], t: NDArray[np.float64], x: NDArray[np.float64] | float
) -> NDArray[np.float64]:
    """Return the NPV at ``r = exp(x) - 1`` divided by its largest discount factor (same sign, no overflow)."""
    x = np.atleast_1d(np.asarray(x, dtype=float))
    exponent = np.outer(-x, t)
    exponent -= exponent.max(axis=1, keepdims=True)
    return np.asarray(np.exp(exponent) @ (flows / np.abs(flows).sum()))


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


def _double_roots(
    flows: NDArray[np.float64], t: NDArray[np.float64], grid: NDArray[np.float64], f: NDArray[np.float64]
) -> list[float]:
    """Return the points where the NPV touches zero without crossing it."""
    a = np.abs(f)
    lowest = (a[1:-1] <= a[:-2]) & (a[1:-1] <= a[2:]) & ((a[1:-1] < a[:-2]) | (a[1:-1] < a[2:]))
    inner = np.flatnonzero(lowest & (f[:-2] * f[2:] > 0) & (a[1:-1] > 0) & (a[1:-1] < _NEAR)) + 1
    found = []
    for i in inner:
        low, high = grid[i - 1], grid[i + 1]
        for _ in range(200):
            third = (high - low) / 3.0
            left, right = np.abs(_scaled_value(flows, t, np.array([low + third, high - third])))
            low, high = (low, high - third) if left < right else (low + third, high)
        middle = 0.5 * (low + high)
        if abs(_scaled_value(flows, t, middle)[0]) < _TOUCH:
            found.append(middle)
    return found
