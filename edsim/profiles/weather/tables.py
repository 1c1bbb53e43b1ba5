"""Reading TMY2, TMY3, PVGIS and NSRDB files through ``pvlib.iotools``.

TMY2 and TMY3 hold hourly means on the local clock. PVGIS and NSRDB hold values at instants, often in UTC: air is
interpolated linearly in time, radiation in the clearness index, to the means of the local standard hours.
"""

import csv
import io
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import DataError, Finding
from edsim.core.timegrid import DAYS_PER_MONTH, HOURS_PER_YEAR
from edsim.profiles import solar
from edsim.profiles.weather.assemble import RawYear, assemble
from edsim.profiles.weather.location import Location
from edsim.profiles.weather.text import read_text, refusal
from edsim.profiles.weather.types import Weather

Array = NDArray[np.float64]
_T = TypeVar("_T")

_FIRST_DAY_OF_MONTH: Final = np.concatenate([[0], np.cumsum(DAYS_PER_MONTH)[:-1]])
_MISSING_FROM: Final = -9000.0  # TMY3 writes -9900
_PARSE_ERRORS: Final = (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError)

# Column in the file and factor to edsim's unit.
_TMY3: Final = {
    "dry_bulb_temp_c": ("temp_air", 1.0),
    "dew_point_temp_c": ("temp_dew", 1.0),
    "relative_humidity_frac": ("relative_humidity", 0.01),
    "pressure_pa": ("pressure", 100.0),
    "wind_speed_m_per_s": ("wind_speed", 1.0),
    "ghi_w_per_m2": ("ghi", 1.0),
    "dni_w_per_m2": ("dni", 1.0),
    "dhi_w_per_m2": ("dhi", 1.0),
    "cloud_cover_frac": ("OpqCld (tenths)", 0.1),
}
_TMY2: Final = {
    "dry_bulb_temp_c": ("DryBulb", 0.1),
    "dew_point_temp_c": ("DewPoint", 0.1),
    "relative_humidity_frac": ("RHum", 0.01),
    "pressure_pa": ("Pressure", 100.0),
    "wind_speed_m_per_s": ("Wspd", 0.1),
    "ghi_w_per_m2": ("GHI", 1.0),
    "dni_w_per_m2": ("DNI", 1.0),
    "dhi_w_per_m2": ("DHI", 1.0),
    "cloud_cover_frac": ("OpqCld", 0.1),
}
_PVGIS: Final = {
    "dry_bulb_temp_c": ("temp_air", 1.0),
    "relative_humidity_frac": ("relative_humidity", 0.01),
    "pressure_pa": ("pressure", 1.0),
    "wind_speed_m_per_s": ("wind_speed", 1.0),
    "sky_infrared_w_per_m2": ("IR(h)", 1.0),
    "ghi_w_per_m2": ("ghi", 1.0),
    "dni_w_per_m2": ("dni", 1.0),
    "dhi_w_per_m2": ("dhi", 1.0),
}
_NSRDB: Final = {
    "dry_bulb_temp_c": ("temp_air", 1.0),
    "dew_point_temp_c": ("temp_dew", 1.0),
    "relative_humidity_frac": ("relative_humidity", 0.01),
    "pressure_pa": ("pressure", 100.0),
    "wind_speed_m_per_s": ("wind_speed", 1.0),
    "ghi_w_per_m2": ("ghi", 1.0),
    "dni_w_per_m2": ("dni", 1.0),
    "dhi_w_per_m2": ("dhi", 1.0),
}
_RADIATION: Final = ("ghi_w_per_m2", "dni_w_per_m2", "dhi_w_per_m2")


@dataclass(frozen=True, slots=True)
class Series:
    """Columns of a file at instants: hours of its own clock since 1 January, and that clock's offset from UTC."""

    hours: Array
    columns: dict[str, Array]
    clock_offset_h: float
    radiation_delay_h: float = 0.0


