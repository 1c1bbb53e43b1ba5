"""Economizers beside recovery, and those that compare the enthalpy of the room's own air."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from edsim.profiles.buildings import Coil, Gains, ZoneSpec, simulate_zones
from edsim.profiles.weather import Weather

MakeWeather = Callable[..., Weather]
_AIR = ("dry_bulb_temp_c", "humidity_ratio_kg_per_kg", "wet_bulb_temp_c", "relative_humidity_frac")


def _one_after_the_other(first: Weather, second: Weather, hours: int) -> Weather:
    """Return a year with the air of the first up to an hour and that of the second from then on."""
    joined = {name: np.r_[getattr(first, name)[:hours], getattr(second, name)[hours:]] for name in _AIR}
    return replace(second, **joined)


def _zone(box: ZoneSpec, coil: Coil, **changes: object) -> ZoneSpec:
    given = {"cooling_set_c": 24.0, "gains": Gains(2.0, 1.0, 0.1), "outdoor_air_l_per_s": 20.0} | changes
    return replace(box, coil=coil, **given)


@pytest.mark.medium
def test_an_economizer_by_enthalpy_stays_as_it_was(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: in air of 20 °C and 80 % it stays shut after heat, when the coil had dried the room, open after a rest.

    A room of 24 °C has 50 kJ/kg outside beside it: less than its own 55 when it is as humid as outdoors, more than its
    own 47 when the coil dries it. If ignored: hours that one takes outdoor air in the other cools, Ponta Grossa 10 %.
    """
    year = _one_after_the_other(weather(30.0, 0.8), weather(20.0, 0.8), 4000)
    coil = Coil("vav", 12.0, 0.0, economizer="enthalpy", economizer_max_l_per_s=2000.0)
    rested = np.where((np.arange(8760) >= 4000) & (np.arange(8760) < 4100), np.inf, 24.0)
    steady, after_rest = simulate_zones([_zone(box, coil), _zone(box, coil, cooling_set_c=rested)], year).cooling_kw
    assert steady[4200:8700].min() > 1.0
    assert after_rest[4200:8700].max() < 0.1


def test_free_air_passes_the_recovery_of_ideal_systems_alone(box: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: cool, moist air of a dry-bulb economizer is dried by the wheel of `ideal`, not by that of a real system.

    If ignored: latent peaks of ideal systems are twice those of EnergyPlus, whose air all passes the wheel.
    """
    coil = Coil("ideal", 12.0, 0.0, economizer="dry_bulb", economizer_max_l_per_s=150.0)
    wheel = replace(coil, recovery_sensible_frac=0.7, recovery_latent_frac=0.7)
    zones = [_zone(box, c) for c in (coil, wheel, replace(coil, system="vav"), replace(wheel, system="vav"))]
    bare, dried, real, real_dried = simulate_zones(zones, weather(23.0, 0.95)).latent_kw[:, -1]
    assert dried == pytest.approx(0.1 + 0.3 * (bare - 0.1), rel=0.05)  # 0.1 kW are the room's own
    assert real - real_dried < 0.3 * real
