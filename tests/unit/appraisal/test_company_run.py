"""A run with a company: its accounts add up, payments cancel, and the tariff is what its target asks for."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import pytest

from edsim.app import RunOutcome
from edsim.appraisal.company.customers import served_buildings
from edsim.appraisal.kpis import COMPANY_KPIS, KPIS, RETURN_KPIS
from edsim.report.figures.company import party_values
from edsim.report.i18n import language
from edsim.report.view import Study
from edsim.results.variant import VariantRun

pytestmark = pytest.mark.medium


def table(outcome: RunOutcome, name: str) -> pd.DataFrame:
    return outcome.appraisal.tables[name]


def kpi(outcome: RunOutcome, name: str, column: str = "value") -> float:
    rows = table(outcome, "kpis")
    return float(rows.loc[rows["id"] == name, column].iloc[0])


def study_of(outcome: RunOutcome, perspectives: pd.DataFrame | None = None) -> Study:
    """Return what the report reads, with other perspectives where they are given."""
    tables = dict(outcome.appraisal.tables)
    if perspectives is not None:
        tables["perspectives"] = perspectives
    return Study(dataclasses.replace(outcome.appraisal, tables=tables), language("en"))


def test_uses_are_sources_and_every_fund_is_there(financed: RunOutcome) -> None:
    """Proves: nothing is financed twice. If ignored: a grant and a loan pay for the same pipe."""
    funds = table(financed, "funding")
    sums = funds.groupby("side")["amount"].sum()
    assert sums["use"] == pytest.approx(sums["source"], rel=1e-9)
    assert {"gift", "green", "bank", "patient", "equity", "connection capital"} <= set(funds["item"])
    assert float(funds.loc[funds["item"] == "green", "share_frac"].iloc[0]) == pytest.approx(0.2, rel=1e-6)


def test_tariff_reaches_its_target_with_tax_and_debt(financed: RunOutcome) -> None:
    """Proves: the price is found with loan, tax and reserves recomputed. If ignored: the owners earn another return."""
    assert kpi(financed, "equity_irr") == pytest.approx(0.13, abs=1e-9)
    assert kpi(financed, "equity_npv") == pytest.approx(0.0, abs=1.0)
    planned = table(financed, "stress").set_index("event").loc["as planned"]
    assert planned["equity_irr_frac"] == pytest.approx(0.13, abs=1e-6)


def test_cover_ratio_holds_in_every_year_of_the_sized_loan(financed: RunOutcome) -> None:
    """Proves: DSCR per year of all loans is never below the target, and the loans are repaid."""
    debt = table(financed, "debt_service")
    every = debt[debt["loan"] == "all"]
    assert every["dscr"].min() == pytest.approx(1.3, abs=1e-6)
    assert every["balance"].iloc[-1] == pytest.approx(0.0, abs=1e-3)
    assert (debt.loc[debt["loan"] == "green", "principal"].iloc[:3] == 0.0).all()


def test_costs_of_the_company_alone_are_paid_and_seen_by_the_city(financed: RunOutcome) -> None:
    """Proves: 4 % of the revenue to the city, 20 000 of year 0 for staff, 0.3 % of what is invested; 3 % inflation.

    If ignored: a concession looks free, or its fee vanishes between company and city.
    """
    rows = table(financed, "pro_forma").set_index(["line", "year"])["value"]
    assert rows["cost_company_concession_fee", 3] == pytest.approx(-0.04 * rows["revenue_service", 3])
    assert rows["cost_company_staff", 2] == pytest.approx(-2e4 * 1.03**2)
    invested = kpi(financed, "investment")
    assert rows["cost_company_insurance", 5] == pytest.approx(-0.003 * invested * 1.03**5, rel=1e-6)
    worth = table(financed, "perspectives").set_index(["party", "line"])["present_value"]
    assert worth["city", "concession_fee"] == pytest.approx(-worth["company", "concession_fee"])
    assert worth["city", "concession_fee"] > 0.0
    assert worth["company", "staff"] < 0.0


def test_what_limits_the_loan_stands_beside_it(financed: RunOutcome) -> None:
    """Proves: the sized loan alone has a limit. If ignored: nobody sees why it is so small."""
    funds = table(financed, "funding").set_index("item")["limit"]
    assert funds["bank"]
    assert set(funds.drop("bank")) == {""}


def test_a_lost_customer_lowers_cover_on_signed_loans(financed: RunOutcome) -> None:
    """Proves: after close the loan does not shrink with the cash. If ignored: no stress ever breaks a covenant."""
    stress = table(financed, "stress").set_index("event")
    assert stress.loc["loss of north", "minimum_dscr"] < stress.loc["loss of south", "minimum_dscr"] < 1.3
    assert stress.loc["loss of north", "equity_npv"] < stress.loc["as planned", "equity_npv"]


def test_payments_cancel_and_parties_add_up_to_the_economy(financed: RunOutcome) -> None:
    """Proves: what one pays another gets. If ignored: value appears from nowhere."""
    rows = table(financed, "perspectives")
    payments = rows[rows["kind"] == "payment"]
    scale = payments["present_value"].abs().sum()
    assert abs(payments["present_value"].sum()) < 1e-9 * scale
    totals = rows[rows["kind"] == "total"]
    economy = float(totals.loc[totals["party"] == "all parties", "present_value"].iloc[0])
    parts = float(totals.loc[totals["party"] != "all parties", "present_value"].sum())
    assert parts == pytest.approx(economy, rel=1e-9)
    assert {"company", "customer", "city", "utility", "lender", "donor", "economy"} == set(rows["perspective"])


def test_without_tax_and_loans_the_parties_add_up_to_the_study(plain: RunOutcome) -> None:
    """Proves: with machines valued by their remaining life, parties add up to the comparison without its carbon price.

    A price of carbon is a payment to the city: what customers no longer pay for their machines, the company pays for
    its plant. If ignored: only one side pays, the company values its pipes otherwise, and a report has two truths.
    """
    rows = table(plain, "perspectives")
    economy = float(rows.loc[rows["party"] == "all parties", "present_value"].iloc[0])
    cash = table(plain, "cash_flows").query("line == 'carbon'")
    carbon = (cash["value"] * 1.08 ** -cash["year"]).groupby(cash["variant"]).sum()
    assert economy == pytest.approx(kpi(plain, "npv") - (carbon["district"] - carbon["bau"]), rel=1e-9)
    paid = rows[rows["line"] == "carbon_charge"].set_index("party")["present_value"]
    assert paid["company"] == pytest.approx(carbon["district"])
    assert paid.sum() == pytest.approx(0.0, abs=1e-6)
    assert paid["city"] == pytest.approx(carbon["bau"] - carbon["district"])


def test_customers_gain_what_their_bills_save_and_what_they_pay_late(financed: RunOutcome) -> None:
    """Proves: bills and parties value a customer alike, with ramp-up and a late connection; late payment is its gain.

    What customers owe at the end of a year is a month of its charges. If ignored: two tables tell a customer two
    savings, and a month of revenue is lost to everybody.
    """
    rows = table(financed, "perspectives").set_index(["party", "line"])["present_value"]
    for bill in table(financed, "customer_bills").itertuples():
        party = f"customer:{bill.customer}"
        assert rows[party, "receivables"] > 0.0
        assert rows[party, "total"] - rows[party, "receivables"] == pytest.approx(bill.present_saving, rel=1e-9)
    accounts = table(financed, "pro_forma")
    charged = accounts[accounts["line"] == "revenue_service"].set_index("year")["value"]
    owed = charged.reindex(range(1, 20)) / 12.0
    owed[20] = 0.0
    grown = owed.diff().fillna(owed[1])
    worth = float((grown * (1.08 * 1.03) ** -grown.index.to_numpy(dtype=float)).sum())
    assert rows["company", "receivables"] == pytest.approx(-worth, rel=1e-9)


def test_each_lender_gets_its_own_fee(financed: RunOutcome) -> None:
    """Proves: 2 % of its loan to the bank, nothing to the one without a fee, interest of building to who lends for it.

    If ignored: the first lender of the list earns what the others do, and looks better than it is.
    """
    rows = table(financed, "perspectives").query("line == 'fees'").set_index("party")["present_value"]
    funds = table(financed, "funding").set_index("item")["amount"]
    assert rows["lender:bank"] == pytest.approx(0.02 * funds["bank"])
    assert rows["lender:construction"] == pytest.approx(funds["interest_during_construction"])
    assert "lender:green" not in rows.index


def test_bills_and_losers(plain: RunOutcome, financed: RunOutcome) -> None:
    """Proves: what customers pay is the revenue of the company, and losers carry their shortfall."""
    bills = table(plain, "customer_bills")
    accounts = table(plain, "pro_forma")
    earned = accounts[(accounts["line"] == "revenue_service") & (accounts["year"] == 1)]["value"].sum()
    assert bills["bill"].sum() == pytest.approx(earned, rel=1e-9)
    losing = bills[bills["present_saving"] < 0]
    assert (losing["shortfall"] > 0).all()
    assert kpi(plain, "losing_customers") == len(losing)
    late = table(financed, "customer_bills")  # connects in parts: those of later years are paid in year 1
    assert "south" in set(late["customer"])
    assert late["saving_frac"].to_list() == pytest.approx((1.0 - late["bill"] / late["bau_cost"]).to_list())


def test_customers_pay_for_what_they_need_after_their_measures(lamps: tuple[VariantRun, VariantRun]) -> None:
    """Proves: bills count the demand of the project; BAU stays today's. If ignored: saved cold is sold all the same."""
    bau, project = lamps
    served = {x.customer.id: x.customer for x in served_buildings(project, bau)}
    assert set(served) == {"north", "south"}
    profiles = project.district.profiles
    for name, customer in served.items():
        row = profiles.building_ids.index(name)
        left = profiles.demand["cooling"][row]
        assert customer.delivered_kwh == pytest.approx(left.sum(), rel=1e-12)
        assert customer.contracted_kw == pytest.approx(left.max(), rel=1e-12)
        (today,) = (r.demand_kw for r in bau.individual if (r.building, r.service) == (name, "cooling"))
        assert today == pytest.approx(left + profiles.saved["cooling"][row])
        assert left.sum() < 0.99 * today.sum()


