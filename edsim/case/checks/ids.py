"""Checks of names: every id a case mentions exists, and no id stands for two things."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from string import digits
from typing import get_args

from edsim.case.bau import serves_building
from edsim.case.nodes import Place
from edsim.case.normals import case_normals, gales, known_cities, other_seasons, table_faults
from edsim.case.provenance import Origins
from edsim.case.schema import SERVICES, Building, Case
from edsim.case.shipped import shipped_names
from edsim.case.wording.messages import Fault, nearest, unknown_name
from edsim.core.errors import Finding
from edsim.core.technology import IndividualMachine, Technology

_ID = re.compile(r"[^\s./\\][^./\\]*")
ELECTRICITY = "electricity"
_MUCH_ALIKE = 0.75
"""Likeness from which the place of a machine is a building misspelt."""


def place_of(case: Case, path: str) -> Place:
    """Return where the value at a dotted path was typed, or the nearest value above it that was."""
    parts, known = path.split("."), case.provenance
    typed = known.typed if isinstance(known, Origins) else known
    for length in range(len(parts), 0, -1):
        stem = ".".join(parts[:length])
        for candidate in (stem, f"{stem}.id"):
            origin = typed.get(candidate)
            if origin is not None and origin.where:
                file, *numbers = origin.where.rsplit(":", 2)  # a cell of a workbook has its address in the name
                return Place(file, *map(int, numbers)) if len(numbers) == 2 else Place(origin.where)
    return Place()


def placed(finding: Finding, case: Case) -> Finding:
    """Return a finding on a field of the case with the place of the field."""
    place = place_of(case, finding.field)
    return replace(finding, file=place.file, line=place.line, column=place.column)


def unknown(case: Case, code: str, path: str, name: str, known: Iterable[str]) -> Fault:
    """Return the fault for name `name` at `path` that is not among `known`."""
    return unknown_name(code, place_of(case, path), path, name, known)


def check_ids(case: Case) -> Iterator[Fault]:
    """Yield ids that are used twice and names of tariffs, fuels, machines, nodes and refrigerants nobody defines."""
    yield from _duplicates(case)
    yield from _bad_ids(case)
    yield from _unknown_tariffs(case)
    yield from _unknown_fuels(case)
    yield from _unknown_nodes(case)
    yield from _unknown_refrigerants(case)
    yield from _unknown_uses(case)
    yield from _unknown_services(case)
    yield from _unknown_machines(case)
    yield from _unknown_normals(case)


def _bad_ids(case: Case) -> Iterator[Fault]:
    named = {"variants": [*case.variants], "scenarios": [*case.scenarios]}
    for group, ids in (_groups(case) | named).items():
        for index, name in enumerate(ids):
            reserved = name == "building" and group not in {"tariffs", "fuels", *named}
            if reserved or not _ID.fullmatch(name) or not name.isprintable():
                path = f"{group}.{name or index}" + ("" if group in named else ".id")
                yield Fault("E197", place_of(case, path), path, got=repr(name))


def _groups(case: Case) -> dict[str, list[str]]:
    """Return the ids by the path of their list."""
    groups: dict[str, list[str]] = {
        "buildings": [b.id for b in case.buildings],
        "networks": [n.id for n in case.networks],
        "technologies": [t.id for t in case.technologies],
        "tariffs": [t.id for t in case.tariffs],
        "fuels": [f.id for f in case.fuels],
        "refrigerants": [r.id for r in case.refrigerants],
        "sources": [s.id for s in case.sources],
        "measures": [m.id for m in case.measures],
    }
    groups |= {f"finance.{name}": [p.id for p in getattr(case.finance, name, ())] for name in ("debt", "company_costs")}
    return groups | {f"networks.{n.id}.plants": [p.id for p in n.plants] for n in case.networks}


def _duplicates(case: Case) -> Iterator[Fault]:
    groups = _groups(case)
    for group, ids in groups.items():
        for name, count in Counter(ids).items():
            if count > 1:
                path = f"{group}.{name}.id"
                yield Fault("E180", place_of(case, path), path, got=name)
        spelled: dict[str, str] = {}
        for name in dict.fromkeys(ids):
            other = spelled.setdefault(name.casefold(), name)
            if other != name:
                path, words = f"{group}.{name}.id", {"other": other}
                yield Fault("W1824", place_of(case, path), path, got=name, params=words, hint="one_spelling")
    buildings = {b.id for b in case.buildings}
    for network in case.networks:
        for plant in network.plants:
            if plant.id in buildings:
                path = f"networks.{network.id}.plants.{plant.id}.id"
                yield Fault("E180", place_of(case, path), path, got=plant.id)


def _unknown_tariffs(case: Case) -> Iterator[Fault]:
    known = [t.id for t in case.tariffs]
    named = {f"buildings.{b.id}.tariff": b.tariff for b in case.buildings}
    named |= {f"technologies.{t.id}.tariff": getattr(t, "tariff", None) for t in case.technologies}
    for path, name in named.items():
        if isinstance(name, str) and name not in known:
            yield unknown(case, "E181", path, name, known)


def _unknown_fuels(case: Case) -> Iterator[Fault]:
    known = [f.id for f in case.fuels]
    for technology in case.technologies:
        name = getattr(technology, "fuel", None)
        if isinstance(name, str) and name not in {*known, ELECTRICITY}:
            fault = unknown(case, "E182", f"technologies.{technology.id}.fuel", name, known)
            field = type(technology).model_fields["fuel"]
            misnamed = fault.hint and (name == field.default or name in get_args(field.annotation))
            yield replace(fault, hint="rename_fuel") if misnamed else fault


def _unknown_nodes(case: Case) -> Iterator[Fault]:
    plants = {p.id: f"networks.{n.id}.plants.{p.id}.id" for n in case.networks for p in n.plants}
    if not plants:
        yield from _misspelt_buildings(case)
        return
    known = {*plants, "building", *(b.id for b in case.buildings)}
    lost: dict[str, list[str]] = {}
    for technology in case.technologies:
        stands = {"node": technology.node, "to_node": getattr(technology, "to_node", None)}
        for field, node in stands.items():
            if isinstance(node, str) and node not in known:
                lost.setdefault(node, []).append(f"technologies.{technology.id}.{field}")
        if isinstance(technology, IndividualMachine) and technology.node in plants:
            path = f"technologies.{technology.id}.node"
            yield Fault("E192", place_of(case, path), path, got=technology.node, hint="node_building")
    bare = sorted(plants.keys() - {t.node for t in case.technologies})
    for node, paths in lost.items():
        if len(paths) > 1 and bare:
            plant = nearest(node, bare) or bare[0]
            words = {"count": str(len(paths)), "node": node, "nearest": node}
            yield Fault("E1881", place_of(case, plants[plant]), plants[plant], plant, "", words, "nearest")
        else:
            yield from (unknown(case, "E189", path, node, known) for path in paths)


def _misspelt_buildings(case: Case) -> Iterator[Fault]:
    """Yield machines at a place that is a building misspelt, where no network names the energy centers.

    A name that a building's goes on from (`campus`, `campus_1`), or that another number follows, is a place of its own.
    """
    known, nodes = [b.id for b in case.buildings], Counter(t.node for t in case.technologies)
    for technology in case.technologies:
        node = technology.node
        alone = nodes[node] == 1 and node not in {*known, "building"}
        alike = get_close_matches(node, known, n=1, cutoff=_MUCH_ALIKE) if alone else []
        if any(_unnumbered(node) != _unnumbered(b) and not b.startswith(node) for b in alike):
            yield unknown(case, "E189", f"technologies.{technology.id}.node", technology.node, known)


def _unnumbered(name: str) -> str:
    return name.translate(str.maketrans("", "", digits))


def _unknown_refrigerants(case: Case) -> Iterator[Fault]:
    known = shipped_names("refrigerants", "refrigerants.csv", "id") | {r.id for r in case.refrigerants}
    for technology in case.technologies:
        name = getattr(technology, "refrigerant", None)
        if isinstance(name, str) and name not in known:
            yield unknown(case, "E190", f"technologies.{technology.id}.refrigerant", name, known)


def _unknown_uses(case: Case) -> Iterator[Fault]:
    known = shipped_names("archetypes", "archetypes.csv", "use") - {"*"}
    for building in case.buildings:
        if building.use not in known:
            yield unknown(case, "E188", f"buildings.{building.id}.use", building.use, known)


def _unknown_services(case: Case) -> Iterator[Fault]:
    named = [(f"networks.{n.id}.service", service) for n in case.networks for service in n.services]
    for b in case.buildings:
        for group, entries in _by_service(b).items():
            named += [(f"buildings.{b.id}.{group}.{service}", service) for service in entries]
    for path, service in named:
        if service not in SERVICES:
            yield unknown(case, "E195", path, service, SERVICES)


def _by_service(building: Building) -> dict[str, Mapping[str, object]]:
    return {
        "bau": building.bau,
        "bau_service_age_a": building.bau_service_age_a,
        "measured": building.measured,
    }


def _unknown_machines(case: Case) -> Iterator[Fault]:
    machines = {t.id: t for t in case.technologies if serves_building(t, case)}
    twice = len({t.id for t in case.technologies}) < len(case.technologies)  # one of them has the name of another
    misplaced = {t.id for t in case.technologies if isinstance(t, IndividualMachine)} - machines.keys()
    for building in () if twice else case.buildings:
        for service, name in building.bau.items():
            fitting = [k for k, t in machines.items() if _may_serve(t, service)]
            if service in SERVICES and name not in fitting and name not in misplaced:
                yield unknown(case, "E183", f"buildings.{building.id}.bau.{service}", name, fitting)
    for variant, spec in case.variants.items():
        for old, new in spec.replacements.items():
            for name in (old, new):
                if name not in machines:
                    yield unknown(case, "E183", f"variants.{variant}.replacements.{old}", name, machines)
            fits = [k for k, t in machines.items() if all(_may_serve(t, s) for s in _served_by(case, old))]
            if {old, new} <= machines.keys() and new not in fits:
                yield unknown(case, "E183", f"variants.{variant}.replacements.{old}", new, fits)
        yield from _circles(case, variant, spec.replacements)


def _served_by(case: Case, machine: str) -> set[str]:
    """Return the services the buildings name a machine for."""
    return {service for b in case.buildings for service, name in b.bau.items() if name == machine}


def _circles(case: Case, variant: str, replacements: Mapping[str, str]) -> Iterator[Fault]:
    """Yield machines that are replaced, over others, by themselves; one replaced by its like is none."""
    told: set[str] = set()
    for first in replacements:
        chain = [first]
        while (after := replacements.get(chain[-1])) is not None and after not in chain:
            chain.append(after)
        if after == first and len(chain) > 1 and first not in told:
            path = f"variants.{variant}.replacements.{first}"
            yield Fault("E1894", place_of(case, path), path, " → ".join([*chain, first]))
            told.update(chain)


def _may_serve(technology: Technology, service: str) -> bool:
    """Return whether a technology of a building can be named for `service`; only individual machines are limited."""
    return not isinstance(technology, IndividualMachine) or technology.serves(service)


_OF_READING = frozenset(("E100", "E109"))
"""Files that are not there were said when their field was read."""


def _unknown_normals(case: Case) -> Iterator[Fault]:
    name = case.weather.normals
    faults = list(table_faults(case)) if case.weather.normals_file is not None else []
    yield from (f for f in faults if f.code not in _OF_READING)
    if case.weather.normals_file is not None and not faults:
        yield from other_seasons(case)
        yield from gales(case)
    if case.weather.file is None and name is not None and not faults and not case_normals(case):
        yield no_normals(case, "weather.normals", name)


def no_normals(case: Case, path: str, name: str) -> Fault:
    """Return the fault of a city without normals at `path`, with the other ways to give the weather."""
    fault = unknown(case, "E196", path, name, known_cities(case))
    return replace(fault, hint="nearest_weather" if fault.hint else "give_weather")
