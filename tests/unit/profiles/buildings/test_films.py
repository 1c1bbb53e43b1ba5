"""Surface coefficients of a site by its climate."""

from collections.abc import Callable
from dataclasses import replace
from math import hypot

import numpy as np
import pytest

from edsim.profiles.buildings import Layer, Surface, Window, ZoneSpec, simulate_zones
from edsim.profiles.buildings.balance.drivers import (
    climate_of,
    driving_temp_c,
    pane_heat_w_per_m2,
    sky_share,
    window_solar_w_per_m2,
    zone_solar_w,
)
from edsim.profiles.buildings.balance.network import Part
from edsim.profiles.buildings.envelope.exchange import inside_exchange_w_per_m2_k
from edsim.profiles.buildings.envelope.films import HEATING_CLIMATE, films_of, forced_on_roof_w_per_m2_k
from edsim.profiles.buildings.envelope.glazing import angular_curve
from edsim.profiles.buildings.envelope.hot_faces import drive_of, natural_convection
from edsim.profiles.buildings.envelope.sun import ShadingDevices
from edsim.profiles.weather import Weather

MakeWeather = Callable[..., Weather]


def _windy(year: Weather, wind_m_per_s: float) -> Weather:
    return replace(year, wind_speed_m_per_s=np.full(8760, wind_m_per_s))


def _overcast(year: Weather, diffuse_w_per_m2: float) -> Weather:
    day = (np.arange(8760) % 24 >= 7) & (np.arange(8760) % 24 < 17)
    light = np.where(day, diffuse_w_per_m2, 0.0)
    return replace(year, ghi_w_per_m2=light, dhi_w_per_m2=light)


def test_heating_climates_keep_their_mean_coefficients(weather: MakeWeather) -> None:
    """Proves: up to 12 °C glass keeps the film its U-value is stated for, and opaque faces their mean of the year.

    If ignored: the wind of the file would change the U-value of a window, or BESTEST would be held by chance only.
    """
    assert films_of(weather(12.0)) is HEATING_CLIMATE
    assert HEATING_CLIMATE.mean_glass == pytest.approx(24.14)
    assert HEATING_CLIMATE.outside(glass=True) == pytest.approx(24.14)
    assert HEATING_CLIMATE.mean_opaque == pytest.approx(17.6 + 4.6)


def test_film_of_a_warm_site_by_hand(weather: MakeWeather) -> None:
    """Proves: 3 m/s at the mast are 1.50 m/s at the facade in a suburb, natural and forced convection add as squares.

    By hand: 3 x (270/10)^0.14 x (2/370)^0.22 = 1.508 m/s; windward 4.70, leeward 4.57, mean 4.63 W/(m²K).
    If ignored: sun-heated roofs in still tropical air are cooled as by a gale.
    """
    films = films_of(_windy(weather(25.0), 3.0))
    local = 3.0 * 27.0**0.14 * (2 / 370.0) ** 0.22
    glass = hypot(2.8, 0.5 * (3.26 * local**0.89 + 3.55 * local**0.617))
    assert local == pytest.approx(1.508, abs=2e-3)
    assert films.mean_glass == pytest.approx(glass + 5.6)
    assert films.mean_opaque == pytest.approx(2.8 + 1.52 * (glass - 2.8) + 5.6)


def test_coefficients_pass_steadily_from_cool_to_warm(weather: MakeWeather) -> None:
    """Proves: half way between 12 and 18 °C every coefficient is half way. If ignored: loads jump between sites."""
    half, warm = films_of(_windy(weather(15.0), 3.0)), films_of(_windy(weather(18.0), 3.0))
    assert half.inside_wall == pytest.approx((2.5 + warm.inside_wall) / 2)
    assert half.outside(glass=False) == pytest.approx((22.2 + np.asarray(warm.outside(glass=False))) / 2)


