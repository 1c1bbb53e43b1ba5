"""Weather years: files, typical years made from monthly normals, checks and future climates."""

from importlib import import_module
from typing import Any

from edsim.profiles.weather.types import Weather

_LAZY = {
    "ClimateChange": "climate",
    "Normals": "normals",
    "check_weather": "checks",
    "find_normals": "normals",
    "monthly_normals": "normals",
    "morph": "climate",
    "normals_table": "normals",
    "read_epw": "epw",
    "read_weather": "read",
    "synthesize_year": "synthesis",
}

__all__ = [  # noqa: PLE0604 - the lazy names are strings of the table above
    "Weather",
    *_LAZY,
]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
