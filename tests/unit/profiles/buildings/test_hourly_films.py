"""Convection of every hour, by the temperature of each face."""

from dataclasses import replace

import numpy as np
import pytest

from edsim.profiles.buildings import Gains, Layer, Surface, ZoneSpec, simulate_zones

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
