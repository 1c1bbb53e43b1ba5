"""Bringing the values a user wrote to the units and types of the schema, field by field.

Numbers may carry a unit, any value may carry its origin, table cells are texts: after this step the tree holds what
the pydantic models want, and every node still knows its place and how it was written.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from edsim.case.files import find_data_file
from edsim.case.nodes import Node, Origin, step_name
from edsim.case.reflect import FieldKind, field_infos, field_kinds, within_limits
from edsim.case.wording.messages import Fault, unknown_name
from edsim.case.wrong_keys import unknown_keys
from edsim.core.errors import EdsimError
from edsim.core.machines.catalogue import varied, varies
from edsim.core.money import price_tables
from edsim.core.quantity import Quality
from edsim.core.units import UnitError, convert, parse_number, parse_quantity

if TYPE_CHECKING:
    from edsim.core.units import MoneyConverter

_ORIGIN_KEYS = ("value", "source", "year", "quality", "unit")
_HABIT = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")
_COUNTED = frozenset({"m2", "persons", "beds"})
"""Units in which a number with exactly three decimals is a thousands habit, not a precision."""
_LARGE = frozenset({"kW", "kWh", "kWh/a", "currency", "currency/a", "currency/kW", "currency/kWh", "currency/m", "m"})
_UNIT_CODES = {"number": "E129", "ambiguous": "E135", "unknown_unit": "E128", "range": "E134", "currency": "E132"}
_PER_TON = re.compile(r"kWh?\s*/\s*(?:TR|RT)(?:-?h)?\s*$")
"""Power per cooling, as plants are rated in tons of refrigeration: one over a COP."""
_ISO = re.compile(r"[A-Z]{3}")
_UNDERSCORED = re.compile(r"[+-]?\d{1,3}(?:_\d{3})+")
_SHAPE_HINTS = {"deg": "decimal_degrees", "h": "plain_hours"}
"""Units of values people write in another shape: 6°14'41"N, -05:00."""
_BY_MASS = {"kW": "steam_in_kw", "currency/kWh LHV": "per_heating_value", "kWh": "steam_in_kw"}
_MASS_OR_VOLUME = re.compile(r"(?:^|/)\s*(?:kg|t|lbs?|tons?|tonnes?|s?N?m3|S?cm|scm|SCM|[lL]|gal)\b")
"""Steam by mass, and fuel by mass or volume, where heat is asked for."""
_DATE = re.compile(r"((?:19|20)\d\d)-\d\d-\d\d\b|\d\d?[/.-]\d\d?[/.-]((?:19|20)\d\d)")
"""A date where a year is asked for."""
_UNIT_HINTS = {"heating_value": "lower_heating", "currency": "iso_currency"}


@dataclass(frozen=True, slots=True)
class Setting:
    """What converting a case needs to know.

    Attributes
    ----------
    folder
        Folder of the case, for data files.
    money
        Converter to the currency and price year of the case; None while these are not known.
    faults
        Receives what is wrong.
    stated
        ``currency`` and ``price_year`` of the case as they are written.
    rate_note
        Exchange rate the case states, shown beside the default prices it converts; empty without one.
    """

    folder: Path
    money: MoneyConverter | None
    faults: list[Fault]
    stated: Mapping[str, Node] = dataclasses.field(default_factory=dict)
    rate_note: str = ""

    @property
    def currency(self) -> str:
        """Return the code of the currency of the case as units show it, "currency" without one."""
        stated = self.stated.get("currency", Node(None)).raw
        return stated if _ISO.fullmatch(stated) else "currency"


def conform(node: Node, cls: type[BaseModel], path: str, setting: Setting) -> Node:
    """Return `node` with the values of all fields of `cls` converted; unknown fields are reported and dropped."""
    if not isinstance(node.value, dict):
        return node
    kinds, infos = field_kinds(cls), field_infos(cls)
    members: dict[str, Node] = {}
    if not node.value.keys() <= kinds.keys():
        wanted = [name for name, info in infos.items() if info.is_required() and name not in node.value]
        setting.faults.extend(unknown_keys(node, kinds, path, wanted))
    for key, member in node.value.items():
        if key in kinds:
            members[key] = _field(member, kinds[key], infos[key], f"{path}.{key}" if path else key, setting)
    _price_defaults(cls, members, path, setting)
    return node.with_value(members)


