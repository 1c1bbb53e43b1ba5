"""Where every value of a case comes from: typed in which file and line, or by default from which source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, cast, get_args

from pydantic import BaseModel

from edsim.case.nodes import NOWHERE, Node, Origin
from edsim.case.reflect import FieldKind, field_infos, field_kinds
from edsim.core.machines.catalogue import standing_in, varied
from edsim.core.quantity import Provenance, Quality
from edsim.core.technology import Technology

_TYPED = "case file"
_NOTHING = Node({})
_UNSAID = Origin()
_LEADING_NUMBER = re.compile(r"[+-]?\d[\d,]*\.?\d*(?:[eE][+-]?\d+)?")


class Origins(Mapping[str, Provenance]):
    """Dotted path → origin of every value of a model, worked out when first asked for."""

    def __init__(self, model: BaseModel, node: Node) -> None:
        self._model = model
        self._node = node
        self._found: dict[str, Provenance | None] = {}

    @cached_property
    def _entries(self) -> dict[str, Provenance]:
        return trace(self._model, self._node)

    @cached_property
    def typed(self) -> Mapping[str, Provenance]:
        """Return the values that stand in a file, a few beside the defaults, with their places."""
        found = self._entries if "_entries" in self.__dict__ else trace(self._model, self._node, typed=True)
        return {path: origin for path, origin in found.items() if origin.where}

    def __getitem__(self, path: str) -> Provenance:
        """Return the origin of the value at `path`; until all are known, only the parts it runs through are read."""
        if "_entries" in self.__dict__:
            return self._entries[path]
        if path not in self._found:
            self._found[path] = trace(self._model, self._node, wanted=path).get(path)
        origin = self._found[path]
        if origin is None:
            raise KeyError(path)
        return origin

    def __iter__(self) -> Iterator[str]:
        """Iterate over the paths."""
        return iter(self._entries)

    def __len__(self) -> int:
        """Return the number of values."""
        return len(self._entries)


def typed_values(origins: Mapping[str, Provenance]) -> Mapping[str, Provenance]:
    """Return dotted path → origin of the values that stand in a file."""
    return origins.typed if isinstance(origins, Origins) else {p: o for p, o in origins.items() if o.where}


@dataclass(frozen=True, slots=True)
class _Search:
    """What is looked for, and what was found.

    Attributes
    ----------
    wanted
        A path to look for: branches that do not lead there are left out; empty for all.
    typed
        Whether defaults are left out.
    found
        Receives dotted path → origin.
    """

    wanted: str
    typed: bool
    found: dict[str, Provenance]


def trace(model: BaseModel, node: Node, *, wanted: str = "", typed: bool = False) -> dict[str, Provenance]:
    """Return dotted path → origin of every value of `model`, which was validated from `node`.

    Parameters
    ----------
    model, node
        The values, and the tree with their places.
    wanted
        A path to look for: branches that do not lead there are left out; empty for all.
    typed
        Whether defaults are left out.
    """
    search = _Search(wanted, typed, {})
    _trace(model, node, "", search)
    return search.found


def _trace(model: BaseModel, node: Node, path: str, search: _Search) -> None:
    """Find the values of `model`, whose dotted path is `path`."""
    members, cls = node.members, type(model)
    cited = "" if isinstance(model, Technology) else node.text("source")  # a machine's `source` is what it draws from
    part = Origin(source=cited, quality=_tier(node.text("quality")))
    for name, kind in field_kinds(cls).items():
        member = members.get(name)
        is_default = member is None or member.is_default
        if (search.typed and is_default) or kind.shape == "overlay":
            continue
        field = f"{path}.{name}" if path else name
        if not _leads(field, search.wanted):
            continue
        value = getattr(model, name)
        if kind.shape == "model" and isinstance(value, BaseModel):
            _trace(value, member or _NOTHING, field, search)
        elif kind.shape == "models":
            _trace_many(value, member, field, search)
        elif kind.shape == "model_map":
            nodes = (member or _NOTHING).members
            for key, item in value.items():
                if _leads(f"{field}.{key}", search.wanted):
                    _trace(item, nodes.get(key, _NOTHING), f"{field}.{key}", search)
        else:
            value, default = _stood(model, name, value) if is_default else (value, _default(cls, name))
            _leaves(value, member, field, (kind, default, part), search.found)


def _leads(path: str, wanted: str) -> bool:
    """Return whether `path` is `wanted` or a part of the way there; every path leads to an empty one."""
    return not wanted or path == wanted or wanted.startswith(f"{path}.")


def _trace_many(models: tuple[BaseModel, ...], node: Node | None, path: str, search: _Search) -> None:
    nodes = node.items if node is not None else ()
    for index, model in enumerate(models):
        inner = nodes[index] if index < len(nodes) else _NOTHING
        name = str(getattr(model, "id", "")) or str(index)
        if _leads(f"{path}.{name}", search.wanted):
            _trace(model, inner, f"{path}.{name}", search)


def _leaves(
    value: Any, node: Node | None, path: str, said: tuple[FieldKind, Provenance, Origin], found: dict[str, Provenance]
) -> None:
    """Find a value, or those of a mapping; `said` is what holds for all: its kind, its default and that of its part."""
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            inner = node.members.get(str(key)) if node is not None else None
            _leaves(item, inner, f"{path}.{key}", said, found)
        return
    kind, default, part = said
    if node is None or node.is_default:
        rate = f" {node.origin.source}" if node is not None and node.origin is not None else ""
        found[path] = Provenance(value, default.unit, default.source + rate, default.year, "default", "")
        return
    origin = node.origin or _UNSAID
    found[path] = Provenance(
        value=value,
        unit=kind.unit,
        source=(origin.source or part.source or _TYPED) + _as_written(node, value),
        year=origin.year,
        quality=origin.quality or part.quality or "estimate",
        where=str(node.place) if node.place != NOWHERE else "",
    )


def _as_written(node: Node, value: Any) -> str:
    """Return a number as the user wrote it, where it was brought to another unit, currency or year; else nothing."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    text = f"{node.raw} {(node.origin or _UNSAID).unit}".strip()
    number = _LEADING_NUMBER.match(text)
    if number is None or number.end() == len(text) or float(number[0].replace(",", "")) == value:
        return ""
    return f" ({text})"


@lru_cache(maxsize=4096)
def _default(cls: type[BaseModel], name: str) -> Provenance:
    """Return the origin of the default of a field: its source, marked when nobody has verified it."""
    info = field_infos(cls)[name]
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    source = extra.get("source")
    text, year = "edsim default", None
    if isinstance(source, Mapping):
        text = str(source.get("text", "")) + ("" if source.get("verified", True) else " (unverified)")
        number = source.get("year")
        year = number if isinstance(number, int) else None
    if extra.get("price"):
        text = f"{text}; {info.default:g} {extra['price']} converted"
    return Provenance(None, str(extra.get("unit", "")), text, year, "default", "")


def _stood(model: BaseModel, name: str, value: Any) -> tuple[Any, Provenance]:
    """Return what a field left open counts with, and its origin: the default may go by other fields."""
    default = _default(type(model), name)
    row = standing_in(model, name) if value is None else None
    if row is not None:
        value, default = row.value, replace(default, source=row.source.text, year=row.source.year)
    row = varied(field_infos(type(model))[name].json_schema_extra, vars(model))
    if row is None:
        return value, default
    text = f"{row.source.text}; {row.value:g} {row.price} converted" if row.price else row.source.text
    return value, replace(default, source=text, year=row.source.year)


def _tier(text: str) -> Quality | None:
    return cast("Quality", text) if text in get_args(Quality) else None
