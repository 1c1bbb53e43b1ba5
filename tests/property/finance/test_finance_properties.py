"""Invariants of the finance kernels on random inputs."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

import edsim.finance as fin

_RATE = st.floats(0.0, 0.25)
_MONEY = st.floats(-1e4, 1e4, allow_nan=False).map(lambda x: round(x, 2))
_FLOWS = st.lists(_MONEY, min_size=2, max_size=30)
_FAST = settings(max_examples=40, deadline=None)
_FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_FAST
@given(_FLOWS)
def test_every_root_makes_the_value_zero(flows: list[float]) -> None:
    result = fin.irr(flows)
    for root in result.roots:
        factors = (1.0 + root) ** -np.arange(len(flows), dtype=float)
        scale = np.abs(np.array(flows)) @ factors
        assert abs(np.array(flows) @ factors) <= 1e-6 * scale
    assert (result.value is None) == (result.reason is not None)


@_FAST
@given(_FLOWS, _RATE, st.floats(0.1, 1e6))
def test_scaling_money_scales_values_and_keeps_ratios(flows: list[float], rate: float, k: float) -> None:
    scaled = [k * x for x in flows]
    assert fin.npv(scaled, rate) == pytest.approx(k * fin.npv(flows, rate), rel=1e-9, abs=1e-9 * k * 1e4)
    one, other = fin.irr(flows).value, fin.irr(scaled).value
    if one is not None and other is not None:
        assert other == pytest.approx(one, abs=1e-6)
    before, after = fin.payback(flows).simple.value, fin.payback(scaled).simple.value
    if before is not None and after is not None:
        assert after == pytest.approx(before, abs=1e-6)


@_FAST
@given(
    _RATE,
    st.floats(0.0, 0.15),
    st.floats(-0.05, 0.08),
    st.integers(2, 40),
    st.sampled_from(["linear", "annuity", "zero"]),
)
def test_real_and_nominal_values_before_tax_are_equal(
    rate: float, inflation: float, growth: float, horizon: int, rule: str
) -> None:
    asset = fin.AssetCost("m", "plant", 1000.0, 7.0, 30.0, salvage=rule)
    lines = [fin.AnnualLine("energy", -50.0, real_escalation=growth)]
    real = fin.Study("c", "p", horizon, rate, "COP", 2025)
    nominal = replace(real, basis="nominal", discount_rate=fin.to_nominal(rate, inflation), inflation=inflation)
    values = [fin.npv(fin.build_cash_flows(s, [asset], lines), s.discount_rate) for s in (real, nominal)]
    assert values[1] == pytest.approx(values[0], rel=1e-9)


@_FAST
@given(_RATE, st.integers(1, 40), st.integers(1, 60), st.floats(1.0, 1e6))
def test_annuity_end_value_agrees_with_the_annualised_objective(
    rate: float, life: int, horizon: int, price: float
) -> None:
    """Proves: purchases less the annuity end value are the annuity over the horizon, whatever the life."""
    asset = fin.AssetCost("m", "plant", price, float(life))
    study = fin.Study("c", "p", horizon, rate, "COP", 2025)
    flows = fin.build_cash_flows(study, [asset])
    assert -fin.npv(flows, rate) == pytest.approx(fin.capex_annuity(asset, rate) * fin.upv(rate, horizon), rel=1e-9)


@_FAST
@given(_RATE, st.lists(st.floats(1.0, 1e5), min_size=3, max_size=3), st.integers(5, 30))
def test_bridge_always_closes_when_the_objective_is_right(rate: float, money: list[float], horizon: int) -> None:
    asset = fin.AssetCost("m", "plant", money[0], 12.5, money[1], salvage="linear", age_at_start_a=4.0)
    lines = [fin.AnnualLine("energy", np.linspace(-money[2], -2 * money[2], horizon))]
    study = fin.Study("c", "p", horizon, rate, "COP", 2025)
    objective = {"capex_plant": fin.capex_annuity(asset, rate), "om_fixed_plant": money[1], "energy": money[2]}
    assert fin.reconcile(objective, study, [asset], lines).closes


@_FAST
@given(st.lists(st.floats(1.0, 1e6), min_size=3, max_size=25), _RATE, st.floats(1.0, 1e5))
def test_levelized_cost_recovers_the_cost(costs: list[float], rate: float, output: float) -> None:
    vector = np.array(costs)
    units = np.concatenate(([0.0], np.full(len(costs) - 1, output)))
    price = fin.levelized_cost(vector, units, rate).required()
    assert fin.npv(price * units, rate) == pytest.approx(fin.npv(vector, rate), rel=1e-9)


_CASH = st.lists(st.floats(10.0, 1000.0), min_size=12, max_size=12)


@_FAST
@given(_CASH, st.floats(0.01, 0.2), st.floats(1.05, 2.0), st.integers(2, 12))
def test_sculpted_debt_has_a_flat_cover_ratio(cash: list[float], rate: float, dscr: float, tenor: int) -> None:
    sized = fin.size_debt(cash, fin.DebtTerms(fin.LoanTerms(rate, tenor, "sculpted"), dscr))
    held = [x for x in sized.ratios.dscr if x is not None]
    assert held == pytest.approx([dscr] * tenor, rel=1e-8)
    assert sized.ratios.llcr[0] == pytest.approx(dscr, rel=1e-8)
    assert sized.schedule.balance[-1] == pytest.approx(0.0, abs=1e-6)
    by_hand = sum(c / dscr / (1 + rate) ** t for t, c in enumerate(cash[:tenor], 1))
    assert sized.amount == pytest.approx(by_hand, rel=1e-9)


@_FAST
@given(
    _CASH,
    st.sampled_from(["annuity", "equal_principal", "bullet", "step_up", "sculpted"]),
    st.floats(0.0, 0.2),
    st.integers(0, 3),
    st.sampled_from(["interest_only", "capitalized"]),
)
def test_every_loan_is_repaid_and_worth_its_face(
    cash: list[float], shape: str, rate: float, grace: int, mode: str
) -> None:
    terms = fin.LoanTerms(rate, 10, shape, grace, mode, step_growth=0.02)
    loan = fin.loan_schedule(1000.0, terms, 12, cash)
    assert loan.balance[10] == pytest.approx(0.0, abs=1e-6)
    assert loan.balance[0] + loan.capitalized.sum() == pytest.approx(loan.principal.sum(), rel=1e-9)
    assert fin.npv(loan.service, rate) == pytest.approx(1000.0, rel=1e-9)


@_FAST
@given(st.integers(1, 40), st.floats(1.0, 3.0), st.floats(0.0, 0.5), st.booleans())
def test_depreciation_adds_up(years: int, factor: float, salvage: float, switch: bool) -> None:
    for shares in (
        fin.straight_line(years, salvage_frac=salvage),
        fin.sum_of_years_digits(years, salvage_frac=salvage),
        fin.declining_balance(years, factor=min(factor, years), switch_to_straight_line=switch, salvage_frac=salvage),
    ):
        assert shares.sum() == pytest.approx(1.0 - salvage, rel=1e-9)
        assert shares.min() >= -1e-12


@_FAST
@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=25), st.floats(0.0, 0.5), st.integers(1, 30))
def test_losses_are_used_lapse_or_stay(profit: list[float], rate: float, carry: int) -> None:
    years = fin.income_tax(profit, fin.TaxTerms(rate=rate, carry_forward_a=carry))
    lost = -np.minimum(profit, 0.0).sum()
    assert lost == pytest.approx(years.loss_used.sum() + years.loss_expired.sum() + years.loss_open[-1], abs=1e-6)
    assert years.tax.min() >= 0


_PARTIES = ("company", "customer:a", "customer:b", "city", "lender:senior")


@_FAST
@given(
    st.lists(
        st.tuples(st.sampled_from(_PARTIES), st.sampled_from(_PARTIES), st.floats(0, 1e5), st.integers(0, 20)),
        max_size=12,
    ),
    st.lists(st.tuples(st.sampled_from(_PARTIES), st.floats(-1e5, 1e5), st.integers(0, 20)), max_size=8),
    _RATE,
)
def test_parties_add_up_to_the_economy(
    payments: list[tuple[str, str, float, int]], resources: list[tuple[str, float, int]], rate: float
) -> None:
    study = fin.Study("c", "p", 20, 0.1, "COP", 2025)
    tables = [fin.transfer(study, "pay", a, b, [x], first_year=t) for a, b, x, t in payments]
    tables += [fin.resource_flows(study, p, "cost", [x], first_year=t) for p, x, t in resources]
    matrix = fin.stakeholder_matrix(fin.CashFlows.concat(tables), rate, ["pay"])
    assert matrix.economy == pytest.approx(matrix.resources, abs=1e-6)


@_FAST
@given(st.permutations(list(range(6))), _RATE)
def test_order_of_rows_does_not_matter(order: list[int], rate: float) -> None:
    study = fin.Study("c", "p", 20, 0.1, "COP", 2025)
    parts = [fin.resource_flows(study, "company", f"l{i}", [1.0 * i, -2.0, 3.5]) for i in range(6)]
    one, other = fin.CashFlows.concat(parts), fin.CashFlows.concat([parts[i] for i in order])
    assert fin.npv(one, rate) == pytest.approx(fin.npv(other, rate), rel=1e-12)


@_FAST
@given(st.floats(-1e6, 1e6), st.lists(st.floats(1.0, 1e3), min_size=1, max_size=25), _RATE, st.floats(0.0, 0.05))
def test_break_even_carbon_price_makes_the_value_zero(
    value: float, reduction: list[float], rate: float, growth: float
) -> None:
    price = fin.abatement_cost(value, reduction, rate, growth=growth).break_even_price.required()
    t = np.arange(1, len(reduction) + 1)
    revenue = np.array(reduction) * price * (1 + growth) ** t
    assert value + fin.npv(np.concatenate(([0.0], revenue)), rate) == pytest.approx(
        0.0, abs=1e-6 * max(1.0, abs(value))
    )


_WEIGHTS = st.dictionaries(st.sampled_from(["heat", "cold", "power"]), st.floats(0.1, 1e6), min_size=1)


@_FAST
@given(_WEIGHTS, st.floats(-10.0, 35.0))
def test_shares_add_up_to_one(energy: dict[str, float], ambient: float) -> None:
    reference = {"heat": 0.8, "cold": 3.0, "power": 0.35}
    temperatures = {"heat": 70.0, "cold": 6.0 if abs(ambient - 6.0) > 0.1 else 5.0}
    for shares in (
        fin.by_energy(energy),
        fin.by_efficiency(energy, reference),
        fin.by_exergy(energy, temperatures, ambient),
        fin.by_residual("main", 0.3, 0.44, energy),
    ):
        assert sum(shares.values()) == pytest.approx(1.0)
        assert min(shares.values()) >= 0


@_FAST
@given(st.lists(st.floats(1.0, 100.0), min_size=2, max_size=6))
def test_shapley_shares_the_whole_cost_and_treats_equals_alike(needs: list[float]) -> None:
    needs = [*needs, needs[0]]
    players = tuple(f"p{i}" for i in range(len(needs)))

    def cost(coalition: frozenset[str]) -> float:
        return sum(needs[int(p[1:])] for p in coalition) ** 0.7

    values = fin.shapley(players, cost)
    assert sum(values.values()) == pytest.approx(cost(frozenset(players)))
    assert values[players[0]] == pytest.approx(values[players[-1]])
    assert fin.core_violations(values, cost) == {}


def _project(price: float, rate: float, gearing: float, tax: float) -> fin.ProjectInputs:
    return fin.ProjectInputs(
        years=15,
        revenue={"service": price * 1e6},
        operating_cost={"om": 3e5},
        investments=(fin.Investment("plant", 4e6, tuple(fin.straight_line(10))),),
        discount_rate=0.1,
        debt=fin.DebtTerms(
            fin.LoanTerms(rate, 10), dscr=None, gearing_max=gearing, upfront_fee_frac=0.01, dsra_months=3
        ),
        reserves=fin.Reserves(2, 1, 0.02),
        tax=fin.TaxTerms(rate=tax, carry_forward_a=10),
    )


@_FEW
@given(st.floats(0.9, 2.0), st.floats(0.02, 0.12), st.floats(0.1, 0.7), st.floats(0.0, 0.4))
def test_tariff_and_return_are_a_round_trip(price: float, rate: float, gearing: float, tax: float) -> None:
    result = fin.pro_forma(_project(price, rate, gearing, tax))
    earned = result.equity_irr
    assume(earned.value is not None and earned.unique and -0.2 < earned.value < 0.9)
    found = fin.required_tariff(
        _project(1.0, rate, gearing, tax), 1e6, fin.Target("equity_irr", earned.measure.required())
    )
    assert found.price.required() == pytest.approx(price, rel=1e-7)


@_FEW
@given(st.floats(0.9, 2.0), st.floats(1.01, 1.3), st.floats(0.02, 0.12), st.floats(0.1, 0.7))
def test_a_higher_price_never_earns_less(price: float, more: float, rate: float, gearing: float) -> None:
    low = fin.pro_forma(_project(price, rate, gearing, 0.35))
    high = fin.pro_forma(_project(price * more, rate, gearing, 0.35))
    assert high.equity_npv > low.equity_npv


@_FEW
@given(st.floats(0.5, 2.5), st.floats(0.02, 0.12), st.floats(0.0, 0.7), st.floats(0.0, 0.4))
@example(1.0, 0.0625, 5e-324, 0.0)
def test_accounts_always_balance(price: float, rate: float, gearing: float, tax: float) -> None:
    result = fin.pro_forma(_project(price, rate, gearing, tax))
    assert sum(result.sources.values()) == pytest.approx(sum(result.uses.values()), rel=1e-9)
    assert result.lines["debt_balance"][-1] == pytest.approx(0.0, abs=1e-3)
    assert result.lines["depreciation"].sum() == pytest.approx(result.depreciable_basis, rel=1e-9)
    reserves = [k for k in result.lines if k.endswith(("reserve_change", "receivables_change"))]
    funded = sum(result.uses[k] for k in ("operating_reserve", "receivables_reserve", "debt_service_reserve"))
    assert sum(result.lines[k].sum() for k in reserves) == pytest.approx(funded, rel=1e-9, abs=1e-6)


_SERVED = st.lists(
    st.tuples(st.floats(50, 3000), st.floats(0.1, 8.0), st.floats(0.02, 0.4), st.integers(1, 5)), min_size=1, max_size=5
)
"""Per customer: contracted kW, thousand full-load hours, BAU cost per kWh, year of connection."""


def _customers(served: list[tuple[float, float, float, int]]) -> list[fin.Customer]:
    return [
        fin.Customer(f"c{k}", kw, kw * 1000 * hours, kw * 1000 * hours * bau, connects_in_year=start)
        for k, (kw, hours, bau, start) in enumerate(served)
    ]


@settings(deadline=None, max_examples=60)
@given(_SERVED, st.floats(0.01, 0.5), st.floats(0, 1), st.floats(0, 0.2))
def test_no_tariff_harms_less_than_the_one_found(
    served: list[tuple[float, float, float, int]], price: float, fixed: float, saving: float
) -> None:
    """Proves: of 401 tariffs of the same revenue none does less harm, nor is nearer to the wanted share without harm.

    If ignored: losers are named who need not lose.
    """
    contract, customers = fin.Contract(12, 0.09), _customers(served)
    need = price * sum(contract.present(fin.tariff_components(c, contract)[2]) for c in customers)
    found = fin.solve_tariff(customers, contract, float(need), fixed_share=fixed, saving_frac=saving)
    assert sum(contract.present(r.bill) for r in found.results) == pytest.approx(need, rel=1e-9)
    parts = np.array([[contract.present(x) for x in fin.tariff_components(c, contract)[1:3]] for c in customers])
    room = np.array(
        [(1 - saving) * contract.present(fin.customer_bill(c, fin.Tariff(), contract).bau) for c in customers]
    )
    shares = np.linspace(0, 1, 401)
    prices = need * np.array([shares, 1 - shares]) / parts.sum(axis=0)[:, None]
    harm = np.maximum(parts @ prices - room[:, None], 0.0).sum(axis=0)
    least = sum(found.losers.values())
    assert least <= harm.min() + 1e-6 * need
    mine = found.tariff.capacity_per_kw_a * parts[:, 0].sum() / need
    unharmed = shares[harm <= 1e-9 * need]
    if unharmed.size:
        assert found.losers == {}
        assert abs(mine - fixed) <= np.abs(unharmed - fixed).min() + 1e-6


@settings(deadline=None, max_examples=20)
@given(_SERVED, st.floats(0, 0.2))
def test_nobody_can_be_charged_more_without_harm(served: list[tuple[float, float, float, int]], saving: float) -> None:
    """Proves: the affordable tariff harms nobody and raises as much as any of 10 000 that harm nobody."""
    contract, customers = fin.Contract(12, 0.09), _customers(served)
    found = fin.affordable_tariff(customers, contract, fin.Tariff(), saving)
    assert found is not None
    parts = np.array([[contract.present(x) for x in fin.tariff_components(c, contract)[1:3]] for c in customers])
    room = np.array(
        [(1 - saving) * contract.present(fin.customer_bill(c, fin.Tariff(), contract).bau) for c in customers]
    )
    mine = parts @ np.array([found.capacity_per_kw_a, found.consumption_per_kwh])
    assert (mine <= room * (1 + 1e-7)).all()
    most = (room[:, None] / parts).min(axis=0)
    a, b = (x.ravel() for x in np.meshgrid(*(np.linspace(0, m, 100) for m in most)))
    bills = parts @ np.array([a, b])
    allowed = (bills <= room[:, None] * (1 + 1e-12)).all(axis=0)
    assert mine.sum() >= bills.sum(axis=0)[allowed].max() * (1 - 1e-7)


@settings(deadline=None, max_examples=60)
@given(st.floats(0.01, 1.0), st.dictionaries(st.sampled_from("abcdef"), st.floats(0.01, 1.0), min_size=1))
def test_the_zone_is_open_when_one_price_serves_all(floor: float, ceilings: dict[str, float]) -> None:
    zone = fin.negotiation_zone(floor, ceilings)
    prices = np.concatenate((np.linspace(0.0, 1.1, 2001), [floor]))
    serves = (prices >= floor) & (prices <= min(ceilings.values()))
    assert zone.open == bool(serves.any())
    assert ceilings[zone.binding] == zone.ceiling == min(ceilings.values())


@settings(deadline=None, max_examples=30)
@given(_SERVED, st.floats(0.02, 0.3))
def test_those_who_stay_gain_and_a_lost_anchor_raises_the_price(
    served: list[tuple[float, float, float, int]], cost: float
) -> None:
    """Proves: with a fixed cost to recover, whoever is lost, the others pay more; nobody who stays loses."""
    contract, customers = fin.Contract(12, 0.09), _customers(served)
    fixed_cost = cost * sum(c.contracted_kw for c in customers) * 5000.0

    def price(held: tuple[fin.Customer, ...]) -> fin.Tariff:
        units = sum(contract.present(fin.tariff_components(c, contract)[2]) for c in held)
        return fin.Tariff(consumption_per_kwh=fixed_cost / units)

    stay = fin.stable_customers(customers, contract, price)
    assert all(fin.customer_bill(c, price(stay), contract).pv_saving >= 0 for c in stay)
    whole = price(tuple(customers)).consumption_per_kwh
    for rest in fin.without_each(customers).values():
        assert not rest or price(rest).consumption_per_kwh > whole
