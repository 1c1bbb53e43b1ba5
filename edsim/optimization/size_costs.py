"""After the plant is sized: its investments per kW looked up at the sizes found, and the plant sized again.

The model knows one specific investment per machine group. Cost per kW falls with size, which is not convex: no linear
model can choose along such a curve. With ``settings.cost_by_size`` the plant is solved, every default investment that
has a curve is replaced by the curve at the size of one machine found (:mod:`edsim.core.cost_curves`), and the plant is
solved again, until costs and sizes agree. Investments typed in the case are quotes and are never touched; a machine
that was not chosen keeps the cost it was refused at.

What comes out is a fixed point: sizes that are best at the costs of those sizes. The certificate is that of the last
pass and holds at its costs; that no other fixed point is cheaper is not proven.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from edsim.core.cost_curves import cost_at_size, machine_size
from edsim.core.quantity import Provenance
from edsim.core.technology import Technology
from edsim.network.district import District
from edsim.optimization.certify import Design

SETTLED_SOURCE = "cost by size at the size found"
"""Source of an investment that was taken from the curve, first words."""
SETTLED_FRAC = 0.02
"""Costs and sizes agree when no investment differs more from its curve."""
_PASSES = 3
_NO_SIZE = 1.0

Costs: TypeAlias = Mapping[str, tuple[str, float, float]]
"""Machine → investment field, cost per unit, size of one machine."""


def settle_costs(
    districts: Sequence[District],
    found: Sequence[Design],
    solve: Callable[[Sequence[District]], Sequence[Design]],
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[tuple[District, ...], tuple[Design, ...]]:
    """Return districts and plants whose default investments are those of the sizes chosen.

    Parameters
    ----------
    districts, found
        District and plant of every milestone, one where the district does not grow.
    solve
        Sizes the plants of all milestones anew.
    progress
        Called with one line per pass.
    """
    now, plants = tuple(districts), tuple(found)
    for turn in range(_PASSES):
        costs = unsettled_costs(now, plants)
        if not costs:
            break
        names = ", ".join(sorted(costs))
        progress(f"cost by size, pass {turn + 1}: sizing the plant again with the investments of {names}")
        now = tuple(_with_costs(d, costs) for d in now)
        plants = tuple(solve(now))
    return now, plants


def unsettled_costs(
    districts: Sequence[District], plants: Sequence[Design], tolerance_frac: float = SETTLED_FRAC
) -> dict[str, tuple[str, float, float]]:
    """Return machine → investment field, cost of the size found and that size, where the cost used differs.

    Of a district that grows the size is the largest of all milestones.
    """
    case = districts[-1].case
    out: dict[str, tuple[str, float, float]] = {}
    for t in case.technologies:
        capacity = max((_capacity(t, p) for p in plants), default=0.0)
        if capacity <= _NO_SIZE or is_quoted(case.provenance, t):
            continue
        size, field = machine_size(t, capacity), t.sizes[0].capex
        cost, used = cost_at_size(t, size, case.currency, case.price_year), float(getattr(t, field))
        if cost is not None and abs(cost - used) > tolerance_frac * used:
            out[t.id] = (field, cost, size)
    return out


def is_quoted(provenance: Mapping[str, Provenance], machine: Technology) -> bool:
    """Return whether the investment of the first size of `machine` was typed in the case."""
    origin = provenance.get(f"technologies.{machine.id}.{machine.sizes[0].capex}")
    return origin is not None and bool(origin.where)


def _capacity(machine: Technology, plant: Design) -> float:
    return float(plant.solution.capacities.get((machine.id, machine.sizes[0].name), 0.0)) if machine.sizes else 0.0


def _with_costs(district: District, costs: Costs) -> District:
    """Return the district whose case has the investments, with where they come from."""
    case = district.case
    origins = dict(case.provenance)
    machines: list[Technology] = []
    for t in case.technologies:
        if t.id not in costs:
            machines.append(t)
            continue
        field, cost, size = costs[t.id]
        machines.append(t.model_copy(update={field: cost}))
        old = origins.get(f"technologies.{t.id}.{field}")
        unit = old.unit if old is not None else "currency/kW"
        source = f"{SETTLED_SOURCE}, {size:,.0f} {t.sizes[0].unit} a machine; table cost_by_size"
        origins[f"technologies.{t.id}.{field}"] = Provenance(cost, unit, source, case.price_year, "benchmark")
    return replace(district, case=case.model_copy(update={"technologies": tuple(machines), "provenance": origins}))
