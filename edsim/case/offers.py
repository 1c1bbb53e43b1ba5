"""Which of its services a network offers a building: networks of one service share the buildings out.

A network that lists ``buildings`` is for those alone. One without a list is for all that no other network of the same
service lists.
"""

from __future__ import annotations

from edsim.case.joining import Connect
from edsim.case.parts.network_spec import NetworkSpec
from edsim.case.schema import Building, Case


def offered(case: Case, network: NetworkSpec, building: str) -> tuple[str, ...]:
    """Return the services of `network` that the building with id `building` would take from it, in their order."""
    if network.buildings:
        return network.services if building in network.buildings else ()
    elsewhere = {s for n in case.networks if building in n.buildings for s in n.services}
    return tuple(s for s in network.services if s not in elsewhere)


def taken(case: Case, network: NetworkSpec, building: Building) -> tuple[str, ...]:
    """Return the services that a network must or may serve a building with."""
    return building.takes(offered(case, network, building.id))


def joins(case: Case, network: NetworkSpec, building: Building) -> Connect:
    """Return whether a network must, may or must not reach a building."""
    return building.joins(offered(case, network, building.id))


def may_choose(case: Case) -> bool:
    """Return whether it is a choice for some building that some network reaches it."""
    return any(joins(case, n, b) == "optional" for n in case.networks for b in case.buildings)
