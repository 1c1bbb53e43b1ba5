"""Where a field belongs that is written at another level of the case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

from pydantic import BaseModel

from edsim.case.assemble import CASE_FILE
from edsim.case.reflect import field_kinds
from edsim.case.schema import Case
from edsim.case.wording.messages import Fault

_MOST_HOMES = 2
"""A name that more parts of a case have, such as ``id`` or ``quality``, says nothing of where it was meant."""
_DEEPEST = 3
_OF_FILES = frozenset({"columns_turned", "one_layer_only"})
"""Advice on what the case says about a file, whose columns may have the names of fields."""
_CHANGES = "changes"
_CHANGING = ("variants.", "scenarios.")
"""Parts whose own fields are few, and which take those of a case under ``changes``."""


def sent_home(faults: Iterable[Fault]) -> list[Fault]:
    """Return `faults` with the part each misplaced field belongs to, and without what is missing there for it.

    A field of the schema at a level that does not know it (E121) is told where it belongs, before any name like it.
    """
    found = [_home(fault) for fault in faults]
    sent = [f for f in found if f.hint == "elsewhere" and f.params["homes"] != _CHANGES]
    moved = {(home.partition(".")[0], f.got) for f in sent for home in _homes()[f.got]}
    return [f for f in found if not (f.code == "E120" and _missing_of(f.field) in moved)]


def _home(fault: Fault) -> Fault:
    homes = _homes().get(fault.got, ()) if fault.code == "E121" and fault.hint not in _OF_FILES else ()
    if "" in homes and fault.field.rpartition(".")[0].count(".") == 1 and fault.field.startswith(_CHANGING):
        homes = (_CHANGES,)
    if not 0 < len(homes) <= _MOST_HOMES:
        return fault
    return replace(fault, params={"homes": ", ".join(home or CASE_FILE for home in homes)}, hint="elsewhere")


def _missing_of(field: str) -> tuple[str, str]:
    """Return the part and the name of a missing field: ``networks.cold.supply_temp_c`` is of ``networks``."""
    head, _, name = field.rpartition(".")
    return head.partition(".")[0], name


@cache
def _homes() -> Mapping[str, tuple[str, ...]]:
    """Return the parts of a case by the names of their fields."""
    homes: dict[str, list[str]] = {}
    _collect(Case, "", homes, 0)
    return {name: tuple(dict.fromkeys(parts)) for name, parts in homes.items()}


def _collect(cls: type[BaseModel], path: str, homes: dict[str, list[str]], depth: int) -> None:
    for name, kind in field_kinds(cls).items():
        homes.setdefault(name, []).append(path)
        if kind.model is not None and depth < _DEEPEST:
            _collect(kind.model, f"{path}.{name}" if path else name, homes, depth + 1)
