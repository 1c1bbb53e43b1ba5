"""Checks of where modules and collectors look: not away from the equator."""

from __future__ import annotations

from collections.abc import Iterator

from edsim.case.checks.ids import place_of
from edsim.case.orientation import AZIMUTH, equator_deg
from edsim.case.schema import Case
from edsim.case.wording.messages import Fault

_EITHER_SIDE_DEG = 5.0
"""Latitude below which the sun stands on either side for about half a year each, and no side is wrong."""
_MOST_OFF_DEG = 90.0
"""East or west: beyond, a plane is turned away from the equator."""


def check_orientation(case: Case) -> Iterator[Fault]:
    """Yield tilted planes that are turned away from the equator by more than a quarter turn."""
    if abs(case.city.lat_deg) <= _EITHER_SIDE_DEG:
        return
    wanted = equator_deg(case.city.lat_deg)
    for technology in case.technologies:
        azimuth = getattr(technology, AZIMUTH, None)
        if azimuth is None or getattr(technology, "tilt_deg", 0.0) == 0.0:
            continue
        off = abs((azimuth - wanted + 180.0) % 360.0 - 180.0)
        if off > _MOST_OFF_DEG:
            path = f"technologies.{technology.id}.{AZIMUTH}"
            words = {"off": f"{off:g}"}
            yield Fault("W1839", place_of(case, path), path, f"{azimuth:g}", f"{wanted:g} ± 90 deg", words, "equator")
