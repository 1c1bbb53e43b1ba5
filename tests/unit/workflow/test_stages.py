"""Each stage of the workflow on a district of two buildings."""

import re

import numpy as np
import pytest

from edsim import workflow
from edsim.app import RunOptions, run
from edsim.core.errors import CaseError, DataError, InfeasibleError
from edsim.optimization.district.individual import age_ahead_a, mean_age_a, with_age
from edsim.optimization.district.prepare_system import prepare_system, tariff_series
from edsim.profiles.district import make_profiles, profiles_for
from edsim.results.audit import prices
from tests.unit.workflow.conftest import BASE, write_district

pytestmark = pytest.mark.medium

TIME_OF_USE = [
    {"per_kwh": 0.3, "hours": [18, 19, 20], "weekdays": [1, 2, 3, 4, 5]},
    {"per_kwh": 0.05, "months": [7], "hours": [0, 1]},
]


def building(**changes):
    return {**BASE["buildings"][0], **changes}


@pytest.fixture(scope="module")
def small_profiles(tmp_path_factory):
    case = workflow.load_case(write_district(tmp_path_factory.mktemp("base")))
    return case, make_profiles(case)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """Return the finished run of the small district."""
    return run(write_district(tmp_path_factory.mktemp("plain")))


@pytest.fixture(scope="module")
def amended(tmp_path_factory):
    """Return the run of a district without a BAU variant, whose plant has chillers already and its own tariff."""
    district = {"description": "as it is", "changes": {"tariffs": {"power": {"energy_per_kwh": 0.14}}}}
    held = [{**t, "existing_capacity_kw": 5000} if t["id"] == "chillers" else t for t in BASE["technologies"]]
    folder = write_district(tmp_path_factory.mktemp("amended"), variants={"district": district}, technologies=held)
    return run(folder).appraisal


@pytest.fixture(scope="module")
def starved(tmp_path_factory):
    """Return the error of a run whose chillers are too small, and where its results would be."""
    small = [{**t, "max_capacity_kw": 50} if t["id"] == "chillers" else t for t in BASE["technologies"]]
    folder = tmp_path_factory.mktemp("starved")
    with pytest.raises(InfeasibleError) as caught:
        run(write_district(folder / "case", technologies=small), folder / "out")
    return caught.value, folder / "out"


def test_measured_energy_scales_the_profile(write_case, small_profiles):
    """Proves: a building with a metered yearly cooling has exactly that energy, its latent share kept."""
    _, simulated = small_profiles
    folder = write_case(buildings=[building(measured={"cooling": {"annual_kwh": 500000}}), BASE["buildings"][1]])
    profiles = make_profiles(workflow.load_case(folder))
    assert profiles.demand["cooling"][0].sum() == pytest.approx(500000)
    share = profiles.cooling_latent_kw[0].sum() / profiles.demand["cooling"][0].sum()
    before = simulated.cooling_latent_kw[0].sum() / simulated.demand["cooling"][0].sum()
    assert share == pytest.approx(before, rel=1e-6)
    assert profiles.demand["cooling"][1] == pytest.approx(simulated.demand["cooling"][1])


def test_measured_series_replaces_the_profile(write_case):
    """Proves: a metered hourly series is used as it is, hour by hour."""
    series = 100 + np.arange(8760) % 24
    folder = write_case(buildings=[building(measured={"cooling": {"file": "meter.csv", "column": "kw"}})])
    (folder / "meter.csv").write_text("kw\n" + "\n".join(str(float(v)) for v in series) + "\n", encoding="utf-8")
    profiles = make_profiles(workflow.load_case(folder))
    assert profiles.demand["cooling"][0] == pytest.approx(series)


