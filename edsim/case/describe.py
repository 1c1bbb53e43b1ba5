"""What a field is, for lists and documentation: unit, limits, default and the source of the default."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from itertools import pairwise
from typing import Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from edsim.case.reflect import limits_text
from edsim.core.machines.catalogue import figures_by


@dataclass(frozen=True, slots=True)
class FieldFacts:
    """One field as a user sees it."""

    name: str
    unit: str
    limits: str
    required: bool
    default: object
    source: str
    description: str

    def as_dict(self) -> dict[str, object]:
        """Return the facts as plain data."""
        return asdict(self)


@cache
def field_texts(cls: type[BaseModel]) -> Mapping[str, str]:
    """Return field → the text under it in the source of `cls` and its bases, or its description.

    Reading the source when somebody asks, and not when the class is made, halves the start-up time of the program.
    """
    texts: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if issubclass(base, BaseModel) and base is not BaseModel:
            texts |= _source_texts(base)
    return texts | {name: info.description for name, info in cls.model_fields.items() if info.description}


def _source_texts(cls: type[BaseModel]) -> dict[str, str]:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(cls)))
    except (OSError, TypeError, SyntaxError):
        return {}
    body = tree.body[0].body if isinstance(tree.body[0], ast.ClassDef) else []
    texts = {}
    for field, text in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Expr):
            value = text.value.value if isinstance(text.value, ast.Constant) else None
            if isinstance(value, str):
                texts[field.target.id] = inspect.cleandoc(value)
    return texts


def describe_fields(cls: type[BaseModel]) -> tuple[FieldFacts, ...]:
    """Return the facts of every field a user may write in `cls`, required ones first."""
    texts = field_texts(cls)
    found = [
        _facts(name, info, texts.get(name, "")) for name, info in cls.model_fields.items() if info.exclude is not True
    ]
    return tuple(sorted(found, key=lambda f: not f.required))


def _facts(name: str, info: FieldInfo, description: str) -> FieldFacts:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    unit = str(extra.get("unit", ""))
    price = str(extra.get("price", ""))
    source, by, varies = extra.get("source"), extra.get("by"), extra.get("varies")
    text, default = "", None if info.is_required() else info.get_default(call_default_factory=True, validated_data={})
    if isinstance(by, Mapping):
        figures = {choice: row for choice, row in figures_by(by).items() if row.unit == unit}
        default = ", ".join(f"{choice} {row.value:g}" for choice, row in figures.items())
        chosen: dict[str, list[str]] = {}
        for choice, row in figures.items():
            chosen.setdefault(f"{row.source.text} ({row.source.year})", []).append(choice)
        text = "; ".join(f"{', '.join(choices)}: {origin}" for origin, choices in chosen.items())
    elif isinstance(source, Mapping):
        verified = "" if source.get("verified", True) else ", unverified"
        text = f"{source.get('text', '')} ({source.get('year', '')}{verified})"
    for choice, row in figures_by(varies).items() if isinstance(varies, Mapping) else ():
        default = f"{default}, {choice} {row.value:g}"
        text = f"{text}; {choice}: {row.source.text} ({row.source.year})"
    return FieldFacts(
        name=name,
        unit=unit.replace("currency", price) if price else unit,
        limits=limits_text(info, "") or _choices(info),
        required=info.is_required(),
        default=default,
        source=text,
        description=description,
    )


def _choices(info: FieldInfo) -> str:
    """Return the choices of a field of fixed texts."""
    return " | ".join(str(a) for a in get_args(info.annotation)) if get_origin(info.annotation) is Literal else ""
