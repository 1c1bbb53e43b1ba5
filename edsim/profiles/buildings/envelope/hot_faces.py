"""Natural convection inside at walls and roofs that the outdoors heats through.

Bare concrete in the sun is 5 to 15 K warmer inside than a cooled room, where the mean coefficients of a year were
found at faces 1 to 4 K warmer: such a face gives its room up to a fifth more heat. Walton (NBSIR 83-2655, 1983):
1.31 dT^(1/3) W/(m²K) at walls, 0.76 dT^(1/3) under warm ceilings. dT is that of steady conduction under the mean drive
of the year, every hour in which heat comes in weighted with its own drive, so that hours of much heat count most.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from edsim.profiles.buildings.envelope.elements import H_RADIATIVE_IN
from edsim.profiles.buildings.spec import Layer

Array = NDArray[np.float64]

COOLED_ROOM_C = 24.0
_WALL, _CEILING = 1.31, 0.76
_ROUNDS = 30
_ABSORPTANCE = 0.6  # between it and the shade the drive is taken as linear


@dataclass(frozen=True, slots=True)
class Drive:
    """Mean difference of sol-air temperature and cooled room, K: in the shade, and what sun adds per absorptance.

    Hours that drive heat in count, each weighted with its own difference.
    """

    shade_k: float
    sun_k: float

    def at(self, solar_absorptance_frac: float) -> float:
        """Return the drive of a face, K."""
        return self.shade_k + self.sun_k * solar_absorptance_frac


def drive_of(shade_temp_c: Array, irradiance_w_per_m2: Sequence[Array], film_w_per_m2_k: float | Array) -> Drive:
    """Return the drive of a tilt from the temperature of its shaded face and the irradiance of its orientations."""
    shade = _weighted(shade_temp_c - COOLED_ROOM_C)
    lit = np.concatenate([shade_temp_c + _ABSORPTANCE * g / film_w_per_m2_k for g in irradiance_w_per_m2])
    return Drive(shade, (_weighted(lit - COOLED_ROOM_C) - shade) / _ABSORPTANCE)


def _weighted(difference_k: Array) -> float:
    inward_k = np.maximum(difference_k, 0.0)
    return float(inward_k @ inward_k / max(inward_k.sum(), 1e-9))


def natural_convection(drive_k: float, layers: tuple[Layer, ...], outside_m2_k_per_w: float, *, ceiling: bool) -> float:
    """Return the coefficient at the inside face of layers under a steady drive, W/(m²K), to the second digit."""
    return _coefficient(drive_k, outside_m2_k_per_w + _resistance(layers), _CEILING if ceiling else _WALL)


@lru_cache(maxsize=1024)
def _coefficient(drive_k: float, beyond_m2_k_per_w: float, factor: float) -> float:
    h = 2.0
    for _ in range(_ROUNDS):
        face_k = drive_k / (beyond_m2_k_per_w * (h + H_RADIATIVE_IN) + 1)
        h = 0.5 * (h + factor * face_k ** (1 / 3))
    return round(h, 2)


def _resistance(layers: tuple[Layer, ...]) -> float:
    return sum(layer.resistance for layer in layers)