def _price_defaults(cls: type[BaseModel], members: dict[str, Node], path: str, setting: Setting) -> None:
    """Put in the defaults of unset fields that are money, in that of the case, or go by another field."""
    choices = {name: member.value for name, member in members.items()}
    infos, kinds = field_infos(cls), field_kinds(cls)
    for name in _changing_defaults(cls):
        if name in members:
            continue
        info, kind = infos[name], kinds[name]
        row = varied(info.json_schema_extra, choices)
        if row is not None and not row.price:
            members[name] = Node(row.value, raw=f"{row.value:g}", is_default=True)
        price = row.price if row is not None else kind.price
        default = (row.value if row is not None else info.default) if price else None
        if setting.money is None or not isinstance(default, int | float):
            continue
        currency, _, year = price.partition(" ")
        try:
            amount = setting.money(float(default), currency, int(year))
        except EdsimError as error:
            _add_price_level(setting, price_level_fault(error, setting.stated, f"{path}.{name}"))
            continue
        origin = Origin(source=setting.rate_note) if setting.rate_note else None
        members[name] = Node(amount, raw=f"{default:g} {price}", origin=origin, is_default=True)


@lru_cache(maxsize=1024)
def _changing_defaults(cls: type[BaseModel]) -> tuple[str, ...]:
    """Return the fields of `cls` whose defaults are money or go by another field."""
    extras = {name: info.json_schema_extra for name, info in field_infos(cls).items()}
    return tuple(n for n, kind in field_kinds(cls).items() if kind.price or varies(extras[n]))


def price_level_fault(error: EdsimError, stated: Mapping[str, Node], field: str) -> Fault:
    """Return the fault of a currency or price year the shipped prices cannot be brought to, the same for all of them.

    Parameters
    ----------
    error
        Why :func:`edsim.core.money.convert_money` refused.
    stated
        ``currency`` and ``price_year`` of the case, as far as they are known.
    field
        What cannot be converted, named where neither of them is known.
    """
    gap = error.findings[0] if error.findings else None
    path = "price_year" if gap is not None and gap.got else "currency"
    node = stated.get(path, Node(None))
    allowed = gap.allowed if gap is not None else ""
    at, words = path if path in stated else field, {"fields": field, "currency": node.raw}
    return Fault("E1883", node.place, at, node.raw, allowed, words, "price_rate" if at == "currency" else "price_level")


def _add_price_level(setting: Setting, fault: Fault) -> None:
    """Report a price that cannot be filled in, together with the others of the same cause."""
    for i, known in enumerate(setting.faults):
        if (known.code, known.place, known.field) == (fault.code, fault.place, fault.field):
            fields = f"{known.params['fields']}, {fault.params['fields']}"
            setting.faults[i] = replace(known, params={**known.params, "fields": fields})
            return
    setting.faults.append(fault)


def _field(node: Node, kind: FieldKind, info: FieldInfo, path: str, setting: Setting) -> Node:
    if kind.shape == "overlay":
        return node
    if kind.model is not None:
        return _models(node, kind, kind.model, path, setting)
    node = unwrap(node, path, setting.faults)
    if kind.inner is not None:
        inner = kind.inner
        node = _whole_numbers(node, path, setting) if kind.shape == "map" else _listed(node, kind)
        return _each(node, path, lambda n, at: _field(n, inner, info, at, setting))
    if isinstance(node.value, dict | tuple):
        if kind.shape != "other" and set(node.members) & set(_ORIGIN_KEYS):
            unknown = list(unknown_keys(node, _ORIGIN_KEYS, path))
            setting.faults.extend(unknown or [Fault("E131", node.place, path, params={"problem": "value"})])
            return Node(None, node.place, "value")
        return unwrap_all(node, path, setting.faults) if kind.shape == "other" else node
    return _scalar(node, kind, info, path, setting)


def _listed(node: Node, kind: FieldKind) -> Node:
    """Return what a cell of a table lists: ``cool_roof; led_lighting``, ``900; 870``, ``[900, 870]``."""
    inner = kind.inner.shape if kind.shape == "list" and kind.inner is not None else ""
    if not (inner in {"text", "number"} and node.decimal and isinstance(node.value, str)):
        return node
    bracketed = re.fullmatch(r"\s*\[(.*)\]\s*", node.value)
    listed = bracketed[1] if bracketed is not None else node.value
    apart = "[;|]" if inner == "number" and (bracketed is None or ";" in listed) else "[;,|]"
    if inner == "number" and bracketed is None and not re.search(apart, listed):
        return node
    names = [name.strip() for name in re.split(apart, listed) if name.strip()]
    return node.with_value(tuple(replace(node, value=name, raw=name) for name in names))


