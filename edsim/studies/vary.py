"""What a study varies: ``--vary path=lo:hi:n``, lists, grids of several fields, or a CSV table of variants."""

from __future__ import annotations

import csv
import io
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from edsim.case.parts.exchange_rate import case_money
from edsim.case.readers.records import read_text
from edsim.case.schema import Case
from edsim.core.errors import DataError, Finding
from edsim.core.i18n import Lang
from edsim.core.units import UnitError, parse_quantity
from edsim.core.windows import ranges, written
from edsim.studies.fields import Field, Value, find_field, value_at

MOST_POINTS = 100_000
_NAME = "name"
BASE = "base"
"""Name of the point that is the case as it stands, which every sweep adds."""
_MOST_SAID = 3


@dataclass(frozen=True, slots=True)
class Axis:
    """A field and the values it takes, in the unit of the field."""

    field: Field
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """One alternative: its name and the value of every varied field; a field left out keeps the value of the case."""

    name: str
    values: Mapping[str, Value]

    def number(self, path: str, base: Any = None) -> float:
        """Return the number given to a field, `base` where the field is left out."""
        value: Any = self.values.get(path, base)
        return float(value)


def parse_axis(case: Case, text: str) -> Axis:
    """Return the axis written ``path=lo:hi:n`` (n values from lo to hi), ``path=a,b,c`` or ``path=a``.

    Raises
    ------
    DataError
        E550 the text is not of this form; E551, E552 no such field.
    """
    path, sign, right = (part.strip() for part in text.partition("="))
    if not (path and sign and right):
        raise _malformed(text, "PATH=LOW:HIGH:COUNT or PATH=A,B,C")
    field = find_field(case, path)
    if ":" in right and field.is_number:
        parts = [p.strip() for p in right.split(":")]
        if len(parts) != 3 or not parts[2].isdigit() or int(parts[2]) < 2:
            raise _malformed(text, "PATH=LOW:HIGH:COUNT with a whole COUNT of 2 or more")
        if int(parts[2]) > MOST_POINTS:
            raise _too_many(int(parts[2]))
        low, high = (_number(p, field, case) for p in parts[:2])
        spaced = [float(f"{v:.12g}") for v in np.linspace(low, high, int(parts[2]))]
        whole = isinstance(field.base, int) and all(v.is_integer() for v in spaced)
        values: tuple[Value, ...] = tuple(int(v) if whole else v for v in spaced)
    else:
        texts = [p.strip() for p in right.split(",")]
        if field.is_number and any("-" in t[1:] and t.replace("-", "").replace(".", "").isdecimal() for t in texts):
            raise _malformed(text, "PATH=LOW:HIGH:COUNT or PATH=A,B,C")
        values = tuple(_value(t, field, case) for t in texts)
    if len(set(values)) != len(values):
        raise _malformed(text, "each value once")
    return Axis(field, values)


def grid_points(axes: Sequence[Axis]) -> tuple[Point, ...]:
    """Return every combination of the values of `axes`, the last varying fastest.

    Raises
    ------
    DataError
        E550 a field given twice; E553 more combinations than :data:`MOST_POINTS`.
    """
    paths = [a.field.path for a in axes]
    if len(set(paths)) != len(paths):
        raise _malformed(", ".join(paths), "each field once")
    count = math.prod(len(a.values) for a in axes)
    if count > MOST_POINTS:
        raise _too_many(count)
    made = itertools.product(*(a.values for a in axes))
    width = len(str(count))
    rows = [dict(zip(paths, row, strict=True)) for row in made]
    return tuple(Point(f"{i:0{width}d}{_said(row)}", row) for i, row in enumerate(rows, 1))


def other_than(case: Case, points: Sequence[Point]) -> tuple[Point, ...]:
    """Return the points that change something, all where none does: the case as it stands is compared as `base`."""
    base = {path: value_at(case, path) for p in points for path in p.values}
    return tuple(p for p in points if any(v != base[path] for path, v in p.values.items())) or tuple(points)


def _said(values: Mapping[str, Value]) -> str:
    """Return what is special about a point of a grid of few fields, for its name."""
    if len(values) > _MOST_SAID:
        return ""
    short = [_short(path) for path in values]
    names = short if len(set(short)) == len(short) else list(values)
    shown = [f"{v:.6g}" if isinstance(v, float) else str(v) or "all" for v in values.values()]
    return f": {', '.join(f'{n} {v}' for n, v in zip(names, shown, strict=True))}"


