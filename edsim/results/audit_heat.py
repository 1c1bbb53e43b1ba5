"""Second law of every machine that moves heat, from the stored flows and the temperatures of the case.

In each hour, of a store over the year, the entropy that leaves a machine is at least what enters it::

    sum of Q_out / T_out  -  sum of Q_in / T_in  +  Q_0 / T_0  >=  0

Q of a stream of water that changes from one temperature to the other counts at its entropic mean temperature,
``(Ta - Tb) / ln(Ta / Tb)``. Cold given is heat taken in. Work and fuel carry no entropy. Q_0 closes the energy balance:
it is taken from the source of the machine, or passed to the surroundings. Where a temperature is a range or not known,
the one that accuses least is used, or the machine is left out: chillers are held to the air of the hour, dry where air
cools the condenser, at its wet bulb behind a tower, to the coldest source behind intakes, other machines to
surroundings of 10 °C, direct waste heat to the return of what it warms, and free cooling to the return of what it
cools, since it may take the first kelvins only.
An exchanger mixes or bypasses on either side, and is held to the supply temperatures.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from edsim.core.carriers import is_of
from edsim.core.machines.traits import JudgedAt
from edsim.core.units import KELVIN
from edsim.results.audit_limits import LIMIT_TOLERANCE_FRAC, Hours, fault
from edsim.results.audit_sources import Reservoir, Surroundings, of_sources_c, surroundings_of

if TYPE_CHECKING:
    from edsim.case.schema import Case
    from edsim.core.errors import Finding

Array = NDArray[np.float64]
Levels = Mapping[str, tuple[float, float]]

_COLD = frozenset({"chilled_water", "cooling"})
_HEAT = _COLD | {"hot_water", "steam", "ambient_water", "heating"}
_SINK = "condenser_water"
_COLDEST_SINK_C = 10.0
_WARMEST_ROOM_C = 50.0
_NO_ENERGY = frozenset({"compressed_air"})
"""Carriers that are not counted in kW."""


def heat_findings(hours: Hours, case: Case) -> Iterator[Finding]:
    """Yield the machines that move heat against the second law.

    Parameters
    ----------
    hours
        Flows of a variant.
    case
        The case of the variant: temperatures of its carriers and sources.

    Yields
    ------
    Finding
        E911 with the hour in which most entropy is missing.
    """
    levels: dict[str, tuple[float, float]] = {n.carrier: (n.supply_temp_c, n.return_temp_c) for n in case.networks}
    levels |= dict(case.settings.carrier_temps_c)
    mild = {n.carrier: (n.outdoor_reset.mild_supply_temp_c, n.return_temp_c) for n in case.networks if n.outdoor_reset}
    # cold counts at its return for what may take the first kelvins only; all at supply in an exchanger
    held_to: Mapping[JudgedAt, Levels] = {
        "mean": levels,
        "mild": levels | mild,
        "return": {c: (back, back) for c, (_, back) in levels.items()},
        "supply": {c: (supply, supply) for c, (supply, _) in levels.items()},
        "coldest": {c: (min(t), min(t)) for c, t in levels.items()},
    }
    around = surroundings_of(case)
    for machine in case.technologies:
        rows = hours.flows[hours.flows["technology"] == machine.id]
        holds = bool((rows["direction"] == "state").any())
        streams = [
            (str(r.carrier), str(r.direction), hours.series[str(r.column)])
            for r in rows[rows["direction"].isin(["in", "out"])].itertuples()
        ]
        if holds:
            streams = [(c, d, kw.sum(keepdims=True)) for c, d, kw in streams]
        at = _levels_of(machine, held_to[machine.judged_at])
        reservoir = _reservoir_c(machine, case, around)
        made = None if machine.by_the_sun else entropy_kw_per_k(streams, at, reservoir)
        if made is None:
            continue
        moved = max(float(values.max()) for _, _, values in streams)
        hour = int(made.argmin())
        if made[hour] < -LIMIT_TOLERANCE_FRAC * max(moved, 1.0) / KELVIN:
            got = f"entropy falls by {-made[hour]:.6g} kW/K " + ("over the year" if holds else f"in hour {hour}")
            yield fault("E911", hours.variant, f"{machine.id} moves heat against the second law", got)


def _levels_of(machine: Any, levels: Levels) -> Levels:
    """Return the levels of the carriers as this machine has them: circuits of its own before those of the case."""
    own = machine.own_levels()
    return {**levels, **{machine.carrier_of(p): own[p.name] for p in machine.ports if p.name in own}}


def entropy_kw_per_k(
    streams: list[tuple[str, str, Array]], levels: Levels, reservoir_c: Reservoir | None
) -> Array | None:
    """Return the entropy a machine makes in each hour, None when a temperature is missing or it moves no heat.

    Parameters
    ----------
    streams
        Carrier, direction (out of the machine or in) and kW, (n,).
    levels
        Carrier → supply and return, °C.
    reservoir_c
        Lowest temperature heat is passed to and highest it is taken from, of every hour or one for all, beside the
        streams, °C; None when unknown.

    Returns
    -------
    (n,) array or None
        kW/K.
    """
    if reservoir_c is None or not any(is_of(c, *_HEAT) for c, _, _ in streams):
        return None
    made = np.zeros_like(streams[0][2])
    left_over = np.zeros_like(made)
    to_k, from_k = (t + KELVIN for t in reservoir_c)
    for carrier, direction, kw in streams:
        if is_of(carrier, *_NO_ENERGY):
            continue
        sign = 1.0 if (direction == "out") != is_of(carrier, *_COLD) else -1.0
        left_over -= sign * kw
        if is_of(carrier, *_HEAT) or carrier == _SINK:
            temp_k = to_k if carrier == _SINK and carrier not in levels else _stream_k(carrier, levels, leaves=sign > 0)
            if temp_k is None:
                return None
            made += sign * kw / temp_k
    return made + np.where(left_over > 0, left_over / to_k, left_over / from_k)


def _stream_k(carrier: str, levels: Levels, *, leaves: bool) -> float | None:
    """Return the temperature a stream counts at, K, None when the case does not state it."""
    if carrier not in levels:
        return None
    a, b = (t + KELVIN for t in levels[carrier])
    if is_of(carrier, "steam") and not leaves:
        return max(a, b)  # it condenses at its supply temperature
    return a if math.isclose(a, b) else (a - b) / math.log(a / b)


def _reservoir_c(machine: Any, case: Case, around: Surroundings) -> Reservoir | None:
    """Return the lowest temperature a machine passes heat to and the highest it takes it from, °C, None if unknown."""
    by_air = getattr(machine, "condenser", "water") == "air"
    intakes = [t for t in case.technologies if t.node == machine.node and t.cooling_water_source() is not None]
    if machine.rejects_to_air and intakes and not by_air:
        return of_sources_c([t.drawn_source for t in intakes], case, around)
    if around.weather is not None and machine.rejects_to_air:
        return around.weather.dry_bulb_temp_c if by_air else around.weather.wet_bulb_temp_c, _WARMEST_ROOM_C
    if machine.drawn_source:
        return of_sources_c([machine.drawn_source], case, around)
    return _COLDEST_SINK_C, _WARMEST_ROOM_C
