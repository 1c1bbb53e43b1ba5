"""Outdoor-air streams of a batch of zones: what enters the zone, at which state, and what free cooling may add.

All arrays are (hours, zones); mass flows are kg/s of dry air at the site's mean pressure and 20 °C.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edsim.core.moist_air import enthalpy_kj_per_kg, saturation_humidity_ratio, specific_volume_m3_per_kg
from edsim.core.timegrid import HOURS_PER_YEAR
from edsim.profiles.buildings.balance.drivers import Climate, hourly
from edsim.profiles.buildings.balance.network import CP_AIR_J_PER_KG_K
from edsim.profiles.buildings.spec import Coil, Series, ZoneSpec

Array = NDArray[np.float64]

OFF_C = 1.0e6
"""Set point that stands for "off"."""
_WARMEST_RETURN_C = 50.0
_NEUTRAL_C, _NEUTRAL_KG_PER_KG = 20.0, 0.008


@dataclass(frozen=True, slots=True)
class AirStreams:
    """Outdoor air of a batch of zones.

    Attributes
    ----------
    air_mass_kg : (zones,)
        Air in each zone.
    cooling_set_c
        Cooling set points, very high when off.
    direct_kg_per_s
        Infiltration and other outdoor air straight into the zone.
    treated_kg_per_s, treated_temp_c, treated_ratio
        Outdoor air through the air handling: flow, temperature and humidity ratio after exhaust-air recovery.
    supply_temp_c, supply_ratio
        State at which treated air enters the zone's balance: as treated, or as left by a dedicated outdoor-air unit.
    economizer_kg_per_s
        Greatest further outdoor air for free cooling (None when no zone has any).
    free_temp_c, free_ratio
        State in which that air comes: past the recovery as outdoors, or through it in zones of the system ``ideal``.
    """

    air_mass_kg: Array
    cooling_set_c: Array
    direct_kg_per_s: Array
    treated_kg_per_s: Array
    treated_temp_c: Array
    treated_ratio: Array
    supply_temp_c: Array
    supply_ratio: Array
    economizer_kg_per_s: Array | None
    free_temp_c: Array
    free_ratio: Array


def series(zones: Sequence[ZoneSpec], value: Callable[[ZoneSpec], Series]) -> Array:
    """Return a field of every zone as (hours, zones), read-only where constant; infinite values become finite."""
    values = [value(z) for z in zones]
    if all(np.ndim(v) == 0 for v in values):
        constant = np.clip(np.array(values, dtype=float), -OFF_C, OFF_C)
        return np.broadcast_to(constant, (HOURS_PER_YEAR, len(zones)))
    place: dict[int, int] = {}
    index = [place.setdefault(id(v), len(place)) for v in values]
    unique = {place[id(v)]: v for v in values}
    rows = np.stack([hourly(unique[i]) for i in range(len(place))])
    columns = np.ascontiguousarray(np.clip(rows, -OFF_C, OFF_C, out=rows).T)
    return columns if len(place) == len(values) else columns[:, index]


def scaled(values: Array, factor: Array | float) -> Array:
    """Return hourly values (hours, zones) times a factor (zones,); what :func:`series` holds once stays held once."""
    if values.strides[0]:
        return values * factor
    return np.broadcast_to(values[0] * factor, values.shape)


def coil_values(zones: Sequence[ZoneSpec], value: Callable[[Coil], float]) -> Array:
    """Return a number of every zone's coil as (zones,)."""
    return np.array([float(value(z.coil)) for z in zones])


def site_density_kg_per_m3(climate: Climate) -> float:
    """Return the dry air in 1 m³ of air at 20 °C and 8 g/kg at the site's mean pressure."""
    pressure = float(climate.weather.pressure_pa.mean())
    return 1.0 / float(specific_volume_m3_per_kg(_NEUTRAL_C, _NEUTRAL_KG_PER_KG, pressure))


