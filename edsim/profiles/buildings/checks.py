"""Checks of zone specifications: every fault of every zone is reported at once."""

from collections.abc import Iterator, Sequence
from math import inf
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import DataError, Finding
from edsim.profiles.buildings.drivers import hourly
from edsim.profiles.buildings.glazing import GLAZING
from edsim.profiles.buildings.spec import Boundary, Coil, Economizer, Series, System, ZoneSpec

Array = NDArray[np.float64]

_SERIES_SHAPES = {(), (12,), (8760,)}
_SERIES_ALLOWED = "1, 12 (months) or 8760 (hours)"
_SERIES_FIELDS = (
    "infiltration_ach",
    "ventilation_ach",
    "outdoor_air_l_per_s",
    "heating_set_c",
    "cooling_set_c",
    "heating_capacity_kw",
    "cooling_capacity_kw",
    "total_cooling_capacity_kw",
    "max_relative_humidity_frac",
)
_NOT_NEGATIVE = (
    "infiltration_ach",
    "ventilation_ach",
    "outdoor_air_l_per_s",
    "heating_capacity_kw",
    "cooling_capacity_kw",
    "total_cooling_capacity_kw",
)


_OPTIONAL = frozenset({"convection_w_per_m2_k"})
_FRAC, _LENGTH_M = (0.0, 1.0), (0.0, 1000.0)
_ZONE_RANGES = {
    "interior_solar_absorptance_frac": (0.05, 1.0),
    "internal_capacity_kj_per_m2_k": (0.0, 10_000.0),
    "moisture_capacity_multiplier": (0.01, 1000.0),
}
_COIL_RANGES = {
    "apparatus_dew_point_c": (-60.0, 25.0),
    "supply_l_per_s": (0.0, inf),
    "min_supply_l_per_s": (0.0, inf),
    "economizer_max_l_per_s": (0.0, inf),
    "recovery_sensible_frac": _FRAC,
    "recovery_latent_frac": _FRAC,
    "doas_supply_temp_c": (0.0, 40.0),
    "fan_w_per_l_per_s": (0.0, 20.0),
    "fan_heat_frac": _FRAC,
}
_SURFACE_RANGES = {
    "solar_absorptance_frac": _FRAC,
    "tilt_deg": (0.0, 180.0),
    "azimuth_deg": (-360.0, 720.0),
    "overhang_depth_m": _LENGTH_M,
    "convection_w_per_m2_k": (0.0, inf),
}
_WINDOW_RANGES = {
    "tilt_deg": (0.0, 180.0),
    "azimuth_deg": (-360.0, 720.0),
    "frame_frac": _FRAC,
    "shading_factor_frac": _FRAC,
    "movable_shading_factor_frac": _FRAC,
    "overhang_depth_m": _LENGTH_M,
    "fin_depth_m": _LENGTH_M,
}
_OFF_C = 1.0e6
_OFF_HINT = "for a set point or limit that is off give inf or -inf"


def require_valid_zones(zones: Sequence[ZoneSpec]) -> None:
    """Raise a DataError with all findings when a zone cannot be simulated."""
    findings = [f for zone in zones for f in _zone_findings(zone)]
    if not zones:
        findings = [Finding("E310", "no zone to simulate", field="zones", hint="give at least one ZoneSpec")]
    if findings:
        raise DataError.of(findings)


