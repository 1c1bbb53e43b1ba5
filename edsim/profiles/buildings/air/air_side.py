"""From the zone's heat and moisture balance to the loads of its air handling: coils, reheat, outdoor air and fans.

Works through the year in windows of a few days, whose arrays stay in the processor's cache. Inside, arrays are
(hours, zones) in W and kg/s; the result is (zones, hours) in kW.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from edsim.core.moist_air import MOLAR_MASS_RATIO, dew_point_c, humidity_ratio, saturation_humidity_ratio
from edsim.core.timegrid import HOURS_PER_YEAR
from edsim.profiles.buildings.air.airflow import (
    OFF_C,
    AirStreams,
    CoilLimit,
    coil_values,
    series,
    site_density_kg_per_m3,
)
from edsim.profiles.buildings.air.coil import (
    LATENT_HEAT_J_PER_KG,
    CoilData,
    CoilFlow,
    enforce_minimum,
    overcooling,
    sensible_flow,
)
from edsim.profiles.buildings.air.moisture import march_moisture, mean_moisture, moisture_data, removed_moisture
from edsim.profiles.buildings.balance.drivers import Climate
from edsim.profiles.buildings.balance.march import Marched
from edsim.profiles.buildings.balance.network import CP_AIR_J_PER_KG_K
from edsim.profiles.buildings.balance.pull_down import falls_k
from edsim.profiles.buildings.spec import COIL_LESS, ZoneResult, ZoneSpec

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

_WINDOW_HOURS = 146
_WARM_UP_WINDOWS = 3
_LEAST_LOAD_W = 1e-3  # less is rounding of the balances, not a coil at work
_HEATING_AIR_RISE_K = 15.0  # supply air of an air heater above the room; sets the fan flow in heating hours
_UNMET_FRAC = 1e-6
_WARMEST_LIMITED_ROOM_C = 40.0
_COIL_BELOW_ROOM_K = 3.0  # a coil that cools is colder than its room, in cold rooms too
_COLDEST_COIL_C = 8.0  # of water at 6.7 °C (rating point of AHRI 550/590-2023) and 1.3 K for the coil itself
_COIL_BELOW_LIMIT_K = 2.5  # a humidity limit asks for a coil this much below the limit's dew point


@dataclass(frozen=True, slots=True)
class AirSide:
    """Everything the air side of a batch needs; two-dimensional fields are (hours, zones) or (hours, 1).

    Attributes
    ----------
    streams, coil, marched
        Outdoor air, coil parameters and the result of the thermal march.
    humidity_limit
        Highest relative humidity where the system holds it; 2 where it does not act.
    latent_gain_w
        Moisture released in the zone as heat.
    outdoor_ratio, pressure_pa
        Outdoor humidity ratio and pressure.
    constant_fan_w
        Power of fans that run at constant flow.
    fan_j_per_kg, fan_heat_frac, moisture_multiplier, at_once : (zones,)
        Specific fan energy of variable flow, its share that warms the air, the moisture storage factor, and whether
        cooling holds a lowered set point, and takes the moisture out, from the beginning of the hour.
    free_air_is_mixed : (zones,)
        Whether the air of an economizer passes the coil.
    left
        Share of its way to the coil's dew point that air has before it when it reaches a lowered set point; None where
        no cooling holds it at once.
    """

    streams: AirStreams
    coil: CoilData
    marched: Marched
    humidity_limit: Array
    latent_gain_w: Array
    outdoor_ratio: Array
    pressure_pa: Array
    constant_fan_w: Array
    fan_j_per_kg: Array
    fan_heat_frac: Array
    moisture_multiplier: Array
    at_once: Flags
    left: Array | None
    free_air_is_mixed: Flags


_Part = TypeVar("_Part", AirSide, AirStreams, CoilData, Marched)


def air_side_result(
    zones: Sequence[ZoneSpec], climate: Climate, streams: AirStreams, marched: Marched, limit: CoilLimit | None
) -> ZoneResult:
    """Return the loads of zones from their thermal march; `limit` is the full-load state of limited coils.

    The moisture march starts from the state at the end of a run through the last windows of the year.
    """
    data = _air_side(zones, climate, streams, marched)
    if limit is not None:
        data = replace(data, coil=replace(data.coil, coldest_c=limit.surface_c))
    result = empty_result(zones)
    state = np.full((2, len(zones)), float(climate.weather.humidity_ratio_kg_per_kg[-24:].mean()))
    for first in range(HOURS_PER_YEAR - _WARM_UP_WINDOWS * _WINDOW_HOURS, HOURS_PER_YEAR, _WINDOW_HOURS):
        state = _window(data, slice(first, first + _WINDOW_HOURS), state, None)
    for first in range(0, HOURS_PER_YEAR, _WINDOW_HOURS):
        state = _window(data, slice(first, first + _WINDOW_HOURS), state, result)
    return result


def constant_fan_w(zones: Sequence[ZoneSpec], streams: AirStreams) -> Array:
    """Return the fan power of constant-volume systems with outdoor air, on while outdoor air is, W."""
    constant = np.array([z.coil.system == "cav" for z in zones])
    power = coil_values(zones, lambda c: c.supply_l_per_s * c.fan_w_per_l_per_s) * constant
    if not power.any():
        return np.broadcast_to(power, streams.treated_kg_per_s.shape)
    return np.asarray(power * (streams.treated_kg_per_s > 0))


def empty_result(zones: Sequence[ZoneSpec]) -> ZoneResult:
    """Return a result to be filled; an hour of all zones is contiguous, as it is computed."""
    shape = (HOURS_PER_YEAR, len(zones))
    loads = np.empty((9, *shape)).transpose(0, 2, 1)
    unmet = np.zeros((2, *shape), dtype=np.bool_).transpose(0, 2, 1)
    return ZoneResult(
        names=tuple(z.name for z in zones),
        sensible_kw=loads[0],
        latent_kw=loads[1],
        outdoor_air_kw=loads[2],
        reheat_kw=loads[3],
        heating_kw=loads[4],
        fan_kw=loads[5],
        air_temp_c=loads[6],
        humidity_ratio_kg_per_kg=loads[7],
        relative_humidity_frac=loads[8],
        cooling_unmet=unmet[0],
        heating_unmet=unmet[1],
    )


def _air_side(zones: Sequence[ZoneSpec], climate: Climate, streams: AirStreams, marched: Marched) -> AirSide:
    pressure = climate.weather.pressure_pa
    density = site_density_kg_per_m3(climate)
    available = streams.cooling_set_c < OFF_C
    limit = _humidity_limit(zones, available)
    at_once = np.array([z.cooling_starts_at_once for z in zones])
    coil = _coil_data(zones, streams, available, limit, float(pressure.mean()), density)
    return AirSide(
        streams=streams,
        coil=coil,
        marched=marched,
        humidity_limit=limit,
        latent_gain_w=1000.0 * series(zones, lambda z: z.gains.latent_kw),
        outdoor_ratio=climate.weather.humidity_ratio_kg_per_kg[:, None],
        pressure_pa=pressure[:, None],
        constant_fan_w=constant_fan_w(zones, streams),
        fan_j_per_kg=coil_values(zones, lambda c: c.fan_w_per_l_per_s) / density * 1000.0,
        fan_heat_frac=coil_values(zones, lambda c: c.fan_heat_frac),
        moisture_multiplier=np.array([z.moisture_capacity_multiplier for z in zones]),
        at_once=at_once,
        left=_left_by_pull_down(streams.cooling_set_c, coil, marched) if at_once.any() else None,
        free_air_is_mixed=np.array([_mixes_free_air(z) for z in zones]),
    )


def _mixes_free_air(zone: ZoneSpec) -> bool:
    """Return whether the air of an economizer is mixed before the coil, in zones with films of the hour alone."""
    return zone.films_by_hour and not zone.coil.reheat and zone.coil.system in {"ideal", "vav"}


def _left_by_pull_down(cooling_set_c: Array, coil: CoilData, marched: Marched) -> Array:
    """Return how far air is from the coil's dew point at a lowered set point, over how far it was before."""
    fall = np.maximum(falls_k(cooling_set_c, marched), 0.0)
    above = np.maximum(cooling_set_c - coil.dew_point_c, _COIL_BELOW_ROOM_K)
    return np.asarray(above / (above + fall))


