"""Audit of sources: their hours, read again from the case, against what all machines take from them or give to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from edsim.case.normals import case_normals
from edsim.core.hours import HOURS_PER_YEAR
from edsim.profiles.district import make_weather, sources_of
from edsim.results.audit_limits import LIMIT_TOLERANCE_FRAC, Hours, fault

if TYPE_CHECKING:
    from edsim.case.schema import Case
    from edsim.core.errors import Finding
    from edsim.profiles.types import SourceProfile
    from edsim.profiles.weather.types import Weather

Array = NDArray[np.float64]
Reservoir = tuple[float | Array, float | Array]
"""Lowest temperature heat is passed to and highest it is taken from, °C."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Weather of a case, None where it has none or no machine meets it, and the hours of its sources by name."""

    weather: Weather | None
    sources: Mapping[str, SourceProfile]


def surroundings_of(case: Case) -> Surroundings:
    """Return weather and sources of a case whose machines give heat to them or take it, empty where it has neither."""
    stated = case.weather.file is not None or case_normals(case)
    if not stated or not any(t.rejects_to_air or t.drawn_source for t in case.technologies):
        return Surroundings(None, {})
    weather = make_weather(case)
    return Surroundings(weather, sources_of(case, weather))


def of_sources_c(names: Sequence[str], case: Case, around: Surroundings) -> Reservoir | None:
    """Return the lowest and the highest temperature of sources, by hour or of the year; None where one is not known."""
    found = [_of_source_c(name, case, around) for name in names]
    known = [one for one in found if one is not None]
    if not known or len(known) < len(found):
        return None
    lows, highs = zip(*known, strict=True)
    return reduce(np.minimum, lows), reduce(np.maximum, highs)


def _of_source_c(name: str, case: Case, around: Surroundings) -> Reservoir | None:
    if name in around.sources:
        temp_c = around.sources[name].temp_c
        return temp_c, temp_c
    spec = next((s for s in case.sources if s.id == name), None)
    if spec is None or spec.temp_c is None or spec.file is not None:
        return None
    swing = spec.temp_swing_k or 0.0
    return spec.temp_c - swing, spec.temp_c + swing


def source_findings(hours: Hours, case: Case) -> Iterator[Finding]:
    """Yield the sources of which all machines together take, or give to, more than they have in an hour.

    What a machine takes is what it delivers less the work of the lift, what it gives is what it takes in.

    Parameters
    ----------
    hours
        Flows of a variant.
    case
        The case of the variant: sources and weather.

    Yields
    ------
    Finding
        E920 with the hour of the largest excess.
    """
    around = surroundings_of(case)
    taken: dict[str, Array] = {}
    for machine in case.technologies:
        if machine.drawn_source in around.sources:
            used = _of_its_source_kw(machine, hours)
            taken[machine.drawn_source] = taken.get(machine.drawn_source, np.zeros_like(used)) + used
    for name, used in taken.items():
        available = around.sources[name].available_kw
        slack = np.maximum(LIMIT_TOLERANCE_FRAC * np.maximum(available, 1.0), hours.resolved_kw())
        hour = int((used - available - slack).argmax())
        if used[hour] > available[hour] + slack[hour]:
            got = f"{used[hour]:.6g} kW in hour {hour}, it has {available[hour]:.6g} kW"
            yield fault("E920", hours.variant, f"{name} is used beyond what it has", got)


def _of_its_source_kw(machine: Any, hours: Hours) -> Array:
    """Return the heat a machine exchanges with its source, (8760,) kW: what it moves, less the work of a lift."""
    lifted = {use.variable for use in machine.source_uses if use.heat}
    moved = {use.variable for use in machine.source_uses}
    found = np.zeros(HOURS_PER_YEAR)
    for port in machine.ports:
        flow = hours.total(machine.id, port.direction, port=port.name)
        if port.carrier == "electricity":
            found -= flow if port.variable in lifted else 0.0
        elif port.variable in moved and not port.factor:  # what steam gives back to its feedwater was taken once
            found += flow
    return found
