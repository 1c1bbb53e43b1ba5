"""Series as other programs write them: EnergyPlus, TRNSYS, City Energy Analyst, trend logs, exchanges, Parquet."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from edsim.case.parts.building_use import Measured
from edsim.case.readers.series import read_series
from edsim.case.readers.series_measured import read_measured
from edsim.case.readers.series_unit import stated_unit, unit_read
from edsim.core.errors import DataError

HOURS = range(8760)
FIRST = datetime.fromisoformat("2023-01-01")


def _write(folder: Path, name: str, head: str, row: str) -> str:
    times = [FIRST + timedelta(hours=h) for h in HOURS]
    body = "\n".join(row.format(h=h, end=h + 1, iso=times[h], us=f"{times[h]:%m/%d/%Y %I:%M %p}") for h in HOURS)
    (folder / name).write_text(f"{head}\n{body}\n", encoding="utf-8")
    return name


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("Cooling:EnergyTransfer [J](Hourly)", "J"), ("HHW (MBH)", "MBH"), ("CHW (tons)", "TR"),
        ("gas [therms]", "therm"), ("Q_cool [kJ/hr]", "kJ/hr"), ("frio_kWh", "kWh"), ("frio (kWh/h)", "kW"),
        ("load (north)", ""), ("load_MWh", ""), ("temp [degC]", ""), ("flow [m3/h]", ""), ("ice (t)", ""),
    ],
)  # fmt: skip
def test_a_unit_in_brackets_is_the_unit(heading: str, unit: str) -> None:
    """Proves: J, MBH and tons beside the name are what the series is read in; what is no energy or in doubt is not.

    If ignored: 500 MBH are read as 500 kW, three times too much, and J as kW, 3.6 million times.
    """
    assert stated_unit(heading) == unit
    assert unit_read(Measured(file="m.csv"), "cooling", heading) == (unit or "kW")
    assert unit_read(Measured(file="m.csv", unit="MW"), "cooling", heading) == "MW"


@pytest.mark.parametrize(
    ("head", "row", "column", "kw"),
    [
        ("Date/Time,Heating:EnergyTransfer [J](Hourly)", " 01/01  {end:02d}:00:00,360000000.0", None, 100.0),
        ("Timestamp,HHW (MBH),site", "{us},500,north", None, 500 * 1055.05585262 / 3600),
        ("  TIME\t Q_heat\n \t kJ/hr", "+{end}.0000E+00\t+3.6000E+05", None, 100.0),
        ("date,Name,Qhs_sys_kWh,E_sys_kWh", "{iso},B1000,100,30", "Qhs_sys_kWh", 100.0),
        ("date,Name,Qhs_sys_kWh,note", "{iso},B1000,100,n/a", "Qhs_sys_kWh", 100.0),
    ],
    ids=["EnergyPlus", "trend log", "TRNSYS", "City Energy Analyst", "notes"],
)
def test_files_of_other_programs(tmp_path: Path, head: str, row: str, column: str | None, kw: float) -> None:
    """Proves: units in headings and rows of units count, columns of names are none of numbers.

    If ignored: files of other programs would have to be rewritten by hand, with a factor to forget.
    """
    name = _write(tmp_path, "m.csv", head, row)
    meter = read_measured(tmp_path, Measured(file=name, column=column), "heating")
    np.testing.assert_allclose(meter.values, kw, rtol=1e-9)


@pytest.mark.medium
def test_a_meter_of_three_decimals_is_read_where_commas_part_the_columns(tmp_path: Path) -> None:
    """Proves: a logger's ``47.995`` in every row is 48 where columns are parted by commas, open with semicolons.

    If ignored: a year of quarter hours rounded to a watt-hour is refused, with nothing its owner could declare.
    """
    made = _write(tmp_path, "logger.csv", "time,kW", "{iso},47.995")
    np.testing.assert_allclose(read_series(tmp_path, made), 47.995)
    made = _write(tmp_path, "open.csv", "time;kW", "{iso};47.995")
    with pytest.raises(DataError, match="E135"):
        read_series(tmp_path, made)


def test_a_workbook_of_hours(tmp_path: Path) -> None:
    """Proves: the one sheet of a workbook is read with its dates; two sheets are asked about. If ignored: E102."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("trend")
    sheet.append(["Timestamp", "CHW (tons)"])
    for h in HOURS:
        sheet.append([FIRST + timedelta(hours=h), 100.0])
    book.save(tmp_path / "m.xlsx")
    meter = read_measured(tmp_path, Measured(file="m.xlsx"), "cooling")
    np.testing.assert_allclose(meter.values, 351.68528)
    two = Workbook()
    two.create_sheet("other")
    two.save(tmp_path / "two.xlsx")
    with pytest.raises(DataError, match=r"E164"):
        read_measured(tmp_path, Measured(file="two.xlsx"), "cooling")


