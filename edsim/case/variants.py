"""Variants and scenarios: changes laid over the values of a case, then read and checked like a case of their own.

A change has the keys of the case. A mapping changes the members it names, ``null`` removes one (its default holds
again), anything else replaces. Lists of parts are addressed by id: a mapping ``id: changes`` edits, ``id: null``
removes, and a part with a new id is added by a list item that carries its ``id`` (for technologies also by a mapping
that states its ``kind``). Changes keep their own file, line and column in messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from edsim.case.assemble import Raw, build_case, source_of
from edsim.case.nodes import Node, from_plain
from edsim.case.readers.tables import TABLE_KEYS, expand_tables
from edsim.case.reflect import field_kinds
from edsim.case.schema import Case, Scenario, Variant
from edsim.case.wording.messages import Fault, nearest, render_all, unknown_name
from edsim.core.errors import CaseError
from edsim.core.i18n import Lang

_FIXED = ("schema_version", "currency", "price_year", "exchange_rate_per_usd", "variants", "scenarios")
"""Keys no variant may change: comparing would lose its sense."""


def apply_variant(case: Case, name: str, *, lang: Lang = "en") -> Case:
    """Return the case of variant `name`: its changes laid over the case and validated.

    For the rules of the baseline see :func:`edsim.case.bau.bau_case`.

    Raises
    ------
    CaseError
        When there is no such variant or its changes make no valid case.
    """
    return _apply(case, "variants", name, lang)


def apply_scenario(case: Case, name: str, *, lang: Lang = "en") -> Case:
    """Return the case under scenario `name`; see :func:`apply_variant`."""
    return _apply(case, "scenarios", name, lang)


def _apply(case: Case, group: str, name: str, lang: Lang) -> Case:
    known: Mapping[str, Variant | Scenario] = case.variants if group == "variants" else case.scenarios
    if name not in known:
        raise CaseError.of(render_all([unknown_name("E171", Fault("E171").place, group, name, known)], lang))
    if not known[name].changes:
        return _retrofitted(case, known[name])
    faults: list[Fault] = []
    changed = changed_case(raw_of(case), group, name, faults)
    findings = render_all(faults, lang)
    if changed is None:
        raise CaseError.of([f for f in findings if f.severity == "error"])
    return _retrofitted(changed.model_copy(update={"warnings": (*case.warnings, *findings)}), known[name])


def _retrofitted(case: Case, overlaid: Variant | Scenario) -> Case:
    """Return the case with the measures of a variant on every building."""
    named = getattr(overlaid, "measures", ())
    if not named:
        return case
    buildings = [b.model_copy(update={"measures": tuple(dict.fromkeys((*b.measures, *named)))}) for b in case.buildings]
    return case.model_copy(update={"buildings": tuple(buildings)})


def changed_case(raw: Raw, group: str, name: str, faults: list[Fault]) -> Case | None:
    """Return the case with the changes of one variant or scenario, or None; faults are appended."""
    before = len(faults)
    entry = raw.root.members.get(group, Node({})).members.get(name, Node({}))
    changes = entry.members.get("changes", Node({}))
    if not isinstance(changes.value, Mapping):
        return build_case(raw, faults)
    members = {}
    for key, change in changes.members.items():
        if key in _FIXED:
            allowed = ", ".join(k for k in field_kinds(Case) if k not in _FIXED)
            faults.append(Fault("E172", change.key_place, f"{group}.{name}.changes.{key}", got=key, allowed=allowed))
        else:
            members[key] = change
    root = overlay(raw.root, changes.with_value(members), "", faults)
    root = expand_tables(root, raw.folder, faults)
    if len(faults) > before:
        return None
    return build_case(replace(raw, root=root), faults)


def overlay(base: Node, changes: Node, path: str, faults: list[Fault]) -> Node:
    """Return mapping `base` with `changes` laid over it."""
    members = dict(base.members)
    for key, change in changes.members.items():
        field = f"{path}.{key}" if path else key
        held = members.get(key)
        if change.value is None:
            members.pop(key, None)
        elif _is_parts(held, key, path):
            members[key] = _parts(held or Node(()), change, field, key, faults)
        elif (
            held is not None
            and held.members
            and change.members
            and not {"value", "file"} & {*held.members, *change.members}
        ):
            members[key] = overlay(held, change, field, faults)
        else:
            members[key] = change
    return base.with_value(members)


def _is_parts(node: Node | None, key: str, path: str) -> bool:
    """Return whether a value is a list whose items have ids, or a key of the case that holds such a list."""
    if node is not None and node.items:
        return all(item.text("id") for item in node.items)
    return not path and (key in TABLE_KEYS or key in {"networks", "technologies", "measures"})


def _parts(base: Node, change: Node, path: str, key: str, faults: list[Fault]) -> Node:
    parts = {item.text("id"): item for item in base.items}
    if isinstance(change.value, tuple):
        for item in change.value:
            if not isinstance(item.value, Mapping):
                words = {"expected": "mapping", "name": item.raw or "ID"}
                faults.append(Fault("E122", item.place, path, item.raw, params=words, hint="remove_part"))
                continue
            name = item.text("id")
            parts[name] = overlay(parts[name], item, f"{path}.{name}", faults) if name in parts else item
        return base.with_value(tuple(parts.values()))
    if not isinstance(change.value, Mapping) or "file" in change.value:
        return change
    for name, edit in change.value.items():
        is_new = key == "technologies" and "kind" in edit.members
        if name not in parts and not is_new:
            faults.append(_unknown_part(edit, f"{path}.{name}", name, parts))
        elif edit.value is None:
            del parts[name]
        elif name in parts:
            parts[name] = overlay(parts[name], edit, f"{path}.{name}", faults)
        else:
            own_id = Node(name, edit.key_place, name, edit.key_place)
            parts[name] = edit.with_value({"id": own_id, **edit.members})
    return base.with_value(tuple(parts.values()))


def _unknown_part(edit: Node, path: str, name: str, parts: Mapping[str, Node]) -> Fault:
    fault = unknown_name("E170", edit.key_place, path, name, parts)
    return fault if nearest(name, parts) else replace(fault, params={"name": name}, hint="add_part")


def raw_of(case: Case) -> Raw:
    """Return the values `case` was read from; for a case made in Python, the values it was given."""
    raw = source_of(case)
    if raw is not None:
        return raw
    data: dict[str, Any] = case.model_dump(exclude_unset=True)
    data["technologies"] = [t.model_dump(exclude_unset=True) | {"kind": t.kind} for t in case.technologies]
    kinds = {t.kind: type(t) for t in case.technologies}
    return Raw(from_plain(data), case.folder, kinds)