@pytest.mark.medium
def test_still_air_lets_the_sun_heat_a_bare_roof(weather: MakeWeather) -> None:
    """Proves: a sunny bare roof loads the room more when the air is still. If ignored: roofs are 15 % too cool."""
    roof = Surface((Layer(0.15, 1.6, 2300.0, 900.0),), 80.0, tilt_deg=0.0, solar_absorptance_frac=0.7)
    zone = ZoneSpec("roof", 80.0, 240.0, (roof,), cooling_set_c=24.0)
    sunny = _overcast(weather(27.0), 400.0)
    still, windy = (simulate_zones([zone], _windy(sunny, v)).sensible_kw.sum() for v in (1.0, 8.0))
    assert still > 1.05 * windy


def test_diffuse_light_leaves_through_opposite_windows(weather: MakeWeather) -> None:
    """Proves: two windows that see each other keep less of their light than one of both areas.

    If ignored: rooms of glass on three sides are a few per cent too warm.
    """
    walls = Surface((Layer(0.1, 0.5, 1400.0, 1000.0),), 60.0, "adiabatic")
    base = ZoneSpec("glass", 25.0, 75.0, (walls,), cooling_set_c=24.0)
    facing = replace(base, windows=(Window(6.0, 2.7, 0.0), Window(6.0, 2.7, 180.0)))
    north, south = (replace(base, windows=(Window(12.0, 2.7, azimuth),)) for azimuth in (0.0, 180.0))
    loads = simulate_zones([facing, north, south], _overcast(weather(24.0), 300.0)).sensible_kw.sum(axis=1)
    assert loads[0] < 0.5 * (loads[1] + loads[2])


def test_panes_absorb_what_a_bright_room_reflects(weather: MakeWeather) -> None:
    """Proves: clear panes keep 11 % of the light that comes back from the room from it, beside what they let through.

    A closed room of 60 m² that absorbs a tenth: kept = a A / (a A + window (g tau + 0.11)), by hand.
    If ignored: rooms with bright faces are 3 % too warm (BESTEST case 280).
    """
    walls = Surface((Layer(0.1, 0.5, 1400.0, 1000.0),), 60.0, "adiabatic")
    pair = Window(6.0, 2.7, g_frac=0.77, glazing="double_clear")
    bright = ZoneSpec("bright", 25.0, 75.0, (walls,), (pair,), interior_solar_absorptance_frac=0.1)
    bright = replace(bright, films_by_hour=False)
    climate = climate_of(_overcast(weather(24.0), 300.0))
    curve = angular_curve("double_clear")
    assert curve.absorbed_diffuse == pytest.approx(0.11, abs=0.01)
    direct, secondary, _ = 6.0 * window_solar_w_per_m2(bright.windows[0], climate)
    leaving, kept = 6.0 * (0.77 * curve.direct_diffuse + curve.absorbed_diffuse), 0.1 * 60.0
    faces, _, _ = zone_solar_w(bright, climate)
    inside = direct * (1 - 0.9 * leaving / (leaving + kept)) + 0.5 * secondary
    assert faces.sum() == pytest.approx(inside.sum())


def test_heat_in_panes_warms_them_in_warm_air_and_is_split_as_rated_in_the_cold(weather: MakeWeather) -> None:
    """Proves: a tinted pane of U = 5.2 absorbs 1 / 0.267 of what its g counts as inward; cold sites split that in half.

    By hand, R_p = 1/5.2 - 1/24.14 - 1/7.63 = 0.0198 and half of it lies before the heat: rated
    (0.0414 + 0.0099) / 0.1923 = 0.267 goes inward.
    If ignored: in still air rooms behind tinted single panes are cooled 4 to 13 % too little, behind clear pairs up to
    4 % too much and too early, because half of that heat comes to the air at once (EnergyPlus).
    """
    pane = Window(6.0, 5.2, g_frac=0.5, glazing="single_tinted")
    room = ZoneSpec("room", 25.0, 75.0, (Surface(_BARE, 60.0, "adiabatic"),), (pane,))
    warm, cold = (climate_of(_overcast(weather(mean_c), 300.0)) for mean_c in (25.0, 8.0))
    heat, moment = pane_heat_w_per_m2(Part((), (pane,)), warm)
    rated = window_solar_w_per_m2(pane, warm)[1]
    assert heat == pytest.approx(rated / 0.267, rel=2e-3)
    assert moment == pytest.approx(0.0099 * np.asarray(heat), rel=2e-3)
    assert not zone_solar_w(room, warm)[2].any()
    assert not np.any(pane_heat_w_per_m2(Part((), (pane,)), cold)[0])
    assert zone_solar_w(room, cold)[2] == pytest.approx(3.0 * window_solar_w_per_m2(pane, cold)[1])


