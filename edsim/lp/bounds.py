"""Checks and bounds that trust no solver: residuals, Lagrangian lower bound, implied variable bounds."""

from dataclasses import replace
from math import fsum
from typing import Any

import numpy as np

from edsim.lp.matrix import INF, CompiledLP, FloatArray, IntArray, matvec, matvec_transposed

MARGIN = 1e-9
"""Relative amount by which an implied bound is set wider than computed."""
CROSSED = 1e-5
"""Relative amount by which bounds must cross to prove that there is no point: above every tolerance of a solve."""


def primal_residual(lp: CompiledLP, x: FloatArray, activity_share: float = 0.0) -> float:
    """Return the largest violation of a row side or column bound, each divided by ``max(1, |side|)``.

    With `activity_share`, a row is divided by that share of ``Σ |a_ij x_j|`` where it is more: thousands that add up to
    a side of zero are not exact to a millionth of one. A point with an entry that is not finite, as a solve stopped by
    its time may leave behind, violates without limit.
    """
    if not np.isfinite(x).all():
        return float("inf")
    worst = 0.0
    least = np.ones(lp.num_rows)
    if activity_share > 0.0:
        least = np.maximum(least, activity_share * matvec(replace(lp, data=np.abs(lp.data)), np.abs(x)))
    rows = (matvec(lp, x), lp.row_lower, lp.row_upper, least)
    for values, lower, upper, scale in (rows, (x, lp.col_lower, lp.col_upper, np.ones(lp.num_cols))):
        for excess, side in ((lower - values, lower), (values - upper, upper)):
            stated = np.isfinite(side)
            over = excess[stated] / np.maximum(scale[stated], np.abs(side[stated]))
            worst = max(worst, float(np.max(over, initial=0.0)))
    return worst


def safe_lower_bound(
    lp: CompiledLP, cost: FloatArray, row_dual: FloatArray, box: tuple[FloatArray, FloatArray] | None = None
) -> float:
    """Return a lower bound on the optimum that holds for any multipliers.

    ``min over the box of (cost - Aᵀy)·x  +  y·side``, where y is `row_dual` with illegal signs set to zero (a row
    without lower side takes no positive multiplier, one without upper side no negative one) and the side is the one
    its sign selects. The bound is exact to the rounding of double precision; sums are exact (`math.fsum`). The
    constant of the objective is added.

    Parameters
    ----------
    lp
        The program; its integrality is ignored, which keeps the bound valid.
    cost
        Objective, one per column.
    row_dual
        Multipliers, one per row; good ones give a tight bound, bad ones a loose but valid one.
    box
        Bounds that every feasible point satisfies (see `implied_bounds`); None takes the program's own.

    Raises
    ------
    ValueError
        A column with nonzero reduced cost has no finite bound in the direction that lowers the cost, or a multiplier
        is not finite.

    References
    ----------
    Neumaier and Shcherbina, "Safe bounds in linear and mixed-integer linear programming", Mathematical Programming
    99, 2004.
    """
    lower, upper = (lp.col_lower, lp.col_upper) if box is None else box
    rows, reduced = _priced_out(lp, cost, row_dual)
    active = reduced != 0
    corner = np.where(reduced > 0, lower, upper)[active]
    if not np.isfinite(corner).all():
        columns = np.flatnonzero(active)[~np.isfinite(corner)]
        names = ", ".join(lp.column_name(int(j)) for j in columns[:5])
        msg = f"{len(columns)} columns have no finite bound in the direction that lowers the cost: {names}"
        raise ValueError(msg)
    return fsum(rows) + fsum(reduced[active] * corner) + lp.offset


def multiplier_cut(lp: CompiledLP, row_dual: FloatArray, columns: IntArray) -> tuple[float, FloatArray]:
    """Return what `row_dual` proves for any values v of some columns: cost >= constant + slopes · v.

    The bound of :func:`safe_lower_bound` with these columns left open; it holds within the box of the others.
    """
    lower, upper = lp.col_lower.copy(), lp.col_upper.copy()
    lower[columns] = upper[columns] = 0.0
    constant = safe_lower_bound(lp, lp.cost, row_dual, (lower, upper))
    return constant, _priced_out(lp, lp.cost, row_dual)[1][columns]