def _humidity_limit(zones: Sequence[ZoneSpec], available: Flags) -> Array:
    """Return the relative humidity that the system holds; 2 where it does not act."""
    limit = series(zones, lambda z: z.max_relative_humidity_frac)
    acts = np.array([z.coil.reheat or z.coil.system == "ideal" for z in zones])
    acts &= np.array([z.coil.system not in COIL_LESS for z in zones])
    return np.where((limit < 1.0) & acts & available, limit, _NO_LIMIT)


_NO_LIMIT = 2.0


def _coil_data(
    zones: Sequence[ZoneSpec], streams: AirStreams, available: Flags, limit: Array, pressure: float, density: float
) -> CoilData:
    system = [z.coil.system for z in zones]
    is_cav = np.array([s == "cav" for s in system])
    reheat = np.array([z.coil.reheat for z in zones])
    supply = coil_values(zones, lambda c: c.supply_l_per_s) * density / 1000.0
    minimum = coil_values(zones, lambda c: c.min_supply_l_per_s) * density / 1000.0
    fixed = np.where(is_cav & reheat, supply, np.where(reheat, minimum, 0.0))
    return CoilData(
        dew_point_c=_dew_point(zones, streams.cooling_set_c, limit, pressure),
        contact_frac=1.0 - coil_values(zones, lambda c: c.bypass_frac),
        has_coil=np.array([s not in COIL_LESS for s in system]),
        separate_air=np.array([s in {"fan_coil_doas", "split"} for s in system]),
        reheat=reheat,
        constant_kg_per_s=np.where(is_cav & ~reheat, supply, 0.0),
        dries_always=np.array([s == "ideal" for s in system]) & (limit.min(axis=0) >= _NO_LIMIT),
        minimum_kg_per_s=fixed * (available & ((streams.treated_kg_per_s > 0) | ~is_cav)),
    )