def test_the_report_lists_parties_that_add_up_to_all(financed: RunOutcome, plain: RunOutcome) -> None:
    """Proves: carbon and outages stand once, beside the parties. If ignored: the economy counts them twice."""
    values = party_values(study_of(financed))
    total = values.pop("all parties")
    rows = table(financed, "perspectives").set_index(["party", "line"])["present_value"]
    assert sum(values.values()) == pytest.approx(total, rel=1e-9)
    assert total == pytest.approx(rows["all parties", "total"], rel=1e-12)
    for line in ("avoided_carbon", "avoided_unserved"):
        assert values[line] == pytest.approx(rows["economy", line], rel=1e-12)
    assert not {"economy", "other parties"} & set(values)
    assert list(party_values(study_of(plain)))[-1] == "all parties"


def test_parties_left_out_stand_together(financed: RunOutcome) -> None:
    """Proves: a case that lists few perspectives still adds up. If ignored: the total contradicts its rows."""
    whole = table(financed, "perspectives")
    few = whole[whole["perspective"].isin(["company", "economy"])]
    values = party_values(study_of(financed, few))
    left = whole[(whole["kind"] == "total") & ~whole["perspective"].isin(["company", "economy"])]
    assert values["other parties"] == pytest.approx(left["present_value"].sum(), rel=1e-6)
    own = whole[whole["perspective"] == "company"]
    assert list(party_values(study_of(financed, own))) == ["company"]
    assert party_values(study_of(financed, whole.iloc[:0])) == {}


