"""Yearly costs of the company alone: what follows the investment counts what stands, in money of the year."""

from types import SimpleNamespace
from typing import Any

import pytest

import edsim.finance as fin
from edsim.appraisal.company.company import own_costs
from edsim.appraisal.company.shocks import OWN_COST
from edsim.case.parts.finance_terms import CompanyCost


def _bought(*paid: tuple[str, int, float]) -> fin.CashFlows:
    return fin.CashFlows.of(
        fin.CashFlow("c", "v", "economy", "district", line, year, value, "USD", "nominal") for line, year, value in paid
    )


def test_insurance_follows_what_stands_in_money_of_the_year() -> None:
    """Proves: 1 % of 1 000 bought at close and of 605 bought at the end of year 2, 500 of today's money at 10 % a year.

    It is 11, 12.1 and, of 1 500, 19.965; staff of 20 a year is 22, 24.2 and 26.62, and no upkeep is insured. If
    ignored: what is bought later is insured before it stands, or its price rises twice.
    """
    study = fin.Study("c", "v", 3, 0.1, "USD", 2025, basis="nominal", inflation=0.1)
    costs = (CompanyCost(id="insurance", investment_frac=0.01), CompanyCost(id="staff", per_a=20.0))
    case: Any = SimpleNamespace(finance=SimpleNamespace(company_costs=costs))
    assets = _bought(("capex_plant", 0, -1000.0), ("capex_network", 2, -605.0), ("om_fixed", 1, -50.0))
    found = own_costs(case, assets, study)
    assert found[OWN_COST + "insurance"].tolist() == pytest.approx([11.0, 12.1, 19.965])
    assert found[OWN_COST + "staff"].tolist() == pytest.approx([22.0, 24.2, 26.62])
