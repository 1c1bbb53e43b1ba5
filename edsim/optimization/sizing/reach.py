"""Designs that end at a bound of the program's own are sought again farther out.

Every variable needs a finite bound for the proof of a design. Where the case gives a size no limit, the bound follows
from the demand (:func:`edsim.optimization.system.reach_kw`): twice the peak, a day of it for a store. What exports for
profit, fills a store in few cheap hours, or carries an island over a week may want more. The certificate would then
prove the best design within a bound nobody stated. So a design of which a size ends there is found again with the
bounds eight times as far, until none does or the cost falls no more. The same holds wherever sizes are chosen, on
typical days as on all hours: connections, pipes between plants, costs by size, alternatives of a study.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from edsim.core.errors import CaseError, Finding, InfeasibleError
from edsim.optimization.model.context import least_of, reach_of
from edsim.optimization.system import System
from edsim.optimization.types import Solution

Found = TypeVar("Found")
Ends = tuple[float, Sequence[Mapping[tuple[str, str], float]]]
"""What was minimized, and the sizes of every milestone."""

_FARTHER = 8.0
_FARTHEST = 512.0
_AT_FRAC = 1e-3
"""A size this near to its bound is at it."""
_BETTER_FRAC = 1e-5
"""A cost that falls by less is the same: a size that costs nothing may stand anywhere."""


def searched_farther(
    systems: Sequence[System],
    solve: Callable[[Sequence[System]], Found],
    read: Callable[[Found], Ends],
    progress: Callable[[str], None] = lambda _: None,
) -> Found:
    """Return what is found for the milestones of a plan where no bound of the program's own limits a size.

    Parameters
    ----------
    systems
        One for each milestone.
    solve
        Finds sizes for systems.
    read
        What was minimized in it and the sizes found.
    progress
        Called with a line of text when the search goes on.

    Raises
    ------
    CaseError
        E504: the cost falls with a size however large it gets.
    InfeasibleError
        No design serves the demand, whatever the bounds.
    """
    try:
        found = solve(systems)
    except InfeasibleError as error:
        if not any(_unlimited_stock(s) for s in systems):
            raise
        systems = _farther(systems)
        found = _or_else(error, systems, solve)
    least, sizes = read(found)
    while ends := sizes_at_reach(systems, sizes):
        if systems[0].reach_factor >= _FARTHEST:
            raise CaseError.of([_endless(owner, size) for owner, size in ends])
        progress(f"{', '.join(owner for owner, _ in ends)} as large as was tried: searching farther")
        farther = _farther(systems)
        other = solve(farther)
        now, sizes = read(other)
        if now >= least - _BETTER_FRAC * abs(least):
            break
        systems, found, least = farther, other, now
    return found


def sized_farther(system: System, solve: Callable[[System], Solution]) -> Solution:
    """Return the solution of a system of which no bound of the program's own limits a size.

    Raises
    ------
    CaseError, InfeasibleError
        As :func:`searched_farther`.
    """
    return searched_farther([system], lambda now: solve(now[0]), lambda one: (one.objective, [one.capacities]))


def sizes_at_reach(
    systems: Sequence[System], sizes: Sequence[Mapping[tuple[str, str], float]]
) -> list[tuple[str, str]]:
    """Return machine and size of those that end at a bound the case does not give."""
    ends = [
        (t.id, size.name)
        for system, own in zip(systems, sizes, strict=True)
        for t in system.technologies
        for size in t.sizes
        if getattr(t, f"max_{size.name}", None) is None
        and own[t.id, size.name] > 0.0  # a reach asks the peaks of all demands
        and least_of(t, size.name) < (reach := reach_of(system, t, size))
        and own[t.id, size.name] >= (1.0 - _AT_FRAC) * reach
    ]
    return list(dict.fromkeys(ends))


def _or_else(error: InfeasibleError, systems: Sequence[System], solve: Callable[[Sequence[System]], Found]) -> Found:
    """Return what is found for systems, or raise the error that was met before where nothing is found either."""
    try:
        return solve(systems)
    except InfeasibleError:
        raise error from None


def _farther(systems: Sequence[System]) -> list[System]:
    return [replace(s, reach_factor=_FARTHER * s.reach_factor) for s in systems]


def _unlimited_stock(system: System) -> bool:
    """Return whether a store or a surface has no limit: without more of it the demand may not be served."""
    return any(
        size.unit in {"kWh", "m3", "kWp", "m2"} and getattr(t, f"max_{size.name}", None) is None
        for t in system.technologies
        for size in t.sizes
    )


def _endless(owner: str, size: str) -> Finding:
    return Finding(
        "E504",
        "the cost falls with this size however large it gets",
        field=f"technologies.{owner}.max_{size}",
        hint="give the size or the export a limit, or look at the prices of what it buys and sells",
    )
