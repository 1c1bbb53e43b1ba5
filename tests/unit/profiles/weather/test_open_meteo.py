"""Exports of Open-Meteo: clock, means of the hour before, units, and what is refused."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from edsim.core.errors import DataError
from edsim.profiles import solar
from edsim.profiles.weather import check_weather, read_weather

HEAD = "latitude,longitude,elevation,utc_offset_seconds,timezone,timezone_abbreviation\n10.0,-75.0,10,{},x,x\n\n"
NAMES = "time,temperature_2m (°C),relative_humidity_2m (%),wind_speed_10m (km/h),shortwave_radiation (W/m²)\n"


def export(offset_h: int, year: int = 2023, hours: int = 8760, per_hour: int = 1) -> str:
    """Return a clear year at 10° N 75° W on a clock of `offset_h`; the air is 20 °C plus a tenth of the solar hour."""
    first = datetime(year, 1, 1, tzinfo=UTC)
    times = [first + timedelta(hours=k / per_hour) for k in range(hours * per_hour)]
    of_year = np.array([(t.timetuple().tm_yday - 1) * 24 + t.hour + t.minute / 60 for t in times])
    height = solar.cos_zenith_at(10.0, -75.0, 10.0, of_year - 0.5 / per_hour - offset_h)  # middle before the label
    local = (of_year - offset_h - 5.0) % 24.0
    rows = [
        f"{t:%Y-%m-%dT%H:%M},{20 + x / 10 + 2 * np.sin(h / 900):.3f},70,7.2,{800 * c:.1f}"
        for t, x, h, c in zip(times, local, of_year - offset_h, height, strict=True)
    ]
    return HEAD.format(offset_h * 3600) + NAMES + "\n".join(rows) + "\n"


@pytest.mark.medium
@pytest.mark.parametrize(("offset_h", "per_hour"), [(-5, 1), (0, 1), (-5, 4)])
def test_hours_are_those_of_the_local_clock(offset_h: int, per_hour: int, tmp_path: Path) -> None:
    """Proves: radiation labeled at the end of its hour, or quarter, and a clock in UTC end up on the local hours.

    If ignored: the sun stands half an hour late, of quarters 22 minutes early, or five hours off.
    """
    path = tmp_path / "export.csv"
    path.write_text(export(offset_h, per_hour=per_hour), encoding="utf-8")
    weather = read_weather(path)
    assert weather.utc_offset_h == -5.0
    assert any("W209" in note for note in weather.notes) == (offset_h == 0)
    np.testing.assert_allclose(weather.ghi_w_per_m2, 800.0 * solar.sun_position(weather).cos_zenith, atol=4.0)
    assert weather.dry_bulb_temp_c[10] == pytest.approx(20 + 1.05 + 2 * np.sin((10.5 + 5) / 900), abs=0.01)
    assert weather.wind_speed_m_per_s[0] == pytest.approx(2.0)
    assert not {"W213", "W215", "W216", "W217"} & {f.code for f in check_weather(weather)}


@pytest.mark.medium
def test_a_leap_year_is_read_without_its_day(tmp_path: Path) -> None:
    """Proves: 29 February is dropped and said. If ignored: every hour from March on is a day late."""
    path = tmp_path / "export.csv"
    path.write_text(export(-5, 2024, 8784), encoding="utf-8")
    assert any("W203" in note for note in read_weather(path).notes)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (r" \(km/h\)", " (Bft)", "wind_speed_10m (Bft)"),
        ("shortwave_radiation", "sunshine_duration", "no shortwave_radiation"),
        (r"relative_humidity_2m", "rain", "no relative_humidity_2m"),
        (r"time,", "date,", "no hourly CSV"),
        ("2023-01-01T05:00", "5 o'clock", "5 o'clock"),
        ("2023-12-31T23:00.*", "", "8759 rows"),
        ("2023-12-31T23:00", "2024-12-31T23:00", "8760 rows"),
    ],
)
def test_other_exports_are_refused_with_what_to_export(old: str, new: str, words: str, tmp_path: Path) -> None:
    """Proves: an export that lacks a column, names no unit or holds no year is refused by what is wrong with it.

    If ignored: knots as meters per second, or a program error.
    """
    path = tmp_path / "export.csv"
    path.write_text(re.sub(old, new, export(-5)), encoding="utf-8")
    with pytest.raises(DataError) as error:
        read_weather(path)
    assert words in error.value.findings[0].text()


def test_the_json_of_the_service_is_told_what_to_export(tmp_path: Path) -> None:
    """Proves: JSON of the same service is not taken for a damaged file of another. If ignored: a wrong trail."""
    path = tmp_path / "export.json"
    path.write_text('{"latitude":10.0,"hourly_units":{}}', encoding="utf-8")
    with pytest.raises(DataError, match="Open-Meteo"):
        read_weather(path)