def _outdoor_density(climate: Climate) -> Array:
    """Return the dry air in 1 m³ of outdoor air, kg: air changes are volumes of the air that enters."""
    w = climate.weather
    return np.asarray(1.0 / specific_volume_m3_per_kg(w.dry_bulb_temp_c, w.humidity_ratio_kg_per_kg, w.pressure_pa))


def air_streams(zones: Sequence[ZoneSpec], climate: Climate, room_ratio: Array | None = None) -> AirStreams:
    """Return the outdoor-air streams of zones.

    `room_ratio` is the humidity ratio of the zones' air, (hours, zones), where recovery and economizer ask for it: 50 %
    relative humidity by default, and in zones without films of the hour.
    """
    density = site_density_kg_per_m3(climate)
    volume = np.array([z.volume_m3 for z in zones])
    ach = _sum(series(zones, lambda z: z.infiltration_ach), series(zones, lambda z: z.ventilation_ach))
    direct = scaled(ach, volume / 3600.0) * _outdoor_density(climate)[:, None]
    treated = scaled(series(zones, lambda z: z.outdoor_air_l_per_s), density / 1000.0)
    split = np.array([z.coil.system == "split" for z in zones])
    if split.any():
        direct += treated * split
        treated = scaled(treated, ~split)
    cool = series(zones, lambda z: z.cooling_set_c)
    temp, ratio = _after_recovery(zones, climate, cool, room_ratio)
    supply_temp, supply_ratio = _after_outdoor_air_unit(zones, climate, cool < OFF_C, temp, ratio)
    through = np.array([_all_through_recovery(z) for z in zones])
    outdoor_temp, outdoor_ratio = climate.outdoor_temp_c[:, None], climate.weather.humidity_ratio_kg_per_kg[:, None]
    return AirStreams(
        air_mass_kg=volume * density,
        cooling_set_c=cool,
        direct_kg_per_s=direct,
        treated_kg_per_s=treated,
        treated_temp_c=temp,
        treated_ratio=ratio,
        supply_temp_c=supply_temp,
        supply_ratio=supply_ratio,
        economizer_kg_per_s=_economizer(zones, climate, cool, treated, density, room_ratio),
        free_temp_c=np.where(through, temp, outdoor_temp) if through.any() else outdoor_temp,
        free_ratio=np.where(through, ratio, outdoor_ratio) if through.any() else outdoor_ratio,
    )


def asks_for_room_air(zone: ZoneSpec) -> bool:
    """Return whether a zone's outdoor air depends on the humidity of its own air, which another march then finds."""
    return zone.films_by_hour and (zone.coil.recovery_latent_frac > 0 or compares_enthalpy(zone))


def compares_enthalpy(zone: ZoneSpec) -> bool:
    """Return whether an economizer compares the enthalpy of the zone's own air with that outdoors."""
    return zone.films_by_hour and zone.coil.economizer == "enthalpy"


def _all_through_recovery(zone: ZoneSpec) -> bool:
    """Return whether the air of an economizer passes the recovery too, in zones with films of the hour alone."""
    coil = zone.coil
    recovers = coil.recovery_sensible_frac > 0 or coil.recovery_latent_frac > 0
    return zone.films_by_hour and coil.system == "ideal" and coil.economizer != "none" and recovers


def _room_ratio(zones: Sequence[ZoneSpec], temp_c: Array, pressure: Array, found: Array | None) -> Array:
    """Return the humidity ratio of room air at `temp_c`: as found, or that of 50 % relative humidity."""
    half: Array = 0.5 * saturation_humidity_ratio(temp_c, pressure)
    if found is None:
        return half
    return np.where([asks_for_room_air(z) for z in zones], np.minimum(found, 2.0 * half), half)


