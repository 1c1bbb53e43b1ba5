"""Scaling of objective and bounds before the solver, with the guard against a false "optimal".

A simplex or interior-point code calls a point optimal when no reduced cost is worse than an absolute tolerance
(1e-7). If the costs themselves are of that size ("millions per kWh"), any feasible point passes. The costs are
therefore scaled, and ``tolerance / smallest nonzero cost <= 1e-4`` is enforced.
"""

from dataclasses import dataclass

import numpy as np

from edsim.core.errors import DataError, Finding
from edsim.lp.matrix import CompiledLP, FloatArray

TOO_FAR_APART = "E507"
"""Code of a program that no scaling makes fit for a solver."""
DUAL_TOLERANCE = 1e-7
LEAST_DUAL_TOLERANCE = 1e-10
MAX_TOLERANCE_SHARE = 1e-4
LARGEST_SCALED_COST = 1e7
MAX_COST_RANGE = LARGEST_SCALED_COST * MAX_TOLERANCE_SHARE / LEAST_DUAL_TOLERANCE
SAMPLE = 10_000
COMFORTABLE_SIDES = (1e-2, 1e3)


@dataclass(frozen=True, slots=True)
class Scaling:
    """Factors applied on the way to the solver: ``cost · cost_factor``, ``x · x_factor``; and its dual tolerance."""

    cost_factor: float
    x_factor: float
    dual_tolerance: float


def scale_objective(lp: CompiledLP, cost: FloatArray) -> tuple[float, float]:
    """Return the cost factor and the dual feasibility tolerance.

    The factor brings the median nonzero cost to 1, so that the scaled program does not depend on the currency; it is
    raised until the smallest cost is large against the tolerance and capped so that the largest stays below 1e7.

    Raises
    ------
    DataError
        E507, the costs span too many orders of magnitude for any choice.
    """
    sizes = np.abs(cost[cost != 0])
    if not len(sizes):
        return 1.0, DUAL_TOLERANCE
    low, high = float(sizes.min()), float(sizes.max())
    factor = max(1.0 / _median(_sampled(sizes)), DUAL_TOLERANCE / MAX_TOLERANCE_SHARE / low)
    factor = min(factor, LARGEST_SCALED_COST / high)
    tolerance = min(DUAL_TOLERANCE, MAX_TOLERANCE_SHARE * low * factor)
    if tolerance < LEAST_DUAL_TOLERANCE:
        absolute = np.where(cost == 0, np.inf, np.abs(cost))
        column = int(np.argmin(absolute))
        finding = Finding(
            TOO_FAR_APART,
            "costs lie too far apart even after scaling the objective",
            field=lp.column_name(column),
            got=f"smallest cost {low:.3g}, largest {high:.3g}",
            allowed=f"largest over smallest up to {MAX_COST_RANGE:.0e}",
            hint="check the units of the smallest price, or set it to zero",
        )
        raise DataError.of([finding])
    return factor, tolerance


def _sampled(values: FloatArray) -> FloatArray:
    """Return at most some ten thousand values, evenly spread: enough for a median."""
    return values[:: max(1, len(values) // SAMPLE)]


def _median(values: FloatArray) -> float:
    """Return the median; that of numpy loads the masked arrays first, which takes as long as handing a year over."""
    half = len(values) // 2
    middle = [half] if len(values) % 2 else [half - 1, half]
    return float(np.partition(values, middle)[middle].mean())


def scale_sides(lp: CompiledLP) -> float:
    """Return the factor (a power of two) that brings the median row side or bound near 1; 1 for integer programs."""
    if lp.is_mip:
        return 1.0
    sides = np.concatenate([_sampled(b) for b in (lp.row_lower, lp.row_upper, lp.col_lower, lp.col_upper)])
    sides = np.abs(sides[np.isfinite(sides) & (sides != 0)])
    if not len(sides):
        return 1.0
    middle = _median(sides)
    if COMFORTABLE_SIDES[0] <= middle <= COMFORTABLE_SIDES[1]:
        return 1.0
    return float(2.0 ** -np.round(np.log2(middle)))
