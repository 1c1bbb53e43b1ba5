"""The table of normals, typical years made from it, and morphed climates."""

import numpy as np
import pytest

from edsim.core.errors import DataError
from edsim.core.moist_air import dew_point_c
from edsim.core.timegrid import MONTH_OF_HOUR
from edsim.profiles.weather import (
    ClimateChange,
    Weather,
    check_weather,
    find_normals,
    monthly_normals,
    morph,
    normals_table,
    synthesize_year,
)
from edsim.profiles.weather.normals import read_normals
from edsim.profiles.weather.synthesis_series import month_spreads, of_spread, unit
from edsim.profiles.weather.synthesis_temp import daily_spread_k


def test_table_holds_31_cities_in_order():
    table = normals_table()
    assert len(table) == 31
    assert [n.city for n in table] == sorted(n.city for n in table)
    assert all(n.source for n in table)


def test_city_is_found_without_accents_and_missed_with_a_hint():
    assert find_normals("Medellín").elevation_m == 1490.0
    assert find_normals("xian").city == "Xi'an"
    with pytest.raises(DataError, match=r"Bogota.*\[E232\]"):
        find_normals("Bogotá D.C.")


def test_verified_flag_follows_the_table():
    assert find_normals("Bogota").verified
    assert not find_normals("Cartagena").verified


@pytest.mark.parametrize(
    "change",
    [
        {"mean_temp_c": np.full(11, 20.0)},
        {"mean_temp_c": np.full(12, 35.0)},
        {"relative_humidity_frac": np.full(12, 80.0)},
        {"ghi_kwh_per_m2_day": np.full(12, np.nan)},
        {"design_dry_bulb_c": "35"},
        {"design_wet_bulb_c": 80.0},
        {"design_dry_bulb_c": 33.0, "design_wet_bulb_c": 34.0},
        {"design_dry_bulb_c": 27.0},
        {"daily_mean_std_k": np.full(11, 2.0)},
        {"daily_mean_std_k": np.full(12, -1.0)},
    ],
)
def test_impossible_normals_are_refused(change, make_normals):
    with pytest.raises(DataError, match="E231"):
        make_normals(**change)


def test_table_with_a_missing_month_or_column_is_refused(tmp_path):
    path = tmp_path / "normals.csv"
    head = "city,country,lat_deg,lon_deg,elevation_m,utc_offset_h,month,mean_temp_c,mean_daily_max_temp_c,"
    head += "mean_daily_min_temp_c,relative_humidity_frac,ghi_kwh_per_m2_day,wind_speed_m_per_s\n"
    path.write_text(head + "A,COL,1,2,3,0,1,20,25,15,0.5,5,2\n")
    with pytest.raises(DataError, match="1 to 12 in order"):
        read_normals(path)
    path.write_text(head + "".join(f"A,COL,1,2,3,0,{m},x,25,15,0.5,5,2\n" for m in range(1, 13)))
    with pytest.raises(DataError, match="a number"):
        read_normals(path)
    path.write_text("city,month\nA,1\n")
    with pytest.raises(DataError, match="no such column"):
        read_normals(path)


