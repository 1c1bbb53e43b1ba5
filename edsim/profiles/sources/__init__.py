"""Hourly profiles of sources: waste heat, sewage, sea, lake, river, ground, wet-bulb air."""

from importlib import import_module
from typing import TYPE_CHECKING

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


def __getattr__(name: str) -> object:
    if name not in _EXPORTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_EXPORTS[name]}"), name)
