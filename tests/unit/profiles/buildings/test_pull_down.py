"""Cooling that starts: set points that fall."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from edsim.profiles.buildings import Gains, Layer, Surface, ZoneSpec, simulate_zones
from edsim.profiles.buildings.balance.network import zone_modes
from edsim.profiles.buildings.balance.pull_down import pull_down_kernel
from edsim.profiles.weather import Weather

MakeWeather = Callable[..., Weather]
_HOUR = np.arange(8760) % 24
_SET_C = np.where(_HOUR >= 8, 24.0, 30.0)
_STEPS = 60


@pytest.fixture(scope="module")
def hall() -> ZoneSpec:
    """Return a hall with a heavy floor that cools from 08 h."""
    slab = Surface((Layer(0.1, 1.6, 2300.0, 900.0),), 100.0, "adiabatic", tilt_deg=180.0)
    walls = Surface((Layer(resistance_m2_k_per_w=0.5), Layer(0.05, 0.5, 800.0, 1000.0)), 200.0)
    return ZoneSpec("hall", 100.0, 300.0, (slab, walls), gains=Gains(convective_kw=1.0), cooling_set_c=_SET_C)


def test_the_kernel_is_what_steps_of_a_minute_take_more(hall: ZoneSpec) -> None:
    """Proves: hourly power plus kernel is the power that holds a fall of 1 K in a network of steps of a minute.

    If ignored: start-up peaks are a third too low, or heat is taken twice.
    """
    hourly, fine = (zone_modes(hall, 1e6, 3600.0 / n) for n in (1, _STEPS))
    held = []
    for modes, steps in ((hourly, 24), (fine, 24 * _STEPS)):
        state, power = np.zeros_like(modes.decay), np.empty(steps)
        for i in range(steps):
            state = modes.decay * state
            power[i] = (-1.0 - state.sum()) / modes.air_gain.sum()
            state = state + modes.air_gain * power[i]
        held.append(power)
    wanted = held[1].reshape(24, _STEPS).mean(axis=1)
    assert held[0] + pull_down_kernel(hourly) == pytest.approx(wanted, rel=0.01)


@pytest.mark.medium
def test_cooling_at_once_takes_more_at_the_start_and_less_later(hall: ZoneSpec, weather: MakeWeather) -> None:
    """Proves: the first hour takes more, later ones less, the day a little more, within the capacity.

    If ignored: the peak of a shop that opens is a fifth too low, or a coil gives more than it can.
    """
    limited = replace(hall, name="limited", cooling_capacity_kw=3.5)
    soft = replace(hall, name="soft", cooling_starts_at_once=False)
    r = simulate_zones([hall, soft, limited], weather(28.0))
    at_once, within, bounded = r.sensible_kw[:, 24 * 100 : 24 * 101]
    assert at_once[8] > 1.2 * within[8]
    assert (at_once[9:20] < within[9:20]).all()
    assert 1.0 <= at_once.sum() / within.sum() < 1.08
    assert np.array_equal(r.air_temp_c[0], r.air_temp_c[1])
    assert within[8] < bounded.max() <= 3.5 + 1e-9
