"""Part load of one machine and of a bank of equal machines, and its convex form for linear models.

A machine's curve is ``f(load)``: input power over input power at full load, at load fractions given by a table.
Between the points it is linear; below the lowest point the machine cycles, so ``f`` goes straight to the origin.

A bank of n equal machines runs the number k that draws least: ``p(x) = min over k of (k/n) f(x n / k)``. The largest
convex function through the origin that is nowhere above f, its lower hull, is also below p for every n and touches it
at ``x = k/n * x*``, with x* the load of the best ratio f(x)/x, and at every point of f above x*. It is exact at full
load. A linear model uses the hull: ``power >= slope_k * output + intercept_k * capacity``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Array: TypeAlias = "NDArray[np.float64]"

SEGMENTS = 3
"""Affine pieces of every convex part-load curve."""


def machine_power_frac(load_frac: ArrayLike, table_load: ArrayLike, table_power: ArrayLike) -> Array:
    """Return input power over full-load power of one machine at `load_frac` (0–1), cycling below the table."""
    x = np.concatenate([[0.0], np.asarray(table_load, dtype=float)])
    y = np.concatenate([[0.0], np.asarray(table_power, dtype=float)])
    return np.asarray(np.interp(np.asarray(load_frac, dtype=float), x, y))


def bank_power_frac(load_frac: ArrayLike, table_load: ArrayLike, table_power: ArrayLike, units: int) -> Array:
    """Return input power over full-load power of `units` equal machines with the best number of them running.

    Parameters
    ----------
    load_frac : (...)
        Load of the bank over its capacity, 0–1.
    table_load, table_power : (m,)
        Curve of one machine, ascending, ending at (1, 1).
    units
        Machines in the bank.
    """
    load = np.asarray(load_frac, dtype=float)
    best = np.full(load.shape, np.inf)
    for running in range(1, units + 1):
        each = load * units / running
        power = running / units * machine_power_frac(np.minimum(each, 1.0), table_load, table_power)
        best = np.where(each <= 1.0 + 1e-12, np.minimum(best, power), best)
    return best


def convex_part_load(table_load: ArrayLike, table_power: ArrayLike) -> tuple[Array, Array]:
    """Return slopes and intercepts of the three affine pieces of the lower hull of a part-load curve.

    Parameters
    ----------
    table_load, table_power : (m,)
        Curve of one machine, ascending, ending at (1, 1).

    Returns
    -------
    slopes, intercepts : (3,)
        ``f(x) = max_k slopes[k] * x + intercepts[k]``; the first intercept is 0, the last piece passes (1, 1).
        Pieces are repeated when the hull has fewer; of more, the corners that matter least are dropped, each raising
        the curve by less than 1 % of full power.

    Raises
    ------
    ValueError
        When the table does not ascend from above 0 to (1, 1).
    """
    x = np.concatenate([[0.0], np.asarray(table_load, dtype=float)])
    y = np.concatenate([[0.0], np.asarray(table_power, dtype=float)])
    if np.any(np.diff(x) <= 0) or abs(x[-1] - 1.0) > 1e-9 or abs(y[-1] - 1.0) > 1e-9:
        raise ValueError("a part-load table must ascend in load and end at load 1 and power 1")
    corners = _lower_hull(x, y)
    while len(corners) > SEGMENTS + 1:
        inner = corners[1:-1]
        rise = [_chord_rise(x, y, a, b, c) for a, b, c in zip(corners, inner, corners[2:], strict=False)]
        corners.pop(1 + int(np.argmin(rise)))
    slopes = np.diff(y[corners]) / np.diff(x[corners])
    intercepts = y[corners[:-1]] - slopes * x[corners[:-1]]
    pad = SEGMENTS - len(slopes)
    return np.pad(slopes, (0, pad), mode="edge"), np.pad(intercepts, (0, pad), mode="edge")


def _lower_hull(x: Array, y: Array) -> list[int]:
    hull: list[int] = []
    for i in range(len(x)):
        while len(hull) >= 2 and _turns_down(x, y, hull[-2], hull[-1], i):
            hull.pop()
        hull.append(i)
    return hull


def _turns_down(x: Array, y: Array, a: int, b: int, c: int) -> bool:
    return bool((y[b] - y[a]) * (x[c] - x[a]) >= (y[c] - y[a]) * (x[b] - x[a]))


def _chord_rise(x: Array, y: Array, a: int, b: int, c: int) -> float:
    chord = y[a] + (y[c] - y[a]) * (x[b] - x[a]) / (x[c] - x[a])
    return float(chord - y[b])
