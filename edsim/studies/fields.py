"""Fields of a case that a study may vary: finding them by path, and making the case with other values.

A path is written as in messages and in ``assumptions.csv``: ``finance.discount_rate_frac``,
``technologies.chillers.capex_per_kw``, ``tariffs.main.time_of_use.0.per_kwh``; parts of lists by id, or by number where
they have none. ``variants.NAME.changes. ...`` addresses what one variant changes. Hours, days and
months of a window are one value, written as in a case: ``18-21``, ``6-9; 14``. New values pass the same reader and
the same checks as the case file, so a limit, unit or choice that holds there holds here.

``tariffs.NAME.price_factor`` is no field of the case: it moves the energy price and every time-of-use price of a tariff
together, 1 being the tariff as it stands; ``buildings.floor_area_factor`` moves the floor area of every building, with
its occupants, beds, rooms, meals and steam, and with them all demand. It is there where no building has measured
demand, which would stay.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from edsim.case.assemble import build_case
from edsim.case.checks.check import check_faults
from edsim.case.nodes import Node, Place
from edsim.case.reflect import FieldKind, bounds, field_infos, field_kinds, limits_text
from edsim.case.schema import Case
from edsim.case.variants import apply_variant, changed_case, raw_of
from edsim.case.wording.messages import Fault, listing, nearest, render_all
from edsim.core.errors import CaseError, DataError, Finding
from edsim.core.i18n import Lang
from edsim.core.windows import written

Value = float | str | bool | None
_PLACE = Place("--vary", 1, 1)
_MOST_HINTS = 4
_ALIKE = 0.7
"""Similarity of paths from which one is offered for another."""
PRICE_FACTOR = "price_factor"
"""Last part of the path that scales all energy prices of a tariff."""
AREA_FACTOR = "floor_area_factor"
"""Last part of the path that scales all buildings."""
_OF_THE_SIZE = ("floor_area_m2", "occupants", "beds", "rooms", "meals_per_day", "steam_kg_per_day")
"""Fields of a building that grow with it."""
_FIXED = ("schema_version", "currency", "price_year", "exchange_rate_per_usd", "name")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a case.

    Attributes
    ----------
    path
        As the user writes it.
    unit, limits
        Unit and limits of the schema, empty when it has none.
    is_number
        Whether its values are numbers.
    base
        Value in the case as it stands.
    low, high
        Lowest and highest number allowed, infinite without a limit.
    is_window
        Whether its values are hours, days or months, written as ``6-9, 14``.
    """

    path: str
    unit: str
    limits: str
    is_number: bool
    base: Any
    low: float = -math.inf
    high: float = math.inf
    is_window: bool = False

    def nearest_to(self, value: float) -> float:
        """Return the allowed number closest to `value`."""
        return min(max(value, self.low), self.high)


def find_field(case: Case, path: str) -> Field:
    """Return the field at `path`.

    Raises
    ------
    DataError
        E551 there is no such field, with the nearest names; E552 the path is not one value, or must not change.
    """
    owner, steps = _owner(case, path)
    if _scaled_by(owner, steps):
        return Field(path, "", "≥ 0", is_number=True, base=1.0, low=0.0)
    held: Any = owner
    kind: FieldKind | None = None
    info: FieldInfo | None = None
    for place, step in enumerate(steps):
        if isinstance(held, BaseModel):
            kinds = field_kinds(type(held))
            if step not in kinds:
                raise _unknown(case, path, steps[: place + 1], kinds)
            kind, info = kinds[step], field_infos(type(held))[step]
            held = getattr(held, step)
        else:
            names = _members(held)
            if step not in names:
                raise _not_listed(case, path, held, steps[: place + 1], names)
            held = names[step]
            kind = kind.inner if kind is not None and kind.inner is not None else kind
    if _is_window(held, kind) and path.split(".", 1)[0] not in _FIXED:
        return Field(path, "", "", is_number=False, base=written(held), is_window=True)
    if isinstance(held, BaseModel | Mapping | tuple) or path.split(".", 1)[0] in _FIXED:
        inside = [p for p in leaf_paths(owner) if p.startswith(f"{'.'.join(steps)}.")]
        what = "this is not one value that can be varied"
        raise DataError.of(
            [Finding("E552", what, field=path, got=type(held).__name__, allowed=listing(inside) or "another field")]
        )
    is_number = kind is not None and kind.shape in {"number", "other"} and not isinstance(held, str | bool)
    unit = kind.unit if kind is not None else ""
    return Field(path, unit, limits_text(info, ""), is_number, held, *bounds(info))


def _is_window(held: Any, kind: FieldKind | None) -> bool:
    """Return whether a value is a list of whole numbers, such as the hours of a price."""
    inner = kind.inner if kind is not None and kind.shape == "list" else None
    return isinstance(held, tuple) and inner is not None and inner.is_whole


