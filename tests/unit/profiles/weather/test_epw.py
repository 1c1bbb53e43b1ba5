"""Reading EPW files, sound and broken."""

import re

import numpy as np
import pytest

from edsim.core.errors import DataError
from edsim.profiles.weather import read_epw, read_weather
from edsim.profiles.weather.location import parse_location

CASE = "LOCATION,Cartagena,BOL,COL,test,801230,"


def codes(error: pytest.ExceptionInfo[DataError]) -> set[str]:
    return {finding.code for finding in error.value.findings}


def test_all_fields_come_back(year, epw_lines, write):
    """Proves: each field lands in its array, hour 1 of 1 January first. If ignored: columns or hours are swapped."""
    weather = read_epw(write(epw_lines))
    assert (weather.lat_deg, weather.lon_deg, weather.utc_offset_h, weather.elevation_m) == (10.44, -75.51, -5.0, 2.0)
    for name in ("dry_bulb_temp_c", "ghi_w_per_m2", "dni_w_per_m2", "dhi_w_per_m2", "wind_speed_m_per_s"):
        np.testing.assert_allclose(getattr(weather, name), getattr(year, name), atol=0.006)
    np.testing.assert_allclose(weather.relative_humidity_frac, year.relative_humidity_frac, atol=6e-5)
    np.testing.assert_allclose(weather.wet_bulb_temp_c, year.wet_bulb_temp_c, atol=0.02)
    np.testing.assert_allclose(weather.sky_infrared_w_per_m2, year.sky_infrared_w_per_m2, atol=0.006)
    assert weather.notes == ()
    assert not weather.synthetic
    assert weather.air_at_hour_end
    assert not year.air_at_hour_end


@pytest.mark.parametrize(
    ("line", "site"),
    [
        ("LOCATION,Mumbai,-,IND,x,999,19.12,72.85,5,5,11.4", (19.12, 72.85, 5.5, 11.4)),
        ("LOCATION,Kathmandu,-,NPL,x,999,27.70,85.36,5,75,1337.2", (27.7, 85.36, 5.75, 1337.2)),
        ("LOCATION,Bogota, El Dorado,-,COL,IWEC,802220,4.70,-74.13,-5.0,2548.0", (4.7, -74.13, -5.0, 2548.0)),
        ("LOCATION,Cali,-,COL,x,802590,3,54,-76,38,-5.0,964.5", (3.54, -76.38, -5.0, 964.5)),
    ],
)
def test_broken_location_is_read_when_only_one_reading_is_possible(line, site):
    """Proves: decimal commas and commas in names are repaired and said. If ignored: the sun is hours off."""
    found, finding = parse_location(line, 1, "x.epw")
    assert [(s.lat_deg, s.lon_deg, s.utc_offset_h, s.elevation_m) for s in found] == [site]
    assert finding is not None
    assert finding.code == "W202"


def test_ambiguous_decimal_comma_is_refused_when_the_sun_cannot_decide(epw_lines, write):
    """Proves: ``-5,0,2`` may be zone -5.0 at 2 m or zone -5 at 0.2 m; equal suns cannot tell, so it is refused.

    If ignored: elevation or time zone is guessed.
    """
    with pytest.raises(DataError) as error:
        read_epw(write([CASE + "10.44,-75.51,-5,0,2", *epw_lines[1:]]))
    assert codes(error) == {"E202"}
    assert "time zone -5" in str(error.value)


def test_half_hour_zone_with_decimal_comma_is_found_by_the_sun(make_normals, epw_lines, write):
    """Proves: ``5,5,49`` (zone 5.5 or elevation 5.49) is read as 5.5 from the file's own radiation."""
    from edsim.profiles.weather import synthesize_year

    india = synthesize_year(make_normals(ghi_kwh_per_m2_day=np.full(12, 4.5)), 23.015, 72.592, 49.0, 5.5, seed=2)
    lines = list(epw_lines)
    for hour in range(8760):
        fields = lines[8 + hour].split(",")
        fields[13:16] = [f"{a[hour]:.1f}" for a in (india.ghi_w_per_m2, india.dni_w_per_m2, india.dhi_w_per_m2)]
        lines[8 + hour] = ",".join(fields)
    weather = read_epw(write(["LOCATION,Ahmedabad,-,-,x,999,23.015,72.592,5,5,49", *lines[1:]]))
    assert (weather.utc_offset_h, weather.elevation_m) == (5.5, 49.0)
    assert any("W202" in note for note in weather.notes)


