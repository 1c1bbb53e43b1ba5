"""The pro forma: accounts that balance, and each option doing what it says."""

from dataclasses import replace

import numpy as np
import pytest

import edsim.finance as fin
from edsim.core.errors import DataError
from edsim.core.language.sentences import finding_in_language

_N = 20


def project(**changes: object) -> fin.ProjectInputs:
    """Return a district company with all kinds of funding; `changes` replace fields."""
    base = fin.ProjectInputs(
        years=_N,
        revenue={"service": fin.operating_series(2.4e6, _N, escalation=0.03, ramp_up=(0.5, 0.8))},
        operating_cost={
            "energy": fin.operating_series(6e5, _N, escalation=0.035, ramp_up=(0.5, 0.8)),
            "upkeep": fin.operating_series(2e5, _N, escalation=0.03),
        },
        investments=(
            fin.Investment("plant", 6e6, tuple(fin.straight_line(10)), incentive_eligible=True, imported_frac=0.6),
            fin.Investment("network", 3e6, tuple(fin.straight_line(20)), incentive_eligible=True),
            fin.Investment("land", 5e5),
        ),
        discount_rate=0.12,
        salvage=4e5,
        replacements=(fin.Replacement("overhaul", 12, 8e5, tuple(fin.straight_line(5))),),
        construction=fin.Construction((0.2, 0.3, 0.3, 0.2), 0.1),
        grants=(fin.Grant("donor", 5e5),),
        tranches=(fin.Tranche("soft", fin.LoanTerms(0.04, 15, "equal_principal", grace_a=3), share_of_uses=0.15),),
        debt=fin.DebtTerms(fin.LoanTerms(0.10, 12, "sculpted"), 1.3, 0.7, 0.02, 6, 2e4),
        reserves=fin.Reserves(2, 1, 0.03),
        tax=fin.TaxTerms(rate=0.35, carry_forward_a=12),
    )
    return replace(base, **changes)


def test_sources_equal_uses_and_all_accounts_close() -> None:
    result = fin.pro_forma(project())
    assert sum(result.sources.values()) == pytest.approx(sum(result.uses.values()), rel=1e-10)
    assert result.lines["debt_balance"][-1] == pytest.approx(0.0, abs=1e-4)
    assert result.lines["debt_reserve_change"].sum() == pytest.approx(result.uses["debt_service_reserve"])
    assert result.lines["operating_reserve_change"].sum() == pytest.approx(result.uses["operating_reserve"])
    assert result.equity_cash_flow[0] == pytest.approx(-result.equity)


def test_depreciation_adds_up_to_its_basis() -> None:
    result = fin.pro_forma(project())
    assert result.depreciable_basis == pytest.approx(9e6 * (1 - 5e5 / 9.5e6))
    assert result.lines["depreciation"].sum() == pytest.approx(result.depreciable_basis + 8e5)


def test_cover_ratio_holds_for_all_loans_together() -> None:
    result = fin.pro_forma(project())
    assert result.minimum_dscr.value == pytest.approx(1.3, abs=1e-9)
    held = [x for x in result.dscr[:12] if x is not None]
    assert held == pytest.approx([1.3] * 12, abs=1e-8)


def test_tax_follows_the_interest_of_the_settled_loan() -> None:
    result = fin.pro_forma(project())
    x = result.lines
    income = x["ebitda"] + x["salvage"] + x["reserve_interest"] - x["depreciation"] - x["accrued_interest"]
    assert -x["tax"][1:] == pytest.approx(fin.income_tax(income[1:], project().tax).tax, abs=1e-3)


def test_the_value_at_the_end_is_no_operating_cash() -> None:
    """Proves: 500 more at the end leave EBITDA, cash for debt service and cover ratios as they are; owners have them.

    If ignored: a lender's project cover counts pipes in the ground as cash, and EBITDA leaps in the last year.
    """
    plain, sold = (fin.pro_forma(project(salvage=value, tax=fin.TaxTerms(rate=0.0))) for value in (0.0, 500.0))
    for line in ("ebitda", "cash_for_debt_service"):
        assert sold.lines[line] == pytest.approx(plain.lines[line])
    assert sold.ratios.plcr.value == pytest.approx(plain.ratios.plcr.required())
    assert sold.equity_cash_flow[-1] - plain.equity_cash_flow[-1] == pytest.approx(500.0)
    for line in ("project_cash_flow", "project_cash_flow_pre_tax"):
        assert (sold.lines[line] - plain.lines[line])[-1] == pytest.approx(500.0)
    assert (sold.equity_irr.value or 0.0) > (plain.equity_irr.value or 0.0)