def _whole_numbers(node: Node, path: str, setting: Setting) -> Node:
    """Return a mapping of numbers; one that a comma cuts in two, as ``{cooling: 1,1}``, is reported and left out."""
    rests = {key for key, member in node.members.items() if key.isdecimal() and not member.raw}
    if not rests:
        return node
    setting.faults.extend(unknown_keys(node, node.members.keys() - rests, path))
    return node.with_value({})


def _models(node: Node, kind: FieldKind, model: type[BaseModel], path: str, setting: Setting) -> Node:
    """Convert a part, or each part of a list or mapping."""
    if kind.shape == "model":
        return conform(node, model, path, setting)
    if kind.shape == "model_map":
        empty = {k: n.with_value({}) if n.value is None else n for k, n in node.members.items()}
        node = node.with_value(empty) if isinstance(node.value, dict) else node
    expected = tuple if kind.shape == "models" else dict
    return _each(node, path, lambda n, at: conform(n, model, at, setting)) if isinstance(node.value, expected) else node


def _each(node: Node, path: str, step: Callable[[Node, str], Node]) -> Node:
    """Return `node` with `step` applied to every member or item and its path."""
    if isinstance(node.value, dict):
        return node.with_value({k: step(n, f"{path}.{k}") for k, n in node.value.items()})
    if isinstance(node.value, tuple):
        return node.with_value(tuple(step(n, f"{path}.{step_name(node, i)}") for i, n in enumerate(node.value)))
    return node


def _scalar(node: Node, kind: FieldKind, info: FieldInfo, path: str, setting: Setting) -> Node:
    if node.value is None:
        return node
    if kind.shape == "number":
        return _number(node, kind, info, path, setting)
    if kind.shape == "text":
        text = node.raw or str(node.value)
        if kind.is_data_file:
            found = find_data_file(setting.folder, text, node.place, path)
            if isinstance(found, Fault):
                setting.faults.append(found)
        return node.with_value(text)
    return _cell(node) if node.decimal else node


def _cell(node: Node) -> Node:
    """Return a table cell of a field without a type as a number when it reads as one."""
    try:
        return node.with_value(parse_number(node.raw, decimal=node.decimal))
    except UnitError:
        return node


def _number(node: Node, kind: FieldKind, info: FieldInfo, path: str, setting: Setting) -> Node:
    if isinstance(node.value, bool):
        setting.faults.append(Fault("E122", node.place, path, got=node.raw, params={"expected": "number"}))
        return node.with_value(None)
    origin = node.origin or Origin()
    try:
        value = _quantity(node, kind, origin, setting)
        if value > 0.0 and path.endswith("cop") and _PER_TON.search(origin.unit or node.raw):
            value = 1.0 / value
    except UnitError as error:
        fault = _in_limits(_unit_fault(node, kind, path, error), error.readings, info)
        if setting.currency != "currency":
            units = fault.allowed.replace("COP/", f"{setting.currency}/").split(", ")
            fault = replace(fault, allowed=", ".join(dict.fromkeys(units)))
        setting.faults.append(fault)
        return node.with_value(None)
    except EdsimError as error:
        currency = setting.stated.get("currency", Node(None)).raw
        known = setting.rate_note or currency in price_tables().fx_per_usd
        hint = "other_money" if known else "own_rate"
        words = {"problem": error.message, "currency": currency}
        setting.faults.append(Fault("E132", node.place, path, got=node.raw, params=words, hint=hint))
        return node.with_value(None)
    _number_habit(node, kind, info, path, setting)
    return node.with_value(int(value) if kind.is_whole and float(value).is_integer() else value)


def _quantity(node: Node, kind: FieldKind, origin: Origin, setting: Setting) -> float:
    money = setting.money
    if money is not None and origin.year is not None:
        year, of_case = origin.year, money

        def of_that_year(amount: float, currency: str, price_year: int | None) -> float:
            return of_case(amount, currency, price_year or year)

        money = of_that_year
    if isinstance(node.value, str):
        if origin.unit:
            return convert(parse_number(node.value, decimal=node.decimal), origin.unit, kind.unit, money=money)
        return parse_quantity(node.value, kind.unit, money=money, decimal=node.decimal)
    number = cast("float", node.value)
    return convert(number, origin.unit, kind.unit, money=money) if origin.unit else number


