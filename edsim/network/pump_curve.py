"""Pump power as a convex piecewise-linear function of plant heat, for the optimizer."""

import numpy as np
from numpy.typing import NDArray

from edsim.network.types import PumpCurve

Array = NDArray[np.float64]
N_SEGMENTS = 5


def fit_pump_curve(heat_kw: Array, power_kw: Array) -> PumpCurve:
    """Return the convex curve that gives the hourly pump power its yearly total.

    The hourly results are fitted by ``P = a·Q + b·Q² + c·Q³`` with a, b, c ≥ 0 (convex for Q ≥ 0), which follows
    ``P = m/ρ·(Δp_station + k·m²)/η``; the curve is read off at equal steps up to the largest load and scaled so that
    the sum over the year is that of the hourly check.

    Parameters
    ----------
    heat_kw, power_kw : (t,)
        Plant heat (or cold) and electric pump power of every hour.
    """
    from scipy.optimize import nnls

    heat, power = np.maximum(np.asarray(heat_kw, dtype=float), 0.0), np.asarray(power_kw, dtype=float)
    top = float(heat.max(initial=0.0))
    if top <= 0.0 or float(power.max(initial=0.0)) <= 0.0:
        return PumpCurve(np.array([0.0, max(top, 1.0)]), np.zeros(2))
    x = heat / top
    factors, _ = nnls(np.column_stack([x, x**2, x**3]), power)
    marks = np.linspace(0.0, 1.0, N_SEGMENTS + 1)
    shape = PumpCurve(top * marks, factors[0] * marks + factors[1] * marks**2 + factors[2] * marks**3)
    total = float(shape.power(heat).sum())
    scale = float(power.sum()) / total if total > 0.0 else 1.0
    return PumpCurve(shape.heat_kw, scale * shape.power_kw)
