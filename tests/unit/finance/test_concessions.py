"""A concession: connection charges by year, its fee, tax holiday, fees of loans, lock-up; each by hand."""

from dataclasses import replace

import numpy as np
import pytest

import edsim.finance as fin


def concession(**changes: object) -> fin.ProjectInputs:
    """Return 1 000 written off over five years, 300 a year of which 100 are spent, no funds but the owners'."""
    base = fin.ProjectInputs(
        years=5,
        revenue={"service": 300.0},
        operating_cost={"energy": 100.0},
        investments=(fin.Investment("plant", 1000.0, (0.2,) * 5),),
        discount_rate=0.1,
    )
    return replace(base, **changes)


def half_by_half() -> tuple[list[fin.Customer], fin.Contract]:
    """Return a hotel of which half is connected in year 1 and all of it from year 2, and a mall that joins in year 3.

    Prices grow by 10 % a year from year 0.
    """
    customers = [fin.Customer("hotel", 100.0, 0.0, 0.0), fin.Customer("mall", 10.0, 0.0, 0.0, connects_in_year=3)]
    return customers, fin.Contract(5, 0.1, 1.1 ** np.arange(1, 6), np.array([0.5, 1.0, 1.0, 1.0, 1.0]))


def test_connection_charges_come_as_customers_join_at_the_prices_of_that_year() -> None:
    """Proves: 2 per kW: 50 kW at close, 50 kW a year later at 1.1, the mall's 10 kW at the end of year 2 at 1.21.

    If ignored: customers who join in year 2 pay at close, and at prices years old.
    """
    customers, contract = half_by_half()
    paid = fin.connection_charges(customers, fin.Tariff(connection_per_kw=2.0, capacity_per_kw_a=1.0), contract)
    assert paid.tolist() == pytest.approx([100.0, 110.0, 24.2, 0.0, 0.0, 0.0])
    every = fin.revenue(customers, fin.Tariff(connection_per_kw=2.0, capacity_per_kw_a=1.0), contract)
    assert (every - paid).tolist() == pytest.approx([0.0, 55.0, 121.0, 146.41, 161.051, 177.1561])


def test_who_comes_back_pays_no_connection_again() -> None:
    """Proves: of 100 kW half joins, a quarter of all leaves again, and all take service in year 3: 50 kW pay then.

    If ignored: who leaves is paid his connection back, and pays it again on return.
    """
    hotel = fin.Customer("hotel", 100.0, 0.0, 0.0)
    contract = fin.Contract(3, 0.0, connected_frac=np.array([0.5, 0.25, 1.0]))
    paid = fin.connection_charges([hotel], fin.Tariff(connection_per_kw=2.0), contract)
    assert paid.tolist() == pytest.approx([100.0, 0.0, 100.0, 0.0])


def test_the_first_year_saving_leaves_out_the_connection_of_those_who_join_next() -> None:
    """Proves: half of 1 000 kWh at 0.5 against an own cost of 300 saves 50; the other half pays 100 to join in year 2.

    If ignored: a customer that joins in parts seems to lose money in its first year.
    """
    hotel = fin.Customer("hotel", 100.0, 1000.0, np.array([300.0, 600.0]))
    tariff = fin.Tariff(connection_per_kw=2.0, consumption_per_kwh=0.5)
    found = fin.customer_bill(hotel, tariff, fin.Contract(2, 0.0, connected_frac=np.array([0.5, 1.0])))
    assert found.bill.tolist() == pytest.approx([100.0, 350.0, 500.0])
    assert found.first_year_saving_frac.required() == pytest.approx(50.0 / 300.0)


def test_who_joins_after_the_study_pays_nothing_in_it() -> None:
    """Proves: a customer delayed beyond the end is none. If ignored: stress of late customers earns their charges."""
    late = fin.Customer("late", 100.0, 1.0, 0.0, connects_in_year=6)
    assert not fin.revenue([late], fin.Tariff(2.0, 1.0, 1.0), fin.Contract(5, 0.1)).any()