def _short(path: str) -> str:
    """Return the name of a field with that of the machine, fuel or building it belongs to."""
    steps = path.split(".")
    steps = steps[3:] if steps[0] == "variants" else steps
    return ".".join([*steps[1:2], steps[-1]] if len(steps) > 2 else steps[-1:])


def read_points(case: Case, path: Path, lang: Lang = "en") -> tuple[Point, ...]:
    """Return the alternatives of a CSV table: one row each, headers are paths, ``name`` if it is there names the row.

    An empty cell keeps the value of the case. Columns are separated by comma or semicolon; with semicolons numbers may
    have decimal commas.

    Raises
    ------
    DataError
        E554 the table cannot be read; E550, E551, E552 as for an axis.
    """
    headers, rows, mark = _cells_of(path, lang)
    try:
        fields = {h: find_field(case, h) for h in headers if h != _NAME}
    except DataError as fault:
        raise DataError.of([replace(f, file=f"{path.name}:1") for f in fault.findings]) from fault
    decimals = {h for h, field in fields.items() if mark == ";" and not field.is_window}
    points = []
    for number, row in enumerate(rows, start=2):
        cells = {h: c.replace(",", ".") if h in decimals else c for h, c in zip(headers, row, strict=True)}
        values = {h: _value(c, fields[h], case, f"{path.name}:{number}") for h, c in cells.items() if h != _NAME and c}
        points.append(Point(cells.get(_NAME) or str(number - 2), values))
    _refuse_same_names(path, [Point(BASE, {}), *(p for p in points if p.name != BASE or p.values)])
    return tuple(points)


def _cells_of(path: Path, lang: Lang) -> tuple[list[str], list[list[str]], str]:
    """Return the headers of a table of alternatives, its rows that are not blank, and what separates its columns."""
    text = read_text(path, lang)
    try:
        head = text.split("\n", 1)[0]
        mark = ";" if head.count(";") > head.count(",") else ","
        rows = [[c.strip() for c in r] for r in csv.reader(io.StringIO(text), delimiter=mark)]
    except csv.Error as fault:
        raise _table(path, "the table of alternatives cannot be read", str(fault)) from fault
    rows = [r for r in rows if any(r)]
    if len(rows) < 2:
        raise _table(path, "the table of alternatives has no rows", f"{len(rows)} lines")
    headers, *body = rows
    if len(set(headers)) != len(headers) or "" in headers:
        raise _table(path, "every column needs a name of its own", ", ".join(headers))
    for number, row in enumerate(body, start=2):
        if len(row) != len(headers):
            raise _table(path, f"line {number} has {len(row)} cells, the header {len(headers)}", "")
    return headers, body, mark


def _refuse_same_names(path: Path, points: Iterable[Point]) -> None:
    names = [p.name for p in points]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise _table(path, "two alternatives have the same name", ", ".join(twice[:5]))


def _value(text: str, field: Field, case: Case, file: str = "--vary") -> Value:
    if isinstance(field.base, bool):
        if text.casefold() not in {"true", "false"}:
            raise _malformed(text, "true or false", field.path, file)
        return text.casefold() == "true"
    if field.is_window:
        try:
            return written(ranges("" if text == "all" else text))
        except ValueError as fault:
            raise _malformed(text, str(fault), field.path, file) from fault
    if text in {"", "null"}:
        return None
    return _number(text, field, case, file) if field.is_number else text


def _number(text: str, field: Field, case: Case, file: str = "--vary") -> float:
    """Return the number of a text in the unit of the field, with or without a unit as a case file may have it."""
    try:
        return float(text)
    except ValueError:
        pass
    try:
        return parse_quantity(text, field.unit, money=case_money(case))
    except UnitError as fault:
        units = ", ".join(u.replace("currency", case.currency) for u in fault.allowed)
        allowed = f"a number, or a number with a unit such as {units}" if units else "a number"
        raise _malformed(text, allowed, field.path, file) from fault


def _malformed(got: str, allowed: str, path: str = "", file: str = "--vary") -> DataError:
    what = "this does not say what to vary"
    return DataError.of([Finding("E550", what, file=file, field=path, got=got, allowed=allowed)])


def _too_many(count: int) -> DataError:
    hint = "take fewer values, or a Monte Carlo sample of the same ranges"
    return DataError.of(
        [Finding("E553", "too many alternatives", file="--vary", got=f"{count}", allowed=f"{MOST_POINTS}", hint=hint)]
    )


def _table(path: Path, what: str, got: str) -> DataError:
    return DataError.of([Finding("E554", what, file=str(path), got=got, hint="first line: name and paths of fields")])
