"""What `edsim check` shows of the series of a case."""

from collections.abc import Callable
from datetime import datetime, timedelta
from math import sin
from pathlib import Path
from typing import Any

import pytest

from edsim.case.parts.building_use import Measured
from edsim.case.readers.csv_table import Dialect, split_csv
from edsim.case.readers.series import read_series
from edsim.case.readers.series_facts import examine_series
from edsim.case.readers.series_measured import read_measured
from edsim.case.readers.series_times import check_times, is_time, other_weekdays
from edsim.case.readers.series_unit import kw_per_value, names_another, shown_unit, unit_read
from edsim.case.wording.messages import Fault
from edsim.core.errors import DataError


def _measured(base: str, name: str, column: str = "kw") -> str:
    return base.replace(
        "    bau_age_a: 5\n",
        f"    bau_age_a: 5\n    measured: {{cooling: {{file: {name}, column: {column}}}}}\n",
    )


@pytest.mark.parametrize(
    ("content", "delimiter", "decimal", "encoding"),
    [
        ("time;kw;note_kwh\n" + "1;1,5;2\n" * 4380 + "2;2,5;4\n" * 4380, ";", ",", "utf-8"),
        (b"\xef\xbb\xbf" + ("kw,note_kwh\n" + "1.5,2\n" * 4380 + "2.5,4\n" * 4380).encode(), ",", ".", "utf-8"),
        (("kw\tnote_kwh\r\n" + "1.5\t2\r\n" * 4380 + "2.5\t4\r\n" * 4380).encode("utf-16"), "\t", ".", "utf-16"),
        (("kw;note_kwh;hora\n" + "1,5;2;7\n" * 4380 + "2,5;4;7\n" * 4380).encode("cp1252"), ";", ",", "utf-8"),
    ],
    ids=["semicolon and comma", "byte order mark", "UTF-16 with tabs", "plain"],
)
def test_each_column_has_its_facts(
    read: Callable[..., Any], base: str, content: str | bytes, delimiter: str, decimal: str, encoding: str
) -> None:
    """Proves: 4380 h of 1.5 and of 2.5 kW are 17 520 kWh with mean 2, in any dialect.

    If ignored: a decimal comma read as a thousands sign shows up in the results, not in the check.
    """
    facts, _ = examine_series(read(_measured(base, "m.csv"), {"m.csv": content}))
    kw = next(f for f in facts if f.column == "kw")
    assert (kw.min, kw.mean, kw.max, kw.sum, kw.count) == (1.5, 2.0, 2.5, 17520.0, 8760)
    assert (kw.delimiter, kw.decimal, kw.encoding) == (delimiter, decimal, encoding)
    assert kw.used_by == "buildings.hall.measured.cooling.file"
    assert next(f for f in facts if f.column == "note_kwh").sum == 26280.0


def test_a_case_without_series(read: Callable[..., Any]) -> None:
    assert examine_series(read())[0] == ()


def test_faults_of_all_files_come_at_once(read: Callable[..., Any], base: str) -> None:
    """Proves: a hole in one series and letters in another are both named."""
    text = _measured(base, "m.csv").replace("bau: {cooling: split}\nnet", "bau: {cooling: split}\nnet")
    text = text.replace("networks:", "sources:\n  - {id: river, kind: river, file: r.csv}\nnetworks:", 1)
    case = read(text, {"m.csv": "kw\n1\nx\n", "r.csv": "flow_m3_per_h;temp_c\n5;?\n"})
    with pytest.raises(DataError) as raised:
        examine_series(case, "es")
    assert [(f.where, f.code) for f in raised.value.findings] == [("m.csv:3:1", "E129"), ("r.csv:2:3", "E129")]
    assert "no se puede leer como número" in raised.value.findings[0].what


HOUR = timedelta(hours=1)
YEAR, PLAIN = datetime.fromisoformat("2025-01-01"), datetime.fromisoformat("2023-01-01")
TIMES = [f"{YEAR + i * HOUR:%Y-%m-%d %H:%M},{5 + i % 24}" for i in range(8760)]
DAY_FIRST = [f"{YEAR + i * HOUR:%d/%m/%Y %H:%M},{5 + i % 24}" for i in range(1, 8761)]