def test_later_connection_charges_are_capital_not_cash_of_operation() -> None:
    """Proves: 400 paid at the end of year 2 reach the owners, and neither EBITDA nor the cash that sizes the loan.

    The loan of three years at 10 %, sculpted at a cover of 2 on 200 a year, is 100 x 2.48685 with or without them.
    If ignored: a lump once in ten years is lent against as if it came every year.
    """
    debt = fin.DebtTerms(fin.LoanTerms(0.1, 3, "sculpted"), dscr=2.0)
    charge = fin.Grant("connection capital in year 2", 400.0, reduces_basis=False, taxable=True, year=2)
    plain, paid = (fin.pro_forma(concession(debt=debt, grants=g)) for g in ((), (charge,)))
    assert plain.debt["debt"] == pytest.approx(paid.debt["debt"]) == pytest.approx(248.685, abs=1e-3)
    gained = paid.equity_cash_flow - plain.equity_cash_flow
    assert gained.tolist() == pytest.approx([0.0, 0.0, 400.0, 0.0, 0.0, 0.0])
    assert (paid.lines["project_cash_flow"] - plain.lines["project_cash_flow"])[2] == pytest.approx(400.0)
    assert paid.lines["ebitda"].tolist() == plain.lines["ebitda"].tolist()
    assert paid.sources["grants"] == 0.0


def test_later_charges_pay_for_later_parts_before_the_owners_do() -> None:
    """Proves: of 500 built at the end of year 2 a charge of 400 pays 400, and one of 700 no more than the 500."""
    parts = (fin.Investment("plant", 1000.0), fin.Investment("more", 500.0, year=2))
    for amount, used in ((400.0, 400.0), (700.0, 500.0)):
        charge = fin.Grant("connection", amount, reduces_basis=False, taxable=True, year=2)
        result = fin.pro_forma(concession(investments=parts, grants=(charge,)))
        assert result.later_connection == pytest.approx(used)
        assert result.equity_cash_flow[2] == pytest.approx(200.0 - 500.0 + amount)


@pytest.mark.parametrize(("deferred", "taxed"), [(False, [500.0, 0, 240.0, 0, 0]), (True, [100.0, 100, 100, 220, 220])])
def test_connection_charges_are_taxed_when_paid_or_over_the_service(deferred: bool, taxed: list[float]) -> None:
    """Proves: 500 at close count in year 1, or 100 a year; 240 of year 3 there, or 120 in each of the two years left.

    If ignored: the tax on years of service falls in year 1 and shrinks a loan sized by the cover of that year.
    """
    charges = tuple(
        fin.Grant(f"connection {t}", amount, reduces_basis=False, taxable=True, year=t)
        for t, amount in ((0, 500.0), (3, 240.0))
    )
    tax = fin.TaxTerms(rate=0.3, charges_over_contract=deferred)
    result = fin.pro_forma(concession(grants=charges, tax=tax))
    assert result.lines["taxed_charges"].tolist() == pytest.approx([0.0, *taxed])
    assert result.lines["tax"].tolist() == pytest.approx([0.0, *(-0.3 * x for x in taxed)])  # 200 less 200 written off


def test_a_tax_holiday_has_no_tax_and_uses_up_losses() -> None:
    """Proves: a holiday of two years over profits of -50, 30, 60, 60, 60 at 25 %: of the loss of 50, 30 goes in year 2.

    Year 3 is taxed on 60 - 20. Without the holiday the tax is the same here, for the profit of year 2 is used up by
    the loss; with profits from the first year the holiday saves 25 % of them. If ignored: losses of the holiday years
    are saved for later, or the tax of the holiday is paid.
    """
    terms = fin.TaxTerms(rate=0.25, holiday_a=2)
    found = fin.income_tax([-50.0, 30.0, 60.0, 60.0, 60.0], terms)
    assert found.tax.tolist() == pytest.approx([0.0, 0.0, 10.0, 15.0, 15.0])
    assert found.loss_used.tolist() == pytest.approx([0.0, 30.0, 20.0, 0.0, 0.0])
    assert fin.income_tax([40.0] * 3, terms).tax.tolist() == pytest.approx([0.0, 0.0, 10.0])
    refunded = replace(terms, losses="as_generated")
    assert fin.income_tax([-40.0, -40.0, -40.0], refunded).tax.tolist() == pytest.approx([0.0, 0.0, -10.0])


