"""PV output per kWp and roof capacity."""

import dataclasses

import numpy as np
import pytest

from edsim.core.errors import DataError
from edsim.core.timegrid import MONTH_OF_HOUR
from edsim.profiles.pv import HEAT_LOSS, PvSurface, ground_coverage_frac, pv_kw_per_kwp, roof_kwp

GLASS_DIFFUSE = 0.945  # as for a beam at 59°: Duffie and Beckman 2013, Solar Engineering, section 5.4


def lossless(**changes: object) -> PvSurface:
    """Return a horizontal field without soiling, other losses or clipping."""
    values: dict[str, object] = {
        "tilt_deg": 0.0,
        "soiling_frac": (0.0,) * 12,
        "other_losses_frac": 0.0,
        "dc_to_ac_ratio": 0.8,
        "mounting": "open_rack",
    }
    return PvSurface(**(values | changes))


def test_overcast_hour_by_hand(year):
    """Proves: 400 W/m² of diffuse light, 25 °C air, no wind: the glass passes 94.5 %, the module heats by 380/25 K.

    If ignored: a loss is counted twice or not at all.
    """
    full = np.ones(8760)
    lit = np.where(year.ghi_w_per_m2 > 0, 400.0, 0.0)
    grey = dataclasses.replace(
        year,
        ghi_w_per_m2=lit,
        dhi_w_per_m2=lit,
        dni_w_per_m2=0.0 * lit,
        dry_bulb_temp_c=25.0 * full,
        wind_speed_m_per_s=0.0 * full,
    )
    noon = 24 * 80 + 12
    power = pv_kw_per_kwp(grey, lossless(inverter_efficiency_frac=1.0))[noon]
    effective = 400.0 * GLASS_DIFFUSE
    by_hand = effective / 1000.0 * (1.0 - 0.0035 * effective / 25.0)
    assert power == pytest.approx(by_hand, rel=5e-3)


def test_soiling_and_losses_scale_by_month(year):
    """Proves: 10 % of dirt in January only takes 10 % of January. If ignored: cleaning cannot be studied."""
    clean = pv_kw_per_kwp(year, lossless())
    dirty = pv_kw_per_kwp(year, lossless(soiling_frac=(0.1, *(0.0,) * 11)))
    january = MONTH_OF_HOUR == 0
    np.testing.assert_allclose(dirty[~january], clean[~january])
    assert dirty[january].sum() / clean[january].sum() == pytest.approx(0.9, abs=0.01)


def test_inverter_clips_and_night_gives_nothing(year):
    power = pv_kw_per_kwp(year, PvSurface(dc_to_ac_ratio=2.0, other_losses_frac=0.0))
    assert power.max() == pytest.approx(0.5)
    assert power[year.ghi_w_per_m2 == 0].max() == 0.0


def test_hotter_mounting_gives_less(year):
    yields = [pv_kw_per_kwp(year, PvSurface(mounting=m)).sum() for m in ("open_rack", "ventilated_roof", "flush_roof")]
    assert yields[0] > yields[1] > yields[2]


def test_rows_on_a_roof_are_as_warm_as_their_rating():
    """Proves: 800 W/m² behind the glass at 20 °C warm rows on a roof by 29 K, to 49 °C, as PVWatts rates roof mounts.

    If ignored: rows lose as much as modules built into the roof, 3 % of the year.
    """
    u0, u1 = HEAT_LOSS["ventilated_roof"]
    assert 20.0 + 800.0 / (u0 + u1 * 1.0) == pytest.approx(49.0, abs=0.1)


def test_roof_capacity_by_hand():
    """Proves: 1000 m² · 0.6 · 0.8 · 0.21 = 100.8 kWp. If ignored: PV does not fit the roof."""
    assert roof_kwp(1000.0, 0.8) == pytest.approx(100.8)


def test_rows_need_more_room_far_from_the_equator():
    """Proves: at 35° the sun stands 25° high at 10 h on the shortest day: 30° rows may cover half the roof."""
    assert ground_coverage_frac(0.0, 5.0) == 0.95
    height = np.radians(25.0)
    by_hand = 1.0 / (np.cos(np.pi / 6) + np.sin(np.pi / 6) / np.tan(height))
    assert ground_coverage_frac(30.0, 35.0) == pytest.approx(by_hand, rel=0.02)
    assert ground_coverage_frac(10.0, 5.0) > ground_coverage_frac(10.0, 35.0) > ground_coverage_frac(30.0, 35.0)


@pytest.mark.parametrize(
    "change",
    [
        {"soiling_frac": (0.1,) * 11},
        {"soiling_frac": (1.0,) * 12},
        {"mounting": "floating"},
        {"dc_to_ac_ratio": 0.0},
        {"temp_coefficient_per_k": 0.004},
        {"temp_coefficient_per_k": None},
        {"tilt_deg": "steep"},
        {"tilt_deg": np.full(3, 10.0)},
        {"azimuth_deg": float("nan")},
        {"albedo": None},
        {"mounting": ["open_rack"]},
        {"soiling_frac": 0.02},
        {"soiling_frac": ("none",) * 12},
    ],
)
def test_impossible_fields_are_refused(change):
    with pytest.raises(ValueError, match="must"):
        PvSurface(**change)


def test_impossible_roofs_are_refused():
    with pytest.raises(ValueError, match="roof_area_m2 must"):
        roof_kwp(-1.0, 0.5)
    with pytest.raises(ValueError, match="roof_area_m2 must"):
        roof_kwp("large", 0.5)
    with pytest.raises(ValueError, match="ground_coverage must"):
        roof_kwp(100.0, 1.5)
    with pytest.raises(ValueError, match="lat_deg must"):
        ground_coverage_frac(10.0, None)
    with pytest.raises(ValueError, match="tilt_deg"):
        ground_coverage_frac(100.0, 0.0)


def test_what_is_no_year_or_field_is_named(year):
    """Proves: a wrong object or a gap is told by its name. If ignored: callers see errors of arrays, or NaN yields."""
    with pytest.raises(DataError, match="Weather"):
        pv_kw_per_kwp(None, PvSurface())
    with pytest.raises(DataError, match="ghi_w_per_m2"):
        pv_kw_per_kwp(dataclasses.replace(year, ghi_w_per_m2=np.full(8760, np.nan)), PvSurface())
    with pytest.raises(TypeError, match="surface must be a PvSurface: got 'south'"):
        pv_kw_per_kwp(year, "south")
