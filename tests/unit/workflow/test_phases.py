"""A district that grows, from the case to the audited tables; and one whose milestones change nothing."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import yaml

from edsim import workflow
from edsim.app import RunOptions, run
from edsim.appraisal.types import Appraisal
from edsim.core.errors import CaseError
from edsim.profiles.district import make_profiles
from edsim.studies.diagnosis.cause import explain
from edsim.studies.phased_bench import PhasedBench
from edsim.studies.sweep import Evaluator, sweep
from edsim.studies.vary import Point
from edsim.studies.workbench import Workbench
from tests.unit.workflow.conftest import BASE

pytestmark = pytest.mark.medium

Run = Callable[..., Appraisal]
YEARS = [{"year": 2027}, {"year": 2032}]
FINANCE = {
    **BASE["finance"],
    "inflation_frac": 0.03,
    "debt": [{"id": "bank", "kind": "commercial", "share_frac": 0.5, "rate_frac": 0.09, "tenor_a": 18}],
    "tax": {"rate_frac": 0.35},
    "tariffs": {"target_irr_frac": 0.13, "connection_per_kw": 40},
    "resilience": {"value_of_lost_load_per_kwh": 1.5, "bau_outage_h_per_a": 8},
}


@pytest.fixture(scope="module")
def appraised(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a function that runs the small district with other top-level keys."""

    def of(**changes: object) -> Appraisal:
        folder = tmp_path_factory.mktemp("case")
        (folder / "case.yaml").write_text(yaml.safe_dump({**BASE, **changes}), encoding="utf-8")
        return run(folder).appraisal

    return of


@pytest.fixture(scope="module")
def plain(appraised: Run) -> Appraisal:
    """Return the district that does not grow."""
    return appraised()


@pytest.fixture(scope="module")
def grown(appraised: Run) -> Appraisal:
    """Return the district whose second building joins in 2032, when power costs a fifth more."""
    south = {**BASE["buildings"][1], "connection_year": 2032}
    years = [YEARS[0], {**YEARS[1], "price_factor": {"power": 1.2}, "demand_factor": {"cooling": 1.1}}]
    return appraised(buildings=[BASE["buildings"][0], south], milestones=years, finance=FINANCE)


def indicator(appraisal: Appraisal, name: str) -> float:
    return float(appraisal.tables["kpis"].set_index("id").loc[name, "value"])


def of_district(appraisal: Appraisal, table: str):
    found = appraisal.tables[table]
    return found[found["variant"] == "district"]


@pytest.mark.slow
def test_one_milestone_is_no_milestone(appraised: Run, plain: Appraisal) -> None:
    """Proves: naming the first year changes no figure. If ignored: the year of the study would be a parameter."""
    alone = appraised(milestones=YEARS[:1])
    assert alone.tables["kpis"].equals(plain.tables["kpis"])
    assert alone.tables["milestones"].empty


@pytest.mark.slow
def test_milestones_that_change_nothing_cost_nothing(appraised: Run, plain: Appraisal) -> None:
    """Proves: two milestones of the same demand and prices give every indicator of one year for all.

    If ignored: splitting the study would move cost, salvage, replacements, refrigerants or tons avoided.
    """
    split = appraised(milestones=YEARS)
    ours, theirs = (a.tables["kpis"].set_index("id")["value"] for a in (split, plain))
    assert ours.to_dict() == pytest.approx(theirs.to_dict(), rel=2e-4, nan_ok=True)
    assert set(of_district(split, "phases").query("year > 2027")["action"]) <= {"keep", "replace"}
    inventory = [a.tables["inventory"].groupby(["variant", "frame", "source"])["kgco2e"].sum() for a in (split, plain)]
    assert inventory[0].to_dict() == pytest.approx(inventory[1].to_dict(), rel=2e-4)


