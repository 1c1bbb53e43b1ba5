"""Measured demand of a case in the place of the simulation: sums and peaks are kept, contradictions are said."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edsim.core.errors import DataError
from edsim.core.timegrid import MONTH_OF_HOUR
from edsim.profiles.metered import put_meters
from tests.support.small_district import office

BILLS = np.array([31.0, 28.0, 33.0, 30.0, 35.0, 36.0, 37.0, 38.0, 34.0, 32.0, 30.0, 29.0]) * 1000.0
PEAKS = np.full(12, 130.0)
HOUR = np.arange(8760) % 24
SHAPE = np.where((HOUR > 6) & (HOUR < 20), 60.0 + 10.0 * np.sin(np.arange(8760)) + HOUR, 0.0)

Write = Callable[..., Path]


def _year(write_case: Write, simulated: np.ndarray, files: dict[str, str] | None = None, **measured: Any) -> Any:
    """Return the measured year of a building, and the remarks on it."""
    from edsim.workflow import load_case

    folder = write_case(buildings=[office("tower") | {"measured": {"cooling": measured}}])
    for name, text in (files or {}).items():
        (folder / name).write_text(text, encoding="utf-8")
    demand = {"cooling": simulated[None].copy()}
    latent = 0.3 * demand["cooling"]
    found = put_meters(load_case(folder), demand, latent, np.full(8760, 20.0))
    assert latent[0] == pytest.approx(np.where(simulated > 0, 0.3 * demand["cooling"][0], 0.0))
    return demand["cooling"][0], found


def test_sums_and_peaks_of_months_are_kept(write_case: Write) -> None:
    """Proves: each month has its sum within 1e-9 and its peak, and hours without load stay so.

    If ignored: a plant for a building with bills is sized on another building.
    """
    made, found = _year(write_case, SHAPE, monthly_kwh=BILLS.tolist(), monthly_peak_kw=PEAKS.tolist())
    assert np.bincount(MONTH_OF_HOUR, made) == pytest.approx(BILLS, rel=1e-9)
    assert [made[month == MONTH_OF_HOUR].max() for month in range(12)] == pytest.approx(PEAKS, rel=1e-9)
    assert not made[SHAPE == 0.0].any()
    assert [f.code for f in found] == ["W307"]
    assert found[0].what == "'cooling' has 12 measured sums of months and peaks in the shape of the simulation"
    assert found[0].got.startswith("393,000 kWh/a; simulation: NMBE ")


def test_a_file_of_days_keeps_each_day(write_case: Write) -> None:
    """Proves: 365 dated sums are kept day by day; the remark says how far the simulation is from them."""
    rows = [f"{date(2025, 1, 1) + timedelta(i)},{800 + i % 7}" for i in range(365)]
    made, found = _year(write_case, SHAPE, {"d.csv": "\n".join(["date,kWh", *rows]) + "\n"}, file="d.csv")
    assert made.reshape(365, 24).sum(axis=1) == pytest.approx(800.0 + np.arange(365) % 7, rel=1e-9)
    assert [(f.code, "365 measured sums of days" in f.what) for f in found] == [("W307", True)]


@pytest.mark.parametrize("peaks", [None, PEAKS.tolist()])
def test_a_month_without_simulated_load_is_named(write_case: Write, peaks: list[float] | None) -> None:
    """Proves: a bill of a month in which the simulation is 0 takes the shape of the mean day, is kept, and is said.

    If ignored: division by zero, or load that is lost.
    """
    idle = np.where(MONTH_OF_HOUR == 2, 0.0, SHAPE)
    made, found = _year(write_case, idle, monthly_kwh=BILLS.tolist(), **({"monthly_peak_kw": peaks} if peaks else {}))
    assert np.bincount(MONTH_OF_HOUR, made) == pytest.approx(BILLS, rel=1e-9)
    assert made[(MONTH_OF_HOUR == 2) & (HOUR < 6)].max() == 0.0
    assert [(f.code, f.got) for f in found if f.code == "W308"] == [("W308", "31 days of months 3")]


def test_a_service_the_simulation_lacks_is_spread_flat(write_case: Write) -> None:
    """Proves: bills of a service without any simulated load are kept and remarked twice."""
    made, found = _year(write_case, np.zeros(8760), monthly_kwh=BILLS.tolist())
    assert made[:744] == pytest.approx(BILLS[0] / 744)
    assert [f.code for f in found] == ["W307", "W308", "W309"]


@pytest.mark.parametrize(("factor", "codes"), [(0.4, ["W309"]), (1.9, []), (2.1, ["W309"])])
def test_a_meter_far_from_the_description_is_remarked(write_case: Write, factor: float, codes: list[str]) -> None:
    """Proves: a yearly total beyond twice or below half of the simulation is named, and taken as it is."""
    total = factor * float(SHAPE.sum())
    made, found = _year(write_case, SHAPE, annual_kwh=total)
    assert made.sum() == pytest.approx(total)
    assert [f.code for f in found] == codes


@pytest.mark.parametrize(("factor", "codes"), [(0.02, []), (0.005, ["W309"]), (90.0, []), (110.0, ["W309"])])
def test_the_meter_of_a_factory_is_right(write_case: Write, factor: float, codes: list[str]) -> None:
    """Proves: what a process takes is held against the simulation for its unit alone, a factor of 100.

    If ignored: every factory with meters fills the report with remarks that its archetype is not its production.
    """
    from edsim.workflow import load_case

    measured = {"cooling": {"annual_kwh": factor * float(SHAPE.sum())}}
    case = load_case(write_case(buildings=[office("mill") | {"use": "heavy_industry", "measured": measured}]))
    found = put_meters(case, {"cooling": SHAPE[None].copy()}, SHAPE[None] * 0.3, np.full(8760, 20.0))
    assert [f.code for f in found] == codes


@pytest.mark.parametrize(("use", "codes"), [("heavy_industry", []), ("office", ["W309"])])
def test_a_process_nobody_simulates_has_no_meter_against_it(write_case: Write, use: str, codes: list[str]) -> None:
    """Proves: metered cooling of a mill without any simulated is taken as it is; of an office it is remarked.

    If ignored: every metered factory is told that it differs by a factor of 100 from nothing.
    """
    from edsim.workflow import load_case

    measured = {"cooling": {"monthly_kwh": BILLS.tolist()}}
    case = load_case(write_case(buildings=[office("mill") | {"use": use, "measured": measured}]))
    nothing = np.zeros((1, 8760))
    found = put_meters(case, {"cooling": nothing.copy()}, nothing, np.full(8760, 20.0))
    assert [f.code for f in found if f.code == "W309"] == codes


def test_rounded_peaks_and_a_february_of_29_days_are_kept(write_case: Write) -> None:
    """Proves: a flat 100 kW billed in a leap year with its peaks is 100 kW, its 29 February left out as of hours.

    Peaks rounded below the mean, of months or of the year, are that mean. If ignored: what a check lets pass, a run
    refuses.
    """
    flat, days = np.full(8760, 50.0), np.array([31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
    bills = (2400.0 * days).tolist()
    made, _ = _year(write_case, flat, monthly_kwh=bills, monthly_peak_kw=[100.0] * 12)
    assert made == pytest.approx(np.full(8760, 100.0))
    made, _ = _year(write_case, flat, monthly_kwh=bills, monthly_peak_kw=[99.5] * 12)
    assert made == pytest.approx(np.full(8760, 100.0))
    made, _ = _year(write_case, flat, annual_kwh=876_000.0, peak_kw=99.5)
    assert made == pytest.approx(np.full(8760, 100.0))


def test_energy_that_cannot_go_with_its_peak_is_refused_with_its_month(write_case: Write) -> None:
    """Proves: 31 kWh in January cannot have a peak of 55 kW; field and month are named. If ignored: W for kW is run."""
    with pytest.raises(DataError, match="E323") as raised:
        _year(write_case, SHAPE, monthly_kwh=(BILLS / 1000.0).tolist(), monthly_peak_kw=np.full(12, 55.0).tolist())
    assert raised.value.findings[0].field == "buildings.tower.measured.cooling[month 1]"


def test_energy_beyond_the_hours_of_use_is_a_base_load(write_case: Write) -> None:
    """Proves: 31 MWh at a peak of 55 kW need load at night as well: sums and peaks hold, the base load is told.

    If ignored: bills of a building whose server room runs at night are refused, though meters have such all the time.
    """
    made, found = _year(write_case, SHAPE, monthly_kwh=BILLS.tolist(), monthly_peak_kw=np.full(12, 55.0).tolist())
    assert np.bincount(MONTH_OF_HOUR, made) == pytest.approx(BILLS, rel=1e-9)
    assert [made[month == MONTH_OF_HOUR].max() for month in range(12)] == pytest.approx(np.full(12, 55.0), rel=1e-9)
    assert made[SHAPE == 0.0].min() > 0.0
    assert {f.code for f in found} == {"W307", "W315"}
    year, found = _year(write_case, SHAPE, annual_kwh=400_000.0, peak_kw=55.0)
    assert (year.sum(), year.max()) == pytest.approx((400_000.0, 55.0))
    assert [f.code for f in found if f.code != "W309"] == ["W315"]


@pytest.mark.medium
def test_profiles_take_bills_from_a_case(write_case: Write, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: `edsim check` and `edsim profiles` go through with a file of bills and say what was read."""
    from edsim.cli.root import run

    folder = write_case(buildings=[office("tower") | {"measured": {"electricity": {"file": "bills.csv"}}}])
    rows = [f"{i + 1};{v:.0f}" for i, v in enumerate(BILLS)]
    (folder / "bills.csv").write_text("mes;kWh\n" + "\n".join(rows) + "\n", encoding="utf-8")
    assert run(["check", str(folder)]) == 0
    assert "kWh/month, year 393,000 kWh, 12 values" in capsys.readouterr().out
    assert run(["profiles", str(folder), "--json"]) == 0
    out = json.loads(capsys.readouterr().out)
    (row,) = (r for r in out["rows"] if (r["building"], r["service"]) == ("tower", "electricity"))
    assert row["annual_kwh"] == pytest.approx(393_000.0)
    assert "W307" in {f["code"] for f in out["findings"]}