def test_variant_with_other_panels_gets_their_yield(write_case, small_profiles):
    """Proves: profiles are shared between variants but solar surfaces are the variant's own."""
    base, profiles = small_profiles
    panels = [*BASE["technologies"], {"id": "roof", "kind": "pv", "area_m2": 500}]
    other = workflow.load_case(write_case(technologies=panels))
    mine = profiles_for(other, base, profiles)
    assert set(mine.pv_kw_per_kwp) == {"roof"}
    assert mine.demand is profiles.demand
    assert 1000 < mine.pv_kw_per_kwp["roof"].sum() < 2000


def test_tariff_and_audit_agree_on_every_hour(write_case):
    """Proves: the prices the optimizer pays and those the audit re-adds come from two codes with one result."""
    tariffs = [{"id": "power", "energy_per_kwh": 0.16, "time_of_use": TIME_OF_USE}]
    case = workflow.load_case(write_case(tariffs=tariffs))
    series = tariff_series(case.tariffs[0], case).energy_per_kwh
    assert np.array_equal(series, prices(case.tariffs[0], case))
    assert set(np.unique(series)) == {0.05, 0.16, 0.3}


def test_plant_carries_network_gain_and_pumps(write_case, small_profiles):
    """Proves: plant demand = buildings + heat gain + pump heat, and pumps are a demand of power."""
    _, profiles = small_profiles
    case = workflow.variant_case(workflow.load_case(write_case()), "district")
    district = workflow.prepare(case, profiles)
    design = district.designs[0]
    system = prepare_system(district, {"R-134a": _gas()})
    cold = system.demand["energy_center", "chilled_water"]
    delivered = profiles.demand["cooling"].sum(axis=0)
    assert cold == pytest.approx(delivered + design.heat_gain_kw + design.pump_heat_kw, rel=1e-9, abs=1e-6)
    assert (cold >= delivered - 1e-9).all()
    assert system.demand["energy_center", "electricity"] == pytest.approx(design.pump_power_kw)


def _gas():
    from edsim.core.technology import Refrigerant

    return Refrigerant("R-134a", 1300.0, 0.0, montreal_gas=False)


def test_run_closes_and_compares_the_same_service(plain):
    """Proves: a small case runs from files to appraisal, with proof and the same cooling in both variants."""
    appraisal = plain.appraisal
    kpis = appraisal.tables["kpis"].set_index("id")
    assert kpis.loc["cooling", "bau"] == pytest.approx(kpis.loc["cooling", "value"])
    assert appraisal.certificates["district"].status == "certified"
    assert plain.folder is None
    assert kpis.loc["water", "value"] == 0.0


def test_too_small_a_plant_is_infeasible_and_writes_nothing(starved):
    """Proves: a chiller limit below the peak ends in an InfeasibleError and no run folder."""
    error, out = starved
    assert "E560" in str(error)
    assert not out.exists()


def test_unknown_variant_is_named(write_case):
    with pytest.raises(CaseError, match=r"no such variant.*got distrct.*allowed: district"):
        run(write_case(), None, RunOptions(variants=("distrct",)))


def test_machines_run_at_their_mean_age():
    """Proves: a machine is as old as it is on average over the study, replaced whenever its life ends.

    Life 10, study 10: new at the start or past its life, it is 5 on average. Aged 5, it is 5-10 for five years and then
    0-5: again 5. A study of 2 years of a machine aged 5 has it at 6. If a machine past its life kept its age, BAU would
    pay for a new machine and run the old one.
    """
    assert mean_age_a(0.0, 10.0, 10) == pytest.approx(5.0)
    assert mean_age_a(25.0, 10.0, 10) == pytest.approx(5.0)
    assert mean_age_a(5.0, 10.0, 10) == pytest.approx(5.0)
    assert mean_age_a(5.0, 10.0, 2) == pytest.approx(6.0)


