"""The monthly normals a case is computed with: its own table, or the one edsim ships."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping
from typing import Final

from edsim.case.files import decode, find_data_file, read_bytes
from edsim.case.nodes import Place
from edsim.case.schema import Case
from edsim.case.shipped import Row, cities_with_normals, city_key, normals_of
from edsim.case.wording.messages import Fault

NORMALS_LIMITS: Final = {
    "mean_temp_c": (-50.0, 45.0),
    "mean_daily_max_temp_c": (-45.0, 52.0),
    "mean_daily_min_temp_c": (-55.0, 40.0),
    "relative_humidity_frac": (0.05, 0.99),
    "ghi_kwh_per_m2_day": (0.0, 10.0),
    "wind_speed_m_per_s": (0.0, 20.0),
}
"""Columns of monthly values with the lowest and highest one possible."""
_STATED: Final = {
    "daily_mean_std_k": (0.0, 20.0),
    "design_dry_bulb_c": (-20.0, 58.0),
    "design_wet_bulb_c": (-20.0, 36.0),
}
"""Columns a table need not have, with their limits: of each month, and of January alone for the whole year."""
_SAME_CLOCK_H: Final = 0.01
_SLIPS: Final = {
    "relative_humidity_frac": "share_as_number",
    "ghi_kwh_per_m2_day": "ghi_per_day",
    "wind_speed_m_per_s": "in_m_per_s",
}
"""Advice for columns whose values are outside their limits."""
_SURPLUS: Final = "*"
"""Name under which cells beyond the header stand."""
NORMALS_PLACE: Final = ("city", "country", "lat_deg", "lon_deg", "elevation_m", "utc_offset_h", "month")
"""Columns that say whose and which month's a row is."""
_SITE: Final = {"lat_deg": (-90.0, 90.0), "lon_deg": (-180.0, 180.0), "elevation_m": (-430.0, 5500.0)}
_SEASONS_FROM_DEG, _WARMER_K = 25.0, 3.0
"""Latitude from which the middle of the year has the seasons of its hemisphere, and how much warmer winter may be."""
_WINDIEST_M_PER_S = 8.0
"""Mean of the year at 10 m that no city exceeds: Wellington and Punta Arenas have 6 to 7.5; judgement."""
_TROPICS_DEG = 15.0
"""Latitude up to which the seasons of the temperate zones do not show."""


def case_normals(case: Case) -> tuple[Row, ...]:
    """Return the monthly rows the weather of a case is made from; none with a weather file, or where there are none."""
    if case.weather.file is not None:
        return ()
    if case.weather.normals_file is None:
        return normals_of(chosen_city(case))
    return () if list(table_faults(case)) else tuple(_own(case).get(city_key(chosen_city(case)), ()))


def chosen_city(case: Case) -> str:
    """Return the city whose normals a case takes: the named one, the only one of its own table, that of the case."""
    own = _own(case)
    only = next(iter(own.values()))[0].get("city", "") if len(own) == 1 else ""
    return case.weather.normals or only or case.city.name


def known_cities(case: Case) -> list[str]:
    """Return the cities a case may name: those of its own table, else the shipped ones with its seasons."""
    if case.weather.normals_file is not None:
        return sorted(rows[0].get("city", "") for rows in _own(case).values())
    return sorted(c for c in cities_with_normals() if same_seasons(case, float(normals_of(c)[0]["lat_deg"])))


def same_seasons(case: Case, lat_deg: float) -> bool:
    """Return whether a latitude has not the seasons of the other hemisphere; where the place is at fault, any may."""
    ours: float | None = getattr(case.city, "lat_deg", None)
    if ours is None:
        return True
    return min(abs(ours), abs(lat_deg)) <= _TROPICS_DEG or (ours > 0.0) == (lat_deg > 0.0)


def table_faults(case: Case) -> Iterator[Fault]:
    """Yield what makes the table of normals of a case unusable: its columns, its months, its numbers."""
    name = case.weather.normals_file or ""
    rows = _read(case)
    if isinstance(rows, Fault):
        yield rows
        return
    if rows and len(rows[0]) == 1 and any(sign in next(iter(rows[0])) for sign in ";\t"):
        yield Fault("E1896", Place(name, 1), "weather.normals_file", next(iter(rows[0])), ",", {}, "comma_table")
        return
    missing = [c for c in (*NORMALS_PLACE, *NORMALS_LIMITS) if not rows or c not in rows[0]]
    count = {"count": str(max(len(rows), 12))}
    for column in missing:
        yield Fault("E1885", Place(name, 1), f"weather.normals_file.{column}", params=count)
    if missing:
        return
    longer = [(number, row) for number, row in enumerate(rows, 2) if _SURPLUS in row]
    for number, row in longer:
        expected = len(row) - 1
        words = {"found": str(expected + len(row[_SURPLUS])), "expected": str(expected), "separator": ","}
        yield Fault("E141", Place(name, number), "weather.normals_file", params=words, hint="many_cells")
    if longer:
        return
    for city, lines in _by_city(rows).items():
        months = [row["month"].strip() for row in lines]
        if months != [str(m) for m in range(1, 13)]:
            path, words = "weather.normals_file.month", {"city": lines[0]["city"] or city}
            yield Fault("E1861", Place(name), path, ", ".join(months)[:60], "1, 2 … 12", words)
    stated = {(city_key(row["city"] or ""), c) for row in rows for c in _STATED if (row.get(c) or "").strip()}
    for number, row in enumerate(rows, 2):
        place, city, january = Place(name, number), city_key(row["city"] or ""), row["month"].strip() == "1"
        yield from _row_faults(row, place)
        wanted = [c for c in _STATED if (city, c) in stated and (january or c == "daily_mean_std_k")]
        yield from (f for c in wanted for f in (_cell(row, c, _STATED[c], place),) if isinstance(f, Fault))