def test_the_plan_is_certified_over_the_hours_of_both_years(grown: Appraisal) -> None:
    """Proves: bound and gap are those of the whole plan, every hour of both years is dispatched and served."""
    proof = grown.certificates["district"]
    assert proof.status == "certified"
    assert proof.hours_checked == 2 * 8760
    assert proof.unserved_kwh == 0.0
    assert proof.lower_bound is not None
    assert proof.lower_bound <= proof.upper_bound
    assert proof.money_residual_frac < 1e-9
    yearly = grown.tables["reconciliation"].query("variant == 'district' and step == 'yearly'")
    assert yearly["optimizer"].sum() == pytest.approx(proof.upper_bound, rel=1e-9)


def test_what_is_built_when(grown: Appraisal) -> None:
    """Proves: pipes, stations, machines and buildings come in their year, at the price of their year.

    If ignored: all is paid at the start, or what stands already is paid twice.
    """
    phases = of_district(grown, "phases")
    joined = phases.query("kind == 'building'").set_index("item")["year"].to_dict()
    assert joined == {"north": 2027, "south": 2032}
    pipes = phases.query("kind == 'pipe'").groupby(["year", "action"])["quantity"].sum()
    assert pipes[2032, "keep"] == pytest.approx(pipes[2027, "install"])
    assert pipes[2032, "install"] > 0.0
    chillers = phases.query("item == 'chillers'").set_index(["year", "action"])["quantity"]
    installed = grown.tables["capacities"].query("technology == 'chillers'")["value"].iloc[0]
    assert chillers[2027, "install"] + chillers[2032, "install"] == pytest.approx(installed)
    assert chillers[2032, "keep"] == pytest.approx(chillers[2027, "install"])
    cash = of_district(grown, "cash_flows")
    assert sorted(set(cash.loc[cash["line"] == "capex_network", "year"])) == [0, 5]
    assert phases.query("item == 'old' and action == 'retire'")["year"].tolist() == [2032]


def test_the_building_that_joins_later_runs_its_own_machine_until_then(grown: Appraisal) -> None:
    """Proves: its split is paid, replaced at the end of its life in 2037 by BAU alone, and gone in the project."""
    steps = grown.tables["milestones"].set_index(["variant", "year"])
    assert steps.loc[("district", 2027), "connected_buildings"] == 1
    assert steps.loc[("district", 2032), "connected_buildings"] == 2
    assert steps.loc[("district", 2027), "service_kwh"] == pytest.approx(steps.loc[("bau", 2027), "service_kwh"])
    assert steps.loc[("bau", 2032), "service_kwh"] == pytest.approx(1.1 * steps.loc[("bau", 2027), "service_kwh"])
    upkeep = of_district(grown, "cash_flows").query("line == 'om_fixed_individual_machines'")
    assert sorted(upkeep["year"]) == [1, 2, 3, 4, 5]
    entries = of_district(grown, "refrigerants")
    assert entries.query("machine == 'old at south'")["charge_kg"].tolist() in ([0.0], [])


def test_prices_change_in_their_year_and_hold_until_the_next(grown: Appraisal) -> None:
    """Proves: BAU power of years 1-5 and 6-20 is level, and 1.2 times dearer per kWh from year 6 on.

    If ignored: years between milestones would be interpolated here and held in the optimizer, and the two ledgers part.
    """
    bill = -grown.tables["cash_flows"].query("variant == 'bau' and line == 'electricity'").set_index("year")["value"]
    assert np.ptp(bill.loc[1:5]) == pytest.approx(0.0, abs=1e-6)
    assert np.ptp(bill.loc[6:20]) == pytest.approx(0.0, abs=1e-6)
    energy = grown.tables["milestones"].query("variant == 'bau'").set_index("year")["grid_kwh"]
    assert bill[6] / bill[5] == pytest.approx(1.2 * energy[2032] / energy[2027])


