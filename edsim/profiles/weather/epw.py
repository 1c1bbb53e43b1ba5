"""Reading EnergyPlus weather files (EPW), with the faults real files have.

Format: EnergyPlus Auxiliary Programs, "EnergyPlus Weather File (EPW) Data Dictionary". Hour labels 1 to 24 name the
end of the interval; hour 1 is the first value of the day here. Radiation and rain are those of the interval, the state
of the air is that at its end. Data rows may come from different years.
"""

import math
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import DataError, Finding
from edsim.core.timegrid import DAYS_PER_MONTH, HOURS_PER_YEAR
from edsim.profiles import solar
from edsim.profiles.weather.assemble import LIMITS, RawYear, assemble, hour_label
from edsim.profiles.weather.checks import zone_findings
from edsim.profiles.weather.location import Location, is_location, parse_location, refuse_location
from edsim.profiles.weather.text import read_text, split_fields
from edsim.profiles.weather.types import Weather

Array = NDArray[np.float64]

_MIN_FIELDS: Final = 24
_MAX_FIELDS: Final = 35
_QUOTED_DECIMAL: Final = re.compile(r'"([-+]?(?:0(?=,)|\d+(?=,(?:\d{1,2}|\d{4,})"))),(\d+)"')
_LOCATION_SEPARATORS: Final = 9
_BEFORE_YEAR: Final = ' "-,'  # a year that is quoted, negative or left empty
_MAX_FINDINGS: Final = 10
_MISSING_TEMP_C: Final = 99.9
_KELVIN: Final = (180.0, 350.0)  # a wrong unit, not the code of a missing value
_CLEAR_WINNER: Final = 0.5  # a reading of LOCATION must halve the misfit of the next one
_OBSERVED, _PRESENT_WEATHER, _RAIN_DEPTH = 26, 27, 33  # fields N26, A28 and N33
_MISSING_RAIN_MM: Final = 99.0  # no hour has more; older files leave 999 or nothing
_OBSERVED_RAIN_MM: Final = 1.0  # of an hour whose present weather tells of rain and no depth is given
_FIRST_HOUR_OF_MONTH: Final = np.concatenate([[0], np.cumsum(DAYS_PER_MONTH)[:-1]]) * 24


@dataclass(frozen=True, slots=True)
class _Column:
    position: int
    missing_from: float
    factor: float = 1.0
    zero_is_missing: bool = False


# Position and missing-value code of the fields used (EPW data dictionary, fields N6, N7, N8, N9, N12-N15, N21, N23).
_COLUMNS: Final = {
    "dry_bulb_temp_c": _Column(6, _MISSING_TEMP_C),
    "dew_point_temp_c": _Column(7, _MISSING_TEMP_C),
    "relative_humidity_frac": _Column(8, 999.0, 0.01),
    "pressure_pa": _Column(9, 999999.0, zero_is_missing=True),
    "sky_infrared_w_per_m2": _Column(12, 9999.0, zero_is_missing=True),
    "ghi_w_per_m2": _Column(13, 9999.0),
    "dni_w_per_m2": _Column(14, 9999.0),
    "dhi_w_per_m2": _Column(15, 9999.0),
    "wind_speed_m_per_s": _Column(21, 999.0),
    "cloud_cover_frac": _Column(23, 99.0, 0.1),
}


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    fields: list[str]


def read_epw(path: str | Path) -> Weather:
    """Return the weather year of an EPW file.

    Malformed LOCATION lines are repaired when only one reading is possible, 29 February is dropped, several records
    per hour are averaged, missing values are filled by the rules of :mod:`edsim.profiles.weather.assemble`; each is
    said in ``Weather.notes``, and a time zone that does not suit the longitude (W215).

    Parameters
    ----------
    path
        File; UTF-8, UTF-16 or Latin-1.

    Raises
    ------
    DataError
        E201 not readable or no EPW; E202 LOCATION; E203 hours missing, double or too many; E204 no numbers or
        outside physical limits; E205 too much missing. All findings of a stage in one error.
    """
    text, notes = read_text(path)
    return parse_epw(text, Path(path).name, notes)


