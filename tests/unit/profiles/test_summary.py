"""Key figures, tables and pictures of profiles against numbers worked out by hand."""

import csv
import io
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest

from edsim.profiles.files import profile_files
from edsim.profiles.summary import (
    date_text,
    intensity_findings,
    monthly_sums,
    peak_day,
    service_summaries,
    source_summaries,
    too_small_findings,
    typical_days,
)
from edsim.profiles.types import Profiles, SourceProfile
from edsim.profiles.weather import Weather


@pytest.fixture
def two_buildings(seasonal: Weather) -> Profiles:
    """Return two buildings of 100 m2: one cools 10 kW by day, the other 20 kW by night; one peaks on 14 March at 15."""
    day = np.tile(np.where((np.arange(24) >= 8) & (np.arange(24) < 20), 1.0, 0.0), 365)
    cooling = np.stack([10 * day, 20 * (1 - day)])
    cooling[0, (31 + 28 + 13) * 24 + 15] = 40.0
    nothing = np.zeros((2, 8760))
    return Profiles(
        weather=seasonal,
        building_ids=("day", "=night"),
        demand={"cooling": cooling, "heating": nothing},
        cooling_latent_kw=nothing,
        fan_kw=nothing,
        conditioned_area_m2=np.array([100.0, 100.0]),
        expected_cooling_kwh_per_m2=np.array([[100.0, 500.0], [100.0, 500.0]]),
    )


def test_figures_by_hand(two_buildings: Profiles) -> None:
    """Proves: sums, full-load hours, intensity, range and diversity. If ignored: a wrong plant size looks plausible."""
    first, second, district = service_summaries(two_buildings)
    assert first.annual_kwh == pytest.approx(10 * 12 * 365 + 30)
    assert first.full_load_hours == pytest.approx(first.annual_kwh / 40)
    assert (first.is_expected, second.is_expected) == (True, False)
    assert second.kwh_per_m2 == pytest.approx(876)
    assert district.diversity_frac == pytest.approx(40 / 60)
    assert date_text(first.peak_hour) == "14 Mar 15:00"


def test_an_uncooled_building_has_no_intensity(two_buildings: Profiles) -> None:
    """Proves: no cooled area gives NaN, not infinity or an error. If ignored: the table of a warehouse breaks."""
    bare = replace(two_buildings, conditioned_area_m2=np.array([0.0, 100.0]))
    assert np.isnan(service_summaries(bare)[0].kwh_per_m2)
    assert service_summaries(bare)[0].is_expected is None


def test_other_services_are_per_gross_floor_and_flagged_beyond_reason(two_buildings: Profiles) -> None:
    """Proves: 10 and 200 kW of steam all year on 400 m2 are 219 and 4380 kWh/m2, and only the second is flagged.

    If ignored: a laundry cools a tenth of its floor and shows ten times its steam, and a slip of the user passes.
    """
    steam = np.stack([np.full(8760, 10.0), np.full(8760, 200.0)])
    areas, kinds = np.array([400.0, 400.0]), ("hotel", "hotel")
    demand = {**two_buildings.demand, "steam": steam, "electricity": np.full((2, 8760), 60.0)}
    rows = service_summaries(replace(two_buildings, demand=demand, floor_area_m2=areas, uses=kinds))
    found = {(r.name, r.service): r for r in rows}
    assert found["day", "steam"].kwh_per_m2 == pytest.approx(219.0)
    assert (found["day", "steam"].is_expected, found["=night", "steam"].is_expected) == (True, False)
    assert found["day", "electricity"].is_expected is False
    assert found["district", "steam"].kwh_per_m2 == pytest.approx(210.0 * 8.76 / 0.8)
    hall = replace(two_buildings, demand=demand, floor_area_m2=areas, uses=("data_hall", "hotel"))
    assert {(r.name, r.service): r for r in service_summaries(hall)}["day", "electricity"].is_expected is True
    said = [(f.field, f.what.split("'")[1]) for f in intensity_findings(hall, {("=night", "cooling")})]
    assert said == [("buildings[=night]", s) for s in ("cooling", "steam", "electricity")]
    assert [f.code for f in intensity_findings(hall, ())] == ["W306"] * 2  # simulated cooling is W301
    mill = replace(hall, uses=("data_hall", "heavy_industry"))
    given = {("=night", s) for s in ("cooling", "steam", "electricity")}
    assert list(intensity_findings(mill, given)) == []  # a meter of processes is right


