"""What can be said of a case some of whose parts are faulty: one message per missing column, names nobody defines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

from pydantic import BaseModel, ValidationError

from edsim.case.checks.ids import check_ids
from edsim.case.nodes import Node, Place, plain
from edsim.case.provenance import Origins
from edsim.case.readers.tables import TABLE_KEYS
from edsim.case.reflect import field_infos, field_kinds
from edsim.case.schema import Case
from edsim.case.wording.messages import Fault
from edsim.core.technology import Technology

_LOOKED_UP = {
    "buildings": {"E189", "E1881"},
    "networks": {"E189", "E1881"},
    "technologies": {"E183", "E1881"},
    "tariffs": {"E181"},
    "fuels": {"E182"},
    "refrigerants": {"E190"},
}
"""List of a case → codes of names that are looked up in it; without the whole list they say nothing."""
_TEXT_TABLES = frozenset({".csv", ".tsv", ".txt"})


def missing_columns(faults: Sequence[Fault], root: Node) -> list[Fault]:
    """Return `faults` with those of a field that every row of a table lacks as one, E1885, at the header."""
    lacking: dict[str, list[Fault]] = {}
    for key in TABLE_KEYS:
        node = root.members.get(key, Node(None))
        rows = node.items if PurePath(node.raw).suffix.lower() in _TEXT_TABLES else ()
        for fault in faults if len(rows) > 1 else ():
            head, _, field = fault.field.rpartition(".")
            if fault.code == "E120" and head.startswith(f"{key}.") and not any(field in r.members for r in rows):
                lacking.setdefault(f"{key}.{field}", []).append(fault)
    gone = {id(f) for same in lacking.values() for f in same}
    once = [
        Fault("E1885", Place(same[0].place.file, 1), path, params={"count": str(len(same))})
        for path, same in lacking.items()
    ]
    return [*(f for f in faults if id(f) not in gone), *once]


def name_faults(
    folder: Path, root: Node, technologies: tuple[tuple[Technology, ...], tuple[Node, ...]], listed: Node
) -> list[Fault]:
    """Return the wrong names in the parts that could be read, so that they need not wait for the others.

    Parameters
    ----------
    folder
        Where the case was read from; files are looked for there.
    root
        The converted case without its machines, of which some part is faulty.
    technologies
        The machines that could be read, and their nodes.
    listed
        All machines as they are written.
    """
    parts, nodes = _parts_read(root)
    parts["technologies"], nodes["technologies"] = technologies[0], Node(technologies[1], listed.place)
    silent: set[str] = set()
    for key, codes in _LOOKED_UP.items():
        given = listed if key == "technologies" else root.members.get(key, Node(None))
        short = key == "networks" and len(given.items) > len(parts.get(key, ()))
        if short or not given.items:
            silent |= codes
    case = Case.model_construct(**{**_lacking(Case), "buildings": (), "folder": folder, **parts})
    case = case.model_copy(update={"provenance": Origins(case, root.with_value(nodes))})
    known = _written(root.members) | {item.text("id") for item in listed.items}
    return [f for f in check_ids(case) if f.code not in silent and not (f.got in known and f.code != "E180")]


def _parts_read(root: Node) -> tuple[dict[str, Any], dict[str, Node]]:
    """Return the parts of a case that could be read, without its machines, and the nodes they were read from."""
    parts: dict[str, Any] = {}
    nodes = dict(root.members)
    for key, kind in field_kinds(Case).items():
        node = root.members.get(key)
        if node is None or kind.model is None or key == "technologies":
            continue
        if kind.shape == "models":
            read = [(p, n) for n in node.items for p in _read(kind.model, n)]
            parts[key], nodes[key] = tuple(p for p, _ in read), node.with_value(tuple(n for _, n in read))
        elif kind.shape == "model_map":
            parts[key] = {name: p for name, n in node.members.items() for p in _read(kind.model, n)}
        else:
            parts.update((key, p) for p in _read(kind.model, node))
    return parts, nodes


def _read(model: type[BaseModel], node: Node) -> list[BaseModel]:
    """Return the part, without the numbers that are at fault; nothing when more than numbers is."""
    values = plain(node)
    try:
        return [model.model_validate(values)]
    except ValidationError as error:
        bad = {str(e["loc"][0]) if e["loc"] else "" for e in error.errors(include_url=False)}
    kinds = field_kinds(model)
    if not isinstance(values, dict) or any(name not in kinds or kinds[name].shape != "number" for name in bad):
        return []
    if any(kinds[name].model is not None for name in values if name in kinds):
        return []
    sound = {name: v for name, v in values.items() if name not in bad}
    return [model.model_construct(**{**_lacking(model), **sound})]


def _lacking(model: type[BaseModel]) -> dict[str, None]:
    """Return the fields without a default, with nothing in them."""
    return {name: None for name, info in field_infos(model).items() if info.is_required()}


def _written(members: Mapping[str, Node]) -> set[str]:
    """Return every id of the lists of a case, of faulty parts too."""
    lists: Iterable[Node] = (members[key] for key in _LOOKED_UP if key in members)
    return {item.text("id") for node in lists for item in node.items}
