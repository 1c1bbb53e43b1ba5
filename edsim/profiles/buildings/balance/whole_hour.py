"""Power that holds a set point over the whole hour, where the march reaches it at every hour's end.

The march gives constant power within an hour. While the masses of a room warm up, its air is then colder than the set
point on the mean of the hour, and the power that of the hour's end: loads run ahead of those of a system that holds the
room. The network being linear, the difference of the two is a kernel of each zone times the mean
departure of the air, added to the marched power.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from edsim.profiles.buildings.balance.hourly_films import product
from edsim.profiles.buildings.balance.march import Controls, Marched
from edsim.profiles.buildings.balance.network import ZoneModes

Array = NDArray[np.float64]

_KERNEL_HOURS = 24
_STEPS = 60
_AT_SET_POINT_K = 1e-6


def held_over_hours(
    modes: Sequence[ZoneModes],
    drivers: Sequence[Array],
    controls: Controls,
    marched: Marched,
    chosen: NDArray[np.bool_],
) -> Marched:
    """Return the march with the power that holds the set points of chosen zones over their hours.

    Hours count that begin and end at the same set point of a system at work. Zones with an economizer are left as they
    are: what its air takes follows the hour too.

    Parameters
    ----------
    modes, drivers, controls, marched
        Condensed network and drivers of every zone, input and result of the march, (hours, zones).
    chosen : (zones,)
        True for zones whose set points are held.
    """
    apart = np.zeros(len(modes), dtype=np.bool_)
    if controls.economizer_limit is not None:
        apart = controls.economizer_limit.max(axis=0) > 0
    power = marched.power.copy()
    for z in np.flatnonzero(chosen & ~apart).tolist():
        own, temp = marched.power[:, z], marched.temp[:, z]
        cooling = _held(own < 0, temp, controls.cooling_set[:, z])
        heating = _held(own > 0, temp, controls.heating_set[:, z])
        if not (cooling.any() or heating.any()):
            continue
        heat = controls.heat[:, z] + own - controls.conductance[:, z] * temp
        over = temp - _mean_air_c(modes[z], drivers[z], heat, marched.start[z])
        over *= (cooling | heating) & (np.abs(temp - np.roll(temp, 1)) < _AT_SET_POINT_K)
        further = over * controls.conductance[:, z]
        for later, per_k in enumerate(whole_hour_kernel(modes[z])):
            further[later:] += per_k * over[: len(over) - later]
        least, most = np.minimum(controls.cooling_floor[:, z], own), np.maximum(controls.heating_limit[:, z], own)
        changed = own + further
        power[:, z] = np.where(
            cooling,
            np.clip(changed, least, 0.0),
            np.where(heating, np.clip(changed, 0.0, most), own),
        )
    return replace(marched, power=power, unlimited=power + (marched.unlimited - marched.power))


def _held(at_work: NDArray[np.bool_], temp: Array, set_point: Array) -> NDArray[np.bool_]:
    return np.asarray(at_work & (np.abs(temp - set_point) < _AT_SET_POINT_K))


def _mean_air_c(modes: ZoneModes, drivers: Array, heat_w: Array, start: Array) -> Array:
    """Return the mean air temperature of the hours under constant heat at the air node, °C.

    With z the end and z_0 the beginning of a mode of rate r, its mean is ``(z - e^-r z_0)/(1 - e^-r) - (z - z_0)/r``.
    """
    forced = product(modes.inputs, drivers.T)
    forced += modes.air_gain[:, None] * heat_w
    rate = _rate(modes)
    first = start[: len(rate)]
    stored = np.zeros(len(heat_w))
    for given, decay, begin, per_hour in zip(forced, modes.decay, first, rate, strict=True):
        end, _ = lfilter([1.0], [1.0, -decay], given, zi=[decay * begin])
        end /= per_hour
        stored += end
    steady = product((-1.0 / np.expm1(-rate))[None, :], forced)[0]
    return np.asarray(steady - np.diff(stored, prepend=(first / rate).sum()))


def whole_hour_kernel(modes: ZoneModes) -> Array:
    """Return the further heat to the air in the hours from one whose air is 1 K warmer on its mean, W/K (24,).

    The air rises above its temperature at the ends of the hour and falls back along a parabola; afterwards it is held
    at the ends of the hours, as in the march.
    """
    time = (np.arange(_STEPS) + 1) / _STEPS
    first, state = power_along(modes, 6.0 * time * (1.0 - time), np.zeros_like(modes.decay), _STEPS)
    later, _ = power_along(modes, np.zeros(_KERNEL_HOURS - 1), state, 1)
    return np.concatenate([[first.mean()], later])


def power_along(modes: ZoneModes, course_k: Array, state: Array, steps_per_hour: int) -> tuple[Array, Array]:
    """Return the power of every step that leads the air along a course, W, and the modes at its end."""
    rate = _rate(modes)
    decay = np.exp(-rate / steps_per_hour)
    gain = modes.air_gain * np.expm1(-rate / steps_per_hour) / np.expm1(-rate)
    response, power = float(gain.sum()), np.empty(len(course_k))
    for i, wanted in enumerate(course_k):
        state = decay * state
        power[i] = (wanted - state.sum()) / response
        state = state + gain * power[i]
    return power, state


def _rate(modes: ZoneModes) -> Array:
    return np.asarray(-np.log(np.maximum(modes.decay, 1e-12)))
