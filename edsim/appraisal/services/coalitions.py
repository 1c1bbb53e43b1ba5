"""What every group of services would cost with a plant of its own, and the shares by the theory of games.

For every group the least-cost plant that serves the group alone is sized on typical days, so that a group that would be
better off alone is found. The sun and wind of the site are divided: a group may build on the part that its energy is of
all energy delivered, for no two plants can stand on one roof.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np

from edsim.appraisal.emissions import for_model, refrigerants_of_case
from edsim.appraisal.meters import ELECTRICITY
from edsim.core.errors import CaseError, DataError, InfeasibleError, SolverError
from edsim.core.hours import HOURS_PER_YEAR
from edsim.core.technology import Technology
from edsim.finance import by_separable_cost, core_violations, shapley
from edsim.network.district import District
from edsim.network.taken import taken_kw
from edsim.network.types import NetworkDesign
from edsim.optimization.district.connection import network_cost_per_a
from edsim.optimization.district.prepare_system import building_demand_in_model, prepare_system
from edsim.optimization.model.model import least_cost, sizing_model
from edsim.optimization.sizing.reach import sized_farther
from edsim.optimization.system import System
from edsim.optimization.types import Solution

GAMES = ("separable", "shapley")
MAX_PLAYERS = 5
"""Services up to which every group is costed: 31 sizings."""
LEAST_DOUBT_FRAC = 1e-6
"""Gains of a group below this share of its cost are rounding."""
_TYPICAL_DAYS = 4
"""Days beside the peak days on which groups are sized; against 12 the shares of the shipped park move by 0.002."""
_OF_THE_SITE = frozenset({"pv", "solar_thermal", "wind_turbine"})
"""Kinds that need a place on the site."""

Shares = Mapping[str, float]


def coalition_costs(district: District, energy_kwh: Mapping[str, float]) -> dict[frozenset[str], float]:
    """Return the yearly cost of the least-cost plant and the networks of every group of services, currency/a.

    Empty where a group cannot be served alone, where several plants feed a network of several services, or where there
    are too many services.

    Parameters
    ----------
    district
        District of the variant.
    energy_kwh
        Service → what the plant delivers of it in a year, kWh.
    """
    players = tuple(energy_kwh)
    case = district.case
    if len(players) > MAX_PLAYERS or any(len(n.services) > 1 and len(n.plants) > 1 for n in case.networks):
        return {}
    gases = for_model(refrigerants_of_case(case))
    whole = prepare_system(_serving(district, set(players)), gases)
    goal = least_cost(case.emissions.carbon_price_per_t)
    costs = {}
    try:
        model = sizing_model(whole, _TYPICAL_DAYS)

        def sized(system: System) -> Solution:
            model.update(system)
            return model.solve(goal)

        for size in range(len(players), 0, -1):
            for group in combinations(players, size):
                part = _serving(district, set(group))
                place_frac = sum(energy_kwh[k] for k in group) / sum(energy_kwh.values())
                alone = without_idle_stations(prepare_system(part, gases))
                mine = _on_same_balances(with_part_of_site(alone, place_frac), whole)
                networks = sum(network_cost_per_a(case, d) for d in part.designs)
                costs[frozenset(group)] = sized_farther(mine, sized).objective + networks
    except (CaseError, DataError, InfeasibleError, SolverError):
        return {}
    return costs


def _on_same_balances(part: System, whole: System) -> System:
    """Return the system of a group with the balances of all services, so that one model serves every group."""
    nothing = np.zeros(HOURS_PER_YEAR)
    return replace(part, demand={key: part.demand.get(key, nothing) for key in whole.demand})


def without_idle_stations(system: System) -> System:
    """Return a system that need not build stations of an ambient loop nobody draws from, nor mains without stations.

    A group without heat and cold needs no loop: its losses would have to be made up by machines it has not.
    """
    taking = {node for (node, carrier), kw in system.demand.items() if carrier != ELECTRICITY and kw.any()}
    stations = [t for t in system.technologies if t.kind == "loop_station"]
    loops = {getattr(t, "to_node", "") for t in stations if t.node in taking}
    idle: dict[str, dict[str, float]] = {t.id: {"min_stations": 0} for t in stations if t.node not in taking}
    idle |= {t.id: {"min_length_m": 0.0} for t in system.technologies if t.kind == "loop_mains" and t.node not in loops}
    kept = (t.model_copy(update=idle[t.id]) if t.id in idle else t for t in system.technologies)
    return replace(system, technologies=tuple(kept))


def with_part_of_site(system: System, share_frac: float) -> System:
    """Return a system that may build on a share of the place there is for sun and wind, and owns as much of them."""
    return replace(system, technologies=tuple(_reduced(t, share_frac) for t in system.technologies))


def _reduced(technology: Technology, share_frac: float) -> Technology:
    if technology.kind not in _OF_THE_SITE:
        return technology
    limits = [f"{limit}_{size.name}" for size in technology.sizes for limit in ("existing", "min", "max")]
    held = {name: getattr(technology, name, None) for name in (*limits, "area_m2")}
    return technology.model_copy(update={k: v * share_frac for k, v in held.items() if v is not None})


def _serving(district: District, services: set[str]) -> District:
    """Return the district whose plant serves only some services."""
    designs = tuple(part for d in district.designs if (part := _delivering(district, d, services)) is not None)
    demand: Any = dict(district.profiles.demand)
    for name in {s for _, s in building_demand_in_model(district)} - services:
        demand[name] = np.zeros_like(demand[name])
    return replace(district, designs=designs, profiles=replace(district.profiles, demand=demand))


def _delivering(district: District, design: NetworkDesign, services: set[str]) -> NetworkDesign | None:
    """Return a network as it delivers some services alone, None where it delivers none of them.

    Its pipes stay those laid for all, with their losses; pumping falls with the load.
    """
    spec = next(n for n in district.case.networks if n.id == design.id)
    without = set(spec.services) - services
    if not without:
        return design
    if without == set(spec.services):
        return None
    left = {b: tuple(s for s in taken if s in without) for b, taken in district.taken(design).items()}
    load = design.plant_heat_kw - taken_kw(district.profiles, left).sum(axis=0)
    part = np.divide(load, design.plant_heat_kw, out=np.zeros_like(load), where=design.plant_heat_kw > 0.0)
    pumps = {name: getattr(design, name) * part for name in ("pump_power_kw", "pump_heat_kw")}
    return replace(design, plant_heat_kw=load, **pumps)


def game_shares(players: tuple[str, ...], game: Mapping[frozenset[str], float]) -> dict[str, Shares]:
    """Return the shares by separable costs and remaining benefits, and by the Shapley value."""
    everyone = frozenset(players)
    total = game[everyone]
    found: dict[str, Shares] = {}
    without = {k: game.get(everyone - {k}, 0.0) for k in players}
    alone = {k: game[frozenset((k,))] for k in players}
    with suppress(DataError):  # nothing is gained by sharing: there is no benefit to divide
        found["separable"] = by_separable_cost(total, without, alone)
    values = shapley(players, lambda group: game[group])
    return found | {"shapley": {k: v / total for k, v in values.items()}}


def dearer_together(game: Mapping[frozenset[str], float]) -> float:
    """Return the largest share by which a group costs more than two groups it is made of; 0 where none does.

    One plant can do what two can: such a share is the error of the costs, as two groups count on the same waste heat,
    and peaks are sized on typical days.
    """
    pairs = ((a, b) for a, b in combinations(game, 2) if not a & b and a | b in game)
    return max((game[a | b] / (game[a] + game[b]) - 1.0 for a, b in pairs if game[a] + game[b] > 0.0), default=0.0)


def leaving(
    charges: Mapping[str, float], game: Mapping[frozenset[str], float], doubt_frac: float = LEAST_DOUBT_FRAC
) -> dict[str, str]:
    """Return service → the group with it that would gain most by a plant of its own; none in the core.

    Parameters
    ----------
    charges
        Service → what it pays.
    game
        Group → what it costs alone.
    doubt_frac
        Share by which the costs of groups may be wrong: smaller gains are none.
    """
    if not game:
        return {}
    blocking = core_violations(charges, lambda group: game[group])
    worst: dict[str, str] = {}
    for group, _ in sorted(blocking.items(), key=lambda item: -item[1]):
        if sum(charges[k] for k in group) > (1.0 + doubt_frac) * game[frozenset(group)]:
            for k in group:
                worst.setdefault(k, " + ".join(group))
    return worst
