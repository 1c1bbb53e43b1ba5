"""Sums of months and days as measured demand: what is read as such, and what is refused with the fix."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edsim.case.parts.building_use import Measured
from edsim.case.readers.series_facts import examine_series
from edsim.case.readers.series_measured import Meter, read_measured
from edsim.core.errors import DataError

BILLS = [
    31_000.0,
    28_000.0,
    33_000.0,
    30_000.0,
    35_000.0,
    36_000.0,
    37_000.0,
    38_000.0,
    34_000.0,
    32_000.0,
    30_000.0,
    29_000.0,
]
MONTHS = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"]
ROWS = [f"{m},{v:.0f}" for m, v in zip(MONTHS, BILLS, strict=True)]
DAYS = [f"{date(2025, 1, 1) + timedelta(i)},{900 + i}" for i in range(365)]
POLISH = [
    *("styczeń", "luty", "marzec", "kwiecień", "maj", "czerwiec"),
    *("lipiec", "sierpień", "wrzesień", "październik", "listopad", "grudzień"),
]
CZECH = [
    *("leden", "únor", "březen", "duben", "květen", "červen"),
    *("červenec", "srpen", "září", "říjen", "listopad", "prosinec"),
]


def _read(folder: Path, header: str, rows: list[str], **stated: Any) -> Meter:
    (folder / "bills.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return read_measured(folder, Measured(file="bills.csv", **stated), "cooling")


def _dated(layout: str, first_month: int = 1) -> list[str]:
    months = [(first_month - 1 + i) % 12 for i in range(12)]
    return [
        f"{date(2024 + (first_month - 1 + i) // 12, m + 1, 1):{layout}},{BILLS[m]:.0f}" for i, m in enumerate(months)
    ]


@pytest.mark.parametrize(
    ("header", "rows", "stated"),
    [
        ("Mes,consumo_kWh", ROWS, {}),
        ("month,kWh", [f"{i + 1},{v:.0f}" for i, v in enumerate(BILLS)], {}),
        ("Periodo,Energia kWh", _dated("%m/%Y"), {}),
        ("period,kWh", _dated("%Y-%m", 7), {}),
        ("fecha,kWh", _dated("%d/%m/%Y"), {}),
        ("date,kWh", _dated("%m/%d/%Y"), {}),
        ("Billing date,kWh", _dated("%B %Y"), {"column": "kWh", "step": "month"}),
        ("frio", [r.split(",")[1] for r in ROWS], {"step": "month", "unit": "kWh"}),
        ("Mes,frio", [f"{m},{v / 1000:g}" for m, v in zip(MONTHS, BILLS, strict=True)], {"unit": "MWh"}),
        ("mes,frio [kWh]", ROWS, {}),
        ("year,month,kWh", [f"2024,{i + 1},{v:.0f}" for i, v in enumerate(BILLS)], {}),
        ("Miesiąc,Zużycie kWh", [f"{m},{v:.0f}" for m, v in zip(POLISH, BILLS, strict=True)], {}),
        ("Měsíc,kWh", [f"{m},{v:.0f}" for m, v in zip(CZECH, BILLS, strict=True)], {}),
    ],
    ids=["Spanish names", "numbers", "month and year", "from July", "day first", "month first", "in words", "stated",
         "MWh", "in brackets", "year beside", "Polish names", "Czech names"],
)  # fmt: skip
def test_bills_are_read_as_months(tmp_path: Path, header: str, rows: list[str], stated: dict[str, Any]) -> None:
    """Proves: 12 rows that name their months are kWh of January to December, whichever month the bills begin with.

    If ignored: the usual data of an owner, 12 bills, end in an error.
    """
    meter = _read(tmp_path, header, rows, **stated)
    assert meter.step == "month"
    assert meter.values.tolist() == pytest.approx(BILLS)
    assert meter.peaks_kw is None


@pytest.mark.parametrize(
    ("header", "rows", "stated", "code", "said"),
    [
        ("mes,kWh", ROWS[:11], {}, "E1808", "got 11; allowed: 12"),
        ("mes,kWh", [*ROWS, ROWS[0]], {}, "E1808", "got 13"),
        ("mes,kWh", [*ROWS, "Total,393000"], {}, "E1886", "got Total, 393000"),
        ("mes,kWh", ROWS * 2, {}, "E1808", "got 24"),
        ("mes,kWh", [ROWS[0], ROWS[2], ROWS[1], *ROWS[3:]], {}, "E1852", "got mar; allowed: 02"),
        ("mes,kWh", [*ROWS[:3], "abr,thirty", *ROWS[4:]], {}, "E129", "thirty"),
        ("mes,kWh", [*ROWS[:3], "abr,", *ROWS[4:]], {}, "E129", "bills.csv:5"),
        ("mes,kWh", [*ROWS[:3], "abr,-30000", *ROWS[4:]], {}, "E123", "got -30000"),
        ("mes,MWh", ROWS, {}, "E1811", "unit: MWh"),
        ("mes,kW", ROWS, {}, "E1811", "got kW"),
        ("mes,consumo", ROWS, {}, "E1811", "name the column kWh"),
        ("mes,consumo", ROWS, {"unit": "kW"}, "E1811", "got kW"),
        ("kWh", [r.split(",")[1] for r in ROWS], {}, "E144", "step: month"),
        ("kWh", [r.split(",")[1] for r in ROWS[:11]], {"step": "month"}, "E1808", "got 11"),
        ("mes,frio kWh,total kWh", [f"{r},9" for r in ROWS], {}, "E1854", "column:"),
        ("mes,kWh,punta kW", [f"{r},30" for r in ROWS], {}, "E1832", "its mean, 41.67 kW"),
        ("mes,kWh", [f"{m},0" for m in MONTHS], {}, "E1834", "got 0"),
        ("mes,kWh", [*ROWS[:3], "abr,1e305", *ROWS[4:]], {"unit": "MWh"}, "E123", "allowed: ≤ 1e+15"),
        ("date,kWh", ["9999-12-31,1"] * 400, {}, "E1853", "got 9999-12-31"),
        ("mes,kWh", ROWS, {"peak_column": "kW"}, "E121", "peak_column"),
        ("fecha,kWh", DAYS[:200] + DAYS[201:], {}, "E1852", "allowed: 07-20"),
        ("fecha,kWh", DAYS[:-1], {}, "E1810", "got 364"),
        ("fecha,kWh", DAYS[31:] + DAYS[:31], {}, "E1853", "2025-02-01"),
        ("fecha,kWh,punta kW", [f"{r},900" for r in DAYS], {}, "E1812", "step: month"),
        ("kWh", [r.split(",")[1] for r in DAYS], {}, "E144", "step: day"),
    ],
)  # fmt: skip
def test_what_is_no_year_of_sums_is_refused(
    tmp_path: Path, header: str, rows: list[str], stated: dict[str, Any], code: str, said: str
) -> None:
    """Proves: 11 or 13 months, two years, totals, gaps, text, negatives and other units are named with the way out.

    If ignored: a sum of two years, or MWh taken for kWh, doubles or shrinks the plant unsaid.
    """
    with pytest.raises(DataError) as raised:
        _read(tmp_path, header, rows, **stated)
    assert [f.code for f in raised.value.findings] == [code]
    assert said in raised.value.findings[0].text()


def test_peaks_stand_beside_sums(tmp_path: Path) -> None:
    """Proves: the only column in kW beside one in kWh is the peak of each month, in the order of the sums."""
    rows = [f"{row},{100 + i}" for i, row in enumerate(_dated("%Y-%m", 7))]
    meter = _read(tmp_path, "mes,kWh,demanda kW", rows)
    assert meter.peaks_kw is not None
    assert meter.peaks_kw.tolist() == [106, 107, 108, 109, 110, 111, 100, 101, 102, 103, 104, 105]


@pytest.mark.parametrize(("year", "count"), [(2025, 365), (2024, 366)])
def test_days_are_read_as_days(tmp_path: Path, year: int, count: int) -> None:
    """Proves: 365 dated sums, and 366 of a leap year, are sums of days; nothing but the dates says so."""
    rows = [f"{date(year, 1, 1) + timedelta(i):%d/%m/%Y};{i},5" for i in range(count)]
    meter = _read(tmp_path, "Fecha;Consumo kWh", rows)
    assert meter.step == "day"
    assert meter.values.tolist() == pytest.approx(np.arange(count) + 0.5)


def _with(base: str, measured: str) -> str:
    return base.replace("    bau_age_a: 5\n", f"    bau_age_a: 5\n    measured: {{cooling: {measured}}}\n")


EVEN = "[" + ", ".join(["70000"] * 12) + "]"


@pytest.mark.parametrize(
    ("measured", "code"),
    [
        (f"{{monthly_kwh: {EVEN}}}", ""),
        (
            "{monthly_kwh: [70 MWh, 0.07 GWh, 70000, 70000, 70000, 70000, 70000, 70000, 70000, 70000, 70000, 69 MWh]}",
            "",
        ),
        (f"{{monthly_kwh: {EVEN[:-6]}0]}}", "W1873"),
        (f"{{monthly_kwh: {EVEN[:-8]}]}}", "E126"),
        (f"{{monthly_kwh: {EVEN.replace('70000', '-7', 1)}}}", "E123"),
        (f"{{monthly_kwh: {EVEN.replace('70000', '0')}}}", "E1834"),
        (f"{{monthly_kwh: {EVEN}, annual_kwh: 840000}}", "E1833"),
        (f"{{monthly_kwh: {EVEN}, monthly_peak_kw: {EVEN.replace('70000', '90')}}}", "E1832"),
        (f"{{monthly_kwh: {EVEN}, monthly_peak_kw: {EVEN.replace('70000', '200')}}}", ""),
        (f"{{annual_kwh: 840000, monthly_peak_kw: {EVEN.replace('70000', '200')}}}", "E1835"),
        (f"{{monthly_kwh: {EVEN.replace('70000', '70')}}}", "W1858"),
        (f"{{monthly_kwh: {EVEN}, cooling_cop: 3}}", "E1836"),
    ],
)
def test_sums_in_the_case_are_weighed(faults: Callable[..., Any], base: str, measured: str, code: str) -> None:
    """Proves: twelve numbers in the case are held to count, sign, unit, peaks and size (12 000 m2)."""
    assert [f.code for f in faults(_with(base, measured))] == ([code] if code else [])


def test_check_shows_sums_in_their_unit(read: Callable[..., Any], base: str) -> None:
    """Proves: `edsim check` shows kWh/month and the year's total, and holds it to the floor area."""
    text = "mes;kWh;punta kW\n" + "".join(f"{r.replace(',', ';')};90\n" for r in ROWS)
    case = read(_with(base, "{file: bills.csv}"), {"bills.csv": text})
    facts, remarks = examine_series(case)
    shown = [(f.column, f.unit, f.year_total) for f in facts]
    assert shown == [("kWh", "kWh/month", sum(BILLS)), ("punta kW", "", None)]
    assert remarks == ()
    small = read(_with(base, "{file: bills.csv, unit: Wh}"), {"bills.csv": text})
    assert [r.code for r in examine_series(small)[1]] == ["W1825", "W1858"]


def test_days_beside_a_cop_of_cooling_are_refused(read: Callable[..., Any], base: str) -> None:
    """Proves: `check` refuses 365 sums where a description is fitted to 12. If ignored: the run ends in it."""
    rows = "".join(f"{date(2025, 1, 1) + timedelta(i):%d/%m/%Y};{9000 + i}\n" for i in range(365))
    text = _with(base, "{annual_kwh: 800000}, electricity: {file: days.csv, cooling_cop: 3}")
    case = read(text, {"days.csv": "fecha;kWh\n" + rows})
    assert [(r.code, r.got) for r in examine_series(case)[1]] == [("E1836", "365")]
