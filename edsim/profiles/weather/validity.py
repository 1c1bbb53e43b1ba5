"""Whether a weather year of a caller is one that can be computed with."""

import dataclasses
from typing import Final

import numpy as np

from edsim.core.errors import DataError, Finding
from edsim.core.timegrid import HOURS_PER_YEAR
from edsim.profiles.numbers import is_number
from edsim.profiles.weather.assemble import LIMITS
from edsim.profiles.weather.types import Weather

_SITE: Final = ("lat_deg", "lon_deg", "elevation_m", "utc_offset_h")
_NAMES: Final = ("name", "source", "synthetic", "air_at_hour_end", "notes", "doubts")
_SERIES: Final = tuple(f.name for f in dataclasses.fields(Weather) if f.name not in (*_SITE, *_NAMES))
_MOIST_AIR: Final = ("dry_bulb_temp_c", "pressure_pa")  # beyond their limits moist air has no state


def require_weather(weather: Weather) -> None:
    """Raise a DataError (E204) with all findings when a weather year has no 8760 numbers in every series."""
    if not isinstance(weather, Weather):
        raise DataError.of([_finding("weather", type(weather).__name__, "Weather")])
    findings = [
        _finding(name, repr(getattr(weather, name))[:40], "a number")
        for name in _SITE
        if not is_number(getattr(weather, name))
    ]
    findings += [f for name in _SERIES if (f := _series_finding(name, getattr(weather, name)))]
    if findings:
        raise DataError.of(findings)


def _series_finding(name: str, values: object) -> Finding | None:
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "iuf":
        return _finding(name, type(values).__name__, f"an array of {HOURS_PER_YEAR} numbers")
    if values.shape != (HOURS_PER_YEAR,):
        return _finding(name, f"{values.shape}", f"an array of {HOURS_PER_YEAR} numbers")
    if not np.isfinite(values).all():
        return _finding(name, f"{int((~np.isfinite(values)).sum())} NaN", f"an array of {HOURS_PER_YEAR} numbers")
    low, high = LIMITS[name] if name in _MOIST_AIR else (-np.inf, np.inf)
    if values.min() < low or values.max() > high:
        return _finding(name, f"{values.min():g} to {values.max():g}", f"{low:g} to {high:g}")
    return None


def _finding(name: str, got: str, allowed: str) -> Finding:
    return Finding("E204", "the weather year cannot be computed with", field=name, got=got, allowed=allowed)
