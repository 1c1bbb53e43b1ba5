"""Weather years: files, typical years made from monthly normals, checks and future climates."""

from edsim.core.lazy import lazy_names
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

__getattr__ = lazy_names(__name__, _LAZY)
