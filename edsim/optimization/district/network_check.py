"""After the plant is sized: networks checked on all hours, and the plant sized again if they differ from the plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from edsim.network.district import District
from edsim.network.feedback import YearCheck, refit, unsettled
from edsim.network.from_case import network_request
from edsim.network.request import NetworkRequest
from edsim.optimization.sizing.certify import Design

Array = NDArray[np.float64]


def settle_networks(
    district: District,
    found: Design,
    solve: Callable[[District], Design],
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[District, Design]:
    """Return district and plant whose networks lose and pump what the plant was sized for.

    Losses 3 % or pumping 10 % off the plan are taken over from the check and the plant is sized once more; what still
    differs then is a warning (W410).

    Parameters
    ----------
    district, found
        Networks and the plant sized for them.
    solve
        Sizes the plant of a district anew.
    progress
        Called with one line per network and pass.
    """
    (now,), (plant,) = settle_phases((district,), (found,), lambda d: [solve(d[0])], progress)
    return now, plant


def settle_phases(
    districts: Sequence[District],
    found: Sequence[Design],
    solve: Callable[[Sequence[District]], Sequence[Design]],
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[tuple[District, ...], tuple[Design, ...]]:
    """Return districts and plants of all milestones, as :func:`settle_networks` does for one.

    Parameters
    ----------
    districts, found
        Networks and plant of every milestone.
    solve
        Sizes the plants of all milestones anew.
    progress
        Called with one line per network, milestone that differs from the others, and pass.
    """
    now, plants = tuple(districts), tuple(found)
    for again in (True, False):
        refitted = [refit(d.designs, _requests(d), _unserved(d, plant)) for d, plant in zip(now, plants, strict=True)]
        checks = [c for _, some in refitted for c in some]
        for text in dict.fromkeys(check.text() for check in checks):
            progress(text)
        if not again or all(check.agrees for check in checks):
            now = tuple(_checked(d, some) for d, (_, some) in zip(now, refitted, strict=True))
            break
        progress("sizing the plant again with the checked networks")
        now = tuple(replace(d, designs=designs) for d, (designs, _) in zip(now, refitted, strict=True))
        plants = tuple(solve(now))
    return now, plants


def with_bypasses(district: District) -> District:
    """Return the district with what the bypasses of its networks take in a year that serves all demand."""
    _, checks = refit(district.designs, _requests(district), {})
    designs = (replace(d, bypass=c.design.bypass) for d, c in zip(district.designs, checks, strict=True))
    return replace(district, designs=tuple(designs))


def _requests(district: District) -> dict[str, NetworkRequest]:
    return {n.id: network_request(district.case, n, district.profiles, {}) for n in district.case.networks}


def _checked(district: District, checks: Sequence[YearCheck]) -> District:
    """Return the district with what bypasses take, and a warning on every network that did not settle."""
    by_id = {c.design.id: c for c in checks}
    designs = []
    for design in district.designs:
        check = by_id[design.id]
        open_ = () if check.agrees else (unsettled(check),)
        designs.append(replace(design, bypass=check.design.bypass, findings=(*design.findings, *open_)))
    return replace(district, designs=tuple(designs))


def _unserved(district: District, found: Design) -> dict[str, Array]:
    """Return network → what its plants did not supply, kW by hour."""
    plants = {n.id: {p.id for p in n.plants} for n in district.case.networks}
    short: dict[str, Array] = {}
    for d in district.designs:
        for f in found.solution.flows:
            if f.kind == "unserved" and f.node in plants[d.id] and f.carrier == d.carrier:
                short[d.id] = short.get(d.id, 0.0) + f.values
    return short