def test_a_concession_fee_follows_the_revenue_and_is_deducted() -> None:
    """Proves: 10 % of 300 a year, in EBITDA and before tax. If ignored: the fee is a number that no price moves."""
    tax = fin.TaxTerms(rate=0.3, losses="as_generated")
    result = fin.pro_forma(concession(revenue_cost={"fee": 0.1}, tax=tax))
    assert result.lines["cost_fee"].tolist() == pytest.approx([0.0] + [-30.0] * 5)
    assert result.lines["ebitda"][1:].tolist() == pytest.approx([170.0] * 5)
    assert result.lines["tax"][1:].tolist() == pytest.approx([-0.3 * (170.0 - 200.0)] * 5)
    needed = fin.required_tariff(concession(revenue={}, revenue_cost={"fee": 0.1}), 10.0, fin.Target("equity_irr", 0.1))
    assert needed.price.value == pytest.approx((1000.0 * fin.crf(0.1, 5) + 100.0) / 0.9 / 10.0)


def test_fees_of_loans_are_deducted_over_their_tenor() -> None:
    """Proves: 3 % of 400 and 8 of closing over four years, 5 a year; a later loan from the year after it is drawn.

    If ignored: money that is part of the interest (IFRS 9) never lowers the tax.
    """
    debt = fin.DebtTerms(fin.LoanTerms(0.1, 4), amount=400.0, upfront_fee_frac=0.03, closing_cost=8.0)
    later = fin.Tranche("later", fin.LoanTerms(0.1, 2), amount=100.0, fee_frac=0.02, year=2)
    parts = (fin.Investment("plant", 1000.0, (0.2,) * 5), fin.Investment("more", 100.0, year=2))
    terms = concession(
        investments=parts, debt=debt, tranches=(later,), tax=fin.TaxTerms(rate=0.5, losses="as_generated")
    )
    kept, result = fin.pro_forma(terms), fin.pro_forma(replace(terms, fees_over_tenor=True))
    assert result.lines["fees_written_off"].tolist() == pytest.approx([0.0, 5.0, 5.0, 6.0, 6.0, 0.0])
    saved = result.lines["tax"] - kept.lines["tax"]
    assert saved.tolist() == pytest.approx([0.0, 2.5, 2.5, 3.0, 3.0, 0.0])
    assert not kept.lines["fees_written_off"].any()


@pytest.mark.parametrize(
    ("loan", "gearing", "limit", "year"),
    [
        (fin.LoanTerms(0.1, 4, "sculpted"), None, "dscr", None),
        (fin.LoanTerms(0.1, 4, "sculpted", grace_a=1), None, "dscr", 1),
        (fin.LoanTerms(0.1, 4, "equal_principal"), None, "dscr", 1),
        (fin.LoanTerms(0.1, 4, "sculpted"), 0.1, "gearing", None),
    ],
)
def test_what_limits_the_loan_is_named(
    loan: fin.LoanTerms, gearing: float | None, limit: str, year: int | None
) -> None:
    """Proves: a cash of 30 in year 1 and 200 after it: the interest of its grace, or the cover of all years sculpted.

    If ignored: a loan that a single year halves looks like all that the project can carry.
    """
    revenue = {"service": [130.0, 300.0, 300.0, 300.0, 300.0]}
    debt = fin.DebtTerms(loan, dscr=1.25, gearing_max=gearing)
    result = fin.pro_forma(concession(revenue=revenue, debt=debt))
    assert (result.debt_limited_by, result.debt_limit_year) == (limit, year)
    if loan.grace_a:
        assert result.debt["debt"] == pytest.approx(30.0 / 1.25 / 0.1)


def test_a_lock_up_holds_what_would_be_paid_out() -> None:
    """Proves: cash 150, 120, 260 over a service of 100: at a lock-up of 1.3 the 20 of year 2 are paid with year 3.

    If ignored: owners earn a return on cash that the lenders keep.
    """
    loan = fin.Tranche("bank", fin.LoanTerms(0.0, 3, "equal_principal"), amount=300.0)
    terms = concession(years=4, revenue={"service": [250.0, 220.0, 360.0, 200.0]}, tranches=(loan,), lockup_dscr=1.3)
    result = fin.pro_forma(terms)
    assert result.dscr == pytest.approx((1.5, 1.2, 2.6, None))
    assert result.lines["distributions_held"].tolist() == pytest.approx([0.0, 0.0, -20.0, 20.0, 0.0])
    assert result.equity_cash_flow.tolist() == pytest.approx([-700.0, 50.0, 0.0, 180.0, 100.0])
    assert [f.got for f in result.findings if f.code == "W706"] == ["years 2"]
    free = fin.pro_forma(replace(terms, lockup_dscr=None))
    assert free.equity_cash_flow.tolist() == pytest.approx([-700.0, 50.0, 20.0, 160.0, 100.0])


