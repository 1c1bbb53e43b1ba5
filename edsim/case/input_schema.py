"""The JSON Schema of a case as a user may write it: units in texts, values with origin, tables in files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel

from edsim.case.describe import field_texts
from edsim.case.readers.tables import TABLE_KEYS
from edsim.case.reflect import field_kinds
from edsim.case.schema import Case
from edsim.core.quantity import Quality
from edsim.core.technology import Technology

_INTERNAL = ("folder", "provenance", "bau_steam_c", "warnings")
_WITH_UNIT = {"type": "string", "description": 'A number with a unit, such as "2.5 MW".'}


def input_schema(kinds: Mapping[str, type[Technology]]) -> dict[str, Any]:
    """Return the schema of ``case.yaml`` (JSON Schema 2020-12) with `kinds` as the technologies."""
    schema: dict[str, Any] = Case.model_json_schema()
    definitions: dict[str, Any] = schema.get("$defs", {})
    for name in ("Technology", "Provenance", "Finding"):
        definitions.pop(name, None)
    for kind, cls in kinds.items():
        own = cls.model_json_schema()
        _describe(own, cls)
        definitions.update(own.pop("$defs", {}))
        own["required"] = sorted({*own.get("required", []), "kind"})
        definitions[f"technology_{kind}"] = own
    for model in _parts(Case):
        if model.__name__ in definitions:
            _describe(definitions[model.__name__], model)
    _describe(schema, Case)
    properties: dict[str, Any] = {k: v for k, v in schema["properties"].items() if k not in _INTERNAL}
    properties["technologies"] = {
        "type": "array",
        "items": {"oneOf": [{"$ref": f"#/$defs/technology_{kind}"} for kind in kinds]},
        "description": "Machines of the case; the kind says which fields they have.",
    }
    for key in TABLE_KEYS:
        properties[key] = {"anyOf": [properties[key], {"$ref": "#/$defs/table_file"}]}
    for model in definitions.values():
        _relax_members(model)
    _relax_members({"properties": properties})
    definitions["table_file"] = _table_file()
    definitions["text_with_unit"] = _WITH_UNIT
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "edsim case",
        "properties": properties,
        "$defs": dict(sorted(definitions.items())),
    }


def _describe(schema: dict[str, Any], cls: type[BaseModel]) -> None:
    """Put the text under each field into its schema."""
    for name, text in field_texts(cls).items():
        if name in schema.get("properties", {}):
            schema["properties"][name].setdefault("description", text)


def _parts(cls: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Yield the models below `cls`."""
    for kind in field_kinds(cls).values():
        if kind.model is not None:
            yield kind.model
            yield from _parts(kind.model)


def _table_file() -> dict[str, Any]:
    return {
        "type": "object",
        "description": "The parts are the rows of a CSV or xlsx file or a map (GeoJSON, GeoPackage) in the case "
        "folder.",
        "properties": {
            "file": {"type": "string"},
            "delimiter": {"enum": [",", ";", "tab", "|"]},
            "decimal": {"enum": [".", ","]},
            "sheet": {"type": "string", "description": "Sheet of a workbook; default is the only one shown."},
            "layer": {"type": "string", "description": "Layer of a GeoPackage; default is the only one that fits."},
            "columns": {
                "type": "object",
                "additionalProperties": {"type": "string"},
                "description": "Field → column of the file; all other columns are passed over.",
            },
            "for_all": {"type": "object", "description": "Fields of every part that the file says nothing of."},
        },
        "required": ["file"],
        "additionalProperties": False,
    }


def _relax_members(model: dict[str, Any]) -> None:
    """Let every scalar member of a model be written with its unit and its origin."""
    members = model.get("properties", {})
    for name, member in members.items():
        if _is_scalar(member) and "const" not in member:
            members[name] = _with_origin(member)


def _is_scalar(member: Mapping[str, Any]) -> bool:
    options = member.get("anyOf", [member])
    return all(o.get("type") in {"number", "integer", "string", "boolean", "null"} for o in options)


def _with_origin(member: dict[str, Any]) -> dict[str, Any]:
    notes: dict[str, Any] = {
        k: member[k] for k in ("title", "description", "default", "unit", "source", "price") if k in member
    }
    bare = {k: v for k, v in member.items() if k not in notes}
    plain = [*bare.pop("anyOf", []), *([bare] if bare else [])]
    if any(o.get("type") in {"number", "integer"} for o in plain):
        plain.append({"$ref": "#/$defs/text_with_unit"})
    wrapped = {
        "type": "object",
        "properties": {
            "value": {"anyOf": plain},
            "source": {"type": "string"},
            "year": {"type": "integer", "minimum": 1900, "maximum": 2100},
            "quality": {"enum": list(get_args(Quality))},
            "unit": {"type": "string"},
        },
        "required": ["value"],
        "additionalProperties": False,
    }
    return {**notes, "anyOf": [*plain, wrapped]}
