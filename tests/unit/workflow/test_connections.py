"""Which optional buildings a network connects."""

import pytest

from edsim import workflow
from edsim.app import run
from tests.unit.workflow.conftest import BASE

OPTIONAL = [{**b, "connect": "optional"} for b in BASE["buildings"]]


def individual(**fields):
    return [*BASE["technologies"][:2], {**BASE["technologies"][2], **fields}]


def test_dear_individual_machines_are_replaced_by_the_network(write_case):
    """Proves: when individual machines cost far more than plant and trench, every optional building connects."""
    folder = write_case(buildings=OPTIONAL, technologies=individual(capex_per_kw=20000))
    district = workflow.prepare(workflow.variant_case(workflow.load_case(folder), "district"))
    assert set(district.designs[0].connected_building_ids) == {"north", "south"}


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


def test_buildings_that_must_not_connect_keep_their_machine(write_case):
    """Proves: connect: never leaves the building to its own machine, and the comparison still covers it."""
    buildings = [BASE["buildings"][0], {**BASE["buildings"][1], "connect": "never"}]
    appraisal = run(write_case(buildings=buildings)).appraisal
    assert list(appraisal.tables["buildings"]["connected"]) == [True, False]
    kpis = appraisal.tables["kpis"].set_index("id")
    assert kpis.loc["cooling", "value"] == pytest.approx(kpis.loc["cooling", "bau"])
