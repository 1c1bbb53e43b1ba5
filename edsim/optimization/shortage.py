"""What a demand that no design serves is short of, in the words of a message."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from edsim.core.errors import Finding
from edsim.core.technology import Technology
from edsim.optimization.types import Flow, Solution

_AT_PENALTY_FRAC = 0.05
"""What limits a supplier carries at least this share of the price of the demand that is not served."""


def short_of(short: Flow, solution: Solution, technologies: Sequence[Technology], at_limit: Sequence[str]) -> Finding:
    """Return the finding of a demand left unserved: worst hour, and what binds or what its supplier lacks then.

    Parameters
    ----------
    short
        What is not served.
    solution
        The year with demand allowed to stay unserved at its penalty.
    technologies
        Of the system.
    at_limit
        Largest sizes that are used up; they are named rather than suppliers.
    """
    hour = int(short.values.argmax())
    hours, kw = int((short.values > 1e-6).sum()), float(short.values[hour])
    return Finding(
        code="E511",
        field="technologies",
        what=f"no design serves {short.carrier} at {short.node} within the limits of the case",
        got=f"short by up to {kw:,.0f} kW (day {hour // 24 + 1}, {hour % 24}:00) in {hours} hours",
        allowed="every hour served",
        hint=f"binding: {', '.join(at_limit)}; raise them"
        if at_limit
        else _lacking(short, solution, technologies, hour),
    )


def _lacking(short: Flow, solution: Solution, technologies: Sequence[Technology], hour: int) -> str:
    """Return which supplier stands at the place of the demand, and the input or the outlet it lacks in `hour`."""
    own = [f for f in _machines(solution) if _at(f) == _at(short) and f.direction == "out"]
    if not own:
        return "add a supplier of this carrier"
    names = ", ".join(dict.fromkeys(f.technology for f in own))
    needed = [o for f in own for o in _needed(f, solution, technologies)]
    least = _AT_PENALTY_FRAC * _worth(solution, _at(short), hour)
    lacked = max(needed, key=lambda f: _worth(solution, _at(f), hour), default=None)
    if lacked is None or _worth(solution, _at(lacked), hour) < least:
        return f"{names} makes too little of it in that hour; add another supplier"
    carrier, node = lacked.carrier, lacked.node
    facing = [
        f for f in _machines(solution) if _at(f) == _at(lacked) and f.direction not in {lacked.direction, "state"}
    ]
    given = ", ".join(_amounts(facing, hour)) or "none"
    if lacked.direction == "in":
        return (
            f"{names} makes it, but gets too little {carrier} at {node} in that hour ({given}); offer more of it there"
        )
    if any(f.kind == "cooling_tower" for f in facing) and carrier == "ambient_water":
        return (
            f"{names} makes it, but too little of its heat leaves the loop at {node} in that hour ({given}): a tower "
            "takes none while wet bulb + approach is above the cold pipe; raise settings.carrier_temps_c.ambient_water"
        )
    return (
        f"{names} makes it, but too little of its {carrier} is taken at {node} in that hour ({given}); "
        "offer more there that takes it"
    )


def _amounts(flows: Sequence[Flow], hour: int) -> list[str]:
    """Return what each machine gives or takes in `hour`; several outlets of one, as jacket and exhaust, are summed."""
    units = {f.technology: f.unit for f in flows}
    return [
        f"{name} {sum(float(f.values[hour]) for f in flows if f.technology == name):,.0f} {unit}"
        for name, unit in units.items()
    ]


def _machines(solution: Solution) -> list[Flow]:
    return [f for f in solution.flows if f.technology not in {"demand", "unserved"}]


def _at(flow: Flow) -> tuple[str, str]:
    return flow.node, flow.carrier


def _worth(solution: Solution, key: tuple[str, str], hour: int) -> float:
    """Return the size of the price of a carrier at a node; a carrier nobody takes has a price far below zero."""
    prices = solution.marginal_prices.get(key)
    return 0.0 if prices is None else abs(float(np.asarray(prices)[hour]))


def _needed(supply: Flow, solution: Solution, technologies: Sequence[Technology]) -> list[Flow]:
    """Return what goes with the supply in the same machine: flows of its variable, else all its other flows."""
    spec = next((t for t in technologies if t.id == supply.technology), None)
    variable = {p.name: p.variable for p in spec.ports} if spec is not None else {}
    others = [
        f for f in solution.flows
        if f.technology == supply.technology and f.port != supply.port and f.direction != "state"
    ]  # fmt: skip
    same = [f for f in others if variable.get(f.port) == variable.get(supply.port)]
    return same or others