def test_machines_bought_new_age_on_neither_side():
    """Proves: only the age that today's machines have before the study counts, as machines of the project do not age.

    Life 20, study 15: new ones are 0 ahead. Aged 12, one is 12 ahead for 8 years and 8 behind for the other 7, on the
    mean (96 - 56) / 15. Over a whole life nothing is left. If ignored: all that BAU buys loses a tenth of its COP, and
    what the project buys nothing.
    """
    assert age_ahead_a(0.0, 20.0, 15) == 0.0
    assert age_ahead_a(25.0, 20.0, 15) == 0.0
    assert age_ahead_a(12.0, 20.0, 15) == pytest.approx(40.0 / 15.0)
    assert age_ahead_a(12.0, 20.0, 20) == pytest.approx(0.0)
    assert all(age_ahead_a(a, 20.0, h) >= -1e-9 for a in (0.0, 3.0, 12.0, 19.0) for h in range(1, 61))


def test_age_reaches_the_machine(write_case):
    """Proves: the COP of an individual machine is that of its age."""
    case = workflow.load_case(write_case())
    machine = next(t for t in case.technologies if t.id == "old")
    assert "age_a" in type(machine).model_fields
    assert with_age(machine, 5.0).age_a == 5.0


HOT_WATER = {
    "id": "hot",
    "carrier": "hot_water",
    "service": "hot_water",
    "plants": [{"id": "energy_center", "lat_deg": 6.2455, "lon_deg": -75.5735}],
    "supply_temp_c": 75,
    "return_temp_c": 55,
}
BOILER = [
    {"id": "gas", "kind": "fuel_supply", "fuel": "natural_gas"},
    {"id": "boiler", "kind": "boiler"},
    {"id": "heater", "kind": "electric_water_heater", "node": "building"},
]
GAS = [{"id": "natural_gas", "price_per_kwh": 0.057, "ghg_kg_per_kwh": 0.202}]


def test_hot_water_and_cooling_networks_run_together(write_case):
    """Proves: pump heat helps a heating network and loads a cooling one; both nodes close every hour."""
    folder = write_case(
        networks=[*BASE["networks"], HOT_WATER],
        technologies=[*BASE["technologies"], *BOILER],
        fuels=GAS,
        buildings=[{**b, "bau": {"cooling": "old", "hot_water": "heater"}} for b in BASE["buildings"]],
    )
    appraisal = run(folder).appraisal
    flows = appraisal.tables["flows"]
    heat = flows[(flows["node"] == "hot") & (flows["port"] == "pump_heat")]
    assert set(heat["direction"]) == {"out"}
    kpis = appraisal.tables["kpis"].set_index("id")
    assert kpis.loc["fuel", "value"] > 0
    factors = float((1.08 ** -np.arange(1.0, 21.0)).sum())
    for column, variant in (("bau", "bau"), ("value", "district")):
        table = appraisal.tables["energy_balance"]
        demand = table[(table["kind"] == "demand") & (table["variant"] == variant)]
        delivered = demand.groupby("carrier")["kwh"].sum()
        paid = (
            kpis.loc["lcoc", column] * delivered["chilled_water"] + kpis.loc["lcohw", column] * delivered["hot_water"]
        )
        assert paid * factors == pytest.approx(kpis.loc["life_cycle_cost", column], rel=1e-9), "cent for cent"
    shared = appraisal.tables["allocation"].query("chosen")
    assert set(shared["method"]) == {"shapley"}
    assert kpis.loc["lcoc", "value"] == pytest.approx(shared.set_index("product").loc["cooling", "unit_cost"], rel=1e-6)
    assert "lcoe" not in kpis.index


def test_cool_ground_may_cover_the_demand(write_case):
    """Proves: mild chilled water in cool soil gives a gain, not a negative demand or a traceback."""
    warm = {**BASE["networks"][0], "supply_temp_c": 14, "return_temp_c": 22}
    folder = write_case(networks=[warm], weather={"normals": "Bogota"})
    assert run(folder).appraisal.certificates["district"].status == "certified"


def test_case_without_bau_variant_gets_one(amended):
    assert amended.descriptions["district"] == "as it is"
    assert "bau" in set(amended.tables["flows"]["variant"])


