"""What the schema says about a field: its unit, limits, choices and the models below it."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
        Scalar kind of the members of ``map`` and ``list``.
    unit, price
        Unit of the field; currency and price year of a money default.
    is_whole
        True for integers.
    is_data_file
        True when the text names a file of the case folder.
    """

    shape: Shape
    model: type[BaseModel] | None = None
    inner: Shape = "other"
    unit: str = ""
    price: str = ""
    is_whole: bool = False
    is_data_file: bool = False


_ANYTHING: tuple[Shape, None, Shape, bool] = ("other", None, "other", False)
_SCALARS: dict[Any, Shape] = {int: "number", float: "number", bool: "flag", str: "text"}


@lru_cache(maxsize=1024)
def field_kinds(cls: type[BaseModel]) -> Mapping[str, FieldKind]:
    """Return the kind of every field a user may write in `cls`."""
    return {name: _kind(info) for name, info in cls.model_fields.items() if info.exclude is not True}


def _kind(info: FieldInfo) -> FieldKind:
    extra: Mapping[str, Any] = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    shape, model, inner, is_whole = _shape(info.annotation)
    if extra.get("overlay"):
        shape = "overlay"
    return FieldKind(
        shape,
        model,
        inner,
        str(extra.get("unit", "")),
        str(extra.get("price", "")),
        is_whole,
        bool(extra.get("data_file", False)),
    )


def _shape(annotation: Any) -> tuple[Shape, type[BaseModel] | None, Shape, bool]:
    """Return shape, model, shape of the members and whether numbers are whole."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _shape(args[0])
    if origin in {Union, types.UnionType}:
        options = [_shape(a) for a in args if a is not type(None)]
        return options[0] if len({o[0] for o in options}) == 1 else _ANYTHING
    if origin in {tuple, list, Sequence, dict, Mapping}:
        is_map = origin in {dict, Mapping}
        shape, model, _, is_whole = _shape(args[1] if is_map else args[0])
        if model is not None:
            return "model_map" if is_map else "models", model, "other", False
        return "map" if is_map else "list", None, shape, is_whole
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "model", annotation, "other", False
    is_choice = origin is Literal and all(isinstance(a, str) for a in args)
    return "text" if is_choice else _SCALARS.get(annotation, "other"), None, "other", annotation is int


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
        info = owner.model_fields[str(step)]
        if kind.model is not None:
            owner, skip = kind.model, kind.shape in {"models", "model_map"}
    return owner, info


def limits_text(info: FieldInfo | None, unit: str) -> str:
    """Return the limits of a numeric field as ``> 0, ≤ 5e+06 m2``, "" when it has none."""
    parts = []
    for mark in info.metadata if info is not None else ():
        for cls, sign, name in ((Ge, "≥", "ge"), (Gt, ">", "gt"), (Le, "≤", "le"), (Lt, "<", "lt")):
            if isinstance(mark, cls):
                parts.append(f"{sign} {getattr(mark, name):g}")
    return f"{', '.join(parts)} {unit}".strip() if parts else ""


def within_limits(info: FieldInfo, value: float) -> bool:
    """Return whether `value` keeps the limits of a numeric field."""
    for mark in info.metadata:
        if isinstance(mark, Ge) and not value >= mark.ge:  # type: ignore[operator]  # our limits are numbers
            return False
        if isinstance(mark, Gt) and not value > mark.gt:  # type: ignore[operator]  # same
            return False
        if isinstance(mark, Le) and not value <= mark.le:  # type: ignore[operator]  # same
            return False
        if isinstance(mark, Lt) and not value < mark.lt:  # type: ignore[operator]  # same
            return False
    return True
