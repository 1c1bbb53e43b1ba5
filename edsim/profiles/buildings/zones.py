"""Simulation of thermal zones over a year: network, march, moisture and coil put together."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from edsim.core.moist_air import dew_point_c, relative_humidity, saturation_humidity_ratio
from edsim.profiles.buildings.airflow import (
    OFF_C,
    AirStreams,
    air_streams,
    coil_values,
    conductance_w_per_k,
    series,
    site_density_kg_per_m3,
)
from edsim.profiles.buildings.checks import require_valid_zones
from edsim.profiles.buildings.coil import (
    LATENT_HEAT_J_PER_KG,
    CoilData,
    CoilFlow,
    CoilLoad,
    MoistureInput,
    enforce_minimum,
    march_moisture,
    moisture_data,
    overcooling,
    removed_moisture,
    sensible_flow,
)
from edsim.profiles.buildings.drivers import Climate, climate_of, driving_temp_c, hourly, zone_solar_w
from edsim.profiles.buildings.march import Controls, Marched, march
from edsim.profiles.buildings.network import CP_AIR_J_PER_KG_K, ZoneModes, zone_modes
from edsim.profiles.buildings.spec import ZoneResult, ZoneSpec
from edsim.profiles.weather.types import Weather

Array = NDArray[np.float64]

_BATCH = 128
_HOUR_S = 3600.0
_HEATING_AIR_RISE_K = 15.0  # supply air of an air heater above the room; sets the fan flow in heating hours
_UNMET_FRAC = 1e-6
_WARMEST_LIMITED_ROOM_C = 40.0
_COIL_BELOW_CAP_K = 2.5  # a humidity limit asks for a coil this much below the limit's dew point


def simulate_zones(zones: Sequence[ZoneSpec], weather: Weather) -> ZoneResult:
    """Simulate zones hour by hour over a weather year.

    ISO 52016-1:2017 hourly method (clause 6.5; steps of 1 h, after 14 days of warm-up) on a network condensed to
    its masses; set points are met ideally at the air node up to the capacities. Moisture and coil follow
    :mod:`edsim.profiles.buildings.coil`.

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
    parts = [_simulate_batch(zones[i : i + _BATCH], climate) for i in range(0, len(zones), _BATCH)]
    return _join(parts)


def _join(parts: Sequence[ZoneResult]) -> ZoneResult:
    arrays = {
        name: np.concatenate([getattr(p, name) for p in parts]) for name in ZoneResult.__slots__ if name != "names"
    }
    return ZoneResult(names=tuple(n for p in parts for n in p.names), **arrays)


def _simulate_batch(zones: Sequence[ZoneSpec], climate: Climate) -> ZoneResult:
    streams = air_streams(zones, climate)
    capacity = _air_capacity_j_per_k(zones, streams)
    modes = [zone_modes(z, c, _HOUR_S) for z, c in zip(zones, capacity, strict=True)]
    drivers, air_heat = _drivers(zones, modes, climate)
    controls = _controls(zones, climate, streams, air_heat + _constant_fan_heat(zones, streams, climate))
    marched = march(modes, drivers, controls)
    del drivers
    return _result(zones, climate, streams, controls, marched)


def _air_capacity_j_per_k(zones: Sequence[ZoneSpec], streams: AirStreams) -> Array:
    furnished = np.array([z.internal_capacity_kj_per_m2_k * z.floor_area_m2 * 1000.0 for z in zones])
    return np.maximum(furnished, streams.air_mass_kg * CP_AIR_J_PER_KG_K)


def _drivers(zones: Sequence[ZoneSpec], modes: Sequence[ZoneModes], climate: Climate) -> tuple[Array, Array]:
    """Return the drivers (zones, hours, inputs) and the heat straight to the air (hours, zones), W."""
    width = max(m.inputs.shape[1] for m in modes)
    drivers = np.zeros((len(zones), 8760, width))
    air = np.empty((8760, len(zones)))
    for i, (zone, m) in enumerate(zip(zones, modes, strict=True)):
        n = len(m.parts)
        for k, part in enumerate(m.parts):
            drivers[i, :, k] = driving_temp_c(part, climate)
        faces, to_air = zone_solar_w(zone, climate)
        drivers[i, :, n] = faces
        drivers[i, :, n + 1] = hourly(zone.gains.radiant_kw) * 1000.0
        air[:, i] = to_air + hourly(zone.gains.convective_kw) * 1000.0
    return drivers, air


