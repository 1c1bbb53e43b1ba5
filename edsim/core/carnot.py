"""Coefficients of performance of heat pumps from the temperatures of the streams they work between.

``COP = f * T_sink / (T_sink - T_source)`` with logarithmic mean temperatures of the two streams in K (Lorenz) and a
fixed share f of the ideal. For large machines f is 0.4 to 0.6 (Danish Energy Agency, technology data; unverified).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Array: TypeAlias = "NDArray[np.float64]"

_KELVIN = 273.15
_LEAST_LIFT_K = 8.0
"""Lift below which COP is not raised any further (pressure losses and approaches)."""


def mean_temp_k(warm_c: ArrayLike, cold_c: ArrayLike) -> Array:
    """Return the logarithmic mean of two temperatures of a stream, K; their value when equal."""
    a, b = np.asarray(warm_c, dtype=float) + _KELVIN, np.asarray(cold_c, dtype=float) + _KELVIN
    equal = np.abs(a - b) < 1e-6
    ratio = np.where(equal, 2.0, a / b)
    return np.asarray(np.where(equal, a, (a - b) / np.log(ratio)))


def lorenz_cop(sink_mean_k: ArrayLike, source_mean_k: ArrayLike, share: float) -> Array:
    """Return heat per work of a heat pump, at least 1.

    Parameters
    ----------
    sink_mean_k, source_mean_k
        Mean temperatures of the heated and the cooled stream, K.
    share
        Share of the ideal COP, 0–1.
    """
    sink = np.asarray(sink_mean_k, dtype=float)
    lift = np.maximum(sink - np.asarray(source_mean_k, dtype=float), _LEAST_LIFT_K)
    return np.asarray(np.maximum(share * sink / lift, 1.0))