def _dew_point(zones: Sequence[ZoneSpec], cooling_set_c: Array, limit: Array, pressure: float) -> Array:
    """Return the apparatus dew point of each zone, below the room and low enough to hold a humidity limit in it."""
    coolest = cooling_set_c.min(axis=0)
    dew_point: Array = np.minimum(coil_values(zones, lambda c: c.apparatus_dew_point_c), coolest - _COIL_BELOW_ROOM_K)
    lowest = limit.min(axis=0)
    limited = (lowest < 1.0) & np.array([z.coil.reheat for z in zones])
    if not limited.any():
        return dew_point
    room = np.minimum(coolest, _WARMEST_LIMITED_ROOM_C)
    ratio = humidity_ratio(room, np.where(limited, lowest, 0.5), pressure)
    return np.where(limited, np.minimum(dew_point, dew_point_c(ratio, pressure) - _COIL_BELOW_LIMIT_K), dew_point)


def _rows(data: _Part, window: slice) -> _Part:
    """Return the hours of a window of all two-dimensional fields."""
    values: dict[str, Any] = {f.name: getattr(data, f.name) for f in fields(data)}
    cut = {k: v[window] for k, v in values.items() if isinstance(v, np.ndarray) and v.ndim == 2}
    return type(data)(**(values | cut))


def _cut(data: AirSide, window: slice) -> AirSide:
    """Return the hours of a window."""
    streams, coil, marched = _rows(data.streams, window), _rows(data.coil, window), _rows(data.marched, window)
    return replace(_rows(data, window), streams=streams, coil=coil, marched=marched)