def _controls(zones: Sequence[ZoneSpec], climate: Climate, streams: AirStreams, air_heat: Array) -> Controls:
    direct = conductance_w_per_k(streams.direct_kg_per_s)
    treated = conductance_w_per_k(streams.treated_kg_per_s)
    outdoor = np.broadcast_to(climate.outdoor_temp_c[:, None], direct.shape)
    has_coil = np.array([z.coil.system not in {"natural_ventilation", "fan_only"} for z in zones])
    extra = streams.economizer_kg_per_s
    return Controls(
        conductance=direct + treated,
        heat=air_heat + direct * outdoor + treated * streams.supply_temp_c,
        heating_set=series(zones, lambda z: z.heating_set_c),
        cooling_set=series(zones, lambda z: z.cooling_set_c),
        heating_limit=1000.0 * series(zones, lambda z: z.heating_capacity_kw),
        cooling_limit=1000.0 * series(zones, lambda z: z.cooling_capacity_kw) * has_coil,
        economizer_limit=None if extra is None else conductance_w_per_k(extra),
        outdoor_temp=outdoor,
    )


def _coil_data(
    zones: Sequence[ZoneSpec],
    streams: AirStreams,
    density: float,
    limited_by_system: NDArray[np.bool_],
    pressure: float,
) -> CoilData:
    system = [z.coil.system for z in zones]
    is_cav = np.array([s == "cav" for s in system])
    reheat = np.array([z.coil.reheat for z in zones])
    supply = coil_values(zones, lambda c: c.supply_l_per_s) * density / 1000.0
    minimum = coil_values(zones, lambda c: c.min_supply_l_per_s) * density / 1000.0
    available = series(zones, lambda z: z.cooling_set_c) < OFF_C
    fixed = np.where(is_cav & reheat, supply, np.where(reheat, minimum, 0.0))
    dew_point = coil_values(zones, lambda c: c.apparatus_dew_point_c)
    limit, cool = series(zones, lambda z: z.max_relative_humidity_frac), series(zones, lambda z: z.cooling_set_c)
    limited = limited_by_system.any(axis=0)
    room = np.minimum(cool.min(axis=0), _WARMEST_LIMITED_ROOM_C)
    lowest = limit.min(axis=0) * saturation_humidity_ratio(room, pressure)
    wanted = dew_point_c(np.where(limited, lowest, 0.01), pressure) - _COIL_BELOW_CAP_K
    return CoilData(
        dew_point_c=np.where(limited, np.minimum(dew_point, wanted), dew_point),
        contact_frac=1.0 - coil_values(zones, lambda c: c.bypass_frac),
        has_coil=np.array([s not in {"natural_ventilation", "fan_only"} for s in system]),
        separate_air=np.array([s in {"fan_coil_doas", "split"} for s in system]),
        reheat=reheat,
        ideal=np.array([s == "ideal" for s in system]),
        constant_kg_per_s=np.where(is_cav & ~reheat, supply, 0.0),
        minimum_kg_per_s=fixed * (available & ((streams.treated_kg_per_s > 0) | ~is_cav)),
    )


