"""What a field is, for lists and documentation: unit, limits, default and the source of the default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from edsim.case.reflect import limits_text


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


def describe_fields(cls: type[BaseModel]) -> tuple[FieldFacts, ...]:
    """Return the facts of every field a user may write in `cls`, required ones first."""
    found = [_facts(name, info) for name, info in cls.model_fields.items() if info.exclude is not True]
    return tuple(sorted(found, key=lambda f: not f.required))


def _facts(name: str, info: FieldInfo) -> FieldFacts:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    unit = str(extra.get("unit", ""))
    price = str(extra.get("price", ""))
    source = extra.get("source")
    text = ""
    if isinstance(source, Mapping):
        verified = "" if source.get("verified", True) else ", unverified"
        text = f"{source.get('text', '')} ({source.get('year', '')}{verified})"
    return FieldFacts(
        name=name,
        unit=unit.replace("currency", price) if price else unit,
        limits=limits_text(info, "") or _choices(info),
        required=info.is_required(),
        default=None if info.is_required() else info.get_default(call_default_factory=True, validated_data={}),
        source=text,
        description=info.description or "",
    )


def _choices(info: FieldInfo) -> str:
    """Return the choices of a field of fixed texts."""
    return " | ".join(str(a) for a in get_args(info.annotation)) if get_origin(info.annotation) is Literal else ""