def _window(year: AirSide, window: slice, start: Array, out: ZoneResult | None) -> Array:
    """Compute the hours of a window into `out`; return the humidity of air and furnishings at its end, (2, zones)."""
    data = _cut(year, window)
    coil, temp, extra = data.coil, data.marched.temp, _economizer_kg_per_s(data)
    streams = _through_coil(data.streams, extra, data)
    cooling = data.marched.power * -1.0 * coil.has_coil
    cooling[cooling < _LEAST_LOAD_W] = 0.0
    room = np.minimum(np.maximum(temp, -60.0), 80.0)
    saturated = saturation_humidity_ratio(room, data.pressure_pa)
    flow = sensible_flow(cooling, temp, streams, coil, data.pressure_pa)
    flow, sensible = enforce_minimum(flow, cooling, temp, streams, coil, data.pressure_pa)
    cap = _humidity_cap(saturated, data)
    given = (data.latent_gain_w, data.outdoor_ratio, data.moisture_multiplier, cap, data.at_once, data.left)
    moisture = moisture_data(data.streams, extra, *given)
    found = march_moisture(moisture, flow, streams.treated_ratio, coil.contact_frac, start)
    if out is None:
        return found.end
    mean = mean_moisture(moisture, flow, streams.treated_ratio, coil.contact_frac, found)
    removal = removed_moisture(moisture, found, mean)
    acts = flow.total > 0 if cap is None else (flow.total > 0) | (cap < _NO_LIMIT)
    removal[~acts | (removal < _LEAST_LOAD_W / LATENT_HEAT_J_PER_KG)] = 0.0
    total, sensible = overcooling(removal, sensible, flow, mean, temp, streams, coil)
    latent = removal * LATENT_HEAT_J_PER_KG
    _write_kw(out.reheat_kw[:, window], np.maximum(sensible - cooling, 0.0))
    unit_sensible, unit_latent = _outdoor_air_unit(data.streams)
    outdoor = _outdoor_air_w(streams, sensible, latent, mean, temp) * ~coil.separate_air
    outdoor = np.minimum(np.maximum(outdoor, 0.0), sensible + latent)
    _write_kw(out.outdoor_air_kw[:, window], outdoor + unit_sensible + unit_latent)
    fan = _fan_w(data, _supply_flow(flow, total, streams, coil))
    fan_heat = (fan - data.constant_fan_w) * (cooling > 0) * data.fan_heat_frac
    _write_kw(out.sensible_kw[:, window], sensible + unit_sensible + fan_heat)
    _write_kw(out.latent_kw[:, window], latent + unit_latent)
    _write_kw(out.heating_kw[:, window], np.maximum(data.marched.power, 0.0))
    _write_kw(out.fan_kw[:, window], fan)
    _write_state(out, window, data, np.minimum(found.air[1:], saturated), saturated)
    return found.end


def _economizer_kg_per_s(data: AirSide) -> Array | None:
    return None if data.marched.economizer is None else data.marched.economizer / CP_AIR_J_PER_KG_K


def _through_coil(streams: AirStreams, extra: Array | None, data: AirSide) -> AirStreams:
    """Return the streams with the air of an economizer mixed into that which the coil treats.

    Where outdoor air is mixed before a coil of variable flow that does not hold its temperature by reheat, all of it
    passes the coil: the more air comes, the less it is cooled and dried. Coils of constant flow cycle instead.
    """
    if extra is None or not data.free_air_is_mixed.any():
        return streams
    extra = extra * data.free_air_is_mixed
    flow = streams.treated_kg_per_s + extra
    share = extra / np.maximum(flow, 1e-9)
    temp = streams.treated_temp_c + share * (streams.free_temp_c - streams.treated_temp_c)
    ratio = streams.treated_ratio + share * (streams.free_ratio - streams.treated_ratio)
    return replace(streams, treated_kg_per_s=flow, treated_temp_c=temp, treated_ratio=ratio)