def read_tmy3(path: Path) -> Weather:
    """Return the weather year of a TMY3 file (hour-ending local means)."""
    from pvlib import iotools

    table, meta = parsed(path, lambda: iotools.read_tmy3(path, map_variables=True))
    name = str(meta["Name"]).strip('"')
    return _hourly_means(path, table, _TMY3, _site(path, name, meta, meta["TZ"]))


def read_tmy2(path: Path) -> Weather:
    """Return the weather year of a TMY2 file (hour-ending local means)."""
    from pvlib import iotools

    table, meta = parsed(path, lambda: iotools.read_tmy2(str(path)))
    return _hourly_means(path, table, _TMY2, _site(path, str(meta["City"]), meta, meta["TZ"]))


def read_pvgis(path: Path, kind: str, utc_offset_h: float | None) -> Weather:
    """Return the weather year of a PVGIS typical year, `kind` ``csv`` or ``json``, rolled from UTC to local time."""
    from pvlib import iotools

    _refuse_other_pvgis(path)
    table, meta = parsed(path, lambda: iotools.read_pvgis_tmy(path, pvgis_format=kind))
    inputs = meta["inputs"] if isinstance(meta.get("inputs"), dict) else {}
    place = inputs.get("location", inputs)
    delay = place.get("irradiance time offset", inputs.get("irradiance time offset", 0.0))
    site, notes = local_site(path, place, utc_offset_h)
    series = parsed(
        path,
        lambda: Series(_hour_of_year(table.index), _columns(table, _PVGIS), 0.0, float(delay)),
    )
    return assemble(RawYear(site, path.name, local_hours(series, site, path.name), notes))


_OTHER_PVGIS: Final = ("H_sun", "H(h)_m", '"hourly"', '"monthly"', "E_d", "D2G")
"""Words of other files of PVGIS: hourly series of several years, monthly sums, yields."""


def _refuse_other_pvgis(path: Path) -> None:
    """Refuse a file of PVGIS that is no typical year.

    Raises
    ------
    DataError
        E201 naming the export to choose.
    """
    text, _ = read_text(path)
    found = next((word for word in _OTHER_PVGIS if word in text[:4000]), "")
    if found and "tmy_hourly" not in text[:4000] and "months_selected" not in text[:4000]:
        what, hint = (
            "this file of PVGIS is not a typical year",
            "export TMY, typical meteorological year, as CSV or JSON",
        )
        raise DataError.of([refusal(path.name, what, found.strip('"'), "TMY", hint)])


def read_nsrdb(path: Path, utc_offset_h: float | None) -> Weather:
    """Return the weather year of an NSRDB file (SAM csv), local or UTC, hourly or finer; zones may be half hours."""
    from pvlib import iotools

    def read() -> tuple[Any, dict[str, Any]]:
        text, numbers = _without_halves(read_text(path)[0])
        table, meta = iotools.read_nsrdb_psm4(io.StringIO(text), map_variables=True)
        return table, meta | {"altitude": numbers["Elevation"]} | numbers

    table, meta = parsed(path, read)
    local = float(meta["Local Time Zone"]) if utc_offset_h is None else utc_offset_h
    site = _site(path, f"NSRDB {meta.get('Location ID', '')}".strip(), meta, local)
    leap = (table.index.month == 2) & (table.index.day == 29)
    notes = (f"{path.name}: 29 February was dropped [W203]",) if leap.any() else ()
    table = table[~leap]
    series = Series(_hour_of_year(table.index), _columns(table, _NSRDB), float(meta["Time Zone"]))
    return assemble(RawYear(site, path.name, local_hours(series, site, path.name), notes))


