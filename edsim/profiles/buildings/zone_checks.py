"""Checks of zone specifications: every fault of every zone is reported at once."""

from collections.abc import Collection, Iterator, Sequence
from math import inf
from typing import get_args

import numpy as np

from edsim.core.errors import DataError, Finding
from edsim.core.hours import HOURS_PER_YEAR
from edsim.profiles.buildings.balance.drivers import hourly
from edsim.profiles.buildings.coil_checks import coil_findings
from edsim.profiles.buildings.envelope.glazing import GLAZING
from edsim.profiles.buildings.kinds import (
    SIZE,
    all_numbers,
    flag_findings,
    item_findings,
    other_kind,
    range_findings,
    span,
    word_findings,
)
from edsim.profiles.buildings.spec import (
    Boundary,
    Coil,
    Gains,
    Layer,
    Surface,
    Window,
    ZoneSpec,
)
from edsim.profiles.numbers import is_number, number_array

_SERIES_SHAPES = {(), (12,), (HOURS_PER_YEAR,)}
_SERIES_ALLOWED = "1, 12 (months) or 8760 (hours)"
_FRAC, _LENGTH_M = (0.0, 1.0), (0.0, 1000.0)
_ANGLES = {"tilt_deg": (0.0, 180.0), "azimuth_deg": (-360.0, 720.0)}
_ZONE_RANGES = {
    "floor_area_m2": SIZE,
    "volume_m3": SIZE,
    "interior_solar_absorptance_frac": (0.05, 1.0),
    "internal_capacity_kj_per_m2_k": (0.0, 10_000.0),
    "moisture_capacity_multiplier": (0.01, 1000.0),
}
_SERIES_RANGES = {
    "infiltration_ach": (0.0, 400.0),
    "ventilation_ach": (0.0, 400.0),
    "outdoor_air_l_per_s": (0.0, 1e7),
    "heating_set_c": (-inf, 100.0),
    "cooling_set_c": (-100.0, inf),
    "heating_capacity_kw": (0.0, inf),
    "cooling_capacity_kw": (0.0, inf),
    "total_cooling_capacity_kw": (0.0, inf),
    "max_relative_humidity_frac": (1e-6, 1.0),
}
_SURFACE_RANGES = _ANGLES | {
    "area_m2": SIZE,
    "solar_absorptance_frac": _FRAC,
    "overhang_depth_m": _LENGTH_M,
    "overhang_offset_m": _LENGTH_M,
    "height_m": _LENGTH_M,
    "convection_w_per_m2_k": (0.0, 1e6),
}
_WINDOW_RANGES = _ANGLES | {
    "area_m2": SIZE,
    "u_w_per_m2_k": (0.05, 20.0),
    "g_frac": _FRAC,
    "frame_frac": _FRAC,
    "shading_factor_frac": _FRAC,
    "movable_shading_factor_frac": _FRAC,
    "movable_threshold_w_per_m2": (0.0, inf),
    "overhang_depth_m": _LENGTH_M,
    "overhang_offset_m": _LENGTH_M,
    "fin_depth_m": _LENGTH_M,
    "fin_offset_m": _LENGTH_M,
    "width_m": _LENGTH_M,
    "height_m": _LENGTH_M,
}
_LAYER_RANGES = {
    "thickness_m": (1e-6, 20.0),
    "conductivity_w_per_m_k": (1e-4, 500.0),
    "density_kg_per_m3": (0.0, 25_000.0),
    "specific_heat_j_per_kg_k": (0.0, 15_000.0),
}
"""Beyond any building material (gold has 19 300 kg/m³, copper 400 W/(m K), water 4190 J/(kg K))."""
_LAYER_RESISTANCE = {"resistance_m2_k_per_w": (0.0, 1000.0)}
_LAYER_OF_MASS = {"specific_heat_j_per_kg_k": (50.0, 15_000.0)}
"""Lead has 130 J/(kg K)."""
_LIGHT_KG_PER_M3 = 5.0
"""Below it a layer has no mass to speak of, whatever its specific heat: published boxes give 1 of each, or less."""
_HEIGHT_M = (0.01, 1000.0)
_MOST_GAIN_KW_PER_M2 = 20.0
"""Above the densest data halls; lights and plugs of 20 W/m² taken for kW."""
_MOST_OUTDOOR_AIR_L_PER_S_M2 = 1000.0
_GROUND_C = (-60.0, 80.0)
_KELVIN = (250.0, 350.0)
_OFF_C = 1.0e6
_OFF_HINT = "for a set point or limit that is off give inf or -inf"


def require_valid_zones(zones: Sequence[ZoneSpec]) -> None:
    """Raise a DataError with all findings when a zone cannot be simulated."""
    findings = list(_kind_findings(zones)) or [f for zone in zones for f in _zone_findings(zone)]
    if findings:
        raise DataError.of(findings)


