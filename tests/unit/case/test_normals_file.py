"""A case brings the monthly normals of its place in a table of its own."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from edsim.case.normals import case_normals, gales, known_cities, other_clock, other_seasons, table_faults
from edsim.case.schema import Case
from edsim.case.wording.messages import Fault

GUIDE = Path(__file__).parents[3] / "docs" / "how-to" / "case.md"

HIGH, LOW = "mean_daily_max_temp_c", "mean_daily_min_temp_c"


def _table() -> str:
    """Return the table of the guide."""
    lines = GUIDE.read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("city,country,lat_deg"))
    return "\n".join(lines[start : start + 13]) + "\n"


def _case(folder: Path, text: str | None, **weather: Any) -> Case:
    if text is not None:
        (folder / "own.csv").write_text(text, encoding="utf-8")
    chosen = {"file": None, "normals": None, "normals_file": None if text is None else "own.csv"} | weather
    city = SimpleNamespace(name="Santiago", lat_deg=-33.4)
    return cast("Case", SimpleNamespace(folder=folder, city=city, weather=SimpleNamespace(**chosen)))


def test_the_table_of_the_guide_is_taken(tmp_path: Path) -> None:
    """Proves: the example of the guide is read without a fault, and its only city whatever the city is called."""
    case = _case(tmp_path, _table())
    assert list(table_faults(case)) == []
    assert [row["month"] for row in case_normals(case)] == [str(m) for m in range(1, 13)]
    cast("Any", case.city).name = "Providencia"
    assert len(case_normals(case)) == 12


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        (",month,", ",mes,", ["E1885"]),
        (",7,8.2,", ",8,8.2,", ["E1861"]),
        (",0.55,7.9,", ",55,7.9,", ["E123"]),
        (",7.9,2.8,", ",x,2.8,", ["E122"]),
        (",6,8.8,15.5,4.4,", ",6,18.8,15.5,4.4,", ["E123"]),
        ("CHL,-33.445,-70.683,520,-4,3,", "CHL,-33,445,-70,683,520,-4,3,", ["E141"]),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, codes: list[str]) -> None:
    """Proves: a column, a month, a percentage, a text and a mean above the maximum are told; none is computed with."""
    case = _case(tmp_path, _table().replace(old, new, 1))
    found = list(table_faults(case))
    assert [f.code for f in found] == codes
    assert all(isinstance(f, Fault) and f.place.file == "own.csv" for f in found)
    assert case_normals(case) == ()


def test_a_row_that_ends_early_is_named(tmp_path: Path) -> None:
    """Proves: a row of two cells is a fault of the table. If ignored: a Python error in the place of a message."""
    rows = _table().splitlines()
    case = _case(tmp_path, "\n".join([*rows[:7], "Santiago,CHL", *rows[8:]]) + "\n")
    assert {f.code for f in table_faults(case)} == {"E1861", "E122"}


def test_the_other_hemisphere_is_not_proposed(tmp_path: Path) -> None:
    """Proves: Santiago may take normals of Antananarivo or Cali, never those of Tunis."""
    names = known_cities(_case(tmp_path, None))
    assert "Tunis" not in names
    assert {"Antananarivo", "Cali"} <= set(names)


@pytest.mark.parametrize(
    ("old", "new", "code", "hint"),
    [
        (f"{HIGH},{LOW}", f"{LOW},{HIGH}", "E123", "swapped_extremes"),
        (",1,20.9,29.9,13.3,", ",1,293.9,302.9,286.3,", "E123", "other_scale"),
        (",", ";", "E1896", "comma_table"),
    ],
)  # fmt: skip
def test_the_cause_is_said(tmp_path: Path, old: str, new: str, code: str, hint: str) -> None:
    """Proves: swapped columns, kelvin and a table with semicolons are told as such, not as impossible numbers."""
    first = next(iter(table_faults(_case(tmp_path, _table().replace(old, new)))))
    assert (first.code, first.hint) == (code, hint)


def test_seasons_of_the_other_hemisphere_are_remarked(tmp_path: Path) -> None:
    """Proves: a summer in January is none at 33.4° north. If ignored: peaks come in the wrong half year."""
    assert list(other_seasons(_case(tmp_path, _table()))) == []
    (said,) = other_seasons(_case(tmp_path, _table().replace(",-33.445,", ",33.445,")))
    assert (said.code, said.got) == ("W1898", "20.9 / 8.2 °C")


@pytest.mark.parametrize(("offset_h", "codes"), [(-4.0, []), (-3.0, ["W1956"])])
def test_another_time_zone_than_that_of_the_city_is_remarked(tmp_path: Path, offset_h: float, codes: list[str]) -> None:
    """Proves: summer time in the city beside standard time in the normals is named. If ignored: sun an hour late."""
    case = _case(tmp_path, _table())
    cast("Any", case.city).utc_offset_h = offset_h
    assert [fault.code for fault in other_clock(case)] == codes


def test_wind_in_km_per_hour_is_remarked(tmp_path: Path) -> None:
    """Proves: 2.1 m/s in the mean pass, the same in km/h (7.6) and more do not from 8. If ignored: walls lose more."""
    lines = [line.split(",") for line in _table().strip().splitlines()]
    column = lines[0].index("wind_speed_m_per_s")
    assert list(gales(_case(tmp_path, _table()))) == []
    for line in lines[1:]:
        line[column] = str(float(line[column]) * 5.0)
    (said,) = gales(_case(tmp_path, "\n".join(map(",".join, lines)) + "\n"))
    assert (said.code, said.hint) == ("W1891", "in_m_per_s")


@pytest.mark.parametrize(
    ("column", "cells", "faults"),
    [
        ("daily_mean_std_k", dict.fromkeys(range(1, 13), "2.1"), []),
        ("daily_mean_std_k", {}, []),
        ("daily_mean_std_k", dict.fromkeys(range(1, 12), "2.1"), [("E122", 13)]),
        ("daily_mean_std_k", {m: "21" if m == 4 else "2.1" for m in range(1, 13)}, [("E123", 5)]),
        ("daily_mean_std_k", {m: "x" if m == 4 else "2.1" for m in range(1, 13)}, [("E122", 5)]),
        ("design_dry_bulb_c", {1: "33.1"}, []),
        ("design_dry_bulb_c", {7: "33.1"}, [("E122", 2)]),
        ("design_wet_bulb_c", {1: "66"}, [("E123", 2)]),
    ],
)
def test_columns_that_may_be_missing(
    tmp_path: Path, column: str, cells: dict[int, str], faults: list[tuple[str, int]]
) -> None:
    """Proves: eleven deviations, text, °F and a design temperature outside the first row have their row named.

    If ignored: a run ends after the check has said ok, or computes without the design temperature that was given.
    """
    head, *rows = _table().splitlines()
    rows = [f"{row},{cells.get(month, '')}" for month, row in enumerate(rows, 1)]
    found = list(table_faults(_case(tmp_path, "\n".join([f"{head},{column}", *rows]) + "\n")))
    assert [(f.code, f.place.line) for f in found] == faults
    assert all(f.field == f"weather.normals_file.{column}" for f in found)
