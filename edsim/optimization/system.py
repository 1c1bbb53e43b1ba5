"""The system to optimize: machines with a choice, demands at nodes, and what surrounds them.

Everything that has no choice (pump power, network gains, machines that serve one building alone) has already become a
demand series when a :class:`System` is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edsim.core.carriers import family
from edsim.core.tariff import Tariff
from edsim.core.technology import Conditions, Technology
from edsim.core.timegrid import TimeGrid

Array = NDArray[np.float64]
NodeCarrier = tuple[str, str]


@dataclass(frozen=True, slots=True)
class System:
    """What the optimizer sizes and dispatches.

    Attributes
    ----------
    technologies
        Machines of the model, each at a node.
    demand
        (node, carrier) → (8760,) kW that must be served.
    conditions
        Node → conditions on the full hourly year.
    discount_rate_frac, investment_factor
        Rate of the annuity; factor on all investments for engineering and contingency.
    unserved_cost_per_kwh
        Penalty used where demand may be left unserved (dispatch check and diagnosis, never in sizing).
    reach_factor
        How much farther than usual sizes without a limit of the case may go, see :func:`reach_kw`.
    """

    technologies: tuple[Technology, ...]
    demand: Mapping[NodeCarrier, Array]
    conditions: Mapping[str, Conditions]
    discount_rate_frac: float
    investment_factor: float
    unserved_cost_per_kwh: float
    reach_factor: float = 1.0


def pinned(system: System, capacities: Mapping[tuple[str, str], float]) -> System:
    """Return the system with every size held at its value in `capacities`."""

    def held(t: Technology) -> Technology:
        ends = {f"{end}_{s.name}": capacities[t.id, s.name] for s in t.sizes for end in ("min", "max")}
        return t.model_copy(update=ends) if ends else t

    return replace(system, technologies=tuple(held(t) for t in system.technologies))


def annuity_factor(rate_frac: float, life_a: float) -> float:
    """Return the capital recovery factor r / (1 - (1 + r)^-n), 1/n for r = 0."""
    if rate_frac == 0.0:
        return 1.0 / life_a
    return float(rate_frac / -np.expm1(-life_a * np.log1p(rate_frac)))


def on_grid(conditions: Conditions, grid: TimeGrid) -> Conditions:
    """Return full-year `conditions` sampled on `grid`."""

    def tariff(t: Tariff) -> Tariff:
        return replace(
            t,
            energy_per_kwh=grid.sample(t.energy_per_kwh),
            export_per_kwh=grid.sample(t.export_per_kwh),
            ghg_kg_per_kwh=grid.sample(t.ghg_kg_per_kwh),
            demand_bands=tuple(replace(b, counts=grid.sample(b.counts)) for b in t.demand_bands),
        )

    return replace(
        conditions,
        grid=grid,
        dry_bulb_temp_c=grid.sample(conditions.dry_bulb_temp_c),
        wet_bulb_temp_c=grid.sample(conditions.wet_bulb_temp_c),
        supply_by_step_c={k: grid.sample(v) for k, v in conditions.supply_by_step_c.items()},
        tariffs={k: tariff(t) for k, t in conditions.tariffs.items()},
        fuels={k: tariff(t) for k, t in conditions.fuels.items()},
        sources={
            k: replace(
                s,
                available_kw=grid.sample(s.available_kw),
                temp_c=grid.sample(s.temp_c),
                change_k=s.change_k if isinstance(s.change_k, float) else grid.sample(s.change_k),
            )
            for k, s in conditions.sources.items()
        },
        pv_kw_per_kwp={k: grid.sample(v) for k, v in conditions.pv_kw_per_kwp.items()},
    )


_LEAST_COP = 0.5
"""Smallest cooling per unit of driving heat; only used to derive finite bounds."""
_LEAST_POWER_EFFICIENCY = 0.2
"""Smallest electric efficiency of a machine; only used to derive finite bounds."""


def joined_nodes(technologies: Sequence[Technology], node: str) -> frozenset[str]:
    """Return `node` and every node that links join to it, directly or through others."""
    pairs = [{t.node, end} for t in technologies if isinstance(end := getattr(t, "to_node", None), str)]
    reached = {node}
    for _ in pairs:
        reached |= {end for pair in pairs if pair & reached for end in pair}
    return frozenset(reached)


def reach_kw(system: System, node: str, carrier: str) -> float:
    """Return a finite upper bound on any flow of `carrier` at `node`, derived from the peaks of all demands there.

    The bound is twice the peak (a store may be charged while demand is served) of everything the carrier could have to
    supply: cooling may be driven by heat at a ratio of 0.5 or by power at a COP of 1, heat and power by a fuel at an
    efficiency of 0.2. It makes every variable finite and proofs close. A design that ends at it (exports that pay,
    stores filled in few cheap hours) is sought again farther out, by `reach_factor`
    (:mod:`edsim.optimization.sizing.reach`). Nodes joined by links may supply each other and count as one. Power that
    machines draw without serving a demand (vehicles) counts as demand. Levels of a carrier count together.
    """
    peak: dict[str, float] = {}
    joined = joined_nodes(system.technologies, node)
    for (at, what), series in system.demand.items():
        if at in joined:
            peak[family(what)] = peak.get(family(what), 0.0) + float(series.max(initial=0.0))
    for t in system.technologies:
        if t.node in joined:
            peak["electricity"] = peak.get("electricity", 0.0) + t.own_draw_kw
    cold = peak.get("chilled_water", 0.0) + peak.get("cooling", 0.0)
    heat = sum(peak.get(c, 0.0) for c in ("hot_water", "steam", "ambient_water"))
    power = peak.get("electricity", 0.0)
    air = peak.get("compressed_air", 0.0)
    driving_heat = heat + cold / _LEAST_COP
    driving_power = power + cold + heat + air
    by_carrier = {
        "chilled_water": cold,
        "cooling": cold,
        "electricity": driving_power + driving_heat,
        "condenser_water": cold * (1 + 1 / _LEAST_COP),
        "compressed_air": air,
    }
    if any((at, carrier) in system.demand for at in joined):
        carrier = family(carrier)  # a level that is served; what stays inside a plant keeps the widest bound
    if carrier in by_carrier:
        need = by_carrier[carrier]
    elif carrier in {"hot_water", "steam", "steam_low", "ambient_water", "exhaust_gas"}:
        need = driving_heat
    else:
        need = (driving_heat + driving_power) / _LEAST_POWER_EFFICIENCY
    return 2.0 * system.reach_factor * max(need, 1.0)
