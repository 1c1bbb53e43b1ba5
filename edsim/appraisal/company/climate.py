"""What a life-cycle cost leaves out: carbon at a shadow price, interruptions at the value of lost load, damage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edsim.appraisal.emissions import VariantEmissions, frame_of
from edsim.appraisal.facts import Facts
from edsim.case.schema import Case
from edsim.core.hours import HOURS_PER_YEAR
from edsim.finance import ClimateSmartCost, climate_smart_cost

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class External:
    """What BAU causes less what the project causes, nominal money of the years 0..N, a gain positive."""

    shadow_carbon: Array
    unserved: Array
    damage: Array

    def lines(self) -> Mapping[str, Array]:
        """Return the lines that are not zero."""
        named = {"avoided_carbon": self.shadow_carbon, "avoided_unserved": self.unserved, "avoided_damage": self.damage}
        return {name: values for name, values in named.items() if values.any()}


def has_climate(case: Case) -> bool:
    """Return whether the case gives a shadow price of carbon or the cost of interruptions."""
    return bool(case.finance.shadow_carbon_price_per_t or case.finance.resilience)


def climate_smart(
    variant: str, case: Case, facts: Facts, emissions: VariantEmissions, carbon_paid: float = 0.0
) -> ClimateSmartCost:
    """Return the life-cycle cost of a variant with carbon, interruptions and damage apart, constant money.

    Where carbon counts at a shadow price, what is paid for it, `carbon_paid` in present value, is no part of the
    conventional cost: a ton would count twice.
    """
    f, n = case.finance, case.finance.horizon_a
    paid = carbon_paid if f.shadow_carbon_price_per_t else 0.0
    hours, damage = _interruptions(variant, case)
    return climate_smart_cost(
        facts.life_cycle_cost - paid,
        n,
        f.discount_rate_frac,
        damage_per_a=damage,
        unserved_kwh_per_a=facts.service_by_year_kwh / HOURS_PER_YEAR * hours,
        value_of_lost_load=f.resilience.value_of_lost_load_per_kwh if f.resilience else 0.0,
        emission_t_per_a=_emission_t(case, emissions),
        shadow_price_per_t=_shadow_price(case),
    )


def external_of(
    case: Case, names: tuple[str, str], facts: Mapping[str, Facts], emissions: Mapping[str, VariantEmissions]
) -> External:
    """Return the externalities of BAU less those of the project; `names` are BAU and project."""
    inflation, n = case.finance.inflation_frac or 0.0, case.finance.horizon_a
    growth = (1.0 + inflation) ** np.arange(1, n + 1, dtype=float)
    price = case.finance.resilience.value_of_lost_load_per_kwh if case.finance.resilience else 0.0
    carbon, unserved, damage = (np.zeros(n) for _ in range(3))
    for name, sign in zip(names, (1.0, -1.0), strict=True):
        hours, harm = _interruptions(name, case)
        carbon = carbon + sign * _emission_t(case, emissions[name]) * _shadow_price(case)
        unserved = unserved + sign * facts[name].service_by_year_kwh / HOURS_PER_YEAR * hours * price
        damage = damage + sign * harm
    return External(*(np.concatenate(([0.0], x * growth)) for x in (carbon, unserved, damage)))


def _interruptions(variant: str, case: Case) -> tuple[float, float]:
    """Return hours of interruption and expected damage of a year."""
    r = case.finance.resilience
    if r is None:
        return 0.0, 0.0
    if variant == "bau":
        return r.bau_outage_h_per_a, r.bau_damage_per_a
    return r.outage_h_per_a, r.damage_per_a


def _emission_t(case: Case, emissions: VariantEmissions) -> Array:
    """Return the Kyoto-basket emission of the years 1..N, tCO2e; year 0 counts in year 1."""
    found = emissions.inventory
    yearly = found.select(frame=frame_of(case, found)).yearly() / 1000.0
    return np.concatenate(([yearly[0] + yearly[1]], yearly[2:]))


def _shadow_price(case: Case) -> Array:
    f = case.finance
    years = np.arange(case.finance.horizon_a, dtype=float)
    return f.shadow_carbon_price_per_t * (1.0 + f.shadow_carbon_growth_frac) ** years