def _scaled_by(owner: Case, steps: Sequence[str]) -> dict[str, float]:
    """Return the values that the path of a factor scales, by the rest of their path; of another path none."""
    if [*steps] == ["buildings", AREA_FACTOR] and not any(b.measured for b in owner.buildings):
        given = {f"{b.id}.{name}": getattr(b, name) for b in owner.buildings for name in _OF_THE_SIZE}
        return {path: value for path, value in given.items() if value is not None}
    tariff = next((t for t in owner.tariffs if [*steps] == ["tariffs", t.id, PRICE_FACTOR]), None)
    if tariff is None:
        return {}
    bands = {f"time_of_use.{i}.per_kwh": band.per_kwh for i, band in enumerate(tariff.time_of_use)}
    spot = {"spot_factor": tariff.spot_factor} if tariff.spot_file else {}
    return {"energy_per_kwh": tariff.energy_per_kwh} | bands | spot


def _spelled_out(case: Case, values: Mapping[str, Value]) -> dict[str, Value]:
    """Return `values` with the fields behind every factor; a field that is varied too is scaled as varied."""
    out = {path: value for path, value in values.items() if not _scaled_by(*_owner(case, path))}
    for path, value in values.items():
        for name, price in _scaled_by(*_owner(case, path)).items():
            scaled = f"{path.rpartition('.')[0]}.{name}"
            held = out.get(scaled, price)
            if isinstance(value, bool) or not isinstance(value, int | float) or not isinstance(held, int | float):
                what = "a factor on prices is a number, and so are the prices varied with it"
                raise DataError.of([Finding("E550", what, file="--vary", field=path, got=f"{value}, {held}")])
            out[scaled] = held * value
    return out


def value_at(case: Case, path: str) -> Any:
    """Return the value at `path`, None where the case has no such field."""
    try:
        return find_field(case, path).base
    except DataError:
        return None


def leaf_paths(model: BaseModel, prefix: str = "") -> Iterator[str]:
    """Yield the path of every single value below `model`, parts of lists by id."""
    for name, kind in field_kinds(type(model)).items():
        if kind.shape == "overlay" or (not prefix and name in {"variants", "scenarios"}):
            continue
        yield from _leaves(getattr(model, name), f"{prefix}{name}")


def _leaves(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, BaseModel):
        yield from leaf_paths(value, f"{path}.")
    elif isinstance(value, Mapping | tuple):
        for name, item in _members(value).items():
            yield from _leaves(item, f"{path}.{name}")
    else:
        yield path