@pytest.mark.parametrize("shape", ["annuity", "sculpted"])
def test_the_tax_on_the_sale_at_the_end_is_paid_from_the_sale(shape: str) -> None:
    """Proves: a loan as long as the study is as large with 2 M fetched at its end as without, and so is its cover.

    If ignored: the cash of the last year bears 35 % of a price it does not hold, and the loan is none.
    """
    whole = fin.DebtTerms(fin.LoanTerms(0.08, _N, shape), 1.3, 0.7)
    inputs = {"debt": whole, "tranches": (), "grants": (), "write_off_at_end": True}
    plain, sold = (fin.pro_forma(project(salvage=value, **inputs)) for value in (0.0, 2e6))
    assert sold.debt["debt"] == pytest.approx(plain.debt["debt"])
    assert sold.debt["debt"] > 2e6
    assert sold.lines["cash_for_debt_service"] == pytest.approx(plain.lines["cash_for_debt_service"])
    assert sold.ratios.plcr.required() == pytest.approx(plain.ratios.plcr.required())
    assert (plain.lines["tax"] - sold.lines["tax"])[-1] == pytest.approx(0.35 * 2e6)


def test_a_year_that_does_not_pay_its_debt_is_named_with_its_cause() -> None:
    """Proves: 1.1 M of replacements in year 4 against 1 M of EBITDA and 0.2 M of service: cover -0.5, year and cause.

    If ignored: a lowest cover of -0.50 stands in the summary, and nobody finds the year.
    """
    loan = fin.Tranche("bank", fin.LoanTerms(0.0, 10, "equal_principal"), amount=2e6)
    overhaul = fin.Replacement("overhaul", 4, 1.1e6)
    bare = {
        "debt": None,
        "tranches": (loan,),
        "salvage": 0.0,
        "reserves": fin.Reserves(),
        "tax": fin.TaxTerms(rate=0.0),
    }
    money = {"revenue": {"service": 1e6}, "operating_cost": {}}
    result = fin.pro_forma(project(**bare, **money, replacements=(overhaul,)))
    (said,) = (f for f in result.findings if f.code == "W705")
    assert said.what == "debt is not paid from the cash of year 4, most for replacements"
    assert said.got == "cover ratio -0.50: EBITDA 1 M, replacements -1.1 M, debt service -0.2 M"
    assert "sobre todo por reemplazos" in finding_in_language(said, "es").what
    pesos = {"revenue": {"service": 4e9}, "operating_cost": {}}
    (said,) = (
        f
        for f in fin.pro_forma(project(**bare, **pesos, replacements=(fin.Replacement("overhaul", 4, 4.5e9),))).findings
        if f.code == "W705"
    )
    assert said.got.endswith("EBITDA 4,000 M, replacements -4,500 M, debt service -0.2 M")  # no 4e+03
    assert "EBITDA 4.000 M, reemplazos -4.500 M" in finding_in_language(said, "es").got
    poor = fin.pro_forma(project(**bare, revenue={"service": 1e5}, operating_cost={}, replacements=()))
    assert any(f.code == "W705" and "EBITDA is too low" in f.what for f in poor.findings)
    assert not any(f.code == "W705" for f in fin.pro_forma(project(**bare, **money, replacements=())).findings)


def test_connection_charges_are_no_grants() -> None:
    """Proves: of 100 granted and 40 paid by customers the accounts hold each in its line, both at close.

    If ignored: a bank reads what customers pay as a subsidy.
    """
    gift, paid = fin.Grant("state", 100.0), fin.Grant("connections", 40.0, reduces_basis=False, taxable=True)
    x = fin.pro_forma(project(grants=(gift, paid))).lines
    assert (x["grants"][0], x["connection_charges"][0]) == (100.0, 40.0)
    assert fin.pro_forma(project(grants=(gift,))).lines["connection_charges"][0] == 0.0


def test_table_of_the_company_adds_up_to_the_owners_cash() -> None:
    result = fin.pro_forma(project())
    flows = result.to_cash_flows("c", "project", "COP")
    assert flows.yearly() == pytest.approx(result.equity_cash_flow, abs=1e-3)


def test_without_debt_owners_cash_is_the_projects() -> None:
    result = fin.pro_forma(project(debt=None, tranches=()))
    assert result.equity_cash_flow == pytest.approx(result.lines["project_cash_flow"], abs=1e-4)
    assert result.equity_irr.value == pytest.approx(result.project_irr.value)


def test_debt_cash_before_tax_carries_more() -> None:
    after = fin.pro_forma(project(debt=fin.DebtTerms(fin.LoanTerms(0.1, 12, "sculpted"), 1.3)))
    before = fin.pro_forma(project(debt=fin.DebtTerms(fin.LoanTerms(0.1, 12, "sculpted"), 1.3), debt_cash="before_tax"))
    assert before.debt["debt"] > after.debt["debt"]


