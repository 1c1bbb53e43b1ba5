"""Checks of the temperature levels the machines of a case work between, before anything is computed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from edsim.case.checks.ids import place_of
from edsim.case.checks.loops import check_loops
from edsim.case.schema import Case
from edsim.case.wording.messages import Fault, nearest
from edsim.core.carriers import family
from edsim.core.machines.levels import Level
from edsim.core.technology import IndividualMachine, Technology

NOTHING_GIVEN = frozenset({"W1841", "W1899"})
"""Remarks on a machine that gives nothing at the temperature of its carrier, or a source too cold for its machine."""
_FAR_UPHILL_K = 15.0
"""Degrees uphill by which nobody errs in the same scale; judgement."""
_MADE = {"hot_water": "heat", "steam": "heat", "chilled_water": "cold"}
"""What a machine that gives a carrier makes."""
_HEAT_SERVICES = frozenset({"heating", "hot_water"})


def check_heat(case: Case) -> Iterator[Fault]:
    """Yield machines whose carriers have no temperatures, that run uphill, or that cannot work at their levels.

    What a machine needs it says itself, see :class:`edsim.core.machines.levels.Levels`.
    """
    supply = {carrier: temps[0] for carrier, temps in case.settings.carrier_temps_c.items()}
    supply |= {n.carrier: n.supply_temp_c for n in case.networks}
    levels = dict(case.settings.carrier_temps_c)
    levels |= {n.carrier: (n.supply_temp_c, n.return_temp_c) for n in case.networks}
    mild = {n.carrier: n.outdoor_reset.mild_supply_temp_c for n in case.networks if n.outdoor_reset is not None}
    for technology in case.technologies:
        if isinstance(technology, IndividualMachine):
            continue
        yield from _reversed(case, technology)
        yield from _missing(case, technology, supply)
        yield from _uphill(case, technology, supply)
        yield from _uphill_at_returns(case, technology, levels)
        yield from _out_of_reach(case, technology, supply | mild)
        yield from _crossed(case, technology, levels)
    for network in case.networks:
        if network.carrier == "ambient_water" and network.service in _HEAT_SERVICES:
            path = f"networks.{network.id}.service"
            words = {"service": network.service, "supply": f"{network.supply_temp_c:g}"}
            yield Fault("E1844", place_of(case, path), path, network.service, params=words, hint="loop_station")
    yield from _stated_twice(case)
    yield from check_loops(case)


def _stated_twice(case: Case) -> Iterator[Fault]:
    """Yield temperatures of a carrier that differ from those of its network, which hold."""
    for network in case.networks:
        stated = case.settings.carrier_temps_c.get(network.carrier)
        levels = (network.supply_temp_c, network.return_temp_c)
        if stated is not None and tuple(stated) != levels:
            path = f"settings.carrier_temps_c.{network.carrier}"
            got, allowed = (f"{supply:g} / {back:g} °C" for supply, back in (stated, levels))
            words = {"network": network.id}
            yield Fault("W1981", place_of(case, path), path, got, allowed, words, "levels_of_network")


def _reversed(case: Case, technology: Technology) -> Iterator[Fault]:
    """Yield machines told to give heat to a carrier of cold, or the reverse: it would count as what it is not."""
    for port in technology.ports:
        carrier = technology.carrier_of(port)
        made, given = _MADE.get(family(port.carrier)), _MADE.get(family(carrier))
        if port.direction == "out" and made and given and made != given:
            path = f"technologies.{technology.id}.carriers.{port.name}"
            words, hint = {"carrier": carrier}, "heat_not_cold" if made == "heat" else "cold_not_heat"
            yield Fault("E1958", place_of(case, path), path, carrier, params=words, hint=hint)


def _carried(case: Case) -> set[str]:
    """Return every carrier that a network or a machine uses."""
    return {n.carrier for n in case.networks} | {t.carrier_of(p) for t in case.technologies for p in t.ports}


def _missing(case: Case, technology: Technology, supply: Mapping[str, float]) -> Iterator[Fault]:
    needed = [p for p in technology.ports if p.name in technology.needs_levels]
    carriers = {technology.carrier_of(p): p.name for p in needed if p.name not in technology.idle_ports()}
    for carrier, port in carriers.items():
        if carrier not in supply:
            path = f"technologies.{technology.id}"
            known = ", ".join(sorted(supply))
            hint = "source_of_heat_pump" if port == "source_heat" else "carrier_temps"
            meant = nearest(carrier, set(case.settings.carrier_temps_c) - _carried(case))
            if meant:
                path, words = f"settings.carrier_temps_c.{meant}", {"carrier": carrier, "nearest": carrier}
                yield Fault("E1840", place_of(case, path), path, meant, "", words, "nearest")
                continue
            close = nearest(carrier, set(supply) - {family(carrier)}) if carrier in technology.carriers.values() else ""
            if close:
                hint = "nearest"
            yield Fault("E1840", place_of(case, path), path, "", known, {"carrier": carrier, "nearest": close}, hint)


def _uphill(case: Case, technology: Technology, supply: Mapping[str, float]) -> Iterator[Fault]:
    for giving, taking, least_k in technology.heat_paths():
        warm, cold = _level(giving, supply), _level(taking, supply)
        if warm is not None and cold is not None and warm[1] - cold[1] < least_k:
            path = f"technologies.{technology.id}"
            got = f"{warm[0]} {warm[1]:g} °C, {cold[0]} {cold[1]:g} °C"
            words = {"warm": warm[0], "cold": cold[0], "least": f"{least_k:g}"}
            in_f = "steam" not in cold[0] and _means_fahrenheit(warm[1], cold[1], least_k)
            hint = "other_scale" if in_f else "downhill"
            yield Fault("E160", place_of(case, path), path, got, f"≥ {least_k:g} K", words, hint)


def _means_fahrenheit(warm_c: float, cold_c: float, least_k: float) -> bool:
    """Return whether the colder of two levels is far above the warmer, and below it where it is meant in °F."""
    return cold_c - warm_c > _FAR_UPHILL_K and warm_c - (cold_c - 32.0) / 1.8 >= least_k


def _uphill_at_returns(
    case: Case, technology: Technology, levels: Mapping[str, tuple[float, float]]
) -> Iterator[Fault]:
    """Yield exchangers that would cool one stream below where the other comes in."""
    for warm, cold, least_k in technology.return_paths():
        if warm not in levels or cold not in levels or levels[warm][0] <= levels[cold][0]:
            continue
        if levels[warm][1] - levels[cold][1] < least_k:
            path = f"technologies.{technology.id}"
            got = ", ".join(f"{c} {levels[c][0]:g} / {levels[c][1]:g} °C" for c in (warm, cold))
            words = {"warm": warm, "cold": cold, "least": f"{least_k:g}"}
            yield Fault("E160", place_of(case, path), path, got, f"≥ {least_k:g} K", words, "crossed_returns")


def _level(level: Level, supply: Mapping[str, float]) -> tuple[str, float] | None:
    """Return name and temperature of a level, None where the case states none."""
    if not isinstance(level, str):
        return level
    return (level, supply[level]) if level in supply else None


def _out_of_reach(case: Case, technology: Technology, supply: Mapping[str, float]) -> Iterator[Fault]:
    carriers = {p.name: technology.carrier_of(p) for p in technology.ports if p.name not in technology.idle_ports()}
    for code, ranges in (("W1841", technology.level_ranges()), ("W1838", technology.curve_ranges())):
        for port, low, high in ranges:
            carrier = carriers.get(port, "")
            at = supply.get(carrier)
            if at is not None and not low <= at <= high:
                path = f"technologies.{technology.id}"
                words = {"carrier": carrier, "port": port}
                allowed = f"≤ {high:g} °C" if at > high else f"≥ {low:g} °C"
                yield Fault(code, place_of(case, path), path, f"{at:g} °C", allowed, words, "levels")


def _crossed(case: Case, technology: Technology, levels: Mapping[str, tuple[float, float]]) -> Iterator[Fault]:
    """Yield loops that would cool a building by themselves but for their warm pipe."""
    found = technology.too_warm(levels)
    if found is not None:
        carrier, warm, limit = found
        path = f"technologies.{technology.id}"
        words = {"carrier": carrier}
        yield Fault("W1845", place_of(case, path), path, f"{warm:g} °C", f"≤ {limit:g} °C", words, "levels")