@pytest.mark.parametrize(
    ("rows", "code", "words"),
    [
        (TIMES, "", ""),
        (DAY_FIRST, "", ""),
        ([*TIMES[:5000], TIMES[4999], *TIMES[5001:]], "E1852", "m.csv:5002:1"),
        ([*TIMES[:72], *TIMES[96:], *TIMES[:24]], "E1852", "allowed: 01-04 00:00"),
        ([*TIMES[4344:], *TIMES[:4344]], "E1853", "got 2025-07-01 00:00"),
        ([f"{YEAR + (i - 5) * HOUR:%Y-%m-%d %H:%M},{i % 24}" for i in range(8760)], "E1853", "not UTC"),
        (["2025-01-01 00:00,5"] * 8760, "E1852", "repeated"),
    ],
    ids=["right", "end of the hour, day first", "an hour twice", "a day missing", "from July", "UTC", "one time"],
)
def test_times_beside_a_series_are_read(
    read: Callable[..., Any], base: str, rows: list[str], code: str, words: str
) -> None:
    """Proves: hours that are repeated, missing or shifted are named. If ignored: loads stand in the wrong hours."""
    case = read(_measured(base, "m.csv"), {"m.csv": "time,kw\n" + "\n".join(rows) + "\n"})
    if not code:
        assert read_series(case.folder, "m.csv", "kw").sum() == sum(5 + i % 24 for i in range(8760))
        return
    with pytest.raises(DataError, match=code) as raised:
        read_series(case.folder, "m.csv", "kw")
    assert words in raised.value.findings[0].text()
    with pytest.raises(DataError, match=code):
        examine_series(case)


def _stamped(layout: str, *, minutes: float = 0.0, year: int = 2023) -> list[str]:
    """Return rows of a plain year with the times `minutes` after the beginning of each hour."""
    first = datetime.fromisoformat(f"{year}-01-01") + timedelta(minutes=minutes)
    return [f"{first + i * HOUR:{layout}},{5 + i % 24}" for i in range(8760)]


NUMBERED = [f"{PLAIN + i * HOUR:%Y%m%d},{1 + i % 24},{5 + i % 24}" for i in range(8760)]
SPLIT = _stamped("%d/%m/%Y,%H:%M")
STANDARD = _stamped("%Y-%m-%dT%H:%M:%S-06:00")
CLOCKS_CHANGED = [
    *STANDARD[:2000],
    *(r.replace("-06:00", "-05:00") for r in _stamped("%Y-%m-%dT%H:%M:%S-06:00", minutes=60)[2000:7000]),
    *STANDARD[7000:],
]


