"""Reading the CSV export of Open-Meteo's archive: one place, one year of hours.

Air is given at the time of the label, radiation as the mean of the hour before it, or of the quarter of an hour in a
file of these (columns that end in ``_instant`` are not read). The clock runs at one offset from UTC all year, stated
in the second line.
"""

import re
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import DataError, Finding
from edsim.core.hours import HOURS_PER_YEAR
from edsim.profiles.weather.assemble import RawYear, assemble
from edsim.profiles.weather.tables import Series, hour_of_year, local_hours, local_site, parsed, wrong_length
from edsim.profiles.weather.text import refusal
from edsim.profiles.weather.types import Weather

Array = NDArray[np.float64]

_HEADING: Final = re.compile(r"([a-z_0-9]+)(?: \((.*)\))?")
_COLUMNS: Final = {
    "temperature_2m": "dry_bulb_temp_c",
    "relative_humidity_2m": "relative_humidity_frac",
    "relativehumidity_2m": "relative_humidity_frac",
    "dew_point_2m": "dew_point_temp_c",
    "dewpoint_2m": "dew_point_temp_c",
    "surface_pressure": "pressure_pa",
    "wind_speed_10m": "wind_speed_m_per_s",
    "windspeed_10m": "wind_speed_m_per_s",
    "shortwave_radiation": "ghi_w_per_m2",
    "direct_normal_irradiance": "dni_w_per_m2",
    "diffuse_radiation": "dhi_w_per_m2",
    "cloud_cover": "cloud_cover_frac",
    "cloudcover": "cloud_cover_frac",
}
"""Name in the file, and the field of a weather year."""
_UNITS: Final = {
    "°C": (1.0, 0.0), "°F": (1 / 1.8, -32 / 1.8), "%": (0.01, 0.0), "hPa": (100.0, 0.0), "W/m²": (1.0, 0.0),
    "m/s": (1.0, 0.0), "km/h": (1 / 3.6, 0.0), "mp/h": (0.44704, 0.0), "kn": (1852 / 3600, 0.0),
}  # fmt: skip
"""Unit in a heading, with the factor and the shift to the unit of the field."""
_NEEDED: Final = ("temperature_2m", "relative_humidity_2m", "wind_speed_10m", "shortwave_radiation")
_HINT: Final = (
    "export hourly temperature_2m, relative_humidity_2m, surface_pressure, wind_speed_10m, shortwave_radiation, "
    "direct_normal_irradiance and diffuse_radiation of 1 January to 31 December as CSV"
)
_RADIATION_DELAY_STEPS: Final = -0.5


def read_open_meteo(path: Path, text: str, utc_offset_h: float | None, default_offset_h: float | None) -> Weather:
    """Return the weather year of an hourly CSV export of Open-Meteo.

    Parameters
    ----------
    path, text
        File and its content.
    utc_offset_h
        Local standard time minus UTC; without it that of the file.
    default_offset_h
        That of a file in UTC; without it that of the longitude.

    Raises
    ------
    DataError
        E201 another form than hourly CSV, a column missing, or a unit not known; E203 not the hours of one year.
    """
    rows = [line.split(",") for line in text.splitlines() if line.strip()]
    if text.startswith("{") or len(rows) < 4 or len(rows[1]) < 4 or rows[2][:1] != ["time"]:
        raise DataError.of([_refused(path, "no hourly CSV of one place")])
    place = dict(zip(rows[0], rows[1], strict=False))
    clock_h = parsed(path, lambda: float(place["utc_offset_seconds"]) / 3600.0)
    told_h = default_offset_h if clock_h == 0.0 else clock_h
    site, notes = local_site(path, place, told_h if utc_offset_h is None else utc_offset_h)
    times = parsed(path, lambda: [_time(row[0]) for row in rows[3:]])
    kept = np.array([not (t.month == 2 and t.day == 29) for t in times])
    if not kept.all():
        notes = (*notes, f"{path.name}: 29 February was dropped [W203]")
    columns = {name: values[kept] for name, values in _columns(path, rows[2], rows[3:]).items()}
    whole = [t for t, keep in zip(times, kept, strict=True) if keep]
    hours = np.array([hour_of_year(t.month, t.day, t.hour, t.minute) for t in whole], dtype=float)
    if len({t.year for t in whole}) > 1:
        raise DataError.of([wrong_length(path.name, len(whole))])
    step_h = HOURS_PER_YEAR / max(len(hours), 1)
    series = Series(hours, columns, clock_h, _RADIATION_DELAY_STEPS * step_h)
    return assemble(RawYear(site, path.name, local_hours(series, site, path.name), notes))


def _columns(path: Path, headings: list[str], rows: list[list[str]]) -> dict[str, Array]:
    """Return the columns of the file that a weather year has, in its units, NaN where a cell is empty."""
    found: dict[str, Array] = {}
    for at, heading in enumerate(headings):
        match = _HEADING.fullmatch(heading.strip())
        name, unit = (match[1], match[2] or "") if match else ("", "")
        if name not in _COLUMNS:
            continue
        if unit not in _UNITS:
            raise DataError.of([_refused(path, heading)])
        factor, shift = _UNITS[unit]
        found[_COLUMNS[name]] = parsed(path, partial(_numbers, rows, at)) * factor + shift
    missing = [name for name in _NEEDED if _COLUMNS[name] not in found]
    if "dew_point_temp_c" in found:
        missing = [name for name in missing if not name.startswith("relative")]
    if missing:
        raise DataError.of([_refused(path, f"no {', '.join(missing)}")])
    return found


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text[:40]!r} in the place of a time") from None


def _numbers(rows: list[list[str]], at: int) -> Array:
    return np.array([float(row[at]) if row[at].strip() else np.nan for row in rows])


def _refused(path: Path, got: str) -> Finding:
    return refusal(path.name, "this export of Open-Meteo cannot be read", got[:80], hint=_HINT)
