"""Humidity of the room's own air, which recovery of moisture and economizers by enthalpy compare the outside with.

An economizer that compares enthalpies keeps itself as it is: open, it makes the room as humid as the outside, whose
colder air then stays the lesser enthalpy; shut, the coil dries the room below the outside. Both may be true of the same
weather, so that the hour before decides. Arrays are (hours, zones).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from edsim.profiles.buildings.air.airflow import AirStreams, air_streams, compares_enthalpy
from edsim.profiles.buildings.balance.drivers import Climate
from edsim.profiles.buildings.spec import ZoneSpec

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

_SATURATED = 1.0  # kg/kg, more than any room holds


def room_air_ratio(
    zones: Sequence[ZoneSpec], climate: Climate, streams: AirStreams, ratio_of: Callable[[AirStreams], Array]
) -> Array:
    """Return the humidity ratio of the zones' air, kg/kg.

    `ratio_of` finds it at the end of every hour for given streams; `streams` assume 50 % relative humidity. With
    economizers that compare enthalpy it is found twice, with all of them shut and with all of them open whenever it is
    colder outside, and each hour takes the mean of the one that holds after the hour before.
    """
    compares = np.array([compares_enthalpy(z) for z in zones])
    flow = streams.economizer_kg_per_s
    if flow is None or not compares.any():
        return ratio_of(streams)
    colder = air_streams(zones, climate, np.full_like(streams.treated_kg_per_s, _SATURATED)).economizer_kg_per_s
    others = ratio_of(replace(streams, economizer_kg_per_s=flow * ~compares))
    always = flow if colder is None else np.where(compares, colder, flow)
    shut, opened = _mean(others), _mean(ratio_of(replace(streams, economizer_kg_per_s=always)))
    was_open = np.roll(_open(_may_open(zones, climate, shut), _may_open(zones, climate, opened)), 1, axis=0)
    return np.where(compares, np.where(was_open, opened, shut), others)


def _mean(at_end: Array) -> Array:
    """Return the means of hours from the values at their ends."""
    return np.asarray(0.5 * (at_end + np.roll(at_end, 1, axis=0)))


def _may_open(zones: Sequence[ZoneSpec], climate: Climate, room_ratio: Array) -> Flags:
    """Return where economizers may open beside a room of that humidity."""
    flow = air_streams(zones, climate, room_ratio).economizer_kg_per_s
    return np.zeros_like(room_ratio, dtype=np.bool_) if flow is None else flow > 0


def _open(if_shut: Flags, if_open: Flags) -> Flags:
    """Return where economizers are open that open as `if_shut` says and stay open as `if_open` says."""
    stays = if_open & ~if_shut
    hours = np.arange(len(stays))[:, None]
    decided = np.maximum.accumulate(np.where(stays, 0, hours), axis=0)
    return np.take_along_axis(if_shut, decided, axis=0)