def _kind_findings(zones: object) -> Iterator[Finding]:
    """Yield what is no list of zones, and fields of zones that do not hold what they should."""
    if not isinstance(zones, Collection) or getattr(zones, "shape", None) == ():
        yield other_kind("E310", "zones", zones, "a list of ZoneSpec")
    elif not len(zones):
        yield Finding("E310", "no zone to simulate", field="zones", hint="give at least one ZoneSpec")
    else:
        yield from item_findings(zones, ZoneSpec, "E310", "zones", _part_findings)


def _part_findings(zone: ZoneSpec) -> Iterator[Finding]:
    """Yield parts of a zone of another kind: one window where a list of them is asked for, a number as gains."""
    name = f"zones[{zone.name}]"
    single: tuple[tuple[str, object, type], ...] = (("gains", zone.gains, Gains), ("coil", zone.coil, Coil))
    for field, part, kind in single:
        if not isinstance(part, kind):
            yield other_kind("E310", f"{name}.{field}", part, kind.__name__)
    lists: tuple[tuple[str, object, type], ...] = (
        ("surfaces", zone.surfaces, Surface),
        ("windows", zone.windows, Window),
    )
    for field, parts, kind in lists:
        if not isinstance(parts, tuple | list):
            yield other_kind("E310", f"{name}.{field}", parts, f"a list of {kind.__name__}")
        else:
            yield from item_findings(parts, kind, "E310", f"{name}.{field}", lambda _: ())


def _zone_findings(zone: ZoneSpec) -> Iterator[Finding]:
    name = f"zones[{zone.name}]"
    sizes = list(range_findings(zone, name, _ZONE_RANGES, "E311"))
    yield from sizes
    if not zone.surfaces:
        yield Finding("E312", "a zone needs at least one opaque surface", field=f"{name}.surfaces", got="none")
    yield from _series_findings(zone, name)
    yield from coil_findings(zone, name)
    if not sizes:
        yield from _proportion_findings(zone, name)
    for i, surface in enumerate(zone.surfaces):
        yield from _surface_findings(surface, f"{name}.surfaces[{i}]")
    for i, window in enumerate(zone.windows):
        yield from _window_findings(window, f"{name}.windows[{i}]")
    yield from _set_point_findings(zone, name)
    yield from flag_findings(zone.cooling_starts_at_once, f"{name}.cooling_starts_at_once")
    yield from flag_findings(zone.films_by_hour, f"{name}.films_by_hour")


def _proportion_findings(zone: ZoneSpec, name: str) -> Iterator[Finding]:
    """Yield volume, gains and outdoor air that do not go with the floor area: units mistaken by a thousand."""
    height = zone.volume_m3 / zone.floor_area_m2
    if not _HEIGHT_M[0] <= height <= _HEIGHT_M[1]:
        yield Finding(
            "E311",
            "volume and floor area do not go together",
            field=f"{name}.volume_m3",
            got=f"{height:g} m",
            allowed=f"{_HEIGHT_M[0]:g} to {_HEIGHT_M[1]:g} m",
            hint="check the units of both, m3 and m2",
        )
    for field in zone.gains.__slots__:
        gain = number_array(getattr(zone.gains, field))
        most = float(np.abs(gain).max()) / zone.floor_area_m2 if gain is not None and gain.size else 0.0
        if inf > most > _MOST_GAIN_KW_PER_M2:
            yield Finding(
                "E313",
                "gains beyond any use",
                field=f"{name}.gains.{field}",
                got=f"{most:g} kW/m2",
                allowed=f"at most {_MOST_GAIN_KW_PER_M2:g}",
                hint="gains are in kW, not in W",
            )
    air = number_array(zone.outdoor_air_l_per_s)
    flow = float(air.max()) / zone.floor_area_m2 if air is not None and air.size else 0.0
    if inf > flow > _MOST_OUTDOOR_AIR_L_PER_S_M2:
        yield Finding(
            "E313",
            "outdoor air beyond any use",
            field=f"{name}.outdoor_air_l_per_s",
            got=f"{flow:g} l/(s m2)",
            allowed=f"at most {_MOST_OUTDOOR_AIR_L_PER_S_M2:g}",
            hint="outdoor air is in l/s, not in m3/h or for all zones",
        )


