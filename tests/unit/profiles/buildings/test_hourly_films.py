"""Convection of every hour, by the temperature of each face."""

from dataclasses import replace

import numpy as np
import pytest

from edsim.profiles.buildings import Gains, Layer, Surface, Window, ZoneSpec, simulate_zones
from edsim.profiles.buildings.balance.drivers import climate_of
from edsim.profiles.buildings.balance.hourly_films import inside_convection_w_per_m2_k
from edsim.profiles.buildings.balance.network import Part

_FACE = Layer(0.15, 1.6, 2300.0, 900.0)


def _room(**changes: object) -> ZoneSpec:
    room = ZoneSpec(
        "room",
        100.0,
        300.0,
        (Surface((Layer(resistance_m2_k_per_w=0.01),), 100.0, "ground", tilt_deg=90.0, ground_temp_c=34.0),),
        cooling_set_c=24.0,
        internal_capacity_kj_per_m2_k=4.0,
    )
    return replace(room, **changes)


def _convection(weather, room: ZoneSpec) -> float:
    """Return the steady coefficient at the one face of a room, W/(m²K), from its load."""
    power = 1000 * simulate_zones([room], weather).sensible_kw[0, 5000]
    face_c = 34.0 - power / 100.0 * (0.01 + 1e-4)
    return float(power / 100.0 / (face_c - 24.0))


@pytest.mark.medium
@pytest.mark.parametrize(("tilt_deg", "factor"), [(90.0, 1.31), (0.0, 0.76), (180.0, 1.51)])
def test_steady_face_has_the_natural_convection_of_its_own_temperature(weather, tilt_deg: float, factor: float) -> None:
    """A wall, a ceiling and a floor at 34 °C in a room of 24 °C: one coefficient a year would give 2.1, 1.5 and 2.4."""
    face = replace(_room().surfaces[0], tilt_deg=tilt_deg)
    found = _convection(weather(25.0), _room(surfaces=(face,)))
    power = found * 10.0
    face_c = 34.0 - power * 0.0101 / (1 + found * 0.0101)
    assert found == pytest.approx(factor * (face_c - 24.0) ** (1 / 3), rel=0.02)


def test_glass_has_the_convection_of_a_pane_in_the_air_of_its_place(weather) -> None:
    """Proves: at a pane of 2 m, 6 K colder than the room, ISO 15099 has 1.91 W/(m²K) at sea level, 1.63 at 74 kPa.

    By hand at 20 °C: Ra = (1.204 kg/m³)² (2 m)³ 9.81 m/s² 1006 J/(kg K) 6 K / (293 K 0.0256 1.82e-5) = 5.03e9,
    Nu = 0.56 Ra^(1/4) = 149, times 0.0256 W/(m K) / 2 m; in thin air times the root of 74/101.3.
    If ignored: rooms behind single glass in Bogotá lose a quarter too much at night and are cooled 27 % too little.
    """
    part, cold_k = Part((), (Window(1.0, 5.8, height_m=2.0),)), np.array([-6.0])
    for pressure_pa, expected in ((101325.0, 1.91), (74000.0, 1.63)):
        climate = climate_of(replace(weather(25.0), pressure_pa=np.full(8760, pressure_pa)))
        assert inside_convection_w_per_m2_k(cold_k, part, climate) == pytest.approx([expected], abs=0.01)


@pytest.mark.medium
def test_heating_climates_and_zones_that_ask_for_it_keep_one_coefficient(weather) -> None:
    """Heating climates keep the standard's coefficients; the building list keeps the mean of warm ones."""
    assert _convection(weather(10.0), _room()) == pytest.approx(2.5, rel=0.01)
    assert _convection(weather(25.0), _room(films_by_hour=False)) == pytest.approx(2.1, rel=0.01)


@pytest.mark.medium
def test_own_coefficient_of_a_surface_stays(weather) -> None:
    """A coefficient that is given is the one of every hour."""
    face = replace(_room().surfaces[0], convection_w_per_m2_k=4.0)
    assert _convection(weather(25.0), _room(surfaces=(face,))) == pytest.approx(4.0, rel=0.01)


@pytest.mark.medium
def test_closed_box_gives_off_what_is_released_in_it(weather) -> None:
    """Films move heat between faces and air and make none: without contact outdoors cooling is the gains."""
    walls = (Surface((_FACE,), 200.0, "adiabatic"), Surface((_FACE,), 100.0, "adiabatic", tilt_deg=180.0))
    gains = Gains(radiant_kw=np.where(np.arange(8760) % 24 < 12, 4.0, 0.0))
    cooling = simulate_zones([_room(surfaces=walls, gains=gains)], weather(25.0)).sensible_kw[0]
    assert cooling.mean() == pytest.approx(2.0, rel=1e-3)
