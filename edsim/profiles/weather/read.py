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
_OF_OPEN_METEO: Final = ("latitude,longitude,elevation,utc_offset_seconds", '{"latitude":')
_BEHIND_LOCATION: Final = re.compile(r"\W*(?:DESIGN COND|TYPICAL|GROUND TEMP|HOLIDAYS|DATA PER|\d{4}(?:,\d+){4},)")
"""How other lines of an EPW file begin, which has lost its LOCATION."""
_NSRDB_COLUMNS: Final = "Year,Month,Day,Hour,Minute"
_FORMATS: Final = "EPW, TMY2, TMY3 csv, PVGIS typical year (csv or json), NSRDB csv, Open-Meteo csv"


def read_weather(path: str | Path, utc_offset_h: float | None = None, default_offset_h: float | None = None) -> Weather:
    """Return the weather year of an EPW, TMY2, TMY3, PVGIS, NSRDB or Open-Meteo file.

    Parameters
    ----------
    path
        File; its content tells the format.
    utc_offset_h
        Local standard time minus UTC for files without a time zone (PVGIS) or in another (NSRDB, Open-Meteo); EPW,
        TMY2 and TMY3 files carry their own and must not be given another.
    default_offset_h
        The same where neither `utc_offset_h` nor the file tells it; without both that of the longitude, noted as W209.

    Raises
    ------
    DataError
        E201 to E205, see :func:`edsim.profiles.weather.read_epw`; E201 also for a format that is not known and for
        an offset that contradicts the file.
    """
    from edsim.profiles.weather import tables

    for offset_h in (utc_offset_h, default_offset_h):
        _check_zone(path, offset_h)
    text, notes = read_text(path)
    file = Path(path)
    lines = text.lstrip().splitlines()[:3]
    first = lines[0] if lines else ""
    of_service = _of_service(file, text.lstrip(), first, utc_offset_h, default_offset_h)
    if of_service is not None:
        return of_service
    if is_location(first) or _BEHIND_LOCATION.match(first):
        weather = parse_epw(text, file.name, notes)
    elif len(lines) > 1 and lines[1].startswith("Date (MM/DD/YYYY)"):
        weather = tables.read_tmy3(file)
    elif _TMY2_HEADER.match(first):
        weather = tables.read_tmy2(file)
    elif first.startswith(_NSRDB_COLUMNS):
        what, hint = "the first two lines of an NSRDB file are missing", "keep them: they hold place and time zone"
        raise DataError.of([refusal(file.name, what, first[:80], hint=hint)])
    else:
        raise DataError.of([refusal(file.name, "the format of the weather file is not known", first[:80], _FORMATS)])
    if utc_offset_h is not None and abs(utc_offset_h - weather.utc_offset_h) > 1e-6:
        got = f"{utc_offset_h:g} h, file {weather.utc_offset_h:g} h"
        what = "the time zone of the weather file is another than the one given"
        raise DataError.of([refusal(file.name, what, got, hint="leave utc_offset_h out or correct the file")])
    return weather


def _check_zone(path: str | Path, offset_h: float | None) -> None:
    """Refuse an offset from UTC that no place has."""
    if offset_h is None:
        return
    if not is_number(offset_h):
        raise DataError.of([refusal(str(path), "the time zone is no number", str(offset_h)[:40], "-12 to 14")])
    if not -12 <= offset_h <= 14:
        raise DataError.of([refusal(str(path), "the time zone is impossible", f"{offset_h:g}", "-12 to 14")])


def _of_service(
    file: Path, text: str, first: str, utc_offset_h: float | None, default_offset_h: float | None
) -> Weather | None:
    """Return the year of a file of a service whose clock may be UTC, None where its `first` line says otherwise."""
    from edsim.profiles.weather import open_meteo, tables

    if first.startswith(_OF_OPEN_METEO):
        return open_meteo.read_open_meteo(file, text, utc_offset_h, default_offset_h)
    zone_h = default_offset_h if utc_offset_h is None else utc_offset_h
    if first.startswith("{"):
        return tables.read_pvgis(file, "json", zone_h)
    if first.startswith("Latitude (decimal degrees)"):
        return tables.read_pvgis(file, "csv", zone_h)
    return tables.read_nsrdb(file, utc_offset_h) if first.startswith("Source,Location ID") else None