def test_every_year_emits_what_its_own_milestone_draws(appraised: Run) -> None:
    """Proves: grid GHG of each of 20 years is the import of its milestone at the factor of its year, by hand.

    Demand grows by half in 2032 and the factor of the grid falls by 2 % a year: year 5 is import of 2027 x 0.165 x
    0.98^4, year 6 import of 2032 x 0.165 x 0.98^5. The row of the milestone and the indicator of the year shown are
    those of the first year of 2032. If ignored: the last milestone counts for all years, or the first year of the
    grid for all milestones.
    """
    years = [YEARS[0], {**YEARS[1], "demand_factor": {"cooling": 1.5}}]
    emissions = {**BASE["emissions"], "grid_change_frac": -0.02}
    found = appraised(milestones=years, emissions=emissions, settings={"typical_days": 2})
    steps = of_district(found, "milestones").set_index("year")
    rows = of_district(found, "inventory").query("frame == 'project' and source == 'grid'").set_index("year")["kgco2e"]
    for year in range(1, 21):
        kwh = steps.loc[2027 if year <= 5 else 2032, "grid_kwh"]
        assert rows[year] == pytest.approx(kwh * 0.165 * 0.98 ** (year - 1), rel=1e-9)
    assert indicator(found, "ghg_grid") * 1000.0 == pytest.approx(rows[6], rel=1e-9)
    kwh = steps.loc[2032, "grid_kwh"]
    bau = found.tables["milestones"].query("variant == 'bau'").set_index("year")
    gas = bau["kgco2e_per_a"] - bau["grid_kwh"] * 0.165 * np.array([1.0, 0.98**5])
    assert gas[2032] == pytest.approx(1.5 * gas[2027], rel=1e-6)  # split units of half as much more
    assert kwh > 1.2 * steps.loc[2027, "grid_kwh"]


def of_line(appraisal: Appraisal, name: str) -> dict[int, float]:
    rows = of_district(appraisal, "pro_forma").query(f"line == '{name}'")
    return dict(zip(rows["year"], rows["value"], strict=True))


def test_the_company_pays_and_borrows_in_every_phase(grown: Appraisal) -> None:
    """Proves: half of what 2032 adds is lent in year 5, paid back within the study; the tariff still reaches 13 %.

    The cash flows of the study are in constant money: prices of year 5 are those times 1.03 to the fifth.
    If ignored: a phased district has no pro forma, or its second phase is paid by the cash that serves the loan.
    """
    cash = of_district(grown, "cash_flows")
    built = cash[cash["line"].str.startswith("capex_") & (cash["year"] == 5)]
    added = -built.loc[~built["line"].str.contains("individual"), "value"].sum()
    later = of_line(grown, "later_investment")
    assert later == {5: pytest.approx(-added * 1.03**5)}
    assert of_line(grown, "debt_drawn")[5] == pytest.approx(0.5 * added * 1.03**5)
    loans = of_district(grown, "debt_service").set_index(["loan", "year"])["balance"]
    assert loans["bank in year 5", 5] == pytest.approx(0.5 * added * 1.03**5)
    assert loans["bank in year 5", 20] == pytest.approx(0.0, abs=1e-6)
    assert indicator(grown, "equity_irr") == pytest.approx(0.13, abs=1e-9)
    funds = of_district(grown, "funding").groupby("side")["amount"].sum()
    assert funds["use"] == pytest.approx(funds["source"], rel=1e-9)


