"""Checks of claims made twice in a case: a source of heat that stands there again, modules on the same roof."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from edsim.case.checks.ids import place_of
from edsim.case.schema import Case
from edsim.case.wording.messages import Fault
from edsim.core.technology import Technology

_OWN = {"id", "name"}
"""Fields in which two parts differ that are one and the same."""


def check_doubled(case: Case) -> Iterator[Fault]:
    """Yield sources that say the same or have one file, and modules that count on the same roof."""
    for one, other in combinations(case.sources, 2):
        same_file = one.file is not None and one.file == other.file
        if same_file or one.model_dump(exclude=_OWN) == other.model_dump(exclude=_OWN):
            path = f"sources.{other.id}"
            got = other.file or "" if same_file else ""
            yield Fault("W1971", place_of(case, path), path, got, params={"other": one.id}, hint="counted_twice")
    modules = [t for t in case.technologies if getattr(t, "mounting", "") == "roof"]
    for first, second in combinations(modules, 2):
        if _on_one_roof(case, first, second):
            path = f"technologies.{second.id}"
            yield Fault("W1971", place_of(case, path), path, params={"other": first.id}, hint="roof_of_each")


def _on_one_roof(case: Case, one: Technology, other: Technology) -> bool:
    """Return whether two sets of modules have the same stated area at a place, or both what roofs there are."""
    areas = [getattr(t, "area_m2", None) for t in (one, other)]
    if None not in areas:
        return one.node == other.node and areas[0] == areas[1] != 0.0
    return _is_open(one) and _is_open(other) and not _roofs(case, one).isdisjoint(_roofs(case, other))


def _is_open(modules: Any) -> bool:
    """Return whether nothing but the roofs bounds what may be bought."""
    return modules.area_m2 is None and modules.max_capacity_kwp is None


def _roofs(case: Case, modules: Technology) -> set[str]:
    """Return the buildings whose roofs modules may take: their own, or all from an energy center."""
    everywhere = {b.id for b in case.buildings}
    return {modules.node} if modules.node in everywhere else everywhere
