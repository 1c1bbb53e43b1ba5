"""The hourly march of zone air temperature with ideal or limited heating and cooling, for many zones at once.

The network is linear, only what the system gives is not. The year is therefore cut into blocks of a day: what the
drivers alone do to the air and to the modes within a block is one matrix product per zone for all blocks, and what heat
at the air node does later in the block is a convolution with the zone's response, so that an hour costs a few
operations on (zones,) and none on the modes. The modes are carried from block to block. Heat at the air node is
measured by the temperature rise it causes within its hour, so that set points and limits are bounds of the temperature.

All arrays of a batch are (hours, zones) so that one hour is contiguous. Heat is in W, conductance in W/K.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edsim.profiles.buildings.balance.network import ZoneModes

Array = NDArray[np.float64]

WARM_UP_HOURS = 14 * 24
_BLOCK_HOURS = 24
_LEAST_FREE_COOLING_K = 0.5
_ROUNDING_W = 1e-6
_NO_LIMIT_W = 1.0e9
_BLOCKS_PER_PRODUCT = 8  # products so small stay on one processor: a second one would spend more on waiting
_UNLIMITED_K = 1000.0  # a system that could change the air by this much within an hour has no limit


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
    economizer_alone : (zones,)
        True where free cooling and the coil exclude each other.
    outdoor_temp
        °C, of the air of the economizer as it enters.
    """

    conductance: Array
    heat: Array
    heating_set: Array
    cooling_set: Array
    heating_limit: Array
    cooling_floor: Array
    economizer_limit: Array | None
    economizer_alone: NDArray[np.bool_]
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
    start : (zones, modes)
        The modes at the beginning of the first hour.
    """

    power: Array
    temp: Array
    unlimited: Array
    economizer: Array | None
    start: Array


@dataclass(frozen=True, slots=True)
class _Batch:
    """Blocks of a batch; b blocks of h hours, m modes.

    Attributes
    ----------
    air : (b, h, zones)
        Air temperature by the drivers alone, from modes at zero at the beginning of the block, °C.
    modes : (b, zones, m)
        The modes at the end of the block likewise.
    decay : (zones, m)
        Factor on the modes over a block.
    to_air : (zones, m, h)
        Air temperature by the modes at the beginning of the block.
    from_rise : (zones, h, m)
        Modes at the end of the block by the rise that heat at the air node causes within its hour, K/K.
    later : (h, zones)
        Air temperature by such a rise 0, 1, 2 ... hours before, K/K.
    response : (zones,)
        That rise by the heat, K/W.
    """

    air: Array
    modes: Array
    decay: Array
    to_air: Array
    from_rise: Array
    later: Array
    response: Array


def march(modes: Sequence[ZoneModes], drivers: Sequence[Array], controls: Controls) -> Marched:
    """March all zones through the year after a warm-up with its last 14 days.

    Parameters
    ----------
    modes
        Condensed network of every zone.
    drivers : of each zone (hours, inputs)
        Driving temperatures and fluxes; hours must be whole days of steps.
    controls
        Air-node data and controls.
    """
    hours, zones = controls.heat.shape
    if hours % _BLOCK_HOURS:
        raise ValueError(f"the march takes multiples of {_BLOCK_HOURS} steps, got {hours}")
    batch = _blocks(modes, drivers, hours // _BLOCK_HOURS)
    result = Marched(
        np.empty((hours, zones)),
        np.empty((hours, zones)),
        np.empty((hours, zones)),
        None if controls.economizer_limit is None else np.empty((hours, zones)),
        np.empty_like(batch.decay),
    )
    unlimited = bool(controls.heating_limit.min() >= _NO_LIMIT_W and controls.cooling_floor.max() <= -_NO_LIMIT_W)
    state = np.zeros_like(batch.decay)
    state[:, 0] = 20.0
    count = len(batch.air)
    warm_up = min(WARM_UP_HOURS // _BLOCK_HOURS, count)
    for block in range(-warm_up, count):
        if block == 0:
            result.start[:] = state
        state = _run(batch, block % count, controls, result, state, unlimited=unlimited)
    return result


def _blocks(modes: Sequence[ZoneModes], drivers: Sequence[Array], count: int) -> _Batch:
    """Return the blocks of a batch, zones padded with modes at rest to the greatest number."""
    h, n, zones = _BLOCK_HOURS, max(len(m.decay) for m in modes), len(modes)
    batch = _Batch(
        np.empty((count, h, zones)),
        np.zeros((count, zones, n)),
        np.zeros((zones, n)),
        np.zeros((zones, n, h)),
        np.zeros((zones, h, n)),
        np.empty((h, zones)),
        np.array([m.air_gain.sum() for m in modes]),
    )
    for i, (m, given) in enumerate(zip(modes, drivers, strict=True)):
        s = len(m.decay)
        power = m.decay ** np.arange(h + 1)[:, None]
        batch.decay[i, :s], batch.to_air[i, :s] = power[h], power[1:].T
        per_rise = m.air_gain / batch.response[i]
        batch.from_rise[i, :, :s] = power[h - 1 :: -1] * per_rise
        batch.later[:, i] = power[:h] @ per_rise
        by_block = given.T.reshape(-1, count, h).swapaxes(0, 1).reshape(count, -1)
        response = _driver_response(m, power[:h])
        for first in range(0, count, _BLOCKS_PER_PRODUCT):
            some = slice(first, first + _BLOCKS_PER_PRODUCT)
            forced = by_block[some] @ response
            batch.air[some, :, i], batch.modes[some, i, :s] = forced[:, :h], forced[:, h:]
    return batch


def _driver_response(modes: ZoneModes, power: Array) -> Array:
    """Return what the drivers of a block do to its air temperatures and its last modes, (inputs h, h + modes).

    `power` are the decays to the power 0 to h - 1.
    """
    h, inputs = len(power), modes.inputs.shape[1]
    later = np.zeros((2 * h - 1, inputs))
    later[h - 1 :] = power @ modes.inputs
    lag = np.arange(h) - np.arange(h)[:, None] + h - 1  # a driver does nothing to earlier hours
    air = later[lag].transpose(2, 0, 1)
    end = power[::-1] * modes.inputs.T[:, None, :]
    return np.concatenate([air, end], axis=2).reshape(inputs * h, -1)


def _run(batch: _Batch, block: int, controls: Controls, out: Marched, state: Array, *, unlimited: bool) -> Array:
    """March through a block and write the result in place; return the modes at its end."""
    first = block * _BLOCK_HOURS
    hours = slice(first, first + _BLOCK_HOURS)
    resting = batch.air[block] + np.matmul(state[:, None, :], batch.to_air)[:, 0].T
    inverse = 1 / (1 + batch.response * controls.conductance[hours])
    response = batch.response * inverse  # K/W at the air node with ventilation
    free_heat, per_kelvin = controls.heat[hours] * response, 1 / response
    heating, cooling, temp = controls.heating_set[hours], controls.cooling_set[hours], out.temp[hours]
    limits = None if unlimited or out.economizer is not None else _limits_k(controls, hours, response)
    free, held, rise, spread = (np.empty_like(resting) for _ in range(4))
    chosen = temp if out.economizer is None and limits is None else held
    rows = zip(resting, inverse, free_heat, free, heating, cooling, chosen, temp, rise, strict=True)
    for i, (at_rest, factor, added, own, warm, cool, wanted, reached, risen) in enumerate(rows):
        np.multiply(at_rest, factor, out=own)
        np.add(own, added, out=own)
        np.maximum(own, warm, out=wanted)
        np.minimum(wanted, cool, out=wanted)
        if out.economizer is not None:
            _free_cooling(first + i, own, (wanted - own) * per_kelvin[i], response[i], controls, out)
        elif limits is not None:
            np.minimum(wanted, own + limits[0][i], out=reached)
            np.maximum(reached, own + limits[1][i], out=reached)
        np.subtract(reached, at_rest, out=risen)
        following, rest = resting[i + 1 :], _BLOCK_HOURS - i
        np.add(following, np.multiply(batch.later[1:rest], risen, out=spread[: rest - 1]), out=following)
    if out.economizer is None:
        np.multiply(temp - free, per_kelvin, out=out.power[hours])
        out.unlimited[hours] = out.power[hours] if limits is None else (held - free) * per_kelvin
    end = state * batch.decay
    end += batch.modes[block]
    end += np.matmul(rise.T[:, None, :], batch.from_rise)[:, 0]
    return np.asarray(end)


def _limits_k(controls: Controls, hours: slice, response: Array) -> tuple[Array, Array] | None:
    """Return what full heating and cooling change the air by within an hour; None when no zone can be short of it."""
    warmer, colder = controls.heating_limit[hours] * response, controls.cooling_floor[hours] * response
    if warmer.min() >= _UNLIMITED_K and colder.max() <= -_UNLIMITED_K:
        return None
    return warmer, colder


def _free_cooling(t: int, free: Array, wanted: Array, response: Array, controls: Controls, out: Marched) -> None:
    """Write an hour of zones that may take further outdoor air before their system cools.

    Air hardly colder than the set point comes as for half a kelvin; what it does not take, the system does.
    `wanted` is the power that would hold the set points without that air, W, and `response` the rise by heat, K/W.
    """
    outdoor = controls.outdoor_temp[t]
    colder = np.minimum(outdoor - controls.cooling_set[t], 0.0)
    drop = np.minimum(colder, -_LEAST_FREE_COOLING_K)
    limit = controls.economizer_limit[t] if controls.economizer_limit is not None else 0.0
    extra = np.minimum(np.minimum(wanted, 0.0) / drop, limit) * (free > outdoor)
    reduced = np.where(wanted < 0, np.minimum(wanted - extra * colder, 0.0), wanted)
    if controls.economizer_alone.any():
        closed = controls.economizer_alone & (reduced < -_ROUNDING_W)
        extra, reduced = np.where(closed, 0.0, extra), np.where(closed, wanted, reduced)
    power = np.minimum(np.maximum(reduced, controls.cooling_floor[t]), controls.heating_limit[t])
    out.unlimited[t], out.power[t] = reduced, power
    out.temp[t] = (free + response * (extra * outdoor + power)) / (1 + response * extra)
    if out.economizer is not None:
        out.economizer[t] = extra