def _after_recovery(
    zones: Sequence[ZoneSpec], climate: Climate, cooling_set_c: Array, room_ratio: Array | None
) -> tuple[Array, Array]:
    """Return temperature and humidity ratio of outdoor air after exhaust-air recovery.

    The recovery works against the set point it helps: cooling when it is warmer outside than the cooling set point (one
    that exchanges moisture too: when the enthalpy is higher than that of the extract air), heating when colder than the
    heating set point; otherwise it is bypassed. The extract air is taken at the set point, with `room_ratio` or 50 %
    relative humidity.
    """
    shape = (HOURS_PER_YEAR, len(zones))
    outdoor = np.broadcast_to(climate.outdoor_temp_c[:, None], shape)
    ratio = np.broadcast_to(climate.weather.humidity_ratio_kg_per_kg[:, None], shape)
    sensible = coil_values(zones, lambda c: c.recovery_sensible_frac)
    latent = coil_values(zones, lambda c: c.recovery_latent_frac)
    if not (sensible.any() or latent.any()):
        return outdoor, ratio
    cool = np.minimum(cooling_set_c, 26.0)
    heat = series(zones, lambda z: z.heating_set_c)
    hot, cold = outdoor > cool, outdoor < heat
    moist = np.flatnonzero(latent)
    if len(moist):
        extract = _room_ratio(zones, cool, climate.weather.pressure_pa[:, None], room_ratio)[:, moist]
        inside = enthalpy_kj_per_kg(cool[:, moist], extract)
        hot[:, moist] = (enthalpy_kj_per_kg(outdoor[:, moist], ratio[:, moist]) > inside) & ~cold[:, moist]
        ratio = np.array(ratio)
        ratio[:, moist] -= latent[moist] * hot[:, moist] * np.maximum(ratio[:, moist] - extract, 0.0)
    temp = outdoor + sensible * (hot * (cool - outdoor) + cold * (heat - outdoor))
    return temp, ratio


def _after_outdoor_air_unit(
    zones: Sequence[ZoneSpec], climate: Climate, available: NDArray[np.bool_], temp: Array, ratio: Array
) -> tuple[Array, Array]:
    """Return the state behind a dedicated outdoor-air unit; unchanged for zones without one or with cooling off."""
    unit = np.array([z.coil.system == "fan_coil_doas" for z in zones])
    if not unit.any():
        return temp, ratio
    leaving = coil_values(zones, lambda c: c.doas_supply_temp_c)
    saturated = saturation_humidity_ratio(leaving, climate.weather.pressure_pa[:, None])
    cooled = unit & available & (temp > leaving)
    return np.where(cooled, leaving, temp), np.where(cooled, np.minimum(ratio, saturated), ratio)


def _economizer(
    zones: Sequence[ZoneSpec],
    climate: Climate,
    cooling_set_c: Array,
    treated: Array,
    density: float,
    room_ratio: Array | None,
) -> Array | None:
    """Return the greatest further outdoor-air flow for free cooling, kg/s.

    Dry bulb: allowed when the outside is colder than the cooling set point; enthalpy: in addition below the enthalpy
    of the zone at set point and `room_ratio` or 50 % relative humidity; both below the coil's own limits. Windows
    (natural ventilation) may be open at any time; the march opens them above the set point when the zone is warmer than
    the outside.
    """
    window = np.array([z.coil.system == "natural_ventilation" for z in zones])
    kinds = ["window" if w else z.coil.economizer for w, z in zip(window, zones, strict=True)]
    if all(k == "none" for k in kinds):
        return None
    limit = coil_values(zones, lambda c: c.economizer_max_l_per_s) * density / 1000.0
    cool = np.minimum(cooling_set_c, 60.0)
    outdoor = climate.outdoor_temp_c[:, None]
    allowed = (outdoor < cool) | window
    if "enthalpy" in kinds:
        pressure = climate.weather.pressure_pa[:, None]
        room = enthalpy_kj_per_kg(cool, _room_ratio(zones, cool, pressure, room_ratio))
        outside = enthalpy_kj_per_kg(outdoor, climate.weather.humidity_ratio_kg_per_kg[:, None])
        allowed &= (outside < room) | np.array([k != "enthalpy" for k in kinds])
    allowed &= np.array([k != "none" for k in kinds])
    allowed &= outdoor <= coil_values(zones, lambda c: c.economizer_max_outdoor_temp_c)
    most_enthalpy = coil_values(zones, lambda c: c.economizer_max_outdoor_enthalpy_kj_per_kg)
    if np.isfinite(most_enthalpy).any():
        outside = enthalpy_kj_per_kg(outdoor, climate.weather.humidity_ratio_kg_per_kg[:, None])
        allowed &= outside <= most_enthalpy
    return np.asarray(np.maximum(limit - treated, 0.0) * allowed)