def _humidity_cap(
    zones: Sequence[ZoneSpec], climate: Climate, temp: Array, coil_on: NDArray[np.bool_]
) -> tuple[Array, NDArray[np.bool_]]:
    """Return the highest humidity ratio of each zone and hour, and where it is the system that holds it.

    Where the system does not act, vapor above saturation condenses on surfaces and evaporates again later: the balance
    keeps it, and the reported humidity is that of saturated air.
    """
    limit = series(zones, lambda z: z.max_relative_humidity_frac)
    acts = np.array([z.coil.reheat or z.coil.system == "ideal" for z in zones])
    acts &= np.array([z.coil.system not in {"natural_ventilation", "fan_only"} for z in zones])
    active = (limit < 1.0) & acts & coil_on
    saturated = saturation_humidity_ratio(np.clip(temp, -60.0, 80.0), climate.weather.pressure_pa[:, None])
    return np.where(active, limit * saturated, 1.0), active


def _constant_fan_heat(zones: Sequence[ZoneSpec], streams: AirStreams, climate: Climate) -> Array:
    """Return the fan heat of constant-volume systems, which runs whether the coil is on or not, W."""
    power = _constant_fan_w(zones, streams, climate)
    return power * coil_values(zones, lambda c: c.fan_heat_frac)


def _constant_fan_w(zones: Sequence[ZoneSpec], streams: AirStreams, climate: Climate) -> Array:
    """Return the fan power of constant-volume systems with outdoor air, on while outdoor air is, W."""
    constant = np.array([z.coil.system == "cav" for z in zones])
    power = coil_values(zones, lambda c: c.supply_l_per_s * c.fan_w_per_l_per_s) * constant
    return np.asarray(power * (streams.treated_kg_per_s > 0))


def _result(
    zones: Sequence[ZoneSpec], climate: Climate, streams: AirStreams, controls: Controls, marched: Marched
) -> ZoneResult:
    pressure = climate.weather.pressure_pa[:, None]
    cooling = np.maximum(-marched.power, 0.0)
    cap, capped = _humidity_cap(zones, climate, marched.temp, controls.cooling_set < OFF_C)
    density = site_density_kg_per_m3(climate)
    coil = _coil_data(zones, streams, density, capped, float(pressure.mean()))
    data = _moisture(zones, climate, streams, marched, cap)
    load = _coil_load(streams, marched, coil, data, capped, climate)
    unit_sensible, unit_latent = _outdoor_air_unit(streams)
    fan_w = _fan_w(zones, streams, climate, load, np.maximum(marched.power, 0.0), density)
    fan_heat = np.where(cooling > 0, fan_w - _constant_fan_w(zones, streams, climate), 0.0)
    fan_heat = fan_heat * coil_values(zones, lambda c: c.fan_heat_frac)
    sensible = load.sensible + unit_sensible + fan_heat * coil.has_coil
    latent = load.latent + unit_latent
    temp = np.clip(marched.temp, -60.0, 80.0)
    ratio = np.minimum(load.humidity_ratio, saturation_humidity_ratio(temp, pressure))
    return ZoneResult(
        names=tuple(z.name for z in zones),
        sensible_kw=_kw(sensible),
        latent_kw=_kw(latent),
        outdoor_air_kw=_kw(np.clip(_outdoor_air_w(streams, load, marched.temp, coil), 0.0, sensible + latent)),
        reheat_kw=_kw(load.reheat),
        heating_kw=_kw(np.maximum(marched.power, 0.0)),
        fan_kw=_kw(fan_w),
        air_temp_c=np.ascontiguousarray(marched.temp.T),
        humidity_ratio_kg_per_kg=np.ascontiguousarray(ratio.T),
        relative_humidity_frac=np.ascontiguousarray(relative_humidity(temp, ratio, pressure).T),
        cooling_unmet=np.ascontiguousarray(_unmet(-marched.unlimited, -marched.power).T),
        heating_unmet=np.ascontiguousarray(_unmet(marched.unlimited, marched.power).T),
    )


def _kw(value: Array) -> Array:
    return np.ascontiguousarray(value.T / 1000.0)


def _unmet(wanted: Array, given: Array) -> NDArray[np.bool_]:
    return np.asarray((wanted > 0) & (wanted - given > _UNMET_FRAC * np.abs(wanted) + 1e-6))


