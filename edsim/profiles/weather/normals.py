"""Monthly normals: the table shipped with edsim, and those of any weather year."""

import csv
import difflib
import io
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from edsim.case.normals import NORMALS_LIMITS as _LIMITS
from edsim.case.normals import NORMALS_PLACE
from edsim.case.shipped import city_key
from edsim.core.errors import DataError, Finding
from edsim.core.resources import share_path
from edsim.core.timegrid import MONTH_OF_DAY
from edsim.profiles.numbers import is_number, number_array
from edsim.profiles.weather.synthesis_series import month_spreads
from edsim.profiles.weather.text import read_text
from edsim.profiles.weather.types import Weather
from edsim.profiles.weather.validity import require_weather

Array = NDArray[np.float64]

_STD: Final = "daily_mean_std_k"
_STD_LIMITS_K: Final = (0.0, 20.0)
_DESIGN_LIMITS: Final = {"design_dry_bulb_c": (-20.0, 58.0), "design_wet_bulb_c": (-20.0, 36.0)}


@dataclass(frozen=True, slots=True)
class Normals:
    """Monthly means of a place; every array has 12 values, January first.

    Attributes
    ----------
    city, country
        Name and ISO 3166 alpha-3 code.
    lat_deg, lon_deg, elevation_m, utc_offset_h
        Site; north and east positive.
    mean_temp_c
        Mean dry bulb of all hours.
    mean_daily_max_temp_c, mean_daily_min_temp_c
        Means of the daily highest and lowest dry bulb.
    relative_humidity_frac
        Mean relative humidity of all hours.
    ghi_kwh_per_m2_day
        Mean daily global horizontal radiation.
    wind_speed_m_per_s
        Mean wind speed.
    design_dry_bulb_c, design_wet_bulb_c
        Dry and wet bulb that 0.4 % of the hours of a year exceed, as in ASHRAE's climatic design conditions; None when
        they are not known.
    daily_mean_std_k
        Standard deviation of the daily means of the dry bulb in each month, K, as ASHRAE's climatic design conditions
        state it (DBStd); None when it is not known.
    source
        Where the values come from.
    verified
        False when part of the values was not read in a publication.

    Raises
    ------
    DataError
        E231 when a value is impossible or an array has not 12 values; all findings at once.
    """

    city: str
    country: str
    lat_deg: float
    lon_deg: float
    elevation_m: float
    utc_offset_h: float
    mean_temp_c: Array
    mean_daily_max_temp_c: Array
    mean_daily_min_temp_c: Array
    relative_humidity_frac: Array
    ghi_kwh_per_m2_day: Array
    wind_speed_m_per_s: Array
    source: str = ""
    verified: bool = True
    design_dry_bulb_c: float | None = None
    design_wet_bulb_c: float | None = None
    daily_mean_std_k: Array | None = None

    def __post_init__(self) -> None:
        findings = []
        limits = _LIMITS if self.daily_mean_std_k is None else _LIMITS | {_STD: _STD_LIMITS_K}
        for name, (low, high) in limits.items():
            values = number_array(getattr(self, name))
            if values is None:
                findings.append(
                    _finding(self.city, name, type(getattr(self, name)).__name__, "12 values, January first")
                )
                continue
            object.__setattr__(self, name, values)
            if values.shape != (12,):
                findings.append(_finding(self.city, name, f"{values.size} values", "12 values, January first"))
            elif not np.all((values >= low) & (values <= high)):
                month = int(np.argmin((values >= low) & (values <= high)))
                findings.append(
                    _finding(self.city, name, f"{values[month]:g} in month {month + 1}", f"{low:g} to {high:g}")
                )
        if not findings:
            ordered = (self.mean_daily_min_temp_c < self.mean_temp_c) & (self.mean_temp_c < self.mean_daily_max_temp_c)
            if not ordered.all():
                month = int(np.argmin(ordered))
                got = f"month {month + 1}: {self.mean_daily_min_temp_c[month]:g}, {self.mean_temp_c[month]:g}, "
                got += f"{self.mean_daily_max_temp_c[month]:g}"
                findings.append(_finding(self.city, "mean_temp_c", got, "daily minimum < mean < daily maximum"))
        findings += _design_findings(self)
        if not findings and self.design_dry_bulb_c is not None:
            warmest = float(self.mean_temp_c.max())
            if self.design_dry_bulb_c <= warmest:
                least = f"above the mean of the warmest month, {warmest:g} °C"
                findings.append(_finding(self.city, "design_dry_bulb_c", f"{self.design_dry_bulb_c:g}", least))
        if findings:
            raise DataError.of(findings)


