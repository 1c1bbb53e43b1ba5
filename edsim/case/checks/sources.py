"""Checks of sources: each says how much it gives, technologies name existing ones, and none leaves unnoticed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import inf

from edsim.case.checks.ids import place_of, unknown
from edsim.case.milestones import end_year, is_phased, milestone_years
from edsim.case.parts.source_spec import OF_WATER, SIZES, SourceSpec
from edsim.case.schema import Case
from edsim.case.wording.messages import Fault
from edsim.core.carriers import is_of
from edsim.core.technology import Technology

_NOT_SOURCES = frozenset({"air", "carrier"})
"""Words a technology may write for its source that mean no source of the case."""
_BOILING = "steam"
"""Made at one temperature, that of its supply; other carriers are warmed from their return on."""
_SURFACE_M = 20.0
"""Depth below which water does not follow the air."""
_WIDEST_SWING_K = 12.0
"""Half swing beyond that of any river, lake or sea, where none is stated; judgement."""


def check_sources(case: Case) -> Iterator[Fault]:
    """Yield sources without or with two sizes, fields that do not fit the kind, unknown sources and exits."""
    for spec in case.sources:
        yield from _size(case, spec)
        yield from _misfits(case, spec)
        yield from _kept(case, spec)
        yield from _free_of_ghg(case, spec)
        if spec.kind in OF_WATER and spec.temp_c is None and (spec.depth_m or 0.0) > _SURFACE_M:
            path = f"sources.{spec.id}.temp_c"
            yield Fault("E1879", place_of(case, path), path, params={"depth": f"{_SURFACE_M:g}"})
        last = end_year(case)
        modelled = is_phased(case) and spec.exit_year in milestone_years(case)
        if spec.exit_year is not None and spec.exit_year < last and not modelled:
            path = f"sources.{spec.id}.exit_year"
            words = {"year": str(spec.exit_year), "last": str(last)}
            yield Fault("W112", place_of(case, path), path, params=words, hint="source_exit")
    known = [s.id for s in case.sources]
    for technology in case.technologies:
        name = getattr(technology, "source", None)
        if isinstance(name, str) and name not in {*known, *_NOT_SOURCES}:
            fault = unknown(case, "E113", f"technologies.{technology.id}.source", name, known)
            yield fault if fault.hint else replace(fault, hint="add_source")
        wanted = technology.source_side
        yield from _too_cold(case, technology)
        yield from _too_warm(case, technology)
        for spec in case.sources:
            if spec.id == name and wanted and spec.is_cold != (wanted == "cold"):
                path = f"technologies.{technology.id}.source"
                words = {"wanted": wanted, "given": "cold" if spec.is_cold else "heat"}
                yield Fault("E116", place_of(case, path), path, got=name, params=words, hint="source_side")


def _too_cold(case: Case, technology: Technology) -> Iterator[Fault]:
    """Yield captures without a heat pump of heat that is colder than the return of the carrier it is for."""
    spec = next((s for s in case.sources if s.id == getattr(technology, "source", None)), None)
    if spec is None or spec.temp_c is None or getattr(technology, "max_lift_kw", None) != 0.0:
        return
    levels = dict(case.settings.carrier_temps_c)
    levels |= {n.carrier: (n.supply_temp_c, n.return_temp_c) for n in case.networks}
    carriers = [technology.carrier_of(p) for p in technology.ports if p.direction == "out"]
    for carrier in carriers:
        needed_c = levels.get(carrier, (-inf, -inf))[0 if is_of(carrier, _BOILING) else 1]
        if spec.temp_c <= needed_c:
            path = f"technologies.{technology.id}"
            words = {"source": spec.id, "carrier": carrier}
            allowed = f"> {needed_c:g} °C"
            yield Fault("W1899", place_of(case, path), path, f"{spec.temp_c:g} °C", allowed, words, "lift")


def _too_warm(case: Case, technology: Technology) -> Iterator[Fault]:
    """Yield free cooling from water that is, at its coldest, no colder than what returns from the network."""
    spec = next((s for s in case.sources if s.id == getattr(technology, "source", None)), None)
    if technology.kind != "free_cooling" or spec is None or spec.temp_c is None or not spec.is_cold:
        return
    deep = spec.kind == "ground" or (spec.depth_m or 0.0) > _SURFACE_M
    swing_k = spec.temp_swing_k if spec.temp_swing_k is not None else 0.0 if deep else _WIDEST_SWING_K
    levels = dict(case.settings.carrier_temps_c)
    levels |= {n.carrier: (n.supply_temp_c, n.return_temp_c) for n in case.networks}
    carrier = technology.carrier_of(technology.ports[0])
    returned_c = levels.get(carrier, (inf, inf))[1]
    if spec.temp_c - swing_k >= returned_c:
        path = f"technologies.{technology.id}"
        words = {"source": spec.id, "carrier": carrier}
        yield Fault("W1979", place_of(case, path), path, f"{spec.temp_c:g} °C", f"< {returned_c:g} °C", words, "intake")


def unused_sources(case: Case, changed: Iterable[Case]) -> Iterator[Fault]:
    """Yield the sources no machine draws from, in the case or as its variants and scenarios change it.

    Parameters
    ----------
    case
        The case.
    changed
        The same with the changes of every variant and scenario.
    """
    machines = [t for each in (case, *changed) for t in each.technologies]
    drawn = {getattr(t, "source", None) for t in machines}
    for spec in case.sources if machines else ():
        if spec.id not in drawn:
            path = f"sources.{spec.id}.id"
            yield Fault("W1980", place_of(case, path), path, spec.id, hint="name_source")


def _size(case: Case, spec: SourceSpec) -> Iterator[Fault]:
    path = f"sources.{spec.id}"
    given = [name for name in SIZES if getattr(spec, name) is not None]
    if not given and spec.kind != "air_wet_bulb":
        allowed = ", ".join(SIZES if spec.kind in OF_WATER else [s for s in SIZES if s != "flow_m3_per_h"])
        yield Fault("E112", place_of(case, path), path, allowed=allowed)
    sizes = [g for g in given if g != "file"]
    if len(sizes) > 1:
        yield Fault("E114", place_of(case, path), path, ", ".join(given), " | ".join(sizes), hint="keep_one")


def _kept(case: Case, spec: SourceSpec) -> Iterator[Fault]:
    """Yield water that may not change its temperature: sent back no colder than it comes, or of cold no warmer."""
    if spec.kind not in OF_WATER or spec.temp_c is None or spec.outlet_limit_c is None:
        return
    room = spec.outlet_limit_c - spec.temp_c if spec.is_cold else spec.temp_c - spec.outlet_limit_c
    if room <= 0.0:
        path = f"sources.{spec.id}.outlet_limit_c"
        sign = ">" if spec.is_cold else "<"
        got, allowed = f"{spec.outlet_limit_c:g} °C", f"{sign} {spec.temp_c:g} °C"
        yield Fault(
            "W1885",
            place_of(case, path),
            path,
            got,
            allowed,
            {"source": spec.id},
            "outlet_of_cold" if spec.is_cold else "outlet_of_heat",
        )


def _free_of_ghg(case: Case, spec: SourceSpec) -> Iterator[Fault]:
    """Yield heat of a power plant that a technology takes and whose emissions nobody states."""
    taken = any(getattr(t, "source", None) == spec.id for t in case.technologies)
    if spec.kind == "power_plant" and taken and not spec.is_cold and "ghg_kg_per_kwh" not in spec.model_fields_set:
        path = f"sources.{spec.id}"
        yield Fault("W1886", place_of(case, path), path, params={"source": spec.id}, hint="heat_factor")


def _misfits(case: Case, spec: SourceSpec) -> Iterator[Fault]:
    """Yield fields that the kind of the source does not use: what is written must count."""
    water = spec.kind in OF_WATER
    unused = {
        "flow_m3_per_h": not water,
        "max_temp_change_k": not water,
        "outlet_limit_c": not water,
        "temp_swing_k": not water,
        "power_kw": water or spec.kind in {"ground", "air_wet_bulb"},
        "heat_per_power": water or spec.kind in {"ground", "air_wet_bulb"},
        "ghg_kg_per_kwh": spec.is_cold and spec.ghg_kg_per_kwh > 0.0,
        "primary_energy_factor": spec.is_cold and spec.primary_energy_factor > 0.0,
        "depth_m": spec.kind not in {"sea", "lake", "river", "ground"},
    }
    for name, is_unused in unused.items():
        if is_unused and getattr(spec, name) is not None:
            path = f"sources.{spec.id}.{name}"
            yield Fault("E115", place_of(case, path), path, got=f"{getattr(spec, name):g}", params={"kind": spec.kind})
