"""Flow, dew point and load of the coils of zones.

The coil is an apparatus dew point with a bypass: of the air through it the share ``1 - bypass`` leaves saturated at the
dew point. With Q the sensible heat it must remove (known from the thermal march, outdoor air included), entering flow
m (of which m_o outdoor air) and contact factor CF,

    Q = CF cp [ m_o (t_o - t_adp) + (m - m_o) (t_z - t_adp) ],
    removal = CF [ m_o x_o + (m - m_o) x_z - m x_adp ]  where positive.

Variable-flow systems solve the first for m; where m would fall below m_o the dew point rises instead (``ideal`` systems
dry outdoor air to the design dew point all the same). Constant-flow systems cycle. The removal follows from the balance
of the zone (:mod:`moisture`). Arrays are (hours, zones).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edsim.core.moist_air import LATENT_HEAT_0C_KJ_PER_KG, saturation_humidity_ratio
from edsim.profiles.buildings.air.airflow import AirStreams
from edsim.profiles.buildings.balance.network import CP_AIR_J_PER_KG_K

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

LATENT_HEAT_J_PER_KG = LATENT_HEAT_0C_KJ_PER_KG * 1000.0
"""Heat per kg of condensed or released vapor, as in the moist-air enthalpy (ASHRAE Fundamentals 2017, 1.8)."""
_LEAST_SPREAD_K = 2.0
_LEAST_LIMITED_SPREAD_K = 0.1


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
    dries_always
        True where all air through the coil leaves as dry as the design dew point, however little it is cooled: of
        ideal systems without a humidity limit.
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
    dries_always: Flags
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
    drying = np.where(short & coil.dries_always, coil.dew_point_c, dew_point)
    ratio = _saturated(drying, coil.dew_point_c, pressure)
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