@pytest.mark.parametrize(
    ("zone", "hours"), [("-5:00", -5.0), ("5:30", 5.5), ("+05:45", 5.75), ("-0:30", -0.5), ("-3:30", -3.5)]
)
def test_a_zone_of_hours_and_minutes_is_read(zone, hours):
    """Proves: ``5:30`` is five and a half hours, west negative. If ignored: files of India and Caracas are refused."""
    (site,), finding = parse_location(f"LOCATION,Place,-,-,x,999,20.0,{15 * hours:g},{zone},2.0", 1, "f.epw")
    assert (site.utc_offset_h, finding) == (hours, None)


@pytest.mark.parametrize(
    "line",
    [
        CASE + "10.44,-75.51,-5:3,2.0",
        CASE + "10.44,-75.51,:30,2.0",
        CASE + "10.44,-75.51,-5.0",
        CASE + "95.0,-75.51,-5.0,2.0",
        CASE + "10.44,-75.51,-5.1,2.0",
        CASE + "ten,-75.51,-5.0,2.0",
        CASE + "nan,-75.51,-5.0,2.0",
        CASE + "10.44,-75.51,-5.0,2.0,a,b,c",
    ],
)
def test_hopeless_location_is_refused_with_its_line(line, epw_lines, write):
    with pytest.raises(DataError) as error:
        read_epw(write([line, *epw_lines[1:]]))
    assert codes(error) == {"E202"}
    assert error.value.findings[0].line == 1


def test_a_time_zone_of_the_wrong_sign_is_said(year, epw_lines, write):
    """Proves: a file of the Americas with its zone east of Greenwich gets W215. If ignored: noon at midnight."""
    first = epw_lines[0].split(",")
    first[8] = f"{-float(first[8]):g}"
    found = read_epw(write([",".join(first), *epw_lines[1:]]))
    assert found.utc_offset_h == -year.utc_offset_h
    assert any("W215" in note for note in found.notes)
    assert not any("W215" in note for note in read_epw(write(epw_lines)).notes)


def test_missing_location_is_refused(epw_lines, write):
    """Proves: who gives another kind of weather file is told which function reads it. If ignored: a dead end."""
    with pytest.raises(DataError, match=r"read_weather\(path\) reads TMY2, TMY3, PVGIS, NSRDB and Open-Meteo") as error:
        read_epw(write(epw_lines[1:]))
    assert codes(error) == {"E202"}


@pytest.mark.parametrize("lost", [1, 8])
def test_an_epw_without_its_first_lines_is_known_as_one(epw_lines, write, lost):
    """Proves: a file that begins with DESIGN CONDITIONS or with the data lacks LOCATION. If ignored: no way on."""
    with pytest.raises(DataError, match="no LOCATION line") as error:
        read_weather(write(epw_lines[lost:]))
    assert codes(error) == {"E202"}


def test_8759_hours_are_refused_naming_the_missing_one(epw_lines, write):
    """Proves: a missing row is named, not slipped over. If ignored: every later hour is one hour off."""
    lines = [*epw_lines[: 8 + 100], *epw_lines[8 + 101 :]]
    with pytest.raises(DataError) as error:
        read_epw(write(lines))
    assert codes(error) == {"E203"}
    assert "first 01-05 04:00" in error.value.findings[0].got


def test_an_hour_given_twice_is_refused(epw_lines, write):
    with pytest.raises(DataError, match="E203"):
        read_epw(write([*epw_lines, epw_lines[50]]))


