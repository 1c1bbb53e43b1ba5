"""Investments per kW looked up at the sizes a plant comes to, before the plant is proven.

The model knows one specific investment per machine group. Cost per kW falls with size, which is not convex: no linear
model can choose along such a curve. With ``settings.cost_by_size`` the plant is sized on typical days, every default
investment that has a curve is replaced by the curve at the size of one machine found
(:mod:`edsim.core.machines.cost_curves`), and the plant is sized again, until costs and sizes agree, six times at most:
on typical days only prices change, and a model that lives on is solved again in a fraction of its first solve. A cost
that turns back is moved half way, so that sizes that swing with their cost come to rest. With these costs the plant is
proven once, on all hours. Where its sizes are so different from those of typical days that a cost is off by more than 5
%, costs are taken at the proven sizes and the plant is proven once more. Size is that of a machine bought: existing
capacity does not count. Investments typed in the case are quotes and are never touched; a machine that was not chosen
keeps the cost it was refused at.

Where costs and sizes agree, sizes are best at the costs of those sizes; that no other such pair is cheaper is not
proven. They need not agree in the end: :mod:`edsim.results.size_costs` looks again and says so (W515). The certificate
holds at the costs it used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from edsim.case.parts.exchange_rate import case_prices
from edsim.case.schema import Case
from edsim.core.errors import InfeasibleError, SolverError
from edsim.core.machines.cost_curves import cost_at_size, machine_size
from edsim.core.quantity import Provenance
from edsim.core.technology import Technology
from edsim.network.district import District
from edsim.optimization.sizing.certify import Design

Sizes = Mapping[tuple[str, str], float]

SETTLED_SOURCE = "cost by size at the size found"
"""Source of an investment that was taken from the curve, first words."""
SETTLED_FRAC = 0.02
"""Costs and sizes agree when no investment differs more from its curve."""
FAR_FRAC = 0.05
"""A proven plant is proven again when an investment differs more than this from its curve."""
_PASSES = 6
_NO_SIZE = 1.0


@dataclass(frozen=True, slots=True)
class SizeCost:
    """Investment of a machine beside that of its size.

    Attributes
    ----------
    field
        Investment field.
    size
        Size of one machine bought, in the unit of its first size.
    used, at_size
        Currency of the case per unit of size: what the design counted, and what the curve says at `size`.
    """

    field: str
    size: float
    used: float
    at_size: float

    def differs(self, tolerance_frac: float) -> bool:
        """Return whether the two costs differ by more than a share of the one used."""
        return abs(self.at_size - self.used) > tolerance_frac * self.used


def settle_costs(
    districts: Sequence[District],
    size: Callable[[Sequence[District]], Sequence[Sizes]],
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[District, ...]:
    """Return districts whose default investments are those of the sizes they lead to, as far as the two settle.

    Parameters
    ----------
    districts
        District of every milestone, one where the district does not grow.
    size
        Districts → sizes of every milestone, (technology id, size name) → installed: quick, since it is called for
        every pass.
    progress
        Called with one line per pass.
    """
    now = tuple(districts)
    moves: dict[str, float] = {}
    for turn in range(_PASSES):
        try:
            costs = unsettled_costs(now, size(now))
        except (InfeasibleError, SolverError):
            progress("cost by size: a pass did not finish")
            break
        if not costs:
            break
        progress(f"cost by size, pass {turn + 1}: investments of {', '.join(sorted(costs))} as of the sizes found")
        swinging = {name for name, c in costs.items() if (c.at_size - c.used) * moves.get(name, 0.0) < 0.0}
        now = tuple(_with_costs(d, costs, swinging) for d in now)
        moves |= {name: c.at_size - c.used for name, c in costs.items()}
    return now


def proven_at_cost(
    districts: Sequence[District],
    plants: Sequence[Design],
    solve: Callable[[Sequence[District]], Sequence[Design]],
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[tuple[District, ...], tuple[Design, ...]]:
    """Return districts and proven plants, proven once more where a cost is more than 5 % off that of its size.

    Parameters
    ----------
    districts, plants
        District and proven plant of every milestone.
    solve
        Proves the plants of all milestones anew.
    progress
        Called with a line if there is another pass.
    """
    costs = unsettled_costs(districts, [p.solution.capacities for p in plants], FAR_FRAC)
    if not costs:
        return tuple(districts), tuple(plants)
    progress(f"cost by size: proving the plant again with the investments of {', '.join(sorted(costs))}")
    now = tuple(_with_costs(d, costs, set()) for d in districts)
    return now, tuple(solve(now))


def unsettled_costs(
    districts: Sequence[District], sizes: Sequence[Sizes], tolerance_frac: float = SETTLED_FRAC
) -> dict[str, SizeCost]:
    """Return machine → cost used and cost of the size found, where they differ by more than `tolerance_frac`.

    Of a district that grows the size is the largest of all milestones.
    """
    case = districts[-1].case
    found = {t.id: size_cost(case, t, max((_capacity(t, s) for s in sizes), default=0.0)) for t in case.technologies}
    return {name: cost for name, cost in found.items() if cost is not None and cost.differs(tolerance_frac)}


def size_cost(case: Case, machine: Technology, capacity: float) -> SizeCost | None:
    """Return the investment used and that of the size bought for a bank of `capacity`, existing machines included.

    None when nothing is bought, for a quote and for a machine without a curve.
    """
    if not machine.sizes or is_quoted(case.provenance, machine):
        return None
    first = machine.sizes[0]
    existing = float(getattr(machine, f"existing_{first.name}", 0.0))
    if capacity - existing <= _NO_SIZE:
        return None
    size = machine_size(machine, capacity, existing)
    cost = cost_at_size(machine, size, case.currency, case.price_year, case_prices(case))
    return None if cost is None else SizeCost(first.capex, size, float(getattr(machine, first.capex)), cost)


def is_quoted(provenance: Mapping[str, Provenance], machine: Technology) -> bool:
    """Return whether the investment of the first size of `machine` was typed in the case."""
    origin = provenance.get(f"technologies.{machine.id}.{machine.sizes[0].capex}")
    return origin is not None and bool(origin.where)


def _capacity(machine: Technology, sizes: Sizes) -> float:
    return float(sizes.get((machine.id, machine.sizes[0].name), 0.0)) if machine.sizes else 0.0


def _with_costs(district: District, costs: Mapping[str, SizeCost], swinging: set[str]) -> District:
    """Return the district whose case has the investments, half way for those that swing, with where they come from."""
    case = district.case
    origins = dict(case.provenance)
    per_usd = case.exchange_rate_per_usd
    rate = "" if per_usd is None else f" at {per_usd:g} {case.currency}/USD"
    machines: list[Technology] = []
    for t in case.technologies:
        if t.id not in costs:
            machines.append(t)
            continue
        cost = costs[t.id]
        value = (cost.at_size + cost.used) / 2.0 if t.id in swinging else cost.at_size
        machines.append(t.model_copy(update={cost.field: value}))
        old = origins.get(f"technologies.{t.id}.{cost.field}")
        unit = old.unit if old is not None else "currency/kW"
        half = ", mean with the cost used before" if t.id in swinging else ""
        source = f"{SETTLED_SOURCE}, {cost.size:,.0f} {t.sizes[0].unit} a machine{half}; table cost_by_size{rate}"
        origins[f"technologies.{t.id}.{cost.field}"] = Provenance(value, unit, source, case.price_year, "benchmark")
    return replace(district, case=case.model_copy(update={"technologies": tuple(machines), "provenance": origins}))