def test_held_cash_pays_a_shortfall_before_the_owners_do() -> None:
    """Proves: 20 held in year 1 pay the 20 that year 2 lacks, and 10 of year 3 are asked of the owners."""
    loan = fin.Tranche("bank", fin.LoanTerms(0.0, 3, "equal_principal"), amount=300.0)
    revenue = {"service": [220.0, 180.0, 190.0, 200.0]}
    result = fin.pro_forma(concession(years=4, revenue=revenue, tranches=(loan,), lockup_dscr=1.3))
    assert result.equity_cash_flow.tolist() == pytest.approx([-700.0, 0.0, 0.0, -10.0, 100.0])


def test_held_cash_does_not_pay_the_owners_part_of_a_later_investment() -> None:
    """Proves: 20 held in years 1 and 2; of 50 built at the end of year 2 a charge pays 30 and the owners 20.

    If ignored: the cash that the lenders keep builds the next phase, or the owners pay what customers have paid.
    """
    loan = fin.Tranche("bank", fin.LoanTerms(0.0, 3, "equal_principal"), amount=300.0)
    charge = fin.Grant("connection", 30.0, reduces_basis=False, taxable=True, year=2)
    terms = concession(
        years=4,
        revenue={"service": [220.0, 220.0, 360.0, 200.0]},
        investments=(fin.Investment("plant", 1000.0), fin.Investment("more", 50.0, year=2)),
        grants=(charge,),
        tranches=(loan,),
        lockup_dscr=1.3,
    )
    result = fin.pro_forma(terms)
    assert result.lines["distributions_held"].tolist() == pytest.approx([0.0, -20.0, -20.0, 40.0, 0.0])
    assert result.equity_cash_flow.tolist() == pytest.approx([-700.0, 0.0, -20.0, 200.0, 100.0])


def test_what_is_held_at_the_end_is_paid_out_there() -> None:
    """Proves: three years below the lock-up hold 20 each; the last pays all 60. If ignored: the cash is lost."""
    loan = fin.Tranche("bank", fin.LoanTerms(0.0, 3, "equal_principal"), amount=300.0)
    result = fin.pro_forma(concession(years=3, revenue={"service": 220.0}, tranches=(loan,), lockup_dscr=1.3))
    assert result.equity_cash_flow.tolist() == pytest.approx([-700.0, 0.0, 0.0, 60.0])


def _owners_by_hand(grant: float) -> list[float]:
    """Return the owners' cash of 1 000 less a grant, half of the rest lent at 8 % over ten years, 30 % tax."""
    uses, rate = 1000.0 - grant, 0.08
    balance = 0.5 * uses
    service = balance * rate / (1.0 - (1.0 + rate) ** -10)
    flows = [-0.5 * uses]
    for _ in range(10):
        interest = balance * rate
        balance -= service - interest
        flows.append(100.0 - service - 0.3 * (100.0 - interest - uses / 10.0))
    return flows


def test_the_viability_grant_is_that_of_an_independent_solve() -> None:
    """Proves: without loan and tax it is 1 000 - 100 x 6.144567; with both, what a bisection of plain loops finds.

    If ignored: the grant asked of a donor rests on a search nobody has checked.
    """
    poor = concession(years=10, revenue={"service": 200.0}, investments=(fin.Investment("plant", 1000.0, (0.1,) * 10),))
    bare = fin.viability_gap(poor, equity_irr=0.1).grant.required()
    assert bare == pytest.approx(1000.0 - 100.0 * 6.144567, abs=1e-4)
    lent = fin.Tranche("bank", fin.LoanTerms(0.08, 10), share_of_uses=0.5)
    taxed = replace(poor, tranches=(lent,), tax=fin.TaxTerms(rate=0.3, losses="as_generated"))
    low, high = 0.0, 1000.0
    for _ in range(80):
        middle = 0.5 * (low + high)
        worth = sum(x / 1.12**t for t, x in enumerate(_owners_by_hand(middle)))
        low, high = (middle, high) if worth < 0.0 else (low, middle)
    assert fin.viability_gap(taxed, equity_irr=0.12).grant.required() == pytest.approx(low, rel=1e-5)
