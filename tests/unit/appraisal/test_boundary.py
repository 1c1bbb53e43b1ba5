"""What stands on one side of the comparison only, in amounts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from edsim.appraisal.costs import VariantCosts, study_of
from edsim.appraisal.meters import plant_bills
from edsim.appraisal.remarks.boundary import boundary_remarks, own_power_npv
from edsim.appraisal.remarks.size_effect import turns, worth
from edsim.appraisal.remarks.unbought import unbought_remarks
from edsim.appraisal.remarks.uneven import uneven_remarks, without_told
from edsim.core.errors import Finding
from edsim.core.language.sentences import finding_in_language
from edsim.core.machines.site import SiteConditions
from edsim.core.quantity import Provenance
from edsim.core.tariff import Tariff
from edsim.core.technology import Operation
from edsim.core.timegrid import full_year
from edsim.finance import AssetCost, build_cash_flows
from edsim.optimization.district.individual import IndividualRun, cost_of_own_size
from edsim.optimization.types import Flow
from edsim.results.size_costs import size_cost_findings
from edsim.results.variant import VariantRun
from edsim.technologies.chp import Chp
from edsim.technologies.grid import Grid
from edsim.technologies.individual_boiler import IndividualBoiler
from edsim.technologies.pv import Pv
from edsim.technologies.vapour_chiller import VapourChiller

HOURS = 8760


def flow(machine: Any, direction: Any, kw: Any, node: str = "energy_center") -> Flow:
    return Flow(machine.id, machine.kind, "p", node, "electricity", direction, "kW", np.full(HOURS, kw))


def run_of(name: str, plant: tuple[Any, ...], flows: tuple[Flow, ...] = (), kw: float = 100.0) -> VariantRun:
    """Return the parts of a run the remarks read: ten years at 10 %, a tariff of 0.1 and 10 a kW and month."""
    origins = {
        f"technologies.{t.id}.capex_per_kw": Provenance(1.0, "currency/kW", "catalogue", 2024, "default", "")
        for t in plant
    }
    terms = SimpleNamespace(
        discount_rate_frac=0.1, horizon_a=10, contingency_frac=0.0, engineering_frac=0.0, salvage="annuity", grant=0.0
    )
    case = SimpleNamespace(
        name="case", currency="USD", price_year=2023, exchange_rate_per_usd=None, provenance=origins,
        finance=terms, buildings=(), tariffs=(SimpleNamespace(id="day", escalation_frac=0.0),),
    )  # fmt: skip
    prices = np.full(HOURS, 0.1)
    tariff = Tariff(prices, 0.5 * prices, np.full(12, 10.0), 0.0, prices, 2.0)
    found = SimpleNamespace(
        name=name, plant=plant, flows=flows, phases=(), district=SimpleNamespace(case=case),
        conditions=SimpleNamespace(tariffs={"day": tariff}), capacity=lambda *_: kw, individual=(), design=None,
    )  # fmt: skip
    found.stages = (SimpleNamespace(run=found, start_a=0),)
    return cast("VariantRun", found)


def costs(run: VariantRun, capex: float) -> VariantCosts:
    study = study_of(run.district.case, run.name)
    return VariantCosts((), (), build_cash_flows(study, [AssetCost("a", "plant", capex, 10.0)]))


def test_sun_in_the_project_alone_is_told_with_what_it_is_worth() -> None:
    """Proves: 60 kW made in all hours, 20 of them sold: 40 x 0.1 + 20 x 0.05 an hour and 40 kW of peak, less 50 000.

    5 x 8760 + 12 x 40 x 10 = 48 600 a year over ten years at 10 %, 298 626, less 50 000 = 248 626. In BAU too, no word.
    If ignored: a bank could not tell the network from the panels on its roof.
    """
    sun, grid = Pv(id="sun", capex_per_kwp=500.0, fixed_om_frac=0.0, lifetime_a=10.0), Grid(id="grid", tariff="day")
    flows = (flow(sun, "out", 60.0), flow(grid, "out", 30.0), flow(grid, "in", 20.0))
    run, bau = run_of("district", (sun, grid), flows), run_of("bau", ())
    worth = own_power_npv(run, [sun])
    assert worth == pytest.approx(48_600.0 * (1 - 1.1**-10) / 0.1 - 50_000.0, rel=1e-9)
    (said,) = boundary_remarks([bau, run], {"bau": costs(bau, 2e6), "district": costs(run, 1e6)})
    assert (said.code, said.field) == ("W843", "district.technologies.sun")
    assert said.what == ("sun in district and not in BAU: without it the net present value is about 751,374 USD")
    assert said.got == "526 MWh/a worth about 48,600 USD a year; net present value with it 1.00 million USD"
    assert "sin ello el valor presente neto" in finding_in_language(said, "es").what
    assert boundary_remarks([run_of("bau", (sun,)), run], {"bau": costs(bau, 2e6), "district": costs(run, 1e6)}) == []


def test_sun_saves_at_the_tariff_and_ratchet_of_its_own_connection() -> None:
    """Proves: 10 kW of January behind the second connection save 744 x 10 x 0.3 and 10 kW at 20 in 12 months, 4 632.

    Without it January draws 40 kW, which the ratchet bills all year. If ignored: the first connection's tariff would
    price them, and a ratchet would be worth a single month.
    """
    sun = Pv(id="sun", capex_per_kwp=0.0, fixed_om_frac=0.0, lifetime_a=10.0)
    first, second = Grid(id="first", tariff="day"), Grid(id="second", tariff="dear", ratchet_frac=1.0)
    january = np.where(np.arange(HOURS) < 744, 10.0, 0.0)
    flows = (flow(first, "out", 50.0), flow(second, "out", 30.0, "b"), flow(sun, "out", january, "b"))
    run = run_of("district", (first, second, sun), flows)
    prices = np.full(HOURS, 0.3)
    cast("Any", run.conditions).tariffs["dear"] = Tariff(prices, prices, np.full(12, 20.0), 0.0, prices, 2.0)
    assert own_power_npv(run, [sun]) == pytest.approx(4632.0 * (1 - 1.1**-10) / 0.1, rel=1e-9)


def test_sun_sold_under_net_metering_has_its_part_of_the_credit() -> None:
    """Proves: half of what is sold is of the sun, so half of a credit of 2000 a year is its worth.

    If ignored: panels that are credited at the price of purchases would be valued at that of sales.
    """
    sun, grid = Pv(id="sun", capex_per_kwp=0.0, fixed_om_frac=0.0, lifetime_a=10.0), Grid(id="grid", tariff="day")
    run = run_of("district", (sun, grid), (flow(sun, "out", 10.0), flow(grid, "out", 30.0), flow(grid, "in", 20.0)))
    credit = {("export_revenue", "grid", "net_metering"): -2000.0}
    cast("Any", run).design = SimpleNamespace(solution=SimpleNamespace(ledger=credit))
    assert own_power_npv(run, [sun]) == pytest.approx((10.0 * 0.05 * HOURS + 1000.0) * (1 - 1.1**-10) / 0.1, rel=1e-9)


def test_an_outage_in_the_year_shown_is_told() -> None:
    """Proves: six hours with the highest demand, from 18:00 on the first day, are named with the peak of all others.

    The demand of the plant's model, cold that a network draws too, sets them; a connection that is not used is not
    named. If ignored: an outage that is only a test of the plant looks like relief of the feeder, or at the wrong hour.
    """
    grid = Grid(id="grid", tariff="day", survive_outage_h=6)
    kw = np.full(HOURS, 30.0)
    kw[18:24] = 0.0
    run = run_of("v", (grid,), (flow(grid, "out", kw),))
    cold = np.where(kw > 0.0, 120.0, 200.0)
    load = Flow("demand", "demand", "demand", "energy_center", "chilled_water", "in", "kW", cold)
    cast("Any", run).design = SimpleNamespace(solution=SimpleNamespace(flows=(load,)))
    air = np.full(HOURS, 25.0)
    cast("Any", run).conditions = SiteConditions(
        full_year(), air, air, 101325.0, {}, {}, run.conditions.tariffs, {}, {}
    )
    sums = {"bau": costs(run, 1e6), "v": costs(run, 1e6)}
    (said,) = boundary_remarks([run_of("bau", ()), run], sums)
    assert (said.code, said.field) == ("W845", "v.technologies.grid.survive_outage_h")
    assert said.got == "nothing bought in 6 hours from 1 Jan 18:00; highest import else 30 kW"
    assert "nada comprado en 6 horas" in str(finding_in_language(said, "es").got)
    cast("Any", run).flows = (flow(grid, "out", 0.0),)
    assert not boundary_remarks([run_of("bau", ()), run], sums)


def test_a_bill_holds_what_is_contracted() -> None:
    """Proves: 100 kW at 6 a month are 600 a month among the fixed charges. If ignored: bills miss a part."""
    grid = Grid(id="grid", tariff="day", contract_per_kw_month=6.0)
    run = run_of("v", (grid,), (flow(grid, "out", 30.0), flow(grid, "in", 0.0)))
    (bill,) = plant_bills(run)
    np.testing.assert_allclose(bill.bill.fixed, 600.0)
    assert bill.bill.total == pytest.approx(30.0 * HOURS * 0.1 + 12 * 30.0 * 10.0 + 12 * 600.0)


def test_what_a_later_milestone_buys_is_no_part_of_the_investment_at_start() -> None:
    """Proves: half the engines come with the second milestone and count at their own year, not at the start.

    If ignored: an investment of year 5 would weigh as one of today.
    """
    run, bau = run_of("v", (Chp(id="engines", units=2),), kw=200.0), run_of("bau", ())
    first = SimpleNamespace(capacity=lambda *_: 100.0)
    cast("Any", run).stages = (SimpleNamespace(run=first, start_a=0), SimpleNamespace(run=run, start_a=5))
    (said,) = boundary_remarks([bau, run], {"bau": costs(bau, 2e6), "v": costs(run, 560_000.0)})
    with_all, later = (
        worth(run_of("v", (Chp(id="engines", units=2),), kw=200.0), by_size=False),
        worth(run, by_size=False),
    )
    assert 0.0 < later < with_all
    assert f"in v {later:,.0f} USD" in str(said.got)


def test_a_grant_above_the_investment_is_told() -> None:
    """Proves: 1.2 million for a plant of 1 million is told with both, 1 million is not.

    If ignored: a grant with a digit too many is the whole profit of a project.
    """
    run, bau = run_of("v", ()), run_of("bau", ())
    cast("Any", run.district.case.finance).grant = 1.2e6
    (said,) = boundary_remarks([bau, run], {"bau": costs(bau, 2e6), "v": costs(run, 1e6)})
    assert (said.code, said.field, said.got, said.allowed) == (
        "W849", "finance.grant", "1.20 million USD", "≤ 1.00 million USD"
    )  # fmt: skip
    assert "supera todo lo que invierte v" in finding_in_language(said, "es").what
    cast("Any", run.district.case.finance).grant = 1e6
    assert boundary_remarks([bau, run], {"bau": costs(bau, 2e6), "v": costs(run, 1e6)}) == []


def test_an_island_has_no_price_to_value_sun_by() -> None:
    """Proves: without a grid nothing is said. If ignored: diesel power would be valued at nothing."""
    sun = Pv(id="sun")
    run, bau = run_of("district", (sun,), (flow(sun, "out", 60.0),)), run_of("bau", ())
    assert boundary_remarks([bau, run], {"bau": costs(bau, 2e6), "district": costs(run, 1e6)}) == []


def test_an_investment_off_its_cost_curves_is_told_as_a_whole() -> None:
    """Proves: two engines of 100 kW that live the ten years of the study cost 3700, not 2800 per kW: 180 000 more.

    The net present value of 1 440 000 falls to 1 260 000. Of a plant of 10 000 000 that is 2 %, and nothing is said.
    If ignored: the amount would stand nowhere.
    """
    engines = Chp(id="engines", units=2, lifetime_a=10.0, fixed_om_frac=0.0)
    run, bau = run_of("v", (engines,), kw=200.0), run_of("bau", ())
    (said,) = boundary_remarks([bau, run], {"bau": costs(bau, 2e6), "v": costs(run, 560_000.0)})
    assert (said.code, said.field) == ("W844", "v.investment")
    assert said.what.endswith("the net present value of v is about 1.26 million USD")
    assert said.got == (
        "1.44 million USD as counted; present value of machines in BAU 0 USD, at their sizes 0 USD; "
        "in v 560,000 USD, at their sizes 740,000 USD"
    )
    assert "como se contó" in str(finding_in_language(said, "es").got)
    assert "en ambos lados" in finding_in_language(said, "es").what
    assert boundary_remarks([bau, run], {"bau": costs(bau, 2e6), "v": costs(run, 1e7)}) == []


def test_machines_of_bau_off_their_cost_curve_are_told_beside_those_of_the_project() -> None:
    """Proves: a boiler of 3 MW in BAU, due at the start of ten years, costs 46.6 per kW, not the 277.6 of 250 kW.

    It is counted with 832 800, at its size with 139 800: the comparison falls by 693 000 from 1 440 000. A quote is not
    doubted. If ignored: a bank sees what the plant would cost at its size, not what the machines it replaces would.
    """
    boiler = IndividualBoiler(id="old", lifetime_a=10.0, fixed_om_frac=0.0, capex_per_kw=277.6)
    none = np.zeros(HOURS)
    own = IndividualRun("mill", "steam", boiler, none, Operation(3000.0, {}, none, none), "day")
    run, standing = run_of("v", ()), run_of("bau", ())
    case = cast("Any", standing.district.case)
    case.price_year, case.settings = 2015, SimpleNamespace(cost_by_size=False)
    case.buildings = (SimpleNamespace(id="mill", machine_age_a=lambda _: 10.0),)
    bau = VariantRun("bau", standing.district, standing.conditions, None, (own,))
    (said,) = boundary_remarks([bau, run], {"bau": costs(standing, 2e6), "v": costs(run, 560_000.0)})
    assert said.what.endswith("the net present value of v is about 747,000 USD")
    assert "machines in BAU 832,800 USD, at their sizes 139,800 USD" in str(said.got)
    (note,) = size_cost_findings(bau)
    assert (note.code, note.field) == ("W513", "bau.technologies.old.capex_per_kw")
    assert note.what == "machines of 3,000 kW cost 83% less per kW than BAU counted"
    assert "que lo contado en el BAU" in finding_in_language(note, "es").what
    quote = Provenance(277.6, "currency/kW", "quote", 2015, "engineered", "case.yaml:3:3")
    case.provenance = {"technologies.old.capex_per_kw": quote}
    assert size_cost_findings(bau) == []
    assert cost_of_own_size(boiler, 3000.0, case) is None


def test_sun_that_may_not_be_sold_is_told() -> None:
    """Proves: 100 kWp that could give 20 kW in all hours and give 15 leave 44 MWh, a quarter, for want of exports.

    A limit the case states is a choice, and then no connection is blamed. If ignored: a tariff with a price of exports
    looks as if it counted.
    """
    sun = Pv(id="sun")
    for stated, words in (({}, "max_export_kw is 0"), ({"max_export_kw": 0.0}, "left unused")):
        grid = Grid(id="grid", tariff="day", **stated)
        run = run_of("v", (sun, grid), (flow(sun, "out", 15.0), flow(grid, "out", 30.0)))
        cast("Any", run).design = object()
        cast("Any", run.conditions).pv_kw_per_kwp = {"sun": np.full(HOURS, 0.2)}
        (said,) = uneven_remarks([run_of("bau", ()), run])
        assert (said.code, said.got) == ("W847", "44 MWh/a, 25% of what the sun gives")
        assert said.what.endswith(words)
        foretold = [Finding("W1951", "x", severity="warning"), Finding("W112", "y", severity="warning")]
        left = [f.code for f in without_told(foretold, [said])]
        assert left == (["W112"] if words.endswith("is 0") else ["W1951", "W112"])
        assert "queda sin usar sol" in finding_in_language(said, "es").what


def test_a_reserve_on_one_of_two_alternatives_is_told() -> None:
    """Proves: chillers with one in reserve beside chillers without are named; with reserves alike nothing is said.

    If ignored: the design leans to the machine that was asked for none.
    """
    for spare, said in ((0, ["W848"]), (1, [])):
        first, other = (VapourChiller(id=n, units=3, spare_units=k) for n, k in (("a", 1), ("b", spare)))
        cold = tuple(
            Flow(t.id, t.kind, "cooling", "p", "chilled_water", "out", "kW", np.ones(HOURS)) for t in (first, other)
        )
        run = run_of("v", (first, other), cold)
        cast("Any", run).design = object()
        found = uneven_remarks([run_of("bau", ()), run])
        assert [f.code for f in found] == said
        assert all(f.what == "machines in reserve for a, none for b of the same chilled_water" for f in found)
        assert all("de reserva" in finding_in_language(f, "es").what for f in found)


def test_a_variant_without_what_gives_it_its_name_is_told() -> None:
    """Proves: engines of 0 kW in the variant `chp` are named, chillers that every variant has are not.

    If ignored: a client reads the result of a plant without engines under the name of engines.
    """
    chillers, engines = VapourChiller(id="chillers"), Chp(id="engines", units=2)
    gas, chp = run_of("gas", (chillers,), kw=0.0), run_of("chp", (chillers, engines), kw=0.0)
    for run in (gas, chp):
        cast("Any", run).design = object()
    (said,) = unbought_remarks([run_of("bau", ()), gas, chp])
    assert (said.code, said.field) == ("W846", "chp.technologies.engines")
    assert finding_in_language(said, "es").what.startswith("chp no compra engines:")
    cast("Any", chp).capacity = lambda *_: 50.0
    assert not list(unbought_remarks([run_of("bau", ()), gas, chp]))


def test_sizes_that_turn_the_answer_say_so() -> None:
    """Proves: where the machines' own sizes give the net present value another sign, W844 says that they do.

    If ignored: a park is called worth building by 22 million, and below stands a figure of -75 among others.
    """
    assert [turns(22e6, -75e6), turns(-75e6, 22e6), turns(22e6, 75e6), turns(-75e6, -1.0)] == [True, True, False, False]
    told = "machines at the cost of their own sizes, on both sides{}: the net present value of park is about -75 TRY"
    texts = [told.format(turn) for turn in (", turn the answer", "")]
    es = [finding_in_language(Finding("W844", text), "es").what for text in texts]
    assert ["invierten la respuesta" in text for text in es] == [True, False]