def _zone_findings(zone: ZoneSpec) -> Iterator[Finding]:
    name = f"zones[{zone.name}]"
    for field in ("floor_area_m2", "volume_m3"):
        if not getattr(zone, field) > 0:
            yield Finding(
                "E311", "a zone needs a size", field=f"{name}.{field}", got=str(getattr(zone, field)), allowed="> 0"
            )
    if not zone.surfaces:
        yield Finding("E312", "a zone needs at least one opaque surface", field=f"{name}.surfaces", got="none")
    yield from _series_findings(zone, name)
    yield from _coil_findings(zone.coil, f"{name}.coil")
    if np.isfinite(zone.total_cooling_capacity_kw).any() and (zone.coil.system != "cav" or zone.coil.reheat):
        yield Finding(
            "E317",
            "a limit of sensible plus latent cooling needs a constant-volume coil without reheat",
            field=f"{name}.total_cooling_capacity_kw",
            got=zone.coil.system + (" with reheat" if zone.coil.reheat else ""),
            allowed="cav",
            hint="give cooling_capacity_kw, the limit of sensible cooling, for other systems",
        )
    yield from _element_findings(zone, name)
    yield from _window_findings(zone, name)
    heating, cooling = _numbers(zone.heating_set_c), _numbers(zone.cooling_set_c)
    if heating is None or cooling is None or {heating.shape, cooling.shape} - _SERIES_SHAPES:
        return  # said above
    above = hourly(heating) - np.minimum(hourly(cooling), _OFF_C)
    if (above > 0).any():
        yield Finding(
            "E314",
            "heating set point above cooling set point",
            field=f"{name}.heating_set_c",
            got=f"{float(above.max()):.1f} K above",
            hint="lower the heating set point or raise the cooling set point in those hours",
        )


def _numbers(value: object) -> Array | None:
    """Return a value as an array of numbers; None when it is no number."""
    if value is None or isinstance(value, str):
        return None
    try:
        return np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        return None


def _range_findings(item: object, where: str, ranges: dict[str, tuple[float, float]], code: str) -> Iterator[Finding]:
    """Yield fields of an item whose value is no number within its range."""
    for field, (low, high) in ranges.items():
        given = getattr(item, field)
        if isinstance(given, int | float) and low <= given <= high:
            continue
        value = _numbers(given)
        if given is None and field in _OPTIONAL:
            continue
        if value is None or value.ndim or not low <= float(value) <= high:
            allowed = f">= {low:g}" if high == inf else f"{low:g} to {high:g}"
            yield Finding(code, "value out of range", field=f"{where}.{field}", got=str(given)[:40], allowed=allowed)


def _coil_findings(coil: Coil, where: str) -> Iterator[Finding]:
    for field, kinds in (("system", get_args(System)), ("economizer", get_args(Economizer))):
        if getattr(coil, field) not in kinds:
            yield Finding(
                "E317", "unknown kind", field=f"{where}.{field}", got=getattr(coil, field), allowed=", ".join(kinds)
            )
    yield from _range_findings(coil, where, _COIL_RANGES, "E317")
    if not 0 <= coil.bypass_frac < 1:
        yield Finding(
            "E317", "bypass out of range", field=f"{where}.bypass_frac", got=f"{coil.bypass_frac:g}", allowed="0 to 1"
        )
    if coil.system == "cav" and not coil.supply_l_per_s > 0:
        yield Finding(
            "E317",
            "a constant-volume system needs its supply flow",
            field=f"{where}.supply_l_per_s",
            got="0",
            allowed="> 0",
        )
    yield from _economizer_findings(coil, where)
    if coil.economizer != "none" and not coil.economizer_max_l_per_s > 0:
        got = f"{coil.economizer_max_l_per_s:g}"
        yield Finding(
            "E317", "an economizer needs its flow", field=f"{where}.economizer_max_l_per_s", got=got, allowed="> 0"
        )


def _economizer_findings(coil: Coil, where: str) -> Iterator[Finding]:
    """Yield fields of an economizer that a coil without one, or windows, would not use."""
    windows = coil.system == "natural_ventilation"
    if coil.economizer != "none" and not windows:
        return
    limits = ("economizer_max_outdoor_temp_c", "economizer_max_outdoor_enthalpy_kj_per_kg")
    stated = [f for f in limits if not windows and getattr(coil, f) != inf]
    stated += ["economizer_max_l_per_s"] if coil.economizer_max_l_per_s > 0 and not windows else []
    for field in (*stated, *(["economizer_alone"] if coil.economizer_alone else [])):
        yield Finding(
            "E317",
            "an air system without economizer does not use this field",
            field=f"{where}.{field}",
            got=str(getattr(coil, field)),
            hint="leave it out, or choose an economizer",
        )