def test_29_february_is_dropped_and_said(year, epw_lines, write):
    after = 8 + (31 + 28) * 24
    leap = [line.replace("2009,2,28,", "2009,2,29,", 1) for line in epw_lines[after - 24 : after]]
    weather = read_epw(write([*epw_lines[:after], *leap, *epw_lines[after:]]))
    np.testing.assert_allclose(weather.dry_bulb_temp_c, year.dry_bulb_temp_c, atol=0.006)
    assert any("W203" in note for note in weather.notes)


def test_rows_out_of_order_are_put_in_order(year, epw_lines, write):
    mixed = [*epw_lines[:8], *epw_lines[4000:], *epw_lines[8:4000]]
    weather = read_epw(write(mixed))
    np.testing.assert_allclose(weather.dry_bulb_temp_c, year.dry_bulb_temp_c, atol=0.006)
    assert any("order of the calendar" in note for note in weather.notes)


def test_two_rows_an_hour_are_averaged(epw_lines, write, year):
    doubled = [line for row in epw_lines[8:] for line in (row, row)]
    weather = read_epw(write([*epw_lines[:8], *doubled]))
    np.testing.assert_allclose(weather.dry_bulb_temp_c, year.dry_bulb_temp_c, atol=0.006)
    assert any("2 an hour" in note for note in weather.notes)


def test_short_gap_is_a_straight_line(epw_lines, write, edit):
    """Proves: by hand, 20, ?, ?, 26 becomes 20, 22, 24, 26. If ignored: 99.9 °C enters the loads."""
    lines = edit(edit(epw_lines, range(100, 101), 6, "20.0"), range(103, 104), 6, "26.0")
    weather = read_epw(write(edit(lines, range(101, 103), 6, "99.9")))
    np.testing.assert_allclose(weather.dry_bulb_temp_c[100:104], [20.0, 22.0, 24.0, 26.0])
    assert any("W205" in note and "2 hours" in note for note in weather.notes)


def test_long_gap_takes_the_same_hour_of_neighboring_days(epw_lines, write, edit, year):
    weather = read_epw(write(edit(epw_lines, range(4800, 4824), 6, "99.9")))
    around = [4800 + 14 + 24 * d for d in range(-11, 12) if d != 0]
    assert weather.dry_bulb_temp_c[4814] == pytest.approx(np.mean(year.dry_bulb_temp_c[around]), abs=0.01)


def test_too_much_missing_is_refused(epw_lines, write, edit):
    with pytest.raises(DataError) as error:
        read_epw(write(edit(epw_lines, range(1000, 1400), 21, "999")))
    assert codes(error) == {"E205"}
    assert "400 hours missing" in error.value.findings[0].got


def test_missing_radiation_pressure_and_infrared_are_derived(epw_lines, write, edit, year):
    """Proves: direct follows from global and diffuse, pressure from elevation, infrared from dew point."""
    lines = epw_lines
    for field, code in ((14, "9999"), (9, "999999"), (12, "9999")):
        lines = edit(lines, range(8760), field, code)
    weather = read_epw(write(lines))
    high = year.ghi_w_per_m2 > 300
    np.testing.assert_allclose(weather.dni_w_per_m2[high], year.dni_w_per_m2[high], rtol=0.02)
    assert weather.pressure_pa[0] == pytest.approx(101_301, abs=2)
    assert weather.sky_infrared_w_per_m2.mean() == pytest.approx(year.sky_infrared_w_per_m2.mean(), rel=0.03)
    assert {code for code in ("W206", "W207", "W208") if any(code in n for n in weather.notes)} == {
        "W206",
        "W207",
        "W208",
    }


def test_dew_point_stands_in_for_missing_humidity(epw_lines, write, edit):
    lines = edit(edit(epw_lines, range(500, 501), 8, "999"), range(500, 501), 7, "20.0")
    weather = read_epw(write(edit(lines, range(500, 501), 6, "30.0")))
    assert weather.relative_humidity_frac[500] == pytest.approx(0.551, abs=0.002)  # 2339 Pa / 4246 Pa