def test_each_incentive_has_its_value_and_source(financed: RunOutcome) -> None:
    """Proves: the four incentives of the law are priced apart with their citation."""
    rows = table(financed, "incentives").set_index("incentive")
    assert set(rows.index) == {"special_deduction", "accelerated_depreciation", "vat_exclusion", "duty_exemption"}
    assert (rows["value"] >= -1e-6).all()
    assert rows.loc["vat_exclusion", "value"] > 0
    assert rows["source"].str.contains("Law 1715").all()


def test_ledgers_agree_line_by_line(financed: RunOutcome) -> None:
    """Proves: optimizer and ledger differ by less than 0.01 % in each line; the steps reach the life-cycle cost."""
    rows = table(financed, "reconciliation")
    yearly = rows[rows["step"] == "yearly"]
    assert {"capex_annuity", "om_fixed", "electricity", "demand_charge"} <= set(yearly["line"])
    assert (yearly["difference"].abs() <= 1e-4 * yearly["optimizer"].abs().max()).all()
    steps = rows[(rows["step"] == "present_value") & (rows["variant"] == "district")].set_index("line")["ledger"]
    assert steps["life_cycle_cost"] == pytest.approx(kpi(financed, "life_cycle_cost"), rel=1e-9)
    assert abs(steps["unexplained"]) < 1e-4 * steps["life_cycle_cost"]
    assert steps["price_growth"] > 0.0