def test_parquet_is_read_as_its_table(tmp_path: Path) -> None:
    """Proves: hours from Parquet are those of the same CSV, times checked. If ignored: pandas users go through text."""
    import duckdb

    step = "TIMESTAMP '2023-01-01' + INTERVAL (h) HOUR"
    rows = f"SELECT {step} AS time, h % 24 + 0.5 AS 'heat [MWh]' FROM range(8760) t(h)"  # noqa: S608 - fixed text
    with duckdb.connect() as database:
        database.execute(f"COPY ({rows}) TO '{tmp_path / 'm.parquet'}' (FORMAT parquet)")
    meter = read_measured(tmp_path, Measured(file="m.parquet"), "heating")
    np.testing.assert_allclose(meter.values[:25], 1000.0 * (np.arange(25) % 24 + 0.5))
    (tmp_path / "bad.parquet").write_bytes(b"no parquet")
    with pytest.raises(DataError, match=r"bad.parquet.*E102"):
        read_measured(tmp_path, Measured(file="bad.parquet"), "heating")


@pytest.mark.medium
def test_prices_of_an_exchange_follow_the_clocks(tmp_path: Path) -> None:
    """Proves: hours named as stretches in CET/CEST count as they come; in a column of local time they are a fault.

    So is an hour stated twice among those of summer.
    If ignored: the files of the European exchanges would all be refused for an hour that is missing in March.
    """
    spring, autumn = 24 * (31 + 28 + 25) + 2, 24 * (31 + 28 + 31 + 30 + 31 + 30 + 31 + 31 + 30 + 28) + 2
    times = [FIRST + timedelta(hours=h + (spring <= h < autumn)) for h in HOURS]
    stretches = [f"{t:%d.%m.%Y %H:%M} - {t + timedelta(hours=1):%d.%m.%Y %H:%M}" for t in times]
    body = "\n".join(f"{text},{h % 24}" for h, text in enumerate(stretches))
    (tmp_path / "p.csv").write_text(f"MTU (CET/CEST),Price [EUR/MWh]\n{body}\n", encoding="utf-8")
    assert read_series(tmp_path, "p.csv")[spring] == spring % 24
    lines = body.splitlines()
    lines[4000] = lines[4001]  # a day of summer that states an hour twice
    (tmp_path / "r.csv").write_text("MTU (CET/CEST),Price [EUR/MWh]\n" + "\n".join(lines), encoding="utf-8")
    with pytest.raises(DataError, match=r"r.csv"):
        read_series(tmp_path, "r.csv")
    (tmp_path / "q.csv").write_text(f"time,price\n{body}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"E1852"):
        read_series(tmp_path, "q.csv")


def test_a_column_of_a_source_may_state_its_unit(tmp_path: Path) -> None:
    """Proves: 86 °F are 30 °C, and a unit that does not fit is refused. If ignored: a source of 86 °C is found."""
    (tmp_path / "s.csv").write_text("temp_c [degF],available_kw [m]\n" + "86,1\n" * 8760, encoding="utf-8")
    np.testing.assert_allclose(read_series(tmp_path, "s.csv", "temp_c", unit="degC"), 30.0)
    with pytest.raises(DataError, match=r"s.csv:1.*available_kw.*E127"):
        read_series(tmp_path, "s.csv", "available_kw", unit="kW")
