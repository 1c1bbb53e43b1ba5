"""Required tariff, customer bills, tariff solver, perspectives."""

from dataclasses import replace

import numpy as np
import pytest

import edsim.finance as fin
from edsim.core.errors import DataError

_N = 20
_OUTPUT = fin.operating_series(2e7, _N, ramp_up=(0.5, 0.8))
_PROJECT = fin.ProjectInputs(
    years=_N,
    revenue={},
    operating_cost={"energy": fin.operating_series(6e5, _N, escalation=0.03, ramp_up=(0.5, 0.8))},
    investments=(fin.Investment("plant", 8e6, tuple(fin.straight_line(10))),),
    discount_rate=0.12,
    debt=fin.DebtTerms(fin.LoanTerms(0.09, 12), dscr=None, gearing_max=0.6, upfront_fee_frac=0.02, dsra_months=6),
    reserves=fin.Reserves(2, 1, 0.02),
    tax=fin.TaxTerms(rate=0.35, carry_forward_a=12),
)
_INDEX = 1.03 ** np.arange(_N)


@pytest.mark.parametrize(
    "target",
    [
        fin.Target("equity_irr", 0.15),
        fin.Target("project_irr", 0.11),
        fin.Target("equity_npv", 1e6),
        fin.Target("minimum_dscr", 1.25),
        fin.Target("equity_irr", 0.10, by_year=12),
    ],
    ids=lambda t: f"{t.kind}-{t.by_year}",
)
def test_required_tariff_reaches_its_target(target: fin.Target) -> None:
    found = fin.required_tariff(_PROJECT, _OUTPUT, target, price_index=_INDEX)
    assert found.result is not None
    result = found.result
    reached = {
        "equity_irr": fin.irr(result.equity_cash_flow[: (target.by_year or _N) + 1]).value,
        "project_irr": result.project_irr.value,
        "equity_npv": result.equity_npv,
        "minimum_dscr": result.minimum_dscr.value,
    }[target.kind]
    assert reached == pytest.approx(target.value, rel=1e-7)


def test_closed_form_agrees_without_tax_and_debt() -> None:
    """Proves: the loop and the closed form are one tariff. If ignored: two prices for the same project."""
    bare = replace(_PROJECT, debt=None, tax=fin.TaxTerms(), reserves=fin.Reserves())
    found = fin.required_tariff(bare, _OUTPUT, fin.Target("equity_irr", 0.12), price_index=_INDEX)
    cost = np.concatenate(([8e6], bare.total_operating_cost()))
    closed = fin.cost_reflective_tariff(
        cost, np.concatenate(([0], _OUTPUT)), 0.12, price_index=np.concatenate(([1], _INDEX))
    )
    assert found.price.value == pytest.approx(closed.value, rel=1e-9)


def test_no_output_no_tariff() -> None:
    found = fin.required_tariff(_PROJECT, 0.0, fin.Target("equity_irr", 0.15))
    assert (found.price.reason, found.result) == ("no_output", None)


def test_price_index_weights() -> None:
    index = fin.price_index({"cpi": 0.5, "fx": 0.2}, {"cpi": [1.1, 1.2], "fx": [1.0, 2.0]}, 2)
    assert index == pytest.approx([0.3 + 0.55 + 0.2, 0.3 + 0.6 + 0.4])
    with pytest.raises(DataError, match="E716"):
        fin.price_index({"cpi": 1.2}, {"cpi": 1.0}, 2)


def test_energy_service_payment_by_hand() -> None:
    """Proves: the payment after tax repays the owner. If ignored: the owner's net present value is not zero."""
    flows = np.array([-1000.0, 50.0, 50.0, 50.0])
    payment = fin.host_payment(flows, 0.1, 0.3)
    flows[1:] += 0.7 * payment
    assert fin.npv(flows, 0.1) == pytest.approx(0.0, abs=1e-9)


_CONTRACT = fin.Contract(_N, 0.1, _INDEX)


def _customers() -> list[fin.Customer]:
    return [
        fin.Customer("hospital", 2000.0, 8e6, 1.1e6 * _INDEX),
        fin.Customer("mall", 3000.0, 9e6, 1.2e6 * _INDEX, conversion_cost=2e5),
        fin.Customer("office", 1500.0, 2e6, 3.5e5 * _INDEX, connects_in_year=3),
    ]


def test_bill_by_hand() -> None:
    contract = fin.Contract(2, 0.0)
    customer = fin.Customer("a", 10.0, 100.0, 80.0, conversion_cost=20.0, low_delta_t_kwh=5.0)
    bill = fin.customer_bill(customer, fin.Tariff(1.0, 2.0, 0.3, 0.2), contract)
    assert list(bill.bill) == pytest.approx([10 + 20, 51.0, 51.0])
    assert bill.first_year_saving_frac.value == pytest.approx(29 / 80)
    assert bill.pv_saving == pytest.approx(160 - 132)
    assert bill.conversion_payback_a.value == pytest.approx(1 + 1 / 29)
    assert bill.break_even_factor.value == pytest.approx(140 / 112)


