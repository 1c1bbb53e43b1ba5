"""What public money gives away, on a small company: grants, grant elements, guarantees, leverage, and the HFC path."""

from types import SimpleNamespace as Record
from typing import Any

import pytest

from edsim.app import RunOutcome
from edsim.appraisal.company.concessions import concessions
from edsim.finance import Grant
from edsim.finance.tariffs import CONNECTION_CAPITAL


def _rows(outcome: RunOutcome):
    table = outcome.appraisal.tables["concessions"]
    return table[table["variant"] == "district"].set_index("source")


@pytest.mark.medium
def test_grant_element_by_hand(financed: RunOutcome) -> None:
    """Proves: the soft loan of 5 % over 12 years with 2 of grace is a gift in part at the donors' 6 %. By hand."""
    row = _rows(financed).loc["green"]
    annuity = 0.05 / (1.0 - 1.05**-10)
    paid = sum(0.05 / 1.06**t for t in (1, 2)) + sum(annuity / 1.06**t for t in range(3, 13))
    assert row["grant_element_frac"] == pytest.approx(1.0 - paid, rel=1e-9)
    assert row["subsidy"] == pytest.approx((1.0 - paid) * row["amount"], rel=1e-9)
    assert row["reference_rate_frac"] == pytest.approx(0.06)


@pytest.mark.medium
def test_totals_and_leverage(financed: RunOutcome) -> None:
    """Proves: the bank's dear loan is no gift, and private money is counted over public money."""
    rows = _rows(financed)
    assert rows.loc["gift", "subsidy"] == pytest.approx(2e5)
    assert rows.loc["bank", "grant_element_frac"] < 0.0
    assert rows.loc["bank", "subsidy"] == 0.0
    assert rows.loc["all", "subsidy"] == pytest.approx(rows.loc[["gift", "green"], "subsidy"].sum())
    public = rows.loc[["gift", "green", "patient"], "amount"].sum()
    private = rows.loc[["bank", "equity", "connection capital"], "amount"].sum()
    assert rows.loc["all", "leverage"] == pytest.approx(private / public)
    funds = financed.appraisal.tables["funding"]
    assert rows.loc["connection capital", "amount"] > 0.0
    assert not rows.loc["connection capital", "public"]
    assert rows.loc["all", "amount"] == pytest.approx(funds[funds["side"] == "use"]["amount"].sum(), rel=1e-9)


def test_a_plain_grant_is_public_money_too() -> None:
    """Proves: a grant given beside the sources of funds counts. If ignored: leverage of a gift looks private."""
    case: Any = Record(finance=Record(debt=()), city=Record(country="COL"))
    grants = (Grant("grant", 30.0), Grant(CONNECTION_CAPITAL, 10.0))
    result = Record(schedules={}, equity=60.0, uses={"investment": 100.0}, all_uses=100.0, later_connection=0.0)
    view: Any = Record(project=Record(grants=grants, tranches=()), result=result)
    found = concessions(case, view, {})
    assert [(c.source, c.public, c.subsidy) for c in found] == [
        ("grant", True, 30.0), (CONNECTION_CAPITAL, False, 0.0), ("equity", False, 0.0)
    ]  # fmt: skip
    assert sum(c.amount for c in found) == sum(result.uses.values())


@pytest.mark.medium
def test_limits_of_kigali_stand_beside_the_hfc_bought(financed: RunOutcome) -> None:
    """Proves: Colombia's steps are those of Article 5 parties of group 1. If ignored: a leaky plant looks supplied."""
    table = financed.appraisal.tables["hfc"]
    steps = table[table["variant"] == "bau"].set_index("calendar_year")["limit_frac"]
    assert (steps[2026], steps[2029], steps[2035], steps[2040]) == (1.0, 0.9, 0.7, 0.5)
    assert (table["hfc_service_kgco2e"] >= 0.0).all()
