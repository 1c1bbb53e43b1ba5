"""Where modules and collectors look when the case does not say: towards the equator."""

from __future__ import annotations

from edsim.core.technology import Technology

AZIMUTH = "azimuth_deg"
"""Field of a technology that says where its plane looks, degrees clockwise from north."""
_NORTH_DEG, _SOUTH_DEG = 0.0, 180.0


def equator_deg(lat_deg: float) -> float:
    """Return the azimuth of the equator, degrees clockwise from north."""
    return _NORTH_DEG if lat_deg < 0.0 else _SOUTH_DEG


def facing_equator(technology: Technology, lat_deg: float) -> Technology:
    """Return `technology` with its default azimuth, which is that of the northern hemisphere, turned to the equator."""
    if AZIMUTH not in type(technology).model_fields or AZIMUTH in technology.model_fields_set:
        return technology
    return technology.model_copy(update={AZIMUTH: equator_deg(lat_deg)})