def test_the_carbon_price_follows_the_grid_of_the_inventory(financed: RunOutcome) -> None:
    """Proves: with a grid 2 % cleaner each year, what the carbon price takes falls by 12 USD a ton of the inventory.

    Only the grid falls: the rest is the refrigerants' mean year. The accounts of the company fall alike.
    If ignored: for 25 years BAU pays for tons that the inventory beside it no longer has, which favours the project.
    """
    cash, tons = table(financed, "cash_flows"), table(financed, "inventory").query("frame == 'project'")
    for variant in ("bau", "district"):
        mine, emitted = cash[cash["variant"] == variant], tons[tons["variant"] == variant]
        paid = -mine[mine["line"] == "carbon"].set_index("year")["value"]
        grid = emitted[emitted["source"] == "grid"].set_index("year")["kgco2e"] / 1000.0
        assert paid[1] - paid[10] == pytest.approx(12.0 * grid[1] * (1.0 - 0.98**9))
        assert grid[10] == pytest.approx(grid[1] * 0.98**9)
    rows = table(financed, "reconciliation").query("variant == 'district' and step == 'yearly'").set_index("line")
    own = financed.appraisal.certificates["district"]
    assert rows["optimizer"].sum() == pytest.approx(own.upper_bound, rel=1e-6)  # carbon is part of what is minimized
    assert rows.loc["carbon", "ledger"] == pytest.approx(rows.loc["carbon", "optimizer"])


def test_frames_never_mix_factors(financed: RunOutcome) -> None:
    """Proves: a frame without a factor of its basis stays empty and says so. If ignored: averages sell as margins."""
    rows = table(financed, "ghg_frames").set_index("frame")
    assert rows.loc["project", "grid_kg_per_kwh"] == 0.165
    assert rows.loc["ghg_protocol", "grid_kg_per_kwh"] == 0.22
    assert pd.isna(rows.loc["ifi", "reduction_t"])
    assert "ifi_combined_margin" in rows.loc["ifi", "reason"]
    assert rows.loc["gef", "indirect_t"] == pytest.approx(2.0 * rows.loc["gef", "reduction_t"])


def test_climate_smart_parts_add_up(financed: RunOutcome) -> None:
    """Proves: the three increments stand apart and add up. If ignored: a shadow price hides in the cost."""
    rows = table(financed, "climate_smart")
    for variant in ("bau", "district"):
        parts = rows[rows["variant"] == variant].set_index("line")["present_value"]
        assert parts["total"] == pytest.approx(parts.drop("total").sum())
    assert kpi(financed, "nox") > 0.0


def test_meters_hold_plugs_and_machines(financed: RunOutcome) -> None:
    """Proves: the peak of a building is less than the sum of its parts, and falls when its machines go."""
    rows = table(financed, "electricity_bills").set_index(["variant", "meter"])
    before, after = rows.loc[("bau", "north")], rows.loc[("district", "north")]
    assert before["peak_kw"] > after["peak_kw"] > 0
    saved = sum(
        rows.loc[("bau", b), "demand_charge"] - rows.loc[("district", b), "demand_charge"] for b in ("north", "south")
    )
    cash = table(financed, "cash_flows")
    mine = cash[(cash["variant"] == "bau") & (cash["line"] == "demand_charge") & (cash["year"] == 1)]["value"].sum()
    assert saved == pytest.approx(-mine / 1.01, rel=1e-9)


