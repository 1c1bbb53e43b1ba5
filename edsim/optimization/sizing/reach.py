"""Designs that end at a bound of the program's own are sought again farther out.

Every variable needs a finite bound for the proof of a design. Where the case gives a size no limit, the bound follows
from the demand (:func:`edsim.optimization.system.reach_kw`): twice the peak, a day of it for a store. What exports for
profit, fills a store in few cheap hours, or carries an island over a week may want more. The certificate would then
prove the best design within a bound nobody stated. So a design of which a size ends there is found again with the
bounds eight times as far, until none does or the cost falls no more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from edsim.core.errors import CaseError, Finding, InfeasibleError
from edsim.optimization.model.context import least_of, reach_of
from edsim.optimization.sizing.certify import Design
from edsim.optimization.system import System

Solve = Callable[[Sequence[System]], Sequence[Design]]

_FARTHER = 8.0
_FARTHEST = 512.0
_AT_FRAC = 1e-3
"""A size this near to its bound is at it."""
_BETTER_FRAC = 1e-5
"""A cost that falls by less is the same: a size that costs nothing may stand anywhere."""


def searched_farther(systems: Sequence[System], solve: Solve, progress: Callable[[str], None]) -> Sequence[Design]:
    """Return the designs of the milestones of a plan that no bound of the program's own limits.

    Parameters
    ----------
    systems
        One for each milestone.
    solve
        Designs for systems, one each.
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
    while ends := sizes_at_reach(systems, found):
        if systems[0].reach_factor >= _FARTHEST:
            raise CaseError.of([_endless(owner, size) for owner, size in ends])
        progress(f"{', '.join(owner for owner, _ in ends)} as large as was tried: searching farther")
        farther = _farther(systems)
        other = solve(farther)
        least, now = found[0].certificate.upper_bound, other[0].certificate.upper_bound
        if now >= least - _BETTER_FRAC * abs(least):
            break
        systems, found = farther, other
    return found


def sizes_at_reach(systems: Sequence[System], found: Sequence[Design]) -> list[tuple[str, str]]:
    """Return machine and size of those that end at a bound the case does not give."""
    ends = [
        (t.id, size.name)
        for system, design in zip(systems, found, strict=True)
        for t in system.technologies
        for size in t.sizes
        if getattr(t, f"max_{size.name}", None) is None
        and reach_of(system, t, size) > least_of(t, size.name)
        and design.solution.capacities[t.id, size.name] >= (1.0 - _AT_FRAC) * reach_of(system, t, size)
    ]
    return list(dict.fromkeys(ends))


def _or_else(error: InfeasibleError, systems: Sequence[System], solve: Solve) -> Sequence[Design]:
    """Return the designs of systems, or raise the error that was met before where they have none either."""
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
