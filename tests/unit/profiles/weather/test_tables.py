"""TMY2, TMY3, PVGIS and NSRDB files."""

import json
from pathlib import Path

import numpy as np
import pvlib
import pytest

from edsim.core.errors import DataError
from edsim.profiles import solar
from edsim.profiles.weather import check_weather, read_weather

pytestmark = pytest.mark.medium

DATA = Path(pvlib.__file__).parent / "data"
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def stamps(*, leap: bool = False) -> list[tuple[int, int, int]]:
    days = [29 if leap and m == 1 else d for m, d in enumerate(DAYS)]
    return [(m + 1, d + 1, h) for m in range(12) for d in range(days[m]) for h in range(24)]


def sun_at(utc_hours: np.ndarray, lat: float, lon: float) -> np.ndarray:
    return solar.cos_zenith_at(lat, lon, 10.0, utc_hours)


def test_miami_tmy2():
    """Proves: published means of Miami's TMY2: 24.3 °C, 1793 kWh/m², 72.5 % RH. If ignored: units are wrong."""
    weather = read_weather(DATA / "12839.tm2")
    assert weather.dry_bulb_temp_c.mean() == pytest.approx(24.3, abs=0.05)
    assert weather.ghi_w_per_m2.sum() / 1e3 == pytest.approx(1793, abs=1)
    assert weather.relative_humidity_frac.mean() == pytest.approx(0.725, abs=0.001)
    assert check_weather(weather) == ()


def test_greensboro_tmy3():
    weather = read_weather(DATA / "723170TYA.CSV")
    assert (weather.lat_deg, weather.utc_offset_h, weather.elevation_m) == (36.1, -5.0, 273.0)
    assert weather.dry_bulb_temp_c[:2].tolist() == [10.0, 10.0]
    assert weather.pressure_pa[0] == 99_300.0
    assert check_weather(weather) == ()


@pytest.fixture(scope="module")
def pvgis_rows() -> list[dict[str, object]]:
    """Return a clear PVGIS year at 10° N 75° W (UTC); the air is 20 °C plus the local solar hour over 10."""
    hours = np.arange(8760.0)
    height = sun_at(hours + 0.25, 10.0, -75.0)
    local = (hours - 5.0) % 24.0
    return [
        {
            "time(UTC)": f"2010{m:02d}{d:02d}:{h:02d}00",
            "T2m": round(20.0 + local[i] / 10.0 + 2.0 * np.sin(i / 900.0), 3),
            "RH": 70.0,
            "G(h)": round(800.0 * height[i], 2),
            "Gb(n)": 700.0 if height[i] > 0 else 0.0,
            "Gd(h)": round(100.0 * height[i], 2),
            "IR(h)": 400.0,
            "WS10m": 2.0,
            "WD10m": 90.0,
            "SP": 101000.0,
        }
        for i, (m, d, h) in enumerate(stamps())
    ]


@pytest.fixture(scope="module")
def pvgis_csv(pvgis_rows) -> str:
    head = "Latitude (decimal degrees): 10.000\nLongitude (decimal degrees): -75.000\nElevation (m): 10.0\n"
    head += "Irradiance Time Offset (h): 0.25\nmonth,year\n" + "".join(f"{m},2010\n" for m in range(1, 13))
    rows = "\n".join(",".join(str(v) for v in row.values()) for row in pvgis_rows)
    return f"{head}{','.join(pvgis_rows[0])}\n{rows}\n\nT2m: 2-m air temperature (degree Celsius)\n"


def test_pvgis_csv_is_rolled_to_local_time(pvgis_csv, tmp_path):
    """Proves: UTC becomes local standard time and radiation 0.25 h late becomes mid-hour means.

    By hand, the local air of the hour from 10 to 11 is 20 + 10.5/10. If ignored: the peak stands five hours off.
    """
    path = tmp_path / "tmy.csv"
    path.write_text(pvgis_csv)
    weather = read_weather(path, utc_offset_h=-5.0)
    wave = 2.0 * np.sin((24 * 100 + 10.5 + 5.0) / 900.0)
    assert weather.dry_bulb_temp_c[24 * 100 + 10] == pytest.approx(21.05 + wave, abs=0.01)
    sun = solar.sun_position(weather)
    np.testing.assert_allclose(weather.ghi_w_per_m2, 800.0 * sun.cos_zenith, atol=3.0)
    assert not {"W213", "W215", "W216", "W217"} & {f.code for f in check_weather(weather)}


