"""Small weather years and files that the tests write themselves."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from edsim.profiles.weather import Normals, Weather, synthesize_year

LOCATION = "LOCATION,Cartagena,BOL,COL,test,801230,10.44,-75.51,-5.0,2.0"
HEADER = [
    "DESIGN CONDITIONS,0",
    "TYPICAL/EXTREME PERIODS,0",
    "GROUND TEMPERATURES,0",
    "HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0",
    "COMMENTS 1,written by a test",
    "COMMENTS 2,",
    "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31",
]
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def normals(**changes: object) -> Normals:
    """Return normals of a warm humid coast with round numbers."""
    values: dict[str, object] = {
        "city": "Cartagena",
        "country": "COL",
        "lat_deg": 10.44,
        "lon_deg": -75.51,
        "elevation_m": 2.0,
        "utc_offset_h": -5.0,
        "mean_temp_c": np.full(12, 28.0),
        "mean_daily_max_temp_c": np.full(12, 31.0),
        "mean_daily_min_temp_c": np.full(12, 25.0),
        "relative_humidity_frac": np.full(12, 0.8),
        "ghi_kwh_per_m2_day": np.full(12, 5.4),
        "wind_speed_m_per_s": np.full(12, 3.0),
    }
    return Normals(**(values | changes))  # type: ignore[arg-type]  # a test may pass what is refused


@pytest.fixture(scope="session")
def year() -> Weather:
    """Return one synthetic year at Cartagena."""
    return synthesize_year(normals(), 10.44, -75.51, 2.0, -5.0, seed=1)


@pytest.fixture(scope="session")
def epw_lines(year: Weather) -> list[str]:
    """Return the lines of an EPW file of that year: 8 of header, 8760 of data."""
    rows = []
    hour = 0
    for month, days in enumerate(DAYS, start=1):
        for day in range(1, days + 1):
            for label in range(1, 25):
                fields = ["2009", str(month), str(day), str(label), "60", "?9?9", *["0"] * 29]
                fields[6] = f"{year.dry_bulb_temp_c[hour]:.2f}"
                fields[7] = "99.9"
                fields[8] = f"{100 * year.relative_humidity_frac[hour]:.2f}"
                fields[9] = f"{year.pressure_pa[hour]:.0f}"
                fields[12] = f"{year.sky_infrared_w_per_m2[hour]:.2f}"
                fields[13] = f"{year.ghi_w_per_m2[hour]:.2f}"
                fields[14] = f"{year.dni_w_per_m2[hour]:.2f}"
                fields[15] = f"{year.dhi_w_per_m2[hour]:.2f}"
                fields[21] = f"{year.wind_speed_m_per_s[hour]:.2f}"
                fields[23] = "5"
                rows.append(",".join(fields))
                hour += 1
    return [LOCATION, *HEADER, *rows]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes lines to a file."""

    def writer(lines: list[str], name: str = "case.epw", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes("\n".join(lines).encode(encoding))
        return path

    return writer


def set_field(lines: list[str], rows: range, field: int, value: str) -> list[str]:
    """Return the lines with one field of some data rows (counted from 0) replaced."""
    changed = list(lines)
    for row in rows:
        fields = changed[8 + row].split(",")
        fields[field] = value
        changed[8 + row] = ",".join(fields)
    return changed


@pytest.fixture(scope="session")
def edit() -> Callable[..., list[str]]:
    """Return :func:`set_field`."""
    return set_field


@pytest.fixture(scope="session")
def make_normals() -> Callable[..., Normals]:
    """Return :func:`normals`."""
    return normals
