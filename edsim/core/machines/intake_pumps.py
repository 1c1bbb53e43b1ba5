"""Pumps that lift water of a source to an exchanger and carry its heat: power per heat.

``power = g * lift / (c * warming * efficiency) * heat``. The water is warmed by what the machine is laid out for, by
less in the hours in which the permit of the source leaves less: then more water is pumped for the same heat.
"""

from __future__ import annotations

import numpy as np

from edsim.core.machines.source_conditions import Array, SourceConditions

_GRAVITY_M_PER_S2 = 9.81
_FRESH_J_PER_KG_K = 4190.0
_SEA_J_PER_KG_K = 3990.0
"""Heat capacities of fresh water and of sea water of 35 g/kg at 20 °C (IAPWS; TEOS-10, rounded)."""
_LEAST_WARMING_K = 0.1
"""Below this nobody pumps: it keeps the power finite in hours in which the permit leaves nothing."""


def pump_power_per_heat(
    lift_m: float, warming_k: float, efficiency_frac: float, stream: SourceConditions | None
) -> Array | float:
    """Return pump power per heat by step, or one number where the source is the same in all.

    Parameters
    ----------
    lift_m
        Height and friction, m of water.
    warming_k
        Change of temperature the machine is laid out for.
    efficiency_frac
        Pump and motor.
    stream
        The source: its water and by how much that may change; None for fresh water without a permit.
    """
    heat_j_per_kg_k = _SEA_J_PER_KG_K if stream is not None and stream.kind == "sea" else _FRESH_J_PER_KG_K
    permitted_k = np.inf if stream is None else stream.change_k
    change_k = np.maximum(np.minimum(warming_k, permitted_k), _LEAST_WARMING_K)
    per_heat: Array = _GRAVITY_M_PER_S2 * lift_m / (heat_j_per_kg_k * change_k * efficiency_frac)
    return per_heat