def test_who_joins_later_pays_from_then_on(grown: Appraisal) -> None:
    """Proves: south pays for its connection in year 5, at prices of that year, and for service from year 6.

    What it pays is capital beside the accounts of operation; payments of all parties cancel.

    If ignored: customers pay for a service they do not have, or their own machines count as avoided while they run.
    """
    bills = of_district(grown, "customer_bills").set_index("customer")
    service = of_line(grown, "revenue_service")
    assert service[6] / service[4] > 1.8
    assert service[5] == pytest.approx(1.03 * service[4])
    charges = of_line(grown, "connection_charges")
    assert charges[5] == pytest.approx(40.0 * 1.03**5 * bills.loc["south", "contracted_kw"])
    rows = of_district(grown, "perspectives")
    payments = rows[rows["kind"] == "payment"]["present_value"]
    assert abs(payments.sum()) < 1e-9 * payments.abs().sum()
    parties = rows[rows["kind"] == "total"].set_index("party")["present_value"]
    assert parties.drop("all parties").sum() == pytest.approx(parties["all parties"], rel=1e-9)
    assert set(of_district(grown, "stress")["event"]) > {"loss of south", "as planned"}


def test_the_hours_of_both_years_are_stored(grown: Appraisal) -> None:
    """Proves: the table of hours is the built-out year, the earlier one stands beside it."""
    early, late = grown.tables["phase_hourly"], grown.tables["hourly"]
    assert set(early["year"]) == {2027}
    assert len(early) == len(late) == 2 * 8760
    column = "cold.chilled_water.demand.cooling_kw"
    assert early.query("variant == 'district'")[column].sum() < late.query("variant == 'district'")[column].sum()


def test_machines_are_bought_whole_in_each_year(appraised: Run) -> None:
    """Proves: chillers of 40 kW come one by one in both years, their site is paid once, and the books hold every cent.

    If ignored: a phase adds a part of a machine, or the site of a plant that grows is paid with every machine.
    """
    chillers = {**BASE["technologies"][1], "units": "integer", "unit_capacity_kw": 40, "fixed_capex": 9000}
    south = {**BASE["buildings"][1], "connection_year": 2032}
    found = appraised(
        buildings=[BASE["buildings"][0], south],
        milestones=YEARS,
        technologies=[BASE["technologies"][0], chillers, *BASE["technologies"][2:]],
    )
    proof, phases = found.certificates["district"], of_district(found, "phases")
    assert proof.hours_checked == 2 * 8760
    assert proof.lower_bound is not None
    assert proof.status == "certified"
    bought = phases.query("item == 'chillers' and action == 'install'").set_index("year")["quantity"]
    assert sorted(bought.index) == [2027, 2032]
    assert (bought / 40.0).round(9).tolist() == (bought / 40.0).round().tolist()
    site = phases.query("item == 'chillers site' and action == 'install'")
    assert site["year"].tolist() == [2027]
    cash = of_district(found, "cash_flows")
    paid = cash[cash["line"].str.startswith(("capex_", "replacement_"))]["value"].sum()
    assert phases["investment"].sum() == pytest.approx(-paid, rel=1e-6)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        (
            {
                "technologies": [
                    *BASE["technologies"],
                    {"id": "kiln", "kind": "waste_heat_recovery", "source": "kiln", "exit_year": 2031},
                ]
            },
            "E1815",
        ),
        ({"variants": {**BASE["variants"], "later": {"changes": {"milestones": [{"year": 2028}]}}}}, "E177"),
    ],
)
def test_what_does_not_go_together_is_refused(write_case: Callable[..., Path], changes: dict, code: str) -> None:
    """Proves: nothing a milestone cannot honour is left out silently. If ignored: a wrong plan looks certified."""
    with pytest.raises(CaseError) as refused:
        run(write_case(milestones=YEARS, **changes), options=RunOptions(variants=("later",) if code == "E177" else ()))
    assert code in {f.code for f in refused.value.findings}


def test_studies_of_a_live_model_refuse_it(write_case: Callable[..., Path]) -> None:
    """Proves: the bench of one year says so before anything is computed. If ignored: it would plan the last year."""
    case = workflow.load_case(write_case(milestones=YEARS))
    with pytest.raises(CaseError, match="E1813"):
        Workbench(case, "district")


