"""Opaque elements as chains of conductances and capacities.

The layers are cut into slices of about one hourly diffusion length, each with its capacity in the middle, where ISO
52016-1:2017 clause 6.5 has five nodes with the capacity by mass class.
"""

from dataclasses import dataclass
from math import ceil, pi, sqrt

import numpy as np
from numpy.typing import NDArray

from edsim.profiles.buildings.spec import Layer

Array = NDArray[np.float64]

# ISO 52016-1:2017 table 25 / ISO 13789 annex C: conventional coefficients, W/(m²K)
H_CONVECTIVE_OUT = 20.0
H_RADIATIVE_OUT = 4.14
H_RADIATIVE_IN = 5.13
EMITTANCE, GLASS_EMITTANCE = 0.9, 0.837  # building materials (under 5.13); uncoated glass (EN 673:2011)
H_CONVECTIVE_WALL = 2.5
# The same table gives 5.0 for upward and 0.7 for downward heat flow. Over a year both occur at both faces; warm floors
# mostly give heat upwards, and warm air mostly rests below ceilings without mixing, so that fixed yearly values between
# the two are used. They were chosen with BESTEST cases 600-950 in view (docs/explanation/validation-loads.md).
H_CONVECTIVE_CEILING = 1.5
H_CONVECTIVE_FLOOR = 3.3
_MAX_SLICES = 6


@dataclass(frozen=True, slots=True)
class Chain:
    """Nodes of one square meter of an element, outer face first.

    Attributes
    ----------
    conductance : (n-1,)
        Between consecutive nodes, W/(m²K).
    capacity : (n,)
        J/(m²K).
    """

    conductance: Array
    capacity: Array


def layer_chain(layers: tuple[Layer, ...]) -> Chain:
    """Return a chain that follows the layers: each slice has its capacity in the middle, faces are without mass."""
    resistances: list[float] = []
    capacities: list[float] = [0.0]
    pending = 0.0
    for layer in layers:
        r, c = layer.resistance, layer.capacity_j_per_m2_k
        if c <= 0:
            pending += r
            continue
        n = _slices(r, c)
        for _ in range(n):
            resistances.append(pending + r / (2 * n))
            capacities.append(c / n)
            pending = r / (2 * n)
    resistances.append(pending)
    capacities.append(0.0)
    return Chain(1 / np.maximum(np.array(resistances), 1e-4), np.array(capacities))


def _slices(resistance: float, capacity: float) -> int:
    """Return the number of slices so that each is at most about half a daily penetration depth per hour step.

    The hourly diffusion length of a layer is sqrt(dt/(pi R C)) of its thickness.
    """
    length = sqrt(3600.0 / (pi * max(resistance * capacity, 1e-9)))
    return min(_MAX_SLICES, max(1, ceil(0.5 / length)))