@pytest.mark.medium
def test_panes_give_more_of_their_heat_to_rooms_in_still_air(weather: MakeWeather) -> None:
    """Proves: behind a tinted pane the sun adds more than a tenth more to the load in still air than in a storm.

    If ignored: what panes absorb would go inward as in the wind of a rating, or not at all.
    """
    pane = Window(6.0, 5.2, g_frac=0.5, glazing="single_tinted")
    room = ZoneSpec("room", 25.0, 75.0, (Surface(_BARE, 60.0, "adiabatic"),), (pane,), cooling_set_c=24.0)
    dark = weather(25.0)
    sun = {}
    for wind in (0.0, 40.0):
        loads = [simulate_zones([room], _windy(w, wind)).sensible_kw.sum() for w in (_overcast(dark, 300.0), dark)]
        sun[wind] = loads[0] - loads[1]
    assert sun[0.0] > 1.1 * sun[40.0]


def test_inside_faces_exchange_with_all_planes_but_their_own() -> None:
    """Proves: of a cube each plane exchanges 5/6 of 6.04 W/(m²K) with the others, as a gray plane of 0.9 would.

    By hand, F = 1 / (1 - 1/6) = 1.2; 5.13 / 0.9 / (1/0.9 - 1 + 1/1.2) = 6.04. Glass in one of its walls, which sees the
    same, has 5.13 / 0.9 / (1/0.837 - 1 + 1/1.2) = 5.54; partitions have F = 1 and leave planes a little less.
    If ignored: floors and ceilings, a third of all faces, exchange 30 % too little, and loads come early.
    """
    walls = [Surface(_BARE, 9.0, azimuth_deg=azimuth) for azimuth in (0.0, 90.0, 180.0, 270.0)]
    level = [Surface(_BARE, 9.0, tilt_deg=tilt) for tilt in (0.0, 180.0)]
    glass, rest = Window(3.0, 2.7, azimuth_deg=0.0), replace(walls[0], area_m2=6.0)
    assert inside_exchange_w_per_m2_k([walls, level], 1.0) == pytest.approx([6.035, 6.035], abs=2e-3)
    assert inside_exchange_w_per_m2_k([[rest, *walls[1:]], level, [glass]], 1.0)[2] == pytest.approx(5.54, abs=5e-3)
    partition = Surface(_BARE, 36.0, "adiabatic")
    parted = inside_exchange_w_per_m2_k([walls, level, [partition]], 1.0)
    assert parted[2] == pytest.approx(5.13)
    assert 5.13 < parted[0] < 6.03
    assert inside_exchange_w_per_m2_k([walls, level], 0.0) == [5.13, 5.13]


def test_wind_on_roofs_by_hand() -> None:
    """Proves: 3 m/s at the mast are 1.649 m/s on the roof of a storey: 3.26 x 1.649^0.89 = 5.09 W/(m²K), windward all.

    If ignored: roofs lose a fifteenth less to the wind than the source says, the mean with the lee side.
    """
    assert forced_on_roof_w_per_m2_k(np.array([3.0])) == pytest.approx([5.09], abs=0.01)


_BARE = (Layer(0.15, 1.6, 2300.0, 900.0),)