@pytest.mark.medium
def test_humidity_over_100_is_capped_and_far_over_refused(epw_lines, write, edit):
    weather = read_epw(write(edit(epw_lines, range(10, 12), 8, "104")))
    assert weather.relative_humidity_frac[10] == 1.0
    assert any("W214" in note for note in weather.notes)
    with pytest.raises(DataError, match="E204"):
        read_epw(write(edit(epw_lines, range(10, 12), 8, "150")))


@pytest.mark.medium
@pytest.mark.parametrize("value", ["abc", "", "nan", "inf", "-80", "70"])
def test_what_is_no_temperature_is_refused(value, epw_lines, write, edit):
    with pytest.raises(DataError) as error:
        read_epw(write(edit(epw_lines, range(10, 11), 6, value)))
    assert codes(error) == {"E204"}
    assert error.value.findings[0].field == "dry_bulb_temp_c"


def test_decimal_commas_in_the_data_are_named(epw_lines, write):
    lines = [*epw_lines[:8], *(line.replace(".", ",") for line in epw_lines[8:])]
    with pytest.raises(DataError, match="decimal commas"):
        read_epw(write(lines))


def test_impossible_dates_are_refused(epw_lines, write, edit):
    with pytest.raises(DataError, match=r"do not make a date.*\[E203\]"):
        read_epw(write(edit(epw_lines, range(10, 11), 1, "13")))


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-8-sig"])
def test_other_encodings_are_read(encoding, epw_lines, write):
    lines = [epw_lines[0].replace("Cartagena", "Medellín"), *epw_lines[1:]]
    assert read_epw(write(lines, encoding=encoding)).name.startswith("Medellín")


def test_thousands_in_quotes_are_not_taken_for_decimals(epw_lines, write, edit):
    """Proves: ``"1,094"`` W/m² is refused, not read as 1.094. If ignored: the brightest hours are night."""
    with pytest.raises(DataError, match="E204"):
        read_epw(write(edit(epw_lines, range(10, 11), 13, '"1,094"')))


def test_files_that_are_no_text_or_not_there_are_refused(tmp_path):
    with pytest.raises(DataError, match="E201"):
        read_epw(tmp_path / "absent.epw")
    for content, what in ((b"", "empty"), (b"PK\x03\x04\x00\x00", "not text")):
        path = tmp_path / "x.epw"
        path.write_bytes(content)
        with pytest.raises(DataError, match=what):
            read_epw(path)


@pytest.mark.parametrize(
    "rewrite",
    [
        pytest.param(lambda line: line.replace(",", ";").replace(".", ","), id="semicolons and decimal commas"),
        pytest.param(lambda line: line.replace(",", "\t"), id="tabs"),
        pytest.param(lambda line: ",".join(f'"{field}"' for field in line.split(",")), id="quotes"),
        pytest.param(
            lambda line: ",".join(f'"{f.replace(".", ",")}"' if "." in f else f for f in line.split(",")),
            id="decimal commas in quotes",
        ),
        pytest.param(lambda line: line + ",,,", id="empty fields at the end"),
        pytest.param(lambda line: re.sub(r"^\d{4},", ",", line), id="no year"),
        pytest.param(lambda line: re.sub(r"^\d{4},", "-1,", line), id="negative year"),
    ],
)
def test_files_of_spreadsheets_are_read(rewrite, year, epw_lines, write):
    """Proves: what spreadsheets make of an EPW is read as the same year. If ignored: sound files are refused."""
    weather = read_epw(write([rewrite(line) for line in epw_lines]))
    np.testing.assert_allclose(weather.dry_bulb_temp_c, year.dry_bulb_temp_c, atol=0.006)
    assert (weather.lat_deg, weather.utc_offset_h) == (10.44, -5.0)


