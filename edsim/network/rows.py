"""Rows of the public solvers as users bring them: objects, mappings from JSON, one alone; each fault named by field."""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from difflib import get_close_matches
from numbers import Real
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin

from edsim.core.errors import DataError, Finding

T = TypeVar("T")


def read_rows(kind: type[T], rows: T | Mapping[str, Any] | Iterable[Any], where: str, code: str) -> tuple[T, ...]:
    """Return rows as objects of one kind.

    Parameters
    ----------
    kind
        Dataclass of a row.
    rows
        Objects of that kind or mappings from field to value; one alone stands for a list of one.
    where, code
        Name of the list and code of its faults.

    Raises
    ------
    DataError
        `code` for what is no row, fields unknown or missing, text for numbers, and names that are not allowed.
    """
    if isinstance(rows, (kind, Mapping)) or not isinstance(rows, Iterable) or isinstance(rows, str):
        rows = (rows,)
    faults: list[Finding] = []
    made: list[T] = []
    for k, row in enumerate(rows):
        place = f"{where}[{k}]"
        wrong = _of_mapping(kind, row, place, code) if isinstance(row, Mapping) else _of_object(kind, row, place, code)
        faults += wrong
        if not wrong:
            made.append(kind(**row) if isinstance(row, Mapping) else row)
    if faults:
        raise DataError.of(faults)
    return tuple(made)


def _of_mapping(kind: type[Any], row: Mapping[str, Any], place: str, code: str) -> list[Finding]:
    known = {f.name: f for f in fields(kind)}
    faults = []
    for name in row:
        if name not in known:
            near = get_close_matches(str(name), known, 1)
            allowed = near[0] if near else ", ".join(known)
            faults.append(Finding(code, "unknown field", field=place, got=str(name), allowed=allowed))
    faults += [
        Finding(code, "field is missing", field=f"{place}.{name}")
        for name, f in known.items()
        if name not in row and f.default is MISSING and f.default_factory is MISSING
    ]
    return faults or _values(kind, dict(row), place, code)


def _of_object(kind: type[Any], row: object, place: str, code: str) -> list[Finding]:
    if not isinstance(row, kind):
        allowed = f"{kind.__name__}, or a mapping of its fields"
        return [Finding(code, "row of the wrong kind", field=place, got=type(row).__name__, allowed=allowed)]
    return _values(kind, {f.name: getattr(row, f.name) for f in fields(kind)}, place, code)


def _values(kind: type[Any], values: Mapping[str, object], place: str, code: str) -> list[Finding]:
    """Return faults of values: text where a number belongs, names beside those allowed."""
    faults = []
    for f in fields(kind):
        if f.name not in values:
            continue
        value, allowed = values[f.name], _allowed(f.type)
        is_number = isinstance(value, Real) or (value is None and allowed == "a number or nothing")
        if allowed.startswith("a number") and not is_number:
            faults.append(Finding(code, "not a number", field=f"{place}.{f.name}", got=repr(value), allowed=allowed))
        elif get_origin(f.type) is Literal and value not in get_args(f.type):
            faults.append(Finding(code, "unknown name", field=f"{place}.{f.name}", got=str(value), allowed=allowed))
    return faults


def _allowed(annotation: object) -> str:
    """Return what a field takes, in words; empty for ids and switches."""
    if get_origin(annotation) is Literal:
        return ", ".join(map(str, get_args(annotation)))
    if annotation in (float, int):
        return "a number"
    if isinstance(annotation, UnionType) and float in get_args(annotation):
        return "a number or nothing"
    return ""