def test_months_and_days_by_hand() -> None:
    """Proves: month sums, mean days and the peak day. If ignored: pictures show another year."""
    series = np.repeat(np.arange(365.0), 24)
    assert monthly_sums(series)[0] == pytest.approx(24 * 30 * 31 / 2)
    assert monthly_sums(series).sum() == pytest.approx(series.sum())
    assert typical_days(series)[0] == pytest.approx(np.full(24, 15.0))
    workdays = np.arange(365) % 7 == 0
    assert typical_days(series, workdays)[0] == pytest.approx(np.full(24, 14.0))
    assert peak_day(series)[0] == 364


def test_files_hold_every_hour_and_pictures_are_svg(two_buildings: Profiles) -> None:
    """Proves: 8760 rows, one picture per building and one of the district, texts escaped. If ignored: formulas run."""
    names = {"day": "Day & <night>"}
    files = profile_files(two_buildings, service_summaries(two_buildings), "Case", names)
    rows = list(csv.DictReader(io.StringIO(files["hourly.csv"])))
    assert len(rows) == 8760
    assert float(rows[12]["day.cooling_kw"]) == 10
    assert "'=night.cooling_kw" in rows[0]
    assert {n for n in files if n.endswith(".svg")} == {
        "pictures/district.svg",
        "pictures/buildings/day.svg",
        "pictures/buildings/=night.svg",
    }
    for name in files:
        if name.endswith(".svg"):
            root = ET.fromstring(files[name])
            assert len(root.findall(".//{http://www.w3.org/2000/svg}polyline")) == 14
    assert "Day &amp; &lt;night&gt;" in files["pictures/buildings/day.svg"]
    totals = list(csv.DictReader(io.StringIO(files["totals.csv"])))
    assert totals[-1]["building"] == "district"
    assert len(list(csv.DictReader(io.StringIO(files["monthly.csv"])))) == 24


def test_year_of_a_source_by_hand(two_buildings: Profiles) -> None:
    """Proves: sums and temperatures of the hours a source works; ambient air has no kWh, a closed source no degrees.

    If ignored: 250 degC of a furnace at rest lift its mean, and air shows a bound as 8760 GWh on offer.
    """
    works = np.arange(8760) < 100
    kiln = SourceProfile(np.where(works, 50.0, 0.0), np.where(np.arange(8760) < 50, 20.0, np.where(works, 40.0, 250.0)))
    air = SourceProfile(np.full(8760, 1e6), np.full(8760, 24.0), is_limited=False)
    closed = SourceProfile(np.zeros(8760), np.full(8760, 30.0))
    made = replace(two_buildings, sources={"kiln": kiln, "air": air, "closed": closed})
    first, second, third = source_summaries(made)
    assert (first.annual_kwh, first.peak_kw, first.full_load_hours) == (5000.0, 50.0, 100.0)
    assert (first.low_temp_c, first.mean_temp_c, first.high_temp_c) == (20.0, 30.0, 40.0)
    assert np.isnan([second.annual_kwh, second.peak_kw, second.full_load_hours]).all()
    assert second.mean_temp_c == 24.0
    assert (third.annual_kwh, third.full_load_hours) == (0.0, 0.0)
    assert np.isnan(third.mean_temp_c)
    files = profile_files(made, service_summaries(made), "Case", {})
    rows = list(csv.DictReader(io.StringIO(files["sources.csv"])))
    assert [(r["source"], r["annual_kwh"], r["mean_temp_c"]) for r in rows] == [
        ("kiln", "5000", "30"), ("air", "", "24"), ("closed", "0", "")
    ]  # fmt: skip
    totals = list(csv.DictReader(io.StringIO(files["totals.csv"])))
    assert totals[0]["diversity_frac"] == ""  # an empty cell is not a formula
    assert "sources.csv" not in profile_files(two_buildings, service_summaries(two_buildings), "Case", {})


def test_demand_too_small_for_a_network_is_said(two_buildings: Profiles) -> None:
    """Proves: 0.5 kWh a year on 100 m2 is remarked where a network carries heat, and there only.

    If ignored: a building drops out of its network in silence.
    """
    heating = np.zeros((2, 8760))
    heating[:, 0] = 0.5, 2.0
    tiny = replace(two_buildings, demand={"heating": heating}, floor_area_m2=np.array([100.0, 100.0]))
    ids = tiny.building_ids
    (found,) = too_small_findings(tiny, dict.fromkeys(ids, ("heating",)))
    assert (found.code, found.field, found.got) == ("W314", f"buildings[{ids[0]}]", "0.005 kWh/m2")
    assert list(too_small_findings(tiny, dict.fromkeys(ids, ()))) == []