def _coil_load(
    streams: AirStreams,
    marched: Marched,
    coil: CoilData,
    data: MoistureInput,
    capped: NDArray[np.bool_],
    climate: Climate,
) -> CoilLoad:
    cooling = np.where(coil.has_coil, np.maximum(-marched.power, 0.0), 0.0)
    pressure = climate.weather.pressure_pa[:, None]
    flow = sensible_flow(cooling, marched.temp, streams, coil, pressure)
    flow, sensible = enforce_minimum(flow, cooling, marched.temp, streams, coil, pressure)
    start = np.full(cooling.shape[1], float(climate.weather.humidity_ratio_kg_per_kg[-24:].mean()))
    ratio = march_moisture(data, flow, streams.treated_ratio, coil.contact_frac, start)
    removal = np.maximum(removed_moisture(data, ratio), 0.0) * ((flow.total > 0) | capped)
    total, sensible = overcooling(removal, sensible, flow, ratio, marched.temp, streams, coil)
    return CoilLoad(
        sensible=sensible,
        latent=removal * LATENT_HEAT_J_PER_KG,
        reheat=np.maximum(sensible - cooling, 0.0),
        supply_kg_per_s=_supply_flow(flow, total, streams, coil),
        humidity_ratio=ratio,
    )


def _moisture(
    zones: Sequence[ZoneSpec], climate: Climate, streams: AirStreams, marched: Marched, cap: Array
) -> MoistureInput:
    extra = None if marched.economizer is None else marched.economizer / CP_AIR_J_PER_KG_K
    outdoor = climate.weather.humidity_ratio_kg_per_kg[:, None]
    gains = 1000.0 * series(zones, lambda z: z.gains.latent_kw)
    multiplier = np.array([z.moisture_capacity_multiplier for z in zones])
    return moisture_data(streams, extra, gains, outdoor, multiplier, cap)


def _supply_flow(flow: CoilFlow, total: Array, streams: AirStreams, coil: CoilData) -> Array:
    """Return the air the fans move: coil and outdoor air, kg/s."""
    beside = np.where(coil.separate_air, streams.treated_kg_per_s, 0.0)
    return np.asarray(
        np.maximum(np.maximum(total, flow.total), np.where(beside > 0, 0.0, streams.treated_kg_per_s)) + beside
    )


def _outdoor_air_unit(streams: AirStreams) -> tuple[Array, Array]:
    """Return sensible and latent load of dedicated outdoor-air units, W."""
    flow = streams.treated_kg_per_s
    sensible = flow * CP_AIR_J_PER_KG_K * (streams.treated_temp_c - streams.supply_temp_c)
    return sensible, flow * LATENT_HEAT_J_PER_KG * (streams.treated_ratio - streams.supply_ratio)


def _outdoor_air_w(streams: AirStreams, load: CoilLoad, temp: Array, coil: CoilData) -> Array:
    """Return the part of the coil load that cools outdoor air down to the zone's state, W."""
    flow = np.where((load.sensible > 0) | coil.separate_air, streams.treated_kg_per_s, 0.0)
    sensible = CP_AIR_J_PER_KG_K * (streams.treated_temp_c - temp)
    latent = np.where(load.latent > 0, LATENT_HEAT_J_PER_KG * (streams.treated_ratio - load.humidity_ratio), 0.0)
    mixed = flow * np.maximum(sensible + latent, 0.0)
    unit_sensible, unit_latent = _outdoor_air_unit(streams)
    return np.where(coil.separate_air, unit_sensible + unit_latent, mixed)


def _fan_w(
    zones: Sequence[ZoneSpec], streams: AirStreams, climate: Climate, load: CoilLoad, heating: Array, density: float
) -> Array:
    """Return the fan power, W: specific power times flow; constant-volume systems run at their supply flow."""
    specific = coil_values(zones, lambda c: c.fan_w_per_l_per_s)
    flow = np.maximum(load.supply_kg_per_s, heating / (CP_AIR_J_PER_KG_K * _HEATING_AIR_RISE_K))
    constant = _constant_fan_w(zones, streams, climate)
    return np.where(constant > 0, constant, specific * flow / density * 1000.0)
