"""Reading any weather file edsim knows, told apart by content, not by name."""

import re
from pathlib import Path
from typing import Final

from edsim.core.errors import DataError
from edsim.profiles.numbers import is_number
from edsim.profiles.weather.epw import parse_epw
from edsim.profiles.weather.location import is_location
from edsim.profiles.weather.text import read_text, refusal
from edsim.profiles.weather.types import Weather

_TMY2_HEADER: Final = re.compile(r"^ ?\d{5} .{22} [A-Z]{2} +-?\d+ [NS] +\d+ +\d+ [EW] +\d+ +\d+ +-?\d+")
_FORMATS: Final = "EPW, TMY2, TMY3 csv, PVGIS typical year (csv or json), NSRDB csv"


def read_weather(path: str | Path, utc_offset_h: float | None = None) -> Weather:
    """Return the weather year of an EPW, TMY2, TMY3, PVGIS or NSRDB file.

    Parameters
    ----------
    path
        File; its content tells the format.
    utc_offset_h
        Local standard time minus UTC for files without a time zone (PVGIS) or in another (NSRDB); EPW, TMY2 and
        TMY3 files carry their own and must not be given another.

    Raises
    ------
    DataError
        E201 to E205, see :func:`edsim.profiles.weather.read_epw`; E201 also for a format that is not known and for
        an offset that contradicts the file.
    """
    from edsim.profiles.weather import tables

    if utc_offset_h is not None and not is_number(utc_offset_h):
        got = str(utc_offset_h)[:40]
        raise DataError.of([refusal(str(path), "the time zone is no number", got, "-12 to 14")])
    if utc_offset_h is not None and not -12 <= utc_offset_h <= 14:
        raise DataError.of([refusal(str(path), "the time zone is impossible", f"{utc_offset_h:g}", "-12 to 14")])
    text, notes = read_text(path)
    file = Path(path)
    lines = text.lstrip().splitlines()[:3]
    first = lines[0] if lines else ""
    if first.startswith("{"):
        return tables.read_pvgis(file, "json", utc_offset_h)
    if first.startswith("Latitude (decimal degrees)"):
        return tables.read_pvgis(file, "csv", utc_offset_h)
    if first.startswith("Source,Location ID"):
        return tables.read_nsrdb(file, utc_offset_h)
    if is_location(first):
        weather = parse_epw(text, file.name, notes)
    elif len(lines) > 1 and lines[1].startswith("Date (MM/DD/YYYY)"):
        weather = tables.read_tmy3(file)
    elif _TMY2_HEADER.match(first):
        weather = tables.read_tmy2(file)
    else:
        raise DataError.of([refusal(file.name, "the format of the weather file is not known", first[:80], _FORMATS)])
    if utc_offset_h is not None and abs(utc_offset_h - weather.utc_offset_h) > 1e-6:
        got = f"{utc_offset_h:g} h, file {weather.utc_offset_h:g} h"
        what = "the time zone of the weather file is another than the one given"
        raise DataError.of([refusal(file.name, what, got, hint="leave utc_offset_h out or correct the file")])
    return weather
