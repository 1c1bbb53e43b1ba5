"""Modules and collectors face the equator unless told otherwise; prices of a tariff that lose their order are said."""

from pathlib import Path

import pytest

from edsim.case.checks.orientation import check_orientation
from edsim.case.checks.tariffs import lost_peaks
from edsim.case.schema import Case
from edsim.studies.fields import with_values
from edsim.workflow import load_case

_CASE = """\
schema_version: 1
name: Offices
city: {{name: Place, country: {country}, lat_deg: {lat}, lon_deg: {lon}, elevation_m: 100, utc_offset_h: -5}}
currency: USD
price_year: 2025
weather: {{normals: Barranquilla}}
buildings:
  - {{id: one, use: office, floor_area_m2: 12000, storeys: 10, lat_deg: {lat}, lon_deg: {lon}, bau: {{cooling: old}}}}
technologies:
  - {{id: grid, kind: grid, tariff: main}}
  - {{id: old, kind: packaged_ac, node: building, refrigerant: R-22}}
  - {{id: roof, kind: pv, area_m2: 500{azimuth}}}
  - {{id: heat, kind: solar_thermal}}
tariffs:
  - {{id: main, energy_per_kwh: 0.16, time_of_use: [{{per_kwh: 0.2, hours: [18]}}, {{per_kwh: 0.1, hours: [3]}}]}}
emissions: {{grid_kg_per_kwh: 0.165, grid_basis: combined_margin}}
settings: {{carrier_temps_c: {{hot_water: [80, 60]}}}}
finance: {{discount_rate_frac: 0.08, water_price_per_m3: 1.9}}
variants: {{bau: {{baseline: frozen}}, district: {{}}}}
{more}"""


def _case(folder: Path, lat: float, azimuth: float | None = None, more: str = "") -> Case:
    given = "" if azimuth is None else f", azimuth_deg: {azimuth}"
    text = _CASE.format(country="PER" if lat < 0 else "COL", lat=lat, lon=-77.03, azimuth=given, more=more)
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    return load_case(folder)


@pytest.mark.parametrize(("lat", "azimuth"), [(-12.05, 0.0), (-2.0, 0.0), (4.6, 180.0), (25.7, 180.0)])
def test_planes_face_the_equator_by_default(tmp_path: Path, lat: float, azimuth: float) -> None:
    """Proves: without `azimuth_deg` modules look north in Lima and south in Monterrey, and nothing is said.

    If ignored: a roof in Lima yields less than it can, and solar power looks dearer than it is.
    """
    case = _case(tmp_path, lat)
    found = {t.id: getattr(t, "azimuth_deg", None) for t in case.technologies}
    assert (found["roof"], found["heat"]) == (azimuth, azimuth)
    assert case.provenance["technologies.roof.azimuth_deg"].value == azimuth
    assert not list(check_orientation(case))


@pytest.mark.parametrize(
    ("lat", "azimuth", "off"),
    [
        (-12.05, 180, "180"),
        (-12.05, 95, "95"),
        (25.7, 300, "120"),
        (25.7, 20, "160"),
        (-4.2, 180, ""),
        (-12.05, 270, ""),
    ],
)
def test_a_plane_turned_away_is_remarked(tmp_path: Path, lat: float, azimuth: float, off: str) -> None:
    """Proves: more than 90° off the equator is a remark with the angle; east, west and the equator itself are not."""
    case = _case(tmp_path, lat, azimuth)
    faults = [f for f in check_orientation(case) if f.code == "W1839"]
    assert [f.params["off"] for f in faults] == ([off] if off else [])
    assert [f.field for f in faults] == (["technologies.roof.azimuth_deg"] if off else [])
    assert ("W1839" in {w.code for w in case.warnings}) == bool(off)


def test_a_peak_that_becomes_cheap_is_remarked(tmp_path: Path) -> None:
    """Proves: raising the energy price above the peak price is a remark at the scenario and in a study, all prices not.

    If ignored: "electricity a quarter dearer" makes the peak the cheap time of the day, and the bill rises by a tenth.
    """
    scenario = "scenarios: {dear: {changes: {tariffs: {main: {energy_per_kwh: 0.21}}}}}"
    case = _case(tmp_path, 4.6, more=scenario)
    assert [w.field for w in case.warnings if w.code == "W1869"] == ["tariffs.main.time_of_use.0.per_kwh"]
    assert not list(lost_peaks(case, with_values(case, {"tariffs.main.price_factor": 1.4})))
    found = lost_peaks(case, with_values(case, {"tariffs.main.energy_per_kwh": 0.21}))
    assert [f.field for f in found] == ["tariffs.main.time_of_use.0.per_kwh"]
