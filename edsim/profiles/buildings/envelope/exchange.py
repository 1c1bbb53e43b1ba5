"""Long-wave exchange of inside faces with the star node, the mean of all faces.

A plane is part of that mean and does not see itself: with one coefficient for all, floors and roofs, a quarter to a
third of all faces, would exchange as much less as they are large. Carroll (ASHRAE Transactions 86(2), 1980) makes up
for it by a factor above 1, F = 1 / (1 - A F / sum of A F) for a plane of area A, in series with the resistance
(1 - e) / e of its emittance. A plane holds the walls and windows of one tilt and orientation. Partitions, upright and
adiabatic, stand anywhere and have F = 1.
"""

from collections.abc import Sequence

import numpy as np

from edsim.profiles.buildings.envelope.elements import EMITTANCE, GLASS_EMITTANCE, H_RADIATIVE_IN
from edsim.profiles.buildings.spec import Surface, Window

Members = Sequence[Surface | Window]

_ROUNDS = 20
_LARGEST_FRAC = 0.5  # of all that faces exchange: the others of a closed room are never smaller than one plane


def inside_exchange_w_per_m2_k(parts: Sequence[Members], share: float) -> list[float]:
    """Return the coefficient of long-wave exchange of every part of a zone with the star node, W/(m²K).

    `share` says how far planes have their own factor, 0 to 1; without, all parts have the one of ISO 52016-1.
    """
    if share == 0.0:
        return [H_RADIATIVE_IN] * len(parts)
    planes: dict[tuple[float, float] | None, float] = {}
    for m in (m for members in parts for m in members):
        planes[_plane(m)] = planes.get(_plane(m), 0.0) + m.area_m2
    alone, area = np.array([p is not None for p in planes]), np.array(list(planes.values()))
    factor = np.ones(len(planes))
    for _ in range(_ROUNDS):
        factor = np.where(alone, 1 / (1 - np.minimum(area * factor / (area @ factor), _LARGEST_FRAC)), 1.0)
    sees = dict(zip(planes, factor.tolist(), strict=True))
    found = [sum(m.area_m2 * _exchange(m, sees[_plane(m)]) for m in ms) / sum(m.area_m2 for m in ms) for ms in parts]
    return [round(H_RADIATIVE_IN + share * (h - H_RADIATIVE_IN), 3) for h in found]


def _exchange(member: Surface | Window, factor: float) -> float:
    emittance = GLASS_EMITTANCE if isinstance(member, Window) else EMITTANCE
    return H_RADIATIVE_IN / EMITTANCE / (1 / emittance - 1 + 1 / factor)


def _plane(member: Surface | Window) -> tuple[float, float] | None:
    """Return tilt and orientation of an element; None for partitions."""
    if isinstance(member, Surface) and member.boundary == "adiabatic" and 60 <= member.tilt_deg <= 120:
        return None
    level = member.tilt_deg in {0.0, 180.0}
    return member.tilt_deg, 0.0 if level else member.azimuth_deg % 360.0
