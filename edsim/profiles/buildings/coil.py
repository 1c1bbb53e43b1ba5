"""Moisture balance of zones and the load of their coils.

The coil is an apparatus dew point with a bypass: of the air through it the share ``1 - bypass`` leaves saturated at the
dew point. With Q the sensible heat it must remove (known from the thermal march, outdoor air included), entering flow
m (of which m_o outdoor air) and contact factor CF,

    Q = CF cp [ m_o (t_o - t_adp) + (m - m_o) (t_z - t_adp) ],
    removal = CF [ m_o x_o + (m - m_o) x_z - m x_adp ]  where positive.

Variable-flow systems solve the first for m; where m would fall below m_o the dew point rises instead. Constant-flow
systems cycle. The moisture balance of the zone is linear on each side of the dry/wet switch, so that one pass per hour
suffices: an implicit step (ISO 52016-1:2017 equations 71-84 in spirit), or exact decay where cooling starts at once.
All condensate is accounted for by the balance: coil latent = gains + outdoor moisture - storage, exactly. Arrays are
(hours, zones).
"""

from dataclasses import dataclass
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from edsim.core.moist_air import LATENT_HEAT_0C_KJ_PER_KG, saturation_humidity_ratio
from edsim.profiles.buildings.airflow import AirStreams
from edsim.profiles.buildings.network import CP_AIR_J_PER_KG_K

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

LATENT_HEAT_J_PER_KG = LATENT_HEAT_0C_KJ_PER_KG * 1000.0
"""Heat per kg of condensed or released vapor, as in the moist-air enthalpy (ASHRAE Fundamentals 2017, 1.8)."""
_LEAST_SPREAD_K = 2.0
_LEAST_LIMITED_SPREAD_K = 0.1
_DRIEST_KG_PER_KG = 1e-5
_STILL, _SLOW, _FAST = 1e-12, 1e-4, 500.0
"""Rates per hour: of air that stands, where differences of exponentials lose their digits, and where they overflow."""


@dataclass(frozen=True, slots=True)
class CoilData:
    """Coil parameters of a batch; (zones,) unless said otherwise.

    Attributes
    ----------
    dew_point_c, contact_frac
        Apparatus dew point and contact factor (1 - bypass).
    has_coil, separate_air, reheat
        System traits: cools at all; outdoor air has its own unit or none; may reheat.
    constant_kg_per_s
        Supply flow of constant-volume systems, 0 for variable flow.
    minimum_kg_per_s : (hours, zones)
        Least flow through the coil while cooling is available and reheat is there.
    coldest_c : (hours, zones)
        Surface of constant-volume coils of limited capacity at full load; None when there is none.
    """

    dew_point_c: Array
    contact_frac: Array
    has_coil: Flags
    separate_air: Flags
    reheat: Flags
    constant_kg_per_s: Array
    minimum_kg_per_s: Array
    coldest_c: Array | None = None


@dataclass(frozen=True, slots=True)
class CoilFlow:
    """Flow through the coil: total and outdoor part, kg/s, apparatus dew point, °C, and its saturated ratio."""

    total: Array
    outdoor: Array
    dew_point_c: Array
    ratio: Array


def sensible_flow(load: Array, temp: Array, streams: AirStreams, coil: CoilData, pressure: Array) -> CoilFlow:
    """Return the flow through the coil that removes the sensible `load` (W) from the zone at `temp` (°C)."""
    cp_contact = CP_AIR_J_PER_KG_K * coil.contact_frac
    on = load > 0
    outdoor = np.where(on & ~coil.separate_air, streams.treated_kg_per_s, 0.0)
    spread = np.maximum(temp - coil.dew_point_c, _LEAST_SPREAD_K)
    air_part = outdoor * (streams.treated_temp_c - coil.dew_point_c)
    total = outdoor + np.maximum(load / cp_contact - air_part, 0.0) / spread
    dew_point = np.broadcast_to(coil.dew_point_c, load.shape).copy()
    short = on & (load / cp_contact < air_part)  # outdoor air alone would be overcooled: the dew point rises
    relief = load / cp_contact / np.maximum(outdoor, 1e-9)
    dew_point = np.where(short, streams.treated_temp_c - relief, dew_point)
    constant = coil.constant_kg_per_s > 0
    if constant.any():
        share = np.minimum(outdoor / np.maximum(coil.constant_kg_per_s, 1e-9), 1.0)
        mixed = share * streams.treated_temp_c + (1 - share) * temp
        surface = coil.dew_point_c if coil.coldest_c is None else np.maximum(coil.dew_point_c, coil.coldest_c)
        least = _LEAST_SPREAD_K if coil.coldest_c is None else _LEAST_LIMITED_SPREAD_K
        cycling = load / cp_contact / np.maximum(mixed - surface, least)
        flow = np.minimum(cycling, coil.constant_kg_per_s)
        colder = mixed - load / cp_contact / np.maximum(flow, 1e-9)
        total = np.where(constant, flow, total)
        outdoor = np.where(constant, share * flow, outdoor)
        dew_point = np.where(constant, np.where(on, np.maximum(colder, 0.5), coil.dew_point_c), dew_point)
    ratio = _saturated(dew_point, coil.dew_point_c, pressure)
    return CoilFlow(np.where(on, total, 0.0), outdoor, dew_point, ratio)