def normals_table() -> tuple[Normals, ...]:
    """Return the normals of all cities shipped with edsim, in alphabetical order."""
    return read_normals(share_path("weather", "normals.csv"))


def read_normals(path: str | Path) -> tuple[Normals, ...]:
    """Return the normals in a CSV file with the columns of ``weather/normals.csv``.

    Columns ``design_dry_bulb_c`` and ``design_wet_bulb_c`` may be there; the row of January counts. So may
    ``daily_mean_std_k``, with a value in all twelve rows of a city or in none.

    Raises
    ------
    DataError
        E201 when the file cannot be read; E231 when a column is missing, a cell is no number, or a city has not twelve
        months in order.
    """
    text, _ = read_text(path)
    file = Path(path)
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    wanted = [*NORMALS_PLACE, *_LIMITS]
    absent = [name for name in wanted if not rows or rows[0].get(name) is None]
    if absent:
        raise DataError.of([_finding(file.name, name, "no such column", "a column of this name") for name in absent])
    by_city: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_city.setdefault(row["city"], []).append(row)
    return tuple(_normals(city, by_city[city]) for city in sorted(by_city))


def find_normals(city: str, own: str | Path | None = None) -> Normals:
    """Return the normals of a shipped city, or of one in a table of your `own`; case, accents and signs do not matter.

    Raises
    ------
    DataError
        E232 when there is no such city, naming the nearest ones.
    """
    table = {city_key(n.city): n for n in (normals_table() if own is None else read_normals(own))}
    city = str(city)
    found = table.get(city_key(city))
    if found is not None:
        return found
    near = difflib.get_close_matches(city_key(city), list(table), n=3, cutoff=0.5)
    names = ", ".join(table[k].city for k in near) or ", ".join(n.city for n in table.values())
    raise DataError.of(
        [
            Finding(
                code="E232",
                what="no monthly normals are shipped for this city",
                field="city",
                got=repr(city[:80]),
                allowed=names,
                hint="give a weather file, or add twelve rows to a table of normals",
            )
        ]
    )


def monthly_normals(weather: Weather) -> Normals:
    """Return the monthly normals of a weather year."""
    require_weather(weather)
    temp = weather.dry_bulb_temp_c.reshape(365, 24)
    daily = {
        "mean_temp_c": temp.mean(axis=1),
        "mean_daily_max_temp_c": temp.max(axis=1),
        "mean_daily_min_temp_c": temp.min(axis=1),
        "relative_humidity_frac": weather.relative_humidity_frac.reshape(365, 24).mean(axis=1),
        "ghi_kwh_per_m2_day": weather.ghi_w_per_m2.reshape(365, 24).sum(axis=1) / 1e3,
        "wind_speed_m_per_s": weather.wind_speed_m_per_s.reshape(365, 24).mean(axis=1),
    }
    days = np.bincount(MONTH_OF_DAY, minlength=12)
    monthly = {name: np.bincount(MONTH_OF_DAY, weights=v, minlength=12) / days for name, v in daily.items()}
    return Normals(
        city=weather.name,
        country="",
        lat_deg=weather.lat_deg,
        lon_deg=weather.lon_deg,
        elevation_m=weather.elevation_m,
        utc_offset_h=weather.utc_offset_h,
        mean_temp_c=monthly["mean_temp_c"],
        mean_daily_max_temp_c=monthly["mean_daily_max_temp_c"],
        mean_daily_min_temp_c=monthly["mean_daily_min_temp_c"],
        relative_humidity_frac=monthly["relative_humidity_frac"],
        ghi_kwh_per_m2_day=monthly["ghi_kwh_per_m2_day"],
        wind_speed_m_per_s=monthly["wind_speed_m_per_s"],
        source=f"monthly means of {weather.source}",
        daily_mean_std_k=month_spreads(weather.dry_bulb_temp_c),
    )