def test_variant_may_have_its_own_tariff(amended):
    """Proves: each variant is audited at its own prices."""
    assert amended.certificates["district"].money_residual_frac < 1e-6


def test_carbon_price_enters_objective_and_cash_flows(write_case, plain):
    """Proves: 100 USD/t on grid, fuel and refrigerants is paid by BAU and project and is in the optimum's cost."""
    priced = run(write_case(emissions={**BASE["emissions"], "carbon_price_per_t": 100})).appraisal
    cash = priced.tables["cash_flows"]
    carbon = cash[(cash["line"] == "carbon") & (cash["year"] == 1)].set_index("variant")["value"]
    assert set(carbon.index) == {"bau", "district"}
    before, after = (a.certificates["district"].upper_bound for a in (plain.appraisal, priced))
    assert after - before == pytest.approx(-carbon["district"], rel=1e-3)


def test_existing_capacity_is_maintained_and_replaced(amended):
    """Proves: an existing chiller is not bought at the start but its upkeep and replacement are in the ledger."""
    cash = amended.tables["cash_flows"]
    mine = cash[cash["variant"] == "district"]
    lines = set(mine["line"])
    assert "capex_chillers" not in lines
    assert {"om_fixed_chillers", "replacement_chillers"} <= lines


def test_shortage_is_named_with_amount_hour_and_limit(starved):
    """Proves: an infeasible case tells what is short, by how much, when, and which limit binds."""
    error, _ = starved
    said = r"chillers\.max_capacity_kw: .*kW of chilled water are missing at energy_center on .*raise"
    assert re.search(said, str(error))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"finance": {"discount_rate_frac": 0.05}}, "E177"),
        ({"buildings": {"north": None}}, "E178"),
        ({"buildings": {"north": {"floor_area_m2": 9000}}}, "E178"),
    ],
)
def test_variants_on_other_terms_are_refused(write_case, changes, code):
    folder = write_case(variants={"bau": {}, "district": {"changes": changes}})
    with pytest.raises(CaseError) as caught:
        run(folder)
    assert {f.code for f in caught.value.findings} == {code}


def test_two_networks_of_one_carrier_are_refused(write_case):
    second = {**BASE["networks"][0], "id": "second"}
    with pytest.raises(CaseError, match=r"two networks with the same carrier.*E179"):
        run(write_case(networks=[*BASE["networks"], second]))


@pytest.mark.parametrize(
    "text", ["id,label\nx,y\n", "id,label,unit,published,kpi,take,factor,source,comment\nx,y,t,abc,npv,value,1,s,\n"]
)
def test_published_figures_are_checked_before_solving(write_case, text):
    folder = write_case()
    (folder / "expected.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match="E819"):
        run(folder)


@pytest.mark.slow
def test_objective_of_the_case_is_what_is_certified(write_case):
    """Proves: `settings.objective: ghg` buys sun that does not pay, within 5 % above least cost, proven in kg."""
    panels = [*BASE["technologies"], {"id": "roof", "kind": "pv", "area_m2": 500, "capex_per_kwp": 6000}]
    plain = run(write_case(technologies=panels)).appraisal
    green = run(write_case(technologies=panels, settings={"objective": "ghg", "cost_cap_frac": 0.05})).appraisal
    proof = green.certificates["district"]
    assert (proof.minimized, proof.status) == ("ghg_kg", "certified")
    assert proof.caps["cost"] == pytest.approx(plain.certificates["district"].upper_bound * 1.05, rel=1e-3)
    kpis = [a.tables["kpis"].set_index("id")["value"] for a in (plain, green)]
    assert kpis[1]["ghg_total"] < kpis[0]["ghg_total"]
    size = green.tables["capacities"].set_index("technology").loc["roof", "value"]
    assert size > 0.0


def test_unknown_objective_names_the_choices(write_case):
    with pytest.raises(CaseError, match=r"settings.objective.*grid_peak"):
        workflow.load_case(write_case(settings={"objective": "noise"}))
