"""Meters: bills that run against the seasons, odd months, one series for two services, units of steam and air."""

from collections.abc import Callable
from typing import Any

import pytest

from edsim.case.checks.meters import named_service
from edsim.case.readers.series_facts import examine_series
from edsim.case.readers.series_unit import AIR_UNIT, names_another
from edsim.core.errors import DataError, Finding

Faults = Callable[..., tuple[Finding, ...]]
SUMMER = (20, 22, 35, 60, 90, 120, 140, 138, 110, 70, 35, 22)
"""Cooling of a northern climate by months, MWh."""


def _metered(base: str, measured: str) -> str:
    """Return the case with a measured building."""
    text = base.replace("    bau: {cooling: split}\n", f"    measured: {measured}\n    bau: {{cooling: split}}\n", 1)
    assert text != base
    return text


def _codes(found: tuple[Finding, ...]) -> set[str]:
    return {f.code for f in found}


@pytest.mark.parametrize(
    ("months", "code"),
    [
        ((*SUMMER[:3], 900, *SUMMER[4:]), "W1873"),
        ((100,) * 5 + (8,) + (100,) * 6, "W1873"),
        ((100,) * 12, ""),
        (SUMMER, ""),
    ],
)
def test_a_month_far_from_all_others_is_named(faults: Faults, base: str, months: tuple[int, ...], code: str) -> None:
    """Proves: a digit too many in one bill is found, and a season is not. If ignored: it is a tenth of the year."""
    sums = ", ".join(str(1000 * m) for m in months)
    found = faults(_metered(base, f"{{cooling: {{monthly_kwh: [{sums}]}}}}"))
    assert ("W1873" in _codes(found)) == bool(code)
    assert "W1870" not in _codes(found)  # Medellin has no seasons to run against


@pytest.mark.parametrize(
    ("column", "unit", "another"),
    [
        ("vapor_kg_h", "kW", "kg"),
        ("steam kW", "kW", ""),
        ("Vapor t/h", "kW", "t/h"),
        ("steam_t_per_h", "kW", "t/h"),
        ("hotel_t_house", "kW", ""),
        ("aire_m3_min", AIR_UNIT, "m3/min"),
        ("air [cfm]", AIR_UNIT, "cfm"),
        ("aire Nm3/h", AIR_UNIT, ""),
        ("load_min_kw", "kW", ""),
    ],
)
def test_units_of_steam_and_air_are_told_by_the_name(column: str, unit: str, another: str) -> None:
    """Proves: kg/h of steam and m3/min of air are not read as kW and Nm3/h without a word."""
    assert names_another(column, unit) == another


@pytest.mark.parametrize(
    ("spoilt", "code", "line"),
    [("9999", "W1983", 102), ("999.9", "W1983", 102), ("-5", "E123", 102), ("99", "", 0), ("1200", "", 0)],
)
def test_marks_of_missing_readings_and_turned_signs_are_named(
    read: Callable[..., Any], base: str, spoilt: str, code: str, line: int
) -> None:
    """Proves: 40 rows of 9999 or below 0 are told by `check` at the first of them; a long peak of 1200 is not.

    If ignored: a plant is sized for the error code of a logger, or the run ends where the check said ok.
    """
    rows = [spoilt if 100 <= i < 140 else str(80 + i % 24) for i in range(8760)]
    case = read(_metered(base, "{cooling: {file: m.csv}}"), {"m.csv": "load_kw\n" + "\n".join(rows) + "\n"})
    try:
        _, said = examine_series(case)
    except DataError as error:
        said = error.findings
    found = [(f.code, f.where) for f in said if f.code in {"W1983", "E123"}]
    assert found == ([(code, f"m.csv:{line}:1")] if code else [])


@pytest.mark.parametrize(
    ("heading", "service"),
    [
        ("frío_kw", "cooling"),
        ("Dampf kW", "steam"),
        ("cooling_electricity", ""),
        ("air conditioning", ""),
        ("load", ""),
        ("soğutma", "cooling"),
    ],
)
def test_a_service_is_told_by_the_name(heading: str, service: str) -> None:
    """Proves: one service is told in several languages, and nothing where two or none are named."""
    assert named_service(heading) == service


def test_one_series_is_not_two_services(read: Callable[..., Any], base: str) -> None:
    """Proves: a cooling series that stands for electricity too is named, and so is the service in its heading."""
    measured = "{cooling: {file: m.csv}, electricity: {file: m.csv}}"
    case = read(_metered(base, measured), {"m.csv": "cooling_kw\n" + "10\n30\n" * 4380})
    assert "W1871" in _codes(case.warnings)
    _, remarks = examine_series(case)
    assert [f.code for f in remarks if f.code == "W1872"] == ["W1872"]


@pytest.mark.parametrize("stated", ["hot_water_frac: 0.3", "hot_water_base: true"])
def test_hot_water_belongs_to_heating(faults: Faults, base: str, stated: str) -> None:
    """Proves: a share of hot water beside another service is refused at once, not when profiles are made."""
    found = faults(_metered(base, f"{{cooling: {{annual_kwh: 900000, {stated}}}}}"))
    assert "E1837" in _codes(found)


@pytest.mark.parametrize(
    ("months", "told"),
    [
        (SUMMER, ""),
        (SUMMER[6:] + SUMMER[:6], "against"),
        ((SUMMER[6], *SUMMER[1:6], SUMMER[0], *SUMMER[7:]), "1 ↔ 7"),
    ],
)
def test_bills_that_do_not_follow_the_seasons_are_named(
    faults: Faults, base: str, months: tuple[int, ...], told: str
) -> None:
    """Proves: a year from July on and two swapped months are told in a climate with seasons, a sound year is not.

    If ignored: the plant is sized on a summer in winter, and only the fit of profiles may notice.
    """
    sums = ", ".join(str(1000 * m) for m in months)
    text = base.replace("price_year: 2020\n", "price_year: 2020\nweather: {normals: Cairo}\n")
    found = [f for f in faults(_metered(text, f"{{cooling: {{monthly_kwh: [{sums}]}}}}")) if f.code == "W1870"]
    assert bool(found) == bool(told)
    assert told in {"", "against"} or told in found[0].hint
