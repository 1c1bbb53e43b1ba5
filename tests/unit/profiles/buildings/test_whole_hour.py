"""Set points held over the whole hour, not at its end alone."""

import numpy as np
import pytest

from edsim.profiles.buildings import Layer, Surface, ZoneSpec
from edsim.profiles.buildings.balance.march import Controls, march
from edsim.profiles.buildings.balance.network import ZoneModes, zone_modes
from edsim.profiles.buildings.balance.whole_hour import held_over_hours

_HOURS, _STEPS, _SET_C, _AIR_J_PER_K = 24 * 8, 60, 24.0, 5e5
_DRIVE_C = 32.0 + 14.0 * np.sin(2.0 * np.pi * (np.arange(_HOURS) - 9.0) / 24.0)


@pytest.fixture(scope="module")
def shed() -> ZoneSpec:
    """Return a room under a thin slab."""
    roof = Surface((Layer(0.03, 1.6, 2300.0, 900.0),), 100.0, tilt_deg=0.0)
    return ZoneSpec("shed", 100.0, 300.0, (roof,))


def _controls(cooling_floor_w: float = -1e12, *, economizer: bool = False) -> Controls:
    full = np.ones((_HOURS, 1))
    return Controls(
        conductance=0.0 * full,
        heat=1000.0 * full,
        heating_set=-1e6 * full,
        cooling_set=_SET_C * full,
        heating_limit=1e12 * full,
        cooling_floor=cooling_floor_w * full,
        economizer_limit=full if economizer else None,
        economizer_alone=np.array([False]),
        outdoor_temp=0.0 * full,
    )


def _drivers(modes: ZoneModes, repeat: int = 1) -> np.ndarray:
    drivers = np.zeros((_HOURS * repeat, modes.inputs.shape[1]))
    drivers[:, 0] = np.repeat(_DRIVE_C, repeat)
    return drivers


def _by_minutes(zone: ZoneSpec) -> np.ndarray:
    """Return the hourly means of the power that holds the air at every minute."""
    modes = zone_modes(zone, _AIR_J_PER_K, 3600.0 / _STEPS)
    forced = _drivers(modes, _STEPS) @ modes.inputs.T + 1000.0 * modes.air_gain
    state, power = np.zeros_like(modes.decay), np.empty(len(forced))
    state[0] = _SET_C
    for i, given in enumerate(forced):
        state = modes.decay * state + given
        power[i] = (_SET_C - state.sum()) / modes.air_gain.sum()
        state = state + modes.air_gain * power[i]
    return power.reshape(_HOURS, _STEPS).mean(axis=1)


def test_power_follows_the_minutes_of_the_hour(shed: ZoneSpec) -> None:
    """Proves: hourly power is the mean of what holds the room by the minute, within 0.1 % of the day's highest.

    If ignored: loads of rooms under warming masses run ahead of the minutes by 1 % of the peak.
    """
    modes = zone_modes(shed, _AIR_J_PER_K, 3600.0)
    drivers, controls = [_drivers(modes)], _controls()
    marched = march([modes], drivers, controls)
    held = held_over_hours([modes], drivers, controls, marched, np.array([True]))
    wanted, last = _by_minutes(shed), slice(_HOURS - 24, _HOURS)
    at_work = wanted[last] < -200.0
    peak = -wanted[last].min()
    before, after = (np.abs(m.power[last, 0] - wanted[last])[at_work][2:-2].max() / peak for m in (marched, held))
    assert before > 0.008
    assert after < 0.001
    assert np.array_equal(held.temp, marched.temp)


def test_capacity_and_other_zones_stay(shed: ZoneSpec) -> None:
    """Proves: the power stays within the capacity, and zones not chosen or with an economizer as marched.

    If ignored: a coil gives more than it can, or buildings of the list change.
    """
    modes = zone_modes(shed, _AIR_J_PER_K, 3600.0)
    drivers, small = [_drivers(modes)], _controls(-3000.0)
    marched = march([modes], drivers, small)
    assert held_over_hours([modes], drivers, small, marched, np.array([True])).power.min() >= -3000.0 - 1e-9
    free, apart = march([modes], drivers, _controls()), march([modes], drivers, _controls(economizer=True))
    assert np.array_equal(held_over_hours([modes], drivers, _controls(), free, np.array([False])).power, free.power)
    kept = held_over_hours([modes], drivers, _controls(economizer=True), apart, np.array([True]))
    assert np.array_equal(kept.power, apart.power)