def test_the_lines_of_the_bills_add_up_to_them(financed: RunOutcome) -> None:
    """Proves: every line of every month of a meter adds up to its bill. If ignored: months that are of no year."""
    lines, bills = table(financed, "electricity_bill_lines"), table(financed, "electricity_bills")
    sums = lines.groupby(["variant", "meter"])["amount"].sum()
    totals = bills.set_index(["variant", "meter"])["total"]
    assert sums.to_dict() == pytest.approx(totals.to_dict(), rel=1e-9)
    kwh = lines[lines["item"] == "energy"].groupby(["variant", "meter"])["quantity"].sum()
    assert kwh.to_dict() == pytest.approx(bills.set_index(["variant", "meter"])["electricity_kwh"].to_dict(), rel=1e-9)
    assert set(lines["month"]) == set(range(1, 13))


def test_the_summary_names_price_and_losers(financed: RunOutcome) -> None:
    said = " ".join(financed.appraisal.headline)
    assert "USD/kWh" in said
    assert "13.0 %" in said


def test_total_warming_impact_by_hand(financed: RunOutcome) -> None:
    """Proves: TEWI is grid over 20 years at a factor that falls 2 % a year, plus all refrigerants. By hand."""
    grid_t = kpi(financed, "electricity") * 0.165 * (1.0 - 0.98**20) / 0.02
    gases_t = 20.0 * (kpi(financed, "ghg_hfc") + kpi(financed, "ghg_montreal"))
    assert kpi(financed, "tewi") == pytest.approx(grid_t + gases_t, rel=1e-9)


def test_company_tables_are_empty_without_a_company(plain: RunOutcome) -> None:
    """Proves: what is not asked for is not there: no loans, no incentives, no shadow prices."""
    for name in ("debt_service", "incentives", "climate_smart"):
        assert table(plain, name).empty
    assert "nox" in set(table(plain, "kpis")["id"])


def test_the_fullest_table_has_sixty_rows(financed: RunOutcome) -> None:
    """Proves: with a company, air factors and all services a variant has every indicator once, and no other row.

    Heat rejected is told where cooling is alone, where no other service has a unit cost: one table never has both.
    The peak of demand bands, the GHG of heat bought, tonnes of steam and what heat and cold are made of come on top
    where a tariff has bands, a source a factor and such a service is delivered.
    If ignored: a table that nobody reads to its end.
    """
    every = [k.id for group in (KPIS, RETURN_KPIS, COMPANY_KPIS) for k in group]
    of_heat, of_cold = ({k.id for k in KPIS if k.section == "heat" and k.id.startswith(s)} for s in ("heat", "cold"))
    on_top = {"window_peak", "ghg_heat", "lcos_t", "steam", "steam_peak", *of_heat}
    assert len(set(every)) == len(every) <= 60 + len({"heat_rejected", *on_top, *of_cold})
    shown = table(financed, "kpis")["id"].to_list()
    # this district cools, and has no factor of particles
    absent = {"lcoh", "lcohw", "lcos", "lcoa", "lcoe", "pm"} | on_top
    assert set(every) - set(shown) == absent
    assert len(shown) == len(every) - len(absent)


BASE = {"discount_rate_frac": 0.08, "horizon_a": 20, "inflation_frac": 0.03}
BANK = {"id": "bank", "kind": "commercial", "rate_frac": 0.1, "tenor_a": 12, "repayment": "sculpted"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "terms", "code"),
    [
        ("debt_alone", {"debt": [BANK]}, "W701"),
        ("tax_alone", {"tax": {"rate_frac": 0.3}}, "W701"),
        ("cover_without_loan", {"tariffs": {"target_dscr": 1.4}}, "W850"),
        ("connection_too_dear", {"tariffs": {"connection_per_kw": 1e5, "target_irr_frac": 0.1}}, "W85"),
    ],
)
def test_incomplete_terms_give_a_remark_and_no_number(
    solve: Callable[[str, Mapping[str, Any]], RunOutcome], name: str, terms: Mapping[str, Any], code: str
) -> None:
    """Proves: a company without revenue or price still runs, says so, and prints no zero for what is undefined."""
    outcome = solve(name, {**BASE, **terms})
    assert any(f.code.startswith(code) for f in outcome.appraisal.findings)
    assert table(outcome, "customer_bills").empty
    assert pd.isna(kpi(outcome, "required_price"))
    assert pd.isna(kpi(outcome, "equity_irr"))
