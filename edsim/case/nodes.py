"""Values read from a user's file, each with the place it came from.

All readers (YAML, JSON, CSV) return the same tree, so that merging, converting and reporting know one shape only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from edsim.core.quantity import Quality

Scalar = str | int | float | bool | None
MAX_DEPTH = 64
"""Deepest nesting a reader accepts."""
MAX_BYTES = 10_000_000
"""Largest YAML, JSON or GeoJSON file a reader accepts."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file; line and column count from 1, 0 means unknown."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Return ``file:line:column`` as far as it is known."""
        parts = [self.file] if self.file else []
        if self.line:
            parts += [str(self.line), str(self.column)] if self.column else [str(self.line)]
        return ":".join(parts)


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Origin:
    """What a user says about a value beside it: ``{value, source, year, quality, unit}``."""

    source: str = ""
    year: int | None = None
    quality: Quality | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A value with its place.

    Attributes
    ----------
    value
        A scalar, a mapping of nodes or a tuple of nodes.
    place
        Where the value starts.
    raw
        A scalar as it is written in the file.
    key_place
        Where the key of the value is, for members of a mapping.
    decimal
        Decimal sign of the table the scalar comes from: "." or ",", "?" for a table that does not tell, "" elsewhere.
    origin
        Source, year, quality and unit given with the value.
    is_default
        True for a default the loader put in (a price converted to the currency of the case).
    """

    value: Scalar | dict[str, Node] | tuple[Node, ...]
    place: Place = NOWHERE
    raw: str = ""
    key_place: Place = NOWHERE
    decimal: str = ""
    origin: Origin | None = None
    is_default: bool = False

    @property
    def members(self) -> Mapping[str, Node]:
        """Return the members of a mapping, nothing for any other value."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> tuple[Node, ...]:
        """Return the items of a sequence, nothing for any other value."""
        return self.value if isinstance(self.value, tuple) else ()

    def text(self, key: str) -> str:
        """Return the text of the scalar member `key`, "" when there is none."""
        member = self.members.get(key)
        if member is None or isinstance(member.value, dict | tuple) or member.value is None:
            return ""
        return member.raw or str(member.value)

    def with_value(self, value: Scalar | dict[str, Node] | tuple[Node, ...]) -> Node:
        """Return a copy that holds `value`; five times as fast as :func:`dataclasses.replace`."""
        return Node(value, self.place, self.raw, self.key_place, self.decimal, self.origin, self.is_default)


def plain(node: Node) -> Any:
    """Return the tree as ordinary dictionaries, lists and scalars."""
    if isinstance(node.value, dict):
        return {key: plain(member) for key, member in node.value.items()}
    if isinstance(node.value, tuple):
        return [plain(item) for item in node.value]
    return node.value


def from_plain(data: object, place: Place = NOWHERE) -> Node:
    """Return ordinary data as a tree whose nodes all have the same place."""
    if isinstance(data, Mapping):
        return Node({str(k): from_plain(v, place) for k, v in data.items()}, place)
    if isinstance(data, Sequence) and not isinstance(data, str | bytes):
        return Node(tuple(from_plain(v, place) for v in data), place)
    if data is None or isinstance(data, str | int | float):
        return Node(data, place, raw="" if data is None else str(data))
    return Node(str(data), place, raw=str(data))


def step_name(node: Node, step: int | str) -> str:
    """Return how a user names one step of a path: the id of a list item, else its number."""
    if isinstance(step, int) and 0 <= step < len(node.items):
        return node.items[step].text("id") or str(step)
    return str(step)


def locate(node: Node, loc: Sequence[int | str]) -> tuple[Node, str, bool]:
    """Return the deepest node along `loc`, its dotted path as a user writes it, and whether all of `loc` was found."""
    names: list[str] = []
    for step in loc:
        child: Node | None = None
        if isinstance(step, int):
            child = node.items[step] if 0 <= step < len(node.items) else None
        else:
            child = node.members.get(step)
        if child is None:
            return node, ".".join([*names, str(step)]), False
        names.append(step_name(node, step))
        node = child
    return node, ".".join(names), True
