"""Cases that whole units or a temperature make impossible, explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from edsim.app import RunOptions, run
from edsim.case.schema import Case
from edsim.core.errors import InfeasibleError
from edsim.network.district import District
from edsim.studies.diagnosis.cause import check_supply, explain
from edsim.studies.diagnosis.findings import assumed_text, misfits
from edsim.studies.diagnosis.infeasible import Diagnosis, Repair
from edsim.studies.diagnosis.limits import Limit
from edsim.workflow import load_case
from tests.support.case_texts import TWO_OFFICES

LOOP = Path(__file__).parents[3] / "cases" / "low_temperature_loop"


def test_a_machine_that_cannot_reach_the_temperature_is_named_where_no_limit_repairs(tmp_path: Path) -> None:
    """Proves: heat pumps up to 55 °C on water of 62 °C are remarked on at their line, unless a limit repairs the case.

    If ignored: the cause is said to be some temperature, and the user looks for it.
    """
    text = (LOOP / "case.yaml").read_text("utf-8").replace("heat_pump, units: 2", "heat_pump, max_supply_temp_c: 55")
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "buildings.csv").write_bytes((LOOP / "buildings.csv").read_bytes())
    case = load_case(tmp_path)
    district = District(case, profiles=None, designs=())
    (remark,) = misfits(Diagnosis(feasible=False), district)
    assert (remark.code, remark.field) == ("W1841", "technologies.heat_pumps")
    assert "max_supply_temp_c: 55" in text.splitlines()[remark.line - 1]
    limit = Limit("size", "technologies.boilers.max_capacity_kw", "boilers", "capacity_kw", 1.0, "kW")
    repair = Repair(limit, 1.0, 0.0, on_all_hours=True)
    assert misfits(Diagnosis(feasible=False, repairs=(repair,)), district) == []
    assert misfits(Diagnosis(feasible=True), district) == []


@pytest.mark.slow
def test_explain_and_check_name_the_least_load_that_a_run_fails_at(tmp_path: Path) -> None:
    """Proves: chillers of 900 kW that cannot run below 30 % are named, with line, where only they serve small loads.

    If ignored: a plant that no run can design is explained as if it were built.
    """
    text = _with_large_units()
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    case = load_case(tmp_path)
    found = explain(case, "district")
    assert found.diagnosis.feasible
    assert found.reasons is None
    (finding,) = found.of_units
    assert (finding.code, finding.field) == ("E520", "technologies.chillers.min_part_load_frac")
    assert "min_part_load_frac: 0.3" in text.splitlines()[finding.line - 1]
    assert [f for f in check_supply(case, "district", "en") if f.severity == "error"] == [finding]


def _with_large_units() -> str:
    """Return two offices with whole chillers of 900 kW that cannot run below 30 %."""
    dry = "  - {id: dry, kind: vapour_chiller, compressor: screw_vsd, condenser: air, refrigerant: R-134a}\n"
    whole = "{id: chillers, kind: vapour_chiller, units: integer, unit_capacity_kw: 900, min_part_load_frac: 0.3, "
    return TWO_OFFICES.replace(dry, "").replace("{id: chillers, kind: vapour_chiller, ", whole)


@pytest.mark.slow
def test_explain_names_the_least_load_in_every_milestone(tmp_path: Path) -> None:
    """Proves: the first milestone, whose loads are smallest, is tried with whole units as the last one is.

    If ignored: only the last milestone is named where a run fails in both, or none where it fails in the first.
    """
    grows = "milestones: [{year: 2026}, {year: 2032, demand_factor: {cooling: 1.1}}]\n"
    (tmp_path / "case.yaml").write_text(_with_large_units() + grows, encoding="utf-8")
    first = explain(load_case(tmp_path), "district")
    every = (first, *first.also)
    assert [e.variant for e in every] == ["district 2026", "district 2032"]
    assert [[(f.code, f.field) for f in e.of_units] for e in every] == [
        [("E520", "technologies.chillers.min_part_load_frac")]
    ] * 2


def with_an_optional_office(folder: Path, largest_kw: int) -> Case:
    """Return two offices, the second of which may connect to chillers of `largest_kw` in all."""
    dry = "  - {id: dry, kind: vapour_chiller, compressor: screw_vsd, condenser: air, refrigerant: R-134a}\n"
    tight = f"{{id: chillers, kind: vapour_chiller, max_capacity_kw: {largest_kw}, "
    text = TWO_OFFICES.replace(dry, "").replace("{id: chillers, kind: vapour_chiller, ", tight)
    text = text.replace("-75.5746, bau", "-75.5746, connect: optional, bau")
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    return load_case(folder)


@pytest.mark.slow
def test_a_plant_too_small_for_who_must_connect_says_what_it_assumes(tmp_path: Path) -> None:
    """Proves: with a building that may connect the limit, its repair and what was assumed of the building are said.

    If ignored: explain and check stop at the choice of buildings and blame every carrier.
    """
    case = with_an_optional_office(tmp_path, 100)
    found = explain(case, "district")
    assert (found.connected, found.diagnosis.feasible) == ("none", False)
    assert set(found.district.designs[0].connected_building_ids) == {"one"}
    assert found.diagnosis.repairs[0].limit.path == "technologies.chillers.max_capacity_kw"
    (error,) = (f for f in check_supply(case, "district", "es") if f.severity == "error")
    assert (error.code, error.field) == ("E560", "technologies.chillers.max_capacity_kw")
    assert assumed_text(found.connected, "es") in error.what
    with pytest.raises(InfeasibleError) as refused:
        run(tmp_path, options=RunOptions(variants=("district",)))
    assert assumed_text(found.connected, "en") in refused.value.findings[0].what


@pytest.mark.slow
def test_who_may_connect_stays_away_from_a_plant_too_small_for_all(tmp_path: Path) -> None:
    """Proves: chillers that serve one of two offices serve the one that must connect; the other keeps its machine.

    If ignored: a case that has a solution ends with the error that its plant is too small.
    """
    found = explain(with_an_optional_office(tmp_path, 800), "district")
    assert (found.connected, found.diagnosis.feasible) == ("chosen", True)
    assert set(found.district.designs[0].connected_building_ids) == {"one"}


DRY = "  - {id: dry, kind: vapour_chiller, compressor: screw_vsd, condenser: air, refrigerant: R-134a}\n"


def _two_days(text: str) -> str:
    return text.replace("typical_days: 4", "typical_days: 2")


@pytest.mark.slow
def test_two_plants_too_small_for_any_pipe_between_them_are_explained(tmp_path: Path) -> None:
    """Proves: plants of 600 and 300 kW, joined by a pipe, are named with what they lack, as one plant is.

    If ignored: explain and run end at the choice of pipes and name no limit.
    """
    center = "{id: energy_center, lat_deg: 6.2452, lon_deg: -75.5743}"
    far = f"{center}, {{id: far, lat_deg: 6.2475, lon_deg: -75.5760}}"
    there = DRY.replace("id: dry", "id: dry, node: far, max_capacity_kw: 300")
    text = _two_days(TWO_OFFICES).replace(center, far).replace("id: chillers,", "id: chillers, max_capacity_kw: 600,")
    text = text.replace(DRY, there + "  - {id: far_grid, kind: grid, node: far, tariff: main}\n")
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    found = explain(load_case(tmp_path), "district")
    first, second = found.diagnosis.repairs[:2]
    assert first.limit.path == "technologies.chillers.max_capacity_kw"
    assert second.limit.path == "technologies.dry.max_capacity_kw"
    (short,) = found.diagnosis.shortages
    assert first.amount == pytest.approx(short.short_kw, rel=1e-3)


@pytest.mark.slow
def test_a_milestone_in_the_middle_is_checked(tmp_path: Path) -> None:
    """Proves: chillers too small in the second of three milestones alone are named by check, with its year.

    If ignored: a check that looks at the last milestone alone passes what a run fails at.
    """
    text = _two_days(TWO_OFFICES).replace(DRY, "").replace("id: chillers,", "id: chillers, max_capacity_kw: 1400,")
    text += "milestones: [{year: 2026}, {year: 2030, demand_factor: {cooling: 1.3}}, {year: 2036}]\n"
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    case = load_case(tmp_path)
    (error,) = (f for f in check_supply(case, "district", "en") if f.severity == "error")
    assert (error.code, error.field) == ("E560", "technologies.chillers.max_capacity_kw")
    assert error.what.startswith("2030: no design serves")