def _saturated(dew_point: Array, usual: Array, pressure: Array) -> Array:
    """Return the humidity ratio at the dew point; only where it differs from the usual one is it computed anew."""
    ratio: Array = saturation_humidity_ratio(usual, pressure)
    other = dew_point != usual
    if other.any():
        at = np.broadcast_to(pressure, dew_point.shape)[other]
        ratio[other] = saturation_humidity_ratio(np.clip(dew_point[other], -20.0, 60.0), at)
    return ratio


def enforce_minimum(
    flow: CoilFlow, load: Array, temp: Array, streams: AirStreams, coil: CoilData, pressure: Array
) -> tuple[CoilFlow, Array]:
    """Return the flow with the least supply at the design dew point, and the sensible coil load then, W.

    Only systems with reheat hold a minimum flow at constant supply temperature; the excess over `load` is reheat.
    """
    if not (coil.reheat.any() and coil.minimum_kg_per_s.any()):
        return flow, load
    need = (coil.minimum_kg_per_s > flow.total) | (flow.dew_point_c > coil.dew_point_c)
    need &= coil.reheat & (coil.minimum_kg_per_s > 0) & ~(coil.constant_kg_per_s > 0)
    if not need.any():
        return flow, load
    outdoor = np.minimum(streams.treated_kg_per_s, coil.minimum_kg_per_s)
    total = np.maximum(flow.total, coil.minimum_kg_per_s)
    duty = _duty(outdoor, total, coil.dew_point_c, temp, streams, coil)
    need &= duty > load
    ratio = saturation_humidity_ratio(coil.dew_point_c, pressure)
    fixed = CoilFlow(
        np.where(need, total, flow.total),
        np.where(need, outdoor, flow.outdoor),
        np.where(need, coil.dew_point_c, flow.dew_point_c),
        np.where(need, ratio, flow.ratio),
    )
    return fixed, np.where(need, duty, load)


def _duty(outdoor: Array, total: Array, dew_point: Array, temp: Array, streams: AirStreams, coil: CoilData) -> Array:
    """Return the sensible duty of the coil, W, for its flow and dew point."""
    lift = outdoor * (streams.treated_temp_c - dew_point) + (total - outdoor) * (temp - dew_point)
    return np.asarray(coil.contact_frac * CP_AIR_J_PER_KG_K * np.maximum(lift, 0.0))


@dataclass(frozen=True, slots=True)
class MoistureInput:
    """Data of the moisture balance, (hours, zones); `cap` is the highest humidity ratio the system allows, if any.

    `storage` is the moisture capacity over the time step, kg/s. Zones of `at_once` take the moisture out as fast as
    their coil can (exact decay within the hour), others in an implicit step, as their set points are reached.
    """

    storage: Array
    source: Array
    exchange: Array
    cap: Array | None
    at_once: Flags | None = None


def march_moisture(data: MoistureInput, flow: CoilFlow, outdoor_ratio: Array, contact: Array, start: Array) -> Array:
    """Return the humidity ratio at the end of every hour from the balance of each zone with a coil that is dry or wet.

    The removal is the positive part of a rising linear function of the humidity, so that the solution is the lesser of
    the dry and the wet one.
    """
    (dry_kept, dry_added), (wet_kept, wet_added) = _dry_and_wet(data, flow, outdoor_ratio, contact)
    x = np.empty_like(dry_added)
    state, other, driest = start, np.empty_like(start), np.full_like(start, _DRIEST_KG_PER_KG)
    limits = repeat(None) if data.cap is None else data.cap
    steps = zip(x, dry_kept, dry_added, wet_kept, wet_added, limits, strict=False)  # nothing may be repeated for ever
    for row, kept, added, kept_wet, added_wet, limit in steps:
        np.multiply(kept_wet, state, out=other)
        np.add(other, added_wet, out=other)
        np.multiply(kept, state, out=row)
        np.add(row, added, out=row)
        np.minimum(row, other, out=row)
        if limit is not None:
            np.minimum(row, limit, out=row)
        state = np.maximum(row, driest, out=row)
    return x


