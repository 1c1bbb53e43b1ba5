"""Carbon at a shadow price, interruptions and damage beside the life-cycle cost, by hand."""

from types import SimpleNamespace as Record
from typing import Any

import numpy as np
import pytest

from edsim.appraisal.company import climate

_RESILIENCE = Record(
    value_of_lost_load_per_kwh=2.0,
    bau_outage_h_per_a=10.0,
    outage_h_per_a=1.0,
    bau_damage_per_a=100.0,
    damage_per_a=30.0,
)
_FINANCE = Record(
    horizon_a=2, discount_rate_frac=0.0, inflation_frac=0.5, resilience=_RESILIENCE,
    shadow_carbon_price_per_t=10.0, shadow_carbon_growth_frac=1.0,
)  # fmt: skip
CASE: Any = Record(finance=_FINANCE, emissions=Record(grid_basis="combined_margin"))
FACTS: Any = Record(life_cycle_cost=1000.0, service_by_year_kwh=np.array([8760.0, 17520.0]))
"""One kilowatt in the mean of the first year, two in the second."""


def _emissions(*kg: float) -> Any:
    of_frame = {"project": Record(yearly=lambda: np.array(kg))}
    return Record(inventory=Record(frames=lambda: ("project",), select=lambda frame: of_frame[frame]))


def test_what_a_cost_leaves_out_by_hand() -> None:
    """Proves: 10 h without 1 and 2 kW are 30 kWh, 60 in money; 100 a year of damage; 3 t at 10 and 5 t at 20.

    Year 0 counts in year 1. If ignored: a district that never fails is worth no more than one that does.
    """
    cost = climate.climate_smart("bau", CASE, FACTS, _emissions(1000.0, 2000.0, 5000.0))
    assert (cost.conventional, cost.unserved, cost.damage, cost.carbon) == pytest.approx((1000.0, 60.0, 200.0, 130.0))


def test_a_ton_counts_once_at_its_shadow_price() -> None:
    """Proves: 80 paid for carbon leave the cost of 1000 where tons count at a shadow price, and stay where they do not.

    If ignored: with both prices a ton costs society twice.
    """
    emissions = _emissions(1000.0, 2000.0, 5000.0)
    cost = climate.climate_smart("bau", CASE, FACTS, emissions, 80.0)
    assert (cost.conventional, cost.carbon) == pytest.approx((920.0, 130.0))
    unpriced: Any = Record(
        **(vars(CASE) | {"finance": Record(**(vars(_FINANCE) | {"shadow_carbon_price_per_t": 0.0}))})
    )
    assert climate.climate_smart("bau", unpriced, FACTS, emissions, 80.0).conventional == 1000.0


def test_a_project_gains_what_it_spares_in_money_of_the_year() -> None:
    """Proves: 9 hours, 70 of damage and 1 t less are gains of years 1 and 2, grown by half and by half again.

    If ignored: the matrix of who gains holds them in constant money beside nominal tariffs.
    """
    emissions = {"bau": _emissions(0.0, 2000.0, 2000.0), "district": _emissions(0.0, 1000.0, 1000.0)}
    spared = climate.external_of(CASE, ("bau", "district"), {"bau": FACTS, "district": FACTS}, emissions)
    grown = np.array([0.0, 1.5, 2.25])
    assert spared.unserved == pytest.approx(grown * [0.0, 9.0 * 2.0, 18.0 * 2.0])
    assert spared.damage == pytest.approx(grown * 70.0)
    assert spared.shadow_carbon == pytest.approx(grown * [0.0, 10.0, 20.0])
    assert set(spared.lines()) == {"avoided_carbon", "avoided_unserved", "avoided_damage"}