def parse_epw(text: str, file: str, notes: tuple[str, ...] = ()) -> Weather:
    """Return the weather year of the text of an EPW file; see :func:`read_epw`."""
    text, separators = _with_commas(text, file)
    sites, rows, findings = _split(text, file)
    if not sites:
        raise DataError.of(findings)
    values = _numbers(rows, file)
    hours, kept, more = _hours(values, rows, file)
    columns = {}
    for index, name in enumerate(_COLUMNS):
        sums = np.bincount(hours, weights=values[kept, 3 + index], minlength=HOURS_PER_YEAR)
        columns[name] = sums / np.bincount(hours, minlength=HOURS_PER_YEAR)
    site = _choose(sites, columns, findings)
    said = notes + separators + tuple(f.text() for f in (*findings, *more))
    if findings:
        said += (f"{file}: LOCATION read as {site.text()}",)
    weather = assemble(RawYear(site=site, file=file, columns=columns, notes=said))
    depth = np.array([_rain_mm(rows[i].fields) for i in kept])
    rain = np.bincount(hours, weights=depth, minlength=HOURS_PER_YEAR).astype(np.float64)
    at_end = len(kept) == HOURS_PER_YEAR and bool((values[:, 2] == 24).any())
    weather = replace(weather, rain_mm_per_h=rain, air_at_hour_end=at_end)
    return replace(weather, notes=weather.notes + tuple(f.text() for f in zone_findings(weather)))


def _rain_mm(fields: list[str]) -> float:
    """Return the rain of a record, mm: its depth, or what its present weather tells; none where neither is given.

    Present weather is nine digits, the first for thunderstorms, which rarely come without, the second for rain and
    showers, the third for freezing rain, 9 for none (EPW data dictionary, table of present weather codes).
    """
    try:
        depth = float(fields[_RAIN_DEPTH])
    except (IndexError, ValueError):
        depth = 0.0
    if 0.0 < depth < _MISSING_RAIN_MM:
        return depth
    code = fields[_PRESENT_WEATHER].strip(" '") if len(fields) > _PRESENT_WEATHER else ""
    observed = len(code) == 9 and code.isdigit() and fields[_OBSERVED].strip() == "0"
    return _OBSERVED_RAIN_MM if observed and min(code[:3]) < "9" else 0.0


def _with_commas(text: str, file: str) -> tuple[str, tuple[str, ...]]:
    """Return the text with fields between commas where LOCATION has them between semicolons or tabs, and a note.

    Numbers in quotes may have decimal commas; three digits behind one may be thousands, and are left as they are.
    """
    line = next((t for t in text.splitlines() if is_location(t)), "")
    for separator, name in ((";", "semicolons"), ("\t", "tabs")):
        if line.count(separator) >= _LOCATION_SEPARATORS:
            plain = text.replace(",", ".").replace(separator, ",")
            return plain, (_note("W202", f"the fields are between {name}: read as if between commas", "", file).text(),)
    plain, count = _QUOTED_DECIMAL.subn(r"\1.\2", text) if '"' in text else (text, 0)
    return plain, (_note("W202", "decimal commas in quotes: read as points", "", file).text(),) * (count > 0)


def _fields(line: str) -> list[str]:
    """Return the fields of a data row without empty ones beyond the last."""
    fields = split_fields(line)
    while len(fields) > _MAX_FIELDS and not fields[-1].strip():
        fields.pop()
    return fields


def _choose(sites: tuple[Location, ...], columns: dict[str, Array], findings: list[Finding]) -> Location:
    """Return the site whose sun makes global radiation the sum of direct and diffuse; refuse when none stands out."""
    if len(sites) == 1:
        return sites[0]
    misfits = np.array([_closure_misfit(site, columns) for site in sites])
    best, second = np.sort(misfits)[:2]
    if np.isfinite(best) and best < _CLEAR_WINNER * second:
        return sites[int(np.argmin(misfits))]
    line = findings[0]
    readings = " | ".join(site.text() for site in sites)
    what = f"{line.what}, which can be read as {readings}"
    raise DataError.of([refuse_location(line.got, line.line, line.file, what)])


