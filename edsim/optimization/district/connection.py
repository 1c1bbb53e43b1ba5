"""Which buildings to connect: network design and plant dispatch in turn, until the choice repeats.

The layout connects an optional building when the cost it avoids pays for trench and station. What the plant then
spends on it is known only after the plant is sized; so the prize of a building is its avoided individual cost less its
demand at the marginal cost of the plant, hour by hour, from the last pass. Passes end when the same buildings are
connected or the cost changes by less than 0.5 %, at most five; the cheapest is kept.

Where the limits of the plant cannot serve all who would connect, demand may stay unserved at a price, which is then
the price of the hours that are short: whoever draws most in them for what its connection saves stays away first. The
price is halved in ever smaller steps between one at which too many connect and one at which all are served.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edsim.case.schema import Case
from edsim.core.errors import InfeasibleError
from edsim.core.technology import Refrigerant
from edsim.network.design import design_network
from edsim.network.district import District
from edsim.network.from_case import network_request
from edsim.network.pipes.costing import station_terms
from edsim.network.taken import taken_kw, taken_services
from edsim.network.types import NetworkDesign
from edsim.optimization.district.prepare_system import prepare_system
from edsim.optimization.model.model import build, least_cost
from edsim.optimization.sizing.aggregate import choose_days
from edsim.optimization.sizing.reach import sized_farther
from edsim.optimization.system import annuity_factor
from edsim.optimization.types import Solution
from edsim.profiles.types import Profiles

Array = NDArray[np.float64]
Avoided = Mapping[str, Mapping[str, float]]

MAX_PASSES = 5
_SETTLED_FRAC = 0.005
_SHORT_PASSES = 6
"""Prices of hours that are short to try."""
_LEAST_SHORT_FRAC = 1e-3
"""Lowest of these prices over that of unserved demand."""


@dataclass(frozen=True, slots=True)
class _Pass:
    """One round: the networks, what all of it costs a year, and the plant's marginal cost by network."""

    district: District
    cost_per_a: float
    marginal_per_kwh: Mapping[str, Array]

    @property
    def connected(self) -> frozenset[tuple[str, str]]:
        """(network, building) pairs served."""
        return frozenset((d.id, b) for d in self.district.designs for b in d.connected_building_ids)


def settle_connections(
    case: Case,
    profiles: Profiles,
    avoided_per_a: Avoided,
    gases: Mapping[str, Refrigerant],
    progress: Callable[[str], None] = lambda _: None,
) -> District:
    """Return the district whose connections pay for themselves.

    Parameters
    ----------
    case, profiles
        Case of a variant with at least one building of ``connect: optional``.
    avoided_per_a
        Service → building → yearly cost of its individual supply, currency.
    gases
        Refrigerants of the case.
    progress
        Called with a line per pass.
    """
    best: _Pass | None = None
    last: _Pass | None = None
    for number in range(1, MAX_PASSES + 1):
        prices = last.marginal_per_kwh if last is not None else {}
        try:
            now = _one_pass(case, profiles, avoided_per_a, gases, prices)
        except InfeasibleError:
            now = best or _within_limits(case, profiles, avoided_per_a, gases, progress)
            last = now  # the limits choose: no further pass
        progress(
            f"pass {number}: {len(now.connected)} connections, {now.cost_per_a:,.0f} {case.currency} a year in all"
        )
        if best is None or now.cost_per_a < best.cost_per_a:
            best = now
        if last is not None and (
            now.connected == last.connected
            or abs(now.cost_per_a - last.cost_per_a) <= _SETTLED_FRAC * abs(last.cost_per_a)
        ):
            break
        last = now
    assert best is not None
    return best.district


def _one_pass(
    case: Case,
    profiles: Profiles,
    avoided_per_a: Avoided,
    gases: Mapping[str, Refrigerant],
    marginal_per_kwh: Mapping[str, Array],
) -> _Pass:
    """Return the networks designed for those who pay at these marginal costs of the plant, and what all costs.

    Raises
    ------
    InfeasibleError
        No plant within the limits serves them.
    """
    district = _connected(case, profiles, avoided_per_a, marginal_per_kwh)
    solution = size_plant(district, gases)
    networks = sum(network_cost_per_a(case, d) for d in district.designs)
    cost = solution.objective + networks + unconnected_cost_per_a(district, avoided_per_a)
    return _Pass(district, cost, _marginal(district, solution))


