"""The door of the package: a case folder in, a checked case out, or all findings at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePath

from edsim.case.assemble import Kinds, Raw, build_case, read_raw
from edsim.case.bau import BAU, baseline_faults
from edsim.case.checks.check import check_faults
from edsim.case.checks.ids import place_of
from edsim.case.checks.sources import unused_sources
from edsim.case.checks.tariffs import lost_peaks, unsold_surplus, unused_tariffs
from edsim.case.comparison import not_comparable
from edsim.case.homes import sent_home
from edsim.case.nodes import NOWHERE, Node, locate
from edsim.case.readers.layers import MAPS
from edsim.case.schema import Case, Scenario, Variant
from edsim.case.variants import changed_case
from edsim.case.wording.messages import Fault, render_all
from edsim.core.errors import CaseError
from edsim.core.i18n import Lang

_MISSING = frozenset({"E120", "E1875", "E1885"})
"""Codes of values that are missing, or of machines no building names."""
_DOUBLED = "W1971"
"""Two parts that claim the same."""
_LEVELS = re.compile(r"variants\.[^.]+\.levels_c\b")


def load(path: str | Path, kinds: Kinds, *, lang: Lang = "en") -> Case:
    """Return the case in a folder, validated, in the units of the schema, with provenance and warnings.

    Parameters
    ----------
    path
        The case folder or its ``case.yaml``.
    kinds
        Technology kind → class, from :func:`edsim.core.registry.load_kinds`.
    lang
        Language of the findings.

    Raises
    ------
    CaseError
        With every fault of the case, its tables, variants and scenarios, each with file, line and column.
    """
    case, faults = examine(path, kinds)
    findings = render_all(faults, lang)
    errors = [f for f in findings if f.severity == "error"]
    if case is None or errors:
        raise CaseError.of(errors)
    return case.model_copy(update={"warnings": findings})


def examine(path: str | Path, kinds: Kinds) -> tuple[Case | None, list[Fault]]:
    """Return the case in a folder, None where it cannot be built, and all there is to say of it in any language."""
    faults: list[Fault] = []
    raw = read_raw(Path(path), kinds, faults)
    case = build_case(raw, faults) if raw is not None else None
    if raw is not None and case is not None:
        of_overlays: list[Fault] = []
        overlays = _overlays(case, raw, of_overlays)
        unchanged = {name for name, v in case.variants.items() if not v.changes}
        faults += [*_of_levels(check_faults(case), unchanged), *of_overlays]
        # one machine has the name of another; evenings a change makes cheap are told as lost peaks
        silent = {"W1976"} | ({"E183"} if any(f.code == "E180" for f in faults) else set())
        of_changed = [
            fault
            for (group, name), changed in overlays.items()
            for fault in (
                *_of_levels(check_faults(changed), {name} if group == "variants" else unchanged),
                *lost_peaks(case, changed),
            )
        ]
        faults += [f for f in of_changed if f.code not in silent]
        faults += unused_tariffs(case, overlays.values())
        faults += unsold_surplus(case, overlays.values())
        faults += unused_sources(case, overlays.values())
        faults += _idle(case, overlays)
        faults += _comparison(case, overlays, raw)
        faults += _baseline(case, overlays)
    return case, placed_and_named(faults, Node(None) if raw is None else raw.root)


def placed_and_named(faults: Sequence[Fault], root: Node) -> list[Fault]:
    """Return the faults of a case with their places in `root`, and none that only follows from another."""
    return sent_home(_named_once([_located(fault, root) for fault in faults]))


def _of_levels(faults: Sequence[Fault], told: Collection[str]) -> list[Fault]:
    """Return `faults` without those of the levels of other variants than `told`: others have networks of their own.

    Roofs that machines share are told where some project variant has them all.
    """
    apart = not set(told) - {BAU}
    kept = [f for f in faults if not _LEVELS.match(f.field) or f.field.split(".")[1] in told]
    return [f for f in kept if not (apart and f.code == _DOUBLED and f.field.startswith("technologies."))]


def _located(fault: Fault, root: Node) -> Fault:
    """Return a fault without a place with that of its field, or of the nearest key above it that is written."""
    if fault.place != NOWHERE or not fault.field:
        return fault
    node, _, _ = locate(root, fault.field.split("."))
    return replace(fault, place=node.place if node.key_place == NOWHERE else node.key_place)


def _named_once(faults: Sequence[Fault]) -> list[Fault]:
    """Return `faults` without the required values that are missing only because of another fault.

    Their field is misspelled, the storeys are wrong that make a floor area of an outline, or what is said of all
    parts of a file cannot be read.
    """
    meant = {
        f"{f.field.rpartition('.')[0]}.{f.params['nearest']}".lstrip(".")
        for f in faults
        if f.code == "E121" and f.hint == "nearest"
    }
    storeys = (f.field for f in faults if f.field.endswith(".storeys") and PurePath(f.place.file).suffix in MAPS)
    meant.update(f"{field.removesuffix('storeys')}floor_area_m2" for field in storeys)
    of_file = (f.field.rpartition(".") for f in faults if f.code == "E122")
    common = tuple(f"{part}." for part, _, name in of_file if name in {"columns", "for_all"})
    return [f for f in faults if not (f.code in _MISSING and (f.field in meant or f.field.startswith(common)))]


def _overlays(case: Case, raw: Raw, faults: list[Fault]) -> dict[tuple[str, str], Case]:
    """Return (group, name) → the case with the changes of every variant and scenario, each read like one of its own."""
    named = [("variants", n, v.changes) for n, v in case.variants.items()]
    named += [("scenarios", n, s.changes) for n, s in case.scenarios.items()]
    made = {(group, name): changed_case(raw, group, name, faults) for group, name, changes in named if changes}
    return {key: changed for key, changed in made.items() if changed is not None}


def _idle(case: Case, overlays: Mapping[tuple[str, str], Case]) -> Iterator[Fault]:
    """Yield variants and scenarios whose changes are what the case says already."""
    for (group, name), changed in overlays.items():
        spec: Variant | Scenario = getattr(case, group)[name]
        more = any(getattr(spec, field, None) for field in ("measures", "levels_c", "baseline", "replacements"))
        if not more and all(getattr(changed, key) == getattr(case, key) for key in spec.changes):
            path = f"{group}.{name}"
            yield Fault("W1962", place_of(case, path), path, name, hint="change_or_leave")


def _baseline(case: Case, overlays: Mapping[tuple[str, str], Case]) -> Iterator[Fault]:
    """Yield what the baseline rule of business-as-usual needs and the case does not say, where the rule is written."""
    given = case.variants.get(BAU)
    changed = overlays.get(("variants", BAU)) if given is not None and given.changes else case
    for fault in baseline_faults(changed) if changed is not None else ():
        yield replace(fault, place=place_of(case, f"variants.{BAU}.baseline"))


def _comparison(case: Case, overlays: Mapping[tuple[str, str], Case], raw: Raw) -> Iterator[Fault]:
    """Yield why the project variants cannot be compared with business-as-usual, each where the change is written."""
    for fault in not_comparable(case, {name: overlays.get(("variants", name), case) for name in case.variants}):
        node, _, found = locate(raw.root, fault.field.split("."))
        yield replace(fault, place=(node.key_place if found and node.key_place != NOWHERE else node.place))