@pytest.mark.slow
def test_a_sweep_of_a_growing_district_is_that_of_its_runs(write_case: Callable[..., Path]) -> None:
    """Proves: a point of a sweep has the indicators of a run with that value, sizes free or kept; none is left out.

    Its network check is told once. If ignored: sweeps of growing districts are refused, or see one of their years.
    """
    path, dearer = "tariffs.power.energy_per_kwh", 0.2
    folder = write_case(milestones=[YEARS[0], {**YEARS[1], "demand_factor": {"cooling": 1.2}}])
    said: list[str] = []
    bench = PhasedBench(workflow.load_case(folder), "district", progress=said.append)
    checks = [line for line in said if "checked on 8760 hours" in line]
    points = (Point("dear", {path: dearer}),)
    free = sweep(Evaluator(bench, "optimized"), points).tables["points"].set_index("point")
    kept = Evaluator(bench, "fixed").outcomes(points)[0]
    assert checks == [line for line in said if "checked on 8760 hours" in line] == list(dict.fromkeys(checks)) != []
    alone = run(write_case(milestones=bench.case.model_dump(mode="json")["milestones"],
                           tariffs=[{"id": "power", "energy_per_kwh": dearer}]),
                options=RunOptions(mode="screening")).appraisal  # fmt: skip
    assert free.loc["dear", "npv"] == pytest.approx(indicator(alone, "npv"), rel=1e-3)
    assert kept.value["npv"] == pytest.approx(free.loc["dear", "npv"], rel=0.02)
    assert kept.value["npv"] <= free.loc["dear", "npv"] + 1e-3 * abs(free.loc["dear", "npv"])
    assert free.loc["base", "npv"] != pytest.approx(free.loc["dear", "npv"], rel=1e-3)


@pytest.mark.slow
def test_the_milestone_that_cannot_be_served_is_named(write_case: Callable[..., Path]) -> None:
    """Proves: a chiller limit that holds in 2027 and not in 2032 is explained for 2032; without it, the built-out year.

    2037, which needs a larger limit, is explained beside it. If ignored: the user of a growing district is told
    nothing, or about the wrong year, or mends one year after the other.
    """
    years = [YEARS[0], {**YEARS[1], "demand_factor": {"cooling": 1.5}}]
    assert explain(workflow.load_case(write_case(milestones=years)), "district").variant == "district 2032"
    small = {**BASE["technologies"][1], "max_capacity_kw": 1000}
    largest = {"year": 2037, "demand_factor": {"cooling": 1.6}}
    tight = write_case(milestones=[YEARS[0], years[1], largest],
                       technologies=[BASE["technologies"][0], small, BASE["technologies"][2]])  # fmt: skip
    found = explain(workflow.load_case(tight), "district")
    assert (found.variant, found.diagnosis.feasible) == ("district 2032", False)
    assert [(e.variant, e.diagnosis.feasible) for e in found.also] == [("district 2037", False)]
    assert found.also[0].diagnosis.repairs[0].value > found.diagnosis.repairs[0].value > 1000.0


OUTSIDE = {**BASE["buildings"][1], "id": "far", "bau": {"cooling": "old"}, "lat_deg": 6.255, "lon_deg": -75.56,
           "floor_area_m2": 600, "storeys": 1}  # fmt: skip


def test_who_may_connect_does_where_the_grown_network_pays(appraised: Run) -> None:
    """Proves: of two that may connect the near one does, in its year; the far one keeps its machine in both years.

    Its pipes alone would cost far more than the machines it saves. The near one is served like one that must connect.
    If ignored: planners of growing districts test every set of customers by hand, or one is served that costs more.
    """
    north, south = BASE["buildings"]
    later = {**south, "connection_year": 2032}
    dear = [*BASE["technologies"][:2], {**BASE["technologies"][2], "capex_per_kw": 900}]
    who = [north, {**later, "connect": "optional"}, {**OUTSIDE, "connect": "optional"}]
    chosen = appraised(buildings=who, milestones=YEARS, technologies=dear)
    stated = [north, later, {**OUTSIDE, "connect": "never"}]
    told = appraised(buildings=stated, milestones=YEARS, technologies=dear)
    joined = of_district(chosen, "phases").query("kind == 'building'").set_index("item")["year"].to_dict()
    assert joined == {"north": 2027, "south": 2032}
    assert chosen.certificates["district"].status == "certified"
    ours, theirs = (a.tables["kpis"].set_index("id")["value"].to_dict() for a in (chosen, told))
    assert ours == pytest.approx(theirs, rel=1e-6, nan_ok=True)