def _within_limits(
    case: Case,
    profiles: Profiles,
    avoided_per_a: Avoided,
    gases: Mapping[str, Refrigerant],
    progress: Callable[[str], None],
) -> _Pass:
    """Return the cheapest pass found that the limits of the plant can serve.

    Raises
    ------
    InfeasibleError
        Not even those that must connect can be served.
    """
    progress("the plant cannot serve all who would connect: leaving out those it serves at the highest price")
    district = _connected(case, profiles, avoided_per_a, {})
    system = prepare_system(district, gases)
    model = build(system, choose_days(system, case.settings.typical_days))
    high = system.unserved_cost_per_kwh
    low = high * _LEAST_SHORT_FRAC
    best: _Pass | None = None
    price = high
    for _ in range(_SHORT_PASSES):
        model.update(replace(system, unserved_cost_per_kwh=price))
        short = model.solve(least_cost(case.emissions.carbon_price_per_t), allow_unserved=True)
        try:
            now = _one_pass(case, profiles, avoided_per_a, gases, _marginal(district, short))
        except InfeasibleError:
            if best is None:
                raise
            low = price
        else:
            high = price
            best = now if best is None or now.cost_per_a < best.cost_per_a else best
        price = float(np.sqrt(low * high))
    assert best is not None
    return best


def _connected(
    case: Case, profiles: Profiles, avoided_per_a: Avoided, marginal_per_kwh: Mapping[str, Array]
) -> District:
    """Return the district with networks for those whose avoided cost, less their demand at these prices, pays."""
    designs: list[NetworkDesign] = []
    for spec in case.networks:
        price = marginal_per_kwh.get(spec.id)
        taken = taken_services(case, spec, profiles)
        prize = {b: sum(avoided_per_a.get(s, {}).get(b, 0.0) for s in mine) for b, mine in taken.items()}
        if price is not None:
            drawn = dict(zip(taken, taken_kw(profiles, taken) @ price, strict=True))
            prize = {b: max(v - float(drawn[b]), 0.0) for b, v in prize.items()}
        designs.append(design_network(network_request(case, spec, profiles, prize, designs)))
    return District(case, profiles, tuple(designs))


def unconnected_cost_per_a(district: District, avoided_per_a: Avoided) -> float:
    """Return what the individual supply of all buildings costs that no network serves, currency per year.

    Parameters
    ----------
    district
        Designed networks.
    avoided_per_a
        Service → building → yearly cost of its individual supply, currency.
    """
    served = set(district.served())
    return sum(v for service, by in avoided_per_a.items() for b, v in by.items() if (b, service) not in served)


def size_plant(district: District, gases: Mapping[str, Refrigerant]) -> Solution:
    """Return the plant sized on typical days; its prices carry the capacity of the peak days."""
    system = prepare_system(district, gases)
    grid = choose_days(system, district.case.settings.typical_days)
    objective = least_cost(district.case.emissions.carbon_price_per_t)
    return sized_farther(system, lambda s: build(s, grid).solve(objective))


def network_cost_per_a(case: Case, design: NetworkDesign) -> float:
    """Return annuity and upkeep of the pipes and of the transfer stations of a network, currency per year."""
    spec = next(n for n in case.networks if n.id == design.id)
    factor = 1.0 + case.finance.contingency_frac + case.finance.engineering_frac
    pipes = (design.capex - design.capex_ets, spec.lifetime_a, spec.om_frac)
    return sum(
        capex * (annuity_factor(case.finance.discount_rate_frac, life) * factor + om_frac)
        for capex, life, om_frac in (pipes, (design.capex_ets, *station_terms()))
    )


def _marginal(district: District, solution: Solution) -> dict[str, Array]:
    """Return network → marginal cost of its carrier over the 8760 hours, never negative; of several plants the mean."""
    grid = solution.grid
    steps = (grid.day_to_period[:, None] * grid.steps_per_period + np.arange(grid.steps_per_period)).ravel()
    out = {}
    for d in district.designs:
        plants = next(n for n in district.case.networks if n.id == d.id).plants
        prices = [
            solution.marginal_prices[p.id, d.carrier] for p in plants if (p.id, d.carrier) in solution.marginal_prices
        ]
        if prices:
            out[d.id] = np.maximum(np.mean(prices, axis=0)[steps], 0.0)
    return out
