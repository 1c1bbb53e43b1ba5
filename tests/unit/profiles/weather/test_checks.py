"""The plausibility report: every code is provoked, and a sound year gives none."""

import dataclasses

import numpy as np
import pytest

from edsim.profiles import solar
from edsim.profiles.weather import check_weather, synthesize_year


def codes(weather) -> set[str]:
    return {finding.code for finding in check_weather(weather)}


def test_sound_year_has_no_findings(year):
    assert check_weather(year) == ()


def sine_year(year):
    hours = np.arange(8760)
    temp = 27.0 + np.sin(2 * np.pi * hours / 8760) + 3.0 * np.sin(2 * np.pi * (hours - 9) / 24)
    sun = solar.sun_position(year)
    ghi = 500.0 * sun.cos_zenith
    return dataclasses.replace(year, dry_bulb_temp_c=temp, ghi_w_per_m2=ghi, dni_w_per_m2=0 * ghi, dhi_w_per_m2=ghi)


def still(year, field, hours):
    values = getattr(year, field).copy()
    values[2000 : 2000 + hours] = values[2000]
    values[: max(0, hours - 6760)] = values[2000]
    return dataclasses.replace(year, **{field: values})


@pytest.mark.parametrize(
    ("code", "spoil"),
    [
        ("E211", lambda y: dataclasses.replace(y, dry_bulb_temp_c=np.full(8760, 27.0))),
        ("W211", lambda y: dataclasses.replace(y, dry_bulb_temp_c=np.tile(y.dry_bulb_temp_c[:24], 365))),
        ("W212", sine_year),
        ("W219", sine_year),
        ("E212", lambda y: dataclasses.replace(y, ghi_w_per_m2=np.zeros(8760))),
        ("W213", lambda y: dataclasses.replace(y, ghi_w_per_m2=y.ghi_w_per_m2 + 20.0)),
        ("W213", lambda y: dataclasses.replace(y, dni_w_per_m2=y.dni_w_per_m2 + 300.0 * (np.arange(8760) % 24 == 2))),
        ("W224", lambda y: still(y, "dry_bulb_temp_c", 60)),
        ("W224", lambda y: still(y, "relative_humidity_frac", 8760)),
        ("W224", lambda y: still(y, "wind_speed_m_per_s", 300)),
        ("W214", lambda y: dataclasses.replace(y, relative_humidity_frac=y.relative_humidity_frac + 0.3)),
        ("W215", lambda y: dataclasses.replace(y, lon_deg=-y.lon_deg)),
        ("W216", lambda y: dataclasses.replace(y, utc_offset_h=y.utc_offset_h + 0.5)),
        ("W217", lambda y: dataclasses.replace(y, lat_deg=-y.lat_deg)),
        ("W218", lambda y: dataclasses.replace(y, dni_w_per_m2=0.5 * y.dni_w_per_m2)),
        ("W220", lambda y: dataclasses.replace(y, elevation_m=1500.0)),
        ("W221", lambda y: dataclasses.replace(y, ghi_w_per_m2=2.0 * y.ghi_w_per_m2)),
    ],
)
def test_each_fault_is_named(code, spoil, year):
    """Proves: the fault put in is found by its code. If ignored: a wrong file passes for weather."""
    assert code in codes(spoil(year))


@pytest.mark.parametrize("shift", [-5, -1, 1, 5])
def test_shifted_clock_is_measured(shift, year):
    """Proves: the report gives the shift in hours (radiation rolled by hand). If ignored: UTC files pass for local."""
    rolled = {name: np.roll(getattr(year, name), shift) for name in ("ghi_w_per_m2", "dni_w_per_m2", "dhi_w_per_m2")}
    finding = next(f for f in check_weather(dataclasses.replace(year, **rolled)) if f.code == "W216")
    assert finding.got.endswith("late" if shift > 0 else "early")
    assert float(finding.got.split()[1]) == pytest.approx(abs(shift), abs=0.15)


def test_design_temperatures_out_of_reach_are_found(make_normals):
    """Proves: a design value the year misses is a remark with both numbers. If ignored: peaks are trusted unseen."""
    made = synthesize_year(make_normals(design_dry_bulb_c=50.0), 10.44, -75.51, 2.0, -5.0)
    (found,) = check_weather(made)
    assert found.code == "W222"
    assert found.field == "design_dry_bulb_c"
    assert found.got == f"{np.percentile(made.dry_bulb_temp_c, 99.6):.1f} °C, not 50 °C"


def test_years_far_from_the_equator_ask_for_design_temperatures(make_normals):
    """Proves: at 35° the remark comes, with design temperatures or at 10° not. If ignored: peaks 2 K off pass."""
    far, near = (35.0, -75.0, 2.0, -5.0), (10.44, -75.51, 2.0, -5.0)
    mild = make_normals(ghi_kwh_per_m2_day=np.full(12, 2.4))
    told = make_normals(ghi_kwh_per_m2_day=np.full(12, 2.4), design_dry_bulb_c=32.5)
    assert "W223" in codes(synthesize_year(mild, *far))
    assert "W223" not in codes(synthesize_year(told, *far))
    assert "W223" not in codes(synthesize_year(mild, *near))
