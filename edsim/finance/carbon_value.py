"""Cost of abatement and value of carbon; each of the usual definitions under its own name.

Source
------
REopt.jl, breakeven cost of emissions reduction (NREL), for the break-even definition.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.core.arguments import as_vector, yearly
from edsim.finance.measures import Measure, check_rate, ratio
from edsim.finance.time_value import discount_factors


@dataclass(frozen=True, slots=True)
class AbatementCost:
    """Cost per tCO2e reduced; negative costs must not be ranked by it (rank by NPV and show tonnes).

    Attributes
    ----------
    undiscounted
        ``-NPV / sum(ER)``.
    discounted
        ``-NPV / PV(ER)``.
    break_even_price
        Carbon price of today, growing at `growth`, that makes the NPV zero.
    """

    undiscounted: Measure
    discounted: Measure
    break_even_price: Measure


def abatement_cost(
    npv_without_carbon: float, reduction_t: ArrayLike, discount_rate: float, *, growth: float = 0.0
) -> AbatementCost:
    """Return the marginal abatement cost in its three definitions.

    Parameters
    ----------
    npv_without_carbon
        Net present value of the project against BAU without carbon revenue, currency.
    reduction_t : (n,)
        Emission reduction in the years 1..n, tCO2e.
    discount_rate
        Fraction per year, in the terms of the money.
    growth
        Growth of the carbon price, fraction per year: price in year t is ``p (1 + g)^t``.
    """
    reduced = as_vector(reduction_t, "reduction_t")
    n = len(reduced)
    factors = discount_factors(n, discount_rate, first_year=1)
    priced = factors * (1.0 + check_rate(growth, "growth")) ** np.arange(1, n + 1, dtype=float)
    reason = "no_reduction"
    return AbatementCost(
        ratio(-npv_without_carbon, float(reduced.sum()), reason, "-NPV / sum of reductions"),
        ratio(-npv_without_carbon, float(reduced @ factors), reason, "-NPV / PV of reductions"),
        ratio(-npv_without_carbon, float(reduced @ priced), reason, "break-even price of today"),
    )


@dataclass(frozen=True, slots=True)
class CarbonTerms:
    """Terms under which reductions are sold.

    Attributes
    ----------
    price_per_t
        Price of today, currency/tCO2e.
    price_growth
        Fraction per year.
    crediting_a
        Crediting period, a.
    buffer_frac, share_of_proceeds_frac
        Reductions withheld, and share of the revenue given up.
    preparation_cost, verification_cost_per_a
        Documents and validation at year 0; monitoring and verification each crediting year, currency.
    authorized
        Corresponding adjustment: the tonnes leave the country's own account.
    """

    price_per_t: float
    price_growth: float = 0.0
    crediting_a: int = 10
    buffer_frac: float = 0.0
    share_of_proceeds_frac: float = 0.0
    preparation_cost: float = 0.0
    verification_cost_per_a: float = 0.0
    authorized: bool = False


def carbon_revenue(reduction_t: ArrayLike, terms: CarbonTerms) -> NDArray[np.float64]:
    """Return the net carbon revenue of the years 0..n, currency.

    ``(ER_t - buffer) x price_t x (1 - share of proceeds) - verification``, in the crediting period only.

    Parameters
    ----------
    reduction_t : (n,)
        Verified reduction of the years 1..n, tCO2e.
    terms
        Price, crediting period, buffer and cost.
    """
    reduced = as_vector(reduction_t, "reduction_t")
    t = np.arange(1, len(reduced) + 1)
    price = terms.price_per_t * (1.0 + check_rate(terms.price_growth, "price_growth")) ** t.astype(float)
    sold = reduced * (1.0 - terms.buffer_frac) * (1.0 - terms.share_of_proceeds_frac) * price
    net = np.where(t <= terms.crediting_a, sold - terms.verification_cost_per_a, 0.0)
    return np.concatenate(([-terms.preparation_cost], net))


def counted_for_ndc(reduction_t: ArrayLike, terms: CarbonTerms) -> NDArray[np.float64]:
    """Return the reductions that still count for the country: none of those sold with authorisation, tCO2e."""
    reduced = as_vector(reduction_t, "reduction_t")
    gone = (np.arange(1, len(reduced) + 1) <= terms.crediting_a) & terms.authorized
    return np.where(gone, reduced * terms.buffer_frac, reduced)


@dataclass(frozen=True, slots=True)
class ClimateSmartCost:
    """Life-cycle cost with its three increments shown apart, present values, currency."""

    conventional: float
    damage: float
    unserved: float
    carbon: float

    @property
    def total(self) -> float:
        """Sum of all four."""
        return self.conventional + self.damage + self.unserved + self.carbon


def expected_annual_damage(probability: ArrayLike, damage: ArrayLike) -> float:
    """Return the expected annual damage: the area under damage over annual exceedance probability, currency/a.

    ``sum((D_k + D_k+1) / 2 x (p_k - p_k+1))`` over points sorted by falling probability.

    Parameters
    ----------
    probability : (n,)
        Annual exceedance probability of each event, 0..1.
    damage : (n,)
        Damage of the event, currency.
    """
    p, d = as_vector(probability, "probability"), as_vector(damage, "damage")
    order = np.argsort(-p, kind="stable")
    p, d = p[order], d[order]
    return float((0.5 * (d[:-1] + d[1:])) @ (p[:-1] - p[1:]))


def climate_smart_cost(
    conventional: float,
    years: int,
    discount_rate: float,
    *,
    damage_per_a: ArrayLike = 0.0,
    unserved_kwh_per_a: ArrayLike = 0.0,
    value_of_lost_load: float = 0.0,
    emission_t_per_a: ArrayLike = 0.0,
    shadow_price_per_t: ArrayLike = 0.0,
) -> ClimateSmartCost:
    """Return the life-cycle cost with expected damage, unserved service and carbon at a shadow price, each apart.

    Parameters
    ----------
    conventional
        Life-cycle cost, currency.
    years, discount_rate
        Years 1..N and rate.
    damage_per_a, unserved_kwh_per_a, emission_t_per_a : float or (years,)
        Expected damage (currency/a), unserved service (kWh/a), emission (tCO2e/a).
    value_of_lost_load, shadow_price_per_t
        Currency/kWh; currency/tCO2e, a number or one per year.
    """
    factors = discount_factors(years, discount_rate, first_year=1)

    def present(value: ArrayLike, name: str) -> float:
        return float(yearly(value, years, name) @ factors)

    emitted = yearly(emission_t_per_a, years, "emission_t_per_a")
    return ClimateSmartCost(
        conventional,
        present(damage_per_a, "damage_per_a"),
        present(unserved_kwh_per_a, "unserved_kwh_per_a") * value_of_lost_load,
        present(emitted * yearly(shadow_price_per_t, years, "shadow_price_per_t"), "carbon"),
    )
