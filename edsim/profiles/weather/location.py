"""The LOCATION line of an EPW file, also when commas inside names or decimal commas break its ten fields."""

import itertools
import math
from dataclasses import dataclass
from typing import Final

from edsim.core.errors import Finding
from edsim.profiles.weather.text import split_fields

_FIELDS: Final = 10
_FIRST_NUMBER: Final = 6  # latitude follows LOCATION, city, region, country, source, station number
_ZONE: Final = 2  # of the four numbers
_MAX_TOKENS: Final = 40
_MAX_SOLAR_SHIFT_H: Final = 3.5  # no inhabited place keeps a standard time further from its sun
_EXAMPLE: Final = "LOCATION,Medellin,ANT,COL,TMYx,801120,6.220,-75.590,-5.0,1499.0"


@dataclass(frozen=True, slots=True)
class Location:
    """Site of a weather file; north and east positive."""

    name: str
    country: str
    lat_deg: float
    lon_deg: float
    utc_offset_h: float
    elevation_m: float

    def text(self) -> str:
        """Return the four numbers of the site in the order of the LOCATION line."""
        return (
            f"latitude {self.lat_deg:g}, longitude {self.lon_deg:g}, time zone {self.utc_offset_h:g}, "
            f"elevation {self.elevation_m:g}"
        )


def is_location(line: str) -> bool:
    """Return whether a line is the LOCATION line of an EPW file, in quotes or not."""
    return line.lstrip(' "').upper().startswith("LOCATION")


def parse_location(line: str, line_number: int, file: str) -> tuple[tuple[Location, ...], Finding | None]:
    """Return the possible sites in a LOCATION line and the finding, if any.

    A line with too many fields is re-read with pairs of neighboring whole numbers joined as decimal commas and with
    commas allowed in the name. Every reading that gives a possible place whose time zone suits its longitude is
    returned, with the warning W202; without one the error E202 and no site. The caller decides between several.
    """
    tokens = [t.strip() for t in split_fields(line)]
    while len(tokens) > _FIELDS and not tokens[-1]:
        tokens.pop()
    if len(tokens) == _FIELDS:
        numbers = _numbers(tokens[_FIRST_NUMBER:])
        if numbers is not None and _in_range(numbers):
            return (_location(tokens, _FIRST_NUMBER, numbers),), None
        return (), refuse_location(line, line_number, file, "latitude, longitude, time zone or elevation is impossible")
    count = f"the line has {len(tokens)} fields instead of 10"
    if not _FIELDS < len(tokens) <= _MAX_TOKENS:
        return (), refuse_location(line, line_number, file, count)
    readings = _readings(tokens)
    if not readings:
        what = f"{count} and no reading of them gives a possible place"
        return (), refuse_location(line, line_number, file, what)
    return tuple(_location(tokens, start, numbers) for start, numbers in readings), Finding(
        code="W202",
        what=f"LOCATION has {len(tokens)} fields instead of 10",
        file=file,
        line=line_number,
        field="LOCATION",
        got=line.strip()[:200],
        allowed=_EXAMPLE,
        hint="write decimal points and leave commas out of names",
        severity="warning",
    )


def refuse_location(line: str, line_number: int, file: str, what: str) -> Finding:
    """Return the finding E202 for a LOCATION line."""
    return Finding(
        code="E202",
        what=f"LOCATION is not readable: {what}",
        file=file,
        line=line_number,
        field="LOCATION",
        got=line.strip()[:200],
        allowed=_EXAMPLE,
        hint="correct the line: decimal points, latitude -90 to 90, longitude -180 to 180, time zone -12 to 14 h",
    )


def _readings(tokens: list[str]) -> list[tuple[int, tuple[float, ...]]]:
    """Return every (start, four numbers) that fits, those without commas in the name first."""
    for start in range(_FIRST_NUMBER, len(tokens) - 3):
        found = {
            numbers
            for joined in _groupings(tokens[start:])
            if (numbers := _numbers(joined)) is not None and _possible(numbers)
        }
        if found:
            return [(start, numbers) for numbers in sorted(found)]
    return []


def _groupings(tail: list[str]) -> list[list[str]]:
    """Return all ways to make four numbers of the tokens by joining neighbors with a decimal point."""
    joins = len(tail) - 4
    if not 0 <= joins <= 4:
        return []
    result = []
    for doubled in itertools.combinations(range(4), joins):
        groups, position = [], 0
        for number in range(4):
            if number in doubled:
                whole, decimals = tail[position : position + 2]
                groups.append(f"{whole}.{decimals}" if _is_whole(whole, decimals) else "")
                position += 2
            else:
                groups.append(tail[position])
                position += 1
        result.append(groups)
    return result


def _is_whole(whole: str, decimals: str) -> bool:
    return whole.lstrip("+-").isascii() and whole.lstrip("+-").isdigit() and decimals.isascii() and decimals.isdigit()


def _numbers(texts: list[str]) -> tuple[float, ...] | None:
    try:
        values = tuple(_hours(t) if place == _ZONE else float(t) for place, t in enumerate(texts))
    except ValueError:
        return None
    return values if len(values) == 4 and all(math.isfinite(v) for v in values) else None


def _hours(text: str) -> float:
    """Return a time zone in hours, also as hours and minutes (``+5:30``, ``-03:30``)."""
    hours, colon, minutes = text.partition(":")
    if not (colon and minutes.isascii() and minutes.isdigit() and len(minutes) == 2):
        return float(text)
    return float(hours) + math.copysign(int(minutes) / 60.0, -1.0 if hours.startswith("-") else 1.0)


def _possible(numbers: tuple[float, ...]) -> bool:
    _, lon, zone, _ = numbers
    shift = abs((zone - lon / 15.0 + 12.0) % 24.0 - 12.0)
    return _in_range(numbers) and shift <= _MAX_SOLAR_SHIFT_H


def _in_range(numbers: tuple[float, ...]) -> bool:
    lat, lon, zone, elevation = numbers
    place = abs(lat) <= 90 and abs(lon) <= 180 and -430 <= elevation <= 6000
    return place and -12 <= zone <= 14 and math.isclose(zone * 4, round(zone * 4))


def _location(tokens: list[str], start: int, numbers: tuple[float, ...]) -> Location:
    lat, lon, zone, elevation = numbers
    extra = start - _FIRST_NUMBER
    return Location(
        name=", ".join(t for t in tokens[1 : 2 + extra] if t) or "unnamed",
        country=tokens[3 + extra],
        lat_deg=lat,
        lon_deg=lon,
        utc_offset_h=zone,
        elevation_m=elevation,
    )