def test_interest_during_construction() -> None:
    expected = sum(s * (1.1 / 1.1 + 0.1 / 12) ** k - s for s, k in zip((0.2, 0.3, 0.3, 0.2), (3, 2, 1, 0), strict=True))
    assert fin.pro_forma(project()).uses["interest_during_construction"] == pytest.approx(9.5e6 * expected)


def test_basis_may_include_other_uses() -> None:
    plain = fin.pro_forma(project())
    wide = fin.pro_forma(project(depreciable=("investment", "interest_during_construction", "debt_fees")))
    added = wide.uses["interest_during_construction"] + wide.uses["debt_fees"]
    assert wide.depreciable_basis == pytest.approx(plain.depreciable_basis + added * 9 / 9.5)


def test_interest_of_building_a_later_part_joins_its_basis() -> None:
    """Proves: a part of 1000 in year 2 at 10 % over a year of building is written off at 1000 and its interest.

    If ignored: interest of the second phase is paid and never deducted.
    """
    parts = (fin.Investment("plant", 1000.0, (0.5, 0.5)), fin.Investment("more", 1000.0, (0.5, 0.5), year=2))
    build = fin.Construction((1.0,) + (0.0,) * 12, 0.1)
    inputs = fin.ProjectInputs(
        6, {"sales": 900.0}, {}, parts, 0.1, construction=build, tax=fin.TaxTerms(rate=0.3),
        depreciable=("investment", "interest_during_construction"),
    )  # fmt: skip
    price = 1000.0 * (1.0 + 0.1 / 12.0) ** 12
    written = fin.pro_forma(inputs).lines["depreciation"]
    assert written == pytest.approx([0.0, price / 2, price / 2, price / 2, price / 2, 0.0, 0.0])


def test_credit_reduces_the_basis_by_half() -> None:
    part = fin.Investment("pv", 1000.0, tuple(fin.straight_line(5)), credit_eligible=True)
    inputs = fin.ProjectInputs(5, {"sales": 400.0}, {"om": 10.0}, (part,), 0.1, credits=fin.TaxCredits(0.3))
    result = fin.pro_forma(inputs)
    assert result.depreciable_basis == pytest.approx(850.0)
    assert result.lines["tax_credits"][1] == pytest.approx(300.0)


def test_household_pays_no_tax_on_savings() -> None:
    part = fin.Investment("pv", 1000.0)
    tax = fin.TaxTerms(rate=0.3, losses="as_generated", revenue_taxable=False, operating_cost_deductible=False)
    result = fin.pro_forma(fin.ProjectInputs(5, {"saving": 300.0}, {"om": 10.0}, (part,), 0.1, tax=tax))
    assert result.lines["tax"] == pytest.approx(np.zeros(6))


def test_shortfalls_are_said() -> None:
    result = fin.pro_forma(project(revenue={"service": 5e5}))
    assert "W701" in {f.code for f in result.findings}


def test_a_large_replacement_that_breaks_the_cover_ratio_is_said() -> None:
    """Proves: a year without cash cannot be sculpted away. If ignored: the lender's ratio would look met."""
    result = fin.pro_forma(project(replacements=(fin.Replacement("all chillers", 12, 5e6),)))
    assert "W703" in {f.code for f in result.findings}


def test_wrong_length_and_unknown_names_are_refused() -> None:
    with pytest.raises(DataError, match=r"revenue\.service"):
        fin.pro_forma(project(revenue={"service": [1.0, 2.0]}))
    with pytest.raises(DataError, match="E703"):
        project(depreciable=("goodwill",))


def test_operating_series_ramps_degrades_and_grows() -> None:
    series = fin.operating_series(100.0, 4, escalation=0.1, degradation=0.02, ramp_up=(0.5,))
    assert series == pytest.approx([50, 100 * 1.1 * 0.98, 100 * 1.21 * 0.98**2, 100 * 1.331 * 0.98**3])


def test_incentives_are_worth_what_switching_off_costs() -> None:
    regime = fin.tax_regime("COL")
    values = fin.incentive_values(project(), regime)
    assert set(values) == {"special_deduction", "accelerated_depreciation", "vat_exclusion", "duty_exemption"}
    assert all(v > 0 for v in values.values())
    bare = fin.apply_regime(project(), regime, ())
    full = fin.apply_regime(project(), regime)
    assert bare.investment == pytest.approx((6e6 * (1 + 0.05 * 0.6) + 3e6 + 5e5) * 1.19)
    assert full.investment == pytest.approx(9e6 + 5e5 * 1.19)
    assert full.investments[0].depreciation == pytest.approx((1 / 3,) * 3)
    assert "1715" in regime.legal_basis
    assert not regime.verified