def _bills(profiles: Any) -> np.ndarray:
    """Return what the first building pays a month, kWh, with its cooling at a COP of 3."""
    return np.bincount(MONTH_OF_HOUR, profiles.demand["electricity"][0] + profiles.demand["cooling"][0] / 3.0)


@pytest.mark.medium
def test_a_description_is_fitted_to_bills_of_all_electricity(write_case: Write) -> None:
    """Proves: bills of a busier office are met by the fitted one within Guideline 14, and measures start from it.

    If ignored: the cooling on the bill is taken for plugs.
    """
    from edsim.profiles.district import make_profiles, today_profiles
    from edsim.workflow import load_case

    tower = office("tower")
    plain = load_case(write_case(buildings=[tower]))
    busy = load_case(write_case(buildings=[tower | {"archetype": {"plug_w_per_m2": 15.0, "light_w_per_m2": 14.0}}]))
    before, bills = _bills(today_profiles(plain)), _bills(today_profiles(busy))
    assert abs(before.sum() / bills.sum() - 1.0) > 0.1
    electricity = {"monthly_kwh": bills.tolist(), "cooling_cop": 3.0}
    case = load_case(write_case(buildings=[tower | {"measured": {"electricity": electricity}}]))
    fitted = today_profiles(case)
    error = _bills(fitted) - bills
    assert abs(error.sum() / bills.sum()) < 0.05
    assert np.sqrt((error**2).sum() / 7.0) / bills.mean() < 0.15
    (said,) = (f for f in fitted.findings if f.code == "W310")
    assert said.field == "buildings.tower.measured.electricity"
    assert "gains 1." in said.got
    retrofitted = case.model_copy(
        update={"buildings": (case.buildings[0].model_copy(update={"measures": ("led_lighting",)}),)}
    )
    after = make_profiles(retrofitted)
    assert after.demand["electricity"] + after.saved["electricity"] == pytest.approx(fitted.demand["electricity"])
    assert 0.0 < after.saved["electricity"].sum() < 0.5 * fitted.demand["electricity"].sum()


@pytest.mark.medium
def test_bills_no_description_can_be_fitted_to_are_refused(write_case: Write) -> None:
    """Proves: a month without a bill, and bills by the day, are refused at the field of the case."""
    from edsim.profiles.district import today_profiles
    from edsim.workflow import load_case

    sums = {"monthly_kwh": [0.0, *BILLS[1:].tolist()], "cooling_cop": 3.0}
    rows = [f"{date(2025, 1, 1) + timedelta(i)},{800 + i % 7}" for i in range(365)]
    for electricity, code in ((sums, "E321"), ({"file": "d.csv", "cooling_cop": 3.0}, "E320")):
        folder = write_case(buildings=[office("tower") | {"measured": {"electricity": electricity}}])
        (folder / "d.csv").write_text("\n".join(["date,kWh", *rows]) + "\n", encoding="utf-8")
        with pytest.raises(DataError, match=code) as raised:
            today_profiles(load_case(folder))
        assert raised.value.findings[0].field == "buildings.tower.measured.electricity"
