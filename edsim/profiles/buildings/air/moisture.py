"""Moisture balance of zones: that of the air, and that of furnishings and faces behind it.

Air and furnishings are two stores. That of the air is what its mass holds; furnishings, plaster and paper hold the rest
of `moisture_capacity_multiplier` times it and take it up or give it off within hours. With x_b their state as the
humidity ratio in balance with them and T = 5 h their time constant,

    M_air dx/dt = gains + outdoor air - removal + (M_b / T) (x_b - x),     M_b dx_b/dt = (M_b / T) (x - x_b).

A single store of both would give all of the night's moisture to the coil in the first hour after a start. T is that of
the effective penetration depth of a day (Kerestecioglu, ASHRAE Transactions 96(1), 1990): gypsum board of 12.5 mm holds
0.07 kg/m² per unit of relative humidity (800 kg/m³, sorption 0.0067 kg/kg; EnergyPlus 25.2, example of
MaterialProperty:MoisturePenetrationDepth:Settings), and vapor reaches its middle through 0.16 m of still air (paint
0.10, half a board of factor 8 0.05, film 0.01; EN ISO 10456:2007 table 5): 0.07 / 2985 Pa over 2e-10 / 0.16 kg/(m² s
Pa) is 5 h. Faces of rooms covered with it hold 3 to 6 times what their air does.

The balance is linear on each side of the dry/wet switch of the coil, so that one pass per hour suffices: in an implicit
step (ISO 52016-1:2017 equations 71-84 in spirit), or with exact decay where cooling starts at once. Furnishings follow
the air at the hour's end (exact decay) and exchange it evenly over the hour. Condensate is what the balance leaves:
coil latent = gains + outdoor moisture - both stores, exactly. Arrays are (hours, zones).
"""

from dataclasses import dataclass
from itertools import repeat
from math import expm1

import numpy as np
from numpy.typing import NDArray

from edsim.profiles.buildings.air.airflow import AirStreams
from edsim.profiles.buildings.air.coil import LATENT_HEAT_J_PER_KG, CoilFlow

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

BUFFER_H = 5.0
"""Time constant of furnishings and faces, h."""
_BUFFER_SHARE = -expm1(-1.0 / BUFFER_H)  # of a lasting difference is made up within an hour
_DRIEST_KG_PER_KG = 1e-5
_STILL, _SLOW, _FAST = 1e-12, 1e-4, 500.0
"""Rates per hour: of air that stands, where differences of exponentials lose their digits, and where they overflow."""


@dataclass(frozen=True, slots=True)
class MoistureInput:
    """Data of the moisture balance, (hours, zones); `cap` is the highest humidity ratio the system allows, if any.

    `storage` and `buffer` are the moisture capacities of air and furnishings over the time step, kg/s (None without).
    Zones of `at_once` take the moisture of the air out as fast as their coil can (exact decay within the hour), others
    in an implicit step, as their set points are reached. `left` is the share of the way to the coil's dew point that is
    left when the supply air has brought such a room to a lowered set point (None where no set point falls).
    """

    storage: Array
    source: Array
    exchange: Array
    cap: Array | None
    at_once: Flags | None = None
    buffer: Array | None = None
    left: Array | None = None


@dataclass(frozen=True, slots=True)
class Humidity:
    """Humidity ratios at the end of every hour, after that at the beginning, (1 + hours, zones).

    Attributes
    ----------
    air
        Of the zone air.
    furnishings
        In balance with the furnishings; that of the air where there are none.
    """

    air: Array
    furnishings: Array

    @property
    def end(self) -> Array:
        """Both at the end of the last hour, (2, zones)."""
        return np.stack([self.air[-1], self.furnishings[-1]])


def moisture_data(
    streams: AirStreams,
    extra_kg_per_s: Array | None,
    gains_w: Array,
    ratio_out: Array,
    multiplier: Array,
    cap: Array | None,
    at_once: Flags,
    left: Array | None,
) -> MoistureInput:
    """Return the moisture balance of zones: all outdoor streams, gains and storage."""
    direct = streams.direct_kg_per_s if extra_kg_per_s is None else streams.direct_kg_per_s + extra_kg_per_s
    source = direct * ratio_out + streams.treated_kg_per_s * streams.supply_ratio + gains_w / LATENT_HEAT_J_PER_KG
    if extra_kg_per_s is not None:
        source += extra_kg_per_s * (streams.free_ratio - ratio_out)
    air = streams.air_mass_kg / 3600.0
    storage, buffer = air * np.minimum(multiplier, 1.0), air * np.maximum(multiplier - 1.0, 0.0)
    exchange = direct + streams.treated_kg_per_s
    return MoistureInput(
        storage, source, exchange, cap, at_once if at_once.any() else None, buffer if buffer.any() else None, left
    )


