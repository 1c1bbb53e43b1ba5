"""Weather years: files, typical years made from monthly normals, checks and future climates."""

from typing import TYPE_CHECKING

from edsim.core.lazy import lazy_names
from edsim.profiles.weather.types import Weather

if TYPE_CHECKING:
    from edsim.profiles.weather.checks import check_weather
    from edsim.profiles.weather.climate import ClimateChange, morph
    from edsim.profiles.weather.epw import read_epw
    from edsim.profiles.weather.normals import Normals, find_normals, monthly_normals, normals_table
    from edsim.profiles.weather.read import read_weather
    from edsim.profiles.weather.synthesis import synthesize_year

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

__all__ = [
    "ClimateChange",
    "Normals",
    "Weather",
    "check_weather",
    "find_normals",
    "monthly_normals",
    "morph",
    "normals_table",
    "read_epw",
    "read_weather",
    "synthesize_year",
]

__getattr__ = lazy_names(__name__, _LAZY)