def _humidity_cap(saturated: Array, data: AirSide) -> Array | None:
    """Return the highest humidity ratio that the system allows, `_NO_LIMIT` where it does not act; None if nowhere.

    At relative humidity r the ratio is r w / (1 + (1 - r) w / 0.622) with w that of saturation. No coil dries air
    further than to its own dew point, which in cold rooms is above the limit.
    """
    limited = data.humidity_limit < _NO_LIMIT
    if not limited.any():
        return None
    rh = np.minimum(data.humidity_limit, 1.0)
    ratio = rh * saturated / (1.0 + (1.0 - rh) * saturated / MOLAR_MASS_RATIO)
    driest = saturation_humidity_ratio(np.minimum(data.coil.dew_point_c, _COLDEST_COIL_C), data.pressure_pa)
    return np.where(limited, np.maximum(ratio, driest), _NO_LIMIT)


def _write_state(out: ZoneResult, window: slice, data: AirSide, ratio: Array, saturated: Array) -> None:
    """Write temperature, humidity and unmet hours of a window.

    Relative humidity is the ratio of vapor pressures: x/(0.622+x) over the same at saturation.
    """
    marched = data.marched
    out.air_temp_c[:, window] = marched.temp.T
    out.humidity_ratio_kg_per_kg[:, window] = ratio.T
    pressure_share = ratio * (MOLAR_MASS_RATIO + saturated) / (saturated * (MOLAR_MASS_RATIO + ratio))
    out.relative_humidity_frac[:, window] = pressure_share.T
    lacking = marched.unlimited - marched.power
    if lacking.any():
        unmet = np.abs(lacking) > _UNMET_FRAC * np.abs(marched.unlimited) + 1e-6
        out.cooling_unmet[:, window] = (unmet & (marched.unlimited < 0)).T
        out.heating_unmet[:, window] = (unmet & (marched.unlimited > 0)).T


def _write_kw(out: Array, watts: Array) -> None:
    """Write power (hours, zones), W, as (zones, hours), kW."""
    np.divide(watts.T, 1000.0, out=out)


def _supply_flow(flow: CoilFlow, total: Array, streams: AirStreams, coil: CoilData) -> Array:
    """Return the air the fans move, kg/s: coil flow with at least the outdoor air, or both where they are apart."""
    through = np.maximum(total, flow.total)
    treated = streams.treated_kg_per_s
    return np.where(coil.separate_air, through + treated, np.maximum(through, treated))


def _outdoor_air_unit(streams: AirStreams) -> tuple[Array, Array]:
    """Return sensible and latent load of dedicated outdoor-air units, W; 0 where outdoor air is mixed."""
    flow = streams.treated_kg_per_s
    if streams.supply_temp_c is streams.treated_temp_c:
        return np.zeros(1), np.zeros(1)
    sensible = flow * CP_AIR_J_PER_KG_K * (streams.treated_temp_c - streams.supply_temp_c)
    return sensible, flow * LATENT_HEAT_J_PER_KG * (streams.treated_ratio - streams.supply_ratio)


def _outdoor_air_w(streams: AirStreams, sensible: Array, latent: Array, ratio: Array, temp: Array) -> Array:
    """Return the part of a mixing coil's load that brings outdoor air to the zone's state, W."""
    flow = streams.treated_kg_per_s * (sensible > 0)
    warm = CP_AIR_J_PER_KG_K * (streams.treated_temp_c - temp)
    moist = LATENT_HEAT_J_PER_KG * (streams.treated_ratio - ratio) * (latent > 0)
    return flow * np.maximum(warm + moist, 0.0)


def _fan_w(data: AirSide, supply: Array) -> Array:
    """Return the fan power, W: constant flow where there is one, else specific energy times flow, heating included."""
    heating = np.maximum(data.marched.power, 0.0) / (CP_AIR_J_PER_KG_K * _HEATING_AIR_RISE_K)
    return np.where(data.constant_fan_w > 0, data.constant_fan_w, data.fan_j_per_kg * np.maximum(supply, heating))