@pytest.mark.parametrize(
    ("header", "rows", "code"),
    [
        ("date,hour,kw", _stamped("%Y-%m-%d,%H"), ""),
        ("date,hour,kw", NUMBERED, ""),
        ("date,time,kw", _stamped("%Y-%m-%d,%H:%M"), ""),
        ("date,time,kw", SPLIT, ""),
        ("date,kw", _stamped("%d/%m/%Y"), ""),
        ("time,kw", CLOCKS_CHANGED, ""),
        ("time,kw", [f"{r[:19]},5" for r in CLOCKS_CHANGED], "E1852"),
        ("time,kw", ["9999-12-31T23:59:59,5"] * 8760, "E1852"),
        ("date,hour,kw", ["9999-12-31,24,5"] * 8760, "E1852"),
        ("time,kw", _stamped("%Y-%m-%d %H:%M", minutes=30), ""),
        ("time,kw", [r.replace(" 03:00:00", " 02:59:59") for r in _stamped("%Y-%m-%d %H:%M:%S")], ""),
        ("time,kw", _stamped("%d/%m/%Y %H:%M"), ""),
        ("Fecha,Hora,kw", [r.replace("M,", ". m.,").lower() for r in _stamped("%d/%m/%Y,%I:%M:%S %p")], ""),
        ("Fecha y hora,kw", _stamped("%d/%m/%Y %I:%M %p", minutes=180), "E1853"),
        ("date,hour,kw", _stamped("%Y-%m-%d,%H", minutes=300), "E1853"),
        ("date,time,kw", [*SPLIT[4344:], *SPLIT[:4344]], "E1853"),
        ("date,hour,kw", [*NUMBERED[:5000], NUMBERED[4999], *NUMBERED[5001:]], "E1852"),
        ("date,time,kw", [*SPLIT[:72], *SPLIT[96:], *SPLIT[:24]], "E1852"),
        ("time,kw", _stamped("%Y-%m-%d %H:%M", minutes=90), "E1853"),
        ("time,kw", [*_stamped("%Y-%m-%d %H:%M", minutes=30)[:99], *_stamped("%Y-%m-%d %H:%M")[99:]], "E1852"),
    ],
    ids=[
        "ISO date and hour",
        "number date and hours 1-24",
        "ISO date and time",
        "day first and time",
        "dates alone",
        "clocks change with the offset",
        "clocks change unsaid",
        "last second of the calendar",
        "last hour of the calendar",
        "middle of hours",
        "seconds of spreadsheets",
        "day first",
        "half days in Spanish",
        "Spanish and three hours late",
        "UTC beside",
        "from July",
        "an hour twice",
        "a day missing",
        "an hour and a half",
        "the offset moves",
    ],
)
def test_times_are_read_as_programs_write_them(header: str, rows: list[str], code: str) -> None:
    """Proves: dates beside hours, the middle of hours and rounded seconds pass; shifts, gaps and repetitions do not.

    If ignored: good files are refused, or loads stand in the wrong hours.
    """
    table = split_csv(f"{header}\n" + "\n".join(rows) + "\n", "m.csv", [], Dialect(), in_order=True)
    assert table is not None
    assert [fault.code for fault in check_times(table, "m.csv")] == ([code] if code else [])


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ([5.0] * 4380 + [6.0] * 4380, ""),
        ([5.0] * 8760, "W1859"),
        ([5.0 + i % 7 for i in range(4000)] + [7.5] * 400 + [5.0 + i % 7 for i in range(4360)], "W1952"),
        ([0.0 if i % 24 < 6 or 4000 < i < 4400 else 5.0 + i % 7 for i in range(8760)], ""),
        ([0.0 if 4000 < i < 4400 else 5.0 + i % 7 for i in range(8760)], "W1974"),
        ([1e6 + i % 7 for i in range(8760)], "W1858"),
        ([5.0 + i / 100 for i in range(8760)], "W1964"),
        ([5.0 + i % 7 for i in range(8759)] + [5000.0], "W1857"),
    ],
    ids=["usual", "flat", "meter stuck", "off for two weeks", "gap", "W for kW", "counter", "one spike"],
)
def test_unlikely_series_are_remarked(read: Callable[..., Any], base: str, values: list[float], code: str) -> None:
    """Proves: a series of a broken meter or in another unit is named before anything is computed."""
    case = read(_measured(base, "m.csv"), {"m.csv": "kw\n" + "\n".join(map(str, values)) + "\n"})
    assert [f.code for f in examine_series(case)[1]] == ([code] if code else [])


def test_bills_that_add_up_are_readings_of_a_counter(read: Callable[..., Any], base: str) -> None:
    """Proves: twelve figures of which each holds those before are named; bills of twelve months are not.

    If ignored: the year is six times the true one, and December the peak of every building.
    """
    for step, codes in ((70_000, ["W1964"]), (0, [])):
        rows = [f"{month},{70_000 + month % 5 + step * (month - 1)}" for month in range(1, 13)]
        case = read(_measured(base, "m.csv", "kWh"), {"m.csv": "mes,kWh\n" + "\n".join(rows) + "\n"})
        assert [f.code for f in examine_series(case)[1]] == codes


