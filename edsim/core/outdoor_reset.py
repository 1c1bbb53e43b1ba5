"""Supply temperature of a heating network that follows the weather: hot in the cold, milder in mild weather.

``T_supply = T_cold + (T_mild - T_cold) * clip((T_out - T_out,cold) / (T_out,mild - T_out,cold), 0, 1)``

with the mean outdoor temperature of the 24 hours that end with the hour, as controllers of district heating damp it.
Valid for water; below the cold end and above the mild end of the line the supply is constant.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

_DAMPED_OVER_H = 24


@dataclass(frozen=True, slots=True)
class OutdoorReset:
    """The line of the supply over the outdoor temperature.

    Attributes
    ----------
    mild_supply_c
        Supply at `mild_outdoor_c` and warmer.
    cold_outdoor_c
        Outdoor temperature at which, and below which, the supply is that of the design.
    mild_outdoor_c
        Outdoor temperature at which, and above which, it is `mild_supply_c`.
    """

    mild_supply_c: float
    cold_outdoor_c: float
    mild_outdoor_c: float


def supply_by_hour_c(supply_c: float, reset: OutdoorReset | None, dry_bulb_c: ArrayLike) -> NDArray[np.float64]:
    """Return the supply temperature of every hour.

    Parameters
    ----------
    supply_c
        Supply of the design, °C: the hottest.
    reset
        The line; None for the same supply all year. A mild supply above that of the design counts as that.
    dry_bulb_c : (t,)
        Outdoor temperature, a year that begins again at its end.

    Returns
    -------
    (t,) array
        °C.
    """
    outdoor = np.asarray(dry_bulb_c, dtype=float)
    if reset is None:
        return np.full(outdoor.shape, supply_c)
    before = np.concatenate([outdoor[len(outdoor) - _DAMPED_OVER_H + 1 :], outdoor])
    total = np.concatenate([[0.0], np.cumsum(before)])
    mean = (total[_DAMPED_OVER_H:] - total[:-_DAMPED_OVER_H]) / _DAMPED_OVER_H
    ends = (reset.cold_outdoor_c, reset.mild_outdoor_c)
    return np.asarray(np.interp(mean, ends, (supply_c, min(reset.mild_supply_c, supply_c))))