def _closure_misfit(site: Location, columns: dict[str, Array]) -> float:
    sun = solar.sun_position_at(site.lat_deg, site.lon_deg, site.elevation_m, site.utc_offset_h)
    residual = columns["dni_w_per_m2"] * sun.cos_zenith + columns["dhi_w_per_m2"] - columns["ghi_w_per_m2"]
    known = residual[np.isfinite(residual)]
    return float(np.sqrt(np.mean(known**2))) if known.size > HOURS_PER_YEAR // 2 else float("inf")


def _split(text: str, file: str) -> tuple[tuple[Location, ...], list[_Row], list[Finding]]:
    """Return the possible sites, data rows and findings; no site when the header is not usable."""
    sites: tuple[Location, ...] = ()
    findings: list[Finding] = []
    rows: list[_Row] = []
    found = False
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        if not rows and not found and is_location(line):
            found = True
            sites, finding = parse_location(line, number, file)
            findings.extend([finding] if finding else [])
        elif line.lstrip(_BEFORE_YEAR)[:1].isdigit() and line.count(",") >= 5:
            rows.append(_Row(number, _fields(line)))
    if not found:
        findings.append(
            Finding(
                code="E202",
                what="no LOCATION line before the data",
                file=file,
                line=1,
                field="LOCATION",
                hint="an EPW file starts with LOCATION,city,region,country,source,station,lat,lon,time zone,elevation; "
                "read_weather(path) reads TMY2, TMY3, PVGIS, NSRDB and Open-Meteo files",
            )
        )
    return sites, rows, findings


def _numbers(rows: list[_Row], file: str) -> Array:
    """Return month, day, hour and the used columns of each row, NaN where missing: (rows, 3 + columns)."""
    findings: list[Finding] = []
    specs = list(_COLUMNS.values())
    positions = [1, 2, 3, *(c.position for c in specs)]
    table = np.full((len(rows), len(positions)), np.nan)
    for i, row in enumerate(rows):
        count = len(row.fields)
        if not _MIN_FIELDS <= count <= _MAX_FIELDS:
            findings.append(_field_count(row, count, file))
        else:
            try:
                table[i] = [float(row.fields[p]) for p in positions]
            except ValueError:
                findings.extend(_not_numbers(row, positions, file))
        if len(findings) >= _MAX_FINDINGS:
            break
    if not findings:
        infinite = ~np.isfinite(table).all(axis=1)
        for i in np.flatnonzero(infinite)[:_MAX_FINDINGS]:
            findings.extend(_not_numbers(rows[i], positions, file))
    if findings:
        raise DataError.of(findings)
    for index, column in enumerate(specs, start=3):
        values = table[:, index]
        kelvin = (values > _KELVIN[0]) & (values < _KELVIN[1]) if column.missing_from == _MISSING_TEMP_C else False
        missing = (values >= column.missing_from) & ~np.asarray(kelvin)
        if column.zero_is_missing:
            missing |= values <= 0
        table[:, index] = np.where(missing, np.nan, values * column.factor)
    return table


def _field_count(row: _Row, count: int, file: str) -> Finding:
    return Finding(
        code="E204",
        what="the row has the wrong number of fields",
        file=file,
        line=row.line,
        got=f"{count} fields",
        allowed=f"{_MIN_FIELDS} to {_MAX_FIELDS}",
        hint="decimal commas in the data give too many fields: export with decimal points"
        if count > _MAX_FIELDS
        else "the row is cut off",
    )


def _not_numbers(row: _Row, positions: list[int], file: str) -> list[Finding]:
    names = ["month", "day", "hour", *_COLUMNS]
    findings = []
    for name, position in zip(names, positions, strict=True):
        text = row.fields[position].strip()
        try:
            good = math.isfinite(float(text))
        except ValueError:
            good = False
        if not good:
            findings.append(
                Finding(
                    code="E204",
                    what=f"{name} is not a number",
                    file=file,
                    line=row.line,
                    field=name,
                    got=repr(text[:40]),
                    allowed=_limits_text(name),
                )
            )
    return findings


def _limits_text(name: str) -> str:
    if name not in LIMITS:
        return "a whole number"
    low, high = LIMITS[name]
    return f"a number, {low:g} to {high:g}, or the missing-value code of the EPW format"