def _without_halves(text: str) -> tuple[str, dict[str, float]]:
    """Return an NSRDB text whose zones and elevation are 0, and their values: pvlib reads whole numbers alone."""
    names, values, rest = text.split("\n", 2)
    cells = dict(zip(*(next(csv.reader([line.strip()])) for line in (names, values)), strict=False))
    numbers = {name: float(cells[name]) for name in ("Time Zone", "Local Time Zone", "Elevation")}
    head = io.StringIO()
    csv.writer(head, lineterminator="\n").writerows([cells.keys(), (cells | dict.fromkeys(numbers, "0")).values()])
    return head.getvalue() + rest, numbers


_NO_NUMBER: Final = re.compile(
    r"(?:could not convert string to float|invalid literal for int\(\) with base 10): b?['\"](.*?)(?:\\n)?['\"]$"
)
"""What Python says of text where a number should be."""


_NO_DATE: Final = re.compile(r"time data ['\"](.*?)['\"] doesn't match format ['\"]%m/%d/%Y")
"""What pandas says of text where a date should be."""


def parsed(path: Path, read: Callable[[], _T]) -> _T:
    """Return what `read` reads, and refuse the file where it fails.

    Raises
    ------
    DataError
        E201 with what is wrong in words.
    """
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Columns .* have mixed types")  # refused below
            return read()
    except _PARSE_ERRORS as error:
        hint = "save it as the service gives it, with commas between fields and decimal points, or download it again"
        finding = refusal(path.name, "the weather file is damaged", _reason(error), hint=hint)
        raise DataError.of([finding]) from error


def _reason(error: Exception) -> str:
    """Return what is wrong with a file in words, of an error that a parser raised."""
    if isinstance(error, KeyError):
        return f"nothing named {error}"
    if isinstance(error, IndexError):
        return "rows of another form"
    no_number = _NO_NUMBER.match(str(error))
    if no_number:
        return f"{no_number[1].strip()!r} in the place of a number"
    no_date = _NO_DATE.match(str(error))
    if no_date:
        return f"{no_date[1]!r} in the place of a date, month/day/year"
    return str(error).splitlines()[0][:160] if str(error) else type(error).__name__


def _site(path: Path, name: str, meta: Any, utc_offset_h: Any) -> Location:
    def build() -> Location:
        numbers = [float(meta[k]) for k in ("latitude", "longitude", "altitude")] + [float(utc_offset_h)]
        limits = ((-90, 90), (-180, 180), (-430, 6000), (-12, 14))
        if not all(low <= value <= high for value, (low, high) in zip(numbers, limits, strict=True)):
            raise ValueError(f"impossible site: latitude, longitude, elevation, time zone = {numbers}")
        return Location(name, "", numbers[0], numbers[1], numbers[3], numbers[2])

    return parsed(path, build)


def local_site(path: Path, place: dict[str, Any], utc_offset_h: float | None) -> tuple[Location, tuple[str, ...]]:
    """Return the site of a file, in the zone of its longitude without an `utc_offset_h`, and what was assumed."""
    meta = {"altitude": place.get("elevation")} | {k: place.get(k) for k in ("latitude", "longitude")}
    if utc_offset_h is not None:
        return _site(path, path.stem, meta, utc_offset_h), ()
    zone = round(_site(path, path.stem, meta, 0.0).lon_deg / 15.0)
    note = Finding(
        code="W209",
        what="the file gives no local time zone; taken from the longitude",
        file=path.name,
        field="utc_offset_h",
        got=f"{zone:+d} h",
        hint="give utc_offset_h when the local standard time is another",
        severity="warning",
    )
    return _site(path, path.stem, meta, zone), (note.text(),)


def _columns(table: Any, mapping: dict[str, tuple[str, float]]) -> dict[str, Array]:
    columns = {}
    for name, (column, factor) in mapping.items():
        if column in table.columns:
            values = np.asarray(table[column].to_numpy(), dtype=float)
            columns[name] = np.where(values <= _MISSING_FROM, np.nan, values * factor)
    return columns


