"""Cooling that holds a lowered set point from the beginning of the hour.

The march gives constant power within an hour, so that a set point that falls is reached at the hour's end. An ideal
system reaches it within minutes and holds it: it takes more heat from the masses in that hour, and less afterwards.
The network being linear, the difference of the two is a kernel of each zone times the fall of the temperature, added
to the marched power.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from edsim.profiles.buildings.balance.march import Controls, Marched
from edsim.profiles.buildings.balance.network import ZoneModes
from edsim.profiles.buildings.balance.whole_hour import power_along

Array = NDArray[np.float64]

_KERNEL_HOURS = 24
_FIRST_STEPS = 60  # an ideal system reaches its set point within a minute
_STEPS_PER_HOUR = 6
_LEAST_FALL_K = 0.05
_AT_SET_POINT_K = 1e-6


def held_from_start(modes: Sequence[ZoneModes], controls: Controls, marched: Marched, at_once: Array) -> Marched:
    """Return the march with the power of zones that hold a lowered cooling set point from the beginning of the hour.

    Parameters
    ----------
    modes
        Condensed network of every zone.
    controls, marched
        Input and result of the march, (hours, zones).
    at_once : (zones,)
        True for zones whose cooling holds the set point at once.
    """
    falls = falls_k(controls.cooling_set, marched) * at_once
    hours, zones = np.nonzero(falls > _LEAST_FALL_K)
    if not len(hours):
        return marched
    affected, row = np.unique(zones, return_inverse=True)
    kernel = np.stack([pull_down_kernel(modes[z]) for z in affected])
    depth = falls[hours, zones]
    power = marched.power.copy()
    for later in range(_KERNEL_HOURS):
        inside = hours + later < len(power)
        h, z = hours[inside] + later, zones[inside]
        holding = np.abs(marched.temp[h, z] - controls.cooling_set[h, z]) < _AT_SET_POINT_K
        power[h, z] += holding * depth[inside] * kernel[row[inside], later]
    touched = power != marched.power
    floor = np.minimum(controls.cooling_floor, marched.power)
    power = np.where(touched, np.maximum(np.minimum(power, 0.0), floor), power)
    short = marched.unlimited - marched.power
    return replace(marched, power=power, unlimited=power + short)


def pull_down_kernel(modes: ZoneModes) -> Array:
    """Return the further heat to the air in the hours after a fall of 1 K, W/K (24,), negative for more cooling.

    The difference between holding the air 1 K colder from the beginning of the first hour, in steps of a minute and
    later of ten, and reaching it at that hour's end with constant power.
    """
    rest = np.zeros_like(modes.decay)
    first, state = _holding_power(modes, _FIRST_STEPS, 1, rest)
    later, _ = _holding_power(modes, _STEPS_PER_HOUR, _KERNEL_HOURS - 1, state)
    hourly, _ = _holding_power(modes, 1, _KERNEL_HOURS, rest)
    return np.concatenate([first, later]) - hourly


def _holding_power(modes: ZoneModes, steps_per_hour: int, hours: int, state: Array) -> tuple[Array, Array]:
    """Return the power that keeps the air 1 K below rest at the end of every step, hourly means, W/K, and the modes."""
    power, state = power_along(modes, np.full(hours * steps_per_hour, -1.0), state, steps_per_hour)
    return power.reshape(hours, steps_per_hour).mean(axis=1), state


def falls_k(cooling_set: Array, marched: Marched) -> Array:
    """Return how far the air is above the set point where that falls and the system then meets it, K."""
    before = np.roll(marched.temp, 1, axis=0)
    lowered = cooling_set < np.roll(cooling_set, 1, axis=0)
    met = (marched.power < 0) & (np.abs(marched.temp - cooling_set) < _AT_SET_POINT_K)
    return np.where(lowered & met, before - cooling_set, 0.0)
