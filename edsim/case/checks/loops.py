"""Checks of ambient loops: stations without mains, mains that cannot be laid out or are laid before they are needed."""

from __future__ import annotations

from collections.abc import Iterator

from edsim.case.checks.ids import place_of
from edsim.case.milestones import is_connected, is_phased, milestone_years
from edsim.case.schema import Case
from edsim.case.wording.messages import Fault
from edsim.core.technology import Technology


def check_loops(case: Case) -> Iterator[Fault]:
    """Yield loops whose pipes nobody pays for, and open mains without what laying them out needs."""
    stations = [t for t in case.technologies if t.kind == "loop_station"]
    mains = {t.node: t for t in case.technologies if t.kind == "loop_mains"}
    for station in stations:
        if str(getattr(station, "to_node", "")) not in mains:
            path = f"technologies.{station.id}"
            yield Fault("W1846", place_of(case, path), path, hint="loop_mains")
    for node, line in mains.items():
        if is_open(case, line):
            yield from _open(case, line, [s for s in stations if getattr(s, "to_node", "") == node])


def is_open(case: Case, mains: Technology) -> bool:
    """Return whether mains are laid out by edsim: no length is stated."""
    origins = [case.provenance.get(f"technologies.{mains.id}.{name}") for name in _STATED]
    return not any(o is not None and o.where for o in origins)


def place_of_center(case: Case, mains: Technology) -> tuple[float, float] | None:
    """Return latitude and longitude of the energy center of mains: their own, or those of a network's plant there."""
    lat, lon = getattr(mains, "lat_deg", None), getattr(mains, "lon_deg", None)
    if lat is not None and lon is not None:
        return lat, lon
    return next(((p.lat_deg, p.lon_deg) for n in case.networks for p in n.plants if p.id == mains.node), None)


def _open(case: Case, mains: Technology, stations: list[Technology]) -> Iterator[Fault]:
    path = f"technologies.{mains.id}"
    if place_of_center(case, mains) is None:
        yield Fault("E1847", place_of(case, path), path, params={"missing": mains.node}, hint="lay_mains")
    if not stations:
        yield Fault("E1847", place_of(case, path), path, params={"missing": "loop_station"}, hint="lay_mains")
    served = {s.node for s in stations}
    for building in case.buildings:
        if building.id in served and (building.lat_deg is None or building.lon_deg is None):
            yield Fault("E1847", place_of(case, path), path, params={"missing": building.id}, hint="lay_mains")
    yield from _early(case, path, served)


def _early(case: Case, path: str, served: set[str]) -> Iterator[Fault]:
    """Yield mains that are paid for whole before some of their buildings are there."""
    first = milestone_years(case)[0] if is_phased(case) else 0
    late = [b.id for b in case.buildings if b.id in served and first and not is_connected(b, first)]
    if late:
        words = {"year": str(first)}
        yield Fault("W1848", place_of(case, path), path, ", ".join(late), params=words, hint="mains_whole")


_STATED = ("min_length_m", "existing_length_m")