def other_seasons(case: Case) -> Iterator[Fault]:
    """Yield a table of normals warm in the winter of its place: months that begin with July, or a wrong sign."""
    name = case.weather.normals_file or ""
    for rows in _own(case).values():
        north, by_month = float(rows[0]["lat_deg"]) > 0.0, [float(row["mean_temp_c"]) for row in rows]
        winter = (11, 0, 1) if north else (5, 6, 7)
        summer = (5, 6, 7) if north else (11, 0, 1)
        warmer = sum(by_month[m] for m in winter) / 3.0 - sum(by_month[m] for m in summer) / 3.0
        if abs(float(rows[0]["lat_deg"])) > _SEASONS_FROM_DEG and warmer > _WARMER_K:
            words = {"city": rows[0]["city"], "lat": rows[0]["lat_deg"]}
            got = f"{by_month[0]:g} / {by_month[6]:g} °C"
            yield Fault("W1898", Place(name), "weather.normals_file.mean_temp_c", got, "", words, "which_month")


def other_clock(case: Case) -> Iterator[Fault]:
    """Yield a table of normals whose time zone is not that of the city, as with daylight saving time in one of them."""
    rows = case_normals(case)
    if rows:
        place, path = Place(case.weather.normals_file or ""), "weather.normals_file.utc_offset_h"
        yield from clock_fault(case, float(rows[0]["utc_offset_h"]), place, path)


def clock_fault(case: Case, offset_h: float, place: Place, path: str) -> Iterator[Fault]:
    """Yield the remark on weather of another time zone than the city, `offset_h` hours from UTC."""
    if abs(offset_h - case.city.utc_offset_h) > _SAME_CLOCK_H:
        own = f"UTC{case.city.utc_offset_h:+g} h"
        yield Fault("W1956", place, path, f"UTC{offset_h:+g} h", own, {}, "one_clock")


def gales(case: Case) -> Iterator[Fault]:
    """Yield a table of normals with more wind than cities have: speeds in km/h or knots."""
    for rows in _own(case).values():
        mean = sum(float(row["wind_speed_m_per_s"]) for row in rows) / len(rows)
        if mean > _WINDIEST_M_PER_S:
            place, path = Place(case.weather.normals_file or ""), "weather.normals_file.wind_speed_m_per_s"
            yield Fault("W1891", place, path, f"{mean:.1f} m/s", f"≤ {_WINDIEST_M_PER_S:g} m/s", {}, "in_m_per_s")


def _row_faults(row: Row, place: Place) -> Iterator[Fault]:
    """Yield the cells of a row that are no number or impossible."""
    values = {}
    for column, limits in (_SITE | {"utc_offset_h": (-12.0, 14.0)} | NORMALS_LIMITS).items():
        found = _cell(row, column, limits, place)
        if isinstance(found, Fault):
            yield found
        else:
            values[column] = found
    low, mean, high = (values.get(f"mean{part}_temp_c", math.nan) for part in ("_daily_min", "", "_daily_max"))
    if low >= high:
        path = "weather.normals_file.mean_daily_max_temp_c"
        yield Fault("E123", place, path, f"{high:g}", f"> {low:g}", {}, "swapped_extremes")
    elif mean <= low or mean >= high:
        yield Fault("E123", place, "weather.normals_file.mean_temp_c", f"{mean:g}", f"{low:g} – {high:g}")


def _cell(row: Row, column: str, limits: tuple[float, float], place: Place) -> float | Fault:
    """Return the number of a cell, or what is wrong with it."""
    path, text = f"weather.normals_file.{column}", str(row[column] or "")[:40]
    try:
        value = float(text)
    except ValueError:
        return Fault("E122", place, path, text, params={"expected": "number"})
    if math.isfinite(value) and limits[0] <= value <= limits[1]:
        return value
    hint = "other_scale" if column.endswith(("_temp_c", "_bulb_c")) else _SLIPS.get(column, "")
    return Fault("E123", place, path, text, f"{limits[0]:g} – {limits[1]:g}", {}, hint)


def _own(case: Case) -> Mapping[str, list[Row]]:
    rows = _read(case)
    return {} if isinstance(rows, Fault) else _by_city(rows)


def _by_city(rows: list[Row]) -> dict[str, list[Row]]:
    cities: dict[str, list[Row]] = {}
    for row in rows:
        cities.setdefault(city_key(row.get("city") or ""), []).append(row)
    return cities


def _read(case: Case) -> list[Row] | Fault:
    """Return the rows of the case's own table, none where it has none, or why it cannot be read."""
    name = case.weather.normals_file
    if name is None:
        return []
    found = find_data_file(case.folder, name, Place(), "weather.normals_file")
    data = found if isinstance(found, Fault) else read_bytes(found, name)
    text = data if isinstance(data, Fault) else decode(data, name, fallback=True)
    return (
        text
        if isinstance(text, Fault)
        else list(csv.DictReader(io.StringIO(text[0], newline=""), restkey=_SURPLUS, restval=""))
    )