@pytest.mark.parametrize(
    ("layout", "codes"),
    [
        ("%Y-%m-%dT%H:%M:%SZ", ["W1827"]),
        ("%d.%m.%Y %H:%MZ", ["W1827"]),
        ("%d/%m/%Y %H:%M UTC", ["W1827"]),
        ("%Y-%m-%dT%H:%M:%S-05:00", []),
        ("%Y-%m-%dT%H:%M:%S", []),
    ],
)
def test_times_of_another_zone_are_remarked(read: Callable[..., Any], base: str, layout: str, codes: list[str]) -> None:
    """Proves: an export in UTC is not taken for local time unsaid. If ignored: all peaks stand five hours late."""
    rows = [f"{YEAR + i * HOUR:{layout}},{5 + i % 7}" for i in range(8760)]
    case = read(_measured(base, "m.csv"), {"m.csv": "time,kw\n" + "\n".join(rows) + "\n"})
    assert [f.code for f in examine_series(case)[1]] == codes


@pytest.mark.parametrize(("year", "codes"), [(2023, ["W1831"]), (2014, []), (2025, [])])
def test_a_year_of_other_weekdays_is_remarked(read: Callable[..., Any], base: str, year: int, codes: list[str]) -> None:
    """Proves: a series of 2023 beside a calendar of 2025 is said, one of 2014 is not: its weekdays are the same.

    If ignored: Sundays of the meter meet Tuesdays of the other buildings, and the peak of the plant is too small.
    """
    rows = [f"{PLAIN + i * HOUR:{year}-%m-%dT%H:%M},{5 + i % 7}" for i in range(8760)]
    case = read(_measured(base, "m.csv"), {"m.csv": "time,kw\n" + "\n".join(rows) + "\n"})
    found = [(f.code, f.got) for f in examine_series(case)[1]]
    assert found == [(code, str(year)) for code in codes]


@pytest.mark.parametrize(("year", "calendar", "other"), [(2018, 2024, 2018), (2020, 2025, 2020), (2024, 2024, None)])
def test_a_leap_year_has_the_weekdays_of_no_other(year: int, calendar: int, other: int | None) -> None:
    """Proves: 2018 and 2024 both begin on a Monday and part after February; 2020 and 2025 begin on a Wednesday.

    If ignored: from March on every Sunday of the meter is a working day of the model, unsaid.
    """
    faults: list[Fault] = []
    table = split_csv(f"date,kw\n{year}-01-01 00:00,5\n", "m.csv", faults, Dialect())
    assert table is not None
    assert other_weekdays(table, calendar) == other


@pytest.mark.parametrize(
    ("column", "said"),
    [("load_tr", [("W1825", "m.csv:1", "tr")]), ("W tower kW", []), ("hp", [])],
    ids=["tons", "kW of a west tower", "heat pump"],
)
def test_a_column_named_in_another_unit_is_remarked(
    read: Callable[..., Any], base: str, column: str, said: list[tuple[str, str, str]]
) -> None:
    """Proves: a load in tons of refrigeration is not taken for kW unsaid. If ignored: plants are 3.5 times small."""
    text = f"fecha;{column}\n" + "".join(f"01/01/2025;{5 + i % 7}\n" for i in range(8760))
    remarks = examine_series(read(_measured(base, "m.csv", column), {"m.csv": text}))[1]
    assert [(remark.code, remark.where, remark.got) for remark in remarks] == said


@pytest.mark.parametrize(("name", "says_when"), [("fecha y hora", True), ("hour of year", True), ("y", False)])
def test_columns_that_say_when_are_told_by_name(name: str, says_when: bool) -> None:
    """Proves: a column of values named ``y`` is not taken for times. If ignored: it is refused as missing."""
    assert is_time(name) == says_when