def _hours(values: Array, rows: list[_Row], file: str) -> tuple[NDArray[np.int64], NDArray[np.int64], list[Finding]]:
    """Return the hour 0–8759 of each kept row, the kept rows and warnings; refuses incomplete years."""
    notes: list[Finding] = []
    month, day, hour = (values[:, i] for i in range(3))
    _check_dates(month, day, hour, rows, file)
    leap = (month == 2) & (day == 29)
    kept = np.flatnonzero(~leap)
    if leap.any():
        notes.append(_note("W203", "29 February was dropped", f"{int(leap.sum())} rows", file))
    label, remarks = _labels(hour[kept], day[kept], file)
    notes.extend(remarks)
    start = _FIRST_HOUR_OF_MONTH[month[kept].astype(np.int64) - 1]
    position = start + 24 * (day[kept].astype(np.int64) - 1) + label
    position = np.where((position == -1) & bool(remarks), HOURS_PER_YEAR - 1, position)
    counts = np.bincount(position[position >= 0], minlength=HOURS_PER_YEAR)
    per_hour = len(kept) / HOURS_PER_YEAR
    if len(kept) == 0 or per_hour != round(per_hour) or not np.all(counts == round(per_hour)) or np.any(position < 0):
        raise DataError.of([_incomplete(len(kept), counts, file)])
    if per_hour > 1:
        notes.append(_note("W204", "records within the hour were averaged", f"{round(per_hour)} an hour", file))
    if np.any(np.diff(position) < 0):
        notes.append(_note("W204", "rows were put in the order of the calendar", "", file))
    return position, kept, notes


def _labels(hour: Array, day: Array, file: str) -> tuple[NDArray[np.int64], list[Finding]]:
    """Return the hours of the day from 0, -1 for the last of the day before, and what is unusual about the labels."""
    label = hour.astype(np.int64)
    if not label.size or label.min() != 0 or label.max() != 23:
        return label - 1, []
    if label[0] == 0:
        return label, [_note("W204", "hours are labeled 0 to 23: read as the beginning of the interval", "", file)]
    first = np.flatnonzero(label == 0)[0]
    same_day = first > 0 and day[first] == day[first - 1]
    ends = np.where((label == 0) & same_day, 24, label)
    said = _note("W204", "midnight is labeled 0 after hour 23: read as the end of the interval", "", file)
    return ends - 1, [said]


def _check_dates(month: Array, day: Array, hour: Array, rows: list[_Row], file: str) -> None:
    whole = (month == np.round(month)) & (day == np.round(day)) & (hour == np.round(hour))
    in_year = (month >= 1) & (month <= 12)
    length = np.where(month == 2, 29, DAYS_PER_MONTH[np.where(in_year, month, 1).astype(np.int64) - 1])
    good = whole & in_year & (day >= 1) & (day <= length) & (hour >= 0) & (hour <= 24)
    if not good.all():
        bad = np.flatnonzero(~good)
        raise DataError.of(
            [
                Finding(
                    code="E203",
                    what="month, day and hour do not make a date",
                    file=file,
                    line=rows[i].line,
                    got=",".join(rows[i].fields[1:4])[:60],
                    allowed="month 1 to 12, day of that month, hour 1 to 24",
                )
                for i in bad[:_MAX_FINDINGS]
            ]
        )


def _incomplete(count: int, counts: NDArray[np.int64], file: str) -> Finding:
    if not count:
        what = "the file holds no hours of data"
        return Finding("E203", what, file=file, allowed="year,month,day,hour,minute,source,...")
    usual = max(1, round(count / HOURS_PER_YEAR))
    missing = np.flatnonzero(counts < usual)
    double = np.flatnonzero(counts > usual)
    parts = [f"{count} rows without 29 February"]
    if missing.size:
        parts.append(f"{missing.size} hours missing, first {hour_label(int(missing[0]))}")
    if double.size and double[0] < HOURS_PER_YEAR:
        parts.append(f"{double.size} hours given twice, first {hour_label(int(double[0]))}")
    return Finding(
        code="E203",
        what="the file does not hold each hour of a year once",
        file=file,
        got="; ".join(parts),
        allowed="8760 rows (8784 with 29 February), or the same number of rows for every hour",
        hint="download the file again or restore the missing rows (missing values may be written as 9999)",
    )


def _note(code: str, what: str, got: str, file: str) -> Finding:
    return Finding(code=code, what=what, file=file, got=got, severity="warning")
