"""Turning the errors pydantic reports into faults with a place, in our own words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from edsim.case.nodes import NOWHERE, Node, locate
from edsim.case.other_units import other_readings
from edsim.case.reflect import field_infos, field_kinds, limits_text, model_of, within_limits
from edsim.case.shipped import normals_of
from edsim.case.swapped import swapped_with
from edsim.case.wording.messages import Fault, nearest
from edsim.core.language.countries import country_code
from edsim.core.units import KW_PER_TR

_LIMITS = {"greater_than", "greater_than_equal", "less_than", "less_than_equal", "multiple_of"}
_LENGTHS = {"too_short", "too_long", "string_too_short", "string_too_long"}
_EXPECTED = {
    "float": "number",
    "int": "whole",
    "string": "text",
    "bool": "flag",
    "model": "mapping",
    "dict": "mapping",
    "mapping": "mapping",
    "tuple": "list",
    "list": "list",
}
_NEVER_SLIP = frozenset({"degC", "deg", "K", "m", "a", "h", "bar", "months"})
"""Units nobody writes a factor of 1000 off."""
_INVERSES = frozenset({"demand_load_factor_frac", "spot_factor"})
"""Factors that tempt to write one over them."""
_MOST_INVERSE = 5.0
"""Up to it such a factor above 1 is likelier one over it than percent."""
_DAYS_PER_MONTH = 30.0
_CALENDAR_YEARS = range(1900, 2201)
_MOST_YEARS = 60
"""Terms of studies, loans and machines above it are likelier months."""
_PERCENT = 50.0
"""Above it a ratio outside its limits is likelier percent than a slip."""
_LEAST_PERCENT = 1.5
"""Below it a share above 1 is likelier a little too much than a percentage, except of a rate."""
_MOST_DEGREES = 1000.0
"""Above it a latitude or longitude is in meters of a projection."""
_CHOICE = re.compile(r"constrained-\w+|literal\[.*\]")
"""Names pydantic gives to the types a value may have."""
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{3})+")


def schema_faults(
    errors: Sequence[ErrorDetails], root: Node, cls: type[BaseModel], prefix: str = "", currency: str = "currency"
) -> list[Fault]:
    """Return one fault per pydantic error about `root`, validated as `cls`.

    Parameters
    ----------
    errors
        ``ValidationError.errors()``.
    root
        The tree whose plain values were validated.
    prefix
        Dotted path of `root` in the case.
    currency
        Code of the currency of the case, which units of money show.
    """
    found: list[Fault] = []
    columns: dict[tuple[str, str], list[int]] = {}
    for error in errors:
        if _already_reported(error, root):
            continue
        fault = _fault(error, root, cls, prefix)
        if error["loc"] and _CHOICE.fullmatch(str(error["loc"][-1])):
            fault = replace(fault, field=fault.field.rpartition(".")[0])
            if found and (found[-1].place, found[-1].field) == (fault.place, fault.field):
                either = ", ".join(a for a in (found[-1].allowed, fault.allowed) if a)
                found[-1] = replace(found[-1], allowed=either)
                continue
        if fault.code == "E123" and len(error["loc"]) == 3:
            columns.setdefault((str(error["loc"][0]), str(error["loc"][2])), []).append(len(found))
        found.append(fault)
    for (key, name), rows in columns.items():
        other = swapped_with(name, root.members[key].items, model_of(cls, (key, 0, name))[0])
        for index in rows if other and len(rows) == len(root.members[key].items) else ():
            found[index] = replace(found[index], params={"name": name, "nearest": other}, hint="columns_swapped")
    return [_in_currency(fault, currency) if fault.code == "E123" else fault for fault in found]


def _in_currency(fault: Fault, currency: str) -> Fault:
    """Return a fault of limits with its units of money in the currency of the case."""
    words = {key: value.replace("currency", currency) for key, value in fault.params.items()}
    return replace(fault, allowed=fault.allowed.replace("currency", currency), params=words)


def _already_reported(error: ErrorDetails, root: Node) -> bool:
    """Return whether an error only follows from another: a refused value left null, a list short of faulty items."""
    node, _, found = locate(root, error["loc"])
    if error["type"] == "too_short":
        return len(node.items) >= int(error.get("ctx", {}).get("min_length", 0))
    return found and node.value is None and node.raw not in {"", "~", "null", "Null", "NULL"}


def _fault(error: ErrorDetails, root: Node, cls: type[BaseModel], prefix: str) -> Fault:
    loc, kind = error["loc"], error["type"]
    if loc and loc[-1] == "[key]":
        return _wrong_key(error, root, prefix)
    node, path, _ = locate(root, loc)
    path = ".".join(p for p in (prefix, path) if p)
    if kind == "missing":
        return replace(Fault("E120", node.place, path), **_of_normals(node, path))
    _, info = model_of(cls, loc)
    fault = _worded(error, node, info)
    if fault.code == "E122":
        fault = replace(fault, **_shape_hint(node, cls, loc, str(fault.params["expected"])))
    told = node.members or isinstance(node.value, tuple) or repr(node.raw) in fault.params.get("problem", "")
    of_a_whole = fault.code == "E133" and bool(told)
    return replace(fault, place=node.place, field=path, got=fault.got or ("" if of_a_whole else _got(node)))


def _of_normals(city: Node, path: str) -> dict[str, Any]:
    """Return the advice on a part of the place that is missing, where normals of the city are shipped."""
    key, _, field = path.rpartition(".")
    rows = normals_of(city.text("name")) if key == "city" else ()
    if not rows or field not in rows[0]:
        return {}
    return {"params": {"city": rows[0]["city"], "value": rows[0][field]}, "hint": "of_normals"}


def _wrong_key(error: ErrorDetails, root: Node, prefix: str) -> Fault:
    """Return the fault of a name that is none of the choices, where a mapping has one name for each value."""
    node, path, _ = locate(root, error["loc"][:-1])
    name = str(error["loc"][-2])
    fault = _choice(Node(name, raw=name), str(error.get("ctx", {}).get("expected", "")))
    place = node.place if node.key_place == NOWHERE else node.key_place
    return replace(fault, place=place, field=".".join(p for p in (prefix, path) if p), got=name)


def _shape_hint(node: Node, cls: type[BaseModel], loc: Sequence[int | str], expected: str) -> dict[str, Any]:
    """Return how a part is written that stands there as a text, or a list of parts that stands there as one.

    A whole number with a thousands separator is answered with the number.
    """
    if expected == "whole" and _THOUSANDS.fullmatch(node.raw):
        words = {"expected": expected, "reading": re.sub(r"[.,]", "", node.raw)}
        return {"params": words, "hint": "number_habit"}
    owner, _ = model_of(cls, loc[:-1])
    kind = field_kinds(owner).get(str(loc[-1])) if owner is not None else None
    if expected == "mapping" and kind is not None and kind.shape == "model" and kind.model is not None:
        infos = field_infos(kind.model)
        first = [name for name, field in infos.items() if field.is_required()][:3] or [*infos][:1]
        words = {"expected": expected, "example": f"{loc[-1]}: {{{', '.join(f'{name}: …' for name in first)}}}"}
        return {"params": words, "hint": "as_fields"}
    plain_hint = "not_a_comment" if expected == "text" and node.value is None else ""
    if plain_hint or (expected == "list" and "outages" in loc):
        return {"params": {"expected": expected}, "hint": plain_hint or "outage_pairs"}
    if expected == "list" and node.members:
        words = {"expected": expected, "name": node.text("id") or next(iter(node.members))}
        return {"params": words, "hint": "as_items"}
    alone = expected == "list" and isinstance(loc[-1], str) and node.value is not None
    is_file = len(loc) == 1 and bool(re.fullmatch(r"\S+\.\w{2,7}", node.raw))
    words = {"expected": expected, "example": f"{loc[-1]}: {f'{{file: {node.raw}}}' if is_file else f'[{node.raw}]'}"}
    return {"params": words, "hint": "as_list"} if alone and not isinstance(node.value, Mapping) else {}


def _worded(error: ErrorDetails, node: Node, info: FieldInfo | None) -> Fault:
    """Return code and words of an error, without its place."""
    kind, ctx = error["type"], error.get("ctx", {})
    expected = _EXPECTED.get(kind.split("_")[0])
    if kind in _LIMITS:
        extra = info.json_schema_extra if info is not None and isinstance(info.json_schema_extra, dict) else {}
        unit = str(extra.get("unit", ""))
        hint, words = _limit_hint(node, unit, info, str(error["loc"][-1]))
        fault = Fault("E123", allowed=limits_text(info, unit) or _limit(ctx), params=words, hint=hint)
    elif kind == "literal_error":
        fault = _choice(node, str(ctx.get("expected", "")))
    elif kind == "string_pattern_mismatch":
        upper = node.raw.upper() if re.fullmatch(str(ctx.get("pattern", "")), node.raw.upper()) else ""
        if error["loc"][-1] in {"country", "regime"}:
            upper = country_code(node.raw)
        examples = (info.examples or []) if info is not None else []
        allowed, hint = ", ".join([*map(str, examples), "…"]), "nearest" if upper else ""
        fault = Fault("E125", allowed=allowed, params={"nearest": upper}, hint=hint)
    elif kind in _LENGTHS:
        bounds = [f"{sign} {ctx[name]}" for name, sign in (("min_length", "≥"), ("max_length", "≤")) if name in ctx]
        fault = Fault("E126", got=str(ctx.get("actual_length", "")), allowed=" ".join(bounds))
    elif kind == "finite_number":
        fault = Fault("E134")
    elif expected:
        fault = Fault("E122", params={"expected": expected})
    else:
        fault = Fault("E133", params={"problem": str(ctx.get("error", error["msg"]))})
    return fault


def _limit(ctx: Mapping[str, Any]) -> str:
    """Return the one limit an error names, for values whose field has several types."""
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
    return next((f"{sign} {ctx[name]:g}" for name, sign in signs.items() if name in ctx), "")


def _choice(node: Node, expected: str) -> Fault:
    choices = re.findall(r"'([^']*)'", expected)
    close = nearest(node.raw, choices)
    allowed = ", ".join(choices) or expected
    return Fault("E124", allowed=allowed, params={"nearest": close}, hint="nearest" if close else "")


def _got(node: Node) -> str:
    if isinstance(node.value, tuple):
        return "- list"
    if node.members or node.value == {}:
        return "key: value"
    return node.raw or ("null" if node.value is None else str(node.value))


def _limit_hint(node: Node, unit: str, info: FieldInfo | None, name: str) -> tuple[str, dict[str, str]]:
    """Return the hint for a number outside its limits, and its words."""
    if _THOUSANDS.fullmatch(node.raw) and node.raw.lstrip("+-")[0] != "0":
        reading = re.sub(r"[.,]", "", node.raw)
        if info is None or within_limits(info, float(reading)):
            return "number_habit", {"reading": reading}
    value = node.value
    if not isinstance(value, int | float):
        return "", {}
    if unit == "deg" and (of_angle := _angle_hint(value, name)):
        return of_angle
    if info is not None and name.endswith("_a") and "_per_" not in name and (of_years := _years_hint(value, info)):
        return of_years
    a_little = 1 < abs(value) < _LEAST_PERCENT and "rate" not in name and unit == "frac"
    percent = not a_little and 1 <= abs(value) <= 100 and (info is None or within_limits(info, value / 100))
    if percent and (unit.startswith("frac") or (not unit and name.endswith("_frac"))):
        words = {"reading": f"{value / 100:g}", "raw": f"{node.raw} %{unit.removeprefix('frac')}"}
        if not (name in _INVERSES and 1.0 <= value < _MOST_INVERSE):
            return "percent" if unit else "ratio", words
    return ("", {}) if info is None else _in_another_unit(node, name, value, unit, info)


def _angle_hint(value: float, name: str) -> tuple[str, dict[str, str]] | None:
    """Return the hint for a place in meters of a projection, or for a direction counted another way."""
    if abs(value) > _MOST_DEGREES:
        return "to_wgs84", {}
    return ("compass", {"reading": f"{value % 360:g}"}) if name == "azimuth_deg" else None


def _years_hint(value: float, info: FieldInfo) -> tuple[str, dict[str, str]] | None:
    """Return the hint for a number of years that is a calendar year, or a number of months."""
    if value in _CALENDAR_YEARS:
        return "years_not_date", {}
    if value > _MOST_YEARS and value % 12 == 0 and within_limits(info, value / 12):
        return "in_months", {"reading": f"{value / 12:g}"}
    return None


def _in_another_unit(node: Node, name: str, value: float, unit: str, info: FieldInfo) -> tuple[str, dict[str, str]]:
    """Return the hint of the unit or the factor of 1000 that would make a number right, otherwise of what is usual."""
    if of_ratio := _of_ratio(name, value, unit, info):
        return of_ratio
    if others := other_readings(value, unit, info):
        return "other_unit", {"reading": others}
    if unit in {"h", "h/a"} and value > 0 and within_limits(info, value / 60.0):
        return "in_minutes", {"reading": f"{value / 60.0:.3g} {unit}"}
    if unit == "months" and value % 15.0 == 0.0 and within_limits(info, value / _DAYS_PER_MONTH):
        return "in_days", {"reading": f"{value / _DAYS_PER_MONTH:.3g}"}
    if value > 0 and not unit.startswith("frac") and unit not in _NEVER_SLIP and info.annotation is not int:
        likely = [value * factor for factor in (0.001, 1000.0) if within_limits(info, value * factor)]
        if likely:
            return "slip", {"reading": f"{likely[0]:.10g} {unit}".rstrip()}
    return _usual(node.raw, value, unit, info)


def _of_ratio(name: str, value: float, unit: str, info: FieldInfo) -> tuple[str, dict[str, str]] | None:
    """Return the hint for one over a factor, or a share of power in percent."""
    if name in _INVERSES and value > 0 and within_limits(info, 1.0 / value):
        return "inverse", {"reading": f"{1.0 / value:.3g}"}
    percent = unit == "kW/kW" and "cop" not in name and value >= _LEAST_PERCENT and within_limits(info, value / 100.0)
    return ("ratio", {"reading": f"{value / 100.0:g}"}) if percent else None


def _usual(raw: str, value: float, unit: str, info: FieldInfo) -> tuple[str, dict[str, str]]:
    """Return the hint to write a COP with its unit where it is that of kW/TR, otherwise to take the default."""
    if unit == "kW/kW" and value > 0 and within_limits(info, KW_PER_TR / value):
        return "kw_per_tr", {"reading": raw}
    if unit == "kW/kW" and within_limits(info, value / 100.0):
        return "ratio", {"reading": f"{value / 100.0:g}"}
    if (
        not unit
        and int not in (info.annotation, *get_args(info.annotation))
        and value >= _PERCENT
        and within_limits(info, value / 100.0)
    ):
        return "ratio", {"reading": f"{value / 100.0:g}"}
    return (
        ("usual", {"reading": f"{info.default:g} {unit}".rstrip()}) if type(info.default) in (int, float) else ("", {})
    )