def test_humidity_as_a_fraction_is_refused(epw_lines, write, edit):
    """Proves: 0.8 where 80 % is meant is found. If ignored: coils condense nothing."""
    with pytest.raises(DataError, match="looks like a fraction"):
        read_epw(write(edit(epw_lines, range(8760), 8, "0.8")))


@pytest.mark.parametrize("path", [None, 5, b"site.epw", ["site.epw"]])
def test_what_is_no_path_is_refused(path):
    with pytest.raises(DataError, match=r"got \w+; allowed: a path.*\[E201\]"):
        read_epw(path)


@pytest.mark.parametrize("style", ["same day", "next day"])
def test_midnight_labeled_0_is_the_last_hour_of_the_day(style, year, epw_lines, write):
    """Proves: labels 1 to 23 and 0 end the interval, whichever date midnight has. If ignored: noon is an hour off."""
    rows = [line.split(",") for line in epw_lines[8:]]
    for i, row in enumerate(rows):
        if row[3] == "24":
            row[1:4] = [*(rows[(i + 1) % 8760][1:3] if style == "next day" else row[1:3]), "0"]
    weather = read_epw(write([*epw_lines[:8], *(",".join(row) for row in rows)]))
    np.testing.assert_allclose(weather.dry_bulb_temp_c, year.dry_bulb_temp_c, atol=0.006)
    assert any("midnight is labeled 0" in note for note in weather.notes)


@pytest.mark.parametrize(
    ("field", "value", "unit"), [(6, "300.1", "K"), (6, "80.6", "°F"), (9, "1013.2", "hPa"), (9, "101.3", "kPa")]
)
def test_the_unit_of_a_column_is_named(field, value, unit, epw_lines, write, edit):
    """Proves: a column in another unit is told which. If ignored: the reader has to guess it from a number."""
    with pytest.raises(DataError, match=rf"8760 values of \w+ are outside .*in {unit} all values would be right"):
        read_epw(write(edit(epw_lines, range(8760), field, value)))


def test_one_wrong_value_is_no_other_unit(epw_lines, write, edit):
    """Proves: a single slip is not taken for a column in kelvin. If ignored: a good column would be converted."""
    with pytest.raises(DataError, match="check units and the column order"):
        read_epw(write(edit(epw_lines, range(5, 6), 6, "300.1")))


def test_a_column_without_any_value_is_told_so(epw_lines, write, edit):
    """Proves: what a file does not tell at all is no gap. If ignored: another year is sought, with the same hole."""
    with pytest.raises(DataError, match="the file tells nothing of it"):
        read_epw(write(edit(epw_lines, range(8760), 21, "999")))


def test_rain_is_read_from_its_depth_or_from_present_weather(epw_lines, write, edit):
    """Proves: 2.5 mm stay 2.5 mm; without a depth observed rain or thunder is 1 mm, fog and "not observed" none.

    If ignored: roofs of files of one kind are rained on and those of another never.
    """
    lines = [
        ",".join((*line.split(",")[:26], "9", "999999999", *["0"] * 7)) if i > 7 else line
        for i, line in enumerate(epw_lines)
    ]
    lines = edit(lines, range(10, 11), 33, "2.5")
    lines = edit(lines, range(20, 23), 33, "999.0")
    lines = edit(edit(lines, range(20, 22), 26, "0"), range(20, 21), 27, "'919999999'")
    lines = edit(lines, range(22, 23), 27, "919999999")
    lines = edit(lines, range(21, 22), 27, "999999929")
    lines = edit(edit(edit(lines, range(23, 24), 33, "999.0"), range(23, 24), 26, "0"), range(23, 24), 27, "099999999")
    rain = read_epw(write(lines)).rain_mm_per_h
    assert rain[[10, 20, 21, 22, 23]].tolist() == [2.5, 1.0, 0.0, 0.0, 1.0]
    assert rain.sum() == 4.5
    assert read_epw(write(epw_lines)).rain_mm_per_h.sum() == 0.0
