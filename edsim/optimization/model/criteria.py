"""What may be minimized or capped: every criterion is a set of weights on the accounts of one and the same model."""

from __future__ import annotations

from collections.abc import Mapping

from edsim.optimization.types import Objective, Solution

MONEY_ACCOUNTS = (
    "capex_annuity",
    "om_fixed",
    "om_variable",
    "energy_purchase",
    "fuel_purchase",
    "heat_purchase",
    "demand_charge",
    "export_revenue",
    "water",
    "unserved",
)
GHG_ACCOUNTS = ("grid_ghg", "fuel_ghg", "heat_ghg", "refrigerant_ghg")

CRITERIA: Mapping[str, Mapping[str, float]] = {
    "cost": dict.fromkeys(MONEY_ACCOUNTS, 1.0),
    "ghg_kg": dict.fromkeys(GHG_ACCOUNTS, 1.0),
    "grid_peak_kw": {"grid_peak": 1.0},
    "water_m3": {"water_use": 1.0},
    "primary_energy_kwh": {"primary_energy": 1.0},
}
"""Criterion → weights on accounts: yearly cost in currency, kgCO2e, highest grid import of the year in kW, m3, kWh."""

LEAST_COST = Objective(weights=CRITERIA["cost"], criterion="cost")


def criterion_weights(criterion: str, carbon_price_per_t: float = 0.0) -> Mapping[str, float]:
    """Return the weights of `criterion`; cost includes GHG at the carbon price, currency per tCO2e.

    Raises
    ------
    ValueError
        There is no such criterion.
    """
    if criterion not in CRITERIA:
        raise ValueError(f"unknown criterion {criterion!r}; known: {', '.join(CRITERIA)}")
    if criterion != "cost" or not carbon_price_per_t:
        return CRITERIA[criterion]
    return {**CRITERIA["cost"], **dict.fromkeys(GHG_ACCOUNTS, carbon_price_per_t / 1000.0)}


def minimize(criterion: str, *, carbon_price_per_t: float = 0.0, caps: Mapping[str, float] | None = None) -> Objective:
    """Return the objective that minimizes `criterion` while others stay below their caps.

    Parameters
    ----------
    criterion
        A key of :data:`CRITERIA`.
    carbon_price_per_t
        Price on GHG that the criterion ``cost`` carries, minimized or capped, currency per tCO2e.
    caps
        Criterion → highest value, in the unit of the criterion.

    Raises
    ------
    ValueError
        There is no such criterion.
    """
    for capped in caps or {}:
        criterion_weights(capped)
    weights = criterion_weights(criterion, carbon_price_per_t)
    return Objective(weights=weights, caps=dict(caps or {}), carbon_price_per_t=carbon_price_per_t, criterion=criterion)


def value_of(solution: Solution, criterion: str, carbon_price_per_t: float = 0.0) -> float:
    """Return the value of `criterion` in a solution, in the unit of the criterion."""
    weights = criterion_weights(criterion, carbon_price_per_t)
    return sum(weight * solution.accounts.get(account, 0.0) for account, weight in weights.items())


def least_cost(carbon_price_per_t: float) -> Objective:
    """Return the least-cost objective with a price on GHG, currency per tCO2e."""
    return minimize("cost", carbon_price_per_t=carbon_price_per_t)
