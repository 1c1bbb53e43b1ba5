"""Simulation of thermal zones over a year: network, march and air side put together."""

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from edsim.core.timegrid import HOURS_PER_YEAR
from edsim.profiles.buildings.air.air_side import air_side_result, constant_fan_w, empty_result
from edsim.profiles.buildings.air.airflow import (
    AirStreams,
    CoilLimit,
    air_streams,
    asks_for_room_air,
    coil_limit,
    coil_values,
    conductance_w_per_k,
    scaled,
    series,
)
from edsim.profiles.buildings.air.room_air import room_air_ratio
from edsim.profiles.buildings.balance.drivers import (
    Climate,
    climate_of,
    driving_temp_c,
    hourly,
    pane_heat_w_per_m2,
    zone_solar_w,
)
from edsim.profiles.buildings.balance.hourly_films import in_films_of_the_hour
from edsim.profiles.buildings.balance.march import Controls, march
from edsim.profiles.buildings.balance.network import CP_AIR_J_PER_KG_K, ZoneModes, zone_modes
from edsim.profiles.buildings.balance.pull_down import held_from_start
from edsim.profiles.buildings.balance.whole_hour import held_over_hours
from edsim.profiles.buildings.spec import COIL_LESS, ZoneResult, ZoneSpec
from edsim.profiles.buildings.zone_checks import require_valid_zones
from edsim.profiles.weather.types import Weather

Array = NDArray[np.float64]

_BATCH, _BATCH_BY_HOUR = 200, 48  # films of the hour take 3 MB a zone while they are found
_MOST_SHARED = 300  # series of up to 0.2 MB kept for zones to come
FEW_ZONES = 48
"""Zones up to which an hour costs more for being an hour than for its zones."""
_HOUR_S = 3600.0
_FILM_ROUNDS = 2  # the first leaves peaks 2 to 4 % too high, a third changes them by 0.5 %
_RETURN_AIR_ROUNDS = 40  # at most, of coils whose capacity depends on the air that returns from the room
_RETURN_AIR_TOLERANCE_FRAC = 1e-3  # of the capacity: change of its sensible part that ends the rounds


def simulate_zones(zones: Sequence[ZoneSpec], weather: Weather) -> ZoneResult:
    """Simulate zones hour by hour over a weather year.

    ISO 52016-1:2017 hourly method (clause 6.5; steps of 1 h, after 14 days of warm-up) on a network condensed to
    its masses; set points are met ideally at the air node up to the capacities. Moisture and coil follow
    :mod:`edsim.profiles.buildings.air.coil`.

    Parameters
    ----------
    zones
        Zones, independent of each other; simulated in vectorized batches.
    weather
        The weather year.

    Returns
    -------
    ZoneResult
        Arrays (zones, 8760), kW and °C.

    Raises
    ------
    DataError
        With one finding per fault when a zone is not usable (no area, set points crossed, wrong series length ...).
    """
    return simulate_in_climate(zones, climate_of(weather))


def simulate_in_climate(zones: Sequence[ZoneSpec], climate: Climate) -> ZoneResult:
    """Simulate zones as :func:`simulate_zones` does, with a climate kept over several calls."""
    require_valid_zones(zones)
    keys = [batch_key(z.coil.system, economizer=z.coil.economizer != "none", reheat=z.coil.reheat) for z in zones]
    by_hour = climate.hourly_frac > 0 and any(z.films_by_hour for z in zones)
    batches = _batches(keys, _BATCH_BY_HOUR if by_hour else _BATCH)
    if batches == [list(range(len(zones)))]:
        return _simulate_batch(zones, climate)
    result = empty_result(zones)
    for rows in batches:
        _store(result, rows, _simulate_batch([zones[i] for i in rows], climate))
        if len(climate.shared) > _MOST_SHARED:
            climate.shared.clear()
    return result


def _batches(keys: Sequence[tuple[bool, str, bool]], most: int) -> list[list[int]]:
    """Return the zones that are simulated together: those of one key, and few of several keys but of one march."""
    batches: list[list[int]] = []
    for key, alike in groupby(sorted(range(len(keys)), key=keys.__getitem__), key=keys.__getitem__):
        rows = list(alike)
        for part in (rows[first : first + most] for first in range(0, len(rows), most)):
            few = batches and len(batches[-1]) + len(part) <= FEW_ZONES
            if few and keys[batches[-1][0]][0] == key[0]:
                batches[-1] += part
            else:
                batches.append(part)
    return batches


def batch_key(system: str, *, economizer: bool, reheat: bool) -> tuple[bool, str, bool]:
    """Return what zones of one batch have in common: steps that none of them needs are then left out."""
    return system == "natural_ventilation" or economizer, system, reheat


def _store(result: ZoneResult, rows: Sequence[int], batch: ZoneResult) -> None:
    for name in ZoneResult.__slots__:
        if name != "names":
            getattr(result, name)[rows] = getattr(batch, name)


