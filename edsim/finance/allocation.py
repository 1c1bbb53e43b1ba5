"""Sharing joint cost and emissions among products or customers; every function returns shares that add up to 1.

Sources
-------
GHG Protocol, Allocation of GHG emissions from a CHP plant (2006): efficiency method, default efficiencies 0.35
electricity and 0.80 heat; ISO 52000-1:2017 (residual method); UK DEFRA reporting guidelines (1:2 rule);
Shapley (1953); Young, Cost Allocation (1985), separable costs - remaining benefits.
"""

from collections.abc import Callable, Mapping
from itertools import combinations
from math import factorial

from edsim.core.arguments import reject
from edsim.core.units import KELVIN

MAX_SHAPLEY = 10


def by_energy(energy_kwh: Mapping[str, float]) -> dict[str, float]:
    """Return shares in proportion to energy; simple, but charges heat as much as electricity."""
    return _shares(energy_kwh)


def by_exergy(
    energy_kwh: Mapping[str, float], temperature_c: Mapping[str, float], ambient_c: float
) -> dict[str, float]:
    """Return shares in proportion to exergy.

    Heat: ``1 - T0/T``; cold: ``T0/T - 1`` (mean temperatures, K); products without a temperature are work
    (electricity, 1).

    Parameters
    ----------
    energy_kwh
        Product → energy, kWh.
    temperature_c
        Product → mean temperature of heat or cold delivered, °C.
    ambient_c
        Reference temperature, °C.
    """
    t0 = ambient_c + KELVIN
    factor = {
        name: abs(1.0 - t0 / (temperature_c[name] + KELVIN)) if name in temperature_c else 1.0 for name in energy_kwh
    }
    return _shares({name: e * factor[name] for name, e in energy_kwh.items()})


def by_efficiency(energy_kwh: Mapping[str, float], reference_efficiency: Mapping[str, float]) -> dict[str, float]:
    """Return shares in proportion to ``E_k / eta_k``, the input of separate production."""
    missing = [k for k in energy_kwh if not reference_efficiency.get(k, 0.0) > 0]
    if missing:
        raise reject("E730", "needs a reference efficiency above zero", "reference_efficiency", ", ".join(missing))
    return _shares({k: e / reference_efficiency[k] for k, e in energy_kwh.items()})


def by_residual(
    main: str, main_efficiency: float, reference_efficiency: float, others_kwh: Mapping[str, float]
) -> dict[str, float]:
    """Return the residual shares: the main product bears ``eta / eta_ref``, the others the rest by energy.

    Parameters
    ----------
    main
        Product credited at the reference (electricity).
    main_efficiency, reference_efficiency
        Its efficiency in joint and in separate production.
    others_kwh
        Other products → energy, kWh.
    """
    if not 0 < reference_efficiency <= 1:
        raise reject("E730", "an efficiency lies in 0..1", "reference_efficiency", reference_efficiency)
    own = min(main_efficiency / reference_efficiency, 1.0)
    return {main: own} | {k: (1.0 - own) * s for k, s in _shares(others_kwh).items()}


def by_defra(heat_kwh: float, electricity_kwh: float) -> dict[str, float]:
    """Return the shares of the UK 1:2 rule: a kWh of electricity bears twice the emission of a kWh of heat."""
    return _shares({"heat": heat_kwh, "electricity": 2.0 * electricity_kwh})


def by_separable_cost(
    joint_cost: float, cost_without: Mapping[str, float], alone_cost: Mapping[str, float]
) -> dict[str, float]:
    """Return the shares by separable costs and remaining benefits.

    Separable cost of k = joint cost - cost without k; what is left is shared by the remaining benefit,
    stand-alone cost - separable cost (not below zero).

    Parameters
    ----------
    joint_cost
        Cost of serving all, currency.
    cost_without
        Participant → cost of serving all others.
    alone_cost
        Participant → its stand-alone cost (or its benefit, when lower).
    """
    separable = {k: joint_cost - c for k, c in cost_without.items()}
    benefit = {k: max(alone_cost[k] - separable[k], 0.0) for k in separable}
    rest, total = joint_cost - sum(separable.values()), sum(benefit.values())
    if joint_cost <= 0 or (total <= 0 and abs(rest) > 1e-12 * joint_cost):
        raise reject("E730", "no remaining benefit to share the joint cost by", "alone_cost", total)
    shared = {k: rest * benefit[k] / total if total > 0 else 0.0 for k in benefit}
    return {k: (separable[k] + shared[k]) / joint_cost for k in separable}


def shapley(players: tuple[str, ...], cost: Callable[[frozenset[str]], float]) -> dict[str, float]:
    """Return each player's Shapley value: its mean marginal cost over all orders of joining, currency.

    Parameters
    ----------
    players
        At most 10 (2^n coalitions are costed); group customers beyond.
    cost
        Cost of serving a coalition; 0 for the empty one.
    """
    n = len(players)
    if not 1 <= n <= MAX_SHAPLEY:
        raise reject("E731", "too many players, group them", "players", n, allowed=f"1..{MAX_SHAPLEY}")
    costs = _coalition_costs(players, cost)
    values = dict.fromkeys(players, 0.0)
    for coalition, amount in costs.items():
        size = len(coalition)
        for player in players:
            if player in coalition:
                weight = factorial(size - 1) * factorial(n - size) / factorial(n)
                values[player] += weight * (amount - costs[coalition - {player}])
    return values


def core_violations(
    charges: Mapping[str, float], cost: Callable[[frozenset[str]], float]
) -> dict[tuple[str, ...], float]:
    """Return the coalitions that would pay less on their own, and how much less, currency.

    An allocation is in the core when there is none: no group has a reason to leave.
    """
    players = tuple(charges)
    if len(players) > MAX_SHAPLEY:
        raise reject("E731", "too many players, group them", "charges", len(players), allowed=f"1..{MAX_SHAPLEY}")
    found = {}
    for coalition, alone in _coalition_costs(players, cost).items():
        paid = sum(charges[p] for p in coalition)
        if coalition and paid > alone + 1e-9 * max(abs(alone), 1.0):
            found[tuple(p for p in players if p in coalition)] = paid - alone
    return found


def _coalition_costs(players: tuple[str, ...], cost: Callable[[frozenset[str]], float]) -> dict[frozenset[str], float]:
    sets = [frozenset(c) for k in range(1, len(players) + 1) for c in combinations(players, k)]
    return {frozenset(): 0.0} | {s: cost(s) for s in sets}


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    if not weights or min(weights.values()) < 0 or total <= 0:
        raise reject("E730", "weights to share by are positive", "weights", dict(weights))
    return {k: w / total for k, w in weights.items()}