@pytest.mark.medium
@pytest.mark.parametrize("city", ["Bogota", "Dubai", "Xi'an"])
def test_synthetic_year_meets_its_normals(city):
    """Proves: monthly radiation within 0.5 %, temperature 0.2 K, daily extremes 0.2 K, humidity 2 %, wind 1 %.

    If ignored: a city's loads rest on another climate.
    """
    wanted = find_normals(city)
    site = (wanted.lat_deg, wanted.lon_deg, wanted.elevation_m, wanted.utc_offset_h)
    for seed in (0, 7):
        weather = synthesize_year(wanted, *site, seed)
        made = monthly_normals(weather)
        np.testing.assert_allclose(made.ghi_kwh_per_m2_day, wanted.ghi_kwh_per_m2_day, rtol=5e-3)
        np.testing.assert_allclose(made.mean_temp_c, wanted.mean_temp_c, atol=0.01)
        np.testing.assert_allclose(made.mean_daily_max_temp_c, wanted.mean_daily_max_temp_c, atol=0.2)
        np.testing.assert_allclose(made.mean_daily_min_temp_c, wanted.mean_daily_min_temp_c, atol=0.2)
        np.testing.assert_allclose(made.relative_humidity_frac, wanted.relative_humidity_frac, rtol=5e-3)
        np.testing.assert_allclose(made.wind_speed_m_per_s, wanted.wind_speed_m_per_s, rtol=0.01)
        assert weather.synthetic
        far = abs(wanted.lat_deg) > 30.0  # where peaks are uncertain, and nothing else is to be said
        assert [f.code for f in check_weather(weather)] == (["W223"] if far else [])


def test_seeds_repeat_and_differ(year, make_normals):
    again = synthesize_year(make_normals(), 10.44, -75.51, 2.0, -5.0, seed=1)
    np.testing.assert_array_equal(again.dry_bulb_temp_c, year.dry_bulb_temp_c)
    other = synthesize_year(make_normals(), 10.44, -75.51, 2.0, -5.0, seed=2)
    assert np.abs(other.dry_bulb_temp_c - year.dry_bulb_temp_c).max() > 0.5


def test_unverified_normals_are_said():
    wanted = find_normals("Cartagena")
    weather = synthesize_year(wanted, wanted.lat_deg, wanted.lon_deg, wanted.elevation_m, wanted.utc_offset_h)
    assert any("unverified" in note for note in weather.notes)


def test_impossible_radiation_and_sites_are_refused(make_normals):
    with pytest.raises(DataError, match="E233"):
        synthesize_year(make_normals(ghi_kwh_per_m2_day=np.full(12, 9.5)), 10.0, -75.0, 0.0, -5.0)
    with pytest.raises(DataError, match="E234") as error:
        synthesize_year(make_normals(), 80.0, 200.0, 9000.0, 20.0, seed=-1)
    assert len(error.value.findings) == 5


def test_morph_shifts_and_stretches_by_hand(year):
    """Proves: mean +2 K, daily maximum +2.5 K and minimum +1.5 K arrive in the normals; humidity and sun follow.

    If ignored: future peaks are only today's plus a constant.
    """
    change = ClimateChange(2.0, 2.5, 1.5, relative_humidity_change_frac=-0.02, ghi_factor=1.03, wind_factor=0.9)
    now, later = monthly_normals(year), monthly_normals(morph(year, change))
    np.testing.assert_allclose(later.mean_temp_c - now.mean_temp_c, 2.0, atol=1e-9)
    swing = now.mean_daily_max_temp_c - now.mean_daily_min_temp_c
    np.testing.assert_allclose(later.mean_daily_max_temp_c - later.mean_daily_min_temp_c, swing + 1.0, atol=1e-9)
    np.testing.assert_allclose(later.ghi_kwh_per_m2_day / now.ghi_kwh_per_m2_day, 1.03)
    np.testing.assert_allclose(later.wind_speed_m_per_s / now.wind_speed_m_per_s, 0.9)
    assert np.all(later.relative_humidity_frac < now.relative_humidity_frac)


def test_no_change_changes_nothing(year):
    same = morph(year, ClimateChange(label="none"))
    for name in ("dry_bulb_temp_c", "ghi_w_per_m2", "dni_w_per_m2", "dhi_w_per_m2", "sky_infrared_w_per_m2"):
        assert getattr(same, name) == pytest.approx(getattr(year, name), rel=1e-7, abs=1e-9)


def test_one_month_changes_alone(year):
    july = np.where(np.arange(12) == 6, 3.0, 0.0)
    later = morph(year, ClimateChange(mean_temp_change_k=july))
    difference = later.dry_bulb_temp_c - year.dry_bulb_temp_c
    assert difference == pytest.approx(np.where(MONTH_OF_HOUR == 6, 3.0, 0.0), rel=1e-7)


