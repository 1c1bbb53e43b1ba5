"""Which optional buildings a network connects."""

import json

import pytest

from edsim import workflow
from edsim.app import run
from edsim.network.district import District
from edsim.optimization.district.individual import run_individual
from edsim.optimization.district.prepare_system import conditions_of
from tests.unit.workflow.conftest import BASE
from tests.unit.workflow.test_stages import BOILER, GAS, HOT_WATER

OPTIONAL = [{**b, "connect": "optional"} for b in BASE["buildings"]]


def individual(**fields):
    return [*BASE["technologies"][:2], {**BASE["technologies"][2], **fields}]


@pytest.mark.slow
def test_dear_individual_machines_are_replaced_by_the_network(write_case):
    """Proves: when individual machines cost far more than plant and trench, every optional building connects."""
    folder = write_case(buildings=OPTIONAL, technologies=individual(capex_per_kw=20000))
    district = workflow.prepare(workflow.variant_case(workflow.load_case(folder), "district"))
    assert set(district.designs[0].connected_building_ids) == {"north", "south"}


@pytest.mark.medium
def test_cheap_individual_machines_stay(write_case):
    """Proves: the plant's own cost counts against connecting.

    The avoided cost of a building pays for its trench, but not for trench and plant together. If the prize were the
    whole avoided cost, both buildings would connect at a loss. With nobody connected the project is BAU.
    """
    folder = write_case(buildings=OPTIONAL, technologies=individual(capex_per_kw=1, fixed_om_frac=0.0))
    appraisal = run(folder).appraisal
    assert not appraisal.tables["buildings"]["connected"].any()
    kpis = appraisal.tables["kpis"].set_index("id")
    assert kpis.loc["life_cycle_cost", "value"] == pytest.approx(kpis.loc["life_cycle_cost", "bau"], rel=1e-6)


@pytest.mark.medium
def test_buildings_that_must_not_connect_keep_their_machine(write_case):
    """Proves: connect: never leaves the building to its own machine, and the comparison still covers it."""
    buildings = [BASE["buildings"][0], {**BASE["buildings"][1], "connect": "never"}]
    appraisal = run(write_case(buildings=buildings)).appraisal
    assert list(appraisal.tables["buildings"]["connected"]) == [True, False]
    kpis = appraisal.tables["kpis"].set_index("id")
    assert kpis.loc["cooling", "value"] == pytest.approx(kpis.loc["cooling", "bau"])


@pytest.mark.medium
def test_level_at_which_nobody_connects_still_pays_for_cooling(write_case):
    """Proves: a level is charged with the individual machines of who stays out.

    At 6/14 °C both buildings connect for less than their own machines cost. At 11/12 °C the pipes are so wide that
    nobody connects. If ignored: the district of 11/12 °C costs 0 a year and is chosen.
    """
    folder = write_case(
        buildings=OPTIONAL,
        networks=[{**BASE["networks"][0], "cost_factor": 4}],
        technologies=individual(capex_per_kw=1000),
    )
    case = workflow.variant_case(workflow.load_case(folder), "district")
    district = workflow.prepare(case, levels_c={"cold": [(11, 12), (6, 14)]})
    wide, narrow = district.levels
    alone = sum(workflow.individual_cost_per_a(case, district.profiles, "cooling").values())
    assert wide.networks[0].capex == 0.0
    assert wide.cost_per_a == pytest.approx(alone, rel=1e-6)
    assert 0.0 < narrow.cost_per_a < wide.cost_per_a
    assert narrow.chosen
    assert set(district.designs[0].connected_building_ids) == {"north", "south"}


@pytest.mark.medium
def test_own_power_is_part_of_what_a_connection_saves(write_case):
    """Proves: a machine on the set of its building saves its part of the set too, without a tariff for electricity.

    With free machines and upkeep what is saved is diesel at 0.1 and overhauls at 0.02 a kWh, in the proportion of the
    electricity the chiller takes. If ignored: a building on diesel would cool for nothing and never connect.
    """
    free = {"node": "building", "capex_per_kw": 0, "fixed_om_frac": 0}
    diesel = {"id": "diesel", "price_per_kwh": 0.1, "ghg_kg_per_kwh": 0.27}
    generator = {"id": "set", "kind": "standby_generator", "running_h_per_a": 8760, "om_variable_per_kwh": 0.02, **free}
    folder = write_case(
        buildings=[{**b, "bau": {"cooling": "old", "electricity": "set"}} for b in BASE["buildings"]],
        technologies=[*BASE["technologies"][:2], {"id": "old", "kind": "split_ac", **free}, generator],
        fuels=[diesel],
    )
    case = workflow.load_case(folder)
    profiles = workflow.make_profiles(case)
    found = workflow.individual_cost_per_a(case, profiles, "cooling")
    bare = District(case.model_copy(update={"networks": ()}), profiles, ())
    site = conditions_of(bare, {})
    chiller, diesel_set = run_individual(bare, [("north", "cooling"), ("north", "electricity")], site)
    drawn, plugs = (float(kw.sum()) for kw in (chiller.operation.inputs_kw["electricity"], diesel_set.demand_kw))
    whole = 0.1 * float(diesel_set.operation.inputs_kw["diesel"].sum()) + 0.02 * (drawn + plugs)
    assert set(found) == {"north", "south"}
    assert found["north"] == pytest.approx(whole * drawn / (drawn + plugs))


def test_a_connection_saves_annuities_whatever_is_left_at_the_end(write_case):
    """Proves: no end value leaves the prize of connecting as it is: pipes too are weighed by their annuity.

    If ignored: machines that buildings keep would cost more than pipes for the same life.
    """
    case = workflow.load_case(write_case())
    profiles = workflow.make_profiles(case)
    worthless = case.model_copy(update={"finance": case.finance.model_copy(update={"salvage": "zero"})})
    found = [workflow.individual_cost_per_a(c, profiles, "cooling") for c in (case, worthless)]
    assert found[0]["north"] > 0.0
    assert found[1] == found[0]


@pytest.mark.medium
def test_trenches_are_shared_where_connection_is_a_choice(write_case):
    """Proves: the second network pays the width increment along the first, whether buildings must or may connect.

    If ignored: the same pipes cost more in civil works as soon as one building is optional.
    """
    dear = [*individual(capex_per_kw=20000), *BOILER[:2], {**BOILER[2], "capex_per_kw": 20000}]
    buildings = [{**b, "bau": {"cooling": "old", "hot_water": "heater"}} for b in BASE["buildings"]]
    line = {"type": "LineString", "coordinates": [[-75.5742, 6.2452], [-75.5735, 6.2452], [-75.5728, 6.2452]]}
    feature = {"type": "Feature", "properties": {}, "geometry": line}
    street = {"type": "FeatureCollection", "features": [feature]}
    designs, profiles = {}, None
    for connect in ("must", "optional"):
        folder = write_case(
            networks=[{**n, "streets": "streets.geojson"} for n in (*BASE["networks"], HOT_WATER)],
            technologies=dear,
            fuels=GAS,
            buildings=[{**b, "connect": connect} for b in buildings],
        )
        (folder / "streets.geojson").write_text(json.dumps(street), encoding="utf-8")
        district = workflow.prepare(workflow.variant_case(workflow.load_case(folder), "district"), profiles)
        designs[connect], profiles = district.designs, district.profiles
    for must, optional in zip(designs["must"], designs["optional"], strict=True):
        assert set(optional.connected_building_ids) == {"north", "south"}
        assert optional.length_m == pytest.approx(must.length_m)
        assert optional.capex_civil == pytest.approx(must.capex_civil, rel=1e-9)
