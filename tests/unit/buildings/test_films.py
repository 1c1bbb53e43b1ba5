"""Surface coefficients of a site by its climate."""

from collections.abc import Callable
from dataclasses import replace
from math import hypot

import numpy as np
import pytest

from edsim.profiles.buildings import Layer, Surface, Window, ZoneSpec, simulate_zones
from edsim.profiles.buildings.drivers import climate_of, window_solar_w_per_m2, zone_solar_w
from edsim.profiles.buildings.films import HEATING_CLIMATE, films_of
from edsim.profiles.buildings.glazing import angular_curve
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
    bright = ZoneSpec(
        "bright", 25.0, 75.0, (walls,), (Window(6.0, 2.7, g_frac=0.77),), interior_solar_absorptance_frac=0.1
    )
    climate = climate_of(_overcast(weather(24.0), 300.0))
    curve = angular_curve("double_clear")
    assert curve.absorbed_diffuse == pytest.approx(0.11, abs=0.01)
    direct, secondary, _ = 6.0 * window_solar_w_per_m2(bright.windows[0], climate)
    leaving, kept = 6.0 * (0.77 * curve.direct_diffuse + curve.absorbed_diffuse), 0.1 * 60.0
    faces, _ = zone_solar_w(bright, climate)
    inside = direct * (1 - 0.9 * leaving / (leaving + kept)) + 0.5 * secondary
    assert faces.sum() == pytest.approx(inside.sum())