def test_natural_convection_at_a_face_by_hand() -> None:
    """Proves: 20 K across bare concrete leave 8.7 K at its inside face, which 2.70 W/(m²K) of convection suit.

    By hand: 0.0938 + 1/14 = 0.165 m²K/W beyond the face; 20 K / (0.165 (2.70 + 5.13) + 1) = 8.72 K,
    1.31 x 8.72^(1/3) = 2.70.
    If ignored: walls and roofs without insulation give a tenth less heat than they do.
    """
    assert natural_convection(20.0, _BARE, 1 / 14, ceiling=False) == pytest.approx(2.70, abs=0.01)
    assert natural_convection(0.0, _BARE, 1 / 14, ceiling=True) == pytest.approx(0.0, abs=0.01)


def test_the_drive_counts_hours_by_the_heat_they_bring() -> None:
    """Proves: 10 h of 20 K and 30 h of 4 K are a drive of 14 K, not the mean of 8; cold hours do not count.

    By hand: (10 x 20² + 30 x 4²) / (10 x 20 + 30 x 4) = 4480/320 = 14 K.
    If ignored: the nights of a year would hide what its afternoons do.
    """
    shade = 24.0 + np.concatenate([np.full(10, 20.0), np.full(30, 4.0), np.full(500, -5.0)])
    drive = drive_of(shade, [np.zeros(540)], 14.0)
    assert drive.at(0.0) == pytest.approx(14.0)
    assert drive.at(0.9) == pytest.approx(14.0)
    assert drive_of(shade, [np.full(540, 100.0)], 14.0).at(0.6) > 14.0


def test_bare_faces_of_warm_sites_have_their_own_convection(weather: MakeWeather) -> None:
    """Proves: a bare sunny roof convects more than the mean of the year, an insulated one or one in the cold does not.

    If ignored: a roof of bare concrete peaks 12 % low, or every insulated roof too high.
    """
    bare = Surface(_BARE, 80.0, tilt_deg=0.0, solar_absorptance_frac=0.7)
    lined = replace(bare, layers=(Layer(resistance_m2_k_per_w=3.0), *_BARE))
    hot, cold = (climate_of(_overcast(weather(mean), 500.0)).films for mean in (30.0, 5.0))
    assert hot.inside(bare) > 1.7
    assert hot.inside(lined) == hot.inside(replace(bare, boundary="adiabatic")) == cold.inside(bare)


@pytest.mark.medium
def test_rain_cools_a_hot_roof(weather: MakeWeather) -> None:
    """Proves: while 1 mm/h falls on a hot site a sunny roof is no warmer than the wet bulb; 0.5 mm/h leave it dry.

    If ignored: bare roofs of rainy cities load their rooms 4 % more than EnergyPlus finds.
    """
    roof = Surface(_BARE, 80.0, tilt_deg=0.0, solar_absorptance_frac=0.7)
    zone = ZoneSpec("roof", 80.0, 240.0, (roof,), cooling_set_c=24.0)
    dry = _overcast(weather(30.0), 400.0)
    drizzle, rain = (replace(dry, rain_mm_per_h=np.full(8760, mm)) for mm in (0.5, 1.0))
    load = {
        name: simulate_zones([zone], w).sensible_kw.sum() for name, w in zip("odr", (dry, drizzle, rain), strict=True)
    }
    assert load["d"] == load["o"] > 100.0
    assert load["r"] < 0.3 * load["o"]


def test_air_of_files_is_that_of_the_middle_of_the_hour(weather: MakeWeather) -> None:
    """Proves: air stated at the end of the hour is the mean of both ends in warm climates; other years stay.

    If ignored: air runs half an hour ahead of the sun, and with it every load.
    """
    rising = replace(weather(25.0), dry_bulb_temp_c=25.0 + np.arange(8760) % 24 / 4.0)
    stated = climate_of(replace(rising, air_at_hour_end=True)).outdoor_temp_c
    assert stated[10] == pytest.approx(25.0 + 9.5 / 4.0)
    assert stated[24] == pytest.approx(25.0 + 11.5 / 4.0)
    assert climate_of(rising).outdoor_temp_c == pytest.approx(rising.dry_bulb_temp_c)
    cool = replace(weather(10.0), dry_bulb_temp_c=5.0 + np.arange(8760) % 24 / 4.0, air_at_hour_end=True)
    assert climate_of(cool).outdoor_temp_c == pytest.approx(cool.dry_bulb_temp_c)


