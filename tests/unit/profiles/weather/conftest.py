"""Small weather years and files that the tests write themselves."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from edsim.profiles.weather import Normals, Weather, synthesize_year
from tests.support.weather import EPW_HEADER, epw_rows

LOCATION = "LOCATION,Cartagena,BOL,COL,test,801230,10.44,-75.51,-5.0,2.0"


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
    return Normals(**(values | changes))


@pytest.fixture(scope="session")
def year() -> Weather:
    """Return one synthetic year at Cartagena."""
    return synthesize_year(normals(), 10.44, -75.51, 2.0, -5.0, seed=1)


@pytest.fixture(scope="session")
def epw_lines(year: Weather) -> list[str]:
    """Return the lines of an EPW file of that year: 8 of header, 8760 of data."""
    return [LOCATION, *EPW_HEADER, *epw_rows(year)]


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