def _dry_and_wet(
    data: MoistureInput, flow: CoilFlow, outdoor_ratio: Array, contact: Array
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Return what an hour keeps of the humidity at its beginning and adds to it, with a dry and with a wet coil."""
    slope = contact * (flow.total - flow.outdoor)
    offset = contact * (flow.outdoor * outdoor_ratio - flow.total * flow.ratio)
    dry_kept, dry_gain = _step(data, data.exchange)
    wet_kept, wet_gain = _step(data, data.exchange + slope)
    wet_source = data.source - offset
    return (dry_kept, data.source / data.storage * dry_gain), (wet_kept, wet_source / data.storage * wet_gain)


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


def mean_moisture(
    data: MoistureInput, flow: CoilFlow, outdoor_ratio: Array, contact: Array, start: Array, ratio: Array
) -> Array:
    """Return the humidity ratio that moisture leaves the zone at, mean of the hour; its end in an implicit step.

    With exact decay at the rate a the mean is ``x_end + (x_begin - x_end) (1/a - 1/(exp(a) - 1))``.
    """
    if data.at_once is None:
        return ratio
    before = np.concatenate([start[None], ratio[:-1]])
    dry, wet = (kept * before + added for kept, added in _dry_and_wet(data, flow, outdoor_ratio, contact))
    removing = (wet < dry) * contact * (flow.total - flow.outdoor)
    steps = np.maximum((data.exchange + removing) / data.storage, _SLOW)
    share = (1 / steps - 1 / np.expm1(np.minimum(steps, _FAST))) * data.at_once
    return np.asarray(ratio + (before - ratio) * share)


def moisture_data(
    streams: AirStreams,
    extra_kg_per_s: Array | None,
    gains_w: Array,
    ratio_out: Array,
    multiplier: Array,
    cap: Array | None,
    at_once: Flags,
) -> MoistureInput:
    """Return the moisture balance of zones: all outdoor streams, gains and storage."""
    direct = streams.direct_kg_per_s if extra_kg_per_s is None else streams.direct_kg_per_s + extra_kg_per_s
    source = direct * ratio_out + streams.treated_kg_per_s * streams.supply_ratio + gains_w / LATENT_HEAT_J_PER_KG
    storage = streams.air_mass_kg * multiplier / 3600.0
    return MoistureInput(storage, source, direct + streams.treated_kg_per_s, cap, at_once if at_once.any() else None)


def removed_moisture(data: MoistureInput, ratio: Array, mean: Array, start: Array) -> Array:
    """Return the moisture the coil must have removed for the humidity to be `ratio` and, on the mean, `mean`, kg/s."""
    change = np.diff(ratio, axis=0, prepend=start[None])
    change *= data.storage
    return np.asarray(data.source - data.exchange * mean - change)


def overcooling(
    removal: Array,
    sensible: Array,
    flow: CoilFlow,
    ratio: Array,
    temp: Array,
    streams: AirStreams,
    coil: CoilData,
) -> tuple[Array, Array]:
    """Return coil flow and sensible load where the humidity limit asks for more condensation than the load gives.

    First the dew point falls back to its design value at the same flow (interpolated), then the flow grows.
    """
    if not coil.reheat.any():
        return flow.total, sensible
    contact = coil.contact_frac
    normal = contact * (
        flow.outdoor * streams.treated_ratio + (flow.total - flow.outdoor) * ratio - flow.total * flow.ratio
    )
    extra = removal - np.maximum(normal, 0.0)
    short = coil.reheat & (extra > 1e-9)
    if not short.any():
        return flow.total, sensible
    outdoor = np.where(coil.separate_air | (coil.constant_kg_per_s > 0), flow.outdoor, streams.treated_kg_per_s)
    spread = np.maximum(ratio - flow.ratio, 1e-3)
    at_design = np.minimum(flow.ratio, ratio - 1e-3)
    total = (removal / contact - outdoor * (streams.treated_ratio - ratio)) / np.maximum(ratio - at_design, spread)
    total = np.maximum(total, np.maximum(outdoor, flow.total))
    duty = _duty(outdoor, total, np.minimum(flow.dew_point_c, coil.dew_point_c), temp, streams, coil)
    return np.where(short, total, flow.total), np.where(short, np.maximum(duty, sensible), sensible)