@pytest.mark.parametrize(
    "change",
    [
        ClimateChange(mean_temp_change_k=np.zeros(5)),
        ClimateChange(mean_temp_change_k=300.0),
        ClimateChange(max_temp_change_k=1.0),
        ClimateChange(ghi_factor=np.nan),
    ],
)
def test_impossible_changes_are_refused(change, year):
    with pytest.raises(DataError, match="E241"):
        morph(year, change)


@pytest.mark.medium
def test_design_temperatures_are_met(make_normals):
    """Proves: 0.4 % of the hours exceed the design dry and wet bulb given, at the same monthly means.

    If ignored: a peak taken from a made year stands against the published one of the station.
    """
    year = synthesize_year(
        make_normals(design_dry_bulb_c=33.4, design_wet_bulb_c=27.6), 10.44, -75.51, 2.0, -5.0, seed=2
    )
    assert np.percentile(year.dry_bulb_temp_c, 99.6) == pytest.approx(33.4, abs=0.02)
    assert np.percentile(year.wet_bulb_temp_c, 99.6) == pytest.approx(27.6, abs=0.02)
    assert not year.doubts
    means = monthly_normals(year)
    assert means.mean_temp_c == pytest.approx(np.full(12, 28.0), abs=0.01)
    assert means.mean_daily_max_temp_c == pytest.approx(np.full(12, 31.0), abs=0.2)
    assert means.relative_humidity_frac == pytest.approx(np.full(12, 0.8), abs=0.001)


@pytest.mark.medium
def test_the_stated_spread_of_days_is_met(make_normals):
    """Proves: daily means spread by month as stated, the season's own course counted; means and design stay met.

    If ignored: a station's published spread is read and made years keep the one guessed from the climate.
    """
    mean = 20.0 - 8.0 * np.cos(2.0 * np.pi * (np.arange(12) + 0.5) / 12.0)
    stated = np.linspace(3.0, 5.0, 12)
    course = {"mean_temp_c": mean, "mean_daily_max_temp_c": mean + 5.0, "mean_daily_min_temp_c": mean - 5.0}
    sun = np.full(12, 2.5)
    wanted = make_normals(**course, ghi_kwh_per_m2_day=sun, daily_mean_std_k=stated, design_dry_bulb_c=39.0)
    made = synthesize_year(wanted, 35.0, -75.51, 2.0, -5.0, seed=3)
    means = monthly_normals(made)
    assert means.daily_mean_std_k == pytest.approx(stated, abs=0.1)
    assert means.mean_temp_c == pytest.approx(mean, abs=0.01)
    assert means.mean_daily_max_temp_c == pytest.approx(mean + 5.0, abs=0.2)
    assert np.percentile(made.dry_bulb_temp_c, 99.6) == pytest.approx(39.0, abs=0.02)


def test_a_spread_smaller_than_the_course_of_the_month_leaves_a_tenth() -> None:
    """Proves: a month that warms by more than the stated spread keeps days that differ. If ignored: a negative root."""
    line, wander = np.arange(8760) / 24.0, np.random.default_rng(0).normal(size=365).repeat(24)
    flat, steep = (of_spread(line * slope, wander, np.full(12, 2.0)) for slope in (0.0, 1.0))
    assert month_spreads(flat) == pytest.approx(np.full(12, 2.0))
    assert month_spreads(steep) == pytest.approx(np.full(12, 0.2))


