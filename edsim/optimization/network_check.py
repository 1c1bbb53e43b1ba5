"""After the plant is sized: networks checked on all hours, and the plant sized again if they differ from the plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from edsim.network.district import District
from edsim.network.feedback import refit, unsettled
from edsim.network.from_case import network_request
from edsim.optimization.certify import Design

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
    case = district.case
    requests = {n.id: network_request(case, n, district.profiles, {}) for n in case.networks}
    for again in (True, False):
        designs, checks = refit(district.designs, requests, _unserved(district, found))
        for check in checks:
            progress(check.text())
        if all(check.agrees for check in checks):
            break
        if not again:
            open_ = {c.design.id: unsettled(c) for c in checks if not c.agrees}
            noted = tuple(
                replace(d, findings=(*d.findings, open_[d.id])) if d.id in open_ else d for d in district.designs
            )
            return replace(district, designs=noted), found
        progress("sizing the plant again with the checked networks")
        district = replace(district, designs=designs)
        found = solve(district)
    return district, found


def _unserved(district: District, found: Design) -> dict[str, Array]:
    """Return network → what its plants did not supply, kW by hour."""
    plants = {n.id: {p.id for p in n.plants} for n in district.case.networks}
    short: dict[str, Array] = {}
    for d in district.designs:
        for f in found.solution.flows:
            if f.kind == "unserved" and f.node in plants[d.id] and f.carrier == d.carrier:
                short[d.id] = short.get(d.id, 0.0) + f.values
    return short