def _simulate_batch(zones: Sequence[ZoneSpec], climate: Climate) -> ZoneResult:
    streams = air_streams(zones, climate)
    capacity = air_capacity_j_per_k(zones, streams)
    modes = [
        zone_modes(z, c, _HOUR_S, climate.films, climate.hourly_frac) for z, c in zip(zones, capacity, strict=True)
    ]
    drivers, air_heat = drivers_of(zones, modes, climate)
    air_heat += constant_fan_w(zones, streams) * coil_values(zones, lambda c: c.fan_heat_frac)
    limit, room = coil_limit(zones, climate, streams, None), None
    at_once = np.array([z.cooling_starts_at_once for z in zones])
    by_hour = np.array([z.films_by_hour for z in zones])
    for _ in range(_FILM_ROUNDS if climate.hourly_frac > 0 and by_hour.any() else 0):
        controls = controls_of(zones, climate, streams, air_heat, limit)
        marched = march(modes, drivers, controls)
        modes, drivers = in_films_of_the_hour(modes, drivers, controls, marched, climate, by_hour)
    if any(asks_for_room_air(z) for z in zones):

        def ratio_of(given: AirStreams) -> Array:
            marched = march(modes, drivers, controls_of(zones, climate, given, air_heat, limit))
            return air_side_result(zones, climate, given, marched, limit).humidity_ratio_kg_per_kg.T

        streams = air_streams(zones, climate, room_air_ratio(zones, climate, streams, ratio_of))
        limit = coil_limit(zones, climate, streams, None)
    for _ in range(_RETURN_AIR_ROUNDS):
        controls = controls_of(zones, climate, streams, air_heat, limit)
        marched = march(modes, drivers, controls)
        if at_once.any():
            marched = held_over_hours(modes, drivers, controls, marched, at_once)
            marched = held_from_start(modes, controls, marched, at_once)
        result = air_side_result(zones, climate, streams, marched, limit)
        if limit is None:
            break
        now = np.stack([result.air_temp_c.T, result.humidity_ratio_kg_per_kg.T])
        room = now if room is None else 0.5 * (room + now)
        before, limit = limit, coil_limit(zones, climate, streams, room)
        if limit is None or _settled(zones, before, limit):
            break
    return result if limit is None else _within_capacity(zones, result)


def _settled(zones: Sequence[ZoneSpec], before: CoilLimit, now: CoilLimit) -> bool:
    """Return whether the sensible capacity of every limited coil has stopped to change."""
    total_w = 1000.0 * series(zones, lambda z: z.total_cooling_capacity_kw)
    return bool((np.abs(now.sensible_w - before.sensible_w) <= _RETURN_AIR_TOLERANCE_FRAC * total_w).all())


def _within_capacity(zones: Sequence[ZoneSpec], result: ZoneResult) -> ZoneResult:
    """Return the result without what the last round left above the total capacity: latent cooling, then sensible."""
    total = series(zones, lambda z: z.total_cooling_capacity_kw).T
    above = result.sensible_kw + result.latent_kw > total
    np.minimum(result.sensible_kw, total, out=result.sensible_kw)
    np.minimum(result.latent_kw, total - result.sensible_kw, out=result.latent_kw)
    np.minimum(result.outdoor_air_kw, total, out=result.outdoor_air_kw, where=above)
    return result


def air_capacity_j_per_k(zones: Sequence[ZoneSpec], streams: AirStreams) -> Array:
    """Return the heat capacity of air and furniture of every zone, J/K."""
    furnished = np.array([z.internal_capacity_kj_per_m2_k * z.floor_area_m2 * 1000.0 for z in zones])
    return np.asarray(np.maximum(furnished, streams.air_mass_kg * CP_AIR_J_PER_KG_K))


def drivers_of(zones: Sequence[ZoneSpec], modes: Sequence[ZoneModes], climate: Climate) -> tuple[list[Array], Array]:
    """Return the drivers of each zone (hours, inputs) and the heat straight to the air (hours, zones), W."""
    drivers: list[Array] = []
    air = np.empty((len(zones), HOURS_PER_YEAR))
    for i, (zone, m) in enumerate(zip(zones, modes, strict=True)):
        own = np.empty((m.inputs.shape[1], HOURS_PER_YEAR))
        for k, part in enumerate(m.parts):
            own[k] = driving_temp_c(part, climate)
            if zone.films_by_hour and part.windows:
                heat, moment = pane_heat_w_per_m2(part, climate)
                own[k] += heat / climate.films.mean_glass + moment
        own[-3], own[-2], to_air = zone_solar_w(zone, climate)
        np.multiply(hourly(zone.gains.radiant_kw), 1000.0, out=own[-1])
        np.multiply(hourly(zone.gains.convective_kw), 1000.0, out=air[i])
        air[i] += to_air
        drivers.append(own.T)
    return drivers, np.ascontiguousarray(air.T)


def controls_of(
    zones: Sequence[ZoneSpec], climate: Climate, streams: AirStreams, air_heat: Array, limit: CoilLimit | None = None
) -> Controls:
    """Return the air-node data and controls of zones, every array (hours, zones)."""
    direct = conductance_w_per_k(streams.direct_kg_per_s)
    treated = conductance_w_per_k(streams.treated_kg_per_s)
    outdoor = climate.outdoor_temp_c[:, None]
    has_coil = np.array([z.coil.system not in COIL_LESS for z in zones])
    extra = streams.economizer_kg_per_s
    most_cooling = scaled(series(zones, lambda z: z.cooling_capacity_kw), 1000.0)
    if limit is not None:
        most_cooling = np.minimum(most_cooling, limit.sensible_w)
    heat = treated * streams.supply_temp_c
    heat += air_heat
    heat += direct * outdoor
    direct += treated
    return Controls(
        conductance=direct,
        heat=heat,
        heating_set=series(zones, lambda z: z.heating_set_c),
        cooling_set=streams.cooling_set_c,
        heating_limit=scaled(series(zones, lambda z: z.heating_capacity_kw), 1000.0),
        cooling_floor=scaled(most_cooling, -1.0 * has_coil),
        economizer_limit=None if extra is None else conductance_w_per_k(extra),
        economizer_alone=np.array([z.coil.economizer_alone for z in zones]),
        outdoor_temp=np.broadcast_to(streams.free_temp_c, direct.shape),
    )