def march_moisture(data: MoistureInput, flow: CoilFlow, outdoor_ratio: Array, contact: Array, start: Array) -> Humidity:
    """Return the humidity from the balance of each zone with a coil that is dry or wet; `start` is (2, zones).

    The removal is the positive part of a rising linear function of the humidity, so that the solution is the lesser of
    the dry and the wet one.
    """
    kept, added, lent = _dry_and_wet(data, flow, outdoor_ratio, contact)
    hours, _, zones = added.shape
    found = Humidity(*np.empty((2, hours + 1, zones)))
    found.air[0], found.furnishings[0] = start
    both, part = np.empty((2, zones)), np.empty((2, zones))
    dry, wet, driest = both[0], both[1], np.full(zones, _DRIEST_KG_PER_KG)
    limits = repeat(None) if data.cap is None else data.cap
    steps = zip(
        found.air, found.air[1:], found.furnishings, found.furnishings[1:], kept, added, lent, limits, strict=False
    )
    for state, row, buffer, buffer_row, own, new, from_buffer, limit in steps:
        np.multiply(own, state, out=both)
        np.add(both, new, out=both)
        np.multiply(from_buffer, buffer, out=part)
        np.add(both, part, out=both)
        np.minimum(dry, wet, out=row)
        if limit is not None:
            np.minimum(row, limit, out=row)
        np.maximum(row, driest, out=row)
        np.subtract(row, buffer, out=buffer_row)
        np.multiply(buffer_row, _BUFFER_SHARE, out=buffer_row)
        np.add(buffer_row, buffer, out=buffer_row)
    return found


def _dry_and_wet(
    data: MoistureInput, flow: CoilFlow, outdoor_ratio: Array, contact: Array
) -> tuple[Array, Array, Array]:
    """Return what an hour keeps of the humidity, adds to it and takes of the furnishings', (hours, dry and wet, zones).

    With furnishings that give k (x_b - x_end) evenly, the end is that without them, plus c x_b, over 1 + c.
    """
    slope = contact * (flow.total - flow.outdoor)
    offset = contact * (flow.outdoor * outdoor_ratio - flow.total * flow.ratio)
    shape = np.broadcast_shapes(data.source.shape, offset.shape)
    kept, added, lent = np.empty((3, shape[0], 2, shape[1]))
    buffer = 0.0 if data.buffer is None else data.buffer * _BUFFER_SHARE
    for side, (rate, source) in enumerate(
        ((data.exchange, data.source), (data.exchange + slope, data.source - offset))
    ):
        own, gain = _step(data, rate)
        gain = gain / data.storage
        lent[:, side] = buffer * gain
        without = 1 / (1 + lent[:, side])
        kept[:, side], added[:, side] = own * without, source * gain * without
        lent[:, side] *= without
    return kept, added, lent


def _step(data: MoistureInput, rate: Array) -> tuple[Array, Array]:
    """Return what an hour leaves of the humidity at its beginning, and its answer to moisture per storage.

    With a the rate over the storage, 1/(1 + a) for both in an implicit step, exp(-a) and (1 - exp(-a))/a exactly.
    """
    steps = rate / data.storage
    kept = gain = 1 / (1 + steps)
    if data.at_once is None:
        return kept, gain
    steps = np.maximum(steps, _STILL)
    lost = -np.expm1(-steps)
    return np.where(data.at_once, 1 - lost, kept), np.where(data.at_once, lost / steps, gain)


def mean_moisture(data: MoistureInput, flow: CoilFlow, outdoor_ratio: Array, contact: Array, found: Humidity) -> Array:
    """Return the humidity ratio that moisture leaves the zone at, mean of the hour; its end in an implicit step.

    With exact decay at the rate a the mean is ``x_end + (x_begin - x_end) (1/a - 1/(exp(a) - 1))``. Air that brings the
    room to a lowered set point at once leaves the share f of the way and the rate ``a - ln(1/f)`` for the rest of the
    hour. A limit of the humidity is held from the beginning of the hour.
    """
    before, ratio = found.air[:-1], found.air[1:]
    if data.at_once is None:
        return ratio
    kept, added, lent = _dry_and_wet(data, flow, outdoor_ratio, contact)
    sides = kept * before[:, None] + added + lent * found.furnishings[:-1, None]
    removing = (sides[:, 1] < sides[:, 0]) * contact * (flow.total - flow.outdoor)
    steps = np.maximum((data.exchange + removing) / data.storage, _SLOW)
    left = np.ones_like(steps) if data.left is None else np.where(removing > 0, data.left, 1.0)
    steps = np.maximum(steps + np.log(left), _SLOW)
    share = left * (1 / steps - 1 / np.expm1(np.minimum(steps, _FAST))) * data.at_once
    if data.cap is not None:
        share *= ratio < data.cap
    return np.asarray(ratio + (before - ratio) * share)


def removed_moisture(data: MoistureInput, found: Humidity, mean: Array) -> Array:
    """Return the moisture the coil must have removed for the humidity to be as found, on the mean `mean`, kg/s."""
    change = np.diff(found.air, axis=0)
    change *= data.storage
    if data.buffer is not None:
        change += data.buffer * np.diff(found.furnishings, axis=0)
    return np.asarray(data.source - data.exchange * mean - change)
