"""Specific power of air compressors by pressure, inlet air and part load.

Specific power scales with the isentropic work from the site's air pressure to the network's::

    w = w_rated * T_in / 293.15 * ((p_out / p_in)^k - 1) / ((8.0 / 1.013)^k - 1),     k = (1.4 - 1) / 1.4

w_rated in kWh/Nm³ at 7 bar gauge (8 bar absolute), inlet 20 °C and 1.013 bar. Gauge pressure is over the air of the
site, as in the network: ``p_out = p_in + gauge``. Electricity over that at full load, at
25, 50, 75, 100 % load: load/unload control 0.45, 0.65, 0.83, 1 (idling at a quarter of full power), variable speed
0.28, 0.52, 0.76, 1 (estimates after data sheets). Valid: 3 to 13 bar gauge, single network pressure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np

from edsim.core.units import KELVIN

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Array: TypeAlias = "NDArray[np.float64]"
Control = Literal["load_unload", "vsd"]

LOAD_FRAC = (0.25, 0.5, 0.75, 1.0)
POWER_FRAC: dict[str, tuple[float, float, float, float]] = {
    "load_unload": (0.45, 0.65, 0.83, 1.0),
    "vsd": (0.28, 0.52, 0.76, 1.0),
}
"""Control → power over full-load power at LOAD_FRAC."""

_EXPONENT = 0.4 / 1.4
_RATED_RATIO = 8.0 / 1.013
_BAR_PA = 1e5


def specific_power_ratio(gauge_bar: float, inlet_temp_c: ArrayLike, inlet_pressure_pa: float) -> Array:
    """Return specific power over the rated one (7 bar gauge, 20 °C, sea level)."""
    ratio = 1.0 + gauge_bar * _BAR_PA / inlet_pressure_pa
    work = (ratio**_EXPONENT - 1.0) / (_RATED_RATIO**_EXPONENT - 1.0)
    return np.asarray((np.asarray(inlet_temp_c, dtype=float) + KELVIN) / 293.15 * work)