def _hourly_means(path: Path, table: Any, mapping: dict[str, tuple[str, float]], site: Location) -> Weather:
    if len(table) != HOURS_PER_YEAR:
        raise DataError.of([wrong_length(path.name, len(table))])
    columns = parsed(path, lambda: _columns(table, mapping))
    return replace(assemble(RawYear(site, path.name, columns)), air_at_hour_end=True)


def wrong_length(file: str, rows: int, after_hour: float | None = None) -> Finding:
    """Return E203 of a file that holds not the hours of one year, with the hour of the year where it goes wrong."""
    got, hint = f"{rows} rows", "download it again"
    if after_hour is not None:
        day = date(2025, 1, 1) + timedelta(days=int(after_hour // 24))
        got = f"{rows} rows, not every hour once: the first wrong step is after {day:%m-%d} {after_hour % 24:02.0f}:00"
        hint = "download it in UTC or in local standard time, without daylight saving time"
    return Finding(
        code="E203",
        what="the file does not hold each hour of a year once",
        file=file,
        got=got,
        allowed="8760 rows",
        hint=hint,
    )


def _hour_of_year(index: Any) -> Array:
    parts = (np.asarray(getattr(index, name)) for name in ("month", "day", "hour", "minute"))
    return np.asarray(hour_of_year(*parts), dtype=float)


def hour_of_year(month: Any, day: Any, hour: Any, minute: Any) -> Any:
    """Return hours since 1 January 00:00, of numbers or arrays of them; 29 February is 1 March."""
    return (_FIRST_DAY_OF_MONTH[month - 1] + day - 1) * 24.0 + hour + minute / 60.0


def local_hours(series: Series, site: Location, file: str) -> dict[str, Array]:
    """Return the columns as means of the local standard hours."""
    per_hour = len(series.hours) / HOURS_PER_YEAR
    order = np.argsort(series.hours, kind="stable")
    hours = series.hours[order]
    steps = np.diff(hours)
    if per_hour != round(per_hour) or per_hour < 1 or not np.allclose(steps, 1.0 / per_hour, atol=1e-6):
        wrong = np.flatnonzero(~np.isclose(steps, 1.0 / max(per_hour, 1.0), atol=1e-6))
        at = float(hours[wrong[0]]) if len(wrong) and len(series.hours) == HOURS_PER_YEAR else None
        raise DataError.of([wrong_length(file, len(series.hours), at)])
    count = round(per_hour)
    inside = (np.arange(count) + 0.5) / count
    local = (np.arange(HOURS_PER_YEAR)[:, None] + inside).ravel()
    wanted = local - site.utc_offset_h + series.clock_offset_h
    sun = solar.sun_position_at(site.lat_deg, site.lon_deg, site.elevation_m, site.utc_offset_h)
    stamps = hours + series.radiation_delay_h
    height = solar.cos_zenith_at(site.lat_deg, site.lon_deg, site.elevation_m, stamps - series.clock_offset_h)
    result = {}
    for name, values in series.columns.items():
        column = values[order]
        if name in _RADIATION:
            divisor = np.ones_like(height) if name == "dni_w_per_m2" else height
            scale = np.ones(HOURS_PER_YEAR) if name == "dni_w_per_m2" else sun.cos_zenith
            lit = (height > 0.05) & np.isfinite(column)
            means = _resample(stamps[lit], column[lit] / divisor[lit], wanted, count) if lit.any() else 0.0 * scale
            result[name] = np.where(sun.up_frac > 0, np.maximum(means * scale, 0.0), 0.0)
        else:
            result[name] = _resample(hours, column, wanted, count)
    result["dni_w_per_m2"] = result["dni_w_per_m2"] * sun.up_frac if "dni_w_per_m2" in result else np.full(8760, np.nan)
    return result


def _resample(stamps: Array, values: Array, wanted: Array, count: int) -> Array:
    line = np.interp(wanted, stamps, values, period=float(HOURS_PER_YEAR))
    return np.asarray(line.reshape(HOURS_PER_YEAR, count).mean(axis=1))
