"""Which services buildings take from a network: those it delivers, they do not refuse, and they have a demand for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from edsim.case.offers import taken
from edsim.case.parts.network_spec import NetworkSpec
from edsim.case.schema import Case
from edsim.core.timegrid import HOURS_PER_YEAR
from edsim.profiles.types import LEAST_DEMAND_KWH_PER_M2, Profiles

Array = NDArray[np.float64]
Taken = Mapping[str, tuple[str, ...]]

_LEAST_KW_PER_M2 = LEAST_DEMAND_KWH_PER_M2 / HOURS_PER_YEAR


def taken_services(
    case: Case, spec: NetworkSpec, profiles: Profiles, buildings: Iterable[str] | None = None
) -> dict[str, tuple[str, ...]]:
    """Return building → what it takes from a network, in the order of the case; without those that take nothing.

    Parameters
    ----------
    case, spec, profiles
        Case, the network, hourly demands.
    buildings
        Ids to look at; default is all.
    """
    wanted = None if buildings is None else set(buildings)
    found: dict[str, tuple[str, ...]] = {}
    for row, b in enumerate(case.buildings):
        if wanted is None or b.id in wanted:
            least_kw = _LEAST_KW_PER_M2 * b.floor_area_m2
            found[b.id] = tuple(s for s in taken(case, spec, b) if float(profiles.demand[s][row].mean()) > least_kw)
    return {b: services for b, services in found.items() if services}


def taken_kw(profiles: Profiles, taken: Taken) -> Array:
    """Return the hourly demand of each building of `taken`, in its order, (n, 8760): the sum of what it takes."""
    row = {b: i for i, b in enumerate(profiles.building_ids)}
    total = np.zeros((len(taken), next(iter(profiles.demand.values())).shape[1]))
    for i, (building, services) in enumerate(taken.items()):
        total[i] = sum(profiles.demand[service][row[building]] for service in services)
    return total


def exchanger_kw(profiles: Profiles, taken: Taken) -> Array:
    """Return the capacity of each station of `taken`, kW: one exchanger a service, each for its own peak."""
    row = {b: i for i, b in enumerate(profiles.building_ids)}
    peaks = [sum(float(profiles.demand[s][row[b]].max()) for s in services) for b, services in taken.items()]
    return np.array(peaks)


def delivered_to(taken: Taken, service: str) -> tuple[str, ...]:
    """Return the buildings that take a service."""
    return tuple(b for b, services in taken.items() if service in services)