def test_beam_falls_on_the_floor_as_far_as_the_room_is_deep(weather: MakeWeather) -> None:
    """Proves: floors alone absorb the beam that comes to them, the far wall the rest, and nothing is lost or made.

    A room 6 m deep and 3 m high: a beam that falls 0.2 m per meter meets the floor with 40 % of it.
    If ignored: light walls are sunlit for the floor, and loads come an hour early (Seville: 0.8 h).
    """
    noon = np.arange(8760) % 24 == 12
    year = replace(weather(25.0), dni_w_per_m2=np.where(noon, 800.0, 0.0))
    slab = Surface((Layer(0.1, 1.6, 2300.0, 900.0),), 36.0, "adiabatic", tilt_deg=180.0)
    room = ZoneSpec("room", 36.0, 108.0, (slab,), (Window(6.0, 2.7, azimuth_deg=270.0),))
    climate = climate_of(year)
    faces, floor, air = zone_solar_w(room, climate)
    all_faces, none, same_air = zone_solar_w(replace(room, films_by_hour=False), climate)
    assert not none.any()
    assert not air.any()  # what panes absorb warms them
    assert faces + floor == pytest.approx(all_faces - same_air)
    beam = 6.0 * window_solar_w_per_m2(room.windows[0], climate)[2]
    sun = climate.sky.sun
    fall = np.tan(np.radians(90.0 - sun.zenith_deg)) / np.cos(np.radians(sun.azimuth_deg - 270.0))
    hour = int(np.argmax(beam))
    assert floor[hour] == pytest.approx(0.6 * beam[hour] * min(2.0 * fall[hour], 1.0))
    low = (beam > 1.0) & (fall > 0) & (fall < 0.5)
    assert floor[low] == pytest.approx(0.6 * beam[low] * 2.0 * fall[low])


@pytest.mark.parametrize("glass", [True, False])
def test_what_hides_the_sky_is_as_warm_as_the_air(weather: MakeWeather, *, glass: bool) -> None:
    """Proves: a face under a deep overhang loses heat to the air alone, one in the open to the cold sky as well.

    If ignored: shaded glass of warm climates loses a third too much at night.
    """
    climate = climate_of(replace(weather(25.0), sky_infrared_w_per_m2=np.full(8760, 330.0)))
    wall = Surface((Layer(0.1, 1.0, 2000.0, 900.0),), 1.0, height_m=3.0)
    open_part = Part((), (Window(1.0, 3.0, height_m=1.0, width_m=1.0),)) if glass else Part((wall,), ())
    member = (open_part.windows or open_part.surfaces)[0]
    hidden = replace(member, overhang_depth_m=1e3)
    hidden_part = Part((), (hidden,)) if glass else Part((hidden,), ())
    assert driving_temp_c(open_part, climate).max() < 24.0
    assert driving_temp_c(hidden_part, climate).min() == pytest.approx(25.0, abs=0.02)
    assert sky_share(hidden_part) == pytest.approx(0.0, abs=2e-3)
    assert sky_share(open_part) > 0.3


def test_an_overhang_hides_the_sky_above_and_not_the_horizon(weather: MakeWeather) -> None:
    """Proves: of the diffuse light the band at the horizon and the ground's stay under an overhang, fins take of both.

    If ignored: shaded windows let 20 % too little in, and boxes behind them are 10 % too cool.
    """
    sky = climate_of(_overcast(weather(25.0), 300.0)).sky
    sun = sky.on(90.0, 180.0)
    deep = ShadingDevices(overhang_depth_m=1e4, height_m=1.0, width_m=1.0)
    _, left = sky.shaded(90.0, 180.0, deep)
    assert np.abs(sun.horizon).max() > 5.0
    assert left == pytest.approx(sun.horizon + sun.ground, abs=0.05)
    _, between = sky.shaded(90.0, 180.0, replace(deep, overhang_depth_m=0.0, fin_depth_m=1e4))
    assert between == pytest.approx(sun.ground, abs=0.05)