def _set_point_findings(zone: ZoneSpec, name: str) -> Iterator[Finding]:
    """Yield set points that cross, and those in kelvin."""
    heating, cooling = number_array(zone.heating_set_c), number_array(zone.cooling_set_c)
    if heating is None or cooling is None or {heating.shape, cooling.shape} - _SERIES_SHAPES:
        return  # said above
    if ((cooling >= _KELVIN[0]) & (cooling <= _KELVIN[1])).any():
        yield Finding(
            "E313",
            "this set point looks like kelvin",
            field=f"{name}.cooling_set_c",
            got=f"{float(cooling.min()):g}",
            allowed=span(-100.0, 100.0),
            hint=_OFF_HINT,
        )
    above = hourly(heating) - np.minimum(hourly(cooling), _OFF_C)
    if (above > 0).any():
        yield Finding(
            "E314",
            "heating set point above cooling set point",
            field=f"{name}.heating_set_c",
            got=f"{float(above.max()):.1f} K above",
            hint="lower the heating set point or raise the cooling set point in those hours",
        )


def _series_findings(zone: ZoneSpec, name: str) -> Iterator[Finding]:
    for field, limits in _SERIES_RANGES.items():
        yield from _values_findings(getattr(zone, field), f"{name}.{field}", limits)
    for field in zone.gains.__slots__:
        yield from _values_findings(getattr(zone.gains, field), f"{name}.gains.{field}", (-1e9, 1e9))


def _values_findings(value: object, where: str, limits: tuple[float, float]) -> Iterator[Finding]:
    """Yield what is wrong with a series: no numbers, another count of them, gaps, or values out of range."""
    if isinstance(value, float) and limits[0] <= value <= limits[1]:
        return
    array = number_array(value)
    if array is None:
        got = repr(value)[:40]
        yield Finding("E313", "no number", field=where, got=got, allowed=_SERIES_ALLOWED, hint=_OFF_HINT)
    elif array.shape not in _SERIES_SHAPES:
        yield Finding("E313", "wrong number of values", field=where, got=str(array.size), allowed=_SERIES_ALLOWED)
    elif np.isnan(lowest := array.min()):
        yield Finding("E313", "missing values", field=where, got=f"{int(np.isnan(array).sum())} NaN")
    elif where.endswith("humidity_frac") and not (lowest > 0 and array.max() <= 1):
        yield Finding(
            "E313",
            "relative humidity is a fraction",
            field=where,
            got=f"{lowest:g} to {array.max():g}",
            allowed="above 0 to 1",
            hint="50 % is 0.5; 1 means no limit",
        )
    elif lowest < limits[0] or (highest := array.max()) > limits[1]:
        got = f"{lowest:g}" if lowest < limits[0] else f"{highest:g}"
        yield Finding("E313", "value out of range", field=where, got=got, allowed=span(*limits))


def _surface_findings(s: Surface, where: str) -> Iterator[Finding]:
    yield from range_findings(s, where, _SURFACE_RANGES, "E315")
    yield from word_findings(s.boundary, get_args(Boundary), "E315", "unknown boundary", f"{where}.boundary")
    if s.ground_temp_c is not None:
        yield from _values_findings(s.ground_temp_c, f"{where}.ground_temp_c", _GROUND_C)
    layers: object = s.layers
    if not isinstance(layers, tuple):
        yield other_kind("E310", f"{where}.layers", layers, "a list of Layer")
        return
    if not s.layers:
        yield Finding("E315", "an element needs layers", field=f"{where}.layers", got="none")
    for j, layer in enumerate(s.layers):
        yield from _layer_findings(layer, f"{where}.layers[{j}]")


def _layer_findings(layer: object, where: str) -> Iterator[Finding]:
    """Yield what is wrong with a layer: nothing stated, or values beyond any material."""
    if not isinstance(layer, Layer):
        yield other_kind("E310", where, layer, "Layer")
    elif layer.resistance_m2_k_per_w is not None:
        yield from range_findings(layer, where, _LAYER_RESISTANCE, "E315")
    elif all(is_number(x) and not x for x in (layer.thickness_m, layer.conductivity_w_per_m_k)):
        what = "a layer needs thickness and conductivity, or a resistance"
        yield Finding("E315", what, field=where, got=str(layer))
    else:
        found = list(range_findings(layer, where, _LAYER_RANGES, "E315"))
        if not found and layer.specific_heat_j_per_kg_k and layer.density_kg_per_m3 >= _LIGHT_KG_PER_M3:
            found = list(range_findings(layer, where, _LAYER_OF_MASS, "E315"))
        yield from found


def _window_findings(w: Window, where: str) -> Iterator[Finding]:
    yield from range_findings(w, where, _WINDOW_RANGES, "E316")
    if w.glazing is not None:
        yield from word_findings(w.glazing, GLAZING, "E316", "unknown glazing", f"{where}.glazing")
    if not all_numbers(w, _WINDOW_RANGES):
        return
    if w.overhang_depth_m > 0 and not w.height_m > 0:
        yield Finding("E316", "an overhang needs the window's height", field=f"{where}.height_m", got=str(w.height_m))
    if w.fin_depth_m > 0 and not w.width_m > 0:
        yield Finding("E316", "fins need the window's width", field=f"{where}.width_m", got=str(w.width_m))