def _unit_fault(node: Node, kind: FieldKind, path: str, error: UnitError) -> Fault:
    if _UNDERSCORED.fullmatch(node.raw):
        words = {"reading": node.raw.replace("_", "")}
        return Fault("E129", node.place, path, node.raw, ", ".join(error.allowed), words, "number_habit")
    dated = None if kind.unit else _DATE.match(node.raw)
    if dated is not None:
        words = {"reading": dated[1] or dated[2]}
        return Fault("E127", node.place, path, node.raw, params=words, hint="year_alone")
    hint = _UNIT_HINTS.get(error.reason, _SHAPE_HINTS.get(kind.unit, "" if kind.unit else "plain_number"))
    if error.reason == "ambiguous":
        hint = "number_habit"
    elif error.reason in {"wrong_unit", "unknown_unit"} and kind.unit in _BY_MASS:
        hint = _BY_MASS[kind.unit] if _MASS_OR_VOLUME.search(error.part) else hint
        hint = (
            "tank_in_kwh" if kind.unit == "kWh" and path.endswith("_capacity_kwh") and hint == "steam_in_kw" else hint
        )
    if hint == "decimal_degrees" and not path.endswith(("lat_deg", "lon_deg")):
        hint = "plain_number"
    readings = error.readings or ("",)
    return Fault(
        _UNIT_CODES.get(error.reason, "E127"),
        node.place,
        path,
        got=node.raw if error.reason in {"number", "ambiguous"} else error.part,
        allowed=", ".join(error.allowed),
        params={"readings": " | ".join(readings), "reading": readings[0], "problem": error.part},
        hint=hint,
    )


def _in_limits(fault: Fault, readings: Collection[str], info: FieldInfo) -> Fault:
    """Return the fault of a number that may mean several with the only one of them the field may have."""
    able = [text for text in readings if within_limits(info, float(text))]
    if fault.code != "E135" or len(able) != 1 or able[0] == fault.params["reading"]:
        return fault
    return replace(fault, params={**fault.params, "reading": able[0]}, hint="with_point")


def _number_habit(node: Node, kind: FieldKind, info: FieldInfo, path: str, setting: Setting) -> None:
    """Report ``18.500`` where thousands are likely: an error for counted units, a warning for other large ones."""
    if kind.unit not in _COUNTED | _LARGE or not _HABIT.fullmatch(node.raw) or node.decimal == ",":
        return
    reading = node.raw.replace(".", "")
    if not within_limits(info, float(reading)):
        return
    value = f"{float(node.raw):g}"
    unit = kind.unit.replace("currency", setting.currency)
    words = {"readings": f"{reading} | {value}", "reading": reading, "value": value, "unit": unit}
    code = "E135" if kind.unit in _COUNTED else "W101"
    setting.faults.append(Fault(code, node.place, path, got=node.raw, params=words, hint="number_habit"))


def unwrap(node: Node, path: str, faults: list[Fault]) -> Node:
    """Return the value inside ``{value, source, year, quality, unit}`` with its origin, any other node as it is."""
    members = node.members
    if "value" not in members or isinstance(members["value"].value, Mapping):
        return node
    faults.extend(unknown_keys(node, _ORIGIN_KEYS, path))
    value = members["value"]
    return replace(value, key_place=node.key_place, origin=_origin(node, path, faults))


def _origin(node: Node, path: str, faults: list[Fault]) -> Origin:
    year = node.members.get("year")
    quality = node.text("quality")
    number = year.value if year is not None else None
    if number is not None and not (isinstance(number, int) and 1900 <= number <= 2100):
        place = year.place if year is not None else node.place
        problem = {"problem": "1900 ≤ year ≤ 2100"}
        faults.append(Fault("E131", place, f"{path}.year", got=node.text("year"), params=problem))
        number = None
    if quality and quality not in get_args(Quality):
        place = node.members["quality"].place
        faults.append(unknown_name("E124", place, f"{path}.quality", quality, get_args(Quality)))
        quality = ""
    return Origin(
        source=node.text("source"),
        year=number if isinstance(number, int) else None,
        quality=cast("Quality", quality) if quality else None,
        unit=node.text("unit"),
    )


def unwrap_all(node: Node, path: str, faults: list[Fault]) -> Node:
    """Return the tree with every ``{value, source, ...}`` below `node` unwrapped and table cells read."""
    node = unwrap(node, path, faults)
    if isinstance(node.value, dict | tuple):
        return _each(node, path, lambda n, at: unwrap_all(n, at, faults))
    return _cell(node) if node.decimal else node