def test_pvgis_json_equals_csv_and_guesses_the_zone_aloud(pvgis_rows, pvgis_csv, tmp_path):
    document = {
        "inputs": {
            "location": {
                "latitude": 10.0,
                "longitude": -75.0,
                "elevation": 10.0,
                "irradiance time offset": 0.25,
            }
        },
        "outputs": {"months_selected": [], "tmy_hourly": pvgis_rows},
        "meta": {"inputs": {}},
    }
    path, other = tmp_path / "tmy.json", tmp_path / "tmy.csv"
    path.write_text(json.dumps(document))
    other.write_text(pvgis_csv)
    weather, same = read_weather(path), read_weather(other, utc_offset_h=-5.0)
    np.testing.assert_allclose(weather.ghi_w_per_m2, same.ghi_w_per_m2)
    assert weather.utc_offset_h == -5.0
    assert any("W209" in note for note in weather.notes)


def test_a_file_without_a_zone_has_that_of_its_place_before_that_of_its_longitude(pvgis_csv, tmp_path):
    """Proves: the zone of the place counts unless one is stated, and nothing is assumed then.

    If ignored: at 75° W a place that keeps UTC-4 has its sun an hour early.
    """
    path = tmp_path / "tmy.csv"
    path.write_text(pvgis_csv, encoding="utf-8")
    of_place = read_weather(path, default_offset_h=-4.0)
    assert of_place.utc_offset_h == -4.0
    assert not any("W209" in note for note in of_place.notes)
    assert read_weather(path, utc_offset_h=-5.0, default_offset_h=-4.0).utc_offset_h == -5.0


def nsrdb(zone: float, minutes: tuple[int, ...], leap: bool, local: float = -5) -> str:
    keys = "Source,Location ID,City,State,Country,Latitude,Longitude,Time Zone,Elevation,Local Time Zone"
    meta = f"NSRDB,1,-,-,-,10.0,-75.0,{zone},10,{local}"
    columns = "Year,Month,Day,Hour,Minute,GHI,DNI,DHI,Temperature,Relative Humidity,Pressure,Wind Speed"
    rows = []
    stamped = stamps(leap=leap)
    start = np.arange(len(stamped), dtype=float)
    start[(31 + 28) * 24 :] -= 24.0 if leap else 0.0
    hours = start[:, None] + np.array(minutes) / 60.0 - zone
    for (m, d, h), of_hour in zip(stamped, sun_at(hours.ravel(), 10.0, -75.0).reshape(hours.shape), strict=True):
        for minute, height in zip(minutes, of_hour, strict=True):
            dni = 700.0 if height > 0 else 0.0
            rows.append(f"2012,{m},{d},{h},{minute},{800 * height:.1f},{dni},{100 * height:.1f},25.0,70,1010,2")
    return "\n".join([keys, meta, columns, *rows]) + "\n"


@pytest.mark.medium
@pytest.mark.parametrize(("zone", "minutes", "leap"), [(-5, (30,), False), (0, (0, 30), True)])
def test_nsrdb_local_or_utc_hourly_or_finer(zone, minutes, leap, tmp_path):
    """Proves: both clocks, half hours and leap years give the same local hours. If ignored: shifted sun."""
    path = tmp_path / "nsrdb.csv"
    path.write_text(nsrdb(zone, minutes, leap))
    weather = read_weather(path)
    sun = solar.sun_position(weather)
    np.testing.assert_allclose(weather.ghi_w_per_m2, 800.0 * sun.cos_zenith, atol=6.0)
    assert weather.pressure_pa[0] == 101_000.0


