"""The hourly march of zone air temperature with ideal or limited heating and cooling, for many zones at once.

All arrays of a batch are (hours, zones) so that one hour is contiguous. Heat is in W, conductance in W/K.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edsim.profiles.buildings.network import ZoneModes

Array = NDArray[np.float64]

WARM_UP_HOURS = 14 * 24
_CHUNK_HOURS = 73  # the forcing of a chunk stays in the processor's cache
_LEAST_FREE_COOLING_K = 0.5


@dataclass(frozen=True, slots=True)
class Controls:
    """Air-node data and controls of a batch, every array (hours, zones).

    Attributes
    ----------
    conductance
        Of all outdoor air, W/K.
    heat
        Convective gains plus conductance times supply temperature of all outdoor air, W.
    heating_set, cooling_set
        °C, finite (very low or very high when off).
    heating_limit, cooling_floor
        Greatest heating and, negative, greatest cooling power, W.
    economizer_limit
        Greatest further outdoor-air conductance for free cooling, W/K; None when no zone has an economizer.
    outdoor_temp
        °C, of the air of the economizer.
    """

    conductance: Array
    heat: Array
    heating_set: Array
    cooling_set: Array
    heating_limit: Array
    cooling_floor: Array
    economizer_limit: Array | None
    outdoor_temp: Array


@dataclass(frozen=True, slots=True)
class Marched:
    """Result of the march, every array (hours, zones).

    Attributes
    ----------
    power
        Heat given to the zone air by the system, W; negative for cooling.
    temp
        Air temperature at the end of the hour, °C.
    unlimited
        The power that would hold the set point, W.
    economizer
        Conductance of the economizer's further outdoor air, W/K (None without economizer).
    """

    power: Array
    temp: Array
    unlimited: Array
    economizer: Array | None


@dataclass(frozen=True, slots=True)
class _Batch:
    decay: Array
    gain: Array
    inputs: Array
    air_gain: Array


def march(modes: Sequence[ZoneModes], drivers: Array, controls: Controls) -> Marched:
    """March all zones through the year after a warm-up with its last 14 days.

    Parameters
    ----------
    modes
        Condensed network of every zone.
    drivers : (zones, hours, inputs)
        Driving temperatures and fluxes, padded with zeros to the greatest number of inputs.
    controls
        Air-node data and controls.
    """
    batch = _pad(modes, drivers.shape[2])
    hours, zones = controls.heat.shape
    result = Marched(
        np.empty((hours, zones)),
        np.empty((hours, zones)),
        np.empty((hours, zones)),
        None if controls.economizer_limit is None else np.empty((hours, zones)),
    )
    state = np.zeros_like(batch.decay)
    state[:, 0] = 20.0
    warm_up = min(WARM_UP_HOURS, hours)
    state = _run(batch, drivers, controls, result, state, hours - warm_up, hours)
    for start in range(0, hours, _CHUNK_HOURS):
        state = _run(batch, drivers, controls, result, state, start, min(start + _CHUNK_HOURS, hours))
    return result


def _pad(modes: Sequence[ZoneModes], width: int) -> _Batch:
    n = max(len(m.decay) for m in modes)
    decay, gain = np.zeros((len(modes), n)), np.zeros((len(modes), n))
    inputs = np.zeros((len(modes), width, n))
    for i, m in enumerate(modes):
        s = len(m.decay)
        decay[i, :s], gain[i, :s] = m.decay, m.air_gain
        inputs[i, : m.inputs.shape[1], :s] = m.inputs.T
    return _Batch(decay, gain, inputs, gain.sum(axis=1))


def _run(batch: _Batch, drivers: Array, controls: Controls, out: Marched, state: Array, first: int, last: int) -> Array:
    """March from hour `first` to `last` and write the result in place; return the state at the end."""
    forced = np.matmul(drivers[:, first:last], batch.inputs)
    g = batch.air_gain
    denominator = 1 + g * controls.conductance[first:last]
    inverse = 1 / denominator
    response = g * inverse  # K/W at the air node with ventilation
    free_heat = controls.heat[first:last] * response
    per_kelvin = 1 / response
    ones = np.ones(state.shape[1])
    extra_limit = controls.economizer_limit
    z = state.copy()
    scratch = np.empty_like(z)
    for i, t in enumerate(range(first, last)):
        z *= batch.decay
        z += forced[:, i]
        free = z @ ones
        free *= inverse[i]
        free += free_heat[i]
        temp, power = out.temp[t], out.power[t]
        if extra_limit is None or out.economizer is None:
            _ideal_power(free, per_kelvin[i], controls, t, out)
            np.multiply(power, response[i], out=temp)
            temp += free
            injected = controls.conductance[t] * temp
            np.subtract(controls.heat[t], injected, out=injected)
            injected += power
        else:
            extra = _free_cooling(free, per_kelvin[i], controls, t, out)
            flow_heat = extra * controls.outdoor_temp[t] + power
            temp[:] = (free * denominator[i] + g * flow_heat) / (denominator[i] + g * extra)
            injected = controls.heat[t] + flow_heat - (controls.conductance[t] + extra) * temp
            out.economizer[t] = extra
        z += np.multiply(batch.gain, injected[:, None], out=scratch)
    return z


def _ideal_power(free: Array, per_kelvin: Array, controls: Controls, t: int, out: Marched) -> None:
    """Write the power that would hold the set points and the power given within the limits, W."""
    wanted, power = out.unlimited[t], out.power[t]
    np.maximum(free, controls.heating_set[t], out=wanted)
    np.minimum(wanted, controls.cooling_set[t], out=wanted)
    wanted -= free
    wanted *= per_kelvin
    np.maximum(wanted, controls.cooling_floor[t], out=power)
    np.minimum(power, controls.heating_limit[t], out=power)


def _free_cooling(free: Array, per_kelvin: Array, controls: Controls, t: int, out: Marched) -> Array:
    """Write the powers as :func:`_ideal_power` after free cooling; return the further outdoor-air conductance, W/K."""
    _ideal_power(free, per_kelvin, controls, t, out)
    outdoor, wanted = controls.outdoor_temp[t], out.unlimited[t]
    drop = np.minimum(outdoor - controls.cooling_set[t], -_LEAST_FREE_COOLING_K)
    limit = controls.economizer_limit[t] if controls.economizer_limit is not None else 0.0
    extra = np.minimum(np.minimum(wanted, 0.0) / drop, limit) * (free > outdoor)
    reduced = np.where(wanted < 0, np.minimum(wanted - extra * drop, 0.0), wanted)
    out.unlimited[t] = reduced
    out.power[t] = np.minimum(np.maximum(reduced, controls.cooling_floor[t]), controls.heating_limit[t])
    return np.asarray(extra)