def _design_findings(normals: Normals) -> list[Finding]:
    """Return the findings on design temperatures: impossible numbers, or a dry bulb below the mean of a month."""
    findings = []
    for name, (low, high) in _DESIGN_LIMITS.items():
        value = getattr(normals, name)
        if value is not None and not (is_number(value) and low <= value <= high):
            findings.append(_finding(normals.city, name, str(value)[:40], f"{low:g} to {high:g} °C, or None"))
    dry, wet = normals.design_dry_bulb_c, normals.design_wet_bulb_c
    if not findings and dry is not None and wet is not None and wet > dry:
        findings.append(_finding(normals.city, "design_wet_bulb_c", f"{wet:g}", f"at most the dry bulb, {dry:g} °C"))
    return findings


def _normals(city: str, rows: list[dict[str, str]]) -> Normals:
    months = [row["month"] for row in rows]
    if months != [str(m) for m in range(1, 13)]:
        raise DataError.of([_finding(city, "month", ",".join(months)[:80], "1 to 12 in order")])
    findings = [
        _finding(city, name, repr(row[name]), "a number")
        for row in rows
        for name in (
            "lat_deg",
            "lon_deg",
            "elevation_m",
            "utc_offset_h",
            *_LIMITS,
            *(d for d in _DESIGN_LIMITS if row.get(d)),
            *([_STD] if any(r.get(_STD) for r in rows) else []),
        )
        if not _is_number(row[name])
    ]
    if findings:
        raise DataError.of(findings)
    columns = {name: np.array([float(row[name]) for row in rows]) for name in _LIMITS}
    first = rows[0]
    return Normals(
        city=city,
        country=first["country"],
        lat_deg=float(first["lat_deg"]),
        lon_deg=float(first["lon_deg"]),
        elevation_m=float(first["elevation_m"]),
        utc_offset_h=float(first["utc_offset_h"]),
        mean_temp_c=columns["mean_temp_c"],
        mean_daily_max_temp_c=columns["mean_daily_max_temp_c"],
        mean_daily_min_temp_c=columns["mean_daily_min_temp_c"],
        relative_humidity_frac=columns["relative_humidity_frac"],
        ghi_kwh_per_m2_day=columns["ghi_kwh_per_m2_day"],
        wind_speed_m_per_s=columns["wind_speed_m_per_s"],
        source="; ".join(dict.fromkeys(row.get("source", "") for row in rows)),
        verified=all(row.get("verified") == "all" for row in rows),
        design_dry_bulb_c=_design(first, "design_dry_bulb_c"),
        design_wet_bulb_c=_design(first, "design_wet_bulb_c"),
        daily_mean_std_k=np.array([float(row[_STD]) for row in rows]) if first.get(_STD) else None,
    )


def _design(row: dict[str, str], name: str) -> float | None:
    return float(row[name]) if row.get(name) else None


def _is_number(text: str | None) -> bool:
    try:
        return math.isfinite(float(text or ""))
    except ValueError:
        return False


def _finding(city: str, field: str, got: str, allowed: str) -> Finding:
    return Finding(code="E231", what="monthly normals are not usable", file=city, field=field, got=got, allowed=allowed)
