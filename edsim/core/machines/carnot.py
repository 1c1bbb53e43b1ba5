"""Coefficients of performance of heat pumps from the temperatures of the streams they work between.

``COP = f * (T_sink + a) / (T_sink - T_source + 2 a)`` with logarithmic mean temperatures of the two streams in K
(Lorenz), a = 5 K over condenser and evaporator, and a fixed share f of the ideal. With f = 0.61 it gives the large heat
pumps of the Danish Energy Agency within 2 % (excess heat 30/20 to 70/40 °C 5.2, air of 8 °C to 80/40 °C 3.15). The
approaches matter where the lift is small: without them air of 30 °C would heat water to 45 °C at a COP of 20.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from edsim.core.units import KELVIN

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Array: TypeAlias = "NDArray[np.float64]"

_APPROACH_K = 5.0
"""Condensing over the sink and evaporating below the source, mean; engineering practice."""
_LEAST_LIFT_K = 15.0
"""Lift of the refrigerant below which COP is not raised any further: least pressure ratio of compressors, practice."""


def mean_temp_k(warm_c: ArrayLike, cold_c: ArrayLike) -> Array:
    """Return the logarithmic mean of two temperatures of a stream, K; their value when equal."""
    a, b = np.asarray(warm_c, dtype=float) + KELVIN, np.asarray(cold_c, dtype=float) + KELVIN
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
        Share of the ideal COP between condensing and evaporating, 0–1.
    """
    condensing = np.asarray(sink_mean_k, dtype=float) + _APPROACH_K
    lift = np.maximum(condensing - np.asarray(source_mean_k, dtype=float) + _APPROACH_K, _LEAST_LIFT_K)
    return np.asarray(np.maximum(share * condensing / lift, 1.0))