def test_replacements_pay_vat_and_duty_as_what_they_replace() -> None:
    """Proves: a machine of 100 bought again costs 100 x 1.025 x 1.19 = 121.975; where it is eligible, 100 in 3 years.

    If ignored: Colombia's VAT of 19 % is paid on the first machine and forgotten on the second.
    """
    regime = fin.tax_regime("COL")
    again = fin.Replacement("plant", 6, 100.0, tuple(fin.straight_line(10)), imported_frac=0.5)
    taxed = fin.apply_regime(project(replacements=(again,)), regime).replacements[0]
    assert taxed.amount == pytest.approx(121.975)
    assert taxed.depreciation == again.depreciation
    relieved = fin.apply_regime(project(replacements=(replace(again, incentive_eligible=True),)), regime)
    assert relieved.replacements[0].amount == 100.0
    assert relieved.replacements[0].depreciation == pytest.approx((1 / 3,) * 3)


def test_unknown_country_and_incentive() -> None:
    with pytest.raises(DataError, match="E784"):
        fin.tax_regime("XXX")
    with pytest.raises(DataError, match="E703"):
        fin.apply_regime(project(), fin.tax_regime("COL"), ("holiday",))


@pytest.mark.medium
def test_smallest_grant_reaches_the_return_exactly() -> None:
    """Proves: at the gap grant the return is the hurdle; one percent less misses it. If ignored: overpaid subsidy."""
    service = {"service": fin.operating_series(1.6e6, _N, escalation=0.03)}
    poor = project(revenue=service, grants=(), tranches=(), replacements=())
    gap = fin.viability_gap(poor, equity_irr=0.14, minimum_dscr=1.3)
    assert gap.result is not None
    assert gap.binding == "equity_irr"
    assert gap.result.equity_irr.value == pytest.approx(0.14, abs=1e-7)
    less = (fin.Grant("less", 0.99 * gap.grant.required()),)
    assert fin.pro_forma(replace(poor, grants=less)).equity_irr.measure.required() < 0.14


def test_no_grant_is_needed_or_none_suffices() -> None:
    assert fin.viability_gap(project(), equity_irr=0.05).grant.value == 0.0
    lost = project(revenue={"service": 1e5}, debt=None, tranches=())
    assert fin.viability_gap(lost, equity_irr=0.1).grant.reason == "not_reached_by_full_grant"


def test_book_value_left_at_the_end_is_deducted_from_what_the_assets_fetch() -> None:
    """Proves: 1000 written off over 20 years and sold for 500 after 10, a replacement of 100 in year 6: no gain but 50.

    If ignored: half the price of a network is taxed as profit in a study of ten years.
    """
    project = fin.ProjectInputs(
        years=10,
        revenue={"service": 200.0},
        operating_cost={},
        investments=(fin.Investment("network", 1000.0, tuple(fin.straight_line(20))),),
        replacements=(fin.Replacement("pump", 6, 100.0, tuple(fin.straight_line(10))),),
        salvage=500.0,
        discount_rate=0.08,
        tax=fin.TaxTerms(rate=0.3),
        write_off_at_end=True,
    )
    lines = fin.pro_forma(project).lines
    assert lines["depreciation"][[1, 6, 10]] == pytest.approx([50.0, 60.0, 60.0 + 500.0 + 50.0])
    assert lines["depreciation"].sum() == pytest.approx(1100.0)
    assert -lines["tax"][10] == pytest.approx(0.3 * (200.0 + 500.0 - 610.0))
    assert fin.pro_forma(replace(project, write_off_at_end=False)).lines["depreciation"].sum() == pytest.approx(550.0)


def test_owners_who_are_paid_at_close_earn_no_return() -> None:
    """Proves: with grants above all uses and losses later the rate of the flows is none of the owners.

    If ignored: a company that receives 100 at close and loses 15 a year "earns" 8 % and a tariff below cost is right.
    """
    project = fin.ProjectInputs(
        years=10,
        revenue={},
        operating_cost={"energy": 15.0},
        investments=(fin.Investment("plant", 1000.0),),
        discount_rate=0.08,
        grants=(fin.Grant("donor", 1100.0),),
    )
    result = fin.pro_forma(project)
    assert fin.irr(result.equity_cash_flow).value == pytest.approx(0.0814, abs=1e-4)
    assert result.equity_irr.value is None
    assert result.equity_irr.reason == result.project_irr.reason == "no_investment_first"
    assert "W702" in {f.code for f in result.findings}
