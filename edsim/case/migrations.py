"""Bringing a case of an older schema version to the current one, keeping its comments and order.

Each version has the list of changes that lead to the next. A change is made in the text of the file at the place the
reader found, so that nothing else moves; what is changed is listed with its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from edsim.case.files import decode, read_bytes
from edsim.case.nodes import Node, Place
from edsim.case.readers.yaml_reader import read_yaml
from edsim.case.schema import SCHEMA_VERSION
from edsim.case.version import VERSION_KEY, version_fault
from edsim.case.wording.messages import Fault, render_all
from edsim.core.errors import CaseError

if TYPE_CHECKING:
    from edsim.core.i18n import Lang


@dataclass(frozen=True, slots=True)
class RenameKey:
    """A key that has another name since: ``finance.discount_rate`` is ``discount_rate_frac``.

    Attributes
    ----------
    path
        Dotted path of the key; ``*`` stands for every item of a list or member of a mapping.
    name
        New name.
    """

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class ReplaceValue:
    """A choice that is written otherwise since.

    Attributes
    ----------
    path
        Dotted path of the value, as in :class:`RenameKey`.
    old, new
        The text before and since.
    """

    path: str
    old: str
    new: str


Change = RenameKey | ReplaceValue
MIGRATIONS: Mapping[int, Sequence[Change]] = {}
"""Older version → changes that lead to the next one. Version 1 is the first released, so there are none yet."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One change made: where, what stood there, what stands there now."""

    place: Place
    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Migrated:
    """A case file of the current version.

    Attributes
    ----------
    version
        Version it had.
    text
        The file as it must be now.
    edits
        What was changed, in the order of the file.
    """

    version: int
    text: str
    edits: tuple[Edit, ...]


def migrate_case(
    file: Path,
    migrations: Mapping[int, Sequence[Change]] = MIGRATIONS,
    current: int = SCHEMA_VERSION,
    lang: Lang = "en",
) -> Migrated:
    """Return a case file in the current schema version, nothing written.

    Parameters
    ----------
    file
        ``case.yaml``.
    migrations
        Changes by version.
    current
        Version to reach.
    lang
        Language of the findings.

    Raises
    ------
    CaseError
        The file cannot be read, its version is newer, or is one that no migration leads on from.
    """
    text = _text(file, lang)
    version = start = _version(_tree(text, file, lang), current, lang)
    edits: list[Edit] = []
    while version < current:
        root = _tree(text, file, lang)
        if version not in migrations:
            words = {"current": str(current)}
            place = root.members[VERSION_KEY].place
            _refuse([Fault("E149", place, VERSION_KEY, str(version), params=words, hint="no_migration")], lang)
        changes = (*migrations[version], ReplaceValue(VERSION_KEY, str(version), str(version + 1)))
        text, made = _apply(text, root, changes)
        edits += made
        version += 1
    return Migrated(start, text, tuple(sorted(edits, key=lambda e: (e.place.line, e.place.column))))


def write_migrated(file: Path, migrated: Migrated) -> Path:
    """Write a migrated case in place of `file` and return where the file as it was is kept (``case.v0.yaml``).

    Raises
    ------
    CaseError
        E169 when the folder cannot be written; the case is unchanged then.
    """
    kept = file.with_name(f"{file.stem}.v{migrated.version}{file.suffix}")
    fresh = file.with_name(f".{file.name}.new")
    try:
        fresh.write_text(migrated.text, encoding="utf-8", newline="")
        kept.write_bytes(file.read_bytes())
        fresh.replace(file)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        words = {"problem": error.strerror or type(error).__name__}
        raise CaseError.of(render_all([Fault("E169", Place(str(file)), params=words)])) from error
    return kept


def _text(file: Path, lang: Lang) -> str:
    if not file.is_file():
        _refuse([Fault("E100", Place(str(file)), hint="case_file")], lang)
    data = read_bytes(file, file.name)
    text = data if isinstance(data, Fault) else decode(data, file.name)
    if isinstance(text, Fault):
        _refuse([text], lang)
    return text[0]


def _tree(text: str, file: Path, lang: Lang) -> Node:
    faults: list[Fault] = []
    root = read_yaml(text, file.name, faults)
    if root is None or faults or not root.members:
        _refuse(faults or [Fault("E110", Place(file.name, 1))], lang)
    return root


def _version(root: Node, current: int, lang: Lang) -> int:
    node = root.members.get(VERSION_KEY)
    if node is None:
        _refuse([Fault("E120", root.place, VERSION_KEY)], lang)
    if not isinstance(node.value, int) or isinstance(node.value, bool):
        _refuse([Fault("E122", node.place, VERSION_KEY, got=node.raw, params={"expected": "whole"})], lang)
    fault = version_fault(root, current)
    if fault is not None and node.value > current:
        _refuse([fault], lang)
    return node.value


def _refuse(faults: Sequence[Fault], lang: Lang) -> NoReturn:
    raise CaseError.of(render_all(faults, lang))


def _apply(text: str, root: Node, changes: Sequence[Change]) -> tuple[str, list[Edit]]:
    """Return the text with `changes` made at the places of the tree, and what was changed."""
    lines = text.split("\n")
    found: list[Edit] = []
    for change in changes:
        for node, field in _matches(root, change.path.split("."), ""):
            if isinstance(change, RenameKey):
                found.append(Edit(node.key_place, field, change.path.rpartition(".")[2], change.name))
            elif node.raw == change.old:
                found.append(Edit(node.place, field, change.old, change.new))
    made = [e for e in found if e.old in lines[e.place.line - 1][e.place.column - 1 :]]
    for edit in sorted(made, key=lambda e: (e.place.line, e.place.column), reverse=True):
        line = lines[edit.place.line - 1]
        at = line.find(edit.old, edit.place.column - 1)
        lines[edit.place.line - 1] = line[:at] + edit.new + line[at + len(edit.old) :]
    return "\n".join(lines), made


def _matches(node: Node, steps: Sequence[str], path: str) -> list[tuple[Node, str]]:
    """Return the nodes along a dotted path with their own paths."""
    if not steps:
        return [(node, path)]
    head, rest = steps[0], steps[1:]
    if head == "*":
        children = [(str(i), n) for i, n in enumerate(node.items)] or list(node.members.items())
    else:
        children = [(head, node.members[head])] if head in node.members else []
    return [m for name, child in children for m in _matches(child, rest, f"{path}.{name}" if path else name)]