def _priced_out(lp: CompiledLP, cost: FloatArray, row_dual: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return what rows are worth at multipliers of legal sign, and the costs that are left of the columns."""
    if not np.isfinite(row_dual).all():
        msg = "a multiplier is not finite"
        raise ValueError(msg)
    y = np.where(np.isinf(lp.row_lower), np.minimum(row_dual, 0.0), row_dual)
    y = np.where(np.isinf(lp.row_upper), np.maximum(y, 0.0), y)
    side = np.where(y > 0, lp.row_lower, lp.row_upper)
    return y[y != 0] * side[y != 0], cost - matvec_transposed(lp, y)


def has_no_point(lp: CompiledLP, passes: int = 5) -> bool:
    """Return whether single rows within the bounds of their columns show that no point satisfies the program.

    Each pass tightens the bounds of columns by every row, until none moves; where they cross by more than a solve may
    violate a row, there is no point. False proves nothing.
    """
    lower, upper = lp.col_lower.copy(), lp.col_upper.copy()
    row_of = np.repeat(np.arange(lp.num_rows), np.diff(lp.indptr))
    for _ in range(passes):
        found_lower, found_upper = _found(lp, row_of, lower, upper)
        if not ((found_lower > lower).any() or (found_upper < upper).any()):
            break
        np.maximum(lower, found_lower, out=lower)
        np.minimum(upper, found_upper, out=upper)
        if (lower - upper > CROSSED * np.maximum(1.0, np.abs(_zeroed(upper)))).any():
            return True
    return False


def implied_bounds(lp: CompiledLP, passes: int = 10) -> tuple[FloatArray, FloatArray]:
    """Return finite column bounds implied by rows where the program states none.

    Each pass bounds a column by ``(side - least activity of the row's other columns) / coefficient``; stated bounds are
    kept as they are, only infinite ones are replaced. Every feasible point satisfies the result.
    """
    lower, upper = lp.col_lower.copy(), lp.col_upper.copy()
    row_of = np.repeat(np.arange(lp.num_rows), np.diff(lp.indptr))
    for _ in range(passes):
        missing = np.isinf(lower) | np.isinf(upper)
        if not missing.any():
            break
        before = int(np.isinf(lower).sum() + np.isinf(upper).sum())
        _tighten(lp, row_of, lower, upper)
        if int(np.isinf(lower).sum() + np.isinf(upper).sum()) == before:
            break
    return lower, upper


def tightest_upper(lp: CompiledLP) -> FloatArray:
    """Return the upper bound of every column that its own bound or a single row, within all bounds, leaves it."""
    row_of = np.repeat(np.arange(lp.num_rows), np.diff(lp.indptr))
    return np.asarray(np.minimum(lp.col_upper, _found(lp, row_of, lp.col_lower, lp.col_upper)[1]))


def _tighten(lp: CompiledLP, row_of: Any, lower: FloatArray, upper: FloatArray) -> None:
    found_lower, found_upper = _found(lp, row_of, lower, upper)
    upper[:] = np.where(np.isinf(upper), found_upper, upper)
    lower[:] = np.where(np.isinf(lower), found_lower, lower)


def _found(lp: CompiledLP, row_of: Any, lower: FloatArray, upper: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the tightest bounds that single rows imply, a little wider than computed; infinite where none does."""
    a, j = lp.data, lp.indices
    found_upper, found_lower = np.full(lp.num_cols, INF), np.full(lp.num_cols, -INF)
    for sign, side in ((1.0, lp.row_upper), (-1.0, -lp.row_lower)):
        coefficient = sign * a  # rows as  coefficient · x <= side
        least = np.where(coefficient > 0, coefficient * _zeroed(lower)[j], coefficient * _zeroed(upper)[j])
        open_ended = np.where(coefficient > 0, np.isinf(lower[j]), np.isinf(upper[j]))
        total = np.bincount(row_of, weights=least, minlength=lp.num_rows)
        open_count = np.bincount(row_of, weights=open_ended, minlength=lp.num_rows)
        others_open = open_count[row_of] - open_ended
        rest = total[row_of] - np.where(open_ended, 0.0, least)
        usable = (others_open == 0) & np.isfinite(side[row_of])
        limit = (side[row_of][usable] - rest[usable]) / coefficient[usable]
        up, columns = coefficient[usable] > 0, j[usable]
        np.minimum.at(found_upper, columns[up], limit[up])
        np.maximum.at(found_lower, columns[~up], limit[~up])
    # the margin keeps rounding from cutting off a feasible point
    return found_lower - MARGIN * np.abs(_zeroed(found_lower)), found_upper + MARGIN * np.abs(_zeroed(found_upper))


def _zeroed(values: FloatArray) -> FloatArray:
    return np.where(np.isfinite(values), values, 0.0)
