"""What the schema says about a field: its unit, limits, choices and the models below it."""

from __future__ import annotations

import math
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel
from pydantic.fields import FieldInfo

Shape = Literal["number", "text", "flag", "model", "models", "model_map", "map", "list", "overlay", "other"]


@dataclass(frozen=True, slots=True)
class FieldKind:
    """How the loader treats a field.

    Attributes
    ----------
    shape
        A scalar kind, one model, a tuple of models, a mapping to models, a mapping or a tuple of scalars, the
        changes of a variant, or anything.
    model
        The model of ``model``, ``models`` and ``model_map``.
    inner
        Kind of the members of ``map`` and ``list``.
    unit, price
        Unit of the field; currency and price year of a money default.
    is_whole
        True for integers.
    is_data_file
        True when the text names a file of the case folder.
    """

    shape: Shape
    model: type[BaseModel] | None = None
    inner: FieldKind | None = None
    unit: str = ""
    price: str = ""
    is_whole: bool = False
    is_data_file: bool = False


_SCALARS: dict[Any, Shape] = {int: "number", float: "number", bool: "flag", str: "text"}


@lru_cache(maxsize=1024)
def field_infos(cls: type[BaseModel]) -> Mapping[str, FieldInfo]:
    """Return the fields of `cls`; pydantic looks them up anew at every access."""
    return dict(cls.model_fields)


@lru_cache(maxsize=1024)
def field_kinds(cls: type[BaseModel]) -> Mapping[str, FieldKind]:
    """Return the kind of every field a user may write in `cls`."""
    return {name: _kind(info) for name, info in field_infos(cls).items() if info.exclude is not True}


def _kind(info: FieldInfo) -> FieldKind:
    extra: Mapping[str, Any] = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    if extra.get("overlay"):
        return FieldKind("overlay")
    kind = _with_unit(_kind_of(info.annotation), str(extra.get("unit", "")))
    return replace(kind, price=str(extra.get("price", "")), is_data_file=bool(extra.get("data_file", False)))


def _with_unit(kind: FieldKind, unit: str) -> FieldKind:
    """Return `kind` with the unit of its numbers, at any depth."""
    inner = None if kind.inner is None else _with_unit(kind.inner, unit)
    return replace(kind, unit=unit, inner=inner)


def _kind_of(annotation: Any) -> FieldKind:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _kind_of(args[0])
    if origin in {Union, types.UnionType}:
        options = [_kind_of(a) for a in args if a is not type(None)]
        return options[0] if len({o.shape for o in options}) == 1 else FieldKind("other")
    if origin in {tuple, list, Sequence, dict, Mapping}:
        is_map = origin in {dict, Mapping}
        inner = _kind_of(args[1] if is_map else args[0])
        if inner.shape == "model":
            return FieldKind("model_map" if is_map else "models", inner.model)
        return FieldKind("map" if is_map else "list", inner=inner)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return FieldKind("model", annotation)
    is_choice = origin is Literal and all(isinstance(a, str) for a in args)
    return FieldKind("text" if is_choice else _SCALARS.get(annotation, "other"), is_whole=annotation is int)


def model_of(cls: type[BaseModel], loc: Sequence[int | str]) -> tuple[type[BaseModel] | None, FieldInfo | None]:
    """Return the model that owns the value at `loc` below `cls`, and the value's field."""
    owner: type[BaseModel] | None = cls
    info: FieldInfo | None = None
    skip = False
    for step in loc:
        if skip or owner is None:
            skip = False
            continue
        kind = field_kinds(owner).get(str(step))
        if kind is None:
            return owner, None
        info = field_infos(owner)[str(step)]
        if kind.model is not None:
            owner, skip = kind.model, kind.shape in {"models", "model_map"}
    return owner, info


def limits_text(info: FieldInfo | None, unit: str) -> str:
    """Return the limits of a numeric field as ``> 0, ≤ 5000000 m2``, "" when it has none."""
    parts = []
    for mark in info.metadata if info is not None else ():
        for cls, sign, name in ((Ge, "≥", "ge"), (Gt, ">", "gt"), (Le, "≤", "le"), (Lt, "<", "lt")):
            if isinstance(mark, cls):
                parts.append(f"{sign} {getattr(mark, name):.10g}")
    return f"{', '.join(parts)} {unit}".strip(" -") if parts else ""


def within_limits(info: FieldInfo, value: float) -> bool:
    """Return whether `value` keeps the limits of a numeric field."""
    low, high = bounds(info)
    return low <= value <= high


def bounds(info: FieldInfo | None) -> tuple[float, float]:
    """Return the lowest and the highest number a field of the schema allows, infinite without a limit."""
    low, high = -math.inf, math.inf
    for mark in info.metadata if info is not None else ():
        limit: Any = mark  # the limits of the schema are numbers
        if isinstance(mark, Ge):
            low = float(limit.ge)
        elif isinstance(mark, Gt):
            low = math.nextafter(float(limit.gt), math.inf)
        elif isinstance(mark, Le):
            high = float(limit.le)
        elif isinstance(mark, Lt):
            high = math.nextafter(float(limit.lt), -math.inf)
    return low, high