@pytest.mark.parametrize(
    ("measured", "code"),
    [
        ("{cooling: {annual_kwh: 900000, peak_kw: 400}}", ""),
        ("{cooling: {annual_kwh: 1000000, peak_kw: 114}}", "W1944"),
        ("{cooling: {annual_kwh: 1000000, peak_kw: 113}}", "E1855"),
        ("{cooling: {annual_kwh: 900}}", "W1858"),
        ("{cooling: {annual_kwh: 900000, peak_kw: 90}}", "E1855"),
        ("{cooling: {column: kw}}", "E1856"),
    ],
)
def test_measured_totals_are_weighed(faults: Callable[..., Any], base: str, measured: str, code: str) -> None:
    """Proves: MWh typed for kWh, a peak at or below the mean, and a meter without figures are named (12 000 m2)."""
    found = faults(base.replace("    bau_age_a: 5\n", f"    bau_age_a: 5\n    measured: {measured}\n"))
    assert [f.code for f in found] == ([code] if code else [])


def test_a_file_of_several_columns_needs_one_named(read: Callable[..., Any], base: str) -> None:
    """Proves: which of two columns counts is asked (E1854), and a table no cell of which can be read is no crash."""
    text = base.replace("    bau_age_a: 5\n", "    bau_age_a: 5\n    measured: {cooling: {file: m.csv}}\n")
    case = read(text, {"m.csv": "a_kw,b_kw\n" + "1,2\n" * 8760})
    with pytest.raises(DataError, match="E1854"):
        read_series(case.folder, "m.csv")
    split = read(text, {"m.csv": "kw\n" + "1,5\n" * 8760})
    with pytest.raises(DataError, match="E141") as raised:
        examine_series(split)
    assert len(raised.value.findings) == 1


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("kw;room\n" + "5;1\n" * 2000 + ";\n" * 24 + "5;1\n" * 6760, "m.csv:2002:1"),
        ("kw\n" + "5\n" * 2000 + "\n" * 24 + "5\n" * 6760, "m.csv:2002:1"),
        ("kw;room\n" + "5;1\n" * 8760 + ";\n" * 24 + "\n", ""),
        ("kw\r\r\n" + "5\r\r\n" * 8760, ""),
    ],
    ids=["rows of empty cells", "empty lines", "at the end", "after every row"],
)
def test_empty_rows_of_a_series_are_missing_hours(read: Callable[..., Any], base: str, text: str, where: str) -> None:
    """Proves: a day without values is refused where it stands. If ignored: all later hours move up by a day."""
    case = read(_measured(base, "m.csv"), {"m.csv": text})
    if not where:
        assert read_series(case.folder, "m.csv", "kw").sum() == 5.0 * 8760
        return
    with pytest.raises(DataError, match="E129") as raised:
        read_series(case.folder, "m.csv", "kw")
    assert raised.value.findings[0].where == where


@pytest.mark.parametrize(
    ("column", "unit", "service", "kw", "shown", "total", "remark"),
    [
        ("frio_kWh", "", "cooling", 40.0, "kWh/15 min", 350_400.0, ""),
        ("frio kW", "", "cooling", 10.0, "kW", 87_600.0, ""),
        ("frio (kWh/h)", "", "cooling", 10.0, "kW", 87_600.0, ""),
        ("frio", "kWh", "cooling", 40.0, "kWh/15 min", 350_400.0, ""),
        ("frio_TR", "", "cooling", 10.0, "kW", 87_600.0, "tr"),
        ("frio_TR", "TR", "cooling", 35.168528, "TR", 308_076.30528, ""),
        ("frio_kWh", "MWh", "cooling", 40_000.0, "MWh/15 min", 350_400_000.0, "kWh"),
        ("aire Nm3/h", "", "compressed_air", 10.0, "Nm3/h", 87_600.0, ""),
        ("aire_kWh", "", "compressed_air", 10.0, "Nm3/h", 87_600.0, "kWh"),
    ],
)
def test_a_series_is_read_in_its_unit(
    column: str, unit: str, service: str, kw: float, shown: str, total: float, remark: str
) -> None:
    """Proves: 10 kWh in every quarter of an hour are 40 kW and 350 400 kWh/a; nothing is assumed of other units.

    If ignored: the most common file of a smart meter gives a quarter of the load.
    """
    measured = Measured(file="m.csv", column=column, unit=unit or None)
    read_in = unit_read(measured, service, column)
    assert kw_per_value(read_in, 4) * 10.0 == pytest.approx(kw)
    assert kw_per_value(read_in, 4) * 10.0 * 8760 == pytest.approx(total)
    assert shown_unit(read_in, 35_040) == shown
    assert names_another(column, read_in) == remark