def test_the_first_milestone_may_have_no_customer_of_a_network(appraised: Run) -> None:
    """Proves: where who may connect first does not, plant and network come with the one that connects in 2032.

    Both years are proven, the remark is that of the year without customers. If ignored: such a plan ends in a fault.
    """
    late = {**BASE["buildings"][0], "connection_year": 2032}
    grown = appraised(buildings=[{**OUTSIDE, "connect": "optional"}, late], milestones=YEARS)
    phases = of_district(grown, "phases")
    assert set(phases.loc[phases["kind"].isin(["machine", "pipe", "station"]), "year"]) == {2032}
    steps = of_district(grown, "milestones").set_index("year")
    assert steps["connected_buildings"].to_dict() == {2027: 0, 2032: 1}
    assert grown.certificates["district"].status == "certified"
    assert grown.certificates["district"].hours_checked == 2 * 8760
    assert [f.what for f in grown.findings if f.code == "W407"] == ["2027: network cold connects no building"]


def test_customers_are_chosen_at_the_prices_of_the_grown_district(write_case: Callable[..., Path]) -> None:
    """Proves: power a hundred times dearer in 2032 pays for pipes to better chillers, that of 2027 does not.

    If ignored: branches are chosen for the first years of a district that stands for twenty.
    """
    free = {**BASE["technologies"][2], "capex_per_kw": 1, "fixed_om_frac": 0.0}
    who = [{**b, "connect": "optional"} for b in BASE["buildings"]]
    connected = {}
    for factor in (1.0, 100.0):
        years = [YEARS[0], {**YEARS[1], "price_factor": {"power": factor}}]
        folder = write_case(buildings=who, milestones=years, technologies=[*BASE["technologies"][:2], free])
        case = workflow.variant_case(workflow.load_case(folder), "district")
        built = workflow.built_out(case, make_profiles(case))
        connected[factor] = set(built.designs[0].connected_building_ids)
    assert connected == {1.0: set(), 100.0: {"north", "south"}}


@pytest.mark.slow
def test_temperature_levels_are_chosen_once_for_all_milestones(tmp_path: Path) -> None:
    """Proves: the cheaper of two levels for the built-out district is that of both milestones, and the trials stay.

    If ignored: a network would change its temperatures in 2032, or growing districts could not choose them.
    """
    south = {**BASE["buildings"][1], "connection_year": 2032}
    project = {"levels_c": {"cold": [[6, 14], [5, 15]]}}
    grows = {
        "buildings": [BASE["buildings"][0], south],
        "milestones": YEARS,
        "variants": {"bau": {}, "district": project},
    }
    (tmp_path / "case.yaml").write_text(yaml.safe_dump({**BASE, **grows}), encoding="utf-8")
    case = workflow.load_case(tmp_path)
    mine = workflow.variant_case(case, "district")
    levels = case.variants["district"].levels_c
    districts = workflow.prepare_phases(mine, make_profiles(mine), levels_c=levels)
    trials = districts[0].levels
    (chosen,) = (t for t in trials if t.chosen)
    assert chosen.cost_per_a == min(t.cost_per_a for t in trials)
    assert len(trials) == 2
    temps = {(d.designs[0].supply_temp_c, d.case.networks[0].supply_temp_c) for d in districts}
    assert temps == {(chosen.networks[0].supply_temp_c,) * 2}