@pytest.mark.medium
@pytest.mark.parametrize("zone", [-4.5, 0])
def test_nsrdb_of_a_place_with_half_hours_in_its_zone(zone, tmp_path):
    """Proves: a local zone of -4.5 h is read, on either clock. If ignored: files of India and Iran are "damaged"."""
    path = tmp_path / "nsrdb.csv"
    path.write_text(nsrdb(zone, (0, 30), leap=False, local=-4.5))
    weather = read_weather(path)
    assert weather.utc_offset_h == -4.5
    np.testing.assert_allclose(weather.ghi_w_per_m2, 800.0 * solar.sun_position(weather).cos_zenith, atol=6.0)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.csv", "a,b,c\n1,2,3\n"),
        ("x.json", '{"outputs": {}}'),
        ("x.json", "{" * 200_000),
        ("x.csv", "Latitude (decimal degrees): 10\nLongitude (decimal degrees): 5\nElevation (m): 3\nmonth,year\n"),
        ("x.csv", "Source,Location ID\nNSRDB,1\n"),
        ("x.csv", "1,2,3\nDate (MM/DD/YYYY),Time (HH:MM)\n01/01/1990,01:00\n"),
    ],
)
def test_unknown_and_damaged_files_are_refused(name, content, tmp_path):
    path = tmp_path / name
    path.write_text(content)
    with pytest.raises(DataError, match=r"E20[13]"):
        read_weather(path)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        (
            "x.csv",
            "Year,Month,Day,Hour,Minute,GHI\n2019,1,1,0,30,0\n",
            "the first two lines of an NSRDB file are missing",
        ),
        (
            "x.csv",
            "Latitude (decimal degrees):\t6\nSlope: 20\ntime,G(i),H_sun,T2m\n20190101:0030,0,0,2\n",
            "not a typical",
        ),
    ],
)
def test_a_file_of_a_known_service_without_its_head_or_of_another_kind_is_named(name, content, words, tmp_path):
    """Proves: what is missing or to be exported is said. If ignored: "rows of another form"."""
    (tmp_path / name).write_text(content)
    with pytest.raises(DataError, match=words):
        read_weather(tmp_path / name)


def test_dates_with_the_day_first_are_named(tmp_path):
    """Proves: a TMY3 file whose dates a spreadsheet turned round is told so. If ignored: words of pandas."""
    lines = (DATA / "723170TYA.CSV").read_text().splitlines(keepends=True)
    turned = [line if i < 2 else f"{line[3:5]}/{line[:2]}{line[5:]}" for i, line in enumerate(lines)]
    (tmp_path / "x.csv").write_text("".join(turned))
    with pytest.raises(DataError, match="in the place of a date, month/day/year"):
        read_weather(tmp_path / "x.csv")


def test_cut_pvgis_file_is_refused(pvgis_csv, tmp_path):
    path = tmp_path / "tmy.csv"
    path.write_text("\n".join(pvgis_csv.splitlines()[:5000]))
    with pytest.raises(DataError, match="E201"):
        read_weather(path)


def test_contradicting_zone_is_refused(epw_lines, write):
    with pytest.raises(DataError, match="E201"):
        read_weather(write(epw_lines), utc_offset_h=1.0)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: text.replace("20.", "warm", 1), "in the place of a number"),
        (lambda text: text.replace(",", ";"), "commas between fields"),
        (lambda text: text.replace("10.000", "here", 1), "'here' in the place of a number"),
    ],
)
def test_a_damaged_table_is_told_in_words(change, told, pvgis_csv, tmp_path):
    """Proves: what a parser says in Python's words is told in plain ones. If ignored: "got list index out of range"."""
    path = tmp_path / "tmy.csv"
    path.write_text(change(pvgis_csv), encoding="utf-8")
    with pytest.raises(DataError) as error:
        read_weather(path)
    text = str(error.value)
    assert told in text
    assert "convert string" not in text
    assert "list index" not in text


def test_an_impossible_time_zone_is_no_fault_of_the_file(pvgis_csv, tmp_path):
    """Proves: a zone of 30 h is refused as an argument. If ignored: a sound file is downloaded again."""
    path = tmp_path / "tmy.csv"
    path.write_text(pvgis_csv, encoding="utf-8")
    for name in ("utc_offset_h", "default_offset_h"):
        with pytest.raises(DataError, match="the time zone is impossible; got 30; allowed: -12 to 14"):
            read_weather(path, **{name: 30.0})