def test_late_customer_pays_from_its_first_year() -> None:
    late = fin.Customer("late", 10.0, 100.0, 80.0, connects_in_year=3)
    bill = fin.customer_bill(late, fin.Tariff(1.0, 2.0, 0.3), fin.Contract(4, 0.0))
    assert list(bill.bill) == pytest.approx([0, 0, 10, 50, 50])
    assert list(bill.bau) == [0, 0, 0, 80, 80]


def test_solver_pleases_all_when_it_can() -> None:
    solved = fin.solve_tariff(_customers(), _CONTRACT, 1.2e7, fixed_share=0.5, saving_frac=0.05)
    assert solved.losers == {}
    paid = fin.revenue(_customers(), solved.tariff, _CONTRACT)
    assert _CONTRACT.present(paid) == pytest.approx(1.2e7)
    for result in solved.results:
        assert result.pv_saving >= 0.05 * _CONTRACT.present(result.bau) - 1e-3


def test_solver_names_losers_and_their_gap() -> None:
    """Proves: beyond what all can pay, someone is named. If ignored: the tariff would look acceptable."""
    ceiling = sum(_CONTRACT.present(fin.customer_bill(c, fin.Tariff(), _CONTRACT).bau) for c in _customers()) - 2e5
    solved = fin.solve_tariff(_customers(), _CONTRACT, ceiling + 1e6, fixed_share=0.5)
    assert solved.losers
    assert sum(solved.losers.values()) >= 1e6 - 1.0


def test_company_and_customers_together() -> None:
    target = fin.Target("equity_irr", 0.15)
    found = fin.customer_tariff(
        _PROJECT, _customers(), _CONTRACT, target, fixed_share=0.5, connection_per_kw=50.0, saving_frac=0.02
    )
    assert found.result is not None
    assert found.result.equity_irr.value == pytest.approx(0.15, rel=1e-6)
    assert found.result.sources["grants"] == pytest.approx(50.0 * 5000.0)


def test_negotiation_zone() -> None:
    zone = fin.negotiation_zone(0.10, {"a": 0.14, "b": 0.09})
    assert not zone.open
    assert zone.gap == pytest.approx(-0.01)
    assert zone.binding == "b"


def test_customers_leave_until_stable() -> None:
    def price(held: tuple[fin.Customer, ...]) -> fin.Tariff:
        return fin.Tariff(consumption_per_kwh=1.0 / len(held))

    contract = fin.Contract(1, 0.0)
    held = fin.stable_customers(
        [fin.Customer("a", 1.0, 100.0, 60.0), fin.Customer("b", 1.0, 100.0, 60.0), fin.Customer("c", 1.0, 100.0, 30.0)],
        contract,
        price,
    )
    assert [c.id for c in held] == ["a", "b"]
    assert list(fin.without_each(held)) == ["a", "b"]
    assert [c.connects_in_year for c in fin.delayed(held, 2)] == [3, 3]


def test_unmatched_transfer_is_found() -> None:
    study = fin.Study("c", "p", 2, 0.1, "COP", 2025)
    half = fin.resource_flows(study, "company", "tariff", [0.0, 10.0])
    with pytest.raises(DataError, match="E719"):
        fin.stakeholder_matrix(half, 0.1, ["tariff"])


def test_economy_is_what_transfers_leave() -> None:
    study = fin.Study("c", "p", 2, 0.1, "COP", 2025)
    flows = fin.CashFlows.concat(
        [
            fin.resource_flows(study, "company", "capex_plant", [-100.0]),
            fin.transfer(study, "tariff", "customer:mall", "company", [0.0, 80.0, 80.0]),
            fin.transfer(study, "tax", "company", "city", [0.0, 5.0, 5.0]),
        ]
    )
    matrix = fin.stakeholder_matrix(flows, 0.1, ["tariff", "tax"])
    assert matrix.economy == pytest.approx(-100.0)
    assert matrix.resources == pytest.approx(-100.0)
    assert matrix.totals["city"] == pytest.approx(5 / 1.1 + 5 / 1.21)
    assert fin.economy_view(flows, ["tariff", "tax"]).total() == pytest.approx(-100.0)
    with pytest.raises(DataError, match="E718"):
        fin.resource_flows(study, "martian", "x", [1.0])


def test_connection_charge_above_the_requirement_is_refused() -> None:
    with pytest.raises(DataError, match="connection charge alone"):
        fin.solve_tariff(_customers(), _CONTRACT, 1e4, fixed_share=0.5, connection_per_kw=50.0)
