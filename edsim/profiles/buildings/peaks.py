"""Peaks of cooling within the hour: the days around the peak of a building simulated in shorter steps.

The zones of a building are marched again over two weeks around its peak, once by the hour and once in shorter steps,
with weather and gains drawn as lines between the middles of the hours and set points held over theirs. The ratio of
both peaks of the room load is the factor on the hourly peak of the coil. Hours in which a set point moves are left out:
what an ideal machine gives in the first minutes after a start grows without limit as steps get shorter, while real
ones run at full power until the room is cool.
"""

from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edsim.core.timegrid import HOURS_PER_YEAR
from edsim.profiles.buildings.air.airflow import air_streams
from edsim.profiles.buildings.balance.drivers import climate_of
from edsim.profiles.buildings.balance.march import Controls, march
from edsim.profiles.buildings.balance.network import zone_modes
from edsim.profiles.buildings.stock.archetypes import climate_band
from edsim.profiles.buildings.stock.building import resolve, zones_of
from edsim.profiles.buildings.stock.building_spec import BuildingSpec
from edsim.profiles.buildings.zones import air_capacity_j_per_k, controls_of, drivers_of
from edsim.profiles.numbers import is_whole
from edsim.profiles.weather.types import Weather

Array = NDArray[np.float64]

_DAYS = 14
_GROUND_OFFSET_K = 1.0
_HELD = frozenset({"heating_set", "cooling_set", "heating_limit", "cooling_floor"})
"""Controls that change at full hours only."""


def peak_factor(
    spec: BuildingSpec,
    weather: Weather,
    peak_hour: int,
    *,
    country: str,
    year: int,
    seed: int,
    steps_per_hour: int = 4,
) -> float:
    """Return the peak of the room's cooling in short steps over that of hourly means, at least 1.

    Parameters
    ----------
    spec
        The building.
    weather
        Weather year.
    peak_hour
        Hour of the year of its hourly peak; the two weeks around it are marched.
    country, year, seed
        As for :func:`edsim.profiles.buildings.building_loads`.
    steps_per_hour
        2 to 12; 4 are quarter hours.

    Raises
    ------
    ValueError
        The hour or the number of steps is out of range.
    """
    if not is_whole(peak_hour) or not 0 <= peak_hour < HOURS_PER_YEAR or not 2 <= steps_per_hour <= 12:
        raise ValueError(f"hour 0 to 8759 and 2 to 12 steps: got {peak_hour} and {steps_per_hour}")
    band, climate = climate_band(weather), climate_of(weather)
    ground = float(climate.outdoor_temp_c.mean()) + _GROUND_OFFSET_K
    zones = zones_of(resolve(spec, band, country, year, seed), band, ground)
    if not zones:
        return 1.0
    streams = air_streams(zones, climate)
    capacity = air_capacity_j_per_k(zones, streams)
    hourly_modes = [zone_modes(z, c, 3600.0, climate.films) for z, c in zip(zones, capacity, strict=True)]
    drivers, air_heat = drivers_of(zones, hourly_modes, climate)
    controls = controls_of(zones, climate, streams, air_heat)
    hours = _window(peak_hour)
    set_points = np.broadcast_to(controls.cooling_set, controls.heat.shape)[hours]
    steady = np.r_[False, (np.diff(set_points, axis=0) == 0.0).all(axis=1)]
    peaks = []
    for steps in (1, steps_per_hour):
        modes = [zone_modes(z, c, 3600.0 / steps, climate.films) for z, c in zip(zones, capacity, strict=True)]
        part = [in_steps(own[hours], steps) for own in drivers]
        marched = march(modes, part, _controls(controls, hours, steps))
        load = np.maximum(-marched.power, 0.0).sum(axis=1)
        peaks.append(float(load[np.repeat(steady, steps)].max(initial=0.0)))
    return max(peaks[1] / peaks[0], 1.0) if peaks[0] > 0 else 1.0


def _window(peak_hour: int) -> slice:
    first = min(max(peak_hour // 24 - _DAYS // 2, 0), 365 - _DAYS)
    return slice(first * 24, (first + _DAYS) * 24)


def _controls(controls: Controls, hours: slice, steps: int) -> Controls:
    """Return the controls of a window in shorter steps."""
    values: dict[str, Any] = {}
    for f in fields(controls):
        value = getattr(controls, f.name)
        if value is None or value.ndim == 1:  # nothing that changes by the hour
            values[f.name] = value
        elif f.name in _HELD:
            values[f.name] = np.repeat(np.broadcast_to(value, controls.heat.shape)[hours], steps, axis=0)
        else:
            values[f.name] = in_steps(np.broadcast_to(value, controls.heat.shape)[hours], steps)
    return replace(controls, **values)


def in_steps(values: Array, steps: int) -> Array:
    """Return hourly means (hours, ...) as lines between the middles of the hours, read in the middle of each step."""
    if steps == 1:
        return np.array(values)
    n = len(values)
    at = np.clip((np.arange(n * steps) + 0.5) / steps - 0.5, 0.0, n - 1.0)
    low = np.minimum(at.astype(np.int64), n - 2)
    share = (at - low).reshape(-1, *([1] * (values.ndim - 1)))
    return np.asarray((1.0 - share) * values[low] + share * values[low + 1])