def _members(value: Any) -> dict[str, Any]:
    """Return the members of a mapping or list by the names a path uses."""
    if isinstance(value, Mapping):
        return {str(k): v for k, v in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return {str(getattr(item, "id", "")) or str(i): item for i, item in enumerate(value)}
    return {}


def _owner(case: Case, path: str) -> tuple[Case, list[str]]:
    """Return the case a path is read from, that of a variant for ``variants.NAME.changes.``, and its steps."""
    steps = path.split(".")
    if len(steps) > 3 and steps[0] == "variants" and steps[2] == "changes":
        if steps[1] not in case.variants:
            raise _unknown(case, path, steps[:2], case.variants)
        return apply_variant(case, steps[1]), steps[3:]
    return case, steps


def _not_listed(case: Case, path: str, held: Any, found: Sequence[str], known: Mapping[str, Any]) -> DataError:
    """Return the error for a part that a list does not have; a band of a tariff that is not there yet says so."""
    step = found[-1]
    if not (step.isdecimal() and isinstance(held, tuple) and all(name.isdecimal() for name in known)):
        return _unknown(case, path, found, known)
    finding = Finding(
        "E551",
        "the case has no such field to vary",
        file="--vary",
        field=path,
        got=step,
        allowed=f"0 to {len(held) - 1}" if held else "a list that has parts",
        hint=(
            "a study adds no part to a list: write it into the case first; "
            "a band of a tariff at a price of 0 charges nothing"
        ),
    )
    return DataError.of([finding])


def _unknown(case: Case, path: str, found: Sequence[str], known: Mapping[str, Any]) -> DataError:
    """Return the error for a step that does not exist: what stands there, and whole paths that are close."""
    step = found[-1]
    every = list(leaf_paths(case))
    own = [f"variants.{name}.changes.{path}" for name in case.variants if _stands_in(case, name, path)]
    if own:
        finding = Finding(
            "E551",
            "the case itself has no such field: it stands only in a variant, and is varied there",
            file="--vary",
            field=path,
            got=path,
            allowed=listing(own),
            hint="write the path through the variant",
        )
        return DataError.of([finding])
    close = nearest(step, known)
    near = ".".join([*found[:-1], close, *path.split(".")[len(found) :]]) if close else ""
    last = path.rsplit(".", 1)[-1]
    same_end = [p for p in every if p.endswith(f".{path}") or p.rsplit(".", 1)[-1] == last]
    alike = get_close_matches(near or path, every, n=_MOST_HINTS, cutoff=_ALIKE)
    hints = list(dict.fromkeys([*([near] if near in every else []), *alike, *same_end]))[:_MOST_HINTS]
    finding = Finding(
        "E551",
        "the case has no such field to vary",
        file="--vary",
        field=path,
        got=step,
        allowed=listing(sorted(known)),
        hint=f"did you mean {' | '.join(hints)}?" if hints else "assumptions.csv of a run lists every path",
    )
    return DataError.of([finding])


def _stands_in(case: Case, variant: str, path: str) -> bool:
    """Return whether a variant has the field, as one of a machine it adds."""
    if path.startswith("variants."):
        return False
    try:
        find_field(case, f"variants.{variant}.changes.{path}")
    except DataError:
        return False
    return True


def with_values(
    case: Case, values: Mapping[str, Value], *, variants: Sequence[str] = (), lang: Lang = "en", checked: bool = True
) -> Case:
    """Return `case` with other values, read and checked like a case file; the variants named are checked too.

    Parameters
    ----------
    case
        The case as it stands.
    values
        Path → value, in the unit of the field or as text with a unit.
    variants
        Project variants that will be computed.
    lang
        Language of the findings.
    checked
        Whether the parts are checked against each other; every field is held to its own limits in any case. Without,
        for values that lie between some that were checked.

    Raises
    ------
    CaseError
        A value outside the limits of its field, or values that make no valid case.
    DataError
        E551, E552 as in :func:`find_field`; E556 a variant sets the field itself, so that varying it is without effect.
    """
    if not values:
        return case
    for path in values:
        find_field(case, path)
    values = _spelled_out(case, values)
    raw = raw_of(case)
    root = raw.root
    for path, value in values.items():
        root = _set(root, path.split("."), Node(value, _PLACE, "" if value is None else str(value), _PLACE))
    raw = replace(raw, root=root)
    faults: list[Fault] = []
    made = build_case(raw, faults)
    if made is not None and checked:
        faults += check_faults(made)
        for name in variants:
            changed = changed_case(raw, "variants", name, faults) if made.variants[name].changes else None
            faults += check_faults(changed) if changed is not None else []
    findings = render_all(faults, lang)
    errors = [replace(f, line=0, column=0) if f.file == _PLACE.file else f for f in findings if f.severity == "error"]
    if made is None or errors:
        raise CaseError.of(errors)
    if checked:
        _refuse_overridden(case, made, values, variants)
    return made.model_copy(update={"warnings": case.warnings})


def _refuse_overridden(case: Case, made: Case, values: Mapping[str, Value], variants: Sequence[str]) -> None:
    findings = []
    for name in variants:
        touched = [p for p in values if _touches(case.variants[name].changes, p.split("."))]
        moved = [p for p in touched if value_at(case, p) != value_at(made, p)]
        if not moved:
            continue
        now, before = apply_variant(made, name), apply_variant(case, name)
        findings += [
            Finding(
                "E556",
                "the variant sets this field itself, so that varying it in the case changes nothing",
                file="--vary",
                field=path,
                got=f"variant {name}",
                hint=f"vary variants.{name}.changes.{path}",
            )
            for path in moved
            if value_at(now, path) == value_at(before, path) is not None
        ]
    if findings:
        raise DataError.of(findings)


def _touches(changes: Any, steps: Sequence[str]) -> bool:
    """Return whether the changes of a variant may reach the field at `steps`."""
    for step in steps:
        if not isinstance(changes, Mapping) or "file" in changes:
            return True
        if step not in changes:
            return False
        changes = changes[step]
    return True


def _set(node: Node, steps: Sequence[str], value: Node) -> Node:
    """Return the tree with `value` at `steps`; parts that hold defaults only are added."""
    step, rest = steps[0], steps[1:]
    if node.items:
        names = [item.text("id") or str(i) for i, item in enumerate(node.items)]
        if step in names:
            at = names.index(step)
            changed = _set(node.items[at], rest, value) if rest else value
            return node.with_value((*node.items[:at], changed, *node.items[at + 1 :]))
        return node.with_value((*node.items, _set(Node({"id": Node(step, raw=step)}), rest, value)))
    held = node.members.get(step, Node({}))
    if rest and (not isinstance(held.value, Mapping | tuple) or "value" in held.members):
        held = Node({})
    changed = _set(held, rest, value) if rest else value
    return node.with_value({**node.members, step: changed})
