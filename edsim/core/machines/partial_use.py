"""Heat or cold of a stream that is warm or cold enough for part of the way of a carrier only.

The stream stands before the other suppliers and changes the temperature of the carrier's return by what it can::

    share u = clip((T_source - approach - T_return) / (T_supply - T_return), 0, 1)      for cold both differences turned
    used <= u * throughput where 0 < u < 1

A source below the supply so never serves all of the throughput: that would be heat uphill. Before the model it is at
most the demand of the carrier at the node, which bounds the stream here. In the model it is what all suppliers of the
carrier give together (:mod:`edsim.optimization.model.part_way`), which holds where only machines draw (an ambient loop)
too.
"""

from __future__ import annotations

import numpy as np

from edsim.core.machines.site import demand_kw
from edsim.core.machines.surroundings import return_temp_c, supply_by_step_c
from edsim.core.technology import Array, Conditions

_LEAST_SPREAD_K = 1e-6


def usable_share(conditions: Conditions, carrier: str, user: str, source_temp_c: Array, approach_k: float) -> Array:
    """Return the share of the way from return to supply of `carrier` a stream can take it, by step, 0–1.

    Parameters
    ----------
    conditions
        With supply and return of the carrier; a supply colder than the return is that of a cold carrier.
    carrier, user
        Carrier that is heated or cooled, and id of the machine.
    source_temp_c : (n,)
        Temperature of the stream.
    approach_k
        Temperature difference of the exchanger.
    """
    supply, back = supply_by_step_c(conditions, carrier, user), return_temp_c(conditions, carrier, user)
    upward = 1.0 if float(supply.mean()) >= back else -1.0
    reach = upward * (np.asarray(source_temp_c, dtype=float) - back) - approach_k
    return np.asarray(np.clip(reach / np.maximum(np.abs(supply - back), _LEAST_SPREAD_K), 0.0, 1.0))


def most_used_kw(conditions: Conditions, carrier: str, share: Array, available_kw: Array | float) -> Array:
    """Return the most a stream of `available_kw` gives to `carrier` at its usable share, kW by step."""
    demand = demand_kw(conditions, carrier)
    limited = (share < 1.0) & bool(demand.any())
    throughput = np.where(limited, conditions.grid.sample(demand), np.finfo(float).max)
    return np.asarray(share * np.minimum(available_kw, throughput))
