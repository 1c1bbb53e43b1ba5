"""Rows of the public solvers as users bring them: objects, mappings from JSON, one alone; each fault named by field."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields
from difflib import get_close_matches
from numbers import Integral, Real
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin

from edsim.core.errors import DataError, Finding

T = TypeVar("T")
Checks = tuple[tuple[str, Callable[[Any], bool], str, str], ...]
"""Field, check, kind of fault and what is allowed, of every field of a kind."""


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
        `code` for what is no row, fields unknown or missing, text for numbers or switches, and names not allowed.
    """
    _refuse_no_rows(kind, rows, where, code)
    if isinstance(rows, (kind, Mapping)) or not isinstance(rows, Iterable) or isinstance(rows, str):
        rows = (rows,)
    faults: list[Finding] = []
    made: list[T] = []
    checks = _checks(kind)
    for k, row in enumerate(rows):
        place = f"{where}[{k}]"
        known = _known(kind, row, place, code)
        wrong = known or _values(checks, row, place, code)
        faults += wrong
        if not wrong:
            made.append(kind(**row) if isinstance(row, Mapping) else row)
    if faults:
        raise DataError.of(faults)
    return tuple(made)


def _refuse_no_rows(kind: type[Any], rows: object, where: str, code: str) -> None:
    """Refuse a table and a mapping of other things than fields at once, not column by column."""
    names = {f.name for f in fields(kind)}
    got = ""
    if hasattr(rows, "columns") and hasattr(rows, "to_dict"):
        got = type(rows).__name__
    elif isinstance(rows, Mapping) and rows and not names.intersection(map(str, rows)):
        got = f"mapping of {', '.join(str(key) for key in list(rows)[:4])}"
    if got:
        allowed = f"list of {kind.__name__}, or of mappings of its fields"
        hint = "of a table make rows, without its empty cells; of a mapping by id give the values, each with its id"
        raise DataError.of([Finding(code, "not rows", field=where, got=got, allowed=allowed, hint=hint)])


def _known(kind: type[Any], row: object, place: str, code: str) -> list[Finding]:
    """Return faults of the row itself: what is no row, fields unknown or missing."""
    if isinstance(row, kind):
        return []
    if not isinstance(row, Mapping):
        allowed = f"{kind.__name__}, or a mapping of its fields"
        return [Finding(code, "row of the wrong kind", field=place, got=type(row).__name__, allowed=allowed)]
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
    return faults


def _values(checks: Checks, row: object, place: str, code: str) -> list[Finding]:
    """Return faults of values: text where a number belongs, switches that are text, names beside those allowed."""
    faults = []
    for name, fits, what, allowed in checks:
        if isinstance(row, Mapping):
            if name not in row:
                continue
            value = row[name]
        else:
            value = getattr(row, name)
        if not fits(value):
            faults.append(_fault(what, code, f"{place}.{name}", value, allowed))
    return faults


def _fault(what: str, code: str, field: str, value: object, allowed: str) -> Finding:
    match what:
        case "name":
            return Finding(code, "unknown name", field=field, got=str(value), allowed=allowed)
        case "switch":
            return Finding(code, "not true or false", field=field, got=repr(value), allowed=allowed)
        case "whole":
            return Finding(code, "not a whole number", field=field, got=repr(value), allowed=allowed)
        case "number":
            return Finding(code, "not a number", field=field, got=repr(value), allowed=allowed)
    return Finding(code, "not an id", field=field, got=repr(value), allowed=allowed)


def _checks(kind: type[Any]) -> Checks:
    return tuple((f.name, *_check(f.type)) for f in fields(kind))


def _check(annotation: Any) -> tuple[Callable[[Any], bool], str, str]:
    if get_origin(annotation) is Literal:
        names = get_args(annotation)
        return lambda v: isinstance(v, str) and v in names, "name", ", ".join(map(str, names))
    if annotation is bool:
        return _is_switch, "switch", "true or false"
    if annotation is int:
        return lambda v: isinstance(v, Integral) and not _is_switch(v), "whole", "a whole number"
    if annotation is float:
        return _is_number, "number", "a number"
    if isinstance(annotation, UnionType) and float in get_args(annotation):
        return lambda v: v is None or _is_number(v), "number", "a number or nothing"
    return lambda v: isinstance(v, str | int) and not _is_switch(v), "id", "text"


def _is_switch(value: object) -> bool:
    return type(value).__name__ in {"bool", "bool_"}  # of Python or numpy


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not _is_switch(value)