def _series_findings(zone: ZoneSpec, name: str) -> Iterator[Finding]:
    values: list[tuple[str, Series]] = [(f, getattr(zone, f)) for f in _SERIES_FIELDS]
    values += [(f"gains.{f}", getattr(zone.gains, f)) for f in zone.gains.__slots__]
    for field, value in values:
        array = _numbers(value)
        if array is None:
            yield Finding(
                "E313",
                "no number",
                field=f"{name}.{field}",
                got=repr(value)[:40],
                allowed=_SERIES_ALLOWED,
                hint=_OFF_HINT,
            )
        elif array.shape not in _SERIES_SHAPES:
            yield Finding(
                "E313",
                "wrong number of values",
                field=f"{name}.{field}",
                got=str(array.size),
                allowed=_SERIES_ALLOWED,
            )
        elif np.isnan(lowest := array.min()):
            yield Finding("E313", "missing values", field=f"{name}.{field}", got=f"{int(np.isnan(array).sum())} NaN")
        elif field in _NOT_NEGATIVE and lowest < 0:
            yield Finding("E313", "negative values", field=f"{name}.{field}", got=f"{lowest:g}", allowed=">= 0")
        elif field == "max_relative_humidity_frac" and (lowest <= 0 or array.max() > 1):
            yield Finding(
                "E313",
                "relative humidity is a fraction",
                field=f"{name}.{field}",
                got=f"{lowest:g} to {array.max():g}",
                allowed="above 0 to 1",
                hint="50 % is 0.5; 1 means no limit",
            )


def _element_findings(zone: ZoneSpec, name: str) -> Iterator[Finding]:
    yield from _range_findings(zone, name, _ZONE_RANGES, "E311")
    for i, s in enumerate(zone.surfaces):
        where = f"{name}.surfaces[{i}]"
        yield from _range_findings(s, where, _SURFACE_RANGES, "E315")
        if not s.area_m2 > 0:
            yield Finding(
                "E315", "an element needs an area", field=f"{where}.area_m2", got=str(s.area_m2), allowed="> 0"
            )
        if s.boundary not in get_args(Boundary):
            kinds = ", ".join(get_args(Boundary))
            yield Finding("E315", "unknown boundary", field=f"{where}.boundary", got=s.boundary, allowed=kinds)
        if np.shape(s.ground_temp_c) not in _SERIES_SHAPES:
            yield Finding("E313", "wrong number of values", field=f"{where}.ground_temp_c", allowed=_SERIES_ALLOWED)
        if not s.layers:
            yield Finding("E315", "an element needs layers", field=f"{where}.layers", got="none")
        for j, layer in enumerate(s.layers):
            bare = layer.resistance_m2_k_per_w is None and not (
                layer.thickness_m > 0 and layer.conductivity_w_per_m_k > 0
            )
            if bare or (layer.resistance_m2_k_per_w is not None and layer.resistance_m2_k_per_w < 0):
                yield Finding(
                    "E315",
                    "a layer needs thickness and conductivity, or a resistance",
                    field=f"{where}.layers[{j}]",
                    got=str(layer),
                )


def _window_findings(zone: ZoneSpec, name: str) -> Iterator[Finding]:
    for i, w in enumerate(zone.windows):
        where = f"{name}.windows[{i}]"
        yield from _range_findings(w, where, _WINDOW_RANGES, "E316")
        if not (w.area_m2 > 0 and w.u_w_per_m2_k > 0):
            got = f"area {w.area_m2}, U {w.u_w_per_m2_k}"
            yield Finding("E316", "a window needs area and U-value", field=where, got=got, allowed="> 0")
        if w.glazing not in GLAZING:
            yield Finding(
                "E316", "unknown glazing", field=f"{where}.glazing", got=w.glazing, allowed=", ".join(sorted(GLAZING))
            )
        if w.g_frac is not None and not 0 <= w.g_frac <= 1:
            yield Finding("E316", "g-value out of range", field=f"{where}.g_frac", got=str(w.g_frac), allowed="0 to 1")
        if w.overhang_depth_m > 0 and not w.height_m > 0:
            yield Finding(
                "E316", "an overhang needs the window's height", field=f"{where}.height_m", got=str(w.height_m)
            )
        if w.fin_depth_m > 0 and not w.width_m > 0:
            yield Finding("E316", "fins need the window's width", field=f"{where}.width_m", got=str(w.width_m))
