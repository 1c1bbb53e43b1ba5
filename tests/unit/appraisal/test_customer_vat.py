"""VAT and duty of the machines customers give up, beside those of the company."""

from types import SimpleNamespace as Record
from typing import Any

import pytest

from edsim.app import RunOutcome
from edsim.appraisal.company.customers import vat_and_duty, vat_and_duty_share
from edsim.case.parts.finance_terms import TaxSpec
from edsim.finance import AssetCost, Study, asset_flows


@pytest.mark.parametrize(
    ("terms", "share"),
    [
        ({}, 1.19 - 1.0),
        ({"imported_frac": 0.5}, 1.025 * 1.19 - 1.0),
        ({"vat_recoverable_frac": 1.0}, 0.0),
        ({"vat_recoverable_frac": 1.0, "customer_vat_recoverable_frac": 0.0}, 1.19 - 1.0),
        ({"customer_vat_recoverable_frac": 0.5, "incentives": ["col_law_1715"]}, 0.095),
        ({"regime": None, "rate_frac": 0.3}, 0.0),
    ],
)
def test_customers_pay_what_the_company_pays_without_incentives(terms: dict[str, Any], share: float) -> None:
    """Proves: 19 % of VAT on a price with duty, less what customers recover, by default what the company does.

    If ignored: the plant pays VAT and today's machines do not, a fifth of their price in favor of staying.
    """
    case: Any = Record(finance=Record(tax=TaxSpec(**{"regime": "COL", **terms})))
    assert vat_and_duty_share(case) == pytest.approx(share)
    untaxed: Any = Record(finance=Record(tax=None))
    assert vat_and_duty_share(untaxed) == 0.0


def test_vat_falls_on_purchases_not_on_upkeep_or_value_at_the_end() -> None:
    """Proves: 1000 at the start and again in year 6 at 3 % inflation pay 190 and 226.87; upkeep and salvage nothing."""
    study = Study(case="c", variant="bau", horizon_a=10, discount_rate=0.08, currency="COP", price_year=2025,
                  basis="nominal", inflation=0.03, perspective="customer:a", party="customer")  # fmt: skip
    bought = asset_flows(study, [AssetCost("splits", "machines", 1000.0, 6, fixed_om_per_a=20.0)])
    (paid,) = vat_and_duty(study, bought, 0.19)
    assert paid.yearly(last_year=10)[[0, 6]].tolist() == pytest.approx([-190.0, -190.0 * 1.03**6])
    assert paid.total() == pytest.approx(-190.0 - 190.0 * 1.03**6)
    assert vat_and_duty(study, bought, 0.0) == []


@pytest.mark.medium
def test_what_customers_save_in_vat_the_city_loses(financed: RunOutcome) -> None:
    """Proves: VAT and duty of machines given up are 21.975 % of these, a gain of customers and a loss of the city.

    The company's investment is relieved, so that all of it is of customers. If ignored: the table of perspectives
    hides what the district costs the treasury, and the economy seems to gain taxes.
    """
    rows = financed.appraisal.tables["perspectives"].set_index(["party", "line"])["present_value"]
    saved = 0.0
    for customer in ("customer:north", "customer:south"):
        mine = rows[customer]
        owned = mine[[x for x in mine.index if x.startswith(("own_capex_", "own_replacement_"))]].sum()
        assert mine["vat_and_duty"] == pytest.approx((1.025 * 1.19 - 1.0) * owned, rel=1e-9)
        saved += mine["vat_and_duty"]
    assert saved > 0.0
    assert rows["city", "vat_and_duty"] == pytest.approx(-saved, rel=1e-9)
    assert ("company", "vat_and_duty") not in rows.index