@dataclass(frozen=True, slots=True)
class CoilLimit:
    """Full-load state of coils of limited total capacity, (hours, zones): surface, °C, and sensible capacity, W."""

    surface_c: Array
    sensible_w: Array


def coil_limit(
    zones: Sequence[ZoneSpec], climate: Climate, streams: AirStreams, room: Array | None
) -> CoilLimit | None:
    """Return the full-load state of constant-volume coils; None when no zone limits the total capacity.

    At full flow the coil leaves the enthalpy ``h_mix - Q / (m CF)`` at its surface, whose saturated temperature gives
    the sensible part ``m CF cp (t_mix - t_surface)``. `room` is the temperature and humidity ratio of the
    return air, (2, hours, zones); None takes the set point and 50 % relative humidity.
    """
    total = series(zones, lambda z: z.total_cooling_capacity_kw)
    limited = np.flatnonzero(total.min(axis=0) < OFF_C)
    if not len(limited):
        return None
    supply = coil_values(zones, lambda c: c.supply_l_per_s)[limited] * site_density_kg_per_m3(climate) / 1000.0
    contact = supply * (1.0 - coil_values(zones, lambda c: c.bypass_frac)[limited])
    share = np.minimum(streams.treated_kg_per_s[:, limited] / supply, 1.0)
    pressure = climate.weather.pressure_pa[:, None]
    if room is None:
        temp = np.minimum(streams.cooling_set_c[:, limited], _WARMEST_RETURN_C)
        ratio = 0.5 * saturation_humidity_ratio(temp, pressure)
    else:
        temp, ratio = np.minimum(room[0][:, limited], _WARMEST_RETURN_C), room[1][:, limited]
    mixed = share * streams.treated_temp_c[:, limited] + (1 - share) * temp
    moist = share * streams.treated_ratio[:, limited] + (1 - share) * ratio
    leaving = enthalpy_kj_per_kg(mixed, moist) - total[:, limited] / contact
    temps = np.arange(-20.0, 61.0, 0.5)
    saturated = enthalpy_kj_per_kg(temps, saturation_humidity_ratio(temps, float(pressure.mean())))
    dry = mixed - 1000.0 * total[:, limited] / (contact * CP_AIR_J_PER_KG_K)
    limit = CoilLimit(np.full(total.shape, temps[0]), np.full(total.shape, OFF_C * 1000.0))
    surface = np.maximum(np.interp(leaving, saturated, temps), dry)
    limit.surface_c[:, limited] = surface
    limit.sensible_w[:, limited] = contact * CP_AIR_J_PER_KG_K * np.maximum(mixed - surface, 0.0)
    return limit


def conductance_w_per_k(flow_kg_per_s: Array) -> Array:
    """Return the heat capacity flow of an air stream, W/K."""
    return scaled(flow_kg_per_s, CP_AIR_J_PER_KG_K)


def _sum(a: Array, b: Array) -> Array:
    """Return the sum of two fields of zones, held once where both are constant."""
    if a.strides[0] or b.strides[0]:
        return a + b
    return np.broadcast_to(a[0] + b[0], a.shape)
