"""Checks that every carrier drawn at a place is supplied there, and that what is given there is of use."""

from __future__ import annotations

from collections.abc import Iterator

from edsim.case.checks.ids import place_of
from edsim.case.schema import Case
from edsim.case.wording.messages import Fault
from edsim.core.technology import IndividualMachine, Port, Technology

_REJECTED = "condenser_water"
_SERVED = frozenset({"chilled_water", "cooling", "hot_water", "electricity", "steam", "compressed_air"})
"""Carriers a building may need itself."""


def check_supply(case: Case) -> Iterator[Fault]:
    """Yield carriers drawn at a place and delivered by nothing there, heat nothing takes, and what nobody uses."""
    machines = [t for t in case.technologies if not isinstance(t, IndividualMachine) and t.node != "building"]
    users: dict[tuple[str, str], list[str]] = {}
    for network in case.networks:
        for plant in network.plants:
            users.setdefault((plant.id, network.carrier), []).append(network.id)
    for t in machines:
        for port in _used(t):
            if port.direction == "in" and not _gives(t, _place(t, port)):
                users.setdefault(_place(t, port), []).append(t.id)
    yield from _not_supplied(case, machines, users)
    yield from _not_taken(case, machines, users)
    yield from _not_used(case, machines, users)
    yield from _twice_cooled(case, machines)
    yield from _idle_towers(case, machines)


def _place(technology: Technology, port: Port) -> tuple[str, str]:
    """Return node and carrier of a port; a link between nodes names the node itself."""
    return technology.node_of(port), technology.carrier_of(port)


def _used(technology: Technology) -> list[Port]:
    idle = technology.idle_ports()
    return [p for p in technology.ports if p.name not in idle]


def _gives(technology: Technology, place: tuple[str, str]) -> bool:
    """Return whether the technology itself delivers what it draws at a place, as a store or a meter does."""
    return any(p.direction == "out" and _place(technology, p) == place for p in _used(technology))


def _supplies(technology: Technology, place: tuple[str, str]) -> bool:
    """Return whether a technology is a source at a place: it delivers there and is no store."""
    directions = {p.direction for p in _used(technology) if _place(technology, p) == place}
    meter = getattr(technology, "tariff", None) is not None
    return directions == {"out"} or (directions == {"in", "out"} and (meter or _exchanges(technology)))


def _exchanges(technology: Technology) -> bool:
    """Return whether both directions at one place are independent flows and no store."""
    return not technology.level_variable


def _not_supplied(case: Case, machines: list[Technology], users: dict[tuple[str, str], list[str]]) -> Iterator[Fault]:
    ids = {t.id for t in machines}
    for (node, carrier), names in users.items():
        if carrier == _REJECTED or any(_supplies(t, (node, carrier)) for t in machines):
            continue
        path = f"technologies.{names[0]}" if names[0] in ids else f"networks.{names[0]}"
        words = {"carrier": carrier, "node": node, "users": ", ".join(dict.fromkeys(names))}
        bought = carrier in {getattr(t, "fuel", "") for t in machines if t.id in names}
        yield Fault("E184", place_of(case, path), path, params=words, hint="fuel_supply" if bought else "supplier")


def _not_taken(case: Case, machines: list[Technology], users: dict[tuple[str, str], list[str]]) -> Iterator[Fault]:
    """Yield the heat of condensers that no tower takes."""
    rejecting: dict[str, list[str]] = {}
    for t in machines:
        for port in _used(t):
            node, carrier = _place(t, port)
            if port.direction == "out" and carrier == _REJECTED:
                rejecting.setdefault(node, []).append(t.id)
    for node, names in rejecting.items():
        if (node, _REJECTED) not in users:
            path = f"technologies.{names[0]}"
            words = {"node": node, "users": ", ".join(dict.fromkeys(names))}
            airy = all(hasattr(t, "condenser") for t in machines if t.id in names)
            yield Fault("E1842", place_of(case, path), path, params=words, hint="tower" if airy else "tower_only")


def _not_used(case: Case, machines: list[Technology], users: dict[tuple[str, str], list[str]]) -> Iterator[Fault]:
    """Yield machines of which nothing that they give has a user."""
    buildings = {b.id for b in case.buildings}
    pumped = {plant.id for network in case.networks for plant in network.plants}

    def of_use(technology: Technology, place: tuple[str, str]) -> bool:
        node, carrier = place
        other = any(name != technology.id for name in users.get(place, ()))
        at_building = node in buildings and carrier in _SERVED
        return other or at_building or (carrier == "electricity" and node in pumped) or carrier == _REJECTED

    for t in machines:
        given = [_place(t, p) for p in _used(t) if p.direction == "out"]
        if given == [(t.node, "electricity")] and not case.networks:
            continue  # the connection of a case that only states its buildings
        if given and not any(of_use(t, place) for place in given):
            path = f"technologies.{t.id}"
            words = {"carriers": ", ".join(dict.fromkeys(c for _, c in given)), "node": t.node}
            yield Fault("W1843", place_of(case, path), path, params=words, hint="unused")


def _twice_cooled(case: Case, machines: list[Technology]) -> Iterator[Fault]:
    """Yield intakes that share their condenser water with towers, so that its temperature is not told."""
    towered = {t.node: t.id for t in machines if t.cooling_water_approach_k() is not None}
    for t in machines:
        if t.cooling_water_source() is not None and t.node in towered:
            path = f"technologies.{t.id}"
            words = {"node": t.node, "tower": towered[t.node]}
            yield Fault("E1824", place_of(case, path), path, params=words, hint="tower_or_intake")


def _idle_towers(case: Case, machines: list[Technology]) -> Iterator[Fault]:
    """Yield what takes heat away where no machine rejects any to water."""
    given = {_place(t, p) for t in machines for p in _used(t) if p.direction == "out"}
    for t in machines:
        places = [_place(t, p) for p in _used(t) if p.direction == "in" and t.carrier_of(p) == _REJECTED]
        if t.takes_heat_away and places and not given.intersection(places):
            path, words = f"technologies.{t.id}", {"node": places[0][0]}
            yield Fault("W1969", place_of(case, path), path, params=words, hint="idle_tower")
