"""Payback, internal rate and end value of many cash flows at once, by the definitions of :mod:`edsim.finance`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from edsim.finance.returns import irr_of_rows

Array = NDArray[np.float64]
_ROUNDING_FRAC = 1e-12
"""Flows below this share of the largest are none, as in :mod:`edsim.finance.returns`."""


def lasting_paybacks(flows: Array) -> Array:
    """Return :attr:`edsim.finance.Payback.simple_lasting` of every row, NaN where it is undefined."""
    running = np.cumsum(flows, axis=1)
    below = running < -1e-12 * np.maximum(1.0, np.abs(running).max(axis=1))[:, None]
    last = flows.shape[1] - 1 - np.argmax(below[:, ::-1], axis=1)
    defined = below.any(axis=1) & ~below[:, -1]
    rows, at = np.flatnonzero(defined), last[defined]
    before, after = running[rows, at], running[rows, at + 1]
    out = np.full(len(flows), np.nan)
    out[rows] = at + before / (before - after)
    return out


def internal_rates(flows: Array) -> Array:
    """Return the internal rate of every row, NaN where money comes in first, as in :mod:`edsim.appraisal.returns`."""
    out = np.full(len(flows), np.nan)
    invested = ~_as_a_loan(flows)
    out[invested] = irr_of_rows(flows[invested])
    return out


def modified_rates(flows: Array, rate: Array) -> Array:
    """Return the modified rate of every row, financed and reinvested at `rate`; NaN where it is undefined."""
    last = flows.shape[1] - 1
    grown = (1.0 + rate)[:, None] ** np.arange(last + 1)
    future = (np.maximum(flows, 0.0) / grown).sum(axis=1) * grown[:, -1]
    present = -(np.minimum(flows, 0.0) / grown).sum(axis=1)
    defined = (future > 0.0) & (present > 0.0) & ~_as_a_loan(flows)
    ratio = np.where(defined, future, 1.0) / np.where(defined, present, 1.0)
    return np.where(defined, ratio ** (1.0 / last) - 1.0, np.nan)


def _as_a_loan(flows: Array) -> NDArray[np.bool_]:
    """Return which rows begin with money in: a rate of theirs is that of a loan, no return."""
    held = np.abs(flows) > _ROUNDING_FRAC * np.abs(flows).max(axis=1, keepdims=True)
    first = np.take_along_axis(flows, held.argmax(axis=1)[:, None], axis=1)[:, 0]
    return np.asarray(first > 0.0)


def salvage_share(rule: str, rate: Array, life_a: float, left_a: float) -> Array:
    """Return what is left of the price at the end: nothing, the share of life, crf(rate, life) x upv(rate, left)."""
    if rule != "annuity":
        return np.full_like(rate, left_a / life_a if rule == "linear" else 0.0)
    safe = np.where(rate == 0.0, 1.0, rate)
    share = np.expm1(-left_a * np.log1p(safe)) / np.expm1(-life_a * np.log1p(safe))
    return np.where(rate == 0.0, left_a / life_a, share)


def farthest(start: float, values: Sequence[float]) -> float:
    """Return the value farthest from `start`."""
    return max(values, key=lambda v: abs(v - start))


def extra_per(extra: Array, saved: Array) -> Array:
    """Return the extra investment per unit saved; NaN where nothing more is invested or nothing is saved."""
    defined = (extra > 0) & (saved > 0)
    return np.where(defined, extra / np.where(defined, saved, 1.0), np.nan)