def test_spread_of_days_is_read_from_a_table_whole_or_not_at_all(tmp_path):
    """Proves: twelve cells are read, eleven refused. If ignored: a month without a value stops a study midway."""
    head = "city,country,lat_deg,lon_deg,elevation_m,utc_offset_h,month,mean_temp_c,mean_daily_max_temp_c,"
    head += "mean_daily_min_temp_c,relative_humidity_frac,ghi_kwh_per_m2_day,wind_speed_m_per_s,daily_mean_std_k\n"
    path = tmp_path / "normals.csv"
    rows = [f"A,COL,1,2,3,0,{m},20,25,15,0.5,5,2,1.5\n" for m in range(1, 13)]
    path.write_text(head + "".join(rows))
    assert read_normals(path)[0].daily_mean_std_k == pytest.approx(np.full(12, 1.5))
    path.write_text(head + rows[0].replace("1.5\n", "\n") + "".join(rows[1:]))
    with pytest.raises(DataError, match="daily_mean_std_k"):
        read_normals(path)


def test_a_month_of_like_days_has_no_spread() -> None:
    """Proves: a month whose days are all alike stays at its mean. If ignored: 0 / 0 in the year."""
    hourly = np.where(MONTH_OF_HOUR == 5, 3.0, np.arange(8760) % 7.0 + np.arange(8760) // 24 % 5)
    scores = unit(hourly)
    assert np.all(scores[MONTH_OF_HOUR == 5] == 0.0)
    assert scores[MONTH_OF_HOUR == 0].reshape(-1, 24).mean(axis=1).std() == pytest.approx(1.0)


def test_the_warmest_hour_is_not_the_same_every_day(year: Weather) -> None:
    """Proves: showers and breezes move the warmest hour. If ignored: smooth days hold 0.5 K too many warm hours."""
    warmest = year.dry_bulb_temp_c.reshape(365, 24).argmax(axis=1)
    assert np.bincount(warmest).max() < 0.8 * 365


def test_spread_of_days_grows_no_further_than_the_storm_belt() -> None:
    """Proves: days at 60° wander no more than at 50° with the same normals. If ignored: peaks there are 2 K high."""
    means = np.array([-5.0, -5, 0, 6, 12, 16, 18, 17, 12, 6, 1, -3])
    belt, polar = (daily_spread_k(means, at, np.zeros(12)) for at in (50.0, 60.0))
    assert polar == pytest.approx(belt)
    assert np.all(belt > 1.1 * daily_spread_k(means, 40.0, np.zeros(12)))


@pytest.mark.parametrize(("summer_ghi", "low", "high"), [(6.6, -0.6, -0.27), (8.0, -0.22, 0.2)])
def test_moist_days_of_dry_interiors_with_cloudy_summers_are_the_cooler_ones(summer_ghi, low, high, make_normals):
    """Proves: where summers are dry and no clearer than winters, hot hours are drier; elsewhere hardly.

    If ignored: wet bulbs of the High Plains are 1.2 to 2.7 K too high at 99.6 %, and cooling towers too large.
    """
    season = -np.cos(2.0 * np.pi * np.arange(12) / 12.0)
    mean = 16.0 + 12.0 * season
    outside = np.array([5.3, 6.8, 8.7, 10.4, 11.4, 11.8, 11.6, 10.8, 9.3, 7.4, 5.7, 4.9])
    clearness = 0.57 + (summer_ghi / 11.6 - 0.57) * np.clip(season, 0.0, 1.0)
    normals = make_normals(
        mean_temp_c=mean,
        mean_daily_max_temp_c=mean + 7.0,
        mean_daily_min_temp_c=mean - 7.0,
        relative_humidity_frac=np.full(12, 0.45),
        ghi_kwh_per_m2_day=clearness * outside,
    )
    made = synthesize_year(normals, 35.0, -101.0, 1100.0, -6.0, 0)
    warm = (MONTH_OF_HOUR >= 5) & (MONTH_OF_HOUR <= 7)
    dew = dew_point_c(made.humidity_ratio_kg_per_kg, made.pressure_pa)
    tie = float(np.corrcoef(made.dry_bulb_temp_c[warm], dew[warm])[0, 1])
    assert low < tie < high
