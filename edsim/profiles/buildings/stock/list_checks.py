"""What is wrong with a list of buildings, found without computing a load or loading numpy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from math import inf
from numbers import Real

from edsim.core.errors import Finding
from edsim.profiles.buildings.kinds import item_findings, other_kind
from edsim.profiles.buildings.stock.archetype_names import VINTAGES, archetype_fields, override_findings, uses
from edsim.profiles.buildings.stock.building_spec import BuildingSpec

_TEXTS = frozenset({"id", "use", "vintage", "system"})
_AREA = frozenset({"floor_area_m2"})  # has a message of its own
_LARGEST_BUILDING_M2 = 5_000_000.0
_RANGES: dict[str, tuple[float, float]] = {
    "storeys": (1, 200),
    "aspect": (1.0, 20.0),
    "orientation_deg": (-360.0, 720.0),
    "conditioned_frac": (0.0, 1.0),
    "heated_frac": (0.0, 1.0),
    "wwr_frac": (0.0, 0.95),
    "small_wwr_frac": (0.0, 0.95),
    "floor_height_m": (2.0, 30.0),
    "cooling_set_c": (-30.0, 100.0),
    "heating_set_c": (-inf, 60.0),
    "apparatus_dew_point_c": (-60.0, 25.0),
    "max_relative_humidity_frac": (0.05, 1.0),
    "infiltration_ach": (0.0, 20.0),
    "outdoor_air_l_per_s_person": (0.0, 200.0),
    "outdoor_air_l_per_s_m2": (0.0, 100.0),
    "people": (0.0, 1e6),
    "beds": (0.0, 1e5),
    "rooms": (0.0, 1e5),
    "meals_per_day": (0.0, 1e6),
    "m2_per_person": (0.3, 10_000.0),
    "light_w_per_m2": (0.0, 200.0),
    "plug_w_per_m2": (0.0, 1000.0),
    "it_w_per_m2": (0.0, 20_000.0),
    "refrigeration_evaporation_c": (-60.0, 10.0),
    "pool_frac": (0.0, 1.0),
    "pool_temp_c": (10.0, 45.0),
    "window_g_frac": (0.0, 1.0),
    "wall_u_w_per_m2_k": (0.05, 7.0),
    "roof_u_w_per_m2_k": (0.05, 7.0),
    "window_u_w_per_m2_k": (0.3, 7.0),
    "bypass_frac": (0.0, 0.9),
    "steam_kg_per_day": (0.0, 1e7),
    "steam_pressure_bar": (0.1, 38.0),
    "condensate_frac": (0.0, 1.0),
}
"""Ranges beyond which a value of the building list is a mistake (units, decimal places)."""
_SWITCHES = frozenset({"reheat", "economizer", "hvac_always"})
_LEAST_M2 = {"people": 0.3, "beds": 2.0, "rooms": 4.0, "meals_per_day": 0.02}
"""Gross floor area below which a person, bed, room or daily meal has no place: a hall of standing people has 0.3 m²."""


def building_findings(buildings: Sequence[BuildingSpec]) -> list[Finding]:
    """Return what is wrong with a list of buildings, before any load is computed."""
    kinds = list(_kind_findings(buildings))
    return kinds or [f for spec in buildings for f in _spec_findings(spec)] + list(_list_findings(buildings))


def _kind_findings(buildings: object) -> Iterator[Finding]:
    """Yield what is no list of buildings, and fields of buildings that do not hold what they should."""
    if not isinstance(buildings, list | tuple):
        yield other_kind("E306", "buildings", buildings, "a list of BuildingSpec")
    else:
        yield from item_findings(buildings, BuildingSpec, "E306", "buildings", _field_findings)


def _field_findings(spec: BuildingSpec) -> Iterator[Finding]:
    where = f"buildings[{spec.id}]"
    for field in fields(spec):
        value = getattr(spec, field.name)
        if field.name in _AREA or (value is None and field.default is None):
            continue
        if field.name == "overrides":
            pairs = value.items() if isinstance(value, Mapping) else ((None, value),)
            wrong = [v for k, v in pairs if not isinstance(k, str) or not isinstance(v, str | Real)]
            kind = "a number"
        elif field.name == "retrofits":
            wrong, kind = _no_retrofits(value), "Retrofit"
        elif field.name in _TEXTS:
            wrong, kind = [] if isinstance(value, str) else [value], "a word"
        else:
            wrong, kind = [] if not isinstance(value, bool) and isinstance(value, Real) else [value], "a number"
        yield from (other_kind("E306", f"{where}.{field.name}", v, kind) for v in wrong)


def _no_retrofits(value: object) -> list[object]:
    """Return what in a list of measures is none."""
    if isinstance(value, tuple) and not value:
        return []
    from edsim.profiles.buildings.stock.retrofit import Retrofit

    return [v for v in value if not isinstance(v, Retrofit)] if isinstance(value, list | tuple) else [value]


def _list_findings(buildings: Sequence[BuildingSpec]) -> Iterator[Finding]:
    if not buildings:
        yield Finding("E300", "no buildings", field="buildings", hint="give at least one building")
    ids = [b.id for b in buildings]
    for name in sorted({i for i in ids if ids.count(i) > 1}) if len(set(ids)) < len(ids) else ():
        yield Finding("E303", "building identifier used twice", field="buildings.id", got=name)


def _spec_findings(spec: BuildingSpec) -> Iterator[Finding]:
    from difflib import get_close_matches

    where = f"buildings[{spec.id}]"
    if spec.use not in uses():
        near = get_close_matches(spec.use, uses(), 1)
        hint = f"did you mean {near[0]}?" if near else ""
        yield Finding("E301", "unknown use", field=f"{where}.use", got=spec.use, allowed=", ".join(uses()), hint=hint)
    yield from _area_findings(spec, where)
    if spec.vintage not in VINTAGES:
        yield Finding(
            "E305", "unknown vintage", field=f"{where}.vintage", got=spec.vintage, allowed=", ".join(VINTAGES)
        )
    yield from override_findings(spec.overrides, f"{where}.overrides")
    own = {name: value for name in _RANGES if (value := getattr(spec, name, None)) is not None}
    yield from (f for figures in (own, spec.overrides) for f in figure_findings(figures, where))
    if (_given_value(spec, "storeys") or 0.0) % 1:
        yield Finding("E306", "not a whole number", field=f"{where}.storeys", got=str(_given_value(spec, "storeys")))
    cool, heat = _given_value(spec, "cooling_set_c"), _given_value(spec, "heating_set_c")
    if cool is not None and heat is not None and heat > cool:
        yield Finding(
            "E307",
            "heating set point above cooling set point",
            field=f"{where}.heating_set_c",
            got=f"{heat:g} C",
            allowed=f"below {cool:g} C",
        )


def figure_findings(figures: Mapping[str, object], where: str) -> Iterator[Finding]:
    """Yield figures of a building that nothing can have: a share above 1, a power or a flow below 0."""
    for name, value in figures.items():
        low, high = _limits_of(name)
        if isinstance(value, Real) and not low <= float(value) <= high:
            limits = (
                f"<= {high:g}" if low == -inf else "",
                f">= {low:g}" if high == inf else "",
                f"{low:g} to {high:g}",
            )
            allowed = next(text for text in limits if text)
            yield Finding(
                "E306", "value out of range", field=f"{where}.{name}", got=f"{float(value):g}", allowed=allowed
            )


def _limits_of(name: str) -> tuple[float, float]:
    """Return the limits of a field of a building or archetype: its own, or those of its unit."""
    if name in _RANGES or name not in archetype_fields():
        return _RANGES.get(name, (-inf, inf))
    if name.endswith("_frac") or name in _SWITCHES:
        return 0.0, 1.0
    return (-inf, inf) if name.endswith("_c") else (0.0, inf)


def _area_findings(spec: BuildingSpec, where: str) -> Iterator[Finding]:
    """Yield a floor area that is none, or that has no place for those who shall be there."""
    area = _given_value(spec, "floor_area_m2")
    if area is None or not 0 < area <= _LARGEST_BUILDING_M2:
        yield Finding(
            "E304",
            "floor area out of range",
            field=f"{where}.floor_area_m2",
            got=repr(spec.floor_area_m2) if area is None else f"{area:g}",
            allowed=f"above 0 to {_LARGEST_BUILDING_M2:g} m2",
            hint="a building needs its gross floor area in m2",
        )
        return
    for name, least in _LEAST_M2.items():
        count = _given_value(spec, name)
        if count and count * least > area:
            yield Finding(
                "E306",
                "more of them than the floor area holds",
                field=f"{where}.{name}",
                got=f"{count:g}",
                allowed=f"<= {area / least:g}",
                hint="check this number and floor_area_m2",
            )


def _given_value(spec: BuildingSpec, name: str) -> float | None:
    """Return a number that the building list gives, as a field or as an override."""
    value = getattr(spec, name, None)
    if value is None:
        value = spec.overrides.get(name)
    return float(value) if isinstance(value, Real) else None