@pytest.mark.parametrize(("column", "heading"), [("frio_kWh", "frio_kWh"), ("frio", "frio [kWh]")])
def test_quarter_hours_of_energy_become_power(read: Callable[..., Any], base: str, column: str, heading: str) -> None:
    """Proves: the profile and the line of `edsim check` take the energy of quarter hours as such, brackets or not."""
    case = read(_measured(base, "m.csv", column), {"m.csv": heading + "\n" + "10\n30\n" * 17_520})
    measured = next(b for b in case.buildings if b.measured).measured["cooling"]
    assert read_measured(case.folder, measured, "cooling").values == pytest.approx(80.0)
    (facts,), _ = examine_series(case)
    assert (facts.unit, facts.year_total, facts.total_unit) == ("kWh/15 min", 700_800.0, "kWh")


@pytest.mark.parametrize(
    ("heading", "unit", "asked"),
    [("frio_kw", "", True), ("frio [kW]", "", False), ("kW", "", False), ("x", "kW", False)],
)
def test_quarter_hours_of_no_stated_unit_are_asked_for(
    read: Callable[..., Any], base: str, heading: str, unit: str, asked: bool
) -> None:
    """Proves: 35 040 values named kW in a longer name are told as read; kW alone, bracketed or in the case settles it.

    If ignored: energies of a quarter of an hour under the heading of power give a quarter of the load, silently.
    """
    text = _measured(base, "m.csv", heading.partition(" [")[0])
    text = text.replace("file: m.csv", f"file: m.csv, unit: {unit}") if unit else text
    _, remarks = examine_series(read(text, {"m.csv": heading + "\n" + "10\n30\n" * 17_520}))
    assert ("W1958" in [r.code for r in remarks]) == asked


def test_prices_of_the_market_in_another_currency_are_remarked(read: Callable[..., Any], base: str) -> None:
    """Proves: hours far below the price of any market are told. If ignored: dollars are taken for pesos."""
    hours = {"s.csv": "p\n" + "0.00005\n" * 8760}
    spot = base.replace("tariffs:", "tariffs:\n  - {id: spot, energy_per_kwh: 0.1, spot_file: s.csv}", 1)
    _, remarks = examine_series(read(spot, hours))
    assert [r.field for r in remarks if r.code == "W1890"] == ["tariffs.spot.spot_file"]


