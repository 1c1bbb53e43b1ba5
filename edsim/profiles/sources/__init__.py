"""Hourly profiles of sources: waste heat, sewage, sea, lake, river, ground, wet-bulb air."""

from typing import TYPE_CHECKING

from edsim.core.lazy import lazy_names

if TYPE_CHECKING:
    from edsim.profiles.sources.kinds import SourceKindDefaults, kind_defaults
    from edsim.profiles.sources.series import Stream, source_profile, source_profiles
    from edsim.profiles.sources.water import ground_temp_c, water_temp_c

_EXPORTS = {
    "SourceKindDefaults": "kinds",
    "Stream": "series",
    "ground_temp_c": "water",
    "kind_defaults": "kinds",
    "source_profile": "series",
    "source_profiles": "series",
    "water_temp_c": "water",
}

__all__ = [
    "SourceKindDefaults",
    "Stream",
    "ground_temp_c",
    "kind_defaults",
    "source_profile",
    "source_profiles",
    "water_temp_c",
]

__getattr__ = lazy_names(__name__, _EXPORTS)