@pytest.mark.parametrize(
    ("drop", "count", "place", "allowed"),
    [(slice(100, 101), 8759, 102, "01-05 04:00"), (slice(0, 0), 17_520, 0, ""), (slice(0, 0), 8761, 0, "")],
    ids=["hour missing", "half hours", "first hour of the next year"],
)
def test_a_series_of_another_length_says_where(
    tmp_path: Path, drop: slice, count: int, place: int, allowed: str
) -> None:
    """Proves: a missing hour is named by its row, a series whole in another step by its length and what to do.

    If ignored: one hour of 8760 is looked for by eye.
    """
    step = timedelta(minutes=30 if count == 17_520 else 60)
    times = [datetime.fromisoformat("2025-01-01") + i * step for i in range(max(count, 8760))]
    del times[drop]
    (tmp_path / "m.csv").write_text("time,kw\n" + "".join(f"{t:%Y-%m-%d %H:%M},5\n" for t in times), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_series(tmp_path, "m.csv")
    (said,) = caught.value.findings
    assert (said.code, said.line or 0, said.allowed) == ("E1852" if place else "E144", place, allowed)
    assert said.hint


def test_a_second_row_of_names_is_named(tmp_path: Path) -> None:
    """Proves: words above the numbers of a logger are a second row of names. If ignored: "no number" alone."""
    (tmp_path / "m.csv").write_text("Point,B1.KW\nTime,value\n" + "1,5\n" * 8760, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_series(tmp_path, "m.csv", "B1.KW")
    assert [(f.code, f.line, f.got) for f in caught.value.findings] == [("E1888", 2, "value")]


@pytest.mark.parametrize(("heading", "code"), [("price_eur_mwh", "W1953"), ("price", "")])
def test_prices_named_after_another_unit_are_remarked(
    read: Callable[..., Any], base: str, heading: str, code: str
) -> None:
    """Proves: a column of EUR/MWh read as it stands is remarked. If ignored: 55 USD/MWh pass for 55 pesos a kWh."""
    text = base.replace("tariffs:\n  - id: main\n", "tariffs:\n  - id: main\n    spot_file: m.csv\n", 1)
    case = read(text, {"m.csv": f"{heading}\n" + "".join(f"0.0{i % 7 + 1}\n" for i in range(8760))})
    assert [f.code for f in examine_series(case)[1]] == ([code] if code else [])


def _office_kw(hour: int) -> float:
    """Return the load of an office of 2025, which begins on a Wednesday: 7 to 18 on weekdays."""
    day, clock = divmod(hour, 24)
    at_work = (day + 2) % 7 < 5 and 7 <= clock < 18
    return (700.0 if at_work else 60.0) * (1.0 + 0.1 * sin(0.7 * hour))


@pytest.mark.parametrize(
    ("late_h", "codes"), [(0, []), (2, []), (5, ["W1972"]), (12, ["W1972"]), (24, []), (72, ["W1973"])]
)
def test_an_office_works_by_day_and_rests_at_the_weekend(
    read: Callable[..., Any], base: str, late_h: int, codes: list[str]
) -> None:
    """Proves: a meter in UTC, shifted by half a day or by three days is told; two hours or one day late is not.

    If ignored: the peak of the plant falls into the cheap hours of the tariff, or on Sundays.
    """
    content = "kw\n" + "\n".join(f"{_office_kw(h - late_h):.2f}" for h in range(8760)) + "\n"
    _, remarks = examine_series(read(_measured(base, "m.csv"), {"m.csv": content}))
    assert [r.code for r in remarks if r.code in {"W1972", "W1973"}] == codes


@pytest.mark.parametrize(
    ("value", "hours", "codes"),
    [(0.0, 400, ["W1974"]), (0.0, 48, []), (0.0, 2000, []), (402.0, 720, ["W1952"]), (402.0, 100, [])],
)
def test_a_gap_and_a_stopped_meter_are_told(
    read: Callable[..., Any], base: str, value: float, hours: int, codes: list[str]
) -> None:
    """Proves: 17 days of zeros in a series without any are a gap, two days and a season are not.

    30 days of one value are a stopped meter also where nights repeat one. If ignored: the year is too small.
    """
    kw = [value if 2000 <= h < 2000 + hours else round(_office_kw(h), -1) for h in range(8760)]
    content = "kw\n" + "\n".join(f"{v:g}" for v in kw) + "\n"
    _, remarks = examine_series(read(_measured(base, "m.csv"), {"m.csv": content}))
    assert [r.code for r in remarks if r.code in {"W1952", "W1974"}] == codes


def test_a_copy_of_a_series_under_another_name_is_told(read: Callable[..., Any], base: str) -> None:
    """Proves: the same values in two files for two buildings are one meter. If ignored: its demand counts twice."""
    content = "kw\n" + "\n".join(f"{_office_kw(h):.2f}" for h in range(8760)) + "\n"
    text = _measured(base, "a.csv").replace(
        "    bau: {cooling: split}\nnetworks",
        "    bau: {cooling: split}\n    measured: {cooling: {file: b.csv}}\nnetworks",
    )
    _, remarks = examine_series(read(text, {"a.csv": content, "b.csv": content}))
    assert [r.field for r in remarks if r.code == "W1971"] == ["buildings.hotel.measured.cooling.file"]
